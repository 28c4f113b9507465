//! From drawn persons to the tables of the register: persons, spells, hours, events.

use super::calendar::CalendarWeek;
use super::draw::Person;
use super::scenario::{Scenario, Weeks};
use super::sheet::{Cells, Column, Sheet, day_of};

/// Persons, spells, hours and events, in the order in which they are listed.
pub(crate) fn tidy(scenario: &Scenario, persons: &[Person]) -> Vec<Sheet> {
    let mut all = vec![
        persons_sheet(scenario, persons),
        spells_sheet(scenario, persons),
    ];
    all.extend(others(scenario, persons));
    all
}

/// Hours and events.
pub(crate) fn others(scenario: &Scenario, persons: &[Person]) -> Vec<Sheet> {
    let mut all = Vec::new();
    if let Some(hours) = &scenario.hours {
        let found = || numbered(persons).flat_map(|(n, p)| p.hours.iter().map(move |h| (n, p, *h)));
        let columns = vec![
            ids(found().map(|(number, ..)| number)),
            weeks(
                "week",
                scenario.weeks,
                WEDNESDAY,
                found().map(|(_, p, (week, _))| (p, Some(week))),
            ),
            Column::new(
                "hours",
                Cells::Hundredths(found().map(|(_, _, (_, value))| Some(value)).collect()),
            ),
        ];
        let dialect = hours.dialect.unwrap_or(scenario.dialect);
        all.push(sheet(&hours.file, dialect, columns));
    }
    for (index, process) in scenario.events.iter().enumerate() {
        let found = || {
            numbered(persons)
                .flat_map(move |(n, p)| p.events[index].iter().map(move |e| (n, p, *e)))
        };
        let unit = process.weeks.unwrap_or(scenario.weeks);
        let mut columns = vec![
            ids(found().map(|(number, ..)| number)),
            weeks(
                "week",
                unit,
                WEDNESDAY,
                found().map(|(_, p, (week, _))| (p, Some(week))),
            ),
        ];
        columns.extend(process.column.as_ref().map(|column| {
            let kinds = process.kinds.iter().map(|kind| kind.name.clone()).collect();
            labels(
                column,
                kinds,
                found().map(|(_, _, (_, kind))| Some(kind as u32)),
            )
        }));
        all.push(sheet(&process.file, scenario.dialect, columns));
    }
    all
}

/// The persons and their groups.
pub(crate) fn persons_sheet(scenario: &Scenario, persons: &[Person]) -> Sheet {
    let profiles = || persons.iter().map(|person| &person.profile);
    let mut columns = vec![
        ids(numbered(persons).map(|(number, _)| number)),
        labels(
            "arm",
            scenario.arms.iter().map(|arm| arm.name.clone()).collect(),
            profiles().map(|profile| Some(profile.arm as u32)),
        ),
    ];
    if scenario.entry.is_some() {
        let unit = match scenario.weeks {
            Weeks::Date => Weeks::Date,
            Weeks::Trial | Weeks::Iso => Weeks::Iso,
        };
        columns.push(weeks(
            "assigned",
            unit,
            MONDAY,
            persons.iter().map(|p| (p, Some(1))),
        ));
    }
    columns.push(labels(
        &scenario.site_column,
        scenario
            .sites
            .iter()
            .map(|site| site.name.clone())
            .collect(),
        profiles().map(|profile| Some(profile.site as u32)),
    ));
    columns.extend(scenario.clusters.as_ref().map(|clusters| {
        let number = |person: &Person| person.cluster.map(|cluster| i64::from(cluster) + 1);
        Column::new(
            &clusters.column,
            Cells::Whole(persons.iter().map(number).collect()),
        )
    }));
    for (index, group) in scenario.subgroups.iter().enumerate() {
        columns.push(labels(
            &group.column,
            group
                .levels
                .iter()
                .map(|level| level.name.clone())
                .collect(),
            profiles().map(|profile| Some(profile.levels[index] as u32)),
        ));
    }
    sheet("persons.csv", scenario.dialect, columns)
}

/// A spell of a person: first and last trial week, and the place of its state (the state of the lost comes last).
pub(crate) struct Stretch {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) state: usize,
}

/// All spells of a person, those of unwritten states too.
pub(crate) fn stretches(scenario: &Scenario, person: &Person) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut start = 1;
    for run in person.states.chunk_by(|a, b| a == b) {
        let end = start + run.len() as u32 - 1;
        found.push(Stretch {
            start,
            end,
            state: run[0],
        });
        start = end + 1;
    }
    if scenario.lost.is_some() && start <= person.covered {
        found.push(Stretch {
            start,
            end: person.covered,
            state: scenario.states.len(),
        });
    }
    found
}

/// Spells, inclusive at both ends. With a calendar a spell that still runs when the data end is open.
fn spells_sheet(scenario: &Scenario, persons: &[Person]) -> Sheet {
    let mut rows: Vec<(i64, &Person, Stretch)> = Vec::new();
    let is_written =
        |stretch: &Stretch| scenario.states.get(stretch.state).is_none_or(|s| s.written);
    for (number, person) in numbered(persons) {
        let written = stretches(scenario, person).into_iter().filter(is_written);
        rows.extend(written.map(|stretch| (number, person, stretch)));
    }
    let is_open = |(_, person, stretch): &(i64, &Person, Stretch)| {
        scenario.entry.is_some() && stretch.end == person.covered
    };
    let mut states: Vec<String> = scenario
        .states
        .iter()
        .map(|state| state.name.clone())
        .collect();
    states.extend(scenario.lost.as_ref().map(|lost| lost.state.clone()));
    let columns = vec![
        ids(rows.iter().map(|(number, ..)| *number)),
        weeks(
            "start_week",
            scenario.weeks,
            MONDAY,
            rows.iter().map(|(_, p, s)| (*p, Some(s.start))),
        ),
        weeks(
            "end_week",
            scenario.weeks,
            SUNDAY,
            rows.iter()
                .map(|row| (row.1, (!is_open(row)).then_some(row.2.end))),
        ),
        labels(
            "state",
            states,
            rows.iter()
                .map(|(_, _, stretch)| Some(stretch.state as u32)),
        ),
    ];
    sheet("spells.csv", scenario.dialect, columns)
}

/// Days of the week. Events and hours happen on Wednesdays.
const MONDAY: i32 = 0;
const WEDNESDAY: i32 = 2;
const SUNDAY: i32 = 6;

pub(crate) fn sheet(file: &str, dialect: super::Dialect, columns: Vec<Column>) -> Sheet {
    Sheet {
        name: file.strip_suffix(".csv").unwrap_or(file).to_owned(),
        columns,
        dialect,
        latin1: Vec::new(),
        breaks_off: false,
    }
}

pub(crate) fn numbered(persons: &[Person]) -> impl Iterator<Item = (i64, &Person)> {
    (1..).zip(persons)
}

pub(crate) fn ids(numbers: impl Iterator<Item = i64>) -> Column {
    Column::new("person_id", Cells::Whole(numbers.map(Some).collect()))
}

fn labels(name: &str, levels: Vec<String>, codes: impl Iterator<Item = Option<u32>>) -> Column {
    Column::new(name, Cells::Labels(levels, codes.collect()))
}

/// The calendar week of a trial week.
pub(crate) fn calendar(person: &Person, week: u32) -> CalendarWeek {
    // Calendar units are refused without an intake, so that every person has an entry week here.
    CalendarWeek(person.entry.map_or(0, |w| w.0) + week as i32 - 1)
}

/// Trial weeks of persons in a unit; a date is this day of the week.
fn weeks<'a>(
    name: &str,
    unit: Weeks,
    day: i32,
    found: impl Iterator<Item = (&'a Person, Option<u32>)>,
) -> Column {
    let cells = match unit {
        Weeks::Trial => Cells::Whole(found.map(|(_, week)| week.map(i64::from)).collect()),
        Weeks::Iso => Cells::Weeks(
            found
                .map(|(p, week)| week.map(|week| calendar(p, week)))
                .collect(),
        ),
        Weeks::Date => {
            let date =
                |(p, week): (&Person, Option<u32>)| week.map(|week| day_of(calendar(p, week), day));
            Cells::Days(found.map(date).collect())
        }
    };
    Column::new(name, cells)
}
