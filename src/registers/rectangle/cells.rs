//! The cells of one column of fixed rows: from bytes to a piece of a column.

use super::{Field, STYLE};
use crate::registers::column::{Piece, write_text};
use crate::registers::facts::TextEncoding;
use crate::registers::formats::ValueLabel;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::collections::HashMap;

/// Days from 1960-01-01, where SAS and Stata begin, to 1970-01-01.
const EPOCH: i64 = 3653;
/// Up to here every whole float is one integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// From 2^1023 on a float of Stata is missing: `.`, `.a` to `.z`.
const MISSING: f64 = f64::from_bits(0x7FE0_0000_0000_0000);
/// From 2^127 on a float of 4 bytes.
const MISSING_SINGLE: f32 = f32::from_bits(0x7F00_0000);

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

/// What the bytes of a cell are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A float of 8 bytes of which the last in value may be cut off; not-a-numbers are missing.
    Float { width: usize, order: Order },
    /// A float of IBM mainframes, of which the last bytes may be cut off.
    Ibm { width: usize },
    /// Stata's whole numbers of 1, 2 and 4 bytes; the largest 27 are missing.
    Whole { width: usize, order: Order },
    /// Stata's floats of 4 bytes; the largest are missing.
    Single(Order),
    /// Stata's floats of 8 bytes; the largest are missing.
    Double(Order),
    /// Text up to the first zero byte, without blanks at its end.
    Text { width: usize },
    /// The reference of a text that stands elsewhere: so many bytes of variable, the others of observation.
    Aside { variable: usize, order: Order },
}

impl Form {
    /// Bytes of a cell.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Float { width, .. }
            | Self::Ibm { width }
            | Self::Whole { width, .. }
            | Self::Text { width } => width,
            Self::Single(_) => 4,
            Self::Double(_) | Self::Aside { .. } => 8,
        }
    }
}

/// What the numbers of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Themselves.
    Plain,
    /// Days from 1960-01-01.
    Days,
    /// Ticks from the start of 1960, so many a second.
    Ticks(i64),
    /// Ticks from midnight, so many a second.
    Time(i64),
    /// Weeks of Stata, 52 a year, the first of which starts on 1 January: no ISO weeks. Read as their first day.
    Weeks,
    /// Months from January 1960.
    Months,
    /// Quarters or halves of years from 1960, so many a year, with this letter.
    Parts(i64, char),
    /// Something whose days cannot be told, such as a business calendar or a clock with leap seconds.
    Untold,
}

/// How letters are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Letters {
    /// As the file says.
    Known(&'static Encoding),
    /// The file does not say: UTF-8 where a cell is UTF-8, else Windows-1252.
    Told,
}

impl Letters {
    /// For the facts.
    pub(crate) fn encoding(self) -> Option<TextEncoding> {
        match self {
            Self::Known(known) if known == UTF_8 => Some(TextEncoding::Utf8),
            Self::Known(known) if known == WINDOWS_1252 => Some(TextEncoding::Windows1252),
            Self::Known(known) => Some(TextEncoding::Other(known.name())),
            Self::Told => None,
        }
    }

    /// Text as UTF-8.
    pub(crate) fn decode(self, bytes: &[u8]) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Known(known) => known.decode_without_bom_handling(bytes).0,
            Self::Told => match std::str::from_utf8(bytes) {
                Ok(text) => text.into(),
                Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
            },
        }
    }
}

/// The cells of one column in a run of rows.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub bytes: &'a [u8],
    /// Of a row.
    pub width: usize,
    pub at: usize,
    pub rows: usize,
}

impl<'a> Place<'a> {
    fn cells<const N: usize>(self) -> impl Iterator<Item = [u8; N]> + 'a {
        (0..self.rows).map(move |row| {
            let from = row * self.width + self.at;
            let mut cell = [0; N];
            cell.copy_from_slice(&self.bytes[from..from + N]);
            cell
        })
    }

    fn slices(self, width: usize) -> impl Iterator<Item = &'a [u8]> {
        (0..self.rows).map(move |row| {
            let from = row * self.width + self.at;
            &self.bytes[from..from + width]
        })
    }
}

/// What text cells need to be read: labels, letters and texts that stand elsewhere.
pub(super) type Beside<'a> = (&'a [ValueLabel], Letters, &'a HashMap<(u32, u64), Vec<u8>>);

/// Adds the cells of a column.
pub(super) fn push(piece: &mut Piece, place: Place<'_>, field: &Field, beside: Beside<'_>) {
    let (labels, letters, aside) = beside;
    let mut numbers = Numbers {
        piece,
        meaning: field.meaning,
        labels,
        text: Vec::new(),
    };
    match field.form {
        Form::Float { width: 8, order } => {
            for cell in place.cells::<8>() {
                numbers.add(float(cell, order));
            }
        }
        Form::Float { width, order } => {
            for cell in place.slices(width) {
                let mut eight = [0; 8];
                match order {
                    Order::Little => eight[8 - width..].copy_from_slice(cell),
                    Order::Big => eight[..width].copy_from_slice(cell),
                }
                numbers.add(float(eight, order));
            }
        }
        Form::Ibm { width } => {
            for cell in place.slices(width) {
                let mut eight = [0; 8];
                eight[..width].copy_from_slice(cell);
                numbers.add(ibm(eight));
            }
        }
        Form::Whole { width, order } => {
            for cell in place.slices(width) {
                numbers.add_whole(whole(cell, order));
            }
        }
        Form::Single(order) => {
            for cell in place.cells::<4>() {
                let bits = match order {
                    Order::Little => u32::from_le_bytes(cell),
                    Order::Big => u32::from_be_bytes(cell),
                };
                numbers.add_single(f32::from_bits(bits));
            }
        }
        Form::Double(order) => {
            for cell in place.cells::<8>() {
                numbers.add(float(cell, order).filter(|value| *value < MISSING));
            }
        }
        Form::Text { width } => {
            for cell in place.slices(width) {
                push_text(numbers.piece, cell, letters);
            }
        }
        Form::Aside { variable, order } => {
            for cell in place.slices(8) {
                let key = reference(cell, variable, order);
                let text = aside.get(&key).map_or(&b""[..], Vec::as_slice);
                push_text(numbers.piece, text, letters);
            }
        }
    }
}

fn push_text(piece: &mut Piece, cell: &[u8], letters: Letters) {
    let cell = match memchr::memchr(0, cell) {
        Some(end) => &cell[..end],
        None => cell,
    };
    if cell.is_ascii() {
        piece.push(cell, STYLE);
    } else {
        piece.push(letters.decode(cell).as_bytes(), STYLE);
    }
}

fn float(cell: [u8; 8], order: Order) -> Option<f64> {
    let value = match order {
        Order::Little => f64::from_le_bytes(cell),
        Order::Big => f64::from_be_bytes(cell),
    };
    (!value.is_nan()).then_some(value)
}

/// A float of base 16: a sign, 7 bits of exponent and 56 of fraction; a missing one has a letter in front and zeros after.
fn ibm(cell: [u8; 8]) -> Option<f64> {
    let fraction = u64::from_be_bytes(cell) & 0x00FF_FFFF_FFFF_FFFF;
    if fraction == 0 {
        return matches!(cell[0], 0 | 0x80).then_some(0.0);
    }
    let power = 4 * (i32::from(cell[0] & 0x7F) - 64) - 56;
    // Exact but for the 3 bits that a double has not; a power of two never rounds.
    let value = libm::scalbn(fraction as f64, power);
    Some(if cell[0] & 0x80 == 0 { value } else { -value })
}

/// A whole number of Stata; `None` where it is missing.
fn whole(cell: &[u8], order: Order) -> Option<i64> {
    let value = match (cell, order) {
        (&[byte], _) => i64::from(byte as i8),
        (&[a, b], Order::Little) => i64::from(i16::from_le_bytes([a, b])),
        (&[a, b], Order::Big) => i64::from(i16::from_be_bytes([a, b])),
        (&[a, b, c, d], Order::Little) => i64::from(i32::from_le_bytes([a, b, c, d])),
        (&[a, b, c, d], Order::Big) => i64::from(i32::from_be_bytes([a, b, c, d])),
        _ => return None,
    };
    let largest = (1_i64 << (8 * cell.len() - 1)) - 1 - 27;
    (value <= largest).then_some(value)
}

/// Variable and observation of a text that stands elsewhere.
pub(super) fn reference(cell: &[u8], variable: usize, order: Order) -> (u32, u64) {
    let number = |bytes: &[u8]| {
        let fold = |all: u64, &byte: &u8| all << 8 | u64::from(byte);
        match order {
            Order::Big => bytes.iter().fold(0, fold),
            Order::Little => bytes.iter().rev().fold(0, fold),
        }
    };
    (number(&cell[..variable]) as u32, number(&cell[variable..]))
}

/// Numbers on their way into a column.
struct Numbers<'a> {
    piece: &'a mut Piece,
    meaning: Meaning,
    labels: &'a [ValueLabel],
    text: Vec<u8>,
}

impl Numbers<'_> {
    #[inline]
    fn add(&mut self, value: Option<f64>) {
        match value {
            None => self.piece.push_empty(STYLE),
            Some(value) if value.fract() == 0.0 && value.abs() < EXACT => {
                self.add_whole(Some(value as i64));
            }
            Some(value) => self.add_fraction(&format!("{value}")),
        }
    }

    fn add_single(&mut self, value: f32) {
        if value.is_nan() || value >= MISSING_SINGLE {
            self.piece.push_empty(STYLE);
        } else if value.fract() == 0.0 {
            self.add(Some(f64::from(value)));
        } else {
            // The shortest text of the single, not of the double it becomes.
            self.add_fraction(&format!("{value}"));
        }
    }

    fn add_fraction(&mut self, shortest: &str) {
        match self.meaning {
            Meaning::Plain => self.piece.push(shortest.as_bytes(), STYLE),
            Meaning::Days | Meaning::Weeks | Meaning::Months | Meaning::Parts(..) => {
                self.piece.push(b"a part of a day", STYLE);
            }
            Meaning::Ticks(_) | Meaning::Time(_) | Meaning::Untold => {
                self.piece.push(b"a time of day", STYLE);
            }
        }
    }

    #[inline]
    fn add_whole(&mut self, value: Option<i64>) {
        let Some(value) = value else {
            self.piece.push_empty(STYLE);
            return;
        };
        match self.meaning {
            Meaning::Plain if self.labels.is_empty() => {
                self.piece.push_whole(value, &mut self.text, STYLE);
            }
            Meaning::Plain => match self
                .labels
                .binary_search_by_key(&value, |label| label.value)
            {
                Ok(at) => self.piece.push(self.labels[at].label.as_bytes(), STYLE),
                Err(_) => self.piece.push_whole(value, &mut self.text, STYLE),
            },
            Meaning::Days => {
                (self.piece).push_day(value.saturating_sub(EPOCH), &mut self.text, STYLE);
            }
            Meaning::Weeks => {
                let (year, week) = (1960 + value.div_euclid(52), value.rem_euclid(52));
                let day = first_of(year).map_or(i64::MAX, |first| first + 7 * week);
                self.piece.push_day(day, &mut self.text, STYLE);
            }
            Meaning::Ticks(a_second) => {
                let ticks = value.saturating_sub(EPOCH * 86_400 * a_second);
                self.piece
                    .push_moment((ticks, a_second), &mut self.text, STYLE);
            }
            other => {
                let text = &mut self.text;
                match other {
                    Meaning::Months => {
                        let (year, month) = (1960 + value.div_euclid(12), value.rem_euclid(12) + 1);
                        write_text(text, format_args!("{year}-{month:02}"));
                    }
                    Meaning::Parts(a_year, letter) => {
                        let (year, part) = (
                            1960 + value.div_euclid(a_year),
                            value.rem_euclid(a_year) + 1,
                        );
                        write_text(text, format_args!("{year}{letter}{part}"));
                    }
                    Meaning::Time(a_second) => {
                        let second = value.div_euclid(a_second);
                        let (hour, minute) =
                            (second.div_euclid(3600), second.rem_euclid(3600) / 60);
                        write_text(
                            text,
                            format_args!("{hour:02}:{minute:02}:{:02}", second.rem_euclid(60)),
                        );
                    }
                    _ => write_text(text, format_args!("a clock that is not read")),
                }
                self.piece.push(text, STYLE);
            }
        }
    }
}

/// The day of 1 January, from 1970-01-01.
fn first_of(year: i64) -> Option<i64> {
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
    Some(crate::registers::calendar::days(date))
}
