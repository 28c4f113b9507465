//! Randomised labour-market trials from weekly register spells: effects, hazards, intervals and bands.
//!
//! ```text
//! study + registers -> trial -> panel -> resample -> totals -> estimand -> inference -> results -> cost_benefit -> disclosure -> report -> check
//!  asked    read       checked  weekly   draws       exact     numbers     intervals    rows       money           may leave     files     verdict
//! ```
//! A room uses only rooms to its left (and `units`, `numeric`, `error`); [`evaluate`] joins them; the command line
//! talks to people. The user's documentation is in [`docs`].

pub mod check;
pub mod cli;
pub mod cost_benefit;
pub mod design;
pub mod disclosure;
pub mod docs;
pub mod error;
pub mod estimand;
pub mod evaluate;
pub mod inference;
pub mod numeric;
pub mod panel;
pub mod registers;
pub mod report;
pub mod resample;
pub mod results;
pub mod simulate;
pub mod study;
pub mod totals;
pub mod trial;
pub mod units;

pub use error::{Error, Result};
