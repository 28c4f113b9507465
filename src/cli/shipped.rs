//! `explain` of what is shipped with prices: official parameters by date, and rules of refund.

use crate::cost_benefit::{indices, refunds, vintages};
use crate::study::prices::{Deflator, Parameter, RefundRate, RefundRule, Vintage};
use std::fmt::Write;

/// Names of all that is shipped.
pub(super) fn names() -> Vec<String> {
    let rules = refunds::shipped().into_iter().map(|rule| rule.name);
    let indices = indices::shipped().into_keys();
    vintages::names()
        .into_iter()
        .chain(rules)
        .chain(indices)
        .collect()
}

/// The lines of the list.
pub(super) fn list() -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for vintage in vintages::shipped() {
        let _ = writeln!(text, "  {:<14} {}", vintage.name, summary(&vintage));
    }
    for rule in refunds::shipped() {
        let _ = writeln!(
            text,
            "  {:<14} rule of refund, {} rates",
            rule.name,
            rule.rates.len()
        );
    }
    for (name, index) in indices::shipped() {
        let _ = writeln!(text, "  {name:<14} index of prices, {}", years(&index));
    }
    text
}

/// The values behind a name, with their sources.
pub(super) fn card(name: &str) -> Option<String> {
    let vintage = vintages::vintage(name).map(|vintage| of_vintage(&vintage));
    vintage
        .or_else(|| refunds::named(name).map(|rule| of_rule(&rule)))
        .or_else(|| indices::named(name).map(|index| of_index(name, &index)))
}

fn years(index: &Deflator) -> String {
    let first = index.index.keys().next().copied().unwrap_or_default();
    let last = index.index.keys().last().copied().unwrap_or_default();
    format!("{first} to {last}")
}

fn of_index(name: &str, index: &Deflator) -> String {
    let mut text = format!(
        "{name}\n\nIndex of prices, {}: `price_index = \"{name}\"` with `price_level` under `[prices]` of a price file\n  {}\n",
        years(index),
        index.source
    );
    for (year, value) in &index.index {
        let _ = write!(text, "\n  {year}  {value:.2}");
    }
    text.push('\n');
    text
}

fn percent(share: f64) -> String {
    // Ten digits take the rounding of a product with 100 away.
    let rounded = (share * 1e10).round() / 1e8;
    format!("{rounded} %")
}

fn rates(vintage: &Vintage) -> String {
    let steps = vintage.discount.iter().map(|step| match step.from_year {
        0 => format!("{} a year", percent(step.rate)),
        year => format!("{} after {year} years", percent(step.rate)),
    });
    steps.collect::<Vec<_>>().join(", ")
}

fn summary(vintage: &Vintage) -> String {
    format!(
        "{}; tax distortion {}; net-tax factor {}",
        rates(vintage),
        vintage.tax_distortion.value,
        vintage.net_tax_factor.value
    )
}

fn of_vintage(vintage: &Vintage) -> String {
    let mut text = format!(
        "{}\n\nOfficial parameters of cost-benefit analysis: `vintage = \"{}\"` under `[prices]` of a price file\n\n\
         Discount\n  {}, stepwise: what earlier years have taken off stays off\n  {}\n",
        vintage.name,
        vintage.name,
        rates(vintage),
        vintage.discount_source
    );
    let mut parameter = |head: &str, what: &str, parameter: &Parameter| {
        let assumed = if parameter.assumed {
            " (assumed: not read in the document that set it)"
        } else {
            ""
        };
        let _ = write!(
            text,
            "\n{head}\n  {}{assumed}; {what}\n  {}\n",
            parameter.value, parameter.source
        );
    };
    parameter(
        "Tax distortion",
        "what a krone of public outlay costs society",
        &vintage.tax_distortion,
    );
    parameter(
        "Net-tax factor",
        "lifts factor prices to market prices, which it leaves alone",
        &vintage.net_tax_factor,
    );
    text
}

fn of_rule(rule: &RefundRule) -> String {
    let mut text = format!(
        "{}\n\nRule of refund: `rule = \"{}\"` of a line with `refund_of`\n",
        rule.name, rule.name
    );
    for rate in &rule.rates {
        let _ = write!(
            text,
            "\n{}\n  {} of active weeks, {} of passive\n  {}\n",
            period(rate),
            percent(rate.active),
            percent(rate.passive),
            rate.source
        );
    }
    text
}

fn period(rate: &RefundRate) -> String {
    let time = match (&rate.from, &rate.to) {
        (None, None) => "Always".to_owned(),
        (Some(from), None) => format!("From {from}"),
        (None, Some(to)) => format!("To {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    };
    match rate.first_benefit_week {
        None => time,
        Some(week) => format!("{time}, from benefit week {week}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_card_with_its_sources_and_says_what_is_assumed() {
        for name in names() {
            let card = card(&name).expect("a card");
            assert!(card.starts_with(&name) && list().contains(&name), "{card}");
        }
        let card = card("dk-fm-2013").expect("a card");
        assert!(
            card.contains("4 % a year, 3 % after 35 years, 2 % after 70 years, stepwise"),
            "{card}"
        );
        assert!(card.contains("1.325 (assumed"), "{card}");
        assert!(
            list().contains("dk-fm-2023     3.5 % a year, 2.5 % after 35 years"),
            "{}",
            list()
        );
        assert_eq!(super::card("dk-fm-2014"), None);
    }
}
