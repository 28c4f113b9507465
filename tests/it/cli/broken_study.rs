//! A broken study: exit code 3, the line it stands on, one thing to do, nothing written.

use super::{STUDY, assert_discreet_words, trial};
use crate::support::scratch::{Said, Scratch};

/// Puts `to` where `from` stands and says on which line that is.
fn broken(from: &str, to: &str) -> (Scratch, usize) {
    let scratch = trial();
    let at = STUDY.find(from).unwrap_or_else(|| panic!("no {from:?}"));
    scratch.write("study.toml", STUDY.replacen(from, to, 1));
    (
        scratch,
        STUDY[..at].lines().count() + usize::from(STUDY[..at].ends_with('\n')),
    )
}

/// Runs it; it must be refused as a study.
#[track_caller]
fn refused(scratch: &Scratch) -> Said {
    let before = scratch.files();
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert_eq!(said.out, "");
    assert!(said.err.contains("hint: "), "{}", said.err);
    assert_discreet_words(scratch, &said);
    assert_eq!(scratch.files(), before);
    let json = scratch.run(&["validate", "study.toml", "--json"]);
    assert_eq!((json.code, json.err.as_str()), (Some(3), ""));
    assert_discreet_words(scratch, &json);
    let answer: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(answer["valid"], false);
    said
}

#[track_caller]
fn assert_says(from: &str, to: &str, parts: &[&str]) {
    let (scratch, line) = broken(from, to);
    let said = refused(&scratch);
    let place = format!("study.toml:{line}:");
    for part in parts.iter().copied().chain([place.as_str()]) {
        assert!(
            said.err.contains(part),
            "{to:?}: `{part}` is not in:\n{}",
            said.err
        );
    }
}

#[test]
fn an_unknown_key_is_refused_with_a_suggestion() {
    let unknown = ["RV0103", "horizont", "horizon"];
    assert_says("horizon = 4", "horizont = 4", &unknown);
    assert_says(
        "replicates = 0",
        "replicate = 0",
        &["RV0103", "write `replicates`"],
    );
}

#[test]
fn bad_toml_is_refused_at_its_place() {
    assert_says("language = \"da\"", "language = \"da", &["RV0102"]);
    assert_says("[persons]", "[persons", &["RV0102"]);
    assert_says(
        "synthetic = true\n",
        "horizon = 5\n",
        &["RV0102", "duplicate"],
    );
}

#[test]
fn wrong_values_are_refused_with_what_is_allowed() {
    assert_says("horizon = 4", "horizon = \"fire\"", &["RV0105"]);
    assert_says("horizon = 4", "horizon = 0", &["RV0108"]);
    assert_says(
        "language = \"da\"",
        "language = \"sv\"",
        &["RV0106", "da", "en"],
    );
    assert_says(
        "treatment = [\"deltager\"]",
        "treatment = [\"kontrol\"]",
        &["RV0111"],
    );
}

#[test]
fn a_path_that_leaves_its_root_is_refused() {
    let persons = "file = \"persons.csv\"";
    assert_says(persons, "file = \"../persons.csv\"", &["RV0112"]);
    assert_says(persons, "file = \"a/../../persons.csv\"", &["RV0112"]);
    assert_says(
        persons,
        "file = \"data:persons.csv\"",
        &["RV0114", "--data"],
    );
    assert_says(persons, "file = \"person.csv\"", &["RV0113"]);
    for absolute in [
        "/etc/passwd",
        "C:/registre/persons.csv",
        "\\\\\\\\server\\\\persons.csv",
    ] {
        let (scratch, line) = broken(persons, &format!("file = \"{absolute}\""));
        let said = refused(&scratch);
        assert!(said.err.contains("RV0112"), "{absolute}: {}", said.err);
        assert!(
            said.err.contains(&format!("study.toml:{line}:")),
            "{}",
            said.err
        );
        for word in ["passwd", "registre", "server\\"] {
            assert!(!said.err.contains(word), "a path is shown: {}", said.err);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_is_followed_only_when_allowed_and_then_told() {
    let elsewhere = Scratch::with(&[("persons.csv", super::PERSONS)]);
    let scratch = trial();
    std::fs::remove_file(scratch.path("persons.csv")).expect("removed");
    std::os::unix::fs::symlink(elsewhere.path("persons.csv"), scratch.path("persons.csv"))
        .expect("a link");
    let said = refused(&scratch);
    assert!(
        said.err.contains("RV0112") && said.err.contains("study.toml:12:"),
        "{}",
        said.err
    );
    assert!(!said.err.contains(&elsewhere.way()), "{}", said.err);

    let allowed = ["run", "study.toml", "--out", "result", "--allow-outside"];
    let said = scratch.run(&allowed);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("RV0125"), "{}", said.err);
    let bundle = scratch.read("result/bundle.json");
    assert!(bundle.contains("RV0125") && !bundle.contains(&elsewhere.way()));
}

#[test]
fn what_a_regression_cannot_do_is_refused_by_name() {
    assert_says(
        "interval = \"normal\"",
        "adjustment = \"lin\"",
        &["RV0132", "outcome `exit`", "`lin`"],
    );
}

#[test]
fn what_this_version_lacks_is_refused_by_name() {
    let later = "not in this version";
    assert_says(
        "[disclosure]",
        "vintage = \"dk-fm-2013\"\n\n[disclosure]",
        &["RV0107", later, "vintage"],
    );
    for (from, to, name) in [
        ("replicates = 0", "scheme = \"permutation\"", "permutation"),
        ("\"persons.csv\"", "\"persons.sav\"", "sav"),
    ] {
        assert_says(from, to, &[later, name]);
    }
}

#[test]
fn three_mistakes_are_told_together() {
    let scratch = trial();
    let study = STUDY
        .replace("horizon = 4", "horizont = 4")
        .replace("kind = \"exit\"", "kind = \"exits\"")
        .replace("file = \"hours.csv\"", "file = \"timer.csv\"");
    scratch.write("study.toml", study);
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(3), ""));
    insta::assert_snapshot!(said.err, @r#"
    error: unknown key `horizont` in `[study]` (RV0103)
     --> study.toml:4:1
      |
    4 | horizont = 4
      | ^^^^^^^^
      |
      = allowed: `author`, `commissioner`, `first_week`, `headline`, `horizon`, `intake`, `language`, `name`, `synthetic`, `title`
      = hint: write `horizon`
    error: `kind` in `[outcomes.exit]` cannot be `exits` (RV0106)
      --> study.toml:31:8
       |
    31 | kind = "exits"
       |        ^^^^^^^
       |
       = allowed: `weeks_in`, `inflow`, `lasting`, `amount`, `events`, `share_among`, `exit`
       = hint: write `exit`
    error: there is no file `timer.csv` (RV0113)
      --> study.toml:37:8
       |
    37 | file = "timer.csv"
       |        ^^^^^^^^^^^
       |
       = hint: check the name, or give its folder with `--data DIR`
    "#);
}

#[test]
fn a_study_that_is_not_there_is_said_without_its_path() {
    let scratch = trial();
    let path = scratch.path("no/such.toml");
    let said = scratch.run(&["validate", path.to_str().expect("a path")]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(
        said.err.contains("RV0101") && said.err.contains("such.toml"),
        "{}",
        said.err
    );
    assert_discreet_words(&scratch, &said);
}
