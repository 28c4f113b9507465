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
            assert_discreet(
                scratch,
                &format!("{what}: {name}"),
                &String::from_utf8_lossy(&bytes),
            );
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
        scratch.write(
            "study.toml",
            STUDY.replace(from, to).replace("replicates = 0", ""),
        );
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
            let other = id
                .replace("cpr", "nummer")
                .replace("Bente Sørensen", "080877-8888");
            format!("{line},{other}\n")
        });
        let persons: String = lines.by_ref().collect();
        scratch.write("persons.csv", persons);
        let key = column.split(' ').next().unwrap_or("");
        scratch.write(
            "study.toml",
            STUDY.replace(column, &format!("{key} = [\"nummer\"]")),
        );
        assert_eq!(unseen(&scratch, key), Some(4), "{key}");
    }
}

/// A CPR number that slipped into a cell of a group or a state.
#[test]
fn a_cpr_number_among_labels_is_refused() {
    for (file, from, to, at) in [
        (
            "persons.csv",
            "kontrol,syd,k",
            "kontrol,030372-3333,k",
            "column `site`, row 4",
        ),
        (
            "persons.csv",
            "kontrol,syd,k",
            "kontrol,syd,030372-3333",
            "column `sex`, row 4",
        ),
        (
            "spells.csv",
            "1,2,ydelse",
            "1,2,0202712222",
            "column `state`, row 3",
        ),
    ] {
        let scratch = trial();
        let states = "states = [\"ydelse\", \"job\"]\n\n";
        scratch.write("study.toml", STUDY.replace(states, ""));
        scratch.write(file, scratch.read(file).replacen(from, to, 1));
        assert_eq!(unseen(&scratch, at), Some(4), "{at}");
        let said = scratch.run(&["validate", "study.toml"]);
        assert!(
            said.err.contains("(RV0327)") && said.err.contains(at),
            "{}",
            said.err
        );
    }
    let scratch = super::durations();
    let text = scratch
        .read("durations.csv")
        .replacen("relapse", "010170-1111", 1);
    scratch.write("durations.csv", text);
    assert_eq!(unseen(&scratch, "event"), Some(4));
}

/// A quote that opens in the header makes names of rows, and so does a header that is not there.
#[test]
fn names_of_columns_that_are_data_stay_unseen() {
    for change in [
        ("cpr,week,hours", "cpr,\",hours"),
        ("week,hours\n0", "week,hours 0"),
        ("cpr,week,hours\n", ""),
    ] {
        let scratch = trial();
        let text = scratch.read("hours.csv");
        let text = text.replacen(change.0, change.1, 1) + "050574-5555,4,\"37\n";
        scratch.write("hours.csv", text);
        assert_eq!(unseen(&scratch, change.1), Some(4), "{change:?}");
    }
}
