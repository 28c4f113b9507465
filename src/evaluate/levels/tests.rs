//! Laws of the rows across levels, over random trials.

use crate::evaluate::random_trial::{FollowUp, Units, study, trial};
use crate::evaluate::{Options, Silent, evaluate};
use crate::results::{Row, Status};
use crate::study::{IntervalKind, Study};
use crate::trial::Trial;

fn rows(study: &Study, trial: &Trial) -> Vec<Row> {
    evaluate(study, trial, &Options::default(), &Silent)
        .unwrap()
        .0
        .rows
}

fn asked(trial: &Trial, interval: IntervalKind, replicates: u32, permutations: u32) -> Study {
    let mut study = study(trial, permutations);
    study.resampling.replicates = replicates;
    for analysis in &mut study.analyses {
        analysis.interval = interval;
        analysis.family = Vec::new();
        analysis.subgroups = vec!["sex".to_owned()];
    }
    study
}

fn of<'r>(rows: &'r [Row], estimand: &str) -> Vec<&'r Row> {
    rows.iter()
        .filter(|row| &*row.estimand == estimand)
        .collect()
}

#[test]
fn a_level_has_the_interval_of_its_own_row_and_a_wider_band() {
    for (seed, interval) in [
        (1, IntervalKind::Normal),
        (2, IntervalKind::Percentile),
        (3, IntervalKind::Basic),
        (4, IntervalKind::Bca),
        (5, IntervalKind::Studentized),
    ] {
        let trial = trial(seed, 3, FollowUp::Whole, Units::Persons);
        let rows = rows(&asked(&trial, interval, 299, 0), &trial);
        let effects = of(&rows, "level_effect");
        // Two analyses, two outcomes, two arms, two levels.
        assert_eq!(effects.len(), 16, "{interval:?}");
        for row in effects {
            let same = |own: &&Row| {
                (
                    &own.analysis,
                    &own.outcome,
                    &own.subgroup,
                    &own.level,
                    &own.arm,
                    own.week,
                ) == (
                    &row.analysis,
                    &row.outcome,
                    &row.subgroup,
                    &row.level,
                    &row.arm,
                    row.week,
                ) && matches!(
                    &*own.estimand,
                    "cumulative_effect" | "restricted_mean_difference"
                )
            };
            let own = rows.iter().find(same).expect("the row of the level");
            assert_eq!(
                (
                    row.estimate,
                    row.std_error,
                    row.conf_low,
                    row.conf_high,
                    row.p_value,
                    row.n
                ),
                (
                    own.estimate,
                    own.std_error,
                    own.conf_low,
                    own.conf_high,
                    own.p_value,
                    own.n
                )
            );
            if let (Some(low), Some(high)) = (row.band_low, row.band_high) {
                let (least, most) = (row.conf_low.unwrap(), row.conf_high.unwrap());
                assert!(low <= least && high >= most, "{interval:?}: {row:?}");
            }
        }
    }
}

#[test]
fn of_two_levels_one_against_the_rest_is_their_difference_and_its_square_is_q() {
    for seed in 0..5 {
        let trial = trial(seed, 2, FollowUp::Partly, Units::Persons);
        let rows = rows(&asked(&trial, IntervalKind::Normal, 0, 0), &trial);
        let against = of(&rows, "effect_against_rest");
        let tests = of(&rows, "equal_effects");
        assert_eq!((against.len(), tests.len()), (8, 4));
        for (pair, test) in against.chunks(2).zip(tests) {
            let (Some(one), Some(two)) = (pair[0].estimate, pair[1].estimate) else {
                assert_eq!(test.status, Status::Undefined);
                continue;
            };
            assert!((one + two).abs() < 1e-12);
            let z = one / pair[0].std_error.unwrap();
            let (q, p) = (test.estimate.unwrap(), test.p_value.unwrap());
            assert!((z * z - q).abs() < 1e-9 * q.max(1.0), "{z} {q}");
            assert!((p - pair[0].p_value.unwrap()).abs() < 1e-9);
        }
    }
}

#[test]
fn only_clusters_that_span_levels_make_them_dependent() {
    let spanning = trial(3, 2, FollowUp::Whole, Units::Clusters);
    let mut within = spanning.clone();
    let clusters = within.cluster.clone().unwrap();
    for (level, cluster) in within.subgroups[0].level.iter_mut().zip(clusters) {
        *level = Some((cluster % 2) as u16);
    }
    for (trial, expected) in [(&spanning, Status::Undefined), (&within, Status::Ok)] {
        let rows = rows(&asked(trial, IntervalKind::Percentile, 199, 99), trial);
        for row in of(&rows, "equal_effects") {
            if row.item.is_empty() {
                let spans = row.reason.contains("clusters span levels");
                assert_eq!(spans, expected == Status::Undefined, "{}", row.reason);
            } else {
                let told = row.reason.contains("no p: undefined in more than 1 %");
                assert!(row.p_value.is_some() != told, "{row:?}");
            }
        }
        let against = of(&rows, "effect_against_rest");
        let against = against.iter().filter(|row| row.std_error.is_some());
        assert!(against.clone().count() > 0);
        for row in against {
            let spans = expected == Status::Undefined;
            assert_eq!(&*row.se_method == "standard deviation of replicates", spans);
        }
    }
}

#[test]
fn memory_and_threads_never_change_a_row_across_levels() {
    let trial = trial(7, 2, FollowUp::Whole, Units::Persons);
    for interval in [IntervalKind::Percentile, IntervalKind::Studentized] {
        let study = asked(&trial, interval, 99, 49);
        let all = rows(&study, &trial);
        assert!(!of(&all, "level_effect").is_empty());
        let narrow = Options {
            memory_mb: 0,
            threads: 3,
            ..Options::default()
        };
        assert_eq!(
            evaluate(&study, &trial, &narrow, &Silent).unwrap().0.rows,
            all
        );
    }
}

#[test]
fn what_is_added_across_levels_changes_no_other_row() {
    let trial = trial(8, 2, FollowUp::Whole, Units::Persons);
    let study = asked(&trial, IntervalKind::Percentile, 99, 49);
    let all = rows(&study, &trial);
    let places: Vec<usize> = (0..all.len())
        .filter(|&i| &*all[i].estimand == "level_effect")
        .collect();
    for place in places {
        // After the last row of the same analysis, outcome and column.
        let key = |row: &Row| {
            (
                row.analysis.clone(),
                row.outcome.clone(),
                row.subgroup.clone(),
            )
        };
        assert_eq!(key(&all[place]), key(&all[place - 1]));
        let later = all[place..]
            .iter()
            .filter(|row| key(row) == key(&all[place]));
        assert!(later.clone().all(|row| &*row.estimand != "weekly_mean"));
    }
}
