//! A price file in an Excel workbook: the sheet named `prices` or `priser`, else the first.
//!
//! A workbook is a zip file, and a small one can unpack to more than memory holds. So it is unpacked once with a limit
//! and thrown away before a reader sees it, and cells are taken one by one, never as a block of the size the file claims.

use super::number::Mark;
use super::table::{Cell, Sheet};
use super::{codes, refuse, too_large};
use crate::error::{Error, Result};
use crate::study::DataFile;
use calamine::{DataRef, Reader, Xlsx};
use std::io::{Cursor, Read, copy, sink};

/// Bytes a workbook may unpack to.
const UNPACKED: u64 = 32 << 20;
/// Parts a workbook may have.
const PARTS: usize = 1_000;
/// Cells that are looked at.
const CELLS: usize = 100_000;
/// Columns that are looked at.
const COLUMNS: u32 = 200;

/// The sheet of prices.
pub(super) fn sheet(file: &DataFile, bytes: Vec<u8>) -> Result<Sheet> {
    unpacks(file, &bytes)?;
    let damaged = |_| broken(file);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    let named = names
        .iter()
        .find(|name| ["prices", "priser"].contains(&name.trim().to_lowercase().as_str()));
    let Some(name) = named.or(names.first()).cloned() else {
        return Err(broken(file));
    };
    let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut rows: Vec<(u64, Vec<Cell>)> = Vec::new();
    let mut seen = 0;
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let value = value(cell.get_value());
        if value == Cell::Empty {
            continue;
        }
        seen += 1;
        if column >= COLUMNS || seen > CELLS {
            return Err(too_large(file));
        }
        let number = u64::from(row) + 1;
        // Rows come in order, and every row that comes has a cell.
        if rows.last().is_none_or(|(last, _)| *last != number) {
            rows.push((number, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            let column = column as usize;
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            cells[column] = value;
        }
    }
    let mut rows = rows.into_iter();
    let Some((header_row, header)) = rows.next() else {
        return Err(refuse(
            file,
            codes::NO_LINES,
            "the sheet is empty",
            "write the names of the columns in the first row, and the lines below",
        ));
    };
    let name = |cell: Cell| match cell {
        Cell::Text(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    Ok(Sheet {
        header: header.into_iter().map(name).collect(),
        header_row,
        rows: rows.collect(),
        mark: Mark::Open,
    })
}

fn value(value: &DataRef<'_>) -> Cell {
    let text = |text: &str| {
        if text.trim().is_empty() {
            Cell::Empty
        } else {
            Cell::Text(text.trim().to_owned())
        }
    };
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(letters) => text(letters),
        DataRef::SharedString(letters) => text(letters),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) => Cell::Other("a date"),
        DataRef::DurationIso(_) => Cell::Other("a duration"),
        DataRef::Error(_) => Cell::Other("an error of the spreadsheet"),
    }
}

/// Unpacks every part into nothing, up to a limit.
fn unpacks(file: &DataFile, bytes: &[u8]) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken(file))?;
    if archive.len() > PARTS {
        return Err(too_large(file));
    }
    let mut left = UNPACKED;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| broken(file))?;
        let unpacked = copy(&mut part.take(left + 1), &mut sink()).map_err(|_| broken(file))?;
        if unpacked > left {
            return Err(too_large(file));
        }
        left -= unpacked;
    }
    Ok(())
}

fn broken(file: &DataFile) -> Error {
    refuse(
        file,
        codes::UNREADABLE,
        "the file is not an Excel workbook (.xlsx) that can be read",
        "save it again as .xlsx from a spreadsheet program, or as .csv",
    )
}
