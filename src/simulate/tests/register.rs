//! The written register: the committed one again, and what stands in the files.

use super::super::*;
use super::{by_hand, fixture, simulator};
use crate::error::Class;

/// Seed of the committed register.
const SEED: u64 = 92;

#[test]
fn the_committed_register_is_made_again_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("data");
    let study = fixture("studies/paa-rette-vej");
    let written = simulate(
        &study.join("scenario.toml"),
        &out,
        SEED,
        &Options::default(),
    )
    .unwrap();
    let mut names: Vec<_> = written
        .files
        .iter()
        .map(|f| f.file_name().unwrap().to_owned())
        .collect();
    for name in &names {
        let (new, old) = (
            std::fs::read(out.join(name)),
            std::fs::read(study.join("data").join(name)),
        );
        assert!(new.unwrap() == old.unwrap(), "{} differs", name.display());
    }
    names.sort();
    let mut listed: Vec<_> = std::fs::read_dir(study.join("data"))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    listed.sort();
    assert_eq!(names, listed);
}

#[test]
fn the_published_margins_hold_in_the_committed_register() {
    let margins = super::margins::margins(&simulator("studies/paa-rette-vej/scenario.toml"), SEED);
    assert!(margins.hold(), "{margins:?}");
}

#[test]
fn files_and_memory_hold_the_same_trial() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("data");
    simulate(
        &fixture("scenarios/two-arms.toml"),
        &out,
        4,
        &Options::default(),
    )
    .unwrap();
    let trial = simulator("scenarios/two-arms.toml").trial(4);
    let table = &trial.tables[0];
    let lines = |name: &str| -> Vec<String> {
        let text = std::fs::read_to_string(out.join(name)).unwrap();
        text.lines().skip(1).map(str::to_owned).collect()
    };
    let mut spells = Vec::new();
    for i in 0..trial.persons() {
        for s in table.of(i) {
            spells.push(format!(
                "{},{},{},{}",
                i + 1,
                s.start,
                s.end - 1,
                table.states[s.state as usize]
            ));
        }
    }
    assert_eq!(lines("spells.csv"), spells);
    assert_eq!(lines("persons.csv").len(), trial.persons());
    let study = simulator("scenarios/two-arms.toml").study();
    for (outcome, file, factor) in [("meetings", "meetings.csv", 1), ("hours", "hours.csv", 100)] {
        let place = study
            .outcomes
            .iter()
            .position(|o| o.name == outcome)
            .unwrap();
        let runs = &trial.records[place].as_ref().unwrap().runs;
        let total: i64 = runs
            .iter()
            .map(|r| i64::from(r.end - r.start) * r.value)
            .sum();
        let written: f64 = lines(file)
            .iter()
            .map(|l| {
                if factor == 1 {
                    1.0
                } else {
                    l.rsplit(',').next().unwrap().parse().unwrap()
                }
            })
            .sum();
        assert!(
            (written * f64::from(factor) - total as f64).abs() < 1e-6,
            "{outcome}"
        );
    }
}

#[test]
fn dates_are_mondays_and_sundays_and_running_spells_are_open() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("data");
    simulate(
        &fixture("scenarios/clusters.toml"),
        &out,
        1,
        &Options::default(),
    )
    .unwrap();
    let text = std::fs::read_to_string(out.join("spells.csv")).unwrap();
    let mut kinds = [0, 0, 0];
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let date = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
        assert_eq!(date(cells[1]).weekday(), jiff::civil::Weekday::Monday);
        assert_ne!(cells[3], "job", "unwritten states are gaps");
        if cells[2].is_empty() {
            kinds[0] += 1;
        } else {
            assert_eq!(date(cells[2]).weekday(), jiff::civil::Weekday::Sunday);
            kinds[1] += 1;
        }
        kinds[2] += i32::from(cells[3] == "lost");
    }
    assert!(kinds.iter().all(|&k| k > 0), "{kinds:?}");
}

#[test]
fn a_folder_that_exists_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let error = simulate(
        &fixture("scenarios/two-arms.toml"),
        folder.path(),
        1,
        &Options::default(),
    )
    .unwrap_err();
    assert_eq!(
        (error.class, error.diagnostics[0].code),
        (Class::Write, codes::WRITE)
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_scenario_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("scenario.toml");
    std::fs::write(&scenario, "name = 1").unwrap();
    let error = simulate(
        &scenario,
        &folder.path().join("data"),
        1,
        &Options::default(),
    )
    .unwrap_err();
    assert_eq!(error.class, Class::Study);
    assert!(!folder.path().join("data").exists());
    let missing = simulate(
        &folder.path().join("none.toml"),
        &folder.path().join("data"),
        1,
        &Options::default(),
    )
    .unwrap_err();
    assert_eq!(missing.diagnostics[0].code, codes::READ);
}

#[test]
fn a_trial_is_drawn_without_files() {
    let trial = draw_trial(&by_hand(), 1).unwrap();
    assert_eq!(
        (trial.persons(), trial.horizon, trial.arms.len()),
        (8, 2, 2)
    );
}

#[test]
#[ignore = "writes the committed register again, after its scenario has changed; remove its data folder first"]
fn write_the_committed_register() {
    let study = fixture("studies/paa-rette-vej");
    simulate(
        &study.join("scenario.toml"),
        &study.join("data"),
        SEED,
        &Options::default(),
    )
    .unwrap();
}
