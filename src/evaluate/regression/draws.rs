//! The regressions of a draw: the observed sample, a replicate, each with its own standard errors where they are asked.

use super::super::context::Context;
use super::Regression;
use super::joint::{self, Joint};
use super::sandwich::{Sandwich, Wanted};
use super::system::Sums;
use crate::estimand::Weekly;
use crate::resample::Draw;
use crate::totals::CellProducts;

/// The cells of one draw, added up once.
pub(super) struct Cells<'a> {
    products: &'a [CellProducts],
    worth: &'a dyn Fn(usize) -> f64,
    counts: &'a [u32],
}

impl<'a> Cells<'a> {
    fn of(
        (products, counts): (&'a [CellProducts], &'a [u32]),
        worth: &'a dyn Fn(usize) -> f64,
    ) -> Self {
        Self {
            products,
            worth,
            counts,
        }
    }

    /// Of a draw in which everybody counts as a person.
    pub fn observed(room: &'a Room, draw: &'a Draw) -> Self {
        Self::of((&room.products, &draw.counts), &|_| 1.0)
    }
}

impl Sums for Cells<'_> {
    fn cell(&self, cell: usize) -> (&CellProducts, f64) {
        (&self.products[cell], (self.worth)(cell))
    }

    fn counted(&self, cell: usize) -> (usize, &[u32]) {
        (cell, self.counts)
    }
}

/// Room for the sums of a draw.
#[derive(Default)]
pub(in crate::evaluate) struct Room {
    pub(super) products: Vec<CellProducts>,
    /// Weekly differences of a tile: by level, treatment arm, tick and lane.
    weekly: Vec<f64>,
    one: Vec<f64>,
}

impl Regression {
    /// Adds every cell of a draw up.
    pub(super) fn sum(&self, draw: &Draw, room: &mut Room) {
        let cells = self.cross.cells();
        room.products.resize_with(cells, CellProducts::default);
        for (cell, products) in room.products.iter_mut().enumerate() {
            self.cross.total(&draw.counts, cell, products);
        }
    }

    /// Weekly differences of a tile of draws; `worth` tells what a count of a cell is worth in a lane.
    pub fn total(&self, draws: &[Draw], worth: impl Fn(usize, usize) -> f64, room: &mut Room) {
        let (ticks, lanes) = (self.cross.ticks(), draws.len());
        let contrasts: usize = self.models.iter().map(Vec::len).sum();
        room.weekly.resize(contrasts * ticks * lanes, 0.0);
        room.one.resize(ticks, 0.0);
        for (lane, draw) in draws.iter().enumerate() {
            self.sum(draw, room);
            let own = |cell: usize| worth(cell, lane);
            let sums = Cells::of((&room.products, &draw.counts), &own);
            for (c, model) in self.models.iter().flatten().enumerate() {
                model.weekly(&self.cross, &sums, &mut room.one);
                for (tick, value) in room.one.iter().enumerate() {
                    room.weekly[(c * ticks + tick) * lanes + lane] = value / self.divisor;
                }
            }
        }
    }

    /// Variances of a level's contrasts in a tile of draws, each linearised at the draw's own sums, by treatment arm:
    /// `ticks x lanes` of the week's differences, and of those accumulated.
    pub fn variances(
        &self,
        level: usize,
        (draws, worth): (&[Draw], &dyn Fn(usize, usize) -> f64),
        room: &mut Room,
    ) -> Vec<[Vec<f64>; 2]> {
        let (ticks, lanes) = (self.cross.ticks(), draws.len());
        let models = &self.models[level];
        let empty = || [vec![0.0; ticks * lanes], vec![0.0; ticks * lanes]];
        let mut out: Vec<_> = models.iter().map(|_| empty()).collect();
        let square = self.divisor * self.divisor;
        for (lane, draw) in draws.iter().enumerate() {
            self.sum(draw, room);
            let own = |cell: usize| worth(cell, lane);
            let sums = Cells::of((&room.products, &draw.counts), &own);
            for (model, out) in models.iter().zip(&mut out) {
                let found = model.sandwich(&self.cross, &sums, (self.over, Wanted::Variances));
                for (own, variances) in out.iter_mut().zip([found.weekly, found.accumulated]) {
                    for (tick, variance) in variances.iter().enumerate() {
                        own[tick * lanes + lane] = variance / square;
                    }
                }
            }
        }
        out
    }

    /// Weekly differences of a contrast in the tile: `ticks x lanes`.
    pub fn weekly<'a>(
        &self,
        room: &'a Room,
        (level, arm): (usize, usize),
        lanes: usize,
    ) -> &'a [f64] {
        let arms = self.models[level].len();
        let size = self.cross.ticks() * lanes;
        &room.weekly[(level * arms + arm - 1) * size..][..size]
    }

    /// Contrasts (or arms) of all levels.
    pub fn series(&self) -> usize {
        self.models.iter().map(Vec::len).sum()
    }

    /// Weekly differences of one of them in the tile: `ticks x lanes`.
    pub fn series_of<'a>(&self, room: &'a Room, series: usize, lanes: usize) -> &'a [f64] {
        let size = self.cross.ticks() * lanes;
        &room.weekly[series * size..][..size]
    }

    /// Standard errors of a contrast of the observed sample.
    pub fn sandwich(&self, context: &Context<'_>, (level, arm): (usize, usize)) -> Sandwich {
        let observed = Draw::observed(context.classes);
        let mut room = Room::default();
        self.sum(&observed, &mut room);
        let sums = Cells::observed(&room, &observed);
        let model = &self.models[level][arm - 1];
        let found = model.sandwich(&self.cross, &sums, (self.over, Wanted::Everything));
        found.in_units(self.divisor)
    }

    /// Variances and covariances of a contrast of the observed sample with the same contrast of another outcome, whose
    /// histories are laid out for the same division.
    pub fn joint(
        &self,
        other: &Self,
        context: &Context<'_>,
        (level, arm): (usize, usize),
    ) -> Joint {
        let observed = Draw::observed(context.classes);
        let mut rooms = [Room::default(), Room::default()];
        self.sum(&observed, &mut rooms[0]);
        other.sum(&observed, &mut rooms[1]);
        let [one, two] = &rooms;
        let sums = [one, two].map(|room| Cells::observed(room, &observed));
        let models = [self, other].map(|made| &made.models[level][arm - 1]);
        let crosses = [&self.cross, &other.cross];
        let made = joint::joint(models, crosses, &sums, self.over);
        made.scaled(self.divisor, other.divisor)
    }
}

/// The one of a curve: the week's, or the accumulated one.
pub(in crate::evaluate) fn of_curve<T>([weekly, accumulated]: [T; 2], curve: Weekly) -> T {
    match curve {
        Weekly::Itself => weekly,
        Weekly::Accumulated => accumulated,
    }
}
