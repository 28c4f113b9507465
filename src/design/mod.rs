//! The draw of lots: arms for a list of persons from a published seed, and its replay.
//!
//! # The draw function of assignments (version 1)
//! Blocks are the strata of the study (one block without strata), *units* its clusters, or the persons. What a block gets is
//! a function of (seed, label of the block, its units in order) and of nothing else: not of the order of rows, the format of
//! the file, or any other block. Units stand in the order of their identifiers (of clusters: their labels): whole numbers by
//! value, text by its bytes. The random numbers of a block are ChaCha8 with the key BLAKE3("rettevej assignment 1" + seed as
//! 8 little-endian bytes + label of the block in UTF-8), stream 0; a choice among m is Lemire's, from 32-bit numbers,
//! without bias. With parts k_a of the arms (in the order of the study, control first) and their sum K:
//!
//! * `simple`: each unit in turn takes a number below K; its arm is the one in whose stretch the number lies when the parts
//!   are laid end to end.
//! * `complete`: an arm has floor(n k_a / K) of the n units of the block, and by chance one more: see [`deal`]. The arms,
//!   each as often as it has units, in the order of the study, are shuffled (Fisher-Yates from the end), and the units take
//!   them in turn.
//!
//! Everything is done in whole numbers, so that an arm's probability is exactly k_a / K for every unit.

mod assign;
pub mod codes;
mod deal;
mod list;
mod replay;
#[cfg(test)]
mod tests;

pub use assign::{Assigned, Count, assign};
pub use deal::{Lots, Quotas, deal, quotas};
pub use replay::{Replay, replay};

/// Version of the draw function of assignments; a change is listed under "Numbers that change".
pub const ASSIGNMENT_VERSION: u32 = 1;
