//! What is read of a trial: only that tells persons apart in the class table.

use crate::study::{Analysis, Study};
use crate::trial::Trial;

/// What the analyses of a study read, whichever of them are run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// By outcome.
    pub outcomes: Vec<bool>,
    /// By column of subgroups.
    pub subgroups: Vec<bool>,
    /// Whether covariates are read, all of them.
    pub covariates: bool,
}

impl Read {
    pub(super) fn of(study: &Study, trial: &Trial) -> Self {
        let by = |reads: &dyn Fn(&Analysis) -> bool| study.analyses.iter().any(reads);
        let outcomes = 0..study.outcomes.len();
        let columns = trial.subgroups.iter();
        Self {
            outcomes: outcomes
                .map(|outcome| by(&|analysis| reads_outcome(analysis, outcome)))
                .collect(),
            subgroups: columns
                .map(|subgroup| by(&|analysis| analysis.subgroups.contains(&subgroup.column)))
                .collect(),
            covariates: by(&|analysis| {
                analysis.adjustment.is_regression() || !analysis.moderators.is_empty()
            }),
        }
    }
}

/// Whether an analysis reads an outcome, as an answer or as what was taken up.
fn reads_outcome(analysis: &Analysis, outcome: usize) -> bool {
    let taken = analysis.take_up.as_ref();
    analysis.outcomes.contains(&outcome) || taken.is_some_and(|t| t.outcome == outcome)
}
