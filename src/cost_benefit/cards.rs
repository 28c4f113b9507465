//! What a reader must know of the numbers of the money.

use crate::estimand::{ArmScale, Card, Factor};

const SOURCE: &str = "social accounts by party, as in Boardman et al., Cost-Benefit Analysis (5th ed. 2018), ch. 3; one draw of \
                      persons for effect and money";

/// Cards of every estimand of this room, in the order of the rows.
pub const CARDS: &[Card] = &[
    Card {
        slug: "net_benefit",
        contrast: None,
        title: "What a person's offer of the programme adds to an account over the horizon, on average",
        formula: "NB_k = sum over lines l of s_kl p_l (Q_l,treated - Q_l,control), s = +1 received, -1 paid; society: sum of all \
                  parties, less (tax distortion - 1) x net public outlay, with tax distortion 1.0",
        std_error: "sqrt(c' V c), V the covariance of persons' accumulated quantities, c their prices; prices are taken as certain",
        undefined: "nobody is followed to the horizon in an arm",
        source: SOURCE,
        method: "prices x accumulated quantities, difference",
        kinds: &[],
        scale: ArmScale::Identity,
        factor: Factor::Always,
    },
    Card {
        slug: "ledger_line",
        contrast: None,
        title: "The money of one line: its price times the difference in its accumulated quantity per person",
        formula: "M_l = p_l (Q_l,treated - Q_l,control); positive: more of it in the treatment arm, whoever pays",
        std_error: "sqrt(c' V c), V the covariance of persons' accumulated quantities; prices are taken as certain",
        undefined: "nobody is followed to the horizon in an arm",
        source: SOURCE,
        method: "prices x accumulated quantities, difference",
        kinds: &[],
        scale: ArmScale::Identity,
        factor: Factor::Always,
    },
    Card {
        slug: "break_even_price",
        contrast: None,
        title: "The price at which society's net benefit is zero: of the whole programme per person, or of one of its lines per unit",
        formula: "programme: NB_society without its lines; a line: p* = -A / b, A society's net benefit without the line, b what one \
                  unit of its price adds",
        std_error: "linearised: sd(A + p* b) / |b|; the interval is by inversion: replicates of the price, or Fieller's limits for \
                    normal intervals, none where the interval of b covers 0",
        undefined: "no price breaks even: the quantity does not differ, or is undefined",
        source: "Fieller, J. R. Stat. Soc. B 16 (1954) 175-185; Briggs, O'Brien & Blackhouse, Annu. Rev. Public Health 23 (2002) 377-401",
        method: "price at which society's net benefit is 0",
        kinds: &[],
        scale: ArmScale::Identity,
        factor: Factor::Always,
    },
    Card {
        slug: "surplus_share",
        contrast: None,
        title: "The share of replicates in which an account has a surplus; a property of the draws, not a probability",
        formula: "#(replicates with NB_k > 0) / B",
        std_error: "none",
        undefined: "no replicate is defined",
        source: "shown beside the interval, since readers ask for it; it adds nothing to it",
        method: "share of replicates with a net benefit above 0",
        kinds: &[],
        scale: ArmScale::Identity,
        factor: Factor::Always,
    },
];
