//! What once went wrong at the hands of a user, by what should happen instead.

use super::support::program;
use super::support::table::Table;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const HEAD: &str = "[study]\nname = \"t\"\nhorizon = 4\n[arms]\ncontrol = \"k\"\ntreatment = [\"t\"]\n\
                    [persons]\nfile = \"p.csv\"\nid = \"id\"\narm = \"arm\"\n";
const SPELLS: &str = "[spells]\nfile = \"s.csv\"\nperson = \"id\"\nstart = \"start\"\nend = \"end\"\n\
                      state = \"state\"\ngap = \"home\"\ndata_end = 5\n\
                      [outcomes.job]\nkind = \"weeks_in\"\nstates = [\"job\"]\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

/// Twelve persons in turn in both arms, with a further column.
fn persons(column: &str, value: impl Fn(u32) -> String) -> String {
    let mut text = format!("id,arm,{column}\n");
    for i in 1..=12 {
        let arm = if i % 2 == 0 { "k" } else { "t" };
        let _ = writeln!(text, "{i},{arm},{}", value(i));
    }
    text
}

fn spells() -> String {
    let mut text = "id,start,end,state\n".to_owned();
    for i in 1..=12 {
        let _ = writeln!(text, "{i},{},{},job", 1 + i % 3, 3 + i % 4);
    }
    text
}

fn validate(study: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rettevej"))
        .arg("validate")
        .arg(study)
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn validate_refuses_a_single_person_in_a_stratum_as_run_does() {
    let study = format!("{HEAD}strata = [\"site\"]\n{SPELLS}[resampling]\nreplicates = 99\n");
    let site = |i| if i == 3 { "b" } else { "a" }.to_owned();
    let here = folder(&[
        ("study.toml", &study),
        ("p.csv", &persons("site", site)),
        ("s.csv", &spells()),
    ]);
    let path = here.path().join("study.toml");
    let (code, said) = validate(&path);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains(
        "p.csv: column `site`: a single person cannot be resampled: arm `t` in stratum `b`"
    ));
    let run = program::run(&path, &[]);
    assert_eq!(run.code, Some(4), "{}", run.said);
    assert!(!run.folder.exists(), "nothing is written");
}

#[test]
fn a_level_with_nobody_in_an_arm_is_undefined_and_says_so() {
    let study = format!(
        "{HEAD}subgroups = [\"g\"]\n{SPELLS}[outcomes.out]\nkind = \"exit\"\nfrom = [\"job\"]\n\
         [resampling]\nreplicates = 99\n[disclosure]\nmin_cell = 1\n"
    );
    // Level x has only treated persons.
    let level = |i| if i == 3 || i == 5 { "x" } else { "y" }.to_owned();
    let here = folder(&[
        ("study.toml", &study),
        ("p.csv", &persons("g", level)),
        ("s.csv", &spells()),
    ]);
    let run = program::run(&here.path().join("study.toml"), &[]);
    let rows: Table = run.estimates();
    let mut seen = 0;
    for row in rows.rows().filter(|row| row.get("level") == "x") {
        let is_of_control = row.get("arm") == "k" || row.get("reference") == "k";
        if is_of_control {
            seen += 1;
            assert_eq!(row.get("status"), "undefined");
            assert!(
                row.get("reason").starts_with("nobody here in k"),
                "{}",
                row.get("reason")
            );
            assert_eq!(row.get("estimate"), "");
        }
    }
    assert!(seen > 20, "{seen}");
    let text = std::fs::read_to_string(run.folder.join("estimates.csv")).expect("written");
    assert!(!text.contains("NaN") && !text.contains("inf,"));
}

#[test]
fn named_destinations_of_durations_are_kept_and_the_rest_is_other() {
    let study = format!(
        "{HEAD}[durations]\nfile = \"d.csv\"\nperson = \"id\"\ntime = \"time\"\nevent = \"event\"\n\
         censored = [\"0\"]\n[outcomes.out]\nkind = \"exit\"\nto = [\"2\"]\n[resampling]\nreplicates = 99\n"
    );
    let mut times = "id,time,event\n".to_owned();
    for i in 1..=12 {
        let _ = writeln!(times, "{i},{},{}", i % 5, i % 4);
    }
    let here = folder(&[
        ("study.toml", &study),
        ("p.csv", &persons("g", |_| "x".to_owned())),
        ("d.csv", &times),
    ]);
    let run = program::run(&here.path().join("study.toml"), &[]);
    let rows = run.estimates();
    let mut items: Vec<&str> = rows
        .rows()
        .filter(|row| row.get("estimand") == "cumulative_incidence")
        .map(|row| row.get("item"))
        .collect();
    items.sort_unstable();
    items.dedup();
    assert_eq!(items, ["2", "other"]);
}

#[test]
fn a_very_long_study_name_still_makes_a_folder() {
    let long = "lang ".repeat(80);
    let study = format!("{HEAD}{SPELLS}[resampling]\nreplicates = 99\n")
        .replace("name = \"t\"", &format!("name = \"{long}\""));
    let here = folder(&[
        ("study.toml", &study),
        ("p.csv", &persons("g", |_| "x".to_owned())),
        ("s.csv", &spells()),
    ]);
    let output = Command::new(env!("CARGO_BIN_EXE_rettevej"))
        .arg("run")
        .arg(here.path().join("study.toml"))
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
}
