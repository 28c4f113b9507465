//! Where society's account is zero: the price of the programme or of one of its lines, and the effect.

use super::accounts::is_of_programme;
use super::{Form, Number, Sum, Term};
use crate::cost_benefit::book::{Book, Entry};
use crate::cost_benefit::perspectives::society_weight;
use crate::cost_benefit::{Flow, Line, Quantity};

/// The `item` of numbers of the whole programme.
pub const PROGRAMME: &str = "programme";

/// Society's account of the entries that are chosen.
pub(super) fn society(book: &Book<'_>, chosen: impl Fn(&Entry) -> bool) -> Sum {
    let distortion = book.distortion();
    Sum::of(book, |entry| {
        if chosen(entry) {
            society_weight(book.line(entry), distortion)
        } else {
            0.0
        }
    })
}

/// Society's account without some lines.
pub(in crate::cost_benefit) fn society_but(
    book: &Book<'_>,
    without: impl Fn(&Line) -> bool,
) -> Sum {
    society(book, |entry| !without(book.line(entry)))
}

/// Lines that are costs of the programme.
fn is_cost(line: &Line) -> bool {
    line.programme && matches!(line.flow, Flow::Resource { .. })
}

/// The price at which the account is zero: of the whole programme per person, and of each of its lines per unit.
pub(super) fn prices(book: &Book<'_>) -> Vec<Number> {
    let lines = &book.prices.lines;
    let mut out = Vec::new();
    if !lines.iter().any(is_cost) {
        return out;
    }
    out.push(Number {
        estimand: "break_even_price",
        item: PROGRAMME.to_owned(),
        week: None,
        unit: book.prices.currency.clone(),
        form: Form::Sum(society_but(book, |line| is_of_programme(book, line))),
    });
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| is_cost(line)) {
        let (rest, slope) = around(book, index);
        out.push(Number {
            estimand: "break_even_price",
            item: line.name.clone(),
            week: None,
            unit: line.unit.clone(),
            form: Form::Ratio {
                top: rest.times(-1.0),
                bottom: slope,
            },
        });
    }
    out
}

/// Society's account without a line's price, and what one unit of the price adds to it.
pub(in crate::cost_benefit) fn around(book: &Book<'_>, line: usize) -> (Sum, Sum) {
    let rest = society(book, |entry| entry.price != line);
    let own = society(book, |entry| entry.price == line);
    let unpriced = own.0.into_iter().map(|term| Term {
        price: None,
        ..term
    });
    (rest, Sum(unpriced.collect()))
}

/// The effect at which the account is zero, when a unit of it is worth what it is on average in the treated side's weeks and all else
/// stays as it is: of the outcome that is the effect, and of what production is counted by.
pub(super) fn effect(book: &Book<'_>) -> Vec<Number> {
    let counted = |line: &Line| match &line.quantity {
        Quantity::Outcome(outcome) => Some(outcome.clone()),
        Quantity::Person => None,
    };
    let headline = book.effect.as_ref().map(|(outcome, _)| outcome.clone());
    let is_asked = |line: &&Line| line.is_production() || counted(line) == headline;
    let lines = book.prices.lines.iter().filter(is_asked);
    let mut outcomes: Vec<String> = lines.filter_map(counted).collect();
    outcomes.sort_unstable();
    outcomes.dedup();
    let number = |outcome: String| {
        let of_it = |line: &Line| counted(line).as_ref() == Some(&outcome);
        // Undefined where a unit of it adds nothing.
        let worth = book.worth_of(&outcome).unwrap_or(f64::NAN);
        Number {
            estimand: "break_even_effect",
            week: None,
            unit: book.unit_of(&outcome).to_owned(),
            form: Form::Sum(society_but(book, of_it).times(-1.0 / worth)),
            item: outcome,
        }
    };
    outcomes.into_iter().map(number).collect()
}
