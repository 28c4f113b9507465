//! A difference for people: inputs, rows by fate, the largest changes, why.

use super::why::{Split, Why};
use super::{Difference, Fate, Moved, MovedCell};
use crate::check::compare::short;
use std::fmt::Write as _;

/// Inputs and rows that are listed; JSON lists all.
const LISTED: usize = 20;
/// Longest value of an input that is shown.
const LONGEST: usize = 60;

/// The difference as text, ending with a line feed.
pub fn text(found: &Difference) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "old: {}\nnew: {}\n",
        plain(&found.old),
        plain(&found.new)
    );
    inputs(found, &mut out);
    let rows = &found.rows;
    let _ = writeln!(
        out,
        "{} rows: {} identical, {} within Monte Carlo error, {} within tolerance, {} changed, {} new, {} gone",
        rows.all(),
        rows.identical,
        rows.within_monte_carlo_error,
        rows.within_tolerance,
        rows.changed,
        rows.new,
        rows.gone
    );
    for fate in [Fate::Changed, Fate::New, Fate::Gone] {
        list(found, fate, &mut out);
    }
    if let Some(why) = &found.why {
        explain(why, &mut out);
    }
    out
}

fn inputs(found: &Difference, out: &mut String) {
    if found.inputs.is_empty() {
        out.push_str("no input differs\n\n");
        return;
    }
    out.push_str("inputs that differ\n");
    let width = found
        .inputs
        .iter()
        .map(|input| input.kind.as_str().len())
        .max()
        .unwrap_or(0);
    for input in found.inputs.iter().take(LISTED) {
        let _ = writeln!(
            out,
            "  {:<width$}  {}: {} -> {}",
            input.kind.as_str(),
            plain(&input.what),
            value(&input.old),
            value(&input.new)
        );
    }
    more(found.inputs.len(), out);
    out.push('\n');
}

fn more(all: usize, out: &mut String) {
    if all > LISTED {
        let _ = writeln!(out, "  and {} more; --json lists all", all - LISTED);
    }
}

fn list(found: &Difference, fate: Fate, out: &mut String) {
    let mut rows: Vec<&Moved> = found.moved.iter().filter(|row| row.fate == fate).collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let order = if fate == Fate::Changed {
        ", largest first"
    } else {
        ""
    };
    let _ = writeln!(out, "\n{}{order}", fate.as_str());
    for row in rows.iter().take(LISTED) {
        let _ = write!(out, "  {}", about(row));
        for (i, cell) in row.cells.iter().enumerate() {
            let before = if i == 0 { ": " } else { "; " };
            let _ = write!(out, "{before}{}", told(cell));
        }
        out.push('\n');
    }
    more(rows.len(), out);
}

/// The largest move of a row, in standard errors; of a row without them in shares of the number.
fn size(row: &Moved) -> f64 {
    let of = |cell: &MovedCell| {
        let share = || {
            let old: f64 = cell.old.parse().ok()?;
            let difference = cell.difference?.abs();
            Some(difference / old.abs().max(difference))
        };
        cell.in_errors.or_else(share).unwrap_or(0.0).abs()
    };
    row.cells.iter().map(of).fold(0.0, f64::max)
}

fn about(row: &Moved) -> String {
    let [
        analysis,
        estimand,
        outcome,
        item,
        subgroup,
        level,
        arm,
        reference,
        week,
    ] = &row.about[..]
    else {
        return row.about.join(" ");
    };
    let mut words = vec![
        analysis.clone(),
        estimand.clone(),
        outcome.clone(),
        item.clone(),
    ];
    if subgroup != "all" || !level.is_empty() {
        words.push(format!("{subgroup} = {level}"));
    }
    words.push(if reference.is_empty() {
        arm.clone()
    } else {
        format!("{arm} - {reference}")
    });
    if !week.is_empty() {
        words.push(format!("week {week}"));
    }
    words.retain(|word| !word.is_empty());
    plain(&words.join(", "))
}

fn told(cell: &MovedCell) -> String {
    let number = |text: &String| match text.parse::<f64>() {
        Ok(number) => short(number),
        Err(_) => value(text),
    };
    let mut words = format!(
        "{} {} -> {}",
        cell.column,
        number(&cell.old),
        number(&cell.new)
    );
    if let (Some(difference), Some(errors)) = (cell.difference, cell.in_errors) {
        let _ = write!(
            words,
            " ({}, {} standard errors)",
            signed(difference),
            short(errors)
        );
    }
    words
}

fn explain(why: &Why, out: &mut String) {
    let _ = writeln!(
        out,
        "\nwhy, in the order {}; the parts add up",
        why.parts.join(", ")
    );
    for note in &why.notes {
        let _ = writeln!(out, "note: {}", plain(note));
    }
    for split in &why.headlines {
        let _ = writeln!(out, "  {}", plain(&headline(split)));
        let places = split.decimals.max(0) as usize;
        let parts = why
            .parts
            .iter()
            .zip(&split.moved)
            .filter(|(_, moved)| **moved != 0.0);
        let parts: Vec<String> = parts
            .map(|(part, moved)| format!("{part} {}", exactly(*moved, places)))
            .collect();
        let parts = if parts.is_empty() {
            "nothing".to_owned()
        } else {
            parts.join(", ")
        };
        let _ = writeln!(
            out,
            "    {} -> {}: {parts}",
            format_args!("{:.places$}", split.old),
            format_args!("{:.places$}", split.new)
        );
    }
}

fn headline(split: &Split) -> String {
    let words = [&split.outcome, &split.estimand, &split.item, &split.arm];
    let words: Vec<&str> = words
        .into_iter()
        .map(String::as_str)
        .filter(|w| !w.is_empty())
        .collect();
    format!("{}: {}", words.join(", "), split.column)
}

fn exactly(moved: f64, places: usize) -> String {
    format!("{moved:+.places$}")
}

fn signed(number: f64) -> String {
    let sign = if number > 0.0 { "+" } else { "" };
    format!("{sign}{}", short(number))
}

fn value(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let text = plain(text);
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}

/// Without control characters, which a terminal would obey.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
