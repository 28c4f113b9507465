//! Draws: how often each unit of the class table stands in a replicate.
//!
//! # The draw function (version 1)
//! Replicate `b` is a function of (seed, b, class table) and of nothing else. Its random numbers are ChaCha8 with the
//! key BLAKE3("rettevej draw 1" + seed as 8 little-endian bytes) and stream `b`. Cells are filled in canonical order;
//! a cell of `n` slots receives `m` picks (`m = n`, or `n - 1` under Rao-Wu):
//! 1. its *heavy* units, those standing for [`HEAVY`] slots or more, in canonical order, each take a binomial count
//!    of the remaining picks with probability size / remaining slots;
//! 2. the remaining picks fall uniformly, one by one, on the slots of the light units.
//!
//! So a replicate is the multinomial draw of the bootstrap, whatever the classes are, and the first B replicates of a
//! longer run are the run of length B.

pub mod binomial;
mod bootstrap;
pub mod permutation;

pub use bootstrap::{Bootstrap, Rule};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Version of the draw function; a change is listed under "Numbers that change".
pub const DRAW_VERSION: u32 = 1;

/// Units of this size or more take their count by a binomial draw instead of one pick per slot.
pub const HEAVY: u32 = 32;

/// One replicate: counts per unit. The observed sample is the draw in which every unit counts its own size.
#[derive(Clone, Debug, Default)]
pub struct Draw {
    /// Count per unit of the class table.
    pub counts: Vec<u32>,
}

/// The generator of one replicate.
pub fn stream(seed: u64, replicate: u64) -> ChaCha8Rng {
    let mut input = b"rettevej draw 1".to_vec();
    input.extend_from_slice(&seed.to_le_bytes());
    let mut rng = ChaCha8Rng::from_seed(*blake3::hash(&input).as_bytes());
    rng.set_stream(replicate);
    rng
}
