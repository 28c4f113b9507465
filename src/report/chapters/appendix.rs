//! The appendix: every number of the bundle, by outcome and estimand with weeks as rows, and the method card of each
//! estimand. Arms and their differences stand side by side.

use super::context::{Context, Key};
use super::cost_benefit;
use super::outcomes::appendix_anchor;
use crate::estimand::Card;
use crate::report::amounts::{Amounts, sentence_start};
use crate::report::document::{Block, Cell, Column, Inline, Line, Table};
use crate::report::method::cards as all_cards;
use crate::report::words::numbers;
use crate::results::{Row, Status};
use std::collections::{BTreeMap, BTreeSet};

/// Marks of reasons, in the order of their first use in a table; the last serves for all further ones.
const MARKS: [&str; 9] = ["ᵃ", "ᵇ", "ᶜ", "ᵈ", "ᵉ", "ᶠ", "ᵍ", "ʰ", "*"];

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::text(context.say("report-appendix"))];
    let mut counter = 0;
    let outcomes = Sheets::all(context);
    for (outcome, sheets) in &outcomes {
        blocks.push(Block::Heading {
            id: appendix_anchor(context, outcome),
            text: context.label(outcome),
        });
        for sheet in sheets {
            let first = counter + 1;
            let tables: Vec<Block> = (sheet.families.iter())
                .map(|family| {
                    counter += 1;
                    Block::Table(table(context, family, counter))
                })
                .collect();
            blocks.push(Block::Fold {
                id: format!("s-{first}"),
                title: sheet.title(context, first, counter),
                blocks: tables,
            });
        }
    }
    blocks.extend(cost_benefit::all_numbers(context, counter + 1));
    blocks.push(Block::Heading {
        id: "cards".to_owned(),
        text: context.say("report-cards"),
    });
    blocks.push(Block::Paragraph(vec![Inline::Formula(
        context.say("report-signs"),
    )]));
    blocks.extend(cards(context));
    blocks
}

/// The card an estimand's rows belong to.
fn card_of(slug: &str) -> Option<&'static Card> {
    let mut cards = all_cards();
    cards.find(|card| card.slug == slug || card.contrast == Some(slug))
}

/// Series of one estimand and item, of arms and their differences.
struct Family<'c, 'a> {
    key: Key<'a>,
    series: Vec<(Key<'a>, &'c [usize])>,
}

/// What stands in one fold: one analysis and one group of persons of an outcome.
struct Sheets<'c, 'a> {
    analysis: &'a str,
    subgroup: &'a str,
    level: &'a str,
    families: Vec<Family<'c, 'a>>,
}

impl<'c, 'a> Sheets<'c, 'a> {
    /// Every series of the bundle, by outcome, in the order of the rows.
    fn all(context: &'c Context<'a>) -> Vec<(&'a str, Vec<Self>)> {
        let mut outcomes: Vec<(&str, Vec<Self>)> = Vec::new();
        // The money has no outcome; its rows stand in one table of their own.
        let outcome_rows = context.all_series().into_iter();
        for (key, rows) in outcome_rows.filter(|(key, _)| !key.outcome.is_empty()) {
            let at = place(
                &mut outcomes,
                |o| o.0 == key.outcome,
                || (key.outcome, Vec::new()),
            );
            let sheet = place(
                &mut at.1,
                |s| {
                    s.analysis == key.analysis && s.subgroup == key.subgroup && s.level == key.level
                },
                || Self {
                    analysis: key.analysis,
                    subgroup: key.subgroup,
                    level: key.level,
                    families: Vec::new(),
                },
            );
            let slug = card_of(key.estimand).map_or(key.estimand, |card| card.slug);
            let family = place(
                &mut sheet.families,
                |f| f.key.estimand == slug && f.key.item == key.item,
                || Family {
                    key: Key {
                        estimand: slug,
                        ..key
                    },
                    series: Vec::new(),
                },
            );
            family.series.push((key, rows));
        }
        outcomes
    }

    fn title(&self, context: &Context<'_>, first: usize, last: usize) -> String {
        let who = who(context, self.subgroup, self.level);
        let (first, last) = (first.to_string(), last.to_string());
        let key = if first == last {
            "report-sheet-one"
        } else {
            "report-sheet"
        };
        let arguments = [
            ("analysis", self.analysis),
            ("who", &who),
            ("first", &first),
            ("last", &last),
        ];
        let kept = if first == last {
            &arguments[..3]
        } else {
            &arguments[..]
        };
        context.tell(key, kept)
    }
}

fn place<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> &mut T {
    let at = list.iter().position(is).unwrap_or_else(|| {
        list.push(make());
        list.len() - 1
    });
    &mut list[at]
}

fn who(context: &Context<'_>, subgroup: &str, level: &str) -> String {
    if subgroup == "all" {
        return context.say("report-everybody");
    }
    if level.is_empty() {
        return context.label(subgroup);
    }
    format!("{}: {}", context.label(subgroup), context.label(level))
}

/// What a column of a series shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Estimate,
    Error,
    Interval,
    Band,
    P,
    PAdjusted,
    MonteCarlo,
    N,
    Events,
}

const ARM: [Shows; 6] = [
    Shows::Estimate,
    Shows::Error,
    Shows::Interval,
    Shows::Band,
    Shows::N,
    Shows::Events,
];
const DIFFERENCE: [Shows; 7] = [
    Shows::Estimate,
    Shows::Error,
    Shows::Interval,
    Shows::Band,
    Shows::P,
    Shows::PAdjusted,
    Shows::MonteCarlo,
];

impl Shows {
    /// Whether a row has something to show here; the estimate's column always stands.
    fn is_in(self, row: &Row) -> bool {
        match self {
            Self::Estimate => true,
            Self::Error => row.std_error.is_some(),
            Self::Interval => row.conf_low.is_some(),
            Self::Band => row.band_low.is_some(),
            Self::P => row.p_value.is_some(),
            Self::PAdjusted => row.p_adjusted.is_some(),
            Self::MonteCarlo => monte_carlo(row).is_some(),
            Self::N => row.n.is_some(),
            Self::Events => row.events.is_some(),
        }
    }

    fn head(self, context: &Context<'_>, analysis: &str) -> String {
        match self {
            Self::Estimate => context.say("report-value"),
            Self::Error => context.say("report-error"),
            Self::Interval => context.interval_head(analysis),
            Self::Band => context.tell("report-band", &[("level", &context.level(analysis))]),
            Self::P => context.say("column-p"),
            Self::PAdjusted => context.say("report-p-adjusted"),
            Self::MonteCarlo => context.say("report-monte-carlo"),
            Self::N => context.say("report-n"),
            Self::Events => context.say("report-events"),
        }
    }
}

/// The larger Monte Carlo error of the two limits of the interval.
fn monte_carlo(row: &Row) -> Option<f64> {
    (row.mc_conf_low.into_iter().chain(row.mc_conf_high)).reduce(f64::max)
}

/// Rows of a series by week, and what its columns show.
type Half = (BTreeMap<Option<i32>, usize>, Vec<Shows>);

/// Reasons of a table in the order of their first use.
#[derive(Default)]
struct Reasons(Vec<String>);

impl Reasons {
    fn mark(&mut self, reason: &str) -> &'static str {
        let at = self.0.iter().position(|r| r == reason).unwrap_or_else(|| {
            self.0.push(reason.to_owned());
            self.0.len() - 1
        });
        MARKS[at.min(MARKS.len() - 1)]
    }
}

fn table(context: &Context<'_>, family: &Family<'_, '_>, counter: usize) -> Table {
    let Key {
        analysis,
        outcome,
        item,
        ..
    } = family.key;
    let facts = context.view.outcome(outcome);
    let mut weeks = BTreeSet::new();
    let mut groups = vec![(String::new(), 1)];
    let mut columns = vec![Column::right(context.tick(facts))];
    let mut shown: Vec<Half> = Vec::new();
    for (key, rows) in &family.series {
        let by_week: BTreeMap<Option<i32>, usize> =
            rows.iter().map(|i| (context.row(*i).week, *i)).collect();
        weeks.extend(by_week.keys().copied());
        let contrast = rows
            .first()
            .is_some_and(|i| !context.row(*i).reference.is_empty());
        let all = if contrast { &DIFFERENCE[..] } else { &ARM[..] };
        let has = |s: &Shows| rows.iter().any(|i| s.is_in(context.row(*i)));
        let own: Vec<Shows> = all.iter().copied().filter(has).collect();
        columns.extend(own.iter().map(|s| Column::right(s.head(context, analysis))));
        let arm = if key.arm == "all" {
            context.say("report-all-arms")
        } else {
            context.view.word(key.arm).to_owned()
        };
        let head = if contrast {
            context.tell("report-difference", &[("arm", &arm)])
        } else {
            arm
        };
        groups.push((head, own.len()));
        shown.push((by_week, own));
    }
    let indices = family.series.iter().flat_map(|(_, rows)| rows.iter());
    let decimals = decimals(context, indices.clone().copied());
    let mut reasons = Reasons::default();
    let rows = weeks.into_iter().map(|week| {
        let head = week.map_or_else(|| context.say("report-whole"), |w| w.to_string());
        let mut cells = vec![head.into()];
        for (by_week, own) in &shown {
            let index = by_week.get(&week).copied();
            cells.extend(
                own.iter()
                    .map(|s| cell(context, *s, index, decimals, &mut reasons)),
            );
        }
        Line { cells }
    });
    let rows = rows.collect();
    let mut name = sentence_start(&context.estimand(family.key.estimand, facts));
    if !item.is_empty() {
        name = context.with_item(&name, item);
    }
    let unit = indices
        .clone()
        .next()
        .map_or_else(String::new, |i| context.unit(context.row(*i)));
    let n = counter.to_string();
    let who = who(context, family.key.subgroup, family.key.level);
    let caption = [
        ("label", context.label(outcome)),
        ("name", name),
        ("who", who),
        ("unit", unit),
    ];
    let caption: Vec<(&str, &str)> = caption.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let mut notes = Vec::new();
    for (i, reason) in reasons.0.iter().enumerate() {
        let mark = MARKS[i.min(MARKS.len() - 1)];
        notes.push(vec![Inline::Text(format!(
            "{mark} {}.",
            sentence_start(&context.reason(reason))
        ))]);
    }
    let first = indices.clone().next().map(|i| context.row(*i));
    if let Some(card) = first.and_then(|row| card_of(&row.estimand)) {
        notes.push(vec![Inline::Link {
            text: context.say("report-see-card"),
            to: format!("card-{}", card.slug),
        }]);
    }
    Table {
        id: format!("a-t-{n}"),
        number: context.tell("report-appendix-table", &[("n", &n)]),
        caption: context.tell("report-caption-appendix", &caption),
        groups,
        columns,
        rows,
        notes,
    }
}

/// One number of decimals for a table: two for percent, else about five digits.
fn decimals(context: &Context<'_>, rows: impl Iterator<Item = usize>) -> usize {
    let mut largest = 0.0_f64;
    for index in rows {
        let row = context.row(index);
        let amounts = context.amounts(row);
        if amounts.scale > 1.0 {
            return 2;
        }
        largest = largest.max(row.estimate.unwrap_or(0.0).abs());
    }
    match largest {
        l if l >= 10_000.0 => 0,
        l if l >= 100.0 => 2,
        l if l >= 0.1 => 3,
        _ => 5,
    }
}

fn cell(
    context: &Context<'_>,
    shows: Shows,
    index: Option<usize>,
    decimals: usize,
    reasons: &mut Reasons,
) -> Cell {
    let Some(index) = index else {
        return Cell::default();
    };
    let row = context.row(index);
    let amounts = context.amounts(row);
    let text = |value: f64| amounts.text(&context.words, value, decimals);
    let pair = |limits: Option<(f64, f64)>| match limits {
        Some((low, high)) => context.tell("cell-to", &[("low", &text(low)), ("high", &text(high))]),
        None => "–".to_owned(),
    };
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let shown = match shows {
        Shows::Estimate => return estimate(context, index, &amounts, decimals, reasons),
        Shows::Error => or_dash(row.std_error.map(text)),
        Shows::Interval => pair(row.conf_low.zip(row.conf_high)),
        Shows::Band => pair(row.band_low.zip(row.band_high)),
        Shows::P => or_dash(row.p_value.map(|p| numbers::p_value(p, context.language()))),
        Shows::PAdjusted => or_dash(
            row.p_adjusted
                .map(|p| numbers::p_value(p, context.language())),
        ),
        Shows::MonteCarlo => or_dash(monte_carlo(row).map(text)),
        Shows::N => or_dash(row.n.map(|n| context.count(n))),
        Shows::Events => or_dash(
            row.events
                .map(|n| numbers::number(n as f64, 0, context.language())),
        ),
    };
    shown.into()
}

fn estimate(
    context: &Context<'_>,
    index: usize,
    amounts: &Amounts,
    decimals: usize,
    reasons: &mut Reasons,
) -> Cell {
    let row = context.row(index);
    let mut text = match (row.status, row.estimate) {
        (Status::Ok, Some(value)) => amounts.text(&context.words, value, decimals),
        _ => context.absent(row),
    };
    if !row.reason.is_empty() {
        text.push_str(reasons.mark(&row.reason));
    }
    Cell {
        text,
        row: Some(index),
        value: None,
    }
}

/// The method card of each estimand that has rows.
pub(super) fn cards(context: &Context<'_>) -> Vec<Block> {
    let used: BTreeSet<&str> = context.view.rows.iter().map(|row| &*row.estimand).collect();
    let cards = all_cards()
        .filter(|c| used.contains(c.slug) || c.contrast.is_some_and(|d| used.contains(d)));
    let blocks = cards.map(|card| {
        let slug = card.slug;
        let slugs: Vec<&str> = std::iter::once(slug).chain(card.contrast).collect();
        let word = |part: &str| context.say(&format!("card-{slug}-{part}"));
        let term = |key: &str, text: String| (context.say(key), vec![Inline::Text(text)]);
        // Danish words where the language has them; the card itself is English.
        let method = |key: &str, part: &str, card: &str| {
            let text = context.words.method(slug, part);
            let text = text.unwrap_or_else(|| card.to_owned());
            (context.say(key), vec![Inline::Formula(text)])
        };
        let title = context.estimand(slug, None);
        Block::Fold {
            id: format!("card-{slug}"),
            title: format!("{} ({})", sentence_start(&title), slugs.join(", ")),
            blocks: vec![Block::Terms(vec![
                term("card-what", word("what")),
                method("card-formula", "formula", card.formula),
                method("card-error", "error", card.std_error),
                term("card-undefined", word("undefined")),
                method("card-source", "source", card.source),
            ])],
        }
    });
    blocks.collect()
}
