//! How a table of spells is written when it is not one row per spell: weeks in rows or in columns, codes instead of
//! states, employment from wages. All of it ends as ordinary spells.

use super::model::DataFile;
use super::pattern::Pattern;

/// How the rows of a table become spells.
#[derive(Clone, Debug, Default)]
pub struct SpellForm {
    /// What stands in a row.
    pub layout: Layout,
    /// What the codes in the cells mean; `None`: the cells are labels.
    pub codes: Option<CodeFile>,
    /// Which cells are which state; `None`: a label is its own state, a code that of its group.
    pub meaning: Option<Vec<(String, Vec<Selector>)>>,
    /// Weeks without a state that are employment.
    pub employment: Option<Employment>,
    /// What a row of somebody outside the trial is.
    pub outsiders: Outsiders,
}

/// What stands in a row.
#[derive(Clone, Debug, Default)]
pub enum Layout {
    /// A spell: start, end, state.
    #[default]
    Spells,
    /// A week: week and state.
    Weeks,
    /// A person: a column for each week.
    Wide(Wide),
}

/// Weeks in columns.
#[derive(Clone, Debug)]
pub struct Wide {
    /// Names of the columns.
    pub columns: Pattern,
    /// Year of each file, when the columns are weeks of a year; else empty.
    pub years: Vec<i16>,
    /// Years of two digits from here on are of the last century.
    pub pivot: u8,
}

/// A table of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeFile {
    /// The one that is part of the program.
    Dream,
    /// One of the study.
    Own(DataFile),
}

/// Cells that are one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// This label.
    Label(String),
    /// Codes from one to another, both included.
    Codes(u16, u16),
    /// Codes of a group of the code table.
    Group(String),
    /// Codes of the code table that nothing else names.
    Rest,
}

/// Weeks without a state that are employment: enough of them in a row, each with wages in its month.
#[derive(Clone, Debug)]
pub struct Employment {
    /// Their state.
    pub state: String,
    /// Least number of weeks in a row.
    pub weeks: u32,
    /// Where the wages stand.
    pub wages: Wages,
    /// A month has wages when its number is above this, times 10^[`WAGE_DECIMALS`]; `None`: when its cell is not empty.
    pub above: Option<i64>,
}

/// Decimals of a threshold of wages.
pub const WAGE_DECIMALS: u32 = 4;

/// Where wages stand.
#[derive(Clone, Debug)]
pub enum Wages {
    /// In columns beside the weeks, one for each month.
    Columns(Pattern),
    /// In a file with a row for each job and month; the rows of a month are added.
    File {
        /// File.
        file: DataFile,
        /// Column of the identifier.
        person: String,
        /// Column of the month.
        month: String,
        /// Column of the number.
        column: String,
    },
}

/// What a row of somebody outside the trial is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outsiders {
    /// An error.
    #[default]
    Refused,
    /// Left out and counted.
    LeftOut,
}

/// What is looked at in the amounts of an own file, after the rows of a person's month or week are added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AmountRules {
    /// Column whose values are counted, such as whether hours are reported or imputed.
    pub flag: Option<String>,
    /// Larger amounts are cut to this, and counted; times 10^decimals.
    pub cap: Option<i64>,
    /// Larger amounts are counted; times 10^decimals.
    pub outlier: Option<i64>,
}

/// What became of an event: planned, held, not turned up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventStatus {
    /// Column.
    pub column: String,
    /// Values with which an event has happened.
    pub held: Vec<String>,
}
