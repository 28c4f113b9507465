//! What is known to be true of a simulated trial: expected values, worked out from the transition probabilities of
//! every kind of person, without any random number.

use super::measures::{MeasureKind, measures};
use super::plan::{Plan, profiles, span};
use super::scenario::{Events, Scenario};
use serde::Serialize;

/// The truth of a scenario. Sites weigh as in the whole trial in every arm.
#[derive(Clone, Debug, Serialize)]
pub struct Truth {
    /// Name of the scenario.
    pub scenario: String,
    /// Last trial week.
    pub horizon: u32,
    /// Arms, the control first.
    pub arms: Vec<String>,
    /// Where a path is not what an estimator would find without bias.
    pub notes: Vec<String>,
    /// Paths over weeks 1 to `horizon`.
    pub paths: Vec<TruthPath>,
}

/// One true path, named as the rows of `estimates` are.
#[derive(Clone, Debug, Serialize)]
pub struct TruthPath {
    /// Estimand.
    pub estimand: &'static str,
    /// Outcome.
    pub outcome: String,
    /// Destination of an exit, or empty.
    pub item: String,
    /// Arm.
    pub arm: String,
    /// Control of a contrast, or empty.
    pub reference: String,
    /// One number per week; `None` where nobody can be at risk.
    pub values: Vec<Option<f64>>,
}

impl Truth {
    /// A path by its names; contrasts have the control's label as `reference`, arms none.
    pub fn path(
        &self,
        estimand: &str,
        outcome: &str,
        item: &str,
        arm: &str,
    ) -> Option<&[Option<f64>]> {
        self.paths
            .iter()
            .find(|p| {
                p.estimand == estimand && p.outcome == outcome && p.item == item && p.arm == arm
            })
            .map(|p| p.values.as_slice())
    }
}

/// Works out the truth.
pub(crate) fn truth(scenario: &Scenario, plan: &Plan) -> Truth {
    let chains: Vec<Chains> = (0..scenario.arms.len())
        .map(|arm| Chains::new(scenario, plan, arm))
        .collect();
    let mut paths = Vec::new();
    for measure in measures(scenario) {
        // The paths of each arm come in the same order, so that contrasts go by position.
        let by_arm: Vec<Vec<Path>> = scenario
            .arms
            .iter()
            .zip(&chains)
            .map(|(arm, chain)| chain.paths(scenario, &arm.name, measure.kind))
            .collect();
        for (arm, own) in scenario.arms.iter().zip(&by_arm) {
            for path in own {
                paths.push(path.named(path.estimand, &measure.name, &arm.name, ""));
            }
        }
        let control = &by_arm[0];
        for (arm, own) in scenario.arms.iter().zip(&by_arm).skip(1) {
            for (path, base) in own.iter().zip(control) {
                let Some(estimand) = contrast(path.estimand) else {
                    continue;
                };
                let difference = Path {
                    values: path
                        .values
                        .iter()
                        .zip(&base.values)
                        .map(|(a, b)| Some((*a)? - (*b)?))
                        .collect(),
                    ..path.clone()
                };
                let control = &scenario.arms[0].name;
                paths.push(difference.named(estimand, &measure.name, &arm.name, control));
            }
        }
    }
    let mut notes = vec![
        "all numbers are expectations over trials of this scenario; weeks 1 to the horizon"
            .to_owned(),
    ];
    if scenario.lost.is_some() && scenario.states.iter().any(|s| s.absorbing) {
        notes.push(
            "who is in an absorbing state is not lost, so means of those followed differ from these means a little"
                .to_owned(),
        );
    }
    Truth {
        scenario: scenario.name.clone(),
        horizon: scenario.horizon,
        arms: scenario.arms.iter().map(|a| a.name.clone()).collect(),
        notes,
        paths,
    }
}

/// The contrast of an arm's estimand.
fn contrast(estimand: &str) -> Option<&'static str> {
    Some(match estimand {
        "weekly_mean" => "weekly_difference",
        "cumulative_mean" => "cumulative_effect",
        "period_mean" => "period_difference",
        "hazard" => "hazard_difference",
        "survival" => "survival_difference",
        "cumulative_incidence" => "cumulative_incidence_difference",
        "restricted_mean" => "restricted_mean_difference",
        _ => return None,
    })
}

/// A path before it has names.
#[derive(Clone)]
struct Path {
    estimand: &'static str,
    item: String,
    values: Vec<Option<f64>>,
}

impl Path {
    fn new(estimand: &'static str, item: &str, values: impl IntoIterator<Item = f64>) -> Self {
        Self {
            estimand,
            item: item.to_owned(),
            values: values.into_iter().map(Some).collect(),
        }
    }

    fn named(
        &self,
        estimand: &'static str,
        outcome: &str,
        arm: &str,
        reference: &str,
    ) -> TruthPath {
        TruthPath {
            estimand,
            outcome: outcome.to_owned(),
            item: self.item.clone(),
            arm: arm.to_owned(),
            reference: reference.to_owned(),
            values: self.values.clone(),
        }
    }
}

/// What the chains of an arm's kinds of person add up to.
struct Chains {
    /// Expected share in each state, by week.
    share: Vec<Vec<f64>>,
    exits: Vec<Leaving>,
}

/// Leaving a set of states.
struct Leaving {
    /// Share still there before week 1, after week 1, ...
    survival: Vec<f64>,
    /// Share leaving in a week for each state.
    moves: Vec<Vec<f64>>,
}

impl Chains {
    fn new(scenario: &Scenario, plan: &Plan, arm: usize) -> Self {
        let weeks = scenario.horizon as usize;
        let states = scenario.states.len();
        let place = |name: &String| scenario.states.iter().position(|s| s.name == *name);
        let sets: Vec<Vec<bool>> = scenario
            .exits
            .iter()
            .map(|e| {
                let mut inside = vec![false; states];
                for state in e.from.iter().filter_map(place) {
                    inside[state] = true;
                }
                inside
            })
            .collect();
        let mut share = vec![vec![0.0; states]; weeks];
        let mut exits: Vec<Leaving> = sets
            .iter()
            .map(|_| Leaving {
                survival: vec![0.0; weeks + 1],
                moves: vec![vec![0.0; states]; weeks],
            })
            .collect();
        for (profile, weight) in profiles(scenario, arm) {
            let rates = plan.rates(&profile);
            let step =
                |week: u32, from: &[f64], keep: &dyn Fn(usize) -> bool| -> (Vec<f64>, Vec<f64>) {
                    let mut next = vec![0.0; states];
                    let mut moves = vec![0.0; states];
                    for (state, &mass) in from.iter().enumerate().filter(|(_, m)| **m > 0.0) {
                        let row = rates.row(plan.period(week), state);
                        next[state] += mass * (1.0 - row.iter().sum::<f64>());
                        for (to, p) in row.iter().enumerate() {
                            if keep(to) {
                                next[to] += mass * p;
                            } else {
                                moves[to] += mass * p;
                            }
                        }
                    }
                    (next, moves)
                };
            let mut now = plan.initial.clone();
            for (week, total) in (1..).zip(&mut share) {
                for (sum, mass) in total.iter_mut().zip(&now) {
                    *sum += weight * mass;
                }
                now = step(week, &now, &|_| true).0;
            }
            for (inside, exit) in sets.iter().zip(&mut exits) {
                let mut there: Vec<f64> = plan
                    .initial
                    .iter()
                    .zip(inside)
                    .map(|(mass, inside)| if *inside { *mass } else { 0.0 })
                    .collect();
                let start: f64 = there.iter().sum();
                exit.survival[0] += weight;
                for week in 1..=weeks {
                    let (next, moves) = step(week as u32, &there, &|to| inside[to]);
                    there = next;
                    exit.survival[week] += weight * there.iter().sum::<f64>() / start;
                    for (sum, mass) in exit.moves[week - 1].iter_mut().zip(&moves) {
                        *sum += weight * mass / start;
                    }
                }
            }
        }
        Self { share, exits }
    }

    /// Expected weekly value when a week in a state is worth this much.
    fn weekly<'a>(
        &'a self,
        scenario: &'a Scenario,
        worth: impl Fn(u32, &str) -> f64 + 'a,
    ) -> impl Iterator<Item = f64> + 'a {
        (1..).zip(&self.share).map(move |(week, shares)| {
            scenario
                .states
                .iter()
                .zip(shares)
                .map(|(state, share)| share * worth(week, &state.name))
                .sum()
        })
    }

    fn paths(&self, scenario: &Scenario, arm: &str, kind: MeasureKind) -> Vec<Path> {
        let means = |weekly: Vec<f64>| {
            vec![
                Path::new("cumulative_mean", "", running(&weekly)),
                Path::new("weekly_mean", "", weekly),
            ]
        };
        match kind {
            MeasureKind::WeeksIn(state) => means(self.share.iter().map(|s| s[state]).collect()),
            MeasureKind::Hours => {
                let rules = scenario.hours.as_ref().map_or(&[][..], |h| &h.rules);
                let worth = |_, state: &str| {
                    rules
                        .iter()
                        .find(|r| r.states.iter().any(|s| s == state))
                        .map_or(0.0, |r| {
                            let mean: f64 = r.values.iter().map(|v| v.hours * v.share).sum();
                            mean * r.probability[arm]
                        })
                };
                means(self.weekly(scenario, worth).collect())
            }
            MeasureKind::Events(process, kind) => {
                let process = &scenario.events[process];
                means(
                    self.weekly(scenario, |week, state| {
                        happens(process, kind, arm, week, state)
                    })
                    .collect(),
                )
            }
            MeasureKind::Share(process, kind) => {
                let process = &scenario.events[process];
                let with = self.weekly(scenario, |week, state| {
                    happens(process, kind, arm, week, state)
                });
                let among = self.weekly(scenario, |_, state| {
                    f64::from(u8::from(process.states.iter().any(|s| s == state)))
                });
                let (with, among) = (with.collect::<Vec<_>>(), among.collect::<Vec<_>>());
                let ratio = |(a, b): (f64, f64)| (b > 0.0).then(|| a / b);
                let path = |estimand, values: Vec<Option<f64>>| Path {
                    estimand,
                    item: String::new(),
                    values,
                };
                vec![
                    path(
                        "period_mean",
                        running(&with)
                            .into_iter()
                            .zip(running(&among))
                            .map(ratio)
                            .collect(),
                    ),
                    path(
                        "weekly_mean",
                        with.into_iter().zip(among).map(ratio).collect(),
                    ),
                ]
            }
            MeasureKind::Exit(index) => {
                self.exits[index].paths(scenario, &scenario.exits[index].from)
            }
        }
    }
}

/// The probability of an event in a state's week.
fn happens(process: &Events, kind: Option<usize>, arm: &str, week: u32, state: &str) -> f64 {
    if !process.states.iter().any(|s| s == state) {
        return 0.0;
    }
    process
        .kinds
        .iter()
        .filter(|k| kind.is_none_or(|wanted| process.kinds[wanted].name == k.name))
        .filter(|k| (span(k.weeks).0..=span(k.weeks).1).contains(&week))
        .map(|k| k.probability[arm])
        .sum()
}

impl Leaving {
    fn paths(&self, scenario: &Scenario, from: &[String]) -> Vec<Path> {
        let weeks = self.moves.len();
        let at_risk = &self.survival[..weeks];
        let hazard = |item: &str, leaving: &[f64]| Path {
            estimand: "hazard",
            item: item.to_owned(),
            values: leaving
                .iter()
                .zip(at_risk)
                .map(|(moves, risk)| (*risk > 0.0).then(|| moves / risk))
                .collect(),
        };
        let cumulative_hazard = |item: &str, leaving: &[f64]| {
            let mut path = hazard(item, leaving);
            path.estimand = "cumulative_hazard";
            let mut sum = Some(0.0);
            for value in &mut path.values {
                sum = sum.and_then(|s| Some(s + (*value)?));
                *value = sum;
            }
            path
        };
        let any: Vec<f64> = self.moves.iter().map(|m| m.iter().sum()).collect();
        let mut all = vec![
            hazard("", &any),
            cumulative_hazard("", &any),
            Path::new("survival", "", self.survival[1..].iter().copied()),
            Path::new("restricted_mean", "", running(at_risk)),
        ];
        for (state, s) in scenario.states.iter().enumerate() {
            if !from.contains(&s.name) {
                let moves: Vec<f64> = self.moves.iter().map(|m| m[state]).collect();
                all.push(hazard(&s.name, &moves));
                all.push(cumulative_hazard(&s.name, &moves));
                all.push(Path::new("cumulative_incidence", &s.name, running(&moves)));
            }
        }
        all
    }
}

fn running(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .scan(0.0, |sum, value| {
            *sum += value;
            Some(*sum)
        })
        .collect()
}
