//! Being built.

pub mod binomial;
