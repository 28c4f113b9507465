//! Axes: nice ticks for numbers, and ticks in weeks that people know.

use super::page::FONT;
use super::text::width;
use crate::report::words::numbers;
use crate::units::Language;

/// A linear scale from data to the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// Smallest and largest value of the axis.
    pub domain: (f64, f64),
    /// Where they stand on the page.
    pub range: (f64, f64),
}

impl Scale {
    /// Where a value stands.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = (value - self.domain.0) / (self.domain.1 - self.domain.0);
        self.range.0 + share * (self.range.1 - self.range.0)
    }
}

/// Ticks and the decimals they need.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    /// Ascending; the first and last are the ends of the axis.
    pub values: Vec<f64>,
    /// Decimals that tell them apart.
    pub decimals: usize,
}

impl Ticks {
    /// The ends of the axis.
    pub(crate) fn ends(&self) -> (f64, f64) {
        let first = self.values.first().copied().unwrap_or(0.0);
        (first, self.values.last().copied().unwrap_or(first + 1.0))
    }

    /// The ticks in words.
    pub(crate) fn labels(&self, language: Language) -> Vec<String> {
        let text = |value: &f64| numbers::number(*value, self.decimals, language);
        self.values.iter().map(text).collect()
    }
}

/// Smallest and largest of the finite values; 0 and 1 where there are none.
pub(crate) fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// About `wanted` ticks at 1, 2 or 5 times a power of ten that cover `low..high`. A span of nothing is widened.
pub(crate) fn nice(low: f64, high: f64, wanted: usize) -> Ticks {
    let (mut low, mut high) = (low.min(high), high.max(low));
    let span = high - low;
    if span.is_nan() || span <= low.abs().max(high.abs()) * 1e-9 {
        if low == 0.0 || !low.is_finite() {
            (low, high) = (0.0, 1.0);
        } else if low > 0.0 {
            (low, high) = (0.0, high);
        } else {
            (low, high) = (low, 0.0);
        }
    }
    let rough = (high - low) / wanted.max(1) as f64;
    let (mut power, mut exponent) = (1.0_f64, 0_i32);
    while power * 10.0 <= rough {
        power *= 10.0;
        exponent += 1;
    }
    while power > rough {
        power /= 10.0;
        exponent -= 1;
    }
    let mut step = power;
    for factor in [2.0, 5.0, 10.0] {
        if step < rough * 0.999 {
            step = power * factor;
        }
    }
    if step >= power * 9.99 {
        exponent += 1;
    }
    let first = (low / step + 1e-9).floor();
    let last = (high / step - 1e-9).ceil().max(first + 1.0);
    let count = (last - first).min(50.0) as usize;
    Ticks {
        // An index times the step, not a running sum: no drift, and zero is exactly zero.
        values: (0..=count).map(|i| (first + i as f64) * step).collect(),
        decimals: usize::try_from(-exponent).unwrap_or(0),
    }
}

/// Nice ticks whose labels have room beside each other on a lying axis.
pub(crate) fn fitting((low, high): (f64, f64), room: f64, language: Language) -> Ticks {
    let crowded = |ticks: &Ticks| {
        let labels = ticks.labels(language);
        let widest = labels.iter().map(|l| width(l, FONT)).fold(0.0, f64::max);
        // The outermost labels stand half outside the axis.
        (widest + 12.0) * labels.len() as f64 > room
    };
    let mut ticks = nice(low, high, 6);
    for wanted in (1..6).rev() {
        if crowded(&ticks) {
            ticks = nice(low, high, wanted);
        }
    }
    ticks
}

/// The nice ticks inside `low..high`, as many as have room beside each other: for an axis that ends with its data.
pub(crate) fn inside((low, high): (f64, f64), room: f64, language: Language) -> Ticks {
    let within = |wanted: usize| {
        let mut ticks = nice(low, high, wanted);
        ticks.values.retain(|v| (low..=high).contains(v));
        ticks
    };
    let fits = |ticks: &Ticks| {
        let [first, second, ..] = ticks.values[..] else {
            return false;
        };
        let labels = ticks.labels(language);
        let widest = labels.iter().map(|l| width(l, FONT)).fold(0.0, f64::max);
        widest + 12.0 <= (second - first) / (high - low) * room
    };
    (2..=6)
        .rev()
        .map(within)
        .find(fits)
        .unwrap_or_else(|| within(1))
}

/// Ticks of an axis of weeks or days from 0 to the horizon: months, quarters, half-years and years where they fit.
pub(crate) fn time(horizon: u32, day: bool, wanted: usize) -> Vec<u32> {
    const WEEKS: [u32; 10] = [1, 2, 4, 8, 13, 26, 52, 104, 260, 520];
    const DAYS: [u32; 11] = [1, 2, 7, 14, 28, 56, 91, 182, 364, 728, 1820];
    let steps: &[u32] = if day { &DAYS } else { &WEEKS };
    let enough = |step: u32| horizon / step <= wanted as u32;
    // A step that ends on the horizon is better, as long as four steps remain.
    let ends = |step: u32| horizon.is_multiple_of(step) && horizon / step >= 4;
    let step = (steps.iter().copied())
        .find(|s| enough(*s) && ends(*s))
        .or_else(|| steps.iter().copied().find(|s| enough(*s)))
        .unwrap_or_else(|| horizon.div_ceil(wanted.max(1) as u32).max(1));
    (0..=horizon / step).map(|i| i * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_data() {
        let ticks = nice(-0.31, 1.12, 5);
        assert_eq!(ticks.values.len(), 5, "from −0.5 to 1.5 by halves");
        assert!(ticks.values[0] <= -0.31 && *ticks.values.last().expect("ticks") >= 1.12);
        assert_eq!(ticks.decimals, 1);
        assert!(ticks.values.contains(&0.0));
    }

    #[test]
    fn a_span_of_nothing_still_has_an_axis() {
        assert_eq!(nice(0.0, 0.0, 5).values.first(), Some(&0.0));
        assert_eq!(nice(3.0, 3.0, 5).values.first(), Some(&0.0));
        assert_eq!(nice(-3.0, -3.0, 5).values.last(), Some(&0.0));
    }

    #[test]
    fn huge_and_tiny_numbers_have_few_ticks() {
        for scale in [1e-9, 1e12, 1e300] {
            let n = nice(-scale, 2.0 * scale, 5).values.len();
            assert!((3..=8).contains(&n), "{n}");
        }
    }

    #[test]
    fn weeks_are_marked_by_month_quarter_or_year() {
        assert_eq!(time(64, false, 8), vec![0, 8, 16, 24, 32, 40, 48, 56, 64]);
        assert_eq!(time(52, false, 9), vec![0, 13, 26, 39, 52]);
        assert_eq!(time(1, false, 8), vec![0, 1]);
        assert_eq!(time(182, true, 7), vec![0, 28, 56, 84, 112, 140, 168]);
        assert!(time(10_000, false, 8).len() <= 21);
    }
}
