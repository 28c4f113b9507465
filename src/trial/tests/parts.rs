//! Files of many blocks: persons whose spells stand in two of them, rows in any order, faults far down the file.

use super::{Case, codes_at, count, weeks};
use std::fmt::Write;

const STATES: [&str; 4] = ["work", "home", "sick", "school"];
const WEEKS: usize = 30;

/// Spells of a person, in turn of one to five weeks; every tenth person has one spell for every week.
fn spells(person: usize) -> Vec<(usize, usize, &'static str)> {
    let (mut spells, mut start, mut at) = (Vec::new(), 1, person);
    while start <= WEEKS {
        let length = if person.is_multiple_of(10) {
            1
        } else {
            1 + (at * 7 + person) % 5
        };
        let end = (start + length - 1).min(WEEKS);
        spells.push((start, end, STATES[at % 4]));
        (start, at) = (end + 1, at + 1 + person % 3);
    }
    spells
}

/// Enough rows for several segments, in an order of choice.
fn case(persons: usize, order: impl Fn(&mut [String])) -> Case {
    let mut list = String::from("id,arm\n");
    let mut rows = Vec::new();
    for person in 0..persons {
        let id = 1_010_700_000 + person * 7;
        let arm = if person.is_multiple_of(3) { "c" } else { "t" };
        let _ = writeln!(list, "{id},{arm}");
        let of_person = spells(person).into_iter();
        rows.extend(of_person.map(|(start, end, state)| format!("{id},{start},{end},{state}")));
    }
    order(&mut rows);
    let text = format!("id,start,end,state\n{}\n", rows.join("\n"));
    let mut case = Case::new(&list, &text);
    case.study.horizon = WEEKS as u32 - 1;
    case
}

/// A fixed mixing.
fn mix(rows: &mut [String]) {
    let n = rows.len();
    for i in 0..n {
        rows.swap(i, (i * 7919 + 104_729) % n);
    }
}

#[test]
fn spells_are_those_of_the_file_in_any_order_and_however_it_is_cut() {
    let persons = 12_000;
    let sorted = case(persons, |_| ()).trial();
    let size = sorted.tables[0].spells.len();
    assert!(size > 100_000, "{size} spells are in one part");
    for person in 0..persons {
        let expected = spells(person).into_iter();
        let expected: Vec<(i32, i32, String)> = expected
            .map(|(start, end, state)| (start as i32, end as i32, state.to_owned()))
            .collect();
        assert_eq!(weeks(&sorted, person), expected);
    }
    for mixed in [case(persons, mix), case(persons, <[String]>::reverse)] {
        let mixed = mixed.trial();
        assert_eq!(mixed.hash, sorted.hash);
        assert_eq!(mixed.accounting, sorted.accounting);
        assert_eq!(mixed.tables[0].spells, sorted.tables[0].spells);
    }
    assert_eq!(count(&sorted, "spells", "used"), size as u64);
}

#[test]
fn faults_are_told_with_the_rows_of_the_file_from_any_part() {
    let mut at = Vec::new();
    let case = case(9000, |rows| {
        let n = rows.len();
        rows[n - 2] = "1,1,2,work".to_owned();
        rows[n / 2] = rows[n / 2].replace(',', ", x");
        rows[n - 1].truncate(0);
        rows[n - 1].push_str("1010700000,9,8,work");
    });
    let text = std::fs::read_to_string(case.folder.path().join("spells.csv")).expect("written");
    for (line, row) in text.lines().enumerate() {
        if row.contains(", x") || row.starts_with("1,") || row.contains(",9,8,") {
            at.push(line as u64 + 1);
        }
    }
    let [bad, unknown, reversed] = at[..] else {
        panic!("{at:?}")
    };
    let faults = codes_at(&case);
    for row in [bad, unknown, reversed] {
        assert!(
            faults.iter().any(|(_, rows)| rows.contains(&row)),
            "row {row} is not told: {faults:?}"
        );
    }
}
