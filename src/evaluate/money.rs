//! The money of a run: quantities of both sides of each contrast, their covariance, and the same numbers from every draw.
//!
//! The replicates are those of everything else: draw b of the money is draw b of the effects.

use super::Progress;
use super::context::Context;
use super::division::{Division, Purpose};
use super::labels::weekly_unit;
use super::tally::{Tallied, Tally};
use crate::cost_benefit::{self, Book, Replicates};
use crate::error::Result;
use crate::numeric::parallel;
use crate::panel::ledger::{Counted, Ledger, Piece};
use crate::resample::Draw;
use crate::results::support::TAKEN_UP;
use crate::results::{Quantities, QuantityCell, QuantityContrast, QuantitySide, Row};
use crate::study::{Adjustment, CostBenefit, IntervalKind};
use crate::totals::LANES;

/// What the money is worked out from.
pub(super) struct Money<'a> {
    pub(super) context: &'a Context<'a>,
    asked: &'a CostBenefit,
    pub(super) ledger: &'a Ledger,
    pub(super) division: Division,
    tally: Tally<'a>,
}

/// Cells of one side of a contrast with their weight in it.
pub(super) type Groups<'a> = Vec<(f64, &'a [usize])>;

/// Buffers of one thread.
#[derive(Default)]
struct Scratch {
    tallied: Tallied,
    group: Vec<f64>,
}

impl<'a> Money<'a> {
    /// Lays out the quantities for the analysis whose contrasts are priced.
    ///
    /// # Errors
    /// Sums of draws that could pass 63 bits.
    pub fn new(
        context: &'a Context<'a>,
        asked: &'a CostBenefit,
        ledger: &'a Ledger,
    ) -> Result<Self> {
        let division = Division::new(
            context.trial,
            context.classes,
            Purpose {
                subgroup: None,
                adjustment: context.study.analyses[asked.analysis].adjustment,
                rescaled: context.scheme.rescales(),
            },
        );
        let tally = Tally::new(context, ("cost_benefit", &ledger.histories), &division)?;
        Ok(Self {
            context,
            asked,
            ledger,
            division,
            tally,
        })
    }

    /// Totals of a tile of draws.
    fn total(&self, draws: &[Draw], scratch: &mut Scratch) {
        (self.tally).total(&self.division, draws, &mut scratch.tallied);
    }

    /// The quantities, and the rows when there are prices.
    ///
    /// # Errors
    /// Where a rule of the prices changes inside a cell of the quantities.
    pub fn evaluate(&self, progress: &dyn Progress) -> Result<(Quantities, Vec<Row>)> {
        let quantities = self.quantities();
        let Some(prices) = &self.asked.lines else {
            return Ok((quantities, Vec::new()));
        };
        let analysis = &self.context.study.analyses[self.asked.analysis];
        let books = (quantities.contrasts.iter())
            .map(|contrast| Book::new(prices, &quantities, contrast))
            .collect::<Result<Vec<Book<'_>>>>()?;
        let values = self.replicates(&books, progress);
        let method = match analysis.interval {
            IntervalKind::Normal => "normal".to_owned(),
            kind => format!(
                "{} {}",
                kind.name(),
                self.context.scheme.method(&quantities.units)
            ),
        };
        let replicates = Replicates {
            values: &values,
            count: self.context.count,
            seed: self.context.study.resampling.seed,
            by_chance: self.context.scheme.samples().is_none(),
            interval: analysis.interval,
            method: &method,
        };
        let rows = cost_benefit::rows(&quantities, prices, &replicates)?;
        Ok((quantities, rows))
    }

    /// Both sides of a treatment arm's contrast.
    pub(super) fn sides(&self, arm: usize) -> [Groups<'_>; 2] {
        let contrast = &self.division.contrasts[0][arm - 1];
        match self.context.study.analyses[self.asked.analysis].adjustment {
            Adjustment::None => [arm, 0].map(|arm| vec![(1.0, self.division.arm_cells(0, arm))]),
            _ => [
                (contrast.groups.iter())
                    .map(|group| (group.weight, group.treated.as_slice()))
                    .collect(),
                (contrast.groups.iter())
                    .map(|group| (group.weight, group.control.as_slice()))
                    .collect(),
            ],
        }
    }

    /// Quantities per person of one side, from the totals in the scratch: `cells x lanes`.
    fn side(&self, groups: &Groups<'_>, scratch: &mut Scratch, out: &mut [f64]) {
        let lanes = scratch.tallied.lanes();
        out.fill(if groups.is_empty() { f64::NAN } else { 0.0 });
        let shape = &self.ledger.histories.shape;
        let mut group = std::mem::take(&mut scratch.group);
        group.resize(shape.slots() * lanes, 0.0);
        for (weight, cells) in groups {
            scratch.tallied.merge(cells, &mut group);
            for (piece, sums) in self.ledger.pieces.iter().zip(out.chunks_exact_mut(lanes)) {
                for (lane, sum) in sums.iter_mut().enumerate() {
                    *sum += weight * self.quantity(&group, piece, (lane, lanes));
                }
            }
        }
        scratch.group = group;
    }

    /// One piece's quantity per person of a group in one lane: its weeks' totals over those followed in each.
    fn quantity(&self, group: &[f64], piece: &Piece, (lane, lanes): (usize, usize)) -> f64 {
        let (cell, ticks) = (piece.cell, self.ledger.histories.shape.ticks);
        let weeks = piece.ticks(ticks);
        let channel = |c: usize| {
            let start = c * ticks;
            let weeks = &group[(start + weeks.start) * lanes..(start + weeks.end) * lanes];
            weeks[lane..].iter().step_by(lanes)
        };
        let totals = channel(self.ledger.followed.len() + cell);
        let followed = channel(self.ledger.divisor[cell]);
        let sum: f64 = totals.zip(followed).map(|(y, n)| y / n).sum();
        sum / self.ledger.scale[cell]
    }

    /// Totals of everybody, by cell of the division and slot.
    pub(super) fn observed(&self) -> Vec<i64> {
        let mut scratch = Scratch::default();
        self.total(&[Draw::observed(self.context.classes)], &mut scratch);
        let slots = self.ledger.histories.shape.slots();
        let cells = 0..self.division.cells.len();
        cells
            .flat_map(|cell| (0..slots).map(move |slot| (cell, slot)))
            .map(|(cell, slot)| scratch.tallied.get(cell, slot, 0))
            .collect()
    }

    fn quantities(&self) -> Quantities {
        let (study, trial) = (self.context.study, self.context.trial);
        let analysis = &study.analyses[self.asked.analysis];
        let observed = self.observed();
        let mut scratch = Scratch::default();
        self.total(&[Draw::observed(self.context.classes)], &mut scratch);
        let mut sides: Vec<(usize, QuantitySide)> = Vec::new();
        let mut side = |arm: usize, groups: &Groups<'_>, shared: bool| -> QuantitySide {
            if let (true, Some((_, side))) = (shared, sides.iter().find(|(a, _)| *a == arm)) {
                return side.clone();
            }
            let mut values = vec![0.0; self.ledger.pieces.len()];
            self.side(groups, &mut scratch, &mut values);
            let n = groups
                .iter()
                .map(|(_, cells)| self.division.persons(cells))
                .sum();
            let made = QuantitySide {
                arm: trial.arms[arm].clone(),
                n,
                values,
                covariance: self.covariance(groups, &observed),
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
        let cell = |piece: &Piece| {
            let cell = &self.ledger.cells[piece.cell];
            QuantityCell {
                outcome: study.outcomes[cell.outcome].name.clone(),
                item: match cell.counted {
                    Counted::All => String::new(),
                    Counted::First => TAKEN_UP.to_owned(),
                },
                first_week: piece.first as u32,
                last_week: piece.last as u32,
                half_year: cell.half_year_label(),
                band: cell.band_label(),
            }
        };
        let headline = &study.outcomes[study.headline];
        let is_counted = |piece: &Piece| self.ledger.cells[piece.cell].outcome == study.headline;
        let accumulates = self.ledger.pieces.iter().any(is_counted);
        Quantities {
            effect: accumulates
                .then(|| headline.name.clone())
                .unwrap_or_default(),
            effect_unit: if accumulates {
                weekly_unit(headline)
            } else {
                String::new()
            },
            analysis: analysis.name.clone(),
            confidence: analysis.confidence.get(),
            horizon: study.horizon,
            adjustment: analysis.adjustment.name().to_owned(),
            units: if self.context.classes.clustered {
                "clusters"
            } else {
                "persons"
            }
            .to_owned(),
            cells: self.ledger.pieces.iter().map(cell).collect(),
            contrasts,
        }
    }

    /// The amounts of every contrast in every draw: `[contrast]`, replicate after replicate.
    fn replicates(&self, books: &[Book<'_>], progress: &dyn Progress) -> Vec<Vec<f64>> {
        let wanted: Vec<([Groups<'_>; 2], &Book<'_>)> = (books.iter().enumerate())
            .map(|(k, book)| (self.sides(k + 1), book))
            .collect();
        let count = self.context.count;
        let pieces = self.ledger.pieces.len();
        let scheme = self.context.scheme;
        let tiles = parallel::map_ordered(count.div_ceil(LANES), |tile| {
            let first = tile * LANES;
            let rows = LANES.min(count - first);
            let mut draws = vec![Draw::default(); rows];
            for (r, draw) in draws.iter_mut().enumerate() {
                scheme.fill((first + r) as u64, draw);
            }
            let mut scratch = Scratch::default();
            self.total(&draws, &mut scratch);
            let mut sides = [(); 2].map(|()| vec![0.0; pieces * rows]);
            let mut own = [(); 2].map(|()| vec![0.0; pieces]);
            let mut out: Vec<Vec<f64>> = Vec::with_capacity(wanted.len());
            for (groups, book) in &wanted {
                for (side, groups) in sides.iter_mut().zip(groups) {
                    self.side(groups, &mut scratch, side);
                }
                let mut amounts = vec![0.0; rows * book.width()];
                for (r, amounts) in amounts.chunks_exact_mut(book.width().max(1)).enumerate() {
                    for (own, side) in own.iter_mut().zip(&sides) {
                        for (x, lanes) in own.iter_mut().zip(side.chunks_exact(rows)) {
                            *x = lanes[r];
                        }
                    }
                    book.amounts(&own[0], &own[1], amounts);
                }
                out.push(amounts);
            }
            progress.advance(rows as u64);
            out
        });
        (0..books.len())
            .map(|k| {
                tiles
                    .iter()
                    .flat_map(|tile| tile[k].iter().copied())
                    .collect()
            })
            .collect()
    }
}
