//! Joins the rooms: a checked trial and its question in, rows out.
//!
//! The observed sample and every replicate go through the same `Table::evaluate`; a replicate differs only in
//! its counts. One draw feeds all outcomes, subgroups and analyses.

pub mod codes;
mod comparisons;
mod division;
mod labels;
mod point;
mod replicates;
mod rows;
mod series;
mod table;

use crate::error::{Class, Diagnostic, Error, Result};
use crate::estimand::{Estimand, REGISTRY};
use crate::numeric::parallel;
use crate::panel::classes::Classes;
use crate::panel::{self, Panel, Survival};
use crate::resample::{Bootstrap, DRAW_VERSION, Rule};
use crate::results::{Facts, OutcomeFacts, Results};
use crate::study::{Analysis, IntervalKind, OutcomeKind, Study};
use crate::totals::Contributions;
use crate::trial::Trial;
use division::{Division, Purpose};
use std::time::Instant;
use table::{Path, Table};

/// What may change how a run is done, but never a bit of its result.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads.
    pub threads: usize,
    /// Memory for replicates, in megabytes.
    pub memory_mb: usize,
    /// Only the analysis of this name. Draws stay those of the whole study.
    pub only: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 2,
            memory_mb: 256,
            only: None,
        }
    }
}

/// Hears how far a run is.
pub trait Progress: Sync {
    /// A phase begins, with so many steps.
    fn phase(&self, name: &str, total: u64);
    /// Steps done.
    fn advance(&self, by: u64);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// Seconds by phase; never part of what may leave.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Timings {
    /// Name and seconds.
    pub phases: Vec<(String, f64)>,
}

impl Timings {
    fn add(&mut self, name: &str, since: Instant) {
        let seconds = since.elapsed().as_secs_f64();
        match self.phases.iter_mut().find(|phase| phase.0 == name) {
            Some(phase) => phase.1 += seconds,
            None => self.phases.push((name.to_owned(), seconds)),
        }
    }
}

/// Runs every analysis of the study on its trial.
///
/// # Errors
/// [`Class::Study`] when an interval or estimand is asked for that the outcome cannot have, [`Class::Data`] when the
/// trial cannot be resampled or a sum could overflow.
pub fn evaluate(
    study: &Study,
    trial: &Trial,
    options: &Options,
    progress: &dyn Progress,
) -> Result<(Results, Timings)> {
    parallel::with_threads(options.threads, || run(study, trial, options, progress))
}

fn run(
    study: &Study,
    trial: &Trial,
    options: &Options,
    progress: &dyn Progress,
) -> Result<(Results, Timings)> {
    let mut timings = Timings::default();
    let clock = Instant::now();
    progress.phase("panel", 0);
    let analyses = chosen(study, options)?;
    let panel = panel::build(study, trial)?;
    let classes = Classes::build(trial, &panel);
    let count = study.resampling.replicates as usize;
    let rule = Rule::for_cells(&classes);
    if count > 0 {
        refuse_single_units(trial, &classes)?;
    }
    let mut tables = Vec::new();
    for &analysis in &analyses {
        plan_tables(
            study,
            trial,
            &panel,
            &classes,
            (analysis, rule),
            &mut tables,
        )?;
    }
    timings.add("panel", clock);

    let scheme = Bootstrap::new(&classes, rule, study.resampling.seed);
    let budget = options.memory_mb.max(16) * 1_000_000 / 2 / 8 / count.max(1);
    let passes = replicates::plan(&tables, budget.max(64));
    let mut out = Vec::new();
    progress.phase("resample", (count * passes.len()) as u64);
    let context = rows::Context {
        study,
        trial,
        panel: &panel,
        classes: &classes,
        rule,
        count,
    };
    for pass in &passes {
        let clock = Instant::now();
        let columns = replicates::fill(&tables, pass, &scheme, count, progress);
        timings.add("resample", clock);
        let clock = Instant::now();
        for (part, &start) in pass.parts.iter().zip(&pass.starts) {
            out.extend(context.rows_of(&tables[part.table], part, &columns, start));
        }
        timings.add("infer", clock);
    }
    let facts = facts(study, trial, &classes, rule);
    let mut accounting = trial.accounting.clone();
    accounting.extend(panel.remarks.iter().cloned());
    let results = Results {
        rows: out,
        accounting,
        findings: notes(&classes, rule, count, &tables, trial),
        facts,
        outcomes: outcome_facts(study, &panel),
    };
    Ok((results, timings))
}

/// Indices of the analyses to run.
fn chosen(study: &Study, options: &Options) -> Result<Vec<usize>> {
    let Some(only) = &options.only else {
        return Ok((0..study.analyses.len()).collect());
    };
    match study.analyses.iter().position(|a| a.name == *only) {
        Some(index) => Ok(vec![index]),
        None => {
            let names: Vec<&str> = study.analyses.iter().map(|a| a.name.as_str()).collect();
            Err(Error::one(
                Class::Usage,
                Diagnostic::error(
                    "RV0402",
                    format!("the study has no analysis named `{only}`"),
                    "name one of the study's analyses after --only",
                )
                .allowed(names.join(", ")),
            ))
        }
    }
}

/// A cell of one person (or cluster) has no variation to draw from.
fn refuse_single_units(trial: &Trial, classes: &Classes) -> Result<()> {
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
                "" => format!("arm {arm}"),
                stratum => format!("arm {arm} in stratum {stratum}"),
            }
        })
        .collect();
    if single.is_empty() {
        return Ok(());
    }
    Err(Error::one(
        Class::Data,
        Diagnostic::error(
            "RV0403",
            format!(
                "a single {unit} cannot be resampled: {}{}",
                single[..single.len().min(10)].join("; "),
                if single.len() > 10 {
                    format!(" and {} more", single.len() - 10)
                } else {
                    String::new()
                }
            ),
            "merge these strata with others in the persons file, leave `strata` out, or set `replicates = 0` under [resampling]",
        ),
    ))
}

/// Tables of one analysis: each outcome for everybody and by each subgroup column.
fn plan_tables<'a>(
    study: &Study,
    trial: &Trial,
    panel: &'a Panel,
    classes: &Classes,
    (index, rule): (usize, Rule),
    tables: &mut Vec<Table<'a>>,
) -> Result<()> {
    let analysis = &study.analyses[index];
    for &outcome in &analysis.outcomes {
        let built = &panel.outcomes[outcome];
        let (paths, tests) = wanted(study, analysis, outcome, &built.shape)?;
        let columns = std::iter::once(None).chain(
            analysis
                .subgroups
                .iter()
                .map(|name| trial.subgroups.iter().position(|s| s.column == *name))
                .filter(Option::is_some),
        );
        for subgroup in columns {
            let division = Division::new(
                trial,
                classes,
                Purpose {
                    subgroup,
                    adjustment: analysis.adjustment,
                    rule,
                },
            );
            let contributions =
                Contributions::build(classes, built, &division.cell, division.cells.len());
            tables.push(Table {
                analysis: index,
                outcome,
                shape: &built.shape,
                adjustment: analysis.adjustment,
                division,
                contributions,
                paths: paths.clone(),
                tests: tests.clone(),
            });
        }
    }
    Ok(())
}

type Wanted = (
    Vec<Path>,
    Vec<(&'static dyn crate::estimand::Test, crate::estimand::Item)>,
);

/// The curves and tests of an outcome that the analysis asks for.
fn wanted(
    study: &Study,
    analysis: &Analysis,
    outcome: usize,
    shape: &panel::Shape,
) -> Result<Wanted> {
    let class = crate::estimand::OutcomeClass::of(shape.kind);
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
                if by_name
                    && card.slug == "median_time"
                    && analysis.interval == IntervalKind::Normal
                {
                    return Err(refusal(
                        "RV0404",
                        "`median_time` has no standard error, so it has no normal interval",
                        "use interval = \"percentile\" for this analysis",
                    ));
                }
                let items = curve.items(shape);
                let every_spell = matches!(
                    shape.kind,
                    panel::Kind::Exit {
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

/// Whether a tick is reported: all of them, or those the analysis lists; a single value at the horizon always is.
fn reported(analysis: &Analysis, shape: &panel::Shape, ticks: &[i32], index: usize) -> bool {
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

fn facts(study: &Study, trial: &Trial, classes: &Classes, rule: Rule) -> Facts {
    let persons = (0..trial.arms.len())
        .map(|arm| trial.arm.iter().filter(|&&a| usize::from(a) == arm).count() as u64)
        .collect::<Vec<_>>();
    let followed_share = trial.tables.first().map_or_else(Vec::new, |table| {
        (0..trial.arms.len())
            .map(|arm| {
                (1..=trial.horizon as i32)
                    .map(|week| {
                        let followed = (0..trial.persons())
                            .filter(|&p| {
                                usize::from(trial.arm[p]) == arm && table.followed[p] >= week
                            })
                            .count();
                        followed as f64 / persons[arm] as f64
                    })
                    .collect()
            })
            .collect()
    });
    Facts {
        arms: trial.arms.clone(),
        persons,
        strata: trial
            .strata
            .iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect(),
        clusters: classes.clustered.then(|| classes.units() as u64),
        trial_hash: trial.hash.clone(),
        replicates: study.resampling.replicates,
        seed: study.resampling.seed,
        scheme: rule.name().to_owned(),
        draw_version: DRAW_VERSION,
        followed_share,
    }
}

fn outcome_facts(study: &Study, panel: &Panel) -> Vec<OutcomeFacts> {
    study
        .outcomes
        .iter()
        .zip(&panel.outcomes)
        .map(|(outcome, built)| {
            let (kind, randomised, target) = match &outcome.kind {
                OutcomeKind::WeeksIn { .. } => ("weeks_in", true, None),
                OutcomeKind::Amount { .. } => ("amount", true, None),
                OutcomeKind::Events { .. } => ("events", true, None),
                OutcomeKind::ShareAmong { target, .. } => ("share_among", false, *target),
                OutcomeKind::Exit { at_risk, .. } => {
                    ("exit", *at_risk == crate::study::AtRisk::First, None)
                }
            };
            OutcomeFacts {
                name: outcome.name.clone(),
                kind: kind.to_owned(),
                unit: labels::weekly_unit(outcome),
                tick: panel::tick_name(study, &outcome.kind).to_owned(),
                destinations: built.shape.destinations.clone(),
                target,
                randomised,
            }
        })
        .collect()
}

/// What a reader must know of how it was done.
fn notes(
    classes: &Classes,
    rule: Rule,
    count: usize,
    tables: &[Table<'_>],
    trial: &Trial,
) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    if count > 0 && rule == Rule::RaoWu {
        let smallest = classes
            .cells
            .iter()
            .map(|cell| cell.slots)
            .min()
            .unwrap_or(0);
        notes.push(Diagnostic::warning(
            "RV0406",
            format!("the smallest arm and stratum has {smallest} to draw from, fewer than 20: the rescaled bootstrap of Rao and Wu is used throughout"),
            "merge small strata if intervals should come from the plain bootstrap",
        ));
    }
    let mut left_out: Vec<(String, Vec<String>)> = Vec::new();
    for table in tables.iter().filter(|t| t.division.subgroup.is_none()) {
        for (treatment, contrast) in table.division.contrasts[0].iter().enumerate() {
            if !contrast.left_out.is_empty() {
                let line = (trial.arms[treatment + 1].clone(), contrast.left_out.clone());
                if !left_out.contains(&line) {
                    left_out.push(line);
                }
            }
        }
    }
    for (arm, strata) in left_out {
        notes.push(Diagnostic::warning(
            "RV0407",
            format!(
                "{} strat{} without both arms {} outside the adjusted contrast of arm {arm}: {}",
                strata.len(),
                if strata.len() == 1 { "um" } else { "a" },
                if strata.len() == 1 { "is" } else { "are" },
                strata.join(", ")
            ),
            "read the adjusted contrast as one of the other strata",
        ));
    }
    notes
}

/// Whether the point estimate of the first sentence exists; if not, the run ends with exit code 5.
pub fn headline_is_defined(results: &Results, study: &Study) -> bool {
    use crate::results::Status;
    let outcome = &study.outcomes[study.headline];
    let estimand = match outcome.kind {
        OutcomeKind::ShareAmong { .. } => "period_difference",
        OutcomeKind::Exit { .. } => "restricted_mean_difference",
        _ => "cumulative_effect",
    };
    let undefined = results.rows.iter().any(|row| {
        *row.outcome == *outcome.name
            && &*row.estimand == estimand
            && &*row.subgroup == "all"
            && Some(&*row.arm) == study.treatments.first().map(String::as_str)
            && row.week == Some(study.horizon as i32)
            && row.status == Status::Undefined
    });
    !undefined
}
