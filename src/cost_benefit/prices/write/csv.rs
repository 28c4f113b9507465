//! Prices as CSV.

use super::super::table::looks_like_a_formula;
use super::{Cell, cell, fits_a_sheet, header};
use crate::error::Result;
use crate::results::csv::Dialect;
use crate::study::prices::Prices;

/// Prices as CSV in UTF-8. A text that a program could take for a formula has an apostrophe before it, which is taken off
/// again on reading.
///
/// # Errors
/// Class [`Class::Write`](crate::error::Class::Write) when the prices say something that a sheet has no room for.
pub fn to_csv(prices: &Prices, dialect: Dialect) -> Result<String> {
    fits_a_sheet(prices)?;
    // The mark tells spreadsheet programs that it is UTF-8.
    let mut text = String::from("\u{feff}");
    let separator = match dialect {
        Dialect::Plain => ",",
        Dialect::Danish => ";",
    };
    let names = header(prices);
    text += &names.join(separator);
    text += "\r\n";
    for line in &prices.lines {
        let cells: Vec<String> = (names.iter())
            .map(|key| written(cell(key, line, prices), dialect))
            .collect();
        text += &cells.join(separator);
        text += "\r\n";
    }
    Ok(text)
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
