//! What adjustment by regression needs, and what it cannot have.

use super::Pass;
use super::analyses::Known;
use crate::study::codes;
use crate::study::model::{Analysis, StandardErrors};
use crate::study::raw::RawStandardErrors;
use crate::study::slugs::{self, Family};
use crate::study::written::At;
use std::ops::Range;

/// The kind that is asked for.
pub(super) fn errors(
    written: Option<&At<RawStandardErrors>>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<StandardErrors> {
    let written = written?;
    if known.persons.cluster.is_some() {
        pass.findings.error(
            &written.span,
            codes::TOGETHER,
            "`standard_errors` are those over persons, and clusters were randomised: theirs are CR2",
            "leave out `standard_errors`",
        );
    }
    Some(match written.value {
        RawStandardErrors::Hc0 => StandardErrors::Hc0,
        RawStandardErrors::Hc1 => StandardErrors::Hc1,
        RawStandardErrors::Hc2 => StandardErrors::Hc2,
        RawStandardErrors::Hc3 => StandardErrors::Hc3,
    })
}

/// The rules of one analysis.
pub(super) fn check(
    analysis: &Analysis,
    span: &Range<usize>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) {
    if !analysis.adjustment.is_regression() {
        return;
    }
    let name = analysis.adjustment.name();
    let mut refuse = |code, message: String, hint: &str| {
        pass.findings.error(span, code, message, hint);
    };
    if known.persons.covariates.is_empty() && known.persons.strata.is_empty() {
        refuse(
            codes::NEEDS_COVARIATES,
            format!("`adjustment = \"{name}\"` needs covariates, and `[persons]` has none"),
            "add `covariates = [...]` in `[persons]`, or write `adjustment = \"none\"`",
        );
    }
    for &outcome in &analysis.outcomes {
        let outcome = &known.outcomes[outcome];
        if slugs::family(&outcome.kind) != Family::Mean {
            refuse(
                codes::NO_REGRESSION,
                format!(
                    "outcome `{}` has no comparison adjusted by `{name}`, which is one of means",
                    outcome.name
                ),
                "put this outcome into an analysis with `adjustment = \"none\"` or \"strata\"",
            );
        }
    }
}
