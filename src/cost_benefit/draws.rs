//! What is read off the draws themselves: shares of draws, acceptability, the value of information, the highest price that still pays
//! in most draws, the week in which an account breaks even. Shares of draws are properties of the draws, not probabilities.

use super::decision::{self, Pair};
use super::information;
use super::numbers::{
    Number, Observed, Sum, around, is_of_programme, net_public_cost, society_but,
};
use super::price_draws::PriceDraws;
use super::rows::same_path;
use crate::inference::ordered::{Rank, error_at, value_at};
use crate::results::{Row, Status};
use crate::units::ConfidenceLevel;

/// Standard errors of numbers that only the draws give say how far another seed would move them.
pub const MONTE_CARLO: &str = "Monte Carlo error";

/// The share of draws with a surplus that a highest price keeps.
pub const KEPT: f64 = 0.8;

/// Numbers in every draw.
#[derive(Clone, Debug, Default)]
pub(super) struct Draws<'a> {
    /// Replicates.
    count: usize,
    /// `[number][replicate]`.
    values: Vec<f64>,
    /// Prices of each replicate.
    prices: Option<&'a PriceDraws>,
    /// Amounts of each replicate, replicate after replicate.
    amounts: &'a [f64],
    /// How many amounts a replicate has.
    width: usize,
}

impl<'a> Draws<'a> {
    /// Of the numbers of a contrast.
    pub fn of(
        (observed, numbers): (&Observed<'_>, &[Number]),
        amounts: &'a [f64],
        prices: &'a PriceDraws,
    ) -> Self {
        let width = observed.book.width();
        if amounts.is_empty() || width == 0 {
            return Self::default();
        }
        let count = amounts.len() / width;
        let mut draws = Self {
            count,
            values: Vec::with_capacity(count * numbers.len()),
            prices: Some(prices),
            amounts,
            width,
        };
        let mut values = Vec::with_capacity(count * numbers.len());
        for number in numbers {
            let divisor = number.divisor().map(|bottom| observed.sum(bottom));
            let each = draws.each();
            values.extend(
                each.map(|(prices, amounts)| number.replicate_value(prices, amounts, divisor)),
            );
        }
        draws.values = values;
        draws
    }

    /// Prices and amounts of each replicate.
    pub fn each(&self) -> impl Iterator<Item = (&[f64], &[f64])> {
        let prices = self.prices.into_iter();
        prices.flat_map(|prices| {
            let amounts = self.amounts.chunks_exact(self.width).enumerate();
            amounts.map(|(b, amounts)| (prices.of_replicate(b), amounts))
        })
    }

    /// Replicates of some numbers, one after the other.
    pub fn columns(&self, columns: std::ops::Range<usize>) -> &[f64] {
        if self.count == 0 {
            return &[];
        }
        &self.values[columns.start * self.count..columns.end * self.count]
    }

    pub fn column(&self, number: usize) -> &[f64] {
        self.columns(number..number + 1)
    }

    /// A sum in every draw.
    fn sum(&self, sum: &Sum) -> Vec<f64> {
        self.each()
            .map(|(prices, amounts)| sum.value(prices, amounts))
            .collect()
    }
}

/// A row with nothing but what it is of.
pub(super) type Empty<'e> = &'e dyn Fn(&Number) -> Row;

/// Everything that needs the draws, and the week of breaking even, whose point does not.
pub(super) fn rows(
    (observed, numbers): (&Observed<'_>, &[Number]),
    draws: &Draws<'_>,
    confidence: ConfidenceLevel,
    empty: Empty<'_>,
) -> Vec<Row> {
    let mut out = Vec::new();
    if draws.count > 0 {
        let accounts = numbers
            .iter()
            .enumerate()
            .filter(|(_, n)| n.estimand == "net_benefit");
        for (index, number) in accounts {
            out.push(surplus_share(number, draws.column(index), empty));
        }
        out.extend(of_pairs(observed, draws, numbers, empty));
        let society = numbers
            .iter()
            .position(|n| n.estimand == "net_benefit" && n.item == "society");
        if let Some(index) = society {
            out.extend(information::rows(&numbers[index], draws, index, empty));
        }
        out.extend(highest_prices(observed, draws, numbers, empty));
    }
    out.extend(weeks(observed, numbers, draws, (confidence, empty)));
    out
}

pub(super) fn of(number: &Number, estimand: &'static str, unit: &str) -> Number {
    Number {
        estimand,
        unit: unit.to_owned(),
        week: None,
        ..number.clone()
    }
}

/// A row of a share or a mean over the draws that are defined.
pub(super) fn told(
    number: &Number,
    values: &[f64],
    estimate: Option<f64>,
    empty: Empty<'_>,
) -> Row {
    let mut row = empty(number);
    let defined = values.iter().filter(|value| value.is_finite()).count();
    row.replicates = Some(values.len() as u32);
    row.undefined_replicates = Some((values.len() - defined) as u32);
    row.estimate = estimate;
    if estimate.is_none() {
        row.status = Status::Undefined;
        row.reason = "no replicate is defined".into();
    }
    row
}

/// The share of replicates with a surplus.
fn surplus_share(number: &Number, values: &[f64], empty: Empty<'_>) -> Row {
    let defined: Vec<&f64> = values.iter().filter(|value| value.is_finite()).collect();
    let above = defined.iter().filter(|value| ***value > 0.0).count();
    let share = (!defined.is_empty()).then(|| above as f64 / defined.len() as f64);
    told(&of(number, "surplus_share", "share"), values, share, empty)
}

pub(super) fn with_error(row: &mut Row, error: f64) {
    if row.estimate.is_some() && error.is_finite() {
        row.std_error = Some(error);
        row.se_method = format!("{MONTE_CARLO} over replicates").into();
    }
}

/// The share of draws in each quadrant of effect and net cost to the public, and that in which the effect is worth its cost, at eleven
/// values of a unit.
fn of_pairs(
    observed: &Observed<'_>,
    draws: &Draws<'_>,
    numbers: &[Number],
    empty: Empty<'_>,
) -> Vec<Row> {
    let (Some((outcome, _)), Some(any)) = (&observed.book.effect, numbers.first()) else {
        return Vec::new();
    };
    let (cost, effect) = (net_public_cost(observed.book), Sum::effect(observed.book));
    let point = observed.sum(&cost) / observed.sum(&effect);
    let pairs: Vec<Pair> = (draws.sum(&effect).into_iter().zip(draws.sum(&cost)))
        .map(|(effect, cost)| Pair { effect, cost })
        .collect();
    let values: Vec<f64> = pairs.iter().map(|pair| pair.effect + pair.cost).collect();
    let step = nice(if point.is_finite() {
        point.abs() / 5.0
    } else {
        0.0
    });
    let shares = decision::plane(&pairs);
    let quadrants = (decision::Quadrant::ALL.iter().enumerate()).map(|(k, quadrant)| {
        let number = Number {
            item: quadrant.as_str().to_owned(),
            ..of(any, "acceptability", "share")
        };
        told(&number, &values, shares.map(|shares| shares[k]), empty)
    });
    let curve = (0..=10).map(|k| {
        let worth = f64::from(k) * step;
        let number = Number {
            item: format!("{outcome} at {worth}"),
            ..of(any, "acceptability", "share")
        };
        told(
            &number,
            &values,
            decision::acceptability(&pairs, worth),
            empty,
        )
    });
    quadrants.chain(curve).collect()
}

/// The next of 1, 2 and 5 times a power of ten.
fn nice(step: f64) -> f64 {
    if step <= 0.0 {
        return 1.0;
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(step)));
    let found = [1.0, 2.0, 5.0].into_iter().find(|m| m * power >= step);
    found.unwrap_or(10.0) * power
}

/// The highest price, of the programme and of each of its lines, that keeps a surplus in [`KEPT`] of the draws.
fn highest_prices(
    observed: &Observed<'_>,
    draws: &Draws<'_>,
    numbers: &[Number],
    empty: Empty<'_>,
) -> Vec<Row> {
    let book = observed.book;
    let priced = numbers.iter().filter(|n| n.estimand == "break_even_price");
    priced
        .map(|number| {
            let line = book.prices.lines.iter().position(|line| line.name == number.item);
            let unit = number.unit.clone();
            let highest = of(number, "highest_price", &unit);
            let limits: Option<Vec<f64>> = match line {
                None => Some(draws.sum(&society_but(book, |line| is_of_programme(book, line)))),
                Some(line) => {
                    let (rest, slope) = around(book, line);
                    let pairs = draws.sum(&rest).into_iter().zip(draws.sum(&slope));
                    // A draw in which more of it is no cost has no highest price.
                    pairs
                        .map(|(rest, slope)| (slope < 0.0).then(|| rest / -slope))
                        .collect()
                }
            };
            let Some(mut limits) = limits else {
                let mut row = empty(&highest);
                row.status = Status::Undefined;
                row.reason =
                    "in some draws there is no more of it in the treatment arm: no price is the highest"
                        .into();
                return row;
            };
            let values = limits.clone();
            limits.retain(|x| x.is_finite());
            limits.sort_unstable_by(f64::total_cmp);
            // A price at which the account of a share of draws is above 0: all but the lowest ones.
            let place = ((1.0 - KEPT) * limits.len() as f64).floor() as usize;
            let mut row = told(&highest, &values, limits.get(place).copied(), empty);
            let rank = Rank::of_tail(1.0 - KEPT, limits.len());
            if let Some(error) = rank.and_then(|rank| error_at(&limits, rank, |price| price)) {
                with_error(&mut row, error);
            }
            row
        })
        .collect()
}

/// The first period from whose end on an account does not lose, and the weeks that the draws say.
fn weeks(
    observed: &Observed<'_>,
    numbers: &[Number],
    draws: &Draws<'_>,
    (confidence, empty): (ConfidenceLevel, Empty<'_>),
) -> Vec<Row> {
    let mut out = Vec::new();
    let mut first = 0;
    for path in numbers.chunk_by(same_path) {
        let start = first;
        first += path.len();
        if path[0].estimand != super::numbers::BY_WEEK {
            continue;
        }
        let ends: Vec<f64> = path
            .iter()
            .map(|n| n.week.map_or(f64::NAN, f64::from))
            .collect();
        let of_path = |values: &mut dyn Iterator<Item = f64>| first_gain(values, &ends);
        let mut point = path.iter().map(|n| observed.value(n));
        let found = of_path(&mut point);
        let mut row = empty(&of(&path[0], "break_even_week", "weeks"));
        row.interval_method = "".into();
        if draws.count > 0 {
            let mut reached: Vec<f64> = (0..draws.count)
                .map(|b| {
                    let mut values = (start..first).map(|n| draws.column(n)[b]);
                    of_path(&mut values).unwrap_or(f64::INFINITY)
                })
                .collect();
            reached.sort_unstable_by(f64::total_cmp);
            row.replicates = Some(draws.count as u32);
            row.undefined_replicates = Some(0);
            let never = reached.iter().filter(|week| week.is_infinite()).count();
            // A period that a whole rank names, and not a week between two.
            let rank = Rank::of_tail(confidence.alpha() / 2.0, draws.count);
            if let (Some(_), Some(rank)) = (found, rank) {
                let latest: Vec<f64> = reached.iter().rev().copied().collect();
                // At least a period: another seed may fall on its neighbour.
                let step = ends.windows(2).map(|w| w[1] - w[0]).fold(1.0, f64::max);
                let limit = |tail: &[f64]| {
                    let week = value_at(tail, rank.at.floor());
                    let error = error_at(tail, rank, |week| week);
                    week.is_finite()
                        .then(|| (week, error.map_or(step, |error| error.max(step))))
                };
                let (low, high) = (limit(&reached), limit(&latest));
                row.conf_low = low.map(|(week, _)| week);
                row.conf_high = high.map(|(week, _)| week);
                row.mc_conf_low = low.map(|(_, error)| error);
                row.mc_conf_high = high.map(|(_, error)| error);
                row.interval_method = "weeks reached in the draws".into();
            }
            if never > 0 {
                row.reason = "not reached in some of the replicates".into();
            }
        }
        match found {
            Some(week) => row.estimate = Some(week),
            None => {
                row.status = Status::Undefined;
                row.reason = match &*row.reason {
                    "" => "not reached within the follow-up".into(),
                    said => format!("not reached within the follow-up; {said}").into(),
                };
            }
        }
        out.push(row);
    }
    out
}

/// The end of the first period from which on no value is below 0.
fn first_gain(values: &mut dyn Iterator<Item = f64>, ends: &[f64]) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    let gains = values
        .iter()
        .rev()
        .take_while(|value| **value >= 0.0)
        .count();
    let all_zero = values.iter().all(|value| *value == 0.0);
    (gains > 0 && !all_zero).then(|| ends[ends.len() - gains])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_breaks_even_where_it_gains_for_good() {
        let ends = [13.0, 26.0, 39.0, 52.0];
        let week = |values: [f64; 4]| first_gain(&mut values.into_iter(), &ends);
        assert_eq!(week([-5.0, 1.0, -1.0, 2.0]), Some(52.0));
        assert_eq!(week([-5.0, 0.0, 1.0, 2.0]), Some(26.0));
        assert_eq!(week([1.0, 1.0, 1.0, 2.0]), Some(13.0));
        assert_eq!(week([1.0, 1.0, 1.0, -2.0]), None);
        assert_eq!(week([0.0; 4]), None);
    }

    #[test]
    fn steps_are_1_2_or_5() {
        for (step, expected) in [
            (0.0, 1.0),
            (0.3, 0.5),
            (1.0, 1.0),
            (130.0, 200.0),
            (700.0, 1000.0),
        ] {
            assert!((nice(step) - expected).abs() < 1e-9, "{step}");
        }
    }
}
