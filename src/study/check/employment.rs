//! `[spells.employment]`: weeks without benefit that become employment where there were wages.

use super::form::{Here, bad_pattern, missing, pattern, together};
use super::tables::file;
use super::{Pass, value_or_empty};
use crate::study::codes;
use crate::study::model::{Employment, Layout, PatternColumns, WAGE_DECIMALS, Wages, WeekUnit};
use crate::study::raw::RawEmployment;

/// Weeks in a row of the usual rule.
const WEEKS: u32 = 4;

pub(super) fn employment(
    raw: RawEmployment,
    layout: &Layout,
    unit: WeekUnit,
    here: &Here<'_>,
    pass: &mut Pass<'_>,
) -> Option<Employment> {
    let section = format!("{}.employment", here.section);
    if !matches!(unit, WeekUnit::Iso | WeekUnit::Dream { .. }) {
        pass.findings.error(
            &here.name.span,
            codes::TOGETHER,
            format!("`[{section}]` needs calendar weeks: wages are of months"),
            "use `columns = \"y_{yyww}\"`, or `weeks = \"iso\"` or `\"dream\"`",
        );
    }
    let state = raw.state.map(|s| s.value);
    let usual = ("employment".to_owned(), "\"employment\"");
    let state = pass.defaults.or(state, &section, "state", usual);
    let weeks = raw.weeks.map(|w| w.value);
    let weeks = pass.defaults.or(weeks, &section, "weeks", (WEEKS, "4"));
    let scale = 10f64.powi(WAGE_DECIMALS as i32);
    let above = raw.above.map(|above| (above.value * scale).round() as i64);
    let own = [
        ("person", &raw.person),
        ("month", &raw.month),
        ("column", &raw.column),
    ];
    let wages = match (raw.columns, raw.file) {
        (Some(columns), None) => {
            for (key, other) in own {
                if let Some(other) = other {
                    together(&other.span, key, "columns", here, pass);
                }
            }
            if !matches!(layout, Layout::Wide(_)) {
                pass.findings.error(
                    &columns.span,
                    codes::TOGETHER,
                    format!("`columns` in `[{section}]` stand beside weeks in columns, and there are none"),
                    "give the wages in an own `file` with `month` and `column`",
                );
            }
            let pattern = pattern(&columns, pass)?;
            if pattern.columns() != PatternColumns::Months {
                bad_pattern(&columns, "its columns are not months of a year", pass);
            }
            Wages::Columns(pattern)
        }
        (None, Some(written)) => {
            for (key, given) in &own[1..] {
                missing(
                    given.as_ref(),
                    key,
                    "a column of the own file",
                    &Here {
                        section: &section,
                        ..*here
                    },
                    pass,
                );
            }
            Wages::File {
                file: file(Some(&written), pass),
                person: raw.person.map_or_else(|| value_or_empty(None), |p| p.value),
                month: value_or_empty(raw.month),
                column: value_or_empty(raw.column),
            }
        }
        (Some(columns), Some(_)) => {
            together(&columns.span, "columns", "file", here, pass);
            return None;
        }
        (None, None) => {
            pass.findings.error(
                &here.name.span,
                codes::MISSING_KEY,
                format!("`[{section}]` does not say where the wages stand"),
                "add `columns = \"branche_{yyyy}_{mm}\"`, or an own `file` with `month` and `column`",
            );
            return None;
        }
    };
    Some(Employment {
        state,
        weeks,
        wages,
        above,
    })
}
