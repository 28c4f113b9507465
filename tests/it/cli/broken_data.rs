//! A broken copy of each input: exit code 4, the file, the row, the column and a remedy, no person, nothing written.

use super::{assert_discreet_words, durations, trial};
use crate::support::scratch::Scratch;

/// One mistake and what must be said of it.
struct Fault {
    file: &'static str,
    /// What stands in the file, and what the mistake makes of it.
    change: (&'static str, &'static str),
    code: &'static str,
    /// Where it must be found: column and rows.
    at: &'static str,
    /// What must be among the words.
    says: &'static str,
}

const fn fault(
    file: &'static str,
    change: (&'static str, &'static str),
    code: &'static str,
    at: &'static str,
    says: &'static str,
) -> Fault {
    Fault {
        file,
        change,
        code,
        at,
        says,
    }
}

/// Mistakes in the files of a trial with spells.
const IN_SPELLS: &[Fault] = &[
    // persons.csv
    fault(
        "persons.csv",
        (
            "deltager,syd,m\n",
            "deltager,syd,m\n010170-1111,kontrol,nord,k\n",
        ),
        "RV0301",
        "column `cpr`, row 10",
        "earlier row",
    ),
    fault(
        "persons.csv",
        ("0202712222,kontrol", "0202712222,"),
        "RV0303",
        "column `arm`, row 3",
        "empty",
    ),
    fault(
        "persons.csv",
        ("0202712222,kontrol", "0202712222,lodtrukket"),
        "RV0305",
        "column `arm`, row 3",
        "`lodtrukket`",
    ),
    fault(
        "persons.csv",
        ("0202712222,kontrol,nord", "0202712222,kontrol,"),
        "RV0303",
        "column `site`, row 3",
        "empty",
    ),
    fault(
        "persons.csv",
        (
            "deltager,syd,m\n",
            "deltager,syd,m\n110170-1111,kontrol,nord,k\n",
        ),
        "RV0310",
        "row 10",
        "no follow-up",
    ),
    fault(
        "persons.csv",
        ("cpr,arm", "cpr,gruppe"),
        "RV0204",
        "persons.csv",
        "`arm`",
    ),
    fault(
        "persons.csv",
        ("0202712222,kontrol,nord,m", "0202712222,kontrol"),
        "RV0206",
        "row 3",
        "cells",
    ),
    // spells.csv
    fault(
        "spells.csv",
        ("0202712222,1,2", "110170-1111,1,2"),
        "RV0302",
        "column `cpr`, row 3",
        "not in the persons file",
    ),
    fault(
        "spells.csv",
        ("0202712222,3,4", "0202712222,4,3"),
        "RV0307",
        "column `end`, row 4",
        "before",
    ),
    fault(
        "spells.csv",
        ("0202712222,3,4", "0202712222,2,4"),
        "RV0312",
        "column `start`, rows 3, 4",
        "overlap",
    ),
    fault(
        "spells.csv",
        ("0202712222,1,2", "0202712222,1,1"),
        "RV0309",
        "column `start`, row 4",
        "without a spell",
    ),
    fault(
        "spells.csv",
        ("0202712222,1,2,ydelse", "0202712222,1,2,ydelsen"),
        "RV0306",
        "column `state`, row 3",
        "`ydelsen`",
    ),
    fault(
        "spells.csv",
        ("0202712222,1,2", "0202712222,010170-1111,2"),
        "RV0304",
        "column `start`, row 3",
        "text, 11 characters",
    ),
    fault(
        "spells.csv",
        ("0202712222,1,2", "0202712222,1,0202712222"),
        "RV0308",
        "column `end`, row 3",
        "cannot belong",
    ),
    fault(
        "spells.csv",
        ("0202712222,1,2", "0202712222,,2"),
        "RV0303",
        "column `start`, row 3",
        "empty",
    ),
    fault(
        "spells.csv",
        ("0202712222,3,4", "0202712222,3,"),
        "RV0313",
        "column `end`, row 4",
        "open-ended",
    ),
    fault(
        "spells.csv",
        ("0202712222,1,2", "\"0202712222,1,2"),
        "RV0207",
        "row 3",
        "quote",
    ),
    // hours.csv
    fault(
        "hours.csv",
        ("3,37.00", "3,Bente"),
        "RV0304",
        "column `hours`, row 2",
        "text, 5 characters",
    ),
    fault(
        "hours.csv",
        ("2222,3,", "2222,uge 3,"),
        "RV0304",
        "column `week`, row 2",
        "text, 5 characters",
    ),
    fault(
        "hours.csv",
        ("2222,3,", "2222,3000,"),
        "RV0308",
        "column `week`, row 2",
        "trial week 3000",
    ),
    fault(
        "hours.csv",
        ("0202712222,3,", ",3,"),
        "RV0303",
        "column `cpr`, row 2",
        "empty",
    ),
    fault(
        "hours.csv",
        ("week,hours", "week,timer"),
        "RV0204",
        "hours.csv",
        "`hours`",
    ),
    // meetings.csv
    fault(
        "meetings.csv",
        ("1111,1,held", "1111,Bente,held"),
        "RV0304",
        "column `week`, row 2",
        "text, 5 characters",
    ),
    fault(
        "meetings.csv",
        ("1111,1,held", "1111,,held"),
        "RV0303",
        "column `week`, row 2",
        "empty",
    ),
    fault(
        "meetings.csv",
        ("1111,1,held", "1111,-3000,held"),
        "RV0308",
        "column `week`, row 2",
        "trial week -3000",
    ),
    fault(
        "meetings.csv",
        ("cpr,week,kind", "cpr,week,week"),
        "RV0205",
        "meetings.csv",
        "`week`",
    ),
];

/// Mistakes in the file of durations.
const IN_DURATIONS: &[Fault] = &[
    fault(
        "durations.csv",
        ("0202712222,1", "110170-1111,1"),
        "RV0302",
        "column `cpr`, row 3",
        "not in the persons file",
    ),
    fault(
        "durations.csv",
        ("Bente Sørensen,1,ukendt", "0202712222,1,ukendt"),
        "RV0322",
        "column `cpr`, row 9",
        "earlier row",
    ),
    fault(
        "durations.csv",
        ("0202712222,1", "0202712222,0202712222"),
        "RV0308",
        "column `days`, row 3",
        "cannot belong",
    ),
    fault(
        "durations.csv",
        ("0202712222,1", "0202712222,010170-1111"),
        "RV0304",
        "column `days`, row 3",
        "text, 11 characters",
    ),
    fault(
        "durations.csv",
        ("0202712222,1,relapse", "0202712222,1,"),
        "RV0303",
        "column `event`, row 3",
        "empty",
    ),
    fault(
        "durations.csv",
        ("Bente Sørensen,1,ukendt\n", ""),
        "RV0310",
        "persons.csv: row 9",
        "not in the durations file",
    ),
];

fn break_it(scratch: &Scratch, fault: &Fault) {
    let text = scratch.read(fault.file);
    assert!(text.contains(fault.change.0), "{:?}", fault.change);
    scratch.write(fault.file, text.replacen(fault.change.0, fault.change.1, 1));
}

/// The paragraph about a code: title, what is allowed, hint.
fn paragraph<'a>(said: &'a str, code: &str) -> &'a str {
    let mark = format!("({code})");
    let Some(at) = said.find(&mark) else {
        return "";
    };
    let start = said[..at].rfind("error: ").unwrap_or(0);
    let end = said[at..]
        .find("\nerror: ")
        .map_or(said.len(), |next| at + next);
    &said[start..end]
}

#[track_caller]
fn assert_told(fault: &Fault, err: &str) {
    let told = paragraph(err, fault.code);
    let what = format!("{} {:?}", fault.code, fault.change);
    for part in [fault.file, fault.at, fault.says] {
        let elsewhere = fault.at.starts_with("persons.csv") && part == fault.file;
        assert!(
            told.contains(part) || elsewhere,
            "{what}: `{part}` is not said in:\n{err}"
        );
    }
    let hint = told.split("\nhint: ").nth(1).unwrap_or("");
    let first = hint.chars().next().unwrap_or(' ');
    assert!(first.is_ascii_lowercase(), "{what}: no remedy in:\n{err}");
}

fn check(make: fn() -> Scratch, fault: &Fault) {
    let scratch = make();
    break_it(&scratch, fault);
    let before = scratch.files();
    let run = scratch.run(&["run", "study.toml", "--out", "result"]);
    let validated = scratch.run(&["validate", "study.toml"]);
    for said in [&run, &validated] {
        assert_eq!(said.code, Some(4), "{:?}: {said:?}", fault.change);
        assert_told(fault, &said.err);
        assert_eq!(said.out, "", "{:?}", fault.change);
        assert_discreet_words(&scratch, said);
    }
    let json = scratch.run(&["validate", "study.toml", "--json"]);
    assert_eq!((json.code, json.err.as_str()), (Some(4), ""));
    assert_discreet_words(&scratch, &json);
    let answer: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(answer["valid"], false);
    let codes: Vec<&str> = answer["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .collect();
    assert!(codes.contains(&fault.code), "{codes:?}");
    assert_eq!(
        scratch.files(),
        before,
        "{:?} wrote something",
        fault.change
    );
}

#[test]
fn a_broken_copy_of_each_file_of_a_trial_is_refused() {
    for fault in IN_SPELLS {
        check(trial, fault);
    }
}

#[test]
fn a_broken_copy_of_the_durations_is_refused() {
    for fault in IN_DURATIONS {
        check(durations, fault);
    }
}

/// One mistake of each kind that can stand beside the others; each in a person or row of its own.
#[test]
fn all_mistakes_are_told_in_one_pass() {
    let scratch = trial();
    let changes = [
        ("persons.csv", "0202712222,kontrol,nord", "0202712222,,nord"),
        (
            "persons.csv",
            "deltager,syd,m\n",
            "deltager,syd,m\n010170-1111,kontrol,nord,k\n",
        ),
        (
            "persons.csv",
            "030372-3333,kontrol",
            "030372-3333,lodtrukket",
        ),
        ("spells.csv", "010170-1111,1,4", "010170-1111,4,1"),
        ("spells.csv", "0202712222,3,4", "0202712222,2,4"),
        ("spells.csv", "040473-4444,1,3,", "040473-4444,1,2,"),
        ("spells.csv", "050574-5555,1,1", "050574-5555,x,1"),
        ("spells.csv", "0606756666,1,4", "0606756666,1,9999"),
        (
            "spells.csv",
            "070776-7777,1,2,ydelse",
            "070776-7777,1,2,ferie",
        ),
        ("spells.csv", "Bente Sørensen,1,4", "Hansine,1,4"),
        ("hours.csv", "3,37.00", "3,mange"),
        ("meetings.csv", "1111,1,held", "1111,,held"),
    ];
    for (file, from, to) in changes {
        let text = scratch.read(file);
        assert!(text.contains(from), "{from}");
        scratch.write(file, text.replacen(from, to, 1));
    }
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!(said.code, Some(4), "{}", said.err);
    assert_discreet_words(&scratch, &said);
    assert!(!said.err.contains("Hansine"), "{}", said.err);
    for code in [
        "RV0301", "RV0302", "RV0303", "RV0304", "RV0305", "RV0306", "RV0307", "RV0308", "RV0309",
        "RV0310", "RV0312",
    ] {
        assert!(said.err.contains(code), "{code} is not in:\n{}", said.err);
    }
    for file in ["persons.csv", "spells.csv", "hours.csv", "meetings.csv"] {
        assert!(said.err.contains(&format!("validate {file}: ")), "{file}");
    }
}

#[test]
fn only_the_first_ten_rows_are_listed_and_all_are_counted() {
    let scratch = trial();
    scratch.write("hours.csv", HOURS_OF_NOBODY.replace("37", "mange"));
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!(said.code, Some(4));
    let rows = "column `hours`, rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and more (12 in all)";
    assert!(said.err.contains(rows), "{}", said.err);
}

const HOURS_OF_NOBODY: &str = "cpr,week,hours\n0202712222,1,37\n0202712222,1,37\n0202712222,1,37\n\
0202712222,1,37\n0202712222,1,37\n0202712222,1,37\n0202712222,1,37\n0202712222,1,37\n0202712222,1,37\n\
0202712222,1,37\n0202712222,1,37\n0202712222,1,37\n";

/// A stratum with one arm, and amounts of somebody outside the trial, are told and do not stop the run.
#[test]
fn warnings_are_told_and_counted_and_the_result_is_written() {
    let scratch = trial();
    let persons = scratch
        .read("persons.csv")
        .replace("0,kontrol,syd", "0,kontrol,nord");
    let persons = persons
        .replace("3333,kontrol,syd", "3333,kontrol,nord")
        .replace("4444,kontrol,syd", "4444,kontrol,nord");
    scratch.write("persons.csv", persons);
    let hours = scratch.read("hours.csv") + "110170-1111,1,37\n";
    scratch.write("hours.csv", hours);
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_discreet_words(&scratch, &said);
    for part in [
        "warning: persons.csv: column `site`, row 8: ",
        "(RV0314)",
        "warning: hours.csv: column `cpr`, row 6: ",
        "(RV0302)",
    ] {
        assert!(said.err.contains(part), "{part} is not in:\n{}", said.err);
    }
    let bundle = scratch.read("result/bundle.json");
    assert!(bundle.contains("RV0314") && bundle.contains("RV0302"));
    assert!(
        scratch
            .read("result/accounting.csv")
            .contains("unknown_person")
    );
}
