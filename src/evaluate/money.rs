//! The money of a run: quantities of both sides of each contrast, their covariance, and the same numbers from every draw.
//!
//! The replicates are those of everything else: draw b of the money is draw b of the effects.

use super::Progress;
use super::division::{Division, Purpose, merge};
use super::rows::Context;
use crate::cost_benefit::{self, Number, Prices, Replicates};
use crate::numeric::parallel;
use crate::panel::ledger::Ledger;
use crate::resample::{Bootstrap, Draw, Rule};
use crate::results::{Quantities, QuantityCell, QuantityContrast, QuantitySide, Row};
use crate::study::{Adjustment, CostBenefit, IntervalKind};
use crate::totals::Contributions;

/// Replicates of one task; fixed, so that nothing depends on the number of threads.
const TILE: usize = 16;

/// What the money is worked out from.
pub(super) struct Money<'a> {
    pub(super) context: &'a Context<'a>,
    asked: &'a CostBenefit,
    pub(super) ledger: &'a Ledger,
    pub(super) division: Division,
    contributions: Contributions,
}

/// Cells of one side of a contrast with their weight in it.
pub(super) type Groups<'a> = Vec<(f64, &'a [usize])>;

/// Buffers of one thread.
#[derive(Default)]
struct Scratch {
    totals: Vec<i64>,
    group: Vec<f64>,
}

impl<'a> Money<'a> {
    /// Lays out the quantities for the analysis whose contrasts are priced.
    pub fn new(context: &'a Context<'a>, asked: &'a CostBenefit, ledger: &'a Ledger) -> Self {
        let division = Division::new(
            context.trial,
            context.classes,
            Purpose {
                subgroup: None,
                adjustment: context.study.analyses[asked.analysis].adjustment,
                rule: context.rule,
            },
        );
        let contributions = Contributions::build(
            context.classes,
            &ledger.histories,
            &division.cell,
            division.cells.len(),
        );
        Self {
            context,
            asked,
            ledger,
            division,
            contributions,
        }
    }

    /// The quantities, and the rows when there are prices.
    pub fn evaluate(&self, scheme: &Bootstrap, progress: &dyn Progress) -> (Quantities, Vec<Row>) {
        let quantities = self.quantities();
        let Some(prices) = &self.asked.lines else {
            return (quantities, Vec::new());
        };
        let analysis = &self.context.study.analyses[self.asked.analysis];
        let values = self.replicates(&quantities, prices, scheme, progress);
        let rescaled = match self.context.rule {
            Rule::RaoWu => ", rescaled",
            Rule::Plain => "",
        };
        let method = match analysis.interval {
            IntervalKind::Normal => "normal".to_owned(),
            IntervalKind::Percentile => {
                format!("percentile bootstrap of {}{rescaled}", quantities.units)
            }
            IntervalKind::Basic => format!("basic bootstrap of {}{rescaled}", quantities.units),
            // Refused before (see `plan`): prices have no influence values, replicates of money no standard errors.
            IntervalKind::Bca => format!("bca bootstrap of {}{rescaled}", quantities.units),
            IntervalKind::Studentized => {
                format!("studentized bootstrap of {}{rescaled}", quantities.units)
            }
        };
        let replicates = Replicates {
            values: &values,
            count: self.context.count,
            interval: analysis.interval,
            method: &method,
        };
        let rows = cost_benefit::rows(&quantities, prices, &replicates);
        (quantities, rows)
    }

    /// Both sides of a treatment arm's contrast.
    fn sides(&self, arm: usize) -> [Groups<'_>; 2] {
        let contrast = &self.division.contrasts[0][arm - 1];
        match self.context.study.analyses[self.asked.analysis].adjustment {
            Adjustment::None => [arm, 0].map(|arm| vec![(1.0, self.division.arm_cells(0, arm))]),
            Adjustment::Strata => [
                (contrast.groups.iter())
                    .map(|group| (group.weight, group.treated.as_slice()))
                    .collect(),
                (contrast.groups.iter())
                    .map(|group| (group.weight, group.control.as_slice()))
                    .collect(),
            ],
        }
    }

    /// Quantities per person of one side, from the totals in the scratch.
    fn side(&self, groups: &Groups<'_>, replicate: bool, scratch: &mut Scratch, out: &mut [f64]) {
        out.fill(if groups.is_empty() { f64::NAN } else { 0.0 });
        let shape = &self.ledger.histories.shape;
        let mut group = std::mem::take(&mut scratch.group);
        group.resize(shape.slots(), 0.0);
        let rescaled = replicate && self.division.rescaled;
        for (weight, cells) in groups {
            let weights = rescaled.then_some(&*self.division.cells);
            merge(&scratch.totals, cells, weights, &mut group);
            for (c, sum) in out.iter_mut().enumerate() {
                *sum += weight * self.quantity(&group, c);
            }
        }
        scratch.group = group;
    }

    /// One cell's quantity per person of a group: its weeks' totals over those followed in each.
    fn quantity(&self, group: &[f64], cell: usize) -> f64 {
        let ticks = self.ledger.histories.shape.ticks;
        let channel = |c: usize| &group[c * ticks..(c + 1) * ticks];
        let totals = channel(self.ledger.followed.len() + cell);
        let followed = channel(self.ledger.divisor[cell]);
        let sum: f64 = totals.iter().zip(followed).map(|(y, n)| y / n).sum();
        sum / self.ledger.scale[cell]
    }

    fn quantities(&self) -> Quantities {
        let (study, trial) = (self.context.study, self.context.trial);
        let analysis = &study.analyses[self.asked.analysis];
        let mut scratch = self.scratch();
        let observed = Bootstrap::observed(self.context.classes);
        let shape = &self.ledger.histories.shape;
        (self.contributions).total(shape, &observed, &mut scratch.totals);
        let mut sides: Vec<(usize, QuantitySide)> = Vec::new();
        let mut side = |arm: usize, groups: &Groups<'_>, shared: bool| -> QuantitySide {
            if let (true, Some((_, side))) = (shared, sides.iter().find(|(a, _)| *a == arm)) {
                return side.clone();
            }
            let mut values = vec![0.0; self.ledger.cells.len()];
            self.side(groups, false, &mut scratch, &mut values);
            let n = groups
                .iter()
                .map(|(_, cells)| self.division.persons(cells))
                .sum();
            let made = QuantitySide {
                arm: trial.arms[arm].clone(),
                n,
                values,
                covariance: self.covariance(groups, &scratch.totals),
            };
            sides.push((arm, made.clone()));
            made
        };
        let contrasts = (1..trial.arms.len())
            .map(|arm| {
                let [treated, control] = self.sides(arm);
                let plain = analysis.adjustment == Adjustment::None;
                QuantityContrast {
                    treated: side(arm, &treated, plain),
                    control: side(0, &control, plain),
                    note: self.division.contrasts[0][arm - 1]
                        .outside()
                        .unwrap_or_default(),
                }
            })
            .collect();
        let cell = |cell: &crate::panel::ledger::Cell| QuantityCell {
            outcome: study.outcomes[cell.outcome].name.clone(),
            trial_year: cell.trial_year as u32,
            half_year: cell.half_year_label(),
            band: cell.band_label(),
        };
        Quantities {
            analysis: analysis.name.clone(),
            confidence: analysis.confidence.get(),
            horizon: study.horizon,
            adjustment: match analysis.adjustment {
                Adjustment::None => "none",
                Adjustment::Strata => "strata",
            }
            .to_owned(),
            units: if self.context.classes.clustered {
                "clusters"
            } else {
                "persons"
            }
            .to_owned(),
            cells: self.ledger.cells.iter().map(cell).collect(),
            contrasts,
        }
    }

    fn scratch(&self) -> Scratch {
        Scratch {
            totals: vec![0; self.contributions.len()],
            group: Vec::new(),
        }
    }

    /// `[contrast][number][replicate]`.
    fn replicates(
        &self,
        quantities: &Quantities,
        prices: &Prices,
        scheme: &Bootstrap,
        progress: &dyn Progress,
    ) -> Vec<Vec<Vec<f64>>> {
        struct Wanted<'a> {
            sides: [Groups<'a>; 2],
            numbers: Vec<Number>,
            slopes: Vec<f64>,
        }
        let wanted: Vec<Wanted<'_>> = (quantities.contrasts.iter().enumerate())
            .map(|(k, contrast)| {
                let (treated, control) = (&contrast.treated, &contrast.control);
                let arms = (treated.arm.as_str(), control.arm.as_str());
                let numbers = cost_benefit::numbers(prices, &quantities.cells, arms);
                let slope = |number: &Number| number.slope(&treated.values, &control.values);
                Wanted {
                    sides: self.sides(k + 1),
                    slopes: numbers.iter().map(slope).collect(),
                    numbers,
                }
            })
            .collect();
        let count = self.context.count;
        let width: usize = wanted.iter().map(|w| w.numbers.len()).sum();
        let cells = self.ledger.cells.len();
        let tiles = parallel::map_ordered(count.div_ceil(TILE), |tile| {
            let first = tile * TILE;
            let rows = TILE.min(count - first);
            let mut out = Vec::with_capacity(rows * width);
            let mut draw = Draw::default();
            let mut scratch = self.scratch();
            let (mut treated, mut control) = (vec![0.0; cells], vec![0.0; cells]);
            for r in 0..rows {
                scheme.fill((first + r) as u64, &mut draw);
                let shape = &self.ledger.histories.shape;
                (self.contributions).total(shape, &draw, &mut scratch.totals);
                for w in &wanted {
                    self.side(&w.sides[0], true, &mut scratch, &mut treated);
                    self.side(&w.sides[1], true, &mut scratch, &mut control);
                    for (number, slope) in w.numbers.iter().zip(&w.slopes) {
                        out.push(number.replicate_value((&treated, &control), *slope));
                    }
                }
            }
            progress.advance(rows as u64);
            out
        });
        let mut start = 0;
        let mut values = Vec::new();
        for w in &wanted {
            let numbers = (start..start + w.numbers.len())
                .map(|column| {
                    let rows = tiles.iter().flat_map(|tile| tile.chunks_exact(width));
                    rows.map(|row| row[column]).collect()
                })
                .collect();
            start += w.numbers.len();
            values.push(numbers);
        }
        values
    }
}
