//! Draws: how often each unit of the class table stands in a replicate.
//!
//! # The draw function (version 1)
//! Replicate `b` is a function of (scheme, seed, b, class table) and of nothing else. Its random numbers are ChaCha8
//! with the key BLAKE3("rettevej draw 1" + seed as 8 little-endian bytes) and stream `b`. Cells are filled in
//! canonical order, so the first B replicates of a longer run are the run of length B. What a cell of `n` slots takes
//! is up to the [`Scheme`], one file each: [`Bootstrap`] (plain,
//! or rescaled for small cells), [`Enumeration`] of all its samples where they are few, and [`Bayesian`].
//!
//! A *slot* is a person, or a whole cluster where clusters were randomised; units of the class table stand for one or
//! more slots.

mod bayesian;
pub mod binomial;
mod bootstrap;
mod enumeration;
pub mod permutation;

pub use bayesian::Bayesian;
pub use bootstrap::{Bootstrap, Rule};
pub use enumeration::{Enumeration, FEW_SAMPLES};

use crate::panel::classes::Classes;
use crate::study::{Resampling, SchemeKind};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Version of the draw functions, of permutations too; a change is listed under "Numbers that change".
pub const DRAW_VERSION: u32 = 1;

/// Units of this size or more take their count by a binomial draw instead of one pick per slot.
pub const HEAVY: u32 = 32;

/// One replicate: counts per unit.
#[derive(Clone, Debug, Default)]
pub struct Draw {
    /// Count per unit of the class table.
    pub counts: Vec<u32>,
    /// Sum of the counts of each cell of the class table.
    pub sums: Vec<u64>,
    /// What one count is worth in persons, by cell of the class table; empty where it is 1 everywhere.
    pub worth: Vec<f64>,
}

impl Draw {
    /// The observed sample: every unit counts its own size.
    pub fn observed(classes: &Classes) -> Self {
        Self {
            counts: classes.sizes.clone(),
            sums: classes
                .cells
                .iter()
                .map(|cell| u64::from(cell.slots))
                .collect(),
            worth: Vec::new(),
        }
    }
}

/// A way to draw replicates.
pub trait Scheme: Send + Sync {
    /// Fills `draw` with replicate `replicate` (from 0).
    fn fill(&self, replicate: u64, draw: &mut Draw);
    /// As reported in the facts of a run.
    fn name(&self) -> &'static str;
    /// What an interval's method says after its kind, given `persons` or `clusters`.
    fn method(&self, units: &str) -> String;
    /// Whether a count is worth other than 1, so that cells of the draw must be kept apart.
    fn rescales(&self) -> bool;
    /// The largest sum of counts over units that stand for so many slots (persons) in all: bounds totals beforehand.
    fn most(&self, slots: u64) -> u64;
    /// How many replicates there are in all, where each is taken once instead of some by chance.
    fn samples(&self) -> Option<u64> {
        None
    }
}

/// The scheme a study asks for, prepared for its class table.
pub fn scheme(resampling: &Resampling, classes: &Classes) -> Box<dyn Scheme> {
    match resampling.scheme {
        SchemeKind::Bootstrap => {
            let rule = Rule::for_cells(classes);
            match Enumeration::new(classes, rule, u64::from(resampling.replicates)) {
                Some(all) => Box::new(all),
                None => Box::new(Bootstrap::new(classes, rule, resampling.seed)),
            }
        }
        SchemeKind::Bayesian => Box::new(Bayesian::new(classes, resampling.seed)),
    }
}

/// The generators of one seed.
#[derive(Clone, Debug)]
pub(crate) struct Streams {
    key: [u8; 32],
}

impl Streams {
    /// Hashes the seed once.
    pub(crate) fn new(seed: u64) -> Self {
        let mut input = b"rettevej draw 1".to_vec();
        input.extend_from_slice(&seed.to_le_bytes());
        Self {
            key: *blake3::hash(&input).as_bytes(),
        }
    }

    /// The generator of one replicate.
    pub(crate) fn of(&self, replicate: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::from_seed(self.key);
        rng.set_stream(replicate);
        rng
    }
}
