//! `check --write`: values put in a claims file, all else kept; a new file where there is none; nothing written where it
//! must not be.

use super::trial;
use crate::support::scratch::Scratch;

fn result() -> Scratch {
    let scratch = trial();
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    scratch
}

#[test]
fn a_claims_file_takes_the_values_of_a_result_and_says_what_changed() {
    let scratch = result();
    let claims = "# keep me\n[[claim]]\nid = \"weeks\" # and me\nvalue = 99 # old\nestimand = \"cumulative_effect\"\noutcome = \"job\"\n";
    scratch.write("claims.toml", claims);
    assert_eq!(
        scratch
            .run(&["check", "result", "--against", "claims.toml"])
            .code,
        Some(6)
    );
    let said = scratch.run(&["check", "result", "--write", "claims.toml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(said.out, "weeks: value 99 -> 0.5\n1 claim: 1 written\n");
    assert!(said.err.contains("written: claims.toml"));
    assert_eq!(scratch.read("claims.toml"), claims.replace("99", "0.5"));
    let files: Vec<String> = scratch.files().into_keys().collect();
    assert!(
        !files.iter().any(|name| name.contains(".claims")),
        "{files:?}"
    );
    assert_eq!(
        scratch
            .run(&["check", "result", "--against", "claims.toml"])
            .code,
        Some(0)
    );
    let again = scratch.run(&["check", "result", "--write", "claims.toml"]);
    assert_eq!(
        (again.code, again.out.as_str(), again.err.as_str()),
        (Some(0), "1 claim: 0 written\n", "")
    );
}

#[test]
fn a_new_file_guards_the_main_numbers() {
    let scratch = result();
    let said = scratch.run(&["check", "result", "--write", "guard.toml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.out
            .contains("job-cumulative-effect-deltager-estimate: 0.5\n"),
        "{}",
        said.out
    );
    let said = scratch.run(&["check", "result", "--against", "guard.toml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains(": all hold"), "{}", said.out);
}

#[test]
fn what_cannot_be_written_is_told_and_what_is_no_claims_file_is_left() {
    let scratch = result();
    let claims = "[[claim]]\nid = \"gone\"\nvalue = 1\nestimand = \"cumulative_effect\"\noutcome = \"jobs\"\n";
    scratch.write("claims.toml", claims);
    let said = scratch.run(&["check", "result", "--write", "claims.toml"]);
    assert_eq!(said.code, Some(6), "{said:?}");
    assert!(
        said.out.contains("! gone: not found, and not written"),
        "{}",
        said.out
    );
    assert_eq!(scratch.read("claims.toml"), claims);
    let said = scratch.run(&["check", "result", "--write", "study.toml"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert_eq!(scratch.read("study.toml"), super::STUDY);
    assert_eq!(
        scratch
            .run(&["check", "result", "--write", "no/folder.toml"])
            .code,
        Some(7)
    );
    assert_eq!(scratch.run(&["check", "result"]).code, Some(2));
}
