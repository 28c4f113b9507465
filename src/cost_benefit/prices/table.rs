//! A price file as a sheet: one row per line, columns by name, in English or Danish.

use super::codes;
use super::entry::{
    DECIMALS, Entries, Entry, Form, Given, KEYS, Numeral, ONLY_TOML, Spot, Value, WHOLE, WHOLES,
    later,
};
use super::findings::{Findings, shown};
use super::number::{Mark, mark, numeral};
use crate::error::{Class, Diagnostic, Result};
use crate::registers::{Separator, read_texts};
use crate::study::{DataFile, suggest};

/// Danish names of columns.
const DANISH: &[(&str, &str)] = &[
    ("linje", "line"),
    ("post", "line"),
    ("udfald", "outcome"),
    ("pr", "per"),
    ("type", "kind"),
    ("fra", "from"),
    ("til", "to"),
    ("værdi", "value"),
    ("pris", "value"),
    ("enhed", "unit"),
    ("prisår", "price_year"),
    ("prisniveau", "price_year"),
    ("prisbasis", "basis"),
    ("kilde", "source"),
    ("indsats", "programme"),
    ("arme", "arms"),
    ("grupper", "arms"),
    ("valuta", "currency"),
    ("syntetisk", "synthetic"),
    ("titel", "title"),
    ("tillæg", "uplift"),
    ("fordeling", "distribution"),
    ("lav", "low"),
    ("laveste", "low"),
    ("høj", "high"),
    ("højeste", "high"),
    ("standardfejl", "std_error"),
    ("første_uge", "first_week"),
    ("sidste_uge", "last_week"),
    ("refusion_af", "refund_of"),
    ("regel", "rule"),
    ("uger", "weeks"),
    ("vejledning", "vintage"),
    ("diskonteret", "discounted_at"),
    ("fælles_prisniveau", "price_level"),
    ("prisindeks", "price_index"),
    ("deltagere", "participants"),
];

/// Columns without which no row can be understood.
const NEEDED: [&str; 7] = [
    "line",
    "kind",
    "value",
    "unit",
    "price_year",
    "basis",
    "source",
];

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Truth(bool),
    /// By its class.
    Other(&'static str),
}

/// A sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    pub header: Vec<String>,
    /// Row of the header, as an editor shows it.
    pub header_row: u64,
    /// Rows that are not blank.
    pub rows: Vec<(u64, Vec<Cell>)>,
    /// The usual decimal mark of numbers that are texts.
    pub mark: Mark,
}

/// A CSV file as a sheet.
pub(super) fn csv(file: &DataFile) -> Result<Sheet> {
    let texts = read_texts(file).map_err(|mut error| {
        error.class = Class::Study;
        error
    })?;
    let cell = |text: String| match text.as_str() {
        "" => Cell::Empty,
        _ => Cell::Text(unguarded(&text).to_owned()),
    };
    Ok(Sheet {
        header: texts.header,
        header_row: 1,
        rows: texts
            .rows
            .into_iter()
            .map(|(number, cells)| (number, cells.into_iter().map(cell).collect::<Vec<Cell>>()))
            .filter(|(_, cells)| cells.iter().any(|c| *c != Cell::Empty))
            .collect(),
        mark: match texts.separator {
            Some(Separator::Comma) => Mark::UsuallyPoint,
            Some(Separator::Semicolon) => Mark::UsuallyComma,
            _ => Mark::Open,
        },
    })
}

/// The text of a cell that was written with an apostrophe before it, so that no program takes it for a formula.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if looks_like_a_formula(rest) => rest,
        _ => text,
    }
}

/// Whether a program may take a text for a formula, with any number of apostrophes before it.
pub(super) fn looks_like_a_formula(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@'])
}

/// Everything a sheet says; what it should not say is reported.
pub(super) fn entries(sheet: &Sheet, findings: &mut Findings<'_>) -> Entries {
    let mut entries = Entries {
        form: Form::Sheet,
        ..Entries::default()
    };
    let Some(columns) = columns(sheet, findings) else {
        return entries;
    };
    let decimal = |column: Option<&str>| column.is_some_and(|key| DECIMALS.contains(&key));
    let numbers = sheet.rows.iter().flat_map(|(_, cells)| {
        let here = cells
            .iter()
            .zip(&columns)
            .filter(|(_, column)| decimal(**column));
        here.filter_map(|(cell, _)| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        })
    });
    let mark = mark(numbers, sheet.mark);
    for (row, cells) in &sheet.rows {
        let spot = Spot::Row(*row);
        let mut line = Entry {
            spot: spot.clone(),
            called: String::new(),
            cells: Vec::new(),
        };
        for (cell, key) in cells.iter().zip(&columns) {
            let Some(key) = *key else { continue };
            let Some(value) = value(cell, key, mark) else {
                continue;
            };
            let given = Given {
                value,
                spot: spot.clone(),
            };
            if WHOLE.contains(&key) {
                entries.whole.push((key, given));
            } else {
                line.cells.push((key, given));
            }
        }
        entries.lines.push(line);
    }
    if entries.lines.is_empty() {
        let finding = Diagnostic::error(
            codes::NO_LINES,
            "the price file has no line",
            "add a row under the header",
        );
        findings.put(finding, &Spot::File, "");
    }
    entries
}

/// The key of each column, when the header can be understood.
fn columns(sheet: &Sheet, findings: &mut Findings<'_>) -> Option<Vec<Option<&'static str>>> {
    let allowed: Vec<&str> = KEYS.iter().chain(&WHOLE).copied().collect();
    let spot = Spot::Row(sheet.header_row);
    let mut columns: Vec<Option<&'static str>> = Vec::new();
    let mut unknown: Vec<Diagnostic> = Vec::new();
    let mut told = false;
    for name in &sheet.header {
        let key = key(name);
        if name.is_empty() {
            columns.push(None);
            continue;
        }
        if let Some(key) = key
            && columns.contains(&Some(key))
        {
            let finding = Diagnostic::error(
                codes::TWICE,
                format!("the column `{key}` stands twice"),
                "remove one of the two",
            );
            findings.put(finding, &spot, "");
            told = true;
        }
        if key.is_none() {
            let plain = plain(name);
            let only_toml = ONLY_TOML.iter().any(|start| plain.starts_with(start));
            unknown.push(match later(&plain) {
                None if only_toml => Diagnostic::error(
                    codes::ONLY_TOML,
                    format!("the column {} has no place in a sheet", shown(name)),
                    "write the prices as .toml, or leave it out",
                ),
                Some(what) => Diagnostic::error(
                    codes::NOT_YET,
                    format!("the column {} is not in this version", shown(name)),
                    format!("leave it out ({what})"),
                ),
                None => Diagnostic::error(
                    codes::UNKNOWN_KEY,
                    format!("unknown column {}", shown(name)),
                    suggest::hint(&plain, &allowed, "remove the column"),
                )
                .allowed(suggest::list(&allowed)),
            });
        }
        columns.push(key);
    }
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|key| !columns.contains(&Some(key)))
        .collect();
    let counted = ["outcome", "per"].map(|key| columns.contains(&Some(key)));
    if missing.len() == NEEDED.len() {
        // Not one of ours: nothing of it is shown.
        let finding = Diagnostic::error(
            codes::MISSING,
            "the first row does not hold the columns of a price file",
            "put the names of the columns in the first row",
        );
        findings.put(finding.allowed(suggest::list(&allowed)), &spot, "");
        return None;
    }
    for finding in unknown {
        told = true;
        findings.put(finding, &spot, "");
    }
    for key in missing {
        let finding = Diagnostic::error(
            codes::MISSING,
            format!("there is no column `{key}`"),
            format!("add the column `{key}`"),
        );
        findings.put(finding, &spot, "");
        told = true;
    }
    if counted == [false, false] {
        let finding = Diagnostic::error(
            codes::MISSING,
            "there is no column `outcome`",
            "add the column `outcome`, the quantity that a price is put on",
        );
        findings.put(finding, &spot, "");
        told = true;
    }
    (!told).then_some(columns)
}

/// A name of a column as it is compared.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn key(name: &str) -> Option<&'static str> {
    let name = plain(name);
    let danish = DANISH.iter().find(|(word, _)| *word == name);
    let name = danish.map_or(name.as_str(), |(_, key)| key);
    KEYS.iter().chain(&WHOLE).find(|key| **key == name).copied()
}

fn value(cell: &Cell, key: &str, mark: Mark) -> Option<Value> {
    Some(match cell {
        Cell::Empty => return None,
        Cell::Text(text) if text.trim().is_empty() => return None,
        Cell::Text(text) if DECIMALS.contains(&key) => Value::Numeral(numeral(text, mark)),
        // A year has no decimals: the mark does not matter.
        Cell::Text(text) if WHOLES.contains(&key) => {
            // Where a cell of the column is empty, many programs write 2012 as 2012.0.
            let text = text.trim();
            let whole = text.strip_suffix(".0").or(text.strip_suffix(",0"));
            Value::Numeral(match whole.unwrap_or(text).parse::<u32>() {
                Ok(whole) => Numeral::Is(f64::from(whole)),
                Err(_) => Numeral::NotANumber,
            })
        }
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Number(number) if DECIMALS.contains(&key) || WHOLES.contains(&key) => {
            Value::Number(*number)
        }
        // A label or name that looks like a number.
        Cell::Number(number) => Value::Text(number.to_string()),
        Cell::Truth(truth) => Value::Truth(*truth),
        Cell::Other(class) => Value::Other(class),
    })
}
