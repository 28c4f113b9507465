//! Labels of groups and states stand in results, so that CPR numbers among them are refused.

use super::codes;
use super::findings::{Finding, Findings};
use crate::error::cpr_like;
use crate::registers::{Categories, Table};

/// Refuses a column of strata or of a subgroup that holds CPR numbers. Without their hyphen only when there is a label
/// for every other person or more: numbers of workplaces may have the same form, but each has many persons.
pub(crate) fn refuse_cpr_in_groups(
    findings: &mut Findings,
    table: &Table,
    column: &str,
    groups: &Categories,
) {
    let many = groups.levels.len() * 2 >= table.rows;
    let refused = |label: &String| {
        // With a mark between date and number it is nothing else.
        let marked = cpr_like(label).iter().any(|found| found.len() > 10);
        marked || (many && looks_like_cpr(label))
    };
    check(findings, table, (column, groups), refused);
}

/// Refuses a column of states or events that holds CPR numbers.
pub(crate) fn refuse_cpr_in_states(
    findings: &mut Findings,
    table: &Table,
    column: &str,
    states: &Categories,
) {
    refuse(findings, table, column, &cpr_in_states(states));
}

/// Rows of states or events that are CPR numbers.
pub(crate) fn cpr_in_states(states: &Categories) -> Vec<usize> {
    refused_rows(states, |label| looks_like_cpr(label))
}

fn check(
    findings: &mut Findings,
    table: &Table,
    (column, labels): (&str, &Categories),
    refused: impl Fn(&String) -> bool,
) {
    refuse(findings, table, column, &refused_rows(labels, refused));
}

fn refused_rows(labels: &Categories, refused: impl Fn(&String) -> bool) -> Vec<usize> {
    let refused: Vec<bool> = labels.levels.iter().map(refused).collect();
    if !refused.contains(&true) {
        return Vec::new();
    }
    (labels.codes.iter().enumerate())
        .filter(|(_, code)| refused.get(**code as usize).copied().unwrap_or(false))
        .map(|(row, _)| row)
        .collect()
}

/// Refuses rows with CPR numbers as labels.
pub(crate) fn refuse(findings: &mut Findings, table: &Table, column: &str, rows: &[usize]) {
    let finding = Finding::error(
        codes::LOOKS_LIKE_CPR,
        column,
        "the values look like CPR numbers, and the labels of this column stand in the results",
        "correct the cells, or name another column",
    );
    findings.at_rows(std::slice::from_ref(table), rows, &finding);
}

/// Day, month, year and four digits, alone or inside longer text; read as a number, the first zero is gone.
fn looks_like_cpr(label: &str) -> bool {
    if !cpr_like(label).is_empty() {
        return true;
    }
    let digits: String = label.chars().filter(char::is_ascii_digit).collect();
    let others = label.chars().filter(|c| !c.is_ascii_digit());
    let apart = matches!(others.collect::<String>().as_str(), "" | "-" | " ");
    if !apart || !(9..=10).contains(&digits.len()) {
        return false;
    }
    let ten = format!("{digits:0>10}");
    let part = |range: std::ops::Range<usize>| ten[range].parse::<u32>().unwrap_or(0);
    // Replacement numbers add 60 to the day.
    (1..=31).contains(&(part(0..2) % 60)) && (1..=12).contains(&part(2..4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpr_numbers_are_told_from_other_numbers() {
        for label in [
            "010170-1111",
            "0101701111",
            "101701111",
            "610170 1111",
            "ydelse 010170-1111",
            "0101701111x",
        ] {
            assert!(looks_like_cpr(label), "{label}");
        }
        for label in [
            "Askedal",
            "751",
            "2400",
            "320170-1111",
            "011370-1111",
            "00101701111",
            "",
        ] {
            assert!(!looks_like_cpr(label), "{label}");
        }
    }
}
