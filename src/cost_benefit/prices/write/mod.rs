//! Prices as a file to edit, in each form that is read. Written and read again they are the same (a law test).

mod csv;
mod toml;
mod xlsx;

pub use csv::to_csv;
pub use toml::to_toml;
pub use xlsx::to_xlsx;

use super::entry::{KEYS, OF_REFUNDS, USUAL, USUAL_WHOLE, WHOLE};
use crate::cost_benefit::{codes, indices, refunds, vintages};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::study::prices::{
    Activity, Basis, Flow, Line, Moment, Prices, Quantity, RefundRule, Side, Uncertainty, Vintage,
};

/// A cell to write.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Truth(bool),
}

/// Columns of a sheet: those that every sheet has, and those that something is written in.
fn header(prices: &Prices) -> Vec<&'static str> {
    let is_used =
        |key: &&str| (prices.lines.iter()).any(|line| cell(key, line, prices) != Cell::Empty);
    let more = KEYS[USUAL..].iter().copied().filter(is_used);
    let of_all = WHOLE[USUAL_WHOLE..].iter().copied().filter(is_used);
    (KEYS[..USUAL].iter().copied())
        .chain(more)
        .chain(WHOLE[..USUAL_WHOLE].iter().copied())
        .chain(of_all)
        .collect()
}

/// What is in a cell. A template has no values: they are what is to be filled in.
fn cell(key: &str, line: &Line, prices: &Prices) -> Cell {
    let of_line = KEYS.contains(&key);
    if of_line && line.refund.is_some() && !OF_REFUNDS.contains(&key) {
        return Cell::Empty;
    }
    let text = |text: &str| match text {
        "" => Cell::Empty,
        text => Cell::Text(text.to_owned()),
    };
    let some = |words: Option<&str>| words.map_or(Cell::Empty, text);
    let number = |number: Option<f64>| number.map_or(Cell::Empty, Cell::Number);
    let (kind, from, to) = flow(line.flow);
    let spread = line.uncertainty.as_ref().map(spread).unwrap_or_default();
    match key {
        "line" => text(&line.name),
        "outcome" => match &line.quantity {
            Quantity::Outcome(name) => text(name),
            Quantity::Person => Cell::Empty,
        },
        "per" => some((line.quantity == Quantity::Person).then_some("person")),
        "kind" => text(kind),
        "from" => some(from),
        "to" => some(to),
        "value" => number(Some(line.value).filter(|value| value.is_finite())),
        "unit" => text(&line.unit),
        "price_year" => number(Some(f64::from(line.price_year)).filter(|year| *year > 0.0)),
        "basis" => text(basis(line.basis)),
        "source" => text(&line.source),
        "programme" => Cell::Truth(line.programme),
        "arms" => text(&line.arms.join(" | ")),
        "uplift" => number(Some(line.uplift).filter(|uplift| *uplift != 0.0)),
        "distribution" => some(spread.distribution),
        "low" => number(spread.low),
        "high" => number(spread.high),
        "std_error" => number(spread.std_error),
        "first_week" => number(line.first_week.map(f64::from)),
        "last_week" => number(line.last_week.map(f64::from)),
        "refund_of" => some(line.refund.as_ref().map(|refund| refund.of.as_str())),
        "rule" => some(line.refund.as_ref().map(|refund| refund.rule.as_str())),
        "weeks" => some(line.refund.as_ref().map(|refund| weeks(refund.weeks))),
        "currency" => text(&prices.currency),
        "synthetic" => Cell::Truth(prices.synthetic),
        "title" => some(prices.title.as_deref()),
        "vintage" => some(prices.vintage.as_ref().map(|vintage| vintage.name.as_str())),
        "discounted_at" => some((prices.discounted_at == Moment::End).then_some("end")),
        "price_level" => number(prices.price_level.map(f64::from)),
        "price_index" => some(index_name(prices).as_deref()),
        "participants" => number(prices.participants.map(f64::from)),
        _ => Cell::Empty,
    }
}

/// The words and numbers of an uncertainty.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    distribution: Option<&'static str>,
    low: Option<f64>,
    high: Option<f64>,
    std_error: Option<f64>,
}

fn spread(uncertainty: &Uncertainty) -> Spread {
    let between = |word, low, high| Spread {
        distribution: Some(word),
        low: Some(low),
        high: Some(high),
        std_error: None,
    };
    let about = |word, std_error| Spread {
        distribution: Some(word),
        std_error: Some(std_error),
        ..Spread::default()
    };
    match *uncertainty {
        Uncertainty::Uniform { low, high } => between("uniform", low, high),
        Uncertainty::Triangular { low, high } => between("triangular", low, high),
        Uncertainty::Normal { std_error } => about("normal", std_error),
        Uncertainty::LogNormal { std_error } => about("log_normal", std_error),
        Uncertainty::Gamma { std_error } => about("gamma", std_error),
    }
}

/// The name of the index, if it is one that is shipped.
fn index_name(prices: &Prices) -> Option<String> {
    prices.deflator.as_ref().and_then(indices::name_of)
}

/// The vintage, if its name alone does not say it.
fn own_vintage(prices: &Prices) -> Option<&Vintage> {
    let own = |vintage: &&Vintage| vintages::vintage(&vintage.name).as_ref() != Some(*vintage);
    prices.vintage.as_ref().filter(own)
}

/// Rules of refund whose names alone do not say them.
fn own_rules(prices: &Prices) -> impl Iterator<Item = &RefundRule> {
    let shipped = refunds::shipped();
    prices
        .refunds
        .iter()
        .filter(move |rule| !shipped.contains(rule))
}

/// Whether a sheet can say everything that the prices say.
///
/// # Errors
/// Class [`Class::Write`], with what has no place in a sheet.
pub fn fits_a_sheet(prices: &Prices) -> Result<()> {
    let mut kept: Vec<String> = Vec::new();
    if own_vintage(prices).is_some() {
        kept.push("an own vintage".to_owned());
    }
    if prices.deflator.is_some() && index_name(prices).is_none() {
        kept.push("a deflator".to_owned());
    }
    if prices.extrapolation.is_some() {
        kept.push("an extrapolation".to_owned());
    }
    kept.extend(own_rules(prices).map(|rule| format!("the refund rule `{}`", rule.name)));
    if kept.is_empty() {
        return Ok(());
    }
    Err(Error::one(
        Class::Write,
        Diagnostic::error(
            codes::ONLY_TOML,
            format!(
                "the prices have what a sheet has no room for: {}",
                kept.join(", ")
            ),
            "write them as .toml",
        ),
    ))
}

fn weeks(weeks: Activity) -> &'static str {
    match weeks {
        Activity::Active => "active",
        Activity::Passive => "passive",
        Activity::Each => "each",
    }
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
