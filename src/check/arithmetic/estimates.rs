//! An estimate with its standard error, interval and p-value: whether they can belong together, over all numbers that print
//! so. Logarithms and quantiles make this floating point; every range is widened by what that may lose.

use super::plain;
use crate::check::claims::Value;
use crate::check::printed::Printed;
use crate::check::published::{EstimateClaim, EstimateScale};
use crate::check::{Checked, Verdict};
use crate::numeric::student::{t_quantile, two_sided_t};
use crate::units::{ConfidenceLevel, is_significant};

/// What floating point may lose.
const ROUNDING: f64 = 1e-9;

/// From one number to another.
#[derive(Clone, Copy, Debug)]
struct Range {
    low: f64,
    high: f64,
}

impl Range {
    fn wider(low: f64, high: f64) -> Self {
        let by = ROUNDING * low.abs().max(high.abs());
        Self {
            low: low - by,
            high: high + by,
        }
    }

    fn of(printed: Printed, scale: EstimateScale) -> Self {
        let (low, high) = printed.between().floats();
        match scale {
            EstimateScale::Plain => Self::wider(low, high),
            // What prints as 0.00 may be as near to 0 as one likes.
            EstimateScale::Log => Self::wider(libm::log(low.max(0.0)), libm::log(high)),
        }
    }

    fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// In words, on the scale as printed.
    fn words(self, scale: EstimateScale) -> String {
        let shown = |x: f64| match scale {
            EstimateScale::Plain => plain(digits(x)),
            EstimateScale::Log => plain(digits(libm::exp(x))),
        };
        format!("{} to {}", shown(self.low), shown(self.high))
    }
}

/// What was looked at, and what was found wrong.
#[derive(Default)]
struct Findings {
    looked: Vec<&'static str>,
    wrong: Vec<String>,
}

impl Findings {
    fn look(&mut self, what: &'static str, holds: bool, wrong: impl FnOnce() -> String) {
        self.looked.push(what);
        if !holds {
            self.wrong.push(wrong());
        }
    }
}

pub(super) fn verdict(claim: &EstimateClaim, checked: &mut Checked) {
    let scale = claim.scale.unwrap_or_default();
    let confidence = (claim.confidence.and_then(ConfidenceLevel::new)).unwrap_or_default();
    let freedom = claim.freedom.unwrap_or(f64::INFINITY);
    let estimate = Range::of(claim.estimate, scale);
    let error = (claim.std_error).map(|e| Range::of(e, EstimateScale::Plain));
    let limits = claim.conf_low.zip(claim.conf_high);
    let limits = limits.map(|(low, high)| (Range::of(low, scale), Range::of(high, scale)));
    let symmetric = claim.symmetric.unwrap_or(true);
    let mut found = Findings::default();
    let mut implied = None;
    if let Some((low, high)) = limits {
        let within = low.low <= estimate.high && estimate.low <= high.high;
        found.look("the estimate lies between its limits", within, || {
            "the estimate does not lie between its limits".to_owned()
        });
        if symmetric {
            let middle = Range::wider(0.5 * (low.low + high.low), 0.5 * (low.high + high.high));
            found.look("and in their middle", middle.meets(estimate), || {
                let scale_word = if scale == EstimateScale::Log {
                    " in the logarithm"
                } else {
                    ""
                };
                format!(
                    "the middle of the limits{scale_word} is {}, not the estimate",
                    middle.words(scale)
                )
            });
            let quantile = t_quantile(1.0 - 0.5 * confidence.alpha(), freedom);
            let twice = 2.0 * quantile;
            let width = Range::wider(
                ((high.low - low.high) / twice).max(0.0),
                (high.high - low.low) / twice,
            );
            if let Some(error) = error {
                found.look(
                    "the standard error is that of the limits",
                    width.meets(error),
                    || {
                        format!(
                            "the limits imply a standard error of {}",
                            width.words(EstimateScale::Plain)
                        )
                    },
                );
            }
            implied = Some(width);
        }
    }
    if let Some(error) = error.or(implied) {
        let p = wald(estimate, error, freedom);
        p_values(
            claim,
            p,
            confidence,
            "of the estimate and its error",
            &mut found,
        );
    } else if let Some(p) = claim.p_value {
        let (low, high) = p.between().floats();
        let p = Range::wider(low.max(0.0), high.min(1.0));
        p_values(claim, p, confidence, "as printed", &mut found);
    }
    if let (Some((low, high)), Some(published), false) = (limits, claim.significant, symmetric) {
        // A limit that prints as 0 may lie on either side of it.
        let surely_holds = low.high <= 0.0 && high.low >= 0.0;
        let surely_not = low.low > 0.0 || high.high < 0.0;
        let holds = if published {
            !surely_holds
        } else {
            !surely_not
        };
        found.look("the interval agrees with the test", holds, || {
            let word = if published { "holds" } else { "does not hold" };
            format!("the interval {word} the value of no effect")
        });
    }
    checked.published = Value::Number(claim.estimate.value());
    if found.wrong.is_empty() {
        checked.verdict = Verdict::Same;
        checked.detail = found.looked.join(", ");
    } else {
        checked.verdict = Verdict::Differs;
        checked.detail = found.wrong.join("; ");
    }
}

/// The p-values of all pairs of an estimate and an error.
fn wald(estimate: Range, error: Range, freedom: f64) -> Range {
    let least = if estimate.low <= 0.0 && estimate.high >= 0.0 {
        0.0
    } else {
        estimate.low.abs().min(estimate.high.abs())
    };
    let most = estimate.low.abs().max(estimate.high.abs());
    let smallest = if error.low > 0.0 {
        most / error.low
    } else {
        f64::INFINITY
    };
    let largest = if error.high > 0.0 {
        least / error.high
    } else {
        0.0
    };
    let (low, high) = (
        two_sided_t(smallest, freedom),
        two_sided_t(largest, freedom),
    );
    Range {
        low: low * (1.0 - ROUNDING),
        high: (high * (1.0 + ROUNDING)).min(1.0),
    }
}

fn p_values(
    claim: &EstimateClaim,
    p: Range,
    confidence: ConfidenceLevel,
    whose: &str,
    found: &mut Findings,
) {
    let told = p.words(EstimateScale::Plain);
    if let Some(printed) = claim.p_value {
        let (low, high) = printed.between().floats();
        found.look("so is p", p.meets(Range { low, high }), || {
            format!("p {whose} is {told}, not {printed}")
        });
    }
    if let Some(bound) = claim.p_below {
        found.look("p is below its bound", p.low < bound, || {
            format!("p {whose} is {told}, not below {}", plain(bound))
        });
    }
    if let Some(published) = claim.significant {
        let level = confidence.get();
        let holds = if published {
            is_significant(p.low, level)
        } else {
            !is_significant(p.high, level)
        };
        found.look("so is significance", holds, || {
            let word = if published {
                "not significant"
            } else {
                "significant"
            };
            format!("p {whose} is {told}: {word}")
        });
    }
}

/// Four digits that count.
fn digits(x: f64) -> f64 {
    format!("{x:.3e}").parse().unwrap_or(x)
}
