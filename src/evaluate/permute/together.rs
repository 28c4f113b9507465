//! Whether the differences of a group of hypotheses, such as those of all sites, are equal.
//!
//! Cochran's Q of each permutation. It is studentised, so that under equal effects, whatever they are, its distribution over
//! permutations is the right one in large samples.

use super::counter::{Counter, Tested};
use super::grid::Difference;
use super::setting::Place;
use crate::inference::heterogeneity::{Effect, cochran_q};
use crate::inference::stepdown::Draws;
use std::collections::BTreeMap;

/// What was found of one group.
#[derive(Clone, Copy, Debug)]
pub(in crate::evaluate) struct Together {
    pub tested: Tested,
    pub draws: Draws,
    pub count: u64,
}

/// Groups of places, and how unequal their differences are as observed.
#[derive(Default)]
pub(super) struct Groups {
    /// Indices of the places of each group.
    members: Vec<Vec<usize>>,
    pub observed: Vec<f64>,
}

impl Groups {
    /// Groups of such sizes whose places stand after the first `own`. One that stands among those already, or in another
    /// group, is made only once.
    pub fn new(places: &mut Vec<Place>, own: usize, sizes: &[usize]) -> Self {
        let grouped = places.split_off(own);
        let mut known: BTreeMap<Place, usize> = BTreeMap::new();
        for (index, &place) in places.iter().enumerate() {
            known.entry(place).or_insert(index);
        }
        let mut grouped = grouped.into_iter();
        let members = (sizes.iter())
            .map(|&size| {
                (grouped.by_ref().take(size))
                    .map(|place| {
                        *known.entry(place).or_insert_with(|| {
                            places.push(place);
                            places.len() - 1
                        })
                    })
                    .collect()
            })
            .collect();
        Self {
            members,
            observed: Vec::new(),
        }
    }

    /// Takes what was observed at all places.
    pub fn observe(&mut self, differences: &[Difference]) {
        let observed = (self.members.iter()).map(|group| inequality(differences, group));
        self.observed = observed.collect();
    }

    pub fn start(&self) -> Vec<Counter> {
        vec![Counter::default(); self.members.len()]
    }

    /// Counts the groups that are as unequal as observed.
    pub fn count(&self, differences: &[Difference], counters: &mut [Counter]) {
        for ((group, &observed), counter) in self.members.iter().zip(&self.observed).zip(counters) {
            counter.count(inequality(differences, group), observed, 1.0);
        }
    }
}

/// How unequal the differences of some places are: over those that have a standard error.
fn inequality(differences: &[Difference], group: &[usize]) -> f64 {
    let effects = group
        .iter()
        .filter_map(|&place| differences[place].effect());
    let effects: Vec<Effect> = effects.collect();
    cochran_q(&effects).unwrap_or(f64::NAN)
}
