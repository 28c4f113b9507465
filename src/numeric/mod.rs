//! Small numerical tools every room may use.

pub mod binomial;
pub mod normal;
pub mod parallel;
