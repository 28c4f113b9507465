//! A hand case of stays, and the law that long stays of week t are those weeks in the states all the way back.

use super::*;
use crate::panel::{Entry, Shape};
use crate::trial::{Before, Spell, SpellTable};

const SICK: u16 = 0;
const WORK: u16 = 1;

/// Persons by their spells `(start, end inclusive, state)` from any week on, each followed to week 8.
fn trial(persons: &[&[(i32, i32, u16)]]) -> Trial {
    let mut table = SpellTable {
        name: "spells".into(),
        states: vec!["sick".into(), "work".into()],
        absorbing: vec![false; 2],
        offsets: vec![0],
        ..SpellTable::default()
    };
    let mut before = Before {
        offsets: vec![0],
        ..Before::default()
    };
    for spells in persons {
        for &(start, end, state) in *spells {
            if start < 1 {
                let end = end.min(0) + 1;
                before.spells.push(Spell { start, end, state });
            }
            if end >= 1 {
                table.spells.push(Spell {
                    start: start.max(1),
                    end: end + 1,
                    state,
                });
            }
        }
        table.offsets.push(table.spells.len() as u32);
        before.offsets.push(before.spells.len() as u32);
        table.followed.push(8);
    }
    Trial {
        horizon: 8,
        arms: vec!["control".into(), "treated".into()],
        arm: vec![0; persons.len()],
        stratum: vec![0; persons.len()],
        tables: vec![table],
        before: vec![Some(before)],
        ..Trial::default()
    }
}

/// Values of channel 1 in weeks 1 to 8.
fn values(panel: &OutcomePanel, person: usize) -> Vec<i64> {
    let shape: &Shape = &panel.shape;
    let mut level = 0;
    (1..=8)
        .map(|week| {
            let slot = shape.slot(1, week);
            let here = panel.of(person).iter().filter(|e: &&Entry| e.slot == slot);
            level += here.map(|entry| i64::from(entry.delta)).sum::<i64>();
            level
        })
        .collect()
}

fn sick() -> Vec<String> {
    vec!["sick".to_owned()]
}

#[test]
fn a_stay_begins_where_the_weeks_before_it_are_known_and_outside() {
    let trial = trial(&[
        // Sick since week -2, well from week 3, sick again in weeks 6 and 7.
        &[(-2, 2, SICK), (3, 5, WORK), (6, 7, SICK), (8, 8, WORK)],
        // Falls sick in week 1, after a week at work.
        &[(-4, 0, WORK), (1, 8, SICK)],
        // In week 1 of unknown start.
        &[(1, 3, SICK), (4, 8, WORK)],
        // Two spells of one stay.
        &[(1, 2, WORK), (3, 4, SICK), (5, 8, SICK)],
    ]);
    let mut remarks = Vec::new();
    let panel = inflow(&trial, (0, &sick()), "inflow", &mut remarks);
    assert_eq!(values(&panel, 0), [0, 0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(values(&panel, 1), [1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(values(&panel, 2), [0; 8]);
    assert_eq!(values(&panel, 3), [0, 0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(remarks.len(), 1);
    assert_eq!(
        (remarks[0].key.as_str(), remarks[0].count),
        ("stay_of_unknown_start", 1)
    );
}

#[test]
fn a_stay_is_long_from_the_week_after_so_many_weeks() {
    let trial = trial(&[
        // Weeks -2..=2 are five weeks: longer than 3 from week 2 on (the weeks -2, -1, 0 have passed in week 1).
        &[(-2, 2, SICK), (3, 5, WORK), (6, 7, SICK), (8, 8, WORK)],
        &[(-4, 0, WORK), (1, 8, SICK)],
        &[(1, 3, SICK), (4, 8, WORK)],
    ]);
    let panel = lasting(&trial, (0, &sick()), 3);
    assert_eq!(values(&panel, 0), [1, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(values(&panel, 1), [0, 0, 0, 1, 1, 1, 1, 1]);
    assert_eq!(values(&panel, 2), [0; 8]);
}

#[test]
fn long_stays_are_weeks_in_the_states_all_the_way_back() {
    // Every pattern of twelve weeks, -3 to 8, of one person.
    for pattern in 0_u32..1 << 12 {
        let week_of = |k: i32| k - 3;
        let state = |k: i32| {
            if pattern >> k & 1 == 1 { SICK } else { WORK }
        };
        let spells: Vec<(i32, i32, u16)> = (0..12)
            .map(|k| (week_of(k), week_of(k), state(k)))
            .collect();
        let trial = trial(&[&spells]);
        for over in [1, 3, 5] {
            let panel = lasting(&trial, (0, &sick()), over);
            let plain = |week: i32| {
                let back = week - over..=week;
                i64::from(back.clone().all(|w| w >= -3 && state(w + 3) == SICK))
            };
            let expected: Vec<i64> = (1..=8).map(plain).collect();
            assert_eq!(values(&panel, 0), expected, "{pattern:b} over {over}");
        }
        let begins = inflow(&trial, (0, &sick()), "inflow", &mut Vec::new());
        let plain = |week: i32| i64::from(state(week + 3) == SICK && state(week + 2) == WORK);
        let expected: Vec<i64> = (1..=8).map(plain).collect();
        assert_eq!(values(&begins, 0), expected, "{pattern:b}");
    }
}
