//! The last sheet: every row with the columns of `estimates.csv`, its numbers whole. More rows than a sheet holds go on
//! on the next.

use super::book::{Book, Head, looks_like_input};
use super::{Sheet, Source};
use crate::report::document::Side;
use crate::results::row::COLUMNS;
use crate::results::{Cell, ColumnKind, Row, column_kind, csv};
use rust_xlsxwriter::{Format, XlsxError};

/// Rows that fit on a sheet of 1,048,576, less the head and the line that says where it goes on.
pub(super) const ROOM: usize = 1_048_574;

pub(super) fn sheets<'s>(source: &'s Source<'_>) -> Vec<Sheet<'s>> {
    let rows = source.bundle.rows();
    let (context, last) = (&source.context, count(source));
    let parts = (0..last).map(|part| {
        let from = part * source.room;
        let own = &rows[from..rows.len().min(from + source.room)];
        let mut title = context.say("sheet-about-all");
        if last > 1 {
            let (first, end) = (
                context.count(from as u64 + 1),
                context.count((from + own.len()) as u64),
            );
            let total = context.count(rows.len() as u64);
            let arguments = [("first", first.as_str()), ("last", &end), ("total", &total)];
            title = format!("{title} {}", context.tell("sheet-part", &arguments));
        }
        let next = (part + 1 < last)
            .then(|| context.tell("sheet-goes-on", &[("sheet", &name(source, part + 1))]));
        Sheet {
            name: name(source, part),
            title,
            fill: Box::new(move |book| write(book, source, own, next.as_deref())),
        }
    });
    parts.collect()
}

/// How many sheets there are: one also when there are no rows.
pub(super) fn count(source: &Source<'_>) -> usize {
    source.bundle.rows().len().div_ceil(source.room).max(1)
}

/// On which of these sheets a row of the bundle stands, and in which line of it.
pub(super) fn place(source: &Source<'_>, row: usize) -> (usize, u32) {
    (row / source.room, (row % source.room) as u32 + 2)
}

fn name(source: &Source<'_>, part: usize) -> String {
    let name = source.context.say("sheet-all");
    if part == 0 {
        name
    } else {
        format!("{name} {}", part + 1)
    }
}

fn width(column: &str) -> f64 {
    match column {
        "analysis" | "outcome" | "item" | "level" | "arm" | "reference" => 16.0,
        "estimand" => 26.0,
        "reason" => 40.0,
        "method" | "se_method" | "interval_method" => 20.0,
        name => (name.len() as f64 * 1.2 + 4.0).max(11.0),
    }
}

fn write(
    book: &mut Book<'_>,
    source: &Source<'_>,
    rows: &[Row],
    next: Option<&str>,
) -> Result<(), XlsxError> {
    let heads = COLUMNS.map(|name| Head {
        name: name.to_owned(),
        width: width(name),
        side: match column_kind(name) {
            Some(ColumnKind::Text) | None => Side::Left,
            Some(ColumnKind::Integer | ColumnKind::Number) => Side::Right,
        },
    });
    book.head(&heads, rows.len())?;
    // Thirty-three columns on one page could not be read.
    book.sheet.set_print_scale(70);
    // Beside the table, so that the rows stay what estimates.csv has.
    book.marks((0, COLUMNS.len() as u16 + 1))?;
    // The look of a column serves the cells that have none of their own: a third of the time for a million of them.
    let words = Format::new().set_num_format("@");
    for (i, name) in COLUMNS.iter().enumerate() {
        if column_kind(name) == Some(ColumnKind::Text) {
            book.sheet.set_column_format(i as u16, &words)?;
        }
    }
    for (i, row) in rows.iter().enumerate() {
        let at = i as u32 + 1;
        for (j, name) in COLUMNS.iter().enumerate() {
            let column = j as u16;
            let reason;
            let cell = match *name {
                "reason" => {
                    reason = csv::reason(source.bundle, row);
                    Cell::Text(&reason)
                }
                _ => row.cell(j),
            };
            match cell {
                Cell::Text("") => {}
                Cell::Text(text) if text.len() > 255 || looks_like_input(text) => {
                    book.label((at, column), text)?;
                }
                Cell::Text(text) => {
                    book.sheet.write_string(at, column, text)?;
                }
                Cell::Integer(value) => {
                    if let Some(value) = value {
                        book.sheet.write_number(at, column, value as f64)?;
                    }
                }
                Cell::Number(value) => {
                    if let Some(value) = value {
                        book.sheet.write_number(at, column, value)?;
                    }
                }
            }
        }
    }
    match next {
        Some(next) => book.label((rows.len() as u32 + 1, 0), next),
        None => Ok(()),
    }
}
