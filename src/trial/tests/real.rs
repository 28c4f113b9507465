//! Real trials beside the project, where they are present.

use super::{Trial, adds_up, assert_whole, data_file, read, study};
use crate::study::{DurationsFile, Study, Tick};
use std::path::PathBuf;

/// The folder of a data set, or a line that says it is not there.
fn folder(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if !folder.is_dir() {
        println!("skipped: the data set {name} is not beside the project");
        return None;
    }
    Some(folder)
}

fn trial(study: &Study) -> Trial {
    let trial = read(study).unwrap_or_else(|error| panic!("{error}")).trial;
    assert!(adds_up(&trial.accounting), "{:#?}", trial.accounting);
    assert_whole(&trial);
    trial
}

fn weekly(folder: &std::path::Path) -> Study {
    let mut study = study(folder);
    study.horizon = 52;
    study.outcomes.clear();
    study.persons.id = "person_id".to_owned();
    let table = &mut study.tables[0];
    table.person = "person_id".to_owned();
    table.start = "start_week".to_owned();
    table.end = "end_week".to_owned();
    study
}

/// Person-weeks in a state in weeks 1 to 52, of one arm.
fn person_weeks(trial: &Trial, arm: &str, state: &str) -> i32 {
    let table = &trial.tables[0];
    let arm = trial.arms.iter().position(|one| one == arm);
    let persons = (0..trial.persons()).filter(|i| Some(usize::from(trial.arm[*i])) == arm);
    let spells = persons.flat_map(|i| table.of(i));
    let of_state = spells.filter(|spell| table.states[usize::from(spell.state)] == state);
    of_state
        .map(|spell| (spell.end.min(53) - spell.start).max(0))
        .sum()
}

#[test]
fn life_aid_is_read_as_its_reference_says() {
    let Some(folder) = folder("life_aid") else {
        return;
    };
    let mut study = weekly(&folder);
    study.control = "control".to_owned();
    study.treatments = vec!["aid".to_owned()];
    study.persons.subgroups = vec!["race".to_owned()];
    let trial = trial(&study);
    assert_eq!(trial.persons(), 432);
    // reference.json: 22.2268518... and 20.7268518... weeks employed by week 52, 216 persons each.
    assert_eq!(person_weeks(&trial, "aid", "employed"), 4801);
    assert_eq!(person_weeks(&trial, "control", "employed"), 4477);
    assert!(trial.tables[0].followed.iter().all(|week| *week >= 52));
}

#[test]
fn penn_bonus_is_read_as_its_reference_says() {
    let Some(folder) = folder("penn_bonus") else {
        return;
    };
    let mut study = weekly(&folder);
    study.control = "tg0".to_owned();
    study.treatments = (1..=6).map(|arm| format!("tg{arm}")).collect();
    study.persons.strata = vec!["stratum".to_owned()];
    study.tables[0].gap = Some("off_ui".to_owned());
    study.tables[0].data_end = Some("53".to_owned());
    let checked = read(&study).unwrap_or_else(|error| panic!("{error}"));
    // tg6 has nobody in quarters 5 and 6.
    assert_eq!(checked.findings.len(), 1);
    assert!(
        checked.findings[0].message.contains("2 of 6 strata"),
        "{}",
        checked.findings[0]
    );
    let trial = trial(&study);
    assert_eq!(trial.persons(), 13_913);
    assert!(trial.tables[0].followed.iter().all(|week| *week == 53));
    let mean = |arm: &str| {
        let number = trial.arms.iter().position(|one| one == arm).expect("arm");
        let n = trial
            .arm
            .iter()
            .filter(|one| usize::from(**one) == number)
            .count();
        f64::from(person_weeks(&trial, arm, "ui")) / n as f64
    };
    assert!((mean("tg4") - mean("tg0") + 0.832_361).abs() < 1e-6);
}

#[test]
fn smoking_cessation_is_read_as_durations_in_days() {
    let Some(folder) = folder("smoking_cessation") else {
        return;
    };
    let mut study = study(&folder);
    study.horizon = 182;
    study.control = "patchOnly".to_owned();
    study.treatments = vec!["combination".to_owned()];
    study.tables.clear();
    study.outcomes.clear();
    let file = data_file(&folder, "pharmacoSmoking.csv");
    study.persons.file = file.clone();
    study.persons.arm = "grp".to_owned();
    study.persons.strata = vec!["ageGroup2".to_owned()];
    study.durations = Some(DurationsFile {
        file,
        person: "id".to_owned(),
        time: "ttr".to_owned(),
        event: "relapse".to_owned(),
        censored: vec!["0".to_owned()],
        tick: Tick::Day,
    });
    let trial = trial(&study);
    let table = trial.durations.expect("durations");
    assert_eq!(table.time.len(), 125);
    let on_day_0 = table
        .time
        .iter()
        .zip(&table.event)
        .filter(|(time, event)| **time == 0 && event.is_some());
    assert_eq!(on_day_0.count(), 12);
}
