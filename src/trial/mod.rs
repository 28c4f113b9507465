//! The trial: arms, strata, clusters, persons, spells; checked once, with the accounting.
//!
//! [`read()`] takes a study, reads its registers and gives the checked [`Trial`], or every fault of one pass. After
//! that no data check is repeated.

mod accounting;
mod clock;
pub mod codes;
pub(crate) mod columns;
pub(crate) mod covariates;
mod cut;
mod durations;
mod employment;
pub(crate) mod findings;
mod follow_up;
mod hash;
pub(crate) mod identifiers;
mod joining;
mod meaning;
pub mod model;
mod others;
mod overlap;
mod part;
mod persons;
mod plain;
mod read;
mod records;
mod refusals;
mod rows;
mod spells;
mod sums;
mod surveys;
#[cfg(test)]
mod tests;
mod wide;
mod wide_columns;

pub use accounting::adds_up;
pub use model::*;
pub use others::files;
pub(crate) use persons::join_strata;
pub use read::{Checked, ReadFile, read};
