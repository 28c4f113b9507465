//! Columns of a register as they were asked for, with the two checks every column shares: unreadable and empty cells.

use super::codes;
use super::findings::{Finding, Findings};
use crate::registers::{Categories, Column, EMPTY, Ids, Numbers, Table};

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

/// Reports cells that are not the number they must be, and empty ones where they are refused.
pub(crate) fn check_numbers(
    findings: &mut Findings,
    table: &Table,
    column: &str,
    numbers: &Numbers,
    blank: Blank,
) {
    let files = std::slice::from_ref(table);
    let bad: Vec<usize> = numbers.bad.first.iter().map(|(row, _)| *row).collect();
    if let Some((_, class)) = numbers.bad.first.first() {
        let message = format!("{class} where a number, week or date must stand");
        let hint = "correct the cells, or change the study to how the file writes them";
        let finding = Finding::error(codes::NOT_A_NUMBER, column, message, hint);
        findings.counted(table, &bad, numbers.bad.count, &finding);
    }
    if blank == Blank::Refused {
        // Bad cells count as empty too; past the listed ones they cannot be told apart, so both wait for the next pass.
        if numbers.bad.count <= bad.len() as u64 {
            let rows: Vec<usize> = numbers.empty.as_ref().map_or_else(Vec::new, |empty| {
                (0..empty.len())
                    .filter(|row| empty[*row] && !bad.contains(row))
                    .collect()
            });
            findings.at_rows(files, &rows, &empty_cell(column));
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

/// An empty cell where a value must stand.
pub(crate) fn empty_cell(column: &str) -> Finding<'_> {
    Finding::error(
        codes::EMPTY_CELL,
        column,
        "the cell is empty",
        "fill the cells, or remove the rows",
    )
}
