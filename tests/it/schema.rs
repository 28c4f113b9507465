//! The schemas: generated equals committed, every example file keeps to them, and so does what a run writes.

use crate::support::repository;
use crate::support::scratch::Scratch;
use jsonschema::Validator;
use rettevej::estimand::REGISTRY;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const KINDS: [&str; 8] = [
    "study", "bundle", "claims", "prices", "scenario", "validate", "check", "diff",
];

fn committed(kind: &str) -> Value {
    let path = repository("fixtures/schemas").join(format!("{kind}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn validator(kind: &str) -> Validator {
    jsonschema::validator_for(&committed(kind)).expect("a schema")
}

/// Every file of that name, or with that ending, in a folder of examples.
fn examples(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut folders = vec![repository(folder)];
    let mut found = Vec::new();
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no {ending} in {folder}");
    found
}

fn toml(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a text");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn assert_valid(validator: &Validator, path: &Path, value: &Value) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
}

#[test]
fn committed_schemas_are_those_of_the_program() {
    let scratch = Scratch::new();
    for kind in KINDS {
        let said = scratch.run(&["schema", kind]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        let path = repository("fixtures/schemas").join(format!("{kind}.json"));
        let there = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            there.replace("\r\n", "\n") == said.out,
            "fixtures/schemas/{kind}.json is not what the program says; run\n  \
             cargo run --release -- schema {kind} > fixtures/schemas/{kind}.json"
        );
    }
}

#[test]
fn every_example_keeps_to_its_schema() {
    for (kind, folder, ending) in [
        ("study", "fixtures", "study.toml"),
        ("claims", "fixtures/claims", ".toml"),
        ("claims", "fixtures/studies", "claims.toml"),
        ("prices", "fixtures/studies", "prices.toml"),
        ("scenario", "fixtures/scenarios", ".toml"),
        ("scenario", "fixtures/studies", "scenario.toml"),
    ] {
        let validator = validator(kind);
        for path in examples(folder, ending) {
            assert_valid(&validator, &path, &toml(&path));
        }
    }
}

#[test]
fn an_unknown_key_breaks_every_schema() {
    for (kind, example) in [
        ("study", "fixtures/studies/tiny/study.toml"),
        ("claims", "fixtures/claims/paa-rette-vej-wrong.toml"),
        ("prices", "fixtures/studies/paa-rette-vej/prices.toml"),
        ("scenario", "fixtures/scenarios/two-arms.toml"),
    ] {
        let mut value = toml(&repository(example));
        value["colour"] = "red".into();
        assert!(!validator(kind).is_valid(&value), "{kind}");
    }
}

#[test]
fn a_written_bundle_keeps_to_its_schema() {
    let validator = validator("bundle");
    for study in [
        "fixtures/studies/tiny/study.toml",
        "fixtures/hand/strata/study.toml",
        "fixtures/hand/durations_from_tick_zero/study.toml",
        "fixtures/hand/death_and_loss/study.toml",
        "fixtures/hand/staggered_followup/study.toml",
    ] {
        let scratch = Scratch::new();
        let study = repository(study);
        let name = study.to_str().expect("a path");
        let said = scratch.run(&["run", name, "--out", "result"]);
        assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
        let bundle = serde_json::from_str(&scratch.read("result/bundle.json")).expect("JSON");
        assert_valid(&validator, &study, &bundle);
    }
}

/// `study` may not name the estimands it offers from the registry, which lies to its right; this keeps the two equal.
#[test]
fn the_study_offers_the_estimands_of_the_registry() {
    let offered: Vec<&str> = rettevej::study::slugs::SLUGS
        .iter()
        .map(|s| s.name)
        .collect();
    let registered: Vec<&str> = REGISTRY
        .iter()
        .map(rettevej::estimand::Estimand::card)
        .flat_map(|card| std::iter::once(card.slug).chain(card.contrast))
        .collect();
    let set = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(set(&offered), set(&registered));
    assert_eq!(offered.len(), registered.len(), "a name stands twice");
}
