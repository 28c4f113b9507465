//! The files of a result: which are written, what they are made of, and a report made again.

use super::interrupt;
use super::rooms::{Existing, SigningKey};
use super::terminal::Terminal;
use crate::disclosure::{self, Cleared};
use crate::error::Result;
use crate::numeric::parallel;
use crate::report::figures::png;
use crate::report::{self, View};
use crate::results::bundle::{self, Bundle, SIGNATURE_FILE, SIGNATURE_TEXT};
use crate::results::csv::{self, Dialect};
use crate::results::write::{self, Part};
use crate::results::{Results, parquet};
use crate::study::Study;
use crate::study::model::Form;
use crate::study::sites::Site;
use crate::units::Language;
use serde_json::Value;
use std::borrow::Cow;
use std::path::Path;

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
    /// House whose machine the result leaves.
    pub site: Option<&'a Site>,
    /// A result of the same trial that has left before.
    pub earlier: Option<&'a Bundle>,
    /// Signs the bundle.
    pub signing: Option<&'a SigningKey>,
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
    let signature = (place.signing).map(|key| key.sign(&json)).transpose()?;
    let signature = signature.as_deref();
    let made = Made {
        cleared,
        language,
        json: &json,
        signature,
        figures: &figures,
        pictures: &pictures?,
    };
    let held = interrupt::hold();
    let extras = write::Extras {
        bundle: &json,
        site: place.site,
        parts: (place.formats.iter())
            .flat_map(|form| made.parts(*form, place))
            .chain(signature.map(|text| signature_part(text, place.site)))
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
    signature: Option<&'a str>,
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
            signature,
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
                move || words(page_around(bundle, language, json, signature)),
            )],
            Form::Md => vec![Part::new(
                "report.md",
                "the report as Markdown, without figures and appendix",
                move || words(report::markdown::markdown(bundle, language)),
            )],
        }
    }
}

fn signature_part<'a>(text: &'a str, site: Option<&Site>) -> Part<'a> {
    let about = "signature of the bundle, also inside report.html; `verify --signature` and minisign read it";
    let stays = site.is_some_and(|site| !site.lets_out(SIGNATURE_FILE));
    let name = if stays {
        SIGNATURE_TEXT
    } else {
        SIGNATURE_FILE
    };
    Part::new(name, about, move || Ok(Cow::Borrowed(text.as_bytes())))
}

/// The report around the text of a bundle, with its signature when there is one.
pub(super) fn page_around(
    bundle: &Bundle,
    language: Language,
    json: &str,
    signature: Option<&str>,
) -> String {
    let page = report::html::html_around(bundle, language, json);
    match signature {
        Some(signature) => bundle::signed_page(page, signature),
        None => page,
    }
}

/// Writes one file that was asked for by name.
pub(super) fn write_bytes(bytes: &[u8], target: &Path, existing: Existing) -> Result<()> {
    let _held = interrupt::hold();
    write::write_bytes(bytes, target, existing)
}

/// Writes a table that is shipped to a file, to be edited; over an earlier one where that was asked for.
pub(super) fn write_shipped(
    text: &str,
    (target, force): (&Path, bool),
    terminal: &Terminal,
) -> Result<()> {
    let existing = if force {
        Existing::Replace
    } else {
        Existing::Keep
    };
    write_bytes(text.as_bytes(), target, existing)?;
    let name = target.file_name().unwrap_or(target.as_os_str());
    terminal.say(&format!("written: {}", name.to_string_lossy()));
    Ok(())
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
    path: &Path,
    language: Option<Language>,
    page: Page,
    table: Table,
) -> Result<Vec<u8>> {
    let bundle = Bundle::open(path)?;
    let language = language.unwrap_or(bundle.study.language);
    Ok(match page {
        // The text as it was written: seal and signature are of its bytes.
        Page::Html => {
            let signature = bundle::signature_at(path);
            let text = Bundle::text_at(path)?;
            page_around(&bundle, language, &text, signature.as_deref()).into_bytes()
        }
        Page::Md => report::markdown::markdown(&bundle, language).into_bytes(),
        Page::Xlsx => {
            let figures = report::figures::drawings_of(&View::of(&bundle).told_in(language));
            report::xlsx::xlsx(&bundle, language, &png::pictures(&figures)?)?
        }
        Page::Csv => csv::estimates_of(&bundle, table.dialect()),
    })
}
