//! Moderators: how the effect of the treatment changes with a number that was measured before the draw, such as
//! well-being at start. Never the effect of the moderator itself, which nobody has randomised.
//!
//! For outcomes that accumulate, at the weeks that the analysis lists, else at the last one reported; each treatment arm
//! with the control. The persons are those with a value who are followed to the week. Intervals are made of the same draws
//! as everything else. A moderator with levels is a subgroup: its interaction is `effect_against_rest`.

mod fit;
#[cfg(test)]
mod tests;

use super::context::Context;
use super::facts::{Compares, compares};
use super::labels::{Labels, weekly_unit};
use super::refusals::refusal;
use super::table::Table;
use crate::error::Result;
use crate::estimand::{Estimand, find};
use crate::inference::{ColumnInference, PathInput, Scale, infer, wald_p};
use crate::numeric::parallel;
use crate::panel::{Kind, OutcomePanel, tick_name};
use crate::resample::Draw;
use crate::results::{Row, Status};
use crate::study::{Adjustment, IntervalKind, Study};
use crate::trial::{Covariate, CovariateValues, Trial};
use fit::{Person, fit};

/// Replicates of one task.
const TASK: usize = 32;

/// One regression.
struct Question {
    /// Index into the tables: that of everybody.
    table: usize,
    moderator: usize,
    arm: usize,
    week: i32,
    /// In the order of their units.
    persons: Vec<Person>,
    left_out: usize,
    strata: usize,
}

/// Refuses moderators with levels.
///
/// # Errors
/// [`crate::error::Class::Study`], naming the first.
pub(super) fn refuse_levels(study: &Study, trial: &Trial) -> Result<()> {
    let asked = study
        .analyses
        .iter()
        .flat_map(|analysis| &analysis.moderators);
    for name in asked {
        let has_levels = |covariate: &&Covariate| {
            covariate.name == *name && matches!(covariate.values, CovariateValues::Factor { .. })
        };
        if trial.covariates.iter().any(|c| has_levels(&c)) {
            return Err(refusal(
                "RV0418",
                &format!("the moderator `{name}` has levels, and a moderator is a number"),
                "name its column in `subgroups` instead: `effect_against_rest` is its interaction with the treatment",
            ));
        }
    }
    Ok(())
}

impl Context<'_> {
    /// Rows of the moderators of some tables, a block for each.
    pub fn moderator_rows(self, tables: &[Table<'_>]) -> Vec<Vec<Row>> {
        let questions = self.moderator_questions(tables);
        if questions.is_empty() {
            return Vec::new();
        }
        let replicates = self.moderator_replicates(&questions);
        let rows = questions.iter().zip(&replicates).map(|(question, own)| {
            let table = &tables[question.table];
            vec![self.moderator_row((question, table), own)]
        });
        rows.collect()
    }

    fn moderator_questions(self, tables: &[Table<'_>]) -> Vec<Question> {
        let mut questions = Vec::new();
        for (index, table) in tables.iter().enumerate() {
            let analysis = &self.study.analyses[table.analysis];
            let outcome = &self.study.outcomes[table.outcome];
            let accumulates = matches!(table.shape.kind, Kind::Mean { .. })
                && compares(&outcome.kind) == Compares::AsRandomised;
            if table.division.subgroup.is_some() || !accumulates {
                continue;
            }
            let path = table.paths.iter().find(|path| {
                path.contrast_rows && path.curve.card().contrast == Some("cumulative_effect")
            });
            let Some(path) = path else { continue };
            let reported = match path.reported.as_slice() {
                all if !analysis.weeks.is_empty() => all,
                [.., last] => std::slice::from_ref(last),
                [] => &[],
            };
            for name in &analysis.moderators {
                let found = self.trial.covariates.iter().position(|c| c.name == *name);
                let Some(moderator) = found else { continue };
                for &tick in reported {
                    for arm in 1..table.division.arms {
                        let place = (index, moderator, arm);
                        let week = (tick, path.ticks[tick]);
                        questions.extend(self.moderator_question(table, place, week));
                    }
                }
            }
        }
        questions
    }

    fn moderator_question(
        self,
        table: &Table<'_>,
        (index, moderator, arm): (usize, usize, usize),
        (tick, week): (usize, i32),
    ) -> Option<Question> {
        let covariate = &self.trial.covariates[moderator];
        let CovariateValues::Number { decimals, values } = &covariate.values else {
            // Refused beforehand.
            return None;
        };
        let outcome = &self.panel.outcomes[table.outcome];
        let unit = libm::pow(10.0, f64::from(*decimals));
        let within = self.study.analyses[table.analysis].adjustment != Adjustment::None;
        let (mut persons, mut left_out) = (Vec::new(), 0);
        for number in 0..self.classes.units() {
            for &person in self.classes.members(number) {
                let person = person as usize;
                let own = usize::from(self.trial.arm[person]);
                if own != arm && own != 0 {
                    continue;
                }
                let (followed, value) = accumulated(outcome, tick, person);
                let all = followed == tick as i64 + 1;
                let Some(moderator) = values[person].filter(|_| all) else {
                    left_out += self.classes.sizes[number] as usize;
                    continue;
                };
                persons.push(Person {
                    unit: number as u32,
                    stratum: if within {
                        self.trial.stratum[person]
                    } else {
                        0
                    },
                    treated: own == arm,
                    moderator: moderator as f64 / unit,
                    outcome: value as f64 / table.shape.divisor,
                });
            }
        }
        let size = |person: &Person| f64::from(self.classes.sizes[person.unit as usize]);
        let count: f64 = persons.iter().map(size).sum();
        let sum: f64 = persons.iter().map(|p| size(p) * p.moderator).sum();
        for person in &mut persons {
            person.moderator -= sum / count;
        }
        Some(Question {
            table: index,
            moderator,
            arm,
            week,
            persons,
            left_out,
            strata: if within {
                self.trial.strata.len().max(1)
            } else {
                1
            },
        })
    }

    /// Coefficients of every replicate, by question; NaN where there is none.
    fn moderator_replicates(self, questions: &[Question]) -> Vec<Vec<f64>> {
        let mut cell_of = vec![0_u32; self.classes.units()];
        for (index, cell) in self.classes.cells.iter().enumerate() {
            cell_of[cell.units.0 as usize..cell.units.1 as usize].fill(index as u32);
        }
        let tasks = parallel::map_ordered(self.count.div_ceil(TASK), |task| {
            let mut draw = Draw::default();
            (task * TASK..((task + 1) * TASK).min(self.count))
                .map(|b| {
                    self.scheme.fill(b as u64, &mut draw);
                    let weight = |person: &Person| {
                        let unit = person.unit as usize;
                        let worth = draw.worth.get(cell_of[unit] as usize).copied();
                        f64::from(draw.counts[unit]) * worth.unwrap_or(1.0)
                    };
                    (questions.iter())
                        .map(|q| {
                            fit(&q.persons, q.strata, weight)
                                .map_or(f64::NAN, |fit| fit.coefficients[2])
                        })
                        .collect::<Vec<f64>>()
                })
                .collect::<Vec<_>>()
        });
        let mut out = vec![Vec::with_capacity(self.count); questions.len()];
        for own in tasks.into_iter().flatten() {
            for (column, value) in out.iter_mut().zip(own) {
                column.push(value);
            }
        }
        out
    }

    fn moderator_row(self, (question, table): (&Question, &Table<'_>), replicates: &[f64]) -> Row {
        let analysis = &self.study.analyses[table.analysis];
        let outcome = &self.study.outcomes[table.outcome];
        let labels = Labels::new(&self, table, 0);
        let name = &self.trial.covariates[question.moderator].name;
        let weekly = weekly_unit(outcome);
        let tick = tick_name(self.study, &outcome.kind);
        let unit = match find("cumulative_effect") {
            Some(Estimand::Curve(curve)) => curve.unit(table.shape, &weekly, tick),
            _ => weekly,
        };
        let mut row = labels.row(
            &"moderated_effect".into(),
            &format!("moderator: {name}").into(),
            &unit.into(),
        );
        row.arm = labels.arms[question.arm].clone();
        row.reference = labels.arms[0].clone();
        row.week = Some(question.week);
        let dummies = if question.strata > 1 {
            ", dummies of strata"
        } else {
            ""
        };
        row.method =
            format!("interaction of treatment and moderator, least squares{dummies}").into();
        let size = |person: &Person| f64::from(self.classes.sizes[person.unit as usize]);
        let count = |treated: bool| {
            let own = question.persons.iter().filter(|p| p.treated == treated);
            own.map(|p| u64::from(self.classes.sizes[p.unit as usize]))
                .sum()
        };
        (row.n, row.n_reference) = (Some(count(true)), Some(count(false)));
        let mut told = Vec::new();
        if question.left_out > 0 {
            told.push(format!(
                "{} without value or follow-up left out",
                question.left_out
            ));
        }
        let Some(fit) = fit(&question.persons, question.strata, size) else {
            row.status = Status::Undefined;
            told.push("the moderator does not vary in both arms".to_owned());
            row.reason = told.join("; ").into();
            return row;
        };
        let (variance, how) = if self.classes.clustered {
            (
                fit.over_clusters(&question.persons),
                "cluster-robust, G/(G-1)",
            )
        } else {
            (fit.over_persons(&question.persons, size), "HC2")
        };
        let (estimate, std_error) = (fit.coefficients[2], variance.sqrt());
        row.estimate = Some(estimate);
        row.std_error = Some(std_error).filter(|se| se.is_finite());
        row.se_method = how.into();
        // There are neither influences nor standard errors of replicates here.
        let interval = match analysis.interval {
            IntervalKind::Bca | IntervalKind::Studentized => IntervalKind::Percentile,
            kind => kind,
        };
        let found = infer(&PathInput {
            estimates: &[estimate],
            std_errors: &[std_error],
            accelerations: &[],
            freedom: &[],
            replicates,
            errors: &[],
            replicate_count: self.count,
            in_band: &[false],
            scale: Scale::Identity,
            interval,
            confidence: analysis.confidence,
        });
        self.fill_moderator(&mut row, &found.columns[0], interval, &mut told);
        row.reason = told.join("; ").into();
        row
    }

    fn fill_moderator(
        self,
        row: &mut Row,
        found: &ColumnInference,
        interval: IntervalKind,
        told: &mut Vec<String>,
    ) {
        (row.conf_low, row.conf_high) = (found.conf_low, found.conf_high);
        if found.allows_p() {
            row.p_value = row
                .estimate
                .zip(row.std_error)
                .and_then(|(d, se)| wald_p(d, se));
        }
        if self.scheme.samples().is_none() {
            (row.mc_conf_low, row.mc_conf_high) = (found.mc_conf_low, found.mc_conf_high);
        }
        if self.count > 0 {
            row.replicates = Some(self.count as u32);
            row.undefined_replicates = Some(found.undefined_replicates);
        }
        if row.conf_low.is_some() {
            row.interval_method = match interval {
                IntervalKind::Normal => "normal".into(),
                kind => {
                    let units = if self.classes.clustered {
                        "clusters"
                    } else {
                        "persons"
                    };
                    format!("{} {}", kind.name(), self.scheme.method(units)).into()
                }
            };
        }
        if let Some(reason) = found.interval_reason {
            told.push(format!("no interval: {reason}"));
        }
    }
}

/// Weeks followed and the sum of the weekly values up to a tick.
fn accumulated(outcome: &OutcomePanel, tick: usize, person: usize) -> (i64, i64) {
    let ticks = outcome.shape.ticks;
    let (mut followed, mut value) = (0, 0);
    for entry in outcome.of(person) {
        let (channel, at) = (entry.slot as usize / ticks, entry.slot as usize % ticks);
        if at > tick {
            continue;
        }
        let sum = if channel == 0 {
            &mut followed
        } else {
            &mut value
        };
        // A change lasts from its week on.
        *sum += (tick - at + 1) as i64 * i64::from(entry.delta);
    }
    (followed, value)
}
