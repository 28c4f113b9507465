//! The committed table of coverage: `fixtures/coverage/<scenario>.csv` counts, for blocks of trials, how often intervals
//! and bands hold the truth. One block of each method is run again and must give the same counts; `src/docs/coverage.md`
//! shows their sums.

use crate::coverage::{MEASURES, allowed};
use crate::support::repository;
use crate::support::trials::{Ground, METHODS, Measure, Run, Seen, Way, spread, ways_of};
use rettevej::study::Adjustment;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

const SCENARIOS: [&str; 6] = [
    "two-arms",
    "staggered",
    "rare",
    "small-cells",
    "uneven",
    "clusters",
];
const BLOCKS: u64 = 10;
/// Trials of a block.
const TRIALS: u64 = 200;
const REPLICATES: u32 = 499;
/// Of the first trial.
const SEED: u64 = 20_130_901;
const HEAD: &str =
    "block,adjustment,method,estimand,intervals,covered,bands,held,weeks,with_se,error,error2,se2";

/// Block, adjustment, method, estimand.
type Key = (u64, &'static str, &'static str, &'static str);

/// What the trials of a block say of one measure made one way.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) intervals: u64,
    pub(crate) covered: u64,
    pub(crate) bands: u64,
    pub(crate) held: u64,
    /// Weeks of all bands.
    pub(crate) weeks: u64,
    with_se: u64,
    /// Sums over trials of the error, its square, and the squared standard error.
    error: f64,
    error2: f64,
    se2: f64,
}

impl Counts {
    pub(crate) fn of(seen: &[Seen]) -> Self {
        let mut out = Self::default();
        for one in seen {
            out.intervals += u64::from(one.covered.is_some());
            out.covered += u64::from(one.covered == Some(true));
            out.bands += u64::from(one.band.is_some());
            out.held += u64::from(one.band == Some(true));
            out.weeks += u64::from(one.weeks);
            if let Some((error, se)) = one.error.zip(one.std_error) {
                out.with_se += 1;
                out.error += error;
                out.error2 += error * error;
                out.se2 += se * se;
            }
        }
        out
    }

    /// Without the sums that are the same for every method.
    pub(crate) fn of_intervals(self) -> Self {
        Self {
            intervals: self.intervals,
            covered: self.covered,
            bands: self.bands,
            held: self.held,
            weeks: self.weeks,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.intervals += other.intervals;
        self.covered += other.covered;
        self.bands += other.bands;
        self.held += other.held;
        self.weeks += other.weeks;
        self.with_se += other.with_se;
        self.error += other.error;
        self.error2 += other.error2;
        self.se2 += other.se2;
    }

    /// Mean of the squared standard errors over the variance of the estimates.
    pub(crate) fn ratio(&self) -> f64 {
        let n = self.with_se as f64;
        let variance = (self.error2 - self.error * self.error / n) / (n - 1.0);
        self.se2 / n / variance
    }

    /// The cells of a line.
    pub(crate) fn written(&self) -> String {
        format!(
            "{},{},{},{},{},{},{:e},{:e},{:e}",
            self.intervals,
            self.covered,
            self.bands,
            self.held,
            self.weeks,
            self.with_se,
            self.error,
            self.error2,
            self.se2
        )
    }

    /// From the cells of a line.
    pub(crate) fn parsed(cells: &[&str]) -> Self {
        let whole = |k: usize| cells[k].parse::<u64>().expect("a count");
        let float = |k: usize| cells[k].parse::<f64>().expect("a number");
        Self {
            intervals: whole(0),
            covered: whole(1),
            bands: whole(2),
            held: whole(3),
            weeks: whole(4),
            with_se: whole(5),
            error: float(6),
            error2: float(7),
            se2: float(8),
        }
    }
}

fn word(adjustment: Adjustment) -> &'static str {
    adjustment.name()
}

/// Runs one block of some methods.
fn run(ground: &Ground, methods: &[&str], block: u64) -> BTreeMap<Key, Counts> {
    let ways: Vec<Way> = methods.iter().flat_map(|method| ways_of(method)).collect();
    let run = Run {
        trials: TRIALS,
        replicates: REPLICATES,
        seed: SEED + block * TRIALS,
    };
    let all = ground.see(&ways, run);
    let mut out = BTreeMap::new();
    for (way, by_measure) in ways.iter().zip(&all) {
        for (measure, seen) in MEASURES.iter().zip(by_measure) {
            let key = (block, word(way.adjustment), way.method(), measure.estimand);
            let counts = Counts::of(seen);
            // Standard errors do not depend on the method: they are written down once.
            let whole = way.method() == "normal";
            out.insert(key, if whole { counts } else { counts.of_intervals() });
        }
    }
    out
}

fn path(scenario: &str) -> std::path::PathBuf {
    repository(&format!("fixtures/coverage/{scenario}.csv"))
}

fn written(counts: &BTreeMap<Key, Counts>) -> String {
    let mut text = format!("{HEAD}\n");
    for ((block, adjustment, method, estimand), c) in counts {
        let _ = writeln!(
            text,
            "{block},{adjustment},{method},{estimand},{}",
            c.written()
        );
    }
    text
}

fn committed(scenario: &str) -> BTreeMap<Key, Counts> {
    let text = fs::read_to_string(path(scenario)).expect("the committed counts");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(HEAD));
    lines.map(parsed).collect()
}

fn parsed(line: &str) -> (Key, Counts) {
    let cells: Vec<&str> = line.split(',').collect();
    let known = |words: &[&'static str], cell: &str| -> &'static str {
        words
            .iter()
            .find(|word| **word == cell)
            .expect("a known word")
    };
    let estimands: Vec<&str> = MEASURES.iter().map(|m| m.estimand).collect();
    let key = (
        cells[0].parse().expect("a number"),
        known(&["none", "strata"], cells[1]),
        known(&METHODS, cells[2]),
        known(&estimands, cells[3]),
    );
    (key, Counts::parsed(&cells[4..]))
}

/// Sums over the blocks.
fn summed(
    counts: &BTreeMap<Key, Counts>,
) -> BTreeMap<(&'static str, &'static str, &'static str), Counts> {
    let mut out: BTreeMap<_, Counts> = BTreeMap::new();
    for (&(_, adjustment, method, estimand), counts) in counts {
        out.entry((adjustment, method, estimand))
            .or_default()
            .add(counts);
    }
    out
}

/// A percentage, with the number of trials it is of where these are not all of them.
pub(crate) fn percent(hits: u64, trials: u64) -> String {
    let share = 100.0 * hits as f64 / trials as f64;
    match trials {
        0..100 => "–".to_owned(),
        _ if trials < BLOCKS * TRIALS => format!("{share:.1} ({trials})"),
        _ => format!("{share:.1}"),
    }
}

/// The table of one scenario as the documentation shows it.
fn table(counts: &BTreeMap<Key, Counts>) -> String {
    let sums = summed(counts);
    let methods = METHODS.join(" | ");
    let mut text = format!(
        "| adjustment | estimand | SE²/variance | {methods} | band: {methods} | weeks |\n|---|---|{}\n",
        "--:|".repeat(2 * METHODS.len() + 2)
    );
    for adjustment in ["none", "strata"] {
        for measure in MEASURES {
            let of = |method: &'static str| sums[&(adjustment, method, measure.estimand)];
            let intervals = METHODS.map(|m| percent(of(m).covered, of(m).intervals));
            let bands = METHODS.map(|m| percent(of(m).held, of(m).bands));
            let normal = of("normal");
            let weeks = match normal.bands {
                0 => "–".to_owned(),
                bands => format!("{:.1}", normal.weeks as f64 / bands as f64),
            };
            let _ = writeln!(
                text,
                "| {adjustment} | {} | {:.3} | {} | {} | {weeks} |",
                measure.estimand,
                normal.ratio(),
                intervals.join(" | "),
                bands.join(" | "),
            );
        }
    }
    text
}

/// A scenario for each method.
const AGAIN: [(&str, &str, u64); 6] = [
    ("normal", "two-arms", 3),
    ("percentile", "rare", 7),
    ("basic", "clusters", 0),
    ("studentized", "staggered", 5),
    ("bca", "small-cells", 9),
    ("bayesian", "two-arms", 1),
];

#[test]
fn a_block_of_each_method_gives_the_committed_counts() {
    for (method, scenario, block) in AGAIN {
        let all = committed(scenario);
        let found = run(&Ground::new(scenario, MEASURES), &[method], block);
        assert_eq!(found.len(), 2 * MEASURES.len());
        for (key, counts) in found {
            assert_eq!(counts, all[&key], "{scenario} {key:?}");
        }
    }
}

#[test]
fn the_tables_of_the_documentation_are_the_sums_of_the_blocks() {
    let page = fs::read_to_string(repository("src/docs/coverage.md")).expect("the page");
    for scenario in SCENARIOS {
        let counts = committed(scenario);
        let expected = BLOCKS as usize * 2 * METHODS.len() * MEASURES.len();
        assert_eq!(counts.len(), expected, "{scenario}");
        assert!(
            page.contains(&format!("### {scenario}\n\n{}", table(&counts))),
            "{scenario}"
        );
    }
}

/// What is claimed of small trials, held against the whole table.
#[test]
fn the_table_holds_what_is_claimed() {
    for scenario in SCENARIOS {
        for ((adjustment, method, estimand), counts) in summed(&committed(scenario)) {
            let way = ways_of(method)[usize::from(adjustment == "strata")];
            let measure: Measure = *(MEASURES.iter())
                .find(|m| m.estimand == estimand)
                .expect("a measure");
            let Some(allowed) = allowed(scenario, measure, way) else {
                continue;
            };
            let least = 0.95 - allowed.coverage;
            for (what, hits, trials) in [
                ("interval", counts.covered, counts.intervals),
                ("band", counts.held, counts.bands),
            ] {
                let error = (least * (1.0 - least) / trials.max(1) as f64).sqrt();
                let share = hits as f64 / trials.max(1) as f64;
                assert!(
                    trials == 0 || share > least - 4.0 * error,
                    "{scenario} {adjustment} {method} {estimand}: {what} {share} of {trials}"
                );
            }
        }
    }
}

#[test]
#[ignore = "half an hour: counts again what is committed in fixtures/coverage, and prints the tables of src/docs/coverage.md"]
fn the_table() {
    let wanted =
        std::env::var("RETTEVEJ_COVERAGE_SCENARIOS").unwrap_or_else(|_| SCENARIOS.join(","));
    for scenario in wanted.split(',') {
        let ground = Ground::new(scenario, MEASURES);
        let mut counts = BTreeMap::new();
        for block in 0..BLOCKS {
            counts.extend(run(&ground, &METHODS, block));
            eprintln!("{scenario}: {} of {BLOCKS} blocks", block + 1);
        }
        fs::write(path(scenario), written(&counts)).expect("the counts are written");
        println!("### {scenario}\n\n{}", table(&counts));
    }
    // By definition who is at risk in the last week followed cannot be seen to leave in it.
    let hazard = Measure {
        estimand: "hazard",
        outcome: "exit",
        item: "",
    };
    let ground = Ground::new("staggered", &[hazard]);
    let without = Run {
        trials: BLOCKS * TRIALS,
        replicates: 0,
        seed: SEED,
    };
    let seen = &ground.see(&ways_of("normal")[..1], without)[0][0];
    let truth = ground.truth_at_horizon(hazard);
    let found = truth + spread(seen).error;
    println!(
        "staggered, hazard of the treated in week 14: truth {truth:.4}, mean estimate {found:.4}"
    );
}
