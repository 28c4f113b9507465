//! On what terms the money stands: its parameters and rates of refund with their sources, and what is assumed.

use super::made_of;
use crate::cost_benefit::Prices;
use crate::report::chapters::context::Context;
use crate::report::document::{Block, Column, Inline, Line, Table};
use crate::report::money_terms::Teller;
use crate::study::prices::RefundRule;

/// The tables and the list.
pub(super) fn blocks(context: &Context<'_>, prices: &Prices) -> Vec<Block> {
    let name = |line: &str| context.label(line);
    let teller = Teller {
        prices,
        words: &context.words,
        horizon: context.view.horizon,
        name: &name,
    };
    let mut blocks: Vec<Block> = parameters(context, &teller).into_iter().collect();
    blocks.extend(refunds(context, prices, &teller));
    blocks.push(Block::Heading {
        id: "money-assumptions".to_owned(),
        text: context.say("money-assumptions"),
    });
    let accounts = (context.view.rows.iter()).filter(|row| &*row.estimand == "net_benefit");
    let intervals = made_of(accounts.map(|row| &*row.interval_method));
    let intervals = intervals.map(|key| context.say(key));
    let mut said = teller.assumptions(intervals.as_deref());
    let quantities = context.bundle.quantities.as_ref();
    if quantities.is_some_and(|q| q.cells.iter().all(|c| c.half_year.is_empty())) {
        said.push(context.say("money-assume-calendar"));
    }
    let said = said.into_iter().map(|text| vec![Inline::Text(text)]);
    blocks.push(Block::List(said.collect()));
    blocks
}

/// Rates of discount, distortion, net-tax factor and index, each with its source; nothing where none is used.
fn parameters(context: &Context<'_>, teller: &Teller<'_>) -> Option<Block> {
    let terms = teller.parameters();
    if terms.is_empty() {
        return None;
    }
    let rows = terms.into_iter().map(|term| {
        let ground = if term.assumed {
            "money-assumed"
        } else {
            "money-looked-up"
        };
        Line {
            cells: vec![
                term.name.into(),
                term.value.into(),
                context.say(ground).into(),
                term.source.into(),
            ],
        }
    });
    let rows = rows.collect();
    let vintage = teller.prices.vintage.as_ref();
    let caption = match vintage {
        Some(vintage) => context.tell("money-caption-vintage", &[("name", &vintage.name)]),
        None => context.say("money-caption-parameters"),
    };
    let (id, number) = context.next_table();
    Some(Block::Table(Table {
        id,
        number,
        caption,
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("money-parameter")),
            Column::right(context.say("report-value")),
            Column::left(context.say("money-ground")),
            Column::left(context.say("money-source")),
        ],
        rows,
        notes: Vec::new(),
    }))
}

/// The rates of the rules that some line follows.
fn refunds(context: &Context<'_>, prices: &Prices, teller: &Teller<'_>) -> Option<Block> {
    let is_used = |rule: &&RefundRule| {
        let mut refunds = prices.lines.iter().filter_map(|line| line.refund.as_ref());
        refunds.any(|refund| refund.rule == rule.name)
    };
    let mut rows = Vec::new();
    for rule in prices.refunds.iter().filter(is_used) {
        for rate in &rule.rates {
            let (time, weeks) = teller.stretch(rate);
            rows.push(Line {
                cells: vec![
                    rule.name.as_str().into(),
                    time.into(),
                    weeks.into(),
                    teller.share(rate.active).into(),
                    teller.share(rate.passive).into(),
                    rate.source.as_str().into(),
                ],
            });
        }
    }
    if rows.is_empty() {
        return None;
    }
    let (id, number) = context.next_table();
    Some(Block::Table(Table {
        id,
        number,
        caption: context.say("money-caption-refunds"),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("money-rule")),
            Column::left(context.say("money-when")),
            Column::left(context.say("money-benefit-weeks")),
            Column::right(context.say("money-active")),
            Column::right(context.say("money-passive")),
            Column::left(context.say("money-source")),
        ],
        rows,
        notes: Vec::new(),
    }))
}
