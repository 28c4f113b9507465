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
            "weeks_in" => plain("week"),
            "share_among" => Self {
                unit: "points".to_owned(),
                scale: 100.0,
            },
            "exit" => plain(tick(outcome)),
            "events" if outcome.unit.is_empty() => plain("events"),
            _ => plain(unit_key(view.word(&outcome.unit))),
        }
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

/// `day` or `week`: the tick of an outcome's axis.
pub(crate) fn tick(outcome: &OutcomeFacts) -> &'static str {
    if outcome.tick == "day" { "day" } else { "week" }
}

/// Units the files know under another spelling; any other unit is shown as the study writes it.
fn unit_key(unit: &str) -> &str {
    match unit {
        "hour" | "time" | "timer" => "hours",
        "DKK" | "kr." | "kr" | "kroner" => "dkk",
        "event" | "count" => "events",
        "weeks" => "week",
        "days" => "day",
        other => other,
    }
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

fn one(words: &Words, text: &str) -> String {
    for (start, key) in [
        ("no interval: ", None),
        ("no band: ", None),
        ("outside, without both arms: ", Some("reason-outside")),
        ("nobody here in ", Some("reason-nobody-here")),
    ] {
        if let Some(rest) = text.strip_prefix(start) {
            return key.map_or_else(
                || one(words, rest),
                |key| words.tell(key, &[("list", rest)]),
            );
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Language;

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
    fn every_reason_of_an_estimand_is_said_in_both_languages() {
        for language in [Language::Da, Language::En] {
            let words = Words::new(language);
            for estimand in crate::estimand::REGISTRY {
                let text = estimand.card().undefined;
                assert_ne!(reason(&words, text), text, "{language:?}");
            }
        }
        let words = Words::new(Language::Da);
        assert_eq!(
            reason(
                &words,
                "no interval: no variation; 2 small strata pooled; outside, without both arms: 5, 6"
            ),
            "ingen variation inden for grupperne; 2 små strata er lagt sammen; uden for, fordi en af grupperne mangler i stratum: 5, 6"
        );
        assert_eq!(
            reason(&words, "nobody here in deltager"),
            "ingen personer her i deltager"
        );
    }

    #[test]
    fn the_first_letter_is_made_large_also_in_danish() {
        assert_eq!(sentence_start("økonomi"), "Økonomi");
        assert_eq!(sentence_start(""), "");
    }
}
