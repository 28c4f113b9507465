//! Identifiers named as something else: a study that would show them is refused, or they stay unseen.

use super::{STUDY, assert_discreet, assert_discreet_words, trial};
use crate::support::scratch::Scratch;

/// Runs and validates; nothing said or written may give a person away.
fn unseen(scratch: &Scratch, what: &str) -> Option<i32> {
    let validated = scratch.run(&["validate", "study.toml"]);
    assert_discreet_words(scratch, &validated);
    let said = scratch.run(&["run", "study.toml", "--out", "result", "--verbose"]);
    assert_discreet_words(scratch, &said);
    for (name, bytes) in scratch.files() {
        if let Some(name) = name.strip_prefix("result/") {
            assert_discreet(scratch, &format!("{what}: {name}"), &String::from_utf8_lossy(&bytes));
        }
    }
    said.code
}

#[test]
fn the_identifier_is_no_group() {
    for (from, to) in [
        ("arm = \"arm\"", "arm = \"cpr\""),
        ("strata = [\"site\"]", "strata = [\"cpr\"]"),
        ("strata = [\"site\"]", "strata = [\"site\", \"cpr\"]"),
        ("subgroups = [\"sex\"]", "subgroups = [\"cpr\"]"),
        ("arm = \"arm\"\n", "arm = \"arm\"\ncluster = \"cpr\"\n"),
    ] {
        let scratch = trial();
        scratch.write("study.toml", STUDY.replace(from, to).replace("replicates = 0", ""));
        let code = unseen(&scratch, to);
        if !to.contains("cluster") {
            assert_eq!(code, Some(3), "{to}");
        }
    }
}

#[test]
fn identifiers_as_states_stay_unseen() {
    for (from, to) in [
        ("state = \"state\"", "state = \"cpr\""),
        ("start = \"start\"", "start = \"cpr\""),
        ("end = \"end\"", "end = \"cpr\""),
    ] {
        for states in ["states = [\"ydelse\", \"job\"]", ""] {
            let scratch = trial();
            let study = STUDY.replace("states = [\"ydelse\", \"job\"]\n\n", states);
            scratch.write("study.toml", study.replace(from, to));
            assert_eq!(unseen(&scratch, to), Some(3), "{to}");
        }
    }
}

/// A second column of CPR numbers under another name.
#[test]
fn groups_that_look_like_cpr_numbers_are_refused() {
    for column in ["strata = [\"site\"]", "subgroups = [\"sex\"]"] {
        let scratch = trial();
        let text = scratch.read("persons.csv");
        let mut lines = text.lines().map(|line| {
            let id = line.split(',').next().unwrap_or("");
            let other = id.replace("cpr", "nummer").replace("Bente Sørensen", "080877-8888");
            format!("{line},{other}\n")
        });
        let persons: String = lines.by_ref().collect();
        scratch.write("persons.csv", persons);
        let key = column.split(' ').next().unwrap_or("");
        scratch.write("study.toml", STUDY.replace(column, &format!("{key} = [\"nummer\"]")));
        assert_eq!(unseen(&scratch, key), Some(4), "{key}");
    }
}
