//! The levels of a subgroup column held beside each other: sites, sexes, ages.
//!
//! For the main difference of every outcome, by treatment arm: at the weeks that the analysis lists, else at the last one
//! reported. What is needed of each level is kept while the passes over the replicates go by: its estimate with standard
//! error, and its replicates, so that intervals hold across the levels at once in the same draws.

mod numbers;
mod rows;
#[cfg(test)]
mod tests;

use super::context::Context;
use super::facts::{Compares, compares};
use super::permute::Hypothesis;
use super::replicates::Columns;
use super::series::Series;
use super::table::Table;
use crate::estimand::{Curve, Item};
use crate::results::Row;
use crate::study::slugs::main_contrast;

/// What is kept of one level.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    pub estimate: f64,
    pub std_error: f64,
    /// NaN but for bca intervals.
    pub acceleration: f64,
    /// Degrees of freedom of the standard error; infinite where it is taken as known.
    pub freedom: f64,
    /// Whether it has the support that a band over weeks asks for.
    pub supported: bool,
    /// Persons of the two arms assigned.
    pub persons: u64,
    pub n: (u64, u64),
    pub events: (Option<i64>, Option<i64>),
    pub replicates: Vec<f64>,
    /// Standard errors of the replicates, for studentized intervals.
    pub errors: Vec<f64>,
}

/// One difference of one arm and the control at one week, by level.
pub(super) struct Question {
    /// Index into the tables.
    pub table: usize,
    pub curve: &'static dyn Curve,
    /// Index into the ticks of the curve, and its label.
    pub tick: usize,
    pub week: i32,
    /// Treatment arm, from 1.
    pub arm: usize,
    pub levels: Vec<Option<Kept>>,
}

/// All of them.
#[derive(Default)]
pub(super) struct Levels {
    pub questions: Vec<Question>,
}

/// Where a value of a part stands among the columns that are held, and its standard error.
pub(super) type Place<'a> = &'a dyn Fn(usize) -> Option<(usize, Option<usize>)>;

impl Levels {
    /// What is asked of the tables.
    pub fn asked(context: Context<'_>, tables: &[Table<'_>]) -> Self {
        let mut questions = Vec::new();
        for (index, table) in tables.iter().enumerate() {
            let kind = &context.study.outcomes[table.outcome].kind;
            let several = table.division.subgroup.is_some() && table.division.levels > 1;
            let Some(main) = main_contrast(kind).filter(|_| several) else {
                continue;
            };
            let path = table.paths.iter().find(|path| {
                path.contrast_rows
                    && path.item == Item::Any
                    && path.curve.card().contrast == Some(main)
            });
            let Some(path) = path else { continue };
            let listed = !context.study.analyses[table.analysis].weeks.is_empty();
            let ticks: &[usize] = match path.reported.as_slice() {
                all if listed => all,
                [.., last] => std::slice::from_ref(last),
                [] => &[],
            };
            for &tick in ticks {
                for arm in 1..table.division.arms {
                    questions.push(Question {
                        table: index,
                        curve: path.curve,
                        tick,
                        week: path.ticks[tick],
                        arm,
                        levels: vec![None; table.division.levels],
                    });
                }
            }
        }
        Self { questions }
    }

    /// The questions that a series answers in part: which, and at which of its values.
    fn of<'l>(
        &'l mut self,
        (tables, table, level): (&[Table<'_>], &Table<'_>, usize),
        series: &Series<'_>,
    ) -> Vec<(&'l mut Option<Kept>, usize)> {
        let key = (table.analysis, table.outcome, table.division.subgroup);
        if !series.is_contrast() || table.division.subgroup.is_none() {
            return Vec::new();
        }
        (self.questions.iter_mut())
            .filter_map(|question| {
                let own = &tables[question.table];
                let same = (own.analysis, own.outcome, own.division.subgroup) == key
                    && question.arm == series.arm()
                    && series.is_of(question.curve);
                let value = series.place_of(question.tick).filter(|_| same)?;
                Some((&mut question.levels[level], value))
            })
            .collect()
    }

    /// Keeps the observed numbers of a level.
    pub fn see(
        &mut self,
        (tables, table, level): (&[Table<'_>], &Table<'_>, usize),
        series: &[Series<'_>],
    ) {
        for one in series {
            for (kept, value) in self.of((tables, table, level), one) {
                let cells = |arm: usize| table.division.arm_cells(level, arm);
                let persons = [one.arm(), 0].map(|arm| table.division.persons(cells(arm)));
                *kept = Some(one.kept(value, persons.iter().sum()));
            }
        }
    }

    /// Keeps the replicates of a level as far as a pass holds them; `place` tells where a value of the part stands.
    pub fn gather(
        &mut self,
        (tables, table, level): (&[Table<'_>], &Table<'_>, usize),
        series: &[Series<'_>],
        (columns, place): (&Columns, Place<'_>),
    ) {
        for one in series {
            for (kept, value) in self.of((tables, table, level), one) {
                let Some((value, error)) = place(one.values.start + value) else {
                    continue;
                };
                if let Some(kept) = kept {
                    columns.gather(value, &mut kept.replicates);
                    if let Some(error) = error {
                        columns.gather(error, &mut kept.errors);
                    }
                }
            }
        }
    }

    /// What is permuted: the differences of each question that compares the groups as randomised, by level.
    pub fn hypotheses(&self, context: Context<'_>, tables: &[Table<'_>]) -> Vec<Vec<Hypothesis>> {
        (self.questions.iter())
            .map(|question| {
                let table = &tables[question.table];
                let kind = &context.study.outcomes[table.outcome].kind;
                if compares(kind) != Compares::AsRandomised {
                    return Vec::new();
                }
                (0..table.division.levels)
                    .map(|level| Hypothesis {
                        analysis: table.analysis,
                        outcome: table.outcome,
                        curve: question.curve,
                        item: Item::Any,
                        tick: question.tick,
                        week: question.week,
                        subgroup: table.division.subgroup,
                        level,
                        arm: question.arm,
                    })
                    .collect()
            })
            .collect()
    }
}

/// Puts rows after the last row of the analysis, outcome and subgroup that each block belongs to.
pub(super) fn insert(rows: &mut Vec<Row>, blocks: Vec<Vec<Row>>) {
    let key = |row: &Row| {
        (
            row.analysis.clone(),
            row.outcome.clone(),
            row.subgroup.clone(),
        )
    };
    let mut last = std::collections::BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        last.insert(key(row), index);
    }
    let mut after: std::collections::BTreeMap<usize, Vec<Row>> = std::collections::BTreeMap::new();
    for block in blocks {
        if let Some(&index) = block.first().and_then(|row| last.get(&key(row))) {
            after.entry(index).or_default().extend(block);
        }
    }
    if after.is_empty() {
        return;
    }
    let old = std::mem::take(rows);
    for (index, row) in old.into_iter().enumerate() {
        rows.push(row);
        rows.extend(after.remove(&index).unwrap_or_default());
    }
}
