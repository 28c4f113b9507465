//! The rows of tests and models: each treatment arm against the control, and of tests all arms at once.

use super::context::Context;
use super::facts::{Compares, compares};
use super::labels::Labels;
use super::point::units_of;
use super::table::{Scratch, Table};
use crate::estimand::{Card, Fit, GroupTotals, Item, Model, Share, Test};
use crate::inference::wald_p;
use crate::numeric::normal::{chi_squared_tail, normal_quantile};
use crate::panel::{Kind, Shape, Survival};
use crate::results::{Row, Status};
use crate::study::Adjustment;
use crate::totals::{NO_CELL, expand};
use ndarray::Array2;

/// Where tests are read off a table: the level, the observed totals, the labels.
type Place<'p> = (usize, &'p Scratch, &'p Labels);

/// The compared arms of a table: cells and totals `[stratum][arm]`.
struct Compared {
    arms: Vec<usize>,
    cells: Vec<Vec<Vec<usize>>>,
    totals: Vec<Vec<Vec<f64>>>,
}

impl Compared {
    fn new(table: &Table<'_>, (level, scratch, _): Place<'_>, arms: Vec<usize>) -> Self {
        let cells = compared_cells(table, level, &arms);
        let totals = (cells.iter())
            .map(|stratum| {
                (stratum.iter())
                    .map(|cells| table.group(scratch, cells))
                    .collect()
            })
            .collect();
        Self {
            arms,
            cells,
            totals,
        }
    }

    fn groups<'a>(&'a self, shape: &'a Shape) -> Vec<Vec<GroupTotals<'a>>> {
        let group = |values: &'a Vec<f64>| GroupTotals { shape, values };
        (self.totals.iter())
            .map(|stratum| stratum.iter().map(group).collect())
            .collect()
    }
}

/// Persons ever at risk and their exits, of one of the compared arms.
fn ever(groups: &[Vec<GroupTotals<'_>>], item: Item, g: usize) -> (u64, i64) {
    groups.iter().fold((0, 0), |(n, d), stratum| {
        let group = stratum[g];
        let at_risk = group.channel(0).iter().copied().fold(0.0, f64::max);
        let exits: f64 = (0..group.shape.ticks).map(|t| group.exits(item, t)).sum();
        (n + at_risk as u64, d + exits as i64)
    })
}

impl Context<'_> {
    /// Each treatment arm against the control, then all arms at once where there are several.
    pub(super) fn test_rows(
        &self,
        table: &Table<'_>,
        place: Place<'_>,
        (test, item): (&'static dyn Test, Item),
    ) -> Vec<Row> {
        let labels = place.2;
        let arms = table.division.arms;
        let mut rows = Vec::new();
        let mut comparisons: Vec<Vec<usize>> = (1..arms).map(|arm| vec![arm, 0]).collect();
        if arms > 2 {
            comparisons.push((0..arms).collect());
        }
        for arms in comparisons {
            let compared = Compared::new(table, place, arms);
            let groups = compared.groups(table.shape);
            let all = compared.arms.len() > 2;
            let arm = (!all).then(|| compared.arms[0]);
            let mut row = Self::blank_row(table, labels, (test.card(), "chi-square"), (item, arm));
            if all {
                let (n, d) = (0..compared.arms.len())
                    .map(|g| ever(&groups, item, g))
                    .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
                row.n = Some(n);
                row.events = Some(d);
            } else {
                count(&mut row, ever(&groups, item, 0), ever(&groups, item, 1));
            }
            let mut score = test.score(&groups, item);
            if self.belong_together(table) {
                let shares = groups.iter().map(|stratum| test.share(stratum, item));
                score.covariance = (self.robust(table, &compared, shares))
                    .unwrap_or_else(|| Array2::zeros(score.covariance.raw_dim()));
                row.method = format!("{}, robust over {}", row.method, self.unit()).into();
            }
            self.describe(table, &mut row);
            let mut reason: Vec<String> = Vec::new();
            match score.statistic() {
                Some((statistic, freedom)) => {
                    row.estimate = Some(statistic);
                    row.p_value = Some(chi_squared_tail(statistic, freedom));
                    reason.push(format!(
                        "{freedom} degree{} of freedom",
                        if freedom == 1 { "" } else { "s" }
                    ));
                }
                None => {
                    row.status = Status::Undefined;
                    reason.push(Self::why_undefined(
                        table,
                        place,
                        test.card(),
                        &compared.arms,
                    ));
                }
            }
            reason.extend(arm.and_then(|arm| outside(table, place.0, arm)));
            row.reason = reason.join("; ").into();
            rows.push(row);
        }
        rows
    }

    /// Each treatment arm against the control, from one model of all arms.
    pub(super) fn model_rows(
        &self,
        table: &Table<'_>,
        place: Place<'_>,
        (model, item): (&'static dyn Model, Item),
    ) -> Vec<Row> {
        let labels = place.2;
        let compared = Compared::new(table, place, (0..table.division.arms).collect());
        let groups = compared.groups(table.shape);
        let fit = if groups.is_empty() {
            Fit::none(table.division.arms)
        } else {
            model.fit(&groups, item)
        };
        let robust = self.belong_together(table).then(|| {
            let shares = groups.iter().map(|s| model.share(s, item, &fit));
            self.robust(table, &compared, shares)
        });
        let variance = |g: usize| match &robust {
            Some(None) => f64::NAN,
            // The sandwich: information on both sides of the summed squares.
            Some(Some(squares)) => (squares.indexed_iter())
                .filter(|(at, _)| {
                    [at.0, at.1]
                        .iter()
                        .all(|&h| !fit.covariance[[g, h]].is_nan())
                })
                .map(|((h, k), square)| fit.covariance[[g, h]] * square * fit.covariance[[g, k]])
                .sum(),
            None => fit.covariance[[g, g]],
        };
        let confidence = self.study.analyses[table.analysis].confidence;
        let z = normal_quantile(1.0 - confidence.alpha() / 2.0);
        (1..table.division.arms)
            .map(|arm| {
                let about = (model.card(), "log hazard ratio");
                let mut row = Self::blank_row(table, labels, about, (item, Some(arm)));
                self.describe(table, &mut row);
                count(&mut row, ever(&groups, item, arm), ever(&groups, item, 0));
                let mut reason: Vec<String> = Vec::new();
                let (estimate, error) = (fit.estimates[arm], variance(arm).sqrt());
                if estimate.is_finite() {
                    row.estimate = Some(estimate);
                } else {
                    row.status = Status::Undefined;
                    reason.push(Self::why_undefined(table, place, model.card(), &[arm, 0]));
                }
                if estimate.is_finite() && error.is_finite() && error > 0.0 {
                    row.std_error = Some(error);
                    row.conf_low = Some(estimate - z * error);
                    row.conf_high = Some(estimate + z * error);
                    row.p_value = wald_p(estimate, error);
                    row.se_method = match robust {
                        Some(_) => format!("sandwich over {}", self.unit()).into(),
                        None => "inverse information".into(),
                    };
                    row.interval_method = "normal".into();
                }
                reason.extend(outside(table, place.0, arm));
                row.reason = reason.join("; ").into();
                row
            })
            .collect()
    }

    /// A row of a card and its unit, of an arm against the control or of all.
    fn blank_row(
        table: &Table<'_>,
        labels: &Labels,
        (card, unit): (&Card, &str),
        (item, arm): (Item, Option<usize>),
    ) -> Row {
        let item = item.label(table.shape).into();
        let mut row = labels.row(&card.slug.into(), &item, &unit.into());
        row.arm = arm.map_or_else(|| "all".into(), |arm| labels.arms[arm].clone());
        if arm.is_some() {
            row.reference = labels.arms[0].clone();
        }
        row.method = match table.adjustment {
            Adjustment::None => card.method.into(),
            _ => format!("{}, stratified", card.method).into(),
        };
        row
    }

    /// Says where it does not compare the groups as randomised.
    fn describe(&self, table: &Table<'_>, row: &mut Row) {
        if compares(&self.study.outcomes[table.outcome].kind) == Compares::Descriptively {
            row.method = format!("{}, descriptive", row.method).into();
        }
    }

    fn why_undefined(
        table: &Table<'_>,
        (level, _, labels): Place<'_>,
        card: &Card,
        arms: &[usize],
    ) -> String {
        let empty = |arm: &usize| table.division.is_empty(level, *arm);
        let without: Vec<usize> = arms.iter().copied().filter(empty).collect();
        (labels.nobody_in(&without))
            .filter(|_| arms.len() == 2)
            .unwrap_or_else(|| card.undefined.to_owned())
    }

    /// Whether exits cannot be taken as independent: several spells of a person, or persons of a cluster.
    fn belong_together(&self, table: &Table<'_>) -> bool {
        let several = matches!(
            table.shape.kind,
            Kind::Exit {
                survival: Survival::Absent
            }
        );
        several || self.classes.clustered
    }

    fn unit(&self) -> &'static str {
        if self.classes.clustered {
            "clusters"
        } else {
            "persons"
        }
    }

    /// Sum of squared parts of the excess over persons or clusters, in canonical order; `None` where there are no parts.
    fn robust<'g>(
        &self,
        table: &Table<'_>,
        compared: &Compared,
        shares: impl Iterator<Item = Option<Share<'g>>>,
    ) -> Option<Array2<f64>> {
        let outcome = &self.panel.outcomes[table.outcome];
        let arms = compared.arms.len();
        let mut covariance = Array2::zeros((arms, arms));
        let mut history = vec![0_i64; table.shape.slots()];
        let (mut part, mut sum) = (vec![0.0; arms], vec![0.0; arms]);
        for (share, sides) in shares.zip(&compared.cells) {
            let share = share?;
            for (group, side) in sides.iter().enumerate() {
                for unit in units_of(self.classes, &table.division, side) {
                    sum.fill(0.0);
                    for &person in self.classes.members(unit) {
                        let cell = table.division.cell[person as usize];
                        if cell == NO_CELL || !side.contains(&(cell as usize)) {
                            continue;
                        }
                        expand(outcome, person as usize, &mut history);
                        share(group, &history, &mut part);
                        for (s, p) in sum.iter_mut().zip(&part) {
                            *s += p;
                        }
                    }
                    let size = f64::from(self.classes.sizes[unit]);
                    for ((g, h), value) in covariance.indexed_iter_mut() {
                        *value += size * sum[g] * sum[h];
                    }
                }
            }
        }
        Some(covariance)
    }
}

/// Persons and exits of both sides.
fn count(row: &mut Row, treated: (u64, i64), control: (u64, i64)) {
    row.n = Some(treated.0);
    row.events = Some(treated.1);
    row.n_reference = Some(control.0);
    row.events_reference = Some(control.1);
}

/// Strata that lack one of the arms; told for everybody.
fn outside(table: &Table<'_>, level: usize, arm: usize) -> Option<String> {
    let contrast = &table.division.contrasts[level][arm - 1];
    contrast
        .outside()
        .filter(|_| table.division.subgroup.is_none())
}

/// Cells of each compared arm, by stratum: `[stratum][group]`.
fn compared_cells(table: &Table<'_>, level: usize, compared: &[usize]) -> Vec<Vec<Vec<usize>>> {
    let division = &table.division;
    match table.adjustment {
        Adjustment::None => vec![
            compared
                .iter()
                .map(|&arm| division.arm_cells(level, arm).to_vec())
                .collect(),
        ],
        // A stratum in which only one of the arms has persons compares nothing.
        _ => (0..division.strata)
            .map(|stratum| -> Vec<Vec<usize>> {
                compared
                    .iter()
                    .map(|&arm| division.find(level, arm, stratum).into_iter().collect())
                    .collect()
            })
            .filter(|arms| arms.iter().filter(|cells| !cells.is_empty()).count() > 1)
            .collect(),
    }
}
