//! The arithmetic of a published comparison of two shares: the pooled z test, over every split of the persons that the
//! publication leaves open.

use super::claims::{ProportionsClaim, Value};
use super::{Checked, Verdict};
use crate::numeric::normal::two_sided_p;
use crate::units::{ConfidenceLevel, is_significant};

/// Two-sided p-value of the pooled z test of p1 of n1 against p2 of n2; 1 when nobody or everybody has the feature.
pub fn pooled_p(p1: f64, n1: u32, p2: f64, n2: u32) -> f64 {
    two_sided_p(pooled_z(p1, n1, p2, n2))
}

/// The z of that test; 0 when the pooled share is 0 or 1.
pub fn pooled_z(p1: f64, n1: u32, p2: f64, n2: u32) -> f64 {
    let (m1, m2) = (f64::from(n1), f64::from(n2));
    let pooled = (p1 * m1 + p2 * m2) / (m1 + m2);
    let variance = pooled * (1.0 - pooled) * (1.0 / m1 + 1.0 / m2);
    if variance > 0.0 {
        (p1 - p2) / variance.sqrt()
    } else {
        0.0
    }
}

/// The splits to try: the one that is given, or every whole one from 30 to 70 per cent.
fn splits(claim: &ProportionsClaim) -> Vec<(u32, u32)> {
    if let (Some(n1), Some(n2)) = (claim.n1, claim.n2) {
        return vec![(n1, n2)];
    }
    let n = claim.n.unwrap_or_default();
    let share = |tenths: u64| u64::from(n) * tenths;
    let (first, last) = (share(3).div_ceil(10) as u32, (share(7) / 10) as u32);
    let whole: Vec<(u32, u32)> = (first..=last)
        .filter(|n1| (1..n).contains(n1))
        .map(|n1| (n1, n - n1))
        .collect();
    if whole.is_empty() {
        vec![(n / 2, n - n / 2)]
    } else {
        whole
    }
}

/// Holds for every split: same. Holds for none: differs. Else it depends on the split, which is no contradiction.
pub(super) fn verdict(claim: &ProportionsClaim, checked: &mut Checked) {
    let confidence = claim
        .confidence
        .and_then(ConfidenceLevel::new)
        .unwrap_or_default()
        .get();
    let splits = splits(claim);
    let p_values: Vec<f64> = splits
        .iter()
        .map(|(n1, n2)| pooled_p(claim.p1, *n1, claim.p2, *n2))
        .collect();
    let significant = p_values
        .iter()
        .filter(|p| is_significant(**p, confidence))
        .count();
    let agreeing = if claim.significant {
        significant
    } else {
        splits.len() - significant
    };
    checked.published = Value::Truth(claim.significant);
    checked.verdict = if agreeing == splits.len() {
        Verdict::Same
    } else if agreeing == 0 {
        Verdict::Differs
    } else {
        Verdict::DependsOnSplit
    };
    if checked.verdict != Verdict::DependsOnSplit {
        checked.found = Some(Value::Truth(significant > 0));
    }
    let (low, high) = p_values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| {
            (low.min(*p), high.max(*p))
        });
    let level = super::compare::short(1.0 - confidence);
    checked.detail = if let [(n1, n2)] = splits[..] {
        format!(
            "p {} against {level}, {n1} and {n2} persons",
            super::compare::short(low)
        )
    } else {
        format!(
            "p {} to {} against {level}; {significant} of {} splits from 30 to 70 % are significant",
            super::compare::short(low),
            super::compare::short(high),
            splits.len()
        )
    };
}
