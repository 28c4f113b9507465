//! The rows of balance: a case worked by hand, and laws over random trials.

use super::{balance, mismatches};
use crate::results::sample;
use crate::results::{Row, Status};
use crate::study::{AssignmentMethod, Randomisation, ShareKind, Shares, Study};
use crate::trial::{Covariate, CovariateValues, SpellTable, Trial};
use proptest::prelude::*;

/// Seven persons in two strata: the villages of Gerber and Green in one, and nobody to compare in the other.
fn trial() -> Trial {
    let person = |value: i64| Some(value);
    Trial {
        horizon: 3,
        arms: vec!["control".into(), "new".into()],
        strata: vec!["a".into(), "b".into()],
        arm: vec![1, 0, 0, 0, 0, 0, 1, 0],
        stratum: vec![0, 0, 0, 0, 0, 0, 0, 1],
        covariates: vec![
            Covariate {
                name: "share".into(),
                values: CovariateValues::Number {
                    decimals: 0,
                    values: [15, 15, 20, 20, 10, 15, 30, 40].map(person).to_vec(),
                },
            },
            Covariate {
                name: "chair".into(),
                values: CovariateValues::Factor {
                    levels: vec!["f".into(), "m".into()],
                    reference: 0,
                    level: vec![
                        Some(0),
                        Some(1),
                        None,
                        Some(1),
                        Some(0),
                        Some(0),
                        Some(1),
                        Some(1),
                    ],
                },
            },
        ],
        tables: vec![SpellTable {
            followed: vec![3, 3, 3, 2, 5, 3, 1, 3],
            ..SpellTable::default()
        }],
        ..Trial::default()
    }
}

fn study() -> Study {
    let mut study = sample::study(1);
    study.horizon = 3;
    study.control = "control".into();
    study.treatments = vec!["new".into()];
    study.persons.strata = vec!["district".into()];
    study.resampling.permutations = 0;
    study.randomisation = Some(Randomisation {
        method: AssignmentMethod::Complete,
        seed: None,
        shares: Shares {
            kind: ShareKind::Ratio,
            parts: vec![5, 2],
        },
        strata: Vec::new(),
    });
    study
}

fn find<'a>(rows: &'a [Row], estimand: &str, item: &str) -> Vec<&'a Row> {
    let own =
        |row: &&Row| &*row.estimand == estimand && &*row.item == item && &*row.subgroup == "all";
    rows.iter().filter(own).collect()
}

fn one<'a>(rows: &'a [Row], estimand: &str, item: &str) -> &'a Row {
    let found = find(rows, estimand, item);
    assert_eq!(found.len(), 1, "{estimand} {item}");
    found[0]
}

fn close(a: Option<f64>, b: f64) {
    let a = a.expect("a number");
    assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} {b}");
}

#[test]
fn villages_by_hand() {
    let rows = balance(&study(), &trial(), 0);
    assert!(mismatches(&study(), &trial()).is_empty());
    // Means: 120/6 = 20 in the control, 45/2 in the other; within district a 45/2 - 80/5 = 13/2.
    let means = find(&rows, "balance_mean", "share");
    close(means[0].estimate, 20.0);
    close(means[1].estimate, 22.5);
    close(one(&rows, "balance_gap", "share").estimate, 2.5);
    let difference = one(&rows, "balance_difference", "share");
    close(difference.estimate, 6.5);
    // Residuals of the control -1 4 4 -6 -1, of the others -15/2 15/2; leverages 1/7 + (4/49) / (10/7) = 1/5 and 1/2.
    close(
        difference.std_error,
        (4.0_f64 / 49.0 * 70.0 / 0.8 + 25.0 / 49.0 * 112.5 / 0.5).sqrt() / (10.0 / 7.0),
    );
    // Eight persons, two districts, the treatment.
    assert!(difference.conf_low.unwrap() < 6.5 - 2.5 * difference.std_error.unwrap());
    // Shares are of those with a value; the one without has a row of its own; one level is no second test.
    let men = find(&rows, "balance_mean", "chair: m");
    close(men[0].estimate, 3.0 / 5.0);
    assert_eq!((men[0].n, men[0].events), (Some(5), Some(3)));
    close(
        find(&rows, "balance_mean", "chair: no value")[0].estimate,
        1.0 / 6.0,
    );
    assert!(find(&rows, "balance_difference", "chair: f").is_empty());
    assert_eq!(find(&rows, "balance_mean", "chair: f").len(), 2);
    close(one(&rows, "balance_count", "expected").estimate, 0.15);
    // Sizes: 2 of 8 by 2/7; a complete draw of 7 has 5 and 2, and of one person 0 or 1.
    close(find(&rows, "sample_ratio", "")[1].estimate, 0.25);
    close(
        find(&rows, "sample_ratio", "expected")[1].estimate,
        2.0 / 7.0,
    );
    close(one(&rows, "sample_ratio_test", "quotas").estimate, 0.0);
    // Followed to week 3: 5 of 6, and 1 of 2; within the district 1/2 - 4/5.
    close(find(&rows, "followed_share", "")[0].estimate, 5.0 / 6.0);
    close(one(&rows, "followed_difference", "").estimate, -0.3);
    let level = rows.iter().filter(|row| &*row.subgroup == "district");
    assert_eq!(level.count(), 2 * 5);
}

#[test]
fn the_omnibus_of_one_covariate_is_the_test_of_villages() {
    // One covariate: d^2 is its squared difference in units of its own spread, so that p is the 8/21 that is published.
    let mut trial = trial();
    trial.covariates.truncate(1);
    let rows = balance(&study(), &trial, 0);
    let drawn = one(&rows, "balance_test", "permutation");
    close(drawn.p_value, 8.0 / 21.0);
    assert_eq!((drawn.replicates, drawn.mc_p), (Some(21), None));
    // T = 45 - 2/7 125 = 65/7; its variance 2 5 / 7 times that of the shares, (2475 - 125^2 / 7) / 6.
    let t = 65.0_f64 / 7.0;
    let variance = 10.0 / 7.0 * (2475.0 - 15625.0 / 7.0) / 6.0;
    close(drawn.estimate, t * t / variance);
    // R 4.2.2: pchisq((65/7)^2 / (10/7 * (2475 - 125^2/7) / 6), 1, lower.tail = FALSE).
    close(
        one(&rows, "balance_test", "").p_value,
        0.222_034_013_487_181_7,
    );
    // Lost: one of five and one of two. Lots expect 10/7 of the treated to be followed; 2 are in 10 pairs, 1 in 10 (as observed),
    // nobody in 1: no pair is nearer than 3/7.
    let followed = one(&rows, "followed_difference", "permutation");
    close(followed.p_value, 1.0);
}

#[test]
fn clusters_are_dealt_out_whole() {
    let mut trial = trial();
    trial.covariates.truncate(1);
    trial.strata = vec!["a".into()];
    trial.stratum = vec![0; 8];
    // Four clusters of two; one of them treated.
    trial.arm = vec![1, 1, 0, 0, 0, 0, 0, 0];
    trial.cluster = Some(vec![2, 2, 0, 0, 1, 1, 3, 3]);
    let rows = balance(&study(), &trial, 0);
    let drawn = one(&rows, "balance_test", "permutation");
    assert_eq!(drawn.replicates, Some(4));
    // Sums 40, 25, 30, 70: distances to their mean 165/4 are -5/4, -65/4, -45/4, 115/4: three reach 45/4.
    close(drawn.p_value, 3.0 / 4.0);
    let ratio = find(&rows, "sample_ratio", "");
    assert_eq!((ratio[1].events, ratio[1].n), (Some(1), Some(4)));
}

#[test]
fn nothing_is_said_where_nothing_is_declared() {
    let mut study = study();
    study.randomisation = None;
    let mut trial = trial();
    assert!(!balance(&study, &trial, 0).is_empty());
    trial.covariates.clear();
    assert!(balance(&study, &trial, 0).is_empty());
}

#[test]
fn a_lopsided_trial_is_told() {
    let mut trial = Trial {
        arms: vec!["control".into(), "new".into()],
        strata: vec!["a".into(), "b".into()],
        ..Trial::default()
    };
    for person in 0..400 {
        trial.arm.push(u16::from(person % 4 == 0));
        trial.stratum.push(person / 200);
    }
    let mut study = study();
    study.randomisation.as_mut().unwrap().shares = Shares::equal(2);
    let (rows, findings) = (balance(&study, &trial, 0), mismatches(&study, &trial));
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].message.ends_with("all, a, b"),
        "{}",
        findings[0].message
    );
    close(one(&rows, "sample_ratio_test", "quotas").estimate, 2.0);
}

fn some_trial() -> impl Strategy<Value = Trial> {
    let person = (
        0..3_u16,
        0..3_u32,
        prop::option::weighted(0.9, -50..50_i64),
        prop::option::of(0..3_u16),
        0..4_i32,
    );
    prop::collection::vec(person, 12..60).prop_map(|persons| Trial {
        horizon: 3,
        arms: vec!["control".into(), "a".into(), "b".into()],
        strata: vec!["x".into(), "y".into(), "z".into()],
        arm: persons.iter().map(|p| p.0).collect(),
        stratum: persons.iter().map(|p| p.1).collect(),
        covariates: vec![
            Covariate {
                name: "age".into(),
                values: CovariateValues::Number {
                    decimals: 1,
                    values: persons.iter().map(|p| p.2).collect(),
                },
            },
            Covariate {
                name: "origin".into(),
                values: CovariateValues::Factor {
                    levels: vec!["dk".into(), "eu".into(), "other".into()],
                    reference: 0,
                    level: persons.iter().map(|p| p.3).collect(),
                },
            },
        ],
        tables: vec![SpellTable {
            followed: persons.iter().map(|p| p.4).collect(),
            ..SpellTable::default()
        }],
        ..Trial::default()
    })
}

fn three_arms() -> Study {
    let mut study = study();
    study.treatments = vec!["a".into(), "b".into()];
    study.resampling.permutations = 49;
    study.randomisation.as_mut().unwrap().shares = Shares::equal(3);
    study
}

fn shuffled(trial: &Trial) -> Trial {
    let mut out = trial.clone();
    let n = trial.persons();
    let order: Vec<usize> = (0..n).map(|i| (i * 7 + 3) % n).collect();
    let mut seen = order.clone();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < n {
        return out;
    }
    out.arm = order.iter().map(|i| trial.arm[*i]).collect();
    out.stratum = order.iter().map(|i| trial.stratum[*i]).collect();
    out.tables[0].followed = order.iter().map(|i| trial.tables[0].followed[*i]).collect();
    for (to, from) in out.covariates.iter_mut().zip(&trial.covariates) {
        match (&mut to.values, &from.values) {
            (
                CovariateValues::Number { values: to, .. },
                CovariateValues::Number { values: from, .. },
            ) => {
                *to = order.iter().map(|i| from[*i]).collect();
            }
            (
                CovariateValues::Factor { level: to, .. },
                CovariateValues::Factor { level: from, .. },
            ) => {
                *to = order.iter().map(|i| from[*i]).collect();
            }
            _ => unreachable!("the same covariate"),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_persons_changes_nothing(trial in some_trial()) {
        let study = three_arms();
        prop_assert_eq!(balance(&study, &trial, 0), balance(&study, &shuffled(&trial), 0));
    }

    #[test]
    fn every_row_is_sound(trial in some_trial()) {
        for row in balance(&three_arms(), &trial, 0) {
            for p in [row.p_value, row.mc_p].into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&p), "{row:?}");
            }
            prop_assert!(row.estimate.is_none_or(f64::is_finite), "{row:?}");
            prop_assert_eq!(row.estimate.is_some(), row.status == Status::Ok, "{:?}", row);
            prop_assert!(row.std_error.is_none_or(|e| e >= 0.0 && e.is_finite()), "{row:?}");
            let share = &*row.unit == "share" && row.reference.is_empty();
            prop_assert!(!share || row.estimate.is_none_or(|e| (0.0..=1.0).contains(&e)), "{row:?}");
        }
    }

    #[test]
    fn another_unit_of_a_covariate_changes_no_test(trial in some_trial()) {
        let mut other = trial.clone();
        if let CovariateValues::Number { decimals, values } = &mut other.covariates[0].values {
            *decimals = 0;
            for value in values.iter_mut().flatten() {
                *value *= 8;
            }
        }
        let study = three_arms();
        let (a, b) = (balance(&study, &trial, 0), balance(&study, &other, 0));
        for (a, b) in a.iter().zip(&b) {
            let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                (a, b) => a == b,
            };
            // Lots are drawn again in the order of what persons carry: only where all are listed are they the same.
            prop_assert!(a.mc_p.is_some() || near(a.p_value, b.p_value), "{a:?} {b:?}");
        }
    }
}

/// An A/A law: lots that are drawn by the draw function give p-values of every kind that are what they say.
#[test]
fn lots_that_were_drawn_reject_as_often_as_they_should() {
    use crate::design::{Lots, deal};
    let (trials, level) = (600_u64, 0.05);
    let mut rejected = [0_u64; 3];
    let mut tests = 0_u64;
    let study = {
        let mut study = study();
        study.resampling.permutations = 199;
        study.randomisation.as_mut().unwrap().shares = Shares::equal(2);
        study
    };
    for seed in 0..trials {
        let mut numbers = Lots::of(seed, "covariates");
        let mut trial = Trial {
            horizon: 3,
            arms: vec!["control".into(), "new".into()],
            strata: vec!["x".into(), "y".into(), "z".into()],
            ..Trial::default()
        };
        for stratum in 0..3 {
            let mut lots = Lots::of(seed, &trial.strata[stratum as usize]);
            let shares = Shares::equal(2);
            let dealt = deal(24, AssignmentMethod::Complete, &shares, &mut |m| {
                lots.below(m)
            });
            trial.arm.extend(dealt.unwrap());
            trial.stratum.extend([stratum; 24]);
        }
        let mut draw = |below: u32| -> Vec<Option<i64>> {
            (0..72)
                .map(|_| Some(i64::from(numbers.below(below))))
                .collect()
        };
        trial.covariates = [("a", 40), ("b", 2), ("c", 7)]
            .map(|(name, below)| Covariate {
                name: name.into(),
                values: CovariateValues::Number {
                    decimals: 0,
                    values: draw(below),
                },
            })
            .to_vec();
        let rows = balance(&study, &trial, 0);
        let p = |item| one(&rows, "balance_test", item).p_value.unwrap();
        rejected[0] += u64::from(p("permutation") <= level);
        rejected[1] += u64::from(p("") <= level);
        let differences = rows
            .iter()
            .filter(|row| &*row.estimand == "balance_difference");
        for row in differences {
            tests += 1;
            rejected[2] += u64::from(row.p_value.unwrap() <= level);
        }
    }
    for (count, of) in rejected.into_iter().zip([trials, trials, tests]) {
        let expected = of as f64 * level;
        // Differences of one trial are nearly independent; 4.5 standard errors.
        let error = (expected * (1.0 - level)).sqrt();
        assert!(
            (count as f64 - expected).abs() < 4.5 * error,
            "{rejected:?} of {trials}, {tests}"
        );
    }
}
