//! Accumulated means of many weeks where everybody is followed: sums of n, A and A^2 of every week in one go over those who
//! ever differ from the commonest value.
//!
//! With y a person's value less the commonest one and A(T) what is accumulated to week T, weeks counted from 0,
//!
//! ```text
//! sum A(T)   = sum A(T - 1) + sum y_T
//! sum A(T)^2 = sum A(T - 1)^2 + 2 sum y_T A(T - 1) + sum y_T^2
//! ```
//! In a stretch of weeks f, f + 1, ... of one value v, A(T - 1) = a + v (T - f) with a what stood before it: so the sums of y, of
//! y^2 and of y A(T - 1) - y^2 T change at the ends of stretches only, by v, v^2 and v (a - v f), whoever else is dealt with
//! the person. A draw adds these changes up; the cost follows stretches, not weeks. [`super::moments`] finds the same whole
//! numbers week by week and is the oracle; it is cheaper where a few weeks are asked.

use super::dealt::NOBODY;
use super::grid::Grid;
use super::moments::mean_of_persons;
use super::reader::{Ground, Score, Side};
use crate::totals::planes::{Addition, Planes};
use crate::totals::{NO_CELL, expand};
use std::collections::BTreeMap;

/// Sums of squares times persons may not pass this: then 64 bits are enough for all that is made of them.
const LARGEST: f64 = 4e18;

/// What changes from a week on: the sums of y, of y^2 and of y A(T - 1) - y^2 T.
#[derive(Clone, Copy, Debug)]
struct Change {
    week: u32,
    sums: [i64; 3],
}

/// Accumulated means of a score's weeks, up to its own.
pub(super) struct Running {
    weeks: usize,
    /// Those that are read.
    ticks: Vec<usize>,
    divisor: f64,
    /// The commonest value.
    base: i64,
    /// Places with a change.
    active: Vec<u64>,
    /// Of each place: its group, and its changes.
    atoms: Vec<u32>,
    starts: Vec<u32>,
    changes: Vec<Change>,
    /// Persons of each atom.
    persons: Planes,
    /// First cell of each grid; the atoms of each cell.
    first: Vec<usize>,
    members: Vec<Vec<u32>>,
}

/// Room for the changes of an arm.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    persons: Vec<i64>,
    changes: Vec<[i64; 3]>,
}

impl Running {
    /// `None` when the score is another one, when somebody is not followed all the way, when units are clusters, or when
    /// sums could overflow.
    pub fn build(
        ground: Ground<'_>,
        score: Score<'_>,
        grids: &[Grid],
        ticks: &[usize],
    ) -> Option<Self> {
        let shape = score.shape();
        if !score.is_accumulated_mean() || ground.classes.clustered {
            return None;
        }
        let weeks = score.tick + 1;
        let mut history = vec![0; shape.slots()];
        let mut values: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        let mut common: BTreeMap<i64, u64> = BTreeMap::new();
        for &unit in &ground.dealt.units {
            if unit == NOBODY || values.contains_key(&unit) {
                continue;
            }
            let person = ground.classes.members(unit as usize)[0] as usize;
            expand(score.outcome, person, &mut history);
            let (followed, own) = history.split_at(shape.ticks);
            if followed[..weeks].iter().any(|f| *f != 1) {
                return None;
            }
            for &value in &own[..weeks] {
                *common.entry(value).or_default() += u64::from(ground.classes.sizes[unit as usize]);
            }
            values.insert(unit, own[..weeks].to_vec());
        }
        let most = common.values().max().copied();
        let base = common.iter().find(|(_, n)| Some(**n) == most);
        let base = base.map_or(0, |(value, _)| *value);
        if is_large(ground, &values, base) {
            return None;
        }
        let mut first = vec![0];
        for grid in grids {
            first.push(first[first.len() - 1] + grid.cells());
        }
        let mut out = Self {
            weeks,
            ticks: ticks.to_vec(),
            divisor: shape.divisor,
            base,
            active: vec![0; ground.dealt.pool.words()],
            atoms: Vec::new(),
            starts: vec![0],
            changes: Vec::new(),
            persons: Planes::default(),
            members: vec![Vec::new(); first[grids.len()]],
            first,
        };
        let mut atoms: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
        let mut additions = Vec::new();
        for (place, unit) in ground.dealt.units.iter().enumerate() {
            let mut atom = 0;
            if let Some(own) = values.get(unit) {
                let person = ground.classes.members(*unit as usize)[0] as usize;
                let cells: Vec<usize> = (grids.iter().zip(&out.first))
                    .map(|(grid, &first)| (first, grid.cell(ground.trial, person)))
                    .filter(|(_, cell)| *cell != NO_CELL)
                    .map(|(first, cell)| first + cell as usize)
                    .collect();
                let next = atoms.len() as u32;
                atom = *atoms.entry(cells).or_insert(next);
                additions.push(Addition {
                    place: place as u32,
                    column: atom,
                    value: 1,
                });
                if out.push(own) {
                    out.active[place / 64] |= 1 << (place % 64);
                }
            }
            out.atoms.push(atom);
            out.starts.push(out.changes.len() as u32);
        }
        out.persons = Planes::build(ground.dealt.pool.words(), atoms.len(), additions);
        for (cells, atom) in atoms {
            for cell in cells {
                out.members[cell].push(atom);
            }
        }
        Some(out)
    }

    /// Adds the changes of a history; tells whether there are any.
    fn push(&mut self, values: &[i64]) -> bool {
        let (mut week, mut before) = (0, 0);
        let mut last = [0; 3];
        let from = self.changes.len();
        for run in values.chunk_by(|a, b| a == b) {
            let value = run[0] - self.base;
            let now = [value, value * value, value * (before - value * week)];
            if now != last {
                let sums = [0, 1, 2].map(|k| now[k] - last[k]);
                let week = week as u32;
                self.changes.push(Change { week, sums });
            }
            last = now;
            week += run.len() as i64;
            before += value * run.len() as i64;
        }
        self.changes.len() > from
    }

    fn width(&self) -> usize {
        1 + 2 * self.weeks
    }

    /// Of each atom: persons, then A and A^2 to each week, of the places of a mask.
    pub fn total(&self, mask: &[u64], room: &mut Room, out: &mut Vec<i64>) {
        let (atoms, weeks) = (self.persons.columns(), self.weeks);
        room.persons.resize(atoms, 0);
        self.persons.total(mask, &mut room.persons);
        room.changes.clear();
        room.changes.resize(atoms * weeks, [0; 3]);
        for (word, (mask, active)) in mask.iter().zip(&self.active).enumerate() {
            let mut bits = mask & active;
            while bits != 0 {
                let place = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let own = &mut room.changes[self.atoms[place] as usize * weeks..][..weeks];
                let span = self.starts[place] as usize..self.starts[place + 1] as usize;
                for change in &self.changes[span] {
                    let sums = &mut own[change.week as usize];
                    for (sum, more) in sums.iter_mut().zip(change.sums) {
                        *sum = sum.wrapping_add(more);
                    }
                }
            }
        }
        out.resize(atoms * self.width(), 0);
        let atoms = out.chunks_exact_mut(self.width()).zip(&room.persons);
        for ((out, &persons), changes) in atoms.zip(room.changes.chunks_exact(weeks)) {
            out[0] = persons;
            let (values, squares) = out[1..].split_at_mut(weeks);
            let [mut y, mut yy, mut cross] = [0_i64; 3];
            let (mut a, mut aa) = (0_i64, 0_i64);
            let weeks = (0..).zip(values).zip(squares).zip(changes);
            for (((week, value), square), change) in weeks {
                y = y.wrapping_add(change[0]);
                yy = yy.wrapping_add(change[1]);
                cross = cross.wrapping_add(change[2]);
                let product = cross.wrapping_add(yy.wrapping_mul(week));
                a = a.wrapping_add(y);
                aa = aa.wrapping_add(product.wrapping_mul(2).wrapping_add(yy));
                (*value, *square) = (a, aa);
            }
        }
    }

    fn atoms_of(&self, (grid, cell): (usize, usize)) -> &[u32] {
        &self.members[self.first[grid] + cell]
    }

    /// First cell of a grid among all.
    #[inline]
    pub fn first(&self, grid: usize) -> usize {
        self.first[grid]
    }

    /// Numbers of a cell in [`Running::fill`]: values, then variances.
    #[inline]
    pub fn numbers(&self) -> usize {
        2 * self.weeks
    }

    /// Persons of each cell, and its numbers in the weeks that are read.
    pub fn fill(&self, sums: &[i64], (persons, out): (&mut Vec<i64>, &mut Vec<f64>)) {
        persons.clear();
        out.resize(self.members.len() * self.numbers(), 0.0);
        let mut together = Vec::new();
        let cells = self
            .members
            .iter()
            .zip(out.chunks_exact_mut(self.numbers()));
        for (members, out) in cells {
            let of_atom = |atom: u32| &sums[atom as usize * self.width()..][..self.width()];
            let own = if let [atom] = members[..] {
                of_atom(atom)
            } else {
                together.clear();
                together.resize(self.width(), 0_i64);
                for &atom in members {
                    for (sum, more) in together.iter_mut().zip(of_atom(atom)) {
                        *sum = sum.wrapping_add(*more);
                    }
                }
                &together
            };
            persons.push(own[0]);
            let (a, aa) = own[1..].split_at(self.weeks);
            let (values, variances) = out.split_at_mut(self.weeks);
            for &tick in &self.ticks {
                let side = self.mean(own[0], (a[tick], aa[tick]), tick);
                (values[tick], variances[tick]) = (side.value, side.variance);
            }
        }
    }

    /// Of persons whose A and A^2 to a week are known, each less the commonest value.
    #[inline]
    fn mean(&self, n: i64, (a, aa): (i64, i64), tick: usize) -> Side {
        // The same whole number whatever is taken off every value.
        let centred = aa.wrapping_mul(n).wrapping_sub(a.wrapping_mul(a));
        let weeks = (tick as i64).wrapping_add(1);
        let all = a.wrapping_add(self.base.wrapping_mul(weeks).wrapping_mul(n));
        mean_of_persons((n, n, all), centred as f64, self.divisor)
    }

    /// Some cells of a grid together, to a week.
    pub fn side(&self, sums: &[i64], (grid, cells): (usize, &[usize]), tick: usize) -> Side {
        let (mut n, mut a, mut aa) = (0_i64, 0_i64, 0_i64);
        for &cell in cells {
            for &atom in self.atoms_of((grid, cell)) {
                let own = &sums[atom as usize * self.width()..][..self.width()];
                n += own[0];
                a = a.wrapping_add(own[1 + tick]);
                aa = aa.wrapping_add(own[1 + self.weeks + tick]);
            }
        }
        self.mean(n, (a, aa), tick)
    }
}

/// Whether n sum A^2 of all persons could pass the limit, with or without the commonest value.
fn is_large(ground: Ground<'_>, values: &BTreeMap<u32, Vec<i64>>, base: i64) -> bool {
    let (mut persons, mut squares) = (0.0, 0.0);
    for (&unit, values) in values {
        let size = f64::from(ground.classes.sizes[unit as usize]);
        let most = (values.iter())
            .map(|v| (v.abs().max((v - base).abs())) as f64)
            .sum::<f64>();
        persons += size;
        squares += size * most * most;
    }
    persons * squares > LARGEST
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimand::{Estimand, Item, find};
    use crate::evaluate::permute::dealt::Dealt;
    use crate::evaluate::permute::reader::{Reader, State};
    use crate::evaluate::random_trial::{FollowUp, HORIZON, Units, study, trial};
    use crate::panel;
    use crate::panel::classes::Classes;
    use crate::study::Adjustment;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Persons, value and variance to the last bit.
    fn bits(side: Side) -> (u64, u64, u64) {
        (side.persons, side.value.to_bits(), side.variance.to_bits())
    }

    /// Both arms of an assignment, as a permutation makes them.
    fn arms(reader: &Reader<'_>, masks: &[Vec<u64>]) -> [State; 2] {
        let (mut rest, mut treated) = (State::default(), State::default());
        reader.sum(&masks[1], &mut treated);
        reader.sum_rest(&masks[0], std::slice::from_ref(&treated), &mut rest);
        [rest, treated]
    }

    #[test]
    fn all_weeks_at_once_are_bit_for_bit_the_weeks_by_themselves() {
        let Some(&Estimand::Curve(curve)) = find("cumulative_mean") else {
            panic!("a curve of the registry");
        };
        let mut seen = 0;
        for seed in 0..12 {
            let trial = trial(seed, 2, FollowUp::Whole, Units::Persons);
            let study = study(&trial, 5);
            let panel = panel::build(&study, &trial).expect("small sums");
            let classes = Classes::build(&trial, &panel);
            let dealt = Dealt::new(&trial, &panel, &classes, &[0, 1]);
            let ground = Ground {
                trial: &trial,
                classes: &classes,
                dealt: &dealt,
            };
            let grids = vec![
                Grid::new(&trial, None, Adjustment::None),
                Grid::new(&trial, Some(0), Adjustment::Strata),
            ];
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let both = dealt.observed[0].iter().zip(&dealt.observed[1]);
            let standing: Vec<u64> = both.map(|(a, b)| a | b).collect();
            let treated: Vec<u64> = standing.iter().map(|s| s & rng.next_u64()).collect();
            let rest = standing.iter().zip(&treated).map(|(s, t)| s & !t);
            let masks = [rest.collect(), treated];
            for outcome in &panel.outcomes {
                let of = |tick| Score {
                    outcome,
                    curve,
                    item: Item::Any,
                    tick,
                };
                let last = of(HORIZON as usize - 1);
                if Running::build(ground, last, &grids, &[]).is_none() {
                    continue;
                }
                let ticks: Vec<usize> = (0..=last.tick).collect();
                let all = Reader::new(ground, last, grids.clone(), &ticks);
                let found = arms(&all, &masks);
                for tick in 0..=last.tick {
                    let one = Reader::new(ground, of(tick), grids.clone(), &[]);
                    let plain = arms(&one, &masks);
                    for (found, plain) in found.iter().zip(&plain) {
                        for (grid, cells) in grids.iter().map(Grid::cells).enumerate() {
                            let (a, b) =
                                (all.arm(found, (grid, tick)), one.arm(plain, (grid, tick)));
                            let together: Vec<usize> = (0..cells).collect();
                            assert_eq!(bits(a.side(&together)), bits(b.side(&together)));
                            for cell in together {
                                assert_eq!(a.persons(cell), b.persons(cell));
                                assert_eq!(bits(a.side(&[cell])), bits(b.side(&[cell])));
                                seen += 1;
                            }
                        }
                    }
                }
            }
        }
        assert!(seen > 900, "{seen}");
    }
}
