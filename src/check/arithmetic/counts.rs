//! Shares of whole persons, means of whole numbers: of n persons not every share exists (the GRIM test of Brown and
//! Heathers, 2017).

use super::plain;
use crate::check::claims::Value;
use crate::check::printed::{Between, PARTS};
use crate::check::published::CountClaim;
use crate::check::{Checked, Verdict};

/// The least and the largest whole number that is such a share of n; `None`: there is none.
pub(super) fn whole(share: Between, n: u64) -> Option<(u64, u64)> {
    let n = i128::from(n);
    let first = -(-share.low * n).div_euclid(PARTS);
    let last = (share.high * n).div_euclid(PARTS);
    let (first, last) = (u64::try_from(first.max(0)).ok()?, u64::try_from(last).ok()?);
    (first <= last).then_some((first, last))
}

pub(super) fn verdict(claim: &CountClaim, checked: &mut Checked) {
    let items = claim.items.unwrap_or(1);
    let n = u64::from(claim.n) * u64::from(items);
    let share = claim.share.between();
    checked.published = Value::Number(claim.share.value());
    let of = |count: u64| count as f64 / n as f64;
    let found = whole(share, n);
    if let Some(count) = claim.count {
        let count = u64::from(count);
        let there = found.is_some_and(|(first, last)| (first..=last).contains(&count));
        checked.verdict = match (there, found) {
            (true, _) => Verdict::Same,
            (false, None) => Verdict::Impossible,
            (false, Some(_)) => Verdict::Differs,
        };
        checked.found = Some(Value::Number(of(count)));
        checked.difference = Some(of(count) - claim.share.value());
        checked.detail = format!("{count} of {n} is {}", plain(of(count)));
        return;
    }
    let near = (claim.share.value() * n as f64).max(0.0);
    let below = near.floor() as u64;
    if let Some((first, last)) = found {
        checked.verdict = Verdict::Same;
        let nearest = (near.round() as u64).clamp(first, last);
        checked.found = Some(Value::Number(of(nearest)));
        checked.difference = Some(of(nearest) - claim.share.value());
        checked.detail = if first == last {
            format!("{first} of {n}")
        } else {
            format!("{first} to {last} of {n}")
        };
    } else {
        checked.verdict = Verdict::Impossible;
        checked.detail = format!(
            "no whole number of {n} prints so: {below} is {}, {} is {}",
            plain(of(below)),
            below + 1,
            plain(of(below + 1))
        );
    }
}
