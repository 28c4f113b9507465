//! Parquet: the same columns as from the CSV twin.
//!
//! Column chunks are read one by one and decoded by polars into plain integers, floats and text, so that dates,
//! small integers and categoricals need no part of polars that is not built: a date is stored as days, a categorical as
//! its text.

use super::column::{Piece, Whole, write_text};
use super::facts::{DecimalMark, FileFacts, Format, Style, TextEncoding};
use super::table::{Numbering, Table, Want, refuse, unreadable};
use super::{codes, header};
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::numeric::parallel::map_ordered;
use crate::study::DataFile;
use polars::io::parquet::metadata::FileMetadataRef;
use polars::io::parquet::read::{_internal::to_deserializer, infer_schema};
use polars::prelude::{
    ArrowDataType, ArrowField, ArrowTimeUnit, DataType, ParquetReader, PolarsError, SerReader,
    Series,
};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

/// Rows decoded before they are joined to the columns.
const ROWS: usize = 1 << 20;

/// Text from a Parquet file is UTF-8 and has decimal points.
const STYLE: Style = Style {
    encoding: TextEncoding::Utf8,
    decimal_mark: DecimalMark::Point,
};

/// What the stored numbers of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Themselves.
    Plain,
    /// Days from 1970-01-01.
    Days,
    /// Ticks from 1970-01-01, so many a day.
    Ticks(i64),
    /// Whole numbers of 10^-scale.
    Scaled(usize),
}

/// How to decode a column.
struct Source {
    field: ArrowField,
    meaning: Meaning,
}

/// Reads a Parquet file.
pub(crate) fn read(file: &DataFile, wants: &[Want]) -> Result<Table> {
    let opened = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    let bytes = opened
        .metadata()
        .map_err(|error| unreadable(file, &error))?
        .len();
    let mut reader = ParquetReader::new(opened);
    let damaged = |_: PolarsError| {
        refuse(
            file,
            codes::PARQUET,
            "this is not a Parquet file that can be read",
            "write the file again",
        )
    };
    let metadata: FileMetadataRef = reader.get_metadata().map_err(damaged)?.clone();
    let schema = infer_schema(&metadata).map_err(damaged)?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let places = header::locate(file, &names, wants)?;

    let (mut sources, mut refused) = (Vec::new(), Vec::new());
    for (&place, want) in places.iter().zip(wants) {
        let found = schema
            .get_at_index(place)
            .and_then(|(_, field)| source(field, &metadata));
        match found {
            Some(found) => sources.push(found),
            None => refused.push(bad_type(file, want)),
        }
    }
    if !refused.is_empty() {
        return Err(Error {
            class: Class::Data,
            diagnostics: refused,
        });
    }

    let mut columns: Vec<Whole> = wants.iter().map(|want| Whole::new(want.kind)).collect();
    for column in &mut columns {
        column.reserve(metadata.num_rows.min(bytes as usize * 64));
    }
    for groups in batches(&metadata) {
        let width = wants.len().max(1);
        let pieces = map_ordered(groups.len() * wants.len(), |task| {
            let (group, column) = (groups.start + task / width, task % width);
            decode(
                file,
                &metadata,
                group,
                &sources[column],
                &wants[column],
                bytes,
            )
        });
        for (task, piece) in pieces.into_iter().enumerate() {
            columns[task % width].append(piece?, STYLE);
        }
    }
    Ok(Table {
        file: file.shown.clone(),
        facts: FileFacts {
            format: Format::Parquet,
            encoding: None,
            byte_order_mark: false,
            separator: None,
            decimal_mark: None,
            line_ending: None,
            bytes,
        },
        rows: metadata.num_rows,
        columns: columns.into_iter().map(Whole::finish).collect(),
        seconds: 0.0,
        numbering: Numbering {
            first: 1,
            jumps: Vec::new(),
        },
    })
}

/// Runs of row groups of about [`ROWS`] rows.
fn batches(metadata: &FileMetadataRef) -> Vec<Range<usize>> {
    let (mut batches, mut start, mut rows) = (Vec::new(), 0, 0);
    for (at, group) in metadata.row_groups.iter().enumerate() {
        rows += group.num_rows();
        if rows >= ROWS {
            batches.push(start..at + 1);
            (start, rows) = (at + 1, 0);
        }
    }
    batches.push(start..metadata.row_groups.len());
    batches
}

/// The plain type a column is decoded as; `None` when it has no place in a register.
fn source(field: &ArrowField, metadata: &FileMetadataRef) -> Option<Source> {
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
            (T::Int64, Meaning::Ticks(86_400 * second))
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
fn stored(dtype: &ArrowDataType) -> &ArrowDataType {
    match dtype {
        ArrowDataType::Dictionary(_, values, _) => stored(values),
        other => other,
    }
}

/// One column of one row group.
fn decode(
    file: &DataFile,
    metadata: &FileMetadataRef,
    group: usize,
    source: &Source,
    want: &Want,
    bytes: u64,
) -> Result<Piece> {
    let damaged = || {
        refuse(
            file,
            codes::PARQUET,
            format!("column `{}` cannot be decoded", want.column),
            "write the file again",
        )
    };
    let group = &metadata.row_groups[group];
    let chunk = group
        .columns_under_root_iter(&source.field.name)
        .and_then(|mut chunks| chunks.next())
        .ok_or_else(damaged)?;
    let range = chunk.byte_range();
    if range.start > range.end || range.end > bytes {
        return Err(damaged());
    }
    let mut raw = vec![0; (range.end - range.start) as usize];
    let mut opened = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    opened
        .seek(SeekFrom::Start(range.start))
        .and_then(|_| opened.read_exact(&mut raw))
        .map_err(|error| unreadable(file, &error))?;
    let (arrays, _) = to_deserializer(vec![(chunk, raw.into())], source.field.clone(), None)
        .map_err(|_| damaged())?;
    let series = Series::try_from((&source.field, arrays)).map_err(|_| damaged())?;
    if series.len() != group.num_rows() {
        return Err(damaged());
    }
    let mut piece = Piece::new(want.kind, series.len());
    fill(&mut piece, &series, source.meaning).map_err(|_| damaged())?;
    Ok(piece)
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
        None => piece.push(b"", STYLE),
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
        _ => (0..series.len()).for_each(|_| piece.push(b"", STYLE)),
    }
    Ok(())
}

/// A float: empty when not a number, whole when it has no fraction, else its shortest text.
fn float(piece: &mut Piece, value: Option<f64>, shortest: Option<String>, text: &mut Vec<u8>) {
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
        _ => piece.push(b"", STYLE),
    }
}

/// A stored whole number as what it means.
fn number(piece: &mut Piece, value: i64, meaning: Meaning, text: &mut Vec<u8>) {
    match meaning {
        Meaning::Plain => piece.push_whole(value, text, STYLE),
        Meaning::Days => piece.push_day(value, text, STYLE),
        Meaning::Ticks(a_day) if value.rem_euclid(a_day) == 0 => {
            piece.push_day(value.div_euclid(a_day), text, STYLE);
        }
        Meaning::Ticks(_) => piece.push(b"a time of day", STYLE),
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

fn bad_type(file: &DataFile, want: &Want) -> Diagnostic {
    Diagnostic::error(
        codes::PARQUET,
        format!("column `{}` is of a type that is not read", want.column),
        "write the column as whole numbers, floats, text or dates",
    )
    .at(Place::Data {
        file: file.shown.clone(),
        column: Some(want.column.clone()),
        rows: Vec::new(),
        count: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Column, Kind, read as read_any};
    use super::*;
    use crate::study::WeekUnit;

    fn fixture(name: &str) -> DataFile {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/registers");
        DataFile {
            shown: name.to_owned(),
            path: folder.join(name),
        }
    }

    fn want(column: &str, kind: Kind) -> Want {
        Want {
            column: column.to_owned(),
            kind,
        }
    }

    #[test]
    fn parquet_gives_the_columns_of_its_csv_twin() {
        let decimal = Kind::Decimal { decimals: 2 };
        let wants: Vec<Want> = [
            ("id_small", Kind::Id),
            ("id_small", Kind::Category),
            ("id_small", Kind::Integer),
            ("id_small", decimal),
            ("id_text", Kind::Id),
            ("id_text", Kind::Integer),
            ("id_text", Kind::Category),
            ("week", Kind::Week(WeekUnit::Trial)),
            ("week", Kind::Category),
            ("day", Kind::Week(WeekUnit::Date)),
            ("day", Kind::Assigned),
            ("day", Kind::Month),
            ("day", Kind::Category),
            ("moment", Kind::Week(WeekUnit::Date)),
            ("moment", Kind::Assigned),
            ("state", Kind::Category),
            ("state", Kind::Id),
            ("state", Kind::Integer),
            ("hours", decimal),
            ("hours", Kind::Decimal { decimals: 0 }),
            ("hours", Kind::Category),
            ("single", Kind::Decimal { decimals: 1 }),
            ("flag", Kind::Category),
            ("count", Kind::Id),
            ("count", Kind::Integer),
            ("month", Kind::Month),
        ]
        .map(|(column, kind)| want(column, kind))
        .to_vec();
        let csv = read_any(&fixture("twin.csv"), &wants).unwrap();
        let parquet = read_any(&fixture("twin.parquet"), &wants).unwrap();
        assert_eq!((csv.rows, parquet.rows), (12, 12));
        for ((want, a), b) in wants.iter().zip(&csv.columns).zip(&parquet.columns) {
            assert_eq!(format!("{a:?}"), format!("{b:?}"), "{want:?}");
        }
        assert_eq!((csv.row_number(0), parquet.row_number(0)), (2, 1));
        assert_eq!(parquet.facts.format, Format::Parquet);
        let Column::Categories(state) = &parquet.columns[15] else {
            panic!()
        };
        assert_eq!(state.levels, ["job", "på ydelse"]);
    }

    #[test]
    fn a_decimal_is_read_exactly_or_refused_by_name() {
        let read = read_any(
            &fixture("twin.parquet"),
            &[want("money", Kind::Decimal { decimals: 2 })],
        );
        match read {
            Ok(table) => {
                let Column::Numbers(money) = &table.columns[0] else {
                    panic!()
                };
                assert_eq!(money.values[..3], [5, 105, 205]);
            }
            Err(error) => assert!(error.diagnostics[0].message.contains("`money`")),
        }
    }

    #[test]
    fn damaged_and_misnamed_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let whole = std::fs::read(fixture("twin.parquet").path).unwrap();
        for (name, bytes) in [
            ("text.parquet", &b"a,b\n1,2\n"[..]),
            ("cut.parquet", &whole[..whole.len() / 2]),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let error = read(
                &DataFile {
                    shown: name.into(),
                    path,
                },
                &[],
            )
            .unwrap_err();
            assert_eq!(error.diagnostics[0].code, codes::PARQUET);
        }
        let error = read(&fixture("twin.parquet"), &[want("days", Kind::Id)]).unwrap_err();
        assert_eq!(
            error.diagnostics[0].hint,
            "write `day`, if that is the column meant"
        );
    }
}
