//! What a person has taken up so far, as a weekly level: whether ever, or how much.

use super::{Kind, OutcomePanel, Shape, Value};
use crate::study::Measure;

/// Levels over the weeks in which the persons of `followed` are followed, from the weekly values of `taken`: 1 from the first
/// week with a value on (ever), or the sum of the values so far (amount).
pub fn take_up(followed: &OutcomePanel, taken: &OutcomePanel, measure: Measure) -> OutcomePanel {
    let ticks = followed.shape.ticks;
    let (divisor, value) = match measure {
        Measure::Ever => (1.0, Value::State),
        Measure::Amount => (taken.shape.divisor, Value::Amount),
    };
    let mut out = OutcomePanel {
        shape: Shape {
            kind: Kind::Mean { value },
            divisor,
            ..followed.shape.clone()
        },
        offsets: vec![0],
        entries: Vec::new(),
    };
    let mut weekly = vec![0_i64; ticks];
    for person in 0..followed.offsets.len().saturating_sub(1) {
        let presence = followed
            .of(person)
            .iter()
            .filter(|e| (e.slot as usize) < ticks);
        let mut end = ticks;
        for entry in presence {
            out.entries.push(*entry);
            if entry.delta < 0 {
                end = entry.slot as usize;
            }
        }
        weekly.fill(0);
        for entry in taken.of(person) {
            let slot = (entry.slot as usize).checked_sub(taken.shape.ticks);
            if let Some(week) = slot.and_then(|tick| weekly.get_mut(tick)) {
                *week += i64::from(entry.delta);
            }
        }
        let mut history = super::History::default();
        let (mut level, mut so_far) = (0_i64, 0_i64);
        for (tick, change) in weekly[..end].iter().enumerate() {
            level += change;
            let more = match measure {
                Measure::Ever => i64::from(so_far == 0 && level != 0),
                Measure::Amount => level,
            };
            so_far += more;
            history.add((ticks + tick) as u32, more);
        }
        if end < ticks {
            history.add((ticks + end) as u32, -so_far);
        }
        history.finish(&mut out.entries);
        out.offsets.push(out.entries.len() as u32);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, OutcomePanel};
    use super::*;

    fn panel(entries: &[&[(u32, i32)]]) -> OutcomePanel {
        let mut out = OutcomePanel {
            shape: Shape {
                kind: Kind::Mean {
                    value: Value::State,
                },
                first_tick: 1,
                ticks: 4,
                channels: 2,
                destinations: vec![],
                divisor: 1.0,
                horizon: 4,
            },
            offsets: vec![0],
            entries: Vec::new(),
        };
        for person in entries {
            let entries = person.iter().map(|&(slot, delta)| Entry { slot, delta });
            out.entries.extend(entries);
            out.offsets.push(out.entries.len() as u32);
        }
        out
    }

    #[test]
    fn levels_rise_and_end_with_follow_up() {
        // The first person: in it in weeks 2 and 4; the second in week 1, followed for three weeks; the third never.
        let taken = panel(&[
            &[(0, 1), (5, 1), (6, -1), (7, 1)],
            &[(0, 1), (4, 1), (5, -1)],
            &[(0, 1)],
        ]);
        let followed = panel(&[&[(0, 1)], &[(0, 1), (3, -1)], &[(0, 1)]]);
        let levels = |measure| {
            let made = take_up(&followed, &taken, measure);
            let history = |person: usize| {
                let mut history = vec![0_i64; 8];
                for entry in made.of(person) {
                    history[entry.slot as usize] += i64::from(entry.delta);
                }
                made.shape.accumulate_levels(&mut history);
                history
            };
            (0..3).map(history).collect::<Vec<_>>()
        };
        let ever = levels(Measure::Ever);
        assert_eq!(ever[0], [1, 1, 1, 1, 0, 1, 1, 1]);
        assert_eq!(ever[1], [1, 1, 1, 0, 1, 1, 1, 0]);
        assert_eq!(ever[2], [1, 1, 1, 1, 0, 0, 0, 0]);
        let amount = levels(Measure::Amount);
        assert_eq!(amount[0][4..], [0, 1, 1, 2]);
        assert_eq!(amount[1][4..], [1, 1, 1, 0]);
    }
}
