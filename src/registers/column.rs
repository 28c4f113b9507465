//! Columns while they are being read: pieces of a block of rows, and the whole they are joined into.

use super::calendar::{IsoWeek, date_of};
use super::categories::{LabelBlock, LabelsSoFar};
use super::cells::{self, CODES, Cell};
use super::facts::Style;
use super::ids::Ids;
use super::split::trim;
use super::table::{BadCells, Codes, Column, Kind, Numbers};
use crate::study::WeekUnit;

/// One column of a block of rows.
#[derive(Debug)]
pub(crate) enum Piece {
    Ids(Ids),
    Labels(LabelBlock),
    Numbers(Kind, NumberBlock),
    Codes(Codes),
}

/// Numbers of a block of rows.
#[derive(Debug, Default)]
pub(crate) struct NumberBlock {
    values: Vec<i64>,
    empty: Vec<u32>,
    bad: BadCells,
}

impl Piece {
    pub(crate) fn new(kind: Kind, rows: usize) -> Self {
        match kind {
            Kind::Id => {
                let mut ids = Ids::default();
                ids.reserve(rows);
                Self::Ids(ids)
            }
            Kind::Category => {
                let mut labels = LabelBlock::default();
                labels.reserve(rows);
                Self::Labels(labels)
            }
            Kind::Code => Self::Codes(Codes {
                values: Vec::with_capacity(rows),
                bad: BadCells::default(),
            }),
            kind => {
                let values = Vec::with_capacity(rows);
                Self::Numbers(
                    kind,
                    NumberBlock {
                        values,
                        ..NumberBlock::default()
                    },
                )
            }
        }
    }

    /// Adds a cell as it stands in the file.
    #[inline]
    pub(crate) fn push(&mut self, cell: &[u8], style: Style) {
        match self {
            Self::Ids(ids) => ids.push(cell, style),
            Self::Labels(labels) => labels.push(cell),
            Self::Numbers(kind, block) => block.push(cell, *kind, style),
            Self::Codes(codes) => push_code(codes, cell, style),
        }
    }
}

/// Adds a code as it stands in the file.
fn push_code(codes: &mut Codes, cell: &[u8], style: Style) {
    let cell = trim(cell);
    let code = match cells::number(cell, Kind::Code, style.decimal_mark) {
        // Only codes of two bytes are values.
        Cell::Value(value) => value as u16,
        Cell::Empty => 0,
        Cell::Bad => {
            let row = codes.values.len();
            codes
                .bad
                .add(row, || cells::bad_class(&style.decode(cell), Kind::Code));
            0
        }
    };
    codes.values.push(code);
}

impl Piece {
    /// The column of these rows alone.
    pub(crate) fn finish(self, style: Style) -> Column {
        let kind = match self {
            Self::Ids(ids) => return Column::Ids(ids),
            Self::Labels(_) => Kind::Category,
            Self::Codes(codes) => return Column::Codes(codes),
            Self::Numbers(kind, _) => kind,
        };
        let mut whole = Whole::new(kind);
        whole.append(self, style);
        whole.finish()
    }

    /// Adds an empty cell.
    #[inline]
    pub(crate) fn push_empty(&mut self, style: Style) {
        match self {
            Self::Codes(codes) => codes.values.push(0),
            Self::Numbers(_, block) => {
                block.empty.push(block.values.len() as u32);
                block.values.push(0);
            }
            Self::Ids(_) | Self::Labels(_) => self.push(b"", style),
        }
    }

    /// Adds a whole number that needs no reading; the same as the cell with its digits.
    pub(crate) fn push_whole(&mut self, value: i64, text: &mut Vec<u8>, style: Style) {
        if let Self::Numbers(Kind::Integer | Kind::Week(WeekUnit::Trial), block) = self
            && value != i64::MIN
        {
            block.values.push(value);
            return;
        }
        if let Self::Codes(codes) = self
            && CODES.contains(&value)
        {
            codes.values.push(value as u16);
            return;
        }
        write_text(text, format_args!("{value}"));
        self.push(text, style);
    }

    /// Adds a day counted from 1970-01-01; the same as the cell `2010-11-03`.
    pub(crate) fn push_day(&mut self, day: i64, text: &mut Vec<u8>, style: Style) {
        match self {
            Self::Numbers(Kind::Week(WeekUnit::Date), block) if date_of(day).is_some() => {
                block.values.push(day);
            }
            Self::Numbers(Kind::Assigned, block) if date_of(day).is_some() => {
                block.values.push(i64::from(IsoWeek::of_days(day).0));
            }
            _ => {
                match date_of(day) {
                    Some(date) => write_text(text, format_args!("{date}")),
                    None => write_text(text, format_args!("day {day}")),
                }
                self.push(text, style);
            }
        }
    }
}

impl Piece {
    /// Adds a moment, in ticks from the start of 1970, so many a second; the same as the cell `2010-11-03 10:10:10`. At
    /// midnight it is a day where days are asked for.
    pub(crate) fn push_moment(&mut self, ticks: (i64, i64), text: &mut Vec<u8>, style: Style) {
        let (ticks, a_second) = ticks;
        let a_day = 86_400 * a_second;
        let (day, of_day) = (ticks.div_euclid(a_day), ticks.rem_euclid(a_day));
        let days = Kind::Week(WeekUnit::Date);
        if of_day == 0
            && let Self::Numbers(kind, _) = self
            && (*kind == days || *kind == Kind::Assigned)
        {
            self.push_day(day, text, style);
            return;
        }
        let second = of_day / a_second;
        let (hour, minute, second) = (second / 3600, second % 3600 / 60, second % 60);
        match date_of(day) {
            Some(date) if of_day % a_second == 0 => {
                write_text(
                    text,
                    format_args!("{date} {hour:02}:{minute:02}:{second:02}"),
                );
            }
            // Nobody needs parts of a second, but midnight and a half is not midnight.
            Some(date) => write_text(
                text,
                format_args!("{date} {hour:02}:{minute:02}:{second:02} and a part"),
            ),
            None => write_text(text, format_args!("a moment out of range")),
        }
        self.push(text, style);
    }
}

/// Writes a value as text into a buffer that is used again and again.
pub(crate) fn write_text(text: &mut Vec<u8>, value: std::fmt::Arguments<'_>) {
    use std::io::Write;
    text.clear();
    // Writing to a vector cannot fail.
    let _ = text.write_fmt(value);
}

impl NumberBlock {
    /// Adds a number that is read already.
    #[inline]
    pub(crate) fn push_plain(&mut self, value: i64) {
        self.values.push(value);
    }

    #[inline]
    fn push(&mut self, cell: &[u8], kind: Kind, style: Style) {
        let cell = trim(cell);
        let value = match cells::number(cell, kind, style.decimal_mark) {
            Cell::Value(value) => value,
            other => {
                if other == Cell::Bad {
                    let row = self.values.len();
                    self.bad
                        .add(row, || cells::bad_class(&style.decode(cell), kind));
                }
                self.empty.push(self.values.len() as u32);
                0
            }
        };
        self.values.push(value);
    }
}

/// A whole column so far.
#[derive(Debug)]
pub(crate) enum Whole {
    Ids(Ids),
    Labels(LabelsSoFar),
    Numbers(Numbers),
    Codes(Codes),
}

impl Whole {
    pub(crate) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Id => Self::Ids(Ids::default()),
            Kind::Category => Self::Labels(LabelsSoFar::default()),
            Kind::Code => Self::Codes(Codes::default()),
            _ => Self::Numbers(Numbers::default()),
        }
    }

    pub(crate) fn reserve(&mut self, rows: usize) {
        match self {
            Self::Ids(ids) => ids.reserve(rows),
            Self::Labels(labels) => labels.reserve(rows),
            Self::Numbers(numbers) => numbers.values.reserve(rows),
            Self::Codes(codes) => codes.values.reserve(rows),
        }
    }

    /// Adds a block; blocks come in the order of the file.
    pub(crate) fn append(&mut self, piece: Piece, style: Style) {
        match (self, piece) {
            (Self::Ids(ids), Piece::Ids(more)) => ids.append(more),
            (Self::Labels(labels), Piece::Labels(more)) => labels.append(&more, style),
            (Self::Numbers(numbers), Piece::Numbers(_, more)) => {
                let before = numbers.values.len();
                if numbers.values.capacity() == 0 {
                    numbers.values = more.values;
                } else {
                    numbers.values.extend_from_slice(&more.values);
                }
                if numbers.empty.is_some() || !more.empty.is_empty() {
                    let empty = numbers.empty.get_or_insert_default();
                    empty.resize(numbers.values.len(), false);
                    for &row in &more.empty {
                        empty[before + row as usize] = true;
                    }
                }
                numbers.bad.append(more.bad, before);
            }
            (Self::Codes(codes), Piece::Codes(more)) => {
                let before = codes.values.len();
                codes.values.extend_from_slice(&more.values);
                codes.bad.append(more.bad, before);
            }
            _ => unreachable!("pieces are made from the kinds the whole is made from"),
        }
    }

    pub(crate) fn finish(self) -> Column {
        match self {
            Self::Ids(ids) => Column::Ids(ids),
            Self::Labels(labels) => Column::Categories(labels.finish()),
            Self::Numbers(numbers) => Column::Numbers(numbers),
            Self::Codes(codes) => Column::Codes(codes),
        }
    }
}
