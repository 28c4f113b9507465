//! Whether the arms have as many units as the declared randomisation gives them, in all and stratum by stratum.

use crate::numeric::binomial::binomial_exact;
use crate::numeric::cholesky::{Cholesky, place};
use crate::numeric::normal::chi_squared_tail;
use crate::study::{AssignmentMethod, Randomisation, ShareKind};
use crate::trial::Trial;

/// Units of each arm in a group of strata, beside what was declared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ratio {
    /// Label of the stratum; `None` for all.
    pub(super) stratum: Option<String>,
    pub(super) units: u64,
    pub(super) counts: Vec<u64>,
    /// Declared probability of each arm.
    pub(super) expected: Vec<f64>,
    /// Chi-square, its degrees of freedom, and p.
    pub(super) test: Option<(f64, u32, f64)>,
}

/// Units of each stratum and arm.
pub(super) fn units(trial: &Trial) -> Vec<Vec<u64>> {
    let mut counts = vec![vec![0; trial.arms.len()]; trial.strata.len().max(1)];
    let mut seen = trial.cluster.as_ref().map(|clusters| {
        let count = clusters.iter().max().map_or(0, |last| *last as usize + 1);
        vec![false; count]
    });
    for person in 0..trial.persons() {
        if let (Some(seen), Some(clusters)) = (&mut seen, &trial.cluster) {
            let first = !std::mem::replace(&mut seen[clusters[person] as usize], true);
            if !first {
                continue;
            }
        }
        counts[trial.stratum[person] as usize][usize::from(trial.arm[person])] += 1;
    }
    counts
}

/// All strata together, then each; a study without strata has the first alone.
pub(super) fn ratios(randomisation: &Randomisation, trial: &Trial) -> Vec<Ratio> {
    let counts = units(trial);
    let strata: Vec<usize> = (0..counts.len()).collect();
    let label = |stratum: usize| trial.strata.get(stratum).map_or("", String::as_str);
    let probabilities: Vec<Vec<f64>> = (strata.iter())
        .map(|stratum| {
            let shares = randomisation.shares_in(label(*stratum));
            (0..trial.arms.len())
                .map(|arm| shares.probability(arm))
                .collect()
        })
        .collect();
    let mut ratios = vec![ratio(None, &strata, (&counts, &probabilities))];
    if strata.len() > 1 {
        ratios.extend(strata.iter().map(|stratum| {
            let own = std::slice::from_ref(stratum);
            ratio(
                Some(label(*stratum).to_owned()),
                own,
                (&counts, &probabilities),
            )
        }));
    }
    ratios
}

fn ratio(
    stratum: Option<String>,
    strata: &[usize],
    (counts, probabilities): (&[Vec<u64>], &[Vec<f64>]),
) -> Ratio {
    let arms = counts[0].len();
    let sum = |arm: usize| strata.iter().map(|s| counts[*s][arm]).sum();
    let own: Vec<u64> = (0..arms).map(sum).collect();
    let units: u64 = own.iter().sum();
    let of = |stratum: usize| counts[stratum].iter().sum::<u64>() as f64;
    let mean = |arm: usize| -> f64 { strata.iter().map(|s| of(*s) * probabilities[*s][arm]).sum() };
    let means: Vec<f64> = (0..arms).map(mean).collect();
    // Of all arms but the last, whose number follows from the others.
    let kept = arms - 1;
    let mut triangle = vec![0.0; place(kept, 0)];
    for a in 0..kept {
        for b in 0..=a {
            for s in strata {
                let p = &probabilities[*s];
                let own = if a == b { p[a] } else { 0.0 };
                triangle[place(a, b)] += of(*s) * (own - p[a] * p[b]);
            }
        }
    }
    let factor = Cholesky::new(&triangle, kept);
    let mut off: Vec<f64> = (0..kept).map(|arm| own[arm] as f64 - means[arm]).collect();
    factor.forward(&mut off);
    let chi: f64 = off.iter().map(|x| x * x).sum();
    let freedom = factor.rank() as u32;
    let same = strata
        .windows(2)
        .all(|pair| probabilities[pair[0]] == probabilities[pair[1]]);
    let p = if arms == 2 && same {
        strata
            .first()
            .map(|s| binomial_exact(own[1], units, probabilities[*s][1]))
    } else {
        Some(chi_squared_tail(chi, freedom))
    };
    Ratio {
        stratum,
        units,
        test: p
            .filter(|_| units > 0 && freedom > 0)
            .map(|p| (chi, freedom, p)),
        expected: means.iter().map(|mean| mean / units as f64).collect(),
        counts: own,
    }
}

/// Strata in which an arm has neither of the two numbers that a complete draw can give it; `None` where each unit is
/// dealt by itself.
pub(super) fn outside_quotas(randomisation: &Randomisation, trial: &Trial) -> Option<u64> {
    if randomisation.method == AssignmentMethod::Simple {
        return None;
    }
    let counts = units(trial);
    let outside = counts.iter().enumerate().filter(|(stratum, counts)| {
        let shares = randomisation.shares_in(trial.strata.get(*stratum).map_or("", String::as_str));
        let (units, whole) = (counts.iter().sum::<u64>(), u64::from(shares.total()));
        counts.iter().zip(&shares.parts).any(|(count, part)| {
            let part = u64::from(*part);
            match shares.kind {
                ShareKind::Counts => *count != part,
                ShareKind::Ratio => {
                    let least = units * part / whole;
                    let more = u64::from(units * part % whole > 0);
                    !(least..=least + more).contains(count)
                }
            }
        })
    });
    Some(outside.count() as u64)
}
