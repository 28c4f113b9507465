//! Planted faults: each that `simulate` plants is found by `validate` under its code, in its file and column, with its
//! rows and its exact count, and no person is given away.

use crate::support::repository;
use crate::support::scratch::{Said, Scratch};
use rettevej::simulate::{FAULTS, Layout, PLANTED};
use serde_json::Value;

/// Faults after which a file is not read at all, so that others in it cannot be told in the same pass.
const ALONE: [&str; 3] = ["latin1_names", "renamed_column", "truncated"];

fn simulated(scenario: &str, arguments: &[&str]) -> Scratch {
    let scratch = Scratch::new();
    let path = repository("fixtures/scenarios").join(scenario);
    let path = path.to_string_lossy();
    let mut all = vec!["simulate", &path, "--out", "register", "--seed", "5"];
    all.extend(arguments);
    let said = scratch.run(&all);
    assert_eq!(
        (said.code, said.err.as_str()),
        (Some(0), ""),
        "{arguments:?}"
    );
    scratch
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What was planted, as the truth tells it.
fn planted(scratch: &Scratch) -> Vec<Value> {
    let truth = json(&scratch.read("register/truth.json"));
    truth["faults"].as_array().cloned().unwrap_or_default()
}

fn assert_found(fault: &Value, said: &Said) {
    let answer = json(&said.out);
    let rows: Vec<&Value> = fault["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .take(10)
        .collect();
    let file = format!("{}.csv", fault["file"].as_str().expect("a file"));
    let is_it = |finding: &&Value| {
        let place = &finding["place"];
        let same_rows = rows.is_empty()
            || place["rows"]
                .as_array()
                .is_some_and(|r| r.iter().eq(rows.iter().copied()));
        finding["code"] == fault["code"]
            && place["file"] == file.as_str()
            && (fault["column"].is_null() || place["column"] == fault["column"])
            && same_rows
            && place["count"] == fault["count"]
    };
    let findings = answer["findings"].as_array().expect("findings");
    assert!(
        findings.iter().any(|finding| is_it(&finding)),
        "{fault} is not in {findings:#?}"
    );
}

#[test]
fn every_fault_is_found_and_named_with_its_exact_count() {
    for fault in FAULTS {
        let scratch = simulated("register.toml", &["--fault", fault.name]);
        let all = planted(&scratch);
        assert_eq!(all.len(), 1, "{}", fault.name);
        assert_eq!(all[0]["name"], fault.name);
        let count = all[0]["count"].as_u64().expect("a count") as usize;
        assert!(
            count.is_multiple_of(PLANTED) || ALONE.contains(&fault.name),
            "{}",
            fault.name
        );
        let said = scratch.run(&["validate", "register/study.toml", "--json"]);
        let expected = if fault.name == "negative_hours" { 0 } else { 4 };
        assert_eq!(said.code, Some(expected), "{}: {}", fault.name, said.out);
        assert_found(&all[0], &said);
        // Nothing else is found: one mistake is one finding.
        let findings = json(&said.out)["findings"]
            .as_array()
            .expect("findings")
            .len();
        assert_eq!(findings, 1, "{}: {}", fault.name, said.out);
    }
}

/// In the layouts of DREAM: each fault that has a place there, found as the truth says.
fn assert_found_in_dream(layout: Layout, name: &str, least: usize) {
    let fitting: Vec<_> = FAULTS.iter().filter(|fault| fault.fits(layout)).collect();
    assert!(fitting.len() >= least, "{}", fitting.len());
    for fault in fitting {
        let scratch = simulated("register.toml", &["--layout", name, "--fault", fault.name]);
        let all = planted(&scratch);
        assert_eq!(all.len(), 1, "{}", fault.name);
        let said = scratch.run(&["validate", "register/study.toml", "--json"]);
        let expected = if fault.name == "negative_hours" { 0 } else { 4 };
        assert_eq!(said.code, Some(expected), "{}: {}", fault.name, said.out);
        assert_found(&all[0], &said);
        let findings = json(&said.out)["findings"].clone();
        let findings = findings.as_array().expect("findings").iter();
        let told = findings
            .filter(|finding| finding["severity"] != "note")
            .count();
        assert_eq!(told, 1, "{}: {}", fault.name, said.out);
    }
}

#[test]
fn every_fault_of_a_wide_dream_file_is_found_and_named() {
    assert_found_in_dream(Layout::DreamWide, "dream_wide", 13);
}

#[test]
fn every_fault_of_a_long_dream_file_is_found_and_named() {
    assert_found_in_dream(Layout::DreamLong, "dream_long", 17);
}

#[test]
fn all_faults_together_are_found_in_one_pass() {
    let names = FAULTS
        .iter()
        .map(|fault| fault.name)
        .filter(|name| !ALONE.contains(name));
    let arguments: Vec<&str> = names.flat_map(|name| ["--fault", name]).collect();
    let scratch = simulated("register.toml", &arguments);
    let all = planted(&scratch);
    assert_eq!(all.len(), FAULTS.len() - ALONE.len());
    let said = scratch.run(&["validate", "register/study.toml", "--json"]);
    assert_eq!(said.code, Some(4));
    for fault in all.iter().filter(|fault| fault["code"] != "RV0304") {
        assert_found(fault, &said);
    }
    // Two faults make bad cells of one column: they are told together.
    let answer = json(&said.out);
    let starts = answer["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|finding| finding["code"] == "RV0304" && finding["place"]["column"] == "start_week");
    assert_eq!(starts.expect("bad weeks")["place"]["count"], 2 * PLANTED);
}

#[test]
fn planted_identifiers_are_shown_nowhere() {
    let scratch = simulated(
        "register.toml",
        &["--fault", "cpr_ids", "--fault", "overlap"],
    );
    let persons = scratch.read("register/persons.csv");
    let ids: Vec<&str> = persons
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    for arguments in [
        &["validate", "register/study.toml"][..],
        &["validate", "register/study.toml", "--json"],
        &["run", "register/study.toml", "--out", "result", "--verbose"],
    ] {
        let said = scratch.run(arguments);
        assert_eq!(said.code, Some(4));
        for id in &ids {
            assert_eq!(id.len(), 11);
            assert!(
                !said.out.contains(id) && !said.err.contains(id),
                "{arguments:?}"
            );
        }
    }
    assert!(!scratch.path("result").exists());
}

#[test]
fn a_register_without_faults_is_fine_in_every_unit_of_weeks() {
    for scenario in [
        "register.toml",
        "two-arms.toml",
        "clusters.toml",
        "staggered.toml",
        "rare.toml",
    ] {
        let scratch = simulated(scenario, &[]);
        assert!(planted(&scratch).is_empty());
        let said = scratch.run(&["validate", "register/study.toml", "--json"]);
        assert_eq!(said.code, Some(0), "{scenario}: {}", said.out);
        let errors = &json(&said.out)["counts"]["error"];
        assert_eq!(*errors, 0, "{scenario}");
    }
}

#[test]
fn a_fault_without_a_place_is_refused_and_nothing_is_written() {
    let scratch = Scratch::new();
    let path = repository("fixtures/scenarios/two-arms.toml");
    let path = path.to_string_lossy();
    for (arguments, code) in [
        (&["--fault", "week_53"][..], 3),
        (&["--fault", "latin1_names", "--format", "parquet"], 3),
        (&["--layout", "dream_wide"], 3),
        (&["--layout", "dream_long", "--fault", "wrong_week"], 3),
        (&["--fault", "nonsense"], 2),
    ] {
        let mut all = vec!["simulate", &path, "--out", "register"];
        all.extend(arguments);
        let said = scratch.run(&all);
        assert_eq!(said.code, Some(code), "{arguments:?}: {}", said.err);
        assert!(scratch.files().is_empty(), "{arguments:?}");
    }
}

#[test]
fn faults_and_what_they_are_stand_in_the_help() {
    let help = Scratch::new().run(&["simulate", "--help"]).out;
    for fault in FAULTS {
        assert!(help.contains(fault.name), "{}", fault.name);
        let said = Scratch::new().run(&["explain", fault.code]);
        assert_eq!(said.code, Some(0), "{}", fault.code);
    }
    assert!(FAULTS.is_sorted_by(|a, b| a.name < b.name));
}
