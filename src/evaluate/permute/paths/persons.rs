//! Accumulated means of persons of whom some are lost: the whole path of values and variances in one go over those who say
//! something of it.
//!
//! Of n persons, n_t are followed in week t, d_it is a person's value less the commonest one, D_t its sum and B_t that of its
//! squares, mu_t = D_t / n_t. A person's influence on the mean accumulated to week T is L_i(T) - K(T) while followed, with
//!
//! ```text
//! L_i(T) = sum over t <= T of d_it / n_t,   K(T) = sum over t <= T of mu_t / n_t
//! P(T) = P(T - 1) + 2 / n_T [X_T - K(T - 1) D_T - mu_T R_T] + (B_T - D_T mu_T) / n_T^2
//! ```
//! the sum of squares, where X_T = sum of d_iT L_i(T - 1) and R_T is the sum of influences so far over those still followed:
//! minus what the lost have taken with them. So a draw needs the stretches of weeks in which somebody differs from the
//! commonest value, and those who are lost, and nothing of anybody else. In a stretch L grows by d / n_t a week: X is a
//! difference-coded sum of its ends. 1 / n_t is a whole number of fixed parts, so all sums are exact, whatever their order:
//! in 64 bits where 34 bits are left of 1 / n beside the sums, else in 128.

use crate::evaluate::permute::dealt::NOBODY;
use crate::evaluate::permute::grid::Grid;
use crate::evaluate::permute::reader::{Ground, Score};
use crate::totals::planes::Addition;
use crate::totals::{NO_CELL, expand};
use std::collections::BTreeMap;
use std::ops::Range;

/// Bits that sums may fill, in 64 and in 128 bits; those that are kept of 1 / n.
const NARROW: u32 = 60;
const WIDE: u32 = 124;
const KEPT: u32 = 34;
/// Sums of squares may not pass this.
const LARGEST: f64 = 4e18;

/// Whole numbers whose sums were bounded before anything was added.
pub(super) trait Whole: Copy + Default {
    fn of(value: i64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, value: i64) -> Self;
    /// 1 / n in parts of 2^-bits; nothing where nobody is left.
    fn part(n: i64, bits: u32) -> Self;
    fn float(self) -> f64;
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl Whole for $number {
            fn of(value: i64) -> Self {
                Self::from(value)
            }
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            fn times(self, value: i64) -> Self {
                self.wrapping_mul(Self::from(value))
            }
            fn part(n: i64, bits: u32) -> Self {
                (Self::of(1) << bits).checked_div(Self::from(n)).unwrap_or(0)
            }
            fn float(self) -> f64 {
                self as f64
            }
        }
    )*};
}
whole!(i64, i128);

/// Weeks of one value that is not the commonest.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    first: u32,
    end: u32,
    value: i64,
}

#[derive(Clone, Debug)]
struct History {
    stretches: Range<u32>,
    followed: u32,
}

pub(super) struct PersonPaths {
    weeks: usize,
    divisor: f64,
    /// The commonest value.
    base: i64,
    /// 1 is 2^bits parts.
    bits: u32,
    narrow: bool,
    /// Places with a stretch, or that are lost.
    active: Vec<u64>,
    /// History of each place.
    of_place: Vec<u32>,
    histories: Vec<History>,
    stretches: Vec<Stretch>,
    /// Cell of each place, by grid.
    cell: Vec<Vec<u32>>,
}

/// The whole numbers of some groups: `groups x (weeks + 1)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums<N> {
    /// Lost after so many weeks.
    pub lost: Vec<i64>,
    /// D and B.
    pub value: Vec<i64>,
    pub square: Vec<i64>,
    /// Sum of 1 / n before a week.
    pub reach: Vec<N>,
    /// X.
    pub cross: Vec<N>,
    /// L of those lost after so many weeks.
    pub gone: Vec<N>,
}

impl PersonPaths {
    /// `None` when the score is another one, when all are followed all the way, when somebody is back after being lost, or
    /// when sums could overflow; clusters are another matter.
    pub fn build(ground: Ground<'_>, score: Score<'_>, grids: &[Grid]) -> Option<Self> {
        let shape = score.shape();
        if !score.is_accumulated_mean() || ground.classes.clustered {
            return None;
        }
        let weeks = score.tick + 1;
        let mut levels: BTreeMap<u32, (usize, Vec<i64>)> = BTreeMap::new();
        let mut common: BTreeMap<i64, u64> = BTreeMap::new();
        let mut history = vec![0; shape.slots()];
        for &unit in &ground.dealt.units {
            if unit == NOBODY || levels.contains_key(&unit) {
                continue;
            }
            let person = ground.classes.members(unit as usize)[0] as usize;
            expand(score.outcome, person, &mut history);
            let (is_followed, values) = history.split_at(shape.ticks);
            let followed = is_followed[..weeks].iter().take_while(|f| **f == 1).count();
            if is_followed[followed..weeks].iter().any(|f| *f != 0) {
                return None;
            }
            let size = u64::from(ground.classes.sizes[unit as usize]);
            for &value in &values[..followed] {
                *common.entry(value).or_default() += size;
            }
            levels.insert(unit, (followed, values[..followed].to_vec()));
        }
        if levels.values().all(|(followed, _)| *followed == weeks) {
            return None;
        }
        let most = common.values().max().copied();
        let base = common.iter().find(|(_, n)| Some(**n) == most);
        let base = base.map_or(0, |(value, _)| *value);
        let mut out = Self {
            weeks,
            divisor: shape.divisor,
            base,
            bits: 0,
            narrow: false,
            active: vec![0; ground.dealt.pool.words()],
            of_place: vec![0; ground.dealt.units.len()],
            histories: Vec::new(),
            stretches: Vec::new(),
            cell: vec![vec![NO_CELL; ground.dealt.units.len()]; grids.len()],
        };
        let mut index = BTreeMap::new();
        let (mut largest, mut persons) = (1.0_f64, 0.0);
        for (unit, (followed, values)) in levels {
            largest = largest.max(out.push(followed, &values));
            persons += f64::from(ground.classes.sizes[unit as usize]);
            index.insert(unit, out.histories.len() as u32 - 1);
        }
        // X and its changes pass no more than four times the weeks times the largest square, since n only falls.
        let reach = 4.0 * weeks as f64 * largest * largest;
        if reach * persons > LARGEST {
            return None;
        }
        let whole = |x: f64| 64 - (x as u64).leading_zeros();
        let left = NARROW.saturating_sub(whole(reach));
        out.narrow = left >= KEPT + whole(persons);
        out.bits = if out.narrow {
            left
        } else {
            (WIDE - whole(reach)).min(NARROW)
        };
        for (place, unit) in ground.dealt.units.iter().enumerate() {
            let Some(&history) = index.get(unit) else {
                continue;
            };
            out.of_place[place] = history;
            let own = &out.histories[history as usize];
            if !own.stretches.is_empty() || (own.followed as usize) < weeks {
                out.active[place / 64] |= 1 << (place % 64);
            }
            let person = ground.classes.members(*unit as usize)[0] as usize;
            for (cells, grid) in out.cell.iter_mut().zip(grids) {
                cells[place] = grid.cell(ground.trial, person);
            }
        }
        Some(out)
    }

    /// Adds a history; gives its largest distance from the base.
    fn push(&mut self, followed: usize, values: &[i64]) -> f64 {
        let first = self.stretches.len() as u32;
        let mut largest = 0.0_f64;
        let mut week = 0;
        for run in values.chunk_by(|a, b| a == b) {
            if run[0] != self.base {
                let value = run[0] - self.base;
                self.stretches.push(Stretch {
                    first: week,
                    end: week + run.len() as u32,
                    value,
                });
                largest = largest.max((value as f64).abs());
            }
            week += run.len() as u32;
        }
        self.histories.push(History {
            stretches: first..self.stretches.len() as u32,
            followed: followed as u32,
        });
        largest
    }

    fn stretches(&self, history: &History) -> &[Stretch] {
        &self.stretches[history.stretches.start as usize..history.stretches.end as usize]
    }

    /// Cell and history of each active place of a mask.
    fn each(&self, (mask, grid): (&[u64], usize), mut work: impl FnMut(u32, &History)) {
        let cells = &self.cell[grid];
        for (word, (mask, active)) in mask.iter().zip(&self.active).enumerate() {
            let mut bits = mask & active;
            while bits != 0 {
                let place = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                work(cells[place], &self.histories[self.of_place[place] as usize]);
            }
        }
    }

    /// Values and variances of the groups that `group` tells of a cell; `persons` of each.
    pub fn fill<N: Whole>(
        &self,
        (mask, grid): (&[u64], usize),
        group: impl Fn(u32) -> Option<usize>,
        persons: &[i64],
        (sums, out): (&mut Sums<N>, &mut [f64]),
    ) {
        let wide = self.weeks + 1;
        sums.clear(persons.len() * wide);
        self.each((mask, grid), |cell, history| {
            let Some(at) = group(cell).map(|group| group * wide) else {
                return;
            };
            for run in self.stretches(history) {
                let (first, end) = (at + run.first as usize, at + run.end as usize);
                sums.value[first] += run.value;
                sums.value[end] -= run.value;
                sums.square[first] += run.value * run.value;
                sums.square[end] -= run.value * run.value;
            }
            sums.lost[at + history.followed as usize] += 1;
        });
        for (group, &persons) in persons.iter().enumerate() {
            sums.close(group * wide..(group + 1) * wide, persons, self.bits);
        }
        self.each((mask, grid), |cell, history| {
            let Some(at) = group(cell).map(|group| group * wide) else {
                return;
            };
            let mut own = N::default();
            for run in self.stretches(history) {
                let (first, end) = (at + run.first as usize, at + run.end as usize);
                let before = sums.reach[first];
                let step = own.minus(before.times(run.value)).times(run.value);
                sums.cross[first] = sums.cross[first].plus(step);
                sums.cross[end] = sums.cross[end].minus(step);
                own = own.plus(sums.reach[end].minus(before).times(run.value));
            }
            let gone = &mut sums.gone[at + history.followed as usize];
            *gone = gone.plus(own);
        });
        for (group, &persons) in persons.iter().enumerate() {
            let own = group * wide..(group + 1) * wide;
            sums.finish(own.clone());
            let out = &mut out[group * 2 * self.weeks..][..2 * self.weeks];
            self.path((sums, own), persons, out);
        }
    }

    /// The path of one group.
    pub(super) fn path<N: Whole>(
        &self,
        (sums, own): (&Sums<N>, Range<usize>),
        persons: i64,
        out: &mut [f64],
    ) {
        let (values, variances) = out.split_at_mut(self.weeks);
        let units = persons as f64;
        let factor = if persons < 2 {
            f64::NAN
        } else {
            units / (units - 1.0) / (self.divisor * self.divisor)
        };
        let part = 1.0 / (1_u64 << self.bits) as f64;
        let mut followed = persons;
        let (mut mean, mut k, mut squares) = (0.0, 0.0, 0.0);
        let mut staying = 0.0;
        for (week, at) in (own.start..own.start + self.weeks).enumerate() {
            let lost = sums.lost[at];
            if lost > 0 {
                followed -= lost;
                staying -= sums.gone[at].float() * part - lost as f64 * k;
            }
            let n = followed as f64;
            let once = 1.0 / n;
            let value = sums.value[at];
            let (sum, square) = (value as f64, sums.square[at] as f64);
            let mu = sum / n;
            let cross = sums.cross[at].float() * part - k * sum - mu * staying;
            squares += once * (2.0 * cross + once * (square - sum * mu));
            mean += self.base as f64 + mu;
            k += mu * once;
            values[week] = mean / self.divisor;
            // Rounding may leave a little less than nothing.
            let least = if squares < 0.0 { 0.0 } else { squares };
            variances[week] = factor * least;
        }
    }

    /// Whether 64 bits are enough.
    pub fn is_narrow(&self) -> bool {
        self.narrow
    }

    #[cfg(test)]
    pub fn base(&self) -> (i64, u32) {
        (self.base, self.bits)
    }

    /// Adds every person to the count of its cells; `starts` are the first ones of each grid.
    pub fn count(&self, starts: &[usize], additions: &mut Vec<Addition>) {
        for (cells, &start) in self.cell.iter().zip(starts) {
            for (place, &cell) in cells.iter().enumerate() {
                if cell != NO_CELL {
                    additions.push(Addition {
                        place: place as u32,
                        column: start as u32 + cell,
                        value: 1,
                    });
                }
            }
        }
    }
}

impl<N: Whole> Sums<N> {
    pub fn clear(&mut self, len: usize) {
        for sums in [&mut self.lost, &mut self.value, &mut self.square] {
            sums.clear();
            sums.resize(len, 0);
        }
        for sums in [&mut self.reach, &mut self.cross, &mut self.gone] {
            sums.clear();
            sums.resize(len, N::default());
        }
    }

    /// The numbers of some weeks.
    #[cfg(test)]
    pub fn of(&self, own: Range<usize>) -> Self {
        Self {
            lost: self.lost[own.clone()].to_vec(),
            value: self.value[own.clone()].to_vec(),
            square: self.square[own.clone()].to_vec(),
            reach: self.reach[own.clone()].to_vec(),
            cross: self.cross[own.clone()].to_vec(),
            gone: self.gone[own].to_vec(),
        }
    }

    /// Changes become levels, and the reach follows from those followed.
    fn close(&mut self, own: Range<usize>, persons: i64, bits: u32) {
        let mut followed = persons;
        let (mut value, mut square) = (0, 0);
        let mut reach = N::default();
        let mut part = N::part(followed, bits);
        for at in own {
            value += self.value[at];
            square += self.square[at];
            (self.value[at], self.square[at]) = (value, square);
            self.reach[at] = reach;
            if self.lost[at] > 0 {
                followed -= self.lost[at];
                part = N::part(followed, bits);
            }
            reach = reach.plus(part);
        }
    }

    /// X from its changes.
    fn finish(&mut self, own: Range<usize>) {
        let mut step = N::default();
        for at in own {
            step = step.plus(self.cross[at]);
            self.cross[at] = self.reach[at].times(self.square[at]).plus(step);
        }
    }
}
