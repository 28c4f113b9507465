//! The rooms as the commands use them: the only file of the command line that names their functions.
//!
//! Being joined: a room that is not there yet answers with one finding.

use crate::error::{Class, CodeCard, Diagnostic, Error, Result};
use crate::results::{Results, Row};
use crate::study::Study;
use crate::trial::Trial;
use serde_json::Value;
use std::path::Path;

/// Hears how far a run is.
pub(super) trait Progress: Sync {
    /// A phase begins, with so many steps.
    fn phase(&self, name: &str, total: u64);
    /// Steps done.
    fn advance(&self, by: u64);
}

/// What may change how a run is done, but never a bit of its result.
pub(super) struct RunOptions {
    pub threads: usize,
    pub memory_mb: usize,
    pub only: Option<String>,
}

/// The data, read and checked.
pub(super) struct ReadTrial {
    pub trial: Trial,
    pub findings: Vec<Diagnostic>,
    /// Each file as written in the study, with what it turned out to be.
    pub files: Vec<(String, String)>,
}

/// What to do with a result that stands there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    Keep,
    Replace,
}

/// Seconds by phase.
pub(super) type Timings = Vec<(String, f64)>;

/// What is told when a result is written.
pub(super) struct Written {
    pub summary: String,
    pub rows: Vec<Row>,
}

/// A result that was opened.
pub(super) struct Opened {
    pub rows: Vec<Row>,
    pub summary: String,
    /// Sentence of each outcome for the first treatment arm.
    pub sentences: Vec<(String, String)>,
}

/// How `check` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Junit,
    Github,
}

/// What `explain` prints of an estimand.
pub(super) struct MethodCard {
    pub slugs: Vec<&'static str>,
    pub title: &'static str,
    /// Headings and their text.
    pub parts: Vec<(&'static str, &'static str)>,
}

fn not_joined(what: &str) -> Error {
    Error::one(
        Class::Bug,
        Diagnostic::error(
            "RV0003",
            format!("{what} is not joined yet"),
            "use a version that has it",
        ),
    )
}

pub(super) fn trial(_study: &Study) -> Result<ReadTrial> {
    Err(not_joined("reading the data"))
}

pub(super) fn evaluate(
    _study: &Study,
    _trial: &Trial,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<(Results, Timings)> {
    let _ = (options.threads, options.memory_mb, &options.only);
    progress.phase("panel", 0);
    progress.advance(0);
    Err(not_joined("the evaluation"))
}

pub(super) fn may_write(_target: &Path, existing: Existing) -> Result<()> {
    match existing {
        Existing::Keep | Existing::Replace => Err(not_joined("writing results")),
    }
}

pub(super) fn write(
    _results: Results,
    _study: &Study,
    _target: &Path,
    _existing: Existing,
    _run: &Value,
) -> Result<Written> {
    Err(not_joined("writing results"))
}

pub(super) fn open(_bundle: &Path) -> Result<Opened> {
    Err(not_joined("opening a result"))
}

/// The report, and whether every claim holds.
pub(super) fn check(_bundle: &Path, _claims: &Path, _format: Format) -> Result<(String, bool)> {
    Err(not_joined("checking claims"))
}

/// Names of the files that were written.
pub(super) fn simulate(_scenario: &Path, _out: &Path, _seed: u64) -> Result<Vec<String>> {
    Err(not_joined("simulation"))
}

pub(super) fn bundle_schema() -> Result<Value> {
    Err(not_joined("the schema of a bundle"))
}

pub(super) fn claims_schema() -> Result<Value> {
    Err(not_joined("the schema of claims"))
}

pub(super) fn scenario_schema() -> Result<Value> {
    Err(not_joined("the schema of a scenario"))
}

/// The cards of every room.
pub(super) fn codes() -> Vec<&'static [CodeCard]> {
    vec![crate::study::codes::CODES]
}

/// The cards of every estimand.
pub(super) fn methods() -> Vec<MethodCard> {
    crate::study::slugs::SLUGS
        .iter()
        .map(|slug| MethodCard {
            slugs: vec![slug.name],
            title: "",
            parts: Vec::new(),
        })
        .collect()
}

/// The contrast that the headline and exit code 5 look at, by family of outcome.
pub(super) fn main_estimand(study: &Study) -> &'static str {
    match crate::study::slugs::family(&study.outcomes[study.headline].kind) {
        crate::study::slugs::Family::Mean => "cumulative_effect",
        crate::study::slugs::Family::Share => "period_difference",
        crate::study::slugs::Family::Exit => "restricted_mean_difference",
    }
}
