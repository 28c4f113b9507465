//! Sums of squares and products over the units of a draw: what the standard error of a replicate's mean is made of.
//!
//! A unit (a person, or a whole cluster) has in each week a value p and a base q: the outcome and whether it is followed, or
//! both summed over weeks 1..t. Needed are the sums over units of p p, p q and q q, of which a draw knows the first only if
//! it is asked. Levels change rarely, so their products do, and sums over weeks are straight lines between changes, so
//! that their products are pieces of parabolas: third differences are 0 but for three weeks at each change. A product is
//! therefore written down as its differences, of first or third order, and prefix sums make products of the total again.
//! Cost follows changes, not weeks. All of it in integers: the same bits in any order.

use super::{NO_CELL, expand};
use crate::panel::classes::Classes;
use crate::panel::{OutcomePanel, Shape};
use crate::resample::Draw;
use core::ops::{AddAssign, Mul};

/// What is multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The value and the base of a week.
    Weekly,
    /// Their sums over weeks 1..t; of persons who are followed throughout the base is 1.
    Accumulated(Base),
}

/// The base of accumulated values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Persons.
    Persons,
    /// Weeks of channel 0, accumulated too.
    Weeks,
}

/// Which products are not known from the totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// p p: of persons whose base is 0 or 1, where p is 0 when q is.
    Squares,
    /// p p, p q, q q.
    Products,
}

/// The third differences of numbers below this fit a difference.
const LARGEST: i128 = (i64::MAX / 8) as i128;

/// Products of all units, as differences.
#[derive(Clone, Debug)]
pub struct Squares {
    offsets: Vec<u32>,
    slots: Vec<u32>,
    deltas: Vec<i64>,
    cells: usize,
    ticks: usize,
    order: Order,
    wanted: Wanted,
    width: Width,
}

/// Width of the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Narrow,
    Wide,
}

/// Buffers of one thread.
#[derive(Clone, Debug, Default)]
pub struct SquareTotals {
    narrow: Vec<i64>,
    wide: Vec<i128>,
    /// `cells x channels x ticks`, after [`Squares::total`].
    pub values: Vec<f64>,
}

impl Squares {
    /// Multiplies out all units for one division: `cell[person]` is the person's cell or [`NO_CELL`]. `None` when a
    /// product is too large to be written down in whole numbers.
    pub fn build(
        classes: &Classes,
        outcome: &OutcomePanel,
        (cell, cells): (&[u32], usize),
        (order, wanted): (Order, Wanted),
    ) -> Option<Self> {
        let ticks = outcome.shape.ticks;
        let mut out = Self {
            offsets: vec![0],
            slots: Vec::new(),
            deltas: Vec::new(),
            cells,
            ticks,
            order,
            wanted,
            width: Width::Narrow,
        };
        let mut largest = 0;
        let mut unit_levels = Levels::new(&outcome.shape);
        for unit in 0..classes.units() {
            let mut members: Vec<u32> = (classes.members(unit).iter().copied())
                .filter(|&person| cell[person as usize] != NO_CELL)
                .collect();
            members.sort_by_key(|&person| cell[person as usize]);
            for inside in members.chunk_by(|&a, &b| cell[a as usize] == cell[b as usize]) {
                let place = cell[inside[0] as usize] as usize;
                unit_levels.of(outcome, inside, order);
                for (channel, product) in unit_levels.products(wanted).enumerate() {
                    let base = (place * wanted.channels() + channel) * ticks;
                    largest = largest.max(out.push(base, product)?);
                }
            }
            out.offsets.push(out.slots.len() as u32);
        }
        let drawn: i128 = classes.sizes.iter().map(|&size| i128::from(size)).sum();
        if largest.checked_mul(8 * drawn)? >= i128::from(i64::MAX) {
            out.width = Width::Wide;
        }
        Some(out)
    }

    /// Writes the differences of a product; the largest product.
    fn push(&mut self, base: usize, product: impl Iterator<Item = i128>) -> Option<i128> {
        let mut before = [0_i128; 3];
        let mut largest = 0;
        for (tick, value) in product.enumerate() {
            largest = value.abs().max(largest);
            if largest >= LARGEST {
                return None;
            }
            let [a, b, c] = before;
            let delta = match self.order {
                Order::Weekly => value - a,
                Order::Accumulated(_) => value - 3 * a + 3 * b - c,
            };
            if delta != 0 {
                self.slots.push((base + tick) as u32);
                self.deltas.push(i64::try_from(delta).ok()?);
            }
            before = [value, a, b];
        }
        Some(largest)
    }

    /// What is multiplied.
    pub fn order(&self) -> Order {
        self.order
    }

    /// Which products these are.
    pub fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Places of one cell.
    pub fn stride(&self) -> usize {
        self.wanted.channels() * self.ticks
    }

    /// Sums of a draw by cell, product and tick.
    pub fn total(&self, draw: &Draw, totals: &mut SquareTotals) {
        match self.width {
            Width::Narrow => self.sum(draw, &mut totals.narrow, &mut totals.values),
            Width::Wide => self.sum(draw, &mut totals.wide, &mut totals.values),
        }
    }

    fn sum<T: Wide>(&self, draw: &Draw, sums: &mut Vec<T>, values: &mut Vec<f64>) {
        sums.clear();
        sums.resize(self.cells * self.stride(), T::default());
        for (unit, &count) in draw.counts.iter().enumerate() {
            if count == 0 {
                continue;
            }
            let span = self.offsets[unit] as usize..self.offsets[unit + 1] as usize;
            let count = T::from(i64::from(count));
            for (&slot, &delta) in self.slots[span.clone()].iter().zip(&self.deltas[span]) {
                sums[slot as usize] += count * T::from(delta);
            }
        }
        let times = match self.order {
            Order::Weekly => 1,
            Order::Accumulated(_) => 3,
        };
        for product in sums.chunks_exact_mut(self.ticks) {
            for _ in 0..times {
                let mut sum = T::default();
                for value in &mut *product {
                    sum += *value;
                    *value = sum;
                }
            }
        }
        values.clear();
        values.extend(sums.iter().map(|&sum| sum.float()));
    }
}

impl Wanted {
    fn channels(self) -> usize {
        match self {
            Self::Squares => 1,
            Self::Products => 3,
        }
    }
}

/// An integer wide enough for the sums.
trait Wide: Copy + Default + From<i64> + AddAssign + Mul<Output = Self> {
    fn float(self) -> f64;
}

impl Wide for i64 {
    fn float(self) -> f64 {
        self as f64
    }
}

impl Wide for i128 {
    fn float(self) -> f64 {
        self as f64
    }
}

/// Value and base of one unit in one cell, by tick.
struct Levels {
    value: Vec<i128>,
    base: Vec<i128>,
    history: Vec<i64>,
}

impl Levels {
    fn new(shape: &Shape) -> Self {
        Self {
            value: vec![0; shape.ticks],
            base: vec![0; shape.ticks],
            history: vec![0; shape.slots()],
        }
    }

    fn of(&mut self, outcome: &OutcomePanel, members: &[u32], order: Order) {
        let ticks = self.value.len();
        self.value.fill(0);
        self.base.fill(0);
        for &person in members {
            expand(outcome, person as usize, &mut self.history);
            for t in 0..ticks {
                self.base[t] += i128::from(self.history[t]);
                self.value[t] += i128::from(self.history[ticks + t]);
            }
        }
        let accumulate = |values: &mut [i128]| {
            let mut sum = 0;
            for value in values {
                sum += *value;
                *value = sum;
            }
        };
        match order {
            Order::Weekly => {}
            Order::Accumulated(base) => {
                accumulate(&mut self.value);
                match base {
                    Base::Persons => self.base.fill(members.len() as i128),
                    Base::Weeks => accumulate(&mut self.base),
                }
            }
        }
    }

    fn products(&self, wanted: Wanted) -> impl Iterator<Item = impl Iterator<Item = i128>> {
        let pairs = [
            (&self.value, &self.value),
            (&self.value, &self.base),
            (&self.base, &self.base),
        ];
        (pairs.into_iter().take(wanted.channels()))
            .map(|(a, b)| a.iter().zip(b).map(|(x, y)| x * y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::{Entry, Kind, Value};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    const TICKS: usize = 9;

    /// Persons with levels of both channels by tick.
    fn panel(persons: &[Vec<(i64, i64)>]) -> OutcomePanel {
        let shape = Shape {
            kind: Kind::Mean {
                value: Value::Amount,
            },
            first_tick: 1,
            ticks: TICKS,
            channels: 2,
            destinations: vec![],
            divisor: 1.0,
            horizon: TICKS as i32,
        };
        let (mut entries, mut offsets) = (Vec::new(), vec![0]);
        for person in persons {
            for channel in 0..2 {
                let mut before = 0;
                for (tick, level) in person.iter().enumerate() {
                    let level = if channel == 0 { level.0 } else { level.1 };
                    if level != before {
                        entries.push(Entry {
                            slot: (channel * TICKS + tick) as u32,
                            delta: i32::try_from(level - before).unwrap(),
                        });
                        before = level;
                    }
                }
            }
            offsets.push(entries.len() as u32);
        }
        OutcomePanel {
            shape,
            offsets,
            entries,
        }
    }

    /// Units of one, two, three, one, two, ... persons.
    fn units(persons: usize) -> Classes {
        let mut offsets = vec![0_u32];
        let mut size = 1;
        while (offsets[offsets.len() - 1] as usize) < persons {
            let next = (offsets[offsets.len() - 1] + size).min(persons as u32);
            offsets.push(next);
            size = size % 3 + 1;
        }
        Classes {
            cells: Vec::new(),
            sizes: vec![1; offsets.len() - 1],
            offsets,
            members: (0..persons as u32).collect(),
            clustered: true,
        }
    }

    /// Every unit written out week by week and multiplied.
    fn plainly(
        (outcome, classes): (&OutcomePanel, &Classes),
        (cell, cells): (&[u32], usize),
        (order, wanted): (Order, Wanted),
        draw: &Draw,
    ) -> Vec<f64> {
        let channels = wanted.channels();
        let mut sums = vec![0_i128; cells * channels * TICKS];
        for unit in 0..classes.units() {
            for place in 0..cells {
                let inside = |p: &&u32| cell[**p as usize] as usize == place;
                let members: Vec<u32> = classes
                    .members(unit)
                    .iter()
                    .filter(inside)
                    .copied()
                    .collect();
                let (mut a, mut b) = (0, 0);
                for t in 0..TICKS {
                    let (mut value, mut base) = (0, 0);
                    for &person in &members {
                        let mut history = vec![0; 2 * TICKS];
                        expand(outcome, person as usize, &mut history);
                        value += i128::from(history[TICKS + t]);
                        base += i128::from(history[t]);
                    }
                    (a, b) = match order {
                        Order::Weekly => (value, base),
                        Order::Accumulated(Base::Persons) => (a + value, members.len() as i128),
                        Order::Accumulated(Base::Weeks) => (a + value, b + base),
                    };
                    for (channel, product) in [a * a, a * b, b * b][..channels].iter().enumerate() {
                        sums[(place * channels + channel) * TICKS + t] +=
                            i128::from(draw.counts[unit]) * product;
                    }
                }
            }
        }
        sums.into_iter().map(|sum| sum as f64).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: RngSeed::Fixed(20_130_901), ..ProptestConfig::default() })]

        #[test]
        fn sums_of_a_draw_are_those_of_the_units_written_out(
            persons in prop::collection::vec(prop::collection::vec((0_i64..2, 0_i64..4), TICKS), 1..20),
            places in prop::collection::vec(0_u32..3, 20),
            counts in prop::collection::vec(0_u32..4, 20),
            large in any::<bool>(),
        ) {
            // Many large values need wide sums.
            let times = if large { 1_i64 << 22 } else { 1 };
            let persons: Vec<Vec<(i64, i64)>> = persons
                .into_iter()
                .map(|weeks| weeks.into_iter().map(|(q, p)| (q, p * times)).collect())
                .collect();
            let outcome = panel(&persons);
            let mut classes = units(persons.len());
            if large {
                classes.sizes.fill(1 << 20);
            }
            let cell: Vec<u32> = places.into_iter().map(|c| if c == 2 { NO_CELL } else { c }).collect();
            let draw = Draw { counts: counts[..classes.units()].to_vec(), ..Draw::default() };
            for order in [Order::Weekly, Order::Accumulated(Base::Persons), Order::Accumulated(Base::Weeks)] {
                for wanted in [Wanted::Squares, Wanted::Products] {
                    let squares = Squares::build(&classes, &outcome, (&cell, 2), (order, wanted)).unwrap();
                    let mut found = SquareTotals::default();
                    squares.total(&draw, &mut found);
                    let plain = plainly((&outcome, &classes), (&cell, 2), (order, wanted), &draw);
                    prop_assert_eq!(&found.values, &plain);
                }
            }
        }
    }

    #[test]
    fn cost_follows_changes_not_weeks() {
        // In the state in weeks 3 to 5: one change at each end.
        let weeks: Vec<(i64, i64)> = (1..=TICKS)
            .map(|t| (1, i64::from((3..6).contains(&t))))
            .collect();
        let outcome = panel(&[weeks]);
        let classes = units(1);
        let entries = |order| {
            let built = Squares::build(&classes, &outcome, (&[0], 1), (order, Wanted::Squares));
            built.unwrap().deltas
        };
        assert_eq!(entries(Order::Weekly), [1, -1]);
        // 0 0 1 4 9 9 9: third differences 1, 1, 0 and then -7, 2 + ...
        assert_eq!(entries(Order::Accumulated(Base::Persons)), [1, 1, -7, 5]);
    }

    #[test]
    fn what_no_whole_number_holds_is_not_summed() {
        let weeks: Vec<(i64, i64)> = (0..TICKS).map(|_| (1, i64::from(i32::MAX))).collect();
        let outcome = panel(&[weeks]);
        let built = Squares::build(
            &units(1),
            &outcome,
            (&[0], 1),
            (Order::Accumulated(Base::Persons), Wanted::Squares),
        );
        assert!(built.is_none());
    }
}
