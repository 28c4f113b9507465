//! Covariance of the quantities of one side of a contrast: from the influence of every person (or cluster) on them.
//!
//! A person's influence on a quantity is `psi = sum over weeks of F (y - mean) / n`, as for the accumulated effect; the
//! covariance is `n / (n - 1) sum psi psi'`, in strata with the squared weights.
//!
//! Two ways lead there. *By influence*: each unit's psi is written out; its cost grows with units x quantities squared. *By
//! moments*: a history is a few changes, so the products of its changes are added up in whole numbers, and sums over weeks in both
//! directions turn them into the products of weekly values; its cost grows with units x changes squared, and with weeks squared. The
//! cheaper is taken; the tests hold them to each other.

use super::money::{Groups, Money};
use super::point::units_of;
use crate::numeric::parallel;
use crate::totals::{NO_CELL, expand};
use std::ops::Range;

/// Units summed by one task at least, and tasks at most: each has a triangle of its own. Neither depends on the threads, so that
/// the order of the float sums does not.
const BLOCK: usize = 1024;
const TASKS: usize = 64;

/// Tasks that each have a square of whole numbers: few, since the squares are large. Whole numbers have no order.
const SQUARES: usize = 2;

/// Weekly values (channels x weeks) whose square of products is kept at most.
const WIDEST: usize = 3000;

/// The units in tasks.
fn tasks(units: usize) -> Vec<Range<usize>> {
    parallel::blocks(units, BLOCK.max(units.div_ceil(TASKS)))
}

/// Place of (row, column) in a lower triangle by rows.
fn place(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

/// How a covariance is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Each unit's influence.
    Influence,
    /// Sums of products of changes.
    Moments,
}

impl Money<'_> {
    /// Lower triangle by rows; NaN where a group has fewer than two units.
    pub(super) fn covariance(&self, groups: &Groups<'_>, totals: &[i64]) -> Vec<f64> {
        self.covariance_by(groups, totals, None)
    }

    /// The same by a way of one's own.
    pub(super) fn covariance_by(
        &self,
        groups: &Groups<'_>,
        totals: &[i64],
        way: Option<Way>,
    ) -> Vec<f64> {
        let size = place(self.ledger.pieces.len(), 0);
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
            let totals = self.merged(members, totals);
            let group = match way.unwrap_or_else(|| self.cheaper(units.len())) {
                Way::Moments => self.by_moments(members, &units, &totals),
                Way::Influence => self.by_influence(members, &units, &totals),
            };
            for (sum, value) in sum.iter_mut().zip(group) {
                *sum += weight * weight * factor * value;
            }
        }
        sum
    }

    /// Roughly, in products.
    fn cheaper(&self, units: usize) -> Way {
        let (width, pieces) = (
            self.ledger.histories.shape.slots(),
            self.ledger.pieces.len(),
        );
        let by_influence = units * (pieces * pieces / 2 + 2 * width);
        if width > WIDEST || by_influence < 10 * width * width {
            Way::Influence
        } else {
            Way::Moments
        }
    }

    /// Totals of some cells of the division, as integers.
    fn merged(&self, members: &[usize], totals: &[i64]) -> Vec<i64> {
        let slots = self.ledger.histories.shape.slots();
        (0..slots)
            .map(|slot| members.iter().map(|cell| totals[cell * slots + slot]).sum())
            .collect()
    }

    /// Changes of units, multiplied and added up, then summed over the weeks: products of weekly values in whole numbers.
    fn products(&self, members: &[usize], units: &[usize]) -> Vec<i128> {
        let shape = &self.ledger.histories.shape;
        let (width, ticks) = (shape.slots(), shape.ticks);
        let blocks = parallel::blocks(units.len(), units.len().div_ceil(SQUARES).max(1));
        let parts = parallel::map_ordered(blocks.len(), |b| {
            let mut square = vec![0_i128; width * width];
            let mut changes: Vec<(u32, i64)> = Vec::new();
            for &unit in &units[blocks[b].clone()] {
                changes.clear();
                for &person in self.context.classes.members(unit) {
                    if self.is_member(members, person) {
                        let entries = self.ledger.histories.of(person as usize);
                        changes.extend(entries.iter().map(|e| (e.slot, i64::from(e.delta))));
                    }
                }
                let size = i128::from(self.context.classes.sizes[unit]);
                for (slot, change) in &changes {
                    let row = &mut square[*slot as usize * width..][..width];
                    let weighed = size * i128::from(*change);
                    for (other, change) in &changes {
                        row[*other as usize] += weighed * i128::from(*change);
                    }
                }
            }
            square
        });
        let mut parts = parts.into_iter();
        let mut square = parts.next().unwrap_or_else(|| vec![0; width * width]);
        for part in parts {
            square
                .iter_mut()
                .zip(part)
                .for_each(|(sum, add)| *sum += add);
        }
        for row in 0..width {
            if row % ticks > 0 {
                let (before, from) = square.split_at_mut(row * width);
                let last = &before[(row - 1) * width..];
                from[..width]
                    .iter_mut()
                    .zip(last)
                    .for_each(|(sum, add)| *sum += add);
            }
        }
        for row in square.chunks_exact_mut(width) {
            for weeks in row.chunks_exact_mut(ticks) {
                let mut level = 0;
                for value in weeks {
                    level += *value;
                    *value = level;
                }
            }
        }
        square
    }

    fn by_moments(&self, members: &[usize], units: &[usize], totals: &[i64]) -> Vec<f64> {
        let shape = &self.ledger.histories.shape;
        let (width, ticks, first) = (shape.slots(), shape.ticks, self.ledger.followed.len());
        let pieces = &self.ledger.pieces;
        let size = place(pieces.len(), 0);
        if totals.is_empty() || (0..first * ticks).any(|slot| totals[slot] == 0) {
            return vec![f64::NAN; size];
        }
        let square = self.products(members, units);
        let at = |row: usize, column: usize| square[row * width + column];
        let rows = parallel::map_ordered(pieces.len(), |row| {
            let a = &pieces[row];
            (pieces[..=row].iter())
                .map(|b| {
                    let mut sum = 0.0;
                    for t in a.ticks(ticks) {
                        let (y, f) = (
                            (first + a.cell) * ticks + t,
                            self.ledger.divisor[a.cell] * ticks + t,
                        );
                        for u in b.ticks(ticks) {
                            let (z, g) = (
                                (first + b.cell) * ticks + u,
                                self.ledger.divisor[b.cell] * ticks + u,
                            );
                            sum += centred(
                                [at(y, z), at(f, z), at(y, g), at(f, g)],
                                ([totals[y], totals[f]], [totals[z], totals[g]]),
                            );
                        }
                    }
                    sum / self.ledger.scale[a.cell] / self.ledger.scale[b.cell]
                })
                .collect::<Vec<f64>>()
        });
        rows.into_iter().flatten().collect()
    }

    fn is_member(&self, members: &[usize], person: u32) -> bool {
        let cell = self.division.cell[person as usize];
        cell != NO_CELL && members.contains(&(cell as usize))
    }

    /// Not everybody followed: each unit's influence written out, week by week.
    fn by_influence(&self, members: &[usize], units: &[usize], totals: &[i64]) -> Vec<f64> {
        let shape = &self.ledger.histories.shape;
        let (ticks, first) = (shape.ticks, self.ledger.followed.len());
        let totals: Vec<f64> = totals.iter().map(|t| *t as f64).collect();
        let pieces = &self.ledger.pieces;
        let cells = pieces.len();
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
                    for (piece, psi) in pieces.iter().zip(&mut psi) {
                        let (c, f) = (piece.cell, self.ledger.divisor[piece.cell]);
                        let mut influence = 0.0;
                        for t in piece.ticks(ticks) {
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

/// `sum psi psi'` of two weekly values y and z with followed f and g: from the sums of products yz, fz, yg, fg and the totals.
fn centred([yz, fz, yg, fg]: [i128; 4], ([y, n], [z, m]): ([i64; 2], [i64; 2])) -> f64 {
    let both = n as f64 * m as f64;
    let exact = || {
        let (y, n, z, m) = (i128::from(y), i128::from(n), i128::from(z), i128::from(m));
        let square = n.checked_mul(m)?.checked_mul(yz)?;
        let left = y.checked_mul(m)?.checked_mul(fz)?;
        let right = z.checked_mul(n)?.checked_mul(yg)?;
        let means = y.checked_mul(z)?.checked_mul(fg)?;
        let sum = square.checked_sub(left)?.checked_sub(right)?;
        sum.checked_add(means)
    };
    let sum = exact().map_or_else(
        || {
            let (y, n, z, m) = (y as f64, n as f64, z as f64, m as f64);
            n * m * yz as f64 - y * m * fz as f64 - z * n * yg as f64 + y * z * fg as f64
        },
        |sum| sum as f64,
    );
    sum / both / both
}

#[cfg(test)]
#[path = "spread_tests.rs"]
mod tests;
