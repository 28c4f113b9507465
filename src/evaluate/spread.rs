//! Covariance of the quantities of one side of a contrast: from the influence of every person (or cluster) on them.
//!
//! A person's influence on a quantity is `psi = sum over weeks of F (y - mean) / n`, as for the accumulated effect; the
//! covariance is `n / (n - 1) sum psi psi'`, in strata with the squared weights. Where everybody is followed to the
//! horizon a history is one number per cell, and the sums of products are whole numbers.

use super::money::{Groups, Money};
use super::point::units_of;
use crate::numeric::parallel;
use crate::totals::{NO_CELL, expand};
use std::ops::Range;

/// Units summed by one task at least, and tasks at most: each has a triangle of cells of its own. Neither depends on the
/// threads, so that the order of the float sums does not.
const BLOCK: usize = 1024;
const TASKS: usize = 64;

/// The units in tasks.
fn tasks(units: usize) -> Vec<Range<usize>> {
    parallel::blocks(units, BLOCK.max(units.div_ceil(TASKS)))
}

/// Place of (row, column) in a lower triangle by rows.
fn place(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

impl Money<'_> {
    /// Lower triangle by rows; NaN where a group has fewer than two units.
    pub(super) fn covariance(&self, groups: &Groups<'_>, totals: &[i64]) -> Vec<f64> {
        let cells = self.ledger.cells.len();
        let size = place(cells, 0);
        let mut sum = vec![if groups.is_empty() { f64::NAN } else { 0.0 }; size];
        for (weight, members) in groups {
            let units = units_of(self.context.classes, &self.division, members);
            let slots: u64 = if self.context.classes.clustered {
                units.len() as u64
            } else {
                self.division.persons(members)
            };
            let factor = if slots < 2 {
                f64::NAN
            } else {
                slots as f64 / (slots as f64 - 1.0)
            };
            let group = if self.ledger.histories.shape.ticks == 1 {
                self.by_products(members, &units, totals)
            } else {
                self.by_influence(members, &units, totals)
            };
            for (sum, value) in sum.iter_mut().zip(group) {
                *sum += weight * weight * factor * value;
            }
        }
        sum
    }

    /// Totals of some cells of the division, as integers.
    fn merged(&self, members: &[usize], totals: &[i64]) -> Vec<i64> {
        let slots = self.ledger.histories.shape.slots();
        (0..slots)
            .map(|slot| members.iter().map(|cell| totals[cell * slots + slot]).sum())
            .collect()
    }

    /// Everybody followed: exact sums of products of persons' (or clusters') numbers, then the means are taken out.
    fn by_products(&self, members: &[usize], units: &[usize], totals: &[i64]) -> Vec<f64> {
        let channels = self.ledger.histories.shape.channels;
        let blocks = tasks(units.len());
        let parts = parallel::map_ordered(blocks.len(), |b| {
            let mut products = vec![0_i128; place(channels, 0)];
            let mut unit_sum: Vec<(u32, i64)> = Vec::new();
            for &unit in &units[blocks[b].clone()] {
                unit_sum.clear();
                for &person in self.context.classes.members(unit) {
                    if self.is_member(members, person) {
                        let entries = self.ledger.histories.of(person as usize);
                        unit_sum.extend(entries.iter().map(|e| (e.slot, i64::from(e.delta))));
                    }
                }
                unit_sum.sort_unstable_by_key(|entry| entry.0);
                // One entry per slot: a large amount has several, and so have the members of a cluster.
                unit_sum.dedup_by(|next, kept| {
                    let same = next.0 == kept.0;
                    kept.1 += if same { next.1 } else { 0 };
                    same
                });
                let size = i128::from(self.context.classes.sizes[unit]);
                for (i, a) in unit_sum.iter().enumerate() {
                    for b in &unit_sum[..=i] {
                        products[place(a.0 as usize, b.0 as usize)] +=
                            size * i128::from(a.1) * i128::from(b.1);
                    }
                }
            }
            products
        });
        let mut products = vec![0_i128; place(channels, 0)];
        for part in parts {
            for (sum, add) in products.iter_mut().zip(part) {
                *sum += add;
            }
        }
        let totals = self.merged(members, totals);
        let first = self.ledger.followed.len();
        let cells = self.ledger.cells.len();
        let mut out = Vec::with_capacity(place(cells, 0));
        for row in 0..cells {
            for column in 0..=row {
                // Everybody is followed by every table, so any divisor counts the persons.
                let (a, b, f) = (first + row, first + column, self.ledger.divisor[row]);
                let n = totals[f] as f64;
                let (sa, sb) = (totals[a] as f64, totals[b] as f64);
                let moment = |x: usize, y: usize| products[place(x.max(y), x.min(y))];
                let centred = exact(
                    [moment(a, b), moment(f, b), moment(f, a), moment(f, f)],
                    [totals[f], totals[a], totals[b]],
                )
                .unwrap_or_else(|| {
                    moment(a, b) as f64
                        - sa * moment(f, b) as f64 / n
                        - sb * moment(f, a) as f64 / n
                        + sa * sb * moment(f, f) as f64 / (n * n)
                });
                out.push(centred / (n * n) / self.ledger.scale[row] / self.ledger.scale[column]);
            }
        }
        out
    }

    fn is_member(&self, members: &[usize], person: u32) -> bool {
        let cell = self.division.cell[person as usize];
        cell != NO_CELL && members.contains(&(cell as usize))
    }

    /// Not everybody followed: each unit's influence written out, week by week.
    fn by_influence(&self, members: &[usize], units: &[usize], totals: &[i64]) -> Vec<f64> {
        let shape = &self.ledger.histories.shape;
        let (ticks, first) = (shape.ticks, self.ledger.followed.len());
        let totals: Vec<f64> = self
            .merged(members, totals)
            .into_iter()
            .map(|t| t as f64)
            .collect();
        let cells = self.ledger.cells.len();
        let blocks = tasks(units.len());
        let parts = parallel::map_ordered(blocks.len(), |b| {
            let mut sum = vec![0.0; place(cells, 0)];
            let mut history = vec![0_i64; shape.slots()];
            let mut psi = vec![0.0; cells];
            for &unit in &units[blocks[b].clone()] {
                psi.fill(0.0);
                for &person in self.context.classes.members(unit) {
                    if !self.is_member(members, person) {
                        continue;
                    }
                    expand(&self.ledger.histories, person as usize, &mut history);
                    for (c, psi) in psi.iter_mut().enumerate() {
                        let f = self.ledger.divisor[c];
                        let mut influence = 0.0;
                        for t in 0..ticks {
                            let (y, followed) = ((first + c) * ticks + t, f * ticks + t);
                            if history[followed] != 0 {
                                let n = totals[followed];
                                influence += (history[y] as f64 - totals[y] / n) / n;
                            }
                        }
                        *psi += influence / self.ledger.scale[c];
                    }
                }
                let size = f64::from(self.context.classes.sizes[unit]);
                for row in 0..cells {
                    for column in 0..=row {
                        sum[place(row, column)] += size * psi[row] * psi[column];
                    }
                }
            }
            sum
        });
        let mut sum = vec![0.0; place(cells, 0)];
        for part in parts {
            for (sum, add) in sum.iter_mut().zip(part) {
                *sum += add;
            }
        }
        if totals.is_empty() || (0..first * ticks).any(|slot| totals[slot] == 0.0) {
            sum.fill(f64::NAN);
        }
        sum
    }
}

/// `sum (a - s ma)(b - s mb)` in whole numbers times n^2, when they fit: s is a unit's persons, `ma` a mean.
fn exact([ab, fb, fa, ff]: [i128; 4], [n, a, b]: [i64; 3]) -> Option<f64> {
    let (n, a, b) = (i128::from(n), i128::from(a), i128::from(b));
    let square = n.checked_mul(n)?.checked_mul(ab)?;
    let left = n.checked_mul(a)?.checked_mul(fb)?;
    let right = n.checked_mul(b)?.checked_mul(fa)?;
    let both = a.checked_mul(b)?.checked_mul(ff)?;
    let sum = square
        .checked_sub(left)?
        .checked_sub(right)?
        .checked_add(both)?;
    Some(sum as f64 / (n as f64 * n as f64))
}
