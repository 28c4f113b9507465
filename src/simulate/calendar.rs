//! Calendar weeks of the simulated register: ISO weeks as whole numbers.

use jiff::civil::{Date, ISOWeekDate, Weekday, date};

/// An ISO week, counted from the week of Monday 5 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CalendarWeek(pub(crate) i32);

const ORIGIN: Date = date(1970, 1, 5);

impl CalendarWeek {
    /// Reads `2010-W44`; `None` if there is no such week.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (year, week) = text.split_once("-W")?;
        if year.len() != 4 || week.len() != 2 {
            return None;
        }
        let monday = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday)
            .ok()?
            .date();
        let days = monday.duration_since(ORIGIN).as_hours() / 24;
        i32::try_from(days.div_euclid(7)).ok().map(Self)
    }

    /// A day of the week, 0 = Monday.
    fn day(self, day: i32) -> Date {
        // Scenario weeks are parsed dates plus at most a few thousand weeks, far inside what a date can hold.
        ORIGIN.saturating_add(jiff::Span::new().days(self.0 * 7 + day))
    }

    /// As `2010-W44`.
    pub(crate) fn iso(self) -> String {
        let week = self.day(0).iso_week_date();
        format!("{:04}-W{:02}", week.year(), week.week())
    }

    /// As DREAM writes it: `1044`.
    pub(crate) fn yyww(self) -> String {
        let week = self.day(0).iso_week_date();
        format!("{:02}{:02}", week.year().rem_euclid(100), week.week())
    }

    /// A day of the week as `2010-11-01`, 0 = Monday.
    pub(crate) fn date(self, day: i32) -> String {
        self.day(day).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_run_over_a_year_of_53_weeks() {
        let last = CalendarWeek::parse("2009-W53").unwrap();
        assert_eq!(CalendarWeek(last.0 + 1).iso(), "2010-W01");
        assert_eq!(CalendarWeek(last.0 + 1).date(0), "2010-01-04");
        assert_eq!(
            (last.yyww(), CalendarWeek(last.0 + 1).yyww()),
            ("0953".into(), "1001".into())
        );
        assert_eq!(CalendarWeek::parse("2010-W53"), None);
        assert_eq!(CalendarWeek::parse("2010-44"), None);
    }
}
