//! Which estimands exist for which kind of outcome. The registry of estimands is tested against this table.

use super::model::{AtRisk, OutcomeKind};

/// Kinds of outcome that share a list of estimands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `weeks_in`, `inflow`, `lasting`, `amount`, `events`.
    Mean,
    /// `share_among`.
    Share,
    /// `exit`.
    Exit,
}

/// One estimand's name and where it exists.
#[derive(Clone, Copy, Debug)]
pub struct Slug {
    /// As written in studies and results.
    pub name: &'static str,
    /// Families that have it, in the standard list of each.
    pub families: &'static [Family],
    /// Whether it exists with `at_risk = "all"`, where one person may have several spells.
    pub every_spell: bool,
}

const fn slug(name: &'static str, families: &'static [Family], every_spell: bool) -> Slug {
    Slug {
        name,
        families,
        every_spell,
    }
}

use Family::{Exit, Mean, Share};

/// Every estimand, in the order of the results.
pub const SLUGS: &[Slug] = &[
    slug("weekly_mean", &[Mean, Share], false),
    slug("weekly_difference", &[Mean, Share], false),
    slug("cumulative_mean", &[Mean], false),
    slug("cumulative_effect", &[Mean], false),
    slug("period_mean", &[Share], false),
    slug("period_difference", &[Share], false),
    slug("hazard", &[Exit], true),
    slug("hazard_difference", &[Exit], true),
    slug("survival", &[Exit], false),
    slug("survival_difference", &[Exit], false),
    slug("cumulative_hazard", &[Exit], true),
    slug("median_time", &[Exit], false),
    slug("cumulative_incidence", &[Exit], false),
    slug("cumulative_incidence_difference", &[Exit], false),
    slug("restricted_mean", &[Exit], false),
    slug("restricted_mean_difference", &[Exit], false),
    slug("logrank", &[Exit], true),
];

/// The contrast that answers for an outcome, read at the horizon; none where persons may leave again and again.
pub fn main_contrast(kind: &OutcomeKind) -> Option<&'static str> {
    match (family(kind), kind) {
        (Mean, _) => Some("cumulative_effect"),
        (Share, _) => Some("period_difference"),
        (
            Exit,
            OutcomeKind::Exit {
                at_risk: AtRisk::All,
                ..
            },
        ) => None,
        (Exit, _) => Some("restricted_mean_difference"),
    }
}

/// The family of a kind of outcome.
pub fn family(kind: &OutcomeKind) -> Family {
    match kind {
        OutcomeKind::WeeksIn { .. }
        | OutcomeKind::Inflow { .. }
        | OutcomeKind::Lasting { .. }
        | OutcomeKind::Amount { .. }
        | OutcomeKind::Events { .. } => Family::Mean,
        OutcomeKind::ShareAmong { .. } => Family::Share,
        OutcomeKind::Exit { .. } => Family::Exit,
    }
}

/// The standard list of a kind of outcome: all that exist for it.
pub fn of(kind: &OutcomeKind) -> Vec<&'static str> {
    let every_spell = matches!(
        kind,
        OutcomeKind::Exit {
            at_risk: AtRisk::All,
            ..
        }
    );
    SLUGS
        .iter()
        .filter(|s| s.families.contains(&family(kind)) && (!every_spell || s.every_spell))
        .map(|s| s.name)
        .collect()
}
