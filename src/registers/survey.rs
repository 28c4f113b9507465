//! What a CSV file is: encoding, separator, decimal mark, line ending, quotes.
//!
//! Separator and decimal mark are told from the header and the first rows. Encoding and quotes are a matter of every
//! byte: [`guess`] takes them from the first bytes too, and who reads on checks that each block is so ([`Guess`]);
//! [`survey`] looks at every byte once, in a fixed amount of memory.

use super::codes;
use super::facts::{
    DecimalMark, FileFacts, Format, LineEnding, Packing, Separator, Style, TextEncoding,
};
use super::packed;
use super::split::{Quotes, row, row_end, trim};
use super::table::{refuse, unreadable};
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::study::DataFile;
use std::io::{BufRead, Read};

/// Bytes read at a time.
const CHUNK: usize = 1 << 20;
/// Bytes in which separator, decimal mark and header are looked for.
const HEAD: usize = 1 << 18;
/// Rows that must agree on the separator.
const ROWS: usize = 100;

/// What the first pass found.
#[derive(Debug)]
pub(crate) struct Survey {
    pub facts: FileFacts,
    pub style: Style,
    pub separator: u8,
    pub quotes: Quotes,
    /// First bytes, without byte order mark.
    pub head: Vec<u8>,
    /// Length of the byte order mark.
    pub skip: u64,
    /// Whether all of the file has been looked at.
    pub guess: Guess,
}

/// How far encoding and quotes are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// Every byte has been seen.
    Known,
    /// The first bytes are UTF-8, and so must the others be; a quote only where the survey has quotes.
    FromHead,
}

impl Survey {
    /// Whether the head is only the start of the file.
    pub(crate) fn is_cut(&self) -> bool {
        self.head.len() as u64 + self.skip >= HEAD as u64
    }

    /// Whether a block of whole rows is what the survey says.
    pub(crate) fn holds_for(&self, block: &[u8]) -> bool {
        if self.guess == Guess::Known {
            return true;
        }
        let (mut zero, mut high, mut quote) = (false, false, false);
        for part in block.chunks(4096) {
            // Without a way out of the loop, so that the compiler makes vectors of it.
            let (mut z, mut h, mut q) = (0_u8, 0_u8, 0_u8);
            for &byte in part {
                z |= u8::from(byte == 0);
                h |= byte;
                q |= u8::from(byte == b'"');
            }
            zero |= z != 0;
            high |= h >= 0x80;
            quote |= q != 0;
        }
        let plain = !zero && (!quote || self.quotes == Quotes::Some);
        plain && (!high || std::str::from_utf8(block).is_ok())
    }
}

/// What the first bytes of a file say; `None` where they are not enough.
pub(crate) fn guess(file: &DataFile) -> Option<Survey> {
    let source = packed::open(file).ok()?;
    let bytes = source.size;
    let mut head = Vec::with_capacity(HEAD.min(bytes as usize));
    (source.bytes)
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .ok()?;
    let mut scan = Scan {
        packing: source.packing,
        ..Scan::default()
    };
    scan.see(&head, 0);
    // A character may be cut by the end of the head, but not by that of the file.
    if scan.not_utf8 || scan.zero || (head.len() < HEAD && !scan.carry.is_empty()) {
        return None;
    }
    scan.carry.clear();
    scan.bytes = bytes;
    let survey = scan.finish(file).ok()?;
    Some(Survey {
        guess: Guess::FromHead,
        ..survey
    })
}

/// Looks at a whole file.
pub(crate) fn survey(file: &DataFile) -> Result<Survey> {
    let mut source = packed::open(file).map_err(|error| unreadable(file, &error))?;
    let mut scan = Scan {
        packing: source.packing,
        ..Scan::default()
    };
    let mut buffer = vec![0; CHUNK + 4];
    loop {
        let carry = scan.carry.len();
        buffer[..carry].copy_from_slice(&scan.carry);
        let read = fill(&mut *source.bytes, &mut buffer[carry..carry + CHUNK])
            .map_err(|error| unreadable(file, &error))?;
        scan.see(&buffer[..carry + read], carry);
        // What has zero bytes is refused, however much of it there is.
        if read < CHUNK || scan.zero {
            break;
        }
    }
    if scan.packing.is_some() {
        scan.bytes = source.size;
    }
    let mixed = scan.not_utf8 && scan.danish;
    let found = scan.finish(file)?;
    if mixed {
        return Err(mixed_encodings(file));
    }
    Ok(found)
}

/// Names the rows that are not UTF-8 in a file of which others are.
fn mixed_encodings(file: &DataFile) -> Error {
    let (mut rows, mut count) = (Vec::new(), 0);
    if let Ok(source) = packed::open(file) {
        let mut line = Vec::new();
        let mut source = std::io::BufReader::with_capacity(CHUNK, source.bytes);
        let mut number = 0_u64;
        // A line longer than a chunk is looked at in pieces, each its own row: better than a line of any length in memory.
        while (&mut source)
            .take(CHUNK as u64)
            .read_until(b'\n', &mut line)
            .is_ok_and(|n| n > 0)
        {
            number += 1;
            if std::str::from_utf8(&line).is_err() {
                count += 1;
                if rows.len() < super::table::SHOWN {
                    rows.push(number);
                }
            }
            line.clear();
        }
    }
    let finding = Diagnostic::error(
        codes::MIXED_ENCODING,
        "these rows are not UTF-8, and others are: the file has two encodings",
        "save each part in one encoding before they are put together",
    );
    let place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows,
        count,
    };
    Error::one(Class::Data, finding.at(place))
}

/// Reads until the buffer is full or the file ends.
fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "five independent findings about the bytes"
)]
struct Scan {
    head: Vec<u8>,
    bytes: u64,
    /// An unfinished character at the end of the last chunk.
    carry: Vec<u8>,
    not_utf8: bool,
    /// A byte Windows-1252 does not use either.
    strange: bool,
    zero: bool,
    quote: bool,
    packing: Option<Packing>,
    /// A Danish letter (æ, ø, å or é, in either case) as UTF-8 writes it.
    danish: bool,
}

impl Scan {
    /// `chunk` starts with the `carry` bytes already seen.
    fn see(&mut self, chunk: &[u8], carry: usize) {
        let new = &chunk[carry..];
        self.bytes += new.len() as u64;
        if self.head.len() < HEAD {
            let take = new.len().min(HEAD - self.head.len());
            self.head.extend_from_slice(&new[..take]);
        }
        self.quote = self.quote || memchr::memchr(b'"', new).is_some();
        self.zero = self.zero || memchr::memchr(0, new).is_some();
        self.danish = self.danish
            || memchr::memchr_iter(0xC3, chunk).any(|at| {
                let next = chunk.get(at + 1);
                next.is_some_and(|b| {
                    matches!(b, 0x85 | 0x86 | 0x89 | 0x98 | 0xA5 | 0xA6 | 0xA9 | 0xB8)
                })
            });
        self.carry.clear();
        if let Err(error) = std::str::from_utf8(chunk) {
            self.strange = self.strange
                || new
                    .iter()
                    .any(|b| matches!(b, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D));
            if error.error_len().is_none() {
                self.carry.extend_from_slice(&chunk[error.valid_up_to()..]);
            } else {
                self.not_utf8 = true;
            }
        } else if !self.strange && !chunk.is_ascii() {
            self.strange = new
                .iter()
                .any(|b| matches!(b, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D));
        }
    }

    fn finish(mut self, file: &DataFile) -> Result<Survey> {
        let (mark, skip) = match self.head.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => (true, 3),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(utf16(file)),
            _ => (false, 0),
        };
        if self.zero {
            return Err(utf16(file));
        }
        let encoding = if self.not_utf8 || !self.carry.is_empty() {
            TextEncoding::Windows1252
        } else {
            TextEncoding::Utf8
        };
        if encoding == TextEncoding::Windows1252 && (self.strange || mark) {
            return Err(refuse(
                file,
                codes::ENCODING,
                "the characters are neither UTF-8 nor Windows-1252",
                "save the file again as CSV UTF-8",
            ));
        }
        self.head.drain(..skip);
        let quotes = if self.quote {
            Quotes::Some
        } else {
            Quotes::None
        };
        let separator = separator(&self.head, quotes);
        let decimal_mark = decimal_mark(&self.head, separator, quotes);
        let crlf = memchr::memchr(b'\n', &self.head)
            .is_some_and(|at| at > 0 && self.head[at - 1] == b'\r');
        Ok(Survey {
            facts: FileFacts {
                format: Format::Csv,
                encoding: Some(encoding),
                byte_order_mark: mark,
                separator: Some(separator),
                decimal_mark: Some(decimal_mark),
                line_ending: Some(if crlf {
                    LineEnding::CrLf
                } else {
                    LineEnding::Lf
                }),
                packing: self.packing,
                release: None,
                parts: None,
                bytes: self.bytes,
            },
            style: Style {
                encoding,
                decimal_mark,
            },
            separator: separator.byte(),
            quotes,
            head: self.head,
            skip: skip as u64,
            guess: Guess::Known,
        })
    }
}

fn utf16(file: &DataFile) -> Error {
    refuse(
        file,
        codes::ENCODING,
        "the file is UTF-16 (\"Unicode\") or not text",
        "save the file again as CSV UTF-8",
    )
}

/// Number of cells of each of the first rows.
fn widths(head: &[u8], separator: Separator, quotes: Quotes) -> Vec<usize> {
    let (mut widths, mut at, mut scratch) = (Vec::new(), 0, Vec::new());
    while at < head.len() && widths.len() < ROWS {
        // The last row of the head may be cut short; it counts only when nothing else is there.
        if row_end(head, at, separator.byte(), quotes).is_none() && widths.len() > 1 {
            break;
        }
        let found = row(head, at, separator.byte(), quotes, &mut scratch, |_, _| ());
        if found.cells > 0 {
            widths.push(found.cells);
        }
        at = found.end;
    }
    widths
}

fn separator(head: &[u8], quotes: Quotes) -> Separator {
    let mut best = (Separator::Comma, (false, 1));
    for candidate in [Separator::Semicolon, Separator::Comma, Separator::Tab] {
        let widths = widths(head, candidate, quotes);
        let header = widths.first().copied().unwrap_or(0);
        let score = (
            header > 1 && widths.iter().all(|&width| width == header),
            header,
        );
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

fn decimal_mark(head: &[u8], separator: Separator, quotes: Quotes) -> DecimalMark {
    if separator == Separator::Comma {
        return DecimalMark::Point;
    }
    let (mut commas, mut points, mut at, mut scratch) = (0u32, 0u32, 0, Vec::new());
    while at < head.len() && row_end(head, at, separator.byte(), quotes).is_some() {
        let found = row(
            head,
            at,
            separator.byte(),
            quotes,
            &mut scratch,
            |_, cell| {
                let cell = trim(cell);
                if one_mark(cell, b',').is_some() {
                    commas += 1;
                } else if one_mark(cell, b'.').is_some_and(|decimals| decimals != 3) {
                    points += 1;
                }
            },
        );
        at = found.end;
    }
    match (commas, points) {
        (0, 0) => DecimalMark::Undecided,
        (commas, points) if commas >= points => DecimalMark::Comma,
        _ => DecimalMark::Point,
    }
}

/// Digits after the only mark of a number such as `-12,5`; thousands before a comma are allowed.
fn one_mark(cell: &[u8], mark: u8) -> Option<usize> {
    let cell = cell.strip_prefix(b"-").unwrap_or(cell);
    let at = cell.iter().position(|&b| b == mark)?;
    let (whole, fraction) = (&cell[..at], &cell[at + 1..]);
    let whole_ok = whole
        .iter()
        .all(|&b| b.is_ascii_digit() || (mark == b',' && b == b'.'));
    (!whole.is_empty()
        && !fraction.is_empty()
        && whole_ok
        && fraction.iter().all(u8::is_ascii_digit))
    .then_some(fraction.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Result<Survey> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        survey(&DataFile {
            shown: "a.csv".into(),
            path,
        })
    }

    fn facts(bytes: &[u8]) -> FileFacts {
        of(bytes).unwrap().facts
    }

    #[test]
    fn separator_and_decimal_mark_are_told_from_the_first_rows() {
        let told = |text: &str| {
            let facts = facts(text.as_bytes());
            (facts.separator.unwrap(), facts.decimal_mark.unwrap())
        };
        assert_eq!(told("a,b\n1,2.5\n"), (Separator::Comma, DecimalMark::Point));
        assert_eq!(
            told("a;b\n1;2,5\n"),
            (Separator::Semicolon, DecimalMark::Comma)
        );
        assert_eq!(
            told("a;b\n1,5;2,5\n1,5;3,5"),
            (Separator::Semicolon, DecimalMark::Comma)
        );
        assert_eq!(
            told("a;b\n1;2.5\n"),
            (Separator::Semicolon, DecimalMark::Point)
        );
        assert_eq!(
            told("a;b\n1;1.234\n"),
            (Separator::Semicolon, DecimalMark::Undecided)
        );
        assert_eq!(
            told("a;b\n1;1.234,5\n"),
            (Separator::Semicolon, DecimalMark::Comma)
        );
        assert_eq!(
            told("a\tb\n1\tx\n"),
            (Separator::Tab, DecimalMark::Undecided)
        );
        assert_eq!(
            told("a;b\n03.11.2010;x\n"),
            (Separator::Semicolon, DecimalMark::Undecided)
        );
        assert_eq!(told("only\n1\n"), (Separator::Comma, DecimalMark::Point));
        assert_eq!(told("a,\"b;c;d\"\n1,2\n").0, Separator::Comma);
    }

    #[test]
    fn encoding_mark_and_line_ending_are_told() {
        let plain = facts("a,b\n1,æ\n".as_bytes());
        assert_eq!(
            (plain.encoding, plain.byte_order_mark),
            (Some(TextEncoding::Utf8), false)
        );
        assert_eq!(plain.line_ending, Some(LineEnding::Lf));
        let marked = facts(b"\xEF\xBB\xBFa,b\r\n1,2\r\n");
        assert_eq!(
            (marked.encoding, marked.byte_order_mark),
            (Some(TextEncoding::Utf8), true)
        );
        assert_eq!(marked.line_ending, Some(LineEnding::CrLf));
        assert_eq!(
            facts(b"a,b\n1,\xE6\n").encoding,
            Some(TextEncoding::Windows1252)
        );
        assert_eq!(marked.bytes, 13);
    }

    #[test]
    fn utf16_and_unknown_bytes_are_refused_with_advice() {
        for bytes in [
            &b"\xFF\xFEa\0,\0"[..],
            b"\xFE\xFF\0a",
            b"a\0,\0b\0",
            b"a,b\n1,\x81\n",
        ] {
            let error = of(bytes).unwrap_err();
            assert_eq!(error.diagnostics[0].code, codes::ENCODING);
            assert!(error.diagnostics[0].hint.contains("UTF-8"));
        }
    }

    #[test]
    fn a_character_cut_by_the_chunk_is_still_utf8() {
        let mut text = vec![b'a'; CHUNK - 1];
        text[1] = b'\n';
        text.extend_from_slice("æøå\n".as_bytes());
        assert_eq!(facts(&text).encoding, Some(TextEncoding::Utf8));
        text.truncate(CHUNK);
        assert_eq!(facts(&text).encoding, Some(TextEncoding::Windows1252));
    }
}
