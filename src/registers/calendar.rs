//! The calendar: ISO weeks as one running number, dates in the forms registers use, weeks of a month.
//!
//! A week belongs to the month and the year its Thursday lies in; a year has 53 weeks when it has 53 Thursdays.

use jiff::civil::{Date, ISOWeekDate, Weekday};

/// Days from the Monday of week 0 (1969-12-29) to 1970-01-01, a Thursday.
const THURSDAY: i64 = 3;

/// An ISO week by its running number: week 0 is the one with 1970-01-01 in it, the next week is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoWeek(pub i32);

impl IsoWeek {
    /// Week `week` of ISO year `year`; `None` for week 53 of a year with 52.
    pub fn new(year: i16, week: i8) -> Option<Self> {
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date();
        Some(Self::of_days(days(monday)))
    }

    /// The week of a date.
    pub fn of_date(date: Date) -> Self {
        Self::of_days(days(date))
    }

    /// The week of a day counted from 1970-01-01.
    pub fn of_days(days: i64) -> Self {
        Self((days + THURSDAY).div_euclid(7) as i32)
    }

    /// Reads `2010-W44` or `2010W44`.
    pub fn parse(text: &str) -> Option<Self> {
        parse_iso_week(text.trim().as_bytes())
    }

    /// The Monday, as days from 1970-01-01.
    pub fn first_day(self) -> i64 {
        i64::from(self.0) * 7 - THURSDAY
    }

    /// The Sunday, as days from 1970-01-01.
    pub fn last_day(self) -> i64 {
        self.first_day() + 6
    }

    /// The month the week belongs to, as [`Month`]: that of its Thursday.
    pub fn month(self) -> Option<Month> {
        date_of(self.first_day() + THURSDAY)
            .map(|thursday| Month::new(thursday.year(), thursday.month()))
    }

    /// ISO year and week number.
    pub fn year_and_week(self) -> Option<(i16, i8)> {
        date_of(self.first_day()).map(|monday| {
            let week = monday.iso_week_date();
            (week.year(), week.week())
        })
    }
}

impl std::fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.year_and_week() {
            Some((year, week)) => write!(f, "{year}-W{week:02}"),
            None => write!(f, "week {}", self.0),
        }
    }
}

/// A calendar month by its running number: 12 x year + month - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

impl Month {
    /// Month 1..=12 of a year.
    pub fn new(year: i16, month: i8) -> Self {
        Self(12 * i32::from(year) + i32::from(month) - 1)
    }

    /// Weeks whose Thursday lies in the month, first and last (inclusive); `None` outside the calendar.
    pub fn weeks(self) -> Option<(IsoWeek, IsoWeek)> {
        let year = i16::try_from(self.0.div_euclid(12)).ok()?;
        let first = Date::new(year, (self.0.rem_euclid(12) + 1) as i8, 1).ok()?;
        // The first Thursday on or after the first; the last on or before the last.
        let week_from = days(first).div_euclid(7) + i64::from(days(first).rem_euclid(7) != 0);
        let week_to = days(first.last_of_month()).div_euclid(7);
        Some((IsoWeek(week_from as i32), IsoWeek(week_to as i32)))
    }
}

/// Days from 1970-01-01.
pub fn days(date: Date) -> i64 {
    let (year, month, day) = (
        i64::from(date.year()),
        i64::from(date.month()),
        i64::from(date.day()),
    );
    // Years from March on, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date that many days from 1970-01-01; `None` outside the years -9999 to 9999.
pub fn date_of(days: i64) -> Option<Date> {
    let epoch = Date::constant(1970, 1, 1);
    epoch
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()
}

/// Reads `2010-11-03`, `03-11-2010`, `03.11.2010`, `3/11/2010` (day first) or `20101103`; a time of midnight after
/// it is accepted.
pub fn parse_date(text: &str) -> Option<Date> {
    parse_date_bytes(text.trim().as_bytes())
}

/// Reads `2010-11`, `2010M11`, `201011`, or the month of a date.
pub fn parse_month(text: &str) -> Option<Month> {
    parse_month_bytes(text.trim().as_bytes())
}

pub(crate) fn parse_iso_week(cell: &[u8]) -> Option<IsoWeek> {
    let (year, rest) = cell.split_at_checked(4)?;
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let week = rest
        .strip_prefix(b"W")
        .or_else(|| rest.strip_prefix(b"w"))?;
    if week.is_empty() || week.len() > 2 {
        return None;
    }
    IsoWeek::new(digits(year)?, i8::try_from(digits(week)?).ok()?)
}

pub(crate) fn parse_date_bytes(cell: &[u8]) -> Option<Date> {
    let cell = without_midnight(cell);
    if cell.len() == 8 && cell.iter().all(u8::is_ascii_digit) {
        return date(
            digits(&cell[..4])?,
            digits(&cell[4..6])?,
            digits(&cell[6..])?,
        );
    }
    let mark = *cell.iter().find(|b| !b.is_ascii_digit())?;
    if !matches!(mark, b'-' | b'.' | b'/') {
        return None;
    }
    let mut parts = cell.split(|&b| b == mark);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || second.len() > 2 {
        return None;
    }
    match (first.len(), third.len()) {
        (4, 1..=2) if mark != b'.' => date(digits(first)?, digits(second)?, digits(third)?),
        (1..=2, 4) => date(digits(third)?, digits(second)?, digits(first)?),
        _ => None,
    }
}

pub(crate) fn parse_month_bytes(cell: &[u8]) -> Option<Month> {
    let month_part = match cell.len() {
        6 if cell.iter().all(u8::is_ascii_digit) => &cell[4..],
        6 | 7 if matches!(cell[4], b'-' | b'M' | b'm') => &cell[5..],
        _ => {
            let date = parse_date_bytes(cell)?;
            return Some(Month::new(date.year(), date.month()));
        }
    };
    let month = digits(month_part)?;
    let year = digits(&cell[..4])?;
    (1..=12)
        .contains(&month)
        .then(|| Month::new(year, month as i8))
}

/// Drops the midnight that other programs write after a date.
fn without_midnight(cell: &[u8]) -> &[u8] {
    let Some(at) = cell.iter().position(|b| matches!(b, b' ' | b'T')) else {
        return cell;
    };
    let time = &cell[at + 1..];
    let midnight = time.len() >= 5
        && time[..5] == *b"00:00"
        && time[5..].iter().all(|b| matches!(b, b':' | b'0' | b'.'));
    if midnight { &cell[..at] } else { cell }
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn digits(text: &[u8]) -> Option<i16> {
    if text.is_empty() || text.len() > 4 {
        return None;
    }
    text.iter().try_fold(0i16, |sum, b| {
        b.is_ascii_digit().then(|| sum * 10 + i16::from(b - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_with_53_thursdays_have_week_53_and_others_do_not() {
        let long: Vec<i16> = (1990..=2021)
            .filter(|&year| IsoWeek::new(year, 53).is_some())
            .collect();
        assert_eq!(long, [1992, 1998, 2004, 2009, 2015, 2020]);
        assert_eq!(IsoWeek::parse("2010-W53"), None);
        assert_eq!(
            IsoWeek::parse("2009-W53").map(|w| w.0 + 1),
            IsoWeek::parse("2010W01").map(|w| w.0)
        );
    }

    #[test]
    fn a_month_has_the_weeks_whose_thursday_lies_in_it() {
        let five: Vec<i8> = (1..=12)
            .filter(|&month| {
                let (from, to) = Month::new(2011, month).weeks().unwrap();
                to.0 - from.0 == 4
            })
            .collect();
        assert_eq!(five, [3, 6, 9, 12]);
        for week in 2000..2400 {
            let (from, to) = IsoWeek(week).month().unwrap().weeks().unwrap();
            assert!(from.0 <= week && week <= to.0);
        }
    }

    #[test]
    fn a_week_knows_its_days_and_its_name() {
        let week = IsoWeek::parse("2010-W44").unwrap();
        assert_eq!(date_of(week.first_day()).unwrap().to_string(), "2010-11-01");
        assert_eq!(date_of(week.last_day()).unwrap().to_string(), "2010-11-07");
        assert_eq!(week, IsoWeek::of_date(parse_date("2010-11-03").unwrap()));
        assert_eq!(week.to_string(), "2010-W44");
        assert_eq!(IsoWeek::of_days(0), IsoWeek(0));
        assert_eq!(IsoWeek::of_days(-4), IsoWeek(-1));
    }

    #[test]
    fn days_agree_with_the_calendar_library() {
        for offset in (-800_000..900_000).step_by(997) {
            assert_eq!(date_of(offset).map(days), Some(offset));
        }
    }

    #[test]
    fn dates_are_read_day_first_in_every_danish_form() {
        for text in [
            "2010-11-03",
            "03-11-2010",
            "03.11.2010",
            "3/11/2010",
            "20101103",
            "3.11.2010",
            "2010-11-03 00:00:00",
            "2010-11-03T00:00:00.000",
        ] {
            assert_eq!(
                parse_date(text).map(|d| d.to_string()).as_deref(),
                Some("2010-11-03"),
                "{text}"
            );
        }
        for text in [
            "2010-13-03",
            "31-02-2010",
            "11/13/2010",
            "1044",
            "2010",
            "03-11-10",
            "2010-11-03 08:30:00",
            "",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_read_in_every_form() {
        for text in ["2010-11", "2010M11", "201011", "2010-11-03", "03-11-2010"] {
            assert_eq!(parse_month(text), Some(Month(12 * 2010 + 10)), "{text}");
        }
        for text in ["2010-13", "201000", "2010", "november"] {
            assert_eq!(parse_month(text), None, "{text}");
        }
    }
}
