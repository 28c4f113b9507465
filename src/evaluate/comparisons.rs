//! The rows of tests: each treatment arm against the control, and all arms at once.

use super::context::Context;
use super::facts::{Compares, compares};
use super::labels::Labels;
use super::point::units_of;
use super::table::{Scratch, Table};
use crate::estimand::{GroupTotals, Item, Test};
use crate::numeric::normal::chi_squared_tail;
use crate::panel::{Kind, Survival};
use crate::results::{Row, Status};
use crate::study::Adjustment;
use crate::totals::{NO_CELL, expand};
use ndarray::Array2;

impl Context<'_> {
    /// Each treatment arm against the control, then all arms at once where there are several.
    pub(super) fn test_rows(
        &self,
        table: &Table<'_>,
        level: usize,
        scratch: &Scratch,
        (test, item): (&'static dyn Test, Item),
        labels: &Labels,
    ) -> Vec<Row> {
        let arms = table.division.arms;
        let mut rows = Vec::new();
        let mut comparisons: Vec<Vec<usize>> = (1..arms).map(|arm| vec![arm, 0]).collect();
        if arms > 2 {
            comparisons.push((0..arms).collect());
        }
        for compared in comparisons {
            let cells = compared_cells(table, level, &compared);
            let strata: Vec<Vec<Vec<f64>>> = cells
                .iter()
                .map(|stratum| {
                    stratum
                        .iter()
                        .map(|cells| table.group(scratch, cells))
                        .collect()
                })
                .collect();
            let shape = table.shape;
            let groups: Vec<Vec<GroupTotals<'_>>> = strata
                .iter()
                .map(|stratum| {
                    stratum
                        .iter()
                        .map(|values| GroupTotals { shape, values })
                        .collect()
                })
                .collect();
            let card = test.card();
            let mut row = labels.row(
                &card.slug.into(),
                &item.label(shape).into(),
                &"chi-square".into(),
            );
            let all = compared.len() > 2;
            row.arm = if all {
                "all".into()
            } else {
                labels.arms[compared[0]].clone()
            };
            if !all {
                row.reference = labels.arms[0].clone();
            }
            row.method = match table.adjustment {
                Adjustment::None => card.method.into(),
                _ => format!("{}, stratified", card.method).into(),
            };
            let ever = |g: usize| -> (u64, i64) {
                groups.iter().fold((0, 0), |(n, d), stratum| {
                    let group = stratum[g];
                    let at_risk = group.channel(0).iter().copied().fold(0.0, f64::max);
                    let exits: f64 = (0..shape.ticks).map(|t| group.exits(item, t)).sum();
                    (n + at_risk as u64, d + exits as i64)
                })
            };
            if all {
                let (n, d) = (0..compared.len())
                    .map(ever)
                    .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
                row.n = Some(n);
                row.events = Some(d);
            } else {
                let (treated, control) = (ever(0), ever(1));
                row.n = Some(treated.0);
                row.events = Some(treated.1);
                row.n_reference = Some(control.0);
                row.events_reference = Some(control.1);
            }
            let mut score = test.score(&groups, item);
            if self.belong_together(table) {
                score.covariance = self.robust(table, (test, item), &groups, &cells);
                row.method = format!("{}, robust over {}", row.method, self.unit()).into();
            }
            if compares(&self.study.outcomes[table.outcome].kind) == Compares::Descriptively {
                row.method = format!("{}, descriptive", row.method).into();
            }
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
                    let empty = |arm: &usize| table.division.is_empty(level, *arm);
                    let without: Vec<usize> = compared.iter().copied().filter(empty).collect();
                    let words = labels.nobody_in(&without).filter(|_| !all);
                    reason.push(words.unwrap_or_else(|| card.undefined.to_owned()));
                }
            }
            if !all && table.division.subgroup.is_none() {
                let contrast = &table.division.contrasts[level][compared[0] - 1];
                reason.extend(contrast.outside());
            }
            row.reason = reason.join("; ").into();
            rows.push(row);
        }
        rows
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

    /// Sum of squared parts of the excess over persons or clusters, in canonical order.
    fn robust(
        &self,
        table: &Table<'_>,
        (test, item): (&'static dyn Test, Item),
        groups: &[Vec<GroupTotals<'_>>],
        cells: &[Vec<Vec<usize>>],
    ) -> Array2<f64> {
        let outcome = &self.panel.outcomes[table.outcome];
        let compared = groups.first().map_or(0, Vec::len);
        let mut covariance = Array2::zeros((compared, compared));
        let mut history = vec![0_i64; table.shape.slots()];
        let (mut part, mut sum) = (vec![0.0; compared], vec![0.0; compared]);
        for (stratum, sides) in groups.iter().zip(cells) {
            let share = test.share(stratum, item);
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
        covariance
    }
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
