//! `validate`: reads and checks everything a study names. No outcome is shown by arm.

use super::answer::Answer;
use super::data::{Overrides, StudyArguments};
use super::decisions;
use super::diagnostics::Sources;
use super::lots::lots;
use super::progress::Bar;
use super::rooms;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use crate::error::{Class, Diagnostic, Severity};
use crate::registers::FileFacts;
use crate::study::Checked;
use crate::trial::{AccountingLine, Checked as Read, Trial};
use clap::Args;
use serde_json::Value;

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
            return told(&error.diagnostics, error.class, None, terminal);
        }
        Err(stop) => return Err(stop),
    };
    let sources = Sources::read(&arguments.study.sources(&checked));
    let mut findings = checked.findings.clone();
    let bar = Bar::new(terminal);
    bar.reads(&checked.study);
    let trial = rooms::trial(&checked.study);
    bar.clear();
    let refused = match trial {
        Ok(read) => {
            findings.extend(read.findings.iter().cloned());
            findings.extend(rooms::mismatches(&checked.study, &read.trial));
            let replayed = rooms::replay(&checked.study).map(|found| findings.extend(found));
            match replayed.and_then(|()| rooms::refusals(&checked.study, &read.trial)) {
                Ok(()) => return fine(arguments, (&checked, &read, &findings, &sources), terminal),
                Err(error) => error,
            }
        }
        Err(error) => error,
    };
    if arguments.json {
        findings.extend(refused.diagnostics);
        return told(&findings, refused.class, Some(&checked), terminal);
    }
    terminal.findings(&findings, &sources);
    terminal.findings(&refused.diagnostics, &sources);
    findings.extend(refused.diagnostics);
    terminal.say(&verdict(&findings));
    Err(Stop::Told(refused.class))
}

/// A study that can run.
fn fine(
    arguments: &ValidateArguments,
    (checked, read, findings, sources): (&Checked, &Read, &[Diagnostic], &Sources),
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    if arguments.json {
        terminal.out(&Answer::new(findings, Some(checked), Some(read), None).to_json())?;
    } else {
        terminal.out(&report(checked, read, findings))?;
        terminal.findings(findings, sources);
        terminal.say(&verdict(findings));
    }
    Ok(Exit::Fine)
}

/// The JSON answer of a study or data that are refused: nothing goes to stderr.
fn told(
    findings: &[Diagnostic],
    class: Class,
    checked: Option<&Checked>,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    terminal.out(&Answer::new(findings, checked, None, Some(class)).to_json())?;
    Err(Stop::Told(class))
}

fn report(checked: &Checked, read: &Read, findings: &[Diagnostic]) -> String {
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
        .map(|(arm, n)| vec![arm, told_count(n as u64, study.min_cell)])
        .collect();
    text += &table(&["arm", ">persons"], rows);
    if let Some(lots) = lots(study, trial) {
        text += "\n\nLots\n";
        text += &lots;
    }
    text += "\n\nAccounting\n";
    let lines = rooms::clear_lines(trial.accounting.clone(), study.min_cell);
    let rows = lines
        .iter()
        .filter(|l| may_show(l))
        .map(|l| {
            vec![
                l.table.clone(),
                l.sign.clone(),
                l.key.replace('_', " "),
                l.arm.clone(),
                l.shown()
                    .map_or_else(|| "hidden".to_owned(), |n| n.to_string()),
                l.unit.clone(),
            ]
        })
        .collect();
    text += &table(&["table", "", "what", "arm", ">count", "unit"], rows);
    let decisions = decisions::of(findings);
    if !decisions.is_empty() {
        text += "\n\nTo decide\n";
        let rows = decisions
            .iter()
            .map(|decision| vec![decision.code.to_owned(), decision.option.to_owned()]);
        text += &table(&["code", "settled by"], rows.collect());
    }
    text += "\n\nDefaults used\n";
    text += &checked.defaults;
    text
}

/// The price file in one line.
fn prices(checked: &Checked) -> Option<String> {
    let money = checked.study.cost_benefit.as_ref()?;
    let (file, prices) = (money.prices.as_ref()?, money.lines.as_ref()?);
    let years = prices.lines.iter().map(|line| line.price_year);
    let years = match (prices.price_level, years.clone().min(), years.max()) {
        (Some(level), ..) => level.to_string(),
        (None, Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (None, Some(year), _) => year.to_string(),
        _ => String::new(),
    };
    Some(format!(
        "{}: {} line{} in {}, price level {years}{}{}",
        file.shown,
        prices.lines.len(),
        if prices.lines.len() == 1 { "" } else { "s" },
        prices.currency,
        (prices.vintage.as_ref()).map_or_else(String::new, |vintage| format!(
            ", parameters {}",
            vintage.name
        )),
        if prices.synthetic { ", synthetic" } else { "" },
    ))
}

/// Persons by arm are known before the trial; anything else by arm may be an outcome.
pub(super) fn may_show(line: &AccountingLine) -> bool {
    line.arm.is_empty() || line.unit == "persons"
}

/// A number of persons, or that there are too few of them.
fn told_count(n: u64, min_cell: u32) -> String {
    if rooms::may_tell(n, min_cell) {
        n.to_string()
    } else {
        format!("fewer than {min_cell}")
    }
}

pub(super) fn by_arm(trial: &Trial) -> Vec<(String, usize)> {
    let count = |i: usize| trial.arm.iter().filter(|a| usize::from(**a) == i).count();
    let arms = trial.arms.iter().enumerate();
    arms.map(|(i, arm)| (arm.clone(), count(i))).collect()
}

/// What a file turned out to be, in a few words.
pub(super) fn described(facts: &FileFacts) -> String {
    let mut parts = vec![word(&facts.format)];
    parts.extend(facts.release.as_ref().map(|r| format!("release {r}")));
    parts.extend(
        facts
            .packing
            .as_ref()
            .map(|p| format!("packed as {}", word(p))),
    );
    parts.extend(facts.parts.map(|n| format!("{n} files")));
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

/// The last line: whether it can run, and how much was found.
fn verdict(findings: &[Diagnostic]) -> String {
    let count = |severity: Severity, word: &str| {
        let n = findings.iter().filter(|f| f.severity == severity).count();
        match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        }
    };
    let parts = [
        count(Severity::Error, "error"),
        count(Severity::Warning, "warning"),
        count(Severity::Note, "note"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let found = parts.join(", ");
    if parts.is_empty() {
        "the study and its data are fine".to_owned()
    } else if findings.iter().any(|f| f.severity == Severity::Error) {
        format!(
            "the study cannot run: {found}; `rettevej explain CODE` tells cause and cure of each"
        )
    } else {
        format!("the study can run; read what stands above: {found}")
    }
}
