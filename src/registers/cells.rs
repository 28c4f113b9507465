//! One cell's bytes as a number: whole, decimal, week, month. Exact, from the text; no floats.

use super::calendar::{IsoWeek, days, parse_date_bytes, parse_iso_week, parse_month_bytes};
use super::facts::DecimalMark;
use super::table::Kind;
use crate::study::{WeekUnit, year_of};

/// A value written in the study, such as the end of the data, as the number a cell of this kind would be; `None` when
/// it is empty, no such value, or the kind is not one of numbers.
pub fn parse_number(text: &str, kind: Kind) -> Option<i64> {
    match number(text.trim().as_bytes(), kind, DecimalMark::Point) {
        Cell::Value(value) => Some(value),
        Cell::Empty | Cell::Bad => None,
    }
}

/// What a code of two bytes can be; 0 is an empty cell.
pub(crate) const CODES: std::ops::RangeInclusive<i64> = 1..=u16::MAX as i64;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A number in the encoding of its kind.
    Value(i64),
    /// Empty, `NA` or `.`.
    Empty,
    /// Something else.
    Bad,
}

/// Whether a trimmed cell counts as empty.
pub(crate) fn is_empty(cell: &[u8]) -> bool {
    matches!(cell, b"" | b"." | b"NA")
}

/// The cell as a number of its kind; the cell is trimmed.
#[inline]
pub(crate) fn number(cell: &[u8], kind: Kind, mark: DecimalMark) -> Cell {
    let value = match kind {
        Kind::Integer | Kind::Week(WeekUnit::Trial) => {
            plain_integer(cell).or_else(|| decimal(cell, 0, mark))
        }
        Kind::Code => plain_integer(cell)
            .or_else(|| decimal(cell, 0, mark))
            .filter(|value| CODES.contains(value)),
        Kind::Decimal { decimals } => decimal(cell, decimals, mark),
        Kind::Week(WeekUnit::Iso) => parse_iso_week(cell).map(|week| i64::from(week.0)),
        Kind::Week(WeekUnit::Date) => parse_date_bytes(cell).map(days),
        Kind::Week(WeekUnit::Dream { pivot }) => dream_week(cell, pivot, mark),
        Kind::Month => parse_month_bytes(cell).map(|month| i64::from(month.0)),
        Kind::Assigned => parse_iso_week(cell)
            .or_else(|| parse_date_bytes(cell).map(IsoWeek::of_date))
            .map(|week| i64::from(week.0)),
        Kind::Id | Kind::Category => None,
    };
    match value {
        Some(value) => Cell::Value(value),
        None if is_empty(cell) => Cell::Empty,
        None => Cell::Bad,
    }
}

/// The class of a bad cell; a DREAM week is called by its name, which tells nothing of the person.
pub(crate) fn bad_class(text: &str, kind: Kind) -> String {
    let weeks = matches!(
        kind,
        Kind::Assigned | Kind::Week(WeekUnit::Iso | WeekUnit::Date)
    );
    if weeks && text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        "a DREAM week (yyww)".to_owned()
    } else if let Some(near) = super::class::near_miss(text.trim(), kind) {
        near.to_owned()
    } else {
        crate::error::value_class(text)
    }
}

/// A DREAM week: year and week in four digits, of which leading zeros may be lost; `201044` too.
fn dream_week(cell: &[u8], pivot: u8, mark: DecimalMark) -> Option<i64> {
    let number = plain_integer(cell).or_else(|| decimal(cell, 0, mark))?;
    let (year, week) = (number / 100, number % 100);
    let year = match year {
        0..=99 if cell.len() <= 6 => year_of(year as u8, pivot),
        1900..=2199 => year as i16,
        _ => return None,
    };
    IsoWeek::new(year, i8::try_from(week).ok()?).map(|week| i64::from(week.0))
}

/// Digits with an optional minus, at most 18 of them: nearly every cell of a register.
#[inline]
pub(crate) fn plain_integer(cell: &[u8]) -> Option<i64> {
    let (negative, digits) = match cell.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, cell),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0i64;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // Eighteen digits cannot overflow.
        value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
    }
    Some(if negative { -value } else { value })
}

/// A number times 10^decimals, exactly; `None` when it is no number, has more decimals than are kept, or is too large.
///
/// With decimal comma, points and spaces between groups of three are thousands. `1.234` in a file that shows neither
/// mark could be both, so it is refused.
pub(crate) fn decimal(cell: &[u8], decimals: u32, mark: DecimalMark) -> Option<i64> {
    let (mantissa, exponent) = match cell.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => {
            let power = &cell[at + 1..];
            let power = power.strip_prefix(b"+").unwrap_or(power);
            if power.len() > 4 {
                return None;
            }
            (&cell[..at], plain_integer(power)?)
        }
        None => (cell, 0),
    };
    let (negative, body) = match mantissa.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, mantissa),
    };
    let (whole, fraction) = split_at_mark(body, mark)?;
    let fraction_len = fraction.len() as i64;
    let mut value: i128 = 0;
    let mut any = false;
    for &byte in whole.iter().chain(fraction) {
        match byte {
            b'0'..=b'9' => {
                any = true;
                value = value
                    .checked_mul(10)?
                    .checked_add(i128::from(byte - b'0'))?;
            }
            b'.' | b' ' | 0xA0 | 0xC2 => {} // thousands, checked by `split_at_mark`
            _ => return None,
        }
    }
    if !any {
        return None;
    }
    let mut power = exponent + i64::from(decimals) - fraction_len;
    while power > 0 && value != 0 {
        value = value.checked_mul(10)?;
        power -= 1;
    }
    while power < 0 && value != 0 {
        if value % 10 != 0 {
            return None;
        }
        value /= 10;
        power += 1;
    }
    let value = if negative { -value } else { value };
    // i64::MIN is kept free as a mark of the absent.
    i64::try_from(value).ok().filter(|&value| value != i64::MIN)
}

/// Splits digits at the decimal mark and checks the thousands.
fn split_at_mark(body: &[u8], mark: DecimalMark) -> Option<(&[u8], &[u8])> {
    let comma = body.iter().position(|&b| b == b',');
    let point = body.iter().position(|&b| b == b'.');
    match mark {
        DecimalMark::Point => {
            let (whole, fraction) = match point {
                Some(at) => (&body[..at], &body[at + 1..]),
                None => (body, &b""[..]),
            };
            (is_digits(whole) && is_digits(fraction)).then_some((whole, fraction))
        }
        DecimalMark::Comma | DecimalMark::Undecided => {
            if mark == DecimalMark::Undecided
                && comma.is_none()
                && let Some(at) = point
            {
                // Not three digits after the point: it can only be a decimal point.
                let after = &body[at + 1..];
                return (after.len() != 3 && is_digits(after) && is_digits(&body[..at]))
                    .then(|| (&body[..at], after));
            }
            let (whole, fraction) = match comma {
                Some(at) => (&body[..at], &body[at + 1..]),
                None => (body, &b""[..]),
            };
            (is_digits(fraction) && are_thousands(whole)).then_some((whole, fraction))
        }
    }
}

fn is_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// Digits, or one to three digits and then groups of three, all after the same mark.
fn are_thousands(whole: &[u8]) -> bool {
    if is_digits(whole) {
        return true;
    }
    let Some(start) = whole.iter().position(|b| !b.is_ascii_digit()) else {
        return true;
    };
    let mark: &[u8] = match &whole[start..] {
        [0xC2, 0xA0, ..] => &whole[start..start + 2],
        [b'.' | b' ' | 0xA0, ..] => &whole[start..=start],
        _ => return false,
    };
    if !(1..=3).contains(&start) {
        return false;
    }
    let mut rest = &whole[start..];
    while !rest.is_empty() {
        match rest.strip_prefix(mark) {
            Some(group) if group.len() >= 3 && is_digits(&group[..3]) => rest = &group[3..],
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(text: &str, mark: DecimalMark) -> Option<i64> {
        decimal(text.as_bytes(), 2, mark)
    }

    #[test]
    fn decimals_are_exact_and_never_rounded() {
        let point = |text| cents(text, DecimalMark::Point);
        assert_eq!(point("0.29"), Some(29));
        assert_eq!(point("-1234.5"), Some(-123_450));
        assert_eq!(point("7"), Some(700));
        assert_eq!(point("7.2500"), Some(725));
        assert_eq!(point("7.255"), None);
        assert_eq!(point("1e+05"), Some(10_000_000));
        assert_eq!(point("12.5E-1"), Some(125));
        assert_eq!(point(".5"), Some(50));
        assert_eq!(point("1,5"), None);
        assert_eq!(point("-"), None);
        assert_eq!(point("abc"), None);
        assert_eq!(point("99999999999999999999"), None);
        assert_eq!(point("1e999"), None);
        assert_eq!(point("0e9999"), Some(0));
    }

    #[test]
    fn danish_numbers_have_comma_and_thousands() {
        let comma = |text| cents(text, DecimalMark::Comma);
        assert_eq!(comma("0,29"), Some(29));
        assert_eq!(comma("1.234,5"), Some(123_450));
        assert_eq!(comma("1.234"), Some(123_400));
        assert_eq!(comma("12 345 678"), Some(1_234_567_800));
        assert_eq!(comma("1\u{a0}234"), Some(123_400));
        assert_eq!(comma("1.5"), None);
        assert_eq!(comma("1234.567"), None);
        assert_eq!(comma("1,2,3"), None);
    }

    #[test]
    fn a_point_that_could_be_both_is_refused() {
        let undecided = |text| cents(text, DecimalMark::Undecided);
        assert_eq!(undecided("1.234"), None);
        assert_eq!(undecided("1.25"), Some(125));
        assert_eq!(undecided("1,25"), Some(125));
    }

    #[test]
    fn whole_numbers_may_carry_a_zero_fraction() {
        let whole = |text: &str| number(text.as_bytes(), Kind::Integer, DecimalMark::Point);
        assert_eq!(whole("12"), Cell::Value(12));
        assert_eq!(whole("-3.0"), Cell::Value(-3));
        assert_eq!(whole("3.5"), Cell::Bad);
        assert_eq!(whole("NA"), Cell::Empty);
        assert_eq!(whole("."), Cell::Empty);
        assert_eq!(whole(""), Cell::Empty);
    }

    #[test]
    fn weeks_and_months_have_their_own_numbers() {
        let cell = |text: &str, kind| number(text.as_bytes(), kind, DecimalMark::Point);
        assert_eq!(cell("1970-W01", Kind::Week(WeekUnit::Iso)), Cell::Value(0));
        assert_eq!(
            cell("1970-01-02", Kind::Week(WeekUnit::Date)),
            Cell::Value(1)
        );
        assert_eq!(cell("2010M11", Kind::Month), Cell::Value(24_130));
        assert_eq!(
            cell("2010-W44", Kind::Assigned),
            cell("03-11-2010", Kind::Assigned)
        );
        assert_eq!(cell("1044", Kind::Assigned), Cell::Bad);
        assert_eq!(parse_number(" 64 ", Kind::Week(WeekUnit::Trial)), Some(64));
        assert_eq!(parse_number("64", Kind::Week(WeekUnit::Iso)), None);
        assert!(bad_class("1044", Kind::Assigned).contains("DREAM"));
        assert_eq!(
            bad_class("3101801234", Kind::Assigned),
            "a number, in the form of a CPR number"
        );
    }
}
