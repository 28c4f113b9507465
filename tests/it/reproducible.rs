//! The same question gives the same bytes: in any dress of the files, any order of rows, on any number of threads.

use crate::support::repository;
use crate::support::scratch::{Scratch, files_of};
use polars::prelude::{Column, DataFrame, ParquetWriter};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// A small trial with Danish words in labels, values and headers.
const STUDY: &str = r#"[study]
name = "Prøve på læsning"
language = "da"
horizon = 12
synthetic = true

[arms]
control = "kontrol"
treatment = ["tidlig", "særlig"]

[persons]
file = "persons.csv"
id = "løbenr"
arm = "gruppe"
strata = ["område"]
subgroups = ["køn"]

[spells]
file = "spells.csv"
person = "løbenr"
start = "fra"
end = "til"
state = "ydelse"
gap = "selvforsørgelse"
data_end = 14
absorbing = ["død"]

[outcomes.job]
kind = "weeks_in"
states = ["på arbejde"]

[outcomes.timer]
kind = "amount"
file = "timer.csv"
person = "løbenr"
week = "uge"
column = "timer"
per = "week"
decimals = 2
unit = "timer"

[outcomes.samtaler]
kind = "share_among"
file = "samtaler.csv"
person = "løbenr"
week = "uge"
filter = { slags = "afholdt, fælles" }
among = ["kontanthjælp"]

[outcomes.afgang]
kind = "exit"
from = ["kontanthjælp"]
to = ["på arbejde"]

[[analysis]]
name = "rå"

[[analysis]]
name = "inden for område"
outcomes = ["job", "afgang"]
adjustment = "strata"

[resampling]
replicates = 299
seed = 7

[disclosure]
min_cell = 1
"#;

/// Rows of a file, the header first.
type Rows = Vec<Vec<String>>;

/// The files of a trial of 120 persons, by name without ending.
fn trial() -> BTreeMap<&'static str, Rows> {
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let mut below = |n: u32| rng.next_u32() % n;
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
    let mut persons: Rows = vec![row(&["løbenr", "gruppe", "område", "køn"])];
    let mut spells: Rows = vec![row(&["løbenr", "fra", "til", "ydelse"])];
    let mut hours: Rows = vec![row(&["løbenr", "uge", "timer"])];
    let mut meetings: Rows = vec![row(&["løbenr", "uge", "slags"])];
    for person in 0..120 {
        let id = format!("{}", 1000 + person * 7);
        let arm = ["kontrol", "tidlig", "særlig"][person % 3];
        let site = ["Ærø", "Ålborg, øst"][(person / 3) % 2];
        let sex = ["mænd", "kvinder"][below(2) as usize];
        persons.push(row(&[&id, arm, site, sex]));
        let mut week = 1;
        while week <= 14 {
            let last = (week + below(6)).min(14);
            let state = below(10);
            let name = match state {
                0..=5 => "kontanthjælp",
                6..=8 => "på arbejde",
                _ if week > 8 => "død",
                _ => "",
            };
            if !name.is_empty() {
                spells.push(row(&[&id, &week.to_string(), &last.to_string(), name]));
            }
            if name == "død" {
                break;
            }
            if name == "på arbejde" {
                for at in week..=last {
                    let hours_worked = format!("{}.{:02}", below(37), below(4) * 25);
                    hours.push(row(&[&id, &at.to_string(), &hours_worked]));
                }
            }
            if below(2) == 0 {
                let kind = ["afholdt, fælles", "udeblevet"][below(2) as usize];
                meetings.push(row(&[&id, &week.to_string(), kind]));
            }
            week = last + 1;
        }
    }
    BTreeMap::from([
        ("persons", persons),
        ("spells", spells),
        ("timer", hours),
        ("samtaler", meetings),
    ])
}

/// Rows as CSV; a cell with the separator is quoted.
fn csv(rows: &Rows, separator: char, line_end: &str) -> String {
    let cell = |cell: &String| {
        if cell.contains(separator) {
            format!("\"{cell}\"")
        } else {
            cell.clone()
        }
    };
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row.iter().map(cell).collect();
            cells.join(&separator.to_string()) + line_end
        })
        .collect()
}

/// The trial as plain CSV: UTF-8, comma, decimal point.
fn plain(trial: &BTreeMap<&'static str, Rows>) -> Scratch {
    let scratch = Scratch::with(&[("study.toml", STUDY)]);
    for (name, rows) in trial {
        scratch.write(&format!("{name}.csv"), csv(rows, ',', "\n"));
    }
    scratch
}

/// What a run writes that may leave, by name.
fn result(scratch: &Scratch, options: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let run = ["run", "study.toml", "--out", "result", "--force"];
    let said = scratch.run(&[run.as_slice(), options].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut files = files_of(&scratch.path("result"));
    files.retain(|name, _| !name.starts_with("internal/"));
    files
}

#[track_caller]
fn assert_same(what: &str, one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    assert!(one.contains_key("estimates.csv"));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>(),
        "{what}"
    );
    for (name, bytes) in one {
        let (a, b) = (bytes, &other[name]);
        if a != b {
            let at = a.iter().zip(b).take_while(|(a, b)| a == b).count();
            let near = |bytes: &[u8]| {
                let end = bytes.len().min(at + 120);
                String::from_utf8_lossy(&bytes[at.saturating_sub(120).min(end)..end]).into_owned()
            };
            panic!(
                "{what}: {name} differs at byte {at}:\n{}\n---\n{}",
                near(a),
                near(b)
            );
        }
    }
}

fn windows_1252(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!lost, "a letter that Windows-1252 does not have");
    bytes.into_owned()
}

#[test]
fn the_danish_csv_gives_the_bytes_of_its_plain_twin() {
    let trial = trial();
    let twin = plain(&trial);
    let expected = result(&twin, &[]);
    for name in trial.keys() {
        let file = format!("{name}.csv");
        let mut rows = trial[name].clone();
        if *name == "timer" {
            rows.iter_mut()
                .skip(1)
                .for_each(|row| row[2] = row[2].replace('.', ","));
        }
        twin.write(&file, windows_1252(&csv(&rows, ';', "\r\n")));
    }
    let danish = result(&twin, &[]);
    assert_same("Danish CSV", &expected, &danish);
    let json = twin.run(&["validate", "study.toml", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let facts = &answer["files"][0]["facts"];
    for (fact, value) in [
        ("encoding", "Windows-1252"),
        ("separator", "semicolon"),
        ("line_ending", "CR LF"),
    ] {
        assert_eq!(facts[fact], value, "{facts}");
    }
    assert!(
        answer["files"]
            .to_string()
            .contains("\"decimal_mark\":\"comma\"")
    );
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    let trial = trial();
    let twin = plain(&trial);
    let expected = result(&twin, &[]);
    for (name, rows) in &trial {
        twin.write(
            &format!("{name}.csv"),
            format!("\u{feff}{}", csv(rows, ',', "\n")),
        );
    }
    twin.write(
        "study.toml",
        format!("\u{feff}{}", STUDY.replace('\n', "\r\n")),
    );
    assert_same("byte order mark", &expected, &result(&twin, &[]));
}

#[test]
fn the_parquet_twin_gives_the_same_numbers() {
    let trial = trial();
    let twin = plain(&trial);
    let expected = result(&twin, &[]);
    for (name, rows) in &trial {
        let columns = (0..rows[0].len()).map(|i| column(rows, i)).collect();
        let mut frame = DataFrame::new(rows.len() - 1, columns).expect("a table");
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes)
            .finish(&mut frame)
            .expect("Parquet");
        twin.write(&format!("{name}.parquet"), bytes);
    }
    twin.write("study.toml", STUDY.replace(".csv\"", ".parquet\""));
    let (mut expected, mut parquet) = (expected, result(&twin, &[]));
    // The bundle holds the study, which names other files; the trial read from them is the same. The report is compared
    // up to the bundle that lies in it.
    let bundles = [&mut expected, &mut parquet].map(|files| {
        let text = String::from_utf8_lossy(&files["report.html"]).into_owned();
        let (read, _) = text.split_once("<script ").expect("a bundle inside");
        let bundle = files.remove("bundle.json").expect("a bundle");
        let bundle = serde_json::from_slice::<serde_json::Value>(&bundle).expect("JSON");
        // The page tells the seal of the bundle.
        let seal = bundle["seal"].as_str().expect("a seal");
        let page = read.replace(seal, "").into_bytes();
        files.insert("report.html".into(), page);
        bundle
    });
    assert!(bundles[0]["facts"]["trial_hash"].is_string());
    assert_eq!(bundles[0]["facts"], bundles[1]["facts"]);
    assert_same("Parquet", &expected, &parquet);
}

/// Whole numbers, numbers or texts, whichever all cells are.
fn column(rows: &Rows, index: usize) -> Column {
    let name = rows[0][index].as_str().into();
    let cells: Vec<&str> = rows[1..].iter().map(|row| row[index].as_str()).collect();
    if let Ok(numbers) = cells
        .iter()
        .map(|c| c.parse::<i64>())
        .collect::<Result<Vec<_>, _>>()
    {
        return Column::new(name, numbers);
    }
    match cells
        .iter()
        .map(|c| c.parse::<f64>())
        .collect::<Result<Vec<_>, _>>()
    {
        Ok(numbers) => Column::new(name, numbers),
        Err(_) => Column::new(name, cells),
    }
}

fn shuffle(rows: &mut Rows, seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for i in (2..rows.len()).rev() {
        rows.swap(i, 1 + rng.next_u32() as usize % i);
    }
}

#[test]
fn the_order_of_rows_changes_no_byte() {
    let mut trial = trial();
    let expected = result(&plain(&trial), &[]);
    for seed in 0..2 {
        for rows in trial.values_mut() {
            shuffle(rows, seed);
        }
        assert_same("shuffled rows", &expected, &result(&plain(&trial), &[]));
    }
}

/// Nor do the findings of a run with warnings depend on it.
#[test]
fn the_order_of_rows_changes_no_byte_of_a_result_with_findings() {
    let mut trial = trial();
    let add = |rows: &mut Rows, cells: [&str; 3]| rows.push(cells.map(ToOwned::to_owned).into());
    for person in ["9001", "9002", "9003"] {
        add(
            trial.get_mut("timer").expect("hours"),
            [person, "3", "37.00"],
        );
    }
    for row in &mut trial.get_mut("persons").expect("persons")[1..30] {
        row[3] = String::new();
        if row[1] == "særlig" {
            row[2] = "Øerne".to_owned();
        }
    }
    let expected = result(&plain(&trial), &[]);
    let bundle = String::from_utf8_lossy(&expected["bundle.json"]).into_owned();
    for code in ["RV0302", "RV0314", "RV0321"] {
        assert!(bundle.contains(code), "{code}");
    }
    for rows in trial.values_mut() {
        shuffle(rows, 11);
    }
    assert_same("shuffled rows", &expected, &result(&plain(&trial), &[]));
}

/// Identifiers only tell rows apart.
#[test]
fn other_identifiers_change_no_byte() {
    let mut trial = trial();
    let expected = result(&plain(&trial), &[]);
    for rows in trial.values_mut() {
        for row in &mut rows[1..] {
            row[0] = format!(
                "p-{}",
                row[0].bytes().rev().map(char::from).collect::<String>()
            );
        }
    }
    assert_same("other identifiers", &expected, &result(&plain(&trial), &[]));
}

#[test]
fn threads_memory_and_kernels_change_no_byte() {
    let scratch = plain(&trial());
    let more = ["--replicates", "1999"];
    let with = |options: &[&str]| result(&scratch, &[more.as_slice(), options].concat());
    let expected = with(&["--threads", "1", "--memory", "1000"]);
    for options in [
        ["--threads", "2", "--memory", "1000"],
        ["--threads", "3", "--memory", "16"],
        ["--threads", "7", "--memory", "16"],
        ["--threads", "1", "--memory", "16"],
        ["--threads", "64", "--memory", "16"],
        ["--threads", "2", "--kernel", "plain"],
        ["--threads", "64", "--kernel", "single"],
        ["--threads", "7", "--kernel", "tile"],
    ] {
        assert_same(&options.join(" "), &expected, &with(&options));
    }
}

/// Leaving out an analysis leaves the draws of the others as they are.
#[test]
fn a_single_analysis_keeps_its_rows() {
    let scratch = plain(&trial());
    let rows_of = |files: &BTreeMap<String, Vec<u8>>| {
        let text = String::from_utf8_lossy(&files["estimates.csv"]).into_owned();
        let kept: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with("inden for område,"))
            .map(ToOwned::to_owned)
            .collect();
        assert!(kept.len() > 50);
        kept
    };
    let all = rows_of(&result(&scratch, &[]));
    assert_eq!(
        all,
        rows_of(&result(&scratch, &["--only", "inden for område"]))
    );
}

/// A snapshot of our own numbers, not a reference: when it changes, the change stands in CHANGELOG.md under "Numbers
/// that change", with its size and cause, and only then is the hash here changed.
#[test]
fn the_tiny_study_gives_the_bytes_it_gave_before() {
    let scratch = Scratch::new();
    let study = repository("fixtures/studies/tiny/study.toml");
    let study = study.to_str().expect("a path");
    let said = scratch.run(&["run", study, "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let hash = blake3::hash(&scratch.bytes("result/estimates.csv")).to_hex();
    insta::assert_snapshot!(hash.as_str(), @"164505be40cde131440dc120b2b71e28d7e074c8edde0bb3b13af4b22eac93a5");
}
