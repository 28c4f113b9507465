//! From the places an arm has to the value and variance of its groups: what is counted, and how it is read.
//!
//! Weekly means, and accumulated ones of persons who are all followed, are read off sums of n, A and A^2
//! ([`super::moments`]). Where many weeks of accumulated means are asked, or persons are lost, whole paths of them are made
//! at once ([`super::running`], [`super::paths`]).
//! Everything else counts persons by history and goes through the curve itself ([`super::histories`]).

use super::dealt::Dealt;
use super::grid::Grid;
use super::histories::Histories;
use super::moments::Moments;
use super::paths::{Paths, Room};
use super::running::{self, Running};
use crate::estimand::{Curve, Item};
use crate::panel::classes::Classes;
use crate::panel::{self, OutcomePanel, Shape};
use crate::totals::NO_CELL;
use crate::totals::planes::{Addition, Planes};
use crate::trial::Trial;
use std::cell::RefCell;

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

    /// Whether it is an accumulated mean, all weeks of which have a way of their own.
    pub fn is_accumulated_mean(&self) -> bool {
        matches!(self.shape().kind, panel::Kind::Mean { .. })
            && self.item == Item::Any
            && self.curve.card().slug == "cumulative_mean"
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
    Running(Box<Running>),
    /// With the first cell of each grid, and how many there are.
    Paths(Box<Paths>, Vec<usize>),
    Histories(Histories<'a>),
}

/// Cells of a grid that are one group in this assignment, and its path.
type Pooled = (usize, Vec<usize>, Vec<f64>);

/// Sums of one arm.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    columns: Vec<i64>,
    /// By grid, cell and number.
    cells: Vec<i64>,
    mask: Vec<u64>,
    room: Room,
    changes: running::Room,
    /// By grid, cell and week.
    paths: Vec<f64>,
    pooled: RefCell<Vec<Pooled>>,
}

/// What one arm has in one cell, by tick.
pub(super) struct Path<'a> {
    pub persons: u64,
    pub values: &'a [f64],
    pub variances: &'a [f64],
}

/// One arm, read in one grid.
pub(super) struct Arm<'a> {
    reader: &'a Reader<'a>,
    state: &'a State,
    grid: usize,
    tick: usize,
}

impl<'a> Reader<'a> {
    /// Of one score, or of several `ticks` up to its own; [`Paths`] have all in any case.
    pub fn new(ground: Ground<'a>, score: Score<'a>, grids: Vec<Grid>, ticks: &[usize]) -> Self {
        let running =
            || (!ticks.is_empty()).then(|| Running::build(ground, score, &grids, ticks))?;
        let mut additions = Vec::new();
        let (kind, columns) = if let Some(paths) = Paths::build(ground, score, &grids) {
            let mut starts = vec![0];
            for grid in &grids {
                starts.push(starts[starts.len() - 1] + grid.cells());
            }
            paths.count(&starts, &mut additions);
            let columns = starts[grids.len()];
            (Kind::Paths(Box::new(paths), starts), columns)
        } else if let Some(running) = running() {
            (Kind::Running(Box::new(running)), 0)
        } else if let Some(moments) = Moments::build(ground, score, &grids, &mut additions) {
            let columns = moments.columns();
            (Kind::Moments(moments), columns)
        } else {
            let histories = Histories::build(ground, score, &grids, &mut additions);
            let columns = histories.columns();
            (Kind::Histories(histories), columns)
        };
        let mut whole = vec![0; columns];
        for addition in &additions {
            whole[addition.column as usize] += addition.value;
        }
        if let Kind::Running(running) = &kind {
            let all = vec![u64::MAX; ground.dealt.pool.words()];
            running.total(&all, &mut running::Room::default(), &mut whole);
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
        if let Kind::Running(running) = &self.kind {
            running.total(mask, &mut state.changes, &mut state.columns);
        } else {
            state.columns.resize(self.planes.columns(), 0);
            self.planes.total(mask, &mut state.columns);
        }
        self.spread(mask, state);
    }

    /// Sums of the places of a mask, which are those that no other arm has.
    pub fn sum_rest(&self, mask: &[u64], others: &[State], state: &mut State) {
        state.columns.clone_from(&self.whole);
        for other in others {
            for (sum, taken) in state.columns.iter_mut().zip(&other.columns) {
                *sum -= taken;
            }
        }
        self.spread(mask, state);
    }

    fn spread(&self, mask: &[u64], state: &mut State) {
        match &self.kind {
            Kind::Paths(paths, starts) => {
                state.pooled.get_mut().clear();
                state.mask.clear();
                state.mask.extend_from_slice(mask);
                let width = paths.width();
                state.paths.resize(starts[starts.len() - 1] * width, 0.0);
                for (grid, span) in starts.windows(2).enumerate() {
                    let persons = &state.columns[span[0]..span[1]];
                    let out = &mut state.paths[span[0] * width..span[1] * width];
                    let own = |cell| (cell != NO_CELL).then_some(cell as usize);
                    paths.fill((mask, grid), own, persons, (&mut state.room, out));
                }
            }
            Kind::Moments(moments) => moments.spread(&state.columns, &mut state.cells),
            Kind::Running(running) => {
                running.fill(&state.columns, (&mut state.cells, &mut state.paths));
            }
            Kind::Histories(histories) => histories.spread(&state.columns, &mut state.cells),
        }
    }

    /// Whether all ticks are made at once.
    pub fn has_paths(&self) -> bool {
        matches!(self.kind, Kind::Paths(..) | Kind::Running(_))
    }

    /// Persons of a cell, and its values and variances by tick, where all ticks were made at once.
    #[inline]
    pub fn path<'b>(&self, state: &'b State, (grid, cell): (usize, usize)) -> Option<Path<'b>> {
        let (persons, at, width) = match &self.kind {
            Kind::Paths(paths, starts) => {
                let at = starts[grid] + cell;
                (state.columns[at], at, paths.width())
            }
            Kind::Running(running) => {
                let at = running.first(grid) + cell;
                (state.cells[at], at, running.numbers())
            }
            Kind::Moments(_) | Kind::Histories(_) => return None,
        };
        let own = &state.paths[at * width..][..width];
        let (values, variances) = own.split_at(width / 2);
        Some(Path {
            persons: persons as u64,
            values,
            variances,
        })
    }

    /// The arm in a grid, at a tick of the score's.
    pub fn arm<'b>(&'b self, state: &'b State, (grid, tick): (usize, usize)) -> Arm<'b>
    where
        'a: 'b,
    {
        Arm {
            reader: self,
            state,
            grid,
            tick,
        }
    }
}

impl Arm<'_> {
    /// Persons in a cell.
    #[inline]
    pub fn persons(&self, cell: usize) -> u64 {
        match &self.reader.kind {
            Kind::Moments(moments) => moments.persons(&self.state.cells, (self.grid, cell)),
            Kind::Running(running) => self.state.cells[running.first(self.grid) + cell] as u64,
            Kind::Paths(_, starts) => self.state.columns[starts[self.grid] + cell] as u64,
            Kind::Histories(histories) => histories.persons(&self.state.cells, (self.grid, cell)),
        }
    }

    /// Some cells together.
    #[inline]
    pub fn side(&self, cells: &[usize]) -> Side {
        if let [cell] = *cells
            && let Some(path) = self.reader.path(self.state, (self.grid, cell))
        {
            return Side {
                persons: path.persons,
                value: path.values[self.tick],
                variance: path.variances[self.tick],
            };
        }
        match &self.reader.kind {
            Kind::Moments(moments) => moments.side(&self.state.cells, self.grid, cells),
            Kind::Running(running) => {
                running.side(&self.state.columns, (self.grid, cells), self.tick)
            }
            Kind::Paths(paths, starts) => self.on_path(paths, starts[self.grid], cells),
            Kind::Histories(histories) => {
                let state = (&*self.state.columns, &*self.state.cells);
                histories.side(state, self.grid, cells)
            }
        }
    }
}

impl Arm<'_> {
    /// The path of cells which are pooled here only.
    fn on_path(&self, paths: &Paths, start: usize, cells: &[usize]) -> Side {
        let persons: i64 = cells
            .iter()
            .map(|cell| self.state.columns[start + cell])
            .sum();
        let mut pooled = self.state.pooled.borrow_mut();
        let is_own = |(grid, those, _): &Pooled| (*grid, &those[..]) == (self.grid, cells);
        let place = pooled.iter().position(is_own).unwrap_or_else(|| {
            let mut own = vec![0.0; paths.width()];
            let together = |cell: u32| cells.contains(&(cell as usize)).then_some(0);
            let room = (&mut Room::default(), &mut own[..]);
            paths.fill((&self.state.mask, self.grid), together, &[persons], room);
            pooled.push((self.grid, cells.to_vec(), own));
            pooled.len() - 1
        });
        paths.side(&pooled[place].2, persons, self.tick)
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
