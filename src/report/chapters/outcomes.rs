//! Implementation and effects: for each outcome its sentence, its figures, and its numbers at chosen weeks.

use super::context::{Context, Key};
use super::drawings;
use super::exits::{exits, waiting};
use super::sentences::{Mark, main_sentence, main_slug};
use super::{statuses, subgroups};
use crate::report::amounts::sentence_start;
use crate::report::document::{Block, Column, Inline, Line, Table};
use crate::report::figures::{Grouping, curves_of, tells_what_was_done};
use crate::report::method::{Comparison, cards};
use crate::report::words::numbers;
use crate::results::OutcomeFacts;

/// The chapter on what was done.
pub(super) fn implementation(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for outcome in context.view.outcomes {
        if tells_what_was_done(&context.view, outcome) {
            blocks.extend(section(context, outcome));
            blocks.extend(statuses::table(context, outcome).map(Block::Table));
            blocks.extend(drawings::groups(context, outcome, Grouping::Levels));
            blocks.extend(subgroups::by_site(context, outcome));
        }
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::text(context.say("report-implementation")));
    }
    blocks
}

/// The chapter on effects.
pub(super) fn effects(context: &Context<'_>) -> Vec<Block> {
    // First where the persons are: figures are numbered in the order they are made.
    let states = drawings::states(context);
    let mut blocks = Vec::new();
    for outcome in context.view.outcomes {
        if !tells_what_was_done(&context.view, outcome) {
            blocks.extend(section(context, outcome));
        }
    }
    if blocks.is_empty() {
        return blocks;
    }
    let mut first = vec![Block::text(context.say("report-effects"))];
    first.extend(states);
    blocks.splice(0..0, first);
    blocks.extend(other_analyses(context));
    blocks
}

fn section(context: &Context<'_>, outcome: &OutcomeFacts) -> Vec<Block> {
    let mut blocks = vec![Block::Heading {
        id: format!("o-{}", position(context, &outcome.name)),
        text: context.label(&outcome.name),
    }];
    for arm in context.view.treatments() {
        blocks.push(Block::Paragraph(main_sentence(
            context,
            outcome,
            arm,
            Mark::LeftToThePage,
        )));
    }
    blocks.extend(target(context, outcome));
    blocks.extend(figures(context, outcome));
    let Some(analysis) = context.analysis_of(&outcome.name) else {
        return blocks;
    };
    for arm in context.view.treatments() {
        if outcome.kind == "exit" {
            blocks.push(Block::Table(exits(context, outcome, analysis, arm)));
            blocks.push(Block::Table(waiting(context, outcome, analysis, arm)));
        } else {
            blocks.push(Block::Table(weeks(context, outcome, analysis, arm)));
        }
    }
    blocks
}

fn position(context: &Context<'_>, outcome: &str) -> usize {
    let found = context.view.outcomes.iter().position(|o| o.name == outcome);
    found.map_or(0, |i| i + 1)
}

/// The share each arm reached since the start, held against the required level.
fn target(context: &Context<'_>, outcome: &OutcomeFacts) -> Option<Block> {
    let target = outcome.target.filter(|t| t.is_finite())?;
    let analysis = context.analysis_of(&outcome.name)?;
    let mut parts = Vec::new();
    let required = if outcome.kind == "share_among" {
        numbers::percent(
            target,
            usize::from((target * 100.0).fract().abs() > 1e-9),
            context.language(),
        )
    } else {
        numbers::number(target, numbers::decimals(target), context.language())
    };
    parts.push(Inline::Text(
        context.tell("report-target", &[("n", &required)]),
    ));
    for arm in &context.view.facts.arms {
        let key = Key::all(analysis, &outcome.name, "period_mean", arm);
        let Some(index) = context.at(key, context.view.horizon) else {
            continue;
        };
        let Some(share) = context.row(index).estimate else {
            continue;
        };
        let text = numbers::percent(share, 1, context.language());
        parts.push(Inline::Text(format!(" {}: ", context.label(arm))));
        parts.push(Inline::Number { text, row: index });
        parts.push(Inline::Text(";".to_owned()));
    }
    // "pct." ends with a full stop of its own.
    if matches!(parts.last(), Some(Inline::Text(last)) if last == ";") {
        parts.pop();
    }
    if !parts.last().is_some_and(|last| last.text().ends_with('.')) {
        parts.push(Inline::Text(".".to_owned()));
    }
    Some(Block::Paragraph(parts))
}

/// The curves of one outcome.
fn figures(context: &Context<'_>, outcome: &OutcomeFacts) -> Vec<Block> {
    let mut view = context.view.clone();
    view.outcomes = std::slice::from_ref(outcome);
    drawings::blocks(context, || curves_of(&view), Some(outcome))
}

/// Where the numbers of an outcome begin in the appendix.
pub(super) fn appendix_anchor(context: &Context<'_>, outcome: &str) -> String {
    format!("a-{}", position(context, outcome))
}

/// Slugs of arm rows and contrast rows of the two tables' halves.
pub(super) fn contrast_of(slug: &str) -> Option<&'static str> {
    let mut cards = cards();
    cards.find(|c| c.slug == slug).and_then(|c| c.contrast)
}

/// Weekly values of two arms, their difference, and the main number since the start, at chosen weeks.
fn weeks(context: &Context<'_>, outcome: &OutcomeFacts, analysis: &str, arm: &str) -> Table {
    let control = context.view.control();
    let main = main_slug(context, outcome);
    let means = match main {
        "period_difference" => "period_mean",
        _ => "cumulative_mean",
    };
    let chosen = context.weeks_of(outcome);
    let weekly = contrast_of("weekly_mean").unwrap_or("weekly_difference");
    let unit = |slug: &str, arm: &str| {
        let key = Key::all(analysis, &outcome.name, slug, arm);
        let first = context.series(key).first();
        first.map_or_else(String::new, |i| context.unit(context.row(*i)))
    };
    let rows = chosen.iter().map(|week| {
        let at = |slug, arm| context.at(Key::all(analysis, &outcome.name, slug, arm), *week);
        Line {
            cells: vec![
                context.whole(u64::from(*week)),
                context.estimate(at("weekly_mean", control)),
                context.estimate(at("weekly_mean", arm)),
                context.estimate(at(weekly, arm)),
                context.interval(at(weekly, arm)),
                context.estimate(at(means, control)),
                context.estimate(at(means, arm)),
                context.estimate(at(main, arm)),
                context.interval(at(main, arm)),
                context.p(at(main, arm)),
            ],
        }
    });
    let rows = rows.collect();
    let half = |slug: &str, unit: String| {
        let name = context.estimand(slug, Some(outcome));
        let name = sentence_start(&name);
        context.tell("report-group", &[("name", &name), ("unit", &unit)])
    };
    let groups = vec![
        (String::new(), 1),
        (half("weekly_mean", unit("weekly_mean", arm)), 4),
        (half(means, unit(means, arm)), 5),
    ];
    let mut columns = vec![Column::right(context.tick(Some(outcome)))];
    for p in [false, true] {
        columns.extend([
            Column::right(context.view.word(control)),
            Column::right(context.view.word(arm)),
            Column::right(context.say("column-estimate")),
            Column::right(context.interval_head(analysis)),
        ]);
        if p {
            columns.push(Column::right(context.say("column-p")));
        }
    }
    finish(
        context,
        outcome,
        arm,
        (context.caption("weeks", outcome), groups, columns, rows),
    )
}

/// Caption, groups, columns, lines.
pub(super) type Parts = (String, Vec<(String, usize)>, Vec<Column>, Vec<Line>);

pub(super) fn finish(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    arm: &str,
    parts: Parts,
) -> Table {
    let (caption, groups, columns, rows) = parts;
    let (id, number) = context.next_table();
    Table {
        id,
        number,
        caption: versus(context, caption, arm),
        groups,
        columns,
        rows: context.even(rows),
        notes: vec![notes(context, outcome)],
    }
}

/// Names the arm where there are several.
pub(super) fn versus(context: &Context<'_>, caption: String, arm: &str) -> String {
    if context.view.treatments().len() < 2 {
        return caption;
    }
    let (arm, control) = (
        context.view.word(arm),
        context.view.word(context.view.control()),
    );
    context.tell(
        "title-versus",
        &[("title", &caption), ("arm", arm), ("control", control)],
    )
}

pub(super) fn notes(context: &Context<'_>, outcome: &OutcomeFacts) -> Vec<Inline> {
    let mut notes = Vec::new();
    if Comparison::of(outcome) == Comparison::Descriptive {
        notes.push(Inline::Text(format!("{} ", context.say("descriptive"))));
    }
    notes.push(Inline::Link {
        text: context.say("report-see-appendix"),
        to: appendix_anchor(context, &outcome.name),
    });
    notes
}

/// The main numbers of every analysis beside each other, when there are several.
fn other_analyses(context: &Context<'_>) -> Vec<Block> {
    let view = &context.view;
    let mut rows = Vec::new();
    for outcome in view.outcomes {
        for arm in view.treatments() {
            for analysis in &view.analyses {
                let key = Key::all(
                    &analysis.name,
                    &outcome.name,
                    main_slug(context, outcome),
                    arm,
                );
                let Some(index) = context.at(key, view.horizon) else {
                    continue;
                };
                let mut label = context.label(&outcome.name);
                if view.treatments().len() > 1 {
                    label = format!("{label}, {}", view.word(arm));
                }
                rows.push(Line {
                    cells: vec![
                        label.into(),
                        analysis.name.clone().into(),
                        context.adjustment(&analysis.name).into(),
                        context.estimate(Some(index)),
                        context.unit(context.row(index)).into(),
                        context.interval(Some(index)),
                        context.p(Some(index)),
                    ],
                });
            }
        }
    }
    if view.analyses.len() < 2 || rows.is_empty() {
        return Vec::new();
    }
    let (id, number) = context.next_table();
    let analysis = view.analyses.first().map_or("", |a| a.name.as_str());
    let table = Table {
        id,
        number,
        caption: context.say("report-caption-analyses"),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("column-outcome")),
            Column::left(context.say("report-analysis")),
            Column::left(context.say("report-adjustment")),
            Column::right(context.say("column-estimate")),
            Column::left(context.say("report-unit")),
            Column::right(context.interval_head(analysis)),
            Column::right(context.say("column-p")),
        ],
        rows,
        notes: Vec::new(),
    };
    let heading = Block::Heading {
        id: "o-analyses".to_owned(),
        text: context.say("report-other-analyses"),
    };
    vec![heading, Block::Table(table)]
}
