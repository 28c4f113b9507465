//! The money sentence: surplus or deficit per person, its interval, what cannot be ruled out, and what it rests on.

use super::amounts::{Amounts, interval_reason, reason};
use super::money_terms::basis;
use super::view::View;
use super::words::{Words, numbers};
use crate::cost_benefit::{Prices, Quantity};
use crate::results::{Bundle, Row, Status};
use crate::units::Language;

/// The money sentences of a bundle in the language of a view, one for each treatment arm; none without prices.
pub fn sentences(bundle: &Bundle, view: &View<'_>) -> Vec<String> {
    let Some(prices) = &bundle.prices else {
        return Vec::new();
    };
    let words = Words::new(view.language);
    let arms = view.treatments().iter();
    arms.map(|arm| sentence(view, prices, &words, arm).text)
        .collect()
}

/// A sentence with the number and the limits as they stand in it, so that they can lead to their row.
pub(crate) struct MoneySentence<'a> {
    pub text: String,
    pub numbers: Vec<String>,
    pub row: Option<&'a Row>,
}

/// The row of an account for a treatment arm.
pub(crate) fn account<'a>(view: &View<'a>, perspective: &str, arm: &str) -> Option<&'a Row> {
    view.rows.iter().find(|row| {
        &*row.estimand == "net_benefit"
            && &*row.subgroup == "all"
            && &*row.item == perspective
            && &*row.arm == arm
    })
}

/// The sentence on society's account for a treatment arm.
pub(crate) fn sentence<'a>(
    view: &View<'a>,
    prices: &Prices,
    words: &Words,
    arm: &str,
) -> MoneySentence<'a> {
    let row = account(view, "society", arm);
    let group = group(view, words, arm);
    let (mut text, numbers) = match row {
        Some(row) if row.status == Status::Ok && row.estimate.is_some() => {
            with_number(view, prices, words, row, &group)
        }
        Some(row) => {
            let key = if row.status == Status::Hidden {
                "money-hidden"
            } else {
                "money-undefined"
            };
            let why = match (&*row.reason, row.status) {
                ("", Status::Hidden) => "hidden",
                (why, _) => why,
            };
            let why = reason(words, why);
            (
                words.tell(key, &[("group", &group), ("reason", &why)]),
                Vec::new(),
            )
        }
        None => (
            words.tell("money-missing", &[("group", &group)]),
            Vec::new(),
        ),
    };
    for more in [
        basis(prices, words, view.horizon),
        rests_on(view, prices, words, arm),
    ] {
        if !more.is_empty() {
            text = format!("{text} {more}");
        }
    }
    if prices.synthetic {
        text = format!("{text} {}", words.say("money-synthetic"));
    }
    MoneySentence { text, numbers, row }
}

fn group(view: &View<'_>, words: &Words, arm: &str) -> String {
    if view.treatments().len() > 1 {
        words.tell("money-group-arm", &[("arm", view.word(arm))])
    } else {
        words.say("money-group")
    }
}

fn with_number(
    view: &View<'_>,
    prices: &Prices,
    words: &Words,
    row: &Row,
    group: &str,
) -> (String, Vec<String>) {
    let amounts = Amounts::in_unit(&prices.currency);
    let decimals = amounts.decimals(row);
    let estimate = row.estimate.unwrap_or(f64::NAN);
    let number = amounts.text(words, estimate.abs(), decimals);
    let reads_zero = number.chars().all(|c| !c.is_ascii_digit() || c == '0');
    let limits = row.conf_low.zip(row.conf_high);
    let key = match estimate {
        _ if reads_zero => "money-zero",
        e if e > 0.0 => "money-surplus",
        _ => "money-deficit",
    };
    let tail = match limits {
        Some((low, high)) if low <= 0.0 && high >= 0.0 => match key {
            "money-surplus" => words.say("money-tail-deficit"),
            "money-deficit" => words.say("money-tail-surplus"),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let confidence = view.analysis(&row.analysis).map_or(0.95, |a| a.confidence);
    let level = numbers::level(confidence, words.language());
    let mut shown = vec![number.clone()];
    let interval = match limits {
        Some((low, high)) => {
            // One of the limits carries the unit: the last in Danish, the first in English.
            let (plain, whole) = (
                |v| amounts.text(words, v, decimals),
                |v| amounts.quantity(words, v, decimals),
            );
            let (low, high) = match words.language() {
                Language::Da => (plain(low), whole(high)),
                Language::En => (whole(low), plain(high)),
            };
            shown.push(words.tell("cell-to", &[("low", &low), ("high", &high)]));
            words.tell(
                "interval-shown",
                &[("level", &level), ("low", &low), ("high", &high)],
            )
        }
        None if row.reason.is_empty() => words.say("interval-missing-plain"),
        None => {
            let why = interval_reason(words, &row.reason);
            words.tell("interval-missing", &[("level", &level), ("reason", &why)])
        }
    };
    let arguments = [
        ("amount", amounts.quantity(words, estimate.abs(), decimals)),
        ("group", group.to_owned()),
        ("interval", format!(" {interval}")),
        ("tail", tail),
    ];
    let arguments: Vec<(&str, &str)> = arguments.iter().map(|(k, v)| (*k, v.as_str())).collect();
    (words.tell(key, &arguments), shown)
}

/// Whether the difference behind the production is significant: the value of work rests on it.
fn rests_on(view: &View<'_>, prices: &Prices, words: &Words, arm: &str) -> String {
    let production = prices.lines.iter().find(|line| line.is_production());
    let Some(Quantity::Outcome(name)) = production.map(|line| &line.quantity) else {
        return String::new();
    };
    let Some(outcome) = view.outcome(name) else {
        return String::new();
    };
    let row = view.main_row(outcome, arm);
    let alpha = row
        .and_then(|row| view.analysis(&row.analysis))
        .map_or(0.05, |analysis| 1.0 - analysis.confidence);
    let p = row.and_then(|row| row.p_adjusted.or(row.p_value));
    let key = match p {
        Some(p) if p < alpha => "money-rests-significant",
        Some(_) => "money-rests-not-significant",
        None => "money-rests-unknown",
    };
    let label = super::amounts::sentence_middle(&view.name(name));
    words.tell(key, &[("label", &label)])
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
