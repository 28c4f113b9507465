//! `contents.txt`: what each file of the output folder is, and the smallest number of persons behind a number in it.

use super::bundle::{Bundle, PROGRAM};
use super::csv::Dialect;
use super::write::{Extras, Part};
use std::fmt::Write as _;

/// What each file is, and the smallest number of persons behind a number in it.
pub(super) fn contents(bundle: &Bundle, extras: &Extras<'_>) -> String {
    let n = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let smallest = n(bundle.smallest_n());
    let counted = n((bundle.accounting.iter())
        .filter(|l| l.count > 0)
        .map(|l| l.count)
        .min());
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
    text.push_str("\nMay leave, when cleared (smallest n = fewest persons behind a number, or fewest counted):\n");
    let widest = extras.parts.iter().map(|part| part.name.chars().count());
    let width = widest.max().unwrap_or(0).max(17);
    let mut line = |file: &str, n: &str, what: &str| {
        let _ = writeln!(text, "  {file:<width$}  smallest n {n:>6}  {what}");
    };
    line(
        "bundle.json",
        &smallest,
        "everything below in one file, for show, report and check",
    );
    let lines = match extras.tables {
        Dialect::Plain => "one line per number",
        Dialect::Danish => "one line per number; semicolon and decimal comma",
    };
    line("estimates.csv", &smallest, lines);
    // The other forms of the same table stand beside it.
    let (same, others): (Vec<&Part<'_>>, Vec<&Part<'_>>) =
        (extras.parts.iter()).partition(|part| part.name.starts_with("estimates."));
    for part in same {
        line(&part.name, &smallest, part.about);
    }
    line(
        "accounting.csv",
        &counted,
        "from what was read to what was used",
    );
    for part in others {
        line(&part.name, &smallest, part.about);
    }
    line("contents.txt", "-", "this list");
    text.push_str("\nStays inside:\n");
    text.push_str("  internal/run.json  timings, threads, facts of the machine\n");
    text
}
