//! The rows of tests: each treatment arm against the control, and all arms at once.

use super::labels::Labels;
use super::rows::Context;
use super::table::{Sample, Scratch, Table};
use crate::estimand::{GroupTotals, Item, Test};
use crate::numeric::normal::chi_squared_tail;
use crate::results::{Row, Status};
use crate::study::Adjustment;

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
            let strata: Vec<Vec<Vec<f64>>> = match table.adjustment {
                Adjustment::None => vec![
                    compared
                        .iter()
                        .map(|&arm| {
                            let cells = table.division.arm_cells(level, arm);
                            table.group(scratch, Sample::Observed, cells)
                        })
                        .collect(),
                ],
                // A stratum in which only one of the arms has persons compares nothing.
                Adjustment::Strata => (0..table.division.strata)
                    .filter(|&stratum| {
                        let there =
                            |arm: &&usize| table.division.find(level, **arm, stratum).is_some();
                        compared.iter().filter(there).count() > 1
                    })
                    .map(|stratum| {
                        compared
                            .iter()
                            .map(|&arm| {
                                let cell = table.division.find(level, arm, stratum);
                                table.group(scratch, Sample::Observed, cell.as_slice())
                            })
                            .collect()
                    })
                    .collect(),
            };
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
                Adjustment::Strata => format!("{}, stratified", card.method).into(),
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
            let mut reason: Vec<String> = Vec::new();
            match test.statistic(&groups, item) {
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
            if self.classes.clustered {
                reason.push("clusters are not taken into account".to_owned());
            }
            row.reason = reason.join("; ").into();
            rows.push(row);
        }
        rows
    }
}
