//! Identifiers of persons: normalised, never shown.
//!
//! `1`, `" 1"` and `1.0` are one identifier. While every cell of a column is a whole number, leading zeros do not
//! count; in a column of text they do.

use super::facts::{DecimalMark, Style};
use super::{cells, split::trim};
use std::cmp::Ordering;
#[cfg(test)]
use std::ops::Range;

/// An absent whole number; no cell parses to it.
pub(crate) const ABSENT: i64 = i64::MIN;

/// A column of identifiers.
#[derive(Clone, Debug)]
pub struct Ids {
    pub(crate) stored: Stored,
}

/// How identifiers are held.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    /// Whole numbers, with the width of those written with leading zeros.
    Whole {
        values: Vec<i64>,
        padded: Vec<(usize, u8)>,
    },
    /// Text; cell i ends at `ends[i]`, an absent one is empty.
    Text { bytes: Vec<u8>, ends: Vec<usize> },
}

impl Default for Ids {
    fn default() -> Self {
        Self {
            stored: Stored::Whole {
                values: Vec::new(),
                padded: Vec::new(),
            },
        }
    }
}

impl Ids {
    /// The numbers from 1 to `rows`.
    pub(crate) fn numbered(rows: usize) -> Self {
        Self {
            stored: Stored::Whole {
                values: (1..=rows as i64).collect(),
                padded: Vec::new(),
            },
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.stored {
            Stored::Whole { values, .. } => values.len(),
            Stored::Text { ends, .. } => ends.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the cell of a row is empty.
    pub fn is_empty_at(&self, row: usize) -> bool {
        match &self.stored {
            Stored::Whole { values, .. } => values[row] == ABSENT,
            Stored::Text { bytes, ends } => cell_of(bytes, ends, row).is_empty(),
        }
    }

    /// Which of the identifiers of two rows comes first: whole numbers by value, where the column has nothing else, and
    /// text by its bytes.
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match &self.stored {
            Stored::Whole { values, .. } => values[a].cmp(&values[b]),
            Stored::Text { bytes, ends } => cell_of(bytes, ends, a).cmp(cell_of(bytes, ends, b)),
        }
    }

    /// The identifier of a row, for a list that stays inside.
    pub fn text(&self, row: usize) -> String {
        match &self.stored {
            Stored::Whole { values, padded } => {
                let at = padded.binary_search_by_key(&row, |&(row, _)| row);
                let width = at.map_or(0, |at| usize::from(padded[at].1));
                let value = values[row];
                if value == ABSENT {
                    String::new()
                } else {
                    format!("{value:0width$}")
                }
            }
            Stored::Text { bytes, ends } => {
                String::from_utf8_lossy(cell_of(bytes, ends, row)).into_owned()
            }
        }
    }

    pub(crate) fn reserve(&mut self, rows: usize) {
        match &mut self.stored {
            Stored::Whole { values, .. } => values.reserve(rows),
            Stored::Text { ends, .. } => ends.reserve(rows),
        }
    }

    /// Adds a cell as it stands in the file.
    #[inline]
    pub(crate) fn push(&mut self, cell: &[u8], style: Style) {
        let cell = trim(cell);
        if let Stored::Whole { values, padded } = &mut self.stored {
            match whole(cell, style.decimal_mark) {
                Some((value, width)) => {
                    if width > 0 {
                        padded.push((values.len(), width));
                    }
                    values.push(value);
                    return;
                }
                None if cells::is_empty(cell) => {
                    values.push(ABSENT);
                    return;
                }
                None => self.make_text(),
            }
        }
        if let Stored::Text { bytes, ends } = &mut self.stored {
            match whole(cell, style.decimal_mark) {
                Some((value, width)) => push_whole(bytes, value, width),
                None if cells::is_empty(cell) => {}
                None => bytes.extend_from_slice(style.decode(cell).trim().as_bytes()),
            }
            ends.push(bytes.len());
        }
    }

    /// Adds a whole number without leading zeros; false where the column is text.
    #[inline]
    pub(crate) fn push_plain(&mut self, value: i64) -> bool {
        match &mut self.stored {
            Stored::Whole { values, .. } => {
                values.push(value);
                true
            }
            Stored::Text { .. } => false,
        }
    }

    /// Adds the rows of another piece of the same column.
    pub(crate) fn append(&mut self, mut other: Self) {
        let before = self.len();
        if matches!(self.stored, Stored::Text { .. }) || matches!(other.stored, Stored::Text { .. })
        {
            self.make_text();
            other.make_text();
        }
        match (&mut self.stored, other.stored) {
            (
                Stored::Whole { values, padded },
                Stored::Whole {
                    values: more,
                    padded: more_padded,
                },
            ) => {
                values.extend_from_slice(&more);
                padded.extend(
                    more_padded
                        .into_iter()
                        .map(|(row, width)| (row + before, width)),
                );
            }
            (
                Stored::Text { bytes, ends },
                Stored::Text {
                    bytes: more,
                    ends: more_ends,
                },
            ) => {
                let shift = bytes.len();
                bytes.extend_from_slice(&more);
                ends.extend(more_ends.into_iter().map(|end| end + shift));
            }
            _ => {}
        }
    }

    /// Some of its rows.
    #[cfg(test)]
    pub(crate) fn part(&self, rows: Range<usize>) -> Self {
        let stored = match &self.stored {
            Stored::Whole { values, padded } => {
                let at = |row: usize| padded.partition_point(|&(padded, _)| padded < row);
                let padded = &padded[at(rows.start)..at(rows.end)];
                Stored::Whole {
                    values: values[rows.clone()].to_vec(),
                    padded: (padded.iter())
                        .map(|&(row, width)| (row - rows.start, width))
                        .collect(),
                }
            }
            Stored::Text { bytes, ends } => {
                let start = if rows.start == 0 {
                    0
                } else {
                    ends[rows.start - 1]
                };
                let ends: Vec<usize> = ends[rows].iter().map(|end| end - start).collect();
                let stop = start + ends.last().copied().unwrap_or(0);
                Stored::Text {
                    bytes: bytes[start..stop].to_vec(),
                    ends,
                }
            }
        };
        Self { stored }
    }

    /// Turns whole numbers into text as they were written.
    fn make_text(&mut self) {
        let Stored::Whole { values, padded } = &self.stored else {
            return;
        };
        let mut bytes = Vec::with_capacity(values.len() * 8);
        let mut ends = Vec::with_capacity(values.len());
        let mut padded = padded.iter().peekable();
        for (row, &value) in values.iter().enumerate() {
            let width = padded
                .next_if(|(at, _)| *at == row)
                .map_or(0, |&(_, width)| width);
            if value != ABSENT {
                push_whole(&mut bytes, value, width);
            }
            ends.push(bytes.len());
        }
        self.stored = Stored::Text { bytes, ends };
    }
}

/// A whole number and, if it has leading zeros, how many digits it is written with.
#[inline]
pub(crate) fn whole(cell: &[u8], mark: DecimalMark) -> Option<(i64, u8)> {
    if let Some(value) = cells::plain_integer(cell) {
        let width = if cell.len() > 1 && cell[0] == b'0' {
            cell.len() as u8
        } else {
            0
        };
        // "-05" and "-0" are names, not numbers.
        return (!(cell[0] == b'-' && cell[1] == b'0')).then_some((value, width));
    }
    // 1.0, as programs write whole numbers held as floats.
    let point = if mark == DecimalMark::Comma {
        b','
    } else {
        b'.'
    };
    let at = cell.iter().position(|&b| b == point)?;
    let zeros = &cell[at + 1..];
    if !zeros.is_empty() && zeros.iter().all(|&b| b == b'0') {
        whole(&cell[..at], mark)
    } else {
        None
    }
}

pub(crate) fn push_whole(bytes: &mut Vec<u8>, value: i64, width: u8) {
    use std::io::Write;
    // Writing to a vector cannot fail.
    let _ = write!(bytes, "{value:0width$}", width = usize::from(width));
}

pub(crate) fn cell_of<'a>(bytes: &'a [u8], ends: &[usize], row: usize) -> &'a [u8] {
    let start = if row == 0 { 0 } else { ends[row - 1] };
    &bytes[start..ends[row]]
}

#[cfg(test)]
mod tests {
    use super::super::IdIndex;
    use super::super::facts::TextEncoding;
    use super::*;

    const STYLE: Style = Style {
        encoding: TextEncoding::Utf8,
        decimal_mark: DecimalMark::Point,
    };

    fn ids(cells: &[&str]) -> Ids {
        let mut ids = Ids::default();
        for cell in cells {
            ids.push(cell.as_bytes(), STYLE);
        }
        ids
    }

    #[test]
    fn one_identifier_may_be_written_in_several_ways() {
        let (index, rows, duplicates) = IdIndex::build(&ids(&["1", "2", "", "1.0", "003"]));
        assert_eq!(rows, [0, 1, 4]);
        assert_eq!(duplicates, [3]);
        assert_eq!(
            index.lookup(&ids(&[" 2 ", "1.00", "3", "4", "NA", "-1", "02"])),
            [Some(1), Some(0), Some(2), None, None, None, Some(1)]
        );
    }

    #[test]
    fn leading_zeros_count_in_a_column_of_text() {
        let persons = ids(&["007", "7", "A7"]);
        let (index, rows, duplicates) = IdIndex::build(&persons);
        assert_eq!(rows, [0, 1, 2]);
        assert!(duplicates.is_empty());
        assert_eq!(
            index.lookup(&ids(&["7", "007", "07"])),
            [Some(1), Some(0), None]
        );
        assert_eq!(index.lookup(&ids(&["A7", "7.0"])), [Some(2), Some(1)]);
    }

    #[test]
    fn text_in_the_other_file_still_finds_whole_persons() {
        let (index, _, _) = IdIndex::build(&ids(&["0101801234", "0202801234"]));
        assert_eq!(
            index.lookup(&ids(&["0202801234", "unknown", "101801234"])),
            [Some(1), None, Some(0)]
        );
    }

    #[test]
    fn dense_sorted_and_scattered_identifiers_give_the_same_answer() {
        let n = 5000i64;
        let forms: [Box<dyn Fn(i64) -> i64>; 3] = [
            Box::new(|i| i + 10),
            Box::new(|i| i * 1_000_003),
            Box::new(|i| (i * 7919 % 5003) * 1_000_003),
        ];
        for form in forms {
            let text: Vec<String> = (0..n).map(|i| form(i).to_string()).collect();
            let persons = ids(&text.iter().map(String::as_str).collect::<Vec<_>>());
            let (index, rows, duplicates) = IdIndex::build(&persons);
            assert!(duplicates.is_empty());
            let all: Vec<Option<u32>> = rows.into_iter().map(Some).collect();
            assert_eq!(index.lookup(&persons), all);
            assert_eq!(
                index.lookup(&ids(&["-5", "123456789012345678"])),
                [None, None]
            );
        }
    }

    #[test]
    fn identifiers_have_an_order_that_no_file_format_changes() {
        let whole = ids(&["010", "9", "11.0"]);
        assert_eq!(whole.compare(0, 1), Ordering::Greater);
        assert_eq!(whole.compare(0, 2), Ordering::Less);
        assert_eq!([0, 1, 2].map(|row| whole.text(row)), ["010", "9", "11"]);
        let text = ids(&["010", "9", "x", ""]);
        assert_eq!(text.compare(0, 1), Ordering::Less);
        assert_eq!([0, 2, 3].map(|row| text.text(row)), ["010", "x", ""]);
    }

    #[test]
    fn pieces_join_whatever_their_form() {
        let mut joined = ids(&["01", "2"]);
        joined.append(ids(&["", "x"]));
        joined.append(ids(&["3", "03"]));
        let whole = ids(&["01", "2", "", "x", "3", "03"]);
        let (index, rows, _) = IdIndex::build(&whole);
        assert_eq!(rows, [0, 1, 3, 4, 5]);
        let found = index.lookup(&joined);
        assert_eq!(found, index.lookup(&whole));
        assert_eq!(found, [Some(0), Some(1), None, Some(2), Some(3), Some(4)]);
        for cut in 0..=6 {
            let mut parts = joined.part(0..cut);
            parts.append(joined.part(cut..6));
            assert_eq!(index.lookup(&parts), found);
            let parts = [joined.part(0..cut), joined.part(cut..6)];
            let apart = parts.iter().flat_map(|part| index.lookup(part));
            assert_eq!(apart.collect::<Vec<_>>(), found);
        }
        assert!(joined.is_empty_at(2) && !joined.is_empty_at(3));
        assert_eq!((joined.len(), joined.is_empty()), (6, false));
    }
}
