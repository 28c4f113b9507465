//! Whether the differences of a group of hypotheses, such as those of all sites, are equal.

use super::counter::{Counter, Tested};
use super::dealt::Dealt;
use super::hypotheses::Hypothesis;
use super::runs::{Buffers, Runs, Setting, TILE};
use crate::evaluate::context::Context;
use crate::inference::heterogeneity::{Effect, cochran_q};
use crate::inference::stepdown::Draws;
use crate::numeric::parallel;

/// Whether the differences of a group of hypotheses are equal: Cochran's Q of each permutation.
#[derive(Clone, Copy, Debug)]
pub(in crate::evaluate) struct Together {
    pub tested: Tested,
    pub draws: Draws,
    pub count: u64,
}

impl Setting<'_> {
    /// How unequal the differences of some places are in the permutation at hand: over those that have a standard error.
    fn inequality(&self, places: &[usize], buffers: &Buffers) -> f64 {
        let effects: Vec<Effect> = (places.iter())
            .filter_map(|&place| self.difference(self.places[place], buffers).effect())
            .collect();
        cochran_q(&effects).unwrap_or(f64::NAN)
    }

    /// Counts in how many permutations each group of places is as unequal as observed.
    fn count_together(&self, groups: &[Vec<usize>], observed: &[f64]) -> Vec<Counter> {
        let count = self.source.count();
        let mut sums = vec![Counter::default(); groups.len()];
        if groups.is_empty() {
            return sums;
        }
        let tiles = parallel::map_ordered(count.div_ceil(TILE) as usize, |tile| {
            let mut buffers = self.buffers();
            let mut counters = vec![Counter::default(); groups.len()];
            let first = tile as u64 * TILE;
            for index in first..(first + TILE).min(count) {
                self.source
                    .fill(&self.dealt.pool, index, &mut buffers.masks);
                self.sum(&mut buffers);
                for ((group, counter), &observed) in groups.iter().zip(&mut counters).zip(observed)
                {
                    counter.count(self.inequality(group, &buffers), observed, 1.0);
                }
            }
            counters
        });
        for tile in tiles {
            for (sum, more) in sums.iter_mut().zip(tile) {
                sum.hits += more.hits;
                sum.undefined += more.undefined;
            }
        }
        sums
    }
}

impl Runs<'_> {
    /// Groups of one arm: whether their differences are equal, over the same permutations. Q is studentised, so that under
    /// equal effects, whatever they are, its distribution over permutations is the right one in large samples.
    pub(super) fn equality(
        &self,
        arm: usize,
        groups: &[&[Hypothesis]],
        out: &mut [Option<Together>],
    ) {
        let mine: Vec<usize> = (groups.iter().enumerate())
            .filter(|(_, group)| group.first().is_some_and(|h| h.arm == arm))
            .map(|(index, _)| index)
            .collect();
        if mine.is_empty() {
            return;
        }
        let Context {
            trial,
            panel,
            classes,
            ..
        } = self.context;
        let dealt = Dealt::new(trial, panel, classes, &[0, arm]);
        let hypotheses: Vec<Hypothesis> = (mine.iter())
            .flat_map(|&group| groups[group].iter().copied())
            .collect();
        let setting = Setting::new(self.context, &dealt, &hypotheses, arm as u32);
        let mut next = 0;
        let places: Vec<Vec<usize>> = (mine.iter())
            .map(|&group| {
                next += groups[group].len();
                (next - groups[group].len()..next).collect()
            })
            .collect();
        let mut buffers = setting.buffers();
        buffers.masks.clone_from(&dealt.observed);
        setting.sum(&mut buffers);
        let observed: Vec<f64> = (places.iter())
            .map(|group| setting.inequality(group, &buffers))
            .collect();
        let counters = setting.count_together(&places, &observed);
        let (count, draws) = (setting.source.count(), setting.draws());
        for ((&group, counter), &observed) in mine.iter().zip(counters).zip(&observed) {
            out[group] = Some(Together {
                tested: counter.tested(count, draws, observed),
                draws,
                count,
            });
        }
    }
}
