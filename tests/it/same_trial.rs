//! The same simulated trial in every format and layout gives the same bytes of `estimates.csv`.

use crate::support::repository;
use crate::support::scratch::Scratch;

/// Simulates into a folder and runs every study in it; the bytes of their estimates, with the name of each.
fn estimates(scratch: &Scratch, folder: &str, arguments: &[&str]) -> Vec<(String, String)> {
    let scenario = repository("fixtures/scenarios/register.toml");
    let scenario = scenario.to_string_lossy();
    let mut all = vec!["simulate", &scenario, "--out", folder, "--seed", "11"];
    all.extend(["--format", "csv,parquet,dta,xpt"]);
    all.extend(arguments);
    let said = scratch.run(&all);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let studies =
        ["csv", "parquet", "dta", "xpt"].map(|format| format!("{folder}/study-{format}.toml"));
    studies
        .into_iter()
        .map(|study| {
            let out = format!("{study}-result");
            let said = scratch.run(&["run", &study, "--out", &out]);
            assert_eq!(said.code, Some(0), "{study}: {}", said.err);
            let text = scratch.read(&format!("{out}/estimates.csv"));
            (study, text)
        })
        .collect()
}

#[track_caller]
fn assert_same(all: &[(String, String)]) {
    let (first, expected) = &all[0];
    assert!(expected.lines().count() > 1000, "{first}");
    for (study, text) in &all[1..] {
        let differing = text.lines().zip(expected.lines()).find(|(a, b)| a != b);
        assert!(
            text == expected,
            "{study} differs from {first}: {differing:?}"
        );
    }
}

#[test]
fn csv_parquet_stata_and_transport_files_give_the_same_bytes() {
    let scratch = Scratch::new();
    assert_same(&estimates(&scratch, "tidy", &[]));
}

#[test]
fn the_layouts_of_dream_give_the_bytes_of_the_spells() {
    let scratch = Scratch::new();
    let mut all = estimates(&scratch, "tidy", &[]);
    all.truncate(1);
    all.extend(estimates(&scratch, "wide", &["--layout", "dream_wide"]));
    all.extend(estimates(&scratch, "long", &["--layout", "dream_long"]));
    assert_same(&all);
}

/// Files that R haven wrote of the same trial (fixtures/registers/dream/make.R).
#[test]
fn dream_in_files_of_sas_gives_the_bytes_of_the_spells() {
    let scratch = Scratch::new();
    let fixtures = repository("fixtures/registers/dream");
    let scenario = fixtures.join("scenario.toml");
    let scenario = scenario.to_string_lossy();
    let mut all = Vec::new();
    for (folder, layout) in [
        ("tidy", "tidy"),
        ("wide", "dream_wide"),
        ("long", "dream_long"),
    ] {
        let said = scratch.run(&[
            "simulate", &scenario, "--out", folder, "--seed", "11", "--layout", layout,
        ]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        let study = format!("{folder}/study.toml");
        if folder != "tidy" {
            for name in ["persons", folder] {
                let file = format!("{name}.sas7bdat");
                let to = scratch.path(&format!("{folder}/{file}"));
                std::fs::copy(fixtures.join(&file), to).expect("a copy");
            }
            for name in ["persons", "dream"] {
                std::fs::remove_file(scratch.path(&format!("{folder}/{name}.csv")))
                    .expect("the twin in CSV");
            }
            let text = scratch.read(&study);
            let text = text
                .replace("persons.csv", "persons.sas7bdat")
                .replace("dream.csv", &format!("{folder}.sas7bdat"));
            std::fs::write(scratch.path(&study), text).expect("a study");
        }
        let out = format!("{folder}-result");
        let said = scratch.run(&["run", &study, "--out", &out]);
        assert_eq!(said.code, Some(0), "{study}: {}", said.err);
        all.push((study, scratch.read(&format!("{out}/estimates.csv"))));
    }
    assert_same(&all);
}
