//! Small numerical tools every room may use.

pub mod cholesky;
pub mod normal;
pub mod parallel;
pub mod student;
pub mod symmetric;
