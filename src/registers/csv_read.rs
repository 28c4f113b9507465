//! CSV: the file in segments of whole rows, each cut into blocks that are parsed in parallel while the next segment is
//! read, and joined in order. Two segments and what is kept of the rows are all that is in memory.
//!
//! A file is read once: what it is, is told from its first bytes and checked block by block. Where that fails, or
//! anything else is wrong, it is looked at as a whole and read again, so that the columns and what is said of a file never
//! depend on it.

use super::block::{Parsed, Plan, Ragged};
use super::facts::FileFacts;
use super::formats::{ColumnFacts, Fill, Sink};
use super::packed;
use super::split::{Quotes, row};
use super::survey::{Survey, guess, survey};
use super::table::{Numbering, Table, Want, refuse, unreadable};
use super::{codes, header};
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::numeric::parallel::{both, map_ordered};
use crate::study::DataFile;
use std::io::Read;
use std::ops::Range;

/// How a file is cut; the result does not depend on it.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// Bytes held at a time; a longer row makes it longer.
    segment: usize,
    /// Bytes parsed by one thread at a time.
    block: usize,
}

/// Measured on two cores: larger pieces cost memory and page faults, and gain nothing.
const CUT: Cut = Cut {
    segment: 1 << 21,
    block: 1 << 17,
};

/// The longest row that is read, so that a file without line breaks is not read into memory as a whole.
const LONGEST: usize = 1 << 26;

/// Reads a CSV file.
pub(crate) fn scan<S: Sink>(file: &DataFile, wants: &[Want], sink: &mut S) -> Result<Table> {
    scan_cut((file, wants, CUT), sink)
}

fn scan_cut<S: Sink>(asked: (&DataFile, &[Want], Cut), sink: &mut S) -> Result<Table> {
    surveyed(asked.0, |survey| {
        sink.restart();
        scan_surveyed(asked, survey, sink)
    })
}

/// Reads with what the first bytes say of the file; when that does not go well, with what all of it says.
fn surveyed<T>(file: &DataFile, mut read: impl FnMut(&Survey) -> Result<T>) -> Result<T> {
    if let Some(guessed) = guess(file) {
        match read(&guessed) {
            Ok(found) => return Ok(found),
            // Nothing that all of the file says could mend these, and all of it may be endless.
            Err(error) if matches!(error.diagnostics[0].code, codes::LONG_ROW | codes::DAMAGED) => {
                return Err(error);
            }
            Err(_) => {}
        }
    }
    read(&survey(file)?)
}

/// Some bytes of the file, from the start of a row.
#[derive(Default)]
struct Segment {
    bytes: Vec<u8>,
    /// Blocks of whole rows.
    blocks: Vec<Range<usize>>,
    /// Where the last block ends; the row that starts there goes on in the next segment.
    end: usize,
    last: bool,
}

impl Segment {
    /// The next bytes after `rest`, the start of a row.
    fn fill(
        &mut self,
        source: &mut (dyn Read + Send),
        rest: &[u8],
        (plan, cut): (&Plan, Cut),
    ) -> std::io::Result<()> {
        self.bytes.clear();
        self.bytes.extend_from_slice(rest);
        let read = source
            .take(cut.segment as u64)
            .read_to_end(&mut self.bytes)?;
        self.last = read < cut.segment;
        if self.last && self.bytes.last().is_some_and(|&byte| byte != b'\n') {
            self.bytes.push(b'\n');
        }
        (self.blocks, self.end) = plan.cut(&self.bytes, cut.block);
        Ok(())
    }
}

/// Reads a file of which it is known what it is. The table has no columns yet.
fn scan_surveyed<S: Sink>(
    (file, wants, cut): (&DataFile, &[Want], Cut),
    survey: &Survey,
    sink: &mut S,
) -> Result<Table> {
    let head = Head::read(file, survey)?;
    let places = header::locate(file, &head.names, wants)?;
    let mut targets: Vec<(usize, usize)> = places.into_iter().zip(0..).collect();
    targets.sort_unstable();
    let plan = Plan {
        targets,
        kinds: wants,
        width: head.names.len(),
        separator: survey.separator,
        quotes: survey.quotes,
        style: survey.style,
    };
    let unread = |error: std::io::Error| unreadable(file, &error);
    let mut source = packed::open(file).map_err(unread)?.bytes;
    let before = survey.skip + head.end as u64;
    std::io::copy(&mut (&mut source).take(before), &mut std::io::sink()).map_err(unread)?;
    let source = &mut *source;
    let mut frame = Frame::new(head.next_line);
    let (mut now, mut next) = (Segment::default(), Segment::default());
    let room = cut.segment.min(survey.facts.bytes as usize) + 1;
    now.bytes.reserve(room);
    now.fill(source, &[], (&plan, cut)).map_err(unread)?;
    loop {
        let (parsed, filled) = both(
            || {
                map_ordered(now.blocks.len(), |i| {
                    let block = &now.bytes[now.blocks[i].clone()];
                    survey.holds_for(block).then(|| {
                        let mut parsed = plan.parse(block);
                        let kept = sink.turn(parsed.part(survey.style));
                        (parsed, kept)
                    })
                })
            },
            || {
                if now.last {
                    return Ok(());
                }
                next.bytes.reserve(room + now.bytes.len() - now.end);
                next.fill(source, &now.bytes[now.end..], (&plan, cut))
            },
        );
        filled.map_err(unread)?;
        let first = frame.rows;
        let mut parts = Vec::with_capacity(parsed.len());
        for part in parsed {
            let Some((parsed, kept)) = part else {
                return Err(surprise(file));
            };
            parts.push((frame.rows, kept));
            frame.add(&parsed);
        }
        let of_file = now.end as f64 / survey.facts.bytes.max(1) as f64;
        let guess = first == 0 && of_file < 0.9 && survey.facts.packing.is_none();
        let fill = Fill {
            // A little more than there will be, if rows are of one length.
            expected: guess.then(|| (frame.rows as f64 / of_file * 1.01) as usize),
        };
        sink.take(fill, parts);
        if sink.is_done() {
            return frame.finish(file, survey, head.names.len());
        }
        if now.last {
            break;
        }
        if now.bytes.len() - now.end > LONGEST {
            return Err(long_row(file, survey, frame.numbering.of(frame.rows)));
        }
        std::mem::swap(&mut now, &mut next);
    }
    if now.end < now.bytes.len() {
        return Err(open_quote(file, frame.numbering.of(frame.rows)));
    }
    frame.finish(file, survey, head.names.len())
}

/// The header of a file.
pub(super) struct Head {
    pub names: Vec<String>,
    /// One past it, after the byte order mark.
    pub end: usize,
    /// The line after it.
    pub next_line: u64,
}

impl Head {
    pub fn read(file: &DataFile, survey: &Survey) -> Result<Self> {
        let (mut at, mut line, mut scratch) = (0, 1, Vec::new());
        loop {
            if at >= survey.head.len() {
                return Err(header::none(file));
            }
            let mut names = Vec::new();
            let found = row(
                &survey.head,
                at,
                survey.separator,
                survey.quotes,
                &mut scratch,
                |_, cell| {
                    names.push(survey.style.decode(cell).trim().to_owned());
                },
            );
            line += 1 + found.breaks;
            at = found.end;
            if at >= survey.head.len() && survey.is_cut() {
                return Err(long_row(file, survey, 1));
            }
            if found.cells > 0 {
                if names.iter().all(String::is_empty) {
                    return Err(header::none(file));
                }
                return Ok(Self {
                    names,
                    end: at,
                    next_line: line,
                });
            }
        }
    }
}

/// Rows and lines so far.
struct Frame {
    rows: usize,
    numbering: Numbering,
    extra: u64,
    ragged: Ragged,
}

impl Frame {
    fn new(first: u64) -> Self {
        Self {
            rows: 0,
            numbering: Numbering {
                first,
                jumps: Vec::new(),
            },
            extra: 0,
            ragged: Ragged::default(),
        }
    }

    fn add(&mut self, parsed: &Parsed) {
        let jumps = parsed.jumps.iter();
        self.numbering
            .jumps
            .extend(jumps.map(|&(row, extra)| (row + self.rows, extra + self.extra)));
        self.ragged.count += parsed.ragged.count;
        for &(row, cells) in &parsed.ragged.first {
            self.ragged.add(row + self.rows, cells);
        }
        self.rows += parsed.rows;
        self.extra += parsed.extra;
    }

    fn finish(self, file: &DataFile, survey: &Survey, width: usize) -> Result<Table> {
        if let Some(&(_, cells)) = self.ragged.first.first() {
            let rows = self.ragged.first.iter();
            let rows = rows.map(|&(row, _)| self.numbering.of(row)).collect();
            return Err(ragged_rows(file, (cells, width), rows, self.ragged.count));
        }
        Ok(Table {
            file: file.shown.clone(),
            facts: survey.facts.clone(),
            rows: self.rows,
            columns: Vec::new(),
            seconds: 0.0,
            numbering: self.numbering,
        })
    }
}

/// Rows that are wider or narrower than the header: of the first, its cells and those of the header.
pub(super) fn ragged_rows(
    file: &DataFile,
    (cells, width): (usize, usize),
    rows: Vec<u64>,
    count: u64,
) -> Error {
    let finding = Diagnostic::error(
        codes::RAGGED,
        format!("the row has {cells} cells, the header has {width}"),
        "correct the rows, or put texts that hold the separator in quotes",
    );
    let place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows,
        count,
    };
    Error::one(Class::Data, finding.at(place))
}

/// The file is not what its first bytes say. Nobody sees this: it is read again.
fn surprise(file: &DataFile) -> Error {
    refuse(
        file,
        codes::ENCODING,
        "the characters of the file are not those of its first rows",
        "save the file again as CSV UTF-8",
    )
}

/// A row that does not end: a quote that is never closed, or no table at all.
fn long_row(file: &DataFile, survey: &Survey, line: u64) -> Error {
    let hint = match survey.quotes {
        Quotes::Some => "close or remove the quote that is opened in this row",
        Quotes::None => "check that this is the right file, and that its rows end in line breaks",
    };
    let mut error = refuse(file, codes::LONG_ROW, "this row does not end", hint);
    error.diagnostics[0].place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows: vec![line],
        count: 1,
    };
    error
}

pub(super) fn open_quote(file: &DataFile, line: u64) -> Error {
    let mut error = refuse(
        file,
        codes::OPEN_QUOTE,
        "a quote is opened here and never closed",
        "close or remove the quote; inside a quoted text, write two quotes for one",
    );
    error.diagnostics[0].place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows: vec![line],
        count: 1,
    };
    error
}

/// What a CSV file is and which columns it has; what they hold is told from the first rows.
pub(crate) fn columns(file: &DataFile) -> Result<(FileFacts, Vec<ColumnFacts>)> {
    let survey = match guess(file) {
        Some(survey) => survey,
        None => survey(file)?,
    };
    let head = Head::read(file, &survey)?;
    let columns = hints::columns(&head, &survey);
    Ok((survey.facts, columns))
}

mod hints;
#[cfg(test)]
mod tests;
