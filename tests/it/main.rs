//! All integration tests, one binary.

mod laws;
mod random_trial;
