//! The rows of the money: numbers with their standard errors, and intervals from the replicates or, where there are none,
//! from the covariance of the quantities.

use super::numbers::{Number, numbers};
use super::{Form, Prices};
use crate::inference::{PathInput, Reason, Scale, infer, wald_p};
use crate::numeric::normal::normal_quantile;
use crate::results::{Quantities, QuantityContrast, Row, Status};
use crate::study::IntervalKind;
use crate::units::ConfidenceLevel;

/// The replicates of all numbers, and how they were drawn.
#[derive(Clone, Copy, Debug)]
pub struct Replicates<'a> {
    /// `values[contrast][number]` has one value per replicate.
    pub values: &'a [Vec<Vec<f64>>],
    /// How many.
    pub count: usize,
    /// Whether they are some of many, so that their limits have a Monte Carlo error.
    pub by_chance: bool,
    /// Kind of interval.
    pub interval: IntervalKind,
    /// As in the `interval_method` column.
    pub method: &'a str,
}

/// Method of an interval that no replicate was needed for.
pub const FROM_COVARIANCE: &str = "normal, from the covariance of the quantities";

/// Prices the quantities without replicates: the same points and standard errors, normal intervals.
pub fn price(quantities: &Quantities, prices: &Prices) -> Vec<Row> {
    let replicates = Replicates {
        values: &[],
        count: 0,
        by_chance: false,
        interval: IntervalKind::Normal,
        method: FROM_COVARIANCE,
    };
    rows(quantities, prices, &replicates)
}

/// Prices the quantities.
pub fn rows(quantities: &Quantities, prices: &Prices, replicates: &Replicates<'_>) -> Vec<Row> {
    let all: Vec<Vec<Number>> = (quantities.contrasts.iter())
        .map(|contrast| {
            let arms = (contrast.treated.arm.as_str(), contrast.control.arm.as_str());
            numbers(prices, &quantities.cells, arms)
        })
        .collect();
    let maker = Maker {
        quantities,
        replicates,
        confidence: ConfidenceLevel::new(quantities.confidence).unwrap_or_default(),
    };
    let width = all.first().map_or(0, Vec::len);
    let mut out = Vec::new();
    for index in 0..width {
        for (k, contrast) in quantities.contrasts.iter().enumerate() {
            let values = (replicates.values.get(k)).map_or(&[][..], |numbers| &numbers[index]);
            out.push(maker.row(&all[k][index], contrast, values));
        }
    }
    let benefits = |number: &Number| number.estimand == "net_benefit";
    for index in 0..width {
        for (k, contrast) in quantities.contrasts.iter().enumerate() {
            if let (true, Some(numbers)) = (benefits(&all[k][index]), replicates.values.get(k)) {
                out.push(maker.surplus_share(&all[k][index], contrast, &numbers[index]));
            }
        }
    }
    out
}

struct Maker<'a> {
    quantities: &'a Quantities,
    replicates: &'a Replicates<'a>,
    confidence: ConfidenceLevel,
}

impl Maker<'_> {
    fn row(&self, number: &Number, contrast: &QuantityContrast, replicates: &[f64]) -> Row {
        let estimate = number.value(&contrast.treated.values, &contrast.control.values);
        let std_error = number.std_error(contrast);
        let mut row = self.empty(number, contrast);
        let mut reasons: Vec<String> = Vec::new();
        if !contrast.note.is_empty() {
            reasons.push(contrast.note.clone());
        }
        if !estimate.is_finite() {
            row.status = Status::Undefined;
            reasons.push(
                match number.form {
                    Form::Sum(_) => "nobody is followed to the horizon in an arm",
                    Form::Root { .. } => {
                        "no price breaks even: the quantity does not differ, or is undefined"
                    }
                }
                .to_owned(),
            );
            row.reason = reasons.join("; ").into();
            return row;
        }
        row.estimate = Some(estimate);
        if std_error.is_finite() {
            row.std_error = Some(std_error);
            row.se_method = format!("linearisation over {}", self.quantities.units).into();
        }
        if self.replicates.count > 0 {
            row.replicates = Some(self.replicates.count as u32);
        }
        if let Err(reason) = self.interval(&mut row, number, contrast, replicates) {
            reasons.push(format!("no interval: {reason}"));
        }
        let is_root = matches!(number.form, Form::Root { .. });
        let too_many = reasons
            .iter()
            .any(|r| r.contains(Reason::TooManyUndefined.as_str()));
        if !is_root && number.estimand == "net_benefit" && !too_many {
            row.p_value = row.std_error.and_then(|error| wald_p(estimate, error));
        }
        row.reason = reasons.join("; ").into();
        row
    }

    fn interval(
        &self,
        row: &mut Row,
        number: &Number,
        contrast: &QuantityContrast,
        replicates: &[f64],
    ) -> Result<(), String> {
        let z = normal_quantile(1.0 - self.confidence.alpha() / 2.0);
        if number.divides_by_zero(contrast, z) {
            return Err("the interval of the quantity covers 0".to_owned());
        }
        let estimate = row.estimate.unwrap_or(f64::NAN);
        let std_error = row.std_error.unwrap_or(f64::NAN);
        if std_error == 0.0 {
            // A constant: prices are taken as certain.
            return Err(Reason::NoVariation.to_string());
        }
        if self.replicates.interval == IntervalKind::Normal
            && matches!(number.form, Form::Root { .. })
        {
            let (low, high) = (number.normal_limits(contrast, z))
                .map_err(|_| "the interval of the quantity covers 0".to_owned())?;
            row.conf_low = Some(low);
            row.conf_high = Some(high);
        } else {
            let found = infer(&PathInput {
                estimates: &[estimate],
                std_errors: &[std_error],
                accelerations: &[f64::NAN],
                freedom: &[],
                replicates,
                errors: &[],
                replicate_count: replicates.len(),
                in_band: &[false],
                scale: Scale::Identity,
                interval: self.replicates.interval,
                confidence: self.confidence,
            });
            let found = &found.columns[0];
            row.conf_low = found.conf_low;
            row.conf_high = found.conf_high;
            row.mc_conf_low = found.mc_conf_low.filter(|_| self.replicates.by_chance);
            row.mc_conf_high = found.mc_conf_high.filter(|_| self.replicates.by_chance);
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

    /// The share of replicates with a surplus. It is a property of the draws, not a probability.
    fn surplus_share(&self, number: &Number, contrast: &QuantityContrast, values: &[f64]) -> Row {
        let mut row = self.empty(number, contrast);
        row.estimand = "surplus_share".into();
        row.unit = "share".into();
        row.method = "share of replicates with a net benefit above 0".into();
        let defined = values.iter().filter(|value| value.is_finite()).count();
        row.replicates = Some(values.len() as u32);
        row.undefined_replicates = Some((values.len() - defined) as u32);
        if defined == 0 {
            row.status = Status::Undefined;
            row.reason = "no replicate is defined".into();
        } else {
            let above = values.iter().filter(|value| **value > 0.0).count();
            row.estimate = Some(above as f64 / defined as f64);
        }
        row
    }

    fn empty(&self, number: &Number, contrast: &QuantityContrast) -> Row {
        let adjusted = self.quantities.adjustment == "strata";
        Row {
            analysis: self.quantities.analysis.as_str().into(),
            estimand: number.estimand.into(),
            item: number.item.as_str().into(),
            subgroup: "all".into(),
            arm: contrast.treated.arm.as_str().into(),
            reference: contrast.control.arm.as_str().into(),
            week: Some(self.quantities.horizon as i32),
            n: Some(contrast.treated.n),
            n_reference: Some(contrast.control.n),
            unit: number.unit.as_str().into(),
            method: match (number.estimand, adjusted) {
                ("break_even_price", _) => "price at which society's net benefit is 0".into(),
                (_, true) => "prices x accumulated quantities, difference within strata".into(),
                (_, false) => "prices x accumulated quantities, difference".into(),
            },
            ..Row::blank()
        }
    }
}
