//! Accounts, lines, what the programme costs, and the municipality's outlay and saving.

use super::{Form, Number, Sum};
use crate::cost_benefit::book::Book;
use crate::cost_benefit::perspectives::{Perspective, REGISTRY};
use crate::cost_benefit::{Line, Party};

/// Every perspective.
pub(in crate::cost_benefit) fn net_benefits(book: &Book<'_>) -> Vec<Number> {
    let distortion = book.distortion();
    let account = |Perspective { slug, weigh }: &Perspective| Number {
        estimand: "net_benefit",
        item: (*slug).to_owned(),
        week: None,
        unit: book.prices.currency.clone(),
        form: Form::Sum(Sum::of(book, |entry| weigh(book.line(entry), distortion))),
    };
    REGISTRY.iter().map(account).collect()
}

/// Every account over all persons of the treatment arm.
pub(super) fn totals(book: &Book<'_>) -> Vec<Number> {
    let all = net_benefits(book).into_iter();
    all.map(|number| match number.form {
        Form::Sum(sum) => Number {
            estimand: "total_net_benefit",
            form: Form::Sum(sum.times(book.persons as f64)),
            ..number
        },
        Form::Ratio { .. } => number,
    })
    .collect()
}

/// Every account per person who took the programme up because it was offered.
pub(super) fn per_treated(book: &Book<'_>) -> Vec<Number> {
    if book.taken.is_none() {
        return Vec::new();
    }
    let all = net_benefits(book).into_iter();
    all.map(|number| match number.form {
        Form::Sum(top) => Number {
            estimand: "net_benefit_per_treated",
            form: Form::Ratio {
                top,
                bottom: Sum::alone(book.place_of_taken()),
            },
            ..number
        },
        Form::Ratio { .. } => number,
    })
    .collect()
}

/// The money of every line.
pub(super) fn lines(book: &Book<'_>) -> Vec<Number> {
    let money = |(index, line): (usize, &Line)| Number {
        estimand: "ledger_line",
        item: line.name.clone(),
        week: None,
        unit: book.prices.currency.clone(),
        form: Form::Sum(Sum::of(book, |entry| {
            f64::from(u8::from(entry.line == index))
        })),
    };
    book.prices.lines.iter().enumerate().map(money).collect()
}

/// What society spends on the programme, without the distortion of taxes.
pub(in crate::cost_benefit) fn programme_cost(book: &Book<'_>) -> Option<Sum> {
    let is_cost = |line: &Line| line.programme && line.society_sign() != 0.0;
    book.prices.lines.iter().any(is_cost).then(|| {
        Sum::of(book, |entry| {
            let line = book.line(entry);
            if is_cost(line) {
                -line.society_sign()
            } else {
                0.0
            }
        })
    })
}

/// The cost of the programme.
pub(super) fn programme(book: &Book<'_>) -> Vec<Number> {
    let cost = programme_cost(book).into_iter();
    cost.map(|sum| Number {
        estimand: "programme_cost",
        item: super::PROGRAMME.to_owned(),
        week: None,
        unit: book.prices.currency.clone(),
        form: Form::Sum(sum),
    })
    .collect()
}

/// The municipality's business case: what it lays out for the programme, and what it saves on all else, after refunds.
pub(super) fn outlay_and_saving(book: &Book<'_>) -> Vec<Number> {
    let of_municipality = |line: &Line| line.sign(Party::Municipality);
    let has_outlay = |line: &Line| line.programme && of_municipality(line) != 0.0;
    if !book.prices.lines.iter().any(has_outlay) {
        return Vec::new();
    }
    let number = |estimand: &'static str, programme: bool, sign: f64| Number {
        estimand,
        item: Party::Municipality.as_str().to_owned(),
        week: None,
        unit: book.prices.currency.clone(),
        form: Form::Sum(Sum::of(book, |entry| {
            let line = book.line(entry);
            if is_of_programme(book, line) == programme {
                sign * of_municipality(line)
            } else {
                0.0
            }
        })),
    };
    vec![number("outlay", true, -1.0), number("saving", false, 1.0)]
}

/// A refund of a cost of the programme belongs to it.
pub(in crate::cost_benefit) fn is_of_programme(book: &Book<'_>, line: &Line) -> bool {
    let refunded = |name: &str| book.prices.lines.iter().find(|line| line.name == name);
    let of = line.refund.as_ref().and_then(|refund| refunded(&refund.of));
    line.programme || of.is_some_and(|line| line.programme)
}
