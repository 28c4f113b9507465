//! Where everybody who is offered takes it up, and nobody else, the effect on those who took it up is the effect.

use crate::evaluate::random_trial::{self, FollowUp, Units};
use crate::evaluate::{Options, Silent, evaluate};
use crate::results::Row;
use crate::study::{
    Adjustment, DataFile, EventSource, IntervalKind, Measure, Outcome, OutcomeKind, Study, TakeUp,
    WeekUnit,
};
use crate::trial::{Run, Trial, WeeklyRuns};
use std::path::PathBuf;

fn rows(study: &Study, trial: &Trial) -> Vec<Row> {
    match evaluate(study, trial, &Options::default(), &Silent) {
        Ok((results, _)) => results.rows,
        Err(error) => panic!("{error}"),
    }
}

/// The random trial with an outcome of events, those of each person in week 1.
fn offered(units: Units, adjustment: Adjustment, events: impl Fn(u16) -> i64) -> (Study, Trial) {
    let mut trial = random_trial::trial(4, 3, FollowUp::Whole, units);
    if units == Units::Clusters {
        // Each stratum of the random trial has too few clusters to draw from.
        trial.strata.truncate(1);
        trial.stratum.fill(0);
    }
    let mut study = random_trial::study(&trial, 0);
    study.analyses.truncate(1);
    study.resampling.replicates = 199;
    let mut runs = WeeklyRuns {
        offsets: vec![0],
        runs: Vec::new(),
    };
    for person in 0..trial.persons() {
        let value = events(trial.arm[person]);
        if value > 0 {
            runs.runs.push(Run {
                start: 1,
                end: 2,
                value,
            });
        }
        runs.offsets.push(runs.runs.len() as u32);
    }
    trial.records.push(Some(runs));
    study.outcomes.push(Outcome {
        name: "course".to_owned(),
        kind: OutcomeKind::Events {
            source: EventSource {
                file: DataFile {
                    shown: String::new(),
                    path: PathBuf::new(),
                },
                person: String::new(),
                week: String::new(),
                weeks: WeekUnit::Trial,
                filter: Vec::new(),
                status: None,
            },
        },
        unit: None,
    });
    let analysis = &mut study.analyses[0];
    analysis.outcomes = vec![0];
    analysis.family.clear();
    analysis.adjustment = adjustment;
    analysis.interval = IntervalKind::Percentile;
    analysis.take_up = Some(TakeUp {
        outcome: 2,
        measure: Measure::Ever,
        also: None,
    });
    (study, trial)
}

fn pairs<'r>(rows: &'r [Row], one: &str, other: &str) -> Vec<(&'r Row, &'r Row)> {
    let of = |slug: &str| -> Vec<&'r Row> {
        rows.iter()
            .filter(|row| &*row.estimand == slug && row.item.is_empty())
            .collect()
    };
    let others = of(other);
    of(one)
        .into_iter()
        .filter_map(|row| {
            let key = |r: &Row| (r.arm.clone(), r.level.clone(), r.week);
            let twin = others.iter().find(|other| key(other) == key(row));
            twin.map(|twin| (row, *twin))
        })
        .collect()
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a.is_none() && b.is_none(),
    }
}

#[test]
fn with_full_take_up_it_is_the_effect_itself_with_the_same_limits() {
    for units in [Units::Persons, Units::Clusters] {
        for adjustment in [Adjustment::None, Adjustment::Strata] {
            let (study, trial) = offered(units, adjustment, |arm| i64::from(arm > 0));
            let rows = rows(&study, &trial);
            for (late, plain) in [
                ("late", "weekly_difference"),
                ("cumulative_late", "cumulative_effect"),
            ] {
                let pairs = pairs(&rows, late, plain);
                assert!(pairs.len() >= 12, "{}", pairs.len());
                for (a, b) in pairs {
                    assert!(close(a.estimate, b.estimate), "{a:?} {b:?}");
                    assert!(close(a.conf_low, b.conf_low), "{a:?} {b:?}");
                    assert!(close(a.conf_high, b.conf_high), "{a:?} {b:?}");
                    if units == Units::Persons {
                        assert!(close(a.std_error, b.std_error), "{a:?} {b:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn twice_as_much_taken_up_halves_the_effect_per_unit() {
    let of = |amount: i64| {
        let (mut study, trial) = offered(Units::Persons, Adjustment::None, |arm| {
            if arm > 0 { amount } else { 0 }
        });
        if let Some(asked) = &mut study.analyses[0].take_up {
            asked.measure = Measure::Amount;
        }
        rows(&study, &trial)
    };
    let (one, two) = (of(1), of(2));
    let mut seen = 0;
    for (a, b) in one
        .iter()
        .zip(&two)
        .filter(|(a, _)| &*a.estimand == "cumulative_late")
    {
        let half = |x: Option<f64>| x.map(|x| x / 2.0);
        assert!(close(half(a.estimate), b.estimate));
        // Other histories are other classes, and so other draws: only what is not drawn is the same.
        assert!(close(half(a.std_error), b.std_error));
        seen += 1;
    }
    assert!(seen > 10);
}

#[test]
fn where_nobody_more_takes_it_up_there_is_no_number() {
    let (study, trial) = offered(Units::Persons, Adjustment::None, |_| 1);
    let rows = rows(&study, &trial);
    let late = rows
        .iter()
        .filter(|row| &*row.estimand == "cumulative_late");
    for row in late {
        assert_eq!(row.estimate, None);
        assert_eq!(&*row.reason, "nobody more has taken it up");
    }
}
