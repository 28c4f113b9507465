//! Moderators: how the effect of the treatment changes with a number that was measured before the draw, such as
//! well-being at start. Never the effect of the moderator itself, which nobody has randomised.
//!
//! For outcomes that accumulate, at the weeks that the analysis lists, else at the last one reported; each treatment arm
//! with the control. The persons are those with a value; the regression is one in each week, with the adjustment, standard
//! errors, intervals and draws of the analysis. A moderator with levels is a subgroup: its interaction is
//! `effect_against_rest`.

#[cfg(test)]
mod tests;

use super::context::Context;
use super::facts::{Compares, compares};
use super::labels::{Labels, weekly_unit};
use super::refusals::refusal;
use super::regression::{Moderator, Regression, Room, of_curve};
use super::table::Table;
use crate::error::Result;
use crate::estimand::{Estimand, Weekly, find};
use crate::inference::{PathInput, Scale, acceleration, infer, wald_t};
use crate::numeric::parallel;
use crate::panel::{Kind, tick_name};
use crate::resample::Draw;
use crate::results::{Row, Status};
use crate::study::{Adjustment, IntervalKind, Study};
use crate::totals::LANES;
use crate::trial::{Covariate, CovariateValues, Trial};

/// One regression: a moderator of one arm's difference, at some weeks.
struct Question<'a> {
    table: &'a Table<'a>,
    moderator: Moderator<'a>,
    /// Tick and label.
    weeks: Vec<(usize, i32)>,
    made: Regression,
}

/// Numbers of all replicates, week by week: coefficients, and their standard errors where they are asked.
#[derive(Default)]
struct Replicates {
    values: Vec<Vec<f64>>,
    errors: Vec<Vec<f64>>,
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
    ///
    /// # Errors
    /// Sums that could pass 63 bits.
    pub fn moderator_rows(self, tables: &[Table<'_>]) -> Result<Vec<Vec<Row>>> {
        let mut blocks = Vec::new();
        for table in tables {
            for question in self.moderator_questions(table)? {
                let replicates = self.moderator_replicates(&question);
                blocks.push(self.moderated_rows(&question, &replicates));
            }
        }
        Ok(blocks)
    }

    fn moderator_questions<'a>(self, table: &'a Table<'_>) -> Result<Vec<Question<'a>>>
    where
        Self: 'a,
    {
        let analysis = &self.study.analyses[table.analysis];
        let outcome = &self.study.outcomes[table.outcome];
        let accumulates = matches!(table.shape.kind, Kind::Mean { .. })
            && compares(&outcome.kind) == Compares::AsRandomised;
        let path = table.paths.iter().find(|path| {
            path.contrast_rows && path.curve.card().contrast == Some("cumulative_effect")
        });
        let Some(path) = path.filter(|_| accumulates && table.division.subgroup.is_none()) else {
            return Ok(Vec::new());
        };
        let reported = match path.reported.as_slice() {
            all if !analysis.weeks.is_empty() => all,
            [.., last] => std::slice::from_ref(last),
            [] => &[],
        };
        let weeks: Vec<(usize, i32)> = (reported.iter())
            .map(|&tick| (tick, path.ticks[tick]))
            .collect();
        let mut questions = Vec::new();
        for name in &analysis.moderators {
            let found = self.trial.covariates.iter().position(|c| c.name == *name);
            let Some(covariate) = found else { continue };
            // Levels are refused beforehand.
            let CovariateValues::Number { decimals, values } =
                &self.trial.covariates[covariate].values
            else {
                continue;
            };
            for arm in 1..table.division.arms {
                let moderator = Moderator {
                    covariate,
                    values,
                    decimals: *decimals,
                    arm,
                };
                let histories = &self.panel.outcomes[table.outcome];
                let made = Regression::moderated(
                    &self,
                    (outcome.name.as_str(), histories),
                    (&table.division, analysis),
                    &moderator,
                )?;
                questions.push(Question {
                    table,
                    moderator,
                    weeks: weeks.clone(),
                    made,
                });
            }
        }
        Ok(questions)
    }

    fn moderator_replicates(self, question: &Question<'_>) -> Replicates {
        let studentized =
            self.study.analyses[question.table.analysis].interval == IntervalKind::Studentized;
        let tiles = parallel::map_ordered(self.count.div_ceil(LANES), |tile| {
            let first = tile * LANES;
            let lanes = LANES.min(self.count - first);
            let mut draws = vec![Draw::default(); lanes];
            for (lane, draw) in draws.iter_mut().enumerate() {
                self.scheme.fill((first + lane) as u64, draw);
            }
            let worths = question.table.division.worth(&draws);
            let worth = |cell: usize, lane: usize| worths.as_ref().map_or(1.0, |w| w[cell][lane]);
            let mut room = Room::default();
            question.made.total(&draws, worth, &mut room);
            let mut sums = question.made.series_of(&room, 0, lanes).to_vec();
            for at in lanes..sums.len() {
                sums[at] += sums[at - lanes];
            }
            let of = |path: &[f64]| -> Vec<Vec<f64>> {
                let week = |&(tick, _): &(usize, i32)| path[tick * lanes..][..lanes].to_vec();
                question.weeks.iter().map(week).collect()
            };
            let errors = if studentized {
                let found = question.made.variances(0, (&draws, &worth), &mut room);
                let roots: Vec<f64> = (of_curve(found[0].each_ref(), Weekly::Accumulated).iter())
                    .map(|variance| variance.sqrt())
                    .collect();
                of(&roots)
            } else {
                Vec::new()
            };
            (of(&sums), errors)
        });
        let mut out = Replicates {
            values: vec![Vec::with_capacity(self.count); question.weeks.len()],
            errors: vec![Vec::new(); question.weeks.len()],
        };
        for (values, errors) in tiles {
            for (sum, more) in [(&mut out.values, values), (&mut out.errors, errors)] {
                for (column, more) in sum.iter_mut().zip(more) {
                    column.extend(more);
                }
            }
        }
        out
    }

    /// The row of a question without numbers.
    fn moderator_row(self, question: &Question<'_>, labels: &Labels) -> Row {
        let table = question.table;
        let analysis = &self.study.analyses[table.analysis];
        let outcome = &self.study.outcomes[table.outcome];
        let moderator = &question.moderator;
        let name = &self.trial.covariates[moderator.covariate].name;
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
        row.arm = labels.arms[moderator.arm].clone();
        row.reference = labels.arms[0].clone();
        let with = match analysis.adjustment {
            Adjustment::None => "",
            Adjustment::Strata | Adjustment::Weights => ", dummies of strata",
            Adjustment::Ancova => ", by ancova",
            Adjustment::Lin => ", by lin",
        };
        row.method = format!("interaction of treatment and moderator, least squares{with}").into();
        let mut counts = [0_u64; 2];
        let mut left_out = 0;
        for (value, &arm) in moderator.values.iter().zip(&self.trial.arm) {
            match (usize::from(arm), value) {
                (arm, _) if arm != 0 && arm != moderator.arm => {}
                (arm, Some(_)) => counts[usize::from(arm > 0)] += 1,
                (_, None) => left_out += 1,
            }
        }
        (row.n, row.n_reference) = (Some(counts[1]), Some(counts[0]));
        if left_out > 0 {
            row.reason = format!("{left_out} without value left out").into();
        }
        row
    }

    fn moderated_rows(self, question: &Question<'_>, replicates: &Replicates) -> Vec<Row> {
        let analysis = &self.study.analyses[question.table.analysis];
        let labels = Labels::new(&self, question.table, 0);
        let blank = self.moderator_row(question, &labels);
        let made = &question.made;
        let mut room = Room::default();
        made.total(&[Draw::observed(self.classes)], |_, _| 1.0, &mut room);
        let weekly = made.series_of(&room, 0, 1);
        let sandwich = made.sandwich(&self, (0, 1));
        let powers =
            (analysis.interval == IntervalKind::Bca).then(|| made.influences(&self, (0, 1)));
        let mut rows = Vec::new();
        for (k, &(tick, week)) in question.weeks.iter().enumerate() {
            let mut row = blank.clone();
            row.week = Some(week);
            let mut told: Vec<String> = Vec::new();
            if !blank.reason.is_empty() {
                told.push(blank.reason.to_string());
            }
            let estimate: f64 = weekly[..=tick].iter().sum();
            if !estimate.is_finite() {
                row.status = Status::Undefined;
                told.push("the moderator does not vary in both arms".to_owned());
                row.reason = told.join("; ").into();
                rows.push(row);
                continue;
            }
            let std_error = sandwich.accumulated[tick].sqrt();
            let freedom = sandwich.freedom[tick];
            row.estimate = Some(estimate);
            row.std_error = Some(std_error).filter(|se| se.is_finite());
            match row.std_error {
                Some(_) => row.se_method = made.se_method().into(),
                None => told.push("no standard error".to_owned()),
            }
            let accelerations = (powers.iter())
                .map(|[_, [squares, cubes]]| acceleration(squares[tick], cubes[tick]))
                .collect::<Vec<f64>>();
            let found = infer(&PathInput {
                estimates: &[estimate],
                std_errors: &[std_error],
                accelerations: &accelerations,
                freedom: &[freedom],
                replicates: &replicates.values[k],
                errors: &replicates.errors[k],
                replicate_count: self.count,
                in_band: &[false],
                scale: Scale::Identity,
                interval: analysis.interval,
                confidence: analysis.confidence,
            });
            let found = &found.columns[0];
            (row.conf_low, row.conf_high) = (found.conf_low, found.conf_high);
            if found.allows_p() {
                row.p_value = row.std_error.and_then(|se| wald_t(estimate, se, freedom));
            }
            if self.scheme.samples().is_none() {
                (row.mc_conf_low, row.mc_conf_high) = (found.mc_conf_low, found.mc_conf_high);
            }
            if self.count > 0 {
                row.replicates = Some(self.count as u32);
                row.undefined_replicates = Some(found.undefined_replicates);
            }
            if row.conf_low.is_some() {
                row.interval_method = labels.interval_method.clone();
            }
            if let (Some(reason), Some(_)) = (found.interval_reason, row.std_error) {
                told.push(format!("no interval: {reason}"));
            }
            row.reason = told.join("; ").into();
            rows.push(row);
        }
        rows
    }
}
