//! What people read: the headline sentence, the terminal summary, the figures and the report, in Danish and English.
//!
//! Everything here is made from the bundle alone, so that a bundle can be rendered again, in the other language,
//! without micro data. Nothing here computes a statistic: a number is shown as its row has it, or its absence is said.

mod amounts;
mod chapters;
mod document;
pub mod figures;
pub mod headline;
#[cfg(test)]
mod headline_rules;
pub mod html;
pub mod markdown;
pub mod method;
pub mod money;
mod money_terms;
#[cfg(test)]
pub(crate) mod planted;
pub mod repriced;
pub mod summary;
pub mod view;
pub mod words;
pub mod xlsx;

pub use view::View;
