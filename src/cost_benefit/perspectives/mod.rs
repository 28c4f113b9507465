//! Whose account: one file per kind of perspective, and the registry that everything else reads.
//!
//! To add one: copy the nearest file, add `mod x;` and one line of [`REGISTRY`].

mod party;
mod public;
mod society;

pub use public::public_sign;
pub use society::society_weight;

use super::Line;

/// An account that lines are added up to.
#[derive(Clone, Copy)]
pub struct Perspective {
    /// As in the `item` column.
    pub slug: &'static str,
    /// What one unit of a line's money adds to the account, when a unit of public outlay costs society so much.
    pub weigh: fn(&Line, f64) -> f64,
}

/// Every perspective, in the order of the rows.
pub const REGISTRY: &[Perspective] = &[
    society::SOCIETY,
    public::PUBLIC,
    party::PARTICIPANT,
    party::EMPLOYER,
    party::MUNICIPALITY,
    party::REGION,
    party::STATE,
    party::OTHER,
];
