//! A table as CSV.

use super::super::Dialect;
use super::super::sheet::{Sheet, Value, text};
use std::borrow::Cow;

/// The bytes of a table.
pub(crate) fn csv(sheet: &Sheet) -> Vec<u8> {
    let (separator, mark) = match sheet.dialect {
        Dialect::Plain => (',', '.'),
        Dialect::Danish => (';', ','),
    };
    let mut bytes = Vec::new();
    let mut line = String::new();
    for (index, column) in sheet.columns.iter().enumerate() {
        cell(&mut line, index, separator, &column.name);
    }
    end(&mut bytes, &mut line, Letters::Utf8);
    let mut latin1 = sheet.latin1.iter().copied().peekable();
    for row in 0..sheet.rows() {
        for (index, column) in sheet.columns.iter().enumerate() {
            let value = match column.value(row) {
                Value::Text(text) => Cow::Borrowed(text),
                value => Cow::Owned(text(value, mark)),
            };
            cell(&mut line, index, separator, &value);
        }
        let letters = match latin1.next_if_eq(&row) {
            Some(_) => Letters::Latin1,
            None => Letters::Utf8,
        };
        end(&mut bytes, &mut line, letters);
    }
    if sheet.breaks_off {
        // Within the second cell of the last row.
        let row = bytes[..bytes.len() - 1]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let cell = bytes[row..].iter().position(|b| *b == separator as u8);
        bytes.truncate(row + cell.map_or(1, |at| at + 2));
    }
    bytes
}

/// How letters become bytes.
#[derive(Clone, Copy)]
enum Letters {
    Utf8,
    Latin1,
}

fn cell(line: &mut String, index: usize, separator: char, cell: &str) {
    if index > 0 {
        line.push(separator);
    }
    if cell.contains([separator, '"', '\n', '\r']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

fn end(bytes: &mut Vec<u8>, line: &mut String, letters: Letters) {
    line.push('\n');
    match letters {
        Letters::Utf8 => bytes.extend_from_slice(line.as_bytes()),
        Letters::Latin1 => bytes.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(line).0),
    }
    line.clear();
}
