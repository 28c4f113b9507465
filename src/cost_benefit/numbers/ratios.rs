//! Ratios: benefits to costs, the marginal value of public funds, what a unit of the effect costs.

use super::accounts::{is_of_programme, programme_cost};
use super::thresholds::society;
use super::{Form, Number, Sum};
use crate::cost_benefit::Party;
use crate::cost_benefit::book::Book;
use crate::cost_benefit::perspectives::public_sign;

/// Slug of the marginal value of public funds.
pub(in crate::cost_benefit) const MVPF: &str = "mvpf";

/// What the programme costs the public, net of what comes back to it.
pub(in crate::cost_benefit) fn net_public_cost(book: &Book<'_>) -> Sum {
    Sum::of(book, |entry| -public_sign(book.line(entry)))
}

pub(super) fn ratios(book: &Book<'_>) -> Vec<Number> {
    let currency = &book.prices.currency;
    let number = |estimand, item: &str, unit: String, top, bottom| Number {
        estimand,
        item: item.to_owned(),
        week: None,
        unit,
        form: Form::Ratio { top, bottom },
    };
    let mut out = Vec::new();
    let cost = programme_cost(book);
    if let Some(cost) = &cost {
        let benefits = society(book, |entry| !is_of_programme(book, book.line(entry)));
        out.push(number(
            "benefit_cost_ratio",
            "society",
            "ratio".to_owned(),
            benefits,
            cost.clone(),
        ));
    }
    let gain = Sum::of(book, |entry| book.line(entry).sign(Party::Participant));
    let public = net_public_cost(book);
    if !gain.0.is_empty() && !public.0.is_empty() {
        out.push(number(
            MVPF,
            "participant",
            "ratio".to_owned(),
            gain,
            public.clone(),
        ));
    }
    if let Some((outcome, _)) = &book.effect {
        let unit = format!("{currency} per {}", book.unit_of(outcome));
        let effect = Sum::effect(book);
        if let Some(cost) = cost {
            out.push(number(
                "cost_per_unit",
                outcome,
                unit.clone(),
                cost,
                effect.clone(),
            ));
        }
        if !public.0.is_empty() {
            out.push(number(
                "cost_effectiveness_ratio",
                outcome,
                unit,
                public,
                effect,
            ));
        }
    }
    out
}
