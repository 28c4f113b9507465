//! Numbers as people write them: Danish "1.234,5" and "12 pct.", English "1,234.5" and "12%", with a true minus.
//!
//! Rounding is what a reader does by hand: the number as the computer holds it, written out, is rounded to the
//! nearest shown decimal, exact halves away from zero (0.125 becomes 0.13). A number that rounds to zero has no sign.

use crate::units::Language;

/// The true minus, U+2212.
pub const MINUS: char = '\u{2212}';

/// A number is shown with no more decimals than this.
const MOST_DECIMALS: usize = 19;

/// Writes a number with a fixed number of decimals.
pub fn number(value: f64, decimals: usize, language: Language) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "–".to_owned()
        } else {
            signed(value < 0.0, "∞")
        };
    }
    let magnitude = value.abs();
    if magnitude >= 1e15 {
        let text = format!("{magnitude:.2e}");
        return signed(value < 0.0, &decimal_mark(&text, language));
    }
    let decimals = decimals.min(MOST_DECIMALS);
    let units = round(magnitude, decimals);
    // At least one digit before the mark.
    let digits = format!("{units:0width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let (group, mark) = match language {
        Language::Da => ('.', ','),
        Language::En => (',', '.'),
    };
    let mut text = String::with_capacity(digits.len() + 8);
    if value < 0.0 && units > 0 {
        text.push(MINUS);
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(mark);
        text.push_str(fraction);
    }
    text
}

/// A whole number.
pub fn count(value: u64, language: Language) -> String {
    let group = match language {
        Language::Da => '.',
        Language::En => ',',
    };
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    text
}

/// A share as percent: 0.123 is "12,3 pct." or "12.3%".
pub fn percent(share: f64, decimals: usize, language: Language) -> String {
    let text = number(share * 100.0, decimals, language);
    match language {
        Language::Da => format!("{text} pct."),
        Language::En => format!("{text}%"),
    }
}

/// A confidence level as percent with the decimals it needs: 0.95 is "95", 0.999 is "99,9".
pub fn level(level: f64, language: Language) -> String {
    let percent = level * 100.0;
    let decimals = (0..4)
        .find(|d| {
            let scale = f64::from(10_u32.pow(*d));
            ((percent * scale).round() - percent * scale).abs() < 1e-6
        })
        .unwrap_or(4);
    number(percent, decimals as usize, language)
}

/// A p-value: three decimals, "< 0,001" below.
pub fn p_value(p: f64, language: Language) -> String {
    if p < 0.001 {
        format!("< {}", number(0.001, 3, language))
    } else {
        number(p, 3, language)
    }
}

/// Decimals that show a quantity of this precision (half the width of its interval, or its own size when it has
/// none) sensibly: one as a rule, none above 50, more where one would hide it.
pub fn decimals(precision: f64) -> usize {
    let precision = precision.abs();
    if !precision.is_finite() || precision == 0.0 {
        return 1;
    }
    if precision >= 50.0 {
        return 0;
    }
    let mut decimals = 1;
    let mut smallest = 0.1;
    while precision < smallest && decimals < 6 {
        decimals += 1;
        smallest /= 10.0;
    }
    decimals
}

fn signed(negative: bool, text: &str) -> String {
    if negative {
        format!("{MINUS}{text}")
    } else {
        text.to_owned()
    }
}

fn decimal_mark(text: &str, language: Language) -> String {
    match language {
        Language::Da => text.replace('.', ","),
        Language::En => text.to_owned(),
    }
}

/// A number below a thousand million million, in units of its last shown decimal. It is a whole number times a power of
/// two, so that the rounding is exact.
fn round(magnitude: f64, decimals: usize) -> u128 {
    let bits = magnitude.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = match bits >> 52 {
        0 => (fraction, 1),
        exponent => (fraction | 1 << 52, exponent),
    };
    // magnitude = mantissa / 2^shift; it is below 2^50, so that the shift is at least 3.
    let shift = 1075 - exponent;
    let units = u128::from(mantissa) * 10_u128.pow(decimals as u32);
    // Below 2^117, so that beyond this all of it lies behind the mark, and a half is far.
    if shift > 120 {
        return 0;
    }
    (units + (1 << (shift - 1))) >> shift
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Da, En};

    #[test]
    fn danish_and_english_write_the_same_number_their_own_way() {
        assert_eq!(number(1234.5, 1, Da), "1.234,5");
        assert_eq!(number(1234.5, 1, En), "1,234.5");
        assert_eq!(number(-1_234_567.0, 0, Da), "−1.234.567");
        assert_eq!(count(9_999_999, En), "9,999,999");
        assert_eq!(percent(0.123, 1, Da), "12,3 pct.");
        assert_eq!(percent(0.123, 1, En), "12.3%");
    }

    #[test]
    fn exact_halves_round_away_from_zero_and_others_to_the_nearest() {
        assert_eq!(number(0.125, 2, En), "0.13");
        assert_eq!(number(-2.5, 0, En), "−3");
        // The double nearest 1.005 lies just below it.
        assert_eq!(number(1.005, 2, En), "1.00");
        assert_eq!(number(999.95, 1, En), "1,000.0");
        assert_eq!(number(9.5, 0, En), "10");
    }

    #[test]
    fn rounding_is_that_of_the_number_written_out() {
        /// What a person does: all digits, then the nearest shown one, a half away from zero.
        fn written_out(magnitude: f64, decimals: usize) -> u128 {
            let long = format!("{magnitude:.1100}");
            let (whole, fraction) = long.split_once('.').expect("a mark");
            let shown = format!("{whole}{}", &fraction[..decimals]);
            let up = fraction.as_bytes()[decimals] >= b'5';
            shown.parse::<u128>().expect("digits") + u128::from(up)
        }
        let mut state = 1_u64;
        for i in 0..20_000_u64 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(i);
            let value = match i % 4 {
                0 => f64::from_bits(state >> 1),
                1 => (state >> 40) as f64 / 64.0,
                2 => (state >> 40) as f64 / 1000.0,
                _ => (state >> 11) as f64 / 9.007_199_254_740_992e15,
            };
            if value < 1e15 {
                let decimals = (state >> 7) as usize % 7;
                assert_eq!(
                    round(value, decimals),
                    written_out(value, decimals),
                    "{value:e}"
                );
            }
        }
        for value in [0.0, f64::MIN_POSITIVE, 5e-324, 0.5, 999_999_999_999_999.9] {
            assert_eq!(
                round(value, MOST_DECIMALS),
                written_out(value, MOST_DECIMALS)
            );
        }
    }

    #[test]
    fn a_number_that_rounds_to_zero_has_no_sign() {
        assert_eq!(number(-0.04, 1, Da), "0,0");
        assert_eq!(number(-0.0, 0, Da), "0");
    }

    #[test]
    fn what_is_not_finite_or_huge_is_still_written() {
        assert_eq!(number(f64::NAN, 1, Da), "–");
        assert_eq!(number(f64::NEG_INFINITY, 1, Da), "−∞");
        assert_eq!(number(1.234e18, 1, Da), "1,23e18");
    }

    #[test]
    fn a_level_has_the_decimals_it_needs() {
        assert_eq!(level(0.95, Da), "95");
        assert_eq!(level(0.999, Da), "99,9");
        assert_eq!(level(0.9, En), "90");
    }

    #[test]
    fn a_small_p_value_is_bounded_never_zero() {
        assert_eq!(p_value(0.0, Da), "< 0,001");
        assert_eq!(p_value(0.04849, En), "0.048");
    }

    #[test]
    fn decimals_follow_the_precision() {
        assert_eq!(decimals(0.7), 1);
        assert_eq!(decimals(7.0), 1);
        assert_eq!(decimals(0.05), 2);
        assert_eq!(decimals(0.004), 3);
        assert_eq!(decimals(700.0), 0);
        assert_eq!(decimals(0.0), 1);
    }
}
