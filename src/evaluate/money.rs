//! The money of a run: quantities of both sides of each contrast, their covariance, and the same numbers from every draw.
//!
//! The replicates are those of everything else: draw b of the money is draw b of the effects.

use super::context::Context;
use super::division::{Division, Purpose};
use super::labels::weekly_unit;
use super::tally::{Tallied, Tally};
use super::{Progress, Silent};
use crate::cost_benefit::price_draws::PriceDraws;
use crate::cost_benefit::{self, Book, Level, Prices, Replicates};
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
        Self::by(context, asked, (ledger, None))
    }

    /// The same by level of a subgroup column.
    fn by(
        context: &'a Context<'a>,
        asked: &'a CostBenefit,
        (ledger, subgroup): (&'a Ledger, Option<usize>),
    ) -> Result<Self> {
        let division = Division::new(
            context.trial,
            context.classes,
            Purpose {
                subgroup,
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
        let quantities = self.quantities(0);
        let Some(prices) = &self.asked.lines else {
            return Ok((quantities, Vec::new()));
        };
        let analysis = &self.context.study.analyses[self.asked.analysis];
        let books = Book::all(prices, &quantities)?;
        let values = self.replicates(&[&books], progress).remove(0);
        let method = match analysis.interval {
            IntervalKind::Normal => "normal".to_owned(),
            kind => format!(
                "{} {}",
                kind.name(),
                self.context.scheme.method(&quantities.units)
            ),
        };
        let seed = self.context.study.resampling.seed;
        let replicates = Replicates {
            values: &values,
            count: self.context.count,
            prices: &PriceDraws::of(prices, seed, self.context.count as u32),
            by_chance: self.context.scheme.samples().is_none(),
            interval: analysis.interval,
            method: &method,
        };
        let mut rows = cost_benefit::rows(&quantities, &books, &replicates);
        for (column, subgroup) in self.context.trial.subgroups.iter().enumerate() {
            if analysis.subgroups.contains(&subgroup.column) {
                rows.extend(self.levels(column, prices, &replicates)?);
            }
        }
        Ok((quantities, rows))
    }

    /// The accounts at each level of a subgroup column, from the same draws.
    fn levels(
        &self,
        column: usize,
        prices: &Prices,
        replicates: &Replicates<'_>,
    ) -> Result<Vec<Row>> {
        let money = Self::by(self.context, self.asked, (self.ledger, Some(column)))?;
        let subgroup = &self.context.trial.subgroups[column];
        let quantities: Vec<Quantities> = (0..subgroup.levels.len())
            .map(|level| money.quantities(level))
            .collect();
        let books = (quantities.iter())
            .map(|quantities| Book::all(prices, quantities))
            .collect::<Result<Vec<Vec<Book<'_>>>>>()?;
        let all: Vec<&Vec<Book<'_>>> = books.iter().collect();
        let values = money.replicates(&all, &Silent);
        let levels: Vec<Level<'_>> = (quantities.iter().zip(&books))
            .zip(subgroup.levels.iter().zip(&values))
            .map(|((quantities, books), (name, values))| Level {
                name,
                quantities,
                books,
                values,
            })
            .collect();
        Ok(cost_benefit::level_rows(
            &subgroup.column,
            &levels,
            replicates,
        ))
    }

    /// Both sides of a treatment arm's contrast at a level.
    pub(super) fn sides(&self, level: usize, arm: usize) -> [Groups<'_>; 2] {
        let contrast = &self.division.contrasts[level][arm - 1];
        match self.context.study.analyses[self.asked.analysis].adjustment {
            Adjustment::None => {
                [arm, 0].map(|arm| vec![(1.0, self.division.arm_cells(level, arm))])
            }
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

    /// Persons with any of a piece, by arm and piece; behind a gate only, where each piece has a cell of its own.
    fn behind(&self) -> Vec<Vec<u64>> {
        let (trial, ticks) = (self.context.trial, self.ledger.histories.shape.ticks);
        let mut persons = vec![vec![0; self.ledger.pieces.len()]; trial.arms.len()];
        if self.context.study.min_cell <= 1 {
            return persons;
        }
        let mut piece_of = vec![None; self.ledger.cells.len()];
        for (place, piece) in self.ledger.pieces.iter().enumerate() {
            piece_of[piece.cell] = Some(place);
        }
        for person in 0..trial.persons() {
            let own = &mut persons[usize::from(trial.arm[person])];
            let channels = (self.ledger.histories.of(person).iter())
                .map(|entry| entry.slot as usize / ticks)
                .filter_map(|channel| channel.checked_sub(self.ledger.followed.len()));
            let mut last = None;
            // Entries stand in the order of their channels.
            for cell in channels {
                if last.replace(cell) != Some(cell)
                    && let Some(piece) = piece_of[cell]
                {
                    own[piece] += 1;
                }
            }
        }
        persons
    }

    fn quantities(&self, level: usize) -> Quantities {
        let (study, trial) = (self.context.study, self.context.trial);
        let analysis = &study.analyses[self.asked.analysis];
        let observed = self.observed();
        let mut scratch = Scratch::default();
        self.total(&[Draw::observed(self.context.classes)], &mut scratch);
        let behind = self.behind();
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
            }
            .coarsened(study.min_cell, &behind[arm]);
            sides.push((arm, made.clone()));
            made
        };
        let contrasts = (1..trial.arms.len())
            .map(|arm| {
                let [treated, control] = self.sides(level, arm);
                let plain = analysis.adjustment == Adjustment::None;
                QuantityContrast {
                    treated: side(arm, &treated, plain),
                    control: side(0, &control, plain),
                    note: self.division.contrasts[level][arm - 1]
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
                activity: cell.activity_label(),
            }
        };
        let headline = &study.outcomes[study.headline];
        let is_counted = |piece: &Piece| self.ledger.cells[piece.cell].outcome == study.headline;
        let accumulates = self.ledger.pieces.iter().any(is_counted);
        Quantities {
            effect: if accumulates {
                headline.name.clone()
            } else {
                String::new()
            },
            outcome_units: (self.ledger.cells.iter())
                .map(|cell| &study.outcomes[cell.outcome])
                .map(|outcome| (outcome.name.clone(), weekly_unit(outcome)))
                .collect(),
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

    /// The amounts of every contrast of every level in every draw: `[level][contrast]`, replicate after replicate.
    fn replicates(&self, levels: &[&Vec<Book<'_>>], progress: &dyn Progress) -> Vec<Vec<Vec<f64>>> {
        let wanted: Vec<([Groups<'_>; 2], &Book<'_>)> = (levels.iter().enumerate())
            .flat_map(|(level, books)| {
                let books = books.iter().enumerate();
                books.map(move |(k, book)| (self.sides(level, k + 1), book))
            })
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
        let mut first = 0;
        (levels.iter())
            .map(|books| {
                let columns = first..first + books.len();
                first = columns.end;
                let of = |k: usize| tiles.iter().flat_map(move |tile| tile[k].iter().copied());
                columns.map(|k| of(k).collect()).collect()
            })
            .collect()
    }
}
