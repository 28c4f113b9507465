//! How exactly rows are shown: numbers of persons without the few who are lost, spreads in steps that a few persons move them by.

use super::money::is_money;
use super::round::{three_digits, unit_not_under, unit_of_one_person, unit_of_three_digits};
use super::rows::{Place, Rows};
use crate::numeric::normal::{normal_quantile, two_sided_p};
use crate::results::support::Count;
use crate::results::{Row, Status};

/// Spreads of sums, and whatever is made of draws, are shown of groups with at least so many times the smallest cell: with fewer
/// persons the standard error and the limits, together with the seed, would be enough equations for the values of each of them.
pub(super) const SPREAD: u64 = 6;

/// Steps of a spread are so many times what the smallest cell's persons move it by: that of an arm and that of the difference tell of
/// the same persons.
const MOVED: f64 = 2.0;

/// With fewer weeks, the histories that agree with what is told of each week are so few that somebody may try them all with the public
/// program and seed: nothing made of draws is told.
const WEEKS: u32 = 5;

impl Rows<'_> {
    /// Numbers of persons without the few who are lost; spreads to three digits.
    pub(super) fn coarsen(&self, row: &mut Row) {
        let (n, reference) = (row.n, row.n_reference);
        if let (Some(place), Some(week)) = (self.place(row), row.week) {
            let lost = |arm: &str| self.lost(&place, arm, week);
            row.n = n.map(|n| n + lost(&row.arm));
            row.n_reference = reference.map(|n| n + lost(&row.reference));
        }
        let fewest = [row.n, row.n_reference].into_iter().flatten().min();
        let truth = row.estimate;
        if self.lost {
            // A share and its numerator tell how many are followed.
            (row.events, row.events_reference) = (None, None);
        }
        if self.lost && &*row.estimand != "median_time" {
            let most_lost = |n: u64| n.saturating_sub(self.smallest - 1);
            let unit = fewest.map(|n| unit_of_one_person(most_lost(n)));
            if let (Some(unit), Some(value)) = (unit, row.estimate) {
                row.estimate = Some(unit.round(value));
            }
        }
        if is_test(&row.estimand) {
            row.estimate = row.estimate.map(three_digits);
        }
        let few = fewest.is_some_and(|n| n < SPREAD * self.smallest);
        let drawn = row.replicates.is_some_and(|replicates| replicates > 0);
        let is_share = self.is_binary(row);
        if drawn && (few || self.weeks < WEEKS) || !is_share && few {
            without_spread(row);
            return;
        }
        let exact = is_share && !self.lost;
        if let (Some(error), Some(truth), Some(told_estimate), false) =
            (row.std_error, truth, row.estimate, exact)
        {
            let behind = self.behind(row).or(fewest).unwrap_or(u64::MAX);
            let told = in_steps(error, MOVED * self.smallest as f64 / behind as f64);
            // Nothing but the told estimate and error is in the limits and the probability either, so that they tell no more.
            let ratio = told / error;
            let nearer = if truth == 0.0 {
                1.0
            } else {
                told_estimate / truth
            };
            if error > 0.0 {
                row.std_error = Some(told);
                for value in limits(row).into_iter().skip(1) {
                    *value = value.map(|limit| told_estimate + (limit - truth) * ratio);
                }
                for value in chances(row) {
                    let z = |p: f64| normal_quantile(1.0 - p / 2.0) * nearer.abs() / ratio;
                    *value = value.map(|p| if p > 0.0 { two_sided_p(z(p)) } else { p });
                }
            }
        }
        let unit = row.std_error.and_then(unit_of_three_digits);
        for value in limits(row) {
            *value = value.map(|v| unit.map_or_else(|| three_digits(v), |unit| unit.round(v)));
        }
        for value in chances(row) {
            *value = value.map(three_digits);
        }
        for value in errors(row) {
            *value = value.map(three_digits);
        }
    }

    /// The fewest persons behind a spread: those who have any of it that week, or none; of sums those who ever had so far.
    fn behind(&self, row: &Row) -> Option<u64> {
        let place = self.place(row)?;
        let groups = self.support.columns[place.column]
            .groups
            .get(place.level?)?;
        let (first, last) = (self.first_tick(&row.outcome), self.last_tick(&row.outcome));
        let tick = usize::try_from(row.week.unwrap_or(last) - first).ok()?;
        let arm = |label: &str| self.facts.arms.iter().position(|arm| arm == label);
        let arms = [&row.arm, &row.reference]
            .into_iter()
            .filter_map(|label| arm(label));
        let kinds = || {
            let kinds = self.support.kinds.iter().enumerate();
            kinds.filter(|(_, kind)| kind.count == Count::Stock && kind.needs == [place.part])
        };
        arms.flat_map(|arm| kinds().map(move |(kind, _)| (arm, kind)))
            .filter_map(|(arm, kind)| {
                let track = &groups.get(arm)?.tracks[kind];
                let of_week = row.estimand.starts_with("weekly_");
                let counts = if of_week { &track.counts } else { &track.ever };
                counts.get(tick).copied()
            })
            // Nobody has no spread.
            .filter(|persons| *persons > 0)
            .min()
    }

    /// Rows that say no more of persons than a number of them does.
    fn is_binary(&self, row: &Row) -> bool {
        let Some(facts) = self.facts_of(&row.outcome) else {
            // Shares before the draw and of answers.
            return !is_money(row);
        };
        match facts.kind.as_str() {
            "exit" => true,
            "weeks_in" | "lasting" | "share_among" => row.estimand.starts_with("weekly_"),
            _ => false,
        }
    }

    /// Persons lost beyond the last multiple of the smallest cell: they count as not lost yet.
    fn lost(&self, place: &Place, arm: &str, week: i32) -> u64 {
        let column = &self.support.columns[place.column];
        let arm = self.facts.arms.iter().position(|label| label == arm);
        let group = arm
            .zip(place.level)
            .and_then(|(arm, level)| column.groups.get(level)?.get(arm));
        let part = &self.support.parts[place.part];
        let tick = usize::try_from(week - self.first_tick(&part.outcome)).ok();
        let lost = group
            .zip(tick)
            .and_then(|(group, tick)| group.lost.get(place.part)?.get(tick));
        lost.map_or(0, |lost| lost % self.smallest)
    }
}

/// A standard error in steps of about so much of itself, rounded up: an interval never gets narrower by what is not told.
fn in_steps(error: f64, of_itself: f64) -> f64 {
    if error <= 0.0 || !error.is_finite() {
        return error;
    }
    unit_not_under(error * of_itself).round_up(error)
}

/// Statistics of tests, and numbers made of all weeks: with all their digits they are equations for counts that are hidden.
fn is_test(estimand: &str) -> bool {
    matches!(
        estimand,
        "logrank"
            | "gray"
            | "log_hazard_ratio"
            | "equal_effects"
            | "balance_test"
            | "answers_equal"
            | "sample_ratio_test"
            | "first_stage_f"
    )
}

/// The standard error and the limits: in the unit of the estimate.
fn limits(row: &mut Row) -> [&mut Option<f64>; 5] {
    [
        &mut row.std_error,
        &mut row.conf_low,
        &mut row.conf_high,
        &mut row.band_low,
        &mut row.band_high,
    ]
}

/// Probabilities.
fn chances(row: &mut Row) -> [&mut Option<f64>; 2] {
    [&mut row.p_value, &mut row.p_adjusted]
}

/// Monte Carlo errors.
fn errors(row: &mut Row) -> [&mut Option<f64>; 4] {
    [
        &mut row.mc_conf_low,
        &mut row.mc_conf_high,
        &mut row.mc_band,
        &mut row.mc_p,
    ]
}

pub(super) fn without_spread(row: &mut Row) {
    for value in limits(row) {
        *value = None;
    }
    for value in chances(row) {
        *value = None;
    }
    for value in errors(row) {
        *value = None;
    }
    if row.status == Status::Ok && row.estimate.is_some() {
        row.reason = match &*row.reason {
            "" => SPREAD_HIDDEN.into(),
            said => format!("{said}; {SPREAD_HIDDEN}").into(),
        };
    }
}

/// What is said of a number without its spread.
pub(super) const SPREAD_HIDDEN: &str = "interval hidden: too few persons or weeks";
