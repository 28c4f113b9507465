//! The rooms as the commands use them: of the command line only this file and [`super::money`] name their functions.

use super::interrupt;
use crate::cost_benefit::prices::Known;
use crate::disclosure::Cleared;
use crate::error::{CodeCard, Diagnostic, Result};
use crate::numeric::parallel;
use crate::report::figures::png;
use crate::report::{self, View};
use crate::results::bundle::Bundle;
use crate::results::csv::{self, Dialect};
use crate::results::write::Part;
use crate::results::{Results, Row, parquet, write};
use crate::study::model::Form;
use crate::study::{Checked, DataFile, Study};
use crate::units::Language;
use crate::{
    check, cost_benefit, design, disclosure, evaluate, inference, results, simulate, trial,
};
use serde_json::Value;
use std::borrow::Cow;
use std::path::Path;

pub(super) use crate::evaluate::{
    Options as RunOptions, Progress, families_are_defined, headline_is_defined, mismatches,
    refusals,
};
pub(super) use crate::numeric::parallel::with_threads;
pub(super) use crate::registers::look;
pub(super) use crate::report::summary::wrapped;
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

pub(super) use crate::check::verify::verify;
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

/// How `estimates.csv` and `accounting.csv` are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Table {
    /// Comma and decimal point: for programs
    #[default]
    Plain,
    /// Semicolon and decimal comma: opens with a double click in a Danish spreadsheet
    Dk,
}

impl Table {
    fn dialect(self) -> Dialect {
        match self {
            Self::Plain => Dialect::Plain,
            Self::Dk => Dialect::Danish,
        }
    }
}

/// Where and how a result is written.
pub(super) struct Place<'a> {
    pub target: &'a Path,
    pub existing: Existing,
    pub tables: Table,
    /// What is written besides the bundle and the tables.
    pub formats: &'a [Form],
    pub threads: usize,
    /// A result of the same trial that has left before.
    pub earlier: Option<&'a Bundle>,
}

pub(super) fn open_bundle(path: &Path) -> Result<Bundle> {
    Bundle::open(path)
}

/// Writes the result folder and gives the summary for the terminal. `run` tells what belongs into
/// `internal/run.json`, given the seconds that the writing took.
pub(super) fn write(
    results: Results,
    study: &Study,
    place: &Place<'_>,
    run: &dyn Fn(f64) -> Value,
) -> Result<String> {
    let started = std::time::Instant::now();
    let cleared = disclosure::clear_beside(results, study, place.earlier);
    let bundle = cleared.bundle();
    let run = |_: f64| run(started.elapsed().as_secs_f64());
    write_cleared(&cleared, bundle.study.language, place, &run)?;
    Ok(report::summary::summary(bundle))
}

/// Writes the result folder of cleared results, told in a language.
pub(super) fn write_cleared(
    cleared: &Cleared,
    language: Language,
    place: &Place<'_>,
    run: &dyn Fn(f64) -> Value,
) -> Result<()> {
    let started = std::time::Instant::now();
    let bundle = cleared.bundle();
    let wanted = |form: Form| place.formats.contains(&form);
    let pictured = wanted(Form::Png) || wanted(Form::Xlsx);
    let figures = if pictured || wanted(Form::Svg) {
        report::figures::drawings_of(&View::of(bundle).told_in(language))
    } else {
        Vec::new()
    };
    let (json, pictures) = parallel::with_threads(place.threads, || {
        parallel::both(
            || bundle.to_json(),
            || png::pictures(if pictured { &figures } else { &[] }),
        )
    });
    let made = Made {
        cleared,
        language,
        json: &json,
        figures: &figures,
        pictures: &pictures?,
    };
    let held = interrupt::hold();
    let extras = write::Extras {
        bundle: &json,
        parts: place
            .formats
            .iter()
            .flat_map(|form| made.parts(*form, place))
            .collect(),
        tables: place.tables.dialect(),
        threads: place.threads,
        stop: &|| held.asked(),
        run: &|| run(started.elapsed().as_secs_f64()),
    };
    write::write_folder(cleared, &extras, place.target, place.existing)
}

/// What the files of a result are made of.
struct Made<'a> {
    cleared: &'a Cleared,
    language: Language,
    json: &'a str,
    figures: &'a [(String, String)],
    pictures: &'a [png::Picture],
}

impl<'a> Made<'a> {
    /// The files of a form.
    fn parts(&self, form: Form, place: &Place<'_>) -> Vec<Part<'a>> {
        let Self {
            cleared,
            language,
            json,
            figures,
            pictures,
        } = *self;
        let bundle = cleared.bundle();
        let words = |text: String| Ok(text.into_bytes().into());
        match form {
            Form::Parquet => vec![Part::new("estimates.parquet", "the same, typed", || {
                let bytes = parquet::estimates(cleared);
                let bytes = bytes
                    .map_err(|cause| write::cannot_make(&format!("the Parquet table ({cause})")));
                bytes.map(Cow::Owned)
            })],
            Form::Xlsx => vec![Part::new(
                "estimates.xlsx",
                "the tables of the report, the figures and every number as a workbook",
                move || report::xlsx::xlsx(bundle, language, pictures).map(Cow::Owned),
            )],
            Form::Svg => (figures.iter())
                .map(|(name, text)| {
                    let about = "figure, drawn from the estimates";
                    let bytes = || Ok(Cow::Borrowed(text.as_bytes()));
                    Part::new(format!("figures/{name}"), about, bytes)
                })
                .collect(),
            Form::Png => (pictures.iter())
                .map(|picture| {
                    let about = if place.formats.contains(&Form::Svg) {
                        "the same as a picture"
                    } else {
                        "figure, drawn from the estimates, as a picture"
                    };
                    let bytes = || Ok(Cow::Borrowed(picture.bytes.as_slice()));
                    Part::new(format!("figures/{}", picture.name), about, bytes)
                })
                .collect(),
            Form::Html => vec![Part::new(
                "report.html",
                "the report to read, with bundle.json inside",
                move || words(report::html::html_around(bundle, language, json)),
            )],
            Form::Md => vec![Part::new(
                "report.md",
                "the report as Markdown, without figures and appendix",
                move || words(report::markdown::markdown(bundle, language)),
            )],
        }
    }
}

/// Writes one file that was asked for by name.
pub(super) fn write_bytes(bytes: &[u8], target: &Path, existing: Existing) -> Result<()> {
    let _held = interrupt::hold();
    write::write_bytes(bytes, target, existing)
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

/// How `report` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Page {
    Html,
    Md,
    Xlsx,
    Csv,
}

/// A result rendered again, in its own language or another.
pub(super) fn render(
    bundle: &Path,
    language: Option<Language>,
    page: Page,
    table: Table,
) -> Result<Vec<u8>> {
    let bundle = Bundle::open(bundle)?;
    let language = language.unwrap_or(bundle.study.language);
    Ok(match page {
        Page::Html => report::html::html(&bundle, language).into_bytes(),
        Page::Md => report::markdown::markdown(&bundle, language).into_bytes(),
        Page::Xlsx => {
            let figures = report::figures::drawings_of(&View::of(&bundle).told_in(language));
            report::xlsx::xlsx(&bundle, language, &png::pictures(&figures)?)?
        }
        Page::Csv => csv::estimates_of(&bundle, table.dialect()),
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
        .chain(inference::TAKE_UP)
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
