//! The rows of curves: each arm row and contrast of each path, with interval, band, counts and reasons.

use super::context::Context;
use super::division::Contrast;
use super::facts::{Compares, compares};
use super::labels::{Labels, weekly_unit};
use super::levels::Kept;
use super::rows::{ArmPoint, ContrastPoint};
use super::skew::Skew;
use super::table::{Part, Path, Table};
use crate::estimand::{ArmScale, Counts, Curve, GroupTotals, Item, Support};
use crate::inference::{ColumnInference, PathInference, PathInput, Reason, Scale, wald_t};
use crate::panel::tick_name;
use crate::results::{Row, Status};
use crate::study::{Adjustment, Analysis, OutcomeKind};
use std::ops::Range;
use std::sync::Arc;

/// A band needs this many events (or persons in the rarer value) in each arm.
const SUPPORT: u64 = 5;

/// One arm row or contrast of one path.
pub(super) struct Series<'a> {
    path: &'a Path,
    arm: usize,
    contrast: Option<&'a Contrast>,
    is_contrast: bool,
    /// Where its values stand among those of the part.
    pub(super) values: Range<usize>,
    estimates: Vec<f64>,
    std_errors: Vec<f64>,
    /// NaN but for bca intervals.
    accelerations: Vec<f64>,
    /// Empty where the normal distribution is meant.
    freedom: Vec<f64>,
    /// What a reader must know of the contrast.
    note: Option<String>,
    counts: Vec<Counts>,
    reference: Vec<Counts>,
    in_band: Vec<bool>,
    /// Arms of the series with nobody at the level.
    without: Vec<usize>,
}

impl Series<'_> {
    pub(super) fn is_contrast(&self) -> bool {
        self.is_contrast
    }

    pub(super) fn arm(&self) -> usize {
        self.arm
    }

    /// Whether it is any exit's, or the only one, of a curve.
    pub(super) fn is_of(&self, curve: &'static dyn Curve) -> bool {
        self.path.item == Item::Any && self.path.curve.card().slug == curve.card().slug
    }

    /// Which of its values stands at a tick.
    pub(super) fn place_of(&self, tick: usize) -> Option<usize> {
        self.path.reported.iter().position(|&own| own == tick)
    }

    /// What is kept of one value of a contrast, of so many persons assigned.
    pub(super) fn kept(&self, value: usize, persons: u64) -> Kept {
        let (own, reference) = (self.counts[value], self.reference[value]);
        Kept {
            estimate: self.estimates[value],
            std_error: self.std_errors[value],
            acceleration: self.accelerations[value],
            freedom: self.freedom.get(value).copied().unwrap_or(f64::INFINITY),
            supported: self.in_band[value],
            persons,
            n: (own.n, reference.n),
            events: (own.events, reference.events),
            ..Kept::default()
        }
    }
}

impl Context<'_> {
    /// All series of a part, in the order of the columns.
    pub(super) fn series<'a>(
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
        let supported = |path: &Path, totals: &[f64], support: &Support| -> Vec<bool> {
            let group = GroupTotals {
                shape: table.shape,
                values: totals,
            };
            path.reported
                .iter()
                .map(|&tick| path.curve.support(group, support, path.item, tick) >= SUPPORT)
                .collect()
        };
        let accelerate = |skew: Option<&Skew>, index: usize| -> Vec<f64> {
            let reported = &table.paths[index].reported;
            skew.map_or_else(
                || vec![f64::NAN; reported.len()],
                |skew| skew.accelerations(index, reported),
            )
        };
        let empty = |arm: &usize| table.division.is_empty(part.level, *arm);
        for index in part.paths.clone() {
            let path = &table.paths[index];
            let width = path.reported.len();
            let error = |variance: &[f64]| -> Vec<f64> {
                path.reported.iter().map(|&t| variance[t].sqrt()).collect()
            };
            if path.arm_rows {
                for (arm, point) in arms.iter().enumerate() {
                    out.push(Series {
                        path,
                        arm,
                        contrast: None,
                        is_contrast: false,
                        values: column..column + width,
                        estimates: values[column..column + width].to_vec(),
                        std_errors: error(&point.spread.variance[index]),
                        accelerations: accelerate(point.skew.as_ref(), index),
                        freedom: Vec::new(),
                        note: None,
                        counts: count(path, &point.totals),
                        reference: Vec::new(),
                        in_band: supported(path, &point.totals, &point.spread.support),
                        without: [arm].into_iter().filter(empty).collect(),
                    });
                    column += width;
                }
            }
            if path.contrast_rows {
                for arm in 1..arms.len() {
                    let (std_errors, accelerations, [treated, control]) = match &contrasts[arm - 1]
                    {
                        Some(point) => (
                            error(&point.variance[index]),
                            accelerate(point.skew.as_ref(), index),
                            [&point.treated, &point.control]
                                .map(|side| (&side.totals, &side.support)),
                        ),
                        None => {
                            let sum: Vec<f64> = arms[arm].spread.variance[index]
                                .iter()
                                .zip(&arms[0].spread.variance[index])
                                .map(|(t, c)| t + c)
                                .collect();
                            (
                                error(&sum),
                                accelerate(
                                    difference(table, [&arms[arm], &arms[0]]).as_ref(),
                                    index,
                                ),
                                [&arms[arm], &arms[0]]
                                    .map(|point| (&point.totals, &point.spread.support)),
                            )
                        }
                    };
                    let in_band = supported(path, treated.0, treated.1)
                        .into_iter()
                        .zip(supported(path, control.0, control.1))
                        .map(|(t, c)| t && c)
                        .collect();
                    out.push(Series {
                        path,
                        arm,
                        contrast: Some(&table.division.contrasts[part.level][arm - 1]),
                        is_contrast: true,
                        values: column..column + width,
                        estimates: values[column..column + width].to_vec(),
                        std_errors,
                        accelerations,
                        freedom: contrasts[arm - 1].as_ref().map_or_else(Vec::new, |point| {
                            let ticks = path.reported.iter();
                            ticks
                                .filter_map(|&t| point.freedom.get(t).copied())
                                .collect()
                        }),
                        note: (contrasts[arm - 1].as_ref()).and_then(|point| point.note.clone()),
                        counts: count(path, treated.0),
                        reference: count(path, control.0),
                        in_band,
                        without: [arm, 0].into_iter().filter(empty).collect(),
                    });
                    column += width;
                }
            }
        }
        out
    }

    /// What the intervals of a series are made from, but for its replicates.
    pub(super) fn input<'a>(&self, table: &Table<'_>, series: &'a Series<'_>) -> PathInput<'a> {
        let analysis = &self.study.analyses[table.analysis];
        PathInput {
            estimates: &series.estimates,
            std_errors: &series.std_errors,
            accelerations: &series.accelerations,
            freedom: &series.freedom,
            replicates: &[],
            errors: &[],
            replicate_count: self.count,
            in_band: &series.in_band,
            scale: match (series.is_contrast, series.path.curve.card().scale) {
                (false, ArmScale::LogLog) => Scale::LogLog,
                _ => Scale::Identity,
            },
            interval: analysis.interval,
            confidence: analysis.confidence,
        }
    }

    pub(super) fn series_rows(
        &self,
        table: &Table<'_>,
        series: &Series<'_>,
        inference: &PathInference,
        labels: &Labels,
    ) -> Vec<Row> {
        let analysis = &self.study.analyses[table.analysis];
        let width = series.path.reported.len();
        let card = series.path.curve.card();
        let outcome = &self.study.outcomes[table.outcome];
        let weekly = weekly_unit(outcome);
        let tick = tick_name(self.study, &outcome.kind);
        let unit: Arc<str> = series.path.curve.unit(table.shape, &weekly, tick).into();
        let item: Arc<str> = series.path.item.label(table.shape).into();
        let estimand: Arc<str> = match (series.is_contrast, card.contrast) {
            (true, Some(slug)) => slug.into(),
            _ => card.slug.into(),
        };
        let method = Self::method(card.method, series.is_contrast, analysis, &outcome.kind);
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
                        row.p_value = row.std_error.and_then(|se| {
                            let freedom = series.freedom.get(k).copied();
                            wald_t(series.estimates[k], se, freedom.unwrap_or(f64::INFINITY))
                        });
                    }
                    fill_interval(&mut row, found, self.scheme.samples().is_none());
                } else {
                    row.status = Status::Undefined;
                }
                if row.std_error.is_some() {
                    row.se_method = match (&table.regression, series.is_contrast) {
                        (Some(_), true) => labels.se_regression.clone(),
                        _ => (series.path.curve.se_method())
                            .map_or_else(|| labels.se_method.clone(), Into::into),
                    };
                }
                if row.conf_low.is_some() {
                    row.interval_method = labels.interval_method.clone();
                }
                if self.count > 0 {
                    row.replicates = Some(self.count as u32);
                    row.undefined_replicates = Some(found.undefined_replicates);
                }
                row.reason = reason(series, k, found, labels).into();
                row
            })
            .collect()
    }

    fn method(
        method: &str,
        is_contrast: bool,
        analysis: &Analysis,
        kind: &OutcomeKind,
    ) -> Arc<str> {
        let mark = match compares(kind) {
            Compares::AsRandomised => "",
            Compares::Descriptively => ", descriptive",
        };
        match (is_contrast, analysis.adjustment) {
            (true, Adjustment::Ancova | Adjustment::Lin) => format!(
                "{method}, difference by {}{mark}",
                analysis.adjustment.name()
            )
            .into(),
            (true, Adjustment::Weights) => {
                format!("{method}, difference within strata weighted by everybody{mark}").into()
            }
            (true, Adjustment::Strata) => {
                format!("{method}, difference within strata{mark}").into()
            }
            (true, Adjustment::None) => format!("{method}, difference{mark}").into(),
            (false, _) => method.into(),
        }
    }
}

/// Of the difference between two arms.
fn difference(table: &Table<'_>, [treated, control]: [&ArmPoint; 2]) -> Option<Skew> {
    let mut sum = Skew::nothing(table);
    sum.add(treated.skew.as_ref()?, 1.0);
    sum.add(control.skew.as_ref()?, -1.0);
    Some(sum)
}

/// Limits that rest on all samples there are have no Monte Carlo error.
pub(super) fn fill_interval(row: &mut Row, found: &ColumnInference, by_chance: bool) {
    row.conf_low = found.conf_low;
    row.conf_high = found.conf_high;
    row.band_low = found.band_low;
    row.band_high = found.band_high;
    row.mc_conf_low = found.mc_conf_low.filter(|_| by_chance);
    row.mc_conf_high = found.mc_conf_high.filter(|_| by_chance);
    row.mc_band = found.mc_band.filter(|_| by_chance);
}

fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Everything a reader must know of why cells of the row are empty or what the contrast is of.
fn reason(series: &Series<'_>, k: usize, found: &ColumnInference, labels: &Labels) -> String {
    let is_defined = defined(series.estimates[k]).is_some();
    let mut parts: Vec<String> = Vec::new();
    if let (false, Some(words)) = (is_defined, labels.nobody_in(&series.without)) {
        return words;
    }
    if !is_defined {
        parts.push(series.path.curve.card().undefined.to_owned());
    }
    if let Some(contrast) = series.contrast {
        parts.extend(contrast.outside());
        if contrast.pooled > 0 {
            parts.push(match contrast.pooled {
                1 => "1 small stratum pooled".to_owned(),
                n => format!("{n} small strata pooled"),
            });
        }
    }
    parts.extend(series.note.clone());
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
