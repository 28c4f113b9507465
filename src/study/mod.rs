//! The question as written: the study file, checked.
//!
//! ```text
//! text -> document -> shape (keys, types, words) -> raw -> check (references, rules) -> Study
//! ```
//! One set of raw types gives the schema, the check of shape and the parsing. Every pass reports all it finds.

mod check;
pub mod codes;
mod covariate;
mod defaults;
mod findings;
mod form;
mod later;
pub mod model;
mod paths;
mod pattern;
pub mod prices;
mod question;
mod randomisation;
mod raw;
mod raw_persons;
mod raw_question;
mod raw_randomisation;
mod raw_result;
mod raw_survey;
mod read;
mod reshape;
mod schema;
mod secret;
mod shape;
pub mod sites;
pub(crate) mod slips;
pub mod slugs;
pub(crate) mod source;
pub(crate) mod suggest;
mod survey;
#[cfg(test)]
mod tests;
mod written;
mod written_or;

pub use model::*;
pub use paths::OutsideRule;
pub use read::{Checked, Draft, ReadOptions, read, read_draft};
pub(crate) use schema::drop_null;
pub use schema::schema;
pub use secret::Secret;
pub use written::normal_label;
