//! What is made of a permutation: the readers of a pool, and how its hypotheses are read off them.
//!
//! Nothing is kept of a permutation but its hits, so memory does not depend on how many there are; sums of whole numbers
//! do not depend on the order in which tiles of permutations end.

use super::counter::Counter;
use super::dealt::Dealt;
use super::grid::{Difference, Grid, between, difference};
use super::hypotheses::Hypothesis;
use super::reach::{Reach, reaches, score};
use super::reader::{Ground, Reader, State};
use super::regressed::{Found, Regressed, is_regressed};
use super::together::Groups;
use crate::evaluate::Progress;
use crate::evaluate::context::Context;
use crate::inference::stepdown::{Draws, StepDown, Steps};
use crate::numeric::parallel;
use crate::resample::permutation::{Assignments, Masks};

/// Permutations of one tile.
const TILE: u64 = 64;

/// One hypothesis in terms of readers: which, in which grid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Read {
    pub reader: usize,
    pub grid: usize,
    pub level: usize,
    pub tick: usize,
}

/// Where a hypothesis is read off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Read(Read),
    /// Which regressions, and where among their differences.
    Regressed(usize, usize),
}

/// Readers of the hypotheses of one pool.
pub(super) struct Setting<'a> {
    pub dealt: &'a Dealt,
    pub source: Assignments,
    pub readers: Vec<Reader<'a>>,
    regressions: Vec<Regressed>,
    units: usize,
    pub places: Vec<Place>,
}

/// Plain and studentised statistic.
pub(super) type Statistics = (f64, f64);

/// Fills in, of all places in the permutation at hand, the statistics and, where arms are compared by two, the differences.
pub(super) type Of<'a> = dyn Fn(&Buffers, &mut [Statistics], &mut [Difference]) + Sync + 'a;

/// What is counted: hits of each hypothesis, of step-downs over some of them, of groups.
#[derive(Clone, Copy)]
pub(super) struct Counted<'a> {
    pub observed: &'a [Statistics],
    pub units: &'a [f64],
    pub steps: &'a [(Steps, Vec<usize>)],
    pub groups: &'a Groups,
}

/// Hits.
pub(super) struct Counts {
    /// By hypothesis: of the plain and of the studentised statistic.
    pub each: Vec<(Counter, Counter)>,
    pub stepped: Vec<StepDown>,
    pub together: Vec<Counter>,
}

impl Counted<'_> {
    fn start(&self) -> Counts {
        Counts {
            each: vec![<(Counter, Counter)>::default(); self.observed.len()],
            stepped: self.steps.iter().map(|(steps, _)| steps.start()).collect(),
            together: self.groups.start(),
        }
    }
}

impl Counts {
    fn add(&mut self, other: &Self) {
        for (sum, more) in self.each.iter_mut().zip(&other.each) {
            sum.0.add(more.0);
            sum.1.add(more.1);
        }
        for (sum, more) in self.stepped.iter_mut().zip(&other.stepped) {
            sum.add(more);
        }
        for (sum, more) in self.together.iter_mut().zip(&other.together) {
            sum.add(*more);
        }
    }
}

/// Buffers of one tile.
pub(super) struct Buffers {
    pub masks: Masks,
    /// By reader and arm.
    pub states: Vec<Vec<State>>,
    /// By regressions.
    regressed: Vec<Found>,
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

    pub fn between(&self, place: Place, buffers: &Buffers) -> Statistics {
        let Place::Read(place) = place else {
            // Regressions compare two arms at a time: they are not asked of all.
            return (f64::NAN, f64::NAN);
        };
        let (reader, states) = (&self.readers[place.reader], &buffers.states[place.reader]);
        let at = (place.grid, place.tick);
        let arms: Vec<_> = states.iter().map(|s| reader.arm(s, at)).collect();
        between(&reader.grids[place.grid], place.level, &arms)
    }

    /// Counts hits of all permutations: per hypothesis, per step-down over some of them, and of groups that may be equal.
    pub fn count(&self, asked: &Counted<'_>, told: (&dyn Progress, &Of<'_>)) -> Counts {
        let count = self.source.count();
        let tiles = parallel::map_ordered(count.div_ceil(TILE) as usize, |tile| {
            self.tile(asked, tile as u64 * TILE, told)
        });
        let mut out = asked.start();
        for tile in &tiles {
            out.add(tile);
        }
        out
    }

    /// Counts of the permutations from `first` on.
    fn tile(
        &self,
        asked: &Counted<'_>,
        first: u64,
        (progress, fill): (&dyn Progress, &Of<'_>),
    ) -> Counts {
        let mut buffers = self.buffers();
        let mut counts = asked.start();
        let mut statistics = vec![(f64::NAN, f64::NAN); self.places.len()];
        let mut differences = vec![Difference::NONE; self.places.len()];
        let end = (first + TILE).min(self.source.count());
        for index in first..end {
            self.source
                .fill(&self.dealt.pool, index, &mut buffers.masks);
            self.sum(&mut buffers);
            fill(&buffers, &mut statistics, &mut differences);
            for (h, counter) in counts.each.iter_mut().enumerate() {
                (counter.0).count(statistics[h].0, asked.observed[h].0, asked.units[h]);
                (counter.1).count(statistics[h].1, asked.observed[h].1, 1.0);
            }
            for ((steps, members), counts) in asked.steps.iter().zip(&mut counts.stepped) {
                steps.count(counts, |h| statistics[members[h]].1);
            }
            asked.groups.count(&differences, &mut counts.together);
        }
        progress.advance(end - first);
        counts
    }

    pub fn draws(&self) -> Draws {
        match self.source {
            Assignments::Listed { .. } => Draws::All,
            Assignments::Drawn { .. } => Draws::Sampled,
        }
    }
}
