//! The law that joins rows and permutations: at the observed assignment the permuted path says what the rows say.

use crate::evaluate::context::Context;
use crate::evaluate::random_trial::{FollowUp, Units, study, trial};
use crate::evaluate::{Options, Silent, evaluate};
use crate::panel;
use crate::panel::classes::Classes;
use crate::resample::scheme;
use crate::totals::Kernel;

#[test]
fn at_the_observed_assignment_a_permutation_says_what_the_rows_say() {
    let mut compared = 0;
    for seed in 0..6 {
        for follow_up in [FollowUp::Whole, FollowUp::Partly] {
            for units in [Units::Persons, Units::Clusters] {
                let trial = trial(seed, 2 + seed % 2, follow_up, units);
                let study = study(&trial, 20);
                let panel = panel::build(&study, &trial).unwrap();
                let classes = Classes::build(&trial, &panel);
                let scheme = scheme(&study.resampling, &classes);
                let context = Context {
                    study: &study,
                    trial: &trial,
                    panel: &panel,
                    classes: &classes,
                    scheme: &*scheme,
                    kernel: Kernel::Single,
                    count: 0,
                };
                let (results, _) = evaluate(&study, &trial, &Options::default(), &Silent).unwrap();
                let mut tests = context.tests(&[0, 1]).unwrap();
                context.permute(&mut tests, &Silent);
                for (asked, verdicts) in tests.asked.iter().zip(&tests.pairwise) {
                    for (hypothesis, verdict) in asked.all.iter().zip(verdicts) {
                        let item = hypothesis
                            .item
                            .label(&panel.outcomes[hypothesis.outcome].shape);
                        let level = hypothesis
                            .subgroup
                            .map_or("", |_| ["f", "m"][hypothesis.level]);
                        let row = results.rows.iter().find(|row| {
                            *row.analysis == *study.analyses[hypothesis.analysis].name
                                && &*row.estimand == hypothesis.estimand()
                                && &*row.item == item
                                && &*row.level == level
                                && *row.arm == *trial.arms[hypothesis.arm]
                                && row.week == Some(hypothesis.week)
                        });
                        let row = row.expect("a row of the contrast");
                        let found = verdict.difference.expect("pairwise");
                        let near = |a: Option<f64>, b: f64| match a {
                            Some(a) => (a - b).abs() < 1e-8,
                            None => b.is_nan(),
                        };
                        let who = (hypothesis.estimand(), item, level, hypothesis.week, seed);
                        assert!(
                            near(row.estimate, found.estimate),
                            "{who:?}: {row:?} {found:?}"
                        );
                        if row.estimate.is_some() {
                            assert!(
                                near(row.std_error, found.std_error),
                                "{who:?}: {row:?} {found:?}"
                            );
                            compared += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn rows_of_permutations_stand_after_their_contrast() {
    let trial = trial(1, 3, FollowUp::Whole, Units::Persons);
    let study = study(&trial, 20);
    let (results, _) = evaluate(&study, &trial, &Options::default(), &Silent).unwrap();
    let rows = &results.rows;
    let of = |item: &str, arm: &str| -> Vec<usize> {
        (0..rows.len())
            .filter(|&r| {
                let row = &rows[r];
                (&*row.analysis, &*row.estimand, &*row.subgroup)
                    == ("raw", "cumulative_effect", "all")
                    && &*row.item == item
                    && &*row.arm == arm
            })
            .collect()
    };
    for arm in ["deltager", "anden"] {
        let last = *of("", arm).last().unwrap();
        assert_eq!(of("permutation", arm), [last + 1, last + 3, last + 5]);
        assert_eq!(
            of("permutation_studentised", arm),
            [last + 2, last + 4, last + 6]
        );
        let row = &rows[last + 6];
        assert_eq!(row.estimate, rows[last].estimate);
        assert_eq!(row.p_adjusted, rows[last].p_adjusted);
        assert!(row.std_error.is_none() && row.conf_low.is_none() && row.mc_p.is_some());
    }
    let all = of("permutation", "all");
    assert_eq!(all.len(), 3);
    assert!(all[0] > *of("permutation_studentised", "anden").last().unwrap());
    let by_destination = rows
        .iter()
        .filter(|r| &*r.item == "permutation: job")
        .count();
    // Two analyses x (hazard and incidence) x (everybody and two levels) x (two arms and all).
    assert_eq!(by_destination, 2 * 2 * 3 * 3);
}
