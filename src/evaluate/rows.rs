//! From columns to rows: estimates, standard errors, intervals, bands, counts and reasons of each path.

use super::division::Contrast;
use super::point::{GroupInput, Spread, spread};
use super::replicates::Columns;
use super::table::{Part, Path, Sample, Scratch, Table};
use crate::estimand::{ArmScale, Counts, GroupTotals, Item, Test};
use crate::inference::{ColumnInference, PathInput, Reason, Scale, infer, wald_p};
use crate::numeric::normal::chi_squared_tail;
use crate::numeric::parallel;
use crate::panel::classes::Classes;
use crate::panel::{Panel, tick_name};
use crate::resample::{Bootstrap, Rule};
use crate::results::{Row, Status};
use crate::study::{Adjustment, Analysis, IntervalKind, Outcome, OutcomeKind, Study};
use crate::trial::Trial;
use std::sync::Arc;

/// A band needs this many events (or persons in the rarer value) in each arm.
const SUPPORT: u64 = 5;

/// What all rows share.
pub(super) struct Context<'a> {
    pub study: &'a Study,
    pub trial: &'a Trial,
    pub panel: &'a Panel,
    pub classes: &'a Classes,
    pub rule: Rule,
    pub count: usize,
}

/// One arm row or contrast of one path.
struct Series<'a> {
    path: &'a Path,
    arm: usize,
    contrast: Option<&'a Contrast>,
    is_contrast: bool,
    /// First column of the series within the pass.
    column: usize,
    estimates: Vec<f64>,
    std_errors: Vec<f64>,
    counts: Vec<Counts>,
    reference: Vec<Counts>,
    in_band: Vec<bool>,
}

/// Totals, variances and support of one arm.
struct ArmPoint {
    totals: Vec<f64>,
    spread: Spread,
}

/// The same for a contrast within strata.
struct ContrastPoint {
    variance: Vec<Vec<f64>>,
    treated: Vec<f64>,
    control: Vec<f64>,
}

impl Context<'_> {
    /// Rows of one part.
    pub fn rows_of(
        &self,
        table: &Table<'_>,
        part: &Part,
        columns: &Columns,
        start: usize,
    ) -> Vec<Row> {
        let mut scratch = Scratch::default();
        let observed = Bootstrap::observed(self.classes);
        table.total(&observed, &mut scratch);
        let mut values = vec![0.0; table.columns(part)];
        table.evaluate(part, Sample::Observed, &mut scratch, &mut values);
        let arms: Vec<ArmPoint> = (0..table.division.arms)
            .map(|arm| {
                let cells = table.division.arm_cells(part.level, arm);
                let totals = table.group(&scratch, Sample::Observed, &cells);
                let spread = self.spread(table, &cells, &totals);
                ArmPoint { totals, spread }
            })
            .collect();
        let contrasts: Vec<Option<ContrastPoint>> = table.division.contrasts[part.level]
            .iter()
            .map(|contrast| match table.adjustment {
                Adjustment::None => None,
                Adjustment::Strata => Some(self.contrast(table, contrast, &scratch)),
            })
            .collect();
        let series = self.series(table, part, &values, (&arms, &contrasts));
        let labels = Labels::new(self, table, part.level);
        let rows = parallel::map_ordered(series.len(), |i| {
            self.series_rows(table, &series[i], columns, start, &labels)
        });
        let mut rows: Vec<Row> = rows.into_iter().flatten().collect();
        if part.paths.end == table.paths.len() {
            for &(test, item) in &table.tests {
                rows.extend(self.test_rows(table, part.level, &scratch, (test, item), &labels));
            }
        }
        rows
    }

    fn spread(&self, table: &Table<'_>, cells: &[usize], totals: &[f64]) -> Spread {
        spread(&GroupInput {
            table,
            outcome: &self.panel.outcomes[table.outcome],
            classes: self.classes,
            cells,
            totals,
        })
    }

    fn contrast(&self, table: &Table<'_>, contrast: &Contrast, scratch: &Scratch) -> ContrastPoint {
        let mut variance: Vec<Vec<f64>> = table
            .paths
            .iter()
            .map(|path| vec![0.0; path.ticks.len()])
            .collect();
        let (mut treated, mut control) = (Vec::new(), Vec::new());
        for group in &contrast.groups {
            for cells in [&group.treated, &group.control] {
                let totals = table.group(scratch, Sample::Observed, cells);
                let side = self.spread(table, cells, &totals);
                for (sum, part) in variance.iter_mut().zip(&side.variance) {
                    for (s, p) in sum.iter_mut().zip(part) {
                        *s += group.weight * group.weight * p;
                    }
                }
            }
            treated.extend_from_slice(&group.treated);
            control.extend_from_slice(&group.control);
        }
        ContrastPoint {
            variance,
            treated: table.group(scratch, Sample::Observed, &treated),
            control: table.group(scratch, Sample::Observed, &control),
        }
    }

    /// All series of a part, in the order of the columns.
    fn series<'a>(
        &self,
        table: &'a Table<'_>,
        part: &Part,
        values: &[f64],
        (arms, contrasts): (&[ArmPoint], &[Option<ContrastPoint>]),
    ) -> Vec<Series<'a>> {
        let mut out = Vec::new();
        let mut column = 0;
        let count = |path: &Path, totals: &[f64]| -> Vec<Counts> {
            let group = GroupTotals {
                shape: table.shape,
                values: totals,
            };
            path.reported
                .iter()
                .map(|&tick| path.curve.counts(group, path.item, tick))
                .collect()
        };
        let supported = |path: &Path, arm: usize| -> Vec<bool> {
            let group = GroupTotals {
                shape: table.shape,
                values: &arms[arm].totals,
            };
            let support = &arms[arm].spread.support;
            path.reported
                .iter()
                .map(|&tick| path.curve.support(group, support, path.item, tick) >= SUPPORT)
                .collect()
        };
        for index in part.paths.clone() {
            let path = &table.paths[index];
            let width = path.reported.len();
            let error = |variance: &[f64]| -> Vec<f64> {
                path.reported.iter().map(|&t| variance[t].sqrt()).collect()
            };
            if path.arm_rows {
                for arm in 0..arms.len() {
                    out.push(Series {
                        path,
                        arm,
                        contrast: None,
                        is_contrast: false,
                        column,
                        estimates: values[column..column + width].to_vec(),
                        std_errors: error(&arms[arm].spread.variance[index]),
                        counts: count(path, &arms[arm].totals),
                        reference: Vec::new(),
                        in_band: supported(path, arm),
                    });
                    column += width;
                }
            }
            if path.contrast_rows {
                for arm in 1..arms.len() {
                    let (std_errors, counts, reference) = match &contrasts[arm - 1] {
                        Some(point) => (
                            error(&point.variance[index]),
                            count(path, &point.treated),
                            count(path, &point.control),
                        ),
                        None => {
                            let sum: Vec<f64> = arms[arm].spread.variance[index]
                                .iter()
                                .zip(&arms[0].spread.variance[index])
                                .map(|(t, c)| t + c)
                                .collect();
                            (
                                error(&sum),
                                count(path, &arms[arm].totals),
                                count(path, &arms[0].totals),
                            )
                        }
                    };
                    let in_band = supported(path, arm)
                        .into_iter()
                        .zip(supported(path, 0))
                        .map(|(t, c)| t && c)
                        .collect();
                    out.push(Series {
                        path,
                        arm,
                        contrast: Some(&table.division.contrasts[part.level][arm - 1]),
                        is_contrast: true,
                        column,
                        estimates: values[column..column + width].to_vec(),
                        std_errors,
                        counts,
                        reference,
                        in_band,
                    });
                    column += width;
                }
            }
        }
        out
    }

    fn series_rows(
        &self,
        table: &Table<'_>,
        series: &Series<'_>,
        columns: &Columns,
        start: usize,
        labels: &Labels,
    ) -> Vec<Row> {
        let analysis = &self.study.analyses[table.analysis];
        let width = series.path.reported.len();
        let mut replicates = Vec::new();
        columns.gather(start + series.column, width, &mut replicates);
        let card = series.path.curve.card();
        let inference = infer(&PathInput {
            estimates: &series.estimates,
            std_errors: &series.std_errors,
            replicates: &replicates,
            replicate_count: self.count,
            in_band: &series.in_band,
            scale: match (series.is_contrast, card.scale) {
                (false, ArmScale::LogLog) => Scale::LogLog,
                _ => Scale::Identity,
            },
            interval: analysis.interval,
            confidence: analysis.confidence,
        });
        let outcome = &self.study.outcomes[table.outcome];
        let weekly = weekly_unit(outcome);
        let tick = tick_name(self.study, &outcome.kind);
        let unit: Arc<str> = series.path.curve.unit(table.shape, &weekly, tick).into();
        let item: Arc<str> = series.path.item.label(table.shape).into();
        let estimand: Arc<str> = match (series.is_contrast, card.contrast) {
            (true, Some(slug)) => slug.into(),
            _ => card.slug.into(),
        };
        let method = self.method(card.method, series.is_contrast, analysis);
        (0..width)
            .map(|k| {
                let found = &inference.columns[k];
                let estimate = defined(series.estimates[k]);
                let mut row = labels.row(&estimand, &item, &unit);
                row.arm = labels.arms[series.arm].clone();
                row.week = series
                    .path
                    .curve
                    .dated()
                    .then(|| series.path.ticks[series.path.reported[k]]);
                row.n = Some(series.counts[k].n);
                row.events = series.counts[k].events;
                if series.is_contrast {
                    row.reference = labels.arms[0].clone();
                    row.n_reference = Some(series.reference[k].n);
                    row.events_reference = series.reference[k].events;
                }
                row.method = method.clone();
                row.estimate = estimate;
                if estimate.is_some() {
                    row.std_error = defined(series.std_errors[k]);
                    if series.is_contrast && found.allows_p() {
                        row.p_value = row.std_error.and_then(|se| wald_p(series.estimates[k], se));
                    }
                    fill_interval(&mut row, found);
                } else {
                    row.status = Status::Undefined;
                }
                if row.std_error.is_some() {
                    row.se_method = labels.se_method.clone();
                }
                if row.conf_low.is_some() {
                    row.interval_method = labels.interval_method.clone();
                }
                if self.count > 0 {
                    row.replicates = Some(self.count as u32);
                    row.undefined_replicates = Some(found.undefined_replicates);
                }
                row.reason = reason(series, k, found, estimate.is_some()).into();
                row
            })
            .collect()
    }

    fn method(&self, method: &str, is_contrast: bool, analysis: &Analysis) -> Arc<str> {
        match (is_contrast, analysis.adjustment) {
            (true, Adjustment::Strata) => format!("{method}, difference within strata").into(),
            (true, Adjustment::None) => format!("{method}, difference").into(),
            (false, _) => method.into(),
        }
    }

    /// Each treatment arm against the control, then all arms at once where there are several.
    fn test_rows(
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
                            table.group(scratch, Sample::Observed, &cells)
                        })
                        .collect(),
                ],
                Adjustment::Strata => (0..table.division.strata)
                    .map(|stratum| {
                        compared
                            .iter()
                            .map(|&arm| {
                                let cell = table.division.index(level, arm, stratum);
                                table.group(scratch, Sample::Observed, &[cell])
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
            match test.statistic(&groups, item) {
                Some((statistic, freedom)) => {
                    row.estimate = Some(statistic);
                    row.p_value = Some(chi_squared_tail(statistic, freedom));
                    row.reason = format!(
                        "{freedom} degree{} of freedom",
                        if freedom == 1 { "" } else { "s" }
                    )
                    .into();
                }
                None => {
                    row.status = Status::Undefined;
                    row.reason = card.undefined.into();
                }
            }
            rows.push(row);
        }
        rows
    }
}

/// Labels shared by the rows of one level of a table.
struct Labels {
    analysis: Arc<str>,
    outcome: Arc<str>,
    subgroup: Arc<str>,
    level: Arc<str>,
    arms: Vec<Arc<str>>,
    se_method: Arc<str>,
    interval_method: Arc<str>,
    empty: Arc<str>,
}

impl Labels {
    fn new(context: &Context<'_>, table: &Table<'_>, level: usize) -> Self {
        let analysis = &context.study.analyses[table.analysis];
        let (subgroup, level) = match table.division.subgroup {
            None => ("all".into(), "".into()),
            Some(column) => {
                let subgroup = &context.trial.subgroups[column];
                (
                    subgroup.column.as_str().into(),
                    subgroup.levels[level].as_str().into(),
                )
            }
        };
        let draw = if context.classes.clustered {
            "clusters"
        } else {
            "persons"
        };
        let rescaled = if context.rule == Rule::RaoWu {
            ", rescaled"
        } else {
            ""
        };
        Self {
            analysis: analysis.name.as_str().into(),
            outcome: context.study.outcomes[table.outcome].name.as_str().into(),
            subgroup,
            level,
            arms: context
                .trial
                .arms
                .iter()
                .map(|arm| arm.as_str().into())
                .collect(),
            se_method: format!("linearisation over {draw}").into(),
            interval_method: match analysis.interval {
                IntervalKind::Normal => "normal".into(),
                IntervalKind::Percentile => {
                    format!("percentile bootstrap of {draw}{rescaled}").into()
                }
                IntervalKind::Basic => format!("basic bootstrap of {draw}{rescaled}").into(),
            },
            empty: "".into(),
        }
    }

    fn row(&self, estimand: &Arc<str>, item: &Arc<str>, unit: &Arc<str>) -> Row {
        let empty = || self.empty.clone();
        Row {
            analysis: self.analysis.clone(),
            estimand: estimand.clone(),
            outcome: self.outcome.clone(),
            item: item.clone(),
            subgroup: self.subgroup.clone(),
            level: self.level.clone(),
            arm: empty(),
            reference: empty(),
            week: None,
            estimate: None,
            std_error: None,
            conf_low: None,
            conf_high: None,
            band_low: None,
            band_high: None,
            p_value: None,
            p_adjusted: None,
            n: None,
            n_reference: None,
            events: None,
            events_reference: None,
            unit: unit.clone(),
            status: Status::Ok,
            reason: empty(),
            method: empty(),
            se_method: empty(),
            interval_method: empty(),
            replicates: None,
            undefined_replicates: None,
            mc_conf_low: None,
            mc_conf_high: None,
            mc_band: None,
            mc_p: None,
        }
    }
}

fn fill_interval(row: &mut Row, found: &ColumnInference) {
    row.conf_low = found.conf_low;
    row.conf_high = found.conf_high;
    row.band_low = found.band_low;
    row.band_high = found.band_high;
    row.mc_conf_low = found.mc_conf_low;
    row.mc_conf_high = found.mc_conf_high;
    row.mc_band = found.mc_band;
}

fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Everything a reader must know of why cells of the row are empty or what the contrast is of.
fn reason(series: &Series<'_>, k: usize, found: &ColumnInference, is_defined: bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !is_defined {
        parts.push(series.path.curve.card().undefined.to_owned());
    }
    if let Some(contrast) = series.contrast {
        if !contrast.left_out.is_empty() {
            parts.push(format!(
                "outside, without both arms: {}",
                contrast.left_out.join(", ")
            ));
        }
        if contrast.pooled > 0 {
            parts.push(format!("{} small strata pooled", contrast.pooled));
        }
    }
    if is_defined {
        if series.std_errors[k].is_nan() {
            parts.push("no standard error".to_owned());
        }
        let told = [Reason::UndefinedEstimate, Reason::NoStandardError];
        if let Some(reason) = found.interval_reason.filter(|r| !told.contains(r)) {
            parts.push(format!("no interval: {reason}"));
        } else if let Some(reason) = found
            .band_reason
            .filter(|r| !told.contains(r) && *r != Reason::NoReplicates)
        {
            parts.push(format!("no band: {reason}"));
        }
    }
    parts.join("; ")
}

/// Unit of a weekly value.
pub(super) fn weekly_unit(outcome: &Outcome) -> String {
    match (&outcome.unit, &outcome.kind) {
        (Some(unit), _) => unit.clone(),
        (None, OutcomeKind::WeeksIn { .. }) => "weeks".to_owned(),
        (None, OutcomeKind::Events { .. }) => "events".to_owned(),
        (None, OutcomeKind::Amount { .. }) => "units".to_owned(),
        (None, OutcomeKind::ShareAmong { .. }) => "share".to_owned(),
        (None, OutcomeKind::Exit { .. }) => "weeks".to_owned(),
    }
}
