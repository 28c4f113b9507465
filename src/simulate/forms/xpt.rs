//! A table as a SAS transport file (version 5): records of 80 bytes, numbers as IBM floats, names of up to 8 letters,
//! texts in Windows-1252.
//!
//! # Source
//! SAS Institute, "The Record Layout of a Data Set in SAS Transport (XPORT) Format" (TS-140).

use super::super::sheet::{Cells, Column, Sheet, Value, text};

/// Days from 1960-01-01, from which SAS counts, to 1970-01-01.
const SAS_EPOCH: i32 = 3653;
/// Length of a record.
const RECORD: usize = 80;
/// Longest name.
pub(crate) const NAME: usize = 8;
/// Longest text.
const LONGEST: usize = 200;
/// A fixed time: equal scenarios give equal bytes.
const TIME: &str = "01JAN70:00:00:00";

/// The bytes of a table; its name stands in the file, its columns have names of up to 8 letters.
pub(crate) fn xpt(sheet: &Sheet) -> Vec<u8> {
    let widths: Vec<usize> = sheet.columns.iter().map(width_of).collect();
    let mut file = File::default();
    file.header("LIBRARY", "000000000000000000000000000000");
    file.record(&format!(
        "{:<8}{:<8}{:<8}{:<8}{:<32}{TIME}",
        "SAS", "SAS", "SASLIB", "9.4", ""
    ));
    file.record(TIME);
    file.header("MEMBER", "000000000000000001600000000140");
    file.header("DSCRPTR", "000000000000000000000000000000");
    let name = short(&sheet.name).to_uppercase();
    file.record(&format!(
        "{:<8}{name:<8}{:<8}{:<8}{:<32}{TIME}",
        "SAS", "SASDATA", "9.4", ""
    ));
    file.record(TIME);
    let count = format!("000000{:04}00000000000000000000", sheet.columns.len());
    file.header("NAMESTR", &count);
    let mut place = 0;
    for (index, (column, width)) in sheet.columns.iter().zip(&widths).enumerate() {
        file.namestr(column, index + 1, *width, place);
        place += width;
    }
    file.fill();
    file.header("OBS", "000000000000000000000000000000");
    for row in 0..sheet.rows() {
        for (column, width) in sheet.columns.iter().zip(&widths) {
            file.value(column, row, *width);
        }
    }
    file.fill();
    file.bytes
}

/// A name of up to 8 letters.
pub(crate) fn short(name: &str) -> String {
    if name.len() <= NAME {
        return name.to_owned();
    }
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(NAME)
        .collect()
}

fn width_of(column: &Column) -> usize {
    if !column.is_text() {
        return 8;
    }
    let longest = (0..column.len())
        .map(|row| encoded(column, row).len())
        .max();
    longest.unwrap_or(1).clamp(1, LONGEST)
}

fn encoded(column: &Column, row: usize) -> Vec<u8> {
    let text = match column.value(row) {
        Value::Text(text) => text.to_owned(),
        value => text(value, '.'),
    };
    encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()
}

#[derive(Default)]
struct File {
    bytes: Vec<u8>,
}

impl File {
    fn record(&mut self, text: &str) {
        self.bytes
            .extend_from_slice(format!("{text:<RECORD$}").as_bytes());
    }

    fn header(&mut self, name: &str, rest: &str) {
        self.record(&format!(
            "HEADER RECORD*******{name:<8}HEADER RECORD!!!!!!!{rest}"
        ));
    }

    /// Blanks to the end of the record.
    fn fill(&mut self) {
        let length = self.bytes.len().next_multiple_of(RECORD);
        self.bytes.resize(length, b' ');
    }

    fn short(&mut self, number: usize) {
        self.bytes.extend_from_slice(&(number as u16).to_be_bytes());
    }

    fn padded(&mut self, text: &[u8], width: usize) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&text[..text.len().min(width)]);
        self.bytes.resize(start + width, b' ');
    }

    /// The 140 bytes that describe a column.
    fn namestr(&mut self, column: &Column, number: usize, width: usize, place: usize) {
        let is_text = column.is_text();
        let is_date = !is_text && matches!(column.cells, Cells::Days(_));
        self.short(if is_text { 2 } else { 1 });
        self.short(0);
        self.short(width);
        self.short(number);
        self.padded(column.name.as_bytes(), NAME);
        self.padded(column.name.as_bytes(), 40);
        self.padded(if is_date { b"DATE" } else { b"" }, 8);
        self.short(if is_date { 9 } else { 0 });
        self.short(0);
        self.short(0);
        self.short(0);
        self.padded(b"", 8);
        self.short(0);
        self.short(0);
        self.bytes.extend_from_slice(&(place as u32).to_be_bytes());
        let end = self.bytes.len() + 52;
        self.bytes.resize(end, 0);
    }

    fn value(&mut self, column: &Column, row: usize, width: usize) {
        if column.is_text() {
            self.padded(&encoded(column, row), width);
            return;
        }
        let number = match column.value(row) {
            Value::Whole(number) => Some(number as f64),
            Value::Hundredths(value) => Some(value as f64 / 100.0),
            Value::Day(day) => Some(f64::from(day + SAS_EPOCH)),
            _ => None,
        };
        self.bytes.extend_from_slice(&ibm(number));
    }
}

/// A number as an IBM float: a sign, a power of 16, and 56 bits, which hold the 53 of ours whatever the power. Missing is
/// a point and zeros.
fn ibm(number: Option<f64>) -> [u8; 8] {
    let Some(number) = number else {
        return [b'.', 0, 0, 0, 0, 0, 0, 0];
    };
    if number == 0.0 {
        return [0; 8];
    }
    let bits = number.abs().to_bits();
    // 1.f times 2 to the `power`; simulated numbers are neither tiny nor huge.
    let power = (bits >> 52) as i32 - 1023;
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    // The fraction is below 1: 16^-1 or more, so that 2^(power + 1) is at most 16^exponent.
    let exponent = (power + 1).div_euclid(4) + i32::from((power + 1).rem_euclid(4) != 0);
    let shift = 56 - (4 * exponent - power) - 52;
    let fraction = if shift >= 0 {
        mantissa << shift
    } else {
        mantissa >> -shift
    };
    let sign = u64::from(number < 0.0) << 63;
    (sign | ((exponent + 64) as u64) << 56 | fraction).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Back from the eight bytes, as SAS documents it.
    fn back(bytes: [u8; 8]) -> f64 {
        let all = u64::from_be_bytes(bytes);
        let fraction = (all & ((1 << 56) - 1)) as f64 / (1_u64 << 56) as f64;
        let exponent = ((all >> 56) & 0x7F) as i32 - 64;
        let sign = if all >> 63 == 1 { -1.0 } else { 1.0 };
        sign * fraction * 16_f64.powi(exponent)
    }

    #[test]
    fn numbers_survive_as_ibm_floats() {
        // From TS-140: 1 is 4110 0000, -1 is C110 0000, 100 is 4264 0000.
        assert_eq!(ibm(Some(1.0)), [0x41, 0x10, 0, 0, 0, 0, 0, 0]);
        assert_eq!(ibm(Some(-1.0)), [0xC1, 0x10, 0, 0, 0, 0, 0, 0]);
        assert_eq!(ibm(Some(100.0)), [0x42, 0x64, 0, 0, 0, 0, 0, 0]);
        assert_eq!(ibm(None)[0], b'.');
        for number in [
            0.0,
            0.01,
            0.5,
            18.25,
            37.0,
            160.33,
            999.0,
            2e6,
            1e15 + 1.0,
            -4.75,
        ] {
            assert_eq!(back(ibm(Some(number))), number);
        }
        for whole in 1..70_000 {
            assert_eq!(back(ibm(Some(f64::from(whole)))), f64::from(whole));
        }
    }

    #[test]
    fn long_names_are_shortened() {
        assert_eq!(short("person_id"), "personid");
        assert_eq!(short("start_week"), "startwee");
        assert_eq!(short("y_1048"), "y_1048");
    }
}
