//! Small checked quantities that every room shares: confidence, seeds, weeks, languages.

use serde::{Deserialize, Serialize};

/// A week counted from assignment: 1 is the first week of follow-up, 0 and below lie before it.
///
/// For durations in days the same integer counts ticks from 0.
pub type TrialWeek = i32;

/// A confidence level strictly between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConfidenceLevel(f64);

impl ConfidenceLevel {
    /// `None` unless strictly between 0 and 1.
    pub fn new(level: f64) -> Option<Self> {
        (level > 0.0 && level < 1.0).then_some(Self(level))
    }
    /// The level, for instance 0.95.
    pub fn get(self) -> f64 {
        self.0
    }
    /// One minus the level.
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }
}

/// Whether a p-value is significant at a confidence: below one minus it. Asked from the other side, since 1 - 0.95 is a
/// little above 0.05 in floating point and p = 0.05 (which a permutation test can give exactly) is not below it.
pub fn is_significant(p: f64, confidence: f64) -> bool {
    1.0 - p > confidence
}

impl Default for ConfidenceLevel {
    fn default() -> Self {
        Self(0.95)
    }
}

/// The language of summaries and reports. Code, keys and documentation are English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Danish.
    #[default]
    Da,
    /// English.
    En,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_p_value_on_the_limit_is_not_significant() {
        let pairs = [
            (0.2, 0.8),
            (0.1, 0.9),
            (0.05, 0.95),
            (0.01, 0.99),
            (0.001, 0.999),
        ];
        for (limit, level) in pairs {
            assert!(!is_significant(limit, level), "{level}");
            assert!(is_significant(limit * 0.999, level), "{level}");
            assert!(is_significant(0.0, level) && !is_significant(1.0, level));
        }
    }
}
