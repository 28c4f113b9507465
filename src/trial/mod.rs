//! The trial: arms, strata, clusters, persons, spells; checked once, with the accounting.

pub mod model;

pub use model::*;
