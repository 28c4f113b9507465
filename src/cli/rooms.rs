//! The rooms as the commands use them: of the command line only this file and [`super::money`] name their functions.

use crate::cost_benefit::prices::Known;
use crate::error::{CodeCard, Diagnostic, Result};
use crate::numeric::parallel;
use crate::report::{self, View};
use crate::results::bundle::{self, Bundle};
use crate::results::{Results, Row};
use crate::study::{Checked, DataFile, Study};
use crate::{
    check, cost_benefit, design, disclosure, evaluate, inference, results, simulate, trial,
};
use serde_json::Value;
use std::path::Path;

pub(super) use crate::evaluate::{
    Options as RunOptions, Progress, families_are_defined, headline_is_defined, mismatches,
    refusals,
};
pub(super) use crate::numeric::parallel::with_threads;
pub(super) use crate::registers::look;
pub(super) use crate::report::summary::wrapped;
pub(super) use crate::results::bundle::{Signed, SigningKey};
pub(super) use crate::results::write::{Existing, may_write};
pub(super) use crate::trial::read as trial;

/// How `check` and `audit` answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Junit,
    Github,
}

/// What `inspect` tells.
pub(super) struct Inspected {
    pub study: String,
    pub program: String,
    pub version: String,
    pub gate: String,
    pub cleared: bool,
    pub min_cell: u32,
    pub parts: Vec<disclosure::Inside>,
}

pub(super) fn inspect(bundle: &Path) -> Result<Inspected> {
    let bundle = Bundle::open(bundle)?;
    Ok(Inspected {
        parts: disclosure::inspect(&bundle),
        study: bundle.study.name.clone(),
        gate: bundle.disclosure.gate.clone(),
        cleared: bundle.disclosure.cleared,
        min_cell: bundle.study.min_cell,
        program: bundle.program,
        version: bundle.version,
    })
}

pub(super) use super::writing::{
    Page, Place, Table, page_around, render, write, write_bytes, write_cleared,
};
pub(super) use crate::check::verify::{Signer, verify};
pub(super) use crate::disclosure::{clear_lines, may_tell};

/// Seconds by phase.
pub(super) use crate::evaluate::{Timings, settle};

/// A result that was opened.
pub(super) struct Opened {
    pub rows: Vec<Row>,
    pub summary: String,
    /// Sentence of each outcome for the first treatment arm.
    pub sentences: Vec<(String, String)>,
}

/// What `explain` prints of an estimand.
pub(super) struct MethodCard {
    pub slugs: Vec<&'static str>,
    pub title: &'static str,
    /// Headings and their text.
    pub parts: Vec<(&'static str, &'static str)>,
}

/// Reads the price file that a study names.
pub(super) fn read_prices(checked: &mut Checked) -> Result<()> {
    let known = Known::of_study(&checked.study);
    if let Some(money) = &mut checked.study.cost_benefit
        && let Some(file) = &money.prices
    {
        let read = cost_benefit::prices::read(file, &known)?;
        money.lines = Some(read.prices);
        checked.findings.extend(read.findings);
    }
    Ok(())
}

pub(super) fn evaluate(
    study: &Study,
    trial: &trial::Trial,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<(Results, Timings)> {
    let (results, timings) = evaluate::evaluate(study, trial, options, progress)?;
    Ok((results, timings))
}

/// Whose signature a result must have, as the command line names key and signature.
pub(super) fn signer(key: Option<&str>, signature: Option<&Path>) -> Result<Option<Signer>> {
    let signature = signature.map(bundle::signature_file).transpose()?;
    let key = key.map(bundle::public_key).transpose()?;
    Ok(key.map(|key| Signer { key, signature }))
}

pub(super) fn open_bundle(path: &Path) -> Result<Bundle> {
    Bundle::open(path)
}

pub(super) fn bundle(bundle: &Path) -> Result<Bundle> {
    Bundle::open(bundle)
}

/// Reads and evaluates a study without a word, and gives what may leave of it beside an earlier result.
pub(super) fn run_silently(
    study: &Study,
    options: &RunOptions,
    earlier: Option<&Bundle>,
) -> Result<Bundle> {
    let read = parallel::with_threads(options.threads, || trial::read(study))?;
    let (results, _) = evaluate::evaluate(study, &read.trial, options, &evaluate::Silent)?;
    let cleared = disclosure::clear_beside(results, study, earlier);
    Ok(cleared.bundle().clone())
}

/// As JSON, for people and programs.
pub(super) fn as_json(answer: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(answer).expect("plain data with text keys has a JSON form")
}

pub(super) fn open(bundle: &Path) -> Result<Opened> {
    let bundle = Bundle::open(bundle)?;
    let view = View::of(&bundle);
    let words = report::words::Words::new(view.language);
    let arm = view.treatments().first().map_or("", String::as_str);
    let sentences = view
        .outcomes
        .iter()
        .map(|outcome| {
            let row = view.main_row(outcome, arm);
            let sentence = report::headline::sentence(&view, &words, outcome, arm, row);
            (outcome.name.clone(), sentence)
        })
        .collect();
    Ok(Opened {
        summary: report::summary::summary(&bundle),
        sentences,
        rows: bundle.rows().to_vec(),
    })
}

impl From<Format> for check::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Junit => Self::Junit,
            Format::Github => Self::Github,
        }
    }
}

/// The report, and whether every claim holds.
pub(super) fn check(bundle: &Path, claims: &Path, format: Format) -> Result<(String, bool)> {
    let report = check::check(&Bundle::open(bundle)?, claims)?;
    Ok((check::render(&report, format.into()), report.holds))
}

/// Puts the values of a result in a claims file, or writes a new one.
pub(super) fn write_claims(bundle: &Path, target: &Path) -> Result<check::guard::Rewritten> {
    let bundle = Bundle::open(bundle)?;
    let (done, existing) = if target.exists() {
        let (text, shown) = check::text_of(target)?;
        (
            check::guard::rewrite(&bundle, &text, &shown)?,
            Existing::Replace,
        )
    } else {
        (check::guard::guard(&bundle), Existing::Keep)
    };
    if !done.changes.is_empty() {
        write_bytes(done.text.as_bytes(), target, existing)?;
    }
    Ok(done)
}

/// The same of claims about published numbers alone.
pub(super) fn audit(claims: &Path, format: Format) -> Result<(String, bool)> {
    let report = check::audit(claims)?;
    Ok((check::render(&report, format.into()), report.holds))
}

/// Bytes of the files that a trial is read from, each as often as it is read.
pub(super) fn register_bytes(study: &Study) -> u64 {
    let size = |file: &DataFile| match std::fs::metadata(&file.path) {
        Ok(facts) if facts.is_file() => facts.len(),
        _ => 0,
    };
    trial::files(study).into_iter().map(size).sum()
}

/// Names of the files that were written.
pub(super) fn simulate(
    scenario: &Path,
    out: &Path,
    seed: u64,
    options: &simulate::Options,
) -> Result<Vec<String>> {
    let written = simulate::simulate(scenario, out, seed, options)?;
    let name = |path: &std::path::PathBuf| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    Ok(written.files.iter().filter_map(name).collect())
}

pub(super) use crate::design::assign;

/// What the replay of the draw found, where the study says how lots were drawn.
pub(super) fn replay(study: &Study) -> Result<Option<Diagnostic>> {
    Ok(design::replay(study)?.map(|replay| replay.finding()))
}

/// What lots made of the persons: rows that look at no outcome.
pub(super) fn balance(study: &Study, trial: &trial::Trial) -> Vec<Row> {
    let rows = parallel::with_threads(2, || evaluate::balance(study, trial, 0));
    disclosure::clear_lots(rows, study.min_cell)
}

pub(super) fn bundle_schema() -> Value {
    results::bundle::schema()
}

pub(super) fn claims_schema() -> Value {
    check::schema()
}

pub(super) fn diff_schema() -> Value {
    check::diff::schema()
}

pub(super) fn report_schema() -> Value {
    check::report_schema()
}

pub(super) fn prices_schema() -> Value {
    cost_benefit::prices::schema()
}

pub(super) fn scenario_schema() -> Value {
    simulate::schema()
}

/// The cards of every room.
pub(super) fn codes() -> Vec<&'static [CodeCard]> {
    vec![
        crate::study::codes::CODES,
        crate::registers::codes::CODES,
        trial::codes::CODES,
        evaluate::codes::CODES,
        results::codes::CODES,
        cost_benefit::codes::CODES,
        disclosure::codes::CODES,
        check::codes::CODES,
        simulate::codes::CODES,
        design::codes::CODES,
    ]
}

/// The cards of every estimand.
pub(super) fn methods() -> Vec<MethodCard> {
    report::method::cards()
        .chain(inference::CARDS)
        .map(|card| MethodCard {
            slugs: std::iter::once(card.slug).chain(card.contrast).collect(),
            title: card.title,
            parts: vec![
                ("Formula", card.formula),
                ("Standard error", card.std_error),
                ("Undefined when", card.undefined),
                ("Method", card.method),
                ("Source", card.source),
            ],
        })
        .collect()
}
