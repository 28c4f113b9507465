//! The bootstrap draw against exact probabilities, and its variance against closed forms.

use crate::support::repository;
use crate::support::trials::mean;
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::numeric::normal::chi_squared_tail;
use rettevej::panel;
use rettevej::panel::classes::{Cell, Classes};
use rettevej::resample::{Bootstrap, Draw, HEAVY, Rule, Scheme};
use rettevej::results::Row;
use rettevej::simulate::{Scenario, Simulator};
use rettevej::study::{Adjustment, Study};
use rettevej::trial::Trial;
use std::collections::BTreeMap;

/// A class table of one arm, a stratum for each list of class sizes.
fn table(strata: &[&[u32]]) -> Classes {
    let mut classes = Classes {
        cells: vec![],
        sizes: vec![],
        offsets: vec![0],
        members: vec![],
        clustered: false,
    };
    for (stratum, sizes) in strata.iter().enumerate() {
        let first = classes.sizes.len() as u32;
        classes.cells.push(Cell {
            arm: 0,
            stratum: stratum as u32,
            slots: sizes.iter().sum(),
            units: (first, first + sizes.len() as u32),
        });
        for &size in *sizes {
            classes.members.push(classes.sizes.len() as u32);
            classes.sizes.push(size);
            classes.offsets.push(classes.members.len() as u32);
        }
    }
    classes
}

fn counts(scheme: &Bootstrap, draws: u64) -> impl Iterator<Item = Vec<u32>> {
    let mut draw = Draw::default();
    (0..draws).map(move |b| {
        scheme.fill(b, &mut draw);
        draw.counts.clone()
    })
}

/// Every way to share `picks` among the classes, with its multinomial probability.
fn multinomial(sizes: &[u32], picks: u32) -> Vec<(Vec<u32>, f64)> {
    let slots = f64::from(sizes.iter().sum::<u32>());
    let mut all = vec![(vec![], 1.0, picks)];
    for (k, &size) in sizes.iter().enumerate() {
        let share = f64::from(size) / slots;
        let mut next = Vec::new();
        for (counts, p, left) in &all {
            // left! / (left - c)! c! x share^c, term by term.
            let mut term: f64 = *p;
            for c in 0..=*left {
                if k + 1 < sizes.len() || c == *left {
                    let mut counts: Vec<u32> = counts.clone();
                    counts.push(c);
                    next.push((counts, term, left - c));
                }
                term *= share * f64::from(left - c) / f64::from(c + 1);
            }
        }
        all = next;
    }
    all.into_iter().map(|(counts, p, _)| (counts, p)).collect()
}

/// p-value of the fit of what was drawn to its probabilities; rare results are pooled until 10 are expected.
fn fit<K: Ord>(exact: &BTreeMap<K, f64>, drawn: impl Iterator<Item = K>) -> f64 {
    let mut seen: BTreeMap<K, u64> = BTreeMap::new();
    let mut draws = 0_u64;
    for key in drawn {
        assert!(exact.contains_key(&key), "drawn, but impossible");
        *seen.entry(key).or_default() += 1;
        draws += 1;
    }
    assert!((exact.values().sum::<f64>() - 1.0).abs() < 1e-9);
    let (mut statistic, mut cells, mut rest) = (0.0, 0_u32, (0.0, 0.0));
    for (key, p) in exact {
        let expected = p * draws as f64;
        let observed = seen.get(key).copied().unwrap_or(0) as f64;
        if expected < 10.0 {
            rest = (rest.0 + expected, rest.1 + observed);
        } else {
            statistic += (observed - expected) * (observed - expected) / expected;
            cells += 1;
        }
    }
    if rest.0 > 0.0 {
        statistic += (rest.1 - rest.0) * (rest.1 - rest.0) / rest.0;
        cells += 1;
    }
    chi_squared_tail(statistic, cells - 1)
}

#[test]
fn a_tiny_cell_is_drawn_with_the_probabilities_of_its_multisets_and_apart_from_the_next() {
    let strata: [&[u32]; 2] = [&[2, 1, 1], &[1, 1, 1]];
    for rule in [Rule::Plain, Rule::RaoWu] {
        let less = u32::from(rule == Rule::RaoWu);
        let mut joint = BTreeMap::new();
        for (first, p) in multinomial(strata[0], 4 - less) {
            for (second, q) in multinomial(strata[1], 3 - less) {
                joint.insert([first.clone(), second].concat(), p * q);
            }
        }
        assert_eq!(joint.len(), if less == 1 { 60 } else { 150 });
        let scheme = Bootstrap::new(&table(&strata), rule, 1);
        let fit = fit(&joint, counts(&scheme, 300_000));
        assert!(fit > 1e-3, "{rule:?}: {fit}");
    }
}

#[test]
fn replicates_one_after_another_are_independent() {
    let scheme = Bootstrap::new(&table(&[&[1, 1, 1]]), Rule::Plain, 4);
    let one = multinomial(&[1, 1, 1], 3);
    let mut joint = BTreeMap::new();
    for (now, p) in &one {
        for (next, q) in &one {
            joint.insert([now.clone(), next.clone()].concat(), p * q);
        }
    }
    let all: Vec<Vec<u32>> = counts(&scheme, 200_000).collect();
    let pairs = all.chunks_exact(2).map(<[Vec<u32>]>::concat);
    assert!(fit(&joint, pairs) > 1e-3);
    // The same of two seeds.
    let other = Bootstrap::new(&table(&[&[1, 1, 1]]), Rule::Plain, 5);
    let pairs = all
        .iter()
        .zip(counts(&other, 200_000))
        .map(|(a, b)| [a.clone(), b].concat());
    assert!(fit(&joint, pairs) > 1e-3);
}

#[test]
fn heavy_classes_take_binomial_counts_and_the_light_ones_share_the_rest() {
    let sizes = [HEAVY + 8, HEAVY, 2, 1];
    let slots = sizes.iter().sum::<u32>();
    let exact: BTreeMap<Vec<u32>, f64> = multinomial(&sizes, slots).into_iter().collect();
    let margin = |keep: &dyn Fn(&[u32]) -> Vec<u32>| {
        let mut sums: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for (counts, p) in &exact {
            *sums.entry(keep(counts)).or_default() += p;
        }
        sums
    };
    let scheme = Bootstrap::new(&table(&[&sizes]), Rule::Plain, 2);
    let drawn: Vec<Vec<u32>> = counts(&scheme, 300_000).collect();
    let whole = fit(&exact, drawn.iter().cloned());
    // The first heavy class alone, the light picks, and the picks within the light ones.
    let first = |c: &[u32]| vec![c[0]];
    let light = |c: &[u32]| vec![c[2] + c[3]];
    let within = |c: &[u32]| vec![c[2], c[3]];
    let of_first = fit(&margin(&first), drawn.iter().map(|c| first(c)));
    let of_light = fit(&margin(&light), drawn.iter().map(|c| light(c)));
    let of_within = fit(&margin(&within), drawn.iter().map(|c| within(c)));
    for (what, p) in [
        ("all", whole),
        ("first", of_first),
        ("light", of_light),
        ("within", of_within),
    ] {
        assert!(p > 1e-3, "{what}: {p}");
    }
}

#[test]
fn a_cell_of_heavy_classes_only_loses_no_pick() {
    let sizes = [HEAVY, HEAVY + 1];
    for rule in [Rule::Plain, Rule::RaoWu] {
        let picks = sizes.iter().sum::<u32>() - u32::from(rule == Rule::RaoWu);
        let exact: BTreeMap<Vec<u32>, f64> = multinomial(&sizes, picks).into_iter().collect();
        let scheme = Bootstrap::new(&table(&[&sizes]), rule, 3);
        assert!(fit(&exact, counts(&scheme, 100_000)) > 1e-3);
    }
}

#[test]
fn the_variance_of_the_rescaled_mean_is_exactly_that_of_the_mean() {
    let (sizes, values) = ([2, 1, 1, 1], [3.0, -1.0, 4.0, 10.0]);
    let n = 5.0;
    let per_person = [3.0, 3.0, -1.0, 4.0, 10.0];
    let square = {
        let centre: f64 = per_person.iter().sum::<f64>() / n;
        per_person
            .iter()
            .map(|y| (y - centre) * (y - centre))
            .sum::<f64>()
            / (n - 1.0)
    };
    let weight = Rule::RaoWu.weight(5);
    let rescaled = |counts: &[u32]| -> f64 {
        counts
            .iter()
            .zip(values)
            .map(|(&c, y)| weight * f64::from(c) * y)
            .sum::<f64>()
            / n
    };
    let exact = multinomial(&sizes, 4);
    let centre: f64 = exact.iter().map(|(c, p)| p * rescaled(c)).sum();
    let variance: f64 = exact
        .iter()
        .map(|(c, p)| p * (rescaled(c) - centre) * (rescaled(c) - centre))
        .sum();
    assert!((centre - 19.0 / 5.0).abs() < 1e-12);
    assert!(
        (variance - square / n).abs() < 1e-12,
        "{variance} {}",
        square / n
    );

    let scheme = Bootstrap::new(&table(&[&sizes]), Rule::RaoWu, 6);
    let drawn: Vec<f64> = counts(&scheme, 100_000).map(|c| rescaled(&c)).collect();
    assert_variance(&drawn, square / n);
}

/// Holds the variance of replicates against its exact value, within four Monte Carlo standard errors.
fn assert_variance(replicates: &[f64], exact: f64) {
    let centre = mean(replicates).0;
    let squares: Vec<f64> = replicates
        .iter()
        .map(|x| (x - centre) * (x - centre))
        .collect();
    let (variance, error) = mean(&squares);
    assert!(
        (variance - exact).abs() < 4.0 * error,
        "{variance} +- {error}, {exact}"
    );
}

fn simulator(name: &str) -> Simulator {
    let path = repository(&format!("fixtures/scenarios/{name}.toml"));
    let scenario = Scenario::read(&path).expect("a scenario of the repository");
    Simulator::new(scenario).expect("a right scenario")
}

#[test]
fn clusters_are_drawn_whole() {
    let simulator = simulator("clusters");
    let trial = simulator.trial(3);
    let panel = panel::build(&simulator.study(), &trial).unwrap();
    let classes = Classes::build(&trial, &panel);
    let cluster = trial.cluster.as_ref().unwrap();
    assert!(classes.clustered && classes.sizes.iter().all(|&size| size == 1));
    let mut seen = vec![0_u32; trial.persons()];
    for unit in 0..classes.units() {
        let members = classes.members(unit);
        let own = cluster[members[0] as usize];
        assert!(members.iter().all(|&p| cluster[p as usize] == own));
        assert_eq!(members.len(), cluster.iter().filter(|&&c| c == own).count());
        for &p in members {
            seen[p as usize] += 1;
        }
    }
    assert!(seen.iter().all(|&times| times == 1));
    let scheme = Bootstrap::new(&classes, Rule::Plain, 9);
    let cell = &classes.cells[0];
    let exact: BTreeMap<u32, f64> = multinomial(&[1, cell.slots - 1], cell.slots)
        .into_iter()
        .map(|(counts, p)| (counts[0], p))
        .collect();
    assert!(fit(&exact, counts(&scheme, 20_000).map(|c| c[0])) > 1e-3);
    for counts in counts(&scheme, 50) {
        for cell in &classes.cells {
            let picks = &counts[cell.units.0 as usize..cell.units.1 as usize];
            assert_eq!(picks.iter().sum::<u32>(), cell.slots);
        }
    }
}

/// Weeks in `job` of each person within the horizon.
fn weeks_in_job(trial: &Trial) -> Vec<f64> {
    let spells = &trial.tables[0];
    let job = spells
        .states
        .iter()
        .position(|s| s == "job")
        .expect("the scenario has jobs");
    (0..trial.persons())
        .map(|person| {
            let own = spells
                .of(person)
                .iter()
                .filter(|s| usize::from(s.state) == job);
            own.map(|s| f64::from(s.end.min(trial.horizon as i32 + 1) - s.start).max(0.0))
                .sum()
        })
        .collect()
}

/// One arm and stratum: its persons and the moments of a number.
struct Moments {
    arm: usize,
    stratum: usize,
    n: f64,
    mean: f64,
    /// With divisor n - 1.
    square: f64,
}

fn moments(trial: &Trial, y: &[f64]) -> Vec<Moments> {
    let mut out = Vec::new();
    for arm in 0..trial.arms.len() {
        for stratum in 0..trial.strata.len() {
            let inside = |p: &usize| {
                usize::from(trial.arm[*p]) == arm && trial.stratum[*p] as usize == stratum
            };
            let own: Vec<f64> = (0..trial.persons()).filter(inside).map(|p| y[p]).collect();
            let (mean, error) = mean(&own);
            let n = own.len() as f64;
            out.push(Moments {
                arm,
                stratum,
                n,
                mean,
                square: error * error * n,
            });
        }
    }
    out
}

fn rows(study: &Study, trial: &Trial) -> Vec<Row> {
    evaluate(study, trial, &Options::default(), &Silent)
        .expect("a simulated trial can be evaluated")
        .0
        .rows
}

/// Squared standard error of a row of weeks in `job` at the horizon.
fn squared_error(rows: &[Row], estimand: &str, arm: &str) -> f64 {
    let row = rows.iter().find(|r| {
        *r.estimand == *estimand
            && &*r.outcome == "job"
            && *r.arm == *arm
            && &*r.subgroup == "all"
            && r.week == Some(12)
    });
    let error = row.and_then(|row| row.std_error);
    error.expect("a mean has a standard error").powi(2)
}

#[test]
fn the_bootstrap_variance_of_the_accumulated_effect_is_the_closed_form() {
    for (name, rule) in [("two-arms", Rule::Plain), ("small-cells", Rule::RaoWu)] {
        let simulator = simulator(name);
        let trial = simulator.trial(8);
        let mut study = simulator.study();
        let y = weeks_in_job(&trial);
        let cells = moments(&trial, &y);
        let persons = |arm: usize| {
            cells
                .iter()
                .filter(|c| c.arm == arm)
                .map(|c| c.n)
                .sum::<f64>()
        };
        let in_stratum = |s: usize| {
            cells
                .iter()
                .filter(|c| c.stratum == s)
                .map(|c| c.n)
                .sum::<f64>()
        };
        let factor = |n: f64| {
            if rule == Rule::Plain {
                (n - 1.0) / n
            } else {
                1.0
            }
        };
        let of_cell = |c: &Moments, share: f64| share * share * factor(c.n) * c.square / c.n;
        let raw: f64 = cells.iter().map(|c| of_cell(c, c.n / persons(c.arm))).sum();
        let total = trial.persons() as f64;
        let adjusted: f64 = cells
            .iter()
            .map(|c| of_cell(c, in_stratum(c.stratum) / total))
            .sum();

        // Neyman's variance ignores strata: it has the spread between them, and n / (n - 1), on top.
        let all = rows(&study, &trial);
        let mut from_neyman = 0.0;
        for arm in 0..2 {
            let n = persons(arm);
            let own = || cells.iter().filter(|c| c.arm == arm);
            let centre = own().map(|c| c.n * c.mean).sum::<f64>() / n;
            let between: f64 = own()
                .map(|c| c.n * (c.mean - centre) * (c.mean - centre))
                .sum();
            let lost: f64 = own()
                .map(|c| c.n / (n * n) * c.square * (factor(c.n) - (c.n - 1.0) / c.n))
                .sum();
            let neyman = squared_error(&all, "cumulative_mean", &trial.arms[arm]);
            from_neyman += neyman * (n - 1.0) / n - between / (n * n) + lost;
        }
        assert!(
            (raw / from_neyman - 1.0).abs() < 1e-10,
            "{name}: {raw} {from_neyman}"
        );
        study.analyses[0].adjustment = Adjustment::Strata;
        let stated = squared_error(&rows(&study, &trial), "cumulative_effect", "treated");
        let unscaled: f64 = cells
            .iter()
            .map(|c| of_cell(c, in_stratum(c.stratum) / total) / factor(c.n))
            .sum();
        assert!(
            (stated / unscaled - 1.0).abs() < 1e-10,
            "{name}: {stated} {unscaled}"
        );

        let panel = panel::build(&study, &trial).unwrap();
        let classes = Classes::build(&trial, &panel);
        assert_eq!(Rule::for_cells(&classes), rule);
        let scheme = Bootstrap::new(&classes, rule, 5);
        let (mut of_raw, mut of_adjusted) = (Vec::new(), Vec::new());
        for weights in counts(&scheme, 20_000).map(|c| person_weights(&trial, &classes, rule, &c)) {
            let (mut a, mut b) = (0.0, 0.0);
            for (p, weight) in weights.iter().enumerate().filter(|(_, w)| **w > 0.0) {
                let (arm, stratum) = (usize::from(trial.arm[p]), trial.stratum[p] as usize);
                let sign = if arm == 1 { 1.0 } else { -1.0 };
                let cell = cells
                    .iter()
                    .find(|c| (c.arm, c.stratum) == (arm, stratum))
                    .unwrap();
                a += sign * weight * y[p] / persons(arm);
                b += sign * weight * y[p] / cell.n * in_stratum(stratum) / total;
            }
            of_raw.push(a);
            of_adjusted.push(b);
        }
        assert_variance(&of_raw, raw);
        assert_variance(&of_adjusted, adjusted);
    }
}

/// What each person counts in a draw: the one that stands for a class counts for all of it.
fn person_weights(trial: &Trial, classes: &Classes, rule: Rule, counts: &[u32]) -> Vec<f64> {
    let mut weights = vec![0.0; trial.persons()];
    for cell in &classes.cells {
        for unit in cell.units.0..cell.units.1 {
            for &person in classes.members(unit as usize) {
                weights[person as usize] =
                    rule.weight(cell.slots) * f64::from(counts[unit as usize]);
            }
        }
    }
    weights
}
