//! A row as cells in the order of [`COLUMNS`]: the one place that joins column names and fields, so that CSV, Parquet,
//! bundle and check cannot disagree.

use super::row::{COLUMNS, Row, Status};
use std::sync::Arc;

/// What stands in one cell. Empty text and `None` are empty cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Words.
    Text(&'a str),
    /// A count or a week.
    Integer(Option<i64>),
    /// A quantity.
    Number(Option<f64>),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words.
    Text,
    /// Counts or weeks.
    Integer,
    /// Quantities.
    Number,
}

/// What the column with this name holds, or `None` when there is no such column.
pub fn column_kind(name: &str) -> Option<ColumnKind> {
    let index = COLUMNS.iter().position(|c| *c == name)?;
    Some(match Row::blank().cell(index) {
        Cell::Text(_) => ColumnKind::Text,
        Cell::Integer(_) => ColumnKind::Integer,
        Cell::Number(_) => ColumnKind::Number,
    })
}

impl Row {
    /// The cell of the column with this index into [`COLUMNS`].
    ///
    /// # Panics
    /// When there is no such column.
    pub fn cell(&self, column: usize) -> Cell<'_> {
        match column {
            0 => Cell::Text(&self.analysis),
            1 => Cell::Text(&self.estimand),
            2 => Cell::Text(&self.outcome),
            3 => Cell::Text(&self.item),
            4 => Cell::Text(&self.subgroup),
            5 => Cell::Text(&self.level),
            6 => Cell::Text(&self.arm),
            7 => Cell::Text(&self.reference),
            8 => Cell::Integer(self.week.map(i64::from)),
            9 => Cell::Number(self.estimate),
            10 => Cell::Number(self.std_error),
            11 => Cell::Number(self.conf_low),
            12 => Cell::Number(self.conf_high),
            13 => Cell::Number(self.band_low),
            14 => Cell::Number(self.band_high),
            15 => Cell::Number(self.p_value),
            16 => Cell::Number(self.p_adjusted),
            17 => Cell::Integer(self.n.map(|n| n as i64)),
            18 => Cell::Integer(self.n_reference.map(|n| n as i64)),
            19 => Cell::Integer(self.events),
            20 => Cell::Integer(self.events_reference),
            21 => Cell::Text(&self.unit),
            22 => Cell::Text(self.status.as_str()),
            23 => Cell::Text(&self.reason),
            24 => Cell::Text(&self.method),
            25 => Cell::Text(&self.se_method),
            26 => Cell::Text(&self.interval_method),
            27 => Cell::Integer(self.replicates.map(i64::from)),
            28 => Cell::Integer(self.undefined_replicates.map(i64::from)),
            29 => Cell::Number(self.mc_conf_low),
            30 => Cell::Number(self.mc_conf_high),
            31 => Cell::Number(self.mc_band),
            32 => Cell::Number(self.mc_p),
            _ => panic!("no column {column}"),
        }
    }

    /// Puts words back; `None` when the column holds none, or not these.
    pub(crate) fn put_text(&mut self, column: usize, text: Arc<str>) -> Option<()> {
        let field = match column {
            0 => &mut self.analysis,
            1 => &mut self.estimand,
            2 => &mut self.outcome,
            3 => &mut self.item,
            4 => &mut self.subgroup,
            5 => &mut self.level,
            6 => &mut self.arm,
            7 => &mut self.reference,
            21 => &mut self.unit,
            22 => {
                self.status = status(&text)?;
                return Some(());
            }
            23 => &mut self.reason,
            24 => &mut self.method,
            25 => &mut self.se_method,
            26 => &mut self.interval_method,
            _ => return None,
        };
        *field = text;
        Some(())
    }

    /// Puts a count or a week back; `None` when the column holds none, or the value is out of its range.
    pub(crate) fn put_integer(&mut self, column: usize, value: Option<i64>) -> Option<()> {
        match column {
            8 => self.week = fit(value)?,
            17 => self.n = fit(value)?,
            18 => self.n_reference = fit(value)?,
            19 => self.events = value,
            20 => self.events_reference = value,
            27 => self.replicates = fit(value)?,
            28 => self.undefined_replicates = fit(value)?,
            _ => return None,
        }
        Some(())
    }

    /// Puts a quantity back; `None` when the column holds none.
    pub(crate) fn put_number(&mut self, column: usize, value: Option<f64>) -> Option<()> {
        let field = match column {
            9 => &mut self.estimate,
            10 => &mut self.std_error,
            11 => &mut self.conf_low,
            12 => &mut self.conf_high,
            13 => &mut self.band_low,
            14 => &mut self.band_high,
            15 => &mut self.p_value,
            16 => &mut self.p_adjusted,
            29 => &mut self.mc_conf_low,
            30 => &mut self.mc_conf_high,
            31 => &mut self.mc_band,
            32 => &mut self.mc_p,
            _ => return None,
        };
        *field = value;
        Some(())
    }

    /// The number in a numeric column, by name.
    pub fn number(&self, column: &str) -> Option<f64> {
        let index = COLUMNS.iter().position(|c| *c == column)?;
        match self.cell(index) {
            Cell::Number(value) => value,
            Cell::Integer(value) => value.map(|v| v as f64),
            Cell::Text(_) => None,
        }
    }

    /// Makes sure that no infinity or not-a-number is passed on: an estimate that is none becomes undefined, any other
    /// such cell becomes empty.
    pub(crate) fn keep_finite(&mut self) {
        if self.estimate.is_some_and(|v| !v.is_finite()) {
            self.status = Status::Undefined;
            if self.reason.is_empty() {
                self.reason = Arc::from("not a finite number");
            }
        }
        for column in 0..COLUMNS.len() {
            if let Cell::Number(Some(value)) = self.cell(column)
                && !value.is_finite()
            {
                let put = self.put_number(column, None);
                debug_assert!(put.is_some(), "a number column takes a number");
            }
        }
    }
}

fn status(text: &str) -> Option<Status> {
    [
        Status::Ok,
        Status::Undefined,
        Status::Hidden,
        Status::NotApplicable,
    ]
    .into_iter()
    .find(|s| s.as_str() == text)
}

/// Outer `None`: out of range.
#[expect(clippy::option_option, reason = "the inner one is an empty cell")]
fn fit<T: TryFrom<i64>>(value: Option<i64>) -> Option<Option<T>> {
    value.map(T::try_from).transpose().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(row: &mut Row, column: usize, cell: Cell<'_>) -> Option<()> {
        match cell {
            Cell::Text(text) => row.put_text(column, Arc::from(text)),
            Cell::Integer(value) => row.put_integer(column, value),
            Cell::Number(value) => row.put_number(column, value),
        }
    }

    #[test]
    fn a_row_taken_apart_and_put_together_is_the_same() {
        let mut row = Row::blank();
        for (i, name) in COLUMNS.iter().enumerate() {
            let cell = match column_kind(name).expect("the name is in the list") {
                ColumnKind::Text if *name == "status" => Cell::Text("hidden"),
                ColumnKind::Text => Cell::Text(name),
                ColumnKind::Integer => Cell::Integer(Some(i as i64)),
                ColumnKind::Number => Cell::Number(Some(i as f64 + 0.1)),
            };
            put(&mut row, i, cell).expect("the cell fits its column");
        }
        // The field names, read through serde, are the column names, and each holds what was put under its name.
        let fields = serde_json::to_value(&row).expect("a row is plain data");
        for (i, name) in COLUMNS.iter().enumerate() {
            match row.cell(i) {
                Cell::Text(text) => assert_eq!(fields[name], serde_json::json!(text)),
                Cell::Integer(value) => assert_eq!(fields[name], serde_json::json!(value)),
                Cell::Number(value) => assert_eq!(fields[name], serde_json::json!(value)),
            }
        }
        assert_eq!(row.outcome.as_ref(), "outcome");
        assert_eq!(row.number("mc_p"), Some(32.1));
        assert_eq!(row.number("outcome"), None);
    }

    #[test]
    fn a_cell_of_the_wrong_kind_or_range_is_refused() {
        let mut row = Row::blank();
        assert!(put(&mut row, 0, Cell::Number(None)).is_none());
        assert!(put(&mut row, 17, Cell::Integer(Some(-1))).is_none());
        assert!(put(&mut row, 22, Cell::Text("fine")).is_none());
    }

    #[test]
    fn an_infinite_estimate_becomes_undefined() {
        let mut row = Row::blank();
        row.estimate = Some(f64::INFINITY);
        row.conf_low = Some(f64::NAN);
        row.keep_finite();
        assert_eq!((row.estimate, row.conf_low), (None, None));
        assert_eq!(row.status, Status::Undefined);
        assert_eq!(row.reason.as_ref(), "not a finite number");
    }
}
