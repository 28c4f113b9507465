//! What a reader must know of permutation tests and of adjusted p-values.

mod take_up;

pub use take_up::TAKE_UP;

use crate::estimand::{ArmScale, Card, Factor};

const BY_CHANCE: &str = "`mc_p`, where draws are sampled: √(p (1 − p) / (1 + B)), times Holm's multiplier; none where all assignments are listed";
const UNDEFINED: &str = "the difference, or its standard error, is undefined in more than 1 % of the draws, or as observed";

/// A card: slug, title, formula, standard error, when undefined, source and method; `second` names the rows of differences.
pub(super) const fn card(
    [slug, title, formula, std_error, undefined, source, method]: [&'static str; 7],
    second: Option<&'static str>,
) -> Card {
    Card {
        slug,
        contrast: second,
        title,
        formula,
        std_error,
        undefined,
        source,
        method,
        kinds: &[],
        scale: ArmScale::Identity,
        factor: Factor::Always,
    }
}

/// The same of a test by permutation, or of what is adjusted by one.
const fn test(
    [slug, title, formula, undefined, source, method]: [&'static str; 6],
    second: Option<&'static str>,
) -> Card {
    card(
        [slug, title, formula, BY_CHANCE, undefined, source, method],
        second,
    )
}

const FEW: &str = "fewer than two levels have a standard error, or clusters span levels";

/// Cards of what is found across the levels of a subgroup column.
pub const LEVELS: &[Card] = &[
    Card {
        std_error: "that of the difference at the level",
        ..test(
            [
                "level_effect",
                "the main difference at one level of a subgroup column, with a band that holds for all levels at once",
                "as the difference at the level; the band is that of a path whose weeks are the levels, from the same replicates (sup-t, or the common rank of percentile and bca limits). Without replicates: estimate ± c `std_error` with (2 Φ(c) − 1)^k = confidence for k levels; where clusters span levels, Bonferroni",
                "the difference at the level is undefined",
                "Montiel Olea and Plagborg-Møller 2019 for sup-t; Šidák 1967",
                "difference at the level",
            ],
            None,
        )
    },
    Card {
        std_error: "√(B v + (1 − B)^2 Var(m)): given the spread τ, whose own uncertainty is not in it",
        ..test(
            [
                "shrunken_effect",
                "the best guess at a level's difference in the light of the others: its own, drawn towards their mean, the more the less it knows",
                "B d + (1 − B) m, B = τ^2 / (τ^2 + v), m the mean of the levels, τ their spread",
                FEW,
                "Morris 1983, JASA 78, 47-55; Raudenbush and Bryk 1985, J. Educ. Stat. 10, 75-98; as blup(rma(method = \"PM\")) of R's metafor",
                "empirical Bayes",
            ],
            None,
        )
    },
    Card {
        std_error: "√(Σ c^2 v), c the weights in the contrast, v the variances of the levels, which share no person; where clusters span levels, the standard deviation of the replicates",
        ..test(
            [
                "effect_against_rest",
                "how much more the treatment does at one level than at the others: the interaction of treatment and level",
                "d − Σ w_k d_k / Σ w_k over the other levels, w_k the persons of the two arms assigned; band over the levels as for `level_effect`",
                "the level has no standard error, or is the only one that has",
                "interaction contrast; fixed weights",
                "difference of differences",
            ],
            None,
        )
    },
    Card {
        std_error: "none; `mc_p` on the row of permutations",
        ..test(
            [
                "equal_effects",
                "a joint test that the difference is the same at all levels",
                "Q = Σ w (d − m)^2, w = 1 / v, m weighted by w; χ^2 with k − 1 degrees of freedom. By permutation: Q of each permutation, over the levels with a standard error in it",
                FEW,
                "Cochran 1954, Biometrics 10, 101-129",
                "Cochran's Q",
            ],
            None,
        )
    },
    Card {
        std_error: "none",
        ..test(
            [
                "significant_levels",
                "how many levels are significant on their own, how many chance alone gives (item = expected), and how often it gives at least so many (p_value)",
                "count of p < 1 − confidence of k levels; expected k (1 − confidence); P(X ≥ count), X binomial. Only positive differences: half of 1 − confidence",
                "no level has a p",
                "binomial distribution, levels independent and no level different",
                "count and binomial tail",
            ],
            None,
        )
    },
    Card {
        std_error: "1 / √(Σ 1 / (v + τ^2)), given the spread τ",
        ..test(
            [
                "mean_of_levels",
                "the mean of the differences that levels like these have",
                "Σ w d / Σ w, w = 1 / (v + τ^2)",
                FEW,
                "Paule and Mandel 1982, J. Res. Natl. Bur. Stand. 87, 377-385",
                "random effects of levels",
            ],
            None,
        )
    },
    Card {
        std_error: "none; the interval is the set of τ at which the sum is a likely χ^2 number (Q-profile)",
        ..test(
            [
                "spread_of_levels",
                "how much the true differences vary between levels, once the noise of each is taken out",
                "τ at which Σ (d − m)^2 / (v + τ^2) = k − 1; 0 where the sum at 0 is smaller already",
                FEW,
                "Paule and Mandel 1982; Viechtbauer 2007, Stat. Med. 26, 37-52 for the limits",
                "standard deviation between levels",
            ],
            None,
        )
    },
    Card {
        std_error: "HC2: √(Σ (r z)^2 e^2 / (1 − h)), with ancova and lin as asked; CR2 over clusters",
        ..test(
            [
                "moderated_effect",
                "how much the effect of the treatment changes with one unit of a number that was measured before the draw; never the effect of that number itself",
                "the coefficient of D × m in the least squares of each week's outcome on D, m, D × m, added up over the weeks; with dummies of strata unless `adjustment` is none, with the covariates under ancova, with slopes of their own in each arm under lin; persons with a value",
                "the moderator does not vary in both arms",
                "MacKinnon and White 1985 for HC2; Frisch and Waugh 1933, Lovell 1963 for the dummies",
                "interaction of treatment and moderator",
            ],
            None,
        )
    },
    Card {
        std_error: "√(Σ (v − m)^2 / (n (n − 1))); over clusters g: √(G / (G − 1) Σ_g (Σ (v − m) / n)^2), the inner sum over the persons of g",
        ..test(
            [
                "answer_share",
                "the share of those who answered a question who gave an answer, or one of those that agree (item = agree)",
                "count / n, n those who answered the question",
                "nobody answered",
                "Neyman 1923",
                "of persons who answered",
            ],
            Some("answer_share_difference"),
        )
    },
    Card {
        std_error: "as for `answer_share`",
        ..test(
            [
                "answer_mean",
                "the mean of the numbers of the answers: those that they are, else their places from 1 in the order of the study",
                "Σ count × number / n",
                "nobody answered",
                "Neyman 1923",
                "of persons who answered",
            ],
            Some("answer_mean_difference"),
        )
    },
    Card {
        std_error: "as for `answer_share`",
        ..test(
            [
                "answered",
                "the share of the persons assigned who answered any question of the survey",
                "count / persons of the arm",
                "an arm has nobody",
                "Neyman 1923",
                "share of persons assigned",
            ],
            Some("answered_difference"),
        )
    },
    Card {
        std_error: "none; `mc_p` on the rows of permutations",
        ..test(
            [
                "answers_equal",
                "whether the arms answer alike: all answers, those that agree against the others, and who answered at all (the survey's own name)",
                "Pearson's Σ (O − E)^2 / E without continuity correction, over answers that somebody gave; item `exact`: Fisher's test, the probability of tables with the same sums that are no more likely, as far as all answers but two have at most ten million tables; item `permutation`: share of permutations whose statistic reaches it, of all persons assigned, with strata and clusters",
                "all answer the same, or an arm has no answers",
                "Pearson 1900; Fisher 1935; Freeman and Halton 1951; as chisq.test(correct = FALSE) and fisher.test of R",
                "Pearson's chi-square",
            ],
            None,
        )
    },
];

/// Cards of tests: they are not estimands, but rows and columns are made of them.
pub const CARDS: &[Card] = &[
    test(
        [
            "permutation",
            "how often the arms, dealt out again as the randomisation dealt them, differ at least as much: |difference| (permutation) or |difference| / standard error of each permutation (permutation_studentised)",
            "p = (1 + hits) / (1 + B); hits / count where all assignments are listed. A statistic within 1e-9 of the larger of the observed one and its standard error (1 when studentised) is a hit. All arms: sum n_a (m_a - m)^2, and sum w_a (m_a - m_w)^2 with w = 1 / variance (Welch-James)",
            UNDEFINED,
            "Fisher 1935; Pitman 1937; Neuhaus 1993 and Janssen 1997 for studentised statistics; Davison and Hinkley 1997, sec. 4.2",
            "permutation within strata, of persons or whole clusters",
        ],
        Some("permutation_studentised"),
    ),
    test(
        [
            "westfall_young",
            "p of each difference of a family, adjusted for all of them by how their studentised differences vary together over permutations",
            "order by observed |t|, largest first; p_j = share of permutations in which the largest of |t*_j|, |t*_j+1|, ... reaches |t_j|; no p below the one before",
            UNDEFINED,
            "Westfall and Young 1993, algorithm 2.8 (free step-down max-T)",
            "step-down over the largest studentised difference, permutations",
        ],
        None,
    ),
    test(
        [
            "romano_wolf",
            "p of each difference of a family, adjusted for all of them by how their replicates vary together around the estimates",
            "order by observed |t|, largest first; p_j = (1 + #(max over k >= j of |theta*_k - theta_k| / se_k reaches |t_j|)) / (1 + B); no p below the one before",
            UNDEFINED,
            "Romano and Wolf 2005, Econometrica 73, 1237-1282; 2016, Statistics and Probability Letters 113, 38-40",
            "step-down over the largest studentised deviation, bootstrap",
        ],
        None,
    ),
    test(
        [
            "holm",
            "p of each difference of a family, adjusted for how many they are, whatever their dependence",
            "p_(j) = max over i <= j of min(1, (m - i + 1) p_(i)), p_(1) <= ... <= p_(m); of studentised permutation p where there are any, else of Wald's",
            "the difference has no p of its own; it counts in m all the same",
            "Holm 1979, Scandinavian Journal of Statistics 6, 65-70",
            "step-down over p-values",
        ],
        None,
    ),
];
