//! From the weeks of a file to trial weeks: each person's clock starts at the own week of assignment.

use crate::registers::calendar::IsoWeek;
use crate::study::{DateRule, FirstWeek, WeekUnit};

/// No week.
pub(crate) const NO_WEEK: i32 = i32::MIN;

/// Weeks a value may lie from 1 before it is cut to it: far outside every accepted range, small enough to add to.
const FAR: i64 = 1 << 29;

/// Thursday, counted from Monday.
const THURSDAY: i64 = 3;

/// Reads the weeks of one file for every person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock<'a> {
    unit: WeekUnit,
    rule: DateRule,
    first: FirstWeek,
    assigned: &'a [i32],
}

impl<'a> Clock<'a> {
    /// A clock; `None` when the file has calendar weeks and nobody a week of assignment.
    pub(crate) fn new(
        unit: WeekUnit,
        rule: DateRule,
        first: FirstWeek,
        assigned: Option<&'a [i32]>,
    ) -> Option<Self> {
        let assigned = match (unit, assigned) {
            (WeekUnit::Trial, _) => &[],
            (_, assigned) => assigned?,
        };
        Some(Self {
            unit,
            rule,
            first,
            assigned,
        })
    }

    /// A number of a register as this clock keeps it: as it is, cut to what can be counted with.
    #[inline]
    pub(crate) fn keep(value: i64) -> i32 {
        value.clamp(-FAR, FAR) as i32
    }

    /// Trial week of an ISO week for a person.
    #[inline]
    pub(crate) fn of_iso(&self, person: usize, week: i32) -> i32 {
        let shift = match self.first {
            FirstWeek::Assignment => 1,
            FirstWeek::Next => 0,
        };
        week - self.assigned[person] + shift
    }

    /// The week of the file that is a trial week of a person: the other way round, of files in weeks.
    pub(crate) fn week_of(&self, person: usize, week: i32) -> i32 {
        match self.unit {
            WeekUnit::Trial => week,
            _ => week - self.of_iso(person, 0),
        }
    }

    /// Trial weeks of a spell from `from` to `to` (inclusive, in the unit of the file); nothing when start > end.
    #[inline]
    pub(crate) fn weeks(&self, person: usize, from: i32, to: i32) -> (i32, i32) {
        (self.start(person, from), self.last(person, to))
    }

    /// First trial week of what starts at `from`.
    #[inline]
    fn start(&self, person: usize, from: i32) -> i32 {
        match self.unit {
            WeekUnit::Trial => from,
            WeekUnit::Iso | WeekUnit::Dream { .. } => self.of_iso(person, from),
            WeekUnit::Date => {
                let week = IsoWeek::of_days(i64::from(from));
                let late = self.rule == DateRule::Thursday
                    && i64::from(from) > week.first_day() + THURSDAY;
                self.of_iso(person, week.0 + i32::from(late))
            }
        }
    }

    /// Last trial week of what ends at `to` (inclusive).
    #[inline]
    pub(crate) fn last(&self, person: usize, to: i32) -> i32 {
        match self.unit {
            WeekUnit::Trial => to,
            WeekUnit::Iso | WeekUnit::Dream { .. } => self.of_iso(person, to),
            WeekUnit::Date => {
                let week = IsoWeek::of_days(i64::from(to));
                let early =
                    self.rule == DateRule::Thursday && i64::from(to) < week.first_day() + THURSDAY;
                self.of_iso(person, week.0 - i32::from(early))
            }
        }
    }

    /// True when the person's weeks can be read.
    #[inline]
    pub(crate) fn runs_for(&self, person: usize) -> bool {
        self.assigned
            .get(person)
            .is_none_or(|week| *week != NO_WEEK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn week_one_is_the_week_of_assignment_or_the_next() {
        let assigned = [100];
        let clock = |first| {
            Clock::new(WeekUnit::Iso, DateRule::Any, first, Some(&assigned)).expect("assigned")
        };
        assert_eq!(clock(FirstWeek::Assignment).weeks(0, 100, 103), (1, 4));
        assert_eq!(clock(FirstWeek::Next).weeks(0, 100, 103), (0, 3));
    }

    #[test]
    fn dates_cover_weeks_with_a_day_or_with_their_thursday() {
        // Day 0 is a Thursday, in week 0.
        let assigned = [0];
        let clock = |rule| {
            Clock::new(WeekUnit::Date, rule, FirstWeek::Assignment, Some(&assigned))
                .expect("assigned")
        };
        assert_eq!(clock(DateRule::Any).weeks(0, 1, 6), (1, 2));
        assert_eq!(clock(DateRule::Thursday).weeks(0, 0, 6), (1, 1));
        assert_eq!(clock(DateRule::Thursday).weeks(0, 1, 6), (2, 1));
        assert_eq!(clock(DateRule::Thursday).weeks(0, 1, 7), (2, 2));
    }

    #[test]
    fn calendar_weeks_need_an_assignment() {
        assert!(Clock::new(WeekUnit::Iso, DateRule::Any, FirstWeek::Next, None).is_none());
        assert!(Clock::new(WeekUnit::Trial, DateRule::Any, FirstWeek::Next, None).is_some());
    }
}
