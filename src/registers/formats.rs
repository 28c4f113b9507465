//! The formats: which file is read how, told by the ending of its name; and the way all of them go, part by part, so that
//! a cell means the same whatever it is stored in.

use super::column::{Piece, Whole};
use super::facts::{FileFacts, Format, Packing, Style};
use super::guard::guard;
use super::ids::Ids;
use super::progress::Watched;
use super::table::{Codes, Column, Kind, Numbers, Rows, Table, Want, refuse};
use super::{codes, csv_read, parquet, sas, stata, xport};
use crate::error::Result;
use crate::study::DataFile;
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// What a file says of a column, told without reading its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnFacts {
    /// Name.
    pub name: String,
    /// What the file says the column is about.
    pub label: Option<String>,
    /// What the cells seem to be.
    pub kind_hint: KindHint,
    /// Labels of numbers, ascending; a label column holds these, a column of numbers or codes the numbers.
    pub value_labels: Vec<ValueLabel>,
    /// How SAS or Stata would show the cells, such as `DATE9.` or `%td`.
    pub format: Option<String>,
}

/// What the cells of a column seem to be; of a CSV file as its first rows say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KindHint {
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// Text.
    Text,
    /// Days.
    Date,
    /// Days with a time.
    Moment,
    /// ISO weeks such as `2010-W44`.
    IsoWeek,
    /// Months.
    Month,
    /// Nothing that can be read, or nothing at all.
    Unknown,
}

/// A number and its label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ValueLabel {
    /// Number.
    pub value: i64,
    /// What it stands for.
    pub label: String,
}

/// Endings and what is behind them; anything else is CSV.
const FORMS: &[(&str, Format)] = &[
    ("parquet", Format::Parquet),
    ("pq", Format::Parquet),
    ("sas7bdat", Format::Sas),
    ("xpt", Format::Xport),
    ("dta", Format::Stata),
];

/// Endings of packed files.
const PACKED: &[(&str, Packing)] = &[
    ("gz", Packing::Gzip),
    ("zst", Packing::Zstd),
    ("zstd", Packing::Zstd),
];

/// Endings of what is not read.
const REFUSED: &[&str] = &[
    "xlsx", "xls", "sav", "zsav", "por", "zip", "7z", "bz2", "xz", "rds", "feather",
];

/// How a file is packed, told by the ending of its name.
pub(crate) fn packing(path: &Path) -> Option<Packing> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let (_, own) = ending(&name)?;
    let found = PACKED.iter().find(|(ending, _)| *ending == own);
    found.map(|&(_, packing)| packing)
}

/// Told by the ending of its name; a folder holds Parquet files.
fn form(file: &DataFile) -> Result<Format> {
    let name = file.path.file_name().unwrap_or_default();
    let name = name.to_string_lossy().to_ascii_lowercase();
    let packing = packing(&file.path);
    let inner = match (packing, ending(&name)) {
        (Some(_), Some((stem, _))) => stem,
        _ => name.as_str(),
    };
    let own = ending(inner).map_or("", |(_, own)| own);
    let format = FORMS.iter().find(|(ending, _)| *ending == own);
    let format = format.map_or(Format::Csv, |&(_, format)| format);
    if packing.is_some() && format != Format::Csv {
        return Err(refuse(
            file,
            codes::FORMAT,
            "only CSV files are read packed",
            "unpack the file",
        ));
    }
    if REFUSED.contains(&own) {
        return Err(refuse(
            file,
            codes::FORMAT,
            format!("files of the format `.{own}` are not read"),
            "save it as CSV, Parquet, SAS (`.sas7bdat`, `.xpt`) or Stata (`.dta`)",
        ));
    }
    if format == Format::Csv && file.path.is_dir() {
        return Ok(Format::Parquet);
    }
    Ok(format)
}

/// What stands before and after the last point of a name.
fn ending(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())
}

/// Files of a folder by name as people count: `part-2` before `part-10`.
pub(crate) fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut a, mut b) = (a, b);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    loop {
        let (in_a, in_b) = (digits(a), digits(b));
        if in_a > 0 && in_b > 0 {
            let (of_a, of_b) = (
                a[..in_a].trim_start_matches('0'),
                b[..in_b].trim_start_matches('0'),
            );
            let order = (of_a.len().cmp(&of_b.len())).then_with(|| of_a.cmp(of_b));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[in_a..], &b[in_b..]);
            continue;
        }
        let (mut of_a, mut of_b) = (a.chars(), b.chars());
        match (of_a.next(), of_b.next()) {
            (None, None) => return std::cmp::Ordering::Equal,
            (x, y) if x != y => return x.cmp(&y),
            _ => (a, b) = (of_a.as_str(), of_b.as_str()),
        }
    }
}

/// Some rows of a file that stand together, as they were read.
#[derive(Debug)]
pub(crate) struct Part {
    pub rows: usize,
    /// In the order of the wants.
    pub pieces: Vec<Piece>,
    pub style: Style,
}

impl Part {
    /// Its columns, on their own.
    pub(crate) fn finish(self) -> Rows {
        Rows {
            rows: self.rows,
            columns: (self.pieces.into_iter())
                .map(|piece| piece.finish(self.style))
                .collect(),
        }
    }
}

/// How much of the file the parts taken are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fill {
    /// A guess at all rows of the file, where there is one and this is the first fill.
    pub expected: Option<usize>,
}

/// What becomes of the parts of a file.
pub(crate) trait Sink: Sync {
    /// What is kept of a part.
    type Kept: Send;
    /// Makes of a part what is kept, on any thread.
    fn turn(&self, part: Part) -> Self::Kept;
    /// Takes what was kept, each with its first row; parts come in the order of the file.
    fn take(&mut self, fill: Fill, kept: Vec<(usize, Self::Kept)>);
    /// Forgets everything: the file is read again.
    fn restart(&mut self);
    /// Rows that are enough; what is read beyond them is in vain.
    fn most(&self) -> usize {
        usize::MAX
    }
    /// Whether nothing more is asked for.
    fn is_done(&self) -> bool {
        false
    }
}

/// Whole columns.
pub(crate) struct Gather<'a> {
    wants: &'a [Want],
    columns: Vec<Whole>,
    rows: usize,
    /// Rows that are enough.
    most: usize,
}

impl Sink for Gather<'_> {
    type Kept = Part;

    fn turn(&self, part: Part) -> Part {
        part
    }

    fn take(&mut self, fill: Fill, kept: Vec<(usize, Part)>) {
        if let Some(rows) = fill.expected.filter(|_| self.most == usize::MAX) {
            for column in &mut self.columns {
                column.reserve(rows);
            }
        }
        for (_, part) in kept {
            self.rows += part.rows;
            for (column, piece) in self.columns.iter_mut().zip(part.pieces) {
                column.append(piece, part.style);
            }
        }
    }

    fn restart(&mut self) {
        self.columns = self
            .wants
            .iter()
            .map(|want| Whole::new(want.kind))
            .collect();
        self.rows = 0;
    }

    fn most(&self) -> usize {
        self.most
    }

    fn is_done(&self) -> bool {
        // One more shows that these are not all.
        self.rows > self.most
    }
}

/// What a function makes of each part.
struct Keep<'a, T, F> {
    turn: &'a F,
    kept: Vec<(usize, T)>,
}

impl<T: Send + Sync, F: Fn(Rows) -> T + Sync + Send> Sink for Keep<'_, T, F> {
    type Kept = T;

    fn turn(&self, part: Part) -> T {
        (self.turn)(part.finish())
    }

    fn take(&mut self, _: Fill, kept: Vec<(usize, T)>) {
        self.kept.extend(kept);
    }

    fn restart(&mut self) {
        self.kept.clear();
    }
}

/// Reads the columns asked for.
///
/// # Errors
/// When the file cannot be read as a table with these columns: unreadable, unknown encoding or format, no header,
/// missing or duplicate column, rows with too many or too few cells, an unclosed quote. Bad cells are no error here.
pub fn read(file: &DataFile, wants: &[Want]) -> Result<Table> {
    let is_row = |want: &Want| want.column == ROW && want.kind == Kind::Id;
    if !wants.iter().any(is_row) {
        return gather(wants, |sink| scan(file, wants, sink));
    }
    let others: Vec<Want> = wants.iter().filter(|want| !is_row(want)).cloned().collect();
    let mut table = gather(&others, |sink| scan(file, &others, sink))?;
    for (at, _) in wants.iter().enumerate().filter(|(_, want)| is_row(want)) {
        let ids = Column::Ids(Ids::numbered(table.rows));
        table.columns.insert(at, ids);
    }
    Ok(table)
}

/// The column of a file that has none for persons: each row is a person, called by its number from 1. Of a file that is
/// read part by part it is a column like any other.
pub const ROW: &str = "#row";

/// A table with the columns that were scanned.
pub(crate) fn gather(
    wants: &[Want],
    scan: impl FnOnce(&mut Gather) -> Result<Table>,
) -> Result<Table> {
    gather_up_to((wants, usize::MAX), scan).map(|(table, _)| table)
}

/// The first rows of a file, at least so many if there are; and whether they are all.
pub(crate) fn gather_some(file: &DataFile, wants: &[Want], most: usize) -> Result<(Table, bool)> {
    gather_up_to((wants, most), |sink| scan(file, wants, sink))
}

fn gather_up_to(
    (wants, most): (&[Want], usize),
    scan: impl FnOnce(&mut Gather) -> Result<Table>,
) -> Result<(Table, bool)> {
    let mut sink = Gather {
        wants,
        columns: Vec::new(),
        rows: 0,
        most,
    };
    sink.restart();
    let mut table = scan(&mut sink)?;
    let is_all = sink.rows <= most;
    table.columns = sink.columns.into_iter().map(Whole::finish).collect();
    Ok((table, is_all))
}

/// Reads the columns asked for part by part, so that they never stand in memory as a whole: `turn` makes of some rows
/// what is to be kept of them, on any thread. Gives the table without columns, and what was kept, each with its first
/// row, in the order of the file. A part is smaller the more columns are asked for: some 64 MB of cells at most. The cut
/// into parts does not depend on the number of threads.
///
/// # Errors
/// As [`read`].
pub fn read_parts<T: Send + Sync>(
    file: &DataFile,
    wants: &[Want],
    turn: impl Fn(Rows) -> T + Sync + Send,
) -> Result<(Table, Vec<(usize, T)>)> {
    let mut sink = Keep {
        turn: &turn,
        kept: Vec::new(),
    };
    let table = scan(file, wants, &mut sink)?;
    Ok((table, sink.kept))
}

fn scan<S: Sink>(file: &DataFile, wants: &[Want], sink: &mut S) -> Result<Table> {
    let started = Instant::now();
    let size = std::fs::metadata(&file.path).map_or(0, |facts| facts.len());
    let mut watched = Watched::new(sink, size);
    let mut table = match form(file)? {
        Format::Csv => csv_read::scan(file, wants, &mut watched),
        form => guard(file, || match form {
            Format::Sas => sas::open(file)?.scan(file, wants, &mut watched),
            Format::Xport => xport::open(file)?.scan(file, wants, &mut watched),
            Format::Stata => stata::open(file)?.scan(file, wants, &mut watched),
            _ => parquet::scan(file, wants, &mut watched),
        }),
    }?;
    watched.finish();
    table.seconds = started.elapsed().as_secs_f64();
    Ok(table)
}

/// What a file is and which columns it has, without reading its rows.
///
/// # Errors
/// When it cannot be opened as a file of its format.
pub fn columns(file: &DataFile) -> Result<(FileFacts, Vec<ColumnFacts>)> {
    match form(file)? {
        Format::Csv => csv_read::columns(file),
        form => guard(file, || match form {
            Format::Sas => Ok(sas::open(file)?.columns()),
            Format::Xport => Ok(xport::open(file)?.columns()),
            Format::Stata => Ok(stata::open(file)?.columns()),
            _ => parquet::columns(file),
        }),
    }
}

/// Cells a part holds at most, in bytes.
const PART_BYTES: usize = 1 << 26;
/// Rows of a part, at most.
pub(crate) const PART: usize = 1 << 16;

/// Bytes of the cells of a row once they are read.
pub(crate) fn row_bytes(wants: &[Want]) -> usize {
    let cell = |want: &Want| match want.kind {
        Kind::Code => size_of::<u16>(),
        Kind::Category => size_of::<u32>(),
        _ => size_of::<i64>(),
    };
    wants.iter().map(cell).sum::<usize>().max(1)
}

/// Rows of a part in which so much is asked of each.
pub(crate) fn part_rows(wants: &[Want]) -> usize {
    (PART_BYTES / row_bytes(wants)).clamp(256, PART)
}

impl Rows {
    /// The columns of codes, in the order of the wants.
    pub fn codes(&self) -> impl Iterator<Item = &Codes> {
        self.columns.iter().filter_map(|column| match column {
            Column::Codes(codes) => Some(codes),
            _ => None,
        })
    }

    /// The columns of numbers, in the order of the wants.
    pub fn numbers(&self) -> impl Iterator<Item = &Numbers> {
        self.columns.iter().filter_map(|column| match column {
            Column::Numbers(numbers) => Some(numbers),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Result<(Format, Option<Packing>)> {
        let path = Path::new("nowhere").join(name);
        let packing = packing(&path);
        let shown = name.into();
        form(&DataFile { shown, path }).map(|format| (format, packing))
    }

    #[test]
    fn the_ending_tells_the_format() {
        let told = |name| of(name).expect("read");
        assert_eq!(told("a.csv"), (Format::Csv, None));
        assert_eq!(told("a"), (Format::Csv, None));
        assert_eq!(told("A.TXT.GZ"), (Format::Csv, Some(Packing::Gzip)));
        assert_eq!(told("a.csv.zst"), (Format::Csv, Some(Packing::Zstd)));
        assert_eq!(told("a.gz"), (Format::Csv, Some(Packing::Gzip)));
        assert_eq!(told("a.b.Parquet"), (Format::Parquet, None));
        assert_eq!(told("a.sas7bdat"), (Format::Sas, None));
        assert_eq!(told("a.xpt"), (Format::Xport, None));
        assert_eq!(told("a.dta"), (Format::Stata, None));
    }

    #[test]
    fn what_is_not_read_is_refused_with_advice() {
        for name in ["a.xlsx", "a.sav", "a.parquet.gz", "a.dta.zst", "a.zip"] {
            let error = of(name).expect_err("refused");
            assert_eq!(error.diagnostics[0].code, codes::FORMAT, "{name}");
        }
    }

    #[test]
    fn files_of_a_folder_are_counted_as_people_do() {
        let mut names = ["part-10", "part-9", "part-09b", "a", "part-1"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["a", "part-1", "part-9", "part-09b", "part-10"]);
    }

    #[test]
    fn it_is_told_whether_more_rows_stand_there_than_were_asked_for() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/registers");
        let of = |name: &str| DataFile {
            shown: name.into(),
            path: folder.join(name),
        };
        let wants = [Want {
            column: "id".to_owned(),
            kind: Kind::Id,
        }];
        for name in ["formats.sas7bdat", "formats_v8.xpt", "formats_118.dta"] {
            // The file is so small that its first part is all of it.
            let (_, is_all) = gather_some(&of(name), &wants, 0).expect("a table");
            assert!(!is_all, "{name}");
            let (table, is_all) = gather_some(&of(name), &wants, 14).expect("a table");
            assert!(is_all && table.rows == 14, "{name}");
        }
    }

    #[test]
    fn a_part_is_smaller_the_more_is_asked() {
        let wants = |n, kind| {
            vec![
                Want {
                    column: String::new(),
                    kind
                };
                n
            ]
        };
        assert_eq!(part_rows(&wants(3, Kind::Id)), PART);
        let wide = part_rows(&wants(520, Kind::Code));
        assert!(wide * 520 * 2 <= PART_BYTES && wide > 60_000);
        assert_eq!(part_rows(&wants(100_000, Kind::Id)), 256);
    }
}
