//! The law that joins rows and permutations: at the observed assignment the permuted path says what the rows say.

use crate::evaluate::context::Context;
use crate::evaluate::random_trial::{
    FollowUp, Units, eight_persons, study, trial, with_covariates,
};
use crate::evaluate::{Options, Silent, evaluate};
use crate::panel;
use crate::panel::classes::Classes;
use crate::resample::scheme;
use crate::results::Row;
use crate::study::{Adjustment, Analysis, Study};
use crate::totals::Kernel;
use crate::trial::Trial;

/// The study with its differences of means also by regression.
fn with_regressions(trial: &Trial, permutations: u32) -> Study {
    let mut study = study(trial, permutations);
    let adjusted = [Adjustment::Ancova, Adjustment::Lin].map(|adjustment| {
        let mut analysis = Analysis {
            name: adjustment.name().to_owned(),
            outcomes: vec![0],
            adjustment,
            ..study.analyses[0].clone()
        };
        analysis.family.retain(|member| member.outcome == 0);
        analysis
    });
    study.analyses.extend(adjusted);
    study
}

#[test]
fn at_the_observed_assignment_a_permutation_says_what_the_rows_say() {
    let (mut compared, mut regressed) = (0, 0);
    for seed in 0..6 {
        for follow_up in [FollowUp::Whole, FollowUp::Partly] {
            for units in [Units::Persons, Units::Clusters] {
                let trial = with_covariates(trial(seed, 2 + seed % 2, follow_up, units), seed);
                // Of few clusters all assignments are listed, thousands of regressions.
                let study = match (units, seed) {
                    (Units::Persons, 0..2) | (Units::Clusters, 0) => with_regressions(&trial, 20),
                    _ => study(&trial, 20),
                };
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
                let all: Vec<usize> = (0..study.analyses.len()).collect();
                let mut tests = context.tests(&all).unwrap();
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
                            regressed += usize::from(hypothesis.analysis > 1);
                        }
                    }
                }
            }
        }
    }
    assert!(compared > 1000 && regressed > 100, "{compared} {regressed}");
}

/// Treatment's coefficient of the eight persons' weeks and its HC2 error, by the normal equations of treatment (or of each
/// arm), covariate and constant: what a permutation should find, written out.
fn by_hand(treated: &[usize], adjustment: Adjustment) -> (f64, f64) {
    let y = [1.0, 2.0, 2.0, 4.0, 0.0, 1.0, 0.0, 3.0];
    let x = [0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 1.0, 5.0];
    let inside = |i: usize| treated.contains(&i);
    let mean = x.iter().sum::<f64>() / 8.0;
    let of = |own: &[usize]| {
        let n = own.len() as f64;
        let (mx, my) = (
            own.iter().map(|&i| x[i]).sum::<f64>() / n,
            own.iter().map(|&i| y[i]).sum::<f64>() / n,
        );
        let xx: f64 = own.iter().map(|&i| (x[i] - mx) * (x[i] - mx)).sum();
        let xy: f64 = own.iter().map(|&i| (x[i] - mx) * (y[i] - my)).sum();
        (n, mx, my, xx, xy)
    };
    let arms = [true, false].map(|side| {
        (0..8)
            .filter(|&i| inside(i) == side)
            .collect::<Vec<usize>>()
    });
    let [(n1, x1, y1, xx1, xy1), (n0, x0, y0, xx0, xy0)] = [of(&arms[0]), of(&arms[1])];
    if adjustment == Adjustment::Ancova {
        // One slope b; the difference is d - b g with g the gap of the covariate.
        let (b, gap) = ((xy1 + xy0) / (xx1 + xx0), x1 - x0);
        let estimate = y1 - y0 - b * gap;
        let variance: f64 = (0..8)
            .map(|i| {
                let (own, m, my, sign) = if inside(i) {
                    (n1, x1, y1, 1.0)
                } else {
                    (n0, x0, y0, -1.0)
                };
                let worth = sign / own - gap * (x[i] - m) / (xx1 + xx0);
                let residual = y[i] - my - b * (x[i] - m);
                let leverage = 1.0 / own + (x[i] - m) * (x[i] - m) / (xx1 + xx0);
                worth * worth * residual * residual / (1.0 - leverage)
            })
            .sum();
        return (estimate, variance.sqrt());
    }
    let side = |(n, mx, my, xx, xy): (f64, f64, f64, f64, f64), own: &[usize]| {
        let b = xy / xx;
        let variance: f64 = (own.iter())
            .map(|&i| {
                let worth = 1.0 / n + (mean - mx) * (x[i] - mx) / xx;
                let residual = y[i] - my - b * (x[i] - mx);
                let left = 1.0 - 1.0 / n - (x[i] - mx) * (x[i] - mx) / xx;
                if left < 1e-12 {
                    return f64::NAN;
                }
                worth * worth * residual * residual / left
            })
            .sum();
        (my + b * (mean - mx), variance)
    };
    let (one, other) = (
        side((n1, x1, y1, xx1, xy1), &arms[0]),
        side((n0, x0, y0, xx0, xy0), &arms[1]),
    );
    (one.0 - other.0, (one.1 + other.1).sqrt())
}

#[test]
fn eight_persons_have_the_p_of_all_seventy_regressions() {
    let trial = eight_persons();
    let all: Vec<Vec<usize>> = (0_u32..256)
        .filter(|set| set.count_ones() == 4)
        .map(|set| (0..8).filter(|i| set >> i & 1 == 1).collect())
        .collect();
    assert_eq!(all.len(), 70);
    // Worked in fractions. Where three of an arm have the same value, the fourth decides its slope alone and HC2 is undefined:
    // in ten of the seventy for `lin`, so that it has no studentised p.
    for (adjustment, plain, studentised, undefined) in
        [(Adjustment::Ancova, 4, 2, 0), (Adjustment::Lin, 4, 2, 10)]
    {
        let mut study = with_regressions(&trial, 99);
        study.horizon = 4;
        study
            .analyses
            .retain(|analysis| analysis.adjustment == adjustment);
        study.analyses[0].family.clear();
        study.analyses[0].subgroups.clear();
        let (results, _) = evaluate(&study, &trial, &Options::default(), &Silent).unwrap();
        let p = |item: &str| {
            let of = |row: &&Row| &*row.item == item && row.week == Some(4);
            let row = results.rows.iter().find(of).expect("a permutation row");
            assert!(row.method.contains("estimated anew") && row.method.contains("all 70"));
            row.p_value.unwrap_or(f64::NAN)
        };
        let found: Vec<(f64, f64)> = all.iter().map(|own| by_hand(own, adjustment)).collect();
        let observed = found[0];
        assert_eq!(all[0], [0, 1, 2, 3]);
        let count = |of: &dyn Fn((f64, f64)) -> f64| {
            let reached = |one: &&(f64, f64)| of(**one) >= of(observed) - 1e-9;
            found.iter().filter(reached).count()
        };
        assert_eq!(count(&|(d, _)| d.abs()), plain);
        assert_eq!(count(&|(d, se)| d.abs() / se), studentised);
        assert_eq!(found.iter().filter(|one| one.1.is_nan()).count(), undefined);
        assert!((p("permutation") - f64::from(plain as u32) / 70.0).abs() < 1e-12);
        let own = p("permutation_studentised");
        if undefined == 0 {
            assert!((own - f64::from(studentised as u32) / 70.0).abs() < 1e-12);
        } else {
            assert!(own.is_nan());
        }
    }
}
