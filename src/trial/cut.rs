//! Values cut to the weeks that count: split over their weeks, kept where the person is followed, summed by week.

use super::accounting::Sheet;
use super::model::{AccountingLine, Run, SpellTable, WeeklyRuns};
use crate::study::Per;
use std::collections::BTreeMap;

/// One value of a person before it is split: `value` belongs to the weeks `start..=end` as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole {
    pub(crate) person: u32,
    pub(crate) start: i32,
    pub(crate) end: i32,
    pub(crate) value: i64,
    pub(crate) per: Per,
}

/// A run of a person: `value` in each of the weeks `start..end`, which lie within the horizon.
type Piece = (u32, u16, u16, i64);

/// Pieces kept together: a million persons have tens of millions, which are let go block by block while runs are made of them.
const BLOCK: usize = 1 << 18;

/// Counts of rows from read to used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) read: u64,
    pub(crate) filtered: u64,
    pub(crate) unknown_person: u64,
    pub(crate) without_value: u64,
    pub(crate) before_week_1: u64,
    pub(crate) after_horizon: u64,
    pub(crate) after_follow_up: u64,
    pub(crate) in_absorbing: u64,
    pub(crate) overridden: u64,
    pub(crate) without_week: u64,
    pub(crate) used: u64,
    pub(crate) shortened: u64,
    /// Rows of events that have not happened, by what became of them.
    pub(crate) not_held: BTreeMap<String, u64>,
    /// Counts beside the sum: key, arm, how many.
    pub(crate) remarks: Vec<(String, String, u64)>,
}

impl Tally {
    /// Adds what became of a value that stands for so many rows.
    fn add_rows(&mut self, one: &Self, rows: u64) {
        self.before_week_1 += rows * one.before_week_1;
        self.after_horizon += rows * one.after_horizon;
        self.after_follow_up += rows * one.after_follow_up;
        self.in_absorbing += rows * one.in_absorbing;
        self.without_week += rows * one.without_week;
        self.used += rows * one.used;
        self.shortened += rows * one.shortened;
    }

    pub(crate) fn write(
        &self,
        accounting: &mut Vec<AccountingLine>,
        outcome: &str,
        unit: &'static str,
    ) {
        let mut sheet = Sheet::new(accounting, outcome, unit);
        sheet.read(self.read);
        sheet.left_out("filtered", self.filtered);
        for (status, count) in &self.not_held {
            sheet.left_out(&format!("status {status}"), *count);
        }
        sheet.left_out("unknown_person", self.unknown_person);
        sheet.left_out("without_value", self.without_value);
        sheet.left_out("before_week_1", self.before_week_1);
        sheet.left_out("after_follow_up", self.after_follow_up);
        sheet.left_out("after_horizon", self.after_horizon);
        sheet.left_out("absorbing", self.in_absorbing);
        sheet.left_out("overridden_by_priority", self.overridden);
        sheet.left_out("without_thursday", self.without_week);
        sheet.used("", self.used);
        sheet.remark("shortened", self.shortened);
        for (key, arm, count) in &self.remarks {
            sheet.remark_of(key, arm, *count);
        }
    }
}

/// Cuts values to the weeks that count and collects their runs.
pub(crate) struct Cutter<'a> {
    horizon: i32,
    followed: Option<&'a SpellTable>,
    pieces: Vec<Vec<Piece>>,
}

impl<'a> Cutter<'a> {
    pub(crate) fn new(horizon: u32, followed: Option<&'a SpellTable>) -> Self {
        Self {
            horizon: i32::try_from(horizon).unwrap_or(i32::MAX - 1),
            followed,
            pieces: Vec::new(),
        }
    }

    /// Last week followed, and last week before an absorbing state.
    fn ends(&self, person: u32) -> (i32, i32) {
        let Some(table) = self.followed else {
            return (self.horizon, self.horizon);
        };
        let followed = table.followed[person as usize];
        let absorbing = |state: u16| table.absorbing[usize::from(state)];
        let spells = table.of(person as usize);
        let absorbed = spells.iter().find(|spell| absorbing(spell.state));
        (followed, absorbed.map_or(followed, |spell| spell.start - 1))
    }

    /// Adds a value over all its weeks that count.
    pub(crate) fn add(&mut self, whole: Whole, tally: &mut Tally) {
        let (followed, alive) = self.ends(whole.person);
        let last = alive.min(self.horizon);
        let (from, to) = (whole.start.max(1), whole.end.min(last));
        let count = if whole.start > whole.end {
            &mut tally.without_week
        } else if whole.end < 1 {
            &mut tally.before_week_1
        } else if from <= to {
            tally.shortened += u64::from(whole.start < 1 || whole.end > last);
            self.cut(&whole, from, to);
            &mut tally.used
        } else if from > self.horizon {
            &mut tally.after_horizon
        } else if from > followed {
            &mut tally.after_follow_up
        } else {
            &mut tally.in_absorbing
        };
        *count += 1;
    }

    /// Adds a value that several rows add up to.
    pub(crate) fn add_sum(&mut self, whole: Whole, rows: u64, tally: &mut Tally) {
        let mut one = Tally::default();
        self.add(whole, &mut one);
        tally.add_rows(&one, rows);
    }

    /// Whether a week of a person counts.
    pub(crate) fn counts(&self, person: u32, week: i32) -> bool {
        let (_, alive) = self.ends(person);
        (1..=alive.min(self.horizon)).contains(&week)
    }

    /// State of a person in a week that counts.
    pub(crate) fn state_of(&self, person: u32, week: i32) -> Option<u16> {
        let spells = self.followed?.of(person as usize);
        let spell = spells.iter().find(|s| (s.start..s.end).contains(&week))?;
        Some(spell.state)
    }

    /// Adds the value of a spell over its weeks in which its state won.
    pub(crate) fn add_in_state(&mut self, whole: Whole, state: u16, tally: &mut Tally) {
        let Some(table) = self.followed else {
            return;
        };
        let (_, alive) = self.ends(whole.person);
        let last = alive.min(self.horizon).min(whole.end);
        let mut weeks = 0;
        for spell in table.of(whole.person as usize) {
            let (from, to) = (spell.start.max(whole.start), (spell.end - 1).min(last));
            if spell.state == state && from <= to {
                self.cut(&whole, from, to);
                weeks += to - from + 1;
            }
        }
        if weeks > 0 {
            tally.used += 1;
            tally.shortened += u64::from(weeks < whole.end - whole.start + 1);
        } else if whole.start <= last && last >= 1 && whole.end >= 1 && whole.start <= whole.end {
            tally.overridden += 1;
        } else {
            // No week of it counts, whatever the states: the same reasons as for a file of its own.
            self.add(whole, tally);
        }
    }

    /// The parts of a value in the weeks `from..=to`.
    fn cut(&mut self, whole: &Whole, from: i32, to: i32) {
        let mut push = |start: i32, end: i32, value: i64| {
            let (start, end) = (start.max(from), end.min(to + 1));
            if start < end && value != 0 {
                let piece = (whole.person, start as u16, end as u16, value);
                match self.pieces.last_mut() {
                    Some(block) if block.len() < BLOCK => block.push(piece),
                    _ => self.pieces.push(vec![piece]),
                }
            }
        };
        if whole.per == Per::Week {
            push(from, to + 1, whole.value);
            return;
        }
        let weeks = i64::from(whole.end) - i64::from(whole.start) + 1;
        let (each, rest) = (whole.value.div_euclid(weeks), whole.value.rem_euclid(weeks));
        let edge = whole.start + rest as i32;
        push(whole.start, edge, each + i64::from(rest > 0));
        push(edge, whole.end.saturating_add(1), each);
    }

    /// The runs of all persons, in an order that does not depend on that of the rows; equal weeks are added up.
    pub(crate) fn finish(mut self, persons: usize) -> WeeklyRuns {
        if !self.pieces.iter().flatten().is_sorted() {
            let mut all: Vec<Piece> = self.pieces.into_iter().flatten().collect();
            all.sort_unstable();
            self.pieces = vec![all];
        }
        let pieces = self.pieces.iter().map(Vec::len).sum();
        let mut runs = WeeklyRuns {
            offsets: Vec::with_capacity(persons + 1),
            runs: Vec::with_capacity(pieces),
        };
        let mut owner = 0;
        runs.offsets.push(0);
        for block in self.pieces {
            for (person, start, end, value) in block {
                let is_new = person != owner;
                while owner < person {
                    runs.offsets.push(runs.runs.len() as u32);
                    owner += 1;
                }
                let (start, end) = (i32::from(start), i32::from(end));
                let first = runs.offsets.last().copied().unwrap_or(0);
                let first_of_person = first as usize == runs.runs.len();
                match runs.runs.last_mut() {
                    Some(last)
                        if !is_new
                            && !first_of_person
                            && (last.start, last.end) == (start, end) =>
                    {
                        match last.value.checked_add(value) {
                            Some(sum) => last.value = sum,
                            None => runs.runs.push(Run { start, end, value }),
                        }
                    }
                    _ => runs.runs.push(Run { start, end, value }),
                }
            }
        }
        while runs.offsets.len() <= persons {
            runs.offsets.push(runs.runs.len() as u32);
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(whole: Whole, horizon: u32) -> (Vec<(i32, i32, i64)>, Tally) {
        let mut cutter = Cutter::new(horizon, None);
        let mut tally = Tally::default();
        cutter.add(whole, &mut tally);
        let runs = cutter.finish(1);
        assert_eq!(runs.offsets, [0, runs.runs.len() as u32]);
        (
            runs.runs
                .iter()
                .map(|run| (run.start, run.end, run.value))
                .collect(),
            tally,
        )
    }

    #[test]
    fn parts_of_a_spell_add_up_with_the_remainder_first() {
        let whole = Whole {
            person: 0,
            start: 1,
            end: 4,
            value: 1003,
            per: Per::Spell,
        };
        let (parts, _) = runs(whole, 52);
        assert_eq!(parts, [(1, 4, 251), (4, 5, 250)]);
        let negative = Whole { value: -5, ..whole };
        let (parts, _) = runs(negative, 52);
        let sum: i64 = parts
            .iter()
            .map(|(start, end, value)| i64::from(end - start) * value)
            .sum();
        assert_eq!(sum, -5);
    }

    #[test]
    fn a_part_outside_the_weeks_that_count_is_cut() {
        let whole = Whole {
            person: 0,
            start: -1,
            end: 4,
            value: 8,
            per: Per::Spell,
        };
        let (parts, tally) = runs(whole, 2);
        assert_eq!(parts, [(1, 3, 1)]);
        assert_eq!((tally.used, tally.shortened), (1, 1));
        let (parts, tally) = runs(Whole { start: 3, ..whole }, 2);
        assert!(parts.is_empty());
        assert_eq!(tally.after_horizon, 1);
    }
}
