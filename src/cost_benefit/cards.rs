//! What a reader must know of the numbers of the money.

use super::rows::DIFFERENCE;
use crate::estimand::{ArmScale, Card, Factor};

/// What most cards share: sums of prices times differences.
const BASE: Card = Card {
    slug: "",
    contrast: None,
    title: "",
    formula: "",
    std_error: "as of `net_benefit`",
    undefined: "nobody is followed to the horizon in an arm",
    source: SOURCE,
    method: DIFFERENCE,
    kinds: &[],
    scale: ArmScale::Identity,
    factor: Factor::Always,
};

/// A ratio of two sums.
const RATIO: Card = Card {
    std_error: "linearised; the interval is from replicates of the ratio, or Fieller's for normal ones, none where the interval of what it is divided by covers 0",
    undefined: "what it is divided by is zero or undefined",
    source: "Fieller, J. R. Stat. Soc. B 16 (1954) 175-185; Briggs, O'Brien & Blackhouse, Annu. Rev. Public Health 23 (2002) 377-401",
    method: "ratio of two differences",
    ..BASE
};

const SOURCE: &str = "social accounts by party, as in Boardman et al., Cost-Benefit Analysis (5th ed. 2018), ch. 3; one draw of \
                      persons for effect and money";

/// Cards of every estimand of this room, in the order of the rows.
pub const CARDS: &[Card] = &[
    Card {
        slug: "net_benefit",
        title: "What a person's offer of the programme adds to an account over the horizon, on average",
        formula: "NB_k = Σ_l s_kl p_l A_l over the lines l, A_l = Σ worth × (Q_treated − Q_control) over the periods, worth = uplift × price level × net-tax factor × discount × share refunded, s = +1 received, −1 paid; society: the sum of all parties, less (tax distortion − 1) × net public outlay; distortion and factor 1 and no discount without a vintage",
        std_error: "√(c′ V c + Σ s_p^2 (A^2 + var A)), V the covariance of persons' quantities, c what they are worth, s_p the standard errors of uncertain prices, independent of the persons",
        ..BASE
    },
    Card {
        slug: "total_net_benefit",
        title: "What the offer of the programme adds to an account, for all persons of the treatment arm together",
        formula: "n_treated NB_k",
        std_error: "n_treated times that of `net_benefit`",
        ..BASE
    },
    Card {
        slug: "net_benefit_per_treated",
        title: "What the programme adds to an account per person who took it up because it was offered",
        formula: "NB_k / (share who took it up in the treatment arm − share in the control)",
        std_error: "linearised; the interval is from replicates of the ratio, or Fieller's for normal ones, none where the interval of the \
                    difference in take-up covers 0",
        source: "Bloom, Evaluation Review 8 (1984) 225-246: nobody's account changes by the offer alone",
        ..RATIO
    },
    Card {
        slug: "ledger_line",
        title: "The money of one line: its price times the difference in its accumulated quantity per person",
        formula: "M_l = p_l A_l (see `net_benefit`); positive: more of it in the treatment arm, whoever pays",
        ..BASE
    },
    Card {
        slug: "break_even_price",
        title: "The price at which society's net benefit is zero: of the whole programme per person, or of one of its lines per unit",
        formula: "programme: NB_society without its lines; a line: p^* = −A / b, A society's net benefit without the line, b what one unit of its price adds",
        std_error: "linearised: sd(A + p^* b) / |b|; the interval is by inversion: replicates of the price, or Fieller's limits for normal intervals, none where the interval of b covers 0",
        undefined: "no price breaks even: the quantity does not differ, or is undefined",
        source: "Fieller, J. R. Stat. Soc. B 16 (1954) 175-185; Briggs, O'Brien & Blackhouse, Annu. Rev. Public Health 23 (2002) 377-401",
        method: "price at which society's net benefit is 0",
        ..BASE
    },
    Card {
        slug: "surplus_share",
        title: "The share of replicates in which an account has a surplus; a property of the draws, not a probability",
        formula: "#(replicates with NB_k > 0) / B",
        std_error: "none",
        undefined: "no replicate is defined",
        source: "shown beside the interval, since readers ask for it; it adds nothing to it",
        method: "share of replicates with a net benefit above 0",
        ..BASE
    },
    Card {
        slug: "programme_cost",
        title: "What the programme costs society per person offered it, without the distortion of taxes",
        formula: "C = Σ_l p_l A_l over the resource lines marked programme",
        ..BASE
    },
    Card {
        slug: "outlay",
        title: "The municipality's outlay for the programme per person, after refunds of it",
        formula: "−Σ_l s p_l A_l of the municipality, over the lines of the programme and their refunds",
        source: "municipal business case: outlay, saving, pay-back, as in the guides of Danish municipalities",
        ..BASE
    },
    Card {
        slug: "saving",
        title: "What the municipality saves per person on everything but the programme, after refunds",
        formula: "Σ_l s p_l A_l of the municipality, over all other lines",
        source: "municipal business case: outlay, saving, pay-back, as in the guides of Danish municipalities",
        ..BASE
    },
    Card {
        slug: "break_even_effect",
        title: "The effect at which society's net benefit is zero, when each unit of it is worth what it is now",
        formula: "E^* = −A / v, A society's net benefit without the lines of the effect, v what a unit adds on average over the treated side's weeks",
        std_error: "sd(A) / v, v taken as certain",
        undefined: "a unit of the effect adds nothing to the account, or is undefined",
        method: "effect at which society's net benefit is 0",
        ..BASE
    },
    Card {
        slug: "benefit_cost_ratio",
        title: "Benefits per krone of the programme, to society",
        formula: "(NB_society + distorted cost) / C: society's account without the programme's lines over `programme_cost`",
        ..RATIO
    },
    Card {
        slug: "mvpf",
        title: "Marginal value of public funds: what participants gain per krone of net cost to the public",
        formula: "MVPF = NB_participant / (−NB_public); infinite where the public does not lose and participants gain, undefined where neither",
        undefined: "undefined: the public account does not lose, and participants do not gain",
        source: "Hendren & Sprung-Keyser, Q. J. Econ. 135 (2020) 1209-1318",
        ..RATIO
    },
    Card {
        slug: "cost_per_unit",
        title: "Cost of the programme per extra unit of the headline outcome",
        formula: "C / E, E the accumulated effect, not discounted",
        ..RATIO
    },
    Card {
        slug: "cost_effectiveness_ratio",
        title: "Net cost to the public per extra unit of the headline outcome",
        formula: "−NB_public / E; a price only where both are positive",
        ..RATIO
    },
    Card {
        slug: "net_benefit_at_low_price",
        title: "Society's net benefit with one price at the low end of its range",
        formula: "NB_society with p_l = low; all else as it is",
        std_error: "as of `net_benefit`, that price taken as certain",
        ..BASE
    },
    Card {
        slug: "net_benefit_at_high_price",
        title: "Society's net benefit with one price at the high end of its range",
        formula: "NB_society with p_l = high; all else as it is",
        std_error: "as of `net_benefit`, that price taken as certain",
        ..BASE
    },
    Card {
        slug: "net_benefit_beyond",
        title: "An account with what a named rule assumes of the weeks after the horizon",
        formula: "NB_k + Σ_w d(w) f(w) × weekly average of the base weeks, over later weeks w; f = 1 (`constant`) or falling in a straight line to 0 (`fade_out`); the programme's own lines do not go on",
        std_error: "as of `net_benefit`; nothing is added for the assumption",
        source: "an assumption, shown beside the account without it",
        method: "prices x accumulated quantities, difference, and the base weeks carried on",
        ..BASE
    },
    Card {
        slug: "cumulative_net_benefit",
        title: "An account by the end of each period",
        formula: "NB_k over the periods that end by then",
        std_error: "as of `net_benefit`; the band is over the periods of one account",
        ..BASE
    },
    Card {
        slug: "acceptability",
        title: "The share of draws in which the effect is worth its net cost to the public, at a value of a unit, or that lie in a quadrant of \
                the plane of effect and cost; not a probability",
        formula: "#(replicates with k E − cost > 0) / B; a quadrant: by the signs of E and cost, of which exactly 0 is neither better nor dearer",
        std_error: "none",
        undefined: "no replicate is defined",
        source: "acceptability curve: van Hout et al., Health Econ. 3 (1994) 309-319; plane: Black, Med. Decis. Making 10 (1990) 212-214",
        method: "share of replicates",
        ..BASE
    },
    Card {
        slug: "value_of_information",
        title: "What it would be worth per person to know for sure whether society gains (society), how the programme works (trial), or what \
                things cost (prices)",
        formula: "mean of max(NB, 0) over the draws − max(mean NB, 0); trial, prices: NB with the other at its mean over the draws",
        std_error: "Monte Carlo error: how far another seed would move it",
        undefined: "no replicate is defined",
        source: "expected value of perfect information: Claxton, J. Health Econ. 18 (1999) 341-364",
        method: "mean over replicates",
        ..BASE
    },
    Card {
        slug: "highest_price",
        title: "The highest price, of the programme or of one of its lines, that keeps a surplus to society in 80 % of the draws",
        formula: "the 20 % quantile over the draws of the price at which NB_society = 0",
        std_error: "Monte Carlo error: how far another seed would move it",
        undefined: "in some draws there is no more of it in the treatment arm: no price is the highest",
        source: "inversion on the draws of effect and prices",
        method: "quantile over replicates",
        ..BASE
    },
    Card {
        slug: "break_even_week",
        title: "The end of the first period from which on an account does not lose",
        formula: "min T with NB_k(t) ≥ 0 for all t ≥ T; the limits are quantiles over the draws, in which never counts as later than every week",
        std_error: "none",
        undefined: "not reached within the follow-up",
        source: "inversion on the draws of the account by week",
        method: "first week from which on the account is not below 0",
        ..BASE
    },
    Card {
        slug: "accounts_balance",
        title: "The accounts of all parties together, less the lines of resources: 0 where the accounts hold together",
        formula: "Σ_k NB_k − (resources made − resources used up), k the parties, from the numbers that are told",
        std_error: "none",
        source: "transfers cancel: Boardman et al., Cost-Benefit Analysis (5th ed. 2018), ch. 3",
        method: "sum of parties less lines of resources",
        ..BASE
    },
];
