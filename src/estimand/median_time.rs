//! # What it estimates
//! The first week by which at most half of the group is still in `from`.
//!
//! # Formula
//! The first t with S(t) <= 0.5. (R prints the midpoint of a flat stretch at exactly 0.5; we print its first week.)
//!
//! # Units and shape
//! Weeks (or days), one value per arm.
//!
//! # Undefined when
//! S stays above one half within the horizon, or becomes undefined first.
//!
//! # Source
//! Kaplan and Meier (1958). It is not smooth: it has no standard error here, only resampled limits.

use super::exits::{has_survival, whole_counts};
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Source, Standing, Support,
};
use crate::panel::Shape;

/// The estimand.
pub(super) struct MedianTime;

static CARD: Card = Card {
    slug: "median_time",
    contrast: None,
    title: "first week by which at most half of the group is still in the state",
    formula: "the smallest t with S(t) ≤ 0.5",
    std_error: "none: not smooth; resampled limits only",
    undefined: "S stays above one half within the horizon, or becomes undefined first",
    source: "Kaplan and Meier 1958",
    method: "Kaplan-Meier",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

impl Curve for MedianTime {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        if has_survival(shape) {
            vec![Item::Any]
        } else {
            Vec::new()
        }
    }

    fn ticks(&self, shape: &Shape) -> Vec<i32> {
        vec![shape.horizon]
    }

    fn dated(&self) -> bool {
        false
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, _: Item, out: &mut [f64]) {
        out.fill(f64::NAN);
        for (tick, after) in group.after().chunks_exact(group.lanes).enumerate() {
            let week = f64::from(group.shape.first_tick + tick as i32);
            for (median, &s) in out.iter_mut().zip(after) {
                // A product of exact halves may miss one half by a rounding error.
                if median.is_nan() && s <= 0.5 + 1e-12 {
                    *median = week;
                }
            }
        }
    }

    fn influence<'a>(&self, _: GroupTotals<'a>, _: Item) -> Option<Influence<'a>> {
        None
    }

    fn variance_source(&self, _: &Shape, _: Standing) -> Source {
        Source::Nothing
    }

    fn counts(&self, group: GroupTotals<'_>, _: Item, _: usize) -> Counts {
        whole_counts(group)
    }

    fn support(&self, group: GroupTotals<'_>, _: &Support, _: Item, _: usize) -> u64 {
        whole_counts(group).events.unwrap_or(0) as u64
    }

    fn unit(&self, _: &Shape, _: &str, tick: &str) -> String {
        format!("{tick}s")
    }
}

#[cfg(test)]
mod tests {
    use super::super::exits::example;
    use super::*;

    #[test]
    fn the_median_is_the_first_week_at_one_half() {
        let (shape, values) = example();
        let mut out = [0.0];
        MedianTime.evaluate(
            GroupTotals {
                shape: &shape,
                values: &values,
            },
            Item::Any,
            &mut out,
        );
        assert_eq!(out[0], 2.0);
    }
}
