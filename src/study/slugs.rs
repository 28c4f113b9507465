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
    /// Whether it is given without being asked for.
    pub given: Given,
}

/// When an estimand is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// In an analysis without `estimands`, and by its name.
    Always,
    /// By its name only.
    ByName,
}

const fn slug(name: &'static str, families: &'static [Family], every_spell: bool) -> Slug {
    Slug {
        name,
        families,
        every_spell,
        given: Given::Always,
    }
}

const fn by_name(slug: Slug) -> Slug {
    Slug {
        given: Given::ByName,
        ..slug
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
    by_name(slug("cumulative_incidence_aalen", &[Exit], false)),
    by_name(slug("gray", &[Exit], false)),
    by_name(slug("log_hazard_ratio", &[Exit], true)),
];

/// Whether an analysis without `estimands` has it.
pub fn is_given(name: &str) -> bool {
    (SLUGS.iter()).any(|slug| slug.name == name && slug.given == Given::Always)
}

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

/// All that exist for a kind of outcome.
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
