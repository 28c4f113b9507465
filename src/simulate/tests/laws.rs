//! The truth by hand and by force, and what the draw promises.

use super::super::*;
use super::{by_hand, simulator};
use crate::trial::Trial;

fn near(got: &[Option<f64>], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (g, w) in got.iter().zip(want) {
        assert!((g.unwrap() - w).abs() < 1e-12, "{got:?} is not {want:?}");
    }
}

#[test]
fn the_truth_of_two_hidden_kinds_is_the_mixture_worked_by_hand() {
    let truth = Simulator::new(by_hand()).unwrap().truth();
    let path = |estimand, outcome, item, arm| truth.path(estimand, outcome, item, arm).unwrap();
    // Staying one week: (0.8 + 0.6) / 2; two weeks: (0.64 + 0.36) / 2.
    near(path("survival", "exit", "", "control"), &[0.7, 0.5]);
    near(path("hazard", "exit", "", "control"), &[0.3, 0.2 / 0.7]);
    near(path("hazard", "exit", "job", "control"), &[0.3, 0.2 / 0.7]);
    near(
        path("cumulative_hazard", "exit", "", "control"),
        &[0.3, 0.3 + 0.2 / 0.7],
    );
    near(
        path("cumulative_incidence", "exit", "job", "control"),
        &[0.3, 0.5],
    );
    near(path("restricted_mean", "exit", "", "control"), &[1.0, 1.7]);
    near(path("weekly_mean", "job", "", "control"), &[0.0, 0.3]);
    near(
        path("cumulative_mean", "benefit", "", "control"),
        &[1.0, 1.7],
    );
    // Treated halve the hazards of week 2: (0.8 x 0.9 + 0.6 x 0.8) / 2 stay.
    near(path("survival", "exit", "", "treated"), &[0.7, 0.6]);
    near(
        path("survival_difference", "exit", "", "treated"),
        &[0.0, 0.1],
    );
    near(path("cumulative_effect", "job", "", "treated"), &[0.0, 0.0]);
}

#[test]
fn an_effect_of_one_arm_leaves_the_others_alone() {
    let mut scenario = by_hand();
    scenario.hidden[1].effects[0].arm = Some("control".to_owned());
    let truth = Simulator::new(scenario).unwrap().truth();
    let survival = |arm| truth.path("survival", "exit", "", arm).unwrap();
    near(survival("control"), &[0.7, 0.5]);
    // All treated leave with 2 tenths in week 1 and half of it in week 2.
    near(survival("treated"), &[0.8, 0.72]);
}

/// Mean of a record over an arm's persons, accumulated to a week.
fn accumulated(trial: &Trial, record: usize, arm: u16, week: i32) -> f64 {
    let runs = trial.records[record].as_ref().unwrap();
    let persons: Vec<usize> = (0..trial.persons())
        .filter(|&i| trial.arm[i] == arm)
        .collect();
    let sum: i64 = persons
        .iter()
        .flat_map(|&i| runs.of(i))
        .map(|r| i64::from((r.end.min(week + 1) - r.start).max(0)) * r.value)
        .sum();
    sum as f64 / persons.len() as f64
}

#[test]
fn a_thousand_trials_average_to_the_truth() {
    const TRIALS: u32 = 1000;
    let simulator = simulator("scenarios/two-arms.toml");
    let (study, truth) = (simulator.study(), simulator.truth());
    let week = simulator.scenario().horizon as i32;
    // Sum and sum of squares over trials, by outcome and arm.
    let mut sums = vec![[(0.0, 0.0); 2]; study.outcomes.len()];
    for seed in 0..TRIALS {
        let trial = simulator.trial(u64::from(seed));
        let table = &trial.tables[0];
        for (index, outcome) in study.outcomes.iter().enumerate() {
            for arm in 0..2_u16 {
                let value = if trial.records[index].is_some() {
                    accumulated(&trial, index, arm, week)
                } else if let Some(state) = table.states.iter().position(|s| *s == outcome.name) {
                    let persons: Vec<usize> = (0..trial.persons())
                        .filter(|&i| trial.arm[i] == arm)
                        .collect();
                    let weeks: i32 = persons
                        .iter()
                        .flat_map(|&i| table.of(i))
                        .filter(|s| usize::from(s.state) == state)
                        .map(|s| (s.end.min(week + 1) - s.start).max(0))
                        .sum();
                    f64::from(weeks) / persons.len() as f64
                } else {
                    continue;
                };
                let sum = &mut sums[index][usize::from(arm)];
                *sum = (sum.0 + value, sum.1 + value * value);
            }
        }
    }
    let mut compared = 0;
    for (outcome, sums) in study.outcomes.iter().zip(&sums) {
        for (arm, (sum, square)) in trial_arms(&simulator).iter().zip(sums) {
            let Some(path) = truth.path("cumulative_mean", &outcome.name, "", arm) else {
                continue;
            };
            let scale = if outcome.name == "hours" { 100.0 } else { 1.0 };
            let n = f64::from(TRIALS);
            let mean = sum / n;
            let error = ((square / n - mean * mean).max(0.0) / n).sqrt();
            let want = path.last().unwrap().unwrap() * scale;
            assert!(
                (mean - want).abs() < 4.5 * error,
                "{} {arm}: {mean} is not {want}",
                outcome.name
            );
            compared += 1;
        }
    }
    // Four states, hours, meetings of all and of two kinds, in two arms.
    assert_eq!(compared, 16);
}

fn trial_arms(simulator: &Simulator) -> Vec<String> {
    simulator
        .scenario()
        .arms
        .iter()
        .map(|a| a.name.clone())
        .collect()
}

#[test]
fn exits_of_a_thousand_trials_follow_the_true_survival() {
    let simulator = simulator("scenarios/two-arms.toml");
    let truth = simulator.truth();
    let weeks = simulator.scenario().horizon as i32;
    let (mut started, mut stayed) = ([0_u64; 2], [0_u64; 2]);
    for seed in 0..1000 {
        let trial = simulator.trial(seed);
        let table = &trial.tables[0];
        let benefit = table.states.iter().position(|s| s == "benefit").unwrap();
        for person in 0..trial.persons() {
            let first = table.of(person)[0];
            if usize::from(first.state) == benefit {
                let arm = usize::from(trial.arm[person]);
                started[arm] += 1;
                stayed[arm] += u64::from(first.end > weeks + 1);
            }
        }
    }
    for (arm, name) in trial_arms(&simulator).iter().enumerate() {
        let want = truth
            .path("survival", "exit", "", name)
            .unwrap()
            .last()
            .unwrap()
            .unwrap();
        let got = stayed[arm] as f64 / started[arm] as f64;
        let error = (want * (1.0 - want) / started[arm] as f64).sqrt();
        assert!(
            (got - want).abs() < 4.5 * error,
            "{name}: {got} is not {want}"
        );
    }
}

#[test]
fn arms_are_balanced_in_every_block_of_a_site() {
    let trial = simulator("scenarios/two-arms.toml").trial(3);
    let mut orders = std::collections::BTreeSet::new();
    for block in trial.arm.chunks(4) {
        assert_eq!(block.iter().filter(|&&arm| arm == 1).count(), 2);
        orders.insert(block.to_vec());
    }
    assert_eq!(orders.len(), 6, "every order of a block occurs");
    let clustered = simulator("scenarios/clusters.toml").trial(3);
    let cluster = clustered.cluster.as_ref().unwrap();
    for (arms, clusters) in clustered.arm.chunks(15).zip(cluster.chunks(15)) {
        let treated = arms.iter().filter(|&&arm| arm == 1).count();
        assert_eq!((treated, clusters[14] - clusters[0]), (10, 2));
    }
}

/// What a person's row holds, without its number.
fn person(trial: &Trial, i: usize) -> String {
    let table = &trial.tables[0];
    let spells: Vec<_> = table
        .of(i)
        .iter()
        .map(|s| (s.start, s.end, &table.states[s.state as usize]))
        .collect();
    let records: Vec<_> = trial.records.iter().flatten().map(|r| r.of(i)).collect();
    let levels: Vec<_> = trial.subgroups.iter().map(|g| g.level[i]).collect();
    format!("{} {levels:?} {spells:?} {records:?}", trial.arm[i])
}

#[test]
fn a_person_does_not_change_when_sites_grow_or_are_added() {
    let small = simulator("scenarios/two-arms.toml");
    let mut scenario = small.scenario().clone();
    scenario.sites[0].persons += 7;
    let mut more = scenario.sites[0].clone();
    more.name = "added".to_owned();
    scenario.sites.push(more);
    let (before, after) = (small.trial(11), Simulator::new(scenario).unwrap().trial(11));
    for i in 0..120 {
        assert_eq!(person(&before, i), person(&after, i));
    }
    for i in 0..80 {
        assert_eq!(person(&before, 120 + i), person(&after, 127 + i));
    }
    assert_ne!(person(&before, 0), person(&small.trial(12), 0));
}

#[test]
fn every_followed_week_has_one_state_and_records_stay_inside() {
    for name in ["scenarios/two-arms.toml", "scenarios/clusters.toml"] {
        let simulator = simulator(name);
        let (trial, study) = (simulator.trial(5), simulator.study());
        assert_eq!(trial.records.len(), study.outcomes.len());
        assert!(trial.strata.is_sorted() && trial.tables[0].states.is_sorted());
        let table = &trial.tables[0];
        for i in 0..trial.persons() {
            let mut next = 1;
            for spell in table.of(i) {
                assert_eq!(spell.start, next);
                assert!(spell.end > spell.start);
                next = spell.end;
            }
            assert_eq!(next, table.followed[i] + 1);
            for runs in trial.records.iter().flatten() {
                assert!(runs.of(i).iter().all(|r| r.start >= 1 && r.end <= next));
            }
        }
    }
}
