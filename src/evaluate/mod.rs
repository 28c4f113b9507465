//! Joins the rooms: a checked trial and its question in, rows out.
//!
//! The observed sample and every replicate go through the same `Table::evaluate`; a replicate differs only in
//! its counts. One draw feeds all outcomes, subgroups and analyses.

mod balance;
pub mod codes;
mod comparisons;
mod context;
mod defined;
mod division;
mod errors;
#[cfg(test)]
mod errors_tests;
mod facts;
mod fold;
mod labels;
mod levels;
mod moderators;
mod money;
mod occupancy;
mod permute;
mod plan;
mod point;
#[cfg(test)]
mod random_trial;
mod refusals;
mod regression;
mod replicates;
mod required;
mod rows;
mod series;
mod settle;
mod skew;
mod spread;
mod support;
mod survey;
mod table;
mod take_up;
mod tally;

use crate::error::{Class, Diagnostic, Error, Result};
use crate::inference::stepdown::Draws;
use crate::numeric::parallel;
use crate::panel;
use crate::panel::classes::Classes;
use crate::resample::scheme;
use crate::results::{Facts, Results, Row};
use crate::study::Study;
use crate::totals::Kernel;
use crate::trial::Trial;
use context::Context;
use levels::Levels;
use permute::Tests;
use replicates::{Job, Pass};
use std::time::Instant;
use table::Table;

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

pub use balance::{balance, mismatches};
pub use defined::{families_are_defined, headline_is_defined};
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
    parallel::with_threads(options.threads, || {
        run((study, study), trial, options, progress)
    })
}

/// What `evaluate` would refuse of a study and its trial, told without evaluating: intervals and estimands an outcome
/// cannot have, persons who cannot be resampled, sums that could overflow.
///
/// # Errors
/// The same as [`evaluate`].
pub fn refusals(study: &Study, trial: &Trial) -> Result<()> {
    refusals::refuse_priced(study)?;
    refusals::refuse_shares(study)?;
    moderators::refuse_levels(study, trial)?;
    let panel = panel::build(study, trial)?;
    let classes = Classes::build(trial, &panel);
    if study.resampling.replicates > 0 {
        refusals::refuse_single_units(study, trial, &classes)?;
    }
    plan::refusals(study, &panel)?;
    let context = Context {
        study,
        trial,
        panel: &panel,
        classes: &classes,
        scheme: &*scheme(&study.resampling, &classes),
        kernel: Kernel::Single,
        count: 0,
    };
    plan::refuse_regressions(&context)?;
    let all: Vec<usize> = (0..study.analyses.len()).collect();
    context.tests(&all).map(|_| ())
}

/// Answers `study` with the draws of `whole`, which may ask for more: what all of its analyses read fixes the draws.
fn run(
    (study, whole): (&Study, &Study),
    trial: &Trial,
    options: &Options,
    progress: &dyn Progress,
) -> Result<(Results, Timings)> {
    let mut timings = Timings::default();
    let clock = Instant::now();
    progress.phase("panel", 0);
    let analyses = chosen(study, options)?;
    moderators::refuse_levels(study, trial)?;
    refusals::refuse_priced(study)?;
    refusals::refuse_shares(study)?;
    let panel = panel::build(whole, trial)?;
    let classes = Classes::build(trial, &panel);
    let mut count = study.resampling.replicates as usize;
    if count > 0 {
        refusals::refuse_single_units(study, trial, &classes)?;
    }
    let scheme = scheme(&study.resampling, &classes);
    let scheme = &*scheme;
    if count > 0 {
        count = scheme.samples().map_or(count, |samples| samples as usize);
    }
    let context = Context {
        study,
        trial,
        panel: &panel,
        classes: &classes,
        scheme,
        kernel: options.kernel.unwrap_or(Kernel::for_draws(count)),
        count,
    };
    let mut tables = Vec::new();
    for &analysis in &analyses {
        plan::tables(&context, analysis, &mut tables)?;
    }
    let mut tests = context.tests(&analyses)?;
    let mut levels = Levels::asked(context, &tables);
    tests.ask_together(levels.hypotheses(context, &tables));
    timings.add("panel", clock);
    if count > 0 {
        timings
            .notes
            .extend(tables.iter().map(|table| table.note(study, trial)));
    }
    let budget = options.memory_mb * 1_000_000 / 2 / 8 / count.max(1);
    let mut out = context.resampled(
        &tables,
        budget,
        (&mut tests, &mut levels),
        (&mut timings, progress),
    );
    let clock = Instant::now();
    let tested = !tests.is_empty();
    context.permute(&mut tests, progress);
    let samples = match scheme.samples() {
        Some(_) => Draws::All,
        None => Draws::Sampled,
    };
    let families = context.report(&tests, samples, &mut out);
    if tested {
        timings.add("permute", clock);
    }
    required::against_target(study, &mut out);
    let clock = Instant::now();
    let blocks = context.level_rows(&levels, &tables, tests.together());
    levels::insert(&mut out, blocks);
    levels::insert(&mut out, context.moderator_rows(&tables)?);
    if options.only.is_none() {
        out.extend(context.survey_rows());
    }
    timings.add("infer", clock);
    let clock = Instant::now();
    let (taken, weak) = take_up::rows(&context, &analyses, progress)?;
    if !taken.is_empty() {
        out.extend(taken);
        timings.add("take-up", clock);
    }
    let (mut quantities, mut small_cells) = (None, 0);
    if let (Some(asked), Some(ledger)) = (&study.cost_benefit, &panel.ledger)
        && analyses.contains(&asked.analysis)
    {
        let clock = Instant::now();
        progress.phase("money", count as u64);
        let (folded, count_of_small) = match u64::from(study.min_cell) {
            0 | 1 => (None, 0),
            smallest => {
                let (ledger, count) = fold::fold(ledger, trial, (smallest, asked.period));
                (Some(ledger), count)
            }
        };
        small_cells = count_of_small;
        let ledger = folded.as_ref().unwrap_or(ledger);
        let money = money::Money::new(&context, asked, ledger)?;
        let (counted, rows) = money.evaluate(progress)?;
        quantities = Some(counted);
        out.extend(rows);
        timings.add("money", clock);
    }
    let clock = Instant::now();
    let rows = balance(study, trial, analyses.first().copied().unwrap_or(0));
    if !rows.is_empty() {
        out.extend(rows);
        timings.add("balance", clock);
    }
    let clock = Instant::now();
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
        findings: (facts::notes(&classes, scheme, count, &tables, trial).into_iter())
            .chain(weak)
            .chain(mismatches(study, trial))
            .chain(facts::folded(small_cells))
            .collect(),
        facts,
        outcomes: facts::outcome_facts(study, &panel),
        prices: (quantities.is_some())
            .then(|| study.cost_benefit.as_ref()?.lines.clone())
            .flatten(),
        quantities,
        support: (study.min_cell > 1).then(|| support::support(study, trial, &panel)),
    };
    if results.support.is_some() {
        timings.add("count", clock);
    }
    Ok((results, timings))
}

impl Context<'_> {
    /// Rows of all tables, from passes of at most `columns` columns over the replicates; what is tested over replicates is
    /// kept.
    fn resampled(
        &self,
        tables: &[Table<'_>],
        columns: usize,
        (tests, levels): (&mut Tests, &mut Levels),
        (timings, progress): (&mut Timings, &dyn Progress),
    ) -> Vec<Row> {
        let jobs = replicates::plan(tables, columns.max(1));
        let passes: usize = jobs.iter().map(|job| job.passes().len()).sum();
        progress.phase("resample", (self.count * passes) as u64);
        let fill =
            |pass: &Pass| replicates::fill(tables, pass, (self.scheme, self.count), progress);
        let mut out = Vec::new();
        for job in &jobs {
            let clock = Instant::now();
            match job {
                Job::Pass(pass) => {
                    let columns = fill(pass);
                    timings.add("resample", clock);
                    let clock = Instant::now();
                    for (part, &start) in pass.parts.iter().zip(&pass.starts) {
                        let table = &tables[part.table];
                        let held = (&columns, start);
                        out.extend(self.rows_of((tables, table), part, held, levels));
                        let place = |value| Some(start + value);
                        self.keep(tests, (table, part), &columns, place);
                    }
                    timings.add("infer", clock);
                }
                Job::Strips(strips) => {
                    let part = &strips[0].parts[0];
                    let table = &tables[part.table];
                    out.extend(
                        self.rows_by_strips((tables, table), strips, levels, |pass| {
                            let columns = fill(pass);
                            let strip = pass.strip.clone().unwrap_or_default();
                            let place = |value| strip.contains(&value).then(|| value - strip.start);
                            self.keep(tests, (table, part), &columns, place);
                            columns
                        }),
                    );
                    timings.add("resample", clock);
                }
            }
        }
        out
    }
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
