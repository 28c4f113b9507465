//! How the arms were, or are to be, drawn by lot.

/// `[randomisation]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Randomisation {
    /// How a block is dealt.
    pub method: AssignmentMethod,
    /// The published seed; without one nothing can be drawn or replayed.
    pub seed: Option<u64>,
    /// What holds in every stratum that is not named.
    pub shares: Shares,
    /// Strata with shares of their own, by label.
    pub strata: Vec<(String, Shares)>,
}

impl Randomisation {
    /// The shares that hold in a stratum.
    pub fn shares_in(&self, stratum: &str) -> &Shares {
        let own = self.strata.iter().find(|(label, _)| label == stratum);
        own.map_or(&self.shares, |(_, shares)| shares)
    }

    /// Whether the probabilities of the arms are not the same in all of these strata.
    pub fn varies(&self, strata: &[String]) -> bool {
        let mut shares = strata.iter().map(|stratum| self.shares_in(stratum));
        let first = shares.next();
        first.is_some_and(|first| shares.any(|other| !first.same_probabilities(other)))
    }
}

/// How the units of a block get their arms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssignmentMethod {
    /// Each unit by itself.
    Simple,
    /// Exact numbers of units in each arm.
    #[default]
    Complete,
}

impl AssignmentMethod {
    /// As written in studies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Complete => "complete",
        }
    }
}

/// What each arm gets of a block: the control first, then the treatments in the order of the study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Whether the parts are numbers of units or only in proportion to them.
    pub kind: ShareKind,
    /// The parts: an arm's probability is its part of their sum. Their sum is positive and fits 32 bits.
    pub parts: Vec<u32>,
}

/// What parts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareKind {
    /// In proportion to the probabilities, without a common divisor.
    Ratio,
    /// Numbers of units.
    Counts,
}

impl Shares {
    /// The same for every arm.
    pub fn equal(arms: usize) -> Self {
        Self {
            kind: ShareKind::Ratio,
            parts: vec![1; arms],
        }
    }

    /// Sum of the parts.
    pub fn total(&self) -> u32 {
        self.parts.iter().sum()
    }

    /// Probability of an arm.
    pub fn probability(&self, arm: usize) -> f64 {
        f64::from(self.parts[arm]) / f64::from(self.total())
    }

    fn same_probabilities(&self, other: &Self) -> bool {
        let (mine, theirs) = (u64::from(self.total()), u64::from(other.total()));
        (self.parts.iter().zip(&other.parts))
            .all(|(a, b)| u64::from(*a) * theirs == u64::from(*b) * mine)
    }
}
