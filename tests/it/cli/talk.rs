//! What is said and to whom: `show`, `explain`, quiet and colours, JSON, a reader who leaves early.

use super::trial;
use crate::support::scratch::{Scratch, program};
use rettevej::error::CodeCard;
use serde_json::Value;
use std::process::{Command, Stdio};

/// A result to look into.
fn result() -> Scratch {
    let scratch = trial();
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    scratch
}

#[test]
fn show_answers_with_rows_the_sentence_and_the_method() {
    let scratch = result();
    let show = [
        "show",
        "result",
        "--outcome",
        "job",
        "--estimand",
        "cumulative_effect",
    ];
    let said = scratch.run(&[show.as_slice(), &["--week", "last"]].concat());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for part in [
        "0.500000",
        "deltager - kontrol",
        "4 uger",
        "Formula",
        "Standard error",
    ] {
        assert!(said.out.contains(part), "`{part}` is not in:\n{}", said.out);
    }
    let plain = scratch.run(&["show", "result"]);
    assert_eq!(plain.code, Some(0));
    assert_eq!(plain.out, scratch.run(&["show", "result/bundle.json"]).out);
}

#[test]
fn show_says_not_available_and_why() {
    let scratch = result();
    let reasons: Vec<String> = [
        &["--outcome", "jbo"][..],
        &["--outcome", "job", "--estimand", "survival"],
        &["--outcome", "job", "--week", "99"],
        &["--subgroup", "alder"],
        &["--level", "x"],
        &["--outcome", "exit", "--item", "studie"],
    ]
    .iter()
    .map(|asked| {
        let all = [&["show", "result"], *asked].concat();
        let said = scratch.run(&all);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{asked:?}");
        let json = scratch.run(&[all.as_slice(), &["--json"]].concat());
        let answer: Value = serde_json::from_str(&json.out).expect("JSON");
        assert_eq!(answer["rows"].as_array().map(Vec::len), Some(0));
        assert!(answer["not_available"].is_string());
        said.out
    })
    .collect();
    insta::assert_snapshot!(reasons.concat(), @r"
    not available: no outcome `jbo` here; there is `exit`, `hours`, `job`, `meetings`
    not available: no estimand `survival` here; there is `cumulative_effect`, `cumulative_mean`, `effect_against_rest`, `equal_effects`, `level_effect`, `mean_of_levels`, `shrunken_effect`, `significant_levels`, `spread_of_levels`, `weekly_difference`, `weekly_mean`
    not available: no week 99 here; there are weeks from 1 to 4
    not available: no subgroup `alder` here; there is `all`, `sex`
    not available: no level `x` here; there is `k`, `m`
    not available: no item `studie` here; there is `job`, `other`
    ");
}

#[test]
fn show_of_something_else_is_refused() {
    let scratch = trial();
    for (asked, code) in [("nothing", "RV0501"), ("study.toml", "RV0502")] {
        let said = scratch.run(&["show", asked]);
        assert_ne!(said.code, Some(0));
        assert_ne!(said.code, Some(1));
        assert!(said.err.contains(code), "{asked}: {}", said.err);
    }
}

#[test]
fn every_estimand_and_every_code_can_be_explained() {
    let scratch = Scratch::new();
    let list = scratch.run(&["explain"]);
    assert_eq!((list.code, list.err.as_str()), (Some(0), ""));
    for slug in rettevej::study::slugs::SLUGS {
        let said = scratch.run(&["explain", slug.name]);
        assert_eq!(
            (said.code, said.err.as_str()),
            (Some(0), ""),
            "{}",
            slug.name
        );
        for part in [
            slug.name,
            "Formula",
            "Standard error",
            "Undefined when",
            "Source",
        ] {
            assert!(
                said.out.contains(part),
                "{}: no {part}:\n{}",
                slug.name,
                said.out
            );
        }
        assert!(list.out.contains(slug.name));
    }
    let rooms: [&[CodeCard]; 8] = [
        rettevej::study::codes::CODES,
        rettevej::registers::codes::CODES,
        rettevej::trial::codes::CODES,
        rettevej::evaluate::codes::CODES,
        rettevej::results::codes::CODES,
        rettevej::disclosure::codes::CODES,
        rettevej::check::codes::CODES,
        rettevej::simulate::codes::CODES,
    ];
    for card in rooms.into_iter().flatten() {
        let said = scratch.run(&["explain", &card.code.to_lowercase()]);
        assert_eq!(said.code, Some(0), "{}", card.code);
        for part in [card.code, card.title, card.cause, card.cure] {
            assert!(!part.is_empty() && said.out.contains(part), "{}", card.code);
        }
        assert!(list.out.contains(card.code), "{} is not listed", card.code);
    }
}

/// A code that is said somewhere must be one that can be explained.
#[test]
fn no_code_is_said_without_a_card() {
    let list = Scratch::new().run(&["explain"]).out;
    let mut folders = vec![crate::support::repository("src")];
    let mut said = std::collections::BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            for (at, _) in text.match_indices("\"RV") {
                let code: String = text[at + 1..].chars().take(6).collect();
                // RV0399 is the made-up one of the unit tests.
                if code[2..].bytes().all(|b| b.is_ascii_digit()) && code != "RV0399" {
                    said.insert(code);
                }
            }
        }
    }
    let unknown: Vec<&String> = said.iter().filter(|code| !list.contains(*code)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let scratch = trial();
    let said = scratch.run(&["run", "study.toml", "--out", "one", "--quiet"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(!said.out.is_empty(), "the summary is data");
    let said = scratch.run(&["run", "study.toml", "--out", "one", "-q"]);
    assert_eq!(said.code, Some(7));
    assert!(said.err.starts_with("error: "), "{}", said.err);
}

#[test]
fn colours_are_given_and_withheld_as_asked() {
    let scratch = Scratch::with(&[("study.toml", "[study]\nnavn = 1\n")]);
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let all = [&["validate", "study.toml"], arguments].concat();
        scratch.run_with(&all, variables).err.contains('\u{1b}')
    };
    let force = ("CLICOLOR_FORCE", "1");
    assert!(!coloured(&[], &[]), "stderr is no terminal");
    assert!(coloured(&["--color", "always"], &[]));
    assert!(coloured(&[], &[force]));
    assert!(!coloured(&[], &[force, ("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[force]));
}

#[test]
fn json_answers_are_json() {
    let scratch = result();
    let parsed = |arguments: &[&str]| {
        let said = scratch.run(arguments);
        assert_eq!(
            (said.code, said.err.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        serde_json::from_str::<Value>(&said.out).expect("JSON")
    };
    let valid = parsed(&["validate", "study.toml", "--json"]);
    assert_eq!(valid["valid"], true);
    assert_eq!(valid["persons"][0]["persons"], 4);
    assert_eq!(valid["files"].as_array().map(Vec::len), Some(4));
    // The accounting adds up from what was read to what was used.
    let lines = valid["accounting"].as_array().expect("lines");
    for table in ["persons", "spells", "hours", "meetings"] {
        let sum = |sign: &str| -> i64 {
            let of_table = lines
                .iter()
                .filter(|l| l["table"] == table && l["sign"] == sign);
            of_table.filter_map(|l| l["count"].as_i64()).sum()
        };
        assert!(sum("+") > 0, "{table}: {lines:?}");
        assert_eq!(sum("+"), sum("-") + sum("="), "{table}: {lines:?}");
    }
    let shown = parsed(&["show", "result", "--outcome", "job", "--json"]);
    let rows = shown["rows"].as_array().expect("rows");
    assert!(rows.len() > 8 && shown["not_available"].is_null());
    for kind in ["study", "bundle", "claims", "scenario"] {
        assert!(
            parsed(&["schema", kind])["properties"].is_object(),
            "{kind}"
        );
    }
}

/// `rettevej ... | head -1`: the reader is gone before the first byte.
#[test]
fn a_pipe_that_closes_early_is_no_fault() {
    let scratch = result();
    let closed = |command: &mut Command| {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = command
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("the binary starts");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), err)
    };
    for arguments in [
        &["explain"][..],
        &["schema", "bundle"],
        &["show", "result"],
        &["show", "result", "--json"],
        &["validate", "study.toml", "--json"],
        &["help"],
        &["man"],
        &["completions", "bash"],
        &[],
    ] {
        let mut command = program();
        command.current_dir(scratch.path("")).args(arguments);
        let (code, err) = closed(&mut command);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn the_program_alone_says_what_to_do_first() {
    let said = Scratch::new().run(&[]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert_eq!(said.out.lines().count(), 5);
    assert!(said.out.contains("validate") && said.out.contains("run"));
}
