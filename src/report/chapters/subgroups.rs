//! Subgroups and sites: the main difference by level, with persons, interval, band over the levels and what is left of it in
//! the light of the others; and in words whether the levels differ at all, and how many stand out by chance. No p-values by
//! level: differences between subgroups are not tested one by one.

use super::context::{Context, Key};
use super::drawings;
use super::outcomes::versus;
use super::sentences::main_slug;
use crate::report::amounts::sentence_middle;
use crate::report::document::{Block, Cell, Column, Line, Table};
use crate::report::figures::{Grouping, is_site, tells_what_was_done};
use crate::report::words::numbers;
use crate::results::{OutcomeFacts, Row};
use crate::units::is_significant;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let sites = sites(context);
    for outcome in context.view.outcomes {
        // Sites of what was done stand in the chapter on it.
        let done = tells_what_was_done(&context.view, outcome);
        let wanted = |subgroup: &str| !(done && sites.contains(subgroup));
        let wanted = &wanted;
        blocks.extend(drawings::groups(context, outcome, Grouping::Differences));
        for arm in context.view.treatments() {
            let lines = lines(context, outcome, arm, wanted);
            if !lines.is_empty() {
                blocks.push(Block::Table(table(context, outcome, arm, lines)));
                blocks.extend(together(context, outcome, arm, wanted));
            }
        }
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::text(context.say("report-subgroups")));
    }
    blocks.extend(moderators(context));
    blocks
}

/// How effects change with what was measured before the draw.
fn moderators(context: &Context<'_>) -> Vec<Block> {
    let horizon = i32::try_from(context.view.horizon).ok();
    let mut rows = Vec::new();
    for (key, indices) in context.all_series() {
        let Some(name) = key.item.strip_prefix("moderator: ") else {
            continue;
        };
        let mut found = indices.iter().copied();
        let Some(index) = found.find(|i| context.row(*i).week == horizon) else {
            continue;
        };
        rows.push(Line {
            cells: vec![
                context.label(key.outcome).into(),
                context.label(name).into(),
                context.view.word(key.arm).to_owned().into(),
                context.adjustment(key.analysis).into(),
                context.estimate(Some(index)),
                context.interval(Some(index)),
                context.p(Some(index)),
                context.unit(context.row(index)).into(),
            ],
        });
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let analysis = context
        .view
        .analyses
        .first()
        .map_or("", |a| a.name.as_str());
    let (id, number) = context.next_table();
    let table = Table {
        id,
        number,
        caption: context.say("report-caption-moderators"),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("report-outcome-head")),
            Column::left(context.say("report-moderator")),
            Column::left(context.say("report-moderator-arm")),
            Column::left(context.say("report-adjustment")),
            Column::right(context.say("column-estimate")),
            Column::right(context.interval_head(analysis)),
            Column::right(context.say("column-p")),
            Column::left(context.say("report-unit-head")),
        ],
        rows,
        notes: Vec::new(),
    };
    vec![
        Block::text(context.say("report-moderators")),
        Block::Table(table),
    ]
}

/// What was done by site: when a subgroup's levels are the strata of the randomisation.
pub(super) fn by_site(context: &Context<'_>, outcome: &OutcomeFacts) -> Vec<Block> {
    let sites = sites(context);
    let mut blocks = Vec::new();
    for arm in context.view.treatments() {
        let lines = lines(context, outcome, arm, |subgroup| sites.contains(subgroup));
        if !lines.is_empty() {
            blocks.push(Block::Table(table(context, outcome, arm, lines)));
        }
    }
    blocks
}

/// The subgroup columns whose levels are sites.
fn sites<'c>(context: &Context<'c>) -> BTreeSet<&'c str> {
    let mut levels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in context.view.rows {
        if &*row.subgroup != "all" {
            levels.entry(&row.subgroup).or_default().insert(&row.level);
        }
    }
    let sites = levels
        .into_iter()
        .filter(|(_, levels)| levels.len() > 1 && is_site(&context.view, levels.iter().copied()));
    sites.map(|(subgroup, _)| subgroup).collect()
}

fn lines(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    arm: &str,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let main = main_slug(context, outcome);
    // A test statistic is no difference to hold beside others.
    if main == "logrank" {
        return lines;
    }
    let (mut last, mut taken) = ("", BTreeMap::new());
    let horizon = i32::try_from(context.view.horizon).ok();
    for (key, rows) in context.all_series() {
        let here = *key.outcome == *outcome.name
            && key.estimand == main
            && key.item.is_empty()
            && key.subgroup != "all"
            && key.arm == arm;
        // Each subgroup comes from the first analysis that has it.
        if !here || !wanted(key.subgroup) {
            continue;
        }
        if *taken.entry(key.subgroup).or_insert(key.analysis) != key.analysis {
            continue;
        }
        let mut found = rows.iter().copied();
        let Some(index) = found.find(|i| context.row(*i).week == horizon) else {
            continue;
        };
        let group: Cell = if key.subgroup == last {
            "".into()
        } else {
            context.label(key.subgroup).into()
        };
        last = key.subgroup;
        let beside = |estimand| {
            let key = Key { estimand, ..key };
            context.at(key, context.view.horizon)
        };
        let beside = [beside("level_effect"), beside("shrunken_effect")];
        lines.push(line(
            context,
            group,
            context.label(key.level),
            (index, beside),
        ));
    }
    if !lines.is_empty() {
        let analysis = context.analysis_of(&outcome.name).unwrap_or_default();
        let all = Key::all(analysis, &outcome.name, main, arm);
        let index = context.at(all, context.view.horizon);
        if let Some(index) = index {
            let everybody = context.say("report-everybody");
            let alone = (index, [None, None]);
            lines.insert(0, line(context, everybody.into(), String::new(), alone));
        }
    }
    lines
}

/// A line of the row of a level, and of the rows that hold it beside the others.
fn line(
    context: &Context<'_>,
    group: Cell,
    level: String,
    (index, [band, shrunken]): (usize, [Option<usize>; 2]),
) -> Line {
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
            context.band(band),
            shrunken.map_or_else(|| "–".into(), |i| context.estimate(Some(i))),
        ],
    }
}

/// Whether the levels of each subgroup column differ, and how many stand out by chance, in words.
fn together(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    arm: &str,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Block> {
    let (mut blocks, mut taken) = (Vec::new(), BTreeMap::new());
    for (key, _) in context.all_series() {
        let here = *key.outcome == *outcome.name
            && key.estimand == "equal_effects"
            && key.item.is_empty()
            && key.arm == arm;
        if !here || !wanted(key.subgroup) {
            continue;
        }
        if *taken.entry(key.subgroup).or_insert(key.analysis) == key.analysis {
            blocks.extend(sentences(context, outcome, key).map(Block::text));
        }
    }
    blocks
}

fn sentences(context: &Context<'_>, outcome: &OutcomeFacts, key: Key<'_>) -> Option<String> {
    let row = |estimand, item| {
        let key = Key {
            estimand,
            item,
            ..key
        };
        (context.at(key, context.view.horizon)).map(|i| context.row(i))
    };
    let language = context.language();
    let number = |value: f64, decimals| numbers::number(value, decimals, language);
    let by = sentence_middle(&context.label(key.subgroup));
    let mut text = Vec::new();
    let test = row("equal_effects", "")?;
    if let (Some(q), Some(p)) = (test.estimate, test.p_value) {
        let permuted = row("equal_effects", "permutation_studentised").and_then(|r| r.p_value);
        let permuted = permuted.map_or_else(String::new, |p| {
            context.tell(
                "report-levels-permuted",
                &[("p", &numbers::p_value(p, language))],
            )
        });
        let confidence = (context.view.analysis(key.analysis)).map_or(0.95, |a| a.confidence);
        let verdict = if is_significant(p, confidence) {
            "report-levels-unequal"
        } else {
            "report-levels-equal"
        };
        let freedom = test.reason.split(' ').next().unwrap_or_default();
        let q = number(q, 2);
        let arguments = [
            ("q", q.as_str()),
            ("df", freedom),
            ("p", &numbers::p_value(p, language)),
            ("permuted", &permuted),
        ];
        text.push(context.tell(verdict, &arguments));
    }
    let count = |item| row("significant_levels", item).filter(|r| r.estimate.is_some());
    if let (Some(found), Some(expected), Some(up)) =
        (count(""), count("expected"), count("positive"))
    {
        let whole = |row: &Row| number(row.estimate.unwrap_or_default(), 0);
        let chance = |row: &Row| numbers::p_value(row.p_value.unwrap_or_default(), language);
        let levels = found.reason.split(' ').nth(1).unwrap_or_default();
        let key = match found.estimate {
            Some(0.0) => "report-levels-none",
            _ => "report-levels-count",
        };
        let arguments = [
            ("k", whole(found)),
            ("n", levels.to_owned()),
            ("expected", number(expected.estimate.unwrap_or_default(), 1)),
            ("p", chance(found)),
            ("up", whole(up)),
            ("pup", chance(up)),
        ];
        let arguments: Vec<(&str, &str)> =
            arguments.iter().map(|(k, v)| (*k, v.as_str())).collect();
        if levels != "1" {
            text.push(context.tell(key, &arguments));
        }
    }
    let label = context.label(&outcome.name);
    let text = text.join(" ");
    let arguments = [
        ("label", label.as_str()),
        ("by", by.as_str()),
        ("text", text.as_str()),
    ];
    (!text.is_empty()).then(|| context.tell("report-levels-note", &arguments))
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
            Column::right(context.tell("report-band", &[("level", &context.level(analysis))])),
            Column::right(context.say("report-shrunken")),
        ],
        rows,
        notes: Vec::new(),
    }
}
