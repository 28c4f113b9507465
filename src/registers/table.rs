//! What is asked of a file and what it gives.

use super::categories::Categories;
use super::facts::FileFacts;
use super::ids::Ids;
use super::{codes, csv_read, parquet};
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::numeric::parallel::{blocks, map_ordered};
use crate::study::{DataFile, WeekUnit};
use std::path::Path;
use std::time::Instant;

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

/// Rows of a Parquet file turned at a time.
const PART: usize = 1 << 16;

/// Reads the columns asked for part by part, so that they never stand in memory as a whole: `turn` makes of some rows
/// what is to be kept of them, on any thread. Gives the table without columns, and what was kept, each with its first
/// row, in the order of the file. Bad cells of a Parquet file are told with its first rows. The cut into parts does not
/// depend on the number of threads.
///
/// # Errors
/// As [`read`].
pub fn read_parts<T: Send>(
    file: &DataFile,
    wants: &[Want],
    turn: impl Fn(Rows) -> T + Sync + Send,
) -> Result<(Table, Vec<(usize, T)>)> {
    let started = Instant::now();
    let is_text = matches!(form(file)?, Form::Csv);
    let (mut table, kept) = if is_text {
        csv_read::read_parts(file, wants, &turn)?
    } else {
        let mut table = parquet::read(file, wants)?;
        let columns = std::mem::take(&mut table.columns);
        let parts = blocks(table.rows, PART);
        let kept = map_ordered(parts.len(), |i| {
            let part = &parts[i];
            let rows = Rows {
                rows: part.len(),
                columns: columns.iter().map(|c| c.part(part.clone())).collect(),
            };
            (part.start, turn(rows))
        });
        (table, kept)
    };
    table.seconds = started.elapsed().as_secs_f64();
    Ok((table, kept))
}

enum Form {
    Csv,
    Parquet,
}

/// Told by the ending of its name.
fn form(file: &DataFile) -> Result<Form> {
    match ending(&file.path).as_str() {
        "parquet" | "pq" => Ok(Form::Parquet),
        "sas7bdat" | "xpt" | "dta" | "xlsx" | "xls" | "sav" => Err(refuse(
            file,
            codes::FORMAT,
            "the format of this file is not in this version",
            "save it as CSV or Parquet",
        )),
        _ => Ok(Form::Csv),
    }
}

/// Reads the columns asked for.
///
/// # Errors
/// When the file cannot be read as a table with these columns: unreadable, unknown encoding or format, no header,
/// missing or duplicate column, rows with too many or too few cells, an unclosed quote. Bad cells are no error here.
pub fn read(file: &DataFile, wants: &[Want]) -> Result<Table> {
    let started = Instant::now();
    let mut table = match form(file)? {
        Form::Csv => csv_read::read(file, wants),
        Form::Parquet => parquet::read(file, wants),
    }?;
    table.seconds = started.elapsed().as_secs_f64();
    Ok(table)
}

fn ending(path: &Path) -> String {
    path.extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
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
