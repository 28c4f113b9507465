//! One thing at a time: each uncertain price at its low and its high, and the weeks after the horizon by a named rule.

use super::{Form, Number, Sum, Term};
use crate::cost_benefit::book::Book;
use crate::cost_benefit::perspectives::{REGISTRY, society_weight};
use crate::cost_benefit::price_draws;

/// Society's account with one price at the end of its range.
pub(super) fn low_and_high(book: &Book<'_>) -> Vec<Number> {
    let distortion = book.distortion();
    let society = Sum::of(book, |entry| society_weight(book.line(entry), distortion));
    let mut out = Vec::new();
    for (index, line) in book.prices.lines.iter().enumerate() {
        let Some(uncertainty) = &line.uncertainty else {
            continue;
        };
        let (low, high) = price_draws::range(uncertainty, line.value);
        for (estimand, price) in [
            ("net_benefit_at_low_price", low),
            ("net_benefit_at_high_price", high),
        ] {
            // Where a price is fixed it is no price any more, but part of the weight.
            let fixed = society.0.iter().map(|term| match term.price {
                Some(own) if own == index => Term {
                    weight: term.weight * price,
                    price: None,
                    ..*term
                },
                _ => *term,
            });
            out.push(Number {
                estimand,
                item: line.name.clone(),
                week: None,
                unit: book.prices.currency.clone(),
                form: Form::Sum(Sum(fixed.collect())),
            });
        }
    }
    out
}

/// Every account with what is assumed of the weeks after the horizon.
pub(super) fn beyond(book: &Book<'_>) -> Vec<Number> {
    let Some(rule) = book.prices.extrapolation else {
        return Vec::new();
    };
    let distortion = book.distortion();
    let last = book.horizon + rule.weeks;
    let account = |perspective: &crate::cost_benefit::perspectives::Perspective| Number {
        estimand: "net_benefit_beyond",
        item: perspective.slug.to_owned(),
        week: Some(last),
        unit: book.prices.currency.clone(),
        form: Form::Sum(Sum::with_beyond(book, |entry| {
            (perspective.weigh)(book.line(entry), distortion)
        })),
    };
    REGISTRY.iter().map(account).collect()
}
