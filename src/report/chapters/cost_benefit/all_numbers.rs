//! Every number of the money in one table of the appendix, but for the accounts by week, which stand in `estimates.csv`.

use super::results;
use crate::cost_benefit::decision::Quadrant;
use crate::cost_benefit::{CARDS, PROGRAMME};
use crate::report::amounts::{Amounts, sentence_start};
use crate::report::chapters::context::Context;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table};
use crate::report::money_terms::{WORTH, plain, quadrant, unit_in_words, worth_of};
use crate::report::words::numbers;
use crate::results::Row;

/// The table, folded, under a heading; nothing without money.
pub(in crate::report::chapters) fn all_numbers(
    context: &Context<'_>,
    counter: usize,
) -> Vec<Block> {
    let rows: Vec<(usize, &Row)> = (context.view.rows.iter().enumerate())
        .filter(|(_, row)| CARDS.iter().any(|card| card.slug == &*row.estimand))
        .filter(|(_, row)| &*row.estimand != "cumulative_net_benefit")
        .collect();
    let Some((_, first)) = rows.first() else {
        return Vec::new();
    };
    let n = counter.to_string();
    let columns = vec![
        Column::left(context.say("column-measure")),
        Column::left(context.say("money-line")),
        Column::left(context.say("column-arm")),
        Column::right(context.say("report-value")),
        Column::left(context.say("report-unit")),
        Column::right(context.say("report-error")),
        Column::right(context.interval_head(&first.analysis)),
        Column::right(context.say("column-p")),
    ];
    let lines = rows
        .iter()
        .map(|(index, row)| line(context, *index, row))
        .collect();
    let table = Table {
        id: format!("a-t-{n}"),
        number: context.tell("report-appendix-table", &[("n", &n)]),
        caption: context.say("money-all"),
        groups: Vec::new(),
        columns,
        rows: lines,
        notes: notes(context, &rows),
    };
    vec![
        Block::Heading {
            id: "a-money".to_owned(),
            text: context.say("report-chapter-cost-benefit"),
        },
        Block::Fold {
            id: format!("s-{n}"),
            title: context.say("money-all"),
            blocks: vec![Block::Table(table)],
        },
    ]
}

fn line(context: &Context<'_>, index: usize, row: &Row) -> Line {
    let is_share = matches!(&*row.estimand, "surplus_share" | WORTH);
    let amounts = Amounts::in_unit(&row.unit);
    let decimals = if &*row.estimand == "break_even_week" {
        0
    } else {
        2
    };
    let money = |value: f64| {
        if is_share {
            numbers::percent(value, 2, context.language())
        } else {
            amounts.text(&context.words, value, decimals)
        }
    };
    let value = match row.estimate {
        Some(_) if is_share => row.estimate.map_or_else(String::new, money),
        Some(value) => money(value),
        None => results::value(context, index, row).text,
    };
    let limits = row.conf_low.zip(row.conf_high);
    let interval = limits.map(|(low, high)| {
        context.tell("cell-to", &[("low", &money(low)), ("high", &money(high))])
    });
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let cells: Vec<Cell> = vec![
        sentence_start(&context.estimand(&row.estimand, None)).into(),
        item(context, row).into(),
        context.label(&row.arm).into(),
        Cell {
            text: value,
            row: Some(index),
            value: None,
        },
        if is_share {
            String::new()
        } else {
            unit_in_words(&context.words, &row.unit)
        }
        .into(),
        or_dash(row.std_error.map(money)).into(),
        or_dash(interval).into(),
        or_dash(row.p_value.map(|p| numbers::p_value(p, context.language()))).into(),
    ];
    Line { cells }
}

/// A party, a line of the price file, the whole programme, or the effect; and whose it is where it is not everybody's.
fn item(context: &Context<'_>, row: &Row) -> String {
    let label = match (&*row.estimand, &*row.item) {
        ("net_benefit_at_low_price" | "net_benefit_at_high_price" | "ledger_line", item) => {
            context.label(item)
        }
        (WORTH, item) => match worth_of(item) {
            Some((outcome, worth)) => {
                let (label, worth) = (context.label(outcome), plain(worth, &context.words));
                context.tell("money-item-at", &[("label", &label), ("worth", &worth)])
            }
            None => {
                let mut all = Quadrant::ALL.into_iter();
                let found = all.find(|which| which.as_str() == item);
                found.map_or_else(|| context.label(item), |q| quadrant(&context.words, q))
            }
        },
        ("value_of_information", item @ ("trial" | "prices")) => {
            context.say(&format!("money-information-{item}"))
        }
        (_, PROGRAMME) => context.say("money-programme"),
        (_, item) => match context.words.find(&format!("party-{item}"), &[]) {
            Some(party) => party,
            None => context.label(item),
        },
    };
    if &*row.subgroup == "all" {
        return label;
    }
    let level = context.label(&row.level);
    format!("{label}, {}: {level}", context.view.name(&row.subgroup))
}

/// Each reason once, with the numbers it belongs to.
fn notes(context: &Context<'_>, rows: &[(usize, &Row)]) -> Vec<Vec<Inline>> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (_, row) in rows.iter().filter(|(_, row)| !row.reason.is_empty()) {
        let name = item(context, row);
        match reasons
            .iter_mut()
            .find(|(reason, _)| *reason == &*row.reason)
        {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => reasons.push((&row.reason, vec![name])),
        }
    }
    let mut notes: Vec<Vec<Inline>> = (reasons.into_iter())
        .map(|(reason, names)| {
            let text = format!("{}: {}.", names.join(", "), context.reason(reason));
            vec![Inline::Text(sentence_start(&text))]
        })
        .collect();
    notes.push(vec![Inline::Link {
        text: context.say("report-see-card"),
        to: "card-net_benefit".to_owned(),
    }]);
    notes
}
