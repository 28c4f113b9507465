//! A look at a file before there is a study: its columns, and what the first rows hold. Nothing of a person is kept: of
//! each column the labels, and how many rows have them, where they are few.

use super::facts::{FileFacts, Format};
use super::formats::{ColumnFacts, KindHint, columns, gather_some};
use super::sas_formats::is_users_own;
use super::table::{Column, Kind, Want};
use super::{Categories, EMPTY};
use crate::error::{Result, cpr_like};
use crate::study::DataFile;

/// A column with more labels than these is no list of states or arms.
pub const FEW: usize = 30;

/// What a file holds.
#[derive(Clone, Debug)]
pub struct Look {
    /// What the file is.
    pub facts: FileFacts,
    /// Rows looked at.
    pub rows: usize,
    /// Whether these are all.
    pub whole: bool,
    /// Columns, in the order of the file.
    pub columns: Vec<Seen>,
}

impl Look {
    /// Columns of which the labels are in a SAS catalog, which is a file of its own: those with a format that SAS itself
    /// does not have.
    pub fn labelled_elsewhere(&self) -> impl Iterator<Item = &ColumnFacts> {
        let is_sas = matches!(self.facts.format, Format::Sas | Format::Xport);
        let columns = self.columns.iter().map(|column| &column.facts);
        columns.filter(move |facts| is_sas && facts.format.as_deref().is_some_and(is_users_own))
    }
}

/// What a column holds in the rows looked at.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What the file says of it.
    pub facts: ColumnFacts,
    /// Whether its cells were read; not where its name stands twice, or nothing can be made of its type.
    pub is_read: bool,
    /// Rows without a value.
    pub empty: usize,
    /// Different values.
    pub distinct: usize,
    /// Labels with their numbers of rows, ascending, where there are few.
    pub labels: Vec<(String, usize)>,
    /// Whether some value has the form of a CPR number.
    pub cpr: bool,
}

/// Looks at the first rows of a file.
///
/// # Errors
/// As [`super::read`], but of columns only those that can be read are read.
pub fn look(file: &DataFile, rows: usize) -> Result<Look> {
    let (_, columns) = columns(file)?;
    let once = |name: &str| columns.iter().filter(|c| c.name.trim() == name).count() == 1;
    let is_read: Vec<bool> = (columns.iter())
        .map(|c| {
            let is_typed = c.kind_hint != KindHint::Unknown || c.format.is_none();
            !c.name.trim().is_empty() && once(c.name.trim()) && is_typed
        })
        .collect();
    let wants: Vec<Want> = (columns.iter().zip(&is_read))
        .filter(|(_, is_read)| **is_read)
        .map(|(column, _)| Want {
            column: column.name.trim().to_owned(),
            kind: Kind::Category,
        })
        .collect();
    let (table, whole) = gather_some(file, &wants, rows)?;
    let rows = table.rows.min(rows);
    let mut read = table.columns.into_iter();
    let columns = columns.into_iter().zip(is_read).map(|(facts, is_read)| {
        let labels = match is_read.then(|| read.next()).flatten() {
            Some(Column::Categories(labels)) => labels,
            _ => Categories::default(),
        };
        seen(facts, is_read, &labels, rows)
    });
    Ok(Look {
        columns: columns.collect(),
        facts: table.facts,
        rows,
        whole,
    })
}

fn seen(facts: ColumnFacts, is_read: bool, labels: &Categories, rows: usize) -> Seen {
    let mut counts = vec![0; labels.levels.len()];
    let codes = &labels.codes[..rows.min(labels.codes.len())];
    let mut empty = 0;
    for &code in codes {
        match code {
            EMPTY => empty += 1,
            code => counts[code as usize] += 1,
        }
    }
    let there = || (labels.levels.iter().zip(&counts)).filter(|(_, count)| **count > 0);
    let distinct = there().count();
    let is_few = distinct <= FEW;
    Seen {
        cpr: there().any(|(label, _)| !cpr_like(label).is_empty()),
        labels: there()
            .filter(|_| is_few)
            .map(|(label, &count)| (label.clone(), count))
            .collect(),
        facts,
        is_read,
        empty,
        distinct,
    }
}
