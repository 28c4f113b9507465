//! Labels of groups stand in results, so that a column of persons named as a group by mistake is refused.

use super::codes;
use super::findings::{Finding, Findings};
use crate::registers::{Categories, Table};

/// Refuses a column of groups whose labels have the form of CPR numbers when there is one label for every other
/// person or more. Both are asked: numbers of workplaces may have the same form, but each has many persons.
pub(crate) fn check_groups(
    findings: &mut Findings,
    table: &Table,
    column: &str,
    groups: &Categories,
) {
    if groups.levels.len() * 2 < table.rows {
        return;
    }
    let alike: Vec<bool> = groups.levels.iter().map(|l| looks_like_cpr(l)).collect();
    let rows: Vec<usize> = (groups.codes.iter().enumerate())
        .filter(|(_, code)| alike.get(**code as usize).copied().unwrap_or(false))
        .map(|(row, _)| row)
        .collect();
    let finding = Finding::error(
        codes::GROUPS_OF_ONE,
        column,
        "the values look like identifiers of persons, and a group's label stands in the results",
        "name a column of groups",
    );
    findings.at_rows(std::slice::from_ref(table), &rows, &finding);
}

/// Day, month, year and four digits; read as a number, the first zero is gone.
fn looks_like_cpr(label: &str) -> bool {
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
        for label in ["010170-1111", "0101701111", "101701111", "610170 1111"] {
            assert!(looks_like_cpr(label), "{label}");
        }
        for label in ["Askedal", "751", "2400", "320170-1111", "011370-1111", "0101701111x", ""] {
            assert!(!looks_like_cpr(label), "{label}");
        }
    }
}
