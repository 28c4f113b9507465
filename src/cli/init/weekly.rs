//! Registers by week: a column for each week, or a row for each week and a code.

use super::names::{STATE, WEEK, named};
use super::roles::{Held, id, last, name, numbers, unit_of};
use crate::error::Result;
use crate::registers::calendar::{IsoWeek, date_of};
use crate::registers::{Kind, KindHint, Look, Seen};
use crate::study::WeekUnit;
use std::collections::BTreeMap;

/// Fewer columns than these with one name are no register.
const FEWEST: usize = 4;
/// Years of two digits from here on are of the last century, as in DREAM.
const PIVOT: u8 = 90;

/// A register by week.
pub(super) struct Weekly<'a> {
    pub file: &'a str,
    pub person: &'a str,
    pub form: Form<'a>,
    pub cells: Cells<'a>,
}

/// How weeks are told.
pub(super) enum Form<'a> {
    /// By columns of this pattern.
    Columns { pattern: String, is_calendar: bool },
    /// By rows, until this week.
    Rows {
        week: &'a str,
        state: &'a str,
        weeks: WeekUnit,
        data_end: String,
    },
}

/// What the cells are.
pub(super) enum Cells<'a> {
    /// Codes of DREAM.
    Codes,
    /// Labels, that of the state of interest first.
    Labels(Vec<&'a str>),
}

impl Weekly<'_> {
    /// Whether its weeks are of the calendar.
    pub(super) fn is_calendar(&self) -> bool {
        match &self.form {
            Form::Columns { is_calendar, .. } => *is_calendar,
            Form::Rows { weeks, .. } => *weeks != WeekUnit::Trial,
        }
    }
}

/// Columns of one name and a number of week, by week.
pub(super) struct WeekColumns<'a> {
    pattern: String,
    is_calendar: bool,
    /// The week (of the trial, or since week 0 of the calendar) and the column.
    columns: BTreeMap<i32, &'a Seen>,
}

impl WeekColumns<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.columns.values().any(|c| c.facts.name.trim() == name)
    }
}

/// The week of the digits behind a name: how it is written in a pattern, and which it is.
fn week_of(digits: &str) -> Option<(&'static str, i32)> {
    let number: i32 = digits.parse().ok()?;
    let iso = |year: i32| {
        let week = IsoWeek::parse(&format!("{year:04}-W{:02}", number % 100))?;
        Some(week.0)
    };
    match digits.len() {
        1..=3 if !digits.starts_with('0') => Some(("{week}", number)),
        4 => {
            let year = number / 100;
            let century = if year < i32::from(PIVOT) { 2000 } else { 1900 };
            Some(("{yyww}", iso(century + year)?))
        }
        6 => Some(("{yyyyww}", iso(number / 100)?)),
        _ => None,
    }
}

/// The longest row of columns that are weeks after each other.
pub(super) fn week_columns(look: &Look) -> Option<WeekColumns<'_>> {
    let mut found: BTreeMap<(String, &str), BTreeMap<i32, &Seen>> = BTreeMap::new();
    for column in look.columns.iter().filter(|column| column.is_read) {
        let own = column.facts.name.trim();
        let stem = own.trim_end_matches(|c: char| c.is_ascii_digit());
        // `grad_2017_01` is a month.
        let is_dated = stem
            .trim_end_matches('_')
            .ends_with(|c: char| c.is_ascii_digit());
        if let Some((mark, week)) = week_of(&own[stem.len()..]).filter(|_| !is_dated) {
            let key = (stem.to_owned(), mark);
            found.entry(key).or_default().insert(week, column);
        }
    }
    let longest = found.into_iter().max_by_key(|(_, columns)| columns.len())?;
    let ((stem, mark), columns) = longest;
    let (first, last) = (*columns.keys().next()?, *columns.keys().next_back()?);
    let is_whole = (last - first + 1) as usize == columns.len();
    let is_calendar = mark != "{week}";
    if columns.len() < FEWEST || !is_whole || (!is_calendar && first != 1) {
        return None;
    }
    Some(WeekColumns {
        pattern: format!("{stem}{mark}"),
        is_calendar,
        columns,
    })
}

/// What the cells of columns are; `None` when nothing can be made of them.
fn cells<'a>(columns: impl Iterator<Item = &'a Seen>) -> Option<Cells<'a>> {
    let columns: Vec<&Seen> = columns.filter(|column| column.distinct > 0).collect();
    let is_number = |c: &&Seen| matches!(c.facts.kind_hint, KindHint::Whole | KindHint::Number);
    let is_code = |label: &(String, usize)| label.0.parse().is_ok_and(|n: u16| n >= 100);
    // A column with many different codes has no list of labels.
    if columns
        .iter()
        .all(|c| is_number(c) && c.labels.iter().all(is_code))
    {
        return (!columns.is_empty()).then_some(Cells::Codes);
    }
    let mut labels: Vec<&str> = Vec::new();
    for column in columns {
        if column.labels.is_empty() {
            return None;
        }
        for (label, _) in &column.labels {
            if !labels.contains(&label.as_str()) {
                labels.push(label);
            }
        }
    }
    let is_yes = |label: &&str| {
        let small = label.to_lowercase();
        matches!(small.as_str(), "yes" | "ja" | "1" | "true") || is_work(&small)
    };
    labels.sort_unstable();
    labels.sort_by_key(|label| !is_yes(label));
    (labels.len() <= crate::registers::FEW).then_some(Cells::Labels(labels))
}

fn is_work(label: &str) -> bool {
    let has = |list: &[&str]| list.iter().any(|word| label.contains(word));
    has(super::names::WORK) && !has(super::names::NO_WORK)
}

/// A register with a column for each week, and its last week.
pub(super) fn wide(held: &Held) -> Option<(Weekly<'_>, i64)> {
    let person = id(&held.look)?;
    let found = week_columns(&held.look)?;
    let last = *found.columns.keys().next_back()?;
    let weekly = Weekly {
        file: &held.written,
        person: name(person),
        form: Form::Columns {
            pattern: found.pattern,
            is_calendar: found.is_calendar,
        },
        cells: cells(found.columns.into_values())?,
    };
    Some((weekly, i64::from(last)))
}

/// A register with a row for each week, and its last week.
pub(super) fn long(held: &Held) -> Result<Option<(Weekly<'_>, i64)>> {
    let look = &held.look;
    let Some(person) = id(look) else {
        return Ok(None);
    };
    let of = |c: &Seen| unit_of(c).or_else(|| is_text_of_weeks(held, c).then_some(WeekUnit::Iso));
    let Some(week) = named(look, WEEK, |c| of(c).is_some()) else {
        return Ok(None);
    };
    let may = |c: &Seen| c.distinct > 0 && ![name(person), name(week)].contains(&name(c));
    let Some(state) = named(look, STATE, may) else {
        return Ok(None);
    };
    let Some(Cells::Codes) = cells(std::iter::once(state)) else {
        return Ok(None);
    };
    let weeks = match of(week) {
        Some(WeekUnit::Trial) if is_yyww(held, name(week))? => WeekUnit::Dream { pivot: PIVOT },
        Some(unit) => unit,
        None => return Ok(None),
    };
    let mut end = last(held, name(week), Kind::Week(weeks))?;
    let iso = IsoWeek(end as i32);
    let data_end = match weeks {
        WeekUnit::Trial => end.to_string(),
        WeekUnit::Iso => iso.to_string(),
        WeekUnit::Dream { .. } => {
            let (year, week) = iso.year_and_week().unwrap_or_default();
            format!("{:02}{week:02}", year % 100)
        }
        WeekUnit::Date => date_of(end).map_or_else(String::new, |date| date.to_string()),
    };
    if weeks == WeekUnit::Date {
        end = i64::from(IsoWeek::of_days(end).0);
    }
    let weekly = Weekly {
        file: &held.written,
        person: name(person),
        form: Form::Rows {
            week: name(week),
            state: name(state),
            weeks,
            data_end,
        },
        cells: Cells::Codes,
    };
    Ok(Some((weekly, end)))
}

/// Whether a text has an ISO week in every row, as other programs keep them; of many weeks there is no list of labels.
fn is_text_of_weeks(held: &Held, column: &Seen) -> bool {
    let is_text = column.facts.kind_hint == KindHint::Text && column.labels.is_empty();
    is_text
        && numbers(held, name(column), Kind::Week(WeekUnit::Iso))
            .is_ok_and(|found| found.bad.count == 0 && !found.values.is_empty())
}

/// Whether whole numbers are weeks as DREAM writes them: `1044`.
fn is_yyww(held: &Held, column: &str) -> Result<bool> {
    let numbers = numbers(held, column, Kind::Decimal { decimals: 0 })?;
    let is_week = |n: &i64| (101..=9953).contains(n) && (1..=53).contains(&(n % 100));
    let largest = numbers.values.iter().copied().max().unwrap_or(0);
    Ok(largest > 520 && numbers.values.iter().all(is_week))
}
