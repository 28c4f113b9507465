//! `diff` through the built binary: a re-seed is no change, and a change of one price, one spell, one option and one seed is
//! told apart.

use crate::support::repository;
use crate::support::scratch::{Said, Scratch};
use serde_json::Value;

const FIXTURE: &str = "fixtures/studies/paa-rette-vej";
const FILES: [&str; 8] = [
    "study.toml",
    "prices.toml",
    "data/persons.csv",
    "data/spells.csv",
    "data/hours.csv",
    "data/meetings.csv",
    "data/activation.csv",
    "survey/answers.csv",
];

/// The synthetic trial in a folder, with few replicates and no report.
fn put(scratch: &Scratch, folder: &str, change: &dyn Fn(&str, String) -> String) {
    for name in FILES {
        let text = std::fs::read_to_string(repository(FIXTURE).join(name)).expect("a file");
        let text = match name {
            "study.toml" => {
                text.replace("replicates = 1999", "replicates = 199")
                    + "\n[report]\nformats = [\"md\"]\n"
            }
            _ => text,
        };
        let changed = change(name, text);
        scratch.write(&format!("{folder}/{name}"), changed);
    }
}

/// One line of the synthetic trial made another.
fn swap(
    file: &'static str,
    from: &'static str,
    to: &'static str,
) -> impl Fn(&str, String) -> String {
    move |name, text| {
        if name != file {
            return text;
        }
        assert_eq!(text.matches(from).count(), 1, "{from} in {name}");
        text.replace(from, to)
    }
}

fn run(scratch: &Scratch, folder: &str, more: &[&str]) {
    let study = format!("{folder}/study.toml");
    let out = format!("{folder}/result");
    let said = scratch.run(&[&["run", &study, "--out", &out, "--quiet"], more].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
}

fn ask(scratch: &Scratch, folder: &str, more: &[&str]) -> (Said, Value) {
    let new_study = format!("{folder}/study.toml");
    let new = format!("{folder}/result");
    let arguments = [
        "diff",
        "old/result",
        &new,
        "--json",
        "--old-study",
        "old/study.toml",
        "--new-study",
        &new_study,
    ];
    let said = scratch.run(&[&arguments, more].concat());
    assert!(matches!(said.code, Some(0 | 6)), "{said:?}");
    let answer = serde_json::from_str(&said.out).expect("JSON");
    let schema = std::fs::read_to_string(repository("fixtures/schemas/diff.json"));
    let schema = serde_json::from_str(&schema.expect("a schema")).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &answer));
    (said, answer)
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().expect("a list").iter().collect()
}

/// The parts that moved some headline; asserts that each headline's parts add up to the digit.
fn parts_that_moved(answer: &Value) -> Vec<String> {
    let why = &answer["why"];
    let parts: Vec<&str> = list(&why["parts"])
        .iter()
        .map(|p| p.as_str().expect("a word"))
        .collect();
    let mut moved = vec![false; parts.len()];
    assert!(list(&why["headlines"]).len() > 10);
    for headline in list(&why["headlines"]) {
        let places = headline["decimals"].as_u64().expect("decimals") as usize;
        let whole = |value: &Value| -> i128 {
            let text = format!("{:.places$}", value.as_f64().expect("a number"));
            text.replace('.', "").parse().expect("digits")
        };
        let numbers = list(&headline["moved"]);
        let sum: i128 = numbers.iter().map(|number| whole(number)).sum();
        assert_eq!(
            whole(&headline["new"]) - whole(&headline["old"]),
            sum,
            "{headline}"
        );
        for (moved, number) in moved.iter_mut().zip(&numbers) {
            *moved |= whole(number) != 0;
        }
    }
    let moved = parts.iter().zip(moved).filter(|(_, moved)| *moved);
    moved.map(|(part, _)| (*part).to_owned()).collect()
}

fn kinds(answer: &Value) -> Vec<String> {
    let mut kinds: Vec<String> = list(&answer["inputs"])
        .iter()
        .map(|input| input["kind"].as_str().expect("a kind").to_owned())
        .collect();
    kinds.dedup();
    kinds
}

#[test]
fn many_re_seeds_of_a_whole_result_are_no_change() {
    let scratch = Scratch::new();
    put(&scratch, "old", &|_, text| text);
    run(&scratch, "old", &["--seed", "1", "--permutations", "199"]);
    for seed in ["2", "3", "4", "5", "6", "7"] {
        let out = format!("seed-{seed}");
        let study = [
            "run",
            "old/study.toml",
            "--seed",
            seed,
            "--permutations",
            "199",
            "--out",
            &out,
            "-q",
        ];
        assert_eq!(scratch.run(&study).code, Some(0));
        let said = scratch.run(&["diff", "old/result", &out]);
        assert_eq!(said.code, Some(0), "{}", said.out);
        assert!(said.out.contains("seed  seed: 1 -> "), "{}", said.out);
        assert!(
            said.out
                .contains(" 0 within tolerance, 0 changed, 0 new, 0 gone\n"),
            "{}",
            said.out
        );
        assert!(
            !said.out.contains(" 0 within Monte Carlo error"),
            "{}",
            said.out
        );
    }
}

/// What changes, how, which part that is, and the exit code.
type Case<'a> = (
    &'a str,
    &'a dyn Fn(&str, String) -> String,
    &'a str,
    Option<i32>,
);

#[test]
fn one_price_one_spell_one_option_and_one_seed_are_told_apart() {
    let scratch = Scratch::new();
    put(&scratch, "old", &|_, text| text);
    run(&scratch, "old", &[]);
    let price = swap("prices.toml", "value = 400\n", "value = 420\n");
    let spell = swap(
        "data/spells.csv",
        "\n1,2011-W12,,cash_benefit\n",
        "\n1,2011-W12,2011-W40,cash_benefit\n1,2011-W41,,employment\n",
    );
    let option = swap(
        "study.toml",
        "interval = \"percentile\"",
        "interval = \"basic\"",
    );
    let seed = swap("study.toml", "seed = 20130901", "seed = 7");
    let cases: [Case<'_>; 4] = [
        ("price", &price, "prices", Some(6)),
        ("data", &spell, "data", Some(6)),
        ("option", &option, "options", Some(6)),
        ("seed", &seed, "seed", Some(0)),
    ];
    for (kind, change, part, code) in cases {
        put(&scratch, kind, change);
        run(&scratch, kind, &[]);
        let (said, answer) = ask(&scratch, kind, &[]);
        assert_eq!(said.code, code, "{kind}");
        assert_eq!(kinds(&answer), [kind], "{kind}: {:#}", answer["inputs"]);
        assert_eq!(parts_that_moved(&answer), [part], "{kind}");
        assert_eq!(
            list(&answer["why"]["notes"]).len(),
            0,
            "{:#}",
            answer["why"]["notes"]
        );
    }
    // All at once, and in words.
    put(&scratch, "all", &|name, text| {
        seed(name, option(name, spell(name, price(name, text))))
    });
    run(&scratch, "all", &[]);
    let (said, answer) = ask(&scratch, "all", &[]);
    assert_eq!(said.code, Some(6));
    assert_eq!(
        parts_that_moved(&answer),
        ["data", "options", "prices", "seed"]
    );
    let words = scratch.run(&[
        "diff",
        "old/result",
        "all/result",
        "--old-study",
        "old/study.toml",
        "--new-study",
        "all/study.toml",
    ]);
    for part in [
        "seed    seed: 20130901 -> 7",
        "price   meetings.value: 400.0 -> 420.0",
        "option  estimation.interval: percentile -> basic",
        "why, in the order data, options, prices, seed, code; the parts add up",
        "changed, largest first",
        "  net_benefit, society, deltager: estimate",
    ] {
        assert!(words.out.contains(part), "`{part}` in\n{}", words.out);
    }
}

#[test]
fn the_program_that_made_the_old_result_tells_the_code_from_the_rest() {
    let scratch = Scratch::new();
    put(&scratch, "old", &|_, text| text);
    put(
        &scratch,
        "new",
        &swap("prices.toml", "value = 400\n", "value = 420\n"),
    );
    run(&scratch, "old", &[]);
    run(&scratch, "new", &[]);
    let same = env!("CARGO_BIN_EXE_rettevej");
    let (_, answer) = ask(&scratch, "new", &["--old-binary", same]);
    let parts = list(&answer["why"]["parts"]);
    assert_eq!(parts[4..], ["code", "not explained"]);
    assert_eq!(parts_that_moved(&answer), ["prices"]);
    if cfg!(not(unix)) {
        return;
    }
    // An old program that gets another answer from everything: here, by drawing otherwise.
    let script = format!("#!/bin/sh\nexec '{same}' \"$@\" --confused\n").replace(
        "\"$@\" --confused",
        "$(printf '%s ' \"$@\" | sed 's/--seed [0-9]*/--seed 99/')",
    );
    scratch.write("old-program", script);
    let chmod = std::process::Command::new("chmod")
        .arg("+x")
        .arg(scratch.path("old-program"))
        .status();
    assert!(chmod.expect("chmod").success());
    let program = scratch.path("old-program");
    let program = program.to_str().expect("a path");
    let said = std::process::Command::new(program)
        .current_dir(scratch.path(""))
        .args([
            "run",
            "old/study.toml",
            "--out",
            "old/result",
            "--seed",
            "20130901",
            "--force",
            "--quiet",
        ])
        .output()
        .expect("the script starts");
    assert!(said.status.success());
    // What it wrote says that it drew by 20130901.
    let bundle = scratch
        .read("old/result/bundle.json")
        .replace("\"seed\":99", "\"seed\":20130901");
    scratch.write("old/result/bundle.json", bundle);
    let (_, answer) = ask(&scratch, "new", &["--old-binary", program]);
    assert_eq!(parts_that_moved(&answer), ["prices", "code"]);
    let (_, answer) = ask(&scratch, "new", &[]);
    assert_eq!(parts_that_moved(&answer), ["prices", "code"]);
    let failed = scratch.run(&[
        "diff",
        "old/result",
        "new/result",
        "--old-study",
        "old/study.toml",
        "--new-study",
        "new/study.toml",
        "--old-binary",
        "nowhere",
    ]);
    assert_eq!(failed.code, Some(2), "{failed:?}");
}

#[test]
fn a_result_is_identical_to_itself_in_every_form() {
    let scratch = Scratch::new();
    let study = repository("fixtures/hand/strata/study.toml");
    let study = study.to_str().expect("a path");
    let said = scratch.run(&["run", study, "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for other in ["result", "result/bundle.json", "result/report.html"] {
        let said = scratch.run(&["diff", "result", other]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{other}");
        assert!(said.out.contains("no input differs"), "{}", said.out);
        assert!(
            said.out.contains("0 changed, 0 new, 0 gone\n"),
            "{}",
            said.out
        );
    }
    assert_eq!(scratch.run(&["diff", "result", "nothing"]).code, Some(4));
    assert_eq!(scratch.run(&["diff", "result"]).code, Some(2));
    assert_eq!(
        scratch
            .run(&["diff", "result", "result", "--old-study", study])
            .code,
        Some(2)
    );
}
