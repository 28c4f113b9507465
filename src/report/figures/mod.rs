//! The figures of a bundle: per mean outcome the weekly level by arm and the accumulated effect with its interval,
//! band and zero line; per exit the survival by arm and, by destination, the share exited.

pub(crate) mod build;
pub(crate) mod chart;
pub(crate) mod paths;
pub mod png;
pub(crate) mod scale;
pub(crate) mod style;
pub(crate) mod text;

pub use build::{figures, figures_of};

#[cfg(test)]
mod tests;
