//! Costs and benefits: the money sentence, every party's account, the lines with their prices and sources, ratios and what the
//! programme may cost, the accounts over time, the municipality's own case, uncertain prices, and on what terms all of it stands.

mod accounts;
mod all_numbers;
mod levels;
mod lines;
mod municipality;
mod over_time;
mod plane;
mod results;
mod terms;
mod thresholds;
mod what_if;
mod worth;

pub(super) use all_numbers::all_numbers;

use super::context::{Context, Key};
use super::drawings;
use super::outcomes::versus;
use super::sentences::linked;
use crate::cost_benefit::{FROM_COVARIANCE, Prices};
use crate::report::amounts::{Amounts, sentence_middle};
use crate::report::document::{Block, Cell, Inline, Table, Value};
use crate::report::figures::money_of;
use crate::report::figures::text::slug;
use crate::report::money;

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let Some(prices) = &context.bundle.prices else {
        return Vec::new();
    };
    let mut blocks = Vec::new();
    if prices.synthetic {
        let mark = context.say("money-synthetic");
        blocks.push(Block::Paragraph(vec![Inline::Strong(mark)]));
    }
    blocks.push(Block::text(context.say("money-intro")));
    for arm in context.view.treatments() {
        blocks.push(Block::Paragraph(sentence(context, prices, arm)));
    }
    for arm in context.view.treatments() {
        let draw = || money_of(&context.view, arm).into_iter().collect();
        blocks.extend(drawings::blocks(context, draw, None));
        blocks.push(Block::Table(accounts::parties(context, prices, arm)));
        blocks.extend(levels::in_all(context, arm));
        blocks.extend(lines::blocks(context, prices, arm));
        blocks.push(Block::Table(accounts::matrix(context, prices, arm)));
        blocks.extend(results::blocks(context, arm));
        blocks.extend(thresholds::blocks(context, prices, arm));
        blocks.extend(plane::blocks(context, arm));
        blocks.extend(worth::blocks(context, arm));
        blocks.extend(over_time::blocks(context, arm));
        blocks.extend(municipality::blocks(context, arm));
        blocks.extend(what_if::blocks(context, prices, arm));
        blocks.extend(levels::by_level(context, arm));
    }
    blocks.extend(lines::sources(context, prices));
    blocks.extend(terms::blocks(context, prices));
    blocks
}

/// The money sentence of a treatment arm, its numbers leading to their row.
pub(super) fn sentence(context: &Context<'_>, prices: &Prices, arm: &str) -> Vec<Inline> {
    let said = money::sentence(&context.view, prices, &context.words, arm);
    match said.row.and_then(|row| context.index_of(row)) {
        Some(index) => linked(&said.text, &said.numbers, index),
        None => vec![Inline::Text(said.text)],
    }
}

/// What the intervals of the money are made of; nothing where there are none.
fn made_of<'m>(mut methods: impl Iterator<Item = &'m str>) -> Option<&'static str> {
    Some(match methods.find(|method| !method.is_empty())? {
        FROM_COVARIANCE => "money-intervals-outside",
        "normal" => "money-intervals-normal",
        _ => "money-intervals-draws",
    })
}

/// The row of an estimand and item of the money for a treatment arm.
fn index_of(context: &Context<'_>, estimand: &str, item: &str, arm: &str) -> Option<usize> {
    let analysis = &context.bundle.quantities.as_ref()?.analysis;
    let key = Key {
        item,
        ..Key::all(analysis, "", estimand, arm)
    };
    context.series(key).first().copied()
}

/// A heading of the money of a treatment arm, with the arm where there are several.
fn heading(context: &Context<'_>, key: &str, arm: &str) -> Block {
    let (mut id, mut text) = (key.to_owned(), context.say(key));
    if context.view.treatments().len() > 1 {
        id = format!("{key}-{}", slug(arm));
        text = format!("{text}: {}", sentence_middle(&context.label(arm)));
    }
    Block::Heading { id, text }
}

/// The estimate, of which a zero has no decimals.
fn benefit(context: &Context<'_>, index: Option<usize>) -> Cell {
    match index.filter(|i| context.row(*i).estimate == Some(0.0)) {
        Some(index) => Cell {
            row: Some(index),
            ..number_cell(context, 0.0, 0, &Amounts::in_unit(&context.row(index).unit))
        },
        None => context.estimate(index),
    }
}

/// The interval, or why there is none.
fn limits(context: &Context<'_>, index: Option<usize>) -> Cell {
    let Some(index) = index else {
        return "–".into();
    };
    let row = context.row(index);
    // Where nothing varies there is nothing to be uncertain of.
    if row.std_error == Some(0.0) {
        return "–".into();
    }
    if row.estimate.is_some() && row.conf_low.is_none() && !row.reason.is_empty() {
        return context.reason(&row.reason).into();
    }
    context.interval(Some(index))
}

/// A table of a treatment arm without anything in it.
fn table(context: &Context<'_>, caption: String, arm: &str) -> Table {
    let (id, number) = context.next_table();
    Table {
        id,
        number,
        caption: versus(context, caption, arm),
        groups: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
        notes: Vec::new(),
    }
}

/// A party or society, in words.
fn party(context: &Context<'_>, slug: &str) -> String {
    context.say(&format!("party-{slug}"))
}

/// A number that is not a row of its own, in a unit.
fn number_cell(context: &Context<'_>, value: f64, decimals: usize, amounts: &Amounts) -> Cell {
    Cell {
        text: amounts.text(&context.words, value, decimals),
        row: None,
        value: Some(Value::Number {
            value,
            decimals,
            unit: amounts.axis(&context.words),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_intervals_are_made_of_is_said_of_each_kind() {
        let said = |methods: &[&'static str]| made_of(methods.iter().copied());
        assert_eq!(
            said(&["", FROM_COVARIANCE]),
            Some("money-intervals-outside")
        );
        assert_eq!(said(&["normal"]), Some("money-intervals-normal"));
        let draws = "percentile bootstrap of clusters, rescaled";
        assert_eq!(said(&[draws]), Some("money-intervals-draws"));
        assert_eq!(said(&["", ""]), None);
    }
}
