//! Scenarios that must be refused, and how.

use super::super::*;
use super::BY_HAND;
use crate::error::{Class, Error, Place};

fn refused(change: impl Fn(&str) -> String) -> Error {
    Scenario::parse(&change(BY_HAND), "scenario.toml")
        .and_then(Simulator::new)
        .unwrap_err()
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let error = refused(|text| text.replace("horizon = 2", "horizon = 2\nhorison = 3"));
    assert_eq!(error.class, Class::Study);
    let found = &error.diagnostics[0];
    assert_eq!(found.code, codes::SYNTAX);
    assert!(found.message.contains("horison"), "{found}");
    assert!(
        matches!(
            &found.place,
            Place::Study {
                line: 4,
                column: 1,
                ..
            }
        ),
        "{found:?}"
    );
}

#[test]
fn broken_toml_is_refused_with_its_line() {
    let error = refused(|text| text.replace("horizon = 2", "horizon = = 2"));
    assert!(matches!(
        &error.diagnostics[0].place,
        Place::Study { line: 3, .. }
    ));
}

#[test]
fn several_mistakes_are_told_in_one_pass() {
    let error = refused(|text| {
        text.replace("hazard = 0.2", "hazard = 1.2")
            .replace("initial = { benefit = 1.0 }", "initial = { benefit = 0.9 }")
            .replace("from = [\"benefit\"]", "from = [\"benefits\"]")
            .replace(
                "{ name = \"job\" }",
                "{ name = \"job\" }, { name = \"job\" }",
            )
    });
    let codes: Vec<&str> = error.diagnostics.iter().map(|d| d.code).collect();
    for code in [codes::RANGE, codes::SHARES, codes::NAME, codes::TWICE] {
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    assert!(error.diagnostics.iter().all(|d| !d.hint.is_empty()));
}

#[test]
fn an_effect_of_an_unknown_arm_is_refused() {
    let error = refused(|text| {
        text.replace(
            "effects = [{ multiplier",
            "effects = [{ arm = \"x\", multiplier",
        )
    });
    assert_eq!(error.diagnostics[0].code, codes::NAME);
}

#[test]
fn hazards_that_multiply_to_more_than_one_are_refused() {
    let error = refused(|text| text.replace("hazard = 0.2", "hazard = 0.6"));
    let found = &error.diagnostics[0];
    assert_eq!(found.code, codes::PROBABILITY);
    assert!(
        found.message.contains("benefit") && found.message.contains("1.200"),
        "{found}"
    );
}

#[test]
fn a_calendar_that_runs_backwards_is_refused() {
    for entry in [
        "entry = { first = \"2011-W10\", last = \"2010-W44\", data_end = \"2012-W01\" }",
        "entry = { first = \"2010-W53\", last = \"2011-W44\", data_end = \"2012-W01\" }",
        "weeks = \"iso\"",
    ] {
        let error = refused(|text| text.replace("horizon = 2", &format!("horizon = 2\n{entry}")));
        assert_eq!(error.diagnostics[0].code, codes::CALENDAR, "{entry}");
    }
}

#[test]
fn a_file_in_another_folder_is_refused() {
    let hours = "[hours]\nfile = \"../hours.csv\"\nrules = []\n";
    let error = refused(|text| format!("{text}{hours}"));
    assert_eq!(error.diagnostics[0].code, codes::NAME);
}

#[test]
fn shares_of_arms_that_are_missing_or_unknown_are_refused() {
    let lost = "lost = { state = \"lost\", hazard = { control = 0.1, other = 0.1 } }";
    let error = refused(|text| text.replace("horizon = 2", &format!("horizon = 2\n{lost}")));
    assert_eq!(error.diagnostics[0].code, codes::NAME);
    assert_eq!(
        error.diagnostics[0].allowed.as_deref(),
        Some("control, treated")
    );
}

#[test]
fn codes_are_unique_and_in_the_range_of_the_room() {
    let list: Vec<&str> = codes::CODES.iter().map(|c| c.code).collect();
    assert!(list.iter().all(|c| c.starts_with("RV08")));
    assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn the_schema_allows_no_unknown_key_and_names_every_section() {
    let schema = schema();
    assert_eq!(schema["additionalProperties"], false);
    for key in [
        "states",
        "transitions",
        "arms",
        "sites",
        "hours",
        "events",
        "exits",
        "clusters",
        "lost",
    ] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    let scenarios = [
        "scenarios/two-arms.toml",
        "scenarios/clusters.toml",
        "studies/paa-rette-vej/scenario.toml",
    ];
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in scenarios {
        let text = std::fs::read_to_string(super::fixture(name)).unwrap();
        let value: serde_json::Value = toml::from_str(&text).unwrap();
        assert!(validator.is_valid(&value), "{name}");
    }
}
