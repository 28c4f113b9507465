//! Sites held beside each other: how often their bands hold all true effects, how often equal effects are called different,
//! and how often a site without an effect is called significant. Simulated trials of eighteen sites with known truth, through
//! the whole engine.
//!
//! `the_table` writes the table of `src/docs/coverage.md`; the test runs its first block again and must find the same
//! numbers.

use crate::support::repository;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::results::Row;
use rettevej::study::{Adjustment, Analysis, IntervalKind, Member, Multiplicity, Study};
use rettevej::trial::{Spell, SpellTable, Subgroup, Trial};

const SITES: usize = 18;
const HORIZON: i32 = 10;
/// Trials that the test runs again.
const BLOCK: u64 = 20;

/// How a trial is made.
#[derive(Clone, Copy)]
struct Design {
    name: &'static str,
    /// Persons of a site, half of them treated.
    persons: usize,
    /// Of a thousand persons, how many have any week without the treatment.
    any: u64,
}

const DESIGNS: [Design; 3] = [
    Design {
        name: "small",
        persons: 24,
        any: 1000,
    },
    Design {
        name: "usual",
        persons: 100,
        any: 1000,
    },
    Design {
        name: "rare",
        persons: 100,
        any: 150,
    },
];

/// What the treatment does: weeks more for everybody at a site.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Truth {
    Nothing,
    Same,
    Varied,
}

impl Truth {
    fn at(self, site: usize) -> i32 {
        match self {
            Self::Nothing => 0,
            Self::Same => 2,
            Self::Varied => (site % 3) as i32,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Same => "same",
            Self::Varied => "varied",
        }
    }
}

fn trial(design: Design, truth: Truth, seed: u64) -> Trial {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |n: u64| rng.next_u64() % n;
    let persons = SITES * design.persons;
    let mut arm = vec![0_u16; persons];
    for site in 0..SITES {
        let mut left = design.persons / 2;
        for place in 0..design.persons {
            if below((design.persons - place) as u64) < left as u64 {
                arm[site * design.persons + place] = 1;
                left -= 1;
            }
        }
    }
    let (mut spells, mut offsets) = (Vec::new(), vec![0]);
    for (person, &arm) in arm.iter().enumerate().take(persons) {
        let own = if below(1000) < design.any {
            below(9) as i32
        } else {
            0
        };
        let weeks = own + truth.at(person / design.persons) * i32::from(arm);
        for (start, end, state) in [(1, weeks + 1, 0), (weeks + 1, HORIZON + 1, 1)] {
            if start < end {
                spells.push(Spell { start, end, state });
            }
        }
        offsets.push(spells.len() as u32);
    }
    let site = |p: usize| p / design.persons;
    Trial {
        horizon: HORIZON as u32,
        arms: vec!["control".into(), "treated".into()],
        strata: (0..SITES).map(|s| format!("site {s:02}")).collect(),
        stratum: (0..persons).map(|p| site(p) as u32).collect(),
        subgroups: vec![Subgroup {
            column: "site".into(),
            levels: (0..SITES).map(|s| format!("site {s:02}")).collect(),
            level: (0..persons).map(|p| Some(site(p) as u16)).collect(),
        }],
        arm,
        tables: vec![SpellTable {
            name: "spells".into(),
            states: vec!["work".into(), "benefit".into()],
            absorbing: vec![false; 2],
            offsets,
            spells,
            followed: vec![HORIZON; persons],
        }],
        records: vec![None],
        ..Trial::default()
    }
}

/// Percentile bands with step-down over permutations, normal bands with step-down over the bootstrap.
const WAYS: [(IntervalKind, Multiplicity, u32); 2] = [
    (IntervalKind::Percentile, Multiplicity::WestfallYoung, 499),
    (IntervalKind::Normal, Multiplicity::RomanoWolf, 0),
];

fn study(
    trial: &Trial,
    (interval, multiplicity, permutations): (IntervalKind, Multiplicity, u32),
    seed: u64,
) -> Study {
    let mut study = crate::random_trial::study(trial, 999, vec![]);
    study.resampling.permutations = permutations;
    study.resampling.seed = seed;
    study.outcomes = vec![rettevej::study::Outcome {
        name: "work".into(),
        kind: rettevej::study::OutcomeKind::WeeksIn {
            table: 0,
            states: vec!["work".into()],
        },
        unit: None,
    }];
    study.analyses = vec![Analysis {
        outcomes: vec![0],
        estimands: vec!["cumulative_effect".into()],
        weeks: vec![HORIZON as u32],
        subgroups: vec!["site".into()],
        family: vec![Member {
            outcome: 0,
            estimand: "cumulative_effect".into(),
            weeks: vec![],
            subgroup: Some("site".into()),
            item: String::new(),
            arms: vec![],
        }],
        multiplicity,
        ..crate::random_trial::analysis("main", Adjustment::None, interval)
    }];
    study
}

/// What is counted over trials.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Tally {
    trials: u32,
    /// Some site without an effect is significant on its own, by step-down over permutations, over the bootstrap.
    alone: u32,
    stepped: [u32; 2],
    /// Percentile and normal bands over all sites, and those that hold.
    bands: [u32; 2],
    held: [u32; 2],
    /// Equal effects called unequal, by chi-square and by permutation.
    unequal: [u32; 2],
    /// Sites whose shrunken interval holds the truth.
    shrunken: u32,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        let pair = |a: &mut [u32; 2], b: &[u32; 2]| {
            a[0] += b[0];
            a[1] += b[1];
        };
        self.trials += other.trials;
        self.alone += other.alone;
        self.shrunken += other.shrunken;
        pair(&mut self.stepped, &other.stepped);
        pair(&mut self.bands, &other.bands);
        pair(&mut self.held, &other.held);
        pair(&mut self.unequal, &other.unequal);
    }
}

fn judged(design: Design, truth: Truth, seed: u64) -> Tally {
    let trial = trial(design, truth, seed);
    let mut tally = Tally {
        trials: 1,
        ..Tally::default()
    };
    for (way, made) in WAYS.into_iter().enumerate() {
        let study = study(&trial, made, seed);
        let options = Options {
            threads: 1,
            ..Options::default()
        };
        let rows = evaluate(&study, &trial, &options, &Silent)
            .expect("a trial")
            .0
            .rows;
        let of = |estimand: &str, item: &str| -> Vec<&Row> {
            (rows.iter())
                .filter(|r| &*r.estimand == estimand && &*r.item == item && &*r.subgroup == "site")
                .collect()
        };
        let effects = of("cumulative_effect", "");
        let is_null = |row: &&&Row| {
            let site: usize = row.level[5..].parse().expect("a number");
            truth.at(site) == 0
        };
        let below = |p: Option<f64>| p.is_some_and(|p| p <= 0.05);
        let any = |of: &dyn Fn(&Row) -> Option<f64>| {
            u32::from(effects.iter().filter(is_null).any(|row| below(of(row))))
        };
        tally.stepped[way] += any(&|row| row.p_adjusted);
        let true_at = |row: &Row| {
            let site: usize = row.level[5..].parse().expect("a number");
            f64::from(truth.at(site))
        };
        let bands = of("level_effect", "");
        if bands.iter().all(|row| row.band_low.is_some()) {
            tally.bands[way] += 1;
            tally.held[way] += u32::from(bands.iter().all(|row| {
                let at = Some(true_at(row));
                row.band_low <= at && at <= row.band_high
            }));
        }
        if way == 0 {
            tally.alone += any(&|row| row.p_value);
            let test = |item: &str| u32::from(below(of("equal_effects", item)[0].p_value));
            tally.unequal = [test(""), test("permutation_studentised")];
            tally.shrunken += (of("shrunken_effect", "").iter())
                .filter(|row| {
                    let at = Some(true_at(row));
                    row.conf_low <= at && at <= row.conf_high
                })
                .count() as u32;
        }
    }
    tally
}

/// Over trials, on two threads.
fn count(design: Design, truth: Truth, trials: std::ops::Range<u64>) -> Tally {
    let half = trials.start.midpoint(trials.end);
    let part = |trials: std::ops::Range<u64>| {
        let mut sum = Tally::default();
        for seed in trials {
            sum.add(&judged(design, truth, 20_130_901 + seed));
        }
        sum
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| part(trials.start..half));
        let mut second = part(half..trials.end);
        second.add(&first.join().expect("no panic"));
        second
    })
}

/// What the test holds against the table: what was found in the first block.
fn start(design: Design, truth: Truth, block: &Tally) -> String {
    format!(
        "| {} | {} | {} {} {} / {} {} |",
        design.name,
        truth.name(),
        block.alone,
        block.stepped[0],
        block.stepped[1],
        block.held[0],
        block.held[1]
    )
}

fn line(design: Design, truth: Truth, trials: u64) -> String {
    let block = count(design, truth, 0..BLOCK);
    let mut all = count(design, truth, BLOCK..trials);
    all.add(&block);
    let percent = |n: u32, of: u32| match of {
        0 => "–".to_owned(),
        of => format!("{:.1}", 100.0 * f64::from(n) / f64::from(of)),
    };
    let of = all.trials;
    let nulls = truth != Truth::Same;
    let error = |n: u32| {
        if nulls {
            percent(n, of)
        } else {
            "–".to_owned()
        }
    };
    format!(
        "{} {} | {} | {} | {} | {} | {} | {} | {} |",
        start(design, truth, &block),
        error(all.alone),
        error(all.stepped[0]),
        error(all.stepped[1]),
        percent(all.held[0], all.bands[0]),
        percent(all.held[1], all.bands[1]),
        percent(all.unequal[0], of),
        percent(all.unequal[1], of),
        percent(all.shrunken, of * SITES as u32),
    )
}

#[test]
fn the_first_block_of_the_table_of_sites_is_found_again() {
    let text = std::fs::read_to_string(repository("src/docs/coverage.md")).expect("the table");
    for truth in [Truth::Nothing, Truth::Same, Truth::Varied] {
        let block = count(DESIGNS[0], truth, 0..BLOCK);
        let start = start(DESIGNS[0], truth, &block);
        assert!(text.contains(&start), "{start}");
    }
}

#[test]
#[ignore = "minutes: the table of sites in src/docs/coverage.md, which names the command"]
fn the_table() {
    let trials = std::env::var("RETTEVEJ_COVERAGE_TRIALS")
        .map_or(300, |text| text.parse().expect("a whole number"));
    println!(
        "| design | effects | first {BLOCK} | alone, % | westfall_young, % | romano_wolf, % | percentile band, % | normal band, % | unequal: chi-square, % | permutation, % | shrunken, % |"
    );
    println!("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for design in DESIGNS {
        for truth in [Truth::Nothing, Truth::Same, Truth::Varied] {
            println!("{}", line(design, truth, trials));
        }
    }
}
