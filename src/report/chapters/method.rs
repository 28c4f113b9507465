//! Method and limits in words: how groups are compared, where intervals come from, what the numbers cannot say, and the
//! definitions and findings a reader must know.

use super::context::Context;
use super::sentences::main_index;
use crate::report::amounts::{Amounts, sentence_start};
use crate::report::document::{Block, Column, Inline, Line, Table};
use crate::report::summary::scheme_of;
use crate::report::words::numbers;
use crate::results::Status;
use crate::study::model::{FirstWeek, IntervalKind};

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::text(context.say("report-method-lot"))];
    blocks.push(Block::text(context.say(match context.view.first_week {
        _ if context.bundle.study.tick == "day" => "report-method-days",
        FirstWeek::Assignment => "report-method-assignment",
        FirstWeek::Next => "report-method-next",
    })));
    let kinds = [
        ("mean", "report-method-mean"),
        ("share_among", "report-method-share"),
        ("exit", "report-method-exit"),
    ];
    for (kind, key) in kinds {
        let has = context.view.outcomes.iter().any(|o| match kind {
            "mean" => matches!(
                o.kind.as_str(),
                "weeks_in" | "inflow" | "lasting" | "amount" | "events"
            ),
            kind => o.kind == kind,
        });
        if has {
            blocks.push(Block::text(context.say(key)));
        }
    }
    blocks.extend(registers(context));
    blocks.push(heading(context, "uncertainty"));
    blocks.extend(uncertainty(context));
    blocks.push(heading(context, "limits"));
    blocks.push(Block::List(limits(context)));
    blocks.push(heading(context, "definitions"));
    blocks.push(Block::Table(definitions(context)));
    blocks.extend(findings(context));
    blocks
}

/// How states are told, and what becomes of those who die, leave or retire.
fn registers(context: &Context<'_>) -> Vec<Block> {
    let tables = &context.bundle.study.tables;
    let word = |label: &str| context.view.word(label).to_owned();
    let words = |labels: &[String]| {
        let words: Vec<String> = labels.iter().map(|label| word(label)).collect();
        words.join(", ")
    };
    let mut texts = Vec::new();
    for table in tables {
        let own = format!("accounting-table-{}", table.name);
        let of = context.words.find(&own, &[]);
        let of = of.unwrap_or_else(|| context.label(&table.name));
        let mut say = |key: &str, arguments: &[(&str, &str)]| {
            let mut all = vec![("table", of.as_str())];
            all.extend_from_slice(arguments);
            texts.push(context.tell(key, &all));
        };
        if let Some(codes) = &table.codes {
            let key = match codes.as_str() {
                "dream" => "report-method-codes",
                _ => "report-method-own-codes",
            };
            say(key, &[("file", codes)]);
        }
        if let (Some(rule), Some(gap)) = (&table.employment, &table.gap) {
            let n = context.count(u64::from(rule.weeks));
            let arguments = [
                ("n", n.as_str()),
                ("state", &word(&rule.state)),
                ("gap", &word(gap)),
            ];
            say("report-method-employment", &arguments);
        }
        if !table.censor.is_empty() {
            say("report-method-censor", &[("list", &words(&table.censor))]);
        }
        if !table.absorbing.is_empty() {
            say(
                "report-method-absorbing",
                &[("list", &words(&table.absorbing))],
            );
        }
    }
    texts.into_iter().map(Block::text).collect()
}

fn heading(context: &Context<'_>, key: &str) -> Block {
    Block::Heading {
        id: format!("m-{key}"),
        text: context.say(&format!("report-heading-{key}")),
    }
}

fn uncertainty(context: &Context<'_>) -> Vec<Block> {
    let facts = context.view.facts;
    let mut blocks = Vec::new();
    if facts.replicates == 0 {
        blocks.push(Block::text(context.say("report-method-analytic")));
    } else {
        let n = context.count(u64::from(facts.replicates));
        let scheme = scheme_of(facts, &context.words);
        let seed = facts.seed.to_string();
        let text = context.tell(
            "report-method-scheme",
            &[("n", &n), ("scheme", &scheme), ("seed", &seed)],
        );
        blocks.push(Block::text(text));
    }
    let analyses = context.view.analyses.iter().map(|analysis| {
        let kind = context.say(match analysis.interval {
            _ if facts.replicates == 0 => "interval-normal",
            IntervalKind::Normal => "interval-normal",
            IntervalKind::Percentile => "interval-percentile",
            IntervalKind::Basic => "interval-basic",
            IntervalKind::Bca => "interval-bca",
            IntervalKind::Studentized => "interval-studentized",
        });
        let level = context.level(&analysis.name);
        let text = context.tell(
            "report-method-analysis",
            &[
                ("adjustment", &context.adjustment(&analysis.name)),
                ("level", &level),
                ("kind", &kind),
            ],
        );
        let names = context.covariates(&analysis.name).join(", ");
        let adjusted = match names.as_str() {
            "" => String::new(),
            names => format!(
                " {}",
                context.tell("report-method-covariates", &[("names", names)])
            ),
        };
        vec![
            Inline::Strong(format!("{}: ", analysis.name)),
            Inline::Text(text + &adjusted),
        ]
    });
    blocks.push(Block::List(analyses.collect()));
    blocks.push(Block::text(context.say("report-method-interval")));
    blocks.push(Block::text(context.say("report-method-band")));
    blocks.extend(tests(context).into_iter().map(Block::text));
    blocks.extend(monte_carlo(context));
    blocks
}

/// How permutation tests are made, and how the p-values of each family are adjusted.
fn tests(context: &Context<'_>) -> Vec<String> {
    let facts = context.view.facts;
    let mut out = Vec::new();
    if facts.permutations > 0 {
        let n = context.count(u64::from(facts.permutations));
        let units = context.say(if facts.clusters.is_some() {
            "report-permuted-clusters"
        } else {
            "report-permuted-persons"
        });
        out.push(context.tell("report-method-permutation", &[("n", &n), ("units", &units)]));
    }
    for family in &facts.families {
        let key = match (family.multiplicity.as_str(), family.permuted) {
            ("holm", true) => "report-family-holm-permuted".to_owned(),
            (multiplicity, _) => format!("report-family-{multiplicity}"),
        };
        let how = context.words.find(&key, &[]);
        let (n, adjusted) = (
            context.count(family.members),
            context.count(family.adjusted),
        );
        let arguments = [
            ("analysis", family.analysis.as_str()),
            ("n", &n),
            ("adjusted", &adjusted),
            ("how", how.as_deref().unwrap_or(&family.multiplicity)),
        ];
        let key = if family.adjusted == family.members {
            "report-method-family"
        } else {
            "report-method-family-some"
        };
        out.push(context.tell(key, &arguments));
    }
    out
}

/// How far the limits of the headline would move with other draws.
fn monte_carlo(context: &Context<'_>) -> Option<Block> {
    let outcome = context.view.outcome(context.view.headline)?;
    let arm = context.view.treatments().first()?;
    let index = main_index(context, outcome, arm)?;
    let row = context.row(index);
    let error = row
        .mc_conf_low
        .into_iter()
        .chain(row.mc_conf_high)
        .reduce(f64::max)?;
    let amounts = Amounts::of(&context.view, outcome);
    let shown = numbers::decimals(error * amounts.scale).max(2);
    let text = amounts.quantity(&context.words, error, shown);
    let sentence = context.tell("report-method-monte-carlo", &[("error", &text)]);
    Some(Block::Paragraph(super::sentences::linked(
        &sentence,
        &[text],
        index,
    )))
}

fn limits(context: &Context<'_>) -> Vec<Vec<Inline>> {
    let mut lines: Vec<String> = vec![context.say("report-limit-several")];
    if context
        .view
        .outcomes
        .iter()
        .any(|o| !o.randomised || o.kind == "share_among")
    {
        lines.push(context.say("report-limit-descriptive"));
    }
    let rows = context.view.rows;
    let of = |status: Status| rows.iter().filter(|r| r.status == status).count() as u64;
    let total = context.count(rows.len() as u64);
    for (status, key) in [
        (Status::Undefined, "report-limit-undefined"),
        (Status::Hidden, "report-limit-hidden"),
    ] {
        let n = of(status);
        if n > 0 {
            lines.push(context.tell(key, &[("n", &context.count(n)), ("total", &total)]));
        }
    }
    if context.view.synthetic {
        lines.push(context.say("report-limit-synthetic"));
    }
    if let Some(smallest) = context.view.smallest {
        let n = context.count(smallest);
        lines.push(context.tell("report-limit-gate", &[("n", &n)]));
    }
    if context.view.not_cleared {
        let n = context.count(u64::from(context.bundle.study.min_cell));
        lines.push(context.tell("report-limit-not-cleared", &[("n", &n)]));
    }
    lines
        .into_iter()
        .map(|text| vec![Inline::Text(text)])
        .collect()
}

fn definitions(context: &Context<'_>) -> Table {
    let rows = context.bundle.study.outcomes.iter().map(|card| {
        let outcome = context.view.outcome(&card.name);
        let kind = context
            .words
            .find(&format!("report-kind-{}", card.kind), &[]);
        let words = |labels: &[String]| {
            let words: Vec<&str> = labels.iter().map(|l| context.view.word(l)).collect();
            words.join(", ")
        };
        let mut parts = Vec::new();
        if !card.states.is_empty() {
            parts.push(context.tell("report-states", &[("list", &words(&card.states))]));
        }
        if !card.destinations.is_empty() {
            parts.push(context.tell(
                "report-destinations",
                &[("list", &words(&card.destinations))],
            ));
        }
        if let Some(risk) = &card.at_risk {
            parts.extend(context.words.find(&format!("report-at-risk-{risk}"), &[]));
        }
        if let Some(weeks) = card.sustained.filter(|n| *n > 1) {
            let n = context.count(u64::from(weeks));
            parts.push(context.tell("report-sustained", &[("n", &n)]));
        }
        if let Some(weeks) = card.over {
            let n = context.count(u64::from(weeks));
            parts.push(context.tell("report-over", &[("n", &n)]));
        }
        let unit = outcome.map_or_else(String::new, |o| {
            Amounts::of(&context.view, o).axis(&context.words)
        });
        Line {
            cells: vec![
                context.label(&card.name).into(),
                sentence_start(&kind.unwrap_or_else(|| card.kind.clone())).into(),
                sentence_start(&parts.join("; ")).into(),
                unit.into(),
            ],
        }
    });
    let rows = rows.collect();
    let (id, number) = context.next_table();
    Table {
        id,
        number,
        caption: context.say("report-caption-definitions"),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("column-outcome")),
            Column::left(context.say("report-kind")),
            Column::left(context.say("report-definition")),
            Column::left(context.say("report-unit")),
        ],
        rows,
        notes: Vec::new(),
    }
}

/// Warnings and notes of the run. They are written in English by the program.
fn findings(context: &Context<'_>) -> Vec<Block> {
    let found: Vec<Vec<Inline>> = (context.bundle.findings.iter())
        .map(|finding| {
            let severity = if finding.severity == "note" {
                "report-note"
            } else {
                "report-warning"
            };
            let place = finding
                .place
                .as_ref()
                .map(|p| format!(" [{p}]"))
                .unwrap_or_default();
            let mut parts = vec![Inline::Strong(format!(
                "{} {}: ",
                context.say(severity),
                finding.code
            ))];
            if let Some(meaning) = context.words.finding(&finding.code) {
                parts.push(Inline::Text(format!("{meaning} ")));
            }
            parts.push(Inline::English(format!("{}{place}", finding.message)));
            parts
        })
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    vec![
        heading(context, "findings"),
        Block::text(context.say("report-findings")),
        Block::List(found),
    ]
}
