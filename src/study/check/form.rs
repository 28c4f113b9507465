//! How the rows of `[spells]` become spells: layout, codes, states.

use super::Pass;
use super::employment::employment;
use super::tables::needs_assigned;
use crate::study::codes;
use crate::study::model::{
    CodeFile, DataFile, Layout, Outsiders, Pattern, PatternColumns, PersonsFile, Selector,
    SpellForm, WeekUnit, Wide, year_of,
};
use crate::study::raw::{RawOutsiders, RawSpells, RawWeeks};
use crate::study::written::{At, LabelList, Named};
use std::ops::Range;
use std::path::Path;

/// The word of the code table of the program.
const DREAM: &str = "dream";
/// Years of two digits from here on are of the last century, unless the study says otherwise.
pub(super) const PIVOT: u8 = 90;

/// The table under check.
pub(super) struct Here<'a> {
    pub name: &'a At<String>,
    pub section: &'a str,
    pub files: &'a [DataFile],
    pub persons: &'a PersonsFile,
}

/// The pivot of a table.
pub(super) fn pivot(raw: &RawSpells) -> u8 {
    raw.pivot.as_ref().map_or(PIVOT, |pivot| pivot.value)
}

/// What stands in a row, and the unit of its weeks when the columns say it.
pub(super) fn layout(
    raw: &RawSpells,
    here: &Here<'_>,
    pass: &mut Pass<'_>,
) -> (Layout, Option<WeekUnit>) {
    let row = [("start", &raw.start), ("end", &raw.end)];
    if let Some(columns) = &raw.columns {
        let others = row.into_iter();
        let others = others.chain([("week", &raw.week), ("state", &raw.state)]);
        for (key, other) in others {
            if let Some(other) = other {
                together(&other.span, key, "columns", here, pass);
            }
        }
        if let Some(weeks) = &raw.weeks {
            together(&weeks.span, "weeks", "columns", here, pass);
        }
        return wide(columns, raw, here, pass);
    }
    if let Some(years) = raw.years.as_ref().and_then(|years| years.first()) {
        needs_columns(&years.span, "years", here, pass);
    }
    let dream = matches!(raw.weeks.as_ref().map(|w| w.value), Some(RawWeeks::Dream));
    if let Some(pivot) = raw.pivot.as_ref().filter(|_| !dream) {
        needs_columns(&pivot.span, "pivot", here, pass);
    }
    if raw.week.is_some() {
        for (key, other) in row {
            if let Some(other) = other {
                together(&other.span, key, "week", here, pass);
            }
        }
        missing(
            raw.state.as_ref(),
            "state",
            "the column of the state",
            here,
            pass,
        );
        return (Layout::Weeks, None);
    }
    missing(
        raw.start.as_ref(),
        "start",
        "the column of the first week",
        here,
        pass,
    );
    missing(
        raw.end.as_ref(),
        "end",
        "the column of the last week",
        here,
        pass,
    );
    missing(
        raw.state.as_ref(),
        "state",
        "the column of the state",
        here,
        pass,
    );
    (Layout::Spells, None)
}

pub(super) fn together(
    span: &Range<usize>,
    key: &str,
    other: &str,
    here: &Here<'_>,
    pass: &mut Pass<'_>,
) {
    pass.findings.error(
        span,
        codes::TOGETHER,
        format!("`{key}` and `{other}` both stand in `[{}]`", here.section),
        format!("leave out `{key}`: `{other}` says it"),
    );
}

fn needs_columns(span: &Range<usize>, key: &str, here: &Here<'_>, pass: &mut Pass<'_>) {
    pass.findings.error(
        span,
        codes::TOGETHER,
        format!("`{key}` in `[{}]` is for weeks of two-digit years", here.section),
        format!("leave out `{key}`, or name the weeks with `columns = \"y_{{yyww}}\"` or `weeks = \"dream\"`"),
    );
}

pub(super) fn missing(
    given: Option<&At<String>>,
    key: &str,
    what: &str,
    here: &Here<'_>,
    pass: &mut Pass<'_>,
) {
    if given.is_none() && !is_told(key, here, pass) {
        pass.findings.error(
            &here.name.span,
            codes::MISSING_KEY,
            format!("`{key}` is missing in `[{}]`", here.section),
            format!("add `{key} = ...`: {what}"),
        );
    }
}

/// Whether the first pass has taken the key out: of a wrong type, or misspelt.
fn is_told(key: &str, here: &Here<'_>, pass: &Pass<'_>) -> bool {
    let place = format!("`{key}` in `[{}]`", here.section);
    let meant = format!("write `{key}`");
    let of_table = format!("in `[{}]`", here.section);
    pass.findings.list.iter().any(|finding| {
        finding.message.contains(&place)
            || (finding.hint == meant && finding.message.contains(&of_table))
    })
}

fn wide(
    columns: &At<String>,
    raw: &RawSpells,
    here: &Here<'_>,
    pass: &mut Pass<'_>,
) -> (Layout, Option<WeekUnit>) {
    let Some(pattern) = pattern(columns, pass) else {
        return (Layout::Spells, Some(WeekUnit::Trial));
    };
    let kind = pattern.columns();
    let unit = match kind {
        PatternColumns::TrialWeeks => WeekUnit::Trial,
        _ => WeekUnit::Iso,
    };
    if kind == PatternColumns::Months {
        bad_pattern(columns, "its columns are months, not weeks", pass);
    }
    if unit == WeekUnit::Iso && here.persons.assigned.is_none() {
        needs_assigned(&columns.span, pass);
    }
    if raw.pivot.is_none() && unit == WeekUnit::Iso {
        pass.defaults
            .note(here.section, "pivot", &PIVOT.to_string());
    }
    let years = if kind == PatternColumns::WeeksOfAYear {
        years(columns, raw, here, pass)
    } else {
        if let Some(year) = raw.years.as_ref().and_then(|years| years.first()) {
            together(&year.span, "years", "columns", here, pass);
        }
        Vec::new()
    };
    let wide = Wide {
        columns: pattern,
        years,
        pivot: pivot(raw),
    };
    (Layout::Wide(wide), Some(unit))
}

pub(super) fn pattern(columns: &At<String>, pass: &mut Pass<'_>) -> Option<Pattern> {
    Pattern::parse(&columns.value)
        .map_err(|why| bad_pattern(columns, &why, pass))
        .ok()
}

pub(super) fn bad_pattern(columns: &At<String>, why: &str, pass: &mut Pass<'_>) {
    pass.findings
        .error(
            &columns.span,
            codes::BAD_PATTERN,
            format!("`{}` does not stand for columns: {why}", columns.value),
            "write the digits of the week as a mark, as in `y_{yyww}`",
        )
        .allowed = Some(
        "{week}; {yyww}, {yyyyww}, {ww} with {yy}, {yyyy} or files by year; months: {mm} with {yy} or {yyyy}"
            .to_owned(),
    );
}

/// The year of each file: as given, or the only one in its name.
fn years(columns: &At<String>, raw: &RawSpells, here: &Here<'_>, pass: &mut Pass<'_>) -> Vec<i16> {
    if let Some(years) = &raw.years {
        if years.len() != here.files.len() {
            pass.findings.error(
                &columns.span,
                codes::TOGETHER,
                format!(
                    "`years` in `[{}]` has {} years for {} files",
                    here.section,
                    years.len(),
                    here.files.len()
                ),
                "give one year for each file, in the order of the files",
            );
        }
        for year in years.iter().filter(|y| !(1900..=2199).contains(&y.value)) {
            pass.findings.error(
                &year.span,
                codes::OUT_OF_RANGE,
                format!("`years` in `[{}]` is out of range", here.section),
                "give years such as 2010",
            );
        }
        return years.iter().map(|y| y.value as i16).collect();
    }
    let found: Vec<Option<i16>> = here
        .files
        .iter()
        .map(|file| year_in(&file.shown, pivot(raw)))
        .collect();
    if found.contains(&None) {
        pass.findings.error(
            &columns.span,
            codes::MISSING_KEY,
            format!(
                "`{}` has weeks of a year, and the names of the files of `[{}]` do not say which",
                columns.value, here.section
            ),
            "add `years = [2010, 2011]`, one for each file, in their order",
        );
    }
    found.into_iter().flatten().collect()
}

/// The only number in a file's name that is a year.
fn year_in(shown: &str, pivot: u8) -> Option<i16> {
    let name = shown.rsplit([':', '/', '\\']).next()?;
    let stem = Path::new(name).file_stem()?.to_string_lossy().into_owned();
    let numbers: Vec<&str> = stem
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect();
    let year = |number: &&str| match number.len() {
        4 => number.parse().ok().filter(|y| (1900..=2199).contains(y)),
        2 => number.parse().ok().map(|two| year_of(two, pivot)),
        _ => None,
    };
    let years: Vec<i16> = numbers.iter().filter_map(year).collect();
    match years.as_slice() {
        [year] => Some(*year),
        _ => None,
    }
}

/// Everything but the layout.
pub(super) fn form(
    raw: &mut RawSpells,
    layout: Layout,
    meaning: Option<Named<LabelList>>,
    unit: WeekUnit,
    here: &Here<'_>,
    pass: &mut Pass<'_>,
) -> SpellForm {
    let codes = raw.codes.take().map(|written| match written.as_str() {
        DREAM => CodeFile::Dream,
        _ => CodeFile::Own(pass.roots.find_codes(&written, &mut pass.findings)),
    });
    let meaning = meaning.map(|named| selectors(named, codes.is_some(), here, pass));
    let employment = raw.employment.take().and_then(|employment| {
        if raw.gap.as_ref().is_none_or(|gap| gap.value == "error") {
            pass.findings.error(
                &here.name.span,
                codes::TOGETHER,
                format!(
                    "`employment` in `[{}]` needs `gap`, the state of the other weeks without benefit",
                    here.section
                ),
                "add `gap = \"self_support\"`",
            );
        }
        self::employment(employment, &layout, unit, here, pass)
    });
    if raw.outsiders.is_none() {
        pass.defaults.note(here.section, "outsiders", "\"error\"");
    }
    let outsiders = match raw.outsiders.take().map(|o| o.value) {
        Some(RawOutsiders::LeaveOut) => Outsiders::LeftOut,
        Some(RawOutsiders::Error) | None => Outsiders::Refused,
    };
    SpellForm {
        layout,
        codes,
        meaning,
        employment,
        outsiders,
    }
}

fn selectors(
    named: Named<LabelList>,
    coded: bool,
    here: &Here<'_>,
    pass: &mut Pass<'_>,
) -> Vec<(String, Vec<Selector>)> {
    let mut taken: Vec<Selector> = Vec::new();
    let mut states = Vec::new();
    for (state, list) in named.0 {
        let mut own = Vec::new();
        for label in list.0 {
            let Some(selector) = selector(&label.value.0, coded) else {
                pass.findings.error(
                    &label.span,
                    codes::BAD_SELECTOR,
                    format!(
                        "`{}` in `[{}.states]` is no code, range of codes or group",
                        label.value.0, here.section
                    ),
                    "write `730`, `\"730-738\"`, `\"group:sickness\"` or `\"rest\"`",
                );
                continue;
            };
            if taken.iter().any(|other| overlaps(other, &selector)) {
                pass.findings.error(
                    &label.span,
                    codes::BAD_SELECTOR,
                    format!(
                        "`{}` in `[{}.states]` stands twice",
                        label.value.0, here.section
                    ),
                    "keep it in one state",
                );
            }
            taken.push(selector.clone());
            own.push(selector);
        }
        if own.is_empty() {
            pass.findings.error(
                &state.span,
                codes::MISSING_KEY,
                format!(
                    "state `{}` in `[{}.states]` has no cells",
                    state.value, here.section
                ),
                "list the labels or codes that are this state",
            );
        }
        states.push((state.value, own));
    }
    states
}

fn selector(text: &str, coded: bool) -> Option<Selector> {
    if !coded {
        return Some(Selector::Label(text.to_owned()));
    }
    if text == "rest" {
        return Some(Selector::Rest);
    }
    if let Some(group) = text.strip_prefix("group:") {
        return Some(Selector::Group(group.trim().to_owned()));
    }
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let code = |text: &str| text.trim().parse::<u16>().ok().filter(|code| *code > 0);
    let (from, to) = (code(from)?, code(to)?);
    (from <= to).then_some(Selector::Codes(from, to))
}

fn overlaps(a: &Selector, b: &Selector) -> bool {
    match (a, b) {
        (Selector::Codes(from, to), Selector::Codes(first, last)) => from <= last && first <= to,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_a_file_is_the_only_one_in_its_name() {
        assert_eq!(year_in("data:dream_2010.sas7bdat", 90), Some(2010));
        assert_eq!(year_in("dream/y98.csv", 90), Some(1998));
        assert_eq!(year_in("dream_2010_2011.csv", 90), None);
        assert_eq!(year_in("dream.csv", 90), None);
    }

    #[test]
    fn codes_ranges_groups_and_the_rest_are_read() {
        assert_eq!(selector("730", true), Some(Selector::Codes(730, 730)));
        assert_eq!(selector("730 - 738", true), Some(Selector::Codes(730, 738)));
        let group = Selector::Group("sickness".to_owned());
        assert_eq!(selector("group:sickness", true), Some(group));
        assert_eq!(selector("rest", true), Some(Selector::Rest));
        for text in ["738-730", "0", "70000", "x", "-5"] {
            assert_eq!(selector(text, true), None, "{text}");
        }
        let label = Selector::Label("738-730".to_owned());
        assert_eq!(selector("738-730", false), Some(label));
    }
}
