//! Claims about published numbers alone, from a claims file: their keys, their ranges, and the decimals they are written
//! with.

use super::claims::Claim;
use super::codes;
use super::printed::Printed;
use super::published::{
    CountClaim, EstimateClaim, PairClaim, ProportionsClaim, SameClaim, SumClaim, Test,
};
use super::read::{Reader, SCHEMA_HINT};
use crate::units::ConfidenceLevel;
use serde::de::DeserializeOwned;
use serde_spanned::Spanned;
use std::borrow::Cow;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Kinds of claims, that about a row first.
pub(super) const KINDS: &[&str] = &[
    "row",
    "two_proportions",
    "sum",
    "ratio",
    "difference",
    "same",
    "count",
    "estimate",
];

/// What every kind has.
const COMMON: &[&str] = &["id", "where", "text", "kind", "rounded"];
/// Keys whose numbers stand for all that print so.
const PRINTED: &[&str] = &[
    "p1",
    "p2",
    "p_value",
    "parts",
    "total",
    "first",
    "second",
    "value",
    "values",
    "share",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
];

fn keys(kind: &str) -> &'static [&'static str] {
    match kind {
        "two_proportions" => &[
            "p1",
            "p2",
            "n",
            "n1",
            "n2",
            "split",
            "significant",
            "confidence",
            "p_value",
            "p_below",
            "test",
        ],
        "sum" => &["parts", "total", "exact"],
        "ratio" | "difference" => &["first", "second", "value", "exact"],
        "same" => &["values"],
        "count" => &["share", "n", "items", "count"],
        _ => &[
            "estimate",
            "std_error",
            "conf_low",
            "conf_high",
            "p_value",
            "p_below",
            "significant",
            "confidence",
            "freedom",
            "scale",
            "symmetric",
        ],
    }
}

impl Reader<'_> {
    pub(super) fn arithmetic(&mut self, kind: &str, entry: &Spanned<DeValue<'_>>) -> Option<Claim> {
        let table = entry.get_ref().as_table()?;
        let keys: Vec<&str> = COMMON.iter().chain(keys(kind)).copied().collect();
        if !self.known(table, &keys, &format!("a claim of kind {kind}")) {
            return None;
        }
        let span = entry.span();
        Some(match kind {
            "two_proportions" => {
                let mut claim: ProportionsClaim = self.digits(entry)?;
                let shares = [&mut claim.p1, &mut claim.p2];
                self.round(&claim.id, claim.rounded, shares, &span);
                self.check_proportions(&claim, &span);
                Claim::TwoProportions(Box::new(claim))
            }
            "sum" => {
                let mut claim: SumClaim = self.digits(entry)?;
                let numbers = claim.parts.iter_mut().chain([&mut claim.total]);
                self.round(&claim.id, claim.rounded, numbers, &span);
                self.listed(&claim.id, claim.exact.as_ref(), &["parts", "total"], &span);
                self.several(&claim.id, "parts", claim.parts.len(), &span);
                Claim::Sum(claim)
            }
            "ratio" | "difference" => {
                let mut claim: PairClaim = self.digits(entry)?;
                let numbers = [&mut claim.first, &mut claim.second, &mut claim.value];
                self.round(&claim.id, claim.rounded, numbers, &span);
                let keys = ["first", "second", "value"];
                self.listed(&claim.id, claim.exact.as_ref(), &keys, &span);
                Claim::Pair(claim)
            }
            "same" => {
                let mut claim: SameClaim = self.digits(entry)?;
                self.round(&claim.id, claim.rounded, &mut claim.values, &span);
                self.several(&claim.id, "values", claim.values.len(), &span);
                Claim::Same(claim)
            }
            "count" => {
                let mut claim: CountClaim = self.digits(entry)?;
                self.round(&claim.id, claim.rounded, [&mut claim.share], &span);
                if claim.n == 0 || claim.items == Some(0) {
                    self.bad(
                        &claim.id,
                        "counts nobody",
                        &span,
                        "give n and items of at least 1",
                    );
                }
                Claim::Count(claim)
            }
            _ => {
                let mut claim: EstimateClaim = self.digits(entry)?;
                let numbers = [
                    Some(&mut claim.estimate),
                    claim.std_error.as_mut(),
                    claim.conf_low.as_mut(),
                    claim.conf_high.as_mut(),
                ];
                self.round(
                    &claim.id,
                    claim.rounded,
                    numbers.into_iter().flatten(),
                    &span,
                );
                self.check_estimate(&claim, &span);
                Claim::Estimate(Box::new(claim))
            }
        })
    }

    /// The claim, its printed numbers handed over by their digits.
    fn digits<T: DeserializeOwned>(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<T> {
        let mut entry = entry.clone();
        if let DeValue::Table(table) = entry.get_mut() {
            let before = self.count();
            self.as_digits(table);
            if self.count() > before {
                return None;
            }
        }
        self.typed(&entry)
    }

    fn as_digits(&mut self, table: &mut DeTable<'_>) {
        for (key, value) in table.iter_mut() {
            let name = key.get_ref().as_ref();
            if !PRINTED.contains(&name) {
                continue;
            }
            let numbers: Vec<&mut Spanned<DeValue<'_>>> = match value.get_mut() {
                DeValue::Array(list) => list.iter_mut().collect(),
                _ => vec![value],
            };
            for number in numbers {
                let span = number.span();
                let digits = match number.get_ref() {
                    DeValue::Integer(digits) if digits.radix() == 10 => digits.as_str().to_owned(),
                    DeValue::Float(digits) => digits.as_str().to_owned(),
                    _ => {
                        let message = format!("{name} is not a number");
                        let hint = "write it with a decimal point and without quotes";
                        self.find(codes::BAD_VALUE, &message, &span, hint);
                        continue;
                    }
                };
                *number.get_mut() = DeValue::String(Cow::Owned(digits));
            }
        }
    }

    fn round<'p>(
        &mut self,
        id: &str,
        rounded: Option<i32>,
        numbers: impl IntoIterator<Item = &'p mut Printed>,
        span: &Range<usize>,
    ) {
        let Some(decimals) = rounded else { return };
        if !(-9..=9).contains(&decimals) {
            let hint = "give the number of decimals as printed";
            self.bad(id, "has rounded outside -9 to 9", span, hint);
            return;
        }
        for number in numbers {
            match number.rounded_to(decimals) {
                Ok(printed) => *number = printed,
                Err(why) => self.bad(
                    id,
                    &format!("has a number that is not printed so: {why}"),
                    span,
                    "give the number of decimals as printed, or leave `rounded` out",
                ),
            }
        }
    }

    fn listed(
        &mut self,
        id: &str,
        exact: Option<&Vec<String>>,
        keys: &[&str],
        span: &Range<usize>,
    ) {
        for key in exact.into_iter().flatten() {
            if !keys.contains(&key.as_str()) {
                let message = format!("has `{key}` among what is exact");
                self.bad(id, &message, span, &format!("list of {}", keys.join(", ")));
            }
        }
    }

    fn several(&mut self, id: &str, key: &str, there: usize, span: &Range<usize>) {
        if there < 2 {
            self.bad(
                id,
                &format!("has fewer than two {key}"),
                span,
                "give at least two",
            );
        }
    }

    fn check_proportions(&mut self, claim: &ProportionsClaim, span: &Range<usize>) {
        let id = &claim.id;
        for (key, p) in [("p1", claim.p1), ("p2", claim.p2)] {
            if !(0.0..=1.0).contains(&p.value()) {
                let hint = "write 93.3 per cent as 0.933";
                self.bad(id, &format!("has {key} outside 0 to 1"), span, hint);
            }
        }
        match (claim.n, claim.n1, claim.n2) {
            (Some(n), None, None) if n >= 2 => {}
            (None, Some(n1), Some(n2)) if n1 >= 1 && n2 >= 1 && n1.checked_add(n2).is_some() => {}
            _ => self.bad(
                id,
                "does not say how many persons",
                span,
                "give n (both groups together), or n1 and n2",
            ),
        }
        if claim.n.is_some_and(|n| n > 10_000_000) {
            let hint = "give n1 and n2";
            self.bad(id, "has too many persons for all splits", span, hint);
        }
        if let Some([low, high]) = claim.split {
            let hint =
                "give the smallest and the largest share of the first group, such as [0.3, 0.7]";
            if !(low >= 0.0 && low <= high && high <= 1.0) {
                self.bad(id, "has a split that is no range of shares", span, hint);
            } else if claim.n.is_none() {
                self.bad(
                    id,
                    "has a split although its groups are given",
                    span,
                    "leave `split` out",
                );
            }
        }
        if claim.test == Some(Test::Fisher) && claim.n1.is_none() {
            let hint = "give n1 and n2, or leave `test` out";
            self.bad(id, "asks for Fisher's test without both groups", span, hint);
        }
        if claim.significant.is_none() && claim.p_value.is_none() && claim.p_below.is_none() {
            let hint = "give significant, p_value or p_below";
            self.bad(id, "says nothing of the difference", span, hint);
        }
        self.check_p(id, claim.confidence, claim.p_value, claim.p_below, span);
    }

    fn check_estimate(&mut self, claim: &EstimateClaim, span: &Range<usize>) {
        let id = &claim.id;
        if claim.conf_low.is_some() != claim.conf_high.is_some() {
            self.bad(
                id,
                "has one limit of an interval",
                span,
                "give conf_low and conf_high",
            );
        }
        let told = claim.significant.is_some() || claim.p_below.is_some();
        let enough = claim.conf_low.is_some()
            || claim.std_error.is_some() && (told || claim.p_value.is_some())
            || claim.p_value.is_some() && told;
        if !enough {
            let hint = "give an interval, or std_error with p_value, p_below or significant";
            self.bad(id, "has nothing to hold against each other", span, hint);
        }
        if claim.std_error.is_some_and(|e| e.value() < 0.0) {
            self.bad(
                id,
                "has a negative standard error",
                span,
                "give it as published",
            );
        }
        let numbers = [Some(claim.estimate), claim.conf_low, claim.conf_high];
        if claim.scale == Some(super::published::EstimateScale::Log)
            && numbers.into_iter().flatten().any(|n| n.between().high <= 0)
        {
            let hint = "leave `scale` out for differences";
            self.bad(id, "has a ratio that is not above 0", span, hint);
        }
        if claim.freedom.is_some_and(|f| f.is_nan() || f <= 0.0) {
            let hint = "give the degrees of freedom of the t distribution";
            self.bad(id, "has freedom that is not above 0", span, hint);
        }
        self.check_p(id, claim.confidence, claim.p_value, claim.p_below, span);
    }

    fn check_p(
        &mut self,
        id: &str,
        confidence: Option<f64>,
        p_value: Option<Printed>,
        p_below: Option<f64>,
        span: &Range<usize>,
    ) {
        if confidence.is_some_and(|c| ConfidenceLevel::new(c).is_none()) {
            let hint = "write 95 per cent as 0.95";
            self.bad(id, "has a confidence outside 0 to 1", span, hint);
        }
        let outside = |p: f64| !(0.0..=1.0).contains(&p);
        if p_value.is_some_and(|p| outside(p.value())) || p_below.is_some_and(outside) {
            self.bad(id, "has a p outside 0 to 1", span, SCHEMA_HINT);
        }
    }
}
