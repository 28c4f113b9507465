//! The gamma distribution: its lower tail by series and continued fraction, its quantile by halving; only `libm` functions.

use super::normal::normal_quantile;

/// From this shape on the cube-root approximation of Wilson and Hilferty (1931) has an error far below any that is shown.
const MANY: f64 = 1e6;
/// Steps of the series and of the fraction; for shapes below [`MANY`] they end long before.
const STEPS: u32 = 100_000;

/// P(X <= x) of the gamma distribution with this shape and scale 1.
pub fn gamma_cdf(shape: f64, x: f64) -> f64 {
    if shape.is_nan() || shape <= 0.0 || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x.is_infinite() {
        return 1.0;
    }
    // x^a exp(-x) / Gamma(a)
    let front = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    if x < shape + 1.0 {
        // Sum of x^k / (a (a + 1) ... (a + k)).
        let mut term = 1.0 / shape;
        let mut sum = term;
        for k in 1..STEPS {
            term *= x / (shape + f64::from(k));
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        (front * sum).min(1.0)
    } else {
        // The upper tail as a continued fraction, by the algorithm of Lentz.
        let tiny = 1e-300;
        let mut b = x + 1.0 - shape;
        let mut c = 1.0 / tiny;
        let mut d = 1.0 / b;
        let mut fraction = d;
        for k in 1..STEPS {
            let k = f64::from(k);
            let a = -k * (k - shape);
            b += 2.0;
            d = a * d + b;
            c = b + a / c;
            if d.abs() < tiny {
                d = tiny;
            }
            if c.abs() < tiny {
                c = tiny;
            }
            d = 1.0 / d;
            fraction *= d * c;
            if (d * c - 1.0).abs() < f64::EPSILON {
                break;
            }
        }
        (1.0 - front * fraction).clamp(0.0, 1.0)
    }
}

/// The x with P(X <= x) = p of the gamma distribution with this shape and scale 1.
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    if shape.is_nan() || shape <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    let ninth = 1.0 / (9.0 * shape);
    let root = 1.0 - ninth + normal_quantile(p) * ninth.sqrt();
    let near = shape * root * root * root;
    if shape > MANY {
        return near.max(0.0);
    }
    let (mut low, mut high) = (0.0, near.max(shape).max(1e-3));
    while gamma_cdf(shape, high) < p && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    // Small shapes have quantiles as small as numbers can be: halving goes on for as long as there is something to halve.
    for _ in 0..1_200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high || high - low <= 1e-14 * high {
            break;
        }
        if gamma_cdf(shape, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Gamma};

    #[test]
    fn the_tail_is_that_of_statrs() {
        for shape in [0.2, 0.5, 1.0, 2.5, 10.0, 100.0, 4321.0] {
            let other = Gamma::new(shape, 1.0).expect("a distribution");
            for factor in [0.01, 0.3, 0.9, 1.0, 1.1, 2.0, 5.0] {
                let x = shape * factor;
                let (found, expected) = (gamma_cdf(shape, x), other.cdf(x));
                assert!(
                    (found - expected).abs() < 1e-11,
                    "{shape} {x}: {found} {expected}"
                );
            }
        }
    }

    #[test]
    fn the_tail_of_whole_shapes_is_a_sum_of_poisson_terms() {
        // Shape 1 is exponential, shape 2: 1 - (1 + x) exp(-x).
        for x in [0.1, 1.0, 3.0, 8.0] {
            let e = libm::exp(-x);
            assert!((gamma_cdf(1.0, x) - (1.0 - e)).abs() < 1e-15);
            assert!((gamma_cdf(2.0, x) - (1.0 - (1.0 + x) * e)).abs() < 1e-15);
        }
    }

    #[test]
    fn a_quantile_has_its_share_below_it() {
        for shape in [0.05, 0.4, 1.0, 7.3, 250.0, 99_000.0] {
            for p in [1e-6, 0.025, 0.3, 0.5, 0.9, 0.975, 0.999_999] {
                let x = gamma_quantile(shape, p);
                let back = gamma_cdf(shape, x);

                assert!((back - p).abs() < 1e-9, "{shape} {p}: {x} {back}");
            }
        }
        // The two ways meet where one hands over to the other.
        let (below, above) = (gamma_quantile(1e6, 0.9), gamma_quantile(1e6 + 1e-3, 0.9));
        assert!((below / above - 1.0).abs() < 1e-8, "{below} {above}");
        assert!(gamma_quantile(-1.0, 0.5).is_nan());
        assert_eq!(gamma_quantile(2.0, 0.0), 0.0);
    }
}
