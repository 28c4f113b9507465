//! How the main number of an outcome is shown: its unit, its scale, its decimals.

use super::view::View;
use super::words::{Words, numbers};
use crate::results::{OutcomeFacts, Row};

/// The unit key and scale of an outcome's main number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Amounts {
    /// Key of a unit message, or the unit in people's words.
    pub unit: String,
    /// What a stored number is multiplied by before it is shown.
    pub scale: f64,
}

impl Amounts {
    /// Accumulated weeks for states, points for shares, weeks or days before exit, else the outcome's own unit.
    pub(crate) fn of(view: &View<'_>, outcome: &OutcomeFacts) -> Self {
        let plain = |unit: &str| Self {
            unit: unit.to_owned(),
            scale: 1.0,
        };
        match outcome.kind.as_str() {
            "weeks_in" | "lasting" => plain("week"),
            "share_among" => Self {
                unit: "points".to_owned(),
                scale: 100.0,
            },
            "exit" => plain(tick(outcome)),
            "events" if outcome.unit.is_empty() => plain("events"),
            "inflow" if outcome.unit.is_empty() => plain("cases"),
            _ => Self {
                unit: unit_of(view, &outcome.unit),
                scale: 1.0,
            },
        }
    }

    /// A unit as it is written in a study or price file.
    pub(crate) fn in_unit(unit: &str) -> Self {
        Self {
            unit: known_unit(unit).unwrap_or(unit).to_owned(),
            scale: 1.0,
        }
    }

    /// Of the row that is an outcome's main number, which may be a test statistic.
    pub(crate) fn of_main(view: &View<'_>, outcome: &OutcomeFacts, row: &Row) -> Self {
        if is_test(row) {
            return Self {
                unit: "chi-square".to_owned(),
                scale: 1.0,
            };
        }
        Self::of(view, outcome)
    }

    /// Decimals for a row: by half the width of its interval, else by its own size; more where a limit that is not
    /// zero would read as zero, since the reader judges by that.
    pub(crate) fn decimals(&self, row: &Row) -> usize {
        let limits = row.conf_low.zip(row.conf_high);
        let precision = match limits {
            Some((low, high)) if high > low => (high - low) / 2.0,
            _ => row.estimate.unwrap_or(0.0),
        };
        let mut decimals = numbers::decimals(precision * self.scale);
        if let Some((low, high)) = limits {
            // What is left of a zero after rounding is a zero.
            let dust = 1e-9 * (high - low).abs();
            let reads_zero = |v: f64, d: usize| {
                let shown = (v * self.scale).abs();
                v.abs() > dust && shown < 0.5 * 0.1_f64.powi(d as i32)
            };
            while decimals < 4 && (reads_zero(low, decimals) || reads_zero(high, decimals)) {
                decimals += 1;
            }
        }
        decimals
    }

    /// A number without its unit.
    pub(crate) fn text(&self, words: &Words, value: f64, decimals: usize) -> String {
        numbers::number(value * self.scale, decimals, words.language())
    }

    /// A number with its unit.
    pub(crate) fn quantity(&self, words: &Words, value: f64, decimals: usize) -> String {
        words.quantity(&self.text(words, value, decimals), &self.unit)
    }

    /// The unit as it stands on an axis or in a table head.
    pub(crate) fn axis(&self, words: &Words) -> String {
        words
            .find(&format!("axis-{}", self.unit), &[])
            .unwrap_or_else(|| self.unit.clone())
    }
}

/// Whether a row is a test: its number is a statistic, not a difference.
pub(crate) fn is_test(row: &Row) -> bool {
    &*row.unit == "chi-square"
}

/// `day` or `week`: the tick of an outcome's axis.
pub(crate) fn tick(outcome: &OutcomeFacts) -> &'static str {
    if outcome.tick == "day" { "day" } else { "week" }
}

/// The key of a unit the files know, else the study's word for it. A known spelling goes before a label: `hours` may
/// also be the key of an outcome, whose label ("Arbejdstimer") is no unit.
fn unit_of(view: &View<'_>, unit: &str) -> String {
    let word = view.word(unit);
    match known_unit(unit).or_else(|| known_unit(word)) {
        Some(key) => key.to_owned(),
        None if word == unit => unit.to_owned(),
        None => sentence_middle(word),
    }
}

/// Units the files know, under the spellings that studies use.
fn known_unit(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "hours" | "hour" | "time" | "timer" | "Hours" | "Timer" => "hours",
        "dkk" | "DKK" | "kr." | "kr" | "kroner" | "Kroner" => "dkk",
        "events" | "event" | "count" | "hændelser" => "events",
        "cases" | "case" | "sager" | "tilfælde" => "cases",
        "units" | "unit" | "enheder" => "units",
        "week" | "weeks" | "uge" | "uger" | "Uger" | "Weeks" => "week",
        "day" | "days" | "dag" | "dage" | "Dage" | "Days" => "day",
        _ => return None,
    })
}

/// Why a number is missing, in words: known reasons in the reader's language, others as the row has them. A row with
/// several reasons keeps them apart by a semicolon.
pub(crate) fn reason(words: &Words, text: &str) -> String {
    if text.is_empty() {
        return words.say("reason-none");
    }
    let parts: Vec<String> = text.split("; ").map(|part| one(words, part)).collect();
    parts.join("; ")
}

/// Why a row with a number has no interval: the part of its reason that says so.
pub(crate) fn interval_reason(words: &Words, text: &str) -> String {
    let part = text.split("; ").find_map(|part| {
        part.strip_prefix("no interval: ")
            .or_else(|| (part == "no standard error").then_some(part))
    });
    reason(words, part.unwrap_or(text))
}

fn one(words: &Words, text: &str) -> String {
    for (start, key) in [
        ("no interval: ", "reason-no-interval"),
        ("no band: ", "reason-no-band"),
    ] {
        if let Some(why) = text.strip_prefix(start) {
            return words.tell(key, &[("reason", &one(words, why))]);
        }
    }
    if let Some(list) = text.strip_prefix("outside, without both arms: ") {
        return words.tell("reason-outside", &[("list", list)]);
    }
    if let Some(list) = text.strip_prefix("not adjusted for, no variation in an arm: ") {
        return words.tell("reason-not-adjusted", &[("list", list)]);
    }
    if let Some(list) = text.strip_prefix("nobody here in ") {
        return words.tell("reason-nobody-here", &[("list", list)]);
    }
    if let Some(n) = text
        .strip_prefix("of ")
        .and_then(|t| t.strip_suffix(" levels"))
    {
        return words.tell("reason-of-levels", &[("n", n)]);
    }
    if let Some(n) = text.strip_suffix(" without value or follow-up left out") {
        return words.tell("reason-left-out", &[("n", n)]);
    }
    if let Some(n) = text.strip_suffix(" degrees of freedom") {
        return words.tell("reason-degrees-of-freedom", &[("n", n)]);
    }
    if let Some(n) = text.strip_suffix(" small strata pooled") {
        return words.tell("reason-pooled", &[("n", n)]);
    }
    let mut key = String::from("reason-");
    for c in text.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_alphanumeric() {
            key.push(c);
        } else if !key.ends_with('-') {
            key.push('-');
        }
    }
    words
        .find(key.trim_end_matches('-'), &[])
        .unwrap_or_else(|| text.to_owned())
}

/// First letter large.
pub(crate) fn sentence_start(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// First letter small, as inside a sentence; abbreviations such as SU and A-kasse keep theirs.
pub(crate) fn sentence_middle(text: &str) -> String {
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.next());
    match (first, second) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::planted::{Planted, outcome};
    use crate::study::model::Words as LabelWords;
    use crate::units::Language;

    #[test]
    fn a_known_unit_goes_before_the_label_of_an_outcome_with_the_same_key() {
        let mut planted = Planted::new(Language::Da);
        for (key, word) in [("hours", "Arbejdstimer"), ("meetings", "Samtaler")] {
            let words = LabelWords {
                da: Some(word.to_owned()),
                ..LabelWords::default()
            };
            planted.labels.words.insert(key.to_owned(), words);
        }
        let words = Words::new(Language::Da);
        let said = |unit: &str| {
            let outcome = outcome("x", "amount", unit);
            Amounts::of(&planted.view(), &outcome).quantity(&words, 9.61, 1)
        };
        assert_eq!(said("hours"), "9,6 timer");
        assert_eq!(said("meetings"), "9,6 samtaler");
        assert_eq!(said("stk."), "9,6 stk.");
    }

    #[test]
    fn inside_a_sentence_a_word_is_small_and_an_abbreviation_is_not() {
        assert_eq!(sentence_middle("Økonomi"), "økonomi");
        assert_eq!(sentence_middle("SU"), "SU");
        assert_eq!(sentence_middle("A-kasse"), "A-kasse");
        assert_eq!(sentence_middle(""), "");
    }

    #[test]
    fn an_unknown_reason_is_kept_and_an_empty_one_is_said() {
        let words = Words::new(Language::Da);
        assert_eq!(reason(&words, "arm is empty"), "arm is empty");
        assert_eq!(reason(&words, ""), "årsagen er ikke angivet");
        assert_eq!(
            reason(&words, "no variation; q3 lacks the control"),
            "ingen variation inden for grupperne; q3 lacks the control"
        );
        assert_eq!(reason(&words, "hidden"), "af hensyn til diskretion");
    }

    #[test]
    fn why_there_is_no_interval_is_said_without_what_else_the_row_says() {
        let words = Words::new(Language::Da);
        let said = |text| interval_reason(&words, text);
        assert_eq!(
            said("outside, without both arms: q3; no interval: no variation"),
            "ingen variation inden for grupperne"
        );
        assert_eq!(said("no standard error"), "der er ingen standardfejl");
        assert_eq!(
            reason(&words, "outside, without both arms: q3, q4"),
            "uden for sammenligningen, da en af grupperne mangler: q3, q4"
        );
    }

    #[test]
    fn every_reason_of_an_estimand_has_words() {
        let words = Words::new(Language::Da);
        assert_eq!(
            reason(&words, "nobody here in deltager; 2 small strata pooled"),
            "ingen personer her i deltager; 2 små strata er lagt sammen"
        );
        for card in crate::report::method::cards() {
            let why = card.undefined;
            let danish = reason(&Words::new(Language::Da), why);
            assert_ne!(danish, why);
            assert_ne!(reason(&Words::new(Language::En), why), danish);
        }
    }

    #[test]
    fn the_first_letter_is_made_large_also_in_danish() {
        assert_eq!(sentence_start("økonomi"), "Økonomi");
        assert_eq!(sentence_start(""), "");
    }
}
