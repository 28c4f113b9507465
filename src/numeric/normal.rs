//! The normal and chi-squared tails behind every p-value and every z, the same bits on every machine.
//!
//! Only `libm` functions are called, because the platform's `exp` and `ln` may differ in the last bit.

use std::f64::consts::{PI, SQRT_2};

/// P(Z <= z) of the standard normal distribution; keeps its relative precision in the lower tail.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// P(Z > z), with full relative precision far out.
pub fn normal_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z / SQRT_2)
}

/// P(|Z| >= |z|), the two-sided Wald p-value.
pub fn two_sided_p(z: f64) -> f64 {
    libm::erfc(z.abs() / SQRT_2)
}

/// The z with P(Z <= z) = p: minus and plus infinity at 0 and 1, not a number outside.
///
/// Wichura (1988), algorithm AS 241, routine PPND16: about 16 digits.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 {
        ratio(r - 1.6, &MIDDLE)
    } else {
        ratio(r - 5.0, &FAR)
    };
    z.copysign(q)
}

/// P(X > x) of the chi-squared distribution with `df` degrees of freedom, by the finite sums that whole degrees have.
/// With no degrees of freedom all mass is at 0.
pub fn chi_squared_tail(x: f64, df: u32) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return if df == 0 && x >= 0.0 { 0.0 } else { 1.0 };
    }
    if df == 0 || x.is_infinite() {
        return 0.0;
    }
    // Q(x; df) = Q(x; df - 2) + term, term_k = (x/2)^(k/2) exp(-x/2) / Gamma(k/2 + 1) for k = df - 2.
    let half = 0.5 * x;
    let (mut tail, mut term, mut k) = if df.is_multiple_of(2) {
        let e = libm::exp(-half);
        (e, e, 2)
    } else {
        let first = 2.0 * (half / PI).sqrt() * libm::exp(-half);
        (two_sided_p(x.sqrt()), first, 1)
    };
    if k == 1 && df > 1 {
        tail += term;
        k = 3;
    }
    while k < df {
        term *= x / f64::from(k);
        tail += term;
        k += 2;
    }
    tail.min(1.0)
}

/// Numerator and denominator of a rational approximation, highest power first.
type Rational = ([f64; 8], [f64; 8]);

fn ratio(r: f64, (numerator, denominator): &Rational) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().fold(0.0, |sum, c| sum * r + c);
    horner(numerator) / horner(denominator)
}

const CENTRE: Rational = (
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946_2e4,
        1.971_590_950_306_551_4e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
);

const MIDDLE: Rational = (
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
);

const FAR: Rational = (
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_104,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, relative: f64) {
        assert!((a - b).abs() <= relative * b.abs(), "{a} is not {b}");
    }

    #[test]
    fn tails_agree_with_printed_tables() {
        // Abramowitz and Stegun, tables 26.1 and 26.2.
        close(normal_cdf(1.0), 0.841_344_746_068_543, 1e-14);
        close(normal_cdf(-1.96), 0.024_997_895_148_220_435, 1e-13);
        close(normal_tail(5.0), 2.866_515_718_791_939e-7, 1e-13);
        close(two_sided_p(-1.96), 0.049_995_790_296_440_87, 1e-13);
        assert!((two_sided_p(0.0) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn quantile_agrees_with_known_values_and_inverts_the_cdf() {
        close(normal_quantile(0.975), 1.959_963_984_540_054, 1e-14);
        close(normal_quantile(0.995), 2.575_829_303_548_901, 1e-14);
        close(normal_quantile(1e-10), -6.361_340_902_404_056, 1e-13);
        assert!(normal_quantile(0.5).abs() < 1e-15);
        for p in [1e-300, 1e-12, 1e-5, 0.01, 0.0749, 0.0751, 0.3, 0.5] {
            close(normal_cdf(normal_quantile(p)), p, 1e-12);
        }
    }

    #[test]
    fn quantile_ends_are_infinite_and_outside_is_not_a_number() {
        assert!(normal_quantile(0.0) == f64::NEG_INFINITY);
        assert!(normal_quantile(1.0) == f64::INFINITY);
        assert!(normal_quantile(-0.1).is_nan() && normal_quantile(f64::NAN).is_nan());
    }

    #[test]
    fn chi_squared_tail_agrees_with_known_critical_values() {
        // 5 % points: 3.841..., 5.991..., 7.815..., 11.07..., 18.31... (1, 2, 3, 5, 10 degrees of freedom).
        for (x, df) in [
            (3.841_458_820_694_124, 1),
            (5.991_464_547_107_979, 2),
            (7.814_727_903_251_178, 3),
            (11.070_497_693_516_351, 5),
            (18.307_038_053_275_146, 10),
        ] {
            close(chi_squared_tail(x, df), 0.05, 1e-12);
        }
        close(chi_squared_tail(1.0, 1), two_sided_p(1.0), 1e-15);
        assert!((chi_squared_tail(0.0, 3) - 1.0).abs() < 1e-15);
        assert!(chi_squared_tail(f64::NAN, 3).is_nan());
    }

    #[test]
    fn chi_squared_tail_agrees_with_another_implementation() {
        use statrs::distribution::{ChiSquared, ContinuousCDF};
        for df in [1_u32, 2, 3, 4, 7, 12, 31] {
            let other = ChiSquared::new(f64::from(df)).expect("df is positive");
            for x in [0.01, 0.7, 2.5, 9.0, 30.0, 60.0] {
                close(chi_squared_tail(x, df), other.sf(x), 1e-9);
            }
        }
    }
}
