//! Laws of permutation tests and families, through the whole engine.

use crate::random_trial::{Size, analysis, random_trial, reordered, study};
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::results::Row;
use rettevej::study::{Adjustment, Analysis, IntervalKind, Member, Multiplicity, Study};
use rettevej::trial::Trial;

fn options(threads: usize) -> Options {
    Options {
        threads,
        ..Options::default()
    }
}

fn rows(study: &Study, trial: &Trial, threads: usize) -> Vec<Row> {
    let evaluated = evaluate(study, trial, &options(threads), &Silent);
    evaluated.expect("a random trial can be evaluated").0.rows
}

fn is_permuted(row: &Row) -> bool {
    row.item.starts_with("permutation")
}

fn sized(arms: usize, clusters: Option<usize>) -> Size {
    Size {
        persons: 70,
        arms,
        strata: 2,
        horizon: 6,
        clusters,
    }
}

/// Both adjustments, with a family of the first outcomes.
fn asked(multiplicity: Multiplicity) -> Vec<Analysis> {
    let family: Vec<Member> = [None, Some("sex".to_owned())]
        .map(|subgroup| Member {
            outcome: 0,
            estimand: "cumulative_effect".into(),
            weeks: vec![3, 6],
            subgroup,
            item: String::new(),
            arms: vec!["arm1".into()],
        })
        .into();
    [("raw", Adjustment::None), ("adjusted", Adjustment::Strata)]
        .map(|(name, adjustment)| Analysis {
            family: family.clone(),
            multiplicity,
            ..analysis(name, adjustment, IntervalKind::Normal)
        })
        .into()
}

fn permuted(trial: &Trial, analyses: Vec<Analysis>, permutations: u32) -> Study {
    let mut study = study(trial, 0, analyses);
    study.resampling.permutations = permutations;
    study
}

#[test]
fn threads_never_change_a_bit() {
    for (arms, clusters) in [(2, None), (3, None), (2, Some(20))] {
        let trial = random_trial(8, sized(arms, clusters));
        let study = permuted(&trial, asked(Multiplicity::WestfallYoung), 299);
        let one = rows(&study, &trial, 1);
        assert!(one.iter().any(is_permuted) && one.iter().any(|r| r.p_adjusted.is_some()));
        for threads in [2, 3, 7, 64] {
            assert_eq!(rows(&study, &trial, threads), one, "{threads} threads");
        }
    }
}

#[test]
fn the_order_of_persons_changes_nothing() {
    for clusters in [None, Some(20)] {
        let trial = random_trial(4, sized(2, clusters));
        let order: Vec<usize> = (0..trial.persons()).rev().collect();
        let other = reordered(&trial, &order);
        let of = |trial: &Trial| {
            let study = permuted(trial, asked(Multiplicity::WestfallYoung), 199);
            rows(&study, trial, 2)
        };
        assert_eq!(of(&trial), of(&other));
    }
}

#[test]
fn a_longer_run_begins_with_the_shorter() {
    let trial = random_trial(5, sized(2, None));
    let hits = |permutations: u32| -> Vec<Option<f64>> {
        let study = permuted(&trial, asked(Multiplicity::Holm), permutations);
        (rows(&study, &trial, 2).iter())
            .filter(|r| is_permuted(r))
            .map(|r| {
                let all = r.undefined_replicates == Some(0);
                Some(r.p_value.filter(|_| all)? * f64::from(permutations + 1) - 1.0)
            })
            .collect()
    };
    let (short, long) = (hits(100), hits(400));
    assert_eq!(short.len(), long.len());
    let both: Vec<(f64, f64)> = (short.iter().zip(&long))
        .filter_map(|(short, long)| Some(((*short)?, (*long)?)))
        .collect();
    assert!(both.len() > 10);
    for (short, long) in both {
        let more = long - short;
        assert!((-1e-9..300.0 + 1e-9).contains(&more), "{short} {long}");
        assert!((more - more.round()).abs() < 1e-9);
    }
}

#[test]
fn swapping_the_arms_changes_no_two_sided_p() {
    for clusters in [None, Some(20)] {
        let trial = random_trial(6, sized(2, clusters));
        let mut other = trial.clone();
        for arm in &mut other.arm {
            *arm = 1 - *arm;
        }
        let p = |trial: &Trial| -> Vec<Option<f64>> {
            let study = permuted(trial, asked(Multiplicity::WestfallYoung), 1999);
            let rows = rows(&study, trial, 2);
            rows.iter()
                .filter(|r| is_permuted(r))
                .flat_map(|r| [r.p_value, r.p_adjusted])
                .collect()
        };
        let (one, two) = (p(&trial), p(&other));
        assert!(!one.is_empty());
        // Where an arm with as many members is dealt, its complement is: ties apart, the same draws.
        for (a, b) in one.iter().zip(&two) {
            match (a, b) {
                (Some(a), Some(b)) => assert!((a - b).abs() < 0.08, "{a} {b}"),
                _ => assert_eq!(a, b),
            }
        }
    }
}

#[test]
fn only_an_analysis_has_its_own_permutations_unchanged() {
    let trial = random_trial(7, sized(2, None));
    let study = permuted(&trial, asked(Multiplicity::WestfallYoung), 199);
    let all = rows(&study, &trial, 2);
    let only = Options {
        only: Some("adjusted".into()),
        ..options(2)
    };
    let alone = evaluate(&study, &trial, &only, &Silent)
        .expect("one analysis")
        .0
        .rows;
    let own: Vec<Row> = all
        .into_iter()
        .filter(|r| &*r.analysis == "adjusted")
        .collect();
    assert_eq!(alone, own);
}

#[test]
fn adjusted_p_stand_on_the_members_only_and_never_below_their_own() {
    for (multiplicity, replicates) in [
        (Multiplicity::WestfallYoung, 0),
        (Multiplicity::RomanoWolf, 199),
        (Multiplicity::Holm, 0),
    ] {
        let trial = random_trial(9, sized(2, None));
        let mut study = permuted(&trial, asked(multiplicity), 199);
        study.resampling.replicates = replicates;
        let rows = rows(&study, &trial, 2);
        let members: Vec<&Row> = rows
            .iter()
            .filter(|r| r.p_adjusted.is_some() && r.item.is_empty())
            .collect();
        // Two weeks of everybody and of each sex; a sex without one of the arms in some draws has none.
        let raw = members.iter().filter(|r| &*r.analysis == "raw").count();
        assert!((4..=6).contains(&raw), "{multiplicity:?}: {raw}");
        for member in members {
            assert_eq!(&*member.estimand, "cumulative_effect");
            assert!(matches!(member.week, Some(3 | 6)));
            assert!(member.mc_p.is_some());
            let test = rows.iter().find(|r| {
                &*r.item == "permutation_studentised"
                    && (&r.analysis, &r.outcome, &r.level, r.week)
                        == (
                            &member.analysis,
                            &member.outcome,
                            &member.level,
                            member.week,
                        )
            });
            let test = test.expect("the member's permutation row");
            assert_eq!(test.p_adjusted, member.p_adjusted);
            if multiplicity != Multiplicity::RomanoWolf {
                assert!(test.p_adjusted >= test.p_value, "{test:?}");
            }
        }
    }
}
