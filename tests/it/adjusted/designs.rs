//! Trials for differences adjusted by regression: amounts over eight weeks that covariates say something of, with effects that
//! differ from person to person. Both potential outcomes of everybody are known, so that the effect among the trial's own
//! persons is known beside that in the population they are drawn from.

use super::{Case, Truth, Uniform, analyses, weeks_of};
use crate::random_trial;
use rettevej::study::{Adjustment, AmountSource, Outcome, OutcomeKind, Per};
use rettevej::trial::{Covariate, CovariateValues, Run, Spell, SpellTable, Trial, WeeklyRuns};

pub(super) const HORIZON: usize = 8;
pub(super) const ADJUSTMENTS: [Adjustment; 3] =
    [Adjustment::None, Adjustment::Ancova, Adjustment::Lin];
pub(super) const ESTIMANDS: [&str; 2] = ["weekly_difference", "cumulative_effect"];

#[derive(Clone, Copy)]
pub(super) struct Design {
    pub name: &'static str,
    /// Persons (or clusters) treated and not, in each stratum.
    treated: usize,
    control: usize,
    strata: usize,
    /// Clusters of four to sixteen persons instead of persons.
    clusters: bool,
    /// How much the effect grows with the covariate.
    slope: f64,
    /// A few persons have most of the amount, and of the effect.
    skewed: bool,
    /// The covariate is unknown for many of those in whom it is high.
    missing: bool,
    /// Lost per week, of a thousand.
    lost: u64,
}

const PLAIN: Design = Design {
    name: "",
    treated: 100,
    control: 100,
    strata: 1,
    clusters: false,
    slope: 0.5,
    skewed: false,
    missing: false,
    lost: 0,
};

pub(super) const DESIGNS: [Design; 10] = [
    Design {
        name: "few",
        treated: 15,
        control: 15,
        ..PLAIN
    },
    Design {
        name: "many",
        treated: 200,
        control: 200,
        ..PLAIN
    },
    Design {
        name: "uneven",
        treated: 20,
        control: 130,
        slope: 1.5,
        ..PLAIN
    },
    Design {
        name: "varied",
        slope: 3.0,
        ..PLAIN
    },
    Design {
        name: "skewed",
        treated: 50,
        control: 50,
        skewed: true,
        ..PLAIN
    },
    Design {
        name: "missing",
        missing: true,
        ..PLAIN
    },
    Design {
        name: "strata",
        treated: 4,
        control: 4,
        strata: 12,
        ..PLAIN
    },
    Design {
        name: "lost",
        lost: 30,
        ..PLAIN
    },
    Design {
        name: "clusters-12",
        treated: 6,
        control: 6,
        clusters: true,
        ..PLAIN
    },
    Design {
        name: "clusters-40",
        treated: 15,
        control: 25,
        clusters: true,
        ..PLAIN
    },
];

/// Half of the effect in the first half of the weeks.
fn ramp(week: usize) -> f64 {
    if week < HORIZON / 2 { 0.5 } else { 1.0 }
}

/// What a person is drawn as.
struct Person {
    x: f64,
    known: bool,
    kind: u16,
    other: f64,
    /// Amounts by week in hundredths, without the treatment and with it.
    amounts: [[i64; HORIZON]; 2],
    followed: i32,
}

impl Design {
    /// Mean effect in the population.
    fn effect(self) -> f64 {
        // Of 1 / (u + 1/50), u uniform, the mean is ln 51.
        if self.skewed { 0.2 * 51_f64.ln() } else { 1.0 }
    }

    fn person(self, rng: &mut Uniform, (site, share): (f64, f64)) -> Person {
        let x = rng.normal() + share;
        let kind = rng.below(3) as u16;
        let heavy = 1.0 / (rng.uniform() + 0.02);
        let own = if self.skewed {
            heavy
        } else {
            1.5 * rng.normal()
        };
        let effect = if self.skewed {
            0.2 * heavy
        } else {
            1.0 + self.slope * x + 0.3 * rng.normal()
        };
        let level = 10.0 + site + 2.0 * x + 1.5 * f64::from(kind) + own;
        let mut amounts = [[0; HORIZON]; 2];
        for week in 0..HORIZON {
            let without = level + rng.normal();
            for (arm, amounts) in amounts.iter_mut().enumerate() {
                let value = without + arm as f64 * effect * ramp(week);
                amounts[week] = (100.0 * value).round() as i64;
            }
        }
        let mut followed = 0;
        while followed < HORIZON as i32 && rng.below(1000) >= self.lost {
            followed += 1;
        }
        Person {
            x,
            known: !self.missing || x < 0.3 || rng.below(10) < 4,
            kind,
            other: rng.normal(),
            amounts,
            followed,
        }
    }

    pub(super) fn draw(self, seed: u64) -> Case {
        let mut rng = Uniform::new(seed);
        let mut people: Vec<Person> = Vec::new();
        let (mut arm, mut stratum, mut cluster) = (vec![], vec![], vec![]);
        for at in 0..self.strata {
            let site = if self.strata > 1 {
                2.0 * rng.normal()
            } else {
                0.0
            };
            let mut left = self.treated;
            let units = self.treated + self.control;
            for place in 0..units {
                let own = u16::from(rng.below((units - place) as u64) < left as u64);
                left -= usize::from(own);
                let members = if self.clusters { 4 + rng.below(13) } else { 1 };
                let together = if self.clusters {
                    (rng.normal(), 0.5 * rng.normal())
                } else {
                    (0.0, 0.0)
                };
                for _ in 0..members {
                    people.push(self.person(&mut rng, (site + together.0, together.1)));
                    arm.push(own);
                    stratum.push(at as u32);
                    cluster.push((at * units + place) as u32);
                }
            }
        }
        let trial = trial(&people, arm, (self.strata, stratum));
        let trial = Trial {
            cluster: self.clusters.then_some(cluster),
            ..trial
        };
        Case {
            study: study(&trial),
            truth: truth(&people, self.effect()),
            trial,
        }
    }
}

fn trial(people: &[Person], arm: Vec<u16>, (strata, stratum): (usize, Vec<u32>)) -> Trial {
    let hundredths = |value: f64| (100.0 * value).round() as i64;
    let mut amounts = WeeklyRuns {
        offsets: vec![0],
        runs: vec![],
    };
    let mut table = SpellTable {
        name: "spells".into(),
        states: vec!["benefit".into()],
        absorbing: vec![false],
        offsets: vec![0],
        ..SpellTable::default()
    };
    for (person, &arm) in people.iter().zip(&arm) {
        for week in 0..person.followed {
            let value = person.amounts[usize::from(arm)][week as usize];
            amounts.runs.push(Run {
                start: week + 1,
                end: week + 2,
                value,
            });
        }
        amounts.offsets.push(amounts.runs.len() as u32);
        if person.followed > 0 {
            table.spells.push(Spell {
                start: 1,
                end: person.followed + 1,
                state: 0,
            });
        }
        table.offsets.push(table.spells.len() as u32);
        table.followed.push(person.followed);
    }
    let number = |name: &str, value: &dyn Fn(&Person) -> Option<f64>| Covariate {
        name: name.into(),
        values: CovariateValues::Number {
            decimals: 2,
            values: people.iter().map(|p| value(p).map(hundredths)).collect(),
        },
    };
    let kind = Covariate {
        name: "kind".into(),
        values: CovariateValues::Factor {
            levels: ["a", "b", "c"].map(String::from).to_vec(),
            reference: 0,
            level: people.iter().map(|p| Some(p.kind)).collect(),
        },
    };
    Trial {
        horizon: HORIZON as u32,
        arms: vec!["control".into(), "treated".into()],
        strata: (0..strata).map(|s| format!("site {s:02}")).collect(),
        arm,
        stratum,
        covariates: vec![
            number("x", &|p| p.known.then_some(p.x)),
            kind,
            number("other", &|p| Some(p.other)),
        ],
        tables: vec![table],
        records: vec![Some(amounts)],
        ..Trial::default()
    }
}

fn study(trial: &Trial) -> rettevej::study::Study {
    let mut study = random_trial::study(trial, super::REPLICATES, vec![]);
    study.outcomes = vec![Outcome {
        name: "income".into(),
        kind: OutcomeKind::Amount {
            source: AmountSource::Spells {
                table: 0,
                column: "income".into(),
            },
            per: Per::Week,
            decimals: 2,
        },
        unit: None,
    }];
    let made = random_trial::analysis("", Adjustment::None, super::INTERVALS[0]);
    study.analyses = analyses(&ADJUSTMENTS, &made);
    for analysis in &mut study.analyses {
        analysis.estimands = ESTIMANDS.map(String::from).to_vec();
    }
    study
}

fn truth(people: &[Person], effect: f64) -> Vec<Truth> {
    let own = |week: usize| {
        let gain = |p: &Person| p.amounts[1][week] - p.amounts[0][week];
        people.iter().map(gain).sum::<i64>() as f64 / 100.0 / people.len() as f64
    };
    let population = |week: usize| effect * ramp(week);
    let mut out = Vec::new();
    for (name, weekly) in [
        ("own", &own as &dyn Fn(usize) -> f64),
        ("population", &population),
    ] {
        let weekly: Vec<f64> = (0..HORIZON).map(weekly).collect();
        for estimand in ESTIMANDS {
            out.push(Truth {
                name,
                estimand,
                weeks: weeks_of(&weekly, estimand.starts_with("cumulative")),
            });
        }
    }
    out
}
