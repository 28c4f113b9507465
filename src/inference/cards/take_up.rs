//! Cards of what is said of take-up: ratios of two differences have rows of their own.

use super::card;
use crate::estimand::Card;

/// Cards of the rows that `take_up` of an analysis makes.
pub const TAKE_UP: &[Card] = &[
    card(
        [
            "take_up",
            "share of an arm who have taken it up by week t (measure = \"ever\"), or the mean taken up so far (\"amount\"); the difference is the first stage",
            "mean of D_i(t) of those followed in week t; difference as `adjustment` says",
            "HC2, over clusters CR2",
            "nobody of the group is followed (or in the state) that week",
            "Angrist, Imbens and Rubin 1996",
            "share who have taken it up so far",
        ],
        Some("take_up_difference"),
    ),
    card(
        [
            "late",
            "effect on the outcome of week t per person (or unit) that took it up by then because it was offered",
            "difference of the outcome in week t / difference in take-up by week t; with ancova two-stage least squares, the lot as instrument",
            "that of ψ_Y − ratio × ψ_D, over |difference in take-up|; ψ as for the differences",
            "nobody more has taken it up",
            "Wald 1940; Imbens and Angrist 1994; Angrist, Imbens and Rubin 1996",
            "Wald ratio",
        ],
        Some("cumulative_late"),
    ),
    card(
        [
            "first_stage_f",
            "how strong the first stage is in week t; below 10 it is weak",
            "(difference in take-up / its standard error)^2",
            "none",
            "the take-up does not vary within the arms, or nobody has taken it up",
            "Staiger and Stock 1997; with robust errors it is the effective F of Montiel Olea and Pflueger 2013 (one instrument)",
            "squared ratio of the first stage",
        ],
        None,
    ),
    card(
        [
            "anderson_rubin",
            "effects per unit taken up, accumulated, that are not rejected; right however weak the first stage is",
            "all b with |dY − b dD| ≤ q SE(dY − b dD); an interval, or one with an open end, or everything but an interval, or all numbers, which `reason` says",
            "none; `p_value` is that of no effect",
            "nobody more has taken it up",
            "Anderson and Rubin 1949; Andrews, Stock and Sun 2019",
            "Anderson-Rubin set",
        ],
        None,
    ),
    card(
        [
            "take_up_sources",
            "share of an arm who have taken it up by the horizon according to two sources, one of them or none",
            "count / persons assigned",
            "√(s (1 − s) / (n − 1))",
            "nobody of the group is followed (or in the state) that week",
            "none",
            "share by source",
        ],
        None,
    ),
    card(
        [
            "against_target",
            "share of the period less the level that was required (`target` of a share_among), for each arm and level",
            "`period_mean` − target; two-sided p",
            "as of `period_mean`",
            "nobody of the group is followed (or in the state) that week",
            "none",
            "share of the period less the required level",
        ],
        None,
    ),
];
