//! Stays: uninterrupted weeks in a set of states, such as a case of sickness benefit paid in full or in part. What begins
//! each week, and how many have lasted long. Channel 0 is followed, channel 1 the value.
//!
//! A stay that runs in week 1 began where the registers' weeks before week 1 say; weeks they do not know are outside. It is
//! inflow of week 1 only if week 0 is known and outside: otherwise it may be old, and is counted as the stock at the start.

use super::mean::{members, shape};
use super::{Kind, OutcomePanel, Value, collect};
use crate::trial::{AccountingLine, Trial};

/// Weeks `start..end` in the states; `start` may lie before week 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stay {
    start: i32,
    end: i32,
}

/// What is known of the week before week 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WeekZero {
    Inside,
    Outside,
    Unknown,
}

/// Stays of a table in a set of states.
struct Stays<'a> {
    trial: &'a Trial,
    table: usize,
    inside: Vec<bool>,
}

impl<'a> Stays<'a> {
    fn new(trial: &'a Trial, table: usize, states: &[String]) -> Self {
        Self {
            trial,
            table,
            inside: members(&trial.tables[table], states),
        }
    }

    /// The stays of a person, by start, and what is known of week 0.
    fn of(&self, person: usize, out: &mut Vec<Stay>) -> WeekZero {
        out.clear();
        let before = self.trial.before.get(self.table).and_then(Option::as_ref);
        let early = before.map_or(&[][..], |before| before.of(person));
        let zero = match early.last().filter(|spell| spell.end == 1) {
            Some(spell) if self.inside[usize::from(spell.state)] => WeekZero::Inside,
            Some(_) => WeekZero::Outside,
            None => WeekZero::Unknown,
        };
        for spell in early.iter().chain(self.trial.tables[self.table].of(person)) {
            if !self.inside[usize::from(spell.state)] {
                continue;
            }
            match out.last_mut() {
                Some(last) if last.end == spell.start => last.end = spell.end,
                _ => out.push(Stay {
                    start: spell.start,
                    end: spell.end,
                }),
            }
        }
        out.retain(|stay| stay.end > 1);
        zero
    }
}

/// 1 in the week in which a stay begins.
pub(super) fn inflow(
    trial: &Trial,
    (table, states): (usize, &[String]),
    name: &str,
    remarks: &mut Vec<AccountingLine>,
) -> OutcomePanel {
    let stays = Stays::new(trial, table, states);
    let shape = shape(
        trial,
        Kind::Mean {
            value: Value::Count,
        },
        1.0,
    );
    let followed = &trial.tables[table].followed;
    let panel = collect(trial.persons(), shape, |person, shape, history| {
        let mut own = Vec::new();
        let zero = stays.of(person, &mut own);
        history.level(shape, 0, (1, followed[person] + 1), 1);
        for stay in own {
            let begins = stay.start > 1 || (stay.start == 1 && zero == WeekZero::Outside);
            if begins {
                history.level(shape, 1, (stay.start, stay.start + 1), 1);
            }
        }
    });
    let mut unknown = vec![0_u64; trial.arms.len()];
    let mut own = Vec::new();
    for person in 0..trial.persons() {
        let zero = stays.of(person, &mut own);
        let runs = own.first().is_some_and(|stay| stay.start == 1);
        unknown[usize::from(trial.arm[person])] += u64::from(runs && zero == WeekZero::Unknown);
    }
    for (label, unknown) in trial.arms.iter().zip(unknown) {
        if unknown > 0 {
            remarks.push(AccountingLine {
                table: format!("outcome {name}"),
                unit: "persons".to_owned(),
                key: "stay_of_unknown_start".to_owned(),
                arm: label.clone(),
                sign: " ".to_owned(),
                count: unknown,
                hidden: false,
            });
        }
    }
    panel
}

/// 1 in each followed week in which a stay has lasted longer than `over` weeks, this week counted.
pub(super) fn lasting(
    trial: &Trial,
    (table, states): (usize, &[String]),
    over: i32,
) -> OutcomePanel {
    let stays = Stays::new(trial, table, states);
    let shape = shape(
        trial,
        Kind::Mean {
            value: Value::State,
        },
        1.0,
    );
    let followed = &trial.tables[table].followed;
    collect(trial.persons(), shape, |person, shape, history| {
        let mut own = Vec::new();
        stays.of(person, &mut own);
        history.level(shape, 0, (1, followed[person] + 1), 1);
        for stay in own {
            history.level(shape, 1, (stay.start.saturating_add(over), stay.end), 1);
        }
    })
}

#[cfg(test)]
#[path = "stays_tests.rs"]
mod tests;
