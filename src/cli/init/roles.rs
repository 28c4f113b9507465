//! Which file is what, and which column: by names, by what the columns hold, and by who has a row of his own.

use super::names::{
    ARM, ASSIGNED, CENSORED, CONTROL, END, EVENT, ID, MONTH, NO_WORK, START, STATE, STRATA, TIME,
    WEEK, WORK, named, words,
};
use super::weekly::{self, Weekly};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::registers::calendar::{IsoWeek, date_of};
use crate::registers::{Column, Kind, KindHint, Look, Numbers, Seen, Want, read};
use crate::study::{DataFile, WeekUnit};

/// A file that was looked at.
pub(super) struct Held {
    pub file: DataFile,
    /// Its name in the study.
    pub written: String,
    pub look: Look,
}

/// What the files seem to be.
pub(super) struct Guess<'a> {
    pub persons: Persons<'a>,
    pub spells: Option<Spells<'a>>,
    pub weekly: Option<Weekly<'a>>,
    pub durations: Option<Durations<'a>>,
    pub others: Vec<Other<'a>>,
    /// The last week or tick to evaluate.
    pub horizon: i64,
    /// Files of which nothing could be made.
    pub left: Vec<&'a str>,
}

pub(super) struct Persons<'a> {
    pub file: &'a str,
    pub id: &'a str,
    pub arm: &'a str,
    /// The control first.
    pub arms: Vec<&'a str>,
    pub assigned: Option<&'a str>,
    pub strata: Option<&'a str>,
    pub subgroups: Vec<&'a str>,
    /// What else is known of each person, as far as it is a number or has few values.
    pub covariates: Vec<&'a str>,
}

pub(super) struct Spells<'a> {
    pub file: &'a str,
    pub person: &'a str,
    pub start: &'a str,
    pub end: &'a str,
    pub state: &'a str,
    pub weeks: WeekUnit,
    pub data_end: String,
    pub states: Vec<&'a str>,
    /// The state that seems to be work.
    pub work: &'a str,
}

pub(super) struct Durations<'a> {
    pub file: &'a str,
    pub person: &'a str,
    pub time: &'a str,
    pub event: &'a str,
    pub censored: Option<&'a str>,
    pub is_days: bool,
}

/// Rows by week or month: an amount where there is a column of numbers, else events.
pub(super) struct Other<'a> {
    pub file: &'a str,
    pub person: &'a str,
    pub week: &'a str,
    pub weeks: Option<WeekUnit>,
    pub amount: Option<&'a str>,
}

fn is_number(column: &Seen) -> bool {
    matches!(column.facts.kind_hint, KindHint::Whole | KindHint::Number)
}

pub(super) fn name(column: &Seen) -> &str {
    column.facts.name.trim()
}

/// The column that tells persons apart.
pub(super) fn id(look: &Look) -> Option<&Seen> {
    let may = |c: &Seen| {
        matches!(
            c.facts.kind_hint,
            KindHint::Whole | KindHint::Number | KindHint::Text
        ) && c.empty == 0
            && (c.distinct > 1 || look.rows < 2)
    };
    named(look, ID, may)
}

/// Whether each row is a person of its own.
fn is_of_persons(look: &Look) -> bool {
    id(look).is_some_and(|id| id.distinct == look.rows)
}

/// The column of the arm: the one that is said to be it, or what looks most like one.
fn arm<'a>(look: &'a Look, said: Option<&str>) -> Option<&'a Seen> {
    // A column called so may have many arms; one that is found by its labels has a few.
    let may = |c: &Seen| c.labels.len() > 1 && c.empty == 0;
    if let Some(said) = said {
        return look.columns.iter().find(|c| name(c) == said && may(c));
    }
    let is_few = |c: &Seen| may(c) && c.labels.len() <= 6;
    let has_control = |c: &&Seen| {
        c.labels
            .iter()
            .any(|(label, _)| CONTROL[..6].contains(&label.to_lowercase().as_str()))
    };
    named(look, ARM, may).or_else(|| look.columns.iter().filter(|c| is_few(c)).find(has_control))
}

/// Makes of the files what can be made of them; `said` is the column of the arm, where somebody names it.
pub(super) fn guess<'a>(held: &'a [Held], said: Option<&str>) -> Result<Guess<'a>> {
    let with_arm = |is_own: bool| {
        held.iter().find(|held| {
            id(&held.look).is_some()
                && arm(&held.look, said).is_some()
                && is_of_persons(&held.look) == is_own
        })
    };
    let of_persons = with_arm(true).ok_or_else(|| no_persons(held, said))?;
    let mut persons = persons(of_persons, said).ok_or_else(|| no_persons(held, said))?;
    let (mut spells, mut durations, mut others, mut left) = (None, None, Vec::new(), Vec::new());
    let mut weekly: Option<Weekly<'_>> = None;
    let mut horizon = 0;
    for held in held {
        let is_persons = std::ptr::eq(held, of_persons);
        if spells.is_none()
            && !is_persons
            && let Some((found, last)) = self::spells(held)?
        {
            horizon = last;
            spells = Some(found);
        } else if spells.is_none()
            && weekly.is_none()
            && let Some((found, last)) = by_week(held, is_persons)?
        {
            horizon = last;
            weekly = Some(found);
        } else if durations.is_none()
            && is_of_persons(&held.look)
            && let Some((found, last)) = self::durations(held)?
        {
            if spells.is_none() && weekly.is_none() {
                horizon = last;
            }
            durations = Some(found);
        } else if let Some(found) = other(held).filter(|_| !is_persons) {
            others.push(found);
        } else if !is_persons {
            left.push(held.file.shown.as_str());
        }
    }
    if spells.is_some() {
        weekly = None;
    }
    if spells.is_some() || weekly.is_some() {
        durations = None;
    }
    let unit = match (&spells, &weekly) {
        (Some(spells), _) => spells.weeks,
        (None, Some(weekly)) if weekly.is_calendar() => WeekUnit::Iso,
        _ => WeekUnit::Trial,
    };
    let calendar = unit != WeekUnit::Trial;
    if calendar && let Some(column) = persons.assigned {
        horizon = weeks_after(of_persons, column, horizon, unit)?;
    }
    if !calendar
        && !others
            .iter()
            .any(|other| other.weeks != Some(WeekUnit::Trial))
    {
        persons.assigned = None;
    }
    if spells.is_none() && weekly.is_none() && durations.is_none() {
        return Err(refused(
            "none of the files has spells or durations",
            "name a file with start, end and state of each spell, with a column or a row for each week, or with one duration and event a person",
        ));
    }
    Ok(Guess {
        persons,
        spells,
        weekly,
        durations,
        others,
        horizon: horizon.clamp(1, 5200),
        left,
    })
}

/// A register by week; the file of persons may have a column for each week too.
fn by_week(held: &Held, is_persons: bool) -> Result<Option<(Weekly<'_>, i64)>> {
    match weekly::wide(held) {
        Some(found) => Ok(Some(found)),
        None if is_persons => Ok(None),
        None => weekly::long(held),
    }
}

fn refused(message: &str, hint: &str) -> Error {
    Error::one(Class::Data, Diagnostic::error("RV0001", message, hint))
}

fn no_persons(held: &[Held], said: Option<&str>) -> Error {
    if let Some(said) = said {
        return refused(
            &format!(
                "no file has one row a person and a column `{said}` of a few labels without an empty cell"
            ),
            "name a column of the file of persons as it is written there; `rettevej preview` lists them",
        );
    }
    let has_id = held.iter().any(|held| id(&held.look).is_some());
    refused(
        if has_id {
            "no file has one row a person with a column of the arm"
        } else {
            "no file has a column that tells persons apart"
        },
        "name the column of the person `person_id`, and that of the trial's arm with `--arm COLUMN`, or write the study by hand",
    )
}

fn persons<'a>(held: &'a Held, said: Option<&str>) -> Option<Persons<'a>> {
    let look = &held.look;
    let (id, arm) = (id(look)?, arm(look, said)?);
    let mut arms: Vec<&str> = arm.labels.iter().map(|(label, _)| label.as_str()).collect();
    let is_control = |label: &str| {
        CONTROL
            .iter()
            .position(|word| label.to_lowercase().contains(word))
    };
    arms.sort_by_key(|label| is_control(label).unwrap_or(usize::MAX));
    let is_day = |c: &Seen| {
        matches!(
            c.facts.kind_hint,
            KindHint::Date | KindHint::Moment | KindHint::IsoWeek
        ) || unit_of(c) == Some(WeekUnit::Iso)
    };
    let days = || look.columns.iter().filter(|c| is_day(c) && c.empty == 0);
    let assigned = named(look, ASSIGNED, is_day).or_else(|| days().next());
    let strata = named(look, STRATA, |c| {
        c.distinct > 1 && !c.labels.is_empty() && c.empty == 0
    });
    let used = [Some(id), Some(arm), assigned, strata].map(|c| c.map(name));
    let weeks = weekly::week_columns(look);
    let subgroups = look.columns.iter().filter(|c| {
        (2..=8).contains(&c.labels.len())
            && c.facts.kind_hint == KindHint::Text
            && !c.cpr
            && !used.contains(&Some(name(c)))
            && !weeks.as_ref().is_some_and(|weeks| weeks.has(name(c)))
    });
    let covariates = look.columns.iter().filter(|c| {
        let is_number =
            matches!(c.facts.kind_hint, KindHint::Whole | KindHint::Number) && c.distinct > 1;
        let has_levels = (2..=8).contains(&c.labels.len());
        (is_number || has_levels) && !is_day(c) && !c.cpr && !used.contains(&Some(name(c)))
    });
    let covariates: Vec<&str> = covariates.map(name).collect();
    Some(Persons {
        file: &held.written,
        id: name(id),
        arm: name(arm),
        arms,
        assigned: assigned.map(name),
        strata: strata.map(name),
        subgroups: subgroups.map(name).take(4).collect(),
        covariates,
    })
}

/// The spells of a file, and their last week.
fn spells(held: &Held) -> Result<Option<(Spells<'_>, i64)>> {
    let look = &held.look;
    let of = |unit| move |c: &Seen| unit_of(c) == Some(unit);
    let units = [WeekUnit::Iso, WeekUnit::Date, WeekUnit::Trial];
    let found = units.into_iter().find_map(|unit| {
        let (start, end) = (named(look, START, of(unit))?, named(look, END, of(unit))?);
        (name(start) != name(end)).then_some((unit, start, end))
    });
    let (Some((weeks, start, end)), Some(person)) = (found, id(look)) else {
        return Ok(None);
    };
    let may = |c: &Seen| {
        !c.labels.is_empty() && ![name(start), name(end), name(person)].contains(&name(c))
    };
    let Some(state) = named(look, STATE, may) else {
        return Ok(None);
    };
    let states: Vec<&str> = state
        .labels
        .iter()
        .map(|(label, _)| label.as_str())
        .collect();
    let has =
        |label: &str, list: &[&str]| list.iter().any(|word| label.to_lowercase().contains(word));
    let is_work = |label: &&&str| has(label, WORK) && !has(label, NO_WORK);
    let Some(&work) = states.iter().find(is_work).or(states.first()) else {
        return Ok(None);
    };
    let kind = Kind::Week(weeks);
    let last = [last(held, name(start), kind)?, last(held, name(end), kind)?];
    let last = last.into_iter().max().unwrap_or_default();
    Ok(Some((
        Spells {
            file: &held.written,
            person: name(person),
            start: name(start),
            end: name(end),
            state: name(state),
            weeks,
            data_end: match weeks {
                WeekUnit::Trial => last.to_string(),
                // DREAM weeks are not guessed: a whole number may be any week.
                WeekUnit::Iso | WeekUnit::Dream { .. } => IsoWeek(last as i32).to_string(),
                WeekUnit::Date => date_of(last)
                    .map(|date| date.to_string())
                    .unwrap_or_default(),
            },
            states,
            work,
        },
        last,
    )))
}

pub(super) fn unit_of(column: &Seen) -> Option<WeekUnit> {
    match column.facts.kind_hint {
        KindHint::IsoWeek => Some(WeekUnit::Iso),
        KindHint::Date | KindHint::Moment => Some(WeekUnit::Date),
        KindHint::Whole | KindHint::Number => Some(WeekUnit::Trial),
        // A column of weeks kept as text by another program.
        KindHint::Text if column.distinct > 0 && !column.labels.is_empty() => {
            let is_iso = |(label, _): &(String, usize)| IsoWeek::parse(label).is_some();
            column.labels.iter().all(is_iso).then_some(WeekUnit::Iso)
        }
        _ => None,
    }
}

/// The largest number of a column.
pub(super) fn last(held: &Held, column: &str, kind: Kind) -> Result<i64> {
    let numbers = numbers(held, column, kind)?;
    let empty = |row: usize| numbers.empty.as_ref().is_some_and(|empty| empty[row]);
    let there = numbers
        .values
        .iter()
        .enumerate()
        .filter(|(row, _)| !empty(*row));
    Ok(there.map(|(_, &value)| value).max().unwrap_or_default())
}

pub(super) fn numbers(held: &Held, column: &str, kind: Kind) -> Result<Numbers> {
    let wants = [Want {
        column: column.to_owned(),
        kind,
    }];
    let table = read(&held.file, &wants)?;
    Ok(match table.columns.into_iter().next() {
        Some(Column::Numbers(numbers)) => numbers,
        _ => Numbers::default(),
    })
}

/// Weeks from the last assignment to the end of the data: as far as everybody can be followed.
fn weeks_after(held: &Held, assigned: &str, end: i64, unit: WeekUnit) -> Result<i64> {
    let end = match unit {
        WeekUnit::Date => i64::from(IsoWeek::of_days(end).0),
        _ => end,
    };
    let last = last(held, assigned, Kind::Assigned)?;
    Ok(end - last + 1)
}

/// The durations of a file, and the longest.
fn durations(held: &Held) -> Result<Option<(Durations<'_>, i64)>> {
    let look = &held.look;
    let Some(person) = id(look) else {
        return Ok(None);
    };
    let time = named(look, TIME, is_number).or_else(|| named(look, WEEK, is_number));
    let event = |c: &Seen| (2..=10).contains(&c.labels.len()) && c.empty == 0;
    let (Some(time), Some(event)) = (time, named(look, EVENT, event)) else {
        return Ok(None);
    };
    let last = last(held, name(time), Kind::Decimal { decimals: 0 })?;
    let is_censored = |label: &&str| CENSORED.contains(&label.to_lowercase().as_str());
    let mut labels = event.labels.iter().map(|(label, _)| label.as_str());
    let found = Durations {
        file: &held.written,
        person: name(person),
        time: name(time),
        event: name(event),
        censored: labels.find(is_censored),
        is_days: last > 520
            || words(name(time))
                .iter()
                .any(|w| matches!(w.as_str(), "days" | "day" | "dage")),
    };
    Ok(Some((found, last)))
}

fn other(held: &Held) -> Option<Other<'_>> {
    let look = &held.look;
    let person = id(look)?;
    let is_month = |c: &Seen| c.facts.kind_hint == KindHint::Month;
    let (week, weeks) = match named(look, WEEK, |c| unit_of(c).is_some()) {
        Some(week) => (week, unit_of(week)),
        None => (named(look, MONTH, is_month)?, None),
    };
    let amount = look
        .columns
        .iter()
        .find(|c| is_number(c) && c.distinct > 2 && ![name(person), name(week)].contains(&name(c)));
    if weeks.is_none() && amount.is_none() {
        return None;
    }
    Some(Other {
        file: &held.written,
        person: name(person),
        week: name(week),
        weeks,
        amount: amount.map(name),
    })
}
