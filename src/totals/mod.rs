//! From draws to totals by cell and tick: the hot loop, and its plain oracle.
//!
//! A *cell* here is one arm x stratum x subgroup level of a table of one outcome. Totals are integers, so the sum of a
//! draw does not depend on the order in which units are added, nor on the [`Kernel`] that adds them: all give the same
//! bits.
//!
//! | kernel | how | when it is chosen |
//! |---|---|---|
//! | `tile` | sixteen draws side by side; a unit's counts are loaded once and added where its history changes | replicates |
//! | `single` | one draw at a time, units with count 0 passed over | the observed sample, and fewer than four draws |
//! | `plain` | every person's weeks written out and added one by one | never: it is the oracle of the others |
//!
//! Both fast kernels leave out what a whole cell of the draw has in common ([`Contributions`]): its picks are counted
//! anyway. The tile adds in 32 bits where no total can leave them, known beforehand, else in 64.

pub mod planes;

mod contributions;
mod cross;
mod kernel;
mod plain;
pub mod squares;

pub use contributions::Contributions;
pub use cross::{CellProducts, CrossProducts};
pub use kernel::{Kernel, LANES, Totals, Written};
pub use plain::{expand, total_plainly};

/// Marks a person who belongs to no cell.
pub const NO_CELL: u32 = u32::MAX;
