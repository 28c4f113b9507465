//! `audit`: the model report held against itself, every form of the answer, and what is no claims file.

use crate::support::repository;
use crate::support::scratch::Scratch;
use serde_json::Value;

fn fixture(name: &str) -> String {
    let path = repository(&format!("fixtures/{name}"));
    path.to_str().expect("a path").to_owned()
}

fn answer(text: &str) -> Value {
    let value = serde_json::from_str(text).expect("JSON");
    let schema = std::fs::read_to_string(repository("fixtures/schemas/check.json"));
    let schema = serde_json::from_str(&schema.expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&value), "{text}");
    value
}

#[test]
fn the_model_report_contradicts_itself_in_two_places() {
    let scratch = Scratch::new();
    let claims = fixture("claims/paa-rette-vej-audit.toml");
    let said = scratch.run(&["audit", &claims]);
    assert_eq!((said.code, said.err.as_str()), (Some(6), ""));
    assert!(
        said.out
            .starts_with("Evaluering: På rette vej i job (2013): the arithmetic")
    );
    let wrong: Vec<&str> = said.out.lines().filter(|l| l.starts_with('!')).collect();
    assert_eq!(wrong.len(), 2, "{}", said.out);
    assert!(wrong[0].contains("meetings-control") && wrong[0].contains("0.12 and 0.135"));
    assert!(wrong[1].contains("activation-control") && wrong[1].contains("0.21 and 0.22"));
    assert!(
        said.out.ends_with("23 claims: 21 hold, 2 not\n"),
        "{}",
        said.out
    );

    let json = answer(&scratch.run(&["audit", &claims, "--format", "json"]).out);
    assert_eq!(
        (&json["holds"], &json["study"], &json["schema"]),
        (&false.into(), &Value::Null, &"1.0".into())
    );
    let verdict = |id: &str| {
        let claims = json["claims"].as_array().expect("claims");
        let claim = claims
            .iter()
            .find(|claim| claim["id"] == id)
            .expect("a claim");
        (
            claim["verdict"].as_str().expect("a verdict"),
            claim["detail"].as_str().expect("a detail"),
        )
    };
    // p < 0.001 is true of some splits only; significance at 5 per cent of all.
    let (word, detail) = verdict("table-3-work-is-important");
    assert_eq!(word, "depends on the split");
    assert!(
        detail.contains("169 of 169 splits from 30 to 70 % are significant"),
        "{detail}"
    );
    assert_eq!(verdict("table-3-rather-work").0, "same");
    assert_eq!(verdict("table-2-tasks").1, "96 of 126");
    assert_eq!(verdict("motivated").0, "same");
    assert_eq!(verdict("meetings-treated").0, "within rounding");
}

#[test]
fn the_forms_for_machines_name_what_does_not_hold() {
    let scratch = Scratch::new();
    let claims = fixture("claims/paa-rette-vej-audit.toml");
    let said = scratch.run(&["audit", &claims, "--format", "junit"]);
    assert_eq!(said.code, Some(6));
    assert!(
        said.out.contains("tests=\"23\" failures=\"2\""),
        "{}",
        said.out
    );
    let said = scratch.run(&["audit", &claims, "--format", "github"]);
    assert_eq!(
        said.out
            .matches("::error file=paa-rette-vej-audit.toml,line=")
            .count(),
        2,
        "{}",
        said.out
    );
}

#[test]
fn claims_about_rows_are_left_to_check_and_counted() {
    let scratch = Scratch::new();
    let said = scratch.run(&["audit", &fixture("studies/paa-rette-vej/claims.toml")]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(
        said.out
            .contains("note: 15 claims are about rows of a result"),
        "{}",
        said.out
    );
    assert!(said.out.ends_with("0 claims: all hold\n"), "{}", said.out);
}

#[test]
fn a_broken_claims_file_ends_with_3_and_says_where() {
    let scratch = Scratch::with(&[(
        "claims.toml",
        "[[claim]]\nid = \"a\"\nkind = \"sum\"\nparts = [1, \"2\"]\ntotal = 3\n\n[[claim]]\nid = \"b\"\nkind = \"sums\"\n\n\
         [[claim]]\nid = \"c\"\nkind = \"estimate\"\nestimate = 1.5\nconf_low = 1\n",
    )]);
    let said = scratch.run(&["audit", "claims.toml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(3), ""));
    for part in [
        "parts is not a number",
        "unknown kind `sums`",
        "write `sum`",
        "one limit of an interval",
        "claims.toml:4:13",
    ] {
        assert!(said.err.contains(part), "{part} in {}", said.err);
    }
    assert_eq!(scratch.run(&["audit", "nothing.toml"]).code, Some(3));
}
