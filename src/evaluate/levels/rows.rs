//! The rows of what is found across levels.

use super::numbers::{Column, Dependence, Manner, Numbers, Over};
use super::{Kept, Levels, Question};
use crate::evaluate::context::Context;
use crate::evaluate::facts::{Compares, compares};
use crate::evaluate::labels::{Labels, weekly_unit};
use crate::evaluate::permute::Together;
use crate::evaluate::table::Table;
use crate::inference::heterogeneity::Effect;
use crate::inference::stepdown::Draws;
use crate::inference::{Reason, wald_p, wald_t};
use crate::panel::tick_name;
use crate::results::{Row, Status};
use std::sync::Arc;

/// What the rows of a question have in common.
struct Writer<'a> {
    question: &'a Question,
    numbers: Numbers,
    manner: Manner,
    labels: Vec<Labels>,
    /// By level, where an arm has nobody there.
    nobody: Vec<Option<String>>,
    unit: Arc<str>,
    /// ", descriptive", where it is.
    mark: &'static str,
    replicates: Option<u32>,
    by_chance: bool,
}

impl Context<'_> {
    /// A block of rows per question; `together` holds what permutations say of each.
    pub fn level_rows(
        &self,
        levels: &Levels,
        tables: &[Table<'_>],
        together: impl Iterator<Item = Option<Together>>,
    ) -> Vec<Vec<Row>> {
        let mut together = together;
        (levels.questions.iter())
            .map(|question| {
                let table = &tables[question.table];
                let found = together.next().flatten();
                let writer = self.writer(question, table);
                let mut rows = writer.effects();
                rows.extend(writer.shrunken());
                rows.extend(writer.against());
                rows.extend(writer.equality(found));
                rows.extend(writer.counts());
                rows.extend(writer.spread());
                rows
            })
            .collect()
    }

    fn writer<'q>(&self, question: &'q Question, table: &Table<'_>) -> Writer<'q> {
        let analysis = &self.study.analyses[table.analysis];
        let outcome = &self.study.outcomes[table.outcome];
        let manner = Manner {
            interval: analysis.interval,
            confidence: analysis.confidence,
            count: self.count,
            dependence: self.dependence(table),
        };
        let tick = tick_name(self.study, &outcome.kind);
        let unit = question
            .curve
            .unit(table.shape, &weekly_unit(outcome), tick);
        let labels: Vec<Labels> = (0..table.division.levels)
            .map(|level| Labels::new(self, table, level))
            .collect();
        let nobody = labels.iter().enumerate().map(|(level, labels)| {
            let arms = [question.arm, 0].into_iter();
            let empty: Vec<usize> = arms
                .filter(|&arm| table.division.is_empty(level, arm))
                .collect();
            labels.nobody_in(&empty)
        });
        Writer {
            question,
            numbers: Numbers::of(&question.levels, manner),
            manner,
            nobody: nobody.collect(),
            labels,
            unit: unit.into(),
            mark: match compares(&outcome.kind) {
                Compares::AsRandomised => "",
                Compares::Descriptively => ", descriptive",
            },
            replicates: (self.count > 0).then_some(self.count as u32),
            by_chance: self.scheme.samples().is_none(),
        }
    }

    /// Whether a cluster has persons at several levels of a table.
    fn dependence(&self, table: &Table<'_>) -> Dependence {
        let subgroup = table.division.subgroup.map(|s| &self.trial.subgroups[s]);
        let (Some(clusters), Some(subgroup)) = (&self.trial.cluster, subgroup) else {
            return Dependence::Apart;
        };
        let mut first = std::collections::BTreeMap::new();
        let shared = clusters
            .iter()
            .zip(&subgroup.level)
            .any(|(cluster, level)| {
                level.is_some_and(|level| *first.entry(*cluster).or_insert(level) != level)
            });
        if shared {
            Dependence::Shared
        } else {
            Dependence::Apart
        }
    }
}

impl Writer<'_> {
    fn row(&self, estimand: &str, level: usize) -> Row {
        let labels = &self.labels[level];
        let mut row = labels.row(&estimand.into(), &"".into(), &self.unit);
        row.arm = labels.arms[self.question.arm].clone();
        row.reference = labels.arms[0].clone();
        row.week = Some(self.question.week);
        row
    }

    /// A row of all levels at once.
    fn whole(&self, estimand: &str, item: &str, unit: &str) -> Row {
        let mut row = self.row(estimand, 0);
        row.level = "".into();
        row.item = item.into();
        row.unit = unit.into();
        row
    }

    /// Of each level, with the band over all of them.
    fn effects(&self) -> Vec<Row> {
        let about = match self.numbers.over {
            Over::Replicates => "band over the levels from the same replicates",
            Over::Sidak => {
                "band over the levels by the largest of independent normal numbers (Sidak)"
            }
            Over::Bonferroni => "band over the levels by Bonferroni, for clusters span levels",
        };
        (self.numbers.effects.iter().enumerate())
            .map(|(level, column)| {
                let mut row = self.row("level_effect", level);
                row.method = format!("difference at the level{}, {about}", self.mark).into();
                let kept = self.question.levels[level].as_ref();
                counted(&mut row, kept);
                self.fill(&mut row, column.as_ref(), level);
                row
            })
            .collect()
    }

    /// Of each level, less the others.
    fn against(&self) -> Vec<Row> {
        let se = match self.manner.dependence {
            Dependence::Apart => "linearisation, levels independent",
            Dependence::Shared => "standard deviation of replicates",
        };
        (self.numbers.against.iter().enumerate())
            .map(|(level, column)| {
                let mut row = self.row("effect_against_rest", level);
                row.method = format!(
                    "difference at the level less the mean of the others by persons{}",
                    self.mark
                )
                .into();
                counted(&mut row, self.question.levels[level].as_ref());
                self.fill(&mut row, column.as_ref(), level);
                if row.std_error.is_some() {
                    row.se_method = se.into();
                }
                row
            })
            .collect()
    }

    fn fill(&self, row: &mut Row, column: Option<&Column>, level: usize) {
        row.replicates = self.replicates;
        let Some(column) = column.filter(|c| c.estimate.is_finite()) else {
            row.status = Status::Undefined;
            row.replicates = None;
            row.reason = self.absent(level).into();
            return;
        };
        let found = &column.found;
        row.estimate = Some(column.estimate);
        row.std_error = Some(column.std_error).filter(|se| se.is_finite());
        if found.allows_p() {
            row.p_value = wald_t(column.estimate, column.std_error, column.freedom);
        }
        (row.conf_low, row.conf_high) = (found.conf_low, found.conf_high);
        (row.band_low, row.band_high) = (found.band_low, found.band_high);
        let chance = |error: Option<f64>| error.filter(|_| self.by_chance);
        row.mc_conf_low = chance(found.mc_conf_low);
        row.mc_conf_high = chance(found.mc_conf_high);
        row.mc_band = chance(found.mc_band);
        row.undefined_replicates = self.replicates.map(|_| found.undefined_replicates);
        let labels = &self.labels[level];
        if row.std_error.is_some() {
            row.se_method = labels.se_method.clone();
        }
        if row.conf_low.is_some() {
            row.interval_method = labels.interval_method.clone();
        }
        let thin = (self.question.levels[level].as_ref()).is_some_and(|kept| !kept.supported);
        let mut told = why(found.interval_reason, found.band_reason);
        if thin {
            let before = if told.is_empty() { "" } else { "; " };
            told = format!("{told}{before}few events in an arm");
        }
        row.reason = told.into();
    }

    /// Drawn towards the mean of the levels.
    fn shrunken(&self) -> Vec<Row> {
        (self.numbers.shrunken.iter().enumerate())
            .map(|(level, effect)| {
                let mut row = self.row("shrunken_effect", level);
                counted(&mut row, self.question.levels[level].as_ref());
                self.normal(&mut row, *effect, self.absent(level));
                row.method =
                    format!("empirical Bayes, spread by Paule and Mandel{}", self.mark).into();
                row
            })
            .collect()
    }

    fn normal(&self, row: &mut Row, effect: Option<Effect>, absent: String) {
        let Some(effect) = effect else {
            row.status = Status::Undefined;
            row.reason = absent.into();
            return;
        };
        row.estimate = Some(effect.estimate);
        row.std_error = Some(effect.std_error);
        let (low, high) = effect.interval(self.manner.confidence);
        (row.conf_low, row.conf_high) = (Some(low), Some(high));
        row.se_method = "given the spread".into();
        row.interval_method = "normal".into();
    }

    /// Whether all effects are equal: by Wald, and by permutation.
    fn equality(&self, together: Option<Together>) -> Vec<Row> {
        let taking = self.taking();
        let mut row = self.whole("equal_effects", "", "chi-square");
        row.method = format!("Cochran's Q of {taking} levels{}", self.mark).into();
        match self.numbers.equality {
            Some(test) => {
                row.estimate = Some(test.statistic);
                row.p_value = Some(test.p);
                row.reason = freedom(test.freedom).into();
            }
            None => {
                row.status = Status::Undefined;
                row.reason = self.no_comparison().into();
            }
        }
        let mut rows = vec![row.clone()];
        if let Some(found) = together {
            row.item = "permutation_studentised".into();
            row.p_value = found.tested.p.map(|p| p.p);
            row.mc_p = found.tested.p.and_then(|p| p.error);
            row.replicates = u32::try_from(found.count).ok();
            row.undefined_replicates = u32::try_from(found.tested.undefined).ok();
            let how = match found.draws {
                Draws::All => format!("all {} assignments", found.count),
                Draws::Sampled => "drawn".to_owned(),
            };
            row.method = format!("Cochran's Q of each permutation, {how}").into();
            if row.p_value.is_none() {
                row.reason = "no p: undefined in more than 1 % of the permutations".into();
            }
            rows.push(row);
        }
        rows
    }

    /// How many are significant on their own, beside what chance gives.
    fn counts(&self) -> Vec<Row> {
        let count = self.numbers.count;
        let level = 1.0 - self.manner.confidence.get();
        let kinds = [
            ("", "expected", count.significant, count.any, "p"),
            (
                "positive",
                "expected_positive",
                count.positive,
                count.upwards,
                "a positive difference and p",
            ),
        ];
        let mut rows = Vec::new();
        for (item, expected, found, (by_chance, p), words) in kinds {
            let method = format!(
                "levels with {words} below {}; chance: binomial, levels independent{}",
                short(level),
                self.mark
            );
            for (item, number, p) in [(item, found as f64, Some(p)), (expected, by_chance, None)] {
                let mut row = self.whole("significant_levels", item, "levels");
                row.method = method.clone().into();
                if count.tested == 0 {
                    row.status = Status::Undefined;
                    row.reason = "no level has a p".into();
                } else {
                    row.estimate = Some(number);
                    row.p_value = p;
                    row.reason = format!("of {} levels", count.tested).into();
                }
                rows.push(row);
            }
        }
        rows
    }

    /// Mean and spread of the true effects.
    fn spread(&self) -> Vec<Row> {
        let spread = self.numbers.spread.as_ref();
        let mut mean = self.whole("mean_of_levels", "", &self.unit);
        self.normal(&mut mean, spread.map(|s| s.mean), self.no_comparison());
        mean.p_value = spread.and_then(|s| wald_p(s.mean.estimate, s.mean.std_error));
        mean.method = format!("random effects of levels{}", self.mark).into();
        let mut row = self.whole("spread_of_levels", "", &self.unit);
        row.method = format!("standard deviation, Paule and Mandel{}", self.mark).into();
        match spread {
            Some(spread) => {
                row.estimate = Some(spread.tau);
                row.conf_low = Some(spread.limits.0);
                row.conf_high = Some(spread.limits.1);
                row.interval_method = "Q-profile".into();
            }
            None => {
                row.status = Status::Undefined;
                row.reason = self.no_comparison().into();
            }
        }
        vec![mean, row]
    }

    fn taking(&self) -> usize {
        self.numbers.against.iter().flatten().count()
    }

    /// Why a level takes no part.
    fn absent(&self, level: usize) -> String {
        if let Some(words) = &self.nobody[level] {
            return words.clone();
        }
        match &self.question.levels[level] {
            Some(kept) if kept.estimate.is_nan() => "the difference is undefined".to_owned(),
            Some(kept) if kept.std_error.is_nan() => "no standard error".to_owned(),
            Some(kept) if wald_p(kept.estimate, kept.std_error).is_none() => {
                Reason::NoVariation.to_string()
            }
            _ => self.no_comparison(),
        }
    }

    fn no_comparison(&self) -> String {
        match self.manner.dependence {
            Dependence::Shared => "clusters span levels".to_owned(),
            Dependence::Apart => "fewer than two levels have a standard error".to_owned(),
        }
    }
}

fn counted(row: &mut Row, kept: Option<&Kept>) {
    if let Some(kept) = kept {
        (row.n, row.n_reference) = (Some(kept.n.0), Some(kept.n.1));
        (row.events, row.events_reference) = kept.events;
    }
}

fn freedom(freedom: u32) -> String {
    let plural = if freedom == 1 { "" } else { "s" };
    format!("{freedom} degree{plural} of freedom")
}

/// A level such as 0.05 without the noise of its subtraction.
fn short(level: f64) -> String {
    format!("{}", (level * 1e6).round() / 1e6)
}

fn why(interval: Option<Reason>, band: Option<Reason>) -> String {
    match (interval, band) {
        (Some(reason), _) => format!("no interval: {reason}"),
        (None, Some(reason)) => format!("no band: {reason}"),
        (None, None) => String::new(),
    }
}
