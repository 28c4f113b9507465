//! From a study to the checked trial: every register read once, every fault found in one pass.

use super::accounting::{Sheet, adds_up};
use super::findings::Findings;
use super::model::{SpellTable, Trial};
use super::spells::Followed;
use super::{codes, covariates, durations, hash, others, persons, records, spells, surveys};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::registers::{FileFacts, Table};
use crate::study::{FirstWeek, Study};
use std::time::Instant;

/// A checked trial, with what a reader must know of it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The trial.
    pub trial: Trial,
    /// Warnings and notes.
    pub findings: Vec<Diagnostic>,
    /// Files read, each once, in the order of the study.
    pub files: Vec<ReadFile>,
    /// How long it took.
    pub seconds: Seconds,
}

/// Seconds spent on the registers.
#[derive(Clone, Copy, Debug)]
pub struct Seconds {
    /// Opening files and turning their cells into columns.
    pub read: f64,
    /// Checking the columns and following every person.
    pub check: f64,
}

/// A file that was read, and what it turned out to be.
#[derive(Clone, Debug)]
pub struct ReadFile {
    /// As written in the study.
    pub name: String,
    /// Encoding, separators and the like.
    pub facts: FileFacts,
}

/// Reads and checks the registers of a study.
///
/// # Errors
/// When a file cannot be read or the data are wrong: all findings of the one pass.
pub fn read(study: &Study) -> Result<Checked> {
    let started = Instant::now();
    let mut findings = Findings::default();
    let mut accounting = Vec::new();
    let persons = match persons::read(study, &mut findings) {
        Ok(persons) => persons,
        Err(error) => {
            findings.absorb(error);
            others::read(study, &mut findings);
            return Err(findings.into_error());
        }
    };
    let mut counts = vec![0; persons.arms.len()];
    persons
        .arm
        .iter()
        .for_each(|arm| counts[usize::from(*arm)] += 1);
    let mut sheet = Sheet::new(&mut accounting, "persons", "persons");
    sheet.read(persons.len() as u64);
    for (arm, count) in persons.arms.iter().zip(counts) {
        sheet.used(arm, count);
    }
    for subgroup in &persons.subgroups {
        let empty = subgroup
            .level
            .iter()
            .filter(|level| level.is_none())
            .count();
        sheet.remark(&format!("without_{}", subgroup.column), empty as u64);
    }

    let tables: Vec<Option<Followed>> = (0..study.tables.len())
        .map(|table| {
            let context = spells::Context {
                study,
                persons: &persons,
                table,
            };
            spells::read(&context, &mut findings, &mut accounting)
        })
        .collect();
    let mut others: Vec<Table> = Vec::new();
    let durations = study.durations.as_ref().and_then(|file| {
        let out = (&mut findings, &mut accounting, &mut others);
        durations::read(study, file, &persons, out)
    });
    let out = (&mut findings, &mut accounting, &mut others);
    let surveys = surveys::read(study, &persons, out);
    let context = records::Context {
        study,
        persons: &persons,
        tables: &tables,
    };
    let records = records::read(&context, &mut findings, &mut accounting, &mut others);

    let findings = findings.finish()?;
    let all = std::iter::once(&persons.table)
        .chain(
            tables
                .iter()
                .flatten()
                .flat_map(|table| table.raw.files.iter().chain(&table.raw.others)),
        )
        .chain(&others);
    let reading: f64 = all.clone().map(|table| table.seconds).sum();
    let files = list_files(all);
    let first = match study.first_week {
        FirstWeek::Assignment => 0,
        FirstWeek::Next => 1,
    };
    let (spells, before): (Vec<SpellTable>, Vec<_>) = (tables.into_iter().flatten())
        .map(|followed| (followed.table, followed.before))
        .unzip();
    let mut trial = Trial {
        horizon: study.horizon,
        arms: persons.arms,
        strata: persons.strata,
        arm: persons.arm,
        stratum: persons.stratum,
        cluster: persons.cluster,
        first_week: persons
            .assigned
            .filter(|_| study.cost_benefit.is_some())
            .map(|assigned| assigned.iter().map(|week| week + first).collect()),
        subgroups: persons.subgroups,
        covariates: Vec::new(),
        surveys,
        tables: spells,
        before,
        durations,
        records,
        accounting,
        hash: String::new(),
    };
    trial.covariates = covariates::covariates(study, &trial, persons.covariates);
    covariates::account(&trial.covariates, &mut trial.accounting);
    if !adds_up(&trial.accounting) {
        let finding = Diagnostic::error(
            codes::DOES_NOT_ADD_UP,
            "the accounting does not add up from what was read to what is used; this is a fault in the program",
            "report it, with what `validate` shows of the study if that can be shared",
        );
        return Err(Error::one(Class::Bug, finding));
    }
    trial.hash = hash::hash(
        &trial,
        &persons.clusters,
        (study.resampling.seed, study.secret.as_ref()),
    );
    Ok(Checked {
        trial,
        findings,
        files,
        seconds: Seconds {
            read: reading,
            check: (started.elapsed().as_secs_f64() - reading).max(0.0),
        },
    })
}

/// Each file once.
fn list_files<'a>(tables: impl Iterator<Item = &'a Table>) -> Vec<ReadFile> {
    let mut files: Vec<ReadFile> = Vec::new();
    for table in tables {
        if files.iter().all(|file| file.name != table.file) {
            files.push(ReadFile {
                name: table.file.clone(),
                facts: table.facts.clone(),
            });
        }
    }
    files
}
