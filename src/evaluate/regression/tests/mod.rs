//! A case by hand, and laws.

mod clusters;
mod dense;
mod draws;
mod known;

use crate::evaluate::random_trial::{self, FollowUp, Units};
use crate::evaluate::{Options, Silent, evaluate};
use crate::results::Row;
use crate::study::{Adjustment, IntervalKind, Member, StandardErrors, Study};
use crate::trial::{CovariateValues, Trial};

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
    random_trial::with_covariates(random_trial::trial(seed, arms, follow_up, units), seed)
}

/// Eight persons of one week: treated x = 0 1 2 3, y = 1 2 2 4; control x = 0 1 1 5, y = 0 1 0 3. In fractions (worked by
/// exact elimination), and the same by R estimatr.
#[test]
fn eight_persons_by_hand() {
    let trial = random_trial::eight_persons();
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
fn without_covariates_limits_and_bands_of_lin_are_those_within_strata() {
    let mut trial = trial(4, 3, FollowUp::Whole, Units::Persons);
    trial.covariates.clear();
    for interval in [
        IntervalKind::Percentile,
        IntervalKind::Bca,
        IntervalKind::Studentized,
    ] {
        let of = |adjustment| {
            let mut study = study_of(&trial, adjustment, StandardErrors::Hc2);
            study.resampling.replicates = 99;
            study.analyses[0].interval = interval;
            rows(&study, &trial)
        };
        let (lin, strata) = (of(Adjustment::Lin), of(Adjustment::Strata));
        let limits = |row: &Row| [row.conf_low, row.conf_high, row.band_low, row.band_high];
        let (mut compared, mut bands) = (0, 0);
        // Where a level has one pick of a stratum left, HC2 is undefined, and the other counts the picks expected.
        let everybody =
            |row: &&Row| interval != IntervalKind::Studentized || &*row.subgroup == "all";
        let pairs = lin
            .iter()
            .filter(everybody)
            .zip(strata.iter().filter(everybody));
        for (a, b) in pairs {
            assert_eq!((&a.estimand, &a.arm, a.week), (&b.estimand, &b.arm, b.week));
            for (a, b) in limits(a).into_iter().zip(limits(b)) {
                let (a, b) = (a.unwrap_or(f64::NAN), b.unwrap_or(f64::NAN));
                assert!(close(a, b), "{interval:?} {a} {b}");
                compared += usize::from(a.is_finite());
            }
            bands += usize::from(!a.reference.is_empty() && a.band_low.is_some());
        }
        assert!(
            compared > 100 && bands > 0,
            "{interval:?} {compared} {bands}"
        );
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
