//! Which row a claim is about.

use super::claims::{RowClaim, Week};
use super::read::nearest;
use crate::results::row::COLUMNS;
use crate::results::{Bundle, Cell, Row};
use std::collections::BTreeSet;

/// What a selection leaves.
pub(super) enum Selected<'a> {
    /// The row.
    One(&'a Row),
    /// Nothing, and what is there instead.
    None(String),
    /// Several rows, and how they differ.
    Several(String),
}

/// The columns that say what a number is about, in the order in which they are asked.
const KEYS: [(&str, usize); 8] = [
    ("analysis", 0),
    ("outcome", 2),
    ("estimand", 1),
    ("subgroup", 4),
    ("level", 5),
    ("arm", 6),
    ("reference", 7),
    ("item", 3),
];

pub(super) fn select<'a>(bundle: &'a Bundle, claim: &RowClaim) -> Selected<'a> {
    let mut rows: Vec<&Row> = bundle.rows().iter().collect();
    for (name, column) in KEYS {
        let Some(wanted) = wanted(bundle, claim, name) else {
            continue;
        };
        let left: Vec<&Row> = rows
            .iter()
            .copied()
            .filter(|row| holds(row, column, &wanted))
            .collect();
        if left.is_empty() {
            let why = missing(name, &wanted, &words(&rows, column));
            return Selected::None(why + &elsewhere(bundle, claim));
        }
        rows = left;
    }
    let week = match claim.week {
        Some(Week::Number(week)) => Some(week),
        Some(Week::Last(_)) | None => rows.iter().filter_map(|row| row.week).max(),
    };
    let left: Vec<&Row> = rows
        .iter()
        .copied()
        .filter(|row| row.week == week)
        .collect();
    match (left.as_slice(), week) {
        ([row], _) => Selected::One(row),
        ([], Some(week)) => Selected::None(no_week(week, &rows)),
        ([], None) => Selected::None("there is no such row".to_owned()),
        (several, _) => Selected::Several(differences(several)),
    }
}

/// What the claim asks of a column, with the defaults; `None`: anything.
fn wanted(bundle: &Bundle, claim: &RowClaim, name: &str) -> Option<String> {
    let label = match name {
        "analysis" => &claim.analysis,
        "estimand" => return Some(claim.estimand.clone()),
        "outcome" => &claim.outcome,
        "subgroup" => &claim.subgroup,
        "level" => &claim.level,
        "arm" => &claim.arm,
        "reference" => &claim.reference,
        _ => &claim.item,
    };
    match (label, name) {
        (Some(label), _) => Some(label.text()),
        (None, "analysis") => bundle.study.analyses.first().map(|a| a.name.clone()),
        (None, "subgroup") => Some("all".to_owned()),
        (None, "item") => Some(String::new()),
        (None, _) => None,
    }
}

fn holds(row: &Row, column: usize, wanted: &str) -> bool {
    matches!(row.cell(column), Cell::Text(text) if text == wanted)
}

fn text(row: &Row, column: usize) -> String {
    match row.cell(column) {
        Cell::Text(text) => text.to_owned(),
        Cell::Integer(value) => value.map(|v| v.to_string()).unwrap_or_default(),
        Cell::Number(value) => value.map(|v| v.to_string()).unwrap_or_default(),
    }
}

fn words(rows: &[&Row], column: usize) -> BTreeSet<String> {
    rows.iter().map(|row| text(row, column)).collect()
}

fn missing(name: &str, wanted: &str, there: &BTreeSet<String>) -> String {
    let near = nearest(wanted, there.iter().map(String::as_str))
        .map(|near| format!("; did you mean {}", quoted(near)))
        .unwrap_or_default();
    format!(
        "no row has {name} {}; there {}{near}",
        quoted(wanted),
        listed(there)
    )
}

/// A claim without `analysis` means the first: says so when another one has such a row.
fn elsewhere(bundle: &Bundle, claim: &RowClaim) -> String {
    if claim.analysis.is_some() {
        return String::new();
    }
    // All keys but the analysis.
    let asked: Vec<(usize, String)> = KEYS[1..]
        .iter()
        .filter_map(|(name, column)| Some((*column, wanted(bundle, claim, name)?)))
        .collect();
    let fits = |row: &&Row| {
        asked
            .iter()
            .all(|(column, wanted)| holds(row, *column, wanted))
    };
    bundle
        .rows()
        .iter()
        .find(fits)
        .map(|row| format!("; analysis {} has one", quoted(&row.analysis)))
        .unwrap_or_default()
}

fn no_week(week: i32, rows: &[&Row]) -> String {
    let weeks = || rows.iter().filter_map(|row| row.week);
    match (weeks().min(), weeks().max()) {
        (Some(first), Some(last)) => {
            format!("no row has week {week}; there are weeks {first} to {last}")
        }
        _ => format!("no row has week {week}; these rows have no week"),
    }
}

fn differences(rows: &[&Row]) -> String {
    let mut columns = Vec::new();
    for (name, column) in KEYS {
        let there = words(rows, column);
        if there.len() > 1 {
            columns.push(format!("{name} ({})", list(&there)));
        }
    }
    if columns.is_empty() {
        // The bundle itself holds a row twice: say in what the twins differ, if in anything.
        for (column, name) in COLUMNS.iter().enumerate() {
            if words(rows, column).len() > 1 {
                columns.push((*name).to_owned());
            }
        }
    }
    if columns.is_empty() {
        format!("{} equal rows", rows.len())
    } else {
        format!("{} rows that differ in {}", rows.len(), columns.join(", "))
    }
}

fn listed(there: &BTreeSet<String>) -> String {
    let verb = if there.len() == 1 { "is" } else { "are" };
    format!("{verb} {}", list(there))
}

/// At most six, so that a message stays a message.
fn list(there: &BTreeSet<String>) -> String {
    let shown: Vec<String> = there.iter().take(6).map(|word| quoted(word)).collect();
    let more = there.len().saturating_sub(6);
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}

fn quoted(word: &str) -> String {
    if word.is_empty() {
        "empty".to_owned()
    } else {
        format!("`{word}`")
    }
}
