//! What a bad cell nearly is, so that a reader sees the mistake without seeing the value.

use super::table::Kind;
use crate::study::WeekUnit;

/// What a cell that is not of its kind comes closest to; `None` when nothing better than its class can be said.
pub(crate) fn near_miss(text: &str, kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Integer | Kind::Decimal { .. } | Kind::Week(WeekUnit::Trial) => number(text, kind),
        Kind::Week(WeekUnit::Iso | WeekUnit::Date) | Kind::Assigned | Kind::Month => calendar(text),
        _ => None,
    }
}

fn number(text: &str, kind: Kind) -> Option<&'static str> {
    let bare = text.trim_start_matches(['-', '+']);
    let parsed = text.replace(',', ".").parse::<f64>().ok()?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_whole = !matches!(kind, Kind::Decimal { decimals } if decimals > 0);
    if !parsed.is_finite() || parsed.abs() > 1e18 {
        return Some("a number that is too large, not finite or none at all");
    }
    match bare.split_once(',') {
        Some((whole, rest)) if digits(whole) && digits(rest) && !is_whole => {
            Some("a number with a comma")
        }
        Some((whole, rest)) if digits(whole) && digits(rest) => Some("a number with decimals"),
        _ if is_whole && parsed.fract() != 0.0 => Some("a number with decimals"),
        _ => None,
    }
}

fn calendar(text: &str) -> Option<&'static str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((year, week)) = text.split_once("-W")
        && year.len() == 4
        && week.len() == 2
        && digits(year)
        && digits(week)
    {
        return Some(if week == "53" {
            "week 53 of a year that has 52"
        } else {
            "a week that no year has"
        });
    }
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let is_date = parts.len() == 3
        && parts.iter().all(|part| digits(part) && part.len() <= 4)
        && parts.iter().any(|part| part.len() == 4);
    is_date.then_some("a date that does not exist or is written another way")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_told_for_what_it_is() {
        let decimal = Kind::Decimal { decimals: 2 };
        let iso = Kind::Week(WeekUnit::Iso);
        for (text, kind, said) in [
            ("18,5", decimal, Some("a number with a comma")),
            ("18,5", Kind::Integer, Some("a number with decimals")),
            (
                "3.5",
                Kind::Week(WeekUnit::Trial),
                Some("a number with decimals"),
            ),
            (
                "NaN",
                decimal,
                Some("a number that is too large, not finite or none at all"),
            ),
            (
                "-inf",
                decimal,
                Some("a number that is too large, not finite or none at all"),
            ),
            (
                "1e400",
                decimal,
                Some("a number that is too large, not finite or none at all"),
            ),
            ("2010-W53", iso, Some("week 53 of a year that has 52")),
            ("2010-W60", iso, Some("a week that no year has")),
            (
                "31-02-2010",
                Kind::Assigned,
                Some("a date that does not exist or is written another way"),
            ),
            ("010170-1111", Kind::Assigned, None),
            ("uge 3", iso, None),
            ("Bente", decimal, None),
        ] {
            assert_eq!(near_miss(text, kind), said, "{text}");
        }
    }
}
