//! `validate --json`: each broken input gives its code, severity, column, rows and count, in a form that keeps to its
//! schema, and nothing of any person.

use super::{STUDY, assert_discreet_words, durations, trial};
use crate::support::repository;
use crate::support::scratch::Said;
use serde_json::Value;

/// What must be found.
struct Found {
    code: &'static str,
    severity: &'static str,
    column: Option<&'static str>,
    rows: &'static [u64],
    count: u64,
}

const fn error(code: &'static str, column: &'static str, rows: &'static [u64]) -> Found {
    Found {
        code,
        severity: "error",
        column: Some(column),
        rows,
        count: rows.len() as u64,
    }
}

/// A file, what stands in it, what the mistake makes of it (every time it stands there), and what must be found.
type Case = (&'static str, &'static str, &'static str, Found);

const CASES: &[Case] = &[
    (
        "persons.csv",
        ",kontrol,",
        ",Kontrol ,",
        error("RV0305", "arm", &[2, 3, 4, 5]),
    ),
    (
        "persons.csv",
        ",syd,",
        ",,",
        error("RV0303", "site", &[4, 5, 8, 9]),
    ),
    (
        "persons.csv",
        "0202712222",
        "010170-1111",
        error("RV0301", "cpr", &[3]),
    ),
    (
        "persons.csv",
        "nord,",
        "se 010170-1111,",
        error("RV0327", "site", &[2, 3, 6, 7]),
    ),
    (
        "spells.csv",
        "030372-3333,1,4",
        "030372-3333,4,1",
        error("RV0307", "end", &[5]),
    ),
    (
        "spells.csv",
        "070776-7777",
        "Bente S.",
        error("RV0302", "cpr", &[11, 12]),
    ),
    (
        "spells.csv",
        ",4,ydelse",
        ",2147483648,ydelse",
        error("RV0308", "end", &[2, 5, 10, 13]),
    ),
    (
        "spells.csv",
        "1,4,",
        "-2147483648,4,",
        error("RV0308", "start", &[2, 5, 10, 13]),
    ),
    (
        "spells.csv",
        "3,4,job",
        "NaN,4,job",
        error("RV0304", "start", &[4, 12]),
    ),
    (
        "spells.csv",
        "3,4,job",
        "inf,4,job",
        error("RV0304", "start", &[4, 12]),
    ),
    (
        "spells.csv",
        "3,4,job",
        "3.5,4,job",
        error("RV0304", "start", &[4, 12]),
    ),
    (
        "spells.csv",
        "3,4,job",
        "2010-W53,4,job",
        error("RV0304", "start", &[4, 12]),
    ),
    (
        "spells.csv",
        ",job",
        ",arbejde",
        error("RV0306", "state", &[4, 7, 9, 12]),
    ),
    (
        "spells.csv",
        ",job",
        ",0101701111 job",
        error("RV0327", "state", &[4, 7, 9, 12]),
    ),
    (
        "spells.csv",
        "050574-5555,2,4",
        "050574-5555,1,4",
        error("RV0312", "start", &[8, 9]),
    ),
    ("hours.csv", ".00", "", error("RV0304", "hours", &[])),
    ("hours.csv", "37.00", "37,0,0", error("RV0206", "", &[2])),
    (
        "hours.csv",
        ",4,18.50",
        ",4,1e400",
        error("RV0304", "hours", &[3]),
    ),
    (
        "hours.csv",
        ",4,18.50",
        ",4,-inf",
        error("RV0304", "hours", &[3]),
    ),
    (
        "hours.csv",
        ",4,18.50",
        ",4,99999999999999999999",
        error("RV0304", "hours", &[3]),
    ),
    (
        "meetings.csv",
        ",1,held",
        ",0202712222,held",
        error("RV0308", "week", &[2, 3]),
    ),
    (
        "meetings.csv",
        ",1,held",
        ",se 020271-2222,held",
        error("RV0304", "week", &[2, 3]),
    ),
];

/// Codes that are made of the same broken copy of the whole, so that no rows are known.
const OF_FILES: &[(&str, &[u8], &str)] = &[
    ("persons.csv", b"", "RV0203"),
    ("spells.csv", b"", "RV0203"),
    ("hours.csv", b"\0\0\0\0", "RV0202"),
    ("spells.csv", b"\xff\xfec\0p\0r\0,\0", "RV0202"),
    ("spells.csv", b"cpr,start,end\n", "RV0204"),
    ("persons.csv", b"cpr,arm,site,sex\n", "RV0328"),
    ("spells.csv", b"cpr,start,end,state,state\n", "RV0205"),
    (
        "spells.csv",
        b"cpr,start,end,state\n\"0202712222,1,2,job\n",
        "RV0207",
    ),
];

fn answer(said: &Said) -> Value {
    assert_eq!(said.err, "", "JSON alone is told");
    let answer: Value = serde_json::from_str(&said.out).expect("JSON");
    let schema = std::fs::read_to_string(repository("fixtures/schemas/validate.json"));
    let schema: Value = serde_json::from_str(&schema.expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(&answer)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(answer["exit_code"], said.code.unwrap_or(-1));
    assert_eq!(answer["valid"], said.code == Some(0));
    answer
}

fn findings(answer: &Value) -> &[Value] {
    answer["findings"].as_array().expect("findings")
}

#[test]
fn every_broken_cell_is_found_with_its_code_column_rows_and_count() {
    for (file, from, to, found) in CASES {
        let scratch = trial();
        let text = scratch.read(file);
        assert!(text.contains(from), "{from}");
        scratch.write(file, text.replace(from, to));
        let before = scratch.files();
        let said = scratch.run(&["validate", "study.toml", "--json"]);
        if found.rows.is_empty() {
            // Whole numbers are amounts too.
            assert_eq!(said.code, Some(0), "{from} -> {to}");
            continue;
        }
        assert_eq!(said.code, Some(4), "{from} -> {to}: {}", said.out);
        assert_discreet_words(&scratch, &said);
        assert!(!said.out.contains("Bente"), "{}", said.out);
        let answer = answer(&said);
        let told = findings(&answer).iter().find(|one| {
            let place = &one["place"];
            one["code"] == found.code
                && one["severity"] == found.severity
                && place["file"] == *file
                && place["column"].as_str() == found.column.filter(|column| !column.is_empty())
                && place["rows"] == serde_json::json!(found.rows)
                && place["count"] == found.count
        });
        let told = told.unwrap_or_else(|| panic!("{from} -> {to}:\n{}", said.out));
        assert!(!told["hint"].as_str().unwrap_or("").is_empty(), "{told}");
        assert_eq!(scratch.files(), before, "{from} -> {to} wrote something");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_its_code() {
    for (file, bytes, code) in OF_FILES {
        let scratch = trial();
        scratch.write(file, bytes);
        let said = scratch.run(&["validate", "study.toml", "--json"]);
        assert_eq!(said.code, Some(4), "{file} {code}: {}", said.out);
        assert_discreet_words(&scratch, &said);
        let answer = answer(&said);
        let told = findings(&answer)
            .iter()
            .any(|one| one["code"] == *code && one["place"]["file"] == *file);
        assert!(told, "{file} {code}: {}", said.out);
    }
}

#[test]
fn the_other_files_are_read_though_the_persons_cannot_be() {
    let scratch = trial();
    scratch.write(
        "persons.csv",
        scratch.read("persons.csv").replace("arm,", "gruppe,"),
    );
    scratch.write(
        "spells.csv",
        scratch.read("spells.csv").replace("3,4,job", "tre,4,job"),
    );
    scratch.write(
        "hours.csv",
        scratch.read("hours.csv").replace("hours", "timer"),
    );
    scratch.write(
        "meetings.csv",
        scratch
            .read("meetings.csv")
            .replacen(",1,held", ",,held", 1),
    );
    let said = scratch.run(&["validate", "study.toml", "--json"]);
    assert_eq!(said.code, Some(4));
    assert_discreet_words(&scratch, &said);
    let answer = answer(&said);
    let told: Vec<(&str, &str)> = findings(&answer)
        .iter()
        .filter_map(|one| Some((one["place"]["file"].as_str()?, one["code"].as_str()?)))
        .collect();
    for expected in [
        ("persons.csv", "RV0204"),
        ("spells.csv", "RV0304"),
        ("hours.csv", "RV0204"),
        ("meetings.csv", "RV0303"),
    ] {
        assert!(told.contains(&expected), "{expected:?} is not in {told:?}");
    }
}

#[test]
fn what_is_to_be_decided_is_listed_with_the_key_that_settles_it() {
    let scratch = trial();
    let persons = scratch.read("persons.csv");
    let persons = persons.replace("3333,kontrol,syd", "3333,kontrol,nord");
    scratch.write(
        "persons.csv",
        persons.replace("4444,kontrol,syd", "4444,kontrol,nord"),
    );
    let said = scratch.run(&["validate", "study.toml", "--json"]);
    assert_eq!(said.code, Some(0));
    let answer = answer(&said);
    let option = "[[analysis]] adjustment = \"strata\"";
    assert_eq!(answer["decisions"][0]["code"], "RV0314");
    assert_eq!(answer["decisions"][0]["severity"], "warning");
    assert_eq!(answer["decisions"][0]["option"], option);
    assert_eq!(answer["counts"]["warning"], 1);
    assert_eq!(findings(&answer)[0]["option"], option);
    let words = scratch.run(&["validate", "study.toml"]);
    assert!(
        words.out.contains("To decide") && words.out.contains(option),
        "{}",
        words.out
    );
    assert!(
        words.err.contains("can run") && words.err.contains("1 warning"),
        "{}",
        words.err
    );
    let explained = scratch.run(&["explain", "RV0314"]);
    assert!(explained.out.contains(option), "{}", explained.out);
}

#[test]
fn a_cpr_number_in_the_study_is_refused_and_hidden_where_its_line_is_shown() {
    let with = |line: &str| {
        let scratch = trial();
        scratch.write("study.toml", STUDY.replace("synthetic = true\n", line));
        scratch
    };
    for line in [
        "author = \"010170-1111\"\n",
        "# ring til 010170-1111\n",
        "title = \"sag 0202712222\"\n",
    ] {
        let scratch = with(line);
        let said = scratch.run(&["validate", "study.toml"]);
        assert_eq!(said.code, Some(3), "{line}");
        assert!(
            said.err.contains("(RV0150)") && said.err.contains("study.toml:5"),
            "{}",
            said.err
        );
        assert_discreet_words(&scratch, &said);
        let json = scratch.run(&["validate", "study.toml", "--json"]);
        assert_discreet_words(&scratch, &json);
        assert_eq!(findings(&answer(&json))[0]["code"], "RV0150");
    }
    let seed = STUDY.replace("replicates = 0", "replicates = 0\nseed = 1010701111");
    let scratch = trial();
    scratch.write("study.toml", seed);
    assert_eq!(scratch.run(&["validate", "study.toml"]).code, Some(0));
}

#[test]
fn the_answer_of_durations_and_of_a_broken_study_keeps_to_the_schema() {
    let scratch = durations();
    let fine = answer(&scratch.run(&["validate", "study.toml", "--json"]));
    assert_eq!(fine["persons"][0]["persons"], 4);
    scratch.write("study.toml", "[study]\nname = 3\n");
    let said = scratch.run(&["validate", "study.toml", "--json"]);
    assert_eq!(said.code, Some(3));
    let broken = answer(&said);
    assert!(broken["study"].is_null() && broken["persons"].is_null());
    assert!(findings(&broken).len() > 1);
}
