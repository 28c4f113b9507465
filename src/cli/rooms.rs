//! The rooms as the commands use them: of the command line only this file and [`super::money`] name their functions.

use crate::cost_benefit::prices::Known;
use crate::disclosure::Cleared;
use crate::error::{Class, CodeCard, Result};
use crate::numeric::parallel;
use crate::report::figures::png;
use crate::report::{self, View};
use crate::results::bundle::Bundle;
use crate::results::csv::{self, Dialect};
use crate::results::{Results, Row, write};
use crate::study::{Checked, Study};
use crate::units::Language;
use crate::{check, cost_benefit, disclosure, evaluate, results, simulate, trial};
use serde_json::Value;
use std::path::Path;

pub(super) use crate::evaluate::{Options as RunOptions, Progress, headline_is_defined, refusals};
pub(super) use crate::numeric::parallel::with_threads;
pub(super) use crate::results::write::{Existing, may_write, write_bytes};
pub(super) use crate::trial::read as trial;

/// How `check` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Junit,
    Github,
}

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
    pub threads: usize,
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
    let cleared = disclosure::clear(results, study);
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
    let figures = report::figures::figures_of(&View::of(bundle).told_in(language));
    let (pictures, made) = parallel::with_threads(place.threads, || {
        let pictures = png::pictures(&figures)?;
        let made = parallel::map_ordered(2, |i| match i {
            0 => report::xlsx::xlsx(bundle, language, &pictures),
            _ => Ok(report::html::html(bundle, language).into_bytes()),
        });
        let made: Result<Vec<Vec<u8>>> = made.into_iter().collect();
        made.map(|made| (pictures, made))
    })?;
    let pictures: Vec<(String, Vec<u8>)> = (pictures.into_iter())
        .map(|picture| (picture.name, picture.bytes))
        .collect();
    let extras = write::Extras {
        figures: &figures,
        pictures: &pictures,
        workbook: &made[0],
        report: &made[1],
        tables: place.tables.dialect(),
        run: &|| run(started.elapsed().as_secs_f64()),
    };
    write::write_folder(cleared, &extras, place.target, place.existing)
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
            let figures = report::figures::figures_of(&View::of(&bundle).told_in(language));
            report::xlsx::xlsx(&bundle, language, &png::pictures(&figures)?)?
        }
        Page::Csv => csv::estimates_of(&bundle, table.dialect()),
    })
}

/// The report, and whether every claim holds.
pub(super) fn check(bundle: &Path, claims: &Path, format: Format) -> Result<(String, bool)> {
    let bundle = Bundle::open(bundle)?;
    let report = check::check(&bundle, claims)?;
    let format = match format {
        Format::Text => check::Format::Text,
        Format::Json => check::Format::Json,
        Format::Junit => check::Format::Junit,
        Format::Github => check::Format::Github,
    };
    let holds = report.class() != Some(Class::Differs);
    Ok((check::render(&report, format), holds))
}

/// Names of the files that were written.
pub(super) fn simulate(scenario: &Path, out: &Path, seed: u64) -> Result<Vec<String>> {
    let written = simulate::simulate(scenario, out, seed)?;
    let name = |path: &std::path::PathBuf| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    Ok(written.files.iter().filter_map(name).collect())
}

pub(super) fn bundle_schema() -> Value {
    results::bundle::schema()
}

pub(super) fn claims_schema() -> Value {
    check::schema()
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
    ]
}

/// The cards of every estimand.
pub(super) fn methods() -> Vec<MethodCard> {
    report::method::cards()
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
