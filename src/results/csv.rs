//! `estimates.csv` and `accounting.csv`: comma, line feed, UTF-8, one header line, numbers printed to round-trip. In the
//! Danish form they open with a double click in a Danish spreadsheet.

use super::row::COLUMNS;
use super::{Bundle, Cell, MayLeave, Row};
use std::fmt::Write as _;

/// The signs that a table is written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Comma between cells, decimal point, line feed: what programs read, and the bytes that are guaranteed.
    #[default]
    Plain,
    /// Semicolon between cells, decimal comma, a byte-order mark, carriage return and line feed. Excel takes the first
    /// two from the region of the machine, reads æøå only behind the mark, and would make dates of decimal points.
    Danish,
}

impl Dialect {
    fn separator(self) -> u8 {
        match self {
            Self::Plain => b',',
            Self::Danish => b';',
        }
    }

    fn start(self) -> &'static [u8] {
        match self {
            Self::Plain => b"",
            Self::Danish => b"\xEF\xBB\xBF",
        }
    }

    fn end_of_line(self) -> &'static [u8] {
        match self {
            Self::Plain => b"\n",
            Self::Danish => b"\r\n",
        }
    }
}

/// The bytes of `estimates.csv`: the columns of [`COLUMNS`], one line per row.
///
/// A table of uncleared results says so in every line, at the end of `reason`.
pub fn estimates(cleared: &impl MayLeave, dialect: Dialect) -> Vec<u8> {
    estimates_of(cleared.bundle(), dialect)
}

/// The same of a bundle that was opened: it has passed the gate.
pub(crate) fn estimates_of(bundle: &Bundle, dialect: Dialect) -> Vec<u8> {
    let mut table = Table::with_header(&COLUMNS, dialect);
    for row in bundle.rows() {
        for (i, name) in COLUMNS.iter().enumerate() {
            match row.cell(i) {
                Cell::Text(_) if *name == "reason" => table.text(&reason(bundle, row)),
                Cell::Text(words) => table.text(words),
                Cell::Integer(value) => table.integer(value),
                Cell::Number(value) => table.number(value),
            }
        }
        table.end_line();
    }
    table.bytes
}

/// The bytes of `accounting.csv`: the counted lines from what was read to what was used.
///
/// The mark of uncleared results is a last line of its own.
pub fn accounting(cleared: &impl MayLeave, dialect: Dialect) -> Vec<u8> {
    accounting_of(cleared.bundle(), dialect)
}

/// The same of a bundle that has passed the gate.
pub(crate) fn accounting_of(bundle: &Bundle, dialect: Dialect) -> Vec<u8> {
    let header = ["table", "unit", "key", "arm", "sign", "count"];
    let mut table = Table::with_header(&header, dialect);
    for line in &bundle.accounting {
        for words in [&line.table, &line.unit, &line.key, &line.arm] {
            table.text(words);
        }
        // The signs are words of ours, not labels: they are printed as they are.
        table.cell(&line.sign);
        table.cell(&line.shown().map(|n| n.to_string()).unwrap_or_default());
        table.end_line();
    }
    if let Some(mark) = bundle.disclosure.mark() {
        for words in ["", "", mark, "", "", ""] {
            table.cell(words);
        }
        table.end_line();
    }
    table.bytes
}

/// The reason of a row, with the mark of uncleared results at its end.
pub(crate) fn reason(bundle: &Bundle, row: &Row) -> String {
    match (row.reason.as_ref(), bundle.disclosure.mark()) {
        (reason, None) => reason.to_owned(),
        ("", Some(mark)) => mark.to_owned(),
        (reason, Some(mark)) => format!("{reason}; {mark}"),
    }
}

/// The shortest text that reads back as the same number: `0.5`, `12`, `1e-9`.
fn print(value: f64, text: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{value:?}");
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
}

/// Lines with cells quoted where they must be.
struct Table {
    bytes: Vec<u8>,
    dialect: Dialect,
    /// Whether the next cell is the first of its line.
    at_start: bool,
    /// A number on its way.
    scratch: String,
}

impl Table {
    fn with_header(names: &[&str], dialect: Dialect) -> Self {
        let mut table = Self {
            bytes: dialect.start().to_vec(),
            dialect,
            at_start: true,
            scratch: String::new(),
        };
        for name in names {
            table.cell(name);
        }
        table.end_line();
        table
    }

    fn end_line(&mut self) {
        self.bytes.extend_from_slice(self.dialect.end_of_line());
        self.at_start = true;
    }

    fn separate(&mut self) {
        if !self.at_start {
            self.bytes.push(self.dialect.separator());
        }
        self.at_start = false;
    }

    /// Words as they are, in quotes where they must be.
    fn cell(&mut self, words: &str) {
        self.separate();
        let separator = self.dialect.separator();
        let special = |b: u8| b == separator || matches!(b, b'"' | b'\n' | b'\r');
        if words.bytes().any(special) {
            let quoted = words.replace('"', "\"\"");
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(quoted.as_bytes());
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(words.as_bytes());
        }
    }

    /// A label: one that a spreadsheet would take for a formula gets an apostrophe in front.
    fn text(&mut self, words: &str) {
        if words.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            self.cell(&format!("'{words}"));
        } else {
            self.cell(words);
        }
    }

    fn integer(&mut self, value: Option<i64>) {
        self.separate();
        if let Some(value) = value {
            self.scratch.clear();
            let _ = write!(self.scratch, "{value}");
            self.bytes.extend_from_slice(self.scratch.as_bytes());
        }
    }

    fn number(&mut self, value: Option<f64>) {
        self.separate();
        if let Some(value) = value {
            self.scratch.clear();
            print(value, &mut self.scratch);
            let comma = |b: u8| match (b, self.dialect) {
                (b'.', Dialect::Danish) => b',',
                _ => b,
            };
            self.bytes.extend(self.scratch.bytes().map(comma));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample::{self, Passed};
    use crate::results::{ColumnKind, column_kind};

    fn lines(bytes: Vec<u8>) -> Vec<String> {
        String::from_utf8(bytes)
            .expect("UTF-8")
            .lines()
            .map(str::to_owned)
            .collect()
    }

    fn number(value: f64) -> String {
        let mut text = String::new();
        print(value, &mut text);
        text
    }

    #[test]
    fn numbers_are_printed_to_round_trip() {
        for (value, text) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (12.0, "12"),
            (-0.5, "-0.5"),
            (1e-9, "1e-9"),
            (1e300, "1e300"),
        ] {
            assert_eq!(number(value), text);
            assert!(
                text.parse::<f64>()
                    .is_ok_and(|back| back.to_bits() == value.to_bits())
            );
        }
    }

    #[test]
    fn the_header_is_the_contract_and_empty_cells_are_empty() {
        let lines = lines(estimates(&Passed(sample::bundle(true)), Dialect::Plain));
        assert_eq!(lines[0], COLUMNS.join(","));
        assert_eq!(
            lines[1],
            "main,weekly_mean,employment,,all,,kontrol,,1,0.13333333333333333,0.02,,,,,,,19,,,,share,ok,,,,,,,,,,"
        );
        assert_eq!(lines.len(), 21);
    }

    #[test]
    fn quotes_and_formulas_in_labels_are_guarded() {
        let text = String::from_utf8(estimates(&Passed(sample::bundle(true)), Dialect::Plain))
            .expect("UTF-8");
        assert!(text.contains(",sex,'=f,deltager,"));
        assert!(text.contains(",sex,\"m, \"\"m\"\"\",deltager,"));
        let accounting = lines(accounting(&Passed(sample::bundle(true)), Dialect::Plain));
        assert_eq!(
            accounting[1],
            "\"persons, all\",persons,used,'-kontrol,=,40"
        );
        assert_eq!(accounting.len(), 2);
    }

    #[test]
    fn another_reader_finds_the_same_cells() {
        let bundle = sample::bundle(true);
        let bytes = estimates(&Passed(bundle.clone()), Dialect::Plain);
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        for (record, row) in reader.records().zip(bundle.rows()) {
            let record = record.expect("a line of 33 cells");
            assert_eq!(record[9].parse().ok(), row.estimate);
            assert_eq!(record[5].trim_start_matches('\''), row.level.as_ref());
        }
    }

    #[test]
    fn uncleared_tables_say_so_in_every_line() {
        let lines = lines(estimates(&Passed(sample::bundle(false)), Dialect::Plain));
        assert!(
            lines[1..]
                .iter()
                .all(|l| l.contains("not cleared for release"))
        );
        assert!(
            lines
                .iter()
                .any(|l| l.contains("below 5; not cleared for release"))
        );
        let text = String::from_utf8(accounting(&Passed(sample::bundle(false)), Dialect::Plain))
            .expect("UTF-8");
        assert!(text.ends_with(",,not cleared for release,,,\n"));
    }

    #[test]
    fn the_danish_form_has_semicolons_decimal_commas_and_the_mark_before_its_letters() {
        let bytes = estimates(&Passed(sample::bundle(true)), Dialect::Danish);
        assert_eq!(&bytes[..3], b"\xEF\xBB\xBF");
        let text = String::from_utf8(bytes[3..].to_vec()).expect("UTF-8");
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], COLUMNS.join(";"));
        assert_eq!(
            lines[1],
            "main;weekly_mean;employment;;all;;kontrol;;1;0,13333333333333333;0,02;;;;;;;19;;;;share;ok;;;;;;;;;;"
        );
        // A comma needs no quotes here, a formula its apostrophe as ever.
        assert!(
            text.contains(";sex;'=f;deltager;") && text.contains(";sex;\"m, \"\"m\"\"\";deltager;")
        );
        let accounting = accounting(&Passed(sample::bundle(true)), Dialect::Danish);
        assert!(accounting.ends_with(b"\r\npersons, all;persons;used;'-kontrol;=;40\r\n"));
    }

    #[test]
    fn both_forms_tell_the_same_cells() {
        let bundle = sample::bundle(false);
        let cells = |dialect: Dialect| {
            let bytes = estimates_of(&bundle, dialect);
            let bytes = bytes
                .strip_prefix(b"\xEF\xBB\xBF")
                .unwrap_or(&bytes)
                .to_vec();
            let mut reader = ::csv::ReaderBuilder::new()
                .delimiter(dialect.separator())
                .from_reader(bytes.as_slice());
            let records: Vec<::csv::StringRecord> =
                reader.records().map(|r| r.expect("33 cells")).collect();
            records
        };
        let (plain, danish) = (cells(Dialect::Plain), cells(Dialect::Danish));
        assert_eq!(plain.len(), danish.len());
        for (one, other) in plain.iter().zip(&danish) {
            for (i, (one, other)) in one.iter().zip(other).enumerate() {
                let numeric = column_kind(COLUMNS[i]) != Some(ColumnKind::Text);
                let other = if numeric {
                    other.replace(',', ".")
                } else {
                    other.to_owned()
                };
                assert_eq!(one, other);
            }
        }
    }
}
