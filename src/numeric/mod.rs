//! Small numerical tools every room may use.

pub mod normal;
