//! Totals of draws for one division of the persons: what units add, which kernel adds it, and what a count is worth.

use super::context::Context;
use super::division::Division;
use crate::error::{Class, Diagnostic, Error, Result};
use crate::panel::OutcomePanel;
use crate::panel::classes::Classes;
use crate::resample::Draw;
use crate::totals::{Contributions, Kernel, Totals, Written};

/// What units add to the totals of one outcome (or of the quantities to be priced).
pub(super) struct Tally<'a> {
    contributions: Contributions,
    /// Whether no total can leave 32 bits.
    narrow: bool,
    kernel: Kernel,
    /// For the plain kernel.
    classes: &'a Classes,
    histories: &'a OutcomePanel,
}

/// Totals of a tile of draws; kept from tile to tile.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallied {
    totals: Totals,
    worth: Option<Vec<Vec<f64>>>,
    lanes: usize,
}

impl<'a> Tally<'a> {
    /// Lays out what units add; `name` is said when it cannot be done.
    ///
    /// # Errors
    /// Sums of draws that could pass 63 bits. A scheme whose counts are not whole persons needs more room than the panel's
    /// own bound, which counts persons.
    pub fn new(
        context: &Context<'a>,
        (name, histories): (&str, &'a OutcomePanel),
        division: &Division,
    ) -> Result<Self> {
        let Context {
            classes,
            scheme,
            kernel,
            ..
        } = *context;
        let cells = division.cells.len();
        let contributions = Contributions::build(classes, histories, &division.cell, cells);
        if !contributions.fits(scheme) {
            return Err(Error::one(
                Class::Data,
                Diagnostic::error(
                    "RV0401",
                    format!("the sums of outcome `{name}` could pass 63 bits"),
                    "keep fewer decimals for this outcome, or look for an amount that is far too large",
                ),
            ));
        }
        Ok(Self {
            narrow: contributions.is_narrow(scheme),
            contributions,
            kernel,
            classes,
            histories,
        })
    }

    /// How totals are added up, in words.
    pub fn note(&self) -> String {
        format!(
            "kernel {}, {} bits, {} changes in {} cells",
            self.kernel.name(),
            if self.narrow { 32 } else { 64 },
            self.contributions.changes(),
            self.contributions.cells(),
        )
    }

    /// Totals of a tile of draws.
    pub fn total(&self, division: &Division, draws: &[Draw], out: &mut Tallied) {
        out.lanes = draws.len();
        out.worth = division.worth(draws);
        let kernel = match (self.kernel, draws) {
            // A tile of one would add fifteen times nothing.
            (Kernel::Tile, [_]) => Kernel::Single,
            (kernel, _) => kernel,
        };
        if kernel == Kernel::Plain {
            let written = Written {
                classes: self.classes,
                outcome: self.histories,
                cell: &division.cell,
            };
            (self.contributions).total_plainly(written, draws, &mut out.totals);
        } else {
            (self.contributions).total(draws, self.narrow, kernel, &mut out.totals);
        }
    }
}

impl Tallied {
    /// Draws of the tile.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// What a count of a cell is worth in persons, in one draw.
    pub fn worth(&self, cell: usize, lane: usize) -> f64 {
        (self.worth.as_ref()).map_or(1.0, |worth| worth[cell][lane])
    }

    /// Sums cells, slot by slot, into `out` (`slots x lanes`).
    pub fn merge(&self, cells: &[usize], out: &mut [f64]) {
        let worth = self.worth.as_deref();
        self.totals.merge(cells, worth, self.lanes, out);
    }

    /// The total of a slot of a cell in one draw, whatever a count is worth.
    pub fn get(&self, cell: usize, slot: usize, lane: usize) -> i64 {
        self.totals.get(cell, slot, lane)
    }
}
