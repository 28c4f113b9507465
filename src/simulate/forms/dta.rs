//! A table as Stata 14 and later reads it (release 118): little-endian, UTF-8, numbers in the smallest type that holds
//! a column, texts as `str#`.

use super::super::sheet::{Cells, Column, Sheet, Value, text};

/// Days from 1960-01-01, from which Stata counts, to 1970-01-01.
const STATA_EPOCH: i32 = 3653;
/// Longest text in a column of texts.
const LONGEST: usize = 2045;
/// Largest values of the types of two and four bytes; what is above means missing.
const INT: i64 = 32_740;
const LONG: i64 = 2_147_483_620;
const MISSING_INT: i16 = 32_741;
const MISSING_LONG: i32 = 2_147_483_621;
/// 2 to the 1023, the missing double.
const MISSING_DOUBLE: u64 = 0x7FE0_0000_0000_0000;

#[derive(Clone, Copy)]
enum Type {
    Text(usize),
    Double,
    Long,
    Int,
}

impl Type {
    fn code(self) -> u16 {
        match self {
            Self::Text(width) => width as u16,
            Self::Double => 65_526,
            Self::Long => 65_528,
            Self::Int => 65_529,
        }
    }
}

/// The bytes of a table.
pub(crate) fn dta(sheet: &Sheet) -> Vec<u8> {
    let types: Vec<Type> = sheet.columns.iter().map(type_of).collect();
    let mut file = File::default();
    file.text("<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>");
    file.number(&(sheet.columns.len() as u16).to_le_bytes());
    file.text("</K><N>");
    file.number(&(sheet.rows() as u64).to_le_bytes());
    file.text("</N><label>");
    file.number(&0_u16.to_le_bytes());
    file.text("</label><timestamp>");
    // No time: equal scenarios give equal bytes.
    file.number(&[0]);
    file.text("</timestamp></header>");
    let map = file.bytes.len();
    let mut places = vec![0, map as u64];
    file.text("<map>");
    file.number(&[0; 14 * 8]);
    file.text("</map>");
    file.section(&mut places, "variable_types", |file| {
        for kind in &types {
            file.number(&kind.code().to_le_bytes());
        }
    });
    file.section(&mut places, "varnames", |file| {
        for column in &sheet.columns {
            file.padded(&column.name, 129);
        }
    });
    file.section(&mut places, "sortlist", |file| {
        file.number(&vec![0; (sheet.columns.len() + 1) * 2]);
    });
    file.section(&mut places, "formats", |file| {
        for (column, kind) in sheet.columns.iter().zip(&types) {
            file.padded(&format_of(column, *kind), 57);
        }
    });
    file.section(&mut places, "value_label_names", |file| {
        file.number(&vec![0; sheet.columns.len() * 129]);
    });
    file.section(&mut places, "variable_labels", |file| {
        file.number(&vec![0; sheet.columns.len() * 321]);
    });
    file.section(&mut places, "characteristics", |_| ());
    file.section(&mut places, "data", |file| {
        for row in 0..sheet.rows() {
            for (column, kind) in sheet.columns.iter().zip(&types) {
                file.value(column.value(row), *kind);
            }
        }
    });
    file.section(&mut places, "strls", |_| ());
    file.section(&mut places, "value_labels", |_| ());
    places.push(file.bytes.len() as u64);
    file.text("</stata_dta>");
    places.push(file.bytes.len() as u64);
    let start = map + "<map>".len();
    for (index, place) in places.iter().enumerate() {
        let at = start + index * 8;
        file.bytes[at..at + 8].copy_from_slice(&place.to_le_bytes());
    }
    file.bytes
}

fn type_of(column: &Column) -> Type {
    let rows = 0..column.len();
    if column.is_text() {
        let longest = rows
            .clone()
            .map(|row| text(column.value(row), '.').len())
            .max();
        return Type::Text(longest.unwrap_or(1).clamp(1, LONGEST));
    }
    let largest = || {
        let rows = rows.clone();
        rows.filter_map(|row| match column.value(row) {
            Value::Whole(number) => Some(number.saturating_abs()),
            _ => None,
        })
        .max()
        .unwrap_or(0)
    };
    match &column.cells {
        Cells::Hundredths(_) => Type::Double,
        Cells::Days(_) => Type::Long,
        Cells::Codes(_) if largest() <= INT => Type::Int,
        _ if largest() <= LONG => Type::Long,
        _ => Type::Double,
    }
}

fn format_of(column: &Column, kind: Type) -> String {
    match (kind, &column.cells) {
        (Type::Text(width), _) => format!("%{width}s"),
        (_, Cells::Days(_)) => "%td".to_owned(),
        (Type::Double, _) => "%10.0g".to_owned(),
        (Type::Long, _) => "%12.0g".to_owned(),
        (Type::Int, _) => "%8.0g".to_owned(),
    }
}

#[derive(Default)]
struct File {
    bytes: Vec<u8>,
}

impl File {
    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn section(&mut self, places: &mut Vec<u64>, name: &str, content: impl Fn(&mut Self)) {
        places.push(self.bytes.len() as u64);
        self.text(&format!("<{name}>"));
        content(self);
        self.text(&format!("</{name}>"));
    }

    /// A text in a fixed number of bytes, cut between letters.
    fn padded(&mut self, text: &str, width: usize) {
        let start = self.bytes.len();
        let end = text.floor_char_boundary(width);
        self.text(&text[..end]);
        self.bytes.resize(start + width, 0);
    }

    fn value(&mut self, value: Value<'_>, kind: Type) {
        match kind {
            Type::Text(width) => match value {
                Value::Text(text) => self.padded(text, width),
                value => self.padded(&text(value, '.'), width),
            },
            Type::Int => {
                let number = match value {
                    Value::Whole(number) => number as i16,
                    _ => MISSING_INT,
                };
                self.number(&number.to_le_bytes());
            }
            Type::Long => {
                let number = match value {
                    Value::Whole(number) => number as i32,
                    Value::Day(day) => day + STATA_EPOCH,
                    _ => MISSING_LONG,
                };
                self.number(&number.to_le_bytes());
            }
            Type::Double => {
                let bits = match value {
                    Value::Whole(number) => (number as f64).to_bits(),
                    Value::Hundredths(value) => (value as f64 / 100.0).to_bits(),
                    _ => MISSING_DOUBLE,
                };
                self.number(&bits.to_le_bytes());
            }
        }
    }
}
