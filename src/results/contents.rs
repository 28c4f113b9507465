//! `contents.txt`: what each file of the output folder is, and the fewest persons and events behind a number in it.

use super::bundle::{BUNDLE_FILE, Bundle, PROGRAM};
use super::csv::Dialect;
use super::write::{ACCOUNTING, CONTENTS, ESTIMATES, Extras, Part};
use super::{Row, Status};
use crate::trial::AccountingLine;
use std::fmt::Write as _;

/// The smallest numbers above zero that a file tells.
#[derive(Clone, Copy, Default)]
struct Least {
    /// Persons (or rows, where these are counted).
    n: Option<u64>,
    /// Events, exits, weeks in a state.
    events: Option<u64>,
}

impl Least {
    const NONE: Self = Self {
        n: None,
        events: None,
    };

    /// Of the numbers.
    fn of_rows(bundle: &Bundle) -> Self {
        let shown = || {
            let rows = bundle.rows().iter();
            rows.filter(|row| row.status != Status::Hidden)
        };
        let above = |n: &u64| *n > 0;
        let events = |row: &Row| {
            let all = [row.events, row.events_reference].into_iter().flatten();
            all.filter_map(|e| u64::try_from(e).ok())
        };
        let n = shown().flat_map(|row| [row.n, row.n_reference]).flatten();
        Self {
            n: n.filter(above).min(),
            events: shown().flat_map(events).filter(above).min(),
        }
    }

    /// Of the accounting.
    fn of_lines(bundle: &Bundle) -> Self {
        let counts = bundle.accounting.iter().filter_map(AccountingLine::shown);
        Self {
            n: counts.filter(|n| *n > 0).min(),
            events: None,
        }
    }

    /// Of all that a bundle holds.
    fn of_all(bundle: &Bundle) -> Self {
        let (rows, lines) = (Self::of_rows(bundle), Self::of_lines(bundle));
        let facts = &bundle.facts;
        let states = (facts.occupancy.iter()).flat_map(|t| t.persons.iter().flatten().flatten());
        let sides = (bundle.quantities.iter())
            .flat_map(|q| &q.contrasts)
            .flat_map(|c| [c.treated.n, c.control.n]);
        let told = bundle.findings.iter().filter_map(|f| f.count);
        let others = facts.persons.iter().chain(states).copied();
        let others = others.chain(sides).chain(told).filter(|n| *n > 0);
        Self {
            n: others.chain(rows.n).chain(lines.n).min(),
            events: rows.events,
        }
    }
}

/// What each file is, and the fewest persons and events behind a number in it.
pub(super) fn contents(bundle: &Bundle, extras: &Extras<'_>) -> String {
    let n = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let (all, rows) = (Least::of_all(bundle), Least::of_rows(bundle));
    let mut text = format!(
        "{}: result of {PROGRAM} {}\n",
        bundle.study.name, bundle.version
    );
    if let Some(mark) = bundle.disclosure.mark() {
        let _ = writeln!(
            text,
            "{}: the study asks for at least {} in a cell, and no gate has enforced it",
            mark.to_uppercase(),
            bundle.study.min_cell
        );
    }
    if bundle.study.synthetic {
        text.push_str("SYNTHETIC DATA\n");
    }
    if let Some(site) = extras.site {
        let _ = writeln!(
            text,
            "For {}: lets out numbers of {} persons or more, and .{} ({}, {})",
            site.name,
            site.min_cell,
            site.endings.join(" ."),
            site.source,
            site.date
        );
    }
    text.push_str(
        "\nMay leave, when cleared (smallest n = fewest persons behind a number, or fewest counted; of events = fewest events, \
         zeros left out):\n",
    );
    let widest = extras.parts.iter().map(|part| part.name.chars().count());
    let width = widest.max().unwrap_or(0).max(17);
    let mut line = |file: &str, least: Least, what: &str| {
        let (n, events) = (n(least.n), n(least.events));
        let _ = writeln!(
            text,
            "  {file:<width$}  smallest n {n:>6}  of events {events:>6}  {what}"
        );
    };
    let bundle_name = extras.bundle_name();
    line(
        bundle_name,
        all,
        "everything below in one file, for show, report and check",
    );
    let lines = match extras.tables {
        Dialect::Plain => "one line per number",
        Dialect::Danish => "one line per number; semicolon and decimal comma",
    };
    if extras.lets_out(ESTIMATES) {
        line(ESTIMATES, rows, lines);
    }
    // The other forms of the same table stand beside it.
    let (same, others): (Vec<&Part<'_>>, Vec<&Part<'_>>) = (extras.parts.iter())
        .filter(|part| extras.lets_out(&part.name))
        .partition(|part| part.name.starts_with("estimates."));
    for part in same {
        // The workbook holds the tables of the report too.
        let least = if part.name.ends_with("xlsx") {
            all
        } else {
            rows
        };
        line(&part.name, least, part.about);
    }
    if extras.lets_out(ACCOUNTING) {
        let about = "from what was read to what was used";
        line(ACCOUNTING, Least::of_lines(bundle), about);
    }
    for part in others {
        let least = match part.name.as_str() {
            name if name.contains(".minisig") => Least::NONE,
            name if name.starts_with("report.") => all,
            _ => rows,
        };
        line(&part.name, least, part.about);
    }
    line(CONTENTS, Least::NONE, "this list");
    let mut kept: Vec<&str> = [BUNDLE_FILE, ESTIMATES, ACCOUNTING]
        .into_iter()
        .chain(extras.parts.iter().map(|part| part.name.as_str()))
        .filter(|name| !extras.lets_out(name))
        .collect();
    kept.sort_unstable();
    if !kept.is_empty() {
        let _ = writeln!(
            text,
            "\nNot written, since such files may not leave; {bundle_name} holds all of it: {}",
            kept.join(", ")
        );
    }
    text.push_str("\nStays inside:\n");
    text.push_str("  internal/run.json  timings, threads, facts of the machine, keyed hashes of the files read\n");
    text
}
