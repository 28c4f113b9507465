//! From columns to rows: the observed numbers of one part, its standard errors and counts, then its rows in order.

use super::context::Context;
use super::division::{Contrast, StratumGroup};
use super::labels::Labels;
use super::levels::Levels;
use super::point::{GroupInput, Spread, spread};
use super::regression::{Sandwich, of_curve};
use super::replicates::{Columns, Pass};
use super::series::Series;
use super::skew::Skew;
use super::table::{Part, Scratch, Table};
use crate::estimand::{Estimand, Support};
use crate::inference::{Gradual, PathInference};
use crate::numeric::parallel;
use crate::resample::Draw;
use crate::results::Row;
use crate::study::{Adjustment, IntervalKind};

/// Totals, variances and support of one arm.
pub(super) struct ArmPoint {
    pub totals: Vec<f64>,
    pub spread: Spread,
    /// For bca intervals only.
    pub skew: Option<Skew>,
}

/// The same for a contrast within strata: the persons of its own strata only.
pub(super) struct ContrastPoint {
    pub variance: Vec<Vec<f64>>,
    /// For bca intervals only.
    pub skew: Option<Skew>,
    pub treated: SidePoint,
    pub control: SidePoint,
    /// Degrees of freedom by tick, where they are not those of the normal distribution.
    pub freedom: Vec<f64>,
    /// What a reader must know of it.
    pub note: Option<String>,
}

impl ContrastPoint {
    /// Takes the variances of a regression instead.
    fn regressed(&mut self, table: &Table<'_>, sandwich: Sandwich) {
        let found = [&sandwich.weekly, &sandwich.accumulated];
        for (path, variance) in table.paths.iter().zip(&mut self.variance) {
            match path.curve.of_weekly() {
                Some(curve) => variance.clone_from(of_curve(found, curve)),
                None => variance.fill(f64::NAN),
            }
        }
        self.freedom = sandwich.freedom;
    }
}

/// Totals and support of one side of a contrast.
pub(super) struct SidePoint {
    pub totals: Vec<f64>,
    pub support: Support,
}

/// One week on its way from the columns to the intervals.
#[derive(Default)]
struct Week {
    replicates: Vec<f64>,
    errors: Vec<f64>,
}

impl Week {
    /// Hands over a column, and that of the standard errors where there is one.
    fn take(
        &mut self,
        columns: &Columns,
        (value, error): (usize, Option<usize>),
        gradual: &mut Gradual<'_>,
    ) {
        columns.gather(value, &mut self.replicates);
        if let Some(error) = error {
            columns.gather(error, &mut self.errors);
        }
        gradual.take(&self.replicates, &self.errors);
    }
}

impl Context<'_> {
    /// Rows of one part whose columns stand from `start` on.
    pub fn rows_of(
        &self,
        (tables, table): (&[Table<'_>], &Table<'_>),
        part: &Part,
        (columns, start): (&Columns, usize),
        levels: &mut Levels,
    ) -> Vec<Row> {
        let values = table.values(part);
        self.rows(table, part, |series| {
            let here = (tables, table, part.level);
            levels.see(here, series);
            let error = table.errors.is_some();
            let place = |value| Some((start + value, error.then_some(start + values + value)));
            levels.gather(here, series, (columns, &place));
            parallel::map_ordered(series.len(), |i| {
                let mut gradual = Gradual::new(self.input(table, &series[i]));
                let mut week = Week::default();
                for value in series[i].values.clone() {
                    let error = table.errors.as_ref().map(|_| start + values + value);
                    week.take(columns, (start + value, error), &mut gradual);
                }
                gradual.finish()
            })
        })
    }

    /// Rows of one part that no pass can hold, from its strips, each filled when its turn comes.
    pub fn rows_by_strips(
        &self,
        (tables, table): (&[Table<'_>], &Table<'_>),
        strips: &[Pass],
        levels: &mut Levels,
        mut fill: impl FnMut(&Pass) -> Columns,
    ) -> Vec<Row> {
        self.rows(table, &strips[0].parts[0], |series| {
            let here = (tables, table, strips[0].parts[0].level);
            levels.see(here, series);
            let open = series
                .iter()
                .map(|series| Gradual::new(self.input(table, series)));
            let mut open: Vec<Gradual<'_>> = open.collect();
            let mut week = Week::default();
            for pass in strips {
                let columns = fill(pass);
                let strip = pass.strip.clone().unwrap_or_default();
                let place = |value: usize| {
                    let own = strip.contains(&value).then(|| value - strip.start)?;
                    let error = table.errors.as_ref().map(|_| strip.len() + own);
                    Some((own, error))
                };
                levels.gather(here, series, (&columns, &place));
                for (series, gradual) in series.iter().zip(&mut open) {
                    let from = series.values.start.max(strip.start);
                    for value in from..series.values.end.min(strip.end) {
                        let own = value - strip.start;
                        let error = table.errors.as_ref().map(|_| strip.len() + own);
                        week.take(&columns, (own, error), gradual);
                    }
                }
            }
            open.into_iter().map(Gradual::finish).collect()
        })
    }

    fn rows(
        &self,
        table: &Table<'_>,
        part: &Part,
        infer: impl FnOnce(&[Series<'_>]) -> Vec<PathInference>,
    ) -> Vec<Row> {
        let mut scratch = Scratch::default();
        table.total(&[Draw::observed(self.classes)], &mut scratch);
        let mut values = vec![0.0; table.values(part)];
        table.evaluate(part, &mut scratch, &mut values);
        let arms: Vec<ArmPoint> = (0..table.division.arms)
            .map(|arm| {
                let cells = table.division.arm_cells(part.level, arm);
                let totals = table.group(&scratch, cells);
                let spread = self.spread(table, cells, &totals);
                let skew = self.skew(table, cells, &totals);
                ArmPoint {
                    totals,
                    spread,
                    skew,
                }
            })
            .collect();
        let contrasts: Vec<Option<ContrastPoint>> = table.division.contrasts[part.level]
            .iter()
            .map(|contrast| match table.adjustment {
                Adjustment::None => None,
                _ => Some(self.contrast(table, contrast, &scratch)),
            })
            .collect();
        let mut contrasts = contrasts;
        if let Some(regression) = &table.regression {
            for (arm, contrast) in contrasts.iter_mut().flatten().enumerate() {
                let place = (part.level, arm + 1);
                contrast.regressed(table, regression.sandwich(self, place));
                contrast.note = regression.left_out(place);
                if contrast.skew.is_some() {
                    let powers = regression.influences(self, place);
                    contrast.skew = Some(Skew::of_regression(table, &powers));
                }
            }
        }
        let series = Self::series(table, part, &values, (&arms, &contrasts));
        let labels = Labels::new(self, table, part.level);
        let inferences = infer(&series);
        let mut rows: Vec<Row> = series
            .iter()
            .zip(&inferences)
            .flat_map(|(series, inference)| self.series_rows(table, series, inference, &labels))
            .collect();
        if part.paths.end == table.paths.len() {
            for &(asked, item) in &table.tests {
                let place = (part.level, &scratch, &labels);
                rows.extend(match asked {
                    Estimand::Test(test) => self.test_rows(table, place, (test, item)),
                    Estimand::Model(model) => self.model_rows(table, place, (model, item)),
                    Estimand::Curve(_) => Vec::new(),
                });
            }
        }
        rows
    }

    fn spread(&self, table: &Table<'_>, cells: &[usize], totals: &[f64]) -> Spread {
        spread(&self.group_input(table, cells, totals))
    }

    fn group_input<'a>(
        &'a self,
        table: &'a Table<'a>,
        cells: &'a [usize],
        totals: &'a [f64],
    ) -> GroupInput<'a> {
        GroupInput {
            table,
            outcome: &self.panel.outcomes[table.outcome],
            classes: self.classes,
            cells,
            totals,
        }
    }

    /// Costs a pass over the units: only where an interval needs it.
    fn skew(&self, table: &Table<'_>, cells: &[usize], totals: &[f64]) -> Option<Skew> {
        (self.study.analyses[table.analysis].interval == IntervalKind::Bca)
            .then(|| Skew::of(&self.group_input(table, cells, totals)))
    }

    fn contrast(&self, table: &Table<'_>, contrast: &Contrast, scratch: &Scratch) -> ContrastPoint {
        let mut variance: Vec<Vec<f64>> = table
            .paths
            .iter()
            .map(|path| vec![0.0; path.ticks.len()])
            .collect();
        let mut skew: Option<Skew> = None;
        let mut sides = [(); 2].map(|()| (Vec::new(), Support::nobody(table.shape.ticks)));
        // Each side of each group on its own; then they are added up in their order.
        let parts = parallel::map_ordered(2 * contrast.groups.len(), |i| {
            let cells = side_of(&contrast.groups[i / 2], i % 2);
            let totals = table.group(scratch, cells);
            let spread = self.spread(table, cells, &totals);
            (spread, self.skew(table, cells, &totals))
        });
        for (i, (side, skewed)) in parts.into_iter().enumerate() {
            let weight = contrast.groups[i / 2].weight;
            let (all, support) = &mut sides[i % 2];
            for (sum, part) in variance.iter_mut().zip(&side.variance) {
                for (s, p) in sum.iter_mut().zip(part) {
                    *s += weight * weight * p;
                }
            }
            if let Some(part) = skewed {
                let sum = skew.get_or_insert_with(|| Skew::nothing(table));
                let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
                sum.add(&part, sign * weight);
            }
            support.add(&side.support);
            all.extend_from_slice(side_of(&contrast.groups[i / 2], i % 2));
        }
        let [treated, control] = sides.map(|(cells, support)| SidePoint {
            totals: table.group(scratch, &cells),
            support,
        });
        ContrastPoint {
            variance,
            skew,
            treated,
            control,
            freedom: Vec::new(),
            note: None,
        }
    }
}

/// The treated cells of a group, then the control's.
fn side_of(group: &StratumGroup, side: usize) -> &[usize] {
    if side == 0 {
        &group.treated
    } else {
        &group.control
    }
}
