//! The kernels that turn draws into totals.

use super::contributions::{Contributions, DOWN};
use super::plain::total_plainly;
use crate::panel::OutcomePanel;
use crate::panel::classes::Classes;
use crate::resample::{Draw, Scheme};

/// Draws of one tile.
pub const LANES: usize = 16;

/// Below this many draws a tile does not pay.
const FEW: usize = 4;

/// How totals are added up; never what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Sixteen draws side by side.
    Tile,
    /// One draw at a time.
    Single,
    /// Every person's weeks written out.
    Plain,
}

impl Kernel {
    /// The rule: a tile for four draws or more, else one at a time.
    pub fn for_draws(count: usize) -> Self {
        if count < FEW {
            Self::Single
        } else {
            Self::Tile
        }
    }

    /// As written on the command line and in a verbose run.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tile => "tile",
            Self::Single => "single",
            Self::Plain => "plain",
        }
    }

    /// The kernel of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Tile, Self::Single, Self::Plain]
            .into_iter()
            .find(|kernel| kernel.name() == name)
    }
}

/// Totals of up to [`LANES`] draws: by cell and slot, the draws side by side. Kept from tile to tile.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    narrow: Vec<[i32; LANES]>,
    wide: Vec<[i64; LANES]>,
    one: Vec<i64>,
    is_narrow: bool,
    stride: usize,
}

/// What the plain kernel needs besides.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Class table.
    pub classes: &'a Classes,
    /// Histories.
    pub outcome: &'a OutcomePanel,
    /// Cell of each person.
    pub cell: &'a [u32],
}

impl Contributions {
    /// Whether no total of a draw of the scheme can leave 32 bits.
    pub fn is_narrow(&self, scheme: &dyn Scheme) -> bool {
        self.reach(|slots| scheme.most(slots)) < i128::from(i32::MAX)
    }

    /// Whether no total of a draw of the scheme can leave 63 bits.
    pub fn fits(&self, scheme: &dyn Scheme) -> bool {
        self.reach(|slots| scheme.most(slots)) < i128::from(i64::MAX)
    }

    /// Totals of up to [`LANES`] draws, difference-coded channels turned into levels. `narrow` only where
    /// [`Contributions::is_narrow`] holds of them.
    pub fn total(&self, draws: &[Draw], narrow: bool, kernel: Kernel, totals: &mut Totals) {
        debug_assert!(draws.len() <= LANES, "one tile at a time");
        totals.stride = self.stride();
        totals.is_narrow = narrow && kernel == Kernel::Tile;
        let size = self.cells * self.stride();
        if totals.is_narrow {
            totals.narrow.clear();
            totals.narrow.resize(size, [0; LANES]);
            self.add(draws, &mut totals.narrow);
            levels(self, &mut totals.narrow);
            return;
        }
        totals.wide.clear();
        totals.wide.resize(size, [0; LANES]);
        if kernel == Kernel::Tile {
            self.add(draws, &mut totals.wide);
            levels(self, &mut totals.wide);
            return;
        }
        for (lane, draw) in draws.iter().enumerate() {
            totals.one.clear();
            totals.one.resize(size, 0);
            self.add_one(draw, &mut totals.one);
            for cell in totals.one.chunks_exact_mut(self.stride()) {
                self.shape.accumulate_levels(cell);
            }
            totals.put(lane);
        }
    }

    /// The same by the oracle.
    pub fn total_plainly(&self, written: Written<'_>, draws: &[Draw], totals: &mut Totals) {
        totals.stride = self.stride();
        totals.is_narrow = false;
        totals.wide.clear();
        totals.wide.resize(self.cells * self.stride(), [0; LANES]);
        for (lane, draw) in draws.iter().enumerate() {
            let Written {
                classes,
                outcome,
                cell,
            } = written;
            totals.one = total_plainly(classes, outcome, cell, self.cells, draw);
            totals.put(lane);
        }
    }

    /// Sixteen draws: the counts of a unit are loaded once, and a step is a sum or difference of sixteen numbers.
    fn add<A: Lane>(&self, draws: &[Draw], totals: &mut [[A; LANES]]) {
        for &(cell, slot, delta) in &self.shared {
            let delta = A::of(delta);
            for (total, draw) in totals[slot as usize].iter_mut().zip(draws) {
                *total = total.plus(A::of(draw.sums[cell as usize] as i64).times(delta));
            }
        }
        let counts: Vec<&[u32]> = draws.iter().map(|draw| draw.counts.as_slice()).collect();
        for (k, &unit) in self.units.iter().enumerate() {
            let mut lane = [A::of(0); LANES];
            for (count, counts) in lane.iter_mut().zip(&counts) {
                *count = A::of(i64::from(counts[unit as usize]));
            }
            let (from, to) = (self.offsets[k], self.offsets[k + 1]);
            for &step in &self.steps[from.0 as usize..to.0 as usize] {
                let total = &mut totals[(step & !DOWN) as usize];
                // All ones for a step down: (x ^ -1) - -1 = -x, without a branch.
                let sign = A::of(-i64::from(step >> 31));
                for (total, count) in total.iter_mut().zip(&lane) {
                    *total = total.plus(count.signed(sign));
                }
            }
            for &(slot, delta) in &self.jumps[from.1 as usize..to.1 as usize] {
                let delta = A::of(i64::from(delta));
                for (total, count) in totals[slot as usize].iter_mut().zip(&lane) {
                    *total = total.plus(count.times(delta));
                }
            }
        }
    }

    fn add_one(&self, draw: &Draw, totals: &mut [i64]) {
        for &(cell, slot, delta) in &self.shared {
            totals[slot as usize] += draw.sums[cell as usize] as i64 * delta;
        }
        for (k, &unit) in self.units.iter().enumerate() {
            let count = i64::from(draw.counts[unit as usize]);
            if count == 0 {
                continue;
            }
            let (from, to) = (self.offsets[k], self.offsets[k + 1]);
            for &step in &self.steps[from.0 as usize..to.0 as usize] {
                let change = if step & DOWN == 0 { count } else { -count };
                totals[(step & !DOWN) as usize] += change;
            }
            for &(slot, delta) in &self.jumps[from.1 as usize..to.1 as usize] {
                totals[slot as usize] += count * i64::from(delta);
            }
        }
    }
}

fn levels<A: Lane>(of: &Contributions, totals: &mut [[A; LANES]]) {
    let ticks = of.shape.ticks;
    for cell in totals.chunks_exact_mut(of.stride()) {
        for channel in 0..of.shape.channels {
            if !of.shape.differenced(channel) {
                continue;
            }
            let mut level = [A::of(0); LANES];
            for row in &mut cell[channel * ticks..(channel + 1) * ticks] {
                for (level, value) in level.iter_mut().zip(row) {
                    *level = level.plus(*value);
                    *value = *level;
                }
            }
        }
    }
}

impl Totals {
    fn put(&mut self, lane: usize) {
        for (row, &total) in self.wide.iter_mut().zip(&self.one) {
            row[lane] = total;
        }
    }

    /// The total of a slot of a cell in one lane.
    pub fn get(&self, cell: usize, slot: usize, lane: usize) -> i64 {
        let at = cell * self.stride + slot;
        if self.is_narrow {
            i64::from(self.narrow[at][lane])
        } else {
            self.wide[at][lane]
        }
    }

    /// Sums cells, slot by slot, into `out` (`stride x lanes`). With `worth` (by cell, then lane) a count of a cell
    /// is worth that many persons; without, every count is one.
    pub fn merge(
        &self,
        cells: &[usize],
        worth: Option<&[Vec<f64>]>,
        lanes: usize,
        out: &mut [f64],
    ) {
        if self.is_narrow {
            merge(&self.narrow, self.stride, cells, worth, lanes, out);
        } else {
            merge(&self.wide, self.stride, cells, worth, lanes, out);
        }
    }
}

fn merge<A: Lane>(
    totals: &[[A; LANES]],
    stride: usize,
    cells: &[usize],
    worth: Option<&[Vec<f64>]>,
    lanes: usize,
    out: &mut [f64],
) {
    let rows = |cell: usize| &totals[cell * stride..(cell + 1) * stride];
    match (worth, cells) {
        (None, [cell]) => {
            for (out, row) in out.chunks_exact_mut(lanes).zip(rows(*cell)) {
                for (out, total) in out.iter_mut().zip(row) {
                    *out = total.float();
                }
            }
        }
        (None, _) => {
            for (slot, out) in out.chunks_exact_mut(lanes).enumerate() {
                let mut sum = [A::of(0); LANES];
                for &cell in cells {
                    for (sum, total) in sum.iter_mut().zip(&totals[cell * stride + slot]) {
                        *sum = sum.plus(*total);
                    }
                }
                for (out, sum) in out.iter_mut().zip(&sum) {
                    *out = sum.float();
                }
            }
        }
        (Some(worth), _) => {
            out.fill(0.0);
            for &cell in cells {
                let worth = &worth[cell];
                for (out, row) in out.chunks_exact_mut(lanes).zip(rows(cell)) {
                    for ((out, total), worth) in out.iter_mut().zip(row).zip(worth) {
                        *out += worth * total.float();
                    }
                }
            }
        }
    }
}

/// Lane numbers a tile may add in. Sums are bounded beforehand, so nothing ever wraps; the wrapping operations are
/// those that add several lanes at once.
trait Lane: Copy {
    fn of(x: i64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// Itself for `sign` 0, its negative for -1.
    fn signed(self, sign: Self) -> Self;
    fn float(self) -> f64;
}

macro_rules! whole {
    ($t:ty, $float:expr) => {
        impl Lane for $t {
            #[inline]
            fn of(x: i64) -> Self {
                x as $t
            }
            #[inline]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline]
            fn times(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline]
            fn signed(self, sign: Self) -> Self {
                (self ^ sign).wrapping_sub(sign)
            }
            #[inline]
            fn float(self) -> f64 {
                $float(self)
            }
        }
    };
}

whole!(i32, f64::from);
whole!(i64, |x| x as f64);
