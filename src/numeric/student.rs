//! The t distribution with any positive degrees of freedom, from the incomplete beta function; only `libm` functions.

use super::normal::{normal_quantile, normal_tail, two_sided_p};

/// From here on the normal distribution is the same in all digits that are shown.
const MANY: f64 = 1e8;

/// P(|T| >= |t|); with infinite degrees of freedom that of the normal distribution.
pub fn two_sided_t(t: f64, freedom: f64) -> f64 {
    if freedom > MANY {
        return two_sided_p(t);
    }
    if freedom.is_nan() || freedom <= 0.0 || t.is_nan() {
        return f64::NAN;
    }
    if t.is_infinite() {
        return 0.0;
    }
    let square = t * t;
    // Of the two arguments the one that is not rounded away.
    let x = freedom / (freedom + square);
    let y = square / (freedom + square);
    if x < 0.5 {
        regularised(0.5 * freedom, 0.5, x, y)
    } else {
        1.0 - regularised(0.5, 0.5 * freedom, y, x)
    }
}

/// The t with P(T <= t) = p, for p above one half; with infinite degrees of freedom that of the normal distribution.
pub fn t_quantile(p: f64, freedom: f64) -> f64 {
    if freedom > MANY {
        return normal_quantile(p);
    }
    if freedom.is_nan() || freedom <= 0.0 || !(0.5..1.0).contains(&p) {
        return f64::NAN;
    }
    let tail = 2.0 * (1.0 - p);
    let (mut low, mut high) = (0.0, 1.0);
    while two_sided_t(high, freedom) > tail && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if two_sided_t(middle, freedom) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The t at the level of a normal quantile z above 0: P(T <= t) = Phi(z).
pub fn t_at_level_of(z: f64, freedom: f64) -> f64 {
    if freedom > MANY {
        return z;
    }
    t_quantile(1.0 - normal_tail(z), freedom)
}

/// The regularised incomplete beta function I_x(a, b), y = 1 - x, by the continued fraction of Lentz.
fn regularised(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let log = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(x)
        + b * libm::log(y);
    let front = libm::exp(log);
    // The fraction converges quickly on this side of the mean.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, y) / b
    }
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const SMALL: f64 = 1e-300;
    let away = |v: f64| if v.abs() < SMALL { SMALL } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..=10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    /// R 4.2.2: `qt(0.975, c(1, 2.5, 10, 100))`, `2 * pt(-c(1, 2, 3), c(1, 4.5, 30))`.
    #[test]
    fn quantiles_and_tails_are_those_of_r() {
        for (freedom, expected) in [
            (1.0, 12.706_204_736_174_69),
            (2.5, 3.574_654_842_003_69),
            (10.0, 2.228_138_851_986_27),
            (100.0, 1.983_971_518_523_55),
        ] {
            let found = t_quantile(0.975, freedom);
            assert!((found / expected - 1.0).abs() < 1e-12, "{freedom}: {found}");
        }
        for (t, freedom) in [(1.0, 1.0), (2.0, 4.5), (3.0, 30.0), (0.1, 7.0)] {
            let p = two_sided_t(t, freedom);
            let oracle = 2.0 * StudentsT::new(0.0, 1.0, freedom).unwrap().cdf(-t);
            assert!(
                (p / oracle - 1.0).abs() < 1e-10,
                "{t} {freedom}: {p} {oracle}"
            );
        }
    }

    #[test]
    fn many_degrees_of_freedom_are_normal() {
        assert_eq!(
            t_quantile(0.975, f64::INFINITY).to_bits(),
            normal_quantile(0.975).to_bits()
        );
        assert!((two_sided_t(1.96, 1e7) - two_sided_p(1.96)).abs() < 1e-7);
    }
}
