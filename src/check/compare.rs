//! A published value against the number of a row: exactly, by rounding, by tolerance, within Monte Carlo error.

use super::claims::{RowClaim, Value};
use super::{Checked, Verdict};
use crate::numeric::normal::normal_quantile;
use crate::results::{Bundle, Row, Status};
use crate::units::is_significant;

/// Chance that a file whose simulated numbers are all right is said to differ.
const FALSE_ALARM: f64 = 1e-4;

/// Relative difference below which two numbers are the same: what decimal text loses.
const TINY: f64 = 1e-12;

/// How many standard errors a simulated number may lie away when `comparisons` of them are made: the false alarm is
/// shared among them.
pub(super) fn allowed_errors(comparisons: usize) -> f64 {
    -normal_quantile(FALSE_ALARM / (2.0 * comparisons.max(1) as f64))
}

/// Monte Carlo standard error of a column of a row, when it was simulated.
pub(super) fn own_error(row: &Row, column: &str) -> Option<f64> {
    match column {
        "conf_low" => row.mc_conf_low,
        "conf_high" => row.mc_conf_high,
        "band_low" | "band_high" => row.mc_band,
        "p_value" | "p_adjusted" | "significant" => row.mc_p,
        _ => None,
    }
}

/// Monte Carlo standard error of a difference, when either side was simulated.
pub(super) fn monte_carlo_error(row: &Row, claim: &RowClaim) -> Option<f64> {
    let ours = own_error(row, claim.column.as_deref().unwrap_or("estimate"));
    let squares: Vec<f64> = [ours, claim.mc]
        .into_iter()
        .flatten()
        .map(|e| e * e)
        .collect();
    (!squares.is_empty()).then(|| squares.iter().sum::<f64>().sqrt())
}

/// Fills in what a row says to a claim; `errors` is from [`allowed_errors`].
pub(super) fn verdict(
    bundle: &Bundle,
    row: &Row,
    claim: &RowClaim,
    errors: f64,
    checked: &mut Checked,
) {
    let column = claim.column.as_deref().unwrap_or("estimate");
    checked.own_error = own_error(row, column);
    if row.status == Status::Hidden {
        checked.verdict = Verdict::Hidden;
        checked.detail = row.reason.to_string();
        return;
    }
    let simulated = errors * monte_carlo_error(row, claim).unwrap_or(0.0);
    match claim.value {
        Value::Truth(published) => truth(bundle, row, published, simulated, checked),
        Value::Number(published) => match row.number(column) {
            Some(found) => number(published, found, claim, simulated, checked),
            None => undefined(row, column, checked),
        },
    }
}

fn truth(bundle: &Bundle, row: &Row, published: bool, simulated: f64, checked: &mut Checked) {
    let Some(p) = row.p_adjusted.or(row.p_value) else {
        return undefined(row, "p_value", checked);
    };
    let confidence = bundle.study.confidence(&row.analysis);
    let alpha = confidence.alpha();
    let found = is_significant(p, confidence.get());
    checked.found = Some(Value::Truth(found));
    checked.detail = format!("p {} against {}", short(p), short(alpha));
    checked.verdict = if found == published {
        Verdict::Same
    } else if simulated > 0.0 && (p - alpha).abs() <= simulated {
        Verdict::WithinMonteCarlo
    } else {
        Verdict::Differs
    };
}

fn number(published: f64, found: f64, claim: &RowClaim, simulated: f64, checked: &mut Checked) {
    let difference = found - published;
    let away = difference.abs();
    checked.found = Some(Value::Number(found));
    checked.difference = Some(difference);
    let rounding = claim.rounded.map(|r| 0.5 * libm::pow(10.0, -f64::from(r)));
    let given = rounding.or(claim.tolerance).unwrap_or(0.0);
    let allowed = given + simulated;
    let noise = TINY * published.abs().max(found.abs());
    checked.verdict = if away <= noise {
        Verdict::Same
    } else if away <= given * (1.0 + 1e-9) + noise {
        if rounding.is_some() {
            Verdict::WithinRounding
        } else {
            Verdict::WithinTolerance
        }
    } else if simulated > 0.0 && away <= allowed + noise {
        Verdict::WithinMonteCarlo
    } else {
        Verdict::Differs
    };
    checked.allowed = Some(allowed);
    if checked.verdict != Verdict::Same {
        checked.detail = format!(
            "difference {}, allowed {}",
            short(difference),
            short(allowed)
        );
    }
}

fn undefined(row: &Row, column: &str, checked: &mut Checked) {
    checked.verdict = Verdict::Undefined;
    checked.detail = if row.reason.is_empty() {
        format!("the row has no {column}")
    } else {
        row.reason.to_string()
    };
}

/// A number for people: four digits that count, and never fewer than the whole number has.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if (1_000.0..1e15).contains(&value.abs()) {
        return format!("{value:.0}");
    }
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    let text = format!("{rounded:?}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
