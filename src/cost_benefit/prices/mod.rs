//! Price files: TOML, CSV and Excel read to the same [`Prices`], and written again as a sheet to edit.
//!
//! ```text
//! .toml -> document -+
//! .csv  -> table ----+-> entries (key, value, place) -> check (words, names, rules) -> Prices
//! .xlsx -> workbook -+
//! ```
//! Every pass reports all it finds. A file that is not a price file may hold persons, so of what it holds only short
//! words are shown.

mod check;
mod document;
mod entry;
mod findings;
mod line;
mod number;
mod official;
mod parameters;
mod schema;
mod spread;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod values;
mod workbook;
mod write;

pub use schema::schema;
pub use template::template;
pub use write::{to_csv, to_toml, to_xlsx};

use super::codes;
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::results::Bundle;
use crate::study::prices::Prices;
use crate::study::slugs::{Family, family};
use crate::study::{DataFile, Study};
use findings::Findings;
use std::path::Path;

/// Files larger than this are refused unread.
const LARGEST: u64 = 2 << 20;

/// What lines may name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Outcomes that accumulate to a quantity.
    pub outcomes: Vec<String>,
    /// The other outcomes, so that it can be said why they have no price.
    pub others: Vec<String>,
    /// Arms, control first.
    pub arms: Vec<String>,
}

impl Known {
    /// What the lines of a study's price file may name.
    pub fn of_study(study: &Study) -> Self {
        let named = |accumulates: bool| {
            let outcomes = study.outcomes.iter();
            outcomes
                .filter(move |o| (family(&o.kind) == Family::Mean) == accumulates)
                .map(|o| o.name.clone())
                .collect()
        };
        Self {
            outcomes: named(true),
            others: named(false),
            arms: std::iter::once(&study.control)
                .chain(&study.treatments)
                .cloned()
                .collect(),
        }
    }

    /// What lines may name that are put on the quantities of a result.
    pub fn of_bundle(bundle: &Bundle) -> Self {
        let named = |accumulates: bool| {
            let outcomes = bundle.outcomes.iter();
            outcomes
                .filter(move |o| {
                    ["weeks_in", "amount", "events"].contains(&o.kind.as_str()) == accumulates
                })
                .map(|o| o.name.clone())
                .collect()
        };
        Self {
            outcomes: named(true),
            others: named(false),
            arms: bundle.facts.arms.clone(),
        }
    }

    fn treatments(&self) -> &[String] {
        self.arms.get(1..).unwrap_or(&[])
    }
}

/// A price file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The prices.
    pub prices: Prices,
    /// Warnings a reader of the money must know.
    pub findings: Vec<Diagnostic>,
}

/// Reads a price file.
///
/// # Errors
/// Everything that is wrong with it, in one pass, as class [`Class::Study`].
pub fn read(file: &DataFile, known: &Known) -> Result<Read> {
    let size = std::fs::metadata(&file.path)
        .and_then(|found| {
            if found.is_file() {
                Ok(found.len())
            } else {
                Err(std::io::ErrorKind::IsADirectory.into())
            }
        })
        .map_err(|cause| unreadable(file, &cause))?;
    if size > LARGEST {
        return Err(too_large(file));
    }
    let ending = file.path.extension().unwrap_or_default().to_string_lossy();
    match ending.to_lowercase().as_str() {
        "toml" => {
            let bytes = std::fs::read(&file.path).map_err(|cause| unreadable(file, &cause))?;
            if let Some(error) = crate::study::slips::utf16(&bytes, &last_part(&file.shown)) {
                return Err(error);
            }
            match String::from_utf8(bytes) {
                Ok(text) => read_toml(&text, &file.shown, known),
                Err(_) => Err(refuse(
                    file,
                    codes::UNREADABLE,
                    "the file is not UTF-8 text",
                    "save the price file as UTF-8",
                )),
            }
        }
        "csv" | "txt" | "tsv" => {
            let sheet = table::csv(file)?;
            let mut findings = Findings::new(&file.shown, None);
            let entries = table::entries(&sheet, &mut findings);
            finish(&entries, known, findings)
        }
        "xlsx" => {
            let bytes = std::fs::read(&file.path).map_err(|cause| unreadable(file, &cause))?;
            let sheet = workbook::sheet(file, bytes)?;
            let mut findings = Findings::new(&file.shown, None);
            let entries = table::entries(&sheet, &mut findings);
            finish(&entries, known, findings)
        }
        _ => Err(with_allowed(
            refuse(
                file,
                codes::FORMAT,
                "this kind of file is not read as prices",
                "save the file as .toml, .csv or .xlsx",
            ),
            ".toml, .csv, .txt, .tsv, .xlsx",
        )),
    }
}

fn read_toml(text: &str, shown: &str, known: &Known) -> Result<Read> {
    let source = crate::study::source::Source {
        name: last_part(shown),
        // Editors on Windows put a mark first, which is no part of TOML.
        text: text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
    };
    let mut findings = Findings::new(shown, Some(&source));
    let entries = document::entries(&source.text, &mut findings);
    finish(&entries, known, findings)
}

fn finish(entries: &entry::Entries, known: &Known, mut findings: Findings<'_>) -> Result<Read> {
    let prices = check::prices(entries, known, &mut findings);
    let failed = findings.failed();
    let list = findings.into_list();
    if failed {
        return Err(Error {
            class: Class::Study,
            diagnostics: list,
        });
    }
    Ok(Read {
        prices,
        findings: list,
    })
}

/// The file's own name: never the way to it.
fn last_part(shown: &str) -> String {
    Path::new(shown)
        .file_name()
        .map_or_else(|| shown.to_owned(), |n| n.to_string_lossy().into_owned())
}

fn refuse(
    file: &DataFile,
    code: &'static str,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> Error {
    let place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows: Vec::new(),
        count: 0,
    };
    Error::one(
        Class::Study,
        Diagnostic::error(code, message, hint).at(place),
    )
}

fn with_allowed(mut error: Error, allowed: &str) -> Error {
    for diagnostic in &mut error.diagnostics {
        diagnostic.allowed = Some(allowed.to_owned());
    }
    error
}

fn unreadable(file: &DataFile, cause: &std::io::Error) -> Error {
    let why = match cause.kind() {
        std::io::ErrorKind::NotFound => "there is no such file",
        std::io::ErrorKind::PermissionDenied => "the file may not be read by you",
        std::io::ErrorKind::IsADirectory => "this is not a file",
        _ => "the file cannot be read",
    };
    refuse(
        file,
        codes::UNREADABLE,
        why,
        "check the name of the price file",
    )
}

fn too_large(file: &DataFile) -> Error {
    refuse(
        file,
        codes::TOO_LARGE,
        "the file is too large for a price file",
        "check that this is the price file; copy its lines to a new sheet",
    )
}
