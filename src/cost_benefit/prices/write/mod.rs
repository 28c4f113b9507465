//! Prices as a file to edit, in each form that is read. Written and read again they are the same (a law test).

mod csv;
mod toml;
mod xlsx;

pub use csv::to_csv;
pub use toml::to_toml;
pub use xlsx::to_xlsx;

use super::entry::{KEYS, WHOLE};
use crate::study::prices::{Basis, Flow, Line, Prices, Quantity, Side};

/// A cell to write.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Truth(bool),
}

/// Columns of a sheet.
fn header() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(&WHOLE).copied()
}

/// The cells of a line, in the order of the header. A template has no values: they are what is to be filled in.
fn cells(line: &Line, prices: &Prices) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let (outcome, per) = match &line.quantity {
        Quantity::Outcome(name) => (text(name), Cell::Empty),
        Quantity::Person => (Cell::Empty, text("person")),
    };
    let (kind, from, to) = flow(line.flow);
    let party = |name: Option<&str>| name.map_or(Cell::Empty, text);
    let value = if line.value.is_finite() {
        Cell::Number(line.value)
    } else {
        Cell::Empty
    };
    let some = |words: &str| {
        if words.is_empty() {
            Cell::Empty
        } else {
            text(words)
        }
    };
    vec![
        text(&line.name),
        outcome,
        per,
        text(kind),
        party(from),
        party(to),
        value,
        some(&line.unit),
        if line.price_year > 0 {
            Cell::Number(f64::from(line.price_year))
        } else {
            Cell::Empty
        },
        text(basis(line.basis)),
        some(&line.source),
        Cell::Truth(line.programme),
        some(&line.arms.join(" | ")),
        text(&prices.currency),
        Cell::Truth(prices.synthetic),
        prices.title.as_deref().map_or(Cell::Empty, text),
    ]
}

fn flow(flow: Flow) -> (&'static str, Option<&'static str>, Option<&'static str>) {
    match flow {
        Flow::Resource { party, side } => match side {
            Side::Cost => ("resource", Some(party.as_str()), None),
            Side::Gain => ("resource", None, Some(party.as_str())),
        },
        Flow::Transfer { from, to } => ("transfer", Some(from.as_str()), Some(to.as_str())),
    }
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Factor => "factor",
        Basis::Market => "market",
    }
}
