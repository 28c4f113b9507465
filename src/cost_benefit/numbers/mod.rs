//! Numbers made of prices and amounts: sums, and ratios of sums. The point, its standard error, every replicate and what is priced
//! again outside come from here.
//!
//! One file per kind of number, each with a function from a [`Book`] to numbers; to add one, add a line to [`KINDS`].

mod accounts;
mod over_time;
mod ratios;
mod thresholds;
mod what_if;

pub(super) use accounts::{is_of_programme, net_benefits};
pub(super) use over_time::BY_WEEK;
pub(super) use ratios::MVPF;
pub(super) use ratios::net_public_cost;
pub use thresholds::PROGRAMME;
pub(super) use thresholds::{around, society_but};

use super::book::{Book, Entry};
use super::linear::Dense;
use super::price_draws;
use crate::results::QuantityContrast;

/// Makes numbers of a kind.
type Kind = fn(&Book<'_>) -> Vec<Number>;

/// Every kind, in the order of the rows.
const KINDS: &[Kind] = &[
    accounts::net_benefits,
    accounts::totals,
    accounts::per_treated,
    accounts::lines,
    accounts::programme,
    accounts::outlay_and_saving,
    thresholds::prices,
    thresholds::effect,
    ratios::ratios,
    what_if::low_and_high,
    what_if::beyond,
    over_time::net_benefits,
];

/// All numbers of a contrast, in the order of the rows.
pub fn numbers(book: &Book<'_>) -> Vec<Number> {
    KINDS.iter().flat_map(|kind| kind(book)).collect()
}

/// A sum of amounts, each with a weight, and most with their price.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum(pub Vec<Term>);

/// A part of a sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Place among the amounts of the [`Book`].
    pub amount: usize,
    /// By what it is multiplied besides its price.
    pub weight: f64,
    /// Index of the line whose price it is multiplied by; none: it counts as it is.
    pub price: Option<usize>,
}

impl Sum {
    /// Amounts within the horizon with their prices, each with the weight that is given; 0 leaves it out.
    pub(super) fn of(book: &Book<'_>, weigh: impl Fn(&Entry) -> f64) -> Self {
        let terms = book
            .entries
            .iter()
            .enumerate()
            .filter(|(_, e)| !e.is_beyond);
        Self::collect(terms, weigh)
    }

    /// The same with what is assumed of the weeks beyond.
    pub(super) fn with_beyond(book: &Book<'_>, weigh: impl Fn(&Entry) -> f64) -> Self {
        Self::collect(book.entries.iter().enumerate(), weigh)
    }

    fn collect<'b>(
        entries: impl Iterator<Item = (usize, &'b Entry)>,
        weigh: impl Fn(&Entry) -> f64,
    ) -> Self {
        let term = |(amount, entry): (usize, &Entry)| {
            let weight = weigh(entry);
            (weight != 0.0).then_some(Term {
                amount,
                weight,
                price: Some(entry.price),
            })
        };
        Self(entries.filter_map(term).collect())
    }

    /// The effect.
    pub(super) fn effect(book: &Book<'_>) -> Self {
        Self::alone(book.place_of_effect())
    }

    /// An amount without a price.
    fn alone(amount: usize) -> Self {
        Self(vec![Term {
            amount,
            weight: 1.0,
            price: None,
        }])
    }

    /// This and a multiple of another.
    #[must_use]
    pub(super) fn plus(&self, factor: f64, other: &Self) -> Self {
        let more = other.0.iter().map(|term| Term {
            weight: factor * term.weight,
            ..*term
        });
        Self(self.0.iter().copied().chain(more).collect())
    }

    /// A multiple.
    #[must_use]
    pub(super) fn times(&self, factor: f64) -> Self {
        Self::default().plus(factor, self)
    }

    /// Its value for prices by line and amounts.
    pub fn value(&self, prices: &[f64], amounts: &[f64]) -> f64 {
        self.0.iter().fold(0.0, |sum, term| {
            let price = term.price.map_or(1.0, |line| prices[line]);
            sum + term.weight * price * amounts[term.amount]
        })
    }
}

/// How a number follows from the amounts.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// It is a sum.
    Sum(Sum),
    /// It is a ratio of two.
    Ratio {
        /// What is divided.
        top: Sum,
        /// By what.
        bottom: Sum,
    },
}

/// One number of a contrast.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Slug.
    pub estimand: &'static str,
    /// Perspective, line or outcome.
    pub item: String,
    /// Week it holds to; none: the horizon.
    pub week: Option<u32>,
    /// Unit.
    pub unit: String,
    /// What it is.
    pub form: Form,
}

/// Why a ratio has no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLimits {
    /// The interval of what it is divided by covers 0.
    DividesByZero,
}

/// The observed amounts of a contrast with what is known of their spread.
pub struct Observed<'a> {
    /// Amounts and their making.
    pub book: &'a Book<'a>,
    /// Quantities with their covariance.
    pub contrast: &'a QuantityContrast,
    /// Amounts.
    pub amounts: Vec<f64>,
    /// The price of each line as it is stated.
    pub prices: Vec<f64>,
}

impl<'a> Observed<'a> {
    /// Of a contrast.
    pub fn new(book: &'a Book<'a>, contrast: &'a QuantityContrast) -> Self {
        let mut amounts = vec![0.0; book.width()];
        book.amounts(
            &contrast.treated.values,
            &contrast.control.values,
            &mut amounts,
        );
        Self {
            book,
            contrast,
            amounts,
            prices: book.prices.lines.iter().map(|line| line.value).collect(),
        }
    }

    /// Value of a sum.
    pub fn sum(&self, sum: &Sum) -> f64 {
        sum.value(&self.prices, &self.amounts)
    }

    /// Value of a number; NaN where it is undefined.
    pub fn value(&self, number: &Number) -> f64 {
        number.value(&self.prices, &self.amounts)
    }

    /// Variance of a sum: that of the quantities at the prices, and that of uncertain prices, which are independent of the persons
    /// and of each other: `sum s^2 (A^2 + var A)` over prices with standard error s and what they are multiplied by, A.
    pub fn variance(&self, sum: &Sum) -> f64 {
        let mut all = Dense::zero(self.book.cells.len());
        for term in &sum.0 {
            let price = term.price.map_or(1.0, |line| self.prices[line]);
            let Some(linear) = self.book.linear(term.amount) else {
                return f64::NAN;
            };
            all.add(term.weight * price, linear);
        }
        let mut variance = all.covariance(&all, self.contrast);
        for (line, made) in self.book.prices.lines.iter().enumerate() {
            let Some(uncertainty) = &made.uncertainty else {
                continue;
            };
            let spread = price_draws::variance(uncertainty, made.value);
            let (mut amount, mut dense) = (0.0, Dense::zero(self.book.cells.len()));
            for term in sum.0.iter().filter(|term| term.price == Some(line)) {
                amount += term.weight * self.amounts[term.amount];
                if let Some(linear) = self.book.linear(term.amount) {
                    dense.add(term.weight, linear);
                }
            }
            variance += spread * (amount * amount + dense.covariance(&dense, self.contrast));
        }
        // A variance of a few rounding errors below zero is zero; one that does not exist stays so.
        if variance < 0.0 { 0.0 } else { variance }
    }

    /// Standard error of a number; NaN where there is none. That of a ratio is linearised.
    pub fn std_error(&self, number: &Number) -> f64 {
        match &number.form {
            Form::Sum(sum) => self.variance(sum).sqrt(),
            Form::Ratio { top, bottom } => {
                let by = self.sum(bottom);
                let rest = top.plus(-self.value(number), bottom);
                self.variance(&rest).sqrt() / by.abs()
            }
        }
    }

    /// Limits of the normal interval. Those of a ratio are by inversion (Fieller): the values at which `top - value x bottom = 0` is
    /// not rejected.
    ///
    /// # Errors
    /// Where that is no interval, because what is divided by may be zero.
    pub fn normal_limits(&self, number: &Number, z: f64) -> Result<(f64, f64), NoLimits> {
        match &number.form {
            Form::Sum(_) => {
                let (value, error) = (self.value(number), self.std_error(number));
                Ok((value - z * error, value + z * error))
            }
            Form::Ratio { top, bottom } => {
                let (a, b) = (self.sum(top), self.sum(bottom));
                let (of_top, of_bottom) = (self.variance(top), self.variance(bottom));
                let square = b * b - z * z * of_bottom;
                if square.is_nan() || square <= 0.0 {
                    return Err(NoLimits::DividesByZero);
                }
                // The covariance, by polarisation.
                let together = self.variance(&top.plus(1.0, bottom));
                let cross = a * b - z * z * (together - of_top - of_bottom) / 2.0;
                let free = a * a - z * z * of_top;
                let spread = (cross * cross - square * free).max(0.0).sqrt();
                Ok(((cross - spread) / square, (cross + spread) / square))
            }
        }
    }
}

impl Number {
    /// Its value; NaN where it is undefined.
    pub fn value(&self, prices: &[f64], amounts: &[f64]) -> f64 {
        match &self.form {
            Form::Sum(sum) => sum.value(prices, amounts),
            Form::Ratio { top, bottom } => {
                let by = bottom.value(prices, amounts);
                if by == 0.0 {
                    f64::NAN
                } else {
                    top.value(prices, amounts) / by
                }
            }
        }
    }

    /// What it is divided by, of a ratio.
    pub(super) fn divisor(&self) -> Option<&Sum> {
        match &self.form {
            Form::Sum(_) => None,
            Form::Ratio { bottom, .. } => Some(bottom),
        }
    }

    /// In a replicate, a ratio whose divisor has another sign than the observed one answers another question; it is undefined there.
    pub(super) fn replicate_value(
        &self,
        prices: &[f64],
        amounts: &[f64],
        observed_divisor: Option<f64>,
    ) -> f64 {
        let turned =
            |(bottom, observed): (&Sum, f64)| bottom.value(prices, amounts) * observed <= 0.0;
        if self.divisor().zip(observed_divisor).is_some_and(turned) {
            f64::NAN
        } else {
            self.value(prices, amounts)
        }
    }
}
