//! The tables of a price file beside its lines, as entries: an own vintage, a deflator, an extrapolation, rules of refund.

use super::codes;
use super::document::{given, sorted, unknown};
use super::entry::{Entry, Rule, Spot, Tables};
use super::findings::Findings;
use crate::error::Diagnostic;
use serde_spanned::Spanned;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Names of the tables.
pub(super) const TABLES: [&str; 4] = ["vintage", "deflator", "extrapolation", "refunds"];

/// Keys of an own vintage that are texts; the others are tables.
pub(super) const VINTAGE: [&str; 5] = [
    "name",
    "discount_source",
    "discount",
    "tax_distortion",
    "net_tax_factor",
];
/// Keys of a rate of discount.
pub(super) const STEP: [&str; 2] = ["from_year", "rate"];
/// Keys of a number with its source.
pub(super) const PARAMETER: [&str; 3] = ["value", "source", "assumed"];
/// Keys of a deflator.
pub(super) const DEFLATOR: [&str; 2] = ["source", "index"];
/// Keys of an extrapolation.
pub(super) const EXTRAPOLATION: [&str; 3] = ["rule", "weeks", "base"];
/// Keys of a rate of refund.
pub(super) const RATE: [&str; 6] = [
    "from",
    "to",
    "first_benefit_week",
    "active",
    "passive",
    "source",
];

type Value<'d> = Spanned<DeValue<'d>>;

/// Reads one of [`TABLES`].
pub(super) fn table(
    name: &str,
    span: Range<usize>,
    value: &DeValue<'_>,
    tables: &mut Tables,
    findings: &mut Findings<'_>,
) {
    let called = format!("`[{name}]`");
    let DeValue::Table(table) = value else {
        not_a_table(&called, span, findings);
        return;
    };
    match name {
        "vintage" => vintage(table, span, tables, findings),
        "deflator" => {
            let index = &mut tables.index;
            let nested = |key: &str, value: &Value<'_>| match (key, value.get_ref()) {
                ("index", DeValue::Table(years)) => {
                    index.extend(
                        sorted(years)
                            .into_iter()
                            .map(|(year, _, value)| (year, given(value))),
                    );
                    true
                }
                _ => false,
            };
            let read = entry(called, span, table, &DEFLATOR, nested, findings);
            tables.deflator = Some(read);
        }
        "extrapolation" => {
            let read = entry(called, span, table, &EXTRAPOLATION, |_, _| false, findings);
            tables.extrapolation = Some(read);
        }
        _ => {
            for (name, span, value) in sorted(table) {
                let called = format!("`[refunds.{name}]`");
                let DeValue::Table(table) = value.get_ref() else {
                    not_a_table(&called, span, findings);
                    continue;
                };
                let spot = Spot::Bytes(span);
                let mut rates = Vec::new();
                for (key, span, value) in sorted(table) {
                    if key == "rates" {
                        rates = rows(&called, span, value, &RATE, findings);
                    } else {
                        unknown(&key, span, &called, &["rates"], findings);
                    }
                }
                tables.refunds.push(Rule { name, spot, rates });
            }
        }
    }
}

fn vintage(
    table: &DeTable<'_>,
    span: Range<usize>,
    tables: &mut Tables,
    findings: &mut Findings<'_>,
) {
    for (key, span, value) in sorted(table) {
        match (key.as_str(), value.get_ref()) {
            ("discount", _) => {
                tables.discount = rows("`[vintage]`", span, value, &STEP, findings);
            }
            ("tax_distortion" | "net_tax_factor", DeValue::Table(table)) => {
                let called = format!("`[vintage.{key}]`");
                let read = entry(called, span, table, &PARAMETER, |_, _| false, findings);
                if key == "tax_distortion" {
                    tables.tax_distortion = Some(read);
                } else {
                    tables.net_tax_factor = Some(read);
                }
            }
            _ => {}
        }
    }
    let nested = |key: &str, value: &Value<'_>| match key {
        "discount" => true,
        "tax_distortion" | "net_tax_factor" => matches!(value.get_ref(), DeValue::Table(_)),
        _ => false,
    };
    let called = "`[vintage]`".to_owned();
    tables.vintage = Some(entry(called, span, table, &VINTAGE, nested, findings));
}

/// A table as an entry; keys that `nested` takes are no cells of it.
fn entry(
    called: String,
    span: Range<usize>,
    table: &DeTable<'_>,
    allowed: &'static [&'static str],
    mut nested: impl FnMut(&str, &Value<'_>) -> bool,
    findings: &mut Findings<'_>,
) -> Entry {
    let mut cells = Vec::new();
    for (key, span, value) in sorted(table) {
        match allowed.iter().find(|known| **known == key) {
            Some(known) if !nested(&key, value) => cells.push((*known, given(value))),
            Some(_) => {}
            None => unknown(&key, span, &called, allowed, findings),
        }
    }
    Entry {
        spot: Spot::Bytes(span),
        called,
        cells,
    }
}

/// A list of tables as entries.
fn rows(
    called: &str,
    span: Range<usize>,
    value: &Value<'_>,
    allowed: &'static [&'static str],
    findings: &mut Findings<'_>,
) -> Vec<Entry> {
    let tables: Option<Vec<_>> = match value.get_ref() {
        DeValue::Array(items) => (items.iter())
            .map(|item| match item.get_ref() {
                DeValue::Table(table) => Some((item.span(), table)),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    let Some(tables) = tables else {
        let example = if allowed == STEP {
            "`discount = [{ from_year = 0, rate = 0.03 }]`"
        } else {
            "`rates = [{ active = 0.5, passive = 0.3, source = \"\" }]`"
        };
        let finding = Diagnostic::error(
            codes::BAD_VALUE,
            format!("not a list of tables in {called}"),
            format!("write a list such as {example}"),
        );
        findings.put(finding, &Spot::Bytes(span), "");
        return Vec::new();
    };
    (tables.into_iter())
        .map(|(span, table)| {
            entry(
                called.to_owned(),
                span,
                table,
                allowed,
                |_, _| false,
                findings,
            )
        })
        .collect()
}

fn not_a_table(called: &str, span: Range<usize>, findings: &mut Findings<'_>) {
    let finding = Diagnostic::error(
        codes::BAD_VALUE,
        format!("{called} must be a table"),
        format!("write {called} on a line of its own and its keys below"),
    );
    findings.put(finding, &Spot::Bytes(span), "");
}
