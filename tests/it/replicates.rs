//! The engine's rows against a plain second way to the same numbers: persons with weights, written out week by week.
//!
//! With percentile intervals and 199 replicates the limits are the fifth smallest and fifth largest replicate, so that
//! the rows show the replicates themselves. Standard errors are worked out from numerical derivatives in the weights.

use crate::random_trial::{Size, analysis, random_trial, study};
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::panel::{self, classes::Classes};
use rettevej::resample::{Bootstrap, Draw, Rule, Scheme};
use rettevej::results::Row;
use rettevej::study::{Adjustment, IntervalKind};
use rettevej::trial::Trial;
use std::collections::BTreeMap;

const CONTRASTS: [&str; 5] = [
    "weekly_difference",
    "cumulative_effect",
    "hazard_difference",
    "survival_difference",
    "restricted_mean_difference",
];
const REPLICATES: u32 = 199;

/// One person's weeks 1 to the horizon.
struct History {
    followed: Vec<f64>,
    work: Vec<f64>,
    at_risk: Vec<f64>,
    exit: Vec<f64>,
}

fn history(trial: &Trial, person: usize) -> History {
    let spells = &trial.tables[0];
    let state = |week: i32| -> Option<&str> {
        let spell = spells
            .of(person)
            .iter()
            .find(|s| s.start <= week && week < s.end);
        spell.map(|s| spells.states[usize::from(s.state)].as_str())
    };
    let number = |yes: bool| f64::from(u8::from(yes));
    let weeks = 1..=trial.horizon as i32;
    let so_far = |week: i32| (1..=week).all(|t| state(t) == Some("benefit"));
    History {
        followed: weeks
            .clone()
            .map(|t| number(t <= spells.followed[person]))
            .collect(),
        work: weeks
            .clone()
            .map(|t| number(state(t) == Some("work")))
            .collect(),
        at_risk: weeks.clone().map(|t| number(so_far(t))).collect(),
        exit: weeks
            .map(|t| number(so_far(t) && state(t + 1).is_some_and(|s| s != "benefit")))
            .collect(),
    }
}

/// Persons of one side of a comparison, with what each counts.
type Side<'a> = Vec<(f64, &'a History)>;

fn sum(side: &Side<'_>, week: usize, of: impl Fn(&History) -> &Vec<f64>) -> f64 {
    side.iter().map(|(weight, h)| weight * of(h)[week]).sum()
}

/// The curve of a side, week by week; one number for the restricted mean.
fn curve(contrast: &str, side: &Side<'_>, weeks: usize) -> Vec<f64> {
    let (mut total, mut survival, mut area) = (0.0, 1.0, 1.0);
    let mut out = Vec::new();
    for week in 0..weeks {
        let mean = sum(side, week, |h| &h.work) / sum(side, week, |h| &h.followed);
        let hazard = sum(side, week, |h| &h.exit) / sum(side, week, |h| &h.at_risk);
        total += mean;
        // Nobody is left, or nobody is known: the first stays 0, the second is undefined.
        survival *= if survival == 0.0 { 1.0 } else { 1.0 - hazard };
        if week + 1 < weeks {
            area += survival;
        }
        out.push(match contrast {
            "weekly_difference" => mean,
            "cumulative_effect" => total,
            "hazard_difference" => hazard,
            _ => survival,
        });
    }
    if contrast == "restricted_mean_difference" {
        return vec![area];
    }
    out
}

/// One comparison of a row: sides as person numbers, with the weight of their difference.
struct Group {
    weight: f64,
    treated: Vec<usize>,
    control: Vec<usize>,
}

/// What is compared at a level (`None`: everybody), by the rules of the design, written out again.
fn groups(trial: &Trial, adjustment: Adjustment, level: Option<u16>, arm: u16) -> Vec<Group> {
    let inside = |p: &usize| level.is_none() || trial.subgroups[0].level[*p] == level;
    let side = |arm: u16, stratum: Option<u32>| -> Vec<usize> {
        let persons = (0..trial.persons()).filter(inside);
        persons
            .filter(|&p| trial.arm[p] == arm && stratum.is_none_or(|s| trial.stratum[p] == s))
            .collect()
    };
    if adjustment == Adjustment::None {
        return vec![Group {
            weight: 1.0,
            treated: side(arm, None),
            control: side(0, None),
        }];
    }
    let (mut all, mut pool) = (Vec::new(), (Vec::new(), Vec::new()));
    for stratum in 0..trial.strata.len() as u32 {
        let (t, c) = (side(arm, Some(stratum)), side(0, Some(stratum)));
        if level.is_some() && t.len().min(c.len()) < 2 {
            pool.0.extend(t);
            pool.1.extend(c);
        } else {
            all.push((t, c));
        }
    }
    all.push(pool);
    all.retain(|(t, c)| !t.is_empty() && !c.is_empty());
    let total: usize = all.iter().map(|(t, c)| t.len() + c.len()).sum();
    all.into_iter()
        .map(|(treated, control)| Group {
            weight: (treated.len() + control.len()) as f64 / total as f64,
            treated,
            control,
        })
        .collect()
}

struct Plain<'a> {
    trial: &'a Trial,
    histories: Vec<History>,
}

impl Plain<'_> {
    fn side(&self, persons: &[usize], weights: &[f64]) -> Side<'_> {
        persons
            .iter()
            .map(|&p| (weights[p], &self.histories[p]))
            .collect()
    }

    fn difference(&self, contrast: &str, groups: &[Group], weights: &[f64]) -> Vec<f64> {
        let weeks = self.trial.horizon as usize;
        let mut out: Vec<f64> = Vec::new();
        for group in groups {
            let treated = curve(contrast, &self.side(&group.treated, weights), weeks);
            let control = curve(contrast, &self.side(&group.control, weights), weeks);
            out.resize(treated.len(), 0.0);
            for ((sum, t), c) in out.iter_mut().zip(treated).zip(control) {
                *sum += group.weight * (t - c);
            }
        }
        out
    }

    /// Variance of one side: squared derivatives in the weights, summed by unit.
    fn variance(&self, contrast: &str, persons: &[usize]) -> Vec<f64> {
        const STEP: f64 = 1e-4;
        let weeks = self.trial.horizon as usize;
        let mut units: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, &person) in persons.iter().enumerate() {
            let unit = self
                .trial
                .cluster
                .as_ref()
                .map_or(person as u32, |c| c[person]);
            units.entry(unit).or_default().push(place);
        }
        let mut side = self.side(persons, &vec![1.0; self.trial.persons()]);
        let mut out: Vec<f64> = Vec::new();
        for places in units.values() {
            let mut at = |step: f64| {
                for &place in places {
                    side[place].0 = 1.0 + step;
                }
                let values = curve(contrast, &side, weeks);
                for &place in places {
                    side[place].0 = 1.0;
                }
                values
            };
            let (up, down) = (at(STEP), at(-STEP));
            out.resize(up.len(), 0.0);
            for ((sum, up), down) in out.iter_mut().zip(up).zip(down) {
                *sum += ((up - down) / (2.0 * STEP)).powi(2);
            }
        }
        let n = units.len() as f64;
        let mean = contrast.starts_with("weekly") || contrast.starts_with("cumulative");
        let factor = match (mean, &self.trial.cluster) {
            _ if units.len() < 2 => f64::NAN,
            (false, None) => 1.0,
            _ => n / (n - 1.0),
        };
        out.iter().map(|square| square * factor).collect()
    }

    fn std_errors(&self, contrast: &str, groups: &[Group]) -> Vec<f64> {
        let mut out: Vec<f64> = Vec::new();
        for group in groups {
            for side in [&group.treated, &group.control] {
                let variance = self.variance(contrast, side);
                out.resize(variance.len(), 0.0);
                for (sum, v) in out.iter_mut().zip(variance) {
                    *sum += group.weight * group.weight * v;
                }
            }
        }
        out.iter().map(|v| v.sqrt()).collect()
    }
}

/// What each person counts in the replicates: the one that stands for a class counts for all of it.
fn replicate_weights(trial: &Trial, classes: &Classes, rule: Rule, seed: u64) -> Vec<Vec<f64>> {
    let scheme = Bootstrap::new(classes, rule, seed);
    let mut draw = Draw::default();
    (0..u64::from(REPLICATES))
        .map(|b| {
            scheme.fill(b, &mut draw);
            let mut weights = vec![0.0; trial.persons()];
            for cell in &classes.cells {
                for unit in cell.units.0..cell.units.1 {
                    for &person in classes.members(unit as usize) {
                        let count = f64::from(draw.counts[unit as usize]);
                        weights[person as usize] = rule.weight(cell.slots) * count;
                    }
                }
            }
            weights
        })
        .collect()
}

fn close(a: Option<f64>, b: f64, tolerance: f64) -> bool {
    match a {
        Some(a) => (a - b).abs() <= tolerance * (1.0 + b.abs()),
        None => b.is_nan(),
    }
}

/// Holds every contrast of the engine against the plain way; says how many limits were compared and rows pooled.
fn hold(trial: &Trial, expected: Rule) -> (usize, usize) {
    let adjustments = [("raw", Adjustment::None), ("adjusted", Adjustment::Strata)];
    let analyses = adjustments.map(|(name, adjustment)| {
        let mut analysis = analysis(name, adjustment, IntervalKind::Percentile);
        analysis.outcomes = vec![0, 4];
        analysis.estimands = CONTRASTS.map(String::from).to_vec();
        analysis
    });
    let study = study(trial, REPLICATES, analyses.to_vec());
    let rows = evaluate(&study, trial, &Options::default(), &Silent)
        .expect("the trial can be evaluated")
        .0
        .rows;
    let classes = Classes::build(trial, &panel::build(&study, trial).expect("sums fit"));
    assert_eq!(Rule::for_cells(&classes), expected);
    let draws = replicate_weights(trial, &classes, expected, study.resampling.seed);
    let plain = Plain {
        trial,
        histories: (0..trial.persons()).map(|p| history(trial, p)).collect(),
    };
    let (mut limits, mut pooled) = (0, 0);
    for (name, adjustment) in adjustments {
        for level in [None, Some(0), Some(1)] {
            let label = level.map_or("", |l: u16| &trial.subgroups[0].levels[usize::from(l)]);
            for arm in 1..trial.arms.len() {
                let groups = groups(trial, adjustment, level, arm as u16);
                if groups.is_empty() {
                    continue;
                }
                for contrast in CONTRASTS {
                    let own: Vec<&Row> = rows
                        .iter()
                        .filter(|row| {
                            &*row.analysis == name
                                && &*row.estimand == contrast
                                && row.item.is_empty()
                                && (&*row.subgroup == "all") == level.is_none()
                                && (level.is_none() || &*row.level == label)
                                && *row.arm == *trial.arms[arm]
                        })
                        .collect();
                    let observed = plain.difference(contrast, &groups, &vec![1.0; trial.persons()]);
                    let errors = plain.std_errors(contrast, &groups);
                    let replicates: Vec<Vec<f64>> = draws
                        .iter()
                        .map(|w| plain.difference(contrast, &groups, w))
                        .collect();
                    assert_eq!(own.len(), observed.len(), "{contrast}");
                    for (k, row) in own.iter().enumerate() {
                        assert!(
                            close(row.estimate, observed[k], 1e-12),
                            "{row:?} {}",
                            observed[k]
                        );
                        if row.estimate.is_some() {
                            assert!(
                                close(row.std_error, errors[k], 1e-6),
                                "{row:?} {}",
                                errors[k]
                            );
                        }
                        let counted = counts(contrast, &plain, &groups, k);
                        let told = [
                            row.n,
                            row.events.map(|e| e as u64),
                            row.n_reference,
                            row.events_reference.map(|e| e as u64),
                        ];
                        assert_eq!(told, counted.map(Some), "{row:?}");
                        let mut column: Vec<f64> = replicates.iter().map(|r| r[k]).collect();
                        let undefined = column.iter().filter(|x| x.is_nan()).count();
                        assert_eq!(row.undefined_replicates, Some(undefined as u32), "{row:?}");
                        column.sort_by(f64::total_cmp);
                        if undefined == 0 && row.conf_low.is_some() {
                            assert!(
                                close(row.conf_low, column[4], 1e-12),
                                "{row:?} {}",
                                column[4]
                            );
                            assert!(
                                close(row.conf_high, column[194], 1e-12),
                                "{row:?} {}",
                                column[194]
                            );
                            limits += 1;
                        }
                        pooled += usize::from(row.reason.contains("pooled"));
                    }
                }
            }
        }
    }
    (limits, pooled)
}

/// Persons and events behind a row, by side.
fn counts(contrast: &str, plain: &Plain<'_>, groups: &[Group], week: usize) -> [u64; 4] {
    let weeks = plain.trial.horizon as usize;
    let of = |side: &dyn Fn(&Group) -> &Vec<usize>| -> [u64; 2] {
        let persons: Vec<usize> = groups
            .iter()
            .flat_map(|g| side(g).iter().copied())
            .collect();
        let side = plain.side(&persons, &vec![1.0; plain.trial.persons()]);
        let through = |of: &dyn Fn(&History) -> &Vec<f64>, last: usize| -> f64 {
            (0..=last).map(|t| sum(&side, t, of)).sum()
        };
        let [n, events] = match contrast {
            "weekly_difference" => [
                sum(&side, week, |h| &h.followed),
                sum(&side, week, |h| &h.work),
            ],
            "cumulative_effect" => [
                sum(&side, week, |h| &h.followed),
                through(&|h| &h.work, week),
            ],
            "restricted_mean_difference" => [
                sum(&side, 0, |h| &h.at_risk),
                through(&|h| &h.exit, weeks - 1),
            ],
            _ => [
                sum(&side, week, |h| &h.at_risk),
                sum(&side, week, |h| &h.exit),
            ],
        };
        [n as u64, events as u64]
    };
    let (treated, control) = (of(&|g| &g.treated), of(&|g| &g.control));
    [treated[0], treated[1], control[0], control[1]]
}

#[test]
fn rows_of_the_plain_bootstrap_are_those_of_weighted_persons() {
    let size = Size {
        persons: 300,
        arms: 3,
        strata: 3,
        horizon: 6,
        clusters: None,
    };
    let (limits, _) = hold(&random_trial(5, size), Rule::Plain);
    assert!(limits > 200, "{limits}");
}

#[test]
fn rows_of_the_rescaled_bootstrap_are_those_of_weighted_persons() {
    let size = Size {
        persons: 100,
        arms: 2,
        strata: 3,
        horizon: 6,
        clusters: None,
    };
    let (limits, _) = hold(&random_trial(6, size), Rule::RaoWu);
    assert!(limits > 60, "{limits}");
}

#[test]
fn pooled_subgroup_strata_keep_the_weights_of_their_cells() {
    let size = Size {
        persons: 90,
        arms: 2,
        strata: 7,
        horizon: 4,
        clusters: None,
    };
    let (limits, pooled) = hold(&random_trial(7, size), Rule::RaoWu);
    assert!(limits > 40 && pooled > 10, "{limits} {pooled}");
}

#[test]
fn rows_of_clusters_within_strata_are_those_of_weighted_persons() {
    let size = Size {
        persons: 240,
        arms: 2,
        strata: 3,
        horizon: 5,
        clusters: Some(33),
    };
    let (limits, _) = hold(&random_trial(8, size), Rule::RaoWu);
    assert!(limits > 60, "{limits}");
    let size = Size {
        persons: 500,
        arms: 2,
        strata: 2,
        horizon: 5,
        clusters: Some(90),
    };
    let (limits, _) = hold(&random_trial(9, size), Rule::Plain);
    assert!(limits > 60, "{limits}");
}

#[test]
fn a_band_within_strata_stands_on_five_persons_of_the_strata_compared() {
    let mut thin = 0;
    for seed in 0..6 {
        let size = Size {
            persons: 120,
            arms: 2,
            strata: 1,
            horizon: 8,
            clusters: None,
        };
        let mut trial = random_trial(seed, size);
        // Half of the treated move to a stratum of their own, which has no control.
        trial.strata.push("treated only".into());
        for p in 0..trial.persons() {
            trial.stratum[p] = u32::from(trial.arm[p] == 1 && p % 4 == 1);
        }
        let adjustments = [("raw", Adjustment::None), ("adjusted", Adjustment::Strata)];
        let analyses = adjustments.map(|(name, adjustment)| {
            let mut analysis = analysis(name, adjustment, IntervalKind::Basic);
            analysis.outcomes = vec![0];
            analysis.estimands = vec!["weekly_difference".into()];
            analysis.subgroups = vec![];
            analysis
        });
        let study = study(&trial, REPLICATES, analyses.to_vec());
        let rows = evaluate(&study, &trial, &Options::default(), &Silent)
            .unwrap()
            .0
            .rows;
        let (raw, adjusted) = rows.split_at(8);
        for (raw, own) in raw.iter().zip(adjusted) {
            let side = |n: Option<u64>, events: Option<i64>| {
                let events = events.unwrap() as u64;
                events.min(n.unwrap() - events)
            };
            let least = side(own.n, own.events).min(side(own.n_reference, own.events_reference));
            assert_eq!(own.band_low.is_some(), least >= 5, "{own:?}");
            thin += usize::from(own.band_low.is_none() && raw.band_low.is_some());
        }
    }
    assert!(thin > 0, "no week shows the difference");
}
