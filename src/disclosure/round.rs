//! Rounding that keeps exact numbers from telling what they are made of.

/// A step that numbers are rounded to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    /// The step is this many ...
    mantissa: f64,
    /// ... powers of ten.
    power: i32,
}

impl Unit {
    /// The nearest multiple.
    pub fn round(self, value: f64) -> f64 {
        self.to_whole(value, f64::round)
    }

    /// The next multiple that is not smaller, but for a last bit.
    pub fn round_up(self, value: f64) -> f64 {
        self.to_whole(value, |steps| (steps - 1e-9).ceil())
    }

    fn to_whole(self, value: f64, whole: impl Fn(f64) -> f64) -> f64 {
        if !value.is_finite() {
            return value;
        }
        // Powers of ten with a positive exponent are exact: so the same text comes out that a reader would write.
        let scale = libm::pow(10.0, f64::from(self.power.abs()));
        if self.power < 0 {
            whole(value * scale / self.mantissa) * self.mantissa / scale
        } else {
            whole(value / scale / self.mantissa) * self.mantissa * scale
        }
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is not under one person of so many: what is rounded to it could be the
/// share of one person more or less.
pub(super) fn unit_of_one_person(persons: u64) -> Unit {
    unit_not_under(1.0 / persons.max(1) as f64)
}

/// The smallest of 1, 2 and 5 times a power of ten that is not under a positive number.
pub(super) fn unit_not_under(least: f64) -> Unit {
    let mut power = libm::log10(least).floor() as i32;
    while libm::pow(10.0, f64::from(power)) > least * 0.999_999 {
        power -= 1;
    }
    let step = libm::pow(10.0, f64::from(power));
    let mantissa = [1.0, 2.0, 5.0, 10.0, 20.0]
        .into_iter()
        .find(|m| m * step >= least * 0.999_999);
    Unit {
        mantissa: mantissa.unwrap_or(10.0),
        power,
    }
}

/// The step of the third digit of a number that is not 0.
pub(super) fn unit_of_three_digits(value: f64) -> Option<Unit> {
    if !value.is_finite() || value == 0.0 {
        return None;
    }
    let power = libm::log10(value.abs()).floor() as i32 - 2;
    Some(Unit {
        mantissa: 1.0,
        power,
    })
}

/// A number to three digits.
pub(super) fn three_digits(value: f64) -> f64 {
    unit_of_three_digits(value).map_or(value, |unit| unit.round(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_out_as_they_are_written() {
        assert_eq!(three_digits(0.123_456), 0.123);
        assert_eq!(three_digits(98_765.0), 98_800.0);
        assert_eq!(three_digits(-0.000_456_78), -0.000_457);
        assert_eq!(three_digits(0.0), 0.0);
    }

    #[test]
    fn a_share_is_rounded_to_one_person() {
        // 1 / 1008 is under 0.001; 1 / 900 is not, and 0.002 is; 1 / 61 is under 0.02.
        assert_eq!(unit_of_one_person(1008).round(0.234_59), 0.235);
        assert_eq!(unit_of_one_person(900).round(0.234_59), 0.234);
        assert_eq!(unit_of_one_person(61).round(0.234_59), 0.24);
        assert_eq!(unit_of_one_person(1000).round(0.234_59), 0.235);
    }

    #[test]
    fn the_share_of_a_few_persons_less_is_the_same_for_some_number() {
        // Whatever is shown, each of the five numbers of followed persons is possible: some whole number of persons gives it.
        for persons in [30_u64, 61, 100, 240, 1008] {
            let unit = unit_of_one_person(persons - 4);
            for inside in 0..=persons {
                let shown = unit.round(inside as f64 / persons as f64);
                for followed in persons - 4..=persons {
                    let possible = (0..=followed).any(|k| {
                        unit.round(k as f64 / followed as f64).to_bits() == shown.to_bits()
                    });
                    assert!(possible, "{persons} {inside} {followed}");
                }
            }
        }
    }
}
