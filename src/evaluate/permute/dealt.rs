//! The randomised units of the compared arms at their places: the pool that a permutation deals out again.

use crate::panel::Panel;
use crate::panel::classes::Classes;
use crate::resample::permutation::{Masks, Pool};
use crate::trial::Trial;
use std::cmp::Ordering;

/// No unit stands at this place.
pub(super) const NOBODY: u32 = u32::MAX;

/// A pool with what stands at its places.
pub(super) struct Dealt {
    pub pool: Pool,
    /// Unit of the class table at each place, [`NOBODY`] where a stratum's last word is not full.
    pub units: Vec<u32>,
    /// The observed assignment.
    pub observed: Masks,
}

/// What units carry, compared: subgroup levels, then the histories of the outcomes in the order of the study.
struct Content<'a> {
    trial: &'a Trial,
    panel: &'a Panel,
}

impl Content<'_> {
    fn of_persons(&self, a: u32, b: u32) -> Ordering {
        let (a, b) = (a as usize, b as usize);
        // What no analysis reads does not tell the members of a class apart.
        let read = &self.panel.read;
        let levels = (self.trial.subgroups.iter().zip(&read.subgroups))
            .filter(|(_, read)| **read)
            .map(|(s, _)| s.level[a].cmp(&s.level[b]));
        let histories = (self.panel.outcomes.iter().zip(&read.outcomes))
            .filter(|(_, read)| **read)
            .map(|(o, _)| o.of(a).cmp(o.of(b)));
        levels
            .chain(histories)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn of_members(&self, a: &[u32], b: &[u32]) -> Ordering {
        let pairs = a.iter().zip(b).map(|(&a, &b)| self.of_persons(a, b));
        let first = pairs.into_iter().find(|order| order.is_ne());
        first.unwrap_or_else(|| a.len().cmp(&b.len()))
    }
}

impl Dealt {
    /// The units of some arms, in the order that [`crate::resample::permutation`] documents.
    pub fn new(trial: &Trial, panel: &Panel, classes: &Classes, arms: &[usize]) -> Self {
        let content = Content { trial, panel };
        let mut units: Vec<(u32, Vec<u32>, u32, usize)> = Vec::new();
        for cell in &classes.cells {
            let Some(arm) = arms.iter().position(|&arm| arm == usize::from(cell.arm)) else {
                continue;
            };
            for unit in cell.units.0..cell.units.1 {
                let mut members = classes.members(unit as usize).to_vec();
                members.sort_unstable_by(|&a, &b| content.of_persons(a, b));
                units.push((cell.stratum, members, unit, arm));
            }
        }
        units.sort_unstable_by(|a, b| {
            (a.0.cmp(&b.0))
                .then_with(|| content.of_members(&a.1, &b.1))
                .then_with(|| a.2.cmp(&b.2))
        });
        let strata: Vec<_> = units.chunk_by(|a, b| a.0 == b.0).collect();
        let size = |unit: u32| classes.sizes[unit as usize];
        let counts: Vec<Vec<u32>> = strata
            .iter()
            .map(|stratum| {
                let mut counts = vec![0; arms.len()];
                for (_, _, unit, arm) in *stratum {
                    counts[*arm] += size(*unit);
                }
                counts
            })
            .collect();
        let pool = Pool::new(&counts);
        let mut out = Self {
            units: vec![NOBODY; pool.words() * 64],
            observed: pool.masks(),
            pool,
        };
        for (stratum, members) in out.pool.strata().iter().zip(strata) {
            let mut place = stratum.words.start * 64;
            for (_, _, unit, arm) in members {
                for _ in 0..size(*unit) {
                    out.units[place] = *unit;
                    out.observed[*arm][place / 64] |= 1 << (place % 64);
                    place += 1;
                }
            }
        }
        out
    }
}
