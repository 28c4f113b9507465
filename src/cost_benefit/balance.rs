//! The check that the accounts hold together: all parties together have what is made less what is used up, whatever moves between
//! them. It is worked out from the rows that are told, not from what they were made of.

use super::{Flow, Party, Prices};
use crate::results::{Row, Status};

/// Slug of the check.
pub const BALANCE: &str = "accounts_balance";

/// Rounding of sums, beside the largest number that went into them.
const ROUNDING: f64 = 1e-9;

/// Sum of the accounts of all parties, less the lines of resources; none where a number of them is not told.
pub(super) fn row(prices: &Prices, arm: &str, rows: &[Row]) -> Option<Row> {
    let of = |estimand: &str, item: &str| {
        let is_it =
            |row: &&Row| &*row.estimand == estimand && *row.item == *item && *row.arm == *arm;
        rows.iter().find(is_it)
    };
    let mut parts: Vec<f64> = Vec::new();
    for party in Party::ALL {
        parts.push(of("net_benefit", party.as_str())?.estimate?);
    }
    let resources = prices
        .lines
        .iter()
        .filter(|line| matches!(line.flow, Flow::Resource { .. }));
    for line in resources {
        let money = of("ledger_line", &line.name)?.estimate?;
        parts.push(-line.society_sign() * money);
    }
    let largest = parts.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    let sum: f64 = parts.iter().sum();
    let is_rounding = sum.abs() <= ROUNDING * largest;
    let like = of("net_benefit", "society")?;
    Some(Row {
        estimand: BALANCE.into(),
        item: "society".into(),
        estimate: Some(if is_rounding { 0.0 } else { sum }),
        std_error: None,
        se_method: "".into(),
        conf_low: None,
        conf_high: None,
        mc_conf_low: None,
        mc_conf_high: None,
        p_value: None,
        replicates: None,
        undefined_replicates: None,
        interval_method: "".into(),
        status: Status::Ok,
        reason: "".into(),
        method: super::rows::method(BALANCE, false).into(),
        ..like.clone()
    })
}
