//! Small numerical tools every room may use.

pub mod binomial;
pub mod cholesky;
pub mod fisher;
pub mod gamma;
pub mod normal;
pub mod parallel;
pub mod semidefinite;
pub mod student;
pub mod symmetric;
