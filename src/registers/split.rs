//! Bytes of CSV as rows and cells, after RFC 4180: a quote counts only at the start of a cell, two quotes inside a
//! quoted cell are one, a line break inside quotes belongs to the cell. Blank lines are no rows.

use memchr::{memchr, memchr_iter, memchr2};

/// Whether the file has a quote anywhere; without one a line is a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    None,
    Some,
}

/// Drops blanks (and the carriage return of a CR LF) around a cell.
#[inline]
pub(crate) fn trim(cell: &[u8]) -> &[u8] {
    match cell {
        // Nearly every cell starts and ends with something.
        [first, .., last] if *first > b' ' && *last > b' ' => cell,
        _ => cell.trim_ascii(),
    }
}

/// Where the row that starts at `from` ends, one past its line feed; `None` when it goes on past the bytes.
pub(crate) fn row_end(bytes: &[u8], from: usize, separator: u8, quotes: Quotes) -> Option<usize> {
    if quotes == Quotes::None {
        return memchr(b'\n', &bytes[from..]).map(|at| from + at + 1);
    }
    let mut at = from;
    loop {
        at += memchr2(b'"', b'\n', &bytes[at..])?;
        if bytes[at] == b'\n' {
            return Some(at + 1);
        }
        let opens = at == from || bytes[at - 1] == separator;
        at += 1;
        if opens {
            at = closing_quote(bytes, at)? + 1;
        }
    }
}

/// The quote that closes a cell whose text starts at `from`.
fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr(b'"', &bytes[at..])?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// What a row was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// One past its end.
    pub end: usize,
    /// Number of cells; 0 for a blank line.
    pub cells: usize,
    /// Line breaks inside its cells.
    pub breaks: u64,
}

/// Splits the row at `from`, giving each cell with its number to `see`. The bytes hold the whole row.
#[inline]
pub(crate) fn row(
    bytes: &[u8],
    from: usize,
    separator: u8,
    quotes: Quotes,
    scratch: &mut Vec<u8>,
    mut see: impl FnMut(usize, &[u8]),
) -> Row {
    let (mut at, mut cells, mut breaks) = (from, 0, 0);
    loop {
        if quotes == Quotes::Some && bytes.get(at) == Some(&b'"') {
            let close = closing_quote(bytes, at + 1).unwrap_or(bytes.len());
            let inside = &bytes[(at + 1).min(close)..close];
            breaks += memchr_iter(b'\n', inside).count() as u64;
            let after = (close + 1).min(bytes.len());
            let end = cell_end(bytes, after, separator);
            let tail = without_return(&bytes[after..end], bytes.get(end));
            if tail.is_empty() && memchr(b'"', inside).is_none() {
                see(cells, inside);
            } else {
                // Two quotes are one; what follows the closing quote is kept as it stands.
                scratch.clear();
                let mut pair = false;
                for &byte in inside {
                    pair = byte == b'"' && !pair;
                    if !pair {
                        scratch.push(byte);
                    }
                }
                scratch.extend_from_slice(tail);
                see(cells, scratch);
            }
            at = end;
        } else {
            let end = cell_end(bytes, at, separator);
            let cell = without_return(&bytes[at..end], bytes.get(end));
            if cells == 0 && cell.is_empty() && bytes.get(end) != Some(&separator) {
                return Row {
                    end: (end + 1).min(bytes.len()),
                    cells: 0,
                    breaks: 0,
                };
            }
            see(cells, cell);
            at = end;
        }
        cells += 1;
        if bytes.get(at) == Some(&separator) {
            at += 1;
        } else {
            return Row {
                end: (at + 1).min(bytes.len()),
                cells,
                breaks,
            };
        }
    }
}

/// Where an unquoted cell ends: at its separator, line feed or the end of the bytes.
#[inline]
pub(crate) fn cell_end(bytes: &[u8], from: usize, separator: u8) -> usize {
    // Cells are short, so eight bytes at a time beats both a plain loop and a search that has to start up.
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zero_bytes = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let separators = u64::from(separator).wrapping_mul(ONES);
    let line_feeds = u64::from(b'\n').wrapping_mul(ONES);
    let mut at = from;
    while let Some(eight) = bytes[at..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*eight);
        let hits = zero_bytes(word ^ separators) | zero_bytes(word ^ line_feeds);
        if hits != 0 {
            // The lowest mark is exact; higher ones may be echoes of it.
            return at + hits.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    bytes[at..]
        .iter()
        .position(|&b| b == separator || b == b'\n')
        .map_or(bytes.len(), |more| at + more)
}

#[inline]
pub(crate) fn without_return<'a>(cell: &'a [u8], next: Option<&u8>) -> &'a [u8] {
    match (cell, next) {
        ([rest @ .., b'\r'], Some(b'\n') | None) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &[u8], quotes: Quotes) -> Vec<Vec<Vec<u8>>> {
        let (mut rows, mut at, mut scratch) = (Vec::new(), 0, Vec::new());
        while at < text.len() {
            let mut cells = Vec::new();
            let row = row(text, at, b',', quotes, &mut scratch, |_, cell| {
                cells.push(cell.to_vec());
            });
            if row.cells > 0 {
                rows.push(cells);
            }
            assert_eq!(
                row_end(text, at, b',', quotes).unwrap_or(text.len()),
                row.end
            );
            at = row.end;
        }
        rows
    }

    fn csv_crate(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text)
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    #[test]
    fn quotes_hold_separators_line_breaks_and_quotes() {
        let text = b"a,\"b,c\",\"d\"\"e\"\r\n\"f\ng\",,5\" pipe\n\n\"\",x,y";
        let rows = split(text, Quotes::Some);
        assert_eq!(rows, csv_crate(text));
        assert_eq!(rows[1][0], b"f\ng");
    }

    proptest! {
        #[test]
        fn rows_and_cells_are_those_of_the_csv_crate(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z0-9 .;\"\n,\u{e6}]{0,6}", 1..5), 0..12),
            crlf: bool,
        ) {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
                .from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            prop_assert_eq!(split(&text, Quotes::Some), csv_crate(&text));
        }

        #[test]
        fn without_quotes_both_ways_are_the_same(text in "[a-z0-9 .;,\n]{0,80}") {
            let text = text.into_bytes();
            prop_assert_eq!(split(&text, Quotes::None), split(&text, Quotes::Some));
            prop_assert_eq!(split(&text, Quotes::None), csv_crate(&text));
        }

        #[test]
        fn stray_quotes_are_read_as_the_csv_crate_reads_them(text in "[ab \",\n]{0,40}") {
            let text = text.into_bytes();
            prop_assert_eq!(split(&text, Quotes::Some), csv_crate(&text));
        }
    }
}
