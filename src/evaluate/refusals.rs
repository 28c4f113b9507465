//! What cannot be evaluated, and why: told before anything is computed.

use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::panel::classes::Classes;
use crate::study::{Analysis, IntervalKind, SchemeKind, Study};
use crate::trial::Trial;

/// Shares of a Bayesian bootstrap are no sample of persons, so that a replicate has no standard error of its own.
pub(super) fn refuse_shares(study: &Study) -> Result<()> {
    let studentized = |a: &&Analysis| a.interval == IntervalKind::Studentized;
    match study.analyses.iter().find(studentized) {
        Some(analysis) if study.resampling.scheme == SchemeKind::Bayesian => Err(refusal(
            "RV0412",
            &format!(
                "analysis `{}` has studentized intervals, and a replicate of the bayesian bootstrap has no standard error",
                analysis.name
            ),
            "use interval = \"percentile\" for this analysis, or scheme = \"bootstrap\"",
        )),
        _ => Ok(()),
    }
}

/// Prices have no influence values of their own, nor replicates of money standard errors: net benefits and break-even prices
/// go by percentiles or normal limits.
pub(super) fn refuse_priced(study: &Study) -> Result<()> {
    let Some(asked) = study.cost_benefit.as_ref().filter(|c| c.lines.is_some()) else {
        return Ok(());
    };
    let analysis = &study.analyses[asked.analysis];
    if !matches!(
        analysis.interval,
        IntervalKind::Bca | IntervalKind::Studentized
    ) {
        return Ok(());
    }
    Err(refusal(
        "RV0408",
        &format!(
            "analysis `{}` is priced, and there is no {} interval of money",
            analysis.name,
            analysis.interval.name()
        ),
        "use interval = \"percentile\" for this analysis, or let `[cost_benefit]` name another analysis",
    ))
}

/// A question that has no answer.
pub(super) fn refusal(code: &'static str, message: &str, hint: &str) -> Error {
    Error::one(Class::Study, Diagnostic::error(code, message, hint))
}

/// Cells named in one refusal.
const SHOWN: usize = 10;

/// A cell of one person (or cluster) has no variation to draw from.
pub(super) fn refuse_single_units(study: &Study, trial: &Trial, classes: &Classes) -> Result<()> {
    let unit = if classes.clustered {
        "cluster"
    } else {
        "person"
    };
    let single: Vec<String> = classes
        .cells
        .iter()
        .filter(|cell| cell.slots == 1)
        .map(|cell| {
            let arm = &trial.arms[usize::from(cell.arm)];
            match trial.strata[cell.stratum as usize].as_str() {
                "" => format!("arm `{arm}`"),
                stratum => format!("arm `{arm}` in stratum `{stratum}`"),
            }
        })
        .collect();
    if single.is_empty() {
        return Ok(());
    }
    let more = match single.len() {
        0..=SHOWN => String::new(),
        n => format!(" and {} more", n - SHOWN),
    };
    let shown = &single[..single.len().min(SHOWN)];
    let persons = &study.persons;
    let (columns, hint) = if persons.strata.is_empty() {
        (
            persons.arm.clone(),
            "add persons to the arm, or set `replicates = 0` in `[resampling]`",
        )
    } else {
        (
            persons.strata.join("`, `"),
            "merge these strata with others in the persons file, leave `strata` out, or set `replicates = 0` in \
             `[resampling]`",
        )
    };
    let finding = Diagnostic::error(
        "RV0403",
        format!(
            "a single {unit} cannot be resampled: {}{more}",
            shown.join("; ")
        ),
        hint,
    );
    Err(Error::one(
        Class::Data,
        finding.at(Place::Data {
            file: persons.file.shown.clone(),
            column: Some(columns),
            rows: Vec::new(),
            count: 0,
        }),
    ))
}
