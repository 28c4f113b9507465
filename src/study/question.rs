//! What is asked of the outcomes: analyses, their intervals and families, and how replicates are drawn.

use crate::units::ConfidenceLevel;

/// One analysis.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Name.
    pub name: String,
    /// Indices into `outcomes`.
    pub outcomes: Vec<usize>,
    /// Slugs of estimands asked for; empty: the standard list of each outcome's kind.
    pub estimands: Vec<String>,
    /// Adjustment of contrasts.
    pub adjustment: Adjustment,
    /// Standard errors of differences adjusted by regression, over persons.
    pub standard_errors: StandardErrors,
    /// Columns of subgroups; a subset of `persons.subgroups`.
    pub subgroups: Vec<String>,
    /// Covariates whose interaction with the treatment is estimated.
    pub moderators: Vec<String>,
    /// Weeks to report; empty: all.
    pub weeks: Vec<u32>,
    /// Interval.
    pub interval: IntervalKind,
    /// Confidence.
    pub confidence: ConfidenceLevel,
    /// Differences whose p-values are adjusted together; empty: none are.
    pub family: Vec<Member>,
    /// How.
    pub multiplicity: Multiplicity,
    /// What was offered by lot and could be taken up, where effects per unit of it are asked for.
    pub take_up: Option<TakeUp>,
}

/// What was taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeUp {
    /// Index into the study's outcomes.
    pub outcome: usize,
    /// How much of it counts.
    pub measure: Measure,
    /// Another source for the same: index into the study's outcomes.
    pub also: Option<usize>,
}

/// How much of what was taken up counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Whether ever.
    #[default]
    Ever,
    /// How much so far: weeks, events, hours.
    Amount,
}

/// One line of a family: one difference, or one per week, level and arm that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Index into the study's outcomes.
    pub outcome: usize,
    /// Slug of the difference.
    pub estimand: String,
    /// Weeks; empty: the last one that the analysis reports.
    pub weeks: Vec<u32>,
    /// Subgroup column, each level of which is a member; `None`: everybody.
    pub subgroup: Option<String>,
    /// Destination of an exit; empty: any.
    pub item: String,
    /// Treatment arms; empty: all.
    pub arms: Vec<String>,
}

/// How the p-values of a family are adjusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Multiplicity {
    /// Step-down over the largest studentised difference among permutations.
    WestfallYoung,
    /// Step-down over the largest studentised deviation among bootstrap replicates.
    RomanoWolf,
    /// Step-down over the p-values alone.
    #[default]
    Holm,
}

impl Multiplicity {
    /// As written in studies.
    pub fn name(self) -> &'static str {
        match self {
            Self::WestfallYoung => "westfall_young",
            Self::RomanoWolf => "romano_wolf",
            Self::Holm => "holm",
        }
    }
}

/// Adjustment of contrasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Adjustment {
    /// Difference of arm rows.
    #[default]
    None,
    /// Sum over strata of weight x difference, by the persons of the compared arms.
    Strata,
    /// The same by the persons of all arms: each person counts by the inverse of the arm's share in the stratum.
    Weights,
    /// Regression on treatment, covariates and strata.
    Ancova,
    /// Regression on covariates and strata in each arm, compared at the mean of all.
    Lin,
}

impl Adjustment {
    /// As written in a study.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Strata => "strata",
            Self::Weights => "weights",
            Self::Ancova => "ancova",
            Self::Lin => "lin",
        }
    }

    /// Whether arms are compared within strata, so that these are kept apart.
    pub fn is_within_strata(self) -> bool {
        self != Self::None
    }

    /// Whether differences are those of a regression.
    pub fn is_regression(self) -> bool {
        matches!(self, Self::Ancova | Self::Lin)
    }
}

/// Heteroskedasticity-robust standard errors of a regression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StandardErrors {
    /// Squared residuals as they are.
    Hc0,
    /// Times n / (n - k).
    Hc1,
    /// Over 1 - h: unbiased under equal variances; without covariates Neyman's formula.
    #[default]
    Hc2,
    /// Over (1 - h)^2.
    Hc3,
}

impl StandardErrors {
    /// As written in a study.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hc0 => "hc0",
            Self::Hc1 => "hc1",
            Self::Hc2 => "hc2",
            Self::Hc3 => "hc3",
        }
    }
}

/// Kind of interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IntervalKind {
    /// Estimate +- z standard errors.
    Normal,
    /// Quantiles of the replicates.
    #[default]
    Percentile,
    /// Reflected quantiles.
    Basic,
    /// Quantiles corrected for median bias and skewness.
    Bca,
    /// Quantiles of the replicates' deviations in units of their own standard errors.
    Studentized,
}

impl IntervalKind {
    /// As written in a study.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Percentile => "percentile",
            Self::Basic => "basic",
            Self::Bca => "bca",
            Self::Studentized => "studentized",
        }
    }
}

/// How replicates are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemeKind {
    /// Persons or clusters with replacement within arm and stratum; rescaled where cells are small.
    #[default]
    Bootstrap,
    /// Exponential weights.
    Bayesian,
}

/// `[resampling]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// How a replicate is drawn.
    pub scheme: SchemeKind,
    /// Number of replicates; 0 switches resampling off.
    pub replicates: u32,
    /// Number of permutations; 0: no permutation tests.
    pub permutations: u32,
    /// Seed.
    pub seed: u64,
}
