//! Shares with a required level: how far each arm, at each site, lies from it, and whether that can be chance.

use crate::inference::wald_p;
use crate::results::Row;
use crate::study::{OutcomeKind, Study};

/// After the shares of the whole period of each arm and level: the last one less the required level.
pub(super) fn against_target(study: &Study, rows: &mut Vec<Row>) {
    let targets: Vec<(&str, f64)> = (study.outcomes.iter())
        .filter_map(|outcome| match &outcome.kind {
            OutcomeKind::ShareAmong {
                target: Some(target),
                ..
            } => Some((outcome.name.as_str(), *target)),
            _ => None,
        })
        .collect();
    if targets.is_empty() {
        return;
    }
    let mut out = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        out.push(row.clone());
        let target = targets.iter().find(|(name, _)| **name == *row.outcome);
        let (Some(&(_, target)), "period_mean") = (target, &*row.estimand) else {
            continue;
        };
        let same = |next: &Row| {
            next.estimand == row.estimand
                && next.analysis == row.analysis
                && next.arm == row.arm
                && next.subgroup == row.subgroup
                && next.level == row.level
        };
        if rows.get(place + 1).is_none_or(|next| !same(next)) {
            out.push(less(row, target));
        }
    }
    *rows = out;
}

/// The same number with another zero: its standard error is the same, and its limits move with it.
fn less(row: &Row, target: f64) -> Row {
    let moved = |x: Option<f64>| x.map(|x| x - target);
    let estimate = moved(row.estimate);
    Row {
        estimand: "against_target".into(),
        estimate,
        conf_low: moved(row.conf_low),
        conf_high: moved(row.conf_high),
        band_low: None,
        band_high: None,
        mc_band: None,
        p_value: estimate
            .zip(row.std_error)
            .and_then(|(e, se)| wald_p(e, se)),
        method: format!("share of the period less the required level {target}").into(),
        ..row.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_moves_and_its_error_stays() {
        let row = Row {
            estimate: Some(0.7),
            std_error: Some(0.05),
            conf_low: Some(0.6),
            conf_high: Some(0.8),
            ..Row::blank()
        };
        let moved = less(&row, 0.8);
        assert!((moved.estimate.unwrap_or(0.0) + 0.1).abs() < 1e-15);
        assert!((moved.conf_high.unwrap_or(1.0)).abs() < 1e-15);
        assert_eq!(moved.std_error, Some(0.05));
        // Two standard errors below.
        assert!((moved.p_value.unwrap_or(0.0) - 0.045_500_263_896_358_4).abs() < 1e-12);
    }
}
