//! A case by hand, and laws.

mod clusters;
mod dense;

use crate::evaluate::random_trial::{self, FollowUp, Units};
use crate::evaluate::{Options, Silent, evaluate};
use crate::results::Row;
use crate::study::{Adjustment, Member, StandardErrors, Study};
use crate::trial::{Covariate, CovariateValues, Spell, SpellTable, Trial};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn rows(study: &Study, trial: &Trial) -> Vec<Row> {
    match evaluate(study, trial, &Options::default(), &Silent) {
        Ok((results, _)) => results.rows,
        Err(error) => panic!("{error}"),
    }
}

/// Estimate and standard error of a contrast for everybody.
fn found(rows: &[Row], estimand: &str, arm: &str, week: i32) -> (f64, f64) {
    let row = rows
        .iter()
        .find(|row| {
            (&*row.estimand, &*row.arm, &*row.subgroup) == (estimand, arm, "all")
                && row.week == Some(week)
                && row.item.is_empty()
        })
        .expect("a row");
    (
        row.estimate.unwrap_or(f64::NAN),
        row.std_error.unwrap_or(f64::NAN),
    )
}

fn close(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-10 * b.abs().max(1.0)
}

/// A study of weeks in one state with one analysis.
fn study_of(trial: &Trial, adjustment: Adjustment, errors: StandardErrors) -> Study {
    let mut study = random_trial::study(trial, 0);
    study.analyses.truncate(1);
    let analysis = &mut study.analyses[0];
    analysis.outcomes = vec![0];
    analysis.adjustment = adjustment;
    analysis.standard_errors = errors;
    analysis.family = Vec::<Member>::new();
    study
}

/// The random trial with a number, a factor and missing values.
fn trial(seed: u64, arms: u64, follow_up: FollowUp, units: Units) -> Trial {
    let mut trial = random_trial::trial(seed, arms, follow_up, units);
    let mut rng = ChaCha8Rng::seed_from_u64(seed + 1000);
    let mut below = |n: u64| rng.next_u64() % n;
    let persons = trial.persons();
    let age = (0..persons)
        .map(|_| (below(9) > 0).then(|| 180 + below(400) as i64))
        .collect();
    let origin = (0..persons).map(|_| Some(below(3) as u16)).collect();
    let covariate = |name: &str, values| Covariate {
        name: name.to_owned(),
        values,
    };
    trial.covariates = vec![
        covariate(
            "age",
            CovariateValues::Number {
                decimals: 1,
                values: age,
            },
        ),
        covariate(
            "origin",
            CovariateValues::Factor {
                levels: ["a", "b", "c"].map(str::to_owned).to_vec(),
                reference: 2,
                level: origin,
            },
        ),
    ];
    trial
}

/// Eight persons of one week: treated x = 0 1 2 3, y = 1 2 2 4; control x = 0 1 1 5, y = 0 1 0 3. In fractions (worked by
/// exact elimination), and the same by R estimatr.
#[test]
fn eight_persons_by_hand() {
    let y = [1, 2, 2, 4, 0, 1, 0, 3];
    let x = [0, 1, 2, 3, 0, 1, 1, 5];
    // One person's value is so many of four weeks in the state, read as accumulated at week 4.
    let mut spells = Vec::new();
    let mut offsets = vec![0];
    for &weeks in &y {
        for (start, end, state) in [(1, 1 + weeks, 0), (1 + weeks, 5, 1)] {
            if start < end {
                spells.push(Spell { start, end, state });
            }
        }
        offsets.push(spells.len() as u32);
    }
    let trial = Trial {
        horizon: 4,
        arms: vec!["kontrol".into(), "deltager".into()],
        strata: vec![String::new()],
        arm: vec![1, 1, 1, 1, 0, 0, 0, 0],
        stratum: vec![0; 8],
        covariates: vec![Covariate {
            name: "x".into(),
            values: CovariateValues::Number {
                decimals: 0,
                values: x.iter().map(|&v| Some(v)).collect(),
            },
        }],
        tables: vec![SpellTable {
            name: "spells".into(),
            states: vec!["job".into(), "benefit".into()],
            absorbing: vec![false; 2],
            offsets,
            spells,
            followed: vec![4; 8],
        }],
        records: vec![None, None],
        ..Trial::default()
    };
    let expected = [
        (
            Adjustment::Ancova,
            449.0 / 316.0,
            [
                256_468_319.0 / 2_492_805_184.0,
                256_468_319.0 / 1_558_003_240.0,
                3_722_278_676_673.0 / 23_664_932_454_896.0,
                0.512_654_462_921_930_2_f64.powi(2),
            ],
        ),
        (
            Adjustment::Lin,
            6791.0 / 4720.0,
            [
                322_335_881_983.0 / 3_877_555_520_000.0,
                322_335_881_983.0 / 1_938_777_760_000.0,
                22_542_511.0 / 155_948_800.0,
                2_277_468_149.0 / 7_485_542_400.0,
            ],
        ),
    ];
    let kinds = [
        StandardErrors::Hc0,
        StandardErrors::Hc1,
        StandardErrors::Hc2,
        StandardErrors::Hc3,
    ];
    for (adjustment, estimate, variances) in expected {
        for (kind, variance) in kinds.into_iter().zip(variances) {
            let mut study = study_of(&trial, adjustment, kind);
            study.horizon = 4;
            study.analyses[0].subgroups.clear();
            let found = found(&rows(&study, &trial), "cumulative_effect", "deltager", 4);
            assert!(close(found.0, estimate), "{adjustment:?} {}", found.0);
            assert!(close(found.1, f64::sqrt(variance)), "{kind:?} {}", found.1);
        }
    }
}

#[test]
fn without_covariates_lin_compares_within_strata() {
    // Where some are lost, the factor n / (n - 1) within strata counts the assigned, that of HC2 those of the week.
    for follow_up in [FollowUp::Whole, FollowUp::Partly] {
        let mut trial = trial(3, 3, follow_up, Units::Persons);
        trial.covariates.clear();
        let lin = rows(
            &study_of(&trial, Adjustment::Lin, StandardErrors::Hc2),
            &trial,
        );
        let strata = rows(
            &study_of(&trial, Adjustment::Strata, StandardErrors::Hc2),
            &trial,
        );
        for (estimand, arm) in [
            ("weekly_difference", "deltager"),
            ("cumulative_effect", "anden"),
        ] {
            for week in 1..=random_trial::HORIZON {
                let (a, b) = (
                    found(&lin, estimand, arm, week),
                    found(&strata, estimand, arm, week),
                );
                assert!(close(a.0, b.0), "{a:?} {b:?}");
                assert!(
                    close(a.1, b.1) || follow_up == FollowUp::Partly,
                    "{a:?} {b:?}"
                );
            }
        }
    }
}

#[test]
fn without_anything_to_adjust_for_the_difference_is_neymans() {
    let mut trial = trial(5, 2, FollowUp::Whole, Units::Persons);
    trial.covariates.clear();
    trial.strata = vec![String::new()];
    trial.stratum.fill(0);
    let plain = rows(
        &study_of(&trial, Adjustment::None, StandardErrors::Hc2),
        &trial,
    );
    for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
        let own = rows(&study_of(&trial, adjustment, StandardErrors::Hc2), &trial);
        for week in 1..=random_trial::HORIZON {
            let (a, b) = (
                found(&own, "cumulative_effect", "deltager", week),
                found(&plain, "cumulative_effect", "deltager", week),
            );
            assert!(close(a.0, b.0) && close(a.1, b.1), "{a:?} {b:?}");
        }
    }
}

#[test]
fn swapping_the_arms_flips_the_sign() {
    let one = trial(8, 2, FollowUp::Partly, Units::Persons);
    let mut other = one.clone();
    other.arm.iter_mut().for_each(|arm| *arm = 1 - *arm);
    for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
        let rows = [&one, &other]
            .map(|trial| rows(&study_of(trial, adjustment, StandardErrors::Hc2), trial));
        for week in 1..=random_trial::HORIZON {
            let [a, b] =
                [0, 1].map(|i: usize| found(&rows[i], "cumulative_effect", "deltager", week));
            assert!(close(a.0, -b.0) && close(a.1, b.1), "{a:?} {b:?}");
        }
    }
}

#[test]
fn the_order_of_persons_and_the_scale_of_a_covariate_are_irrelevant() {
    let one = trial(9, 2, FollowUp::Whole, Units::Persons);
    let mut scaled = one.clone();
    for covariate in &mut scaled.covariates {
        if let CovariateValues::Number { values, .. } = &mut covariate.values {
            values.iter_mut().flatten().for_each(|v| *v = 7 - 3 * *v);
        }
    }
    for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
        let study = study_of(&one, adjustment, StandardErrors::Hc2);
        let (a, b) = (rows(&study, &one), rows(&study, &scaled));
        let (a, b) = (
            found(&a, "cumulative_effect", "deltager", 6),
            found(&b, "cumulative_effect", "deltager", 6),
        );
        assert!(close(a.0, b.0) && close(a.1, b.1), "{a:?} {b:?}");
    }
}

#[test]
fn a_covariate_that_repeats_another_is_refused_by_name() {
    let mut trial = trial(2, 2, FollowUp::Whole, Units::Persons);
    let mut copy = trial.covariates[1].clone();
    copy.name = "copy".to_owned();
    trial.covariates.push(copy);
    let study = study_of(&trial, Adjustment::Lin, StandardErrors::Hc2);
    let error = evaluate(&study, &trial, &Options::default(), &Silent).expect_err("a refusal");
    let text = error.to_string();
    assert!(
        text.contains("RV0419") && text.contains("`copy = a`, `copy = b`"),
        "{text}"
    );
}
