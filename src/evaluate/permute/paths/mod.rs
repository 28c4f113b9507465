//! Accumulated means where persons are lost: the whole path of values and variances of every group at once, so that all weeks of
//! a family are read off it.

mod clusters;
mod persons;
#[cfg(test)]
mod tests;

use super::grid::Grid;
use super::reader::{Ground, Score, Side};
use crate::totals::planes::Addition;
use clusters::ClusterPaths;
use persons::{PersonPaths, Sums};

/// Paths up to the tick of a score.
pub(super) struct Paths {
    weeks: usize,
    of: Of,
}

enum Of {
    Persons(PersonPaths),
    Clusters(ClusterPaths),
}

/// Room for the sums of an arm.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    narrow: Sums<i64>,
    wide: Sums<i128>,
}

impl Paths {
    /// `None` when the score is another one, when all are followed all the way, or when sums could overflow.
    pub fn build(ground: Ground<'_>, score: Score<'_>, grids: &[Grid]) -> Option<Self> {
        let of = if ground.classes.clustered {
            Of::Clusters(ClusterPaths::build(ground, score, grids)?)
        } else {
            Of::Persons(PersonPaths::build(ground, score, grids)?)
        };
        Some(Self {
            weeks: score.tick + 1,
            of,
        })
    }

    /// Adds everybody to the count of persons of each cell; `starts` are the first cells of each grid.
    pub fn count(&self, starts: &[usize], additions: &mut Vec<Addition>) {
        match &self.of {
            Of::Persons(paths) => paths.count(starts, additions),
            Of::Clusters(paths) => paths.count(starts, additions),
        }
    }

    /// Values and variances of the groups that `group` tells of a cell of a grid, with so many persons each.
    pub fn fill(
        &self,
        at: (&[u64], usize),
        group: impl Fn(u32) -> Option<usize>,
        persons: &[i64],
        (room, out): (&mut Room, &mut [f64]),
    ) {
        match &self.of {
            Of::Persons(paths) if paths.is_narrow() => {
                paths.fill(at, group, persons, (&mut room.narrow, out));
            }
            Of::Persons(paths) => paths.fill(at, group, persons, (&mut room.wide, out)),
            Of::Clusters(paths) => paths.fill(at, &group, out),
        }
    }

    /// Numbers of a group: values, then variances.
    #[inline]
    pub fn width(&self) -> usize {
        2 * self.weeks
    }

    /// Of a group of so many persons whose path was found.
    #[inline]
    pub fn side(&self, own: &[f64], persons: i64, tick: usize) -> Side {
        Side {
            persons: persons as u64,
            value: own[tick],
            variance: own[self.weeks + tick],
        }
    }
}
