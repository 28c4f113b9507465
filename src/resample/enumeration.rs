//! All samples instead of some: where the bootstrap has few of them, each is taken exactly once.
//!
//! A cell of n slots with m picks has n^m ordered samples, all with the same probability; the replicates are every
//! combination of them over the cells. That is the bootstrap distribution itself (each multiset of slots stands there as
//! often as it can be picked), so that its limits have no Monte Carlo error and no seed. Replicate b, written with one
//! digit for each pick, says which slots are picked: the first pick of the first cell is the last digit.
//!
//! Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 6.4 (ideal bootstrap estimates).

use super::{Bootstrap, Draw, Rule, Scheme};
use crate::panel::classes::Classes;

/// As many samples, at most, are taken one by one.
pub const FEW_SAMPLES: u64 = 10_000;

/// One cell's picks.
#[derive(Clone, Debug)]
struct Urn {
    picks: u32,
    /// Unit of each slot.
    slots: Vec<u32>,
}

/// The scheme, prepared for one class table.
#[derive(Clone, Debug)]
pub struct Enumeration {
    samples: u64,
    urns: Vec<Urn>,
    like: Bootstrap,
    units: usize,
}

impl Enumeration {
    /// Of a class table with at most [`FEW_SAMPLES`] samples (or as many as `asked`); `None` where there are more.
    pub fn new(classes: &Classes, rule: Rule, asked: u64) -> Option<Self> {
        let most = asked.max(FEW_SAMPLES);
        let mut samples = 1_u64;
        let mut urns = Vec::new();
        for cell in &classes.cells {
            let picks = rule.picks(cell.slots);
            let own = u64::from(cell.slots).checked_pow(picks)?;
            samples = samples.checked_mul(own).filter(|&all| all <= most)?;
            let slots = (cell.units.0..cell.units.1)
                .flat_map(|unit| std::iter::repeat_n(unit, classes.sizes[unit as usize] as usize))
                .collect();
            urns.push(Urn { picks, slots });
        }
        Some(Self {
            samples,
            urns,
            like: Bootstrap::new(classes, rule, 0),
            units: classes.units(),
        })
    }
}

impl Scheme for Enumeration {
    fn fill(&self, replicate: u64, draw: &mut Draw) {
        draw.counts.clear();
        draw.counts.resize(self.units, 0);
        self.like.weigh(draw);
        let mut digits = replicate;
        for urn in &self.urns {
            let base = urn.slots.len() as u64;
            for _ in 0..urn.picks {
                draw.counts[urn.slots[(digits % base) as usize] as usize] += 1;
                digits /= base;
            }
        }
    }

    fn name(&self) -> &'static str {
        match self.like.rule() {
            Rule::Plain => "bootstrap_all",
            Rule::RaoWu => "bootstrap_rao_wu_all",
        }
    }

    fn method(&self, units: &str) -> String {
        format!("{}, all {} samples", self.like.method(units), self.samples)
    }

    fn rescales(&self) -> bool {
        self.like.rescales()
    }

    fn most(&self, slots: u64) -> u64 {
        slots
    }

    fn samples(&self) -> Option<u64> {
        Some(self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::classes::Cell;
    use std::collections::BTreeMap;

    /// An arm of 3 slots in two units, and one of 2.
    fn classes() -> Classes {
        let cell = |arm, slots, units| Cell {
            arm,
            stratum: 0,
            slots,
            units,
        };
        Classes {
            cells: vec![cell(0, 3, (0, 2)), cell(1, 2, (2, 4))],
            sizes: vec![2, 1, 1, 1],
            offsets: vec![0, 1, 2, 3, 4],
            members: vec![0, 1, 2, 3],
            clustered: false,
        }
    }

    fn seen(rule: Rule) -> BTreeMap<Vec<u32>, u32> {
        let all = Enumeration::new(&classes(), rule, 0).expect("few");
        let mut seen = BTreeMap::new();
        let mut draw = Draw::default();
        for b in 0..all.samples().expect("all of them") {
            all.fill(b, &mut draw);
            *seen.entry(draw.counts.clone()).or_default() += 1;
        }
        seen
    }

    #[test]
    fn every_sample_stands_as_often_as_it_can_be_picked() {
        // 27 x 4 samples. The unit of two slots comes 3, 2, 1, 0 times in 8, 12, 6, 1 of 27.
        let seen = seen(Rule::Plain);
        assert_eq!(seen.values().sum::<u32>(), 108);
        assert_eq!(seen[&vec![3, 0, 1, 1]], 8 * 2);
        assert_eq!(seen[&vec![2, 1, 2, 0]], 12);
        assert_eq!(seen[&vec![0, 3, 0, 2]], 1);
        assert_eq!(seen.len(), 4 * 3);
    }

    #[test]
    fn rescaled_samples_have_one_pick_less() {
        // 9 x 2 samples.
        let seen = seen(Rule::RaoWu);
        assert_eq!(seen.values().sum::<u32>(), 18);
        assert_eq!(seen[&vec![1, 1, 1, 0]], 4);
    }

    #[test]
    fn many_samples_are_left_to_chance() {
        let mut large = classes();
        large.cells[0].slots = 6;
        large.sizes[0] = 5;
        assert!(Enumeration::new(&large, Rule::Plain, 0).is_none());
        assert!(Enumeration::new(&large, Rule::Plain, 200_000).is_some());
        large.cells[0].slots = 4_000_000;
        large.sizes[0] = 3_999_999;
        assert!(Enumeration::new(&large, Rule::Plain, 1_000_000).is_none());
    }
}
