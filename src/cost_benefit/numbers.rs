//! From lines to numbers: each is a sum over the quantities of both sides of a contrast, or the root of such a sum in a
//! price. The point, its standard error, every replicate and the numbers priced again outside come from here.

use super::perspectives::{Perspective, REGISTRY};
use super::{Flow, Line, Prices, Quantity};
use crate::results::{QuantityCell, QuantityContrast, quantities};

/// Coefficients of the quantities of both sides, and a constant:
/// `sum treated[c] x Qt[c] - sum control[c] x Qc[c] + constant`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linear {
    treated: Vec<f64>,
    control: Vec<f64>,
    constant: f64,
}

impl Linear {
    fn zero(cells: usize) -> Self {
        Self {
            treated: vec![0.0; cells],
            control: vec![0.0; cells],
            constant: 0.0,
        }
    }

    /// The money of a line, its quantity priced at `value`, for a contrast of two arms.
    fn of_line(line: &Line, value: f64, cells: &[QuantityCell], arms: (&str, &str)) -> Self {
        let counts_in = |arm: &str| line.arms.is_empty() || line.arms.iter().any(|a| a == arm);
        let (treated, control) = (counts_in(arms.0), counts_in(arms.1));
        let mut linear = Self::zero(cells.len());
        match &line.quantity {
            Quantity::Person => {
                linear.constant =
                    value * (f64::from(u8::from(treated)) - f64::from(u8::from(control)));
            }
            Quantity::Outcome(outcome) => {
                for (c, _) in cells
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| cell.outcome == *outcome)
                {
                    linear.treated[c] = if treated { value } else { 0.0 };
                    linear.control[c] = if control { value } else { 0.0 };
                }
            }
        }
        linear
    }

    fn add(&mut self, weight: f64, other: &Self) {
        if weight == 0.0 {
            return;
        }
        for (sum, x) in self.treated.iter_mut().zip(&other.treated) {
            *sum += weight * x;
        }
        for (sum, x) in self.control.iter_mut().zip(&other.control) {
            *sum += weight * x;
        }
        self.constant += weight * other.constant;
    }

    /// Its value for the quantities of both sides.
    pub fn value(&self, treated: &[f64], control: &[f64]) -> f64 {
        quantities::sum(&self.treated, treated) - quantities::sum(&self.control, control)
            + self.constant
    }

    /// Covariance of two of them: the arms are independent.
    fn covariance(&self, other: &Self, contrast: &QuantityContrast) -> f64 {
        contrast
            .treated
            .covariance_of(&self.treated, &other.treated)
            + contrast
                .control
                .covariance_of(&self.control, &other.control)
    }
}

/// How a number follows from the quantities.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// It is a sum.
    Sum(Linear),
    /// It is the price p at which `rest + p x slope` is 0.
    Root {
        /// What does not depend on the price.
        rest: Linear,
        /// What one unit of the price adds.
        slope: Linear,
    },
}

/// One number of a contrast.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Slug.
    pub estimand: &'static str,
    /// Perspective or line.
    pub item: String,
    /// Unit.
    pub unit: String,
    /// What it is.
    pub form: Form,
}

/// The `item` of the break-even price of the whole programme.
pub const PROGRAMME: &str = "programme";

/// All numbers of a contrast, in the order of the rows.
pub fn numbers(prices: &Prices, cells: &[QuantityCell], arms: (&str, &str)) -> Vec<Number> {
    let money: Vec<Linear> = (prices.lines.iter())
        .map(|line| Linear::of_line(line, line.value, cells, arms))
        .collect();
    let total = |weigh: &dyn Fn(usize, &Line) -> f64| {
        let mut sum = Linear::zero(cells.len());
        for (i, line) in prices.lines.iter().enumerate() {
            sum.add(weigh(i, line), &money[i]);
        }
        sum
    };
    let mut out = Vec::new();
    for Perspective { slug, weigh } in REGISTRY {
        out.push(Number {
            estimand: "net_benefit",
            item: (*slug).to_owned(),
            unit: prices.currency.clone(),
            form: Form::Sum(total(&|_, line| weigh(line))),
        });
    }
    for (line, money) in prices.lines.iter().zip(&money) {
        out.push(Number {
            estimand: "ledger_line",
            item: line.name.clone(),
            unit: prices.currency.clone(),
            form: Form::Sum(money.clone()),
        });
    }
    let costs = |line: &Line| line.programme && matches!(line.flow, Flow::Resource { .. });
    if prices.lines.iter().any(costs) {
        let others = |_: usize, line: &Line| {
            if line.programme {
                0.0
            } else {
                line.society_sign()
            }
        };
        out.push(Number {
            estimand: "break_even_price",
            item: PROGRAMME.to_owned(),
            unit: prices.currency.clone(),
            form: Form::Sum(total(&others)),
        });
    }
    for (k, line) in prices
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| costs(line))
    {
        let mut slope = Linear::zero(cells.len());
        slope.add(
            line.society_sign(),
            &Linear::of_line(line, 1.0, cells, arms),
        );
        out.push(Number {
            estimand: "break_even_price",
            item: line.name.clone(),
            unit: line.unit.clone(),
            form: Form::Root {
                rest: total(&|i, line| if i == k { 0.0 } else { line.society_sign() }),
                slope,
            },
        });
    }
    out
}

/// The observed quantity of a line in a contrast, per assigned person: what its price is put on.
pub fn quantity(line: &Line, cells: &[QuantityCell], contrast: &QuantityContrast) -> f64 {
    let arms = (contrast.treated.arm.as_str(), contrast.control.arm.as_str());
    Linear::of_line(line, 1.0, cells, arms)
        .value(&contrast.treated.values, &contrast.control.values)
}

impl Number {
    /// Its value for the quantities of both sides; NaN where it is undefined.
    pub fn value(&self, treated: &[f64], control: &[f64]) -> f64 {
        match &self.form {
            Form::Sum(linear) => linear.value(treated, control),
            Form::Root { rest, slope } => {
                let slope = slope.value(treated, control);
                if slope == 0.0 {
                    f64::NAN
                } else {
                    -rest.value(treated, control) / slope
                }
            }
        }
    }

    /// Its standard error, from the covariance of the quantities; NaN where there is none. That of a root is linearised.
    pub fn std_error(&self, contrast: &QuantityContrast) -> f64 {
        let variance = match &self.form {
            Form::Sum(linear) => linear.covariance(linear, contrast),
            Form::Root { rest, slope } => {
                let (treated, control) = (&contrast.treated.values, &contrast.control.values);
                let price = self.value(treated, control);
                let mut at = rest.clone();
                at.add(price, slope);
                let slope = slope.value(treated, control);
                at.covariance(&at, contrast) / (slope * slope)
            }
        };
        // A variance of a few rounding errors below zero is zero; one that does not exist stays so.
        if variance < 0.0 { 0.0 } else { variance.sqrt() }
    }

    /// Limits of the normal interval. Those of a root are by inversion (Fieller): the prices at which a net benefit of
    /// zero is not rejected.
    ///
    /// # Errors
    /// Where that is no interval, because the quantity itself may be zero.
    pub fn normal_limits(
        &self,
        contrast: &QuantityContrast,
        z: f64,
    ) -> Result<(f64, f64), NoLimits> {
        let (treated, control) = (&contrast.treated.values, &contrast.control.values);
        match &self.form {
            Form::Sum(_) => {
                let (value, error) = (self.value(treated, control), self.std_error(contrast));
                Ok((value - z * error, value + z * error))
            }
            Form::Root { rest, slope } => {
                let (a, b) = (rest.value(treated, control), slope.value(treated, control));
                let square = b * b - z * z * slope.covariance(slope, contrast);
                if square.is_nan() || square <= 0.0 {
                    return Err(NoLimits::QuantityMayBeZero);
                }
                let cross = a * b - z * z * rest.covariance(slope, contrast);
                let free = a * a - z * z * rest.covariance(rest, contrast);
                let spread = (cross * cross - square * free).max(0.0).sqrt();
                Ok(((-cross - spread) / square, (-cross + spread) / square))
            }
        }
    }

    /// Whether the quantity a break-even price divides by may be zero, at a width of z standard errors.
    pub fn divides_by_zero(&self, contrast: &QuantityContrast, z: f64) -> bool {
        matches!(self.form, Form::Root { .. }) && self.normal_limits(contrast, z).is_err()
    }

    /// In a replicate, a root whose quantity has the other sign answers another question; it is undefined there.
    pub fn replicate_value(
        &self,
        (treated, control): (&[f64], &[f64]),
        observed_slope: f64,
    ) -> f64 {
        match &self.form {
            Form::Root { slope, .. } if slope.value(treated, control) * observed_slope <= 0.0 => {
                f64::NAN
            }
            _ => self.value(treated, control),
        }
    }

    /// The sign-giving quantity of a root; 1 for a sum.
    pub fn slope(&self, treated: &[f64], control: &[f64]) -> f64 {
        match &self.form {
            Form::Sum(_) => 1.0,
            Form::Root { slope, .. } => slope.value(treated, control),
        }
    }
}

/// Why a break-even price has no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLimits {
    /// The interval of the quantity covers 0.
    QuantityMayBeZero,
}
