//! Parts and their total, ratios and differences, one number printed in several places; all in whole parts of a unit.

use super::{is_exact, range};
use crate::check::claims::Value;
use crate::check::printed::{Between, PARTS, Printed};
use crate::check::published::{PairClaim, SameClaim, SumClaim};
use crate::check::{Checked, Verdict};

fn as_given(number: Printed, exact: Option<&Vec<String>>, key: &str) -> Printed {
    if is_exact(exact, key) {
        number.exact()
    } else {
        number
    }
}

/// The parts of a total: some numbers that print like the parts add up to one that prints like the total.
pub(super) fn sum(claim: &SumClaim, checked: &mut Checked) {
    let exact = claim.exact.as_ref();
    let total = as_given(claim.total, exact, "total");
    let nothing = Between { low: 0, high: 0 };
    let parts = |rounding: &dyn Fn(Printed) -> Printed| {
        (claim.parts.iter()).fold(nothing, |sum, part| sum.plus(rounding(*part).between()))
    };
    let printed = parts(&Printed::exact);
    let around = parts(&|part| as_given(part, exact, "parts"));
    compare("the parts add up to", printed, around, total, checked);
}

/// A difference or a ratio of two published numbers.
pub(super) fn pair(claim: &PairClaim, checked: &mut Checked) {
    let exact = claim.exact.as_ref();
    let first = as_given(claim.first, exact, "first");
    let second = as_given(claim.second, exact, "second");
    let value = as_given(claim.value, exact, "value");
    if claim.kind == "difference" {
        let printed = first.exact().between().minus(second.exact().between());
        let around = first.between().minus(second.between());
        compare("the difference is", printed, around, value, checked);
    } else {
        ratio(first, second, value, checked);
    }
}

fn compare(what: &str, printed: Between, around: Between, given: Printed, checked: &mut Checked) {
    let (found, stands) = (printed.floats().0, given.between());
    let half_width = |b: Between| 0.5 * (b.floats().1 - b.floats().0);
    checked.published = Value::Number(given.value());
    checked.found = Some(Value::Number(found));
    checked.difference = Some(printed.minus(given.exact().between()).floats().0);
    checked.allowed = Some(half_width(around) + half_width(stands));
    checked.verdict = if printed == given.exact().between() {
        Verdict::Same
    } else if around.meets(stands) {
        Verdict::WithinRounding
    } else {
        Verdict::Differs
    };
    if checked.verdict != Verdict::Same {
        let ((low, high), (least, most)) = (around.floats(), stands.floats());
        checked.detail = format!(
            "{what} {} before rounding, {given} stands for {}",
            range(low, high),
            range(least, most)
        );
    }
}

/// Whether first = value x second for some numbers that print so: products of whole parts, exactly.
fn ratio(first: Printed, second: Printed, value: Printed, checked: &mut Checked) {
    let (a, b, v) = (first.between(), second.between(), value.between());
    checked.published = Value::Number(value.value());
    if b.low <= 0 && b.high >= 0 {
        checked.verdict = Verdict::LeftOpen;
        "the second number may be 0".clone_into(&mut checked.detail);
        return;
    }
    let corners = [
        v.low * b.low,
        v.low * b.high,
        v.high * b.low,
        v.high * b.high,
    ];
    let products = Between {
        low: corners.into_iter().min().unwrap_or_default(),
        high: corners.into_iter().max().unwrap_or_default(),
    };
    let whole = Between {
        low: a.low * PARTS,
        high: a.high * PARTS,
    };
    let found = first.value() / second.value();
    checked.found = Some(Value::Number(found));
    checked.difference = Some(found - value.value());
    let printed = value.exact().between().low * second.exact().between().low
        == first.exact().between().low * PARTS;
    checked.verdict = if printed {
        Verdict::Same
    } else if products.meets(whole) {
        Verdict::WithinRounding
    } else {
        Verdict::Differs
    };
    let ((a_low, a_high), (b_low, b_high)) = (a.floats(), b.floats());
    let ends = [
        a_low / b_low,
        a_low / b_high,
        a_high / b_low,
        a_high / b_high,
    ];
    let (low, high) = ends
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
            (l.min(*x), h.max(*x))
        });
    if !printed {
        let (least, most) = v.floats();
        checked.detail = format!(
            "the ratio is {} before rounding, {value} stands for {}",
            range(low, high),
            range(least, most)
        );
    }
}

/// One number printed in several places: some number, not on the limit between two, prints as all of them.
pub(super) fn same(claim: &SameClaim, checked: &mut Checked) {
    let texts: Vec<String> = claim.values.iter().map(ToString::to_string).collect();
    let Some((first, rest)) = claim.values.split_first() else {
        return;
    };
    checked.published = Value::Number(first.value());
    let all = |holds: &dyn Fn(Printed, Printed) -> bool| {
        let mut firsts = claim.values.iter().enumerate();
        firsts.all(|(i, a)| claim.values[i + 1..].iter().all(|b| holds(*a, *b)))
    };
    let equal = |a: Printed, b: Printed| a.exact().between() == b.exact().between();
    checked.verdict = if all(&equal) {
        Verdict::Same
    } else if all(&|a, b| a.between().overlaps(b.between())) {
        Verdict::WithinRounding
    } else {
        Verdict::Differs
    };
    let other = rest
        .iter()
        .find(|other| !equal(*first, **other))
        .or(rest.first());
    checked.found = other.map(|other| Value::Number(other.value()));
    checked.difference = other.map(|other| other.value() - first.value());
    checked.detail = if checked.verdict == Verdict::Same {
        format!("printed so in {} places", texts.len())
    } else {
        format!("one number, printed as {}", texts.join(" and "))
    };
}
