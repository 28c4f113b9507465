//! From an analysis to the tables that answer it: each outcome for everybody and by each subgroup column.

use super::context::Context;
use super::division::{Division, Purpose};
use super::errors::{Effort, Errors};
use super::refusals::refusal;
use super::regression::Regression;
use super::table::{Path, Table};
use super::tally::Tally;
use crate::error::Result;
use crate::estimand::{Estimand, Item, OutcomeClass, REGISTRY};
use crate::panel::{Kind, Panel, Shape, Survival};
use crate::study::slugs::is_given;
use crate::study::{Analysis, IntervalKind, Study};

/// Tables of one analysis: each outcome for everybody and by each subgroup column.
///
/// # Errors
/// What an outcome cannot have, and sums of draws that could pass 63 bits.
pub(super) fn tables<'a>(
    context: &Context<'a>,
    index: usize,
    tables: &mut Vec<Table<'a>>,
) -> Result<()> {
    let Context {
        study,
        trial,
        panel,
        classes,
        scheme,
        ..
    } = *context;
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
            let name = study.outcomes[outcome].name.as_str();
            let tally = Tally::new(context, (name, built), &division)?;
            let studentized = analysis.interval == IntervalKind::Studentized;
            let errors = (studentized && study.resampling.replicates > 0)
                .then(|| Errors::new((built, classes), &division, &paths, Effort::Cheapest));
            let regression = (analysis.adjustment.is_regression())
                .then(|| Regression::new(context, (name, built), &division, analysis))
                .transpose()?;
            tables.push(Table {
                analysis: index,
                outcome,
                shape: &built.shape,
                adjustment: analysis.adjustment,
                regression,
                division,
                tally,
                paths: paths.clone(),
                tests: tests.clone(),
                errors,
            });
        }
    }
    Ok(())
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

/// Refuses regressions that cannot be made of the trial's covariates.
pub(super) fn refuse_regressions(context: &Context<'_>) -> Result<()> {
    let analyses = context.study.analyses.iter();
    for analysis in analyses.filter(|analysis| analysis.adjustment.is_regression()) {
        for &outcome in &analysis.outcomes {
            let division = Division::new(
                context.trial,
                context.classes,
                Purpose {
                    subgroup: None,
                    adjustment: analysis.adjustment,
                    rescaled: false,
                },
            );
            let name = context.study.outcomes[outcome].name.as_str();
            let built = &context.panel.outcomes[outcome];
            Regression::new(context, (name, built), &division, analysis)?;
        }
    }
    Ok(())
}

type Wanted = (Vec<Path>, Vec<(Estimand, Item)>);

/// The curves and tests of an outcome that the analysis asks for.
fn wanted(study: &Study, analysis: &Analysis, outcome: usize, shape: &Shape) -> Result<Wanted> {
    let class = OutcomeClass::of(shape.kind);
    let named = |slug: &str| analysis.estimands.iter().any(|e| e == slug);
    let asked = |slug: &str| {
        if analysis.estimands.is_empty() {
            is_given(slug)
        } else {
            named(slug)
        }
    };
    let (mut paths, mut tests) = (Vec::new(), Vec::new());
    for estimand in REGISTRY {
        let card = estimand.card();
        let arm_rows = asked(card.slug);
        let contrast_rows = card.contrast.is_some_and(asked);
        if !card.kinds.contains(&class) || !(arm_rows || contrast_rows) {
            continue;
        }
        let by_name = named(card.slug) || card.contrast.is_some_and(named);
        let items = estimand.items(shape);
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
        let Estimand::Curve(curve) = estimand else {
            tests.extend(items.into_iter().map(|item| (*estimand, item)));
            continue;
        };
        if by_name && card.slug == "median_time" {
            refuse_median(analysis.interval)?;
        }
        if by_name && curve.se_method().is_some() {
            refuse_model_errors(card.slug, analysis.interval)?;
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

/// What needs influence values cannot be had of a curve whose variance is of another kind.
fn refuse_model_errors(slug: &str, interval: IntervalKind) -> Result<()> {
    match interval {
        IntervalKind::Bca | IntervalKind::Studentized => Err(refusal(
            "RV0404",
            &format!(
                "`{slug}` has no influence values, so it has no {} interval",
                interval.name()
            ),
            "use interval = \"normal\" for this analysis, or ask for `cumulative_incidence`",
        )),
        _ => Ok(()),
    }
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
