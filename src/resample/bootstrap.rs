//! The bootstrap of persons (or whole clusters) within arm and stratum, plain or rescaled for small cells.
//!
//! A cell of `n` slots receives `m` picks (`m = n`, or `n - 1` under Rao-Wu):
//! 1. its *heavy* units, those standing for [`HEAVY`] slots or more, in canonical order, each take a binomial count
//!    of the remaining picks with probability size / remaining slots;
//! 2. the remaining picks fall uniformly, one by one, on the slots of the light units.
//!
//! So a replicate is the multinomial draw of the bootstrap, whatever the classes are.

use super::binomial::{Table, binomial, uniform_below};
use super::{Draw, HEAVY, Scheme, Streams};
use crate::panel::classes::Classes;

/// How many picks a cell of n gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// n picks of n.
    Plain,
    /// n - 1 picks of n, each counting n / (n - 1) (Rao and Wu 1988): right for small cells.
    RaoWu,
}

impl Rule {
    /// Rao-Wu as soon as one cell has fewer than 20 units.
    pub fn for_cells(classes: &Classes) -> Self {
        if classes.cells.iter().any(|cell| cell.slots < 20) {
            Self::RaoWu
        } else {
            Self::Plain
        }
    }

    /// Picks of a cell of n slots.
    pub fn picks(self, slots: u32) -> u32 {
        match self {
            Self::Plain => slots,
            Self::RaoWu => slots.saturating_sub(1),
        }
    }

    /// What a pick counts in a cell of n slots.
    pub fn weight(self, slots: u32) -> f64 {
        match self {
            Self::Plain => 1.0,
            Self::RaoWu => f64::from(slots) / (f64::from(slots) - 1.0),
        }
    }
}

/// A cell prepared for drawing.
#[derive(Clone, Debug)]
struct Urn {
    slots: u32,
    picks: u32,
    /// (unit, size) of the heavy units.
    heavy: Vec<(u32, u32)>,
    /// The count of the first of them, whose distribution is the same in every replicate.
    first: Option<Table>,
    /// Unit of each slot of the light units.
    light: Vec<u32>,
}

/// The scheme, prepared for one class table.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    streams: Streams,
    rule: Rule,
    units: usize,
    urns: Vec<Urn>,
    sums: Vec<u64>,
    worth: Vec<f64>,
}

impl Bootstrap {
    /// Prepares the cells.
    pub fn new(classes: &Classes, rule: Rule, seed: u64) -> Self {
        let urns: Vec<Urn> = classes
            .cells
            .iter()
            .map(|cell| {
                let mut heavy = Vec::new();
                let mut light = Vec::new();
                for unit in cell.units.0..cell.units.1 {
                    let size = classes.sizes[unit as usize];
                    if size >= HEAVY {
                        heavy.push((unit, size));
                    } else {
                        light.extend(std::iter::repeat_n(unit, size as usize));
                    }
                }
                let picks = rule.picks(cell.slots);
                Urn {
                    slots: cell.slots,
                    picks,
                    first: heavy.first().and_then(|&(_, size)| {
                        Table::new(u64::from(picks), u64::from(size), u64::from(cell.slots))
                    }),
                    heavy,
                    light,
                }
            })
            .collect();
        Self {
            streams: Streams::new(seed),
            rule,
            units: classes.units(),
            sums: urns.iter().map(|urn| u64::from(urn.picks)).collect(),
            worth: match rule {
                Rule::Plain => Vec::new(),
                Rule::RaoWu => urns.iter().map(|urn| rule.weight(urn.slots)).collect(),
            },
            urns,
        }
    }

    /// Plain or rescaled.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// What is the same in every replicate: the sums of the cells and what a pick is worth.
    pub(super) fn weigh(&self, draw: &mut Draw) {
        draw.sums.clone_from(&self.sums);
        draw.worth.clone_from(&self.worth);
    }
}

impl Scheme for Bootstrap {
    /// Cost: one pick per light slot, one binomial per heavy unit.
    fn fill(&self, replicate: u64, draw: &mut Draw) {
        draw.counts.clear();
        draw.counts.resize(self.units, 0);
        self.weigh(draw);
        let mut rng = self.streams.of(replicate);
        for urn in &self.urns {
            let mut slots = u64::from(urn.slots);
            let mut picks = u64::from(urn.picks);
            for (k, &(unit, size)) in urn.heavy.iter().enumerate() {
                let count = match (k, &urn.first) {
                    (0, Some(table)) => table.draw(&mut rng),
                    _ => binomial(&mut rng, picks, u64::from(size), slots),
                };
                draw.counts[unit as usize] = count as u32;
                picks -= count;
                slots -= u64::from(size);
            }
            let light = urn.light.len() as u32;
            for _ in 0..picks {
                let slot = uniform_below(&mut rng, light);
                let count = &mut draw.counts[urn.light[slot as usize] as usize];
                *count = count.wrapping_add(1);
            }
        }
    }

    fn name(&self) -> &'static str {
        match self.rule {
            Rule::Plain => "bootstrap",
            Rule::RaoWu => "bootstrap_rao_wu",
        }
    }

    fn method(&self, units: &str) -> String {
        match self.rule {
            Rule::Plain => format!("bootstrap of {units}"),
            Rule::RaoWu => format!("bootstrap of {units}, rescaled"),
        }
    }

    fn rescales(&self) -> bool {
        self.rule == Rule::RaoWu
    }

    fn most(&self, slots: u64) -> u64 {
        slots
    }
}
