//! Paths against the plain sums, bit for bit, and against the curve itself.

use super::Paths;
use super::persons::{PersonPaths, Sums, Whole};
use crate::estimand::{Curve, Estimand, Item, find};
use crate::evaluate::permute::dealt::{Dealt, NOBODY};
use crate::evaluate::permute::grid::Grid;
use crate::evaluate::permute::histories::Histories;
use crate::evaluate::permute::reader::{Ground, Score};
use crate::evaluate::random_trial::{FollowUp, HORIZON, Units, study, trial};
use crate::panel::classes::Classes;
use crate::panel::{self, OutcomePanel};
use crate::study::Adjustment;
use crate::totals::planes::{Planes, total_plainly};
use crate::totals::{NO_CELL, expand};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The curve whose paths are made.
fn curve() -> &'static dyn Curve {
    let Some(Estimand::Curve(curve)) = find("cumulative_mean") else {
        panic!("a curve of the registry");
    };
    *curve
}

/// Some of the places at which somebody stands.
fn drawn(dealt: &Dealt, rng: &mut ChaCha8Rng) -> Vec<u64> {
    let standing = dealt.observed[0].iter().zip(&dealt.observed[1]);
    standing.map(|(a, b)| (a | b) & rng.next_u64()).collect()
}

/// Person after person and week after week.
fn plainly<N: Whole>(
    outcome: &OutcomePanel,
    (base, bits): (i64, u32),
    groups: &[Vec<usize>],
    weeks: usize,
) -> (Sums<N>, Vec<i64>) {
    let wide = weeks + 1;
    let mut sums = Sums::default();
    sums.clear(groups.len() * wide);
    let mut counts = Vec::new();
    for (g, group) in groups.iter().enumerate() {
        counts.push(group.len() as i64);
        let mut histories = Vec::new();
        for &person in group {
            let mut history = vec![0; outcome.shape.slots()];
            expand(outcome, person, &mut history);
            let ticks = outcome.shape.ticks;
            let known = |t: usize| (history[t] == 1).then(|| history[ticks + t] - base);
            histories.push((0..weeks).map(known).collect::<Vec<_>>());
        }
        let mut reach = N::default();
        let mut own = vec![N::default(); group.len()];
        for week in 0..weeks {
            let at = g * wide + week;
            sums.reach[at] = reach;
            let followed = histories.iter().filter(|h| h[week].is_some()).count();
            let part = N::part(followed as i64, bits);
            for (history, own) in histories.iter().zip(&mut own) {
                let before = week.checked_sub(1).map(|w| history[w]);
                let is_lost = history[week].is_none() && before.is_none_or(|b| b.is_some());
                if is_lost {
                    sums.lost[at] += 1;
                    sums.gone[at] = sums.gone[at].plus(*own);
                }
                let Some(value) = history[week] else { continue };
                sums.value[at] += value;
                sums.square[at] += value * value;
                sums.cross[at] = sums.cross[at].plus(own.times(value));
                *own = own.plus(part.times(value));
            }
            reach = reach.plus(part);
        }
    }
    (sums, counts)
}

fn close(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

/// One mask of a random trial in one grid: every cell, or all of them together.
struct Look<'a> {
    ground: Ground<'a>,
    score: Score<'a>,
    grids: &'a [Grid; 2],
    mask: &'a [u64],
    grid: usize,
    pooled: bool,
}

impl Look<'_> {
    fn count(&self) -> usize {
        if self.pooled {
            1
        } else {
            self.grids[self.grid].cells()
        }
    }

    fn group(&self, cell: u32) -> Option<usize> {
        (cell != NO_CELL).then_some(if self.pooled { 0 } else { cell as usize })
    }

    /// Group of a person.
    fn of(&self, person: usize) -> Option<usize> {
        self.group(self.grids[self.grid].cell(self.ground.trial, person))
    }

    /// Units that the mask has.
    fn units(&self) -> impl Iterator<Item = usize> {
        let units = self.ground.dealt.units.iter().enumerate();
        units.filter_map(|(place, &unit)| {
            let inside = unit != NOBODY && self.mask[place / 64] >> (place % 64) & 1 == 1;
            inside.then_some(unit as usize)
        })
    }
}

/// Goes through four masks of random trials in which some are lost.
fn each_look(trials: u64, units: Units, mut look: impl FnMut(&Look<'_>)) {
    for seed in 0..trials {
        let trial = trial(seed, 2, FollowUp::Partly, units);
        let study = study(&trial, 5);
        let panel = panel::build(&study, &trial).expect("small sums");
        let classes = Classes::build(&trial, &panel);
        let dealt = Dealt::new(&trial, &panel, &classes, &[0, 1]);
        let ground = Ground {
            trial: &trial,
            classes: &classes,
            dealt: &dealt,
        };
        let score = Score {
            outcome: &panel.outcomes[0],
            curve: curve(),
            item: Item::Any,
            tick: HORIZON as usize - 1,
        };
        let grids = [
            Grid::new(&trial, None, Adjustment::None),
            Grid::new(&trial, Some(0), Adjustment::Strata),
        ];
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..4 {
            let mask = drawn(&dealt, &mut rng);
            for (grid, pooled) in [(0, false), (0, true), (1, false), (1, true)] {
                look(&Look {
                    ground,
                    score,
                    grids: &grids,
                    mask: &mask,
                    grid,
                    pooled,
                });
            }
        }
    }
}

#[test]
fn paths_are_the_plain_sums_and_what_the_curve_says() {
    let mut seen = 0;
    each_look(8, Units::Persons, |look| {
        let (ground, score) = (look.ground, look.score);
        let paths = PersonPaths::build(ground, score, look.grids).expect("some are lost");
        let width = 2 * (score.tick + 1);
        let mut members = vec![Vec::new(); look.count()];
        for unit in look.units() {
            let person = ground.classes.members(unit)[0] as usize;
            if let Some(own) = look.of(person) {
                members[own].push(person);
            }
        }
        let group = |cell: u32| look.group(cell);
        let at = (
            look.grid,
            look.mask,
            &group as &dyn Fn(u32) -> Option<usize>,
        );
        let (_, out) = compared::<i64>((&paths, score), at, &members);
        let (_, wide) = compared::<i128>((&paths, score), at, &members);
        assert!(out.iter().zip(&wide).all(|(a, b)| close(*a, *b)));
        seen += out.len();
        let grids = (ground, score, &look.grids[..]);
        against_histories(grids, (look.mask, look.grid, look.pooled), |cell, tick| {
            let own = &out[cell * width..][..width];
            (own[tick], own[width / 2 + tick])
        });
    });
    assert!(seen > 2000, "{seen}");
}

/// What is found of some groups, which is bit for bit what the plain sums give.
fn compared<N: Whole + PartialEq + std::fmt::Debug>(
    (paths, score): (&PersonPaths, Score<'_>),
    (grid, mask, group): (usize, &[u64], &dyn Fn(u32) -> Option<usize>),
    members: &[Vec<usize>],
) -> (Vec<i64>, Vec<f64>) {
    let weeks = score.tick + 1;
    let width = 2 * weeks;
    let (plain, counts) = plainly::<N>(score.outcome, paths.base(), members, weeks);
    let mut sums = Sums::<N>::default();
    let mut out = vec![0.0; members.len() * width];
    paths.fill((mask, grid), group, &counts, (&mut sums, &mut out));
    for (own, &persons) in counts.iter().enumerate() {
        let span = own * (weeks + 1)..(own + 1) * (weeks + 1);
        let read = span.start..span.end - 1;
        assert_eq!(sums.of(read.clone()), plain.of(read));
        let mut path = vec![0.0; width];
        paths.path((&plain, span), persons, &mut path);
        let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&out[own * width..][..width]), bits(&path));
    }
    (counts, out)
}

/// The same through the curve, week by week.
fn against_histories(
    (ground, score, grids): (Ground<'_>, Score<'_>, &[Grid]),
    (mask, grid, pooled): (&[u64], usize, bool),
    found: impl Fn(usize, usize) -> (f64, f64),
) {
    for tick in 0..=score.tick {
        let score = Score { tick, ..score };
        let mut additions = Vec::new();
        let histories = Histories::build(ground, score, grids, &mut additions);
        let counts = total_plainly(&additions, mask, histories.columns());
        let planes = Planes::build(mask.len(), histories.columns(), additions);
        assert_eq!(planes.columns(), counts.len());
        let mut cells = Vec::new();
        histories.spread(&counts, &mut cells);
        let all: Vec<usize> = (0..grids[grid].cells()).collect();
        let groups: Vec<Vec<usize>> = if pooled {
            vec![all]
        } else {
            all.into_iter().map(|cell| vec![cell]).collect()
        };
        for (own, members) in groups.iter().enumerate() {
            let side = histories.side((&counts, &cells), grid, members);
            let (value, variance) = found(own, tick);
            assert!(close(value, side.value), "{value} {side:?}");
            if side.persons > 1 {
                assert!(close(variance, side.variance), "{variance} {side:?}");
            }
        }
    }
}

/// Cluster after cluster and person after person.
fn clusters_plainly(outcome: &OutcomePanel, group: &[Vec<usize>], weeks: usize) -> Vec<f64> {
    let ticks = outcome.shape.ticks;
    let mut numbers = Vec::new();
    let mut all = vec![0_i64; 2 * weeks];
    for cluster in group {
        let mut own = vec![0_i64; 2 * weeks];
        for &person in cluster {
            let mut history = vec![0; outcome.shape.slots()];
            expand(outcome, person, &mut history);
            for week in 0..weeks {
                for (channel, at) in [(0, week), (1, weeks + week)] {
                    own[at] += history[channel * ticks + week];
                    all[at] += history[channel * ticks + week];
                }
            }
        }
        numbers.push(own);
    }
    let mut out = vec![0.0; 2 * weeks];
    let mut mean = 0.0;
    let mut psi = vec![0.0; group.len()];
    let count = group.len() as f64;
    for week in 0..weeks {
        let once = 1.0 / all[week] as f64;
        let mu = all[weeks + week] as f64 * once * once;
        let mut squares = 0.0;
        for (psi, own) in psi.iter_mut().zip(&numbers) {
            *psi += own[weeks + week] as f64 * once - own[week] as f64 * mu;
            squares += *psi * *psi;
        }
        mean += all[weeks + week] as f64 / all[week] as f64;
        out[week] = mean / outcome.shape.divisor;
        let factor = if group.len() < 2 {
            f64::NAN
        } else {
            count / (count - 1.0) / (outcome.shape.divisor * outcome.shape.divisor)
        };
        out[weeks + week] = factor * squares;
    }
    out
}

#[test]
fn paths_of_clusters_are_the_plain_sums_and_what_the_curve_says() {
    let mut seen = 0;
    each_look(6, Units::Clusters, |look| {
        let (ground, score, count) = (look.ground, look.score, look.count());
        let paths = Paths::build(ground, score, look.grids).expect("some are lost");
        let mut members: Vec<Vec<Vec<usize>>> = vec![Vec::new(); count];
        for unit in look.units() {
            let mut own = vec![Vec::new(); count];
            for &person in ground.classes.members(unit) {
                if let Some(cell) = look.of(person as usize) {
                    own[cell].push(person as usize);
                }
            }
            for (members, own) in members.iter_mut().zip(own) {
                if !own.is_empty() {
                    members.push(own);
                }
            }
        }
        let weeks = score.tick + 1;
        let mut out = vec![0.0; count * paths.width()];
        let room = (&mut super::Room::default(), &mut out[..]);
        let group = |cell: u32| look.group(cell);
        paths.fill((look.mask, look.grid), group, &vec![0; count], room);
        let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for (own, found) in members.iter().zip(out.chunks_exact(paths.width())) {
            let plain = clusters_plainly(score.outcome, own, weeks);
            let defined = plain.iter().take_while(|x| !x.is_nan()).count();
            assert_eq!(bits(&found[..defined]), bits(&plain[..defined]));
            seen += defined;
        }
        if look.pooled {
            // Histories count a cluster's parts in several cells for themselves; strata never share one.
            return;
        }
        let at = (ground, score, &look.grids[..]);
        against_histories(at, (look.mask, look.grid, look.pooled), |cell, tick| {
            let own = &out[cell * paths.width()..][..paths.width()];
            (own[tick], own[weeks + tick])
        });
    });
    assert!(seen > 500, "{seen}");
}
