//! The permutations: tiles of them on the threads of the pool, hits counted as they come.
//!
//! Nothing is kept of a permutation but its hits, so memory does not depend on how many there are; sums of whole numbers
//! do not depend on the order in which tiles end.

use super::counter::{Counter, Tested};
use super::dealt::Dealt;
use super::grid::{Difference, Grid, between, difference};
use super::hypotheses::Hypothesis;
use super::reach::{Reach, reaches, score};
use super::reader::{Ground, Reader, State};
use super::regressed::{Found, Regressed, is_regressed};
use super::together::Together;
use crate::evaluate::Progress;
use crate::evaluate::context::Context;
use crate::inference::stepdown::{Draws, SimulatedP, StepDown, Steps};
use crate::numeric::parallel;
use crate::resample::permutation::{Assignments, Masks};

/// Permutations of one tile.
pub(super) const TILE: u64 = 64;

/// What was found of one hypothesis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub plain: Tested,
    pub studentised: Tested,
    /// From the step-down of the family, where it is made of permutations.
    pub adjusted: Option<SimulatedP>,
    pub draws: Draws,
    /// Permutations, or all assignments.
    pub count: u64,
    /// Observed statistics: of the difference, or between all arms.
    pub observed: (f64, f64),
    #[cfg(test)]
    pub difference: Option<Difference>,
}

pub(super) struct Runs<'a> {
    pub context: Context<'a>,
    pub progress: &'a dyn Progress,
}

/// One hypothesis in terms of readers: which, in which grid.
#[derive(Clone, Copy)]
pub(super) struct Read {
    reader: usize,
    grid: usize,
    level: usize,
    tick: usize,
}

/// Where a hypothesis is read off.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Read(Read),
    /// Which regressions, and where among their differences.
    Regressed(usize, usize),
}

/// Readers of the hypotheses of one pool.
pub(super) struct Setting<'a> {
    pub dealt: &'a Dealt,
    pub source: Assignments,
    readers: Vec<Reader<'a>>,
    regressions: Vec<Regressed>,
    units: usize,
    pub places: Vec<Place>,
}

/// Plain and studentised statistic.
type Statistics = (f64, f64);

/// The statistics of a place in the permutation at hand.
type Of<'a> = dyn Fn(Place, &Buffers) -> Statistics + Sync + 'a;

/// Buffers of one tile.
pub(super) struct Buffers {
    pub masks: Masks,
    /// By reader and arm.
    states: Vec<Vec<State>>,
    /// By regressions.
    regressed: Vec<Found>,
    statistics: Vec<Statistics>,
}

impl<'a> Setting<'a> {
    pub fn new(
        context: Context<'a>,
        dealt: &'a Dealt,
        hypotheses: &[Hypothesis],
        compared: u32,
    ) -> Self {
        let Context {
            study,
            trial,
            panel,
            classes,
            ..
        } = context;
        let ground = Ground {
            trial,
            classes,
            dealt,
        };
        let mut scores: Vec<(Hypothesis, Vec<Grid>, Vec<usize>)> = Vec::new();
        let mut made: Vec<Grid> = Vec::new();
        let mut places = Vec::new();
        let regressions = Regressed::all(&context, dealt, hypotheses);
        let is_plain = |h: &&Hypothesis| !is_regressed(&context, h);
        let plain: Vec<Hypothesis> = hypotheses.iter().filter(is_plain).copied().collect();
        let mut reaches = reaches(ground, panel, &plain).into_iter();
        for hypothesis in hypotheses {
            let mut regressed = regressions.iter().enumerate();
            let found = regressed.find_map(|(r, own)| Some((r, own.place(hypothesis)?)));
            if let Some((regression, place)) = found {
                places.push(Place::Regressed(regression, place));
                continue;
            }
            let tick = hypothesis.tick;
            let reach = reaches.next().unwrap_or(Reach {
                tick,
                ticks: Vec::new(),
            });
            let hypothesis = &Hypothesis {
                tick: reach.tick,
                ..*hypothesis
            };
            let same = |(h, ..): &(Hypothesis, Vec<Grid>, Vec<usize>)| {
                (h.outcome, h.estimand(), h.item, h.tick)
                    == (
                        hypothesis.outcome,
                        hypothesis.estimand(),
                        hypothesis.item,
                        hypothesis.tick,
                    )
            };
            let reader = scores.iter().position(same).unwrap_or_else(|| {
                scores.push((*hypothesis, Vec::new(), reach.ticks));
                scores.len() - 1
            });
            let adjustment = study.analyses[hypothesis.analysis].adjustment;
            let asked = (hypothesis.subgroup, adjustment);
            let is_asked = |grid: &Grid| (grid.subgroup, grid.adjustment) == asked;
            let grids = &mut scores[reader].1;
            let index = grids.iter().position(is_asked).unwrap_or_else(|| {
                let grid = made.iter().position(is_asked).unwrap_or_else(|| {
                    made.push(Grid::new(trial, asked.0, asked.1));
                    made.len() - 1
                });
                grids.push(made[grid].clone());
                grids.len() - 1
            });
            places.push(Place::Read(Read {
                reader,
                grid: index,
                level: hypothesis.level,
                tick,
            }));
        }
        let resampling = study.resampling;
        Self {
            dealt,
            source: Assignments::of(
                &dealt.pool,
                resampling.permutations,
                resampling.seed,
                compared,
            ),
            readers: parallel::map_ordered(scores.len(), |index| {
                let (hypothesis, grids, ticks) = &scores[index];
                Reader::new(ground, score(panel, hypothesis), grids.clone(), ticks)
            }),
            regressions,
            units: classes.units(),
            places,
        }
    }

    pub fn buffers(&self) -> Buffers {
        let masks = self.dealt.pool.masks();
        Buffers {
            states: vec![vec![State::default(); masks.len()]; self.readers.len()],
            regressed: vec![Found::default(); self.regressions.len()],
            masks,
            statistics: Vec::with_capacity(self.places.len()),
        }
    }

    /// Sums of every arm: the first has what the others leave.
    pub fn sum(&self, buffers: &mut Buffers) {
        for (reader, states) in self.readers.iter().zip(&mut buffers.states) {
            let (first, others) = states.split_at_mut(1);
            for (state, mask) in others.iter_mut().zip(&buffers.masks[1..]) {
                reader.sum(mask, state);
            }
            reader.sum_rest(&buffers.masks[0], others, &mut first[0]);
        }
        for (regression, found) in self.regressions.iter().zip(&mut buffers.regressed) {
            regression.fill(&buffers.masks, self.units, found);
        }
    }

    pub fn difference(&self, place: Place, buffers: &Buffers) -> Difference {
        let place = match place {
            Place::Read(place) => place,
            Place::Regressed(regression, place) => {
                return Regressed::difference(&buffers.regressed[regression], place);
            }
        };
        let (reader, states) = (&self.readers[place.reader], &buffers.states[place.reader]);
        let arm = |arm: usize| reader.arm(&states[arm], (place.grid, place.tick));
        difference(&reader.grids[place.grid], place.level, &arm(1), &arm(0))
    }

    fn between(&self, place: Place, buffers: &Buffers) -> Statistics {
        let Place::Read(place) = place else {
            // Regressions compare two arms at a time: they are not asked of all.
            return (f64::NAN, f64::NAN);
        };
        let (reader, states) = (&self.readers[place.reader], &buffers.states[place.reader]);
        let at = (place.grid, place.tick);
        let arms: Vec<_> = states.iter().map(|s| reader.arm(s, at)).collect();
        between(&reader.grids[place.grid], place.level, &arms)
    }

    /// Counts hits of all permutations: per hypothesis, and per step-down over some of them.
    fn count(
        &self,
        observed: &[Statistics],
        units: &[f64],
        steps: &[(Steps, Vec<usize>)],
        (progress, statistic): (&dyn Progress, &Of<'_>),
    ) -> (Vec<(Counter, Counter)>, Vec<StepDown>) {
        let count = self.source.count();
        let tiles = parallel::map_ordered(count.div_ceil(TILE) as usize, |tile| {
            let mut buffers = self.buffers();
            let mut counters = vec![(Counter::default(), Counter::default()); self.places.len()];
            let mut stepped: Vec<StepDown> = steps.iter().map(|(s, _)| s.start()).collect();
            let first = tile as u64 * TILE;
            for index in first..(first + TILE).min(count) {
                self.source
                    .fill(&self.dealt.pool, index, &mut buffers.masks);
                self.sum(&mut buffers);
                let mut statistics = std::mem::take(&mut buffers.statistics);
                statistics.clear();
                statistics.extend(self.places.iter().map(|&place| statistic(place, &buffers)));
                for (h, counter) in counters.iter_mut().enumerate() {
                    (counter.0).count(statistics[h].0, observed[h].0, units[h]);
                    (counter.1).count(statistics[h].1, observed[h].1, 1.0);
                }
                for ((steps, members), counts) in steps.iter().zip(&mut stepped) {
                    steps.count(counts, |h| statistics[members[h]].1);
                }
                buffers.statistics = statistics;
            }
            progress.advance(TILE.min(count - first));
            (counters, stepped)
        });
        let mut counters = vec![(Counter::default(), Counter::default()); self.places.len()];
        let mut stepped: Vec<StepDown> = steps.iter().map(|(s, _)| s.start()).collect();
        for (of_tile, steps_of_tile) in tiles {
            for (sum, more) in counters.iter_mut().zip(of_tile) {
                for (sum, more) in [(&mut sum.0, more.0), (&mut sum.1, more.1)] {
                    sum.hits += more.hits;
                    sum.undefined += more.undefined;
                }
            }
            for (sum, more) in stepped.iter_mut().zip(&steps_of_tile) {
                sum.add(more);
            }
        }
        (counters, stepped)
    }

    pub fn draws(&self) -> Draws {
        match self.source {
            Assignments::Listed { .. } => Draws::All,
            Assignments::Drawn { .. } => Draws::Sampled,
        }
    }
}

impl Runs<'_> {
    /// Each hypothesis against the permutations of its arm and the control. A family is stepped down where that is asked.
    /// Then each group, whose differences may be equal.
    pub fn pairwise(
        &self,
        families: &[(&[Hypothesis], bool)],
        groups: &[&[Hypothesis]],
    ) -> (Vec<Vec<Verdict>>, Vec<Option<Together>>) {
        let Context {
            trial,
            panel,
            classes,
            ..
        } = self.context;
        let mut out: Vec<Vec<Option<Verdict>>> =
            families.iter().map(|(f, _)| vec![None; f.len()]).collect();
        let mut together = vec![None; groups.len()];
        for arm in 1..trial.arms.len() {
            self.equality(arm, groups, &mut together);
            let mine: Vec<(usize, usize)> = (families.iter().enumerate())
                .flat_map(|(f, (family, _))| (0..family.len()).map(move |h| (f, h)))
                .filter(|&(f, h)| families[f].0[h].arm == arm)
                .collect();
            if mine.is_empty() {
                continue;
            }
            let hypotheses: Vec<Hypothesis> = mine.iter().map(|&(f, h)| families[f].0[h]).collect();
            let dealt = Dealt::new(trial, panel, classes, &[0, arm]);
            let setting = Setting::new(self.context, &dealt, &hypotheses, arm as u32);
            let mut buffers = setting.buffers();
            buffers.masks.clone_from(&dealt.observed);
            setting.sum(&mut buffers);
            let differences: Vec<Difference> = (setting.places.iter())
                .map(|&place| setting.difference(place, &buffers))
                .collect();
            let observed: Vec<Statistics> = differences
                .iter()
                .map(|d| (d.plain(), d.studentised()))
                .collect();
            let units: Vec<f64> = differences.iter().map(|d| d.unit()).collect();
            let steps = |takes_part: &dyn Fn(usize) -> bool| -> Vec<(Steps, Vec<usize>)> {
                (families.iter().enumerate())
                    .filter(|(_, (_, stepped))| *stepped)
                    .map(|(family, _)| {
                        let members: Vec<usize> =
                            (0..mine.len()).filter(|&m| mine[m].0 == family).collect();
                        let statistics: Vec<Option<f64>> = (members.iter())
                            .map(|&m| Some(observed[m].1).filter(|_| takes_part(m)))
                            .collect();
                        (Steps::of(&statistics), members)
                    })
                    .collect()
            };
            self.progress.phase("permute", setting.source.count());
            let statistic = |place: Place, buffers: &Buffers| {
                let found = setting.difference(place, buffers);
                (found.plain(), found.studentised())
            };
            let (count, draws) = (setting.source.count(), setting.draws());
            let told = (self.progress, &statistic as &_);
            let mut asked = steps(&|_| true);
            let (counters, mut stepped) = setting.count(&observed, &units, &asked, told);
            // A draw in which a member is undefined is left out. A member that is so too often has no p, and must not take
            // the others' draws with it: they are stepped down again without it.
            let is_tested = |m: usize| {
                let (_, studentised) = counters[m];
                studentised.tested(count, draws, observed[m].1).p.is_some()
            };
            if (asked.iter()).any(|(_, members)| members.iter().any(|&m| !is_tested(m))) {
                asked = steps(&is_tested);
                stepped = setting.count(&observed, &units, &asked, told).1;
            }
            for (m, &(f, h)) in mine.iter().enumerate() {
                out[f][h] = Some(Verdict {
                    plain: counters[m].0.tested(count, draws, observed[m].0),
                    studentised: counters[m].1.tested(count, draws, observed[m].1),
                    adjusted: None,
                    draws,
                    count,
                    observed: observed[m],
                    #[cfg(test)]
                    difference: Some(differences[m]),
                });
            }
            for ((steps, members), counts) in asked.iter().zip(&stepped) {
                let adjusted = steps.adjusted(counts, draws, members.len());
                for (&m, adjusted) in members.iter().zip(adjusted) {
                    let (f, h) = mine[m];
                    if let Some(verdict) = &mut out[f][h] {
                        let own = verdict.studentised.p;
                        // Draws that were left out may put it a little below its own.
                        verdict.adjusted = match (adjusted, own) {
                            (Some(adjusted), Some(own)) if adjusted.p < own.p => Some(own),
                            (adjusted, _) => adjusted,
                        };
                    }
                }
            }
        }
        let verdicts = (out.into_iter())
            .map(|family| family.into_iter().flatten().collect())
            .collect();
        (verdicts, together)
    }

    /// All arms at once, where there are several treatment arms: one verdict per hypothesis, whatever its arm.
    pub fn global(&self, families: &[(&[Hypothesis], bool)]) -> Vec<Vec<(Hypothesis, Verdict)>> {
        let Context {
            trial,
            panel,
            classes,
            ..
        } = self.context;
        let arms = trial.arms.len();
        if arms < 3 {
            return families.iter().map(|_| Vec::new()).collect();
        }
        let mut all: Vec<(usize, Hypothesis)> = Vec::new();
        for (f, (family, _)) in families.iter().enumerate() {
            let compared = family.iter().filter(|h| !is_regressed(&self.context, h));
            for hypothesis in compared {
                let any = Hypothesis {
                    arm: 0,
                    ..*hypothesis
                };
                if !all.iter().any(|(_, h)| h.key() == any.key()) {
                    all.push((f, any));
                }
            }
        }
        if all.is_empty() {
            return families.iter().map(|_| Vec::new()).collect();
        }
        let hypotheses: Vec<Hypothesis> = all.iter().map(|(_, h)| *h).collect();
        let dealt = Dealt::new(trial, panel, classes, &(0..arms).collect::<Vec<_>>());
        let setting = Setting::new(self.context, &dealt, &hypotheses, 0);
        let mut buffers = setting.buffers();
        buffers.masks.clone_from(&dealt.observed);
        setting.sum(&mut buffers);
        let observed: Vec<Statistics> = (setting.places.iter())
            .map(|&place| setting.between(place, &buffers))
            .collect();
        let units: Vec<f64> = observed.iter().map(|o| o.0).collect();
        self.progress.phase("permute", setting.source.count());
        let statistic = |place: Place, buffers: &Buffers| setting.between(place, buffers);
        let (counters, _) = setting.count(&observed, &units, &[], (self.progress, &statistic));
        let (count, draws) = (setting.source.count(), setting.draws());
        let mut out: Vec<Vec<(Hypothesis, Verdict)>> =
            families.iter().map(|_| Vec::new()).collect();
        for (m, (f, hypothesis)) in all.into_iter().enumerate() {
            let verdict = Verdict {
                plain: counters[m].0.tested(count, draws, observed[m].0),
                studentised: counters[m].1.tested(count, draws, observed[m].1),
                adjusted: None,
                draws,
                count,
                observed: observed[m],
                #[cfg(test)]
                difference: None,
            };
            out[f].push((hypothesis, verdict));
        }
        out
    }
}
