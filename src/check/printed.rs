//! Numbers as they are printed, and what they can have been before rounding: exactly, in whole parts of a fixed unit, so
//! that nothing is called a contradiction that a rounding explains.

use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use std::fmt;

/// Most decimals of a printed number, and most zeros before the point that stand for rounding.
const DECIMALS: i32 = 9;
/// Largest printed number.
const LARGEST: i64 = 1_000_000_000;
/// Parts of one: half a unit of the last decimal there can be is a whole number of them.
pub(super) const PARTS: i128 = 2_000_000_000;

/// A printed number: `units` times 10 to the power of minus `decimals`, and half a unit to either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed {
    units: i64,
    decimals: i32,
    rounding: Rounding,
}

/// Whether a printed number was rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rounding {
    /// It stands for all that print so.
    Rounded,
    /// It stands for itself.
    Exact,
}

/// The least and the largest number that print so, both included, in [`PARTS`] of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Between {
    pub low: i128,
    pub high: i128,
}

impl Between {
    /// Whether some number is in both.
    pub fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// Whether more than a single number is in both. One rule of rounding prints no number in two ways, so two printed
    /// numbers that share only the limit between them are not the same number.
    pub fn overlaps(self, other: Self) -> bool {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        low < high || (low == high && (self.low == self.high || other.low == other.high))
    }

    /// The sum of a number here and one there.
    pub fn plus(self, other: Self) -> Self {
        Self {
            low: self.low + other.low,
            high: self.high + other.high,
        }
    }

    /// A number here less one there.
    pub fn minus(self, other: Self) -> Self {
        Self {
            low: self.low - other.high,
            high: self.high - other.low,
        }
    }

    /// As floating point, each limit rounded to nearest.
    pub fn floats(self) -> (f64, f64) {
        (
            self.low as f64 / PARTS as f64,
            self.high as f64 / PARTS as f64,
        )
    }
}

impl Printed {
    /// From digits with or without a decimal point, as they stand in a file.
    ///
    /// # Errors
    /// In words, when it is no such number, is above a thousand million, or has more than nine decimals.
    pub fn read(text: &str) -> Result<Self, String> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(rest) {
            return Err("a number in digits is expected, such as 0.82".to_owned());
        }
        if rest.len() > DECIMALS as usize {
            return Err(format!("a printed number has at most {DECIMALS} decimals"));
        }
        let units = format!("{whole}{rest}").parse::<i64>();
        let large = || "a printed number is at most a thousand million".to_owned();
        let units = units.map_err(|_| large())?;
        let printed = Self {
            units: sign * units,
            decimals: rest.len() as i32,
            rounding: Rounding::Rounded,
        };
        if printed.middle().abs() > i128::from(LARGEST) * PARTS {
            return Err(large());
        }
        Ok(printed)
    }

    /// The same, printed with `decimals` decimals: 3500 with -2 stands for 3450 to 3550.
    ///
    /// # Errors
    /// In words, when it has more decimals than that.
    pub fn rounded_to(self, decimals: i32) -> Result<Self, String> {
        let middle = self.middle();
        let unit = unit(decimals.clamp(-DECIMALS, DECIMALS));
        if middle % unit != 0 {
            return Err(format!(
                "{self} has more decimals than rounded = {decimals}"
            ));
        }
        Ok(Self {
            units: (middle / unit) as i64,
            decimals: decimals.clamp(-DECIMALS, DECIMALS),
            rounding: self.rounding,
        })
    }

    /// The same number, not rounded.
    #[must_use]
    pub fn exact(self) -> Self {
        Self {
            rounding: Rounding::Exact,
            ..self
        }
    }

    /// As floating point.
    pub fn value(self) -> f64 {
        self.middle() as f64 / PARTS as f64
    }

    /// In [`PARTS`] of one.
    fn middle(self) -> i128 {
        i128::from(self.units) * unit(self.decimals)
    }

    /// What it can have been.
    pub(super) fn between(self) -> Between {
        let half = match self.rounding {
            Rounding::Rounded => unit(self.decimals) / 2,
            Rounding::Exact => 0,
        };
        Between {
            low: self.middle() - half,
            high: self.middle() + half,
        }
    }
}

/// One unit of the last decimal, in [`PARTS`] of one: even, since half of it is needed.
fn unit(decimals: i32) -> i128 {
    2 * 10_i128.pow((DECIMALS - decimals) as u32)
}

/// As printed.
impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.decimals.max(0) as usize;
        write!(f, "{:.places$}", self.value())
    }
}

/// From the digits of a file. TOML numbers are handed over as text, so that 0.90 keeps its second decimal.
impl<'de> Deserialize<'de> for Printed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Printed;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Printed, E> {
                Printed::read(text).map_err(E::custom)
            }
        }
        deserializer
            .deserialize_str(Digits)
            .map_err(|cause| D::Error::custom(cause.to_string().trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Printed {
        Printed::read(text).expect("a printed number")
    }

    fn limits(text: &str) -> (f64, f64) {
        read(text).between().floats()
    }

    #[test]
    fn a_printed_number_stands_for_half_a_unit_to_either_side() {
        assert_eq!(limits("21"), (20.5, 21.5));
        assert_eq!(limits("0.82"), (0.815, 0.825));
        assert_eq!(limits("0.820"), (0.8195, 0.8205));
        assert_eq!(limits("-1.5"), (-1.55, -1.45));
        assert_eq!(read("0.82").exact().between().floats(), (0.82, 0.82));
        let hundreds = read("3500").rounded_to(-2).expect("whole hundreds");
        assert_eq!(hundreds.between().floats(), (3450.0, 3550.0));
        assert_eq!(hundreds.to_string(), "3500");
        assert_eq!(read("0.820").to_string(), "0.820");
    }

    #[test]
    fn what_is_no_printed_number_is_refused() {
        for text in [
            "",
            "-",
            ".5",
            "1e3",
            "inf",
            "nan",
            "0x10",
            "1 0",
            "0.1234567891",
        ] {
            assert!(Printed::read(text).is_err(), "{text}");
        }
        assert!(Printed::read("1000000001").is_err());
        assert!(Printed::read(&"9".repeat(400)).is_err());
        assert!(Printed::read("1000000000").is_ok());
        assert!(read("0.825").rounded_to(2).is_err());
        assert_eq!(read("0.8").rounded_to(2), Ok(read("0.80")));
    }

    #[test]
    fn twenty_one_and_twenty_two_touch_and_do_not_overlap() {
        let (a, b) = (read("21").between(), read("22").between());
        assert!(a.meets(b) && !a.overlaps(b));
        // 82 and 82.5: 82.45 to 82.5 print as both.
        assert!(read("82").between().overlaps(read("82.5").between()));
        assert!(!read("12").between().meets(read("13.5").between()));
        assert!(
            read("21")
                .between()
                .overlaps(read("21.5").exact().between())
        );
    }
}
