//! Rules of refund: which share of an outlay one party pays back to another, by the half-year of the calendar and the
//! benefit weeks so far. The shipped rules stand in `tables/refunds.toml`.
//!
//! Quantities are counted in cells. A rate belongs to a cell only where it is the same all over it; where it is not, what
//! must be counted again is said, instead of taking a rate that holds for part of the cell.

use crate::study::prices::{Activity, RefundRate, RefundRule};
use std::collections::BTreeMap;
use std::fmt;

/// The rules that are shipped, as they can be copied to a price file and edited.
pub const SHIPPED: &str = include_str!("tables/refunds.toml");

/// Why a rule has no rate for a cell, and what must be run again where the persons are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundGap {
    /// Rates change with the calendar, and the quantities are not cut by it.
    NoCalendar,
    /// Rates depend on benefit weeks so far, and the quantities are not cut by them.
    NoBands,
    /// Rates differ between active weeks and others, and the quantities are not cut by it.
    NoActivity,
    /// A rate changes inside a band.
    CutElsewhere {
        /// The band of the quantities.
        band: String,
        /// Benefit week at which the rate changes.
        at: u32,
    },
    /// The rule has no rate there.
    NotCovered {
        /// The half-year, or empty.
        half_year: String,
        /// The band, or empty.
        band: String,
    },
}

impl fmt::Display for RefundGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCalendar => write!(
                f,
                "its rates change with the calendar, and the quantities are not cut by half-year"
            ),
            Self::NoBands => write!(
                f,
                "its rates depend on benefit weeks so far, and the quantities are not cut by them"
            ),
            Self::NoActivity => write!(
                f,
                "its rates differ for active and passive weeks, and the quantities are not cut by that"
            ),
            Self::CutElsewhere { band, at } => write!(
                f,
                "its rate changes at benefit week {at}, inside the band {band} of the quantities"
            ),
            Self::NotCovered { half_year, band } => {
                let when = if half_year.is_empty() {
                    String::new()
                } else {
                    format!(" in {half_year}")
                };
                let band = if band.is_empty() {
                    String::new()
                } else {
                    format!(" of benefit weeks {band}")
                };
                write!(f, "it has no rate for weeks{band}{when}")
            }
        }
    }
}

impl RefundGap {
    /// What to do about it; starts with a verb.
    pub fn hint(&self) -> String {
        match self {
            Self::NoCalendar => {
                "run the study where the persons are, with weeks of the calendar (dates or ISO weeks) in the spells, so that \
                 quantities are counted by half-year; or use a rule without dates"
                    .to_owned()
            }
            Self::NoBands => {
                "run the study where the persons are, with all states of the outcome among `benefit` of `[cost_benefit]`, so \
                 that its weeks are counted by benefit weeks so far; or use a rule without them"
                    .to_owned()
            }
            Self::NoActivity => {
                "run the study where the persons are, with `active` in `[cost_benefit]` naming the outcome that makes a benefit \
                 week active; or write `weeks = \"active\"` or \"passive\""
                    .to_owned()
            }
            Self::CutElsewhere { at, .. } => format!(
                "run the study where the persons are, with `bands = [{at}]` in `[cost_benefit]`, so that quantities are cut at benefit \
                 week {at}; or use a rule that changes where the bands begin"
            ),
            Self::NotCovered { .. } => {
                "add a rate under `[refunds.NAME]`, with 0 where nothing is refunded".to_owned()
            }
        }
    }
}

/// A half-year as a number: twice the year, and one more for its second half.
pub(crate) fn half_year(label: &str) -> Option<i32> {
    let (year, half) = label.split_once('H')?;
    let half = match half {
        "1" => 0,
        "2" => 1,
        _ => return None,
    };
    let digits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    digits
        .then(|| year.parse::<i32>().ok())?
        .map(|y| 2 * y + half)
}

/// Whether a rate holds in a half-year.
fn holds(rate: &RefundRate, at: i32) -> bool {
    let bound = |label: &Option<String>| label.as_deref().and_then(half_year);
    bound(&rate.from).is_none_or(|from| from <= at) && bound(&rate.to).is_none_or(|to| at <= to)
}

/// Whether two rates hold for the same weeks, so that nobody could say which is meant.
pub(crate) fn meet(a: &RefundRate, b: &RefundRate) -> bool {
    let bounds = |rate: &RefundRate| {
        let bound = |label: &Option<String>| label.as_deref().and_then(half_year);
        (
            bound(&rate.from).unwrap_or(i32::MIN),
            bound(&rate.to).unwrap_or(i32::MAX),
        )
    };
    let ((from_a, to_a), (from_b, to_b)) = (bounds(a), bounds(b));
    let start = |rate: &RefundRate| rate.first_benefit_week.unwrap_or(1);
    from_a.max(from_b) <= to_a.min(to_b) && start(a) == start(b)
}

/// First and last benefit week of a band: `5-26`, `53-`.
fn bounds(band: &str) -> Option<(u32, u32)> {
    let (first, last) = band.split_once('-')?;
    let last = match last {
        "" => u32::MAX,
        last => last.parse().ok()?,
    };
    Some((first.parse().ok()?, last))
}

/// The share refunded in a cell: of a half-year such as `2011H1` and a band of benefit weeks such as `5-26`, each empty
/// where quantities are not cut by it.
///
/// # Errors
/// Why the rule has no one rate for the whole cell.
pub fn rate(
    rule: &RefundRule,
    half_year_label: &str,
    band: &str,
    weeks: Activity,
) -> Result<f64, RefundGap> {
    let gap = || RefundGap::NotCovered {
        half_year: half_year_label.to_owned(),
        band: band.to_owned(),
    };
    let dated = |rate: &RefundRate| rate.from.is_some() || rate.to.is_some();
    let now: Vec<&RefundRate> = if half_year_label.is_empty() {
        if rule.rates.iter().any(dated) {
            return Err(RefundGap::NoCalendar);
        }
        rule.rates.iter().collect()
    } else {
        let at = half_year(half_year_label).ok_or_else(gap)?;
        rule.rates.iter().filter(|rate| holds(rate, at)).collect()
    };
    let start = |rate: &RefundRate| rate.first_benefit_week.unwrap_or(1);
    let (first, last) = if band.is_empty() {
        if now.iter().any(|rate| start(rate) > 1) {
            return Err(RefundGap::NoBands);
        }
        (1, u32::MAX)
    } else {
        bounds(band).ok_or_else(gap)?
    };
    let inside = now
        .iter()
        .map(|rate| start(rate))
        .find(|&at| first < at && at <= last);
    if let Some(at) = inside {
        let band = band.to_owned();
        return Err(RefundGap::CutElsewhere { band, at });
    }
    now.into_iter()
        .filter(|rate| start(rate) <= first)
        .max_by_key(|rate| start(rate))
        .ok_or_else(gap)
        .and_then(|rate| match weeks {
            Activity::Active => Ok(rate.active),
            Activity::Passive => Ok(rate.passive),
            Activity::Each if rate.active == rate.passive => Ok(rate.active),
            Activity::Each => Err(RefundGap::NoActivity),
        })
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    rates: Vec<RefundRate>,
}

/// The rules that are shipped, by name.
///
/// # Panics
/// Never: a test reads the table.
pub fn shipped() -> Vec<RefundRule> {
    let table: BTreeMap<String, Shipped> =
        toml::from_str(SHIPPED).expect("a test reads the shipped table");
    table
        .into_iter()
        .map(|(name, rule)| RefundRule {
            name,
            rates: rule.rates,
        })
        .collect()
}

/// A shipped rule.
pub fn named(name: &str) -> Option<RefundRule> {
    shipped().into_iter().find(|rule| rule.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn danish() -> RefundRule {
        named("dk-benefit").expect("shipped")
    }

    /// A single rate for all times and weeks, and then one more from a benefit week on.
    fn own(first: &[Option<u32>]) -> RefundRule {
        let rates = first
            .iter()
            .map(|&first_benefit_week| RefundRate {
                from: None,
                to: None,
                first_benefit_week,
                active: 0.4,
                passive: 0.3,
                source: "Test".to_owned(),
            })
            .collect();
        RefundRule {
            name: "own".to_owned(),
            rates,
        }
    }

    #[test]
    fn no_two_shipped_rates_hold_for_the_same_weeks() {
        let rule = danish();
        for (i, a) in rule.rates.iter().enumerate() {
            assert!(rule.rates[i + 1..].iter().all(|b| !meet(a, b)), "{a:?}");
        }
        assert!(meet(&rule.rates[0], &rule.rates[0]));
    }

    #[test]
    fn the_shipped_table_can_be_read_and_says_where_it_is_from() {
        let rules = shipped();
        assert!(!rules.is_empty());
        for rate in rules.iter().flat_map(|rule| &rule.rates) {
            assert!(rate.source.len() > 20, "{rate:?}");
            assert!((0.0..=1.0).contains(&rate.active) && (0.0..=1.0).contains(&rate.passive));
            for label in [&rate.from, &rate.to].into_iter().flatten() {
                assert!(half_year(label).is_some(), "{label}");
            }
        }
    }

    /// Worked out from the rates by hand: 4 x 0.8 + 22 x 0.4 + 26 x 0.3 = 19.8, and 12 x 0.2 more.
    #[test]
    fn of_52_weeks_the_state_pays_19_point_8_and_of_64_22_point_2() {
        let bands = [("1-4", 4.0), ("5-26", 22.0), ("27-52", 26.0), ("53-", 12.0)];
        for weeks in [Activity::Active, Activity::Passive] {
            let paid: Vec<f64> = bands
                .iter()
                .map(|(band, n)| n * rate(&danish(), "2016H1", band, weeks).expect("a rate"))
                .collect();
            let of_52: f64 = paid[..3].iter().sum();
            assert!((of_52 - 19.8).abs() < 1e-12, "{of_52}");
            assert!((of_52 + paid[3] - 22.2).abs() < 1e-12);
            assert!((100.0 * of_52 / 52.0 - 38.077).abs() < 5e-4);
            assert!(((of_52 + paid[3]) / 64.0 - 0.346_875).abs() < 1e-12);
        }
    }

    #[test]
    fn rates_follow_the_calendar() {
        let of = |half: &str, weeks| rate(&danish(), half, "5-26", weeks).expect("a rate");
        for (half, active, passive) in [
            ("1998H1", 0.5, 0.5),
            ("2006H1", 0.5, 0.5),
            ("2006H2", 0.65, 0.35),
            ("2010H2", 0.65, 0.35),
            ("2011H1", 0.5, 0.3),
            ("2015H2", 0.5, 0.3),
            ("2016H1", 0.4, 0.4),
            ("2031H2", 0.4, 0.4),
        ] {
            assert_eq!(of(half, Activity::Active), active, "{half}");
            assert_eq!(of(half, Activity::Passive), passive, "{half}");
        }
        // Before 2016 it does not matter whether weeks are counted by benefit weeks so far.
        assert_eq!(rate(&danish(), "2011H1", "", Activity::Active), Ok(0.5));
    }

    #[test]
    fn cells_that_are_cut_elsewhere_are_refused_with_what_must_be_run() {
        let none = rate(&danish(), "", "5-26", Activity::Active);
        assert_eq!(none, Err(RefundGap::NoCalendar));
        let none = rate(&danish(), "2016H1", "", Activity::Active);
        assert_eq!(none, Err(RefundGap::NoBands));
        let none = rate(&danish(), "2016H1", "5-52", Activity::Active).expect_err("a gap");
        let band = "5-52".to_owned();
        assert_eq!(none, RefundGap::CutElsewhere { band, at: 27 });
        assert!(none.hint().contains("benefit week 27"), "{}", none.hint());
        assert!(none.to_string().contains("inside the band 5-52"), "{none}");
        let none = rate(&danish(), "2011H1", "5-26", Activity::Each);
        assert_eq!(none, Err(RefundGap::NoActivity));
        // One rate for both needs no cut.
        assert_eq!(rate(&danish(), "2016H1", "5-26", Activity::Each), Ok(0.4));
        // Finer cells than the rule's are fine.
        assert_eq!(rate(&danish(), "2016H1", "5-13", Activity::Active), Ok(0.4));
        for gap in [RefundGap::NoCalendar, RefundGap::NoBands] {
            assert!(
                gap.hint()
                    .starts_with("run the study where the persons are")
            );
        }
    }

    #[test]
    fn a_rule_without_dates_needs_no_calendar_and_what_it_does_not_cover_is_refused() {
        assert_eq!(rate(&own(&[None]), "", "", Activity::Passive), Ok(0.3));
        assert_eq!(
            rate(&own(&[None]), "2012H1", "53-", Activity::Active),
            Ok(0.4)
        );
        let late = own(&[Some(5)]);
        let gap = rate(&late, "", "1-4", Activity::Active).expect_err("a gap");
        assert_eq!(
            gap.to_string(),
            "it has no rate for weeks of benefit weeks 1-4"
        );
        assert!(rate(&own(&[None]), "2012", "", Activity::Active).is_err());
    }
}
