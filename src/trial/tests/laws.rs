//! Laws for any register: one state per week, the one a plain rule gives; the accounting adds up; order is nothing.

use super::{Case, adds_up, assert_whole, read};
use crate::study::Overlap;
use proptest::prelude::*;
use std::fmt::Write;

const STATES: [&str; 5] = ["dead", "lost", "sick", "work", "home"];

/// First week, length (0: open-ended), state.
type Row = (i32, i32, usize);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // Rarely dead or lost, so that most persons have a history.
    let state = prop_oneof![1 => 0usize..2, 12 => 2usize..5];
    prop::collection::vec((-3i32..12, 0i32..6, state), 0..6)
}

fn case(persons: &[Vec<Row>], backwards: bool) -> Case {
    let mut lines = Vec::new();
    for (id, rows) in persons.iter().enumerate() {
        for (start, length, state) in rows {
            let end = if *length == 0 {
                String::new()
            } else {
                (start + length - 1).to_string()
            };
            lines.push(format!("{id},{start},{end},{}", STATES[*state]));
        }
    }
    if backwards {
        lines.reverse();
    }
    let mut list = String::from("id,arm\n");
    for id in 0..persons.len() {
        let _ = writeln!(list, "{id},{}", if id % 2 == 0 { "c" } else { "t" });
    }
    let mut case = Case::new(
        &list,
        &format!("id,start,end,state\n{}\n", lines.join("\n")),
    );
    let table = case.table();
    table.gap = Some("none".to_owned());
    table.data_end = Some("9".to_owned());
    table.overlap = Overlap::Priority(STATES.map(str::to_owned).to_vec());
    table.absorbing = vec!["dead".to_owned()];
    table.censor = vec!["lost".to_owned()];
    case.study.horizon = 7;
    case
}

/// The state of each week from 1 on, by the plain rule; nothing more once follow-up has ended.
fn plain(rows: &[Row]) -> Vec<&'static str> {
    let at = |week: i32| {
        let present = rows
            .iter()
            .filter(|(start, length, _)| *start <= week && (*length == 0 || week < start + length));
        present.map(|row| row.2).min()
    };
    let mut dead = (-3..1).any(|week| at(week) == Some(0));
    let mut weeks = Vec::new();
    for week in 1..=8 {
        let state = at(week);
        if !dead && state == Some(1) {
            break;
        }
        dead |= state == Some(0);
        weeks.push(if dead {
            "dead"
        } else {
            state.map_or("none", |state| STATES[state])
        });
    }
    weeks
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_week_has_the_state_of_the_plain_rule(persons in prop::collection::vec(rows(), 2..6)) {
        let Ok(checked) = read(&case(&persons, false).study) else {
            // Another state after a death: refused, as it must be.
            return Ok(());
        };
        let trial = checked.trial;
        assert!(adds_up(&trial.accounting), "{:#?}", trial.accounting);
        assert_whole(&trial);
        let table = &trial.tables[0];
        for (person, rows) in persons.iter().enumerate() {
            let found: Vec<&str> = table.of(person).iter()
                .flat_map(|spell| (spell.start..spell.end).map(|_| table.states[usize::from(spell.state)].as_str()))
                .collect();
            prop_assert_eq!(found, plain(rows));
        }
        let other = read(&case(&persons, true).study).expect("the same rows").trial;
        prop_assert_eq!(&other.hash, &trial.hash);
        prop_assert_eq!(&other.accounting, &trial.accounting);
        prop_assert_eq!(&other.tables[0].spells, &trial.tables[0].spells);
    }
}
