//! A block of whole CSV rows from bytes into columns: the part that runs in parallel.

use super::column::Piece;
use super::facts::Style;
use super::formats::Part;
use super::quick::Quick;
use super::split::{Quotes, row, row_end};
use super::table::{SHOWN, Want};
use std::ops::Range;

/// What to do with a row.
pub(crate) struct Plan<'a> {
    /// Cell and want, by cell.
    pub targets: Vec<(usize, usize)>,
    pub kinds: &'a [Want],
    pub width: usize,
    pub separator: u8,
    pub quotes: Quotes,
    pub style: Style,
}

/// A parsed block.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub pieces: Vec<Piece>,
    pub rows: usize,
    /// As in [`Numbering`], from the start of the block.
    pub jumps: Vec<(usize, u64)>,
    pub extra: u64,
    pub ragged: Ragged,
}

impl Parsed {
    /// Passes over a blank line.
    pub(crate) fn blank(&mut self) {
        self.extra += 1;
        self.jumps.push((self.rows, self.extra));
    }

    /// Its rows.
    pub(crate) fn part(&mut self, style: Style) -> Part {
        Part {
            rows: self.rows,
            pieces: std::mem::take(&mut self.pieces),
            style,
        }
    }
}

/// Rows with too many or too few cells: how many, and the first with their number of cells.
#[derive(Debug, Default)]
pub(crate) struct Ragged {
    pub count: u64,
    pub first: Vec<(usize, usize)>,
}

impl Ragged {
    pub(crate) fn add(&mut self, row: usize, cells: usize) {
        if self.first.len() < SHOWN {
            self.first.push((row, cells));
        }
    }
}

impl Plan<'_> {
    /// Blocks of whole rows, and where the last ends.
    pub(crate) fn cut(&self, bytes: &[u8], block: usize) -> (Vec<Range<usize>>, usize) {
        let (mut blocks, mut start, mut at) = (Vec::new(), 0, 0);
        while at < bytes.len() {
            // Without quotes any line feed will do, so most of the block is jumped over.
            let from = match self.quotes {
                Quotes::None => (start + block).min(bytes.len() - 1).max(at),
                Quotes::Some => at,
            };
            let Some(end) = row_end(bytes, from, self.separator, self.quotes) else {
                break;
            };
            at = end;
            if at - start >= block {
                blocks.push(start..at);
                start = at;
            }
        }
        if self.quotes == Quotes::None && at < bytes.len() {
            // No line feed after the last cut plus a block: look for the last one before it.
            at = memchr::memrchr(b'\n', &bytes[start..]).map_or(start, |last| start + last + 1);
        }
        if start < at {
            blocks.push(start..at);
        }
        (blocks, at)
    }

    /// Parses a block of whole rows.
    pub(crate) fn parse(&self, bytes: &[u8]) -> Parsed {
        match Quick::of(self) {
            Some(quick) => quick.parse(bytes),
            None => self.parse_plainly(bytes),
        }
    }

    /// Nothing parsed yet, with room for the rows of a block.
    pub(crate) fn empty(&self, bytes: &[u8]) -> Parsed {
        let room = bytes.len() / (4 * self.width + 4);
        Parsed {
            pieces: self
                .kinds
                .iter()
                .map(|want| Piece::new(want.kind, room))
                .collect(),
            rows: 0,
            jumps: Vec::new(),
            extra: 0,
            ragged: Ragged::default(),
        }
    }

    /// Parses a block cell by cell; what [`Quick`] does is the same.
    pub(crate) fn parse_plainly(&self, bytes: &[u8]) -> Parsed {
        let mut parsed = self.empty(bytes);
        let (mut at, mut scratch) = (0, Vec::new());
        while at < bytes.len() {
            let mut next = 0;
            let found = row(
                bytes,
                at,
                self.separator,
                self.quotes,
                &mut scratch,
                |cell, text| {
                    while let Some(&(place, want)) = self.targets.get(next)
                        && place == cell
                    {
                        parsed.pieces[want].push(text, self.style);
                        next += 1;
                    }
                },
            );
            at = found.end;
            if found.cells == 0 {
                parsed.blank();
                continue;
            }
            self.end_row(&mut parsed, found.cells, next);
            if found.breaks > 0 {
                parsed.extra += found.breaks;
                parsed.jumps.push((parsed.rows, parsed.extra));
            }
        }
        parsed
    }

    /// Ends a row of so many cells, in which the targets before `next` were found.
    #[inline]
    pub(crate) fn end_row(&self, parsed: &mut Parsed, cells: usize, next: usize) {
        for &(_, want) in &self.targets[next..] {
            parsed.pieces[want].push(b"", self.style);
        }
        if cells != self.width {
            parsed.ragged.count += 1;
            parsed.ragged.add(parsed.rows, cells);
        }
        parsed.rows += 1;
    }
}
