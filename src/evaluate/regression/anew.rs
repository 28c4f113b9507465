//! The regression of a contrast once the arms are dealt out again: everything that depends on the assignment is made anew,
//! which strata have both arms, their weights, the centre, the columns that vary, and the standard errors.

use super::super::context::Context;
use super::super::division::Contrast;
use super::design::Design;
use super::sandwich::{Sandwich, Wanted};
use super::system::Sums;
use super::{Regression, bits, over};
use crate::panel::OutcomePanel;
use crate::study::{Adjustment, Analysis};
use crate::totals::CellProducts;

/// The regressions of one outcome in any assignment of an arm and the control. Persons stand in cells whatever their arm; the
/// control's part of cell c is numbered 2c, the other's 2c + 1.
pub(in crate::evaluate) struct Anew {
    made: Regression,
    adjustment: Adjustment,
}

/// Room for the sums of an assignment.
#[derive(Clone, Debug, Default)]
pub(in crate::evaluate) struct Arms {
    products: Vec<CellProducts>,
    /// How often each unit counts in the control and in the other arm.
    pub counts: [Vec<u32>; 2],
}

impl Sums for Arms {
    fn cell(&self, cell: usize) -> (&CellProducts, f64) {
        (&self.products[cell], 1.0)
    }

    fn counted(&self, cell: usize) -> (usize, &[u32]) {
        (cell / 2, &self.counts[cell % 2])
    }
}

impl Anew {
    /// Lays the persons of some cells out; `None` where sums could pass 63 bits.
    pub fn new(
        context: &Context<'_>,
        outcome: &OutcomePanel,
        cells: (&[u32], usize),
        analysis: &Analysis,
    ) -> Option<Self> {
        let bits = bits(context, outcome)?;
        let design = Design::new(context.trial);
        let mut made = Regression::laid_out(context, (outcome, bits), cells, design);
        made.over = over(context, analysis);
        Some(Self {
            made,
            adjustment: analysis.adjustment,
        })
    }

    /// Adds the cells of an assignment up, whose counts stand in the room.
    pub fn sum(&self, room: &mut Arms) {
        let cells = 2 * self.made.cross.cells();
        room.products.resize_with(cells, CellProducts::default);
        for (cell, products) in room.products.iter_mut().enumerate() {
            let counts = &room.counts[cell % 2];
            self.made.cross.total(counts, cell / 2, products);
        }
    }

    /// Persons of a cell, in the control and in the other arm.
    pub fn persons(&self, room: &Arms, cell: usize) -> [u64; 2] {
        let cross = &self.made.cross;
        [0, 1].map(|side| {
            let rows = cross.rows(cell);
            rows.map(|row| u64::from(room.counts[side][cross.unit(row)]))
                .sum()
        })
    }

    /// Weekly differences of a contrast, and its standard errors.
    pub fn contrast(&self, room: &Arms, contrast: &Contrast) -> (Vec<f64>, Sandwich) {
        let cross = &self.made.cross;
        let model = self.made.model(contrast, self.adjustment, room);
        let mut weekly = vec![0.0; cross.ticks()];
        model.weekly(cross, room, &mut weekly);
        for value in &mut weekly {
            *value /= self.made.divisor;
        }
        let found = model.sandwich(cross, room, (self.made.over, Wanted::Variances));
        (weekly, found.in_units(self.made.divisor))
    }

    /// How large values are, by week and accumulated: means of their absolute size.
    pub fn sizes(&self) -> [Vec<f64>; 2] {
        let cross = &self.made.cross;
        let ticks = cross.ticks();
        let mut out = [vec![0.0; ticks], vec![0.0; ticks]];
        let (mut values, mut persons) = (vec![0.0; ticks], 0.0);
        for row in (0..cross.cells()).flat_map(|cell| cross.rows(cell)) {
            cross.values(row, &mut values);
            let size = cross.size(row) as f64;
            persons += size;
            let mut sum = 0.0;
            for (tick, value) in values.iter().enumerate() {
                sum += value;
                out[0][tick] += size * value.abs();
                out[1][tick] += size * f64::abs(sum);
            }
        }
        for size in out.iter_mut().flatten() {
            *size /= persons * self.made.divisor;
        }
        out
    }
}
