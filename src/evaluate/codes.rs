//! Codes of evaluation.

use crate::error::CodeCard;

/// The arms have not the numbers they should have.
pub(super) const SAMPLE_RATIO: &str = "RV0430";

/// Quantities with too few persons are counted beside where they belong.
pub(super) const FOLDED: &str = "RV0431";

/// Cards.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: "RV0401",
        title: "a sum could overflow",
        cause: "Totals are integers. The largest value of one person times the number of persons and weeks passes 63 bits.",
        cure: "Keep fewer decimals for the outcome, or look for an amount that is far too large.",
    },
    CodeCard {
        code: "RV0402",
        title: "no such analysis",
        cause: "`--only` names an analysis that the study file does not have.",
        cure: "Use one of the names listed.",
    },
    CodeCard {
        code: "RV0403",
        title: "a single person cannot be resampled",
        cause: "The bootstrap draws persons (or clusters) within arm and stratum. With one in a cell every draw is the same, and intervals would be too narrow.",
        cure: "Merge the stratum with a similar one, leave `strata` out, or run without replicates.",
    },
    CodeCard {
        code: "RV0404",
        title: "no normal, bca or studentized interval for the median",
        cause: "A normal or studentized interval needs a standard error and a bca interval influence values, and the median time has neither here.",
        cure: "Ask for the percentile interval.",
    },
    CodeCard {
        code: "RV0405",
        title: "no survival with every spell at risk",
        cause: "With at_risk = \"all\" a person can leave more than once, so there is no probability of still being there.",
        cure: "Use at_risk = \"first\", or ask for hazards.",
    },
    CodeCard {
        code: "RV0406",
        title: "small cells",
        cause: "An arm has fewer than 20 persons (or clusters) in some stratum, where the plain bootstrap understates the spread.",
        cure: "Nothing: the rescaled bootstrap is used. Merge small strata if you want the plain one.",
    },
    CodeCard {
        code: "RV0407",
        title: "strata without both arms",
        cause: "A stratum in which one of the compared arms has nobody cannot contribute to an adjusted contrast.",
        cure: "Read the contrast as one of the other strata, or look whether the assignment is right.",
    },
    CodeCard {
        code: "RV0432",
        title: "too many quantities to be priced",
        cause: "Quantities are counted by periods, and the result carries the covariance of each with each other. With periods as short as \
                asked for there are more than 1,500 of them.",
        cure: "Ask for longer periods with `period` in `[cost_benefit]`, or leave it out.",
    },
    CodeCard {
        code: "RV0440",
        title: "benefit weeks before the trial are not known",
        cause: "`benefit_before` or `look_back` in `[cost_benefit]` lets benefit weeks before trial week 1 count as benefit weeks so far, and \
                some persons have no whole number of them: an empty cell, a fraction, levels instead of numbers, or weeks without a \
                spell where gaps are refused.",
        cure: "Give every person a number of weeks, name a `gap` for weeks without a spell, or let only weeks of the trial count.",
    },
    CodeCard {
        code: "RV0418",
        title: "a moderator with levels",
        cause: "`moderators` names a covariate whose values are levels of a factor. How much the effect changes with one unit of it means nothing.",
        cure: "Name its column in `subgroups`: `effect_against_rest` says how much more the treatment does at each level than at the others.",
    },
    CodeCard {
        code: "RV0413",
        title: "a destination that the data do not have",
        cause: "A member of a family names a destination in `item`, and no exit of the outcome goes there.",
        cure: "Name one of the destinations listed.",
    },
    CodeCard {
        code: "RV0408",
        title: "no bca or studentized interval of money",
        cause: "A bca interval needs the influence of each person on the number and a studentized one the standard error of each replicate, which net benefits and break-even prices do not have here.",
        cure: "Use percentile (or normal) intervals for the analysis that is priced, or price another analysis.",
    },
    CodeCard {
        code: "RV0409",
        title: "a Monte Carlo error out of reach",
        cause: "--mc-error asks for limits that need more than a million replicates, or no replicates are drawn at all.",
        cure: "Ask for a larger --mc-error, or leave it out.",
    },
    CodeCard {
        code: "RV0412",
        title: "no studentized interval of shares",
        cause: "A studentized interval needs the standard error of each replicate. The Bayesian bootstrap gives every person a random share instead of a whole number of picks: its replicates are no samples, and have none.",
        cure: "Use percentile intervals with scheme = \"bayesian\", or the bootstrap with studentized ones.",
    },
    CodeCard {
        code: SAMPLE_RATIO,
        title: "arms of the wrong size",
        cause: "The number of persons (or clusters) in the arms, in all or in a stratum, is one that the declared randomisation gives less than once in a thousand times. Persons were lost between draw and list, put into an arm afterwards, or the declared probabilities are not those of the draw.",
        cure: "Hold the list against the one that was drawn, or correct `[randomisation]`.",
    },
    CodeCard {
        code: FOLDED,
        title: "quantities with too few persons are counted with those beside them",
        cause: "Quantities are kept by outcome, trial year, half-year of the calendar and band of benefit weeks, since prices and rules change there. Fewer persons than min_cell stand behind some of them, so they are counted in the next kind of the same outcome, before anything is priced.",
        cure: "Nothing is needed, unless a price changes just between the two: the sums of each outcome are as they were.",
    },
    CodeCard {
        code: "RV0419",
        title: "covariates that say the same twice",
        cause: "A covariate follows from those before it in the list, or from the strata, or nobody differs in it: its coefficient means nothing.",
        cure: "Leave it out of `covariates`; the message names it.",
    },
    CodeCard {
        code: "RV0420",
        title: "a weak first stage",
        cause: "The arms differ too little in what was taken up (F below 10), from the start or in the last weeks because the others catch up: a ratio to so small a difference is unreliable.",
        cure: "Read the Anderson-Rubin set, which holds its level, or the effect of the offer itself.",
    },
];
