//! Codes of the draw of lots (`RV10xx`).

use crate::error::CodeCard;

pub(super) const UNKNOWN_STRATUM: &str = "RV1001";
pub(super) const COUNTS_DO_NOT_FIT: &str = "RV1002";
/// Persons whose arm is not that of the draw.
pub const OTHER_ARM: &str = "RV1003";
/// Everybody has the arm of the draw.
pub const REPLAYED: &str = "RV1004";
pub(super) const NO_IDENTIFIER: &str = "RV1005";

/// Cards.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: UNKNOWN_STRATUM,
        title: "shares for a stratum that is not there",
        cause: "`[randomisation.strata]` names a stratum that no person of the list is in. Strata of several columns are written with \" / \" between their values",
        cure: "write the stratum as it stands in the list, or leave it out",
    },
    CodeCard {
        code: COUNTS_DO_NOT_FIT,
        title: "counts that do not add up to the block",
        cause: "`counts` say how many units of a block each arm gets, and the list has more or fewer units in it",
        cure: "correct the counts, or write `ratio`",
    },
    CodeCard {
        code: OTHER_ARM,
        title: "arms that are not those of the draw",
        cause: "the draw was made again from the list and the published seed, and some persons have another arm. Either the list, the strata or the seed are not those of the draw (one person more or fewer deals a whole block anew), or persons were moved",
        cure: "find out which; report persons who were moved, and leave them in the arm they were drawn to",
    },
    CodeCard {
        code: REPLAYED,
        title: "the draw was replayed",
        cause: "the draw was made again from the list and the published seed, and everybody has the arm that was drawn",
        cure: "nothing",
    },
    CodeCard {
        code: NO_IDENTIFIER,
        title: "a list without identifiers",
        cause: "lots are drawn in the order of identifiers, so that the order of rows cannot matter; the study numbers the rows instead (`id = \"#row\"`)",
        cure: "name the column of the identifier in `[persons]`",
    },
];
