//! Identifiers of persons: normalised, joined fast, never shown.
//!
//! `1`, `" 1"` and `1.0` are one identifier. While every cell of a column is a whole number, leading zeros do not
//! count; in a column of text they do.

use super::facts::{DecimalMark, Style};
use super::{cells, split::trim};
use crate::numeric::parallel::{blocks, map_ordered};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// An absent whole number; no cell parses to it.
const ABSENT: i64 = i64::MIN;
/// No person.
const NOBODY: u32 = u32::MAX;
/// Rows looked up at a time.
const BLOCK: usize = 1 << 16;

/// A column of identifiers.
#[derive(Clone, Debug)]
pub struct Ids {
    stored: Stored,
}

#[derive(Clone, Debug)]
enum Stored {
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

    pub(crate) fn reserve(&mut self, rows: usize) {
        match &mut self.stored {
            Stored::Whole { values, .. } => values.reserve(rows),
            Stored::Text { ends, .. } => ends.reserve(rows),
        }
    }

    /// Adds a cell as it stands in the file.
    #[inline]
    pub(crate) fn push(&mut self, cell: &[u8], style: &Style) {
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
fn whole(cell: &[u8], mark: DecimalMark) -> Option<(i64, u8)> {
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

fn push_whole(bytes: &mut Vec<u8>, value: i64, width: u8) {
    use std::io::Write;
    // Writing to a vector cannot fail.
    let _ = write!(bytes, "{value:0width$}", width = usize::from(width));
}

fn cell_of<'a>(bytes: &'a [u8], ends: &[usize], row: usize) -> &'a [u8] {
    let start = if row == 0 { 0 } else { ends[row - 1] };
    &bytes[start..ends[row]]
}

/// From identifier to person number.
#[derive(Clone, Debug)]
pub struct IdIndex {
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// `table[id - first]`, for identifiers close together.
    Dense { first: i64, table: Vec<u32> },
    /// Ascending identifiers of persons 0, 1, 2, ...
    Sorted(Vec<i64>),
    /// Anything whole.
    Hashed(HashMap<i64, u32, BuildHasherDefault<IdHasher>>),
    /// Text.
    Text(HashMap<Box<[u8]>, u32, BuildHasherDefault<IdHasher>>),
}

impl IdIndex {
    /// Numbers the persons 0, 1, 2, ... by first appearance: the index, the person of each row (`None` for an empty
    /// cell and for a second appearance), and the rows of second appearances.
    pub fn build(persons: &Ids) -> (Self, Vec<Option<u32>>, Vec<usize>) {
        match &persons.stored {
            Stored::Whole { values, .. } => Self::build_whole(values),
            Stored::Text { bytes, ends } => {
                let mut seen =
                    HashMap::with_capacity_and_hasher(ends.len(), BuildHasherDefault::default());
                let (rows, duplicates) = number(
                    (0..ends.len()).map(|row| {
                        let cell = cell_of(bytes, ends, row);
                        (!cell.is_empty()).then_some(cell)
                    }),
                    |cell: &[u8], next| {
                        if seen.contains_key(cell) {
                            return false;
                        }
                        seen.insert(Box::from(cell), next);
                        true
                    },
                );
                (
                    Self {
                        form: Form::Text(seen),
                    },
                    rows,
                    duplicates,
                )
            }
        }
    }

    fn build_whole(values: &[i64]) -> (Self, Vec<Option<u32>>, Vec<usize>) {
        let present = || values.iter().copied().filter(|&value| value != ABSENT);
        let (first, last) = (present().min().unwrap_or(0), present().max().unwrap_or(-1));
        let span = i128::from(last) - i128::from(first) + 1;
        let cells = values
            .iter()
            .map(|&value| (value != ABSENT).then_some(value));
        if span <= 8 * values.len() as i128 + 1024 {
            let mut table = vec![NOBODY; span as usize];
            let (rows, duplicates) = number(cells, |value, next| {
                let slot = &mut table[(value - first) as usize];
                let new = *slot == NOBODY;
                if new {
                    *slot = next;
                }
                new
            });
            return (
                Self {
                    form: Form::Dense { first, table },
                },
                rows,
                duplicates,
            );
        }
        if values.is_sorted_by(|a, b| a < b) && values[0] != ABSENT {
            let rows = (0..values.len() as u32).map(Some).collect();
            return (
                Self {
                    form: Form::Sorted(values.to_vec()),
                },
                rows,
                Vec::new(),
            );
        }
        let mut seen =
            HashMap::with_capacity_and_hasher(values.len(), BuildHasherDefault::default());
        let (rows, duplicates) = number(cells, |value, next| {
            let mut new = false;
            seen.entry(value).or_insert_with(|| {
                new = true;
                next
            });
            new
        });
        (
            Self {
                form: Form::Hashed(seen),
            },
            rows,
            duplicates,
        )
    }

    /// The person of each row of another file; `None` for empty cells and unknown persons.
    pub fn lookup(&self, other: &Ids) -> Vec<Option<u32>> {
        let pieces = blocks(other.len(), BLOCK);
        let found = map_ordered(pieces.len(), |i| {
            let rows = pieces[i].clone();
            match &other.stored {
                Stored::Whole { values, padded } => {
                    let from = padded.partition_point(|&(row, _)| row < rows.start);
                    let mut padded = padded[from..].iter().peekable();
                    let mut last = (ABSENT, None);
                    let mut text = Vec::new();
                    rows.map(|row| {
                        let width = padded
                            .next_if(|(at, _)| *at == row)
                            .map_or(0, |&(_, width)| width);
                        let value = values[row];
                        if value == ABSENT {
                            return None;
                        }
                        if let Form::Text(seen) = &self.form {
                            text.clear();
                            push_whole(&mut text, value, width);
                            return seen.get(text.as_slice()).copied();
                        }
                        if value != last.0 {
                            last = (value, self.find(value));
                        }
                        last.1
                    })
                    .collect::<Vec<_>>()
                }
                Stored::Text { bytes, ends } => rows
                    .map(|row| {
                        let cell = cell_of(bytes, ends, row);
                        match &self.form {
                            Form::Text(seen) => seen.get(cell).copied(),
                            _ => whole(cell, DecimalMark::Point)
                                .and_then(|(value, _)| self.find(value)),
                        }
                    })
                    .collect(),
            }
        });
        found.concat()
    }

    fn find(&self, value: i64) -> Option<u32> {
        match &self.form {
            Form::Dense { first, table } => {
                let at = usize::try_from(value.checked_sub(*first)?).ok()?;
                table.get(at).copied().filter(|&person| person != NOBODY)
            }
            Form::Sorted(ids) => ids.binary_search(&value).ok().map(|at| at as u32),
            Form::Hashed(seen) => seen.get(&value).copied(),
            Form::Text(_) => None,
        }
    }
}

/// Gives each new cell the next number; `add` says whether a cell is new.
fn number<T>(
    cells: impl Iterator<Item = Option<T>>,
    mut add: impl FnMut(T, u32) -> bool,
) -> (Vec<Option<u32>>, Vec<usize>) {
    let (mut next, mut duplicates) = (0, Vec::new());
    let rows = cells
        .enumerate()
        .map(|(row, cell)| {
            if add(cell?, next) {
                next += 1;
                Some(next - 1)
            } else {
                duplicates.push(row);
                None
            }
        })
        .collect();
    (rows, duplicates)
}

/// A quick hash for short keys. Only lookups use it, so its order can reach nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let word = chunk
                .iter()
                .rev()
                .fold(0, |word, &b| word << 8 | u64::from(b));
            self.write_u64(word);
        }
        let rest = chunks.remainder();
        self.write_u64(
            rest.iter()
                .rev()
                .fold(rest.len() as u64, |word, &b| word << 8 | u64::from(b)),
        );
    }
    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
    fn write_i64(&mut self, word: i64) {
        self.write_u64(word as u64);
    }
    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::TextEncoding;
    use super::*;

    const STYLE: Style = Style {
        encoding: TextEncoding::Utf8,
        decimal_mark: DecimalMark::Point,
    };

    fn ids(cells: &[&str]) -> Ids {
        let mut ids = Ids::default();
        for cell in cells {
            ids.push(cell.as_bytes(), &STYLE);
        }
        ids
    }

    #[test]
    fn one_identifier_may_be_written_in_several_ways() {
        let (index, rows, duplicates) = IdIndex::build(&ids(&["1", "2", "", "1.0", "003"]));
        assert_eq!(rows, [Some(0), Some(1), None, None, Some(2)]);
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
        assert_eq!(rows, [Some(0), Some(1), Some(2)]);
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
            assert_eq!(index.lookup(&persons), rows);
            assert_eq!(
                index.lookup(&ids(&["-5", "123456789012345678"])),
                [None, None]
            );
        }
    }

    #[test]
    fn pieces_join_whatever_their_form() {
        let mut joined = ids(&["01", "2"]);
        joined.append(ids(&["", "x"]));
        joined.append(ids(&["3", "03"]));
        let whole = ids(&["01", "2", "", "x", "3", "03"]);
        let (index, rows, _) = IdIndex::build(&whole);
        assert_eq!(index.lookup(&joined), rows);
        assert!(joined.is_empty_at(2) && !joined.is_empty_at(3));
        assert_eq!((joined.len(), joined.is_empty()), (6, false));
    }
}
