//! The answer of `validate --json`: a stable form with a schema, the same for what is fine and for what is refused.

use super::decisions::{self, Decision};
use super::rooms;
use super::validate::{by_arm, may_show};
use crate::error::{Class, Diagnostic, Severity};
use crate::registers::FileFacts;
use crate::study::Checked;
use crate::trial::{AccountingLine, Checked as Read};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Version of the form: `major.minor`. Keys may be added within a major version; none changes its meaning or goes away.
const SCHEMA: &str = "1.0";

/// What `rettevej validate --json` answers.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Answer of rettevej validate --json")]
pub(super) struct Answer {
    /// Version of this form, `major.minor`.
    schema: &'static str,
    /// Whether the study can run.
    valid: bool,
    /// Exit code of the command: 0, 3 (the study file) or 4 (the data).
    exit_code: u8,
    /// Name of the study; null when the study file could not be understood.
    study: Option<String>,
    /// Files read and what each turned out to be; null when something is refused.
    files: Option<Vec<File>>,
    /// Persons by arm; null when something is refused.
    persons: Option<Vec<Arm>>,
    /// The accounting, without outcomes by arm; null when something is refused.
    accounting: Option<Vec<AccountingLine>>,
    /// The price file as it was read; null without one.
    prices: Option<Value>,
    /// Everything that was found, in the order it is told to people.
    findings: Vec<Finding>,
    /// How many findings of each severity there are.
    counts: Counts,
    /// What is to be decided, each with the key of the study that settles it.
    decisions: Vec<Decision>,
    /// Every default that was used, as TOML to paste; null when the study file could not be understood.
    defaults: Option<String>,
}

/// A finding, with the key of the study that settles it.
#[derive(Serialize, JsonSchema)]
struct Finding {
    #[serde(flatten)]
    diagnostic: Diagnostic,
    /// Key of the study that settles it, as TOML; null when no key does.
    option: Option<&'static str>,
}

/// Findings by severity.
#[derive(Serialize, JsonSchema)]
struct Counts {
    error: usize,
    warning: usize,
    note: usize,
}

/// A file.
#[derive(Serialize, JsonSchema)]
struct File {
    /// As written in the study.
    file: String,
    /// Format, encoding, separators and size.
    #[schemars(with = "serde_json::Map<String, Value>")]
    facts: FileFacts,
}

/// An arm.
#[derive(Serialize, JsonSchema)]
struct Arm {
    /// Label as it stands in the data.
    arm: String,
    /// Persons assigned to it.
    persons: usize,
}

impl Answer {
    /// The answer about a study (`None`: it could not be understood) and its data (`None`: something is refused).
    pub fn new(
        findings: &[Diagnostic],
        checked: Option<&Checked>,
        read: Option<&Read>,
        refused: Option<Class>,
    ) -> Self {
        let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
        let shown = |line: &&AccountingLine| may_show(line);
        Self {
            schema: SCHEMA,
            valid: refused.is_none(),
            exit_code: refused.map_or(0, |class| class as u8),
            study: checked.map(|checked| checked.study.name.clone()),
            files: read.map(|read| {
                let file = |file: &crate::trial::ReadFile| File {
                    file: file.name.clone(),
                    facts: file.facts.clone(),
                };
                read.files.iter().map(file).collect()
            }),
            persons: read.map(|read| {
                let arm = |(arm, persons)| Arm { arm, persons };
                by_arm(&read.trial).into_iter().map(arm).collect()
            }),
            accounting: read.map(|read| {
                let min_cell = checked.map_or(u32::MAX, |checked| checked.study.min_cell);
                let lines = rooms::clear_lines(read.trial.accounting.clone(), min_cell);
                lines.iter().filter(shown).cloned().collect()
            }),
            prices: checked
                .and_then(|checked| checked.study.cost_benefit.as_ref()?.lines.as_ref())
                .and_then(|lines| serde_json::to_value(lines).ok()),
            counts: Counts {
                error: count(Severity::Error),
                warning: count(Severity::Warning),
                note: count(Severity::Note),
            },
            decisions: decisions::of(findings),
            findings: findings
                .iter()
                .map(|finding| Finding {
                    option: decisions::option(finding.code),
                    diagnostic: finding.to_show(),
                })
                .collect(),
            defaults: checked.map(|checked| checked.defaults.clone()),
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names, words and whole numbers have a JSON form")
    }
}

/// JSON Schema of the answer.
pub(super) fn schema() -> Value {
    schemars::schema_for!(Answer).to_value()
}
