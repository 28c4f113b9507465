//! Laws that hold for every trial, checked on random ones.

use crate::random_trial::{Size, analysis, below, random_trial, reordered, study};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::panel::{self, classes::Classes};
use rettevej::resample::{Bayesian, Bootstrap, Draw, Rule, Scheme};
use rettevej::results::Row;
use rettevej::study::slugs::{Given, SLUGS};
use rettevej::study::{Adjustment, IntervalKind, SchemeKind, Study};
use rettevej::totals::{Contributions, Kernel, LANES, NO_CELL, Totals, total_plainly};
use rettevej::trial::Trial;
use std::collections::{HashMap, HashSet};

fn rows(study: &Study, trial: &Trial) -> Vec<Row> {
    rows_with(study, trial, &Options::default())
}

fn rows_with(study: &Study, trial: &Trial, options: &Options) -> Vec<Row> {
    let evaluated = evaluate(study, trial, options, &Silent);
    evaluated.expect("a random trial can be evaluated").0.rows
}

fn both() -> Vec<rettevej::study::Analysis> {
    vec![
        analysis("raw", Adjustment::None, IntervalKind::Percentile),
        analysis("adjusted", Adjustment::Strata, IntervalKind::Basic),
        by_name("by name", Adjustment::None),
        by_name("by name, within strata", Adjustment::Strata),
        rettevej::study::Analysis {
            outcomes: vec![SPELLS],
            estimands: vec!["log_hazard_ratio".into()],
            ..by_name("every spell", Adjustment::None)
        },
    ]
}

/// Exits of the random study: the first of a person, one that lasts, and every spell.
const EXIT: usize = 4;
const SPELLS: usize = 6;

/// What is given by its name only.
fn by_name(name: &str, adjustment: Adjustment) -> rettevej::study::Analysis {
    let by_name = SLUGS.iter().filter(|slug| slug.given == Given::ByName);
    rettevej::study::Analysis {
        outcomes: (EXIT..SPELLS).collect(),
        estimands: by_name.map(|slug| slug.name.to_owned()).collect(),
        ..analysis(name, adjustment, IntervalKind::Normal)
    }
}

fn studentized() -> Vec<rettevej::study::Analysis> {
    vec![
        analysis("studentized", Adjustment::None, IntervalKind::Studentized),
        analysis(
            "studentized within strata",
            Adjustment::Strata,
            IntervalKind::Studentized,
        ),
    ]
}

fn size() -> impl Strategy<Value = Size> {
    (12_usize..60, 2_usize..4, 1_usize..4, 3_u32..10).prop_map(
        |(persons, arms, strata, horizon)| Size {
            persons,
            arms,
            strata,
            horizon,
            clusters: None,
        },
    )
}

/// Cells of one person or cluster cannot be resampled; such random trials are evaluated without replicates.
fn replicates(trial: &Trial, wanted: u32) -> u32 {
    let mut cells: HashMap<(u16, u32), HashSet<u32>> = HashMap::new();
    for p in 0..trial.persons() {
        let unit = trial.cluster.as_ref().map_or(p as u32, |c| c[p]);
        let cell = (trial.arm[p], trial.stratum[p]);
        cells.entry(cell).or_default().insert(unit);
    }
    if cells.values().any(|units| units.len() == 1) {
        0
    } else {
        wanted
    }
}

fn shuffled(seed: u64, n: usize) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        order.swap(i, below(&mut rng, i + 1));
    }
    order
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (1.0 + a.abs()),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Whether a row holds levels beside each other by what each knows, which grows with the number of persons.
fn is_beside_others(row: &Row) -> bool {
    let slugs = [
        "shrunken_effect",
        "effect_against_rest",
        "equal_effects",
        "significant_levels",
        "mean_of_levels",
        "spread_of_levels",
    ];
    slugs.contains(&&*row.estimand)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(20_130_901), ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_persons_changes_no_bit(seed in 0_u64..1_000_000, size in size()) {
        let trial = random_trial(seed, size);
        let study = study(&trial, replicates(&trial, 60), both());
        let other = reordered(&trial, &shuffled(seed, trial.persons()));
        prop_assert_eq!(rows(&study, &trial), rows(&study, &other));
    }

    #[test]
    fn threads_and_memory_change_no_bit(seed in 0_u64..1_000_000, size in size()) {
        let trial = random_trial(seed, size);
        let study = study(&trial, replicates(&trial, 40), both());
        let one = rows_with(&study, &trial, &Options { threads: 1, ..Options::default() });
        for (threads, memory_mb) in [(2, 1), (3, 16), (7, 2000), (64, 0)] {
            let other = rows_with(&study, &trial, &Options { threads, memory_mb, ..Options::default() });
            prop_assert_eq!(&one, &other);
        }
    }

    #[test]
    fn studentized_intervals_do_not_depend_on_order_or_threads(
        seed in 0_u64..1_000_000,
        size in size(),
        clusters in proptest::option::of(30_usize..40),
    ) {
        let trial = random_trial(seed, Size { clusters, persons: 2 * size.persons, ..size });
        let study = study(&trial, replicates(&trial, 40), studentized());
        let one = rows_with(&study, &trial, &Options { threads: 1, ..Options::default() });
        let other = reordered(&trial, &shuffled(seed, trial.persons()));
        for (threads, memory_mb) in [(2, 1), (7, 2000)] {
            let options = Options { threads, memory_mb, ..Options::default() };
            prop_assert_eq!(&one, &rows_with(&study, &trial, &options));
            prop_assert_eq!(&one, &rows_with(&study, &other, &options));
        }
    }

    #[test]
    fn no_kernel_changes_a_bit(seed in 0_u64..1_000_000, size in size(), bayesian in any::<bool>()) {
        let trial = random_trial(seed, size);
        let mut study = study(&trial, replicates(&trial, 37), both());
        if bayesian {
            study.resampling.scheme = SchemeKind::Bayesian;
        }
        let by_rule = rows(&study, &trial);
        for kernel in [Kernel::Tile, Kernel::Single, Kernel::Plain] {
            let other = rows_with(&study, &trial, &Options { kernel: Some(kernel), threads: 3, ..Options::default() });
            prop_assert_eq!(&by_rule, &other);
        }
    }

    #[test]
    fn the_trial_twice_has_the_same_estimates_and_wider_knowledge(seed in 0_u64..1_000_000, size in size()) {
        let trial = random_trial(seed, size);
        let study = study(&trial, 0, both());
        let twice: Vec<usize> = (0..trial.persons()).chain(0..trial.persons()).collect();
        let doubled = reordered(&trial, &twice);
        for (a, b) in rows(&study, &trial).iter().zip(rows(&study, &doubled)) {
            // Pooling of thin subgroup strata and single persons may differ; chi-squares grow.
            let comparable = &*a.estimand != "logrank" && &*a.estimand != "gray" && !is_beside_others(a) && !a.reason.contains("pooled") && !a.reason.contains("outside");
            if comparable && !(a.subgroup.as_ref() == "sex" && a.analysis.as_ref() == "adjusted") {
                prop_assert!(close(a.estimate, b.estimate), "{a:?} {b:?}");
                prop_assert_eq!(a.n.map(|n| 2 * n), b.n);
            }
        }
    }

    #[test]
    fn swapping_the_arms_flips_every_contrast(seed in 0_u64..1_000_000, mut size in size()) {
        size.arms = 2;
        let trial = random_trial(seed, size);
        let swapped = Trial {
            arm: trial.arm.iter().map(|arm| 1 - arm).collect(),
            ..trial.clone()
        };
        let study = study(&trial, 0, both());
        for (a, b) in rows(&study, &trial).iter().zip(rows(&study, &swapped)) {
            if a.reference.is_empty() { continue; }
            // Other levels are positive then.
            if a.item.ends_with("positive") { continue; }
            let squared = matches!(&*a.estimand, "logrank" | "gray" | "equal_effects" | "significant_levels" | "spread_of_levels");
            let sign = if squared { 1.0 } else { -1.0 };
            prop_assert!(close(a.estimate.map(|e| sign * e), b.estimate), "{a:?} {b:?}");
            prop_assert!(close(a.std_error, b.std_error));
            prop_assert!(close(a.p_value, b.p_value));
        }
    }

    #[test]
    fn hazards_survival_and_incidence_agree(seed in 0_u64..1_000_000, size in size()) {
        let trial = random_trial(seed, size);
        let study = study(&trial, 0, both());
        let rows = rows(&study, &trial);
        let mut survival: HashMap<_, f64> = HashMap::new();
        let key = |r: &Row| (r.analysis.clone(), r.outcome.clone(), r.subgroup.clone(), r.level.clone(), r.arm.clone());
        let arm_rows = || rows.iter().filter(|r| r.reference.is_empty());
        for row in arm_rows().filter(|r| &*r.estimand == "survival") {
            survival.insert((key(row), row.week), row.estimate.unwrap_or(f64::NAN));
        }
        let mut incidence: HashMap<_, f64> = HashMap::new();
        for row in arm_rows() {
            match &*row.estimand {
                "hazard" => {
                    if let Some(h) = row.estimate { prop_assert!((0.0..=1.0).contains(&h)); }
                    if row.item.is_empty() {
                        let now = survival.get(&(key(row), row.week));
                        let before = survival.get(&(key(row), row.week.map(|w| w - 1))).copied().unwrap_or(1.0);
                        if let (Some(h), Some(now)) = (row.estimate, now) && !now.is_nan() {
                            prop_assert!((now - before * (1.0 - h)).abs() < 1e-12);
                        }
                    }
                }
                "cumulative_incidence" => {
                    *incidence.entry((key(row), row.week)).or_default() += row.estimate.unwrap_or(f64::NAN);
                }
                _ => {}
            }
        }
        for (key, sum) in incidence {
            if !sum.is_nan() { prop_assert!((sum - (1.0 - survival[&key])).abs() < 1e-12); }
        }
    }

    #[test]
    fn a_band_never_lies_inside_its_interval(seed in 0_u64..1_000_000, size in size()) {
        let trial = random_trial(seed, Size { persons: size.persons * 4, ..size });
        let mut analyses = both();
        analyses.push(analysis("normal", Adjustment::None, IntervalKind::Normal));
        analyses.push(analysis("bca", Adjustment::None, IntervalKind::Bca));
        analyses.push(analysis("bca within strata", Adjustment::Strata, IntervalKind::Bca));
        analyses.extend(studentized());
        let study = study(&trial, replicates(&trial, 199), analyses);
        for row in rows(&study, &trial) {
            if let (Some(low), Some(high), Some(l), Some(h)) = (row.band_low, row.band_high, row.conf_low, row.conf_high) {
                prop_assert!(low <= l + 1e-12 && high >= h - 1e-12, "{row:?}");
            }
        }
    }

    #[test]
    fn the_kernel_equals_its_plain_oracle_on_every_draw(
        seed in 0_u64..1_000_000,
        size in size(),
        clusters in proptest::option::of(4_usize..12),
    ) {
        let trial = random_trial(seed, Size { clusters, ..size });
        let study = study(&trial, 0, both());
        let panel = panel::build(&study, &trial).unwrap();
        let classes = Classes::build(&trial, &panel);
        prop_assert_eq!(classes.cells.iter().map(|c| c.slots).sum::<u32>(), classes.sizes.iter().sum::<u32>());
        let schemes: [Box<dyn Scheme>; 2] = [
            Box::new(Bootstrap::new(&classes, Rule::Plain, seed)),
            Box::new(Bayesian::new(&classes, seed)),
        ];
        // Everybody by arm; and by arm and stratum with every fifth person nowhere.
        let strata = trial.strata.len().max(1) as u32;
        let by_arm: Vec<u32> = trial.arm.iter().map(|&arm| u32::from(arm)).collect();
        let apart: Vec<u32> = (0..trial.persons())
            .map(|p| if p % 5 == 3 { NO_CELL } else { u32::from(trial.arm[p]) * strata + trial.stratum[p] })
            .collect();
        for (scheme, (cell, cells)) in schemes.iter().flat_map(|scheme| {
            [(&by_arm, size.arms), (&apart, size.arms * strata as usize)].map(|to| (scheme, to))
        }) {
            for outcome in &panel.outcomes {
                let mut draws = vec![Draw::default(); LANES - 3];
                for (b, draw) in draws.iter_mut().enumerate() {
                    scheme.fill(b as u64, draw);
                    for (cell, sum) in classes.cells.iter().zip(&draw.sums) {
                        let counts = &draw.counts[cell.units.0 as usize..cell.units.1 as usize];
                        prop_assert_eq!(counts.iter().map(|&c| u64::from(c)).sum::<u64>(), *sum);
                    }
                }
                let fast = Contributions::build(&classes, outcome, cell, cells);
                prop_assert!(fast.fits(&**scheme));
                let mut ways = vec![(Kernel::Tile, false), (Kernel::Single, false)];
                if fast.is_narrow(&**scheme) {
                    ways.push((Kernel::Tile, true));
                }
                for (kernel, narrow) in ways {
                    let mut totals = Totals::default();
                    fast.total(&draws, narrow, kernel, &mut totals);
                    for (lane, draw) in draws.iter().enumerate() {
                        let plain = total_plainly(&classes, outcome, cell, cells, draw);
                        let stride = outcome.shape.slots();
                        for (at, total) in plain.iter().enumerate() {
                            prop_assert_eq!(totals.get(at / stride, at % stride, lane), *total);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_longer_run_begins_with_the_shorter_one() {
    let trial = random_trial(
        11,
        Size {
            persons: 200,
            arms: 2,
            strata: 3,
            horizon: 12,
            clusters: None,
        },
    );
    let study = study(&trial, 0, both());
    let panel = panel::build(&study, &trial).unwrap();
    let classes = Classes::build(&trial, &panel);
    let draws = |count: u64| -> Vec<Draw> {
        let scheme = Bootstrap::new(&classes, Rule::Plain, 3);
        (0..count)
            .map(|b| {
                let mut draw = Draw::default();
                scheme.fill(b, &mut draw);
                draw
            })
            .collect()
    };
    let (short, long) = (draws(999), draws(1999));
    for (a, b) in short.iter().zip(&long) {
        assert_eq!(a.counts, b.counts);
    }
    assert_ne!(long[0].counts, long[1].counts);
}

#[test]
fn persons_in_a_state_over_those_followed_are_the_weekly_means() {
    for seed in 0..40 {
        let size = Size {
            persons: 12 + 3 * seed as usize,
            arms: 2 + seed as usize % 2,
            strata: 1,
            horizon: 3 + seed as u32 % 9,
            clusters: None,
        };
        let trial = random_trial(seed, size);
        let question = study(&trial, 0, both());
        let evaluated = evaluate(&question, &trial, &Options::default(), &Silent);
        let results = evaluated.expect("a random trial can be evaluated").0;
        let occupancy = &results.facts.occupancy[0];
        let work = occupancy.states.iter().position(|s| s == "work");
        let work = work.expect("the state");
        let mut compared = 0;
        for row in &results.rows {
            let here = &*row.estimand == "weekly_mean" && &*row.outcome == "work";
            if !here || &*row.subgroup != "all" {
                continue;
            }
            let arm = trial.arms.iter().position(|a| **a == *row.arm);
            let (arm, week) = (arm.expect("an arm"), row.week.expect("a week") as usize);
            let followed = occupancy.followed[arm][week - 1];
            let states = &occupancy.persons[arm];
            let sum: u64 = states.iter().map(|state| state[week - 1]).sum();
            assert_eq!(
                sum, followed,
                "seed {seed}: every person followed is in one state"
            );
            match row.estimate {
                Some(_) => {
                    let share = states[work][week - 1] as f64 / followed as f64;
                    assert!(close(row.estimate, Some(share)), "seed {seed}");
                }
                None => assert_eq!(followed, 0, "seed {seed}"),
            }
            compared += 1;
        }
        assert!(compared > 0);
    }
}
