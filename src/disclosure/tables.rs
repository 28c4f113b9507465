//! Tables that are not weekly numbers: what lots made, surveys, sources of take-up, the accounting, states by week.
//!
//! A table whose counts add up is hidden as a whole when one of its counts may not be shown, since the others give it away.

use super::grid::may_show;
use crate::results::bundle::Finding;
use crate::results::{OTHER_STATES, Occupancy, Row};
use crate::trial::AccountingLine;
use std::collections::BTreeSet;

/// Which of these tables are hidden.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// By kind of table and name.
    hidden: BTreeSet<(&'static str, String)>,
    /// Questions whose answers are hidden, but whose agreement is not.
    agreement: BTreeSet<String>,
}

const AGREE: &str = "agree";

impl Tables {
    /// Looks at all rows.
    pub fn of(rows: &[Row], smallest: u64) -> Self {
        let mut tables = Self::default();
        let mut disagreed = BTreeSet::new();
        for row in rows {
            let Some((kind, name)) = table_of(row) else {
                continue;
            };
            let all = [row.n, row.events.and_then(|e| u64::try_from(e).ok())];
            let [n, events] = all;
            let left = n.zip(events).map(|(n, events)| n.saturating_sub(events));
            let counts = match kind {
                // The four counts of an arm are told by `events` alone.
                "sources" => [None, events, None],
                "ratio" | "answers" | "answered" | "followed" | "balance" => [n, events, left],
                // Tests of everybody, and numbers of differences.
                _ => [None; 3],
            };
            let fine = counts
                .into_iter()
                .flatten()
                .all(|count| may_show(count, smallest));
            if fine {
                continue;
            }
            if kind == "answers" && &*row.item == AGREE {
                disagreed.insert(name.clone());
            }
            tables.hidden.insert((kind, name));
        }
        for (kind, name) in &tables.hidden {
            if *kind == "answers" && !disagreed.contains(name) {
                tables.agreement.insert(name.clone());
            }
        }
        tables
    }

    /// Whether a row of such a table may be shown; `None` for other rows.
    pub fn allows(&self, row: &Row) -> Option<bool> {
        let (kind, name) = table_of(row)?;
        if kind == "answers" && &*row.item == AGREE && self.agreement.contains(&name) {
            return Some(true);
        }
        Some(!self.hidden.contains(&(kind, name)))
    }
}

/// Kind and name of the table that a row stands in.
fn table_of(row: &Row) -> Option<(&'static str, String)> {
    let name = || row.outcome.to_string();
    let covariate = || row.item.split(": ").next().unwrap_or_default().to_owned();
    Some(match &*row.estimand {
        "answered" | "answered_difference" => ("answered", name()),
        own if own.starts_with("answer_") || own == "answers_equal" => ("answers", name()),
        "balance_test" | "balance_count" => ("whole", String::new()),
        own if own.starts_with("balance_") => ("balance", covariate()),
        own if own.starts_with("sample_ratio") => match &*row.subgroup {
            "all" => ("whole", String::new()),
            column => ("ratio", column.to_owned()),
        },
        "followed_share" | "followed_difference" => ("followed", String::new()),
        "take_up_sources" => ("sources", name()),
        _ => return None,
    })
}

/// Hides small lines of the accounting, and others with them until the sums that hold between lines do not give them away.
pub(super) fn hide_lines(lines: &mut [AccountingLine], smallest: u64) {
    let mut start = 0;
    while start < lines.len() {
        let same = |line: &AccountingLine| {
            line.table == lines[start].table && line.unit == lines[start].unit
        };
        let length = lines[start..].iter().take_while(|line| same(line)).count();
        hide_block(&mut lines[start..start + length], smallest);
        start += length;
    }
}

fn hide_block(block: &mut [AccountingLine], smallest: u64) {
    // Strata and clusters are no persons.
    if block
        .first()
        .is_some_and(|line| line.unit == "strata" || line.unit == "clusters")
    {
        return;
    }
    for line in block.iter_mut() {
        if !may_show(line.count, smallest) {
            line.hidden = true;
        }
    }
    let in_sum = |line: &AccountingLine| !line.sign.trim().is_empty();
    loop {
        let hidden = block.iter().filter(|line| in_sum(line) && line.hidden);
        let (count, sum) = hidden.fold((0_u64, 0), |(n, sum), line| (n + 1, sum + line.count));
        // One hidden line is what the others leave; a few of one person each are told by their sum.
        if count == 0 || (count > 1 && sum >= smallest * count) {
            break;
        }
        let order = |line: &AccountingLine| (line.sign == "=", line.sign == "+", line.count);
        let next = (block.iter_mut())
            .filter(|line| in_sum(line) && !line.hidden && line.count > 0)
            .min_by_key(|line| order(line));
        match next {
            Some(line) => line.hidden = true,
            None => break,
        }
    }
    for line in block.iter_mut().filter(|line| line.hidden) {
        line.count = 0;
    }
}

/// States by week: small states are told together, and nothing of a table where even that leaves small counts. `sets` are the
/// states of the outcomes that share it.
pub(super) fn hide_states(table: &mut Occupancy, sets: &[&[String]], smallest: u64) {
    loop {
        if is_safe(table, sets, smallest) {
            return;
        }
        if !merge_smallest(table) {
            table.states.clear();
            table.persons.clear();
            table.followed.clear();
            return;
        }
    }
}

/// Puts the two states with the fewest person weeks together.
fn merge_smallest(table: &mut Occupancy) -> bool {
    let states = table.states.len();
    if states < 3 {
        return false;
    }
    let size = |state: usize| -> u64 {
        table
            .persons
            .iter()
            .map(|arm| arm[state].iter().sum::<u64>())
            .sum()
    };
    let mut order: Vec<usize> = (0..states).collect();
    order.sort_by_key(|state| (table.states[*state] != OTHER_STATES, size(*state)));
    let others = table.states.iter().any(|state| state == OTHER_STATES);
    // Once there are others, the next smallest joins them.
    let (keep, take) = if others {
        (order[0], order[1])
    } else {
        (order[1], order[0])
    };
    for arm in &mut table.persons {
        let taken = arm[take].clone();
        arm[keep].iter_mut().zip(taken).for_each(|(a, b)| *a += b);
        arm.remove(take);
    }
    OTHER_STATES.clone_into(&mut table.states[keep]);
    table.states.remove(take);
    true
}

/// Whether no count, and no difference of counts and outcomes that is a number of persons, is small.
fn is_safe(table: &Occupancy, sets: &[&[String]], smallest: u64) -> bool {
    // An outcome with a state among the others could be subtracted from them.
    let merged = table.states.iter().any(|state| state == OTHER_STATES);
    let all_named = |set: &&[String]| set.iter().all(|state| table.states.contains(state));
    if merged && !sets.iter().all(all_named) {
        return false;
    }
    (table.persons.iter().zip(&table.followed)).all(|(arm, followed)| {
        (0..followed.len()).all(|week| {
            arm.iter().all(|state| {
                may_show(state[week], smallest)
                    && may_show(followed[week].saturating_sub(state[week]), smallest)
            })
        })
    })
}

/// Numbers of persons, spells or rows under the smallest cell are not told in findings either.
pub(super) fn blur(finding: &mut Finding, smallest: u64) {
    if finding
        .count
        .is_some_and(|count| !may_show(count, smallest))
    {
        finding.count = None;
    }
    finding.message = blurred(&finding.message, smallest);
}

/// Words that a number of persons stands before.
const COUNTED: [&str; 18] = [
    "person", "persons", "row", "rows", "spell", "spells", "cell", "cells", "unit", "units",
    "event", "events", "answer", "answers", "amount", "amounts", "cluster", "clusters",
];

/// The text with every small number before such a word replaced.
fn blurred(text: &str, smallest: u64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        let joined = before.ends_with(|c: char| c.is_alphanumeric() || ".,-_".contains(c))
            || after.starts_with(|c: char| c.is_alphanumeric() || "-_".contains(c))
            || (after.starts_with(['.', ','])
                && after[1..].starts_with(|c: char| c.is_ascii_digit()));
        let next = after
            .trim_start()
            .split(|c: char| !c.is_alphabetic())
            .next()
            .unwrap_or("");
        let small = digits.parse().is_ok_and(|n: u64| !may_show(n, smallest));
        if small && !joined && COUNTED.contains(&next) {
            out.push_str("fewer than ");
            out.push_str(&smallest.to_string());
        } else {
            out.push_str(digits);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sign: &str, key: &str, count: u64) -> AccountingLine {
        AccountingLine {
            table: "persons".to_owned(),
            unit: "persons".to_owned(),
            key: key.to_owned(),
            arm: String::new(),
            sign: sign.to_owned(),
            count,
            hidden: false,
        }
    }

    fn hidden(lines: &[(&str, &str, u64)]) -> Vec<String> {
        let mut lines: Vec<AccountingLine> = lines
            .iter()
            .map(|(sign, key, count)| line(sign, key, *count))
            .collect();
        hide_lines(&mut lines, 5);
        assert!(lines.iter().all(|line| !line.hidden || line.count == 0));
        let hidden = lines.iter().filter(|line| line.hidden);
        hidden.map(|line| line.key.clone()).collect()
    }

    #[test]
    fn a_small_line_takes_another_with_it() {
        // 100 - 3 = 97 would be told by subtraction: the number read is hidden too.
        let one = [("+", "read", 100), ("-", "excluded", 3), ("=", "used", 97)];
        assert_eq!(hidden(&one), ["read", "excluded"]);
        let two = [
            ("+", "read", 100),
            ("-", "excluded", 3),
            ("-", "late", 20),
            ("=", "used", 77),
            (" ", "shortened", 2),
        ];
        assert_eq!(hidden(&two), ["excluded", "late", "shortened"]);
        // Two of one person each are told by their sum of two.
        let few = [
            ("+", "read", 100),
            ("-", "a", 1),
            ("-", "b", 1),
            ("=", "used", 98),
        ];
        assert_eq!(hidden(&few), ["read", "a", "b"]);
        assert!(hidden(&[("+", "read", 100), ("-", "none", 0), ("=", "used", 100)]).is_empty());
    }

    #[test]
    fn small_numbers_of_persons_are_not_told_in_words() {
        let said = blurred(
            "3 persons and 12 rows in week 2 of 1.5 weeks; RV0302 has 4 spells",
            5,
        );
        assert_eq!(
            said,
            "fewer than 5 persons and 12 rows in week 2 of 1.5 weeks; RV0302 has fewer than 5 spells"
        );
    }

    #[test]
    fn small_states_are_told_together_or_not_at_all() {
        let table = |persons: [[u64; 2]; 4]| Occupancy {
            table: "spells".to_owned(),
            states: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            followed: vec![(0..2).map(|w| persons.iter().map(|p| p[w]).sum()).collect()],
            persons: vec![persons.iter().map(|p| p.to_vec()).collect()],
        };
        let mut fine = table([[50, 40], [3, 8], [4, 9], [30, 30]]);
        hide_states(&mut fine, &[], 5);
        assert_eq!(fine.states, ["a", OTHER_STATES, "d"]);
        assert_eq!(fine.persons[0][1], [7, 17]);
        let mut none = table([[97, 90], [1, 2], [1, 2], [1, 6]]);
        hide_states(&mut none, &[], 5);
        assert!(none.states.is_empty() && none.followed.is_empty());
    }
}
