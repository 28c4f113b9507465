//! `validate`: reads and checks everything a study names. No outcome is shown by arm.

use super::data::{Overrides, StudyArguments};
use super::diagnostics::Sources;
use super::rooms;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use crate::error::{Diagnostic, Error};
use crate::registers::FileFacts;
use crate::study::Checked;
use crate::trial::{AccountingLine, Checked as Read, Trial};
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
        Err(Stop::Failed { error, sources }) if arguments.json => {
            return told(&error, &Sources::read(&sources), None, terminal);
        }
        Err(stop) => return Err(stop),
    };
    let sources = Sources::read(&arguments.study.sources(&checked));
    let read = match rooms::trial(&checked.study) {
        Ok(read) => read,
        Err(error) if arguments.json => return told(&error, &sources, Some(&checked), terminal),
        Err(error) => {
            terminal.findings(&checked.findings, &sources);
            return Err(error.into());
        }
    };
    let mut findings = checked.findings.clone();
    findings.extend(read.findings.iter().cloned());
    if let Err(mut error) = rooms::refusals(&checked.study, &read.trial) {
        if arguments.json {
            error.diagnostics.splice(0..0, read.findings);
            return told(&error, &sources, Some(&checked), terminal);
        }
        terminal.findings(&findings, &sources);
        return Err(error.into());
    }
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
fn told(
    error: &Error,
    _sources: &Sources,
    checked: Option<&Checked>,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let mut findings = checked.map(|c| c.findings.clone()).unwrap_or_default();
    findings.extend(error.diagnostics.iter().cloned());
    terminal.out(&format!("{:#}", answer(&findings, checked, None)))?;
    Err(Stop::Told(error.class))
}

fn answer(findings: &[Diagnostic], checked: Option<&Checked>, read: Option<&Read>) -> Value {
    let trial = read.map(|read| &read.trial);
    let accounting: Option<Vec<&AccountingLine>> =
        trial.map(|t| t.accounting.iter().filter(|l| may_show(l)).collect());
    json!({
        "valid": trial.is_some(),
        "study": checked.map(|c| c.study.name.clone()),
        "files": read.map(|read| read.files.iter().map(|f| json!({
            "file": f.name,
            "facts": f.facts,
        })).collect::<Vec<_>>()),
        "persons": trial.map(|t| by_arm(t).into_iter().map(|(arm, n)| json!({
            "arm": arm,
            "persons": n,
        })).collect::<Vec<_>>()),
        "accounting": accounting,
        "prices": checked.and_then(|c| c.study.cost_benefit.as_ref()?.lines.clone()),
        "findings": findings,
        "defaults": checked.map(|c| c.defaults.clone()),
    })
}

fn report(checked: &Checked, read: &Read) -> String {
    let (study, trial) = (&checked.study, &read.trial);
    let mut text = format!("{}\n\nFiles\n", study.name);
    let rows = read
        .files
        .iter()
        .map(|file| {
            vec![
                file.name.clone(),
                described(&file.facts),
                file.facts.bytes.to_string(),
            ]
        })
        .collect();
    text += &table(&["file", "read as", ">bytes"], rows);
    if let Some(prices) = prices(checked) {
        text += "\n\nPrices\n";
        text += &prices;
    }
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

/// The price file in one line.
fn prices(checked: &Checked) -> Option<String> {
    let money = checked.study.cost_benefit.as_ref()?;
    let (file, prices) = (money.prices.as_ref()?, money.lines.as_ref()?);
    let years = prices.lines.iter().map(|line| line.price_year);
    let years = match (years.clone().min(), years.max()) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(year), _) => year.to_string(),
        _ => String::new(),
    };
    Some(format!(
        "{}: {} line{} in {}, price level {years}{}",
        file.shown,
        prices.lines.len(),
        if prices.lines.len() == 1 { "" } else { "s" },
        prices.currency,
        if prices.synthetic { ", synthetic" } else { "" },
    ))
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

/// What a file turned out to be, in a few words.
fn described(facts: &FileFacts) -> String {
    let mut parts = vec![word(&facts.format)];
    parts.extend(facts.encoding.as_ref().map(word));
    if facts.byte_order_mark {
        parts.push("byte order mark".to_owned());
    }
    parts.extend(
        facts
            .separator
            .as_ref()
            .map(|s| format!("separator {}", word(s))),
    );
    parts.extend(
        facts
            .decimal_mark
            .as_ref()
            .map(|d| format!("decimal {}", word(d))),
    );
    parts.extend(
        facts
            .line_ending
            .as_ref()
            .map(|l| format!("lines end in {}", word(l))),
    );
    parts.join(", ")
}

/// A fact as it is called in JSON.
fn word(fact: &impl serde::Serialize) -> String {
    match serde_json::to_value(fact) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn verdict(findings: &[Diagnostic]) -> String {
    match findings.len() {
        0 => "the study and its data are fine".to_owned(),
        1 => "the study can run; read the finding above".to_owned(),
        n => format!("the study can run; read the {n} findings above"),
    }
}
