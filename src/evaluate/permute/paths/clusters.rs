//! Accumulated means of clusters of whose persons some are lost: the whole path of values and variances at once.
//!
//! A cluster's part in a cell has N_t persons followed in week t, whose values sum to D_t. With n_t and mu_t of the group, its
//! influence grows by (D_t - mu_t N_t) / n_t a week, and the variance is G / (G - 1) times the sum of squares over its G
//! clusters. There are few of them: each is gone through week by week, in the order of their places.

use crate::evaluate::permute::dealt::NOBODY;
use crate::evaluate::permute::grid::Grid;
use crate::evaluate::permute::reader::{Ground, Score};
use crate::totals::planes::Addition;
use crate::totals::{NO_CELL, expand};
use std::collections::BTreeMap;

/// Sums may not pass this.
const LARGEST: f64 = 4e18;

/// What a cluster has in one cell of one grid.
#[derive(Clone, Debug)]
struct Part {
    cell: u32,
    persons: i64,
    /// N by week, then D.
    numbers: Vec<i64>,
}

pub(super) struct ClusterPaths {
    weeks: usize,
    divisor: f64,
    /// Index of the cluster at each place.
    of_place: Vec<u32>,
    /// By grid and cluster.
    parts: Vec<Vec<Vec<Part>>>,
}

impl ClusterPaths {
    /// `None` when the score is another one, persons were randomised, all are followed all the way, or sums could overflow.
    pub fn build(ground: Ground<'_>, score: Score<'_>, grids: &[Grid]) -> Option<Self> {
        let shape = score.shape();
        if !score.is_accumulated_mean() || !ground.classes.clustered {
            return None;
        }
        let weeks = score.tick + 1;
        let mut index: BTreeMap<u32, u32> = BTreeMap::new();
        let mut out = Self {
            weeks,
            divisor: shape.divisor,
            of_place: vec![NOBODY; ground.dealt.units.len()],
            parts: vec![Vec::new(); grids.len()],
        };
        let mut history = vec![0; shape.slots()];
        let (mut whole, mut largest) = (true, 0.0);
        for (place, &unit) in ground.dealt.units.iter().enumerate() {
            if unit == NOBODY {
                continue;
            }
            let next = index.len() as u32;
            let own = *index.entry(unit).or_insert(next);
            out.of_place[place] = own;
            if own < next {
                continue;
            }
            let mut parts: Vec<BTreeMap<u32, Part>> = vec![BTreeMap::new(); grids.len()];
            for &person in ground.classes.members(unit as usize) {
                expand(score.outcome, person as usize, &mut history);
                let (followed, values) = history.split_at(shape.ticks);
                let numbers = || followed[..weeks].iter().chain(&values[..weeks]);
                whole &= followed[..weeks].iter().all(|f| *f == 1);
                largest += f64::from(ground.classes.sizes[unit as usize])
                    * numbers().map(|n| n.abs() as f64).fold(0.0, f64::max);
                for (grid, parts) in grids.iter().zip(&mut parts) {
                    let cell = grid.cell(ground.trial, person as usize);
                    if cell == NO_CELL {
                        continue;
                    }
                    let part = parts.entry(cell).or_insert_with(|| Part {
                        cell,
                        persons: 0,
                        numbers: vec![0; 2 * weeks],
                    });
                    part.persons += 1;
                    for (sum, number) in part.numbers.iter_mut().zip(numbers()) {
                        *sum += number;
                    }
                }
            }
            for (all, own) in out.parts.iter_mut().zip(parts) {
                all.push(own.into_values().collect());
            }
        }
        (!whole && largest < LARGEST).then_some(out)
    }

    /// Adds every cluster's persons to the count of its cells; `starts` are the first ones of each grid.
    pub fn count(&self, starts: &[usize], additions: &mut Vec<Addition>) {
        for (place, &own) in self.of_place.iter().enumerate() {
            if own == NOBODY {
                continue;
            }
            for (parts, &start) in self.parts.iter().zip(starts) {
                additions.extend(parts[own as usize].iter().map(|part| Addition {
                    place: place as u32,
                    column: start as u32 + part.cell,
                    value: part.persons,
                }));
            }
        }
    }

    /// Group and numbers of every cluster of a mask, its parts in one group together.
    fn each(
        &self,
        (mask, grid): (&[u64], usize),
        group: &dyn Fn(u32) -> Option<usize>,
        mut work: impl FnMut(usize, &[i64]),
    ) {
        let mut together = Vec::new();
        for (word, mask) in mask.iter().enumerate() {
            let mut bits = *mask;
            while bits != 0 {
                let place = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let parts = &self.parts[grid][self.of_place[place] as usize];
                let grouped = parts.iter().filter_map(|p| Some((group(p.cell)?, p)));
                let mut grouped = grouped.peekable();
                while let Some((own, part)) = grouped.next() {
                    if grouped.peek().is_none_or(|next| next.0 != own) {
                        work(own, &part.numbers);
                        continue;
                    }
                    together.clone_from(&part.numbers);
                    while let Some((_, more)) = grouped.next_if(|next| next.0 == own) {
                        for (sum, number) in together.iter_mut().zip(&more.numbers) {
                            *sum += number;
                        }
                    }
                    work(own, &together);
                }
            }
        }
    }

    /// Values and variances of so many groups, those that `group` tells of a cell.
    pub fn fill(&self, at: (&[u64], usize), group: &dyn Fn(u32) -> Option<usize>, out: &mut [f64]) {
        let (weeks, width) = (self.weeks, 2 * self.weeks);
        let groups = out.len() / width;
        let mut sums = vec![0_i64; groups * width];
        let mut clusters = vec![0.0; groups];
        self.each(at, group, |own, numbers| {
            clusters[own] += 1.0;
            for (sum, number) in sums[own * width..].iter_mut().zip(numbers) {
                *sum = sum.wrapping_add(*number);
            }
        });
        // 1 / n and mu / n of each week, where the values and variances will stand.
        for (out, sums) in out.chunks_exact_mut(width).zip(sums.chunks_exact(width)) {
            for week in 0..weeks {
                let once = 1.0 / sums[week] as f64;
                out[week] = once;
                out[weeks + week] = sums[weeks + week] as f64 * once * once;
            }
        }
        let mut squares = vec![0.0; groups * weeks];
        self.each(at, group, |own, numbers| {
            let parts = &out[own * width..(own + 1) * width];
            let squares = &mut squares[own * weeks..(own + 1) * weeks];
            let mut psi = 0.0;
            for (week, sum) in squares.iter_mut().enumerate() {
                psi += numbers[weeks + week] as f64 * parts[week]
                    - numbers[week] as f64 * parts[weeks + week];
                *sum += psi * psi;
            }
        });
        for (own, out) in out.chunks_exact_mut(width).enumerate() {
            let count = clusters[own];
            let factor = if count < 2.0 {
                f64::NAN
            } else {
                count / (count - 1.0) / (self.divisor * self.divisor)
            };
            let sums = &sums[own * width..(own + 1) * width];
            let mut mean = 0.0;
            for week in 0..weeks {
                mean += sums[weeks + week] as f64 / sums[week] as f64;
                out[week] = mean / self.divisor;
                out[weeks + week] = factor * squares[own * weeks + week];
            }
        }
    }
}
