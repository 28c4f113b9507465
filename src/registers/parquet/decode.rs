//! From the columns of a row group to pieces.
//!
//! Column chunks are read one by one and decoded by polars into plain integers, floats and text, so that dates,
//! small integers and categoricals need no part of polars that is not built: a date is stored as days, a categorical as
//! its text.

use super::{Opened, Window};
use crate::error::Result;
use crate::numeric::parallel::blocks;
use crate::registers::codes;
use crate::registers::column::{Piece, write_text};
use crate::registers::facts::{DecimalMark, Style, TextEncoding};
use crate::registers::table::{Want, refuse, unreadable};
use polars::io::parquet::metadata::FileMetadataRef;
use polars::io::parquet::read::_internal::to_deserializer;
use polars::prelude::{ArrowDataType, ArrowField, ArrowTimeUnit, DataType, PolarsError, Series};
use polars_parquet::parquet::compression::DecompressionContext;
use polars_parquet::parquet::page::CompressedPage;
use polars_parquet::read::{Filter, Page, PageReader, decompress};
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};

/// Text from a Parquet file is UTF-8 and has decimal points.
pub(super) const STYLE: Style = Style {
    encoding: TextEncoding::Utf8,
    decimal_mark: DecimalMark::Point,
};

/// What the stored numbers of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Themselves.
    Plain,
    /// Days from 1970-01-01.
    Days,
    /// Ticks from the start of 1970, so many a second.
    Ticks(i64),
    /// Whole numbers of 10^-scale.
    Scaled(usize),
}

/// How to decode a column.
pub(super) struct Source {
    field: ArrowField,
    meaning: Meaning,
}

/// The plain type a column is decoded as; `None` when it has no place in a register.
pub(super) fn source(field: &ArrowField, metadata: &FileMetadataRef) -> Option<Source> {
    use ArrowDataType as T;
    let (plain, meaning) = match stored(field.dtype()) {
        T::Int8 | T::Int16 | T::Int32 | T::UInt8 | T::UInt16 => (T::Int32, Meaning::Plain),
        T::Date32 => (T::Int32, Meaning::Days),
        T::Int64 => (T::Int64, Meaning::Plain),
        T::Timestamp(unit, _) => {
            let second = match unit {
                ArrowTimeUnit::Second => 1,
                ArrowTimeUnit::Millisecond => 1_000,
                ArrowTimeUnit::Microsecond => 1_000_000,
                ArrowTimeUnit::Nanosecond => 1_000_000_000,
            };
            (T::Int64, Meaning::Ticks(second))
        }
        T::Decimal(_, scale) | T::Decimal32(_, scale) | T::Decimal64(_, scale) => {
            let chunk = metadata
                .row_groups
                .first()?
                .columns_under_root_iter(&field.name)?
                .next()?;
            let plain = match format!("{:?}", chunk.physical_type()).as_str() {
                "Int32" => T::Int32,
                "Int64" => T::Int64,
                _ => return None,
            };
            (plain, Meaning::Scaled(*scale))
        }
        T::Utf8 | T::LargeUtf8 | T::Utf8View => (T::Utf8View, Meaning::Plain),
        plain @ (T::UInt32 | T::UInt64 | T::Float32 | T::Float64 | T::Boolean | T::Null) => {
            (plain.clone(), Meaning::Plain)
        }
        _ => return None,
    };
    Some(Source {
        field: ArrowField::new(field.name.clone(), plain, true),
        meaning,
    })
}

/// The type of the values of a categorical, else the type.
pub(super) fn stored(dtype: &ArrowDataType) -> &ArrowDataType {
    match dtype {
        ArrowDataType::Dictionary(_, values, _) => stored(values),
        other => other,
    }
}

/// One column of some rows of a row group, in pieces of so many rows.
pub(super) fn decode(
    part: &Opened,
    window: &Window,
    source: &Source,
    want: &Want,
    piece_rows: usize,
) -> Result<Vec<Piece>> {
    let file = &part.file;
    let damaged = || {
        refuse(
            file,
            codes::PARQUET,
            format!("column `{}` cannot be decoded", want.column),
            "write the file again",
        )
    };
    let group = &part.metadata.row_groups[window.group];
    let chunk = group
        .columns_under_root_iter(&source.field.name)
        .and_then(|mut chunks| chunks.next())
        .ok_or_else(damaged)?;
    let range = chunk.byte_range();
    if range.start > range.end || range.end > part.bytes {
        return Err(damaged());
    }
    let mut raw = vec![0; (range.end - range.start) as usize];
    let mut opened = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    opened
        .seek(SeekFrom::Start(range.start))
        .and_then(|_| opened.read_exact(&mut raw))
        .map_err(|error| unreadable(file, &error))?;
    // Shared by both readers of it, not copied.
    let bytes = raw.into();
    let pages = PageReader::new(
        Cursor::new(Clone::clone(&bytes)),
        chunk,
        Vec::new(),
        usize::MAX,
    );
    if !hold(pages, group.num_rows()) {
        return Err(damaged());
    }
    // Always with a range: what is made room for is then what is asked for, not what the file claims.
    let rows = Filter::Range(window.rows.clone());
    let (arrays, _) = to_deserializer(vec![(chunk, bytes)], source.field.clone(), Some(rows))
        .map_err(|_| damaged())?;
    let series = Series::try_from((&source.field, arrays)).map_err(|_| damaged())?;
    if series.len() != window.rows.len() {
        return Err(damaged());
    }
    let cut = blocks(series.len(), piece_rows);
    let pieces = cut.into_iter().map(|rows| {
        let mut piece = Piece::new(want.kind, rows.len());
        let cells = series.slice(rows.start as i64, rows.len());
        fill(&mut piece, &cells, source.meaning).map_err(|_| damaged())?;
        Ok(piece)
    });
    pieces.collect()
}

/// Whether no page claims more values than its row group has rows, or a dictionary more than it has bytes: room is made for
/// what a page claims before it is read, and a claim below zero is one of all memory.
fn hold(pages: PageReader, rows: usize) -> bool {
    pages.into_iter().all(|page| match page {
        Ok(CompressedPage::Data(page)) => {
            let claims = [Some(page.num_values()), page.num_rows(), page.null_count()];
            claims.into_iter().flatten().all(|claim| claim <= rows)
        }
        Ok(page) => match decompress(page, &mut Vec::new(), &mut DecompressionContext::Unset) {
            Ok(Page::Dict(page)) => page.num_values <= page.buffer.len(),
            _ => false,
        },
        Err(_) => false,
    })
}

/// Adds the cells of a decoded column.
fn fill(
    piece: &mut Piece,
    series: &Series,
    meaning: Meaning,
) -> std::result::Result<(), PolarsError> {
    let mut text = Vec::new();
    let mut whole = |piece: &mut Piece, value: Option<i64>| match value {
        Some(value) => number(piece, value, meaning, &mut text),
        None => piece.push_empty(STYLE),
    };
    match series.dtype() {
        DataType::Int32 => series
            .i32()?
            .iter()
            .for_each(|cell| whole(piece, cell.map(i64::from))),
        DataType::UInt32 => series
            .u32()?
            .iter()
            .for_each(|cell| whole(piece, cell.map(i64::from))),
        DataType::Int64 => series.i64()?.iter().for_each(|cell| whole(piece, cell)),
        DataType::UInt64 => series
            .u64()?
            .iter()
            .for_each(|cell| match cell.map(i64::try_from) {
                Some(Err(_)) => piece.push(b"too large", STYLE),
                small => whole(piece, small.and_then(std::result::Result::ok)),
            }),
        DataType::Float32 => series.f32()?.iter().for_each(|cell| {
            // The shortest text of the single, not of the double it becomes.
            float(
                piece,
                cell.map(f64::from),
                cell.map(|value| format!("{value}")),
                &mut text,
            );
        }),
        DataType::Float64 => series.f64()?.iter().for_each(|cell| {
            let part = cell.filter(|value| value.fract() != 0.0);
            float(piece, cell, part.map(|value| format!("{value}")), &mut text);
        }),
        DataType::Boolean => series.bool()?.iter().for_each(|cell| {
            let cell: &[u8] = match cell {
                Some(true) => b"true",
                Some(false) => b"false",
                None => b"",
            };
            piece.push(cell, STYLE);
        }),
        DataType::String => {
            series
                .str()?
                .iter()
                .for_each(|cell| piece.push(cell.unwrap_or("").as_bytes(), STYLE));
        }
        _ => (0..series.len()).for_each(|_| piece.push_empty(STYLE)),
    }
    Ok(())
}

/// A float: empty when not a number, whole when it has no fraction, else its shortest text.
pub(crate) fn float(
    piece: &mut Piece,
    value: Option<f64>,
    shortest: Option<String>,
    text: &mut Vec<u8>,
) {
    /// Up to here every whole float is one integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Some(value) if value.fract() == 0.0 && value.abs() < EXACT => {
            piece.push_whole(value as i64, text, STYLE);
        }
        Some(value) if !value.is_nan() => {
            let shortest = shortest.unwrap_or_else(|| format!("{value}"));
            piece.push(shortest.as_bytes(), STYLE);
        }
        _ => piece.push_empty(STYLE),
    }
}

/// A stored whole number as what it means.
fn number(piece: &mut Piece, value: i64, meaning: Meaning, text: &mut Vec<u8>) {
    match meaning {
        Meaning::Plain => piece.push_whole(value, text, STYLE),
        Meaning::Days => piece.push_day(value, text, STYLE),
        Meaning::Ticks(a_second) => piece.push_moment((value, a_second), text, STYLE),
        Meaning::Scaled(scale) => {
            let sign = if value < 0 { "-" } else { "" };
            let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            let mark = if scale > 0 { "." } else { "" };
            write_text(text, format_args!("{sign}{whole}{mark}{fraction}"));
            piece.push(text, STYLE);
        }
    }
}
