//! What lots should have made alike: differences before the draw, with their errors, and how often chance does the same.

use super::cards::card;
use crate::estimand::Card;
use crate::numeric::student::two_sided_t;

/// What a group has of one quantity: how many persons, their sum, the sum of their squares. Exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Persons.
    pub n: u64,
    /// Sum of values.
    pub sum: i128,
    /// Sum of squares.
    pub square: i128,
}

impl Sums {
    /// Adds a person.
    pub fn add(&mut self, value: i64) {
        self.n += 1;
        self.sum += i128::from(value);
        self.square += i128::from(value) * i128::from(value);
    }

    /// Both groups together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            sum: self.sum + other.sum,
            square: self.square + other.square,
        }
    }

    /// The mean; NaN of nobody.
    pub fn mean(&self) -> f64 {
        self.sum as f64 / self.n as f64
    }

    /// The variance, by n - 1; `None` of fewer than two.
    pub fn variance(&self) -> Option<f64> {
        if self.n < 2 {
            return None;
        }
        let n = i128::from(self.n);
        // Whole numbers until the last step: no cancellation.
        let spread = n * self.square - self.sum * self.sum;
        Some(spread as f64 / (self.n as f64 * (self.n - 1) as f64))
    }

    /// Sum of squared distances from a place.
    fn around(&self, place: f64) -> f64 {
        let mean = self.mean();
        let inner = self.square as f64 - self.sum as f64 * mean;
        inner.max(0.0) + self.n as f64 * (mean - place) * (mean - place)
    }
}

/// One stratum: the control's sums, and those of the compared arm.
pub type Pair = [Sums; 2];

/// A difference and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// The difference.
    pub value: f64,
    /// Its standard error; `None` where a cell of one has none.
    pub error: Option<f64>,
    /// Degrees of freedom of the t distribution its p comes from.
    pub freedom: f64,
}

impl Contrast {
    /// Two-sided p; `None` without an error, or with one of 0.
    pub fn p(&self) -> Option<f64> {
        let error = self.error.filter(|error| *error > 0.0)?;
        Some(two_sided_t(self.value / error, self.freedom))
    }
}

/// The raw gap: difference of the arms' means, with Neyman's error.
pub fn gap(strata: &[Pair]) -> Contrast {
    let [control, treated] = whole(strata);
    let part = |sums: &Sums| sums.variance().map(|variance| variance / sums.n as f64);
    Contrast {
        value: treated.mean() - control.mean(),
        error: (part(&control).zip(part(&treated))).map(|(a, b)| (a + b).sqrt()),
        freedom: (control.n + treated.n) as f64 - 2.0,
    }
}

/// The gap in units of the spread within arms: (m1 - m0) / sqrt((s1^2 + s0^2) / 2). `None` without spread.
pub fn standardised(strata: &[Pair]) -> Option<f64> {
    let [control, treated] = whole(strata);
    let spread = control.variance()?.midpoint(treated.variance()?).sqrt();
    (spread > 0.0).then(|| (treated.mean() - control.mean()) / spread)
}

/// Both arms over all strata.
pub fn whole(strata: &[Pair]) -> Pair {
    strata.iter().fold(Pair::default(), |all, stratum| {
        [all[0].and(stratum[0]), all[1].and(stratum[1])]
    })
}

/// What a regression on the treatment and a dummy of each stratum says of one stratum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fit {
    /// Share of the stratum in the compared arm: a person's regressor is this, less 1 for the treated, with its sign
    /// turned, once the dummies are taken out.
    pub share: f64,
    /// Fitted value in the control and in the compared arm.
    pub fitted: [f64; 2],
}

/// The coefficient of the treatment in a regression on treatment and strata: sum of h_s (m_s1 - m_s0) / sum of h_s with
/// h_s = n_s1 n_s0 / n_s. `None` where no stratum has both arms.
pub fn within(strata: &[Pair]) -> Option<(f64, Vec<Fit>)> {
    let (mut above, mut weight) = (0.0, 0.0);
    for [control, treated] in strata {
        let n = control.n + treated.n;
        if n > 0 {
            let product = i128::from(control.n) * treated.sum - i128::from(treated.n) * control.sum;
            above += product as f64 / n as f64;
            weight += weight_of(control, treated);
        }
    }
    if weight <= 0.0 {
        return None;
    }
    let value = above / weight;
    let fits = strata.iter().map(|[control, treated]| {
        let both = control.and(*treated);
        let share = treated.n as f64 / both.n as f64;
        let mean = both.mean();
        Fit {
            share,
            fitted: [mean - value * share, mean + value * (1.0 - share)],
        }
    });
    Some((value, fits.collect()))
}

fn weight_of(control: &Sums, treated: &Sums) -> f64 {
    control.n as f64 * treated.n as f64 / (control.n + treated.n) as f64
}

/// Residual degrees of freedom: persons less strata less one.
fn freedom(strata: &[Pair]) -> f64 {
    let used = strata.iter().filter(|[a, b]| a.n + b.n > 0);
    let persons: u64 = used.clone().map(|[a, b]| a.n + b.n).sum();
    persons as f64 - used.count() as f64 - 1.0
}

/// [`within`] with the HC2 error of persons: residuals squared over 1 - leverage.
pub fn within_persons(strata: &[Pair]) -> Option<Contrast> {
    let (value, fits) = within(strata)?;
    let weight: f64 = (strata.iter())
        .filter(|[a, b]| a.n + b.n > 0)
        .map(|[a, b]| weight_of(a, b))
        .sum();
    let mut meat = Some(0.0);
    for (pair, fit) in strata.iter().zip(&fits) {
        let n = (pair[0].n + pair[1].n) as f64;
        for (side, regressor) in [(0, fit.share), (1, 1.0 - fit.share)] {
            // A stratum without the other arm has a regressor of 0.
            if pair[side].n == 0 || pair[1 - side].n == 0 {
                continue;
            }
            let left = 1.0 - 1.0 / n - regressor * regressor / weight;
            meat = meat.filter(|_| left > 1e-12).map(|meat| {
                meat + regressor * regressor * pair[side].around(fit.fitted[side]) / left
            });
        }
    }
    let freedom = freedom(strata);
    Some(Contrast {
        value,
        error: meat
            .filter(|_| freedom > 0.0)
            .map(|meat| meat.sqrt() / weight),
        freedom,
    })
}

/// What a cluster has: its stratum, whether it is in the compared arm, its persons, and the sum of their values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClusterSums {
    /// Stratum.
    pub stratum: usize,
    /// 0 for the control, 1 for the compared arm.
    pub side: usize,
    /// Persons with a value.
    pub n: u64,
    /// Sum of their values.
    pub sum: i128,
}

/// [`within`] with the CR2 error of clusters (Bell and McCaffrey 2002) and Satterthwaite's degrees of freedom under equal,
/// independent errors.
///
/// Treatment and stratum are the same for all of a cluster, so that its block of the hat matrix is h in every place, and
/// (I - H)^(-1/2) multiplies its residuals' sum by (1 - n h)^(-1/2). A cluster that fits itself (1 = n h) says nothing.
pub fn within_clusters(strata: &[Pair], clusters: &[ClusterSums]) -> Option<Contrast> {
    let (value, fits) = within(strata)?;
    let persons = |[control, treated]: &Pair| (control.n + treated.n) as f64;
    let weight: f64 = (strata.iter())
        .filter(|[a, b]| a.n + b.n > 0)
        .map(|[a, b]| weight_of(a, b))
        .sum();
    let (mut meat, mut groups) = (0.0, 0.0);
    // Of p_g' p_g and its square; by stratum and side sums of b^2 and of b^4 h^2, b = n a.
    let (mut trace, mut diagonal, mut fourth) = (0.0, 0.0, 0.0);
    let mut sums = vec![[0.0; 2]; strata.len()];
    for cluster in clusters.iter().filter(|cluster| cluster.n > 0) {
        let (fit, n) = (&fits[cluster.stratum], cluster.n as f64);
        let regressor = [-fit.share, 1.0 - fit.share][cluster.side];
        let leverage = 1.0 / persons(&strata[cluster.stratum]) + regressor * regressor / weight;
        let left = 1.0 - n * leverage;
        groups += 1.0;
        if left < 1e-12 {
            continue;
        }
        let adjusted = regressor / weight / left.sqrt();
        let residual = cluster.sum as f64 - n * fit.fitted[cluster.side];
        meat += adjusted * adjusted * residual * residual;
        let own = n * adjusted * adjusted * left;
        trace += own;
        diagonal += own * own;
        let square = n * n * adjusted * adjusted;
        sums[cluster.stratum][cluster.side] += square;
        fourth += square * square * leverage * leverage;
    }
    // p_g' p_h = -b_g b_h h_gh of two clusters: h_gh = r_g r_h / W, and 1 / n_s more within a stratum.
    let (mut all, mut off) = (0.0, -fourth);
    for (s, (pair, fit)) in strata.iter().zip(&fits).enumerate() {
        let sides = [(-fit.share, sums[s][0]), (1.0 - fit.share, sums[s][1])];
        if sums[s] == [0.0; 2] {
            continue;
        }
        for (r, b) in sides {
            all += b * r * r / weight;
            for (other, c) in sides {
                let apart = r * other / weight;
                let together = 1.0 / persons(pair) + apart;
                off += b * c * (together * together - apart * apart);
            }
        }
    }
    off += all * all;
    let freedom = trace * trace / (diagonal + off);
    Some(Contrast {
        value,
        error: (groups > 1.0 && freedom > 0.0).then(|| meat.sqrt()),
        freedom,
    })
}

const NONE: &str = "none";
const METHOD: &str = "before the draw, all persons assigned";

/// Cards of what lots are judged by.
pub static CARDS: [Card; 7] = [
    card(
        [
            "balance_mean",
            "mean (or share) of a covariate among the persons of an arm who have a value; persons without one in a row of their own (`no value`); the raw difference of two arms",
            "m_a = Σ x / n_a; `balance_gap` = m_1 − m_0",
            "s / √n; of the gap √(s_1^2 / n_1 + s_0^2 / n_0)",
            "nobody of the arm has a value",
            "Neyman 1923",
            METHOD,
        ],
        Some("balance_gap"),
    ),
    card(
        [
            "balance_difference",
            "coefficient of the treatment in a regression of the covariate on treatment and a dummy of each stratum: each arm against the control; not the raw gap where arms are dealt differently from stratum to stratum",
            "Σ h_s (m_s1 − m_s0) / Σ h_s, h_s = n_s1 n_s0 / n_s; p from t with n − strata − 1 degrees of freedom (clusters: Satterthwaite's)",
            "HC2; CR2 over clusters where they were randomised",
            "no stratum has both arms",
            "MacKinnon and White 1985; Samii and Aronow 2012 (HC2 without strata is Neyman's error)",
            METHOD,
        ],
        None,
    ),
    card(
        [
            "balance_standardised",
            "raw gap in units of the spread within arms",
            "(m_1 − m_0) / √((s_1^2 + s_0^2) / 2)",
            NONE,
            "the covariate has no spread, or an arm has one person",
            "Imbens and Rubin 2015, sec. 14.2",
            METHOD,
        ],
        None,
    ),
    card(
        [
            "balance_test",
            "one test that lots alone made the differences in all covariates: each arm against the control; of all arms at once by permutation only",
            "d^2 = T′ C^− T; T = Σ (x − m_s) over treated units; C its exact covariance when lots are drawn again within strata, Σ h_s S_s; missing values are 0 with an indicator of their own, factors dummies, clusters their totals and sizes. p from χ^2 with rank(C) degrees of freedom; item `permutation`: from lots drawn again. All arms: Σ_a T_a′ S^− T_a / n_a, S pooled within strata",
            "`mc_p`: √(p (1 − p) / (1 + B)); none where all assignments are listed",
            "no covariate varies within a stratum that has both arms",
            "Hansen and Bowers 2008, Statistical Science 23, 219-236 (R: RItools::xBalance); Phipson and Smyth 2010",
            METHOD,
        ],
        None,
    ),
    card(
        [
            "balance_count",
            "how many of the differences in covariates are significant, beside the number that chance makes significant (item `expected`)",
            "p = P(X ≥ k), X binomial with the number of differences and 1 − confidence, as if they were independent",
            NONE,
            "there is no difference with a p",
            "the binomial distribution",
            METHOD,
        ],
        None,
    ),
    card(
        [
            "sample_ratio",
            "share of the randomised units in an arm, beside the declared probability (item `expected`), in all and by stratum; and the test that they agree",
            "two arms: exact binomial p; more: χ^2 = (O − E)′ V^− (O − E) with V = Σ n_s (diag(p_s) − p_s p_s′). Item `quotas`: strata in which an arm has neither the number rounded down nor up that a complete draw gives",
            NONE,
            "the study declares no [randomisation]",
            "Fabijan and others 2019 (KDD), on sample ratio mismatch",
            METHOD,
        ],
        Some("sample_ratio_test"),
    ),
    card(
        [
            "followed_share",
            "share of an arm's persons who are followed to the horizon; and the difference between arms within strata, with p also from lots drawn again (item `permutation`)",
            "as `balance_mean` and `balance_difference`, of 1 for who is followed to the horizon",
            "HC2; CR2 over clusters where they were randomised",
            "everybody is followed: then there is no p",
            "as balance_difference",
            METHOD,
        ],
        Some("followed_difference"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(values: &[i64]) -> Sums {
        let mut sums = Sums::default();
        for value in values {
            sums.add(*value);
        }
        sums
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} {b}");
    }

    #[test]
    fn eight_persons_in_two_strata() {
        // Stratum A: control 1, 3, treated 2, 6; stratum B: control 0, 2, 4, treated 5.
        let strata = [
            [sums(&[1, 3]), sums(&[2, 6])],
            [sums(&[0, 2, 4]), sums(&[5])],
        ];
        // Raw: 13/3 - 10/5 = 7/3; variances 13/3 and 5/2: error sqrt(13/9 + 1/2) = sqrt(35/18).
        let gap = gap(&strata);
        close(gap.value, 7.0 / 3.0);
        close(gap.error.unwrap(), (35.0_f64 / 18.0).sqrt());
        close(
            standardised(&strata).unwrap(),
            7.0 / 3.0 / (41.0_f64 / 12.0).sqrt(),
        );
        // h_A = 1, h_B = 3/4; differences 2 and 3: (2 + 9/4) / (7/4) = 17/7.
        let within = within_persons(&strata).unwrap();
        close(within.value, 17.0 / 7.0);
        // Residuals: A fits 3 -+ 17/14: control 1 - 25/14 = -11/14, 3 - 25/14 = 17/14, treated 2 - 59/14 = -31/14,
        // 6 - 59/14 = 25/14; B fits 11/4 -+ : control 11/4 - 17/28 = 15/7, treated 11/4 + 51/28 = 32/7.
        // Leverages: A 1/4 + (1/4) / (7/4) = 11/28; B control 1/4 + (1/16) / (7/4) = 2/7, treated 1/4 + (9/16) / (7/4) = 4/7.
        let a: f64 = (121.0 + 289.0 + 961.0 + 625.0) / 196.0 / 4.0 / (17.0 / 28.0);
        let b = (225.0 + 1.0 + 169.0) / 49.0 / 16.0 / (5.0 / 7.0);
        let c = 9.0 / 49.0 * 9.0 / 16.0 / (3.0 / 7.0);
        close(within.error.unwrap(), (a + b + c).sqrt() / 1.75);
        close(within.freedom, 5.0);
    }

    #[test]
    fn without_strata_hc2_is_neymans_error() {
        let strata = [[sums(&[1, 4, 4, 9]), sums(&[2, 2, 7])]];
        let (raw, within) = (gap(&strata), within_persons(&strata).unwrap());
        close(within.value, raw.value);
        close(within.error.unwrap(), raw.error.unwrap());
    }

    #[test]
    fn a_cell_of_one_that_fits_itself_has_no_error_and_a_stratum_of_one_arm_changes_nothing() {
        assert_eq!(
            within_persons(&[[sums(&[1, 2]), sums(&[5])]])
                .unwrap()
                .error,
            None
        );
        assert!(within_persons(&[[sums(&[1, 2]), sums(&[])]]).is_none());
        let with = [
            [sums(&[1, 2, 2]), sums(&[5, 7])],
            [sums(&[4, 4]), sums(&[])],
        ];
        let (a, b) = (
            within_persons(&with).unwrap(),
            within_persons(&with[..1]).unwrap(),
        );
        close(a.value, b.value);
        close(a.error.unwrap(), b.error.unwrap());
    }

    #[test]
    fn clusters_of_one_are_persons() {
        // One stratum, control 1, 3, 5, treated 2, 8. Bell and McCaffrey's degrees of freedom of two groups (Imbens and Kolesár
        // 2016): 5^2 x 2 x 1 / (2^2 x 1 + 3^2 x 2) = 25/11.
        let strata = [[sums(&[1, 3, 5]), sums(&[2, 8])]];
        let values = [(0, 1), (0, 3), (0, 5), (1, 2), (1, 8)];
        let clusters = values.map(|(side, sum)| ClusterSums {
            stratum: 0,
            side,
            n: 1,
            sum,
        });
        let found = within_clusters(&strata, &clusters).unwrap();
        close(found.value, 2.0);
        close(
            found.error.unwrap(),
            within_persons(&strata).unwrap().error.unwrap(),
        );
        close(found.freedom, 25.0 / 11.0);
    }

    #[test]
    fn eight_persons_in_five_clusters() {
        // Control 1 3, 4 4, 2; treated 5 7, 9. Means 14/5 and 7. Residuals' sums are -8/5, 12/5, -4/5 and -2, 2, with n h of 2/5, 2/5,
        // 1/5 and 2/3, 1/3. The degrees of freedom are those of R clubSandwich and estimatr.
        let strata = [[sums(&[1, 3, 4, 4, 2]), sums(&[5, 7, 9])]];
        let clusters =
            [(0, 2, 4), (0, 2, 8), (0, 1, 2), (1, 2, 12), (1, 1, 9)].map(|(side, n, sum)| {
                ClusterSums {
                    stratum: 0,
                    side,
                    n,
                    sum,
                }
            });
        let found = within_clusters(&strata, &clusters).unwrap();
        close(found.value, 21.0 / 5.0);
        let control = (64.0 / 25.0 + 144.0 / 25.0) / (3.0 / 5.0) + 16.0 / 25.0 / (4.0 / 5.0);
        let treated = 4.0 / (1.0 / 3.0) + 4.0 / (2.0 / 3.0);
        close(
            found.error.unwrap(),
            (control / 25.0 + treated / 9.0_f64).sqrt(),
        );
        close(found.freedom, 32.0 / 15.0);
    }
}
