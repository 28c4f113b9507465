//! Joins the rooms: a checked trial and its question in, rows out.
//!
//! The observed sample and every replicate go through the same `Table::evaluate`; a replicate differs only in
//! its counts. One draw feeds all outcomes, subgroups and analyses.

pub mod codes;
mod comparisons;
mod division;
mod errors;
#[cfg(test)]
mod errors_tests;
mod facts;
mod labels;
mod money;
mod occupancy;
mod permute;
mod plan;
mod point;
mod replicates;
mod rows;
mod series;
mod settle;
mod skew;
mod spread;
mod table;

use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::inference::stepdown::Draws;
use crate::numeric::parallel;
use crate::panel;
use crate::panel::classes::Classes;
use crate::resample::scheme;
use crate::results::{Facts, Results, Row, Status};
use crate::study::Study;
use crate::study::slugs::main_contrast;
use crate::totals::Kernel;
use crate::trial::Trial;
use std::time::Instant;

/// What may change how a run is done, but never a bit of its result.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads.
    pub threads: usize,
    /// Memory for replicates, in megabytes; with 0 every column is a pass of its own.
    pub memory_mb: usize,
    /// Only the analysis of this name. Draws stay those of the whole study.
    pub only: Option<String>,
    /// How totals are added up, instead of by the rule of [`Kernel::for_draws`].
    pub kernel: Option<Kernel>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 2,
            memory_mb: 256,
            only: None,
            kernel: None,
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
    /// How the work was done, for who wants to know.
    pub notes: Vec<String>,
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

pub use settle::settle;

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

/// What `evaluate` would refuse of a study and its trial, told without evaluating: intervals and estimands an outcome
/// cannot have, persons who cannot be resampled, sums that could overflow.
///
/// # Errors
/// The same as [`evaluate`].
pub fn refusals(study: &Study, trial: &Trial) -> Result<()> {
    let panel = panel::build(study, trial)?;
    if study.resampling.replicates > 0 {
        refuse_single_units(study, trial, &Classes::build(trial, &panel))?;
    }
    plan::refuse_priced(study)?;
    plan::refuse_shares(study)?;
    plan::refusals(study, &panel)?;
    let question = permute::Question {
        study,
        trial,
        panel: &panel,
        classes: &Classes::build(trial, &panel),
    };
    let all: Vec<usize> = (0..study.analyses.len()).collect();
    question.tests(&all).map(|_| ())
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
    plan::refuse_priced(study)?;
    plan::refuse_shares(study)?;
    let panel = panel::build(study, trial)?;
    let classes = Classes::build(trial, &panel);
    let mut count = study.resampling.replicates as usize;
    if count > 0 {
        refuse_single_units(study, trial, &classes)?;
    }
    let scheme = scheme(&study.resampling, &classes);
    let scheme = &*scheme;
    if count > 0 {
        count = scheme.samples().map_or(count, |samples| samples as usize);
    }
    let ground = plan::Ground {
        study,
        trial,
        panel: &panel,
        classes: &classes,
        scheme,
        kernel: options.kernel.unwrap_or(Kernel::for_draws(count)),
    };
    let mut tables = Vec::new();
    for &analysis in &analyses {
        plan::tables(&ground, analysis, &mut tables)?;
    }
    let question = permute::Question {
        study,
        trial,
        panel: &panel,
        classes: &classes,
    };
    let mut tests = question.tests(&analyses)?;
    timings.add("panel", clock);
    if count > 0 {
        timings
            .notes
            .extend(tables.iter().map(|table| table.note(study, trial)));
    }

    let budget = options.memory_mb * 1_000_000 / 2 / 8 / count.max(1);
    let passes = replicates::plan(&tables, budget.max(1));
    let mut out = Vec::new();
    progress.phase("resample", (count * passes.len()) as u64);
    let context = rows::Context {
        study,
        trial,
        panel: &panel,
        classes: &classes,
        scheme,
        count,
    };
    let mut rest = &passes[..];
    while let Some(pass) = rest.first() {
        if pass.strip.is_some() {
            let clock = Instant::now();
            let same =
                |other: &&replicates::Pass| other.strip.is_some() && other.parts == pass.parts;
            let strips = rest.iter().take_while(same).count();
            let (part, table) = (&pass.parts[0], &tables[pass.parts[0].table]);
            let fill = |pass: &replicates::Pass| {
                let columns = replicates::fill(&tables, pass, scheme, count, progress);
                let strip = pass.strip.clone().unwrap_or_default();
                question.keep(&mut tests, (table, part), &columns, |value| {
                    strip.contains(&value).then(|| value - strip.start)
                });
                columns
            };
            out.extend(context.rows_by_strips(table, &rest[..strips], fill));
            rest = &rest[strips..];
            timings.add("resample", clock);
            continue;
        }
        let clock = Instant::now();
        let columns = replicates::fill(&tables, pass, scheme, count, progress);
        timings.add("resample", clock);
        let clock = Instant::now();
        for (part, &start) in pass.parts.iter().zip(&pass.starts) {
            let table = &tables[part.table];
            out.extend(context.rows_of(table, part, &columns, start));
            question.keep(&mut tests, (table, part), &columns, |value| {
                Some(start + value)
            });
        }
        timings.add("infer", clock);
        rest = &rest[1..];
    }
    let clock = Instant::now();
    let tested = !tests.is_empty();
    question.permute(&mut tests, progress);
    let samples = match scheme.samples() {
        Some(_) => Draws::All,
        None => Draws::Sampled,
    };
    let families = question.report(&tests, samples, &mut out);
    if tested {
        timings.add("permute", clock);
    }
    let mut quantities = None;
    if let (Some(asked), Some(ledger)) = (&study.cost_benefit, &panel.ledger)
        && analyses.contains(&asked.analysis)
    {
        let clock = Instant::now();
        progress.phase("money", count as u64);
        let money = money::Money::new(&context, asked, ledger)?;
        let (counted, rows) = money.evaluate(progress);
        quantities = Some(counted);
        out.extend(rows);
        timings.add("money", clock);
    }
    let facts = Facts {
        families,
        ..facts::facts(study, trial, &classes, (scheme, count))
    };
    let mut accounting = trial.accounting.clone();
    accounting.extend(panel.remarks.iter().cloned());
    accounting.extend(facts::left_out(study, trial, &tables));
    let results = Results {
        rows: out,
        accounting,
        findings: facts::notes(&classes, scheme, count, &tables, trial),
        facts,
        outcomes: facts::outcome_facts(study, &panel),
        prices: (quantities.is_some())
            .then(|| study.cost_benefit.as_ref()?.lines.clone())
            .flatten(),
        quantities,
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

/// Cells named in one refusal.
const SHOWN: usize = 10;

/// A cell of one person (or cluster) has no variation to draw from.
fn refuse_single_units(study: &Study, trial: &Trial, classes: &Classes) -> Result<()> {
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

/// Whether the point estimate of the first sentence exists; if not, the run ends with exit code 5.
pub fn headline_is_defined(results: &Results, study: &Study) -> bool {
    let outcome = &study.outcomes[study.headline];
    let estimand = main_contrast(&outcome.kind).unwrap_or("restricted_mean_difference");
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

/// Whether the point estimate of every member of every family exists; if not, the run ends with exit code 5.
pub fn families_are_defined(results: &Results, study: &Study) -> bool {
    study.analyses.iter().all(|analysis| {
        (analysis.family.iter()).all(|member| {
            let outcome = study.outcomes[member.outcome].name.as_str();
            let is_own = |row: &&Row| {
                *row.analysis == *analysis.name
                    && *row.estimand == *member.estimand
                    && &*row.outcome == outcome
                    && *row.item == *member.item
                    && *row.subgroup == *member.subgroup.as_deref().unwrap_or("all")
                    && !row.reference.is_empty()
                    && (member.arms.is_empty() || member.arms.iter().any(|arm| *row.arm == **arm))
            };
            let own: Vec<&Row> = results.rows.iter().filter(is_own).collect();
            let last = own.iter().filter_map(|row| row.week).max();
            let is_member = |row: &&&Row| match member.weeks.as_slice() {
                [] => row.week == last,
                weeks => weeks.iter().any(|&week| row.week == Some(week as i32)),
            };
            (own.iter().filter(is_member)).all(|row| row.status != Status::Undefined)
        })
    })
}
