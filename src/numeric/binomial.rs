//! The binomial distribution: how often chance alone gives so many, and the exact test of a count.

/// P(X >= k) for X binomial of `n` with probability `p`; summed from the smaller side, outwards from its largest term.
pub fn binomial_tail(k: u64, n: u64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if k == 0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    if k as f64 > n as f64 * p {
        sum_from(k, n, p).min(1.0)
    } else {
        // P(X <= k - 1) is P(n - X >= n - k + 1).
        (1.0 - sum_from(n - k + 1, n, 1.0 - p)).max(0.0)
    }
}

/// Terms from `k`, which lies beyond the mean, to `n`: each is smaller than the one before.
fn sum_from(k: u64, n: u64, p: f64) -> f64 {
    let odds = p / (1.0 - p);
    let (mut term, mut sum) = (1.0, 0.0);
    for i in k..=n {
        sum += term;
        if term < 1e-18 * sum {
            break;
        }
        term *= odds * (n - i) as f64 / (i + 1) as f64;
    }
    libm::exp(ln_term(k, n, p)) * sum
}

/// Two-sided exact p of a binomial count: the probability of all counts that are no more likely than it.
pub fn binomial_exact(k: u64, n: u64, p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        let certain = if p <= 0.0 { 0 } else { n };
        return if k == certain { 1.0 } else { 0.0 };
    }
    // Counts this far from the mean have no weight left in any digit.
    let reach = (45.0 * (n as f64 * p * (1.0 - p)).sqrt()) as u64 + 10;
    let middle = (n as f64 * p) as u64;
    let (low, high) = (middle.saturating_sub(reach), (middle + reach).min(n));
    if !(low..=high).contains(&k) {
        return 0.0;
    }
    // Counts as likely as this one may come out a hair above it.
    let own = ln_term(k, n, p) + 1e-7;
    let sum: f64 = (low..=high)
        .map(|x| ln_term(x, n, p))
        .filter(|ln| *ln <= own)
        .map(libm::exp)
        .sum();
    sum.min(1.0)
}

/// ln P(X = k), for a probability strictly between 0 and 1.
fn ln_term(k: u64, n: u64, p: f64) -> f64 {
    let (x, m) = (k as f64, n as f64);
    let choose = libm::lgamma(m + 1.0) - libm::lgamma(x + 1.0) - libm::lgamma(m - x + 1.0);
    choose + x * libm::log(p) + (m - x) * libm::log1p(-p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_eighteen_sites_come_out_with_their_chance() {
        // 1 - 0.95^18 - 18 x 0.05 x 0.95^17, and the same at 2.5 % for the positive ones only.
        let two = |p: f64| 1.0 - libm::pow(1.0 - p, 18.0) - 18.0 * p * libm::pow(1.0 - p, 17.0);
        for (p, printed) in [(0.05, 0.226), (0.025, 0.073)] {
            let found = binomial_tail(2, 18, p);
            assert!((found - two(p)).abs() < 1e-13);
            assert!((found - printed).abs() < 5e-4, "{found}");
        }
        assert!((binomial_tail(1, 18, 0.05) - 0.603).abs() < 5e-4);
        // Four of 82 rows of a balance table.
        assert!((binomial_tail(4, 82, 0.05) - 0.591).abs() < 5e-4);
    }

    #[test]
    fn small_cases_are_the_sums_of_their_terms() {
        // n = 4, p = 1/4: terms 81, 108, 54, 12, 1 of 256.
        for (k, tail) in [256.0, 175.0, 67.0, 13.0, 1.0].into_iter().enumerate() {
            let found = binomial_tail(k as u64, 4, 0.25);
            assert!((found - tail / 256.0).abs() < 1e-15, "{k}: {found}");
        }
        assert_eq!(binomial_tail(5, 4, 0.25), 0.0);
    }

    #[test]
    fn tails_agree_with_another_implementation() {
        use statrs::distribution::{Binomial, DiscreteCDF};
        for (n, p) in [(18, 0.05), (400, 0.025), (1000, 0.5), (60, 0.9)] {
            let other = Binomial::new(p, n).expect("a share");
            for k in 1..=n {
                let (found, known) = (binomial_tail(k, n, p), other.sf(k - 1));
                assert!((found - known).abs() < 1e-9, "{n} {k}: {found} {known}");
            }
        }
    }

    #[test]
    fn exact_binomial_p_is_that_of_r() {
        // R 4.2.2: binom.test(7, 20, 0.5)$p.value, binom.test(10, 20, 0.5), binom.test(5200, 10000).
        for (k, n, p, expected) in [
            (7, 20, 0.5, 0.263_175_964_355_468_75),
            (10, 20, 0.5, 1.0),
            (5_200, 10_000, 0.5, 6.593_515_598_67e-5),
        ] {
            let found = binomial_exact(k, n, p);
            assert!((found / expected - 1.0).abs() < 1e-6, "{k} {n}: {found}");
        }
        assert_eq!(binomial_exact(0, 5, 0.0).to_bits(), 1.0_f64.to_bits());
    }
}
