//! The spells as DREAM has them: one code per person and week, in a column for each week or a row for each.

use super::calendar::CalendarWeek;
use super::codes;
use super::draw::Person;
use super::scenario::Scenario;
use super::sheet::{Cells, Column, Sheet};
use super::tables::{calendar, ids, numbered, sheet, stretches};
use crate::error::{Class, Diagnostic, Error, Result};

/// Name of the table.
pub(crate) const NAME: &str = "dream";

/// Code of each state, that of the lost last; 0 where there is none.
pub(crate) fn state_codes(scenario: &Scenario) -> Result<Vec<u16>> {
    let mut found: Vec<u16> = scenario
        .states
        .iter()
        .map(|s| s.code.unwrap_or(0))
        .collect();
    found.extend(scenario.lost.iter().map(|lost| lost.code.unwrap_or(0)));
    let mut sorted = found.clone();
    sorted.sort_unstable();
    let fail = |message: &str, hint: &str| {
        let finding = Diagnostic::error(codes::LAYOUT, message, hint);
        Err(Error::one(Class::Study, finding))
    };
    if scenario.entry.is_none() {
        return fail(
            "the layouts of DREAM have calendar weeks, and the scenario has no `[entry]`",
            "add `[entry]`, or write the tidy layout",
        );
    }
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return fail(
            "two states have the same `code` (or none) and could not be told apart",
            "give each state a code of its own; one may have none",
        );
    }
    Ok(found)
}

/// Weeks from the first of the intake to the end of the data.
fn weeks(scenario: &Scenario) -> Vec<CalendarWeek> {
    let entry = scenario.entry.as_ref();
    let week = |text: Option<&String>| text.and_then(|text| CalendarWeek::parse(text));
    let first = week(entry.map(|entry| &entry.first));
    let last = week(entry.map(|entry| &entry.data_end));
    match (first, last) {
        (Some(first), Some(last)) => (first.0..=last.0).map(CalendarWeek).collect(),
        _ => Vec::new(),
    }
}

/// One row per person, a column `y_YYWW` for each week; 0 is an empty cell.
pub(crate) fn wide(scenario: &Scenario, persons: &[Person]) -> Result<Sheet> {
    let codes = state_codes(scenario)?;
    let weeks = weeks(scenario);
    let mut cells = vec![vec![0_u16; persons.len()]; weeks.len()];
    let first = weeks.first().map_or(0, |week| week.0);
    for (row, person) in persons.iter().enumerate() {
        for stretch in stretches(scenario, person) {
            for week in stretch.start..=stretch.end {
                let place = calendar(person, week).0 - first;
                if let Some(column) = usize::try_from(place).ok().and_then(|at| cells.get_mut(at)) {
                    column[row] = codes[stretch.state];
                }
            }
        }
    }
    let mut columns = vec![ids(numbered(persons).map(|(number, _)| number))];
    let named = |(week, cells): (&CalendarWeek, Vec<u16>)| {
        Column::new(format!("y_{}", week.yyww()), Cells::Codes(cells))
    };
    columns.extend(weeks.iter().zip(cells).map(named));
    Ok(sheet(NAME, scenario.dialect, columns))
}

/// One row per person and week with a code.
pub(crate) fn long(scenario: &Scenario, persons: &[Person]) -> Result<Sheet> {
    let codes = state_codes(scenario)?;
    let (mut numbers, mut weeks, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    for (number, person) in numbered(persons) {
        for stretch in stretches(scenario, person) {
            let code = codes[stretch.state];
            for week in (stretch.start..=stretch.end).filter(|_| code > 0) {
                numbers.push(number);
                weeks.push(Some(calendar(person, week)));
                cells.push(code);
            }
        }
    }
    let columns = vec![
        ids(numbers.into_iter()),
        Column::new("week", Cells::Weeks(weeks)),
        Column::new("code", Cells::Codes(cells)),
    ];
    Ok(sheet(NAME, scenario.dialect, columns))
}
