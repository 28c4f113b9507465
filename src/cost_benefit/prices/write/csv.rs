//! Prices as CSV.

use super::super::table::looks_like_a_formula;
use super::{Cell, cells, header};
use crate::results::csv::Dialect;
use crate::study::prices::Prices;

/// Prices as CSV in UTF-8. A text that a program could take for a formula has an apostrophe before it, which is taken off
/// again on reading.
pub fn to_csv(prices: &Prices, dialect: Dialect) -> String {
    // The mark tells spreadsheet programs that it is UTF-8.
    let mut text = String::from("\u{feff}");
    let separator = match dialect {
        Dialect::Plain => ",",
        Dialect::Danish => ";",
    };
    let names: Vec<&str> = header().collect();
    text += &names.join(separator);
    text += "\r\n";
    for line in &prices.lines {
        let cells: Vec<String> = cells(line, prices)
            .into_iter()
            .map(|cell| written(cell, dialect))
            .collect();
        text += &cells.join(separator);
        text += "\r\n";
    }
    text
}

fn written(cell: Cell, dialect: Dialect) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Truth(truth) => truth.to_string(),
        Cell::Number(number) => match dialect {
            Dialect::Plain => number.to_string(),
            Dialect::Danish => number.to_string().replace('.', ","),
        },
        Cell::Text(text) => {
            let guard = if looks_like_a_formula(&text) { "'" } else { "" };
            // Both separators, so that it is the header alone that shows which one the file has.
            if text.contains([',', ';', '\t', '"', '\n', '\r']) {
                format!("\"{guard}{}\"", text.replace('"', "\"\""))
            } else {
                format!("{guard}{text}")
            }
        }
    }
}
