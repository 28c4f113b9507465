//! What a spell table is refused for, in words.

use super::codes;
use super::findings::{Finding, Findings, row_number};
use super::follow_up::{Faults, Pair};
use super::overlap::OPEN;
use super::persons::Persons;
use super::rows::Raw;
use crate::study::SpellsFile;
use std::ops::RangeInclusive;

/// The table the faults belong to.
pub(crate) struct Table<'a> {
    pub(crate) file: &'a SpellsFile,
    pub(crate) raw: &'a Raw,
    pub(crate) persons: &'a Persons,
    /// Whether the study has `followed_until`.
    pub(crate) has_limit: bool,
}

const GIVE_AN_END: &str = "give `data_end` in `[spells]`, or `followed_until` in `[persons]`";

/// Reports the faults of all persons.
pub(crate) fn report(table: &Table, mut faults: Faults, findings: &mut Findings) {
    let file = table.file;
    let without_end = file.data_end.is_none() && !table.has_limit;
    report_pairs(table, &faults.overlaps, findings, |rows, weeks| {
        Finding::error(
            codes::OVERLAP,
            file.start.as_str(),
            format!("spells of one person overlap; first: {rows}, {weeks}"),
            "order the states with `overlap = [\"highest\", \"next\"]` in `[spells]`, or correct the rows",
        )
    });
    let doubled: Vec<usize> = faults.doubled.iter().map(|row| *row as usize).collect();
    let finding = Finding::error(
        codes::DOUBLED_SPELL,
        file.start.as_str(),
        "the same spell of the same person stands in an earlier row already",
        "remove the extra rows; check whether files were put together twice",
    );
    findings.at_rows(&table.raw.files, &doubled, &finding);
    report_pairs(table, &faults.shared, findings, |rows, weeks| {
        Finding::error(
            codes::SHARED_WEEK,
            file.start.as_str(),
            format!(
                "two states share a week and nothing says which it takes; first: {rows}, {weeks}"
            ),
            "order the states with `overlap = [\"highest\", \"next\"]`, or set `date_rule = \"thursday\"`",
        )
    });
    faults.gaps.sort_unstable();
    if let Some((_, start, end)) = faults.gaps.first() {
        let rows: Vec<usize> = faults.gaps.iter().map(|gap| gap.0 as usize).collect();
        let finding = Finding::error(
            codes::GAP,
            file.start.as_str(),
            format!(
                "a person has weeks without a spell beside this row; first: {}",
                span(*start, *end)
            ),
            "name the state of such weeks with `gap = \"...\"` in `[spells]`, or add the spells",
        );
        findings.at_rows(&table.raw.files, &rows, &finding);
    }
    let rows = |list: &[u32]| list.iter().map(|row| *row as usize).collect::<Vec<_>>();
    let finding = Finding::error(
        codes::AFTER_ABSORBING,
        file.state.as_str(),
        "another state follows an absorbing one",
        "correct the rows, or take the state out of `absorbing`",
    );
    findings.at_rows(&table.raw.files, &rows(&faults.after_absorbing), &finding);
    let finding = Finding::error(
        codes::OPEN_ENDED,
        file.end.as_str(),
        "the spell is open-ended, and nothing says when the data end",
        GIVE_AN_END,
    );
    findings.at_rows(&table.raw.files, &rows(&faults.open), &finding);
    if without_end && file.gap.is_some() {
        let finding = Finding::error(
            codes::END_UNKNOWN,
            None,
            "gaps are filled, but nothing says when follow-up ends (neither `data_end` nor `followed_until`)",
            GIVE_AN_END,
        );
        findings.of_file(&file.files[0].shown, &finding);
    } else {
        let persons: Vec<usize> = faults
            .nothing
            .iter()
            .map(|person| table.persons.row(*person))
            .collect();
        let finding = Finding::error(
            codes::NO_FOLLOW_UP,
            None,
            "the person has no follow-up: no spell from week 1 on, and nothing says that weeks without one count",
            "add the person's spells, or give `gap` and `data_end`, or `followed_until`",
        );
        findings.at_rows(table.persons.files(), &persons, &finding);
    }
    if let Some((least, most)) = faults.last.filter(|(least, most)| most - least > 1) {
        let message = if table.has_limit {
            format!(
                "`followed_until` is empty for some persons, and nothing else says when their follow-up ends: their \
                 last spells end in weeks {least} to {most}"
            )
        } else {
            format!(
                "nothing says when follow-up ends: the last spells of persons end in weeks {least} to {most}, and \
                 none of `gap`, `data_end` and `followed_until` is given"
            )
        };
        let finding = Finding::error(codes::END_UNKNOWN, None, message, GIVE_AN_END);
        findings.of_file(&file.files[0].shown, &finding);
    }
}

fn span(start: i32, end: i32) -> String {
    match end {
        OPEN => format!("weeks {start}-"),
        _ if start == end => format!("week {start}"),
        _ => format!("weeks {start}-{end}"),
    }
}

/// Reports pairs of rows, both named.
fn report_pairs<'a>(
    table: &Table,
    pairs: &[Pair],
    findings: &mut Findings,
    finding: impl Fn(String, String) -> Finding<'a>,
) {
    let Some((rows, weeks)) = pairs.iter().min() else {
        return;
    };
    let number = |row: u32| row_number(&table.raw.files, row as usize);
    let mut both = rows.map(number);
    both.sort_unstable();
    let words = finding(
        format!("rows {} and {}", both[0], both[1]),
        format!(
            "{} and {}",
            span(weeks[0].0, weeks[0].1),
            span(weeks[1].0, weeks[1].1)
        ),
    );
    let rows: Vec<usize> = pairs
        .iter()
        .flat_map(|(rows, _)| rows.map(|row| row as usize))
        .collect();
    findings.at_rows(&table.raw.files, &rows, &words);
}

/// A row about nobody in the persons file.
pub(crate) fn unknown_person(column: &str) -> Finding<'_> {
    Finding::error(
        codes::UNKNOWN_PERSON,
        column,
        "the person is not in the persons file",
        "add the person to the persons file, or remove the rows",
    )
}

/// A week that cannot belong to this trial.
pub(crate) fn out_of_range(
    column: &str,
    example: i32,
    accepted: RangeInclusive<i32>,
) -> Finding<'_> {
    Finding::error(
        codes::WEEK_OUT_OF_RANGE,
        column,
        format!(
            "the week cannot belong to this trial; first: {}",
            moment("trial week", example)
        ),
        "check `weeks`, `assigned`, `horizon` and the cells; leave the end empty when a spell is still open",
    )
    .allowed(format!(
        "trial weeks {} to {} (ten horizons)",
        accepted.start(),
        accepted.end()
    ))
}

/// A week or tick as it may be shown: one with many digits may be an identifier in the wrong column.
pub(crate) fn moment(word: &str, moment: i32) -> String {
    if (-99_999..=99_999).contains(&moment) {
        format!("{word} {moment}")
    } else {
        format!("a {word} with six digits or more")
    }
}

/// Calendar weeks without a week of assignment.
pub(crate) fn no_assignment(findings: &mut Findings, file: &str) {
    let finding = Finding::error(
        codes::NO_ASSIGNMENT_WEEK,
        None,
        "calendar weeks cannot become trial weeks: the study names no column with the week of assignment",
        "name it with `assigned` in `[persons]`, or write trial weeks",
    );
    findings.of_file(file, &finding);
}

/// An end of the data that cannot be read.
pub(crate) fn data_end(findings: &mut Findings, file: &str) {
    let finding = Finding::error(
        codes::DATA_END_UNREADABLE,
        None,
        "`data_end` of this table cannot be read in the unit of `weeks`",
        "write it as the file writes its weeks",
    );
    findings.of_file(file, &finding);
}
