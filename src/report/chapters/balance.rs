//! Randomisation and balance: whether the arms have the sizes of the draw, whether persons were alike before it, and who is
//! followed.

use super::context::{Context, Key};
use crate::report::document::{Block, Cell, Column, Inline, Line, Table, Value};
use crate::report::words::numbers;
use crate::results::Row;

/// Item of a covariate's missing values.
const NO_VALUE: &str = "no value";

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let own = |row: &&Row| {
        row.estimand.starts_with("balance_")
            || row.estimand.starts_with("sample_ratio")
            || row.estimand.starts_with("followed_")
    };
    let Some(first) = context.view.rows.iter().find(own) else {
        return Vec::new();
    };
    let chapter = Balance {
        context,
        analysis: &first.analysis,
    };
    let mut blocks = vec![Block::text(context.say("balance-intro"))];
    blocks.extend(chapter.ratio());
    blocks.extend(chapter.covariates());
    blocks.extend(chapter.followed());
    blocks
}

struct Balance<'c, 'a> {
    context: &'c Context<'a>,
    analysis: &'a str,
}

impl<'a> Balance<'_, 'a> {
    /// The row of an estimand, of everybody.
    fn of(&self, estimand: &str, item: &str, arm: &str) -> Option<usize> {
        self.at(estimand, item, arm, ("all", ""))
    }

    fn at(&self, estimand: &str, item: &str, arm: &str, group: (&str, &str)) -> Option<usize> {
        let key = Key {
            analysis: self.analysis,
            outcome: "",
            estimand,
            item,
            subgroup: group.0,
            level: group.1,
            arm,
        };
        self.context.series(key).first().copied()
    }

    fn row(&self, index: Option<usize>) -> Option<&'a Row> {
        index.map(|index| self.context.row(index))
    }

    fn table(
        &self,
        caption: String,
        columns: Vec<Column>,
        rows: Vec<Line>,
        notes: &[&str],
    ) -> Block {
        let (id, number) = self.context.next_table();
        Block::Table(Table {
            id,
            number,
            caption,
            groups: Vec::new(),
            columns,
            rows,
            notes: (notes.iter())
                .map(|key| vec![Inline::Text(self.context.say(key))])
                .collect(),
        })
    }

    /// "p = 0,65", "p < 0,001".
    fn p(&self, index: Option<usize>) -> String {
        let p = self.context.p(index).text;
        if p.starts_with('<') {
            format!("p {p}")
        } else {
            format!("p = {p}")
        }
    }

    fn count(&self, row: Option<&Row>) -> Cell {
        let events = row.and_then(|row| u64::try_from(row.events?).ok());
        events.map_or_else(|| "–".into(), |n| self.context.whole(n))
    }

    /// Sizes of the arms beside the declared ones.
    fn ratio(&self) -> Vec<Block> {
        let context = self.context;
        let arms = &context.view.facts.arms;
        let Some(test) = self.row(self.of("sample_ratio_test", "", "all")) else {
            return Vec::new();
        };
        let mut blocks = Vec::new();
        let units = context.count(test.n.unwrap_or(0));
        let p = self.p(self.of("sample_ratio_test", "", "all"));
        let quotas = self.row(self.of("sample_ratio_test", "quotas", "all"));
        let outside = quotas.and_then(|row| Some((row.estimate?, row.n?)));
        let kind = if context.view.facts.clusters.is_some() {
            "clusters"
        } else {
            "persons"
        };
        let mut text = context.tell(
            &format!("balance-ratio-{kind}"),
            &[("n", &units), ("p", &p)],
        );
        if let Some((outside, strata)) = outside {
            let key = match (outside > 0.0, strata > 1) {
                (false, false) => "balance-quotas-kept",
                (false, true) => "balance-quotas-kept-strata",
                (true, false) => "balance-quotas-broken",
                (true, true) => "balance-quotas-broken-strata",
            };
            let arguments = [
                ("outside", context.count(outside as u64)),
                ("strata", context.count(strata)),
            ];
            let arguments: Vec<(&str, &str)> = arguments
                .iter()
                .map(|(key, text)| (*key, text.as_str()))
                .collect();
            let arguments = if strata > 1 { &arguments[..] } else { &[] };
            let arguments = if key == "balance-quotas-kept-strata" {
                &arguments[1..]
            } else {
                arguments
            };
            text = format!("{text} {}", context.tell(key, arguments));
        }
        blocks.push(Block::text(text));
        let lines = arms.iter().map(|arm| Line {
            cells: vec![
                context.label(arm).into(),
                self.count(self.row(self.of("sample_ratio", "", arm))),
                self.percent(self.of("sample_ratio", "", arm)),
                self.percent(self.of("sample_ratio", "expected", arm)),
            ],
        });
        let units_head = context.say(&format!("balance-column-{kind}"));
        blocks.push(self.table(
            context.say("balance-caption-ratio"),
            vec![
                Column::left(context.say("column-arm")),
                Column::right(units_head),
                Column::right(context.say("balance-column-share")),
                Column::right(context.say("balance-column-declared")),
            ],
            lines.collect(),
            &[],
        ));
        blocks.extend(self.ratio_by_stratum());
        blocks
    }

    fn ratio_by_stratum(&self) -> Option<Block> {
        let context = self.context;
        let strata: Vec<(&str, &str)> = (context.view.rows.iter())
            .filter(|row| &*row.estimand == "sample_ratio_test" && &*row.subgroup != "all")
            .map(|row| (&*row.subgroup, &*row.level))
            .collect();
        let (subgroup, _) = strata.first()?;
        let arms = &context.view.facts.arms;
        let mut columns = vec![Column::left(context.label(subgroup))];
        columns.extend(arms.iter().map(|arm| Column::right(context.label(arm))));
        columns.push(Column::right(context.say("column-p")));
        let lines = strata.iter().map(|group| {
            let mut cells = vec![context.label(group.1).into()];
            cells.extend(
                (arms.iter())
                    .map(|arm| self.count(self.row(self.at("sample_ratio", "", arm, *group)))),
            );
            cells.push(context.p(self.at("sample_ratio_test", "", "all", *group)));
            Line { cells }
        });
        Some(self.table(
            context.say("balance-caption-strata"),
            columns,
            lines.collect(),
            &["balance-note-strata"],
        ))
    }

    /// A share as percent, whatever the unit of a difference of shares is.
    fn percent(&self, index: Option<usize>) -> Cell {
        let Some((index, value)) = index.and_then(|i| Some((i, self.context.row(i).estimate?)))
        else {
            return "–".into();
        };
        Cell {
            text: numbers::percent(value, 1, self.context.language()),
            row: Some(index),
            value: Some(Value::Number {
                value: value * 100.0,
                decimals: 1,
                unit: self.context.say("axis-percent"),
            }),
        }
    }

    /// A mean or a difference of means with the decimals its spread asks for.
    fn number(&self, index: Option<usize>, decimals: usize) -> Cell {
        let Some((index, value)) = index.and_then(|i| Some((i, self.context.row(i).estimate?)))
        else {
            return "–".into();
        };
        Cell {
            text: numbers::number(value, decimals, self.context.language()),
            row: Some(index),
            value: Some(Value::Number {
                value,
                decimals,
                unit: String::new(),
            }),
        }
    }

    /// A covariate in people's words: `origin: dk` has those of the column and of the level.
    fn item(&self, item: &str) -> String {
        let context = self.context;
        match item.split_once(": ") {
            Some((name, NO_VALUE)) => {
                context.tell("balance-no-value", &[("name", &context.label(name))])
            }
            Some((name, level)) => format!("{}: {}", context.label(name), context.view.word(level)),
            None => context.label(item),
        }
    }

    fn covariates(&self) -> Vec<Block> {
        let context = self.context;
        let control = context.view.control();
        let items: Vec<&str> = (context.view.rows.iter())
            .filter(|row| &*row.estimand == "balance_mean" && &*row.arm == control)
            .map(|row| &*row.item)
            .collect();
        let mut blocks = Vec::new();
        if items.is_empty() {
            return blocks;
        }
        for arm in context.view.treatments() {
            let lines = items.iter().map(|item| self.covariate(item, arm)).collect();
            let label = context.label(arm);
            blocks.push(self.table(
                context.tell(
                    "balance-caption",
                    &[("arm", &label), ("control", &context.label(control))],
                ),
                vec![
                    Column::left(context.say("balance-column-covariate")),
                    Column::right(context.label(control)),
                    Column::right(label.clone()),
                    Column::right(context.say("balance-column-difference")),
                    Column::right(context.say("balance-column-standardised")),
                    Column::right(context.say("column-p")),
                ],
                lines,
                &["balance-note"],
            ));
            blocks.extend(self.tests(arm, &label));
        }
        if let Some(index) = self.of("balance_test", "permutation", "all") {
            let row = context.row(index);
            let n = context.count(u64::from(row.replicates.unwrap_or(0)));
            let p = self.p(Some(index));
            let text = context.tell("balance-test-all", &[("n", &n), ("p", &p)]);
            blocks.push(Block::text(text));
        }
        blocks
    }

    fn covariate(&self, item: &str, arm: &str) -> Line {
        let control = self.context.view.control();
        let means = [control, arm].map(|arm| self.of("balance_mean", item, arm));
        let difference = self.of("balance_difference", item, arm);
        let share = self.row(means[0]).is_some_and(|row| &*row.unit == "share");
        let shown = |index: Option<usize>| {
            if share {
                return self.percent(index);
            }
            let error = self.row(difference).and_then(|row| row.std_error);
            self.number(index, numbers::decimals(error.unwrap_or(1.0)))
        };
        let points = |index: Option<usize>| {
            if !share {
                return shown(index);
            }
            let mut cell = self.percent(index);
            if let Some(Value::Number { value, .. }) = &cell.value {
                cell.text = numbers::number(*value, 1, self.context.language());
            }
            cell
        };
        Line {
            cells: vec![
                self.item(item).into(),
                shown(means[0]),
                shown(means[1]),
                points(difference),
                self.number(self.of("balance_standardised", item, arm), 3),
                self.context.p(difference),
            ],
        }
    }

    /// The test of all covariates, and how many differences stand out, in words.
    fn tests(&self, arm: &str, label: &str) -> Vec<Block> {
        let context = self.context;
        let mut sentences = Vec::new();
        let test = self.of("balance_test", "", arm);
        let drawn = self.of("balance_test", "permutation", arm);
        if let (Some(row), Some(again)) = (self.row(test), self.row(drawn))
            && let Some(value) = row.estimate
        {
            let value = numbers::number(value, 1, context.language());
            let n = context.count(u64::from(again.replicates.unwrap_or(0)));
            let (p, redrawn) = (self.p(test), self.p(drawn));
            let freedom = context.reason(&row.reason);
            let arguments = [
                ("arm", label),
                ("value", &*value),
                ("freedom", &*freedom),
                ("p", &*p),
                ("n", &*n),
                ("redrawn", &*redrawn),
            ];
            sentences.push(context.tell("balance-test", &arguments));
        }
        let counted = self.row(self.of("balance_count", "", arm));
        let expected = self.row(self.of("balance_count", "expected", arm));
        if let (Some(row), Some(expected)) = (counted, expected.and_then(|row| row.estimate))
            && let (Some(k), Some(n)) = (row.estimate, row.n)
        {
            let level = context
                .view
                .analysis(self.analysis)
                .map_or(0.05, |a| 1.0 - a.confidence);
            let level = numbers::level(level, context.language());
            let expected = numbers::number(expected, 1, context.language());
            let n = context.count(n);
            let found = context.count(k as u64);
            let arguments = [
                ("k", &*found),
                ("n", &*n),
                ("level", &*level),
                ("expected", &*expected),
            ];
            sentences.push(context.tell("balance-count", &arguments));
            if k > 0.0 {
                let p = context.p(self.of("balance_count", "", arm)).text;
                let arguments = [("k", &*found), ("p", &*p)];
                sentences.push(context.tell("balance-chance", &arguments));
            }
        }
        if sentences.is_empty() {
            return Vec::new();
        }
        vec![Block::text(sentences.join(" "))]
    }

    /// Who is followed to the horizon.
    fn followed(&self) -> Option<Block> {
        let context = self.context;
        let arms = &context.view.facts.arms;
        self.of("followed_share", "", arms.first()?)?;
        let week = context.week(None, context.view.horizon);
        let lines = arms.iter().map(|arm| {
            let difference = self.of("followed_difference", "", arm);
            let drawn = self.of("followed_difference", "permutation", arm);
            let followed = self.of("followed_share", "", arm);
            Line {
                cells: vec![
                    context.label(arm).into(),
                    self.count(self.row(followed)),
                    self.percent(followed),
                    context.estimate(difference),
                    context.interval(difference),
                    context.p(drawn.or(difference)),
                ],
            }
        });
        Some(self.table(
            context.tell("balance-caption-followed", &[("week", &week)]),
            vec![
                Column::left(context.say("column-arm")),
                Column::right(context.say("balance-column-followed")),
                Column::right(context.say("balance-column-share")),
                Column::right(context.say("column-estimate")),
                Column::right(context.interval_head(self.analysis)),
                Column::right(context.say("column-p")),
            ],
            lines.collect(),
            &["balance-note-followed"],
        ))
    }
}
