//! What has been gained by the end of each period.

use super::{Form, Number, Sum};
use crate::cost_benefit::book::Book;
use crate::cost_benefit::perspectives::REGISTRY;

/// Slug of the accounts by week.
pub(in crate::cost_benefit) const BY_WEEK: &str = "cumulative_net_benefit";

pub(super) fn net_benefits(book: &Book<'_>) -> Vec<Number> {
    let distortion = book.distortion();
    let mut out = Vec::new();
    for perspective in REGISTRY {
        for &week in &book.periods {
            let sum = Sum::of(book, |entry| {
                if entry.last_week <= week {
                    (perspective.weigh)(book.line(entry), distortion)
                } else {
                    0.0
                }
            });
            out.push(Number {
                estimand: BY_WEEK,
                item: perspective.slug.to_owned(),
                week: Some(week),
                unit: book.prices.currency.clone(),
                form: Form::Sum(sum),
            });
        }
    }
    out
}
