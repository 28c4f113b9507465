//! `[persons]`, `[spells]` and `[durations]`.

use super::identifier::{each, stands_alone};
use super::{Pass, form, unique, unknown, value_or_empty};
use crate::study::codes;
use crate::study::defaults::key;
use crate::study::model::{
    DataFile, DateRule, DurationsFile, Layout, Overlap, PersonsFile, SpellsFile, Tick, Wages,
    WeekUnit, year_of,
};
use crate::study::raw::{RawDateRule, RawDurations, RawPersons, RawSpells, RawTick, RawWeeks};
use crate::study::reshape::PLAIN;
use crate::study::written::{At, Moment, Named, Texts, TextsOr};
use std::path::PathBuf;

/// The name that stands for `[durations]` in `table = ...`.
pub(super) const DURATIONS: &str = "durations";

pub(super) fn persons(raw: Option<RawPersons>, pass: &mut Pass<'_>) -> PersonsFile {
    let Some(raw) = raw else {
        return PersonsFile {
            file: no_file(),
            id: String::new(),
            arm: String::new(),
            // What needs a missing `[persons]` is not worth a second finding.
            assigned: Some(String::new()),
            strata: vec![String::new()],
            cluster: None,
            followed_until: Some(String::new()),
            subgroups: Vec::new(),
            covariates: Vec::new(),
        };
    };
    let others = [
        ("arm", raw.arm.as_ref()),
        ("assigned", raw.assigned.as_ref()),
    ];
    let others = (others.into_iter())
        .chain([("followed_until", raw.followed_until.as_ref())])
        .chain(each("strata", raw.strata.as_ref()))
        .chain(each("subgroups", raw.subgroups.as_ref()));
    stands_alone(raw.id.as_ref(), others, pass);
    PersonsFile {
        file: file(raw.file.as_ref(), pass),
        id: value_or_empty(raw.id),
        arm: value_or_empty(raw.arm),
        assigned: raw.assigned.map(|c| c.value),
        strata: unique(raw.strata, "column", pass),
        cluster: raw.cluster.map(|c| c.value),
        followed_until: raw.followed_until.map(|c| c.value),
        subgroups: unique(raw.subgroups, "column", pass),
        covariates: Vec::new(),
    }
}

pub(super) fn file(written: Option<&At<String>>, pass: &mut Pass<'_>) -> DataFile {
    match written {
        Some(written) => pass.roots.find(written, &mut pass.findings),
        None => no_file(),
    }
}

fn no_file() -> DataFile {
    DataFile {
        shown: String::new(),
        path: PathBuf::new(),
    }
}

pub(super) fn weeks(raw: RawWeeks, pivot: u8) -> WeekUnit {
    match raw {
        RawWeeks::Trial => WeekUnit::Trial,
        RawWeeks::Iso => WeekUnit::Iso,
        RawWeeks::Date => WeekUnit::Date,
        RawWeeks::Dream => WeekUnit::Dream { pivot },
    }
}

/// The word of a unit, as TOML.
pub(super) fn week_word(unit: WeekUnit) -> &'static str {
    match unit {
        WeekUnit::Trial => "\"trial\"",
        WeekUnit::Iso => "\"iso\"",
        WeekUnit::Date => "\"date\"",
        WeekUnit::Dream { .. } => "\"dream\"",
    }
}

pub(super) fn spells(
    raw: Option<Named<RawSpells>>,
    persons: &PersonsFile,
    pass: &mut Pass<'_>,
) -> Vec<SpellsFile> {
    let mut tables = Vec::new();
    for (name, table) in raw.map(|named| named.0).unwrap_or_default() {
        if name.value == DURATIONS {
            pass.findings.error(
                &name.span,
                codes::TOGETHER,
                "a table of spells cannot be named `durations`",
                "choose another name",
            );
        }
        tables.push(spell_table(&name, table, persons, pass));
    }
    tables
}

fn spell_table(
    name: &At<String>,
    mut raw: RawSpells,
    persons: &PersonsFile,
    pass: &mut Pass<'_>,
) -> SpellsFile {
    let section = if name.value == PLAIN {
        PLAIN.to_owned()
    } else {
        format!("spells.{}", key(&name.value))
    };
    let files = files(name, raw.file.take(), raw.files.take(), &section, pass);
    let here = form::Here {
        name,
        section: &section,
        files: &files,
        persons,
    };
    let (layout, of_columns) = form::layout(&raw, &here, pass);
    let unit_span = raw.weeks.as_ref().map(|w| w.span.clone());
    let pivot = form::pivot(&raw);
    let unit = raw.weeks.as_ref().map(|w| weeks(w.value, pivot));
    let unit = match of_columns {
        Some(unit) => unit,
        None => pass
            .defaults
            .or(unit, &section, "weeks", (WeekUnit::Trial, "\"trial\"")),
    };
    let is_wide = matches!(layout, Layout::Wide(_));
    if let Some(span) = unit_span
        && unit != WeekUnit::Trial
        && persons.assigned.is_none()
    {
        needs_assigned(&span, pass);
    }
    let gap_span = raw.gap.as_ref().map(|g| g.span.clone());
    if raw.gap.is_none() {
        pass.defaults.note(&section, "gap", "\"error\"");
    }
    let gap = raw.gap.clone().filter(|g| g.value != "error");
    if raw.overlap.is_none() {
        pass.defaults.note(&section, "overlap", "\"error\"");
    }
    if let Some(end) = &raw.data_end {
        data_end(end, unit, pass);
    } else if gap.is_some() && persons.followed_until.is_none() && !is_wide {
        pass.findings.error(
            &gap_span.unwrap_or(name.span.clone()),
            codes::NEEDS_END,
            format!(
                "`data_end` is needed in `[{section}]`, since `gap` fills weeks without a spell"
            ),
            "add `data_end = ...`, the last week of the data, or `followed_until` in `[persons]`",
        );
    }
    if let Some(rule) = raw.date_rule.as_ref().filter(|_| unit != WeekUnit::Date) {
        pass.findings.error(
            &rule.span,
            codes::TOGETHER,
            "`date_rule` is for dates, but `weeks` is not \"date\"",
            "leave out `date_rule`, or write `weeks = \"date\"`",
        );
    }
    let rule = raw.date_rule.as_ref().map(|r| match r.value {
        RawDateRule::Any => DateRule::Any,
        RawDateRule::Thursday => DateRule::Thursday,
    });
    if rule.is_none() && unit == WeekUnit::Date {
        pass.defaults.note(&section, "date_rule", "\"any\"");
    }
    let (listed, meaning) = match raw.states.take() {
        Some(TextsOr::Texts(states)) => (Some(unique(Some(states), "state", pass)), None),
        Some(TextsOr::Table(table)) => (None, Some(table)),
        None => (None, None),
    };
    let mut form = form::form(&mut raw, layout, meaning, unit, &here, pass);
    let known: Option<Vec<String>> = listed.or_else(|| {
        // Of states that are told by their cells, these are all there are.
        form.meaning.as_ref().map(|meaning| {
            let derived = form.employment.iter().map(|rule| rule.state.clone());
            let gap = gap.iter().map(|gap| gap.value.clone());
            let mut known: Vec<String> = meaning.iter().map(|(state, _)| state.clone()).collect();
            known.extend(gap.chain(derived));
            known
        })
    });
    if let Some(known) = &known {
        if let Some(state) = &gap {
            known_state(state, known, pass);
        }
        for list in [&raw.overlap, &raw.censor, &raw.absorbing]
            .into_iter()
            .flatten()
        {
            for state in list.0.iter().filter(|s| s.value != "error") {
                known_state(state, known, pass);
            }
        }
    }
    clash(raw.absorbing.as_ref(), raw.censor.as_ref(), pass);
    let others = [
        ("start", raw.start.as_ref()),
        ("end", raw.end.as_ref()),
        ("state", raw.state.as_ref()),
        ("week", raw.week.as_ref()),
    ];
    stands_alone(raw.person.as_ref(), others, pass);
    let person = value_or_empty(raw.person);
    if let Some(Wages::File { person: own, .. }) =
        form.employment.as_mut().map(|rule| &mut rule.wages)
        && own.is_empty()
    {
        own.clone_from(&person);
    }
    // Findings name the columns: with weeks in rows or columns they are the same.
    let when = raw.week.as_ref().or(raw.columns.as_ref()).cloned();
    let state = raw.state.or(raw.columns);
    SpellsFile {
        name: name.value.clone(),
        person,
        start: value_or_empty(raw.start.or(when.clone())),
        end: value_or_empty(raw.end.or(when)),
        state: value_or_empty(state),
        weeks: unit,
        gap: gap.map(|g| g.value),
        overlap: overlap(raw.overlap, pass),
        date_rule: rule.unwrap_or_default(),
        data_end: raw.data_end.map(|e| e.value.0),
        censor: unique(raw.censor, "state", pass),
        absorbing: unique(raw.absorbing, "state", pass),
        states: known,
        form,
        files,
    }
}

fn files(
    name: &At<String>,
    file: Option<At<String>>,
    files: Option<Texts>,
    section: &str,
    pass: &mut Pass<'_>,
) -> Vec<DataFile> {
    match (file, files) {
        (Some(file), Some(_)) => {
            pass.findings.error(
                &file.span,
                codes::TOGETHER,
                format!("`file` and `files` both stand in `[{section}]`"),
                "keep one of the two",
            );
            Vec::new()
        }
        (Some(file), None) => vec![self::file(Some(&file), pass)],
        (None, Some(files)) if !files.0.is_empty() => {
            let mut found: Vec<DataFile> = Vec::new();
            for file in &files.0 {
                if found.iter().any(|f| f.shown == file.value) {
                    pass.findings.error(
                        &file.span,
                        codes::TWICE,
                        format!("file `{}` is named twice", file.value),
                        "remove one of the two",
                    );
                }
                found.push(self::file(Some(file), pass));
            }
            found
        }
        _ => {
            pass.findings.error(
                &name.span,
                codes::MISSING_KEY,
                format!("`file` is missing in `[{section}]`"),
                "add `file = ...`, or `files = [...]` for several",
            );
            Vec::new()
        }
    }
}

fn overlap(raw: Option<Texts>, pass: &mut Pass<'_>) -> Overlap {
    let Some(list) = raw else {
        return Overlap::Error;
    };
    let refuses = list.0.iter().find(|s| s.value == "error").cloned();
    match refuses {
        Some(_) if list.0.len() == 1 => Overlap::Error,
        Some(word) => {
            pass.findings.error(
                &word.span,
                codes::TOGETHER,
                "`error` stands in a list of states",
                "write `overlap = \"error\"`, or only states in the list",
            );
            Overlap::Error
        }
        None => Overlap::Priority(unique(Some(list), "state", pass)),
    }
}

pub(super) fn known_state(state: &At<String>, known: &[String], pass: &mut Pass<'_>) {
    if !known.contains(&state.value) {
        unknown(&state.value, &state.span, "state", known, pass);
    }
}

fn clash(absorbing: Option<&Texts>, censor: Option<&Texts>, pass: &mut Pass<'_>) {
    let (Some(absorbing), Some(censor)) = (absorbing, censor) else {
        return;
    };
    for state in &censor.0 {
        if absorbing.0.iter().any(|s| s.value == state.value) {
            pass.findings.error(
                &state.span,
                codes::STATES_CLASH,
                format!("state `{}` is both absorbing and censoring", state.value),
                "keep it in `absorbing`, which stays followed, or in `censor`, which does not",
            );
        }
    }
}

pub(super) fn needs_assigned(span: &std::ops::Range<usize>, pass: &mut Pass<'_>) {
    pass.findings.error(
        span,
        codes::NEEDS_ASSIGNED,
        "calendar weeks, dates and months need the week of assignment",
        "add `assigned = ...` in `[persons]`, the column of the date or ISO week of assignment",
    );
}

fn data_end(end: &At<Moment>, unit: WeekUnit, pass: &mut Pass<'_>) {
    let (fits, allowed) = match unit {
        WeekUnit::Trial => (
            end.value.0.parse::<i32>().is_ok_and(|w| w >= 1),
            "a whole number from 1",
        ),
        WeekUnit::Iso => (is_iso_week(&end.value.0), "an ISO week such as `2010-W44`"),
        WeekUnit::Date => (is_date(&end.value.0), "a date such as `2010-11-03`"),
        WeekUnit::Dream { pivot } => (
            is_dream_week(&end.value.0, pivot),
            "a DREAM week such as `1044`",
        ),
    };
    if !fits {
        pass.findings
            .error(
                &end.span,
                codes::BAD_MOMENT,
                format!("`data_end` must be {allowed}, the unit of `weeks`"),
                format!("write {allowed}"),
            )
            .allowed = Some(allowed.to_owned());
    }
}

fn is_iso_week(text: &str) -> bool {
    let Some((year, week)) = text.split_once("-W") else {
        return false;
    };
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let Some((year, week)) = (digits(year, 4) && digits(week, 2))
        .then(|| (year.parse().ok(), week.parse().ok()))
        .and_then(|(y, w)| Some((y?, w?)))
    else {
        return false;
    };
    jiff::civil::ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday).is_ok()
}

fn is_dream_week(text: &str, pivot: u8) -> bool {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let Some((year, week)) = digits.then(|| text.split_at(2)) else {
        return false;
    };
    let (Ok(year), Ok(week)) = (year.parse(), week.parse()) else {
        return false;
    };
    let year = year_of(year, pivot);
    jiff::civil::ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday).is_ok()
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    let [a, b, c] = parts.as_slice() else {
        return false;
    };
    let (year, day) = if a.len() == 4 { (a, c) } else { (c, a) };
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), b.parse(), day.parse()) else {
        return false;
    };
    year >= 1000 && jiff::civil::Date::new(year, month, day).is_ok()
}

pub(super) fn durations(raw: RawDurations, pass: &mut Pass<'_>) -> DurationsFile {
    let tick = raw.tick.map(|t| match t.value {
        RawTick::Week => Tick::Week,
        RawTick::Day => Tick::Day,
    });
    let censored = raw.censored.map(|list| {
        list.0
            .into_iter()
            .map(|label| label.value.0)
            .collect::<Vec<_>>()
    });
    let others = [("time", raw.time.as_ref()), ("event", raw.event.as_ref())];
    stands_alone(raw.person.as_ref(), others, pass);
    let defaults = &mut pass.defaults;
    DurationsFile {
        tick: defaults.or(tick, DURATIONS, "tick", (Tick::Week, "\"week\"")),
        censored: defaults.or(censored, DURATIONS, "censored", (Vec::new(), "[]")),
        file: file(raw.file.as_ref(), pass),
        person: value_or_empty(raw.person),
        time: value_or_empty(raw.time),
        event: value_or_empty(raw.event),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_weeks_and_dates_are_told_from_what_looks_like_them() {
        assert!(is_iso_week("2009-W53"));
        assert!(!is_iso_week("2010-W53"));
        assert!(!is_iso_week("2010-44"));
        assert!(is_date("2010-11-03"));
        assert!(is_date("03-11-2010"));
        assert!(!is_date("2010-13-03"));
        assert!(!is_date("64"));
    }
}
