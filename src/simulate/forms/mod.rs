//! The formats a register is written in: the same tables as CSV, Parquet, Stata and SAS transport files.

mod csv;
mod dta;
mod xpt;

pub(crate) use csv::csv;
pub(crate) use dta::dta;
pub(crate) use xpt::xpt;

use super::codes;
use super::sheet::{Cells, Column, Sheet, Value, text};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::registers::export::{Export, parquet};
use std::borrow::Cow;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Text.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Stata 14 and later.
    Dta,
    /// SAS transport, version 5.
    Xpt,
}

impl Form {
    /// Ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Dta => "dta",
            Self::Xpt => "xpt",
        }
    }

    /// The name of a column in it.
    pub(crate) fn column(self, name: &str) -> String {
        match self {
            Self::Xpt => xpt::short(name),
            _ => name.to_owned(),
        }
    }

    /// The bytes of a table.
    pub(crate) fn write(self, sheet: &Sheet) -> Result<Vec<u8>> {
        if self != Self::Csv && (!sheet.latin1.is_empty() || sheet.breaks_off) {
            let finding = Diagnostic::error(
                codes::FAULT,
                "a fault of single bytes can be planted in CSV only",
                "write `--format csv`",
            );
            return Err(Error::one(Class::Study, finding));
        }
        match self {
            Self::Csv => Ok(csv(sheet)),
            Self::Dta => Ok(dta(sheet)),
            Self::Xpt => {
                let mut short = sheet.clone();
                for column in &mut short.columns {
                    column.name = self.column(&column.name);
                }
                let names: std::collections::BTreeSet<&str> = short
                    .columns
                    .iter()
                    .map(|column| column.name.as_str())
                    .collect();
                if names.len() < short.columns.len() {
                    let finding = Diagnostic::error(
                        codes::LAYOUT,
                        "two columns have the same first 8 letters, and a SAS transport file has no more",
                        "rename one of them in the scenario",
                    );
                    return Err(Error::one(Class::Study, finding));
                }
                Ok(xpt(&short))
            }
            Self::Parquet => {
                let columns: Vec<(&str, Export<'_>)> = (sheet.columns.iter())
                    .map(|column| (column.name.as_str(), export(column)))
                    .collect();
                parquet(columns).map_err(|cause| {
                    let message = format!("the Parquet file cannot be made ({cause})");
                    let finding = Diagnostic::error(codes::WRITE, message, "report it");
                    Error::one(Class::Write, finding)
                })
            }
        }
    }
}

fn export(column: &Column) -> Export<'_> {
    let values = || (0..column.len()).map(|row| column.value(row));
    let numbers = !column.is_text();
    match &column.cells {
        Cells::Whole(_) | Cells::Codes(_) if numbers => {
            let whole = |value| match value {
                Value::Whole(number) => Some(number),
                _ => None,
            };
            Export::Whole(values().map(whole).collect())
        }
        Cells::Hundredths(_) if numbers => {
            let real = |value| match value {
                Value::Hundredths(value) => Some(value as f64 / 100.0),
                _ => None,
            };
            Export::Real(values().map(real).collect())
        }
        _ => {
            let words = |value| match value {
                Value::Empty => None,
                Value::Text(text) => Some(Cow::Borrowed(text)),
                value => Some(Cow::Owned(text(value, '.'))),
            };
            Export::Text(values().map(words).collect())
        }
    }
}
