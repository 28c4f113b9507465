//! Why an interval or a band is empty, in words that do not change between versions.

use std::fmt;

/// Why an interval or a band is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The point estimate itself is undefined.
    UndefinedEstimate,
    /// The kind of interval, or the band, needs a standard error and there is none.
    NoStandardError,
    /// The standard error is 0: everybody observed has the same value.
    NoVariation,
    /// The estimate has no finite value on its scale, for instance a ratio of 0.
    OffScale,
    /// The kind of interval, or the band, needs replicates and none were drawn.
    NoReplicates,
    /// A tail of the confidence level holds less than one replicate.
    TooFewReplicates,
    /// More than 1 % of the replicates are undefined.
    TooManyUndefined,
    /// Bca only: all replicates lie on one side of the estimate.
    OneSided,
    /// Bca only: the influences that are drawn do not vary, or there are none.
    NoAcceleration,
    /// Bca only: so skew that no level of the replicates corresponds to the limit.
    TooSkew,
    /// A limit is not finite.
    NotFinite,
    /// Band only: too few events or persons in an arm that week.
    ThinSupport,
    /// Band only: a replicate is undefined, so that it has no largest deviation.
    SomeUndefined,
    /// Band only: the common rank over these weeks is below the first order statistic.
    TooFewForBand,
    /// Bca band only: the corrected rank of this week is below the first order statistic.
    TooFewForBcaBand,
}

impl Reason {
    /// As written in `reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UndefinedEstimate => "the estimate is undefined",
            Self::NoStandardError => "no standard error",
            Self::NoVariation => "no variation",
            Self::OffScale => "the estimate lies at or beyond the end of its scale",
            Self::NoReplicates => "no replicates were drawn",
            Self::TooFewReplicates => "too few replicates for this confidence level",
            Self::TooManyUndefined => "undefined in more than 1 % of the replicates",
            Self::OneSided => "all replicates lie on one side of the estimate",
            Self::NoAcceleration => "no variation of influences within the cells drawn from",
            Self::TooSkew => "too skew for a bca limit",
            Self::NotFinite => "a limit is not finite",
            Self::ThinSupport => "too few events in an arm for the band",
            Self::SomeUndefined => "undefined in some replicates, so outside the band",
            Self::TooFewForBand => "too few replicates for a percentile band over these weeks",
            Self::TooFewForBcaBand => "too few replicates for a bca band here",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
