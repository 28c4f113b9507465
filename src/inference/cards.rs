//! What a reader must know of permutation tests and of adjusted p-values.

use crate::estimand::{ArmScale, Card, Factor};

const UNDEFINED: &str = "the difference, or its standard error, is undefined in more than 1 % of the draws, or as observed";

const fn card(
    [slug, title, formula, undefined, source, method]: [&'static str; 6],
    second: Option<&'static str>,
) -> Card {
    Card {
        slug,
        contrast: second,
        title,
        formula,
        std_error: "mc_p, where draws are sampled: sqrt(p (1 - p) / (1 + B)), times Holm's multiplier; none where all assignments are listed",
        undefined,
        source,
        method,
        kinds: &[],
        scale: ArmScale::Identity,
        factor: Factor::Always,
    }
}

/// Cards of tests: they are not estimands, but rows and columns are made of them.
pub const CARDS: &[Card] = &[
    card(
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
    card(
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
    card(
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
    card(
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
