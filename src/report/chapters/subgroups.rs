//! Subgroups and sites: the main difference by level, with persons and interval. No p-values: differences between
//! subgroups are not tested one by one, and the chapter says so.

use super::context::{Context, Key};
use super::outcomes::versus;
use super::sentences::main_slug;
use crate::report::document::{Block, Cell, Column, Line, Table};
use crate::results::OutcomeFacts;
use std::collections::BTreeSet;

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for outcome in context.view.outcomes {
        for arm in context.view.treatments() {
            let lines = lines(context, outcome, arm, |_| true);
            if !lines.is_empty() {
                blocks.push(Block::Table(table(context, outcome, arm, lines)));
            }
        }
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::text(context.say("report-subgroups")));
    }
    blocks
}

/// What was done by site: when a subgroup's levels are the strata of the randomisation.
pub(super) fn by_site(context: &Context<'_>, outcome: &OutcomeFacts) -> Vec<Block> {
    let strata: BTreeSet<&str> = context
        .view
        .facts
        .strata
        .iter()
        .map(String::as_str)
        .collect();
    let series = context.all_series();
    let sites = |subgroup: &str| {
        let own = series.iter().filter(|(key, _)| key.subgroup == subgroup);
        let levels: BTreeSet<&str> = own.map(|(key, _)| key.level).collect();
        levels.len() > 1 && levels.is_subset(&strata)
    };
    let mut blocks = Vec::new();
    for arm in context.view.treatments() {
        let lines = lines(context, outcome, arm, sites);
        if !lines.is_empty() {
            blocks.push(Block::Table(table(context, outcome, arm, lines)));
        }
    }
    blocks
}

fn lines(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    arm: &str,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(analysis) = context.analysis_of(&outcome.name) else {
        return lines;
    };
    let main = main_slug(context, outcome);
    // A test statistic is no difference to hold beside others.
    if main == "logrank" {
        return lines;
    }
    let mut last = "";
    for (key, rows) in context.all_series() {
        let here = key.analysis == analysis
            && *key.outcome == *outcome.name
            && key.estimand == main
            && key.item.is_empty()
            && key.subgroup != "all"
            && key.arm == arm;
        if !here || !wanted(key.subgroup) {
            continue;
        }
        let horizon = i32::try_from(context.view.horizon).ok();
        let Some(index) = rows
            .iter()
            .copied()
            .find(|i| context.row(*i).week == horizon)
        else {
            continue;
        };
        let group: Cell = if key.subgroup == last {
            "".into()
        } else {
            context.label(key.subgroup).into()
        };
        last = key.subgroup;
        lines.push(line(context, group, context.label(key.level), index));
    }
    if !lines.is_empty() {
        let all = Key::all(analysis, &outcome.name, main, arm);
        let index = context.at(all, context.view.horizon);
        if let Some(index) = index {
            let everybody = context.say("report-everybody");
            lines.insert(0, line(context, everybody.into(), String::new(), index));
        }
    }
    lines
}

fn line(context: &Context<'_>, group: Cell, level: String, index: usize) -> Line {
    let row = context.row(index);
    let n = |n: Option<u64>| n.map_or_else(|| "–".into(), |n| context.whole(n));
    Line {
        cells: vec![
            group,
            level.into(),
            n(row.n_reference),
            n(row.n),
            context.estimate(Some(index)),
            context.interval(Some(index)),
        ],
    }
}

fn table(context: &Context<'_>, outcome: &OutcomeFacts, arm: &str, rows: Vec<Line>) -> Table {
    let analysis = context.analysis_of(&outcome.name).unwrap_or_default();
    let key = Key::all(analysis, &outcome.name, main_slug(context, outcome), arm);
    let unit = context
        .series(key)
        .first()
        .map_or_else(String::new, |i| context.unit(context.row(*i)));
    let label = context.label(&outcome.name);
    let name = context.estimand(main_slug(context, outcome), Some(outcome));
    let week = context.week(Some(outcome), context.view.horizon);
    let caption = context.tell(
        "report-caption-subgroups",
        &[
            ("label", &label),
            ("name", &name),
            ("week", &week),
            ("unit", &unit),
        ],
    );
    // Of a share among those in a state, n counts the person-weeks in the state.
    let counted = match outcome.kind.as_str() {
        "share_among" => "report-weeks-of",
        _ => "report-n-of",
    };
    let n = |arm: &str| context.tell(counted, &[("arm", context.view.word(arm))]);
    let (id, number) = context.next_table();
    Table {
        id,
        number,
        caption: versus(context, caption, arm),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("report-subgroup")),
            Column::left(context.say("report-level")),
            Column::right(n(context.view.control())),
            Column::right(n(arm)),
            Column::right(context.say("column-estimate")),
            Column::right(context.interval_head(analysis)),
        ],
        rows,
        notes: Vec::new(),
    }
}
