//! The rows of the money: numbers with their standard errors, and intervals from the replicates or, where there are none,
//! from the covariance of the quantities.

use super::balance;
use super::book::Book;
use super::draws::{self, Draws};
use super::numbers::{Form, MVPF, NoLimits, Number, Observed, numbers};
use super::price_draws::PriceDraws;
use super::{Prices, decision, normal_draws};
use crate::error::Result;
use crate::inference::{PathInput, Reason, Scale, infer, wald_p};
use crate::numeric::normal::normal_quantile;
use crate::results::{Quantities, QuantityContrast, Row, Status};
use crate::study::IntervalKind;
use crate::units::ConfidenceLevel;

/// The replicates of all amounts, and how they were drawn.
#[derive(Clone, Copy, Debug)]
pub struct Replicates<'a> {
    /// `values[contrast]` has the amounts of a [`Book`] for each replicate, replicate after replicate.
    pub values: &'a [Vec<f64>],
    /// How many.
    pub count: usize,
    /// Prices in each replicate.
    pub prices: &'a PriceDraws,
    /// Whether they are some of many, so that their limits have a Monte Carlo error.
    pub by_chance: bool,
    /// Kind of interval.
    pub interval: IntervalKind,
    /// As in the `interval_method` column.
    pub method: &'a str,
}

/// Method of an interval that no replicate was needed for.
pub const FROM_COVARIANCE: &str = "normal, from the covariance of the quantities";

/// Prices the quantities of a result: the same points and standard errors as in the run, normal intervals, and what is read off
/// draws from normal draws of the quantities; `seed` is that of the result.
///
/// # Errors
/// Where a rule changes inside a cell of the quantities.
pub fn price(quantities: &Quantities, prices: &Prices, seed: u64) -> Result<Vec<Row>> {
    let books = Book::all(prices, quantities)?;
    let replicates = Replicates {
        values: &normal_draws::amounts(quantities, &books, seed),
        count: normal_draws::DRAWS as usize,
        prices: &PriceDraws::of(prices, seed, normal_draws::DRAWS),
        by_chance: true,
        interval: IntervalKind::Normal,
        method: FROM_COVARIANCE,
    };
    Ok(rows(quantities, &books, &replicates))
}

/// Makes the rows of quantities with prices on them, by contrast.
pub fn rows(quantities: &Quantities, books: &[Book<'_>], replicates: &Replicates<'_>) -> Vec<Row> {
    let contrasts = &quantities.contrasts;
    let all: Vec<Vec<Number>> = books.iter().map(numbers).collect();
    let observed: Vec<Observed<'_>> = (books.iter().zip(contrasts))
        .map(|(book, contrast)| Observed::new(book, contrast))
        .collect();
    let draws: Vec<Draws<'_>> = (observed.iter().zip(&all).enumerate())
        .map(|(k, (observed, numbers))| {
            let amounts = replicates.values.get(k).map_or(&[][..], Vec::as_slice);
            Draws::of((observed, numbers), amounts, replicates.prices)
        })
        .collect();
    let maker = Maker::new(quantities, replicates);
    let mut out = Vec::new();
    let mut first = 0;
    for path in all
        .first()
        .map_or(&[][..], Vec::as_slice)
        .chunk_by(same_path)
    {
        let columns = first..first + path.len();
        for (k, observed) in observed.iter().enumerate() {
            let (numbers, values) = (&all[k][columns.clone()], draws[k].columns(columns.clone()));
            out.extend(maker.path(numbers, &vec![observed; numbers.len()], values));
        }
        first = columns.end;
    }
    for ((observed, contrast), (numbers, draws)) in
        (observed.iter().zip(contrasts)).zip(all.iter().zip(&draws))
    {
        let numbers = (observed, numbers.as_slice());
        out.extend(draws::rows(numbers, draws, maker.confidence, &|number| {
            maker.empty(number, contrast)
        }));
    }
    for (observed, contrast) in observed.iter().zip(contrasts) {
        let arm = &contrast.treated.arm;
        if let Some(row) = balance::row(observed.book.prices, arm, &out) {
            out.push(row);
        }
    }
    out
}

/// Whether two numbers are of one row, or of one account by week.
pub(super) fn same_path(a: &Number, b: &Number) -> bool {
    a.estimand == b.estimand && a.item == b.item
}

/// Makes rows.
pub(super) struct Maker<'a> {
    quantities: &'a Quantities,
    replicates: &'a Replicates<'a>,
    confidence: ConfidenceLevel,
}

impl<'a> Maker<'a> {
    pub fn new(quantities: &'a Quantities, replicates: &'a Replicates<'a>) -> Self {
        Self {
            quantities,
            replicates,
            confidence: ConfidenceLevel::new(quantities.confidence).unwrap_or_default(),
        }
    }

    /// The rows of a number, of an account by week, or of an account by level: each number with what it is made of. Several have a
    /// band over them.
    pub fn path(
        &self,
        numbers: &[Number],
        observed: &[&Observed<'_>],
        replicates: &[f64],
    ) -> Vec<Row> {
        let each = || numbers.iter().zip(observed);
        let estimates: Vec<f64> = each().map(|(n, observed)| observed.value(n)).collect();
        let std_errors: Vec<f64> = each().map(|(n, observed)| observed.std_error(n)).collect();
        let is_path = numbers.len() > 1;
        let in_band: Vec<bool> = std_errors.iter().map(|e| is_path && *e > 0.0).collect();
        let found = infer(&PathInput {
            estimates: &estimates,
            std_errors: &std_errors,
            accelerations: &vec![f64::NAN; numbers.len()],
            freedom: &[],
            replicates,
            errors: &[],
            replicate_count: self.replicates.count,
            in_band: &in_band,
            scale: Scale::Identity,
            interval: self.replicates.interval,
            confidence: self.confidence,
        });
        let mut rows = Vec::new();
        for (k, (number, observed)) in each().enumerate() {
            let contrast = observed.contrast;
            let mut row = self.empty(number, contrast);
            let mut reasons: Vec<String> = Vec::new();
            if !contrast.note.is_empty() {
                reasons.push(contrast.note.clone());
            }
            if let Some(reason) = undefined(number, observed, estimates[k]) {
                row.status = Status::Undefined;
                reasons.push(reason);
                row.reason = reasons.join("; ").into();
                rows.push(row);
                continue;
            }
            row.estimate = Some(estimates[k]);
            if std_errors[k].is_finite() {
                row.std_error = Some(std_errors[k]);
                row.se_method = format!("linearisation over {}", self.quantities.units).into();
            }
            if self.replicates.count > 0 {
                row.replicates = Some(self.replicates.count as u32);
            }
            let column = &found.columns[k];
            if let Err(reason) = self.interval(&mut row, number, observed, column) {
                reasons.push(format!("no interval: {reason}"));
            } else if let Some(reason) =
                (column.band_reason).filter(|reason| is_path && *reason != Reason::NoReplicates)
            {
                reasons.push(format!("no band: {reason}"));
            }
            let too_many = reasons
                .iter()
                .any(|r| r.contains(Reason::TooManyUndefined.as_str()));
            if number.estimand == "net_benefit" && !too_many {
                row.p_value = row.std_error.and_then(|error| wald_p(estimates[k], error));
            }
            row.reason = reasons.join("; ").into();
            rows.push(row);
        }
        rows
    }

    fn interval(
        &self,
        row: &mut Row,
        number: &Number,
        observed: &Observed<'_>,
        found: &crate::inference::ColumnInference,
    ) -> std::result::Result<(), String> {
        let z = normal_quantile(1.0 - self.confidence.alpha() / 2.0);
        let of_ratio = number.divisor().map(|_| observed.normal_limits(number, z));
        if let Some(Err(NoLimits::DividesByZero)) = of_ratio {
            return Err(covers_zero(number).to_owned());
        }
        if row.std_error == Some(0.0) {
            // A constant: nothing in it varies.
            return Err(Reason::NoVariation.to_string());
        }
        if self.replicates.interval == IntervalKind::Normal
            && let Some(Ok((low, high))) = of_ratio
        {
            if !(low.is_finite() && high.is_finite()) {
                return Err(Reason::NoStandardError.to_string());
            }
            row.conf_low = Some(low);
            row.conf_high = Some(high);
        } else {
            row.conf_low = found.conf_low;
            row.conf_high = found.conf_high;
            row.band_low = found.band_low;
            row.band_high = found.band_high;
            row.mc_conf_low = found.mc_conf_low.filter(|_| self.replicates.by_chance);
            row.mc_conf_high = found.mc_conf_high.filter(|_| self.replicates.by_chance);
            row.mc_band = found.mc_band.filter(|_| self.replicates.by_chance);
            if self.replicates.count > 0 {
                row.undefined_replicates = Some(found.undefined_replicates);
            }
            if let Some(reason) = found.interval_reason {
                return Err(reason.to_string());
            }
        }
        row.interval_method = self.replicates.method.into();
        Ok(())
    }

    fn empty(&self, number: &Number, contrast: &QuantityContrast) -> Row {
        let adjusted = self.quantities.adjustment == "strata";
        let week = number.week.unwrap_or(self.quantities.horizon);
        Row {
            analysis: self.quantities.analysis.as_str().into(),
            estimand: number.estimand.into(),
            item: number.item.as_str().into(),
            subgroup: "all".into(),
            arm: contrast.treated.arm.as_str().into(),
            reference: contrast.control.arm.as_str().into(),
            week: Some(week as i32),
            n: Some(contrast.treated.n),
            n_reference: Some(contrast.control.n),
            unit: number.unit.as_str().into(),
            method: method(number.estimand, adjusted).into(),
            ..Row::blank()
        }
    }
}

/// How a number is made, in the `method` column.
pub(super) fn method(estimand: &str, within_strata: bool) -> &'static str {
    let card = super::CARDS.iter().find(|card| card.slug == estimand);
    match card {
        Some(card) if card.method == DIFFERENCE && within_strata => {
            "prices x accumulated quantities, difference within strata"
        }
        Some(card) => card.method,
        None => "",
    }
}

/// Method of what is a sum of prices times differences.
pub(super) const DIFFERENCE: &str = "prices x accumulated quantities, difference";

/// Why a number is undefined, if it is.
fn undefined(number: &Number, observed: &Observed<'_>, estimate: f64) -> Option<String> {
    if number.estimand == MVPF
        && let Form::Ratio { top, bottom } = &number.form
    {
        let found = decision::Mvpf::of(observed.sum(top), observed.sum(bottom));
        return match found {
            decision::Mvpf::Finite(_) => None,
            decision::Mvpf::Infinite => {
                Some("infinite: the public account does not lose, and participants gain".to_owned())
            }
            decision::Mvpf::Undefined => Some(
                "undefined: the public account does not lose, and participants do not gain"
                    .to_owned(),
            ),
        };
    }
    if estimate.is_finite() {
        return None;
    }
    let reason = match (&number.form, number.estimand) {
        (Form::Sum(_), "break_even_effect") => {
            "a unit of the effect adds nothing to the account, or is undefined"
        }
        (Form::Sum(_), _) => "nobody is followed to the horizon in an arm",
        (Form::Ratio { .. }, "break_even_price") => {
            "no price breaks even: the quantity does not differ, or is undefined"
        }
        (Form::Ratio { .. }, _) => "what it is divided by is zero or undefined",
    };
    Some(reason.to_owned())
}

fn covers_zero(number: &Number) -> &'static str {
    match number.estimand {
        "break_even_price" => "the interval of the quantity covers 0",
        _ => "the interval of what it is divided by covers 0",
    }
}
