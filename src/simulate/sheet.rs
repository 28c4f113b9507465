//! The tables of a simulated register before they are written: typed columns, and single cells that hold something
//! else.

use super::calendar::CalendarWeek;
use std::collections::BTreeMap;

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    /// Name of its file, without an ending.
    pub(crate) name: String,
    /// Columns, all of the same length.
    pub(crate) columns: Vec<Column>,
    /// How it is written as CSV.
    pub(crate) dialect: super::Dialect,
    /// Rows whose letters are written in Latin-1 though the file is UTF-8.
    pub(crate) latin1: Vec<usize>,
    /// Whether its CSV breaks off in the last row.
    pub(crate) breaks_off: bool,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) cells: Cells,
    /// Cells that hold a text of their own instead.
    pub(crate) odd: BTreeMap<usize, String>,
}

/// The cells of a column.
#[derive(Clone, Debug)]
pub(crate) enum Cells {
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Hundredths.
    Hundredths(Vec<Option<i64>>),
    /// Places in a list of labels.
    Labels(Vec<String>, Vec<Option<u32>>),
    /// ISO weeks.
    Weeks(Vec<Option<CalendarWeek>>),
    /// Days from 1970-01-01.
    Days(Vec<Option<i32>>),
    /// Codes of two bytes; 0 is an empty cell.
    Codes(Vec<u16>),
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Empty,
    Whole(i64),
    Hundredths(i64),
    Text(&'a str),
    Week(CalendarWeek),
    Day(i32),
}

impl Column {
    pub(crate) fn new(name: impl Into<String>, cells: Cells) -> Self {
        Self {
            name: name.into(),
            cells,
            odd: BTreeMap::new(),
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        match &self.cells {
            Cells::Whole(cells) | Cells::Hundredths(cells) => cells.len(),
            Cells::Labels(_, codes) => codes.len(),
            Cells::Weeks(weeks) => weeks.len(),
            Cells::Days(days) => days.len(),
            Cells::Codes(codes) => codes.len(),
        }
    }

    /// What stands in a row.
    pub(crate) fn value(&self, row: usize) -> Value<'_> {
        if let Some(text) = self.odd.get(&row) {
            return if text.is_empty() {
                Value::Empty
            } else {
                Value::Text(text)
            };
        }
        let value = match &self.cells {
            Cells::Whole(cells) => cells[row].map(Value::Whole),
            Cells::Hundredths(cells) => cells[row].map(Value::Hundredths),
            Cells::Labels(levels, codes) => {
                codes[row].map(|code| Value::Text(levels[code as usize].as_str()))
            }
            Cells::Weeks(weeks) => weeks[row].map(Value::Week),
            Cells::Days(days) => days[row].map(Value::Day),
            Cells::Codes(codes) => Some(codes[row])
                .filter(|code| *code > 0)
                .map(|code| Value::Whole(code.into())),
        };
        value.unwrap_or(Value::Empty)
    }

    /// Whether texts stand in it, of its own kind or in single cells.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.cells, Cells::Labels(..) | Cells::Weeks(_))
            || self.odd.values().any(|text| !text.is_empty())
    }

    /// Puts a text into a cell.
    pub(crate) fn set(&mut self, row: usize, text: impl Into<String>) {
        self.odd.insert(row, text.into());
    }

    /// Adds a row that is a copy of another.
    fn copy(&mut self, row: usize) {
        let new = self.len();
        match &mut self.cells {
            Cells::Whole(cells) | Cells::Hundredths(cells) => cells.push(cells[row]),
            Cells::Labels(_, codes) => codes.push(codes[row]),
            Cells::Weeks(weeks) => weeks.push(weeks[row]),
            Cells::Days(days) => days.push(days[row]),
            Cells::Codes(codes) => codes.push(codes[row]),
        }
        if let Some(text) = self.odd.get(&row).cloned() {
            self.odd.insert(new, text);
        }
    }
}

/// A value as a text, with this mark before decimals.
pub(crate) fn text(value: Value<'_>, mark: char) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Whole(number) => number.to_string(),
        Value::Hundredths(value) => match value % 100 {
            0 => (value / 100).to_string(),
            part if part % 10 == 0 => format!("{}{mark}{}", value / 100, part / 10),
            part => format!("{}{mark}{part:02}", value / 100),
        },
        Value::Text(text) => text.to_owned(),
        Value::Week(week) => week.iso(),
        Value::Day(day) => CalendarWeek(0).date(day - MONDAY),
    }
}

/// Days from 1970-01-01 to the Monday from which calendar weeks are counted.
const MONDAY: i32 = 4;

/// A day of a calendar week (0 = Monday), from 1970-01-01.
pub(crate) fn day_of(week: CalendarWeek, day: i32) -> i32 {
    week.0 * 7 + MONDAY + day
}

impl Sheet {
    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// A column by name.
    pub(crate) fn column(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    /// Adds a copy of a row at the end, and gives its number.
    pub(crate) fn copy_row(&mut self, row: usize) -> usize {
        for column in &mut self.columns {
            column.copy(row);
        }
        self.rows() - 1
    }
}
