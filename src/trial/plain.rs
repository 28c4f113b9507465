//! The person most registers are full of: spells with an end that meet week by week from week 1 to the end of follow-up,
//! in states that mean nothing more. Nothing can be wrong with such a person, so one pass proves it and writes the spells;
//! at the first week that is otherwise the person is followed closely, which a test holds this against.

use super::clock::Clock;
use super::follow_up::{BeforeWeek1, Block, Person, Rules};
use super::model::Spell;
use super::overlap::OPEN;

impl Block {
    /// Follows a person of that kind; of another it leaves everything as it was, and says so.
    pub(super) fn follow_plainly(&mut self, one: Person, clock: &Clock, rules: &Rules) -> bool {
        let start = self.spells.len();
        let done = self.write_plainly(one, clock, rules);
        if done.is_none() {
            self.spells.truncate(start);
        }
        done.is_some()
    }

    fn write_plainly(&mut self, one: Person, clock: &Clock, rules: &Rules) -> Option<()> {
        let last = one.spells.last()?;
        if rules.before == BeforeWeek1::Kept || last.to == OPEN {
            return None;
        }
        let known = clock.last(one.number, last.to);
        let end = match one.limit {
            Some(limit) => limit,
            None if rules.gap.is_none() => known,
            None => return None,
        };
        let followed = end.min(rules.keep);
        if followed < 1 || known < followed {
            return None;
        }
        let start = self.spells.len();
        let (mut next, mut cut) = (1, 0);
        let (mut after_follow_up, mut after_horizon) = (0, 0);
        // In the unit of the file: spells whose weeks meet may still share a day.
        let mut before = None;
        for spell in one.spells {
            let state = usize::from(spell.state);
            if spell.to == OPEN || rules.censor[state] || rules.absorbing[state] {
                return None;
            }
            let (from, to) = clock.weeks(one.number, spell.from, spell.to);
            let shares = before.is_some_and(|before| spell.from <= before);
            if from != next || to < from || shares {
                return None;
            }
            before = Some(spell.to);
            next = to + 1;
            if from > followed {
                let count = if from > end {
                    &mut after_follow_up
                } else {
                    &mut after_horizon
                };
                *count += 1;
                continue;
            }
            cut += u64::from(to > followed);
            self.spells.push(Spell {
                start: from,
                end: to.min(followed) + 1,
                state: spell.state,
            });
        }
        if one.limit.is_none() {
            let range = self.faults.last.get_or_insert((followed, followed));
            *range = (range.0.min(followed), range.1.max(followed));
        }
        self.tally.shortened += cut;
        self.tally.after_follow_up += after_follow_up;
        self.tally.after_horizon += after_horizon;
        self.followed.push(followed);
        self.lengths.push((self.spells.len() - start) as u32);
        self.before.1.push(0);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::follow_up::Overlaps;
    use super::super::overlap::UNRANKED;
    use super::super::rows::RawSpell;
    use super::*;
    use crate::study::{DateRule, FirstWeek, WeekUnit};
    use proptest::prelude::*;

    /// State, days or weeks it lasts, and how far the next one starts from where it would.
    type Stretch = (u16, i32, i32);

    /// Spells that most often meet, in the unit of a clock.
    fn spells(first: i32, stretches: &[Stretch], days: i32) -> Vec<RawSpell> {
        let mut next = first;
        let mut spells: Vec<RawSpell> = Vec::new();
        for (row, &(state, length, apart)) in stretches.iter().enumerate() {
            let (from, to) = (next, next + length * days - 1);
            next = to + 1 + apart;
            let to = if length == 0 { OPEN } else { to };
            spells.push(RawSpell {
                person: 0,
                from,
                to,
                state,
                row: row as u32,
            });
        }
        spells.sort();
        spells
    }

    fn stretches() -> impl Strategy<Value = Vec<Stretch>> {
        // Rarely censoring or absorbing, open, or apart.
        let state = prop_oneof![1 => 0_u16..2, 30 => 2_u16..5];
        let length = prop_oneof![1 => 0..1, 30 => 1..9];
        let apart = prop_oneof![1 => -4..5, 30 => 0..1];
        prop::collection::vec((state, length, apart), 0..6)
    }

    fn shown(block: &Block) -> String {
        let Block {
            spells,
            lengths,
            followed,
            before,
            tally,
            faults,
            ..
        } = block;
        format!("{spells:?} {lengths:?} {followed:?} {before:?} {tally:?} {faults:?}")
    }

    proptest! {
        #[test]
        fn whoever_is_followed_plainly_is_followed_as_closely(
            persons in prop::collection::vec(
                (stretches(), prop_oneof![3 => 0..1, 1 => -9..9], prop::option::of(-2..30)),
                1..6,
            ),
            unit in prop::sample::select(vec![WeekUnit::Trial, WeekUnit::Iso, WeekUnit::Date]),
            thursday: bool,
            ranked: bool,
            gap in prop::option::weighted(0.3, 2_u16..5),
            keep in 1..30,
        ) {
            let rules = Rules {
                gap,
                censor: vec![true, false, false, false, false],
                absorbing: vec![false, true, false, false, false],
                rank: if ranked { vec![0, 1, 2, 3, UNRANKED] } else { vec![UNRANKED; 5] },
                overlaps: if ranked { Overlaps::Ranked } else { Overlaps::Refused },
                keep,
                before: BeforeWeek1::Cut,
            };
            let rule = if thursday { DateRule::Thursday } else { DateRule::Any };
            let assigned = vec![100; persons.len()];
            let clock = Clock::new(unit, rule, FirstWeek::Assignment, Some(&assigned))
                .expect("everybody is assigned");
            let (mut quick, mut close) = (Block::default(), Block::default());
            for (number, (stretches, late, limit)) in persons.iter().enumerate() {
                // Monday of week 100 is day 697: 1970-01-01 was the Thursday of week 0.
                let (first, days) = match unit {
                    WeekUnit::Trial => (1, 1),
                    WeekUnit::Date => (697, 7),
                    _ => (100, 1),
                };
                let spells = spells(first + late, stretches, days);
                let one = Person { number, spells: &spells, limit: *limit };
                quick.follow(one, &clock, &rules);
                close.follow_closely(one, &clock, &rules);
            }
            prop_assert_eq!(shown(&quick), shown(&close));
        }
    }

    #[test]
    fn spells_that_meet_are_followed_plainly_and_others_are_not() {
        let rules = Rules {
            censor: vec![false; 5],
            absorbing: vec![false, true, false, false, false],
            rank: vec![UNRANKED; 5],
            keep: 12,
            ..Rules::default()
        };
        let clock = Clock::new(WeekUnit::Trial, DateRule::Any, FirstWeek::Assignment, None)
            .expect("trial weeks");
        let plainly = |stretches: &[Stretch]| {
            let spells = spells(1, stretches, 1);
            let one = Person {
                number: 0,
                spells: &spells,
                limit: None,
            };
            Block::default().follow_plainly(one, &clock, &rules)
        };
        assert!(plainly(&[(2, 4, 0), (3, 8, 0), (2, 9, 0)]));
        assert!(!plainly(&[]));
        assert!(!plainly(&[(2, 4, 1), (3, 8, 0)]));
        assert!(!plainly(&[(2, 4, -1), (3, 8, 0)]));
        assert!(!plainly(&[(2, 4, 0), (1, 8, 0)]));
        assert!(!plainly(&[(2, 4, 0), (3, 0, 0)]));
    }
}
