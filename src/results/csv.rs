//! `estimates.csv` and `accounting.csv`: comma, line feed, UTF-8, one header line, numbers printed to round-trip.

use super::row::COLUMNS;
use super::{Bundle, Cell, MayLeave, Row};

/// The bytes of `estimates.csv`: the columns of [`COLUMNS`], one line per row.
///
/// A table of uncleared results says so in every line, at the end of `reason`.
pub fn estimates(cleared: &impl MayLeave) -> Vec<u8> {
    let bundle = cleared.bundle();
    let mut table = Table::with_header(&COLUMNS);
    for row in bundle.rows() {
        table.line((0..COLUMNS.len()).map(|column| match COLUMNS[column] {
            "reason" => text(&reason(bundle, row)),
            _ => print(&row.cell(column)),
        }));
    }
    table.bytes
}

/// The bytes of `accounting.csv`: the counted lines from what was read to what was used.
///
/// The mark of uncleared results is a last line of its own.
pub fn accounting(cleared: &impl MayLeave) -> Vec<u8> {
    let bundle = cleared.bundle();
    let mut table = Table::with_header(&["table", "unit", "key", "arm", "sign", "count"]);
    for line in &bundle.accounting {
        // The signs are words of ours, not labels: they are printed as they are.
        table.line([
            text(&line.table),
            text(&line.unit),
            text(&line.key),
            text(&line.arm),
            line.sign.clone(),
            line.count.to_string(),
        ]);
    }
    if let Some(mark) = bundle.disclosure.mark() {
        let blank = String::new;
        table.line([blank(), blank(), mark.to_owned(), blank(), blank(), blank()]);
    }
    table.bytes
}

fn reason(bundle: &Bundle, row: &Row) -> String {
    match (row.reason.as_ref(), bundle.disclosure.mark()) {
        (reason, None) => reason.to_owned(),
        ("", Some(mark)) => mark.to_owned(),
        (reason, Some(mark)) => format!("{reason}; {mark}"),
    }
}

fn print(cell: &Cell) -> String {
    match cell {
        Cell::Text(words) => text(words),
        Cell::Integer(value) => value.map(|v| v.to_string()).unwrap_or_default(),
        Cell::Number(value) => value.map(number).unwrap_or_default(),
    }
}

/// The shortest text that reads back as the same number: `0.5`, `12`, `1e-9`.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:?}");
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// A label that a spreadsheet would take for a formula gets an apostrophe in front.
fn text(words: &str) -> String {
    if words.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{words}")
    } else {
        words.to_owned()
    }
}

/// Lines with cells quoted where they must be.
struct Table {
    bytes: Vec<u8>,
}

impl Table {
    fn with_header(names: &[&str]) -> Self {
        let mut table = Self { bytes: Vec::new() };
        table.line(names.iter().map(|name| (*name).to_owned()));
        table
    }

    fn line(&mut self, cells: impl IntoIterator<Item = String>) {
        for (i, cell) in cells.into_iter().enumerate() {
            if i > 0 {
                self.bytes.push(b',');
            }
            if cell.contains([',', '"', '\n', '\r']) {
                let quoted = cell.replace('"', "\"\"");
                self.bytes
                    .extend_from_slice(format!("\"{quoted}\"").as_bytes());
            } else {
                self.bytes.extend_from_slice(cell.as_bytes());
            }
        }
        self.bytes.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample::{self, Passed};

    fn lines(bytes: Vec<u8>) -> Vec<String> {
        String::from_utf8(bytes)
            .expect("UTF-8")
            .lines()
            .map(str::to_owned)
            .collect()
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
        let lines = lines(estimates(&Passed(sample::bundle(true))));
        assert_eq!(lines[0], COLUMNS.join(","));
        assert_eq!(
            lines[1],
            "main,weekly_mean,employment,,all,,kontrol,,1,0.13333333333333333,0.02,,,,,,,19,,,,share,ok,,,,,,,,,,"
        );
        assert_eq!(lines.len(), 21);
    }

    #[test]
    fn quotes_and_formulas_in_labels_are_guarded() {
        let text = String::from_utf8(estimates(&Passed(sample::bundle(true)))).expect("UTF-8");
        assert!(text.contains(",sex,'=f,deltager,"));
        assert!(text.contains(",sex,\"m, \"\"m\"\"\",deltager,"));
        let accounting = lines(accounting(&Passed(sample::bundle(true))));
        assert_eq!(
            accounting[1],
            "\"persons, all\",persons,used,'-kontrol,=,40"
        );
        assert_eq!(accounting.len(), 2);
    }

    #[test]
    fn another_reader_finds_the_same_cells() {
        let bundle = sample::bundle(true);
        let bytes = estimates(&Passed(bundle.clone()));
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        for (record, row) in reader.records().zip(bundle.rows()) {
            let record = record.expect("a line of 33 cells");
            assert_eq!(record[9].parse().ok(), row.estimate);
            assert_eq!(record[5].trim_start_matches('\''), row.level.as_ref());
        }
    }

    #[test]
    fn uncleared_tables_say_so_in_every_line() {
        let lines = lines(estimates(&Passed(sample::bundle(false))));
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
        let text = String::from_utf8(accounting(&Passed(sample::bundle(false)))).expect("UTF-8");
        assert!(text.ends_with(",,not cleared for release,,,\n"));
    }
}
