//! Exits: channel 0 is at risk, channel 1 + k an exit to destination k.
//!
//! The week of an exit is the last week before it: at risk in t means in `from` through t, and an exit in t means that
//! the state of t + 1 is known and outside. With `sustained = n` the next n weeks must lie in that destination; an
//! exit that does not last leaves the person at risk, and nobody is at risk after the end of follow-up - (n - 1).

use super::{History, Kind, OutcomePanel, Shape, Survival, collect};
use crate::study::{AtRisk, ExitSource};
use crate::trial::{AccountingLine, DurationTable, SpellTable, Trial};

/// What counts as an exit.
pub(super) struct Definition<'a> {
    /// Where from.
    pub source: &'a ExitSource,
    /// Named destinations.
    pub to: &'a [String],
    /// Who is at risk.
    pub at_risk: AtRisk,
    /// Weeks it must last, at least 1.
    pub sustained: i32,
}

/// A stretch of weeks in `from` (`None`) or in one destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    start: i32,
    end: i32,
    destination: Option<usize>,
}

/// One time at risk: `start..=last`, with the exit at `last` if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Risk {
    start: i32,
    last: i32,
    exit: Option<usize>,
}

/// Merges a person's spells into stretches.
fn stretches(table: &SpellTable, person: usize, class: &[Option<usize>], out: &mut Vec<Stretch>) {
    out.clear();
    for spell in table.of(person) {
        let destination = class[usize::from(spell.state)];
        match out.last_mut() {
            Some(last) if last.destination == destination && last.end == spell.start => {
                last.end = spell.end;
            }
            _ => out.push(Stretch {
                start: spell.start,
                end: spell.end,
                destination,
            }),
        }
    }
}

/// Tells the times at risk of a person whose exit follow-up ends with week `end`.
fn risks(
    stretches: &[Stretch],
    (rule, sustained): (AtRisk, i32),
    end: i32,
    mut tell: impl FnMut(Risk),
) {
    let mut told = false;
    let mut open: Option<i32> = None;
    for stretch in stretches {
        match (open, stretch.destination) {
            (None, None) => {
                let first = stretch.start <= 1;
                let may_open = match rule {
                    AtRisk::First => first,
                    AtRisk::Entry => !told,
                    AtRisk::All => true,
                };
                if may_open && stretch.start <= end {
                    open = Some(stretch.start.max(1));
                }
            }
            (Some(start), Some(destination)) if stretch.end - stretch.start >= sustained => {
                let last = stretch.start - 1;
                if last <= end {
                    tell(Risk {
                        start,
                        last,
                        exit: Some(destination),
                    });
                    told = true;
                    open = None;
                    if rule != AtRisk::All {
                        return;
                    }
                }
            }
            _ => {}
        }
    }
    if let Some(start) = open {
        tell(Risk {
            start,
            last: end,
            exit: None,
        });
    }
}

fn add(history: &mut History, shape: &Shape, risk: Risk) {
    history.level(shape, 0, (risk.start, risk.last + 1), 1);
    if let Some(destination) = risk.exit
        && risk.last <= shape.last_tick()
    {
        history.add(shape.slot(1 + destination, risk.last), 1);
    }
}

/// Builds the outcome and counts who is not at risk.
pub(super) fn build(
    trial: &Trial,
    definition: &Definition<'_>,
    name: &str,
    remarks: &mut Vec<AccountingLine>,
) -> OutcomePanel {
    match (definition.source, &trial.durations) {
        (ExitSource::Spells { table, from }, _) => from_spells(
            trial,
            &trial.tables[*table],
            from,
            definition,
            name,
            remarks,
        ),
        (ExitSource::Durations, Some(durations)) => from_durations(trial, durations, definition.to),
        (ExitSource::Durations, None) => from_durations(trial, &DurationTable::default(), &[]),
    }
}

fn from_spells(
    trial: &Trial,
    table: &SpellTable,
    from: &[String],
    definition: &Definition<'_>,
    name: &str,
    remarks: &mut Vec<AccountingLine>,
) -> OutcomePanel {
    let mut destinations = definition.to.to_vec();
    destinations.push("other".to_owned());
    let other = destinations.len() - 1;
    // An absorbing state is never at risk, whatever the list says.
    let class: Vec<Option<usize>> = table
        .states
        .iter()
        .zip(&table.absorbing)
        .map(|(state, absorbing)| {
            if from.contains(state) && !absorbing {
                None
            } else {
                Some(
                    definition
                        .to
                        .iter()
                        .position(|d| d == state)
                        .unwrap_or(other),
                )
            }
        })
        .collect();
    let survival = match definition.at_risk {
        AtRisk::All => Survival::Absent,
        AtRisk::First | AtRisk::Entry => Survival::Defined,
    };
    let horizon = trial.horizon as i32;
    let shape = Shape {
        kind: Kind::Exit { survival },
        first_tick: 1,
        ticks: trial.horizon as usize,
        channels: 1 + destinations.len(),
        destinations,
        divisor: 1.0,
        horizon,
    };
    let sustained = definition.sustained;
    let panel = collect(trial.persons(), shape, |person, shape, history| {
        let mut parts = std::mem::take(&mut history.stretches);
        stretches(table, person, &class, &mut parts);
        let end = horizon.min(table.followed[person] - (sustained - 1));
        let rule = (definition.at_risk, sustained);
        risks(&parts, rule, end, |risk| add(history, shape, risk));
        history.stretches = parts;
    });
    let mut absent = vec![0_u64; trial.arms.len()];
    for person in (0..trial.persons()).filter(|&p| panel.of(p).is_empty()) {
        absent[usize::from(trial.arm[person])] += 1;
    }
    for (label, absent) in trial.arms.iter().zip(absent) {
        if absent > 0 {
            remarks.push(AccountingLine {
                table: format!("outcome {name}"),
                unit: "persons".to_owned(),
                key: match definition.at_risk {
                    AtRisk::First => "not_at_risk_in_week_1",
                    AtRisk::Entry | AtRisk::All => "never_at_risk",
                }
                .to_owned(),
                arm: label.clone(),
                sign: " ".to_owned(),
                count: absent,
                hidden: false,
            });
        }
    }
    panel
}

/// Without named destinations each value of the file is one; with them any other value is `other`.
fn from_durations(trial: &Trial, durations: &DurationTable, to: &[String]) -> OutcomePanel {
    let horizon = trial.horizon as i32;
    let mut destinations = durations.destinations.clone();
    if !to.is_empty() {
        destinations = to.to_vec();
        destinations.push("other".to_owned());
    }
    let class: Vec<usize> = durations
        .destinations
        .iter()
        .map(|value| {
            let place = destinations.iter().position(|d| d == value);
            place.unwrap_or(destinations.len().saturating_sub(1))
        })
        .collect();
    let shape = Shape {
        kind: Kind::Exit {
            survival: Survival::Defined,
        },
        first_tick: 0,
        ticks: trial.horizon as usize + 1,
        channels: 1 + destinations.len().max(1),
        destinations,
        divisor: 1.0,
        horizon,
    };
    collect(trial.persons(), shape, |person, shape, history| {
        let Some(&time) = durations.time.get(person) else {
            return;
        };
        add(
            history,
            shape,
            Risk {
                start: 0,
                last: time as i32,
                exit: durations.event[person].map(|value| class[usize::from(value)]),
            },
        );
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn risks(path: &[Stretch], rule: AtRisk, sustained: i32, end: i32) -> Vec<Risk> {
        let mut out = Vec::new();
        super::risks(path, (rule, sustained), end, |risk| out.push(risk));
        out
    }

    fn stretch(start: i32, end: i32, destination: Option<usize>) -> Stretch {
        Stretch {
            start,
            end,
            destination,
        }
    }

    #[test]
    fn the_week_of_an_exit_is_the_last_week_in_from() {
        let path = [stretch(1, 4, None), stretch(4, 11, Some(0))];
        assert_eq!(
            risks(&path, AtRisk::First, 1, 10),
            [Risk {
                start: 1,
                last: 3,
                exit: Some(0)
            }]
        );
    }

    #[test]
    fn an_unknown_next_state_is_censored_after_the_last_known_week() {
        let path = [stretch(1, 6, None)];
        assert_eq!(
            risks(&path, AtRisk::First, 1, 5),
            [Risk {
                start: 1,
                last: 5,
                exit: None
            }]
        );
    }

    #[test]
    fn an_exit_that_does_not_last_leaves_the_person_at_risk() {
        // Out in week 4 only, back, out for good from week 8.
        let path = [
            stretch(1, 4, None),
            stretch(4, 5, Some(0)),
            stretch(5, 8, None),
            stretch(8, 12, Some(1)),
        ];
        assert_eq!(
            risks(&path, AtRisk::First, 2, 10),
            [Risk {
                start: 1,
                last: 7,
                exit: Some(1)
            }]
        );
        assert_eq!(
            risks(&path, AtRisk::All, 1, 10),
            [
                Risk {
                    start: 1,
                    last: 3,
                    exit: Some(0)
                },
                Risk {
                    start: 5,
                    last: 7,
                    exit: Some(1)
                }
            ]
        );
    }

    #[test]
    fn entry_waits_for_the_first_week_in_from_and_first_does_not() {
        let path = [
            stretch(1, 3, Some(0)),
            stretch(3, 6, None),
            stretch(6, 9, Some(0)),
        ];
        assert_eq!(risks(&path, AtRisk::First, 1, 8), []);
        assert_eq!(
            risks(&path, AtRisk::Entry, 1, 8),
            [Risk {
                start: 3,
                last: 5,
                exit: Some(0)
            }]
        );
    }
}
