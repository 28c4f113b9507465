//! The faults in the layouts of DREAM: those of persons, hours and whole files are the same; those of spells are planted in codes
//! by week, or have no place there.

use super::ground::{Done, Ground, SPELLS, Spot, spot};
use super::{Fault, PLANTED, faults};
use crate::simulate::Layout;
use crate::simulate::sheet::{Cells, Value};
use std::ops::Range;

/// A code that no code table has.
const UNKNOWN: &str = "5";
/// Death.
const DEAD: &str = "999";
/// How findings name the columns of a wide file.
const COLUMNS: &str = "y_{yyww}";

/// Plants a fault.
type Plant = fn(&mut Ground<'_>) -> Done;

/// How a fault is planted in a layout, and under which code it is then found; `None`: it has no place in it.
pub(super) fn in_layout(fault: &Fault, layout: Layout) -> Option<(&'static str, Plant)> {
    let anywhere = matches!(
        fault.name,
        "cpr_ids"
            | "decimal_comma"
            | "duplicate_person"
            | "latin1_names"
            | "missing_arm"
            | "negative_hours"
            | "truncated"
            | "unknown_arm"
    );
    match (layout, fault.name) {
        (Layout::Tidy, _) => Some((fault.code, fault.plant)),
        _ if anywhere => Some((fault.code, fault.plant)),
        (Layout::DreamWide, "code_999_early") => Some((fault.code, dead_early_wide)),
        (Layout::DreamLong, "code_999_early") => Some((fault.code, dead_early_long)),
        (Layout::DreamWide, "duplicate_spell") => Some((fault.code, duplicate_wide)),
        (Layout::DreamLong, "duplicate_spell") => Some((fault.code, duplicate_long)),
        (Layout::DreamWide, "renamed_column") => Some(("RV0342", renamed_wide)),
        (Layout::DreamLong, "renamed_column") => Some((fault.code, renamed_long)),
        (_, "unknown_person") => Some((fault.code, unknown_person)),
        (Layout::DreamWide, "unknown_state") => Some(("RV0347", unknown_wide)),
        (Layout::DreamLong, "unknown_state") => Some(("RV0347", unknown_long)),
        (Layout::DreamLong, "overlap") => Some((fault.code, overlap)),
        (Layout::DreamLong, "far_week") => Some((fault.code, far_week)),
        (Layout::DreamLong, "text_week") => Some((fault.code, text_week)),
        (Layout::DreamLong, "week_53") => Some((fault.code, week_53)),
        _ => None,
    }
}

impl Ground<'_> {
    /// The code of a cell; 0 where there is none.
    fn code(&self, column: usize, row: usize) -> i64 {
        match self.sheets[SPELLS].columns[column].value(row) {
            Value::Whole(code) => code,
            _ => 0,
        }
    }

    /// Columns of weeks in which a row of a wide file has a code.
    fn coded(&self, row: usize) -> Vec<usize> {
        let columns = 1..self.sheets[SPELLS].columns.len();
        columns.filter(|&c| self.code(c, row) > 0).collect()
    }

    /// Whether two rows of a long file belong to one run: weeks after each other with the same code.
    fn goes_on(&self, row: usize) -> bool {
        let week = |row: usize| match self.sheets[SPELLS].columns[1].value(row) {
            Value::Week(week) => week.0,
            _ => 0,
        };
        week(row + 1) == week(row) + 1 && self.code(2, row + 1) == self.code(2, row)
    }

    /// Puts a text into the first coded week of rows of a wide file.
    fn put_first(&mut self, rows: &[usize], text: &str) -> Spot {
        for &row in rows {
            let column = self.coded(row).first().copied().unwrap_or(1);
            self.sheets[SPELLS].columns[column].set(row, text);
        }
        spot(SPELLS, COLUMNS, rows)
    }

    /// The first row of persons with two rows or more.
    fn first_rows(&mut self) -> Result<Vec<usize>, &'static str> {
        self.take_spells(|_, own| own.len() > 1)
    }
}

fn dead_early_wide(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|ground, own| ground.coded(own.start).len() > 2)?;
    Ok(ground.put_first(&rows, DEAD))
}

/// One run of the person is left after the week of death, so that one row is wrong.
fn dead_early_long(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|ground, own: Range<usize>| {
        own.len() > 2 && (own.start..own.end - 1).all(|row| ground.goes_on(row))
    })?;
    ground.put(SPELLS, "code", &rows, DEAD)?;
    let after: Vec<usize> = rows.iter().map(|row| row + 1).collect();
    Ok(spot(SPELLS, "code", &after))
}

fn copies(ground: &mut Ground<'_>, rows: &[usize]) -> Vec<usize> {
    let copy = |row: &usize| ground.sheets[SPELLS].copy_row(*row);
    rows.iter().map(copy).collect()
}

fn duplicate_wide(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|ground, own| !ground.coded(own.start).is_empty())?;
    let rows = copies(ground, &rows);
    Ok(spot(SPELLS, COLUMNS, &rows))
}

/// Of a run of one week: the same week twice is then the same spell.
fn duplicate_long(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|ground, own| own.len() > 1 && !ground.goes_on(own.start))?;
    let rows = copies(ground, &rows);
    Ok(spot(SPELLS, "week", &rows))
}

fn unknown_wide(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|ground, own| !ground.coded(own.start).is_empty())?;
    Ok(ground.put_first(&rows, UNKNOWN))
}

fn unknown_long(ground: &mut Ground<'_>) -> Done {
    let rows = ground.first_rows()?;
    ground.put(SPELLS, "code", &rows, UNKNOWN)
}

fn unknown_person(ground: &mut Ground<'_>) -> Done {
    let persons = ground.taken.len();
    let rows = ground.take_spells(|_, _| true)?;
    let rows = copies(ground, &rows);
    if let Cells::Whole(ids) = &mut ground.column(SPELLS, "person_id").cells {
        for (&row, number) in rows.iter().zip(persons + 1..) {
            ids[row] = Some(number as i64);
        }
    }
    Ok(spot(SPELLS, "person_id", &rows))
}

#[expect(clippy::unnecessary_wraps, reason = "a fault like the others")]
fn renamed(ground: &mut Ground<'_>, column: usize, name: &str) -> Done {
    name.clone_into(&mut ground.sheets[SPELLS].columns[column].name);
    Ok(Spot {
        sheet: SPELLS,
        column: None,
        rows: Vec::new(),
    })
}

/// A week in the middle.
fn renamed_wide(ground: &mut Ground<'_>) -> Done {
    let middle = ground.sheets[SPELLS].columns.len() / 2;
    renamed(ground, middle, "uge")
}

fn renamed_long(ground: &mut Ground<'_>) -> Done {
    renamed(ground, 2, "kode")
}

/// Two codes in one week: both rows are told.
fn overlap(ground: &mut Ground<'_>) -> Done {
    let rows = ground.first_rows()?;
    debug_assert_eq!(rows.len(), PLANTED);
    let mut both = rows.clone();
    for copy in copies(ground, &rows) {
        let other = if ground.code(2, copy) == 890 {
            130
        } else {
            890
        };
        if let Cells::Codes(codes) = &mut ground.column(SPELLS, "code").cells {
            codes[copy] = other;
        }
        both.push(copy);
    }
    Ok(spot(SPELLS, "week", &both))
}

fn far_week(ground: &mut Ground<'_>) -> Done {
    let rows = ground.first_rows()?;
    ground.put(SPELLS, "week", &rows, "9999-W52")
}

fn text_week(ground: &mut Ground<'_>) -> Done {
    let rows = ground.first_rows()?;
    ground.put(SPELLS, "week", &rows, faults::WORD)
}

fn week_53(ground: &mut Ground<'_>) -> Done {
    let rows = ground.first_rows()?;
    ground.put(SPELLS, "week", &rows, "2010-W53")
}
