//! Figures on the page: numbered, with the names inside them unique on the page.

use super::context::Context;
use super::outcomes::appendix_anchor;
use crate::report::document::{Block, Figure, Inline};
use crate::report::figures::text::element;
use crate::report::figures::{Grouping, consort_of, groups_of, rename, states_of};
use crate::results::OutcomeFacts;

/// Drawings as blocks, where there are drawings; those of an outcome lead to its numbers in the appendix.
pub(super) fn blocks(
    context: &Context<'_>,
    draw: impl FnOnce() -> Vec<(String, String)>,
    outcome: Option<&OutcomeFacts>,
) -> Vec<Block> {
    if !context.is_drawn() {
        return Vec::new();
    }
    let to = outcome
        .filter(|o| context.analysis_of(&o.name).is_some())
        .map(|o| appendix_anchor(context, &o.name));
    let blocks = draw().into_iter().map(|(file, svg)| {
        let (id, number) = context.next_figure();
        let svg = rename(&svg, file.trim_end_matches(".svg"), &id);
        Block::Figure(Figure {
            caption: element(&svg, "title").unwrap_or_default(),
            id,
            number,
            svg,
            see: to.as_ref().map(|to| Inline::Link {
                text: context.say("report-see-appendix"),
                to: to.clone(),
            }),
        })
    });
    blocks.collect()
}

/// From the lots to the numbers.
pub(super) fn flow(context: &Context<'_>) -> Vec<Block> {
    let day = context.bundle.study.tick == "day";
    blocks(
        context,
        || consort_of(&context.view, day).into_iter().collect(),
        None,
    )
}

/// Where persons are, by table of spells.
pub(super) fn states(context: &Context<'_>) -> Vec<Block> {
    blocks(context, || states_of(&context.view), None)
}

/// The figures of an outcome by subgroup or site.
pub(super) fn groups(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    wanted: Grouping,
) -> Vec<Block> {
    let draw = || {
        let drawn = groups_of(&context.view, outcome).into_iter();
        let drawn = drawn.filter(|(_, _, kind)| *kind == wanted);
        drawn.map(|(file, svg, _)| (file, svg)).collect()
    };
    blocks(context, draw, Some(outcome))
}
