//! Which columns of a wide file are weeks, and whether together they are all the weeks that are needed.

use super::codes;
use super::findings::{Finding, Findings, list, list_of_times};
use super::spells::Context;
use super::wide::Needed;
use crate::registers::calendar::{IsoWeek, Month};
use crate::registers::columns;
use crate::study::{Pattern, Stamp, Wages, WeekUnit, Wide};
use std::collections::BTreeMap;
use std::ops::Range;

/// The columns that are read of one file.
pub(crate) struct FileColumns {
    /// Names of the weeks, one after another.
    pub(crate) weeks: Vec<String>,
    /// The week of the first.
    pub(crate) first: i32,
    /// Columns of a week 53 that does not exist.
    pub(crate) odd: Vec<String>,
    /// Names of the months with wages, one after another.
    pub(crate) months: Vec<String>,
    /// Place of the first among the months of all files.
    pub(crate) months_at: usize,
}

/// The columns that are read.
pub(crate) struct Found {
    pub(crate) files: Vec<FileColumns>,
    /// First and last week of the data.
    pub(crate) first: i32,
    pub(crate) last: i32,
    /// Months with wages, when there are any.
    pub(crate) months: Option<Range<i32>>,
}

/// What stands in the header of one file.
#[derive(Default)]
struct Header {
    weeks: BTreeMap<i32, String>,
    months: BTreeMap<i32, String>,
    odd: Vec<String>,
}

/// Finds the columns; `None` when some are missing.
pub(crate) fn find(
    context: &Context,
    wide: &Wide,
    needed: &Needed,
    findings: &mut Findings,
) -> Option<Found> {
    let file = context.file();
    let wages = match file.form.employment.as_ref().map(|rule| &rule.wages) {
        Some(Wages::Columns(pattern)) => Some(pattern),
        _ => None,
    };
    let mut headers = Vec::new();
    for (i, data) in file.files.iter().enumerate() {
        match columns(data) {
            Ok((_, facts)) => {
                let names: Vec<String> = facts.into_iter().map(|column| column.name).collect();
                let year = wide.years.get(i).copied();
                let place = (data.shown.as_str(), year);
                headers.push(header(&names, wide, wages, place, findings)?);
            }
            Err(error) => findings.absorb(error),
        }
    }
    if headers.len() < file.files.len() {
        return None;
    }
    let weeks = together(context, &headers, wide, findings)?;
    if weeks.start > needed.start {
        let finding = Finding::error(
            codes::COLUMNS_BEGIN_LATE,
            wide.columns.as_str(),
            format!(
                "the columns begin with {}, and week 1 of a person is {}",
                name(file.weeks, weeks.start),
                name(file.weeks, needed.start)
            ),
            "add the columns of the earlier weeks: a week without a column is not known",
        );
        findings.of_file(&file.files[0].shown, &finding);
        return None;
    }
    let mut last = weeks.end - 1;
    let months = match wages {
        Some(pattern) => {
            let months = months(context, &headers, pattern, needed, findings)?;
            let known = Month(months.end - 1).weeks().map_or(last, |(_, to)| to.0);
            last = last.min(known);
            Some(months)
        }
        None => None,
    };
    let start = needed.weeks.start.max(weeks.start);
    // Nothing where the columns end before anybody's weeks begin.
    let read = start..needed.weeks.end.min(weeks.end).max(start);
    let files = headers.into_iter().map(|mut header| {
        let first = (header.weeks.range(read.clone()).next()).map_or(read.start, |(week, _)| *week);
        let start = header.months.keys().next().copied();
        let at = start
            .zip(months.as_ref())
            .map_or(0, |(start, all)| start - all.start);
        FileColumns {
            first,
            weeks: (header.weeks.range(read.clone()))
                .map(|(_, name)| name.clone())
                .collect(),
            odd: std::mem::take(&mut header.odd),
            months: header.months.into_values().collect(),
            months_at: at as usize,
        }
    });
    Some(Found {
        files: files.collect(),
        first: weeks.start,
        last,
        months,
    })
}

fn header(
    names: &[String],
    wide: &Wide,
    wages: Option<&Pattern>,
    (shown, year): (&str, Option<i16>),
    findings: &mut Findings,
) -> Option<Header> {
    let mut header = Header::default();
    let mut twice = Vec::new();
    for name in names {
        let week = match wide.columns.stamp(name, wide.pivot, year) {
            Some(Stamp::Trial(week)) => Some(week),
            Some(Stamp::Week(year, week)) => {
                let week = IsoWeek::new(year, week).map(|week| week.0);
                if week.is_none() {
                    header.odd.push(name.clone());
                }
                week
            }
            _ => None,
        };
        if let Some(week) = week
            && header.weeks.insert(week, name.clone()).is_some()
        {
            twice.push(name.clone());
        }
        if let Some(Stamp::Month(year, month)) =
            wages.and_then(|pattern| pattern.stamp(name, wide.pivot, year))
            && header
                .months
                .insert(Month::new(year, month).0, name.clone())
                .is_some()
        {
            twice.push(name.clone());
        }
    }
    let pattern = wide.columns.as_str();
    let finding = if header.weeks.is_empty() {
        Finding::error(
            codes::NO_WEEK_COLUMNS,
            pattern,
            "no column has a name of this pattern",
            "compare the pattern with the names of the columns",
        )
        .allowed(list(names))
    } else if !twice.is_empty() {
        Finding::error(
            codes::TWO_COLUMNS_OF_A_WEEK,
            pattern,
            format!(
                "two columns are of the same week: {}",
                list_of_times(&twice)
            ),
            "rename or remove one of them, or choose a narrower pattern",
        )
    } else {
        return Some(header);
    };
    findings.of_file(shown, &finding);
    None
}

/// All weeks of the files, which must follow each other: either each file has its own, or all have the same.
fn together(
    context: &Context,
    headers: &[Header],
    wide: &Wide,
    findings: &mut Findings,
) -> Option<Range<i32>> {
    let file = context.file();
    let mut refuse = |code, message: String, hint| {
        let finding = Finding::error(code, wide.columns.as_str(), message, hint);
        findings.of_file(&file.files[0].shown, &finding);
    };
    let range = |header: &Header| {
        let first = header.weeks.keys().next().copied().unwrap_or_default();
        let last = header.weeks.keys().next_back().copied().unwrap_or_default();
        (first, last)
    };
    let mut ranges: Vec<(i32, i32)> = headers.iter().map(range).collect();
    ranges.sort_unstable();
    ranges.dedup();
    if let Some(pair) = ranges.windows(2).find(|pair| pair[1].0 <= pair[0].1) {
        let message = format!(
            "one file has the weeks {} to {}, another {} to {}",
            name(file.weeks, pair[0].0),
            name(file.weeks, pair[0].1),
            name(file.weeks, pair[1].0),
            name(file.weeks, pair[1].1)
        );
        let hint = "let each file have weeks of its own, or all files the same weeks for different persons";
        refuse(codes::TWO_COLUMNS_OF_A_WEEK, message, hint);
        return None;
    }
    let mut known: Vec<i32> = headers
        .iter()
        .flat_map(|h| h.weeks.keys().copied())
        .collect();
    known.sort_unstable();
    known.dedup();
    let (first, last) = (known.first().copied()?, known.last().copied()?);
    let missing: Vec<String> = (first..=last)
        .filter(|week| known.binary_search(week).is_err())
        .map(|week| name(file.weeks, week))
        .collect();
    if !missing.is_empty() {
        let message = format!("there is no column of {}", list_of_times(&missing));
        let hint = "add the columns: a week without a column is not a week without benefit";
        refuse(codes::COLUMN_MISSING, message, hint);
        return None;
    }
    Some(first..last + 1)
}

/// The months with wages, which must follow each other and begin with the first week that is needed.
fn months(
    context: &Context,
    headers: &[Header],
    pattern: &Pattern,
    needed: &Needed,
    findings: &mut Findings,
) -> Option<Range<i32>> {
    let mut known: Vec<i32> = headers
        .iter()
        .flat_map(|h| h.months.keys().copied())
        .collect();
    known.sort_unstable();
    known.dedup();
    let shown = |month: i32| format!("{}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1);
    let problem = match (known.first(), known.last()) {
        (Some(&first), Some(&last)) => {
            let missing: Vec<String> = (first..=last)
                .filter(|month| known.binary_search(month).is_err())
                .map(shown)
                .collect();
            let start = IsoWeek(needed.start).month().map_or(first, |month| month.0);
            if !missing.is_empty() {
                format!("there is no column of {}", list_of_times(&missing))
            } else if first > start {
                format!(
                    "the wages begin with {}, and week 1 of a person lies in {}",
                    shown(first),
                    shown(start)
                )
            } else {
                return Some(first..last + 1);
            }
        }
        _ => "no column has a name of this pattern".to_owned(),
    };
    let finding = Finding::error(
        codes::NO_WAGES,
        pattern.as_str(),
        problem,
        "add the columns, or correct `columns` in `[spells.employment]`",
    );
    findings.of_file(&context.file().files[0].shown, &finding);
    None
}

/// A week as the file counts it.
fn name(unit: WeekUnit, week: i32) -> String {
    match unit {
        WeekUnit::Trial => format!("week {week}"),
        _ => IsoWeek(week).to_string(),
    }
}
