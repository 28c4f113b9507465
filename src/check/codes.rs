//! The error codes of this room: `RV06xx`.

use crate::error::CodeCard;

pub(crate) const NO_FILE: &str = "RV0601";
pub(crate) const NOT_TOML: &str = "RV0602";
pub(crate) const UNKNOWN_KEY: &str = "RV0603";
pub(crate) const BAD_VALUE: &str = "RV0604";
pub(crate) const SEVERAL_ROWS: &str = "RV0605";
pub(crate) const SAME_ID: &str = "RV0606";
pub(crate) const NOT_WRITTEN: &str = "RV0607";

/// What `explain` says of each.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: NO_FILE,
        title: "claims file cannot be read",
        cause: "There is no such file, it may not be read, or it is not UTF-8 text.",
        cure: "Check the name that is given.",
    },
    CodeCard {
        code: NOT_TOML,
        title: "claims file is not TOML",
        cause: "A line breaks the rules of TOML; often a text without quotes or a decimal comma.",
        cure: "Mend the line; numbers have a decimal point.",
    },
    CodeCard {
        code: UNKNOWN_KEY,
        title: "unknown key in a claims file",
        cause: "A key is not one that a claim of this kind has, so the claim would not say what its author meant.",
        cure: "Use the key that is suggested; `rettevej schema claims` lists all.",
    },
    CodeCard {
        code: BAD_VALUE,
        title: "claim without a usable value",
        cause: "A key is missing, holds the wrong kind of value, is out of its range, or stands beside one that excludes \
                it (rounded and tolerance; n, and n1 with n2).",
        cure: "Give the key as the message says.",
    },
    CodeCard {
        code: SEVERAL_ROWS,
        title: "a claim matches several rows",
        cause: "The selection leaves more than one row of the bundle, and which one was meant cannot be known.",
        cure: "Add one of the keys in which the rows differ: arm, reference, week, item, subgroup, level or analysis.",
    },
    CodeCard {
        code: SAME_ID,
        title: "two claims with one id",
        cause: "An id names a claim in reports, so each is used once.",
        cure: "Rename one of them.",
    },
    CodeCard {
        code: NOT_WRITTEN,
        title: "a value that does not hold once it is written",
        cause: "A claims file was to be written from a result, and a claim would not hold with the value of its own row. That \
                is a fault of the program; nothing is written.",
        cure: "Report it, with the claim.",
    },
];
