//! Keys and words of the study grammar that this version does not have. They are refused by name, never ignored.

/// Keys, wherever they stand, and what they would ask for.
const KEYS: &[(&str, &str)] = &[
    ("vintage", "official parameters by date"),
    ("discount", "discounting"),
    ("discount_rate", "discounting"),
    ("discounting", "discounting"),
    ("refund", "rules of refund between state and municipality"),
    ("refunds", "rules of refund between state and municipality"),
    (
        "refund_rate",
        "rules of refund between state and municipality",
    ),
    (
        "refund_rules",
        "rules of refund between state and municipality",
    ),
    ("cuts", "further cuts of the quantities"),
    ("tax_distortion", "the cost of taxes"),
    ("net_tax_factor", "conversion between price bases"),
    ("price_level", "conversion between price levels"),
    ("extrapolation", "effects beyond the follow-up"),
];

/// Words by their key.
const WORDS: &[(&str, &str)] = &[("scheme", "permutation")];

/// File endings of formats that are planned.
pub(super) const ENDINGS: &[&str] = &["sav", "xlsx", "xls", "zip"];

/// What a key would ask for, if it belongs to a later version.
pub(super) fn key(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(k, _)| *k == key).map(|(_, what)| *what)
}

/// Whether a word of a key belongs to a later version.
pub(super) fn word(key: &str, word: &str) -> bool {
    WORDS.contains(&(key, word))
}
