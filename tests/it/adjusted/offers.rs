//! Trials for the effect on those who take up an offer: some would without it, some never, and these differ from the others in
//! their outcome; a covariate says something of the outcome. What taking it up does, and by which week who has, is known.

use super::{Case, Truth, Uniform, analyses};
use crate::random_trial;
use rettevej::study::{
    Adjustment, AmountSource, EventSource, Measure, Outcome, OutcomeKind, Per, TakeUp, WeekUnit,
};
use rettevej::trial::{Covariate, CovariateValues, Run, Spell, SpellTable, Trial, WeeklyRuns};

const HORIZON: usize = super::designs::HORIZON;
pub(super) const ADJUSTMENTS: [Adjustment; 2] = [Adjustment::None, Adjustment::Ancova];
pub(super) const ESTIMANDS: [&str; 2] = ["late", "cumulative_late"];
/// What it does in a week for those who take it up because it is offered; for the others it does as much again.
const EFFECT: f64 = 2.0;

#[derive(Clone, Copy)]
pub(super) struct Offer {
    pub name: &'static str,
    /// Persons (or clusters of ten) of each arm.
    persons: usize,
    clusters: bool,
    /// Of a hundred: who take it up when it is offered, and who do so whatever is offered.
    compliers: u64,
    always: u64,
    /// Compliers do so in a week drawn from the first ones.
    by: usize,
    /// In the control group they get it so many weeks later.
    later: Option<usize>,
}

const PLAIN: Offer = Offer {
    name: "",
    persons: 150,
    clusters: false,
    compliers: 60,
    always: 10,
    by: 4,
    later: None,
};

pub(super) const OFFERS: [Offer; 6] = [
    Offer {
        name: "strong",
        ..PLAIN
    },
    Offer {
        name: "small",
        persons: 25,
        ..PLAIN
    },
    Offer {
        name: "weak",
        compliers: 12,
        always: 30,
        ..PLAIN
    },
    Offer {
        name: "none",
        compliers: 2,
        always: 30,
        ..PLAIN
    },
    Offer {
        name: "fading",
        by: 6,
        later: Some(3),
        ..PLAIN
    },
    Offer {
        name: "clusters",
        persons: 10,
        clusters: true,
        ..PLAIN
    },
];

impl Offer {
    /// Share of compliers who have it by a week (from 1), offered or not.
    fn taken(self, week: usize, offered: bool) -> f64 {
        let by = |week: usize| week.min(self.by) as f64 / self.by as f64;
        match self.later {
            _ if offered => by(week),
            Some(later) => by(week.saturating_sub(later)),
            None => 0.0,
        }
    }

    pub(super) fn draw(self, seed: u64) -> Case {
        let mut rng = Uniform::new(seed);
        let units = 2 * self.persons;
        let (mut arm, mut cluster, mut x) = (vec![], vec![], vec![]);
        let empty = || WeeklyRuns {
            offsets: vec![0],
            runs: vec![],
        };
        let (mut amounts, mut course) = (empty(), empty());
        let mut left = self.persons;
        for unit in 0..units {
            let own = u16::from(rng.below((units - unit) as u64) < left as u64);
            left -= usize::from(own);
            let together = if self.clusters {
                0.7 * rng.normal()
            } else {
                0.0
            };
            for _ in 0..if self.clusters { 10 } else { 1 } {
                arm.push(own);
                cluster.push(unit as u32);
                let known = rng.normal();
                x.push(known);
                let drawn = rng.below(100);
                let is_complier = drawn < self.compliers;
                let is_always = !is_complier && drawn < self.compliers + self.always;
                let at = 1 + rng.below(self.by as u64) as usize;
                let at = match (is_complier, own, self.later) {
                    (true, 1, _) => Some(at),
                    (true, _, Some(later)) => Some(at + later),
                    _ => is_always.then_some(1),
                };
                if let Some(at) = at.filter(|&at| at <= HORIZON) {
                    course.runs.push(Run {
                        start: at as i32,
                        end: at as i32 + 1,
                        value: 1,
                    });
                }
                course.offsets.push(course.runs.len() as u32);
                let selected = if is_complier {
                    0.0
                } else if is_always {
                    2.0
                } else {
                    -1.0
                };
                let level = 10.0 + together + selected + 2.0 * known + 1.5 * rng.normal();
                let does = if is_complier { EFFECT } else { 2.0 * EFFECT };
                for week in 1..=HORIZON {
                    let has = at.is_some_and(|at| at <= week);
                    let value = level + rng.normal() + if has { does } else { 0.0 };
                    amounts.runs.push(Run {
                        start: week as i32,
                        end: week as i32 + 1,
                        value: (100.0 * value).round() as i64,
                    });
                }
                amounts.offsets.push(amounts.runs.len() as u32);
            }
        }
        let persons = arm.len();
        let trial = Trial {
            horizon: HORIZON as u32,
            arms: vec!["control".into(), "treated".into()],
            strata: vec![String::new()],
            stratum: vec![0; persons],
            arm,
            cluster: self.clusters.then_some(cluster),
            covariates: vec![Covariate {
                name: "x".into(),
                values: CovariateValues::Number {
                    decimals: 2,
                    values: x.iter().map(|x| Some((100.0 * x).round() as i64)).collect(),
                },
            }],
            tables: vec![everybody(persons)],
            records: vec![Some(amounts), Some(course)],
            ..Trial::default()
        };
        Case {
            study: study(&trial),
            truth: self.truth(),
            trial,
        }
    }

    fn truth(self) -> Vec<Truth> {
        let more: Vec<f64> = (1..=HORIZON)
            .map(|week| self.taken(week, true) - self.taken(week, false))
            .collect();
        let accumulated = |week: usize| EFFECT * more[..=week].iter().sum::<f64>() / more[week];
        vec![
            Truth {
                name: "population",
                estimand: ESTIMANDS[0],
                weeks: vec![Some(EFFECT); HORIZON],
            },
            Truth {
                name: "population",
                estimand: ESTIMANDS[1],
                weeks: (0..HORIZON).map(|week| Some(accumulated(week))).collect(),
            },
        ]
    }
}

fn everybody(persons: usize) -> SpellTable {
    let spell = Spell {
        start: 1,
        end: HORIZON as i32 + 1,
        state: 0,
    };
    SpellTable {
        name: "spells".into(),
        states: vec!["benefit".into()],
        absorbing: vec![false],
        offsets: (0..=persons as u32).collect(),
        spells: vec![spell; persons],
        followed: vec![HORIZON as i32; persons],
    }
}

fn study(trial: &Trial) -> rettevej::study::Study {
    let mut study = random_trial::study(trial, super::REPLICATES, vec![]);
    let file = study.persons.file.clone();
    let outcome = |name: &str, kind| Outcome {
        name: name.into(),
        kind,
        unit: None,
    };
    study.outcomes = vec![
        outcome(
            "income",
            OutcomeKind::Amount {
                source: AmountSource::Spells {
                    table: 0,
                    column: "income".into(),
                },
                per: Per::Week,
                decimals: 2,
            },
        ),
        outcome(
            "course",
            OutcomeKind::Events {
                source: EventSource {
                    file,
                    person: String::new(),
                    week: String::new(),
                    weeks: WeekUnit::Trial,
                    filter: vec![],
                    status: None,
                },
            },
        ),
    ];
    let made = random_trial::analysis("", Adjustment::None, super::INTERVALS[0]);
    study.analyses = analyses(&ADJUSTMENTS, &made);
    for analysis in &mut study.analyses {
        analysis.estimands = vec!["cumulative_effect".into()];
        analysis.take_up = Some(TakeUp {
            outcome: 1,
            measure: Measure::Ever,
            also: None,
        });
    }
    study
}
