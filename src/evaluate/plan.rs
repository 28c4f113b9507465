//! From an analysis to the tables that answer it: each outcome for everybody and by each subgroup column.

use super::division::{Division, Purpose};
use super::errors::{Effort, Errors};
use super::table::{Path, Table};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::estimand::{Estimand, Item, OutcomeClass, REGISTRY, Test};
use crate::panel::classes::Classes;
use crate::panel::{Kind, Panel, Shape, Survival};
use crate::resample::Scheme;
use crate::study::{Analysis, IntervalKind, SchemeKind, Study};
use crate::totals::{Contributions, Kernel};
use crate::trial::Trial;

/// What tables are laid out from.
pub(super) struct Ground<'a> {
    pub study: &'a Study,
    pub trial: &'a Trial,
    pub panel: &'a Panel,
    pub classes: &'a Classes,
    pub scheme: &'a dyn Scheme,
    pub kernel: Kernel,
}

/// Tables of one analysis: each outcome for everybody and by each subgroup column.
///
/// # Errors
/// What an outcome cannot have, and sums of draws that could pass 63 bits.
pub(super) fn tables<'a>(
    ground: &Ground<'a>,
    index: usize,
    tables: &mut Vec<Table<'a>>,
) -> Result<()> {
    let Ground {
        study,
        trial,
        panel,
        classes,
        scheme,
        kernel,
    } = *ground;
    let analysis = &study.analyses[index];
    for &outcome in &analysis.outcomes {
        let built = &panel.outcomes[outcome];
        let (paths, tests) = wanted(study, analysis, outcome, &built.shape)?;
        let columns = std::iter::once(None).chain(
            analysis
                .subgroups
                .iter()
                .filter_map(|name| trial.subgroups.iter().position(|s| s.column == *name))
                .map(Some),
        );
        for subgroup in columns {
            let division = Division::new(
                trial,
                classes,
                Purpose {
                    subgroup,
                    adjustment: analysis.adjustment,
                    rescaled: scheme.rescales(),
                },
            );
            let contributions =
                Contributions::build(classes, built, &division.cell, division.cells.len());
            fits(&study.outcomes[outcome].name, &contributions, scheme)?;
            let studentized = analysis.interval == IntervalKind::Studentized;
            let errors = (studentized && study.resampling.replicates > 0)
                .then(|| Errors::new((built, classes), &division, &paths, Effort::Cheapest));
            tables.push(Table {
                analysis: index,
                outcome,
                shape: &built.shape,
                adjustment: analysis.adjustment,
                division,
                narrow: contributions.is_narrow(scheme),
                contributions,
                kernel,
                written: (classes, built),
                paths: paths.clone(),
                tests: tests.clone(),
                errors,
            });
        }
    }
    Ok(())
}

/// Refuses sums that could pass 63 bits: a scheme whose counts are not whole persons needs more room than the panel's
/// own bound, which counts persons.
pub(super) fn fits(name: &str, contributions: &Contributions, scheme: &dyn Scheme) -> Result<()> {
    if contributions.fits(scheme) {
        return Ok(());
    }
    Err(Error::one(
        Class::Data,
        Diagnostic::error(
            "RV0401",
            format!("the sums of outcome `{name}` could pass 63 bits"),
            "keep fewer decimals for this outcome, or look for an amount that is far too large",
        ),
    ))
}

/// Refuses what an analysis asks for and its outcomes cannot have.
pub(super) fn refusals(study: &Study, panel: &Panel) -> Result<()> {
    for analysis in &study.analyses {
        for &outcome in &analysis.outcomes {
            wanted(study, analysis, outcome, &panel.outcomes[outcome].shape)?;
        }
    }
    Ok(())
}

type Wanted = (Vec<Path>, Vec<(&'static dyn Test, Item)>);

/// The curves and tests of an outcome that the analysis asks for.
fn wanted(study: &Study, analysis: &Analysis, outcome: usize, shape: &Shape) -> Result<Wanted> {
    let class = OutcomeClass::of(shape.kind);
    let asked =
        |slug: &str| analysis.estimands.is_empty() || analysis.estimands.iter().any(|e| e == slug);
    let named = |slug: &str| analysis.estimands.iter().any(|e| e == slug);
    let (mut paths, mut tests) = (Vec::new(), Vec::new());
    for estimand in REGISTRY {
        let card = estimand.card();
        let arm_rows = asked(card.slug);
        let contrast_rows = card.contrast.is_some_and(asked);
        if !card.kinds.contains(&class) || !(arm_rows || contrast_rows) {
            continue;
        }
        match estimand {
            Estimand::Test(test) => {
                tests.extend(test.items(shape).into_iter().map(|item| (*test, item)));
            }
            Estimand::Curve(curve) => {
                let by_name = named(card.slug) || card.contrast.is_some_and(named);
                if by_name && card.slug == "median_time" {
                    refuse_median(analysis.interval)?;
                }
                let items = curve.items(shape);
                let every_spell = matches!(
                    shape.kind,
                    Kind::Exit {
                        survival: Survival::Absent
                    }
                );
                if by_name && items.is_empty() && every_spell {
                    return Err(refusal(
                        "RV0405",
                        &format!(
                            "`{}` of outcome `{}` does not exist: with at_risk = \"all\" a person may leave more than once",
                            card.slug, study.outcomes[outcome].name
                        ),
                        "use at_risk = \"first\" for this outcome, or ask for hazard and cumulative_hazard",
                    ));
                }
                for item in items {
                    let ticks = curve.ticks(shape);
                    let reported = (0..ticks.len())
                        .filter(|&t| reported(analysis, shape, &ticks, t))
                        .collect();
                    paths.push(Path {
                        curve: *curve,
                        item,
                        ticks,
                        reported,
                        arm_rows,
                        contrast_rows,
                    });
                }
            }
        }
    }
    Ok((paths, tests))
}

/// What needs influence values cannot be had of the median.
fn refuse_median(interval: IntervalKind) -> Result<()> {
    let message = match interval {
        IntervalKind::Percentile | IntervalKind::Basic => return Ok(()),
        IntervalKind::Normal => "`median_time` has no standard error, so it has no normal interval",
        IntervalKind::Bca => "`median_time` has no influence values, so it has no bca interval",
        IntervalKind::Studentized => {
            "`median_time` has no standard error, so it has no studentized interval"
        }
    };
    let hint = "use interval = \"percentile\" for this analysis";
    Err(refusal("RV0404", message, hint))
}

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

/// Whether a tick is reported: all of them, or those the analysis lists; a single value at the horizon always is.
fn reported(analysis: &Analysis, shape: &Shape, ticks: &[i32], index: usize) -> bool {
    analysis.weeks.is_empty()
        || (ticks.len() == 1 && shape.ticks > 1)
        || analysis
            .weeks
            .iter()
            .any(|&week| week as i32 == ticks[index])
}

fn refusal(code: &'static str, message: &str, hint: &str) -> Error {
    Error::one(Class::Study, Diagnostic::error(code, message, hint))
}
