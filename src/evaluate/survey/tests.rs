//! Laws of survey rows, over random trials with answers.

use crate::evaluate::random_trial::{FollowUp, Units, study, trial};
use crate::evaluate::{Options, Silent, evaluate};
use crate::results::{Row, Status};
use crate::trial::{SurveyAnswers, SurveyItem, Trial};

fn surveyed(seed: u64, arms: u64, units: Units) -> Trial {
    let mut trial = trial(seed, arms, FollowUp::Whole, units);
    let item = |number: u64, answers: u16| SurveyItem {
        column: format!("q{number}"),
        answers: (0..answers).map(|k| format!("answer {k}")).collect(),
        agree: vec![0],
        scores: (0..answers).map(|k| f64::from(k) + 1.0).collect(),
        answer: (0..trial.persons())
            .map(|p| {
                let value = (p as u64 * 7919 + (seed + 1) * 104_729 * number) % 97;
                (!value.is_multiple_of(4)).then_some((value % u64::from(answers)) as u16)
            })
            .collect(),
    };
    let items = vec![item(1, 2), item(2, 5)];
    trial.surveys = vec![SurveyAnswers {
        name: "views".into(),
        items,
    }];
    trial
}

fn rows(trial: &Trial, permutations: u32, threads: usize) -> Vec<Row> {
    let study = study(trial, permutations);
    let options = Options {
        threads,
        ..Options::default()
    };
    let rows = evaluate(&study, trial, &options, &Silent).unwrap().0.rows;
    rows.into_iter()
        .filter(|row| &*row.analysis == "views")
        .collect()
}

fn find<'r>(rows: &'r [Row], outcome: &str, estimand: &str, item: &str) -> &'r Row {
    let fits = |r: &&Row| {
        &*r.outcome == outcome
            && &*r.estimand == estimand
            && &*r.item == item
            && &*r.arm == "deltager"
    };
    rows.iter().find(fits).expect("the row")
}

#[test]
fn shares_of_a_question_sum_to_one_and_counts_to_those_who_answered() {
    let trial = surveyed(1, 2, Units::Persons);
    let rows = rows(&trial, 0, 1);
    for arm in ["kontrol", "deltager"] {
        for (question, answers) in [("q1", 2), ("q2", 5)] {
            let own: Vec<&Row> = (rows.iter())
                .filter(|r| &*r.outcome == question && &*r.estimand == "answer_share")
                .filter(|r| &*r.arm == arm && r.item.starts_with("answer: "))
                .collect();
            assert_eq!(own.len(), answers);
            let sum: f64 = own.iter().map(|r| r.estimate.unwrap()).sum();
            assert!((sum - 1.0).abs() < 1e-12);
            let events: i64 = own.iter().map(|r| r.events.unwrap()).sum();
            assert_eq!(events as u64, own[0].n.unwrap());
        }
    }
}

#[test]
fn of_two_answers_the_test_of_those_who_agree_is_that_of_all() {
    for seed in 0..4 {
        let rows = rows(&surveyed(seed, 2, Units::Persons), 199, 1);
        for [one, other] in [
            ["", "agree"],
            ["exact", "agree: exact"],
            ["permutation", "agree: permutation"],
        ] {
            let (one, other) = (
                find(&rows, "q1", "answers_equal", one),
                find(&rows, "q1", "answers_equal", other),
            );
            assert!((one.p_value.unwrap() - other.p_value.unwrap()).abs() < 1e-12);
        }
        let share = find(&rows, "q1", "answer_share_difference", "agree");
        let mean = find(&rows, "q1", "answer_mean_difference", "");
        // Scores 1 and 2: who does not agree is one point higher.
        assert!((share.estimate.unwrap() + mean.estimate.unwrap()).abs() < 1e-12);
        assert!((share.std_error.unwrap() - mean.std_error.unwrap()).abs() < 1e-12);
    }
}

#[test]
fn permuted_p_are_near_the_others_where_persons_are_dealt() {
    let mut trial = surveyed(2, 2, Units::Persons);
    // One stratum, as the chi-square has it.
    trial.strata = vec![String::new()];
    trial.stratum.fill(0);
    let rows = rows(&trial, 1999, 2);
    for item in ["", "agree"] {
        let plain = find(&rows, "q2", "answers_equal", item);
        let permuted = if item.is_empty() {
            "permutation"
        } else {
            "agree: permutation"
        };
        let permuted = find(&rows, "q2", "answers_equal", permuted);
        let off = (plain.p_value.unwrap() - permuted.p_value.unwrap()).abs();
        assert!(off < 0.08, "{item}: {off}");
        assert!(permuted.mc_p.is_some());
    }
}

#[test]
fn threads_and_the_order_of_persons_change_nothing() {
    for units in [Units::Persons, Units::Clusters] {
        let trial = surveyed(3, 3, units);
        let all = rows(&trial, 199, 1);
        assert!(all.iter().any(|r| &*r.item == "permutation"));
        assert!(all.iter().any(|r| &*r.arm == "all"), "three arms at once");
        assert_eq!(rows(&trial, 199, 3), all);
    }
}

#[test]
fn a_question_that_all_answer_alike_has_no_test() {
    let mut trial = surveyed(4, 2, Units::Persons);
    trial.surveys[0].items[0].answer.fill(Some(0));
    let rows = rows(&trial, 99, 1);
    let test = find(&rows, "q1", "answers_equal", "");
    assert_eq!(test.status, Status::Undefined);
    assert!(
        !rows
            .iter()
            .any(|r| &*r.outcome == "q1" && &*r.item == "exact")
    );
    // Everybody has answered something.
    let answered = find(&rows, "views", "answered", "");
    assert_eq!(answered.estimate, Some(1.0));
}
