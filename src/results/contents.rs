//! `contents.txt`: what each file of the output folder is, and the smallest number of persons behind a number in it.

use super::bundle::{Bundle, PROGRAM};
use super::csv::Dialect;
use super::write::Extras;
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
    let drawings = extras.figures.iter().map(|(name, _)| name);
    let pictures = extras.pictures.iter().map(|(name, _)| name);
    let widest = drawings.clone().map(|name| name.chars().count() + 8);
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
    line("estimates.parquet", &smallest, "the same, typed");
    line(
        "estimates.xlsx",
        &smallest,
        "the tables of the report, the figures and every number as a workbook",
    );
    line(
        "accounting.csv",
        &counted,
        "from what was read to what was used",
    );
    let drawings = drawings.map(|name| (name, "figure, drawn from the estimates"));
    let pictures = pictures.map(|name| (name, "the same as a picture"));
    for (name, what) in drawings.chain(pictures) {
        line(&format!("figures/{name}"), &smallest, what);
    }
    line(
        "report.html",
        &smallest,
        "the report to read, with bundle.json inside",
    );
    line("contents.txt", "-", "this list");
    text.push_str("\nStays inside:\n");
    text.push_str("  internal/run.json  timings, threads, facts of the machine\n");
    text
}
