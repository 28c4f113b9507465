//! Effect and net cost to the public in one plane: drawn from the quantities, and the share of draws in each quadrant.

use super::{index_of, table};
use crate::cost_benefit::decision::Quadrant;
use crate::report::amounts::sentence_start;
use crate::report::chapters::context::Context;
use crate::report::chapters::drawings;
use crate::report::document::{Block, Column, Inline, Line, Table};
use crate::report::figures::plane_of_money;
use crate::report::money_terms::{WORTH, quadrant};

/// The figure, and the table where there are draws.
pub(super) fn blocks(context: &Context<'_>, arm: &str) -> Vec<Block> {
    let draw = || plane_of_money(&context.view, arm).into_iter().collect();
    let mut blocks = drawings::blocks(context, draw, None);
    let found = Quadrant::ALL.map(|which| index_of(context, WORTH, which.as_str(), arm));
    if found.iter().all(Option::is_none) {
        return blocks;
    }
    let rows = Quadrant::ALL
        .into_iter()
        .zip(found)
        .map(|(which, index)| Line {
            cells: vec![
                sentence_start(&quadrant(&context.words, which)).into(),
                super::accounts::share(context, index),
            ],
        });
    let rows = rows.collect();
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::left(context.say("money-plane-head")),
            Column::right(context.say("money-share-worth")),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-plane-table"))]],
        ..table(context, context.say("money-caption-plane"), arm)
    }));
    blocks
}
