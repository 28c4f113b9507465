//! The arithmetic of a published comparison of two shares, over every split of the persons that the publication leaves
//! open, every share that prints so, and both tests that are in use when it does not say which.

use super::counts::whole;
use super::{plain, worst};
use crate::check::claims::Value;
use crate::check::printed::{Between, Printed};
use crate::check::published::{ProportionsClaim, Test};
use crate::check::{Checked, Verdict};
use crate::numeric::fisher::fisher_exact;
use crate::numeric::normal::two_sided_p;
use crate::units::{ConfidenceLevel, is_significant};

/// Splits that are tried when none is published.
const USUAL_SPLIT: [f64; 2] = [0.3, 0.7];
/// Most counts of a group that are tried with Fisher's test; of more, so many evenly spread ones with both ends.
const COUNTS: u64 = 60;
/// What floating point may lose of a p-value.
const ROUNDING: f64 = 1e-9;

/// Two-sided p-value of the pooled z test of p1 of n1 against p2 of n2; 1 when nobody or everybody has the feature.
pub fn pooled_p(p1: f64, n1: u32, p2: f64, n2: u32) -> f64 {
    two_sided_p(pooled_z(p1, n1, p2, n2))
}

/// The z of that test; 0 when the pooled share is 0 or 1.
pub fn pooled_z(p1: f64, n1: u32, p2: f64, n2: u32) -> f64 {
    z(p1, n1, p2, n2, 0.0)
}

/// Two-sided p-value of the chi-square test with Yates' correction.
pub fn yates_p(p1: f64, n1: u32, p2: f64, n2: u32) -> f64 {
    two_sided_p(z(p1, n1, p2, n2, 0.5))
}

fn z(p1: f64, n1: u32, p2: f64, n2: u32, correction: f64) -> f64 {
    let (m1, m2) = (f64::from(n1), f64::from(n2));
    let pooled = (p1 * m1 + p2 * m2) / (m1 + m2);
    let inverse = 1.0 / m1 + 1.0 / m2;
    let variance = pooled * (1.0 - pooled) * inverse;
    let away = ((p1 - p2).abs() - correction * inverse).max(0.0);
    if variance > 0.0 {
        (p1 - p2).signum() * away / variance.sqrt()
    } else {
        0.0
    }
}

/// The splits to try: the one that is given, or every whole one within the limits.
fn splits(claim: &ProportionsClaim) -> Vec<(u32, u32)> {
    if let (Some(n1), Some(n2)) = (claim.n1, claim.n2) {
        return vec![(n1, n2)];
    }
    let n = claim.n.unwrap_or_default();
    let [low, high] = claim.split.unwrap_or(USUAL_SPLIT);
    // A limit that is a whole number but for rounding is that number.
    let first = (low * f64::from(n) - 1e-6).ceil().max(1.0) as u32;
    let last = ((high * f64::from(n) + 1e-6).floor() as u32).min(n.saturating_sub(1));
    let whole: Vec<(u32, u32)> = (first..=last).map(|n1| (n1, n - n1)).collect();
    if whole.is_empty() {
        vec![(n / 2, n - n / 2)]
    } else {
        whole
    }
}

/// The least and the largest p that the published numbers leave possible.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub low: f64,
    pub high: f64,
}

impl Span {
    fn of(p: impl IntoIterator<Item = f64>) -> Option<Self> {
        p.into_iter().fold(None, |span, p| {
            let span = span.unwrap_or(Self { low: p, high: p });
            Some(Self {
                low: span.low.min(p),
                high: span.high.max(p),
            })
        })
    }

    fn with(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// Wider by what floating point may lose.
    fn wider(self) -> Self {
        Self {
            low: self.low * (1.0 - ROUNDING),
            high: (self.high * (1.0 + ROUNDING)).min(1.0),
        }
    }
}

/// The p of a split; `None` when Fisher's test has no whole numbers of persons to work on.
fn span(claim: &ProportionsClaim, (n1, n2): (u32, u32)) -> Option<Span> {
    let shares = [claim.p1.between(), claim.p2.between()];
    let found = match claim.test {
        Some(Test::Pooled) => over_box(shares, &|p1, p2| pooled_p(p1, n1, p2, n2)),
        Some(Test::Yates) => over_box(shares, &|p1, p2| yates_p(p1, n1, p2, n2)),
        Some(Test::Fisher) => over_tables(shares, [n1, n2])?,
        None => over_box(shares, &|p1, p2| pooled_p(p1, n1, p2, n2))
            .with(over_box(shares, &|p1, p2| yates_p(p1, n1, p2, n2))),
    };
    Some(found.wider())
}

/// |z| grows as either share moves away from the other, so its extremes are at corners, or 0 where the shares can be
/// equal.
fn over_box([a, b]: [Between; 2], p: &dyn Fn(f64, f64) -> f64) -> Span {
    let within = |x: f64| x.clamp(0.0, 1.0);
    let ((a_low, a_high), (b_low, b_high)) = (a.floats(), b.floats());
    let corner = |x, y| p(within(x), within(y));
    let far = corner(a_high, b_low).min(corner(a_low, b_high));
    let near = if a.meets(b) {
        1.0
    } else if a.low > b.high {
        corner(a_low, b_high)
    } else {
        corner(a_high, b_low)
    };
    Span {
        low: far,
        high: near.max(far),
    }
}

fn over_tables([a, b]: [Between; 2], [n1, n2]: [u32; 2]) -> Option<Span> {
    let (n1, n2) = (u64::from(n1), u64::from(n2));
    let (first, second) = (some_of(whole(a, n1)?, n1), some_of(whole(b, n2)?, n2));
    let tables = first
        .iter()
        .flat_map(|x| second.iter().map(move |y| (*x, *y)));
    let p = tables.map(|(x, y)| fisher_exact(&[[x, y], [n1 - x, n2 - y]]).unwrap_or(1.0));
    Span::of(p)
}

/// Both ends of a range of counts, and evenly spread ones between them.
fn some_of((first, last): (u64, u64), n: u64) -> Vec<u64> {
    let (first, last) = (first.min(n), last.min(n));
    let step = ((last - first) / COUNTS).max(1);
    let mut counts: Vec<u64> = (first..=last).step_by(step as usize).collect();
    if counts.last() != Some(&last) {
        counts.push(last);
    }
    counts
}

/// Of the splits, in how many a statement is always true and in how many it can be.
struct Tally {
    always: usize,
    possible: usize,
    of: usize,
}

impl Tally {
    fn of(
        spans: &[Span],
        always: impl Fn(&Span) -> bool,
        possible: impl Fn(&Span) -> bool,
    ) -> Self {
        Self {
            always: spans.iter().filter(|s| always(s)).count(),
            possible: spans.iter().filter(|s| possible(s)).count(),
            of: spans.len(),
        }
    }

    fn verdict(&self) -> Verdict {
        if self.always == self.of {
            Verdict::Same
        } else if self.possible == 0 {
            Verdict::Differs
        } else if self.of > 1 {
            Verdict::DependsOnSplit
        } else {
            Verdict::LeftOpen
        }
    }
}

/// True for every split and share that prints so: same. For none: differs. Else nothing published contradicts it.
pub(in crate::check) fn verdict(claim: &ProportionsClaim, checked: &mut Checked) {
    let confidence = (claim.confidence.and_then(ConfidenceLevel::new)).unwrap_or_default();
    let (level, limit) = (
        confidence.get(),
        super::super::compare::short(confidence.alpha()),
    );
    let splits = splits(claim);
    let spans: Vec<Span> = splits
        .iter()
        .filter_map(|split| span(claim, *split))
        .collect();
    let Some(all) = spans.iter().copied().reduce(Span::with) else {
        checked.verdict = Verdict::Impossible;
        "no whole numbers of persons print as these shares".clone_into(&mut checked.detail);
        return;
    };
    let can_be = |span: &Span| is_significant(span.low, level);
    let must_be = |span: &Span| is_significant(span.high, level);
    let mut verdicts = Vec::new();
    if let Some(published) = claim.significant {
        let tally = if published {
            Tally::of(&spans, must_be, can_be)
        } else {
            Tally::of(&spans, |s| !can_be(s), |s| !must_be(s))
        };
        verdicts.push(tally.verdict());
        checked.found = match tally.verdict() {
            Verdict::Same => Some(Value::Truth(published)),
            Verdict::Differs => Some(Value::Truth(!published)),
            _ => None,
        };
    }
    if let Some(bound) = claim.p_below {
        verdicts.push(Tally::of(&spans, |s| s.high < bound, |s| s.low < bound).verdict());
    }
    if let Some(p) = claim.p_value {
        let (low, high) = p.between().floats();
        let meets = |s: &Span| s.low <= high && low <= s.high;
        verdicts.push(match Tally::of(&spans, meets, meets).verdict() {
            Verdict::Same => Verdict::WithinRounding,
            other => other,
        });
    }
    checked.verdict = worst(&verdicts);
    let always = spans.iter().filter(|s| must_be(s)).count();
    let sometimes = spans.iter().filter(|s| can_be(s)).count() - always;
    let p = super::range(digits(all.low), digits(all.high));
    checked.detail = if let [(n1, n2)] = splits[..] {
        format!("p {p} against {limit}, {n1} and {n2} persons")
    } else {
        let open = if sometimes == 0 {
            String::new()
        } else {
            format!(", {sometimes} for some shares that print so")
        };
        let [low, high] = claim.split.unwrap_or(USUAL_SPLIT);
        format!(
            "p {p} against {limit}; {always} of {} splits from {} to {} % are significant{open}",
            splits.len(),
            plain(100.0 * low),
            plain(100.0 * high)
        )
    };
}

/// A p-value with four digits that count.
fn digits(p: f64) -> f64 {
    format!("{p:.3e}").parse().unwrap_or(p)
}

/// What is published: the verdict, or the p, or its bound.
pub(in crate::check) fn published(claim: &ProportionsClaim) -> Value {
    let p = claim.p_value.map(Printed::value).or(claim.p_below);
    match (claim.significant, p) {
        (Some(truth), _) => Value::Truth(truth),
        (None, p) => Value::Number(p.unwrap_or_default()),
    }
}
