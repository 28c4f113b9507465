//! Columns of a register as they were asked for, with the two checks every column shares: unreadable and empty cells.

use super::codes;
use super::findings::{Finding, Findings};
use crate::registers::{BadCells, Categories, Column, EMPTY, Ids, Kind, Numbers, Rows, Table};
use crate::study::WeekUnit;

/// The columns of one table, taken in the order of the wants.
pub(crate) struct Columns {
    rest: std::vec::IntoIter<Column>,
}

impl Columns {
    /// Takes the columns out of a table, which still knows its rows.
    pub(crate) fn take(table: &mut Table) -> Self {
        Self {
            rest: std::mem::take(&mut table.columns).into_iter(),
        }
    }

    /// The columns of some rows.
    pub(crate) fn of(rows: Rows) -> Self {
        Self {
            rest: rows.columns.into_iter(),
        }
    }

    /// The next column, identifiers.
    pub(crate) fn ids(&mut self) -> Ids {
        match self.rest.next() {
            Some(Column::Ids(ids)) => ids,
            _ => unreachable!("registers give the columns that were asked for"),
        }
    }

    /// The next column, labels.
    pub(crate) fn categories(&mut self) -> Categories {
        match self.rest.next() {
            Some(Column::Categories(categories)) => categories,
            _ => unreachable!("registers give the columns that were asked for"),
        }
    }

    /// The next column, numbers.
    pub(crate) fn numbers(&mut self) -> Numbers {
        match self.rest.next() {
            Some(Column::Numbers(numbers)) => numbers,
            _ => unreachable!("registers give the columns that were asked for"),
        }
    }
}

/// True when the cell of a row has no number.
pub(crate) fn is_empty(numbers: &Numbers, row: usize) -> bool {
    numbers.empty.as_ref().is_some_and(|empty| empty[row])
}

/// What an empty cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blank {
    /// An error.
    Refused,
    /// Has a meaning.
    Allowed,
}

/// What the cells of a column of numbers must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Must {
    /// How they are read.
    pub(crate) be: Kind,
    /// What an empty one is.
    pub(crate) blank: Blank,
}

/// How cells of a kind are written: what must stand, what is allowed, and what to do else.
fn writing(kind: Kind) -> (&'static str, String, &'static str) {
    const WEEKS: &str =
        "correct the cells, or change `weeks` in the study to how the file writes them";
    match kind {
        Kind::Integer => (
            "a whole number",
            "whole numbers".to_owned(),
            "correct the cells",
        ),
        Kind::Decimal { decimals: 0 } => (
            "a whole number",
            "whole numbers".to_owned(),
            "correct the cells, or raise `decimals` of the outcome",
        ),
        Kind::Decimal { decimals } => (
            "a number",
            format!("numbers with up to {decimals} decimals, such as 1234.5 or 1.234,5"),
            "correct the cells, or raise `decimals` of the outcome",
        ),
        Kind::Week(WeekUnit::Trial) => (
            "a trial week",
            "whole numbers, 1 = first week".to_owned(),
            WEEKS,
        ),
        Kind::Week(WeekUnit::Iso) => (
            "an ISO week",
            "ISO weeks such as 2010-W44".to_owned(),
            WEEKS,
        ),
        Kind::Week(WeekUnit::Date) => (
            "a date",
            "dates such as 2010-11-03 or 03-11-2010".to_owned(),
            WEEKS,
        ),
        Kind::Week(WeekUnit::Dream { .. }) => (
            "a DREAM week",
            "DREAM weeks such as 1044; a year has 52 or 53".to_owned(),
            WEEKS,
        ),
        Kind::Month => (
            "a month",
            "months such as 2010-11".to_owned(),
            "correct the cells",
        ),
        Kind::Assigned => (
            "a date or an ISO week",
            "dates such as 2010-11-03 or 03-11-2010, ISO weeks such as 2010-W44".to_owned(),
            "correct the cells",
        ),
        Kind::Code => (
            "a code",
            "whole numbers from 1 to 65535, or empty".to_owned(),
            "correct the cells",
        ),
        Kind::Id | Kind::Category => ("a value", String::new(), "correct the cells"),
    }
}

/// Reports cells that are not the number they must be, and empty ones where they are refused.
pub(crate) fn check_numbers(
    findings: &mut Findings,
    table: &Table,
    column: &str,
    numbers: &Numbers,
    must: Must,
) {
    let empty = || rows_of(numbers.empty.as_deref().unwrap_or_default());
    check_cells(findings, table, column, (&numbers.bad, empty), must);
}

/// [`check_numbers`] of which the bad cells and the rows of those without a number are known.
pub(crate) fn check_cells(
    findings: &mut Findings,
    table: &Table,
    column: &str,
    (bad, empty): (&BadCells, impl FnOnce() -> Vec<usize>),
    must: Must,
) {
    let files = std::slice::from_ref(table);
    let listed: Vec<usize> = bad.first.iter().map(|(row, _)| *row).collect();
    if let Some((_, class)) = bad.first.first() {
        let (stand, allowed, hint) = writing(must.be);
        let message = format!("{class} where {stand} must stand");
        let finding = Finding::error(codes::NOT_A_NUMBER, column, message, hint).allowed(allowed);
        findings.counted(table, &listed, bad.count, &finding);
    }
    // Bad cells count as empty too; past the listed ones they cannot be told apart, so both wait for the next pass.
    if must.blank == Blank::Refused && bad.count <= listed.len() as u64 {
        let mut rows = empty();
        rows.retain(|row| !listed.contains(row));
        findings.at_rows(files, &rows, &empty_cell(column));
    }
}

/// Rows with a mark.
pub(crate) fn rows_of(marks: &[bool]) -> Vec<usize> {
    (0..marks.len()).filter(|&row| marks[row]).collect()
}

/// Adds the bad cells of later rows, the first of which is row `first`.
pub(crate) fn add_bad(all: &mut BadCells, more: BadCells, first: usize) {
    all.count += more.count;
    for (row, class) in more.first {
        if all.first.len() < BadCells::LISTED {
            all.first.push((first + row, class));
        }
    }
}

/// Reports empty labels.
pub(crate) fn check_categories(
    findings: &mut Findings,
    table: &Table,
    column: &str,
    categories: &Categories,
) {
    let rows = empty_rows(categories);
    findings.at_rows(std::slice::from_ref(table), &rows, &empty_cell(column));
}

/// Rows without a label.
pub(crate) fn empty_rows(categories: &Categories) -> Vec<usize> {
    let codes = categories.codes.iter().enumerate();
    codes
        .filter(|(_, code)| **code == EMPTY)
        .map(|(row, _)| row)
        .collect()
}

/// A file with names of columns and nothing below them.
pub(crate) fn no_rows(meaning: &str) -> Finding<'static> {
    Finding::error(
        codes::NO_ROWS,
        None,
        format!("the file has no rows below the names of its columns: {meaning}"),
        "check that this is the right file, and that its extract is complete",
    )
}

/// An empty cell where a value must stand.
pub(crate) fn empty_cell(column: &str) -> Finding<'_> {
    Finding::error(
        codes::EMPTY_CELL,
        column,
        "the cell is empty",
        "fill the cells, or remove the rows",
    )
}
