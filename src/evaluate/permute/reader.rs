//! From the places an arm has to the value and variance of its groups: what is counted, and how it is read.
//!
//! Weekly and accumulated means of persons who are all followed are read off sums of n, A and A^2 ([`super::moments`]).
//! Everything else counts persons by history and goes through the curve itself ([`super::histories`]).

use super::dealt::Dealt;
use super::grid::Grid;
use super::histories::Histories;
use super::moments::Moments;
use crate::estimand::{Curve, Item};
use crate::panel::classes::Classes;
use crate::panel::{OutcomePanel, Shape};
use crate::totals::planes::{Addition, Planes};
use crate::trial::Trial;

/// What is tested: one tick of one curve of an outcome.
#[derive(Clone, Copy)]
pub(super) struct Score<'a> {
    pub outcome: &'a OutcomePanel,
    pub curve: &'static dyn Curve,
    pub item: Item,
    /// Index into the ticks of the curve.
    pub tick: usize,
}

impl<'a> Score<'a> {
    pub fn shape(&self) -> &'a Shape {
        &self.outcome.shape
    }
}

/// What all readers of a pool are made of.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub trial: &'a Trial,
    pub classes: &'a Classes,
    pub dealt: &'a Dealt,
}

/// One group of persons of an arm.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Side {
    /// Persons assigned.
    pub persons: u64,
    pub value: f64,
    pub variance: f64,
}

/// What is counted of the places, and how it is read.
pub(super) struct Reader<'a> {
    pub grids: Vec<Grid>,
    planes: Planes,
    /// Sums of all places.
    whole: Vec<i64>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Moments(Moments),
    Histories(Histories<'a>),
}

/// Sums of one arm.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    columns: Vec<i64>,
    /// By grid, cell and number.
    cells: Vec<i64>,
}

/// One arm, read in one grid.
pub(super) struct Arm<'a> {
    reader: &'a Reader<'a>,
    state: &'a State,
    grid: usize,
}

impl<'a> Reader<'a> {
    pub fn new(ground: Ground<'a>, score: Score<'a>, grids: Vec<Grid>) -> Self {
        let mut additions = Vec::new();
        let (kind, columns) = match Moments::build(ground, score, &grids, &mut additions) {
            Some(moments) => {
                let columns = moments.columns();
                (Kind::Moments(moments), columns)
            }
            None => {
                let histories = Histories::build(ground, score, &grids, &mut additions);
                let columns = histories.columns();
                (Kind::Histories(histories), columns)
            }
        };
        let mut whole = vec![0; columns];
        for addition in &additions {
            whole[addition.column as usize] += addition.value;
        }
        Self {
            planes: Planes::build(ground.dealt.pool.words(), columns, additions),
            grids,
            whole,
            kind,
        }
    }

    /// Sums of the places of a mask.
    pub fn sum(&self, mask: &[u64], state: &mut State) {
        state.columns.resize(self.planes.columns(), 0);
        self.planes.total(mask, &mut state.columns);
        self.spread(state);
    }

    /// Sums of the places that no other arm has.
    pub fn sum_rest(&self, others: &[State], state: &mut State) {
        state.columns.clone_from(&self.whole);
        for other in others {
            for (sum, taken) in state.columns.iter_mut().zip(&other.columns) {
                *sum -= taken;
            }
        }
        self.spread(state);
    }

    fn spread(&self, state: &mut State) {
        match &self.kind {
            Kind::Moments(moments) => moments.spread(&state.columns, &mut state.cells),
            Kind::Histories(histories) => histories.spread(&state.columns, &mut state.cells),
        }
    }

    /// The arm in a grid.
    pub fn arm<'b>(&'b self, state: &'b State, grid: usize) -> Arm<'b>
    where
        'a: 'b,
    {
        Arm {
            reader: self,
            state,
            grid,
        }
    }
}

impl Arm<'_> {
    /// Persons in a cell.
    pub fn persons(&self, cell: usize) -> u64 {
        match &self.reader.kind {
            Kind::Moments(moments) => moments.persons(&self.state.cells, (self.grid, cell)),
            Kind::Histories(histories) => histories.persons(&self.state.cells, (self.grid, cell)),
        }
    }

    /// Some cells together.
    pub fn side(&self, cells: &[usize]) -> Side {
        match &self.reader.kind {
            Kind::Moments(moments) => moments.side(&self.state.cells, self.grid, cells),
            Kind::Histories(histories) => {
                let state = (&*self.state.columns, &*self.state.cells);
                histories.side(state, self.grid, cells)
            }
        }
    }
}

/// Additions of one unit, at every place where it stands.
pub(super) fn add_everywhere(
    ground: Ground<'_>,
    additions: &mut Vec<Addition>,
    mut of_unit: impl FnMut(u32, &mut Vec<(u32, i64)>),
) {
    let mut own: Vec<(u32, i64)> = Vec::new();
    let mut last = super::dealt::NOBODY;
    for (place, &unit) in ground.dealt.units.iter().enumerate() {
        if unit == super::dealt::NOBODY {
            continue;
        }
        if unit != last {
            own.clear();
            of_unit(unit, &mut own);
            last = unit;
        }
        additions.extend(own.iter().map(|&(column, value)| Addition {
            place: place as u32,
            column,
            value,
        }));
    }
}
