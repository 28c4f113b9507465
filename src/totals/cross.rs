//! Sums of products of covariates with each other and with the weekly values, cell by cell: what a regression is made of.
//!
//! Covariates are whole numbers (centred, and scaled where they would be too large), so that every sum is exact. Values
//! enter where they change, as everywhere: a person whose value changes by `delta` in a week adds `x delta` there, and a
//! prefix sum over weeks does the rest. Sums of the covariates alone change only in weeks in which somebody's follow-up
//! begins or ends: those weeks are the *epochs*, and where everybody is followed throughout there is one.

use super::NO_CELL;
use crate::numeric::cholesky::place;
use crate::panel::OutcomePanel;
use crate::panel::classes::Classes;
use std::ops::Range;

/// What each person of the class table adds.
#[derive(Clone, Debug)]
pub struct CrossProducts {
    /// Columns.
    width: usize,
    ticks: usize,
    /// First tick of each epoch.
    epochs: Vec<u32>,
    /// Persons of each cell, as rows.
    rows: Vec<Range<usize>>,
    /// Unit of each row, in canonical order within the cell.
    unit: Vec<u32>,
    /// Persons the row stands for.
    size: Vec<u32>,
    /// `rows x width`.
    x: Vec<i32>,
    /// Changes of the value: tick and delta of row r are `values[value_of[r]..value_of[r + 1]]`.
    value_of: Vec<u32>,
    values: Vec<(u32, i32)>,
    /// Changes of follow-up: epoch and delta.
    presence_of: Vec<u32>,
    presence: Vec<(u32, i32)>,
}

/// Sums of one cell in one draw.
#[derive(Clone, Debug, Default)]
pub struct CellProducts {
    /// Persons, by epoch.
    pub n: Vec<i64>,
    /// Sums of columns, `epochs x width`.
    pub x: Vec<i64>,
    /// Sums of products of columns, `epochs x triangle`.
    pub xx: Vec<i64>,
    /// Sums of values, by tick.
    pub y: Vec<i64>,
    /// Sums of products of columns and values, `ticks x width`.
    pub xy: Vec<i64>,
}

impl CrossProducts {
    /// Lays the persons of the cells out; `columns[j][person]` are the covariates.
    pub fn build(
        classes: &Classes,
        outcome: &OutcomePanel,
        (cell, cells): (&[u32], usize),
        columns: &[Vec<i32>],
    ) -> Self {
        let ticks = outcome.shape.ticks;
        let mut of_cell: Vec<Vec<(u32, u32)>> = vec![Vec::new(); cells];
        for unit in 0..classes.units() {
            for &person in classes.members(unit) {
                let own = cell[person as usize];
                if own != NO_CELL {
                    of_cell[own as usize].push((unit as u32, person));
                }
            }
        }
        let is_presence = |slot: u32| (slot as usize) < ticks;
        let mut starts: Vec<u32> = (of_cell.iter().flatten())
            .flat_map(|&(_, person)| outcome.of(person as usize))
            .filter(|entry| is_presence(entry.slot))
            .map(|entry| entry.slot)
            .chain([0])
            .collect();
        starts.sort_unstable();
        starts.dedup();
        let epoch = |slot: u32| starts.partition_point(|&start| start <= slot) as u32 - 1;
        let mut out = Self {
            width: columns.len(),
            ticks,
            rows: Vec::with_capacity(cells),
            unit: Vec::new(),
            size: Vec::new(),
            x: Vec::new(),
            value_of: vec![0],
            values: Vec::new(),
            presence_of: vec![0],
            presence: Vec::new(),
            epochs: Vec::new(),
        };
        for members in &of_cell {
            let first = out.unit.len();
            for &(unit, person) in members {
                out.unit.push(unit);
                out.size.push(classes.sizes[unit as usize]);
                out.x
                    .extend(columns.iter().map(|column| column[person as usize]));
                for entry in outcome.of(person as usize) {
                    if is_presence(entry.slot) {
                        out.presence.push((epoch(entry.slot), entry.delta));
                    } else {
                        out.values.push((entry.slot - ticks as u32, entry.delta));
                    }
                }
                out.value_of.push(out.values.len() as u32);
                out.presence_of.push(out.presence.len() as u32);
            }
            out.rows.push(first..out.unit.len());
        }
        out.epochs = starts;
        out
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Weeks.
    pub fn ticks(&self) -> usize {
        self.ticks
    }

    /// Epochs.
    pub fn epochs(&self) -> usize {
        self.epochs.len()
    }

    /// Ticks of an epoch.
    pub fn span(&self, epoch: usize) -> Range<usize> {
        let end = self
            .epochs
            .get(epoch + 1)
            .map_or(self.ticks, |&next| next as usize);
        self.epochs[epoch] as usize..end
    }

    /// Cells.
    pub fn cells(&self) -> usize {
        self.rows.len()
    }

    /// Rows of a cell.
    pub fn rows(&self, cell: usize) -> Range<usize> {
        self.rows[cell].clone()
    }

    /// The unit a row belongs to.
    pub fn unit(&self, row: usize) -> usize {
        self.unit[row] as usize
    }

    /// Persons a row stands for.
    pub fn size(&self, row: usize) -> i64 {
        i64::from(self.size[row])
    }

    /// Covariates of a row.
    pub fn x(&self, row: usize) -> &[i32] {
        &self.x[row * self.width..(row + 1) * self.width]
    }

    /// Writes a row's weekly values out.
    pub fn values(&self, row: usize, out: &mut [f64]) {
        let span = self.value_of[row] as usize..self.value_of[row + 1] as usize;
        let mut level = 0_i64;
        let mut next = 0;
        // Changes of a history stand in order of their slots.
        for &(tick, delta) in &self.values[span] {
            out[next..tick as usize].fill(level as f64);
            next = tick as usize;
            level += i64::from(delta);
        }
        out[next..].fill(level as f64);
    }

    /// Whether a row is followed in each epoch.
    pub fn followed(&self, row: usize, out: &mut [bool]) {
        let span = self.presence_of[row] as usize..self.presence_of[row + 1] as usize;
        let mut level = 0;
        let mut next = 0;
        for &(epoch, delta) in &self.presence[span] {
            out[next..epoch as usize].fill(level > 0);
            next = epoch as usize;
            level += delta;
        }
        out[next..].fill(level > 0);
    }

    /// Sums of one cell, its units counted so often.
    pub fn total(&self, counts: &[u32], cell: usize, out: &mut CellProducts) {
        let (width, triangle) = (self.width, place(self.width, 0));
        out.reset(self.epochs.len(), self.ticks, width);
        for row in self.rows[cell].clone() {
            let count = i64::from(counts[self.unit[row] as usize]);
            if count == 0 {
                continue;
            }
            let x = self.x(row);
            let span = self.presence_of[row] as usize..self.presence_of[row + 1] as usize;
            for &(epoch, delta) in &self.presence[span] {
                let (epoch, weight) = (epoch as usize, count * i64::from(delta));
                out.n[epoch] += weight;
                let sums = &mut out.x[epoch * width..(epoch + 1) * width];
                let mut products = out.xx[epoch * triangle..(epoch + 1) * triangle].iter_mut();
                for (j, (&xj, sum)) in x.iter().zip(sums).enumerate() {
                    let weighted = weight * i64::from(xj);
                    *sum += weighted;
                    for (&xk, product) in x[..=j].iter().zip(&mut products) {
                        *product += weighted * i64::from(xk);
                    }
                }
            }
            let span = self.value_of[row] as usize..self.value_of[row + 1] as usize;
            for &(tick, delta) in &self.values[span] {
                let (tick, weight) = (tick as usize, count * i64::from(delta));
                out.y[tick] += weight;
                for (&xj, sum) in x.iter().zip(&mut out.xy[tick * width..(tick + 1) * width]) {
                    *sum += weight * i64::from(xj);
                }
            }
        }
        accumulate(&mut out.n, 1);
        accumulate(&mut out.x, width);
        accumulate(&mut out.xx, triangle);
        accumulate(&mut out.y, 1);
        accumulate(&mut out.xy, width);
    }
}

impl CellProducts {
    fn reset(&mut self, epochs: usize, ticks: usize, width: usize) {
        for (sums, size) in [
            (&mut self.n, epochs),
            (&mut self.x, epochs * width),
            (&mut self.xx, epochs * place(width, 0)),
            (&mut self.y, ticks),
            (&mut self.xy, ticks * width),
        ] {
            sums.clear();
            sums.resize(size, 0);
        }
    }
}

/// Prefix sums over blocks of so many numbers.
fn accumulate(sums: &mut [i64], width: usize) {
    for at in width..sums.len() {
        sums[at] += sums[at - width];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::{Entry, Kind, Shape, Value};

    /// Three persons over four weeks: values 0 1 1 0, 1 1 0 - (followed three weeks) and 0 0 0 0; covariates 2, -1 and 5.
    #[test]
    fn sums_worked_by_hand() {
        let shape = Shape {
            kind: Kind::Mean {
                value: Value::State,
            },
            first_tick: 1,
            ticks: 4,
            channels: 2,
            destinations: vec![],
            divisor: 1.0,
            horizon: 4,
        };
        let entry = |slot, delta| Entry { slot, delta };
        let outcome = OutcomePanel {
            shape,
            offsets: vec![0, 3, 7, 8],
            entries: vec![
                entry(0, 1),
                entry(5, 1),
                entry(7, -1),
                entry(0, 1),
                entry(3, -1),
                entry(4, 1),
                entry(6, -1),
                entry(0, 1),
            ],
        };
        let classes = Classes {
            cells: Vec::new(),
            sizes: vec![1, 1, 1],
            offsets: vec![0, 1, 2, 3],
            members: vec![0, 1, 2],
            clustered: false,
        };
        let cross = CrossProducts::build(&classes, &outcome, (&[0, 0, 0], 1), &[vec![2, -1, 5]]);
        assert_eq!(cross.epochs(), 2);
        assert_eq!((cross.span(0), cross.span(1)), (0..3, 3..4));
        let mut sums = CellProducts::default();
        cross.total(&[1, 2, 0], 0, &mut sums);
        // Person 0 once, person 1 twice.
        assert_eq!(sums.n, [3, 1]);
        assert_eq!(sums.x, [0, 2]);
        assert_eq!(sums.xx, [4 + 2, 4]);
        assert_eq!(sums.y, [2, 3, 1, 0]);
        assert_eq!(sums.xy, [-2, 2 - 2, 2, 0]);
        let mut values = [0.0; 4];
        cross.values(1, &mut values);
        assert_eq!(values, [1.0, 1.0, 0.0, 0.0]);
        let mut followed = [false; 2];
        cross.followed(1, &mut followed);
        assert_eq!(followed, [true, false]);
    }
}
