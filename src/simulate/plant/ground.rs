//! The tables of a register as faults see them: each fault takes persons of its own.

use super::PLANTED;
use crate::simulate::scenario::Scenario;
use crate::simulate::sheet::{Cells, Column, Sheet, Value};
use std::ops::Range;

/// Where a fault was planted.
pub(super) struct Spot {
    pub(super) sheet: usize,
    pub(super) column: Option<String>,
    pub(super) rows: Vec<usize>,
}

/// The tables as faults see them.
pub(super) struct Ground<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) sheets: &'a mut [Sheet],
    /// Rows of each person's spells, as they were drawn.
    pub(super) spells: Vec<Range<usize>>,
    /// Persons with a fault.
    pub(super) taken: Vec<bool>,
}

/// Persons and spells come first.
pub(super) const PERSONS: usize = 0;
pub(super) const SPELLS: usize = 1;

/// Where a fault was planted, or why it cannot be.
pub(super) type Done = std::result::Result<Spot, &'static str>;

impl<'a> Ground<'a> {
    pub(super) fn new(scenario: &'a Scenario, sheets: &'a mut [Sheet]) -> Self {
        let persons = sheets[PERSONS].rows();
        let mut spells = vec![0..0; persons];
        if let Cells::Whole(ids) = &sheets[SPELLS].columns[0].cells {
            let mut row = 0;
            for own in ids.chunk_by(|a, b| a == b) {
                if let Some(Some(number)) = own.first() {
                    spells[*number as usize - 1] = row..row + own.len();
                }
                row += own.len();
            }
        }
        Self {
            scenario,
            sheets,
            spells,
            taken: vec![false; persons],
        }
    }

    /// The first persons without a fault of whom this holds.
    pub(super) fn take(
        &mut self,
        holds: impl Fn(&Self, usize) -> bool,
    ) -> std::result::Result<Vec<usize>, &'static str> {
        let found: Vec<usize> = (0..self.taken.len())
            .filter(|person| !self.taken[*person] && holds(self, *person))
            .take(PLANTED)
            .collect();
        if found.len() < PLANTED {
            return Err("too few persons have the history it needs");
        }
        for &person in &found {
            self.taken[person] = true;
        }
        Ok(found)
    }

    /// The first spell of persons of whose spells this holds.
    pub(super) fn take_spells(
        &mut self,
        holds: impl Fn(&Self, Range<usize>) -> bool,
    ) -> std::result::Result<Vec<usize>, &'static str> {
        let found = self.take(|ground, person| {
            let own = ground.spells[person].clone();
            !own.is_empty() && holds(ground, own)
        })?;
        Ok(found
            .iter()
            .map(|person| self.spells[*person].start)
            .collect())
    }

    /// A week of the spells as a number that grows with time; `None` when it is open.
    pub(super) fn week(&self, column: &str, row: usize) -> Option<i64> {
        let column = self.sheets[SPELLS]
            .columns
            .iter()
            .find(|one| one.name == column)?;
        match column.value(row) {
            Value::Whole(week) => Some(week),
            Value::Week(week) => Some(i64::from(week.0)),
            Value::Day(day) => Some(i64::from(day)),
            _ => None,
        }
    }

    pub(super) fn column(&mut self, sheet: usize, name: &str) -> &mut Column {
        self.sheets[sheet]
            .column(name)
            .expect("the tables have their own columns")
    }

    /// Puts a text into cells.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the end of most faults, of which some cannot be planted"
    )]
    pub(super) fn put(&mut self, sheet: usize, column: &str, rows: &[usize], text: &str) -> Done {
        for &row in rows {
            self.column(sheet, column).set(row, text);
        }
        Ok(spot(sheet, column, rows))
    }

    /// The hours, and rows of persons without a fault.
    pub(super) fn hours(&mut self) -> std::result::Result<(usize, Vec<usize>), &'static str> {
        let file = self
            .scenario
            .hours
            .as_ref()
            .ok_or("the scenario has no hours")?;
        let name = file
            .file
            .strip_suffix(".csv")
            .unwrap_or(&file.file)
            .to_owned();
        let sheet = self.sheets.iter().position(|sheet| sheet.name == name);
        let sheet = sheet.ok_or("the scenario has no hours")?;
        let mut rows = Vec::new();
        let mut last = 0;
        for row in 0..self.sheets[sheet].rows() {
            if let Value::Whole(number) = self.sheets[sheet].columns[0].value(row)
                && number != last
                && !self.taken[number as usize - 1]
                && rows.len() < PLANTED
            {
                last = number;
                self.taken[number as usize - 1] = true;
                rows.push(row);
            }
        }
        if rows.len() < PLANTED {
            return Err("too few persons have hours");
        }
        Ok((sheet, rows))
    }
}

/// Rows of a column.
pub(super) fn spot(sheet: usize, column: &str, rows: &[usize]) -> Spot {
    Spot {
        sheet,
        column: Some(column.to_owned()),
        rows: rows.to_vec(),
    }
}
