//! Keys and words of the study grammar that this version does not have. They are refused by name, never ignored.

/// Keys, wherever they stand, and what they would ask for.
const KEYS: &[(&str, &str)] = &[
    ("cost_benefit", "cost-benefit accounts"),
    ("prices", "cost-benefit accounts"),
    ("vintage", "cost-benefit accounts"),
    ("report", "the written report"),
    ("formats", "the written report"),
    ("covariates", "adjustment for covariates"),
    ("family", "a family of estimates adjusted together"),
];

/// Words by their key.
const WORDS: &[(&str, &str)] = &[
    ("weeks", "dream"),
    ("scheme", "bayesian"),
    ("scheme", "permutation"),
    ("interval", "studentized"),
    ("interval", "bca"),
    ("adjustment", "ancova"),
    ("adjustment", "lin"),
];

/// File endings of formats that are planned.
pub(super) const ENDINGS: &[&str] = &["sas7bdat", "dta", "sav", "xlsx", "xls", "gz", "zip"];

/// What a key would ask for, if it belongs to a later version.
pub(super) fn key(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(k, _)| *k == key).map(|(_, what)| *what)
}

/// Whether a word of a key belongs to a later version.
pub(super) fn word(key: &str, word: &str) -> bool {
    WORDS.contains(&(key, word))
}
