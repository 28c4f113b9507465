//! Numbers as people write them: Danish "1.234,5" and "12 pct.", English "1,234.5" and "12%", with a true minus.
//!
//! Rounding is what a reader does by hand: the number as the computer holds it, written out, is rounded to the
//! nearest shown decimal, exact halves away from zero (0.125 becomes 0.13). A number that rounds to zero has no sign.

use crate::units::Language;

/// The true minus, U+2212.
pub const MINUS: char = '\u{2212}';

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
    let (whole, fraction) = round(magnitude, decimals);
    let (group, mark) = match language {
        Language::Da => ('.', ','),
        Language::En => (',', '.'),
    };
    let mut text = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(mark);
        text.push_str(&fraction);
    }
    let zero = whole.chars().chain(fraction.chars()).all(|c| c == '0');
    signed(value < 0.0 && !zero, &text)
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

/// Digits before and after the mark. Forty further digits are enough to tell an exact half from its neighbours for
/// every double that prints as more than zero here.
fn round(magnitude: f64, decimals: usize) -> (String, String) {
    let long = format!("{magnitude:.*}", decimals + 40);
    let (whole, fraction) = long.split_once('.').unwrap_or((&long, ""));
    let mut digits: Vec<u8> = whole
        .bytes()
        .chain(fraction.bytes().take(decimals))
        .map(|b| b - b'0')
        .collect();
    if fraction
        .as_bytes()
        .get(decimals)
        .is_some_and(|b| *b >= b'5')
    {
        let mut carry = true;
        for digit in digits.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == 9;
            *digit = if carry { 0 } else { *digit + 1 };
        }
        if carry {
            digits.insert(0, 1);
        }
    }
    let text: String = digits.iter().map(|d| char::from(b'0' + d)).collect();
    let (whole, fraction) = text.split_at(text.len() - decimals);
    (whole.to_owned(), fraction.to_owned())
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
