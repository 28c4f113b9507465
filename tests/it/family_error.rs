//! How often a family finds a difference that is not there: simulated trials with known truth, through the whole engine.
//!
//! Six correlated outcomes. Under the global null none differs; under the partial null the first two differ much and the
//! error is a significant one among the other four. `the_table` writes the table of `src/docs/coverage.md`; the test runs
//! its first block again and must find the same numbers.

use crate::support::repository;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::study::{Adjustment, Analysis, IntervalKind, Member, Multiplicity, Study};
use rettevej::trial::{Spell, SpellTable, Trial};

const OUTCOMES: usize = 6;
const HORIZON: i32 = 10;
/// Outcomes that differ under the partial null.
const DIFFERENT: usize = 2;
/// Trials that the test runs again.
const BLOCK: u64 = 40;

/// How a trial is made.
#[derive(Clone, Copy)]
struct Design {
    name: &'static str,
    persons: u32,
    stratum: u32,
    /// Share of the six outcomes' variance that they have in common.
    common: f64,
    /// Weeks of a person at the mean; below 0 most have none.
    weeks: f64,
}

const DESIGNS: [Design; 5] = [
    Design {
        name: "small-5",
        persons: 60,
        stratum: 5,
        common: 0.5,
        weeks: 5.0,
    },
    Design {
        name: "small-50",
        persons: 50,
        stratum: 50,
        common: 0.5,
        weeks: 5.0,
    },
    Design {
        name: "rare-50",
        persons: 100,
        stratum: 50,
        common: 0.5,
        weeks: -4.0,
    },
    Design {
        name: "large-5",
        persons: 400,
        stratum: 5,
        common: 0.8,
        weeks: 5.0,
    },
    Design {
        name: "large-50",
        persons: 400,
        stratum: 50,
        common: 0.8,
        weeks: 5.0,
    },
];

/// A number that is normal enough.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let mut uniform = || ((rng.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    // Twelve uniform numbers: no logarithm, so that every machine makes the same trials.
    (0..12).map(|_| uniform()).sum::<f64>() - 6.0
}

/// Whether outcomes differ.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Null {
    Global,
    Partial,
}

fn trial(design: Design, null: Null, seed: u64) -> Trial {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let persons = design.persons as usize;
    let strata = persons / design.stratum as usize;
    let sites: Vec<f64> = (0..strata).map(|_| normal(&mut rng)).collect();
    // Two fifths of every stratum are treated, rounded to one more or less by lot.
    let mut arm = vec![0_u16; persons];
    for stratum in 0..strata {
        let size = design.stratum as usize;
        let mut left = size * 2 / 5;
        for place in 0..size {
            if (rng.next_u64() % (size - place) as u64) < left as u64 {
                arm[stratum * size + place] = 1;
                left -= 1;
            }
        }
    }
    let mut weeks = vec![Vec::new(); OUTCOMES];
    for person in 0..persons {
        let own = normal(&mut rng);
        for (outcome, weeks) in weeks.iter_mut().enumerate() {
            let noise = normal(&mut rng);
            let latent = design.common.sqrt() * own + (1.0 - design.common).sqrt() * noise;
            let differs = null == Null::Partial && outcome < DIFFERENT && arm[person] == 1;
            let shift = if differs { 4.0 } else { 0.0 };
            let site = sites[person / design.stratum as usize];
            let value = design.weeks + 3.0 * latent + site + shift;
            weeks.push(value.round().clamp(0.0, f64::from(HORIZON)) as i32);
        }
    }
    let table = |weeks: &Vec<i32>| {
        let mut spells = Vec::new();
        let mut offsets = vec![0];
        for &weeks in weeks {
            for (start, end, state) in [(1, weeks + 1, 0), (weeks + 1, HORIZON + 1, 1)] {
                if start < end {
                    spells.push(Spell { start, end, state });
                }
            }
            offsets.push(spells.len() as u32);
        }
        SpellTable {
            name: "spells".into(),
            states: vec!["work".into(), "benefit".into()],
            absorbing: vec![false; 2],
            offsets,
            spells,
            followed: vec![HORIZON; persons],
        }
    };
    Trial {
        horizon: HORIZON as u32,
        arms: vec!["control".into(), "treated".into()],
        strata: (0..strata).map(|s| format!("site {s}")).collect(),
        stratum: (0..persons).map(|p| p as u32 / design.stratum).collect(),
        arm,
        tables: weeks.iter().map(table).collect(),
        records: vec![None; OUTCOMES],
        ..Trial::default()
    }
}

/// The ways of adjusting, with what they are made of.
const WAYS: [(&str, Multiplicity, u32, u32); 4] = [
    ("none", Multiplicity::Holm, 0, 0),
    ("holm", Multiplicity::Holm, 0, 0),
    ("romano_wolf", Multiplicity::RomanoWolf, 499, 0),
    ("westfall_young", Multiplicity::WestfallYoung, 0, 499),
];

fn study(trial: &Trial, way: usize, seed: u64) -> Study {
    let (_, multiplicity, replicates, permutations) = WAYS[way];
    let mut study = crate::random_trial::study(trial, replicates, vec![]);
    study.resampling.permutations = permutations;
    study.resampling.seed = seed;
    study.outcomes = (0..OUTCOMES)
        .map(|table| rettevej::study::Outcome {
            name: format!("y{table}"),
            kind: rettevej::study::OutcomeKind::WeeksIn {
                table,
                states: vec!["work".into()],
            },
            unit: None,
        })
        .collect();
    let members = (0..OUTCOMES).map(|outcome| Member {
        outcome,
        estimand: "cumulative_effect".into(),
        weeks: vec![],
        subgroup: None,
        item: String::new(),
        arms: vec![],
    });
    study.analyses = vec![Analysis {
        outcomes: (0..OUTCOMES).collect(),
        estimands: vec!["cumulative_effect".into()],
        weeks: vec![HORIZON as u32],
        subgroups: vec![],
        family: members.collect(),
        multiplicity,
        ..crate::random_trial::analysis("main", Adjustment::None, IntervalKind::Normal)
    }];
    study
}

/// Whether a difference that is not there is called significant at 5 %, and how many of those that are there.
fn judged(design: Design, null: Null, way: usize, seed: u64) -> (bool, u32) {
    let trial = trial(design, null, seed);
    let study = study(&trial, way, seed);
    let options = Options {
        threads: 1,
        ..Options::default()
    };
    let (results, _) = evaluate(&study, &trial, &options, &Silent).expect("a simulated trial");
    let (mut error, mut found) = (false, 0);
    for row in results
        .rows
        .iter()
        .filter(|r| r.item.is_empty() && !r.reference.is_empty())
    {
        let p = if WAYS[way].0 == "none" {
            row.p_value
        } else {
            row.p_adjusted
        };
        let significant = p.is_some_and(|p| p <= 0.05);
        let outcome: usize = row.outcome[1..].parse().expect("a number");
        if null == Null::Partial && outcome < DIFFERENT {
            found += u32::from(significant);
        } else {
            error |= significant;
        }
    }
    (error, found)
}

/// Errors and findings of some trials.
fn count(design: Design, null: Null, way: usize, trials: std::ops::Range<u64>) -> (u32, u32) {
    let half = u64::midpoint(trials.start, trials.end);
    let part = |trials: std::ops::Range<u64>| {
        trials
            .map(|seed| judged(design, null, way, 20_130_901 + seed))
            .fold((0, 0), |sum, (error, found)| {
                (sum.0 + u32::from(error), sum.1 + found)
            })
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| part(trials.start..half));
        let second = part(half..trials.end);
        let first = first.join().expect("no panic");
        (first.0 + second.0, first.1 + second.1)
    })
}

/// A line of the table.
fn line(design: Design, null: Null, way: usize, trials: u64) -> String {
    let block = count(design, null, way, 0..BLOCK);
    let rest = count(design, null, way, BLOCK..trials);
    let (errors, found) = (block.0 + rest.0, block.1 + rest.1);
    let percent = |n: u32, of: u64| format!("{:.1}", 100.0 * f64::from(n) / of as f64);
    let power = match null {
        Null::Global => "–".to_owned(),
        Null::Partial => percent(found, trials * DIFFERENT as u64),
    };
    format!(
        "{} {} | {power} |",
        start(design, null, way, block.0),
        percent(errors, trials)
    )
}

/// What the test holds against the table: the number of errors in the first block.
fn start(design: Design, null: Null, way: usize, block: u32) -> String {
    let null = if null == Null::Global {
        "global"
    } else {
        "partial"
    };
    format!("| {} | {null} | {} | {block} |", design.name, WAYS[way].0)
}

#[test]
fn the_first_block_of_the_table_of_families_is_found_again() {
    let text = std::fs::read_to_string(repository("src/docs/coverage.md")).expect("the table");
    for null in [Null::Global, Null::Partial] {
        for way in 0..WAYS.len() {
            let (errors, _) = count(DESIGNS[0], null, way, 0..BLOCK);
            let start = start(DESIGNS[0], null, way, errors);
            assert!(text.contains(&start), "{start}");
        }
    }
}

#[test]
#[ignore = "minutes: the table of families in src/docs/coverage.md, which names the command"]
fn the_table() {
    let trials = std::env::var("RETTEVEJ_COVERAGE_TRIALS")
        .map_or(2000, |text| text.parse().expect("a whole number"));
    println!(
        "| design | null | adjusted by | errors in the first {BLOCK} trials | errors, % | differences found, % |"
    );
    println!("|---|---|---|--:|--:|--:|");
    for design in DESIGNS {
        for null in [Null::Global, Null::Partial] {
            for way in 0..WAYS.len() {
                println!("{}", line(design, null, way, trials));
            }
        }
    }
}
