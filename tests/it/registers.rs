//! One trial in every format gives one result; what `preview` shows and `init` writes of it.

use crate::support::scratch::Scratch;
use crate::support::{real_data, repository};
use std::fmt::Write as _;

/// Endings of the files of `fixtures/registers/trial/`.
const ENDINGS: [&str; 8] = [
    ".csv",
    ".csv.gz",
    ".csv.zst",
    "_windows.txt",
    ".parquet",
    ".sas7bdat",
    ".xpt",
    ".dta",
];

/// A folder with the trial in one format and its study.
fn trial(ending: &str) -> Scratch {
    let scratch = Scratch::new();
    let folder = repository("fixtures/registers/trial");
    for name in ["persons", "spells"] {
        let name = format!("{name}{ending}");
        scratch.write(&name, std::fs::read(folder.join(&name)).expect("a file"));
    }
    let study = std::fs::read_to_string(folder.join("study.toml")).expect("the study");
    scratch.write("study.toml", study.replace(".csv", ending));
    scratch
}

#[test]
fn one_trial_gives_the_same_bytes_from_every_format() {
    let mut first: Option<(String, String)> = None;
    for ending in ENDINGS {
        let scratch = trial(ending);
        let said = scratch.run(&["run", "study.toml", "--out", "r"]);
        assert_eq!(said.code, Some(0), "{ending}: {}", said.err);
        let accounting = scratch.read("r/accounting.csv");
        let result = (scratch.read("r/estimates.csv"), accounting);
        assert!(result.0.lines().count() > 200);
        let first = first.get_or_insert_with(|| result.clone());
        assert!(result == *first, "{ending} gives other numbers");
    }
}

#[test]
fn a_folder_of_parquet_files_is_a_register() {
    let scratch = trial(".parquet");
    let one = scratch.run(&["run", "study.toml", "--out", "one"]);
    assert_eq!(one.code, Some(0), "{}", one.err);
    let folder = repository("fixtures/registers/trial");
    let bytes = std::fs::read(folder.join("persons.parquet")).expect("a file");
    scratch.write("persons/part-1.parquet", bytes);
    scratch.write(
        "study.toml",
        scratch
            .read("study.toml")
            .replace("persons.parquet", "persons"),
    );
    let said = scratch.run(&["run", "study.toml", "--out", "r"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(
        scratch.read("r/estimates.csv"),
        scratch.read("one/estimates.csv")
    );
    let said = scratch.run(&["validate", "study.toml"]);
    assert!(said.out.contains("parquet, 1 files"), "{}", said.out);
}

#[test]
fn validate_says_how_each_file_was_read() {
    for (ending, words) in [
        (".csv.gz", "csv, packed as gzip, UTF-8"),
        (".csv.zst", "csv, packed as zstd"),
        (".sas7bdat", "sas, UTF-8"),
        (".xpt", "xport, release 8"),
        (".dta", "stata, release 118, UTF-8"),
    ] {
        let said = trial(ending).run(&["validate", "study.toml"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.out.contains(words), "{ending}: {}", said.out);
    }
}

#[test]
fn a_file_that_was_cut_off_is_named() {
    for ending in [
        ".csv.gz",
        ".csv.zst",
        ".parquet",
        ".sas7bdat",
        ".xpt",
        ".dta",
    ] {
        let scratch = trial(ending);
        let name = format!("spells{ending}");
        let mut bytes = scratch.bytes(&name);
        bytes.truncate(bytes.len() * 2 / 3);
        scratch.write(&name, bytes);
        let said = scratch.run(&["validate", "study.toml"]);
        assert!(said.code.is_some_and(|code| code != 0), "{ending}");
        assert!(said.err.contains(&name), "{ending}: {}", said.err);
    }
}

#[test]
fn preview_shows_columns_and_labels_and_no_person() {
    for ending in ENDINGS {
        let scratch = trial(ending);
        let said = scratch.run(&["preview", &format!("spells{ending}")]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(
            said.out.contains("i job") && said.out.contains("person_id"),
            "{}",
            said.out
        );
        assert!(!said.out.contains("1001"), "{}", said.out);
        let said = scratch.run(&[
            "preview",
            "--json",
            "--rows",
            "7",
            &format!("persons{ending}"),
        ]);
        let answer: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!(answer["rows"], 7);
        assert_eq!(answer["all_rows"], false);
    }
}

/// What `init` writes passes `validate`.
fn begins(scratch: &Scratch, files: &[&str]) -> String {
    let mut arguments = vec!["init"];
    arguments.extend(files);
    arguments.extend(["--out", "begun.toml"]);
    let said = scratch.run(&arguments);
    assert_eq!(said.code, Some(0), "{files:?}: {}", said.err);
    let study = scratch.read("begun.toml");
    let said = scratch.run(&["validate", "begun.toml"]);
    assert_eq!(said.code, Some(0), "{files:?}: {}\n{study}", said.err);
    let again = scratch.run(&arguments);
    assert!(
        again.code == Some(2) && again.err.contains("is there already"),
        "{}",
        again.err
    );
    study
}

#[test]
fn init_writes_a_study_that_validates_from_every_format() {
    for ending in ENDINGS {
        let files = ["persons", "spells"].map(|name| format!("{name}{ending}"));
        let study = begins(&trial(ending), &[&files[1], &files[0]]);
        assert!(
            study.contains("control = \"kontrol\"  # guessed"),
            "{study}"
        );
        assert!(study.contains("weeks = \"date\""), "{study}");
        assert!(study.contains("states = [\"i job\"]"), "{study}");
        assert!(study.contains("strata = [\"site\"]"), "{study}");
    }
}

/// A folder with files of the repository.
fn with(folder: &str, files: &[&str]) -> Scratch {
    let scratch = Scratch::new();
    for name in files {
        let path = repository(folder).join(name);
        scratch.write(name, std::fs::read(path).expect("a file"));
    }
    scratch
}

#[test]
fn init_writes_a_study_that_validates_from_the_fixtures() {
    let files = ["persons.csv", "spells.csv"];
    let study = begins(&with("fixtures/studies/tiny", &files), &files);
    assert!(
        study.contains("horizon = 6") && study.contains("weeks = \"trial\""),
        "{study}"
    );

    let files = ["persons.csv", "spells.csv", "hours.csv", "meetings.csv"];
    let study = begins(&with("fixtures/studies/paa-rette-vej/data", &files), &files);
    assert!(study.contains("assigned = \"assigned\"") && study.contains("weeks = \"iso\""));
    assert!(study.contains("column = \"hours\"") && study.contains("kind = \"events\""));
}

#[test]
fn init_writes_a_study_that_validates_from_real_trials() {
    let Some(shared) = real_data("init on life_aid") else {
        return;
    };
    let scratch = Scratch::new();
    for name in ["persons.csv", "spells.csv"] {
        let bytes = std::fs::read(shared.join("life_aid").join(name)).expect("a file");
        scratch.write(name, bytes);
    }
    begins(&scratch, &["persons.csv", "spells.csv"]);
    let scratch = Scratch::new();
    let bytes = std::fs::read(shared.join("smoking_cessation/pharmacoSmoking.csv"));
    scratch.write("smoking.csv", bytes.expect("a file"));
    let study = begins(&scratch, &["smoking.csv"]);
    assert!(study.contains("[durations]"), "{study}");
}

/// Files of a simulated register in a layout of DREAM, in a format.
fn dream(layout: &str, format: &str) -> Scratch {
    let scratch = Scratch::new();
    let scenario = repository("fixtures/scenarios/register.toml");
    let scenario = scenario.to_string_lossy();
    let said = scratch.run(&[
        "simulate", &scenario, "--out", "register", "--layout", layout, "--format", format,
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for name in ["persons", "dream"] {
        let file = format!("{name}.{format}");
        let bytes = std::fs::read(scratch.path(&format!("register/{file}"))).expect("a file");
        scratch.write(&file, bytes);
    }
    scratch
}

#[test]
fn init_writes_a_study_that_validates_from_dream() {
    for format in ["csv", "dta", "xpt", "parquet"] {
        let files = [format!("persons.{format}"), format!("dream.{format}")];
        let files = [files[0].as_str(), files[1].as_str()];
        let study = begins(&dream("dream_wide", format), &files);
        assert!(
            study.contains("columns = \"y_{yyww}\"  # guessed"),
            "{study}"
        );
        assert!(study.contains("codes = \"dream\""), "{study}");
        let study = begins(&dream("dream_long", format), &files);
        assert!(
            study.contains("week = \"week\"\nstate = \"code\"\nweeks = \"iso\""),
            "{study}"
        );
        assert!(study.contains("codes = \"dream\""), "{study}");
    }
    let study = begins(
        &with(
            "fixtures/registers/dream",
            &["persons.sas7bdat", "wide.sas7bdat"],
        ),
        &["persons.sas7bdat", "wide.sas7bdat"],
    );
    assert!(study.contains("columns = \"y_{yyww}\""), "{study}");
}

/// One file with persons, arms and a column of labels for each week, as the original of life_aid.
#[test]
fn init_writes_a_study_that_validates_from_a_wide_file_of_labels() {
    let mut text = "person_id,treatment".to_owned();
    for week in 1..=12 {
        let _ = write!(text, ",emp{week}");
    }
    for person in 1..=20 {
        let _ = write!(text, "\n{person},{}", ["no", "yes"][person % 2]);
        for week in 1..=12 {
            text += [",yes", ",no", ","][(person + week / 4) % 3];
        }
    }
    let scratch = Scratch::with(&[("wide.csv", &text)]);
    let study = begins(&scratch, &["wide.csv"]);
    assert!(
        study.contains("columns = \"emp{week}\"  # guessed"),
        "{study}"
    );
    assert!(study.contains("yes = [\"yes\"]\nno = [\"no\"]"), "{study}");
    assert!(
        study.contains("horizon = 12") && !study.contains("subgroups"),
        "{study}"
    );
    if let Some(shared) = real_data("init on the wide file of life_aid") {
        let scratch = Scratch::new();
        for name in ["persons.csv", "rossi_full.csv"] {
            let bytes = std::fs::read(shared.join("life_aid").join(name)).expect("a file");
            scratch.write(name, bytes);
        }
        let study = begins(&scratch, &["persons.csv", "rossi_full.csv"]);
        assert!(study.contains("columns = \"emp{week}\""), "{study}");
        // The wide file alone says nowhere that `fin` is the arm.
        let alone = ["init", "rossi_full.csv", "--out", "alone.toml"];
        let said = scratch.run(&alone);
        assert_eq!(said.code, Some(4), "{}", said.out);
        assert!(said.err.contains("--arm COLUMN"), "{}", said.err);
        let said = scratch.run(&[&alone[..], &["--arm", "finn"]].concat());
        assert!(said.err.contains("`finn`"), "{}", said.err);
        let said = scratch.run(&[&alone[..], &["--arm", "fin"]].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(scratch.run(&["validate", "alone.toml"]).code, Some(0));
    }
}

/// Six bonuses and the usual terms: a column called `arm` may have many labels.
#[test]
fn init_takes_a_column_called_arm_with_seven_arms() {
    let scratch = Scratch::new();
    let persons = (1..=70).map(|i| format!("{i},tg{}\n", i % 7));
    let spells = (1..=70).map(|i| format!("{i},1,{},ui\n", 1 + i % 20));
    scratch.write(
        "persons.csv",
        format!("person_id,arm\n{}", persons.collect::<String>()),
    );
    scratch.write(
        "spells.csv",
        format!(
            "person_id,start_week,end_week,state\n{}",
            spells.collect::<String>()
        ),
    );
    let said = scratch.run(&["init", "persons.csv", "spells.csv", "--out", "study.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(scratch.read("study.toml").contains("control = \"tg0\""));
    assert_eq!(scratch.run(&["validate", "study.toml"]).code, Some(0));
}

#[test]
fn init_says_what_it_cannot_make_out() {
    let scratch = with("fixtures/studies/tiny", &["spells.csv"]);
    let said = scratch.run(&["init", "spells.csv"]);
    assert!(said.code.is_some_and(|code| code != 0));
    assert!(said.err.contains("one row a person"), "{}", said.err);
}
