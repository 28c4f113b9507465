//! The codes of this room, from the block of the results (`RV05xx`).

use crate::error::CodeCard;

pub(crate) const NOT_CLEARED: &str = "RV0520";
pub(crate) const QUANTITIES: &str = "RV0521";

/// What `explain` says of each.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: NOT_CLEARED,
        title: "not cleared for release",
        cause: "The result was made by a version that could not enforce the smallest cell the study asks for (min_cell above 1): \
                every number is as it was, and every file is marked.",
        cure: "Run the study again with this version, or have the files cleared by whoever answers for the data.",
    },
    CodeCard {
        code: QUANTITIES,
        title: "quantities to be priced are withheld",
        cause: "The quantities would tell, by subtraction, numbers of persons under min_cell: an outcome that is priced is \
                hidden, or the end of a trial year is a week that is not shown. The money itself is in the result where its \
                outcomes are shown; it cannot be priced again outside.",
        cure: "Nothing is needed for this result. To price it again outside, price outcomes that are shown, or end the \
               evaluation within the first year.",
    },
];
