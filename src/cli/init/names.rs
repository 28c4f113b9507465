//! Names that columns and labels have in registers, in English and Danish.

use crate::registers::{Look, Seen};

pub(super) const ID: &[&str] = &[
    "person", "personid", "id", "pnr", "cpr", "individ", "borger", "pid", "lbnr", "subject",
];
pub(super) const ARM: &[&str] = &[
    "arm",
    "group",
    "gruppe",
    "grp",
    "treatment",
    "treat",
    "treated",
    "indsats",
    "allocation",
    "trt",
    "forsoeg",
    "forsøg",
];
pub(super) const START: &[&str] = &[
    "start", "from", "fra", "first", "begin", "foerste", "første",
];
pub(super) const END: &[&str] = &["end", "slut", "til", "to", "last", "stop", "sidste"];
pub(super) const STATE: &[&str] = &[
    "state", "tilstand", "status", "ydelse", "benefit", "code", "kode",
];
pub(super) const ASSIGNED: &[&str] = &[
    "assigned",
    "assignment",
    "randomised",
    "randomized",
    "lodtraek",
    "lodtraekning",
    "intake",
    "indgang",
    "entry",
];
pub(super) const STRATA: &[&str] = &[
    "strata",
    "stratum",
    "block",
    "blok",
    "site",
    "jobcentre",
    "jobcenter",
    "kommune",
];
pub(super) const TIME: &[&str] = &[
    "time", "tid", "duration", "varighed", "days", "dage", "ttr", "followup", "spell",
];
pub(super) const EVENT: &[&str] = &[
    "event",
    "status",
    "censor",
    "censored",
    "cause",
    "relapse",
    "exit",
    "afgang",
    "haendelse",
    "outcome",
];
pub(super) const WEEK: &[&str] = &["week", "uge", "date", "dato", "day", "dag"];
pub(super) const MONTH: &[&str] = &["month", "maaned", "måned"];
pub(super) const CONTROL: &[&str] = &[
    "control",
    "kontrol",
    "placebo",
    "usual",
    "standard",
    "reference",
    "0",
    "no",
    "nej",
];
pub(super) const WORK: &[&str] = &[
    "employ",
    "job",
    "besk",
    "work",
    "arbejd",
    "selvfors",
    "self_support",
];
pub(super) const NO_WORK: &[&str] = &["unemploy", "not_", "non", "ikke", "uden", "ledig"];
pub(super) const CENSORED: &[&str] = &["0", "censored", "cens", "alive", "none", "no"];

/// Words of a name: `start_week`, `startWeek` and `start week` are both of two.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_small) {
            words.push(String::new());
        }
        before_small = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The column whose name has one of the words; an earlier word wins.
pub(super) fn named<'a>(
    look: &'a Look,
    list: &[&str],
    may: impl Fn(&Seen) -> bool,
) -> Option<&'a Seen> {
    let has = |column: &Seen, word: &str| words(&column.facts.name).iter().any(|own| own == word);
    list.iter()
        .find_map(|word| (look.columns.iter()).find(|c| c.is_read && has(c, word) && may(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(words("start_week"), ["start", "week"]);
        assert_eq!(words("PersonId"), ["person", "id"]);
        assert_eq!(words("ID"), ["id"]);
        assert_eq!(words("første.uge"), ["første", "uge"]);
    }
}
