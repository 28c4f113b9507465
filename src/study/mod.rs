//! The question as written: the study file, checked.

pub mod model;

pub use model::*;
