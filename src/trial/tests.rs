//! Small registers through `registers`: every check, the weeks of follow-up, the accounting, the hash.

mod bench;
mod checks;
mod covariates;
mod laws;
mod parts;
mod real;
mod records;
mod sums;
mod weeks;
mod wide;

use super::{Checked, Trial, adds_up, read};
use crate::error::{Diagnostic, Place};
use crate::study::{
    DataFile, DateRule, FirstWeek, Labels, Outcome, OutcomeKind, Overlap, PersonsFile, Resampling,
    SchemeKind, SpellForm, SpellsFile, Study, WeekUnit,
};
use crate::units::Language;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder with files, and a study that reads them.
struct Case {
    folder: tempfile::TempDir,
    study: Study,
}

impl Case {
    /// Two persons, two arms, a horizon of 4 weeks, spells in trial weeks.
    fn new(persons: &str, spells: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let study = study(folder.path());
        let case = Self { folder, study };
        case.write("persons.csv", persons);
        case.write("spells.csv", spells);
        case
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("written");
    }

    fn file(&self, name: &str) -> DataFile {
        data_file(self.folder.path(), name)
    }

    fn table(&mut self) -> &mut SpellsFile {
        &mut self.study.tables[0]
    }

    fn check(&self) -> Checked {
        match read(&self.study) {
            Ok(checked) => {
                let lines = &checked.trial.accounting;
                assert!(adds_up(lines), "{lines:#?}");
                assert_whole(&checked.trial);
                checked
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn trial(&self) -> Trial {
        self.check().trial
    }

    /// Codes, rows and counts of what is wrong.
    fn faults(&self) -> Vec<(&'static str, Vec<u64>, u64)> {
        let error = read(&self.study).expect_err("faults");
        error.diagnostics.iter().map(brief).collect()
    }

    /// Spells of a person of the first table: first and last week, state.
    fn weeks(&self, person: usize) -> Vec<(i32, i32, String)> {
        weeks(&self.trial(), person)
    }
}

/// Codes of what is wrong, each with its rows.
fn codes_at(case: &Case) -> Vec<(&'static str, Vec<u64>)> {
    let faults = case.faults().into_iter();
    faults.map(|(code, rows, _)| (code, rows)).collect()
}

fn weeks(trial: &Trial, person: usize) -> Vec<(i32, i32, String)> {
    let table = &trial.tables[0];
    let state = |state: u16| table.states[usize::from(state)].clone();
    let spells = table.of(person).iter();
    spells
        .map(|spell| (spell.start, spell.end - 1, state(spell.state)))
        .collect()
}

fn brief(finding: &Diagnostic) -> (&'static str, Vec<u64>, u64) {
    match &finding.place {
        Place::Data { rows, count, .. } => (finding.code, rows.clone(), *count),
        _ => (finding.code, Vec::new(), 0),
    }
}

/// Every followed week has exactly one state.
fn assert_whole(trial: &Trial) {
    for table in &trial.tables {
        assert_eq!(table.offsets.len(), trial.persons() + 1);
        for person in 0..trial.persons() {
            let end = table.of(person).iter().fold(1, |next, spell| {
                assert_eq!(spell.start, next);
                assert!(spell.end > spell.start);
                spell.end
            });
            assert_eq!(end, table.followed[person] + 1);
        }
    }
}

/// A count of the accounting.
fn count(trial: &Trial, table: &str, key: &str) -> u64 {
    let lines = trial.accounting.iter();
    lines
        .filter(|line| line.table == table && line.key == key)
        .map(|line| line.count)
        .sum()
}

fn data_file(folder: &Path, name: &str) -> DataFile {
    DataFile {
        shown: name.to_owned(),
        path: folder.join(name),
    }
}

fn study(folder: &Path) -> Study {
    Study {
        name: "test".to_owned(),
        language: Language::En,
        texts: BTreeMap::new(),
        horizon: 4,
        first_week: FirstWeek::Assignment,
        headline: 0,
        synthetic: true,
        control: "c".to_owned(),
        treatments: vec!["t".to_owned()],
        labels: Labels::default(),
        persons: PersonsFile {
            file: data_file(folder, "persons.csv"),
            id: "id".to_owned(),
            arm: "arm".to_owned(),
            assigned: None,
            strata: Vec::new(),
            cluster: None,
            followed_until: None,
            subgroups: Vec::new(),
            covariates: Vec::new(),
        },
        randomisation: None,
        tables: vec![SpellsFile {
            name: "spells".to_owned(),
            files: vec![data_file(folder, "spells.csv")],
            person: "id".to_owned(),
            start: "start".to_owned(),
            end: "end".to_owned(),
            state: "state".to_owned(),
            weeks: WeekUnit::Trial,
            gap: None,
            overlap: Overlap::Error,
            date_rule: DateRule::Any,
            data_end: None,
            censor: Vec::new(),
            absorbing: Vec::new(),
            states: None,
            form: SpellForm::default(),
        }],
        durations: None,
        outcomes: vec![Outcome {
            name: "work".to_owned(),
            kind: OutcomeKind::WeeksIn {
                table: 0,
                states: vec!["work".to_owned()],
            },
            unit: None,
        }],
        analyses: Vec::new(),
        resampling: Resampling {
            scheme: SchemeKind::Bootstrap,
            replicates: 0,
            permutations: 0,
            seed: 7,
        },
        cost_benefit: None,
        min_cell: 1,
        site: None,
        secret: None,
        formats: Vec::new(),
        surveys: Vec::new(),
        source: String::new(),
        folder: PathBuf::new(),
    }
}

const PERSONS: &str = "id,arm\n1,c\n2,t\n";
