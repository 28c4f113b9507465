//! The names of estimands in both languages, for tables and headings.

use super::words::Words;
use crate::cost_benefit::CARDS;
use crate::estimand::{Card, Estimand, REGISTRY};
use crate::inference::{LEVELS, TAKE_UP};

/// How an estimand is called. "Effect" is kept for contrasts that compare groups as randomised; others are
/// differences, and say that they are descriptive.
pub fn estimand_name(words: &Words, slug: &str, kind: &str, comparison: Comparison) -> String {
    let key = format!("estimand-{slug}");
    let special = match comparison {
        _ if slug == "weekly_mean" && is_share(kind) => words.find(&format!("{key}-share"), &[]),
        Comparison::Descriptive => words.find(&format!("{key}-plain"), &[]),
        Comparison::Randomised => None,
    };
    special
        .or_else(|| words.find(&key, &[]))
        .unwrap_or_else(|| slug.replace('_', " "))
}

/// The card of everything that has rows: estimands, then the money.
pub fn cards() -> impl Iterator<Item = &'static Card> {
    (REGISTRY.iter().map(Estimand::card))
        .chain(LEVELS)
        .chain(TAKE_UP)
        .chain(CARDS)
        .chain(&crate::inference::balance::CARDS)
}

/// Whether a contrast compares groups as they were formed by lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// As randomised.
    Randomised,
    /// Conditional on something after assignment.
    Descriptive,
}

impl Comparison {
    /// From the facts of an outcome. A share among those in a state is never a comparison as randomised.
    pub fn of(outcome: &crate::results::OutcomeFacts) -> Self {
        if outcome.randomised && outcome.kind != "share_among" {
            Self::Randomised
        } else {
            Self::Descriptive
        }
    }
}

/// Whether weekly values of this kind of outcome are shares.
pub fn is_share(kind: &str) -> bool {
    matches!(kind, "weeks_in" | "lasting" | "share_among" | "exit")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Language;

    #[test]
    fn only_randomised_contrasts_are_called_effects() {
        let slugs = [
            "weekly_difference",
            "cumulative_effect",
            "period_difference",
            "hazard_difference",
            "survival_difference",
            "cumulative_incidence_difference",
            "restricted_mean_difference",
        ];
        for (language, word) in [(Language::Da, "effekt"), (Language::En, "effect")] {
            let words = Words::new(language);
            for slug in slugs {
                let name = |c| estimand_name(&words, slug, "exit", c);
                assert!(name(Comparison::Randomised).contains(word), "{slug}");
                assert!(!name(Comparison::Descriptive).contains(word), "{slug}");
            }
        }
    }

    #[test]
    fn an_unknown_estimand_keeps_its_slug_in_plain_letters() {
        let words = Words::new(Language::Da);
        let name = estimand_name(&words, "mean_shift", "amount", Comparison::Randomised);
        assert_eq!(name, "mean shift");
    }
}
