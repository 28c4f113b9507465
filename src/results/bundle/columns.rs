//! Rows in a bundle: one array per column, words as numbers into a table, empty columns left out, so that a hundred
//! thousand rows stay small and open fast.

use crate::results::cell::{Cell, ColumnKind, column_kind};
use crate::results::row::{COLUMNS, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All rows, by column.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Rows {
    /// Number of rows.
    count: usize,
    /// The columns of `estimates` in their order. A column whose cells are all empty is left out.
    columns: Vec<Column>,
}

/// One column: `table` and `codes` hold words, `integers` or `numbers` hold the rest; exactly one of them is given, with
/// one entry per row.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct Column {
    /// Name, as in `estimates.csv`.
    name: String,
    /// Distinct words in order of first use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    table: Vec<String>,
    /// Index into `table`, counted from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    codes: Vec<u32>,
    /// Counts and weeks; null is an empty cell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    integers: Vec<Option<i64>>,
    /// Quantities, printed to round-trip; null is an empty cell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    numbers: Vec<Option<f64>>,
}

pub(super) fn serialize<S: Serializer>(rows: &[Row], serializer: S) -> Result<S::Ok, S::Error> {
    Rows {
        count: rows.len(),
        columns: (0..COLUMNS.len())
            .filter_map(|i| column_of(rows, i))
            .collect(),
    }
    .serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Row>, D::Error> {
    let wire = Rows::deserialize(deserializer)?;
    // Before room is made for the rows: each column this version knows has a cell for each.
    let known = |column: &&Column| COLUMNS.contains(&column.name.as_str());
    let mut columns = wire.columns.iter().filter(known).peekable();
    if columns.peek().is_none() && wire.count > 0 {
        return Err(serde::de::Error::custom("rows without columns"));
    }
    if let Some(column) = columns.find(|column| column.cells() != wire.count) {
        let message = format!("damaged column `{}`", column.name);
        return Err(serde::de::Error::custom(message));
    }
    let mut rows = vec![Row::blank(); wire.count];
    for column in &wire.columns {
        // A column this version does not know comes from a newer minor version.
        if let Some(index) = COLUMNS.iter().position(|name| *name == column.name) {
            column.fill(index, &mut rows).ok_or_else(|| {
                serde::de::Error::custom(format!("damaged column `{}`", column.name))
            })?;
        }
    }
    Ok(rows)
}

fn column_of(rows: &[Row], index: usize) -> Option<Column> {
    let mut column = Column {
        name: COLUMNS[index].to_owned(),
        ..Column::default()
    };
    let empty = match column_kind(COLUMNS[index])? {
        ColumnKind::Text => {
            let mut code_of: BTreeMap<&str, u32> = BTreeMap::new();
            for row in rows {
                let Cell::Text(text) = row.cell(index) else {
                    continue;
                };
                let code = *code_of.entry(text).or_insert_with_key(|text| {
                    column.table.push((*text).to_owned());
                    column.table.len() as u32 - 1
                });
                column.codes.push(code);
            }
            column.table.iter().all(String::is_empty)
        }
        ColumnKind::Integer => {
            column
                .integers
                .extend(rows.iter().map(|row| match row.cell(index) {
                    Cell::Integer(value) => value,
                    _ => None,
                }));
            column.integers.iter().all(Option::is_none)
        }
        ColumnKind::Number => {
            column
                .numbers
                .extend(rows.iter().map(|row| match row.cell(index) {
                    Cell::Number(value) => value,
                    _ => None,
                }));
            column.numbers.iter().all(Option::is_none)
        }
    };
    (!empty).then_some(column)
}

impl Column {
    fn cells(&self) -> usize {
        (self.codes.len())
            .max(self.integers.len())
            .max(self.numbers.len())
    }

    fn fill(&self, index: usize, rows: &mut [Row]) -> Option<()> {
        let complete = |n: usize| (n == rows.len()).then_some(());
        match column_kind(COLUMNS[index])? {
            ColumnKind::Text => {
                complete(self.codes.len())?;
                let table: Vec<Arc<str>> =
                    self.table.iter().map(|t| Arc::from(t.as_str())).collect();
                for (row, code) in rows.iter_mut().zip(&self.codes) {
                    row.put_text(index, table.get(*code as usize)?.clone())?;
                }
            }
            ColumnKind::Integer => {
                complete(self.integers.len())?;
                for (row, value) in rows.iter_mut().zip(&self.integers) {
                    row.put_integer(index, *value)?;
                }
            }
            ColumnKind::Number => {
                complete(self.numbers.len())?;
                for (row, value) in rows.iter_mut().zip(&self.numbers) {
                    row.put_number(index, *value)?;
                }
            }
        }
        Some(())
    }
}
