//! The accounts in other shapes: for all of the treatment arm, per person who used the programme, and by site and subgroup.

use super::{benefit, heading, index_of, limits, party, table};
use crate::cost_benefit::perspectives::REGISTRY;
use crate::report::chapters::context::Context;
use crate::report::document::{Block, Column, Inline, Line, Table};

/// For all persons of the arm, and per person who used the programme.
pub(super) fn in_all(context: &Context<'_>, arm: &str) -> Option<Block> {
    let first = index_of(context, "total_net_benefit", "society", arm)?;
    let analysis = &context.row(first).analysis;
    let has_users = index_of(context, "net_benefit_per_treated", "society", arm).is_some();
    let rows = REGISTRY.iter().map(|perspective| {
        let at = |estimand: &str| index_of(context, estimand, perspective.slug, arm);
        let total = at("total_net_benefit");
        let mut cells = vec![
            party(context, perspective.slug).into(),
            benefit(context, total),
            limits(context, total),
        ];
        if has_users {
            let user = at("net_benefit_per_treated");
            cells.extend([benefit(context, user), limits(context, user)]);
        }
        Line { cells }
    });
    let rows = rows.collect();
    let n = context.count(context.row(first).n.unwrap_or(0));
    let mut columns = vec![
        Column::left(context.say("money-party")),
        Column::right(context.tell("money-for-all", &[("n", &n)])),
        Column::right(context.interval_head(analysis)),
    ];
    let mut notes = Vec::new();
    if has_users {
        columns.push(Column::right(context.say("money-per-user")));
        columns.push(Column::right(context.interval_head(analysis)));
        notes.push(vec![Inline::Text(context.say("money-note-users"))]);
    }
    let caption = super::accounts::caption(context, "money-caption-all");
    Some(Block::Table(Table {
        columns,
        rows,
        notes,
        ..table(context, caption, arm)
    }))
}

/// Society's account at every level of every subgroup.
pub(super) fn by_level(context: &Context<'_>, arm: &str) -> Vec<Block> {
    let all = context.all_series().into_iter();
    let found: Vec<(&str, usize)> = all
        .filter(|(key, _)| {
            key.estimand == "net_benefit"
                && key.item == "society"
                && key.arm == arm
                && key.subgroup != "all"
        })
        .filter_map(|(key, rows)| Some((key.subgroup, *rows.first()?)))
        .collect();
    let Some((_, first)) = found.first() else {
        return Vec::new();
    };
    let analysis = &context.row(*first).analysis;
    let rows = found.iter().map(|(subgroup, index)| {
        let row = context.row(*index);
        let persons = |n: Option<u64>| n.map_or_else(|| "–".into(), |n| context.whole(n));
        Line {
            cells: vec![
                format!("{}: {}", context.label(subgroup), context.label(&row.level)).into(),
                persons(row.n),
                persons(row.n_reference),
                context.estimate(Some(*index)),
                limits(context, Some(*index)),
                context.band(Some(*index)),
            ],
        }
    });
    let rows = rows.collect();
    let level = context.level(analysis);
    let caption = super::accounts::caption(context, "money-caption-levels");
    let table = Table {
        columns: vec![
            Column::left(context.say("money-level")),
            Column::right(context.label(arm)),
            Column::right(context.label(context.view.control())),
            Column::right(context.say("money-net")),
            Column::right(context.interval_head(analysis)),
            Column::right(context.tell("money-band-head", &[("level", &level)])),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-levels"))]],
        ..table(context, caption, arm)
    };
    vec![heading(context, "money-by-level", arm), Block::Table(table)]
}
