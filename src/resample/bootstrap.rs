//! The bootstrap of persons (or whole clusters) within arm and stratum, plain or rescaled for small cells.

use super::binomial::{binomial, uniform_below};
use super::{Draw, HEAVY, stream};
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

    /// What a pick counts in a cell of n slots.
    pub fn weight(self, slots: u32) -> f64 {
        match self {
            Self::Plain => 1.0,
            Self::RaoWu => f64::from(slots) / (f64::from(slots) - 1.0),
        }
    }

    /// As reported.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "bootstrap",
            Self::RaoWu => "bootstrap_rao_wu",
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
    /// Unit of each slot of the light units.
    light: Vec<u32>,
}

/// The scheme, prepared for one class table.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    seed: u64,
    units: usize,
    urns: Vec<Urn>,
}

impl Bootstrap {
    /// Prepares the cells.
    pub fn new(classes: &Classes, rule: Rule, seed: u64) -> Self {
        let urns = classes
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
                Urn {
                    slots: cell.slots,
                    picks: match rule {
                        Rule::Plain => cell.slots,
                        Rule::RaoWu => cell.slots - 1,
                    },
                    heavy,
                    light,
                }
            })
            .collect();
        Self {
            seed,
            units: classes.units(),
            urns,
        }
    }

    /// Fills `draw` with replicate `replicate` (from 0). Cost: one pick per light slot, one binomial per heavy unit.
    pub fn fill(&self, replicate: u64, draw: &mut Draw) {
        draw.counts.clear();
        draw.counts.resize(self.units, 0);
        let mut rng = stream(self.seed, replicate);
        for urn in &self.urns {
            let mut slots = u64::from(urn.slots);
            let mut picks = u64::from(urn.picks);
            for &(unit, size) in &urn.heavy {
                let count = binomial(&mut rng, picks, u64::from(size), slots);
                draw.counts[unit as usize] = count as u32;
                picks -= count;
                slots -= u64::from(size);
            }
            let light = urn.light.len() as u32;
            for _ in 0..picks {
                let slot = uniform_below(&mut rng, light);
                draw.counts[urn.light[slot as usize] as usize] += 1;
            }
        }
    }

    /// The observed sample.
    pub fn observed(classes: &Classes) -> Draw {
        Draw {
            counts: classes.sizes.clone(),
        }
    }
}
