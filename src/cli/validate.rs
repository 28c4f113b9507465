//! `validate`: reads and checks everything a study names. No outcome is shown by arm.

use super::data::{Overrides, StudyArguments};
use super::diagnostics::Sources;
use super::rooms::{self, ReadTrial};
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use crate::error::{Diagnostic, Error};
use crate::study::{Checked, DataFile, OutcomeKind, Study};
use crate::trial::{AccountingLine, Trial};
use clap::Args;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(super) struct ValidateArguments {
    #[command(flatten)]
    study: StudyArguments,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn validate(arguments: &ValidateArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let checked = match arguments.study.read(Overrides::default()) {
        Ok(checked) => checked,
        Err(Stop::Failed { error, .. }) if arguments.json => {
            return told(&error, None, terminal);
        }
        Err(stop) => return Err(stop),
    };
    let sources = Sources::read(std::slice::from_ref(&arguments.study.study));
    let read = match rooms::trial(&checked.study) {
        Ok(read) => read,
        Err(error) if arguments.json => return told(&error, Some(&checked), terminal),
        Err(error) => {
            terminal.findings(&checked.findings, &sources);
            return Err(error.into());
        }
    };
    let mut findings = checked.findings.clone();
    findings.extend(read.findings.iter().cloned());
    if arguments.json {
        let answer = answer(&findings, Some(&checked), Some(&read));
        terminal.out(&format!("{answer:#}"))?;
    } else {
        terminal.out(&report(&checked, &read))?;
        terminal.findings(&findings, &sources);
        terminal.say(&verdict(&findings));
    }
    Ok(Exit::Fine)
}

/// The JSON answer of a study or data that are refused: nothing goes to stderr.
fn told(error: &Error, checked: Option<&Checked>, terminal: &Terminal) -> Result<Exit, Stop> {
    let mut findings = checked.map(|c| c.findings.clone()).unwrap_or_default();
    findings.extend(error.diagnostics.iter().cloned());
    terminal.out(&format!("{:#}", answer(&findings, checked, None)))?;
    Err(Stop::Told(error.class))
}

fn answer(findings: &[Diagnostic], checked: Option<&Checked>, read: Option<&ReadTrial>) -> Value {
    let trial = read.map(|r| &r.trial);
    let accounting: Option<Vec<&AccountingLine>> =
        trial.map(|t| t.accounting.iter().filter(|l| may_show(l)).collect());
    json!({
        "valid": trial.is_some(),
        "study": checked.map(|c| c.study.name.clone()),
        "files": checked.map(|c| files(&c.study).iter().map(|f| json!({
            "file": f.shown,
            "bytes": bytes(f),
            "facts": read.map(|r| facts(f, r)),
        })).collect::<Vec<_>>()),
        "persons": trial.map(|t| by_arm(t).into_iter().map(|(arm, n)| json!({
            "arm": arm,
            "persons": n,
        })).collect::<Vec<_>>()),
        "accounting": accounting,
        "findings": findings,
        "defaults": checked.map(|c| c.defaults.clone()),
    })
}

fn report(checked: &Checked, read: &ReadTrial) -> String {
    let trial = &read.trial;
    let study = &checked.study;
    let mut text = format!("{}\n\nFiles\n", study.name);
    let rows = files(study)
        .iter()
        .map(|f| {
            let size = bytes(f).map(|b| b.to_string()).unwrap_or_default();
            vec![f.shown.clone(), size, facts(f, read)]
        })
        .collect();
    text += &table(&["file", ">bytes", "read as"], rows);
    text += "\n\nArms\n";
    let rows = by_arm(trial)
        .into_iter()
        .map(|(arm, n)| vec![arm, n.to_string()])
        .collect();
    text += &table(&["arm", ">persons"], rows);
    text += "\n\nAccounting\n";
    let rows = trial
        .accounting
        .iter()
        .filter(|l| may_show(l))
        .map(|l| {
            vec![
                l.table.clone(),
                l.sign.clone(),
                l.key.replace('_', " "),
                l.arm.clone(),
                l.count.to_string(),
                l.unit.clone(),
            ]
        })
        .collect();
    text += &table(&["table", "", "what", "arm", ">count", "unit"], rows);
    text += "\n\nDefaults used\n";
    text += &checked.defaults;
    text
}

/// Persons by arm are known before the trial; anything else by arm may be an outcome.
fn may_show(line: &AccountingLine) -> bool {
    line.arm.is_empty() || line.unit == "persons"
}

fn by_arm(trial: &Trial) -> Vec<(String, usize)> {
    let count = |i: usize| trial.arm.iter().filter(|a| usize::from(**a) == i).count();
    let arms = trial.arms.iter().enumerate();
    arms.map(|(i, arm)| (arm.clone(), count(i))).collect()
}

/// Every data file once, in the order of the study.
fn files(study: &Study) -> Vec<&DataFile> {
    let mut files: Vec<&DataFile> = vec![&study.persons.file];
    files.extend(study.tables.iter().flat_map(|t| &t.files));
    files.extend(study.durations.iter().map(|d| &d.file));
    files.extend(study.outcomes.iter().filter_map(|o| match &o.kind {
        OutcomeKind::Amount {
            source: crate::study::AmountSource::File { file, .. },
            ..
        } => Some(file),
        OutcomeKind::Events { source } | OutcomeKind::ShareAmong { source, .. } => {
            Some(&source.file)
        }
        _ => None,
    }));
    let mut once: Vec<&DataFile> = Vec::new();
    for file in files {
        if !once.contains(&file) {
            once.push(file);
        }
    }
    once
}

fn facts(file: &DataFile, read: &ReadTrial) -> String {
    let found = read.files.iter().find(|(name, _)| *name == file.shown);
    found.map(|(_, facts)| facts.clone()).unwrap_or_default()
}

fn bytes(file: &DataFile) -> Option<u64> {
    std::fs::metadata(&file.path).ok().map(|m| m.len())
}

fn verdict(findings: &[Diagnostic]) -> String {
    match findings.len() {
        0 => "the study and its data are fine".to_owned(),
        1 => "the study can run; read the finding above".to_owned(),
        n => format!("the study can run; read the {n} findings above"),
    }
}
