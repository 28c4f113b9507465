//! What a krone later is worth now: stepwise rates, year on year, with 52 weeks to a year.
//!
//! A rate holds on its own stretch of years. The factor of year 50 at 4 % for 35 years and 3 % after is
//! 1.04^-35 x 1.03^-15: what the first years have taken off stays off, and the factor has no jump where the rate changes.

use crate::study::prices::{Moment, RateStep};

/// Weeks of a year of discounting.
pub const WEEKS: f64 = 52.0;

/// What a krone is worth now that falls so many years from now. Steps stand in the order of their years; before the first
/// of them nothing is taken off, nor without any.
pub fn factor(steps: &[RateStep], years: f64) -> f64 {
    let ends = steps
        .iter()
        .skip(1)
        .map(|next| f64::from(next.from_year))
        .chain([f64::INFINITY]);
    (steps.iter().zip(ends))
        .map(|(step, end)| {
            let on_it = years.min(end) - f64::from(step.from_year);
            // A rate of 0 is 1 exactly.
            if on_it > 0.0 && step.rate != 0.0 {
                libm::pow(1.0 + step.rate, -on_it)
            } else {
                1.0
            }
        })
        .product()
}

/// Of a trial week, counted from 1.
pub fn week(steps: &[RateStep], week: u32, moment: Moment) -> f64 {
    period(steps, (week, week), moment)
}

/// Of a period of trial weeks, both included, whose money is taken to fall at one moment of it.
pub fn period(steps: &[RateStep], (first, last): (u32, u32), moment: Moment) -> f64 {
    let (first, last) = (f64::from(first), f64::from(last));
    let weeks = match moment {
        // The middle between the start of the first and the end of the last.
        Moment::Middle => f64::midpoint(first - 1.0, last),
        Moment::End => last,
    };
    factor(steps, weeks / WEEKS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(rates: &[(u32, f64)]) -> Vec<RateStep> {
        rates
            .iter()
            .map(|&(from_year, rate)| RateStep { from_year, rate })
            .collect()
    }

    fn close(found: f64, expected: f64, digit: f64) {
        assert!(
            (found - expected).abs() <= 0.5 * digit,
            "{found} is not {expected}"
        );
    }

    /// The rates of the Danish Finance Ministry of 2013 and of 2021; factors worked out from them by hand to six digits.
    #[test]
    fn stepwise_rates_multiply_year_on_year() {
        let of_2013 = steps(&[(0, 0.04), (35, 0.03), (70, 0.02)]);
        let of_2021 = steps(&[(0, 0.035), (35, 0.025), (70, 0.015)]);
        for (rates, year, expected) in [
            (&of_2013, 35.0, 0.253_415),
            (&of_2013, 70.0, 0.090_060),
            (&of_2013, 75.0, 0.081_570),
            (&of_2021, 35.0, 0.299_977),
            (&of_2021, 70.0, 0.126_402),
            (&of_2021, 75.0, 0.117_334),
        ] {
            close(factor(rates, year), expected, 1e-6);
        }
    }

    #[test]
    fn one_a_week_is_worth_what_the_tables_say() {
        let rate = steps(&[(0, 0.035)]);
        let sum = |weeks: u32, moment| (1..=weeks).map(|w| week(&rate, w, moment)).sum::<f64>();
        close(sum(104, Moment::End), 100.469_672, 1e-6);
        close(sum(104, Moment::Middle), 100.502_911, 1e-6);
        close(sum(52, Moment::End), 51.098_826, 1e-6);
    }

    /// KORA (2015) prints 122, 136 and 42 thousand a year as 680, 760 and 235 over six years: 3 % with the first year
    /// whole gives 5.5797 years. The rate is inferred from the printed sums, which are rounded.
    #[test]
    fn six_years_of_which_the_first_is_whole_are_those_of_kora() {
        let rate = steps(&[(0, 0.03)]);
        let years: f64 = (0..6).map(|year| factor(&rate, f64::from(year))).sum();
        close(years, 5.5797, 1e-4);
        for (a_year, six, printed) in [
            (122.0, 680.7, 680.0),
            (136.0, 758.8, 760.0),
            (42.0, 234.3, 235.0),
        ] {
            close(a_year * years, six, 0.1);
            close(a_year * years, printed, 5.0);
        }
    }

    #[test]
    fn a_period_falls_in_its_middle_or_at_its_end() {
        let rate = steps(&[(0, 0.05)]);
        let expected = libm::pow(1.05, -2.0 / 52.0);
        close(period(&rate, (1, 4), Moment::Middle), expected, 1e-15);
        let expected = libm::pow(1.05, -4.0 / 52.0);
        close(period(&rate, (1, 4), Moment::End), expected, 1e-15);
        // Week 3 in its middle is two and a half weeks away.
        let expected = libm::pow(1.05, -2.5 / 52.0);
        close(week(&rate, 3, Moment::Middle), expected, 1e-15);
    }

    proptest! {
        #[test]
        fn a_rate_of_nought_takes_nothing_off(years in 0.0..200.0f64) {
            prop_assert_eq!(factor(&steps(&[(0, 0.0), (35, 0.0)]), years), 1.0);
            prop_assert_eq!(factor(&[], years), 1.0);
        }

        #[test]
        fn later_is_worth_less_and_nothing_jumps(
            rates in proptest::collection::vec(0.001..0.2f64, 1..4),
            years in 0.0..120.0f64,
        ) {
            let steps: Vec<RateStep> = (rates.iter().enumerate())
                .map(|(i, &rate)| RateStep { from_year: 30 * i as u32, rate })
                .collect();
            let (now, later) = (factor(&steps, years), factor(&steps, years + 1e-6));
            prop_assert!(later < now && now <= 1.0);
            prop_assert!(now - later < 1e-6);
        }
    }
}
