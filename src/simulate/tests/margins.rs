//! The published margins in the committed register, computed here the short way: person by person, week by week, with
//! none of the engine's code.

use super::super::*;
use super::fixture;
use crate::trial::{SpellTable, WeeklyRuns};

const WEEKS: i32 = 64;

/// What the report printed, of one simulated trial; pairs are control, treated.
#[derive(Debug)]
pub(super) struct Margins {
    pub employed: [f64; 2],
    pub education: [f64; 2],
    pub meetings: [f64; 2],
    pub activation: [f64; 2],
    pub weeks_employed: [f64; 2],
    pub placement: f64,
    pub hours: f64,
    /// z of: exits to employment, weeks employed, weeks in education, hours.
    pub z: [f64; 4],
}

fn state(table: &SpellTable, person: usize, week: i32) -> Option<&str> {
    let spell = table
        .of(person)
        .iter()
        .find(|s| s.start <= week && week < s.end)?;
    Some(&table.states[spell.state as usize])
}

fn total(records: &WeeklyRuns, person: usize) -> f64 {
    let weeks = |start: i32, end: i32| (end.min(WEEKS + 1) - start).max(0);
    records
        .of(person)
        .iter()
        .map(|r| f64::from(weeks(r.start, r.end)) * r.value as f64)
        .sum()
}

/// Mean and squared standard error.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, square / (n - 1.0) / n)
}

pub(super) fn margins(simulator: &Simulator, seed: u64) -> Margins {
    let (trial, study) = (simulator.trial(seed), simulator.study());
    let table = &trial.tables[0];
    let records = |name: &str| {
        let place = study.outcomes.iter().position(|o| o.name == name).unwrap();
        trial.records[place].as_ref().unwrap()
    };
    let of_arm = |arm: u16| -> Vec<usize> {
        (0..trial.persons())
            .filter(|&i| trial.arm[i] == arm)
            .collect()
    };
    let arms = [of_arm(0), of_arm(1)];
    let per_person = |value: &dyn Fn(usize) -> f64| {
        arms.each_ref()
            .map(|arm| mean(&arm.iter().map(|&i| value(i)).collect::<Vec<_>>()))
    };
    let z = |m: [(f64, f64); 2]| (m[1].0 - m[0].0) / (m[0].1 + m[1].1).sqrt();
    let weeks_in = |wanted: &'static str| {
        per_person(&|i| {
            (1..=WEEKS)
                .filter(|&w| state(table, i, w) == Some(wanted))
                .count() as f64
        })
    };
    // First destination within the horizon; the few lost persons count as staying, which moves a share by under 0.0005.
    let first = |wanted: &'static str| {
        per_person(&|i| {
            let mut states = (2..=WEEKS + 1).map(|w| state(table, i, w));
            let left = states.find(|s| *s != Some("cash_benefit")).flatten();
            f64::from(u8::from(left == Some(wanted)))
        })
    };
    let share = |name: &str| {
        arms.each_ref().map(|arm| {
            let events: f64 = arm.iter().map(|&i| total(records(name), i)).sum();
            let weeks = |&i: &usize| {
                (1..=WEEKS)
                    .filter(|&w| state(table, i, w) == Some("cash_benefit"))
                    .count()
            };
            events / arm.iter().map(weeks).sum::<usize>() as f64
        })
    };
    let mean_of = |m: [(f64, f64); 2]| m.map(|x| x.0);
    let difference = |m: [(f64, f64); 2]| m[1].0 - m[0].0;
    let hours = per_person(&|i| total(records("hours"), i) / 100.0);
    Margins {
        employed: mean_of(first("employment")),
        education: mean_of(first("education")),
        meetings: share("meetings_held"),
        activation: share("activation"),
        weeks_employed: mean_of(weeks_in("employment")),
        placement: difference(per_person(&|i| total(records("activation_placement"), i))),
        hours: difference(hours),
        z: [
            z(first("employment")),
            z(weeks_in("employment")),
            z(weeks_in("education")),
            z(hours),
        ],
    }
}

impl Margins {
    /// Whether all are as published, to the digits printed, with differences well inside chance.
    pub(super) fn hold(&self) -> bool {
        let near =
            |got: [f64; 2], want: [f64; 2]| (0..2).all(|a| (got[a] - want[a]).abs() < 0.0045);
        near(self.employed, [0.07, 0.07])
            && near(self.meetings, [0.12, 0.82])
            && near(self.activation, [0.21, 0.46])
            && (self.placement - 6.0).abs() < 0.45
            && self.weeks_employed.iter().all(|w| *w < 3.0)
            && self.education.iter().all(|share| *share < 0.0095)
            && self.z.iter().all(|z| z.abs() < 1.6)
            && self.hours > 0.0
    }
}

#[test]
#[ignore = "prints the seeds that fit, when the scenario changes"]
fn seeds_whose_margins_hold() {
    let scenario = Scenario::read(&fixture("studies/paa-rette-vej/scenario.toml")).unwrap();
    let simulator = Simulator::new(scenario).unwrap();
    for seed in 1..=600 {
        let margins = margins(&simulator, seed);
        if margins.hold() {
            println!("{seed}: {margins:?}");
        }
    }
}
