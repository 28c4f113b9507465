//! Each fault: what it does to the tables, and in which rows it must be found.

use super::PLANTED;
use super::ground::{Done, Ground, PERSONS, SPELLS, Spot, spot};
use crate::simulate::Dialect;
use crate::simulate::scenario::Weeks;
use crate::simulate::sheet::{Cells, text};

/// No week.
pub(super) const WORD: &str = "uge 3";

pub(super) fn overlap(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|ground, own| {
        own.len() == 2
            && ground.week("end_week", own.start).is_some()
            && ground.week("end_week", own.start) < ground.week("start_week", own.start + 1)
            // The second lasts past the shared week, so that neither is inside the other.
            && ground
                .week("end_week", own.start + 1)
                .is_none_or(|end| end > ground.week("start_week", own.start + 1).unwrap_or(end) + 7)
    })?;
    for &row in &rows {
        let next = ground.sheets[SPELLS]
            .columns
            .iter()
            .find(|one| one.name == "start_week");
        let next = next
            .map(|column| text(column.value(row + 1), '.'))
            .unwrap_or_default();
        // A date would be a Monday, which both then have.
        ground.column(SPELLS, "end_week").set(row, next);
    }
    let both: Vec<usize> = rows.iter().flat_map(|row| [*row, row + 1]).collect();
    Ok(spot(SPELLS, "start_week", &both))
}

pub(super) fn duplicate_person(ground: &mut Ground<'_>) -> Done {
    let persons = ground.take(|_, _| true)?;
    let rows: Vec<usize> = persons
        .iter()
        .map(|person| ground.sheets[PERSONS].copy_row(*person))
        .collect();
    Ok(spot(PERSONS, "person_id", &rows))
}

pub(super) fn duplicate_spell(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|_, own| own.len() == 1)?;
    let rows: Vec<usize> = rows
        .iter()
        .map(|row| ground.sheets[SPELLS].copy_row(*row))
        .collect();
    Ok(spot(SPELLS, "start_week", &rows))
}

pub(super) fn wrong_week(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|ground, own| {
        ground.week("end_week", own.start).is_some_and(|end| {
            Some(end) > ground.week("start_week", own.start).map(|start| start + 7)
        })
    })?;
    for &row in &rows {
        let of = |name: &str| {
            let column = ground.sheets[SPELLS]
                .columns
                .iter()
                .find(|one| one.name == name);
            column
                .map(|column| text(column.value(row), '.'))
                .unwrap_or_default()
        };
        let (start, end) = (of("start_week"), of("end_week"));
        ground.column(SPELLS, "start_week").set(row, end);
        ground.column(SPELLS, "end_week").set(row, start);
    }
    Ok(spot(SPELLS, "end_week", &rows))
}

pub(super) fn far_week(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|_, own| own.len() == 1)?;
    let far = match ground.scenario.weeks {
        Weeks::Trial => "2147483648",
        Weeks::Iso => "9999-W52",
        Weeks::Date => "9999-12-31",
    };
    ground.put(SPELLS, "end_week", &rows, far)
}

pub(super) fn week_53(ground: &mut Ground<'_>) -> Done {
    if ground.scenario.weeks != Weeks::Iso {
        return Err("the scenario does not write ISO weeks");
    }
    let rows = ground.take_spells(|_, own| own.len() == 1)?;
    ground.put(SPELLS, "start_week", &rows, "2010-W53")
}

pub(super) fn text_week(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|_, own| own.len() == 1)?;
    ground.put(SPELLS, "start_week", &rows, WORD)
}

pub(super) fn dead_early(ground: &mut Ground<'_>) -> Done {
    let absorbing = ground.scenario.states.iter().find(|state| state.absorbing);
    let state = absorbing
        .ok_or("the scenario has no absorbing state")?
        .name
        .clone();
    let ends: Vec<String> = ground
        .scenario
        .states
        .iter()
        .filter(|s| s.absorbing)
        .map(|s| s.name.clone())
        .collect();
    let rows = ground.take_spells(|ground, own| {
        let column = ground.sheets[SPELLS]
            .columns
            .iter()
            .find(|one| one.name == "state");
        let last = column
            .map(|column| text(column.value(own.end - 1), '.'))
            .unwrap_or_default();
        let lost = ground
            .scenario
            .lost
            .as_ref()
            .is_some_and(|lost| lost.state == last);
        own.len() == 2 && !ends.contains(&last) && !lost
    })?;
    ground.put(SPELLS, "state", &rows, &state)?;
    let after: Vec<usize> = rows.iter().map(|row| row + 1).collect();
    Ok(spot(SPELLS, "state", &after))
}

pub(super) fn unknown_state(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|_, own| own.len() == 1)?;
    ground.put(SPELLS, "state", &rows, "ukendt")
}

pub(super) fn missing_state(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|_, own| own.len() == 1)?;
    ground.put(SPELLS, "state", &rows, "")
}

pub(super) fn unknown_person(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take_spells(|_, own| own.len() == 1)?;
    let persons = ground.taken.len();
    let rows: Vec<usize> = rows
        .iter()
        .map(|row| ground.sheets[SPELLS].copy_row(*row))
        .collect();
    if let Cells::Whole(ids) = &mut ground.column(SPELLS, "person_id").cells {
        for (&row, number) in rows.iter().zip(persons + 1..) {
            ids[row] = Some(number as i64);
        }
    }
    Ok(spot(SPELLS, "person_id", &rows))
}

pub(super) fn missing_arm(ground: &mut Ground<'_>) -> Done {
    let persons = ground.take(|_, _| true)?;
    ground.put(PERSONS, "arm", &persons, "")
}

pub(super) fn unknown_arm(ground: &mut Ground<'_>) -> Done {
    let persons = ground.take(|_, _| true)?;
    ground.put(PERSONS, "arm", &persons, "lodtrukket")
}

#[expect(clippy::unnecessary_wraps, reason = "a fault like the others")]
pub(super) fn renamed_column(ground: &mut Ground<'_>) -> Done {
    "tilstand".clone_into(&mut ground.column(SPELLS, "state").name);
    Ok(Spot {
        sheet: SPELLS,
        column: None,
        rows: Vec::new(),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "a fault like the others")]
pub(super) fn truncated(ground: &mut Ground<'_>) -> Done {
    let last = ground.sheets[SPELLS].rows() - 1;
    ground.sheets[SPELLS].breaks_off = true;
    Ok(Spot {
        sheet: SPELLS,
        column: None,
        rows: vec![last],
    })
}

pub(super) fn latin1_names(ground: &mut Ground<'_>) -> Done {
    let name = ground.scenario.site_column.clone();
    let persons = ground.taken.len();
    let column = ground.column(PERSONS, &name);
    let Cells::Labels(levels, sites) = &mut column.cells else {
        return Err("the sites have no names");
    };
    levels[0].push_str(" Ø");
    let rows: Vec<usize> = (0..persons).filter(|row| sites[*row] == Some(0)).collect();
    if rows.len() <= PLANTED {
        return Err("the first site has too few persons");
    }
    ground.sheets[PERSONS].latin1 = rows[..PLANTED].to_vec();
    Ok(Spot {
        sheet: PERSONS,
        column: None,
        rows: rows[..PLANTED].to_vec(),
    })
}

pub(super) fn decimal_comma(ground: &mut Ground<'_>) -> Done {
    let (sheet, rows) = ground.hours()?;
    if ground.sheets[sheet].dialect == Dialect::Danish {
        return Err("the hours are written with a comma throughout");
    }
    ground.put(sheet, "hours", &rows, "18,5")
}

pub(super) fn negative_hours(ground: &mut Ground<'_>) -> Done {
    let (sheet, rows) = ground.hours()?;
    if let Cells::Hundredths(hours) = &mut ground.column(sheet, "hours").cells {
        for &row in &rows {
            hours[row] = Some(-3700);
        }
    }
    Ok(spot(sheet, "hours", &rows))
}

pub(super) fn cpr_ids(ground: &mut Ground<'_>) -> Done {
    let rows = ground.take(|_, _| true)?;
    let site = ground.scenario.site_column.clone();
    for sheet in ground.sheets.iter_mut() {
        for column in sheet
            .columns
            .iter_mut()
            .filter(|column| column.name == "person_id")
        {
            if let Cells::Whole(ids) = &column.cells {
                let most = ids.iter().flatten().max().copied().unwrap_or(0);
                let levels = (1..=most).map(cpr).collect();
                let place = |id: &Option<i64>| id.map(|id| id as u32 - 1);
                column.cells = Cells::Labels(levels, ids.iter().map(place).collect());
            }
        }
    }
    for &row in &rows {
        ground.column(PERSONS, &site).set(row, cpr(row as i64 + 1));
    }
    Ok(spot(PERSONS, &site, &rows))
}

/// A made-up number in the form of a CPR number, another for each person. The days are those of replacement numbers.
fn cpr(number: i64) -> String {
    let (rest, serial) = (number / 10_000, number % 10_000);
    let (year, month) = (rest / 12 % 100, rest % 12 + 1);
    let day = 61 + rest / 1200 % 28;
    format!("{day:02}{month:02}{year:02}-{serial:04}")
}
