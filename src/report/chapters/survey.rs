//! Surveys: who agrees by arm, the distribution of the answers, and who answered at all.

use super::context::{Context, Key};
use crate::report::document::{Block, Cell, Column, Inline, Line, Table};
use crate::report::words::numbers;
use crate::results::Row;

/// A survey's name and the columns of its questions.
type Survey<'a> = (&'a str, Vec<&'a str>);

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (name, items) in surveys(context) {
        for arm in context.view.treatments() {
            let page = Page {
                context,
                survey: name,
                arm,
            };
            blocks.extend(page.agreeing(&items));
            for item in &items {
                blocks.extend(page.answers(item));
            }
            blocks.extend(page.answered());
        }
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::text(context.say("report-survey")));
    }
    blocks
}

fn surveys<'a>(context: &Context<'a>) -> Vec<Survey<'a>> {
    let mut out: Vec<Survey<'a>> = Vec::new();
    for row in context.view.rows {
        if &*row.estimand == "answered" && out.iter().all(|(name, _)| *name != &*row.analysis) {
            out.push((&row.analysis, Vec::new()));
        }
        if &*row.estimand == "answer_share"
            && let Some((_, items)) = out.iter_mut().find(|(name, _)| *name == &*row.analysis)
            && !items.contains(&&*row.outcome)
        {
            items.push(&row.outcome);
        }
    }
    out
}

/// One survey and treatment arm.
struct Page<'c, 'a> {
    context: &'c Context<'a>,
    survey: &'c str,
    arm: &'c str,
}

impl<'a> Page<'_, 'a> {
    fn index(&self, outcome: &str, estimand: &str, item: &str, arm: &str) -> Option<usize> {
        let key = Key {
            item,
            ..Key::all(self.survey, outcome, estimand, arm)
        };
        self.context.series(key).first().copied()
    }

    fn test(&self, outcome: &str, item: &str) -> Option<&'a Row> {
        let index = self.index(outcome, "answers_equal", item, self.arm)?;
        Some(self.context.row(index))
    }

    /// Estimates of control, treatment and difference, then the interval.
    fn numbers(&self, outcome: &str, estimand: &str, item: &str) -> Vec<Cell> {
        let control = self.context.view.control();
        let difference = format!("{estimand}_difference");
        let difference = self.index(outcome, &difference, item, self.arm);
        vec![
            self.context
                .estimate(self.index(outcome, estimand, item, control)),
            self.context
                .estimate(self.index(outcome, estimand, item, self.arm)),
            self.context.estimate(difference),
            self.context.interval(difference),
        ]
    }

    fn heads(&self, first: &str) -> Vec<Column> {
        let word = |label: &str| self.context.view.word(label).to_owned();
        let percent = |head: String| format!("{head}, {}", self.context.say("axis-percent"));
        vec![
            Column::left(self.context.say(first)),
            Column::right(percent(word(self.context.view.control()))),
            Column::right(percent(word(self.arm))),
            Column::right(self.context.say("column-estimate")),
            Column::right(self.context.interval_head(self.survey)),
        ]
    }

    fn p(&self, row: Option<&Row>) -> Cell {
        let p = row.and_then(|row| row.p_value);
        p.map_or_else(
            || "–".into(),
            |p| numbers::p_value(p, self.context.language()).into(),
        )
    }

    /// Whether there are permutations of it.
    fn is_permuted(&self, outcome: &str, item: &str) -> bool {
        self.test(outcome, item).is_some()
    }

    fn table(&self, caption: String, columns: Vec<Column>, rows: Vec<Line>) -> Table {
        let (id, number) = self.context.next_table();
        Table {
            id,
            number,
            caption,
            groups: Vec::new(),
            columns,
            rows: self.context.even(rows),
            notes: Vec::new(),
        }
    }

    /// As many tests as there are: chi-square, exact, by permutation, and the persons behind them.
    fn tested(&self, outcome: &str, [plain, exact, permuted]: [&str; 3], with: bool) -> Vec<Cell> {
        let test = self.test(outcome, plain);
        let n = test.and_then(|row| Some(row.n? + row.n_reference.unwrap_or(0)));
        let mut cells = vec![self.p(test), self.p(self.test(outcome, exact))];
        if with {
            cells.push(self.p(self.test(outcome, permuted)));
        }
        cells.push(n.map_or_else(|| "–".into(), |n| self.context.whole(n)));
        cells
    }

    fn test_heads(&self, with: bool) -> Vec<Column> {
        let mut heads = vec!["column-p", "report-survey-exact"];
        if with {
            heads.push("report-survey-permuted");
        }
        heads.push("report-survey-n");
        (heads.into_iter())
            .map(|key| Column::right(self.context.say(key)))
            .collect()
    }

    /// One line per question: who agrees.
    fn agreeing(&self, items: &[&str]) -> Option<Block> {
        let tests = ["agree", "agree: exact", "agree: permutation"];
        let own = items.iter().copied();
        let own: Vec<&str> = own
            .filter(|item| {
                self.index(item, "answer_share", "agree", self.arm)
                    .is_some()
            })
            .collect();
        let with = own.iter().any(|item| self.is_permuted(item, tests[2]));
        let rows: Vec<Line> = (own.iter())
            .map(|item| {
                let mut cells = vec![self.context.label(item).into()];
                cells.extend(self.numbers(item, "answer_share", "agree"));
                cells.extend(self.tested(item, tests, with));
                Line { cells }
            })
            .collect();
        let mut heads = self.heads("report-survey-item");
        heads.extend(self.test_heads(with));
        let survey = self.context.label(self.survey);
        let caption = self
            .context
            .tell("report-caption-survey-agree", &[("survey", &survey)]);
        (!rows.is_empty()).then(|| Block::Table(self.table(caption, heads, rows)))
    }

    /// The distribution of the answers to one question, with its tests under it.
    fn answers(&self, item: &str) -> Option<Block> {
        let context = self.context;
        let mut rows = Vec::new();
        for (key, _) in context.all_series() {
            let own = key.analysis == self.survey
                && key.outcome == item
                && key.estimand == "answer_share"
                && key.arm == self.arm;
            let Some(answer) = key.item.strip_prefix("answer: ").filter(|_| own) else {
                continue;
            };
            let mut cells = vec![context.label(answer).into()];
            cells.extend(self.numbers(item, "answer_share", key.item));
            rows.push(Line { cells });
        }
        if rows.is_empty() {
            return None;
        }
        let label = context.label(item);
        let caption = context.tell("report-caption-survey-answers", &[("item", &label)]);
        let mut table = self.table(caption, self.heads("report-survey-answer"), rows);
        table
            .notes
            .extend(self.sentence(item).map(|text| vec![Inline::Text(text)]));
        Some(Block::Table(table))
    }

    fn sentence(&self, item: &str) -> Option<String> {
        let language = self.context.language();
        let test = self.test(item, "")?;
        let (q, p) = test.estimate.zip(test.p_value)?;
        let shown = |row: Option<&Row>| {
            let p = row.and_then(|row| row.p_value);
            p.map_or_else(|| "–".to_owned(), |p| numbers::p_value(p, language))
        };
        let permuted = self.test(item, "permutation").map(|row| {
            let p = shown(Some(row));
            self.context
                .tell("report-survey-permuted-too", &[("p", &p)])
        });
        let freedom = test.reason.split(' ').next().unwrap_or_default();
        let n = self.context.count(test.n? + test.n_reference?);
        let arguments = [
            ("df", freedom.to_owned()),
            ("q", numbers::number(q, 2, language)),
            ("p", numbers::p_value(p, language)),
            ("exact", shown(self.test(item, "exact"))),
            ("permuted", permuted.unwrap_or_default()),
            ("n", n),
        ];
        let arguments: Vec<(&str, &str)> =
            arguments.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Some(self.context.tell("report-survey-tests", &arguments))
    }

    /// Who answered at all.
    fn answered(&self) -> Option<Block> {
        self.index(self.survey, "answered", "", self.arm)?;
        let tests = ["", "exact", "permutation"];
        let with = self.is_permuted(self.survey, tests[2]);
        let survey = self.context.label(self.survey);
        let mut cells = vec![survey.clone().into()];
        cells.extend(self.numbers(self.survey, "answered", ""));
        cells.extend(self.tested(self.survey, tests, with));
        let mut heads = self.heads("report-survey-item");
        heads.extend(self.test_heads(with));
        let caption = self
            .context
            .tell("report-caption-survey-answered", &[("survey", &survey)]);
        let rows = vec![Line { cells }];
        Some(Block::Table(self.table(caption, heads, rows)))
    }
}
