//! The codes of this room, from the block of the results (`RV05xx`).

use crate::error::CodeCard;

pub(crate) const NOT_CLEARED: &str = "RV0520";

/// What `explain` says of each.
pub const CODES: &[CodeCard] = &[CodeCard {
    code: NOT_CLEARED,
    title: "not cleared for release",
    cause: "The study asks for a smallest cell (min_cell above 1), and this version cannot enforce it yet: every number \
            is written as it is, and every file is marked.",
    cure: "Have the files cleared by whoever answers for the data before they leave. For public or synthetic data, set \
           min_cell = 1 under [disclosure].",
}];
