//! From identifier to person, fast: most registers are sorted or numbered closely, and looking up must not be what a
//! run waits for.

use super::facts::DecimalMark;
use super::ids::{ABSENT, Ids, Stored, cell_of, push_whole, whole};
use crate::numeric::parallel::{blocks, concat, map_ordered};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

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
    /// Numbers the persons 0, 1, 2, ... by first appearance: the index, the row of each person, and the rows of second
    /// appearances. Empty cells are nobody.
    pub fn build(persons: &Ids) -> (Self, Vec<u32>, Vec<usize>) {
        let (values, mut seen) = match &persons.stored {
            Stored::Whole { values, .. } => (values, Firsts::default()),
            Stored::Text { bytes, ends } => {
                let mut seen = Firsts::of(ends.len());
                let mut found =
                    HashMap::with_capacity_and_hasher(ends.len(), BuildHasherDefault::default());
                for row in 0..ends.len() {
                    let cell = cell_of(bytes, ends, row);
                    if cell.is_empty() {
                        continue;
                    }
                    if found.contains_key(cell) {
                        seen.again(row);
                    } else {
                        found.insert(Box::from(cell), seen.first(row));
                    }
                }
                return seen.with(Form::Text(found));
            }
        };
        let present = || values.iter().copied().filter(|&value| value != ABSENT);
        let (first, last) = present().fold((i64::MAX, i64::MIN), |(first, last), value| {
            (first.min(value), last.max(value))
        });
        let (first, last) = if first > last { (0, -1) } else { (first, last) };
        let span = i128::from(last) - i128::from(first) + 1;
        if span > 8 * values.len() as i128 + 1024 {
            if values.is_sorted_by(|a, b| a < b) && values[0] != ABSENT {
                seen.rows = (0..values.len() as u32).collect();
                return seen.with(Form::Sorted(values.clone()));
            }
            let mut found =
                HashMap::with_capacity_and_hasher(values.len(), BuildHasherDefault::default());
            for (row, &value) in values.iter().enumerate() {
                if value == ABSENT {
                    continue;
                }
                match found.entry(value) {
                    Entry::Occupied(_) => seen.again(row),
                    Entry::Vacant(place) => {
                        place.insert(seen.first(row));
                    }
                }
            }
            return seen.with(Form::Hashed(found));
        }
        seen.rows.reserve_exact(values.len());
        let mut table = vec![NOBODY; span as usize];
        for (row, &value) in values.iter().enumerate() {
            if value == ABSENT {
                continue;
            }
            let place = &mut table[(value - first) as usize];
            if *place == NOBODY {
                *place = seen.first(row);
            } else {
                seen.again(row);
            }
        }
        seen.with(Form::Dense { first, table })
    }

    /// The person of each row of another file; `None` for empty cells and unknown persons.
    pub fn lookup(&self, other: &Ids) -> Vec<Option<u32>> {
        let pieces = blocks(other.len(), BLOCK);
        let found = map_ordered(pieces.len(), |i| {
            let mut found = Vec::with_capacity(pieces[i].len());
            self.lookup_rows(other, pieces[i].clone(), |person| found.push(person));
            found
        });
        concat(&found)
    }

    /// Tells the person of each of some rows, in order.
    pub fn lookup_rows(&self, other: &Ids, rows: Range<usize>, mut tell: impl FnMut(Option<u32>)) {
        match &other.stored {
            Stored::Whole { values, padded } => {
                if let Form::Text(seen) = &self.form {
                    let from = padded.partition_point(|&(row, _)| row < rows.start);
                    let mut padded = padded[from..].iter().peekable();
                    let mut text = Vec::new();
                    for row in rows {
                        let width = padded
                            .next_if(|(at, _)| *at == row)
                            .map_or(0, |&(_, width)| width);
                        if values[row] == ABSENT {
                            tell(None);
                            continue;
                        }
                        text.clear();
                        push_whole(&mut text, values[row], width);
                        tell(seen.get(text.as_slice()).copied());
                    }
                    return;
                }
                // Most often the rows of a person stand together.
                let mut last = (ABSENT, None);
                for &value in &values[rows] {
                    if value != last.0 {
                        last = (value, self.find(value));
                    }
                    tell(last.1);
                }
            }
            Stored::Text { bytes, ends } => {
                for row in rows {
                    let cell = cell_of(bytes, ends, row);
                    tell(match &self.form {
                        Form::Text(seen) => seen.get(cell).copied(),
                        _ => {
                            whole(cell, DecimalMark::Point).and_then(|(value, _)| self.find(value))
                        }
                    });
                }
            }
        }
    }

    #[inline]
    fn find(&self, value: i64) -> Option<u32> {
        if value == ABSENT {
            return None;
        }
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

/// Rows of first and of second appearances.
#[derive(Default)]
struct Firsts {
    rows: Vec<u32>,
    duplicates: Vec<usize>,
}

impl Firsts {
    fn of(rows: usize) -> Self {
        Self {
            rows: Vec::with_capacity(rows),
            duplicates: Vec::new(),
        }
    }

    /// The number of a person seen for the first time.
    fn first(&mut self, row: usize) -> u32 {
        self.rows.push(row as u32);
        self.rows.len() as u32 - 1
    }

    fn again(&mut self, row: usize) {
        self.duplicates.push(row);
    }

    fn with(self, form: Form) -> (IdIndex, Vec<u32>, Vec<usize>) {
        (IdIndex { form }, self.rows, self.duplicates)
    }
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
