//! The tables of an exit: who has left, and where to, at chosen weeks; the time before exit, and the tests.

use super::context::{Context, Key};
use super::names::permutation_of;
use super::outcomes::{contrast_of, finish, notes, versus};
use super::sentences::main_slug;
use crate::report::amounts::sentence_start;
use crate::report::document::{Column, Inline, Line, Table};
use crate::results::OutcomeFacts;

/// Exits: the share not yet exited and, by destination, the share exited, at chosen weeks.
pub(super) fn exits(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    analysis: &str,
    arm: &str,
) -> Table {
    let control = context.view.control();
    let has = |slug: &str, item: &str| {
        let all = Key::all(analysis, &outcome.name, slug, control);
        !context.series(Key { item, ..all }).is_empty()
    };
    let mut measures: Vec<(&str, &str)> = vec![("survival", "")];
    let named = outcome.destinations.iter().map(String::as_str);
    let other = (!outcome.destinations.iter().any(|d| d == "other")).then_some("other");
    measures.extend(
        named
            .chain(other)
            .map(|item| ("cumulative_incidence", item)),
    );
    measures.retain(|(slug, item)| has(slug, item));
    if measures.is_empty() {
        // Where every spell counts there is no survival, only the rate of each week.
        measures.push(("hazard", ""));
    }
    let mut rows = Vec::new();
    for (slug, item) in measures {
        let mut name = sentence_start(&context.estimand(slug, Some(outcome)));
        if !item.is_empty() {
            let destination = context.destination(item);
            name = context.tell(
                "report-to",
                &[("name", &name), ("destination", &destination)],
            );
        }
        for week in context.weeks_of(outcome) {
            let at = |slug, arm| {
                let all = Key::all(analysis, &outcome.name, slug, arm);
                context.at(Key { item, ..all }, week)
            };
            let contrast = contrast_of(slug).unwrap_or(slug);
            let cells = vec![
                std::mem::take(&mut name).into(),
                context.whole(u64::from(week)),
                context.estimate(at(slug, control)),
                context.estimate(at(slug, arm)),
                context.estimate(at(contrast, arm)),
                context.interval(at(contrast, arm)),
                context.p(at(contrast, arm)),
            ];
            rows.push(Line { cells });
        }
    }
    let columns = vec![
        Column::left(context.say("column-measure")),
        Column::right(context.tick(Some(outcome))),
        Column::right(context.view.word(control)),
        Column::right(context.view.word(arm)),
        Column::right(context.say("column-estimate")),
        Column::right(context.interval_head(analysis)),
        Column::right(context.say("column-p")),
    ];
    finish(
        context,
        outcome,
        arm,
        (context.caption("exits", outcome), Vec::new(), columns, rows),
    )
}

/// Exits: mean and median time before exit, and the log-rank tests.
pub(super) fn waiting(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    analysis: &str,
    arm: &str,
) -> Table {
    let control = context.view.control();
    let mut rows = Vec::new();
    for (key, found) in context.all_series() {
        let here =
            key.analysis == analysis && *key.outcome == *outcome.name && key.subgroup == "all";
        let wanted = match key.estimand {
            "restricted_mean" | "median_time" => key.arm == control,
            "logrank" | "gray" | "log_hazard_ratio" => key.arm == arm,
            _ => false,
        };
        let wanted = wanted && permutation_of(key.item).is_none();
        let Some(index) = found.last().copied().filter(|_| here && wanted) else {
            continue;
        };
        let mut name = sentence_start(&context.estimand(key.estimand, Some(outcome)));
        if !key.item.is_empty() {
            name = context.with_item(&name, key.item);
        }
        let last = |estimand, arm| {
            context
                .series(Key {
                    estimand,
                    arm,
                    ..key
                })
                .last()
                .copied()
        };
        let unit = context.unit(context.row(index));
        let (of_arms, contrast) = match key.estimand {
            "logrank" | "gray" | "log_hazard_ratio" => (["–".into(), "–".into()], Some(index)),
            _ => (
                [
                    context.estimate(Some(index)),
                    context.estimate(last(key.estimand, arm)),
                ],
                contrast_of(key.estimand).and_then(|c| last(c, arm)),
            ),
        };
        let interval = match key.estimand {
            "logrank" | "gray" => "–".into(),
            _ => context.interval(contrast),
        };
        let [of_control, of_treated] = of_arms;
        let cells = vec![
            name.into(),
            unit.into(),
            of_control,
            of_treated,
            context.estimate(contrast),
            interval,
            context.p(contrast),
        ];
        rows.push(Line { cells });
    }
    let columns = vec![
        Column::left(context.say("column-measure")),
        Column::left(context.say("report-unit")),
        Column::right(context.view.word(control)),
        Column::right(context.view.word(arm)),
        Column::right(context.say("column-estimate")),
        Column::right(context.interval_head(analysis)),
        Column::right(context.say("column-p")),
    ];
    let (id, number) = context.next_table();
    let label = context.label(&outcome.name);
    let week = context.week(Some(outcome), context.view.horizon);
    let caption = if main_slug(context, outcome) == "logrank" {
        context.tell("report-caption-tests", &[("label", &label)])
    } else {
        context.tell(
            "report-caption-waiting",
            &[("label", &label), ("week", &week)],
        )
    };
    Table {
        id,
        number,
        caption: versus(context, caption, arm),
        groups: Vec::new(),
        columns,
        rows,
        notes: vec![
            vec![Inline::Text(context.say("report-note-waiting"))],
            notes(context, outcome),
        ],
    }
}
