//! Costs and benefits: the money sentence, every party's account, the lines with their prices and sources, what the
//! programme may cost, and what is not in it.

mod accounts;
mod all_numbers;
mod lines;
mod rules;
mod thresholds;

pub(super) use all_numbers::all_numbers;

use super::context::{Context, Key};
use super::drawings;
use super::sentences::linked;
use crate::cost_benefit::{FROM_COVARIANCE, Prices};
use crate::report::amounts::Amounts;
use crate::report::document::{Block, Cell, Inline, Value};
use crate::report::figures::money_of;
use crate::report::money::{self, price_years};
use crate::report::words::numbers;

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
        blocks.push(Block::Table(accounts::parties(context, arm)));
        blocks.extend(lines::blocks(context, prices, arm));
        blocks.push(Block::Table(accounts::matrix(context, prices, arm)));
        blocks.extend(thresholds::blocks(context, prices, arm));
    }
    blocks.extend(lines::sources(context, prices));
    blocks.extend(assumptions(context, prices));
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

/// What a reader must know of how the money was worked out.
fn assumptions(context: &Context<'_>, prices: &Prices) -> Vec<Block> {
    let horizon = numbers::count(u64::from(context.view.horizon), context.language());
    let horizon = context.words.quantity(&horizon, "week");
    let years = price_years(prices, &context.words);
    let accounts = (context.view.rows.iter()).filter(|row| &*row.estimand == "net_benefit");
    let uncertain = rules::uncertainty(context, prices);
    let certain = match made_of(accounts.map(|row| &*row.interval_method)) {
        Some(key) => format!("{uncertain} {}", context.say(key)),
        None => uncertain,
    };
    let mut said = vec![
        context.tell("money-assume-horizon", &[("horizon", &horizon)]),
        certain,
        rules::parameters(context, prices),
        rules::level(context, prices, &years),
        context.say("money-assume-parties"),
    ];
    said.extend(rules::refunds(context, prices));
    said.extend(rules::beyond(context, prices));
    if context
        .bundle
        .quantities
        .as_ref()
        .is_some_and(|q| q.cells.iter().all(|c| c.half_year.is_empty()))
    {
        said.push(context.say("money-assume-calendar"));
    }
    vec![
        Block::Heading {
            id: "money-assumptions".to_owned(),
            text: context.say("money-assumptions"),
        },
        Block::List(
            said.into_iter()
                .map(|text| vec![Inline::Text(text)])
                .collect(),
        ),
    ]
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
