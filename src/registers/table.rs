//! What is asked of a file and what it gives.

use super::categories::Categories;
use super::codes;
use super::facts::FileFacts;
use super::ids::Ids;
use crate::error::{Class, Diagnostic, Error, Place};
use crate::study::{DataFile, WeekUnit};

/// A column asked for, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Name in the header.
    pub column: String,
    /// What its cells are.
    pub kind: Kind,
}

/// What cells are, and the number that stands for them in [`Numbers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Identifiers, as [`Ids`].
    Id,
    /// Labels, as [`Categories`].
    Category,
    /// Whole numbers.
    Integer,
    /// Codes of two bytes, 1 to 65,535, as [`Codes`].
    Code,
    /// Numbers times 10^decimals; a cell with more decimals is bad unless they are zeros.
    Decimal {
        /// Decimals kept.
        decimals: u32,
    },
    /// Weeks: trial weeks as they are, ISO weeks as [`super::calendar::IsoWeek`], dates as days from 1970-01-01.
    Week(WeekUnit),
    /// Months, as [`super::calendar::Month`].
    Month,
    /// The week of assignment as [`super::calendar::IsoWeek`], from a date or an ISO week.
    Assigned,
}

/// The columns asked for.
#[derive(Clone, Debug)]
pub struct Table {
    /// File as written in the study.
    pub file: String,
    /// What the file turned out to be.
    pub facts: FileFacts,
    /// Number of rows.
    pub rows: usize,
    /// In the order of the wants.
    pub columns: Vec<Column>,
    /// Seconds it took to read.
    pub seconds: f64,
    pub(crate) numbering: Numbering,
}

impl Table {
    /// The row as an editor shows it: the header of a CSV file is 1, line breaks inside quotes and blank lines count.
    /// In a Parquet file, the observation from 1.
    pub fn row_number(&self, row: usize) -> u64 {
        self.numbering.of(row)
    }
}

/// A column.
#[derive(Clone, Debug)]
pub enum Column {
    /// Identifiers.
    Ids(Ids),
    /// Labels.
    Categories(Categories),
    /// Numbers.
    Numbers(Numbers),
    /// Codes.
    Codes(Codes),
}

/// A column of codes, as wide registers have hundreds of: two bytes a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// Values; 0 where empty or bad.
    pub values: Vec<u16>,
    /// Cells that are no code: 0, negative, larger than 65,535, or no whole number.
    pub bad: BadCells,
}

/// A column of numbers in the encoding of their [`Kind`].
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Values; 0 where empty.
    pub values: Vec<i64>,
    /// Which cells are empty or bad; `None` when none is.
    pub empty: Option<Vec<bool>>,
    /// Cells that are not what was asked for.
    pub bad: BadCells,
}

/// Bad cells of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadCells {
    /// How many.
    pub count: u64,
    /// The first ten: row and class of the value, never the value.
    pub first: Vec<(usize, String)>,
}

impl BadCells {
    /// How many are listed.
    pub const LISTED: usize = SHOWN;

    /// Adds a bad cell.
    pub(crate) fn add(&mut self, row: usize, class: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push((row, class()));
        }
    }

    /// Adds those of later rows, the first of which is row `first`.
    pub fn append(&mut self, more: Self, first: usize) {
        self.count += more.count;
        for (row, class) in more.first {
            if self.first.len() < SHOWN {
                self.first.push((first + row, class));
            }
        }
    }
}

/// How many findings are shown of many.
pub(crate) const SHOWN: usize = 10;

/// From rows to numbers an editor shows.
#[derive(Clone, Debug)]
pub(crate) struct Numbering {
    /// Number of row 0 were there no jump.
    pub first: u64,
    /// From this row on, that many lines more in all; ascending.
    pub jumps: Vec<(usize, u64)>,
}

impl Numbering {
    pub(crate) fn of(&self, row: usize) -> u64 {
        let before = self.jumps.partition_point(|&(from, _)| from <= row);
        let extra = if before == 0 {
            0
        } else {
            self.jumps[before - 1].1
        };
        self.first + row as u64 + extra
    }
}

/// Rows of a file that stand together. Labels are those of these rows; identifiers are whole numbers as long as they are
/// so in these rows.
#[derive(Clone, Debug)]
pub struct Rows {
    /// How many.
    pub rows: usize,
    /// In the order of the wants.
    pub columns: Vec<Column>,
}

/// An error about the file as a whole.
pub(crate) fn refuse(
    file: &DataFile,
    code: &'static str,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> Error {
    Error::one(
        Class::Data,
        Diagnostic::error(code, message, hint).at(whole(file)),
    )
}

/// A file without row or column.
pub(crate) fn whole(file: &DataFile) -> Place {
    Place::Data {
        file: file.shown.clone(),
        column: None,
        rows: Vec::new(),
        count: 0,
    }
}

/// Why the system would not give us the file, without its path.
pub(crate) fn unreadable(file: &DataFile, error: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    if error.kind() == ErrorKind::InvalidData {
        return refuse(
            file,
            codes::DAMAGED,
            "the packed file is cut off or damaged, or is not what its ending says",
            "get the file again from where it was made",
        );
    }
    if error.kind() == ErrorKind::FileTooLarge {
        return refuse(
            file,
            codes::BOMB,
            "the packed file unpacks to more than 400 times its size, which no register does",
            "unpack it and look what it is; a file that is what it should be can be read unpacked",
        );
    }
    let why = match error.kind() {
        ErrorKind::NotFound => "there is no such file",
        ErrorKind::PermissionDenied => "the file may not be read by you",
        ErrorKind::IsADirectory => "this is a folder, not a file",
        _ => "the file cannot be read",
    };
    refuse(
        file,
        codes::UNREADABLE,
        why,
        "check the name in the study and the folder given with `--data`",
    )
}
