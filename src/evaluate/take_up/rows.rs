//! The rows of take-up and of ratios.

use super::numbers::{Columns, Path};
use super::{One, WEAK};
use crate::error::Diagnostic;
use crate::evaluate::context::Context;
use crate::evaluate::labels::{Labels, weekly_unit};
use crate::evaluate::regression::{Joint, Regression, Room};
use crate::evaluate::series::fill_interval;
use crate::inference::ratio::{Set, Stages};
use crate::inference::{PathInference, PathInput, Scale, infer, wald_t};
use crate::numeric::student::t_quantile;
use crate::resample::Draw;
use crate::results::{Row, Status};
use crate::study::{Adjustment, Analysis, IntervalKind, Measure};
use crate::totals::expand;
use std::sync::Arc;

/// Writes the rows of one outcome.
pub(super) struct Writer<'a> {
    one: &'a One<'a>,
    outcome: usize,
    weeks: Vec<usize>,
    first_tick: i32,
}

/// One series of numbers by reported week, before intervals.
struct Series<'s> {
    estimates: Vec<f64>,
    errors: Vec<f64>,
    freedom: Vec<f64>,
    in_band: Vec<bool>,
    replicates: &'s [f64],
}

impl<'a> Writer<'a> {
    pub fn new(one: &'a One<'a>, outcome: usize) -> Self {
        Self {
            weeks: one.weeks(),
            first_tick: one.context.panel.outcomes[outcome].shape.first_tick,
            one,
            outcome,
        }
    }

    fn labels(&self, level: usize) -> Labels {
        let place = (
            self.one.index,
            self.outcome,
            self.one.division.subgroup,
            level,
        );
        Labels::at(self.one.context, place)
    }

    fn infer(&self, series: &Series<'_>) -> PathInference {
        let analysis = self.one.analysis;
        let nothing = vec![f64::NAN; series.estimates.len()];
        infer(&PathInput {
            estimates: &series.estimates,
            std_errors: &series.errors,
            accelerations: &nothing,
            freedom: &series.freedom,
            replicates: series.replicates,
            errors: &[],
            replicate_count: self.one.context.count,
            in_band: &series.in_band,
            scale: Scale::Identity,
            interval: interval_of(analysis),
            confidence: analysis.confidence,
        })
    }

    /// Rows of one series; `row` makes those without numbers.
    fn write(&self, series: &Series<'_>, labels: &Labels, row: impl Fn(usize) -> Row) -> Vec<Row> {
        let found = self.infer(series);
        let by_chance = self.one.context.scheme.samples().is_none();
        (self.weeks.iter().enumerate())
            .map(|(k, &week)| {
                let mut row = row(k);
                let column = &found.columns[k];
                let (estimate, error) = (series.estimates[k], series.errors[k]);
                row.week = Some(self.first_tick + week as i32);
                if estimate.is_finite() {
                    row.estimate = Some(estimate);
                    row.std_error = Some(error).filter(|e| e.is_finite());
                    if !row.reference.is_empty() && column.allows_p() {
                        let freedom = series.freedom.get(k).copied().unwrap_or(f64::INFINITY);
                        row.p_value = row.std_error.and_then(|e| wald_t(estimate, e, freedom));
                    }
                    fill_interval(&mut row, column, by_chance);
                } else {
                    row.status = Status::Undefined;
                    if row.reason.is_empty() {
                        row.reason = "nobody more has taken it up".into();
                    }
                }
                if row.std_error.is_none() {
                    row.se_method = "".into();
                }
                if row.conf_low.is_some() {
                    let (asked, used) =
                        (self.one.analysis.interval, interval_of(self.one.analysis));
                    let text = &labels.interval_method;
                    row.interval_method = text.replacen(asked.name(), used.name(), 1).into();
                }
                if self.one.context.count > 0 {
                    row.replicates = Some(self.one.context.count as u32);
                    row.undefined_replicates = Some(column.undefined_replicates);
                }
                if let (true, Some(reason)) = (row.estimate.is_some(), column.interval_reason) {
                    row.reason = join(&row.reason, &format!("no interval: {reason}"));
                }
                row
            })
            .collect()
    }

    fn persons(&self, level: usize, arm: usize) -> u64 {
        let division = &self.one.division;
        division.persons(division.arm_cells(level, arm))
    }

    fn contrast(&self, labels: &Labels, (level, arm): (usize, usize)) -> Row {
        let mut row = labels.row(&"".into(), &"".into(), &"".into());
        row.arm = labels.arms[arm].clone();
        row.reference = labels.arms[0].clone();
        row.n = Some(self.persons(level, arm));
        row.n_reference = Some(self.persons(level, 0));
        let division = &self.one.division;
        let outside = division.contrasts[level][arm - 1].outside();
        row.reason = outside.unwrap_or_default().into();
        row
    }

    /// What was taken up, by arm and as a difference.
    pub fn taken(
        &self,
        (arms, contrasts): (&Regression, &Regression),
        columns: &Columns,
    ) -> Vec<Row> {
        let one = self.one;
        let unit: Arc<str> = match one.asked.measure {
            Measure::Ever => "share".into(),
            Measure::Amount => weekly_unit(&one.context.study.outcomes[one.asked.outcome]).into(),
        };
        let rooms = [observed(one, arms), observed(one, contrasts)];
        let mut rows = Vec::new();
        for level in 0..one.division.levels {
            let labels = self.labels(level);
            let all = one.division.arms;
            for arm in 0..all {
                let place = level * all + arm;
                let sandwich = arms.sandwich(one.context, (level, arm + 1));
                let values = arms.series_of(&rooms[0], place, 1);
                let replicates = columns.series(Path::First, place);
                let series = self.series(values, &sandwich.weekly, &sandwich.freedom, &replicates);
                let mut blank = labels.row(&"take_up".into(), &"".into(), &unit);
                blank.arm = labels.arms[arm].clone();
                blank.n = Some(self.persons(level, arm));
                blank.method = match one.asked.measure {
                    Measure::Ever => "share who have taken it up so far".into(),
                    Measure::Amount => "mean taken up so far".into(),
                };
                blank.se_method = labels.se_method.clone();
                rows.extend(self.write(&series, &labels, |_| blank.clone()));
            }
            for arm in 1..all {
                let place = level * (all - 1) + arm - 1;
                let sandwich = contrasts.sandwich(one.context, (level, arm));
                let values = contrasts.series_of(&rooms[1], place, 1);
                let replicates = columns.series(Path::Second, place);
                let series = self.series(values, &sandwich.weekly, &sandwich.freedom, &replicates);
                let mut blank = self.contrast(&labels, (level, arm));
                blank.estimand = "take_up_difference".into();
                blank.unit = unit.clone();
                blank.method = format!("first stage{}", manner(one.analysis)).into();
                blank.se_method = contrasts.se_method().into();
                rows.extend(self.write(&series, &labels, |_| blank.clone()));
            }
        }
        rows
    }

    fn series<'s>(
        &self,
        values: &[f64],
        variances: &[f64],
        freedom: &[f64],
        replicates: &'s [f64],
    ) -> Series<'s> {
        let errors: Vec<f64> = self.weeks.iter().map(|&t| variances[t].sqrt()).collect();
        Series {
            estimates: self.weeks.iter().map(|&t| values[t]).collect(),
            in_band: errors.iter().map(|e| *e > 0.0).collect(),
            freedom: self.weeks.iter().map(|&t| freedom[t]).collect(),
            errors,
            replicates,
        }
    }

    /// Ratios, strength and sets; and a warning where the first stage is weak or fades.
    pub fn late(
        &self,
        (reduced, first): (&Regression, &Regression),
        columns: &Columns,
    ) -> (Vec<Row>, Vec<Diagnostic>) {
        let one = self.one;
        let unit: Arc<str> = weekly_unit(&one.context.study.outcomes[self.outcome]).into();
        let rooms = [observed(one, reduced), observed(one, first)];
        let (mut rows, mut findings) = (Vec::new(), Vec::new());
        for level in 0..one.division.levels {
            let labels = self.labels(level);
            for arm in 1..one.division.arms {
                let place = level * (one.division.arms - 1) + arm - 1;
                let joint = reduced.joint(first, one.context, (level, arm));
                let values = [
                    reduced.series_of(&rooms[0], place, 1),
                    first.series_of(&rooms[1], place, 1),
                ];
                let weekly: Vec<Stages> = (self.weeks.iter())
                    .map(|&t| Stages {
                        reduced: values[0][t],
                        first: values[1][t],
                        variance: joint.weekly[t],
                    })
                    .collect();
                let accumulated: Vec<Stages> = (self.weeks.iter())
                    .map(|&t| Stages {
                        reduced: values[0][..=t].iter().sum(),
                        first: values[1][t],
                        variance: joint.accumulated[t],
                    })
                    .collect();
                let mut blank = self.contrast(&labels, (level, arm));
                blank.unit = unit.clone();
                blank.se_method = reduced.se_method().into();
                for (slug, path, stages) in [
                    ("late", Path::Late, &weekly),
                    ("cumulative_late", Path::Accumulated, &accumulated),
                ] {
                    blank.estimand = slug.into();
                    blank.method = ratio_of(one.analysis).into();
                    let replicates = columns.series(path, place);
                    rows.extend(self.ratios(stages, &joint, &replicates, (&labels, &blank)));
                }
                rows.extend(self.strength(&weekly, &labels, &blank));
                rows.extend(self.sets(&accumulated, &joint, &blank));
                findings.extend(self.warn(&weekly, &labels, arm));
            }
        }
        (rows, findings)
    }

    fn ratios(
        &self,
        stages: &[Stages],
        joint: &Joint,
        replicates: &[f64],
        (labels, blank): (&Labels, &Row),
    ) -> Vec<Row> {
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let is_strong = |s: &Stages| s.strength().is_some_and(|f| f >= WEAK);
        let series = Series {
            estimates: stages.iter().map(|s| number(s.ratio())).collect(),
            errors: stages.iter().map(|s| number(s.std_error())).collect(),
            freedom: self.weeks.iter().map(|&t| joint.freedom[t]).collect(),
            in_band: stages.iter().map(is_strong).collect(),
            replicates,
        };
        self.write(&series, labels, |k| {
            let mut row = blank.clone();
            if series.estimates[k].is_finite() && !is_strong(&stages[k]) {
                row.reason = join(
                    &row.reason,
                    "weak first stage, F below 10: read the Anderson-Rubin set",
                );
            }
            row
        })
    }

    /// F of the first stage, week by week.
    fn strength(&self, stages: &[Stages], labels: &Labels, blank: &Row) -> Vec<Row> {
        (self.weeks.iter().zip(stages))
            .map(|(&week, stages)| {
                let mut row = Row {
                    estimand: "first_stage_f".into(),
                    unit: "F".into(),
                    method: format!(
                        "(first stage / its standard error) squared{}",
                        manner(self.one.analysis)
                    )
                    .into(),
                    se_method: "".into(),
                    week: Some(self.first_tick + week as i32),
                    ..blank.clone()
                };
                row.outcome = labels.row(&"".into(), &"".into(), &"".into()).outcome;
                row.estimate = stages.strength().filter(|f| f.is_finite());
                if row.estimate.is_none() {
                    row.status = Status::Undefined;
                    row.reason =
                        "the take-up does not vary within the arms, or nobody has taken it up"
                            .into();
                }
                row
            })
            .collect()
    }

    /// The sets of Anderson and Rubin of the accumulated ratio.
    fn sets(&self, stages: &[Stages], joint: &Joint, blank: &Row) -> Vec<Row> {
        let upper = 1.0 - self.one.analysis.confidence.alpha() / 2.0;
        (self.weeks.iter().zip(stages))
            .map(|(&week, stages)| {
                let mut row = Row {
                    estimand: "anderson_rubin".into(),
                    method: format!("Anderson-Rubin set of {}", ratio_of(self.one.analysis)).into(),
                    interval_method: "Anderson-Rubin".into(),
                    week: Some(self.first_tick + week as i32),
                    ..blank.clone()
                };
                row.estimate = stages.ratio();
                let freedom = joint.freedom[week];
                // That of no effect is the same test as of the outcome's own difference.
                row.p_value = wald_t(stages.reduced, stages.variance[0].sqrt(), freedom);
                let found = stages.anderson_rubin(t_quantile(upper, freedom));
                let text = match found {
                    Some(Set::Between(low, high)) => {
                        (row.conf_low, row.conf_high) = (Some(low), Some(high));
                        ""
                    }
                    Some(Set::UpTo(high)) => {
                        row.conf_high = Some(high);
                        "the set has no lower end"
                    }
                    Some(Set::From(low)) => {
                        row.conf_low = Some(low);
                        "the set has no upper end"
                    }
                    Some(Set::Outside(..)) => "the set is all numbers but those of an interval",
                    Some(Set::Everything) => "the set is all numbers",
                    None => "no set",
                };
                if !text.is_empty() {
                    row.reason = join(&row.reason, text);
                }
                if row.estimate.is_none() {
                    row.status = Status::Undefined;
                }
                row
            })
            .collect()
    }

    /// A first stage that is weak at the end, having been strong before, or throughout.
    fn warn(&self, stages: &[Stages], labels: &Labels, arm: usize) -> Option<Diagnostic> {
        let last = stages.last()?;
        let strong = |s: &Stages| s.strength().is_some_and(|f| f >= WEAK);
        if strong(last) {
            return None;
        }
        let faded = stages.iter().any(strong);
        let study = self.one.context.study;
        Some(Diagnostic::warning(
            "RV0420",
            format!(
                "in analysis `{}` the first stage of arm {} in `{}` {}: with F below 10 the effect per unit taken up is not reliable, nor are its usual intervals",
                self.one.analysis.name,
                labels.arms[arm],
                study.outcomes[self.one.asked.outcome].name,
                if faded {
                    "fades in the last weeks"
                } else {
                    "is weak"
                },
            ),
            "read the Anderson-Rubin set, or the effect of the offer itself",
        ))
    }
}

/// What is taken up, and ratios to it, have neither accelerations nor standard errors of replicates: percentiles stand in.
fn interval_of(analysis: &Analysis) -> IntervalKind {
    match analysis.interval {
        IntervalKind::Bca | IntervalKind::Studentized => IntervalKind::Percentile,
        kind => kind,
    }
}

/// Observed values of all series.
fn observed(one: &One<'_>, made: &Regression) -> Room {
    let mut room = Room::default();
    let draw = Draw::observed(one.context.classes);
    made.total(std::slice::from_ref(&draw), |_, _| 1.0, &mut room);
    room
}

fn manner(analysis: &Analysis) -> String {
    match analysis.adjustment {
        Adjustment::None => String::new(),
        Adjustment::Strata | Adjustment::Weights => ", within strata".to_owned(),
        other => format!(", by {}", other.name()),
    }
}

fn ratio_of(analysis: &Analysis) -> &'static str {
    match analysis.adjustment {
        Adjustment::None => "Wald ratio",
        Adjustment::Strata | Adjustment::Weights => "ratio of differences within strata",
        Adjustment::Ancova => "two-stage least squares",
        Adjustment::Lin => "ratio of differences by lin",
    }
}

fn join(one: &str, other: &str) -> Arc<str> {
    match one {
        "" => other.into(),
        _ => format!("{one}; {other}").into(),
    }
}

/// Two sources for the same: who has taken it up by the horizon according to both, one or none, by arm.
pub(super) fn sources(
    context: &Context<'_>,
    analysis: &Analysis,
    (first, second): (usize, usize),
) -> Vec<Row> {
    let panels = [first, second].map(|outcome| &context.panel.outcomes[outcome]);
    let mut histories = panels.map(|panel| vec![0_i64; panel.shape.slots()]);
    let arms = context.trial.arms.len();
    let mut counts = vec![[0_u64; 4]; arms];
    for person in 0..context.trial.persons() {
        let mut ever = [false; 2];
        for ((panel, history), ever) in panels.iter().zip(&mut histories).zip(&mut ever) {
            expand(panel, person, history);
            *ever = history[panel.shape.ticks..].iter().any(|value| *value != 0);
        }
        let kind = match ever {
            [true, true] => 0,
            [true, false] => 1,
            [false, true] => 2,
            [false, false] => 3,
        };
        counts[usize::from(context.trial.arm[person])][kind] += 1;
    }
    let names = [first, second].map(|outcome| context.study.outcomes[outcome].name.as_str());
    let items = [
        "both".to_owned(),
        format!("only {}", names[0]),
        format!("only {}", names[1]),
        "neither".to_owned(),
    ];
    let mut rows = Vec::new();
    for (arm, counts) in counts.iter().enumerate() {
        let persons: u64 = counts.iter().sum();
        for (item, &count) in items.iter().zip(counts) {
            let share = count as f64 / persons as f64;
            rows.push(Row {
                analysis: analysis.name.as_str().into(),
                estimand: "take_up_sources".into(),
                outcome: names[0].into(),
                item: item.as_str().into(),
                subgroup: "all".into(),
                arm: context.trial.arms[arm].as_str().into(),
                week: Some(context.study.horizon as i32),
                estimate: (persons > 0).then_some(share),
                std_error: (persons > 1)
                    .then(|| (share * (1.0 - share) / (persons as f64 - 1.0)).sqrt()),
                n: Some(persons),
                events: Some(count as i64),
                unit: "share".into(),
                method: "share who have taken it up by the horizon, by source".into(),
                ..Row::blank()
            });
        }
    }
    rows
}
