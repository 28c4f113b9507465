//! Labels: arms, states, strata, subgroups. `1`, `1.0` and `"1"` are one label; so are `0,5` and `0.5` where the comma
//! is the decimal mark.

use super::facts::{DecimalMark, Style};
use super::id_index::IdHasher;
use super::quick::Words;
use super::{cells, split::trim};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// The code of an empty cell.
pub const EMPTY: u32 = u32::MAX;

/// A column of labels.
#[derive(Clone, Debug, Default)]
pub struct Categories {
    /// Distinct labels, ascending: numbers by value, then text.
    pub levels: Vec<String>,
    /// Index into `levels` of each row, or [`EMPTY`].
    pub codes: Vec<u32>,
}

type Codes<K> = HashMap<K, u32, BuildHasherDefault<IdHasher>>;

/// Labels of a block of rows, as bytes of the file.
#[derive(Debug, Default)]
pub(crate) struct LabelBlock {
    raw: Vec<Box<[u8]>>,
    code_of: Codes<Box<[u8]>>,
    codes: Vec<u32>,
    /// Short labels seen lately, each where its bytes say.
    lately: Lately,
}

/// Short labels with their codes.
#[derive(Debug)]
struct Lately(Box<[(Words, u32)]>);

impl Default for Lately {
    fn default() -> Self {
        // No label has no bytes.
        Self(vec![((0, 0, 0), EMPTY); LATELY].into())
    }
}

/// Short labels remembered: more than a register has states, so that two seldom share a place.
const LATELY: usize = 64;

impl LabelBlock {
    /// Adds a short label, of which the words hold all bytes.
    #[inline]
    pub(crate) fn push_short(&mut self, cell: &[u8], words: Words) {
        let mixed = (words.0 ^ words.1.rotate_left(29) ^ u64::from(words.2))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let place = (mixed >> 58) as usize % LATELY;
        if self.lately.0[place].0 == words {
            self.codes.push(self.lately.0[place].1);
            return;
        }
        self.push(cell);
        if let Some(&code) = self.codes.last() {
            self.lately.0[place] = (words, code);
        }
    }

    pub(crate) fn reserve(&mut self, rows: usize) {
        self.codes.reserve(rows);
    }

    #[inline]
    pub(crate) fn push(&mut self, cell: &[u8]) {
        // Registers repeat themselves: the last label is tried first.
        if let Some(&last) = self.codes.last()
            && last != EMPTY
            && *self.raw[last as usize] == *cell
        {
            self.codes.push(last);
            return;
        }
        let code = match self.code_of.get(cell) {
            Some(&code) => code,
            None if cells::is_empty(trim(cell)) => EMPTY,
            None => {
                let code = self.raw.len() as u32;
                self.raw.push(cell.into());
                self.code_of.insert(cell.into(), code);
                code
            }
        };
        self.codes.push(code);
    }
}

/// A column of labels while blocks are joined.
#[derive(Debug, Default)]
pub(crate) struct LabelsSoFar {
    levels: Vec<String>,
    code_of: Codes<String>,
    codes: Vec<u32>,
}

impl LabelsSoFar {
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.codes.reserve(rows);
    }

    pub(crate) fn append(&mut self, block: &LabelBlock, style: Style) {
        let new: Vec<u32> = block
            .raw
            .iter()
            .map(|raw| {
                let text = style.decode(raw);
                let label = normalise(text.trim(), style.decimal_mark);
                if let Some(&code) = self.code_of.get(label.as_ref()) {
                    return code;
                }
                let code = self.levels.len() as u32;
                self.levels.push(label.clone().into_owned());
                self.code_of.insert(label.into_owned(), code);
                code
            })
            .collect();
        self.codes.extend(block.codes.iter().map(|&code| {
            if code == EMPTY {
                EMPTY
            } else {
                new[code as usize]
            }
        }));
    }

    pub(crate) fn finish(self) -> Categories {
        let mut order: Vec<u32> = (0..self.levels.len() as u32).collect();
        order.sort_by(|&a, &b| compare(&self.levels[a as usize], &self.levels[b as usize]));
        let mut rank = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old as usize] = new as u32;
        }
        let mut codes = self.codes;
        for code in codes.iter_mut().filter(|code| **code != EMPTY) {
            *code = rank[*code as usize];
        }
        let mut levels = self.levels;
        let levels = order
            .iter()
            .map(|&old| std::mem::take(&mut levels[old as usize]))
            .collect();
        Categories { levels, codes }
    }
}

/// A label written in the study in the form it has in [`Categories::levels`]: ` 1.0` is `1`.
pub fn parse_label(text: &str) -> String {
    normalise(text.trim(), DecimalMark::Point).into_owned()
}

/// A number in one form: `1.0` is `1`, `0,50` is `0.5`. Text, and numbers with leading zeros, stay as they are.
pub(crate) fn normalise(label: &str, mark: DecimalMark) -> Cow<'_, str> {
    let point = if mark == DecimalMark::Comma { ',' } else { '.' };
    let Some((whole, fraction)) = label.split_once(point) else {
        return Cow::Borrowed(label);
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    if !digits(unsigned) || !digits(fraction) || (unsigned.len() > 1 && unsigned.starts_with('0')) {
        return Cow::Borrowed(label);
    }
    match fraction.trim_end_matches('0') {
        "" if unsigned == "0" => Cow::Borrowed("0"),
        "" => Cow::Borrowed(whole),
        kept => Cow::Owned(format!("{whole}.{kept}")),
    }
}

/// Numbers by value, then text letter by letter.
fn compare(a: &str, b: &str) -> Ordering {
    let number = |text: &str| {
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.'));
        let unsigned = text.trim_start_matches('-');
        let padded = unsigned.len() > 1 && unsigned.starts_with('0') && !unsigned.starts_with("0.");
        (plain && !padded)
            .then(|| text.parse::<f64>().ok())
            .flatten()
    };
    match (number(a), number(b)) {
        (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::TextEncoding;
    use super::*;

    fn read(blocks: &[&[&str]], mark: DecimalMark) -> Categories {
        let style = Style {
            encoding: TextEncoding::Utf8,
            decimal_mark: mark,
        };
        let mut all = LabelsSoFar::default();
        for cells in blocks {
            let mut block = LabelBlock::default();
            cells.iter().for_each(|cell| block.push(cell.as_bytes()));
            all.append(&block, style);
        }
        all.finish()
    }

    #[test]
    fn one_label_may_be_written_in_several_ways() {
        let read = read(
            &[&["1", " 1", "b"], &["1.0", "", "a", "NA"]],
            DecimalMark::Point,
        );
        assert_eq!(read.levels, ["1", "a", "b"]);
        assert_eq!(read.codes, [0, 0, 2, 0, EMPTY, 1, EMPTY]);
    }

    #[test]
    fn numbers_come_by_value_and_before_text() {
        let read = read(&[&["10", "9", "-1", "x", "0.5", "010"]], DecimalMark::Point);
        assert_eq!(read.levels, ["-1", "0.5", "9", "10", "010", "x"]);
    }

    #[test]
    fn a_danish_half_is_a_half() {
        let read = read(&[&["0,5", "0,50", "1,0", "1.5"]], DecimalMark::Comma);
        assert_eq!(read.levels, ["0.5", "1", "1.5"]);
        assert_eq!(parse_label(" 1.0"), "1");
        assert_eq!(normalise("007.0", DecimalMark::Point), "007.0");
        assert_eq!(normalise("-0.0", DecimalMark::Point), "0");
        assert_eq!(
            normalise("jobcentre 1.0", DecimalMark::Point),
            "jobcentre 1.0"
        );
    }
}
