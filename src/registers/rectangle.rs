//! Files whose rows all have the same width in bytes: SAS tables, SAS transport files and Stata data sets. A format says
//! where its cells stand and what their bytes are; the way from there to columns is the same for all of them.
//!
//! A number is a number, whatever its format; a day, a month and a moment are read as the CSV cell that would show them
//! ([`Meaning`]); a number with a label is, in a column of labels, that label.

use super::column::Piece;
use super::facts::{DecimalMark, FileFacts, Style, TextEncoding};
use super::formats::{ColumnFacts, Fill, Part, Sink, part_rows};
use super::table::{Kind, Numbering, Table, Want, refuse, unreadable};
use super::{codes, header};
use crate::error::{Error, Result};
use crate::numeric::parallel::map_ordered;
use crate::study::DataFile;
use cells::Place;
use std::collections::HashMap;
use std::ops::Range;

mod cells;
pub(crate) use cells::{Form, Letters, Meaning, Order};

/// Cells reach a column as UTF-8 with decimal points, whatever they were in the file.
pub(crate) const STYLE: Style = Style {
    encoding: TextEncoding::Utf8,
    decimal_mark: DecimalMark::Point,
};

/// Bytes of rows read at a time by one thread.
const BUFFER: usize = 1 << 24;
/// Parts that are read before what was kept of them is taken.
const TOGETHER: usize = 8;

/// A column of such a file.
#[derive(Debug)]
pub(crate) struct Field {
    pub facts: ColumnFacts,
    /// Where its cells start in a row.
    pub at: usize,
    pub form: Form,
    pub meaning: Meaning,
}

/// Why rows cannot be read.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The system says so.
    Io(std::io::Error),
    /// The file is not what its header says, in these words.
    Damaged(&'static str),
}

/// Where rows come from.
pub(crate) trait RowSource: Sync {
    /// Adds the bytes of some rows; fewer than asked for where the file marks rows as deleted.
    fn read(&self, rows: Range<usize>, into: &mut Vec<u8>) -> std::result::Result<(), Trouble>;
}

/// An opened file.
pub(crate) struct Rectangle<'a> {
    pub facts: FileFacts,
    pub fields: Vec<Field>,
    /// How the letters of text are written.
    pub letters: Letters,
    /// Texts that stand outside the rows, by their reference.
    pub aside: HashMap<(u32, u64), Vec<u8>>,
    /// As the header says; checked against the size of the file.
    pub rows: usize,
    /// Bytes of a row.
    pub width: usize,
    pub source: Box<dyn RowSource + 'a>,
}

impl Rectangle<'_> {
    /// Reads the columns asked for.
    pub(crate) fn scan<S: Sink>(
        &self,
        file: &DataFile,
        wants: &[Want],
        sink: &mut S,
    ) -> Result<Table> {
        self.scan_cut((file, wants), BUFFER, sink)
    }

    fn scan_cut<S: Sink>(
        &self,
        (file, wants): (&DataFile, &[Want]),
        buffer: usize,
        sink: &mut S,
    ) -> Result<Table> {
        let names: Vec<String> = self.fields.iter().map(|f| f.facts.name.clone()).collect();
        let places = header::locate(file, &names, wants)?;
        let width = self.width.max(1);
        let rows = part_rows(wants).min(buffer / width);
        let rows = rows.min(sink.most().saturating_add(1)).max(1);
        let parts = self.rows.div_ceil(rows);
        let (mut taken, mut read) = (0, 0);
        while taken < parts && !sink.is_done() {
            let now = (parts - taken).min(TOGETHER);
            let turned = map_ordered(now, |i| {
                let from = (taken + i) * rows;
                let mut bytes = Vec::with_capacity(rows.min(self.rows - from) * width);
                self.source
                    .read(from..(from + rows).min(self.rows), &mut bytes)?;
                let part = self.part(&bytes, &places, wants);
                Ok((part.rows, sink.turn(part)))
            });
            let mut kept = Vec::with_capacity(now);
            for part in turned {
                let (rows, part) = part.map_err(|trouble| told(file, &trouble))?;
                kept.push((read, part));
                read += rows;
            }
            let expected = (taken == 0).then_some(self.rows);
            sink.take(Fill { expected }, kept);
            taken += now;
        }
        Ok(Table {
            file: file.shown.clone(),
            facts: self.facts.clone(),
            rows: read,
            columns: Vec::new(),
            seconds: 0.0,
            numbering: Numbering {
                first: 1,
                jumps: Vec::new(),
            },
        })
    }

    /// Columns of some rows.
    fn part(&self, bytes: &[u8], places: &[usize], wants: &[Want]) -> Part {
        let width = self.width.max(1);
        let rows = bytes.len() / width;
        let pieces = (places.iter().zip(wants)).map(|(&place, want)| {
            let field = &self.fields[place];
            let mut piece = Piece::new(want.kind, rows);
            let labels = match want.kind {
                Kind::Category => field.facts.value_labels.as_slice(),
                _ => &[],
            };
            let place = Place {
                bytes,
                width,
                at: field.at,
                rows,
            };
            cells::push(
                &mut piece,
                place,
                field,
                (labels, self.letters, &self.aside),
            );
            piece
        });
        Part {
            rows,
            pieces: pieces.collect(),
            style: STYLE,
        }
    }

    /// The columns.
    pub(crate) fn columns(self) -> (FileFacts, Vec<ColumnFacts>) {
        let columns = self.fields.into_iter().map(|field| field.facts);
        (self.facts, columns.collect())
    }
}

/// What went wrong, in the words of a finding.
pub(crate) fn told(file: &DataFile, trouble: &Trouble) -> Error {
    match trouble {
        Trouble::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            damaged(file, "the file is shorter than it says")
        }
        Trouble::Io(error) => unreadable(file, error),
        Trouble::Damaged(why) => damaged(file, why),
    }
}

/// A file that cannot be what its ending says.
pub(crate) fn damaged(file: &DataFile, why: &str) -> Error {
    refuse(
        file,
        codes::DAMAGED,
        why,
        "get the file again from where it was made, or save it as CSV or Parquet",
    )
}

#[cfg(test)]
mod tests;
