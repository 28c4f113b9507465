//! What every chapter needs at hand: the rows by series, the words, and the numbering of tables and figures.

use crate::report::amounts::{Amounts, reason, sentence_start};
use crate::report::document::{Cell as TableCell, Line, Value};
use crate::report::method::{Comparison, estimand_name};
use crate::report::summary::p_of;
use crate::report::view::View;
use crate::report::words::{Words, numbers};
use crate::results::{Bundle, OutcomeFacts, Row};
use crate::units::Language;
use std::cell::Cell;
use std::collections::BTreeMap;

/// A small number in a column of larger ones is shown with no more decimals than these.
const FINEST: usize = 2;

/// What tells one series from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'a> {
    pub analysis: &'a str,
    pub outcome: &'a str,
    pub estimand: &'a str,
    pub item: &'a str,
    pub subgroup: &'a str,
    pub level: &'a str,
    pub arm: &'a str,
}

impl<'a> Key<'a> {
    pub(crate) fn of(row: &'a Row) -> Self {
        Self {
            analysis: &row.analysis,
            outcome: &row.outcome,
            estimand: &row.estimand,
            item: &row.item,
            subgroup: &row.subgroup,
            level: &row.level,
            arm: &row.arm,
        }
    }

    /// Everybody, no item.
    pub(crate) fn all(
        analysis: &'a str,
        outcome: &'a str,
        estimand: &'a str,
        arm: &'a str,
    ) -> Self {
        Self {
            analysis,
            outcome,
            estimand,
            item: "",
            subgroup: "all",
            level: "",
            arm,
        }
    }
}

/// Which weeks the tables of the chapters have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weeks {
    /// A handful, for reading.
    Chosen,
    /// All, for a spreadsheet.
    Every,
}

/// Everything at hand.
pub(crate) struct Context<'a> {
    pub view: View<'a>,
    pub bundle: &'a Bundle,
    pub words: Words,
    /// By key.
    series: Vec<(Key<'a>, Vec<usize>)>,
    weeks: Weeks,
    tables: Cell<usize>,
    figures: Cell<usize>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(bundle: &'a Bundle, language: Language) -> Self {
        let view = View::of(bundle).told_in(language);
        let rows = view.rows;
        let mut series: BTreeMap<Key<'a>, Vec<usize>> = BTreeMap::new();
        // Rows of a series stand together: one look-up for each run of them.
        let mut at = 0;
        while at < rows.len() {
            let key = Key::of(&rows[at]);
            let run = rows[at..]
                .iter()
                .take_while(|row| Key::of(row) == key)
                .count();
            series.entry(key).or_default().extend(at..at + run);
            at += run;
        }
        for indices in series.values_mut() {
            indices.sort_by_key(|i| (rows[*i].week, *i));
        }
        Self {
            view,
            bundle,
            words: Words::new(language),
            series: series.into_iter().collect(),
            weeks: Weeks::Chosen,
            tables: Cell::new(0),
            figures: Cell::new(0),
        }
    }

    /// The same with other weeks in its tables.
    pub(crate) fn with(mut self, weeks: Weeks) -> Self {
        self.weeks = weeks;
        self
    }

    /// Whether there are drawings between the tables: a spreadsheet has its pictures on a sheet of their own.
    pub(crate) fn is_drawn(&self) -> bool {
        self.weeks == Weeks::Chosen
    }

    pub(crate) fn language(&self) -> Language {
        self.view.language
    }

    pub(crate) fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    pub(crate) fn tell(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        self.words.tell(key, arguments)
    }

    /// The next number of a table and its anchor.
    pub(crate) fn next_table(&self) -> (String, String) {
        self.tables.set(self.tables.get() + 1);
        let n = self.tables.get().to_string();
        (format!("t-{n}"), self.tell("report-table", &[("n", &n)]))
    }

    /// The next number of a figure and its anchor.
    pub(crate) fn next_figure(&self) -> (String, String) {
        self.figures.set(self.figures.get() + 1);
        let n = self.figures.get().to_string();
        (format!("f-{n}"), self.tell("report-figure", &[("n", &n)]))
    }

    pub(crate) fn row(&self, index: usize) -> &'a Row {
        &self.view.rows[index]
    }

    /// Rows of a series by week.
    pub(crate) fn series(&self, key: Key<'_>) -> &[usize] {
        let found = self.series.binary_search_by(|(own, _)| own.cmp(&key));
        found.map_or(&[], |at| self.series[at].1.as_slice())
    }

    /// The row of a series at a week.
    pub(crate) fn at(&self, key: Key<'_>, week: u32) -> Option<usize> {
        let week = i32::try_from(week).ok();
        let mut found = self.series(key).iter().copied();
        found.find(|i| self.row(*i).week == week)
    }

    /// Every series, in the order of their first rows.
    pub(crate) fn all_series(&self) -> Vec<(Key<'a>, &[usize])> {
        let all = self.series.iter();
        let mut all: Vec<_> = all.map(|(key, rows)| (*key, rows.as_slice())).collect();
        all.sort_by_key(|(_, rows)| rows.iter().min().copied());
        all
    }

    /// The place of a row of this bundle.
    pub(crate) fn index_of(&self, row: &Row) -> Option<usize> {
        let same = |i: &usize| std::ptr::eq(self.row(*i), row);
        self.series(Key::of(row)).iter().copied().find(same)
    }

    /// The first analysis that holds this outcome.
    pub(crate) fn analysis_of(&self, outcome: &str) -> Option<&str> {
        let named = |name: &str| {
            let from = Key::all(name, outcome, "", "");
            let at = self.series.partition_point(|(own, _)| *own < from);
            let next = self.series.get(at);
            next.is_some_and(|(k, _)| k.analysis == name && k.outcome == outcome)
        };
        let mut names = self.view.analyses.iter().map(|a| a.name.as_str());
        names.find(|name| named(name))
    }

    /// A label in people's words, large at the start.
    pub(crate) fn label(&self, label: &str) -> String {
        sentence_start(&self.view.name(label))
    }

    pub(crate) fn count(&self, n: u64) -> String {
        numbers::count(n, self.language())
    }

    /// "uge 26", "day 7".
    pub(crate) fn week(&self, outcome: Option<&OutcomeFacts>, week: u32) -> String {
        let day = outcome.map_or(self.bundle.study.tick == "day", |o| o.tick == "day");
        let key = if day { "describe-day" } else { "describe-week" };
        self.tell(key, &[("n", &self.count(u64::from(week)))])
    }

    /// The head of a column of weeks.
    pub(crate) fn tick(&self, outcome: Option<&OutcomeFacts>) -> String {
        let day = outcome.map_or(self.bundle.study.tick == "day", |o| o.tick == "day");
        self.say(if day { "report-day" } else { "report-week" })
    }

    /// Confidence of an analysis, as in "95".
    pub(crate) fn level(&self, analysis: &str) -> String {
        let confidence = self.view.analysis(analysis).map_or(0.95, |a| a.confidence);
        numbers::level(confidence, self.language())
    }

    /// What an analysis adjusts for by regression.
    pub(crate) fn covariates(&self, analysis: &str) -> &[String] {
        let mut cards = self.bundle.study.analyses.iter();
        let card = cards.find(|card| card.name == analysis);
        card.map_or(&[], |card| &card.covariates)
    }

    /// How an analysis compares the groups, in words.
    pub(crate) fn adjustment(&self, analysis: &str) -> String {
        let mut cards = self.bundle.study.analyses.iter();
        let card = cards.find(|card| card.name == analysis);
        let adjustment = card.map_or("none", |card| card.adjustment.as_str());
        let words = (self.words).find(&format!("report-adjustment-{adjustment}"), &[]);
        words.unwrap_or_else(|| adjustment.to_owned())
    }

    /// "95 pct.-interval".
    pub(crate) fn interval_head(&self, analysis: &str) -> String {
        self.tell("column-interval", &[("level", &self.level(analysis))])
    }

    /// The name of an estimand for an outcome.
    pub(crate) fn estimand(&self, slug: &str, outcome: Option<&OutcomeFacts>) -> String {
        let kind = outcome.map_or("", |o| o.kind.as_str());
        let comparison = outcome.map_or(Comparison::Descriptive, Comparison::of);
        estimand_name(&self.words, slug, kind, comparison)
    }

    /// How the number of a row is shown.
    pub(crate) fn amounts(&self, row: &Row) -> Amounts {
        let plain = |unit: &str, scale: f64| Amounts {
            unit: unit.to_owned(),
            scale,
        };
        match &*row.unit {
            "share" | "probability" if row.reference.is_empty() => plain("percent", 100.0),
            "share" | "probability" => plain("points", 100.0),
            "weeks" => plain("week", 1.0),
            "days" => plain("day", 1.0),
            "chi-square" => plain("chi-square", 1.0),
            "levels" => plain("levels", 1.0),
            "F" => plain("f", 1.0),
            "cumulative hazard" => plain("cumulative-hazard", 1.0),
            unit => match self.view.outcome(&row.outcome) {
                Some(outcome)
                    if matches!(outcome.kind.as_str(), "amount" | "events" | "inflow") =>
                {
                    Amounts::of(&self.view, outcome)
                }
                _ => Amounts::in_unit(unit),
            },
        }
    }

    /// The unit of a row in words.
    pub(crate) fn unit(&self, row: &Row) -> String {
        self.amounts(row).axis(&self.words)
    }

    /// What a row without a number says instead.
    pub(crate) fn absent(&self, row: &Row) -> String {
        let status = match row.status.as_str() {
            "ok" => "undefined",
            status => status,
        };
        self.say(&format!("cell-{status}"))
    }

    /// A count for a table of the chapters.
    pub(crate) fn whole(&self, n: u64) -> TableCell {
        TableCell {
            text: self.count(n),
            row: None,
            value: Some(Value::Number {
                value: n as f64,
                decimals: 0,
                unit: String::new(),
            }),
        }
    }

    /// The estimate of a row for a table of the chapters, without its unit.
    pub(crate) fn estimate(&self, index: Option<usize>) -> TableCell {
        let Some(index) = index else {
            return "–".into();
        };
        let row = self.row(index);
        let amounts = self.amounts(row);
        let decimals = amounts.decimals(row);
        let text = match row.estimate {
            Some(value) => amounts.text(&self.words, value, decimals),
            None => self.absent(row),
        };
        TableCell {
            text,
            row: Some(index),
            value: row.estimate.map(|value| Value::Number {
                value: value * amounts.scale,
                decimals,
                unit: amounts.axis(&self.words),
            }),
        }
    }

    /// The interval of a row for a table of the chapters.
    pub(crate) fn interval(&self, index: Option<usize>) -> TableCell {
        self.limits(index, |row| row.conf_low.zip(row.conf_high))
    }

    /// The band of a row for a table of the chapters.
    pub(crate) fn band(&self, index: Option<usize>) -> TableCell {
        self.limits(index, |row| row.band_low.zip(row.band_high))
    }

    fn limits(&self, index: Option<usize>, of: fn(&Row) -> Option<(f64, f64)>) -> TableCell {
        let limits = index.map(|i| self.row(i)).and_then(|row| {
            let (low, high) = of(row)?;
            let amounts = self.amounts(row);
            let decimals = amounts.decimals(row);
            let text = |value| amounts.text(&self.words, value, decimals);
            Some(TableCell {
                text: self.tell("cell-to", &[("low", &text(low)), ("high", &text(high))]),
                row: None,
                value: Some(Value::Limits {
                    low: low * amounts.scale,
                    high: high * amounts.scale,
                    decimals,
                    unit: amounts.axis(&self.words),
                }),
            })
        });
        limits.unwrap_or_else(|| "–".into())
    }

    /// Lines with one number of decimals in each column, so that its numbers can be compared at a glance: the most that
    /// one of them asks for, and of these as many as are of use beside the coarsest.
    pub(crate) fn even(&self, mut lines: Vec<Line>) -> Vec<Line> {
        let columns = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0);
        for column in 0..columns {
            let cells = || lines.iter().filter_map(|line| line.cells.get(column));
            let asked = || cells().filter_map(|cell| cell.value.as_ref()?.decimals());
            let (Some(least), Some(most)) = (asked().min(), asked().max()) else {
                continue;
            };
            let decimals = most.min(least.max(FINEST));
            for line in &mut lines {
                if let Some(cell) = line.cells.get_mut(column) {
                    self.show_with(cell, decimals);
                }
            }
        }
        lines
    }

    fn show_with(&self, cell: &mut TableCell, shown: usize) {
        let text = |value: f64| numbers::number(value, shown, self.language());
        match &mut cell.value {
            Some(Value::Number {
                value, decimals, ..
            }) => {
                *decimals = shown;
                cell.text = text(*value);
            }
            Some(Value::Limits {
                low,
                high,
                decimals,
                ..
            }) => {
                *decimals = shown;
                let (low, high) = (text(*low), text(*high));
                cell.text = self.tell("cell-to", &[("low", &low), ("high", &high)]);
            }
            Some(Value::P(_) | Value::Year(_)) | None => {}
        }
    }

    /// The p-value of a row; adjusted where there is an adjusted one.
    pub(crate) fn p(&self, index: Option<usize>) -> TableCell {
        let row = index.map(|i| self.row(i));
        let p = row.and_then(|row| row.p_adjusted.or(row.p_value));
        let text = |row| p_of(row, &self.words, self.language());
        TableCell {
            text: row.map_or_else(|| "–".to_owned(), text),
            row: None,
            value: p.map(Value::P),
        }
    }

    /// A reason as stored, in words.
    pub(crate) fn reason(&self, text: &str) -> String {
        reason(&self.words, text)
    }

    /// Weeks that are the lines of a table of the chapters.
    pub(crate) fn weeks_of(&self, outcome: &OutcomeFacts) -> Vec<u32> {
        match self.weeks {
            Weeks::Chosen => self.chosen_weeks(outcome),
            Weeks::Every => (1..=self.view.horizon).collect(),
        }
    }

    /// The caption of a table by week, which says whether all weeks are there.
    pub(crate) fn caption(&self, what: &str, outcome: &OutcomeFacts) -> String {
        let label = self.label(&outcome.name);
        let key = match (self.weeks, outcome.tick.as_str()) {
            (Weeks::Chosen, _) => format!("report-caption-{what}"),
            (Weeks::Every, "day") => format!("sheet-caption-{what}-day"),
            (Weeks::Every, _) => format!("sheet-caption-{what}"),
        };
        self.tell(&key, &[("label", &label)])
    }

    /// Weeks shown in the tables of the chapters: a month, a quarter, a half, a year, and the last.
    pub(crate) fn chosen_weeks(&self, outcome: &OutcomeFacts) -> Vec<u32> {
        let chosen: &[u32] = if outcome.tick == "day" {
            &[7, 28, 91, 182, 364]
        } else {
            &[4, 13, 26, 52]
        };
        let horizon = self.view.horizon;
        let before = chosen.iter().copied().filter(|w| *w < horizon);
        before.chain([horizon]).collect()
    }
}
