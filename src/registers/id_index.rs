//! From identifier to person, fast: most registers are sorted or numbered closely, and looking up must not be what a
//! run waits for.

use super::facts::DecimalMark;
use super::ids::{ABSENT, Ids, Stored, cell_of, push_whole, whole};
use crate::numeric::parallel::{blocks, map_ordered};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// No person.
const NOBODY: u32 = u32::MAX;
/// Rows looked up at a time.
const BLOCK: usize = 1 << 16;

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
