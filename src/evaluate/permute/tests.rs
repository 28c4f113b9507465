//! The law that joins rows and permutations: at the observed assignment the permuted path says what the rows say.

use super::Question;
use crate::evaluate::{Options, Silent, evaluate};
use crate::panel;
use crate::panel::classes::Classes;
use crate::results::sample;
use crate::study::{
    Adjustment, Analysis, AtRisk, ExitSource, IntervalKind, Member, Multiplicity, Outcome,
    OutcomeKind, Study,
};
use crate::trial::{Spell, SpellTable, Subgroup, Trial};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const HORIZON: i32 = 6;

/// Whether everybody is followed to the end.
#[derive(Clone, Copy, PartialEq)]
enum FollowUp {
    Whole,
    Partly,
}

/// What was randomised.
#[derive(Clone, Copy, PartialEq)]
enum Units {
    Persons,
    Clusters,
}

fn trial(seed: u64, arms: u64, follow_up: FollowUp, units: Units) -> Trial {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |n: u64| rng.next_u64() % n;
    let persons = 90_usize;
    let group = |person: usize| match units {
        Units::Persons => person,
        Units::Clusters => person / 3,
    };
    let mut spells = Vec::new();
    let mut offsets = vec![0];
    let mut followed = Vec::new();
    for _ in 0..persons {
        let lost = follow_up == FollowUp::Partly && below(4) == 0;
        let end = if lost {
            3 + below(4) as i32
        } else {
            HORIZON + 2
        };
        followed.push(end);
        let (mut start, mut state) = (1, below(4).min(1) as u16 ^ 1);
        while start <= end {
            let stop = (start + 1 + below(5) as i32).min(end + 1);
            spells.push(Spell {
                start,
                end: stop,
                state,
            });
            (start, state) = (stop, 1 - state);
        }
        offsets.push(spells.len() as u32);
    }
    let level = (0..persons).map(|_| Some(below(2) as u16)).collect();
    let of_group: Vec<(u16, u32)> = (0..persons)
        .map(|_| (below(arms) as u16, below(3) as u32))
        .collect();
    Trial {
        horizon: HORIZON as u32,
        arms: ["kontrol", "deltager", "anden"][..arms as usize]
            .iter()
            .map(|&arm| arm.to_owned())
            .collect(),
        strata: vec!["by".into(), "land".into(), "ø".into()],
        arm: (0..persons).map(|p| of_group[group(p)].0).collect(),
        stratum: (0..persons).map(|p| of_group[group(p)].1).collect(),
        cluster: (units == Units::Clusters).then(|| (0..persons).map(|p| p as u32 / 3).collect()),
        subgroups: vec![Subgroup {
            column: "sex".into(),
            levels: vec!["f".into(), "m".into()],
            level,
        }],
        tables: vec![SpellTable {
            name: "spells".into(),
            states: vec!["job".into(), "benefit".into()],
            absorbing: vec![false; 2],
            offsets,
            spells,
            followed,
        }],
        records: vec![None, None],
        ..Trial::default()
    }
}

fn study(trial: &Trial, permutations: u32) -> Study {
    let mut study = sample::study(1);
    study.horizon = HORIZON as u32;
    study.treatments = trial.arms[1..].to_vec();
    study.resampling.replicates = 0;
    study.resampling.permutations = permutations;
    study.outcomes.push(Outcome {
        name: "exit".into(),
        kind: OutcomeKind::Exit {
            source: ExitSource::Spells {
                table: 0,
                from: vec!["benefit".into()],
            },
            to: vec!["job".into()],
            at_risk: AtRisk::First,
            sustained: 1,
        },
        unit: None,
    });
    let member = |outcome, estimand: &str, weeks: &[u32], item: &str| {
        [None, Some("sex".to_owned())].map(|subgroup| Member {
            outcome,
            estimand: estimand.to_owned(),
            weeks: weeks.to_vec(),
            subgroup,
            item: item.to_owned(),
            arms: vec![],
        })
    };
    let family: Vec<Member> = [
        member(0, "weekly_difference", &[2, 5], ""),
        member(0, "cumulative_effect", &[1, 4, 6], ""),
        member(1, "hazard_difference", &[2], "job"),
        member(1, "hazard_difference", &[3], ""),
        member(1, "survival_difference", &[4], ""),
        member(1, "cumulative_incidence_difference", &[5], "job"),
        member(1, "restricted_mean_difference", &[], ""),
    ]
    .concat();
    let analysis = |name: &str, adjustment| Analysis {
        name: name.to_owned(),
        outcomes: vec![0, 1],
        adjustment,
        interval: IntervalKind::Normal,
        family: family.clone(),
        multiplicity: Multiplicity::Holm,
        ..study.analyses[0].clone()
    };
    study.analyses = vec![
        analysis("raw", Adjustment::None),
        analysis("within", Adjustment::Strata),
    ];
    study
}

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
                let question = Question {
                    study: &study,
                    trial: &trial,
                    panel: &panel,
                    classes: &classes,
                };
                let (results, _) = evaluate(&study, &trial, &Options::default(), &Silent).unwrap();
                let mut tests = question.tests(&[0, 1]).unwrap();
                question.permute(&mut tests, &Silent);
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
