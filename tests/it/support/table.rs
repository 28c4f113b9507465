//! A small CSV file in memory, by column name.

use std::collections::HashMap;
use std::path::Path;

/// Rows of text with named columns.
pub(crate) struct Table {
    columns: HashMap<String, usize>,
    rows: Vec<Vec<String>>,
}

/// One row.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    cells: &'a [String],
}

impl Table {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(text.trim_start_matches('\u{feff}'))
    }

    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader
            .headers()
            .expect("a header")
            .iter()
            .enumerate()
            .map(|(i, name)| (name.to_owned(), i))
            .collect();
        let rows = reader
            .records()
            .map(|row| {
                let row = row.expect("a row as long as its header");
                row.iter().map(|cell| cell.trim().to_owned()).collect()
            })
            .collect();
        Self { columns, rows }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { table: self, cells })
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }
}

impl<'a> Row<'a> {
    /// The cell of a column, or empty text where there is no such column.
    pub(crate) fn get(self, column: &str) -> &'a str {
        self.table
            .columns
            .get(column)
            .map_or("", |&i| self.cells[i].as_str())
    }
}
