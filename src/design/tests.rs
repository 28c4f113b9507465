//! The draw of lots: exact probabilities by going through every run of choices, and what it may not depend on.

use super::deal::{Lots, deal, quotas};
use crate::study::AssignmentMethod::{Complete, Simple};
use crate::study::{AssignmentMethod, ShareKind, Shares};
use std::collections::BTreeMap;

fn ratio(parts: &[u32]) -> Shares {
    Shares {
        kind: ShareKind::Ratio,
        parts: parts.to_vec(),
    }
}

/// Every run of choices that `deal` can meet, with its probability as a share of `whole`: the result in exact counts.
fn enumerated(
    units: u32,
    method: AssignmentMethod,
    shares: &Shares,
    whole: u128,
) -> BTreeMap<Vec<u16>, u128> {
    let mut found = BTreeMap::new();
    let mut script: Vec<(u32, u32)> = Vec::new();
    loop {
        let (mut at, mut weight) = (0, whole);
        let dealt = deal(units, method, shares, &mut |m| {
            if at == script.len() {
                script.push((0, m));
            }
            assert_eq!(script[at].1, m, "the choices before fix what is asked next");
            assert_eq!(
                weight % u128::from(m),
                0,
                "`whole` is too small for this case"
            );
            weight /= u128::from(m);
            at += 1;
            script[at - 1].0
        });
        script.truncate(at);
        *found.entry(dealt.expect("counts that fit")).or_insert(0) += weight;
        // The next run of choices: count up the last that can be.
        while let Some((choice, m)) = script.pop() {
            if choice + 1 < m {
                script.push((choice + 1, m));
                break;
            }
        }
        if script.is_empty() {
            return found;
        }
    }
}

/// Probability that each unit has each arm, in shares of `whole`.
fn marginals(found: &BTreeMap<Vec<u16>, u128>, units: usize, arms: usize) -> Vec<Vec<u128>> {
    let mut sums = vec![vec![0; arms]; units];
    for (dealt, weight) in found {
        for (unit, arm) in dealt.iter().enumerate() {
            sums[unit][usize::from(*arm)] += weight;
        }
    }
    sums
}

const WHOLE: u128 = 2_u128.pow(12) * 3_u128.pow(8) * 5_u128.pow(5) * 7_u128.pow(3);

#[test]
fn five_units_one_to_two_get_one_or_two_controls() {
    // 5/3 controls: one for certain, a second with 2/3. C(5,1) = 5 assignments of (1/3)/5 and C(5,2) = 10 of (2/3)/10.
    let found = enumerated(5, Complete, &ratio(&[1, 2]), WHOLE);
    assert_eq!(found.len(), 15);
    for (dealt, weight) in &found {
        // (1/3) / 5 and (2/3) / 10 are both 1/15.
        let controls = dealt.iter().filter(|arm| **arm == 0).count();
        assert!((1..=2).contains(&controls));
        assert_eq!(weight * 15, WHOLE, "{dealt:?}");
    }
    for unit in marginals(&found, 5, 2) {
        assert_eq!(unit, [WHOLE / 3, WHOLE / 3 * 2]);
    }
}

#[test]
fn every_unit_has_every_arm_with_its_probability_exactly() {
    let cases: [(u32, AssignmentMethod, &[u32]); 8] = [
        (4, Complete, &[1, 1]),
        (5, Complete, &[1, 1, 1]),
        (6, Complete, &[1, 1, 1, 1]),
        (4, Complete, &[1, 2, 7]),
        (3, Complete, &[1, 2, 7]),
        (1, Complete, &[3, 4]),
        (3, Simple, &[1, 2, 7]),
        (5, Simple, &[1, 1]),
    ];
    for (units, method, parts) in cases {
        let shares = ratio(parts);
        let found = enumerated(units, method, &shares, WHOLE);
        let total = u128::from(shares.total());
        for unit in marginals(&found, units as usize, parts.len()) {
            for (weight, part) in unit.iter().zip(parts) {
                assert_eq!(
                    weight * total,
                    WHOLE * u128::from(*part),
                    "{units} {parts:?}"
                );
            }
        }
        assert_eq!(found.values().sum::<u128>(), WHOLE);
    }
}

#[test]
fn equal_arms_share_what_is_left_in_every_combination_alike() {
    // Six units, four arms: one each, and two of the four arms a second. Adjacent arms have no less a chance together.
    let found = enumerated(6, Complete, &ratio(&[1, 1, 1, 1]), WHOLE);
    let mut pairs: BTreeMap<Vec<usize>, u128> = BTreeMap::new();
    for (dealt, weight) in &found {
        let twice =
            (0..4).filter(|arm| dealt.iter().filter(|a| usize::from(**a) == *arm).count() == 2);
        *pairs.entry(twice.collect()).or_insert(0) += weight;
    }
    assert_eq!(pairs.len(), 6);
    assert!(
        pairs.values().all(|weight| weight * 6 == WHOLE),
        "{pairs:?}"
    );
}

#[test]
fn given_the_counts_every_assignment_is_alike() {
    let counts = Shares {
        kind: ShareKind::Counts,
        parts: vec![2, 1, 2],
    };
    let found = enumerated(5, Complete, &counts, WHOLE);
    // 5! / (2! 1! 2!)
    assert_eq!(found.len(), 30);
    assert!(found.values().all(|weight| weight * 30 == WHOLE));
    assert!(deal(6, Complete, &counts, &mut |_| 0).is_none());
}

#[test]
fn quotas_are_those_that_randomizr_documents() {
    // randomizr 1.0, complete_ra: N = 100 with prob_each (.1, .2, .7) is 10, 20, 70; num_arms = 3 is 33 each and one more;
    // prob = .111 is 11 or 12 of 100, 12 with probability 0.1.
    let q = |units, parts: &[u32]| quotas(units, &ratio(parts)).expect("a ratio");
    assert_eq!(q(100, &[1, 2, 7]).certain, [10, 20, 70]);
    assert_eq!(
        (q(100, &[1, 1, 1]).certain, q(100, &[1, 1, 1]).rest),
        (vec![33; 3], vec![1; 3])
    );
    let prob = q(100, &[889, 111]);
    assert_eq!(
        (prob.certain, prob.rest, prob.whole),
        (vec![88, 11], vec![900, 100], 1000)
    );
    // README: 26 clusters in arms of 7, 7 and 12.
    let counts = Shares {
        kind: ShareKind::Counts,
        parts: vec![7, 7, 12],
    };
    let mut lots = Lots::of(1, "");
    let dealt = deal(26, Complete, &counts, &mut |m| lots.below(m)).expect("counts that fit");
    let of = |arm| dealt.iter().filter(|a| **a == arm).count();
    assert_eq!([of(0), of(1), of(2)], [7, 7, 12]);
}

#[test]
fn lots_of_the_generator_have_the_frequencies_they_must_have() {
    let shares = ratio(&[1, 2, 7]);
    let draws = 20_000;
    let mut seen = [[0_u32; 3]; 4];
    for seed in 0..draws {
        let mut lots = Lots::of(seed, "a");
        let dealt = deal(4, Complete, &shares, &mut |m| lots.below(m)).expect("a ratio");
        for (unit, arm) in dealt.iter().enumerate() {
            seen[unit][usize::from(*arm)] += 1;
        }
    }
    for unit in seen {
        for (count, p) in unit.iter().zip([0.1, 0.2, 0.7]) {
            let expected = draws as f64 * p;
            let error = (draws as f64 * p * (1.0 - p)).sqrt();
            assert!(
                (f64::from(*count) - expected).abs() < 4.5 * error,
                "{seen:?}"
            );
        }
    }
}

#[test]
fn seed_and_block_fix_the_lots() {
    let lots = |seed, block| {
        let mut lots = Lots::of(seed, block);
        [0; 8].map(|_| lots.below(1_000_000))
    };
    assert_eq!(lots(7, "a"), lots(7, "a"));
    assert_ne!(lots(7, "a"), lots(7, "b"));
    assert_ne!(lots(7, "a"), lots(8, "a"));
}
