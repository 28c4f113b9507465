//! The arithmetic of published numbers: what a claim says of numbers alone, over all that print so.

mod counts;
mod estimates;
pub mod proportions;
mod sums;
#[cfg(test)]
mod tests;

use super::claims::Claim;
use super::{Checked, Verdict};

/// Fills in what arithmetic says to a claim; a claim about a row is left as it is.
pub(super) fn verdict(claim: &Claim, checked: &mut Checked) {
    match claim {
        Claim::Row(_) => {}
        Claim::TwoProportions(claim) => proportions::verdict(claim, checked),
        Claim::Sum(claim) => sums::sum(claim, checked),
        Claim::Pair(claim) => sums::pair(claim, checked),
        Claim::Same(claim) => sums::same(claim, checked),
        Claim::Count(claim) => counts::verdict(claim, checked),
        Claim::Estimate(claim) => estimates::verdict(claim, checked),
    }
}

/// Of several statements of one claim, what is to be said of the claim.
fn worst(verdicts: &[Verdict]) -> Verdict {
    let order = [
        Verdict::Impossible,
        Verdict::Differs,
        Verdict::LeftOpen,
        Verdict::DependsOnSplit,
        Verdict::WithinRounding,
    ];
    let found = order.into_iter().find(|v| verdicts.contains(v));
    found.unwrap_or(Verdict::Same)
}

/// Whether a key is listed as not rounded.
fn is_exact(exact: Option<&Vec<String>>, key: &str) -> bool {
    exact.is_some_and(|keys| keys.iter().any(|k| k == key))
}

/// A range for people: one number when both ends are the same.
fn range(low: f64, high: f64) -> String {
    let (low, high) = (plain(low), plain(high));
    if low == high {
        low
    } else {
        format!("{low} to {high}")
    }
}

/// A number with up to six digits that count.
fn plain(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    format!("{rounded}")
}
