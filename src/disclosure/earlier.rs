//! Beside an earlier edition: weeks in which a number of persons differs by a few from what was told before.

use super::plan::Blocked;
use crate::results::{Bundle, Row, Status};
use std::collections::BTreeMap;

/// What both editions say of one number.
type Key<'a> = ([&'a str; 8], &'a str, Option<i32>);

fn key(row: &Row) -> Key<'_> {
    (row.identity(), &row.unit, row.week)
}

/// Weeks of a column that may not be shown, since some count of persons differs by fewer than the smallest cell from that of the
/// earlier edition. Rows without a week say nothing that a row of the last week does not.
pub(super) fn blocked(rows: &[Row], earlier: &Bundle, smallest: u64) -> Blocked {
    let mut told: BTreeMap<Key<'_>, &Row> = BTreeMap::new();
    for row in earlier.rows() {
        if row.status != Status::Hidden {
            told.insert(key(row), row);
        }
    }
    let mut blocked = Blocked::new();
    for row in rows {
        let (Some(week), Some(before)) = (row.week, told.get(&key(row))) else {
            continue;
        };
        let counts = |row: &Row| {
            let count = |value: Option<i64>| value.and_then(|v| u64::try_from(v).ok());
            [
                row.n,
                row.n_reference,
                count(row.events),
                count(row.events_reference),
            ]
        };
        let pairs = counts(row).into_iter().zip(counts(before));
        let small = |(now, then): (Option<u64>, Option<u64>)| {
            (now.zip(then)).is_some_and(|(now, then)| (1..smallest).contains(&now.abs_diff(then)))
        };
        if pairs.into_iter().any(small) {
            let weeks = blocked.entry(row.subgroup.to_string()).or_default();
            weeks.insert(week);
        }
    }
    blocked
}
