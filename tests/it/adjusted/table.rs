//! The committed counts, their sums as the documentation shows them, and what is claimed of them.

use super::{
    BLOCKS, FAMILIES, Family, HORIZON, INTERVALS, KINDS, Key, SET, TRIALS, block, designs, offers,
};
use crate::coverage_table::{Counts, percent};
use crate::support::repository;
use rettevej::study::IntervalKind;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

const HEAD: &str = "design,block,adjustment,method,estimand,truth,intervals,covered,bands,held,weeks,with_se,error,error2,se2";
const TRUTHS: [&str; 2] = ["own", "population"];
/// Ratios to a first stage that is near nothing have no variance.
const NO_VARIANCE: [&str; 3] = ["weak", "none", "fading"];

impl Family {
    fn adjustments(self) -> Vec<&'static str> {
        match self {
            Self::Adjusted => designs::ADJUSTMENTS.iter().map(|a| a.name()).collect(),
            Self::Kinds => designs::ADJUSTMENTS[1..].iter().map(|a| a.name()).collect(),
            Self::TakeUp => offers::ADJUSTMENTS.iter().map(|a| a.name()).collect(),
        }
    }

    fn estimands(self) -> [&'static str; 2] {
        match self {
            Self::Adjusted | Self::Kinds => designs::ESTIMANDS,
            Self::TakeUp => offers::ESTIMANDS,
        }
    }

    fn path(self) -> std::path::PathBuf {
        repository(&format!("fixtures/coverage/{}.csv", self.name()))
    }

    fn committed(self) -> BTreeMap<Key, Counts> {
        let text = fs::read_to_string(self.path()).expect("the committed counts");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(HEAD));
        lines.map(|line| self.parsed(line)).collect()
    }

    fn parsed(self, line: &str) -> (Key, Counts) {
        let cells: Vec<&str> = line.split(',').collect();
        let known = |words: &[&'static str], cell: &str| -> &'static str {
            words
                .iter()
                .find(|word| **word == cell)
                .expect("a known word")
        };
        let kinds = INTERVALS.iter().chain(&KINDS).map(|kind| kind.name());
        let methods: Vec<&'static str> = kinds.chain([SET]).collect();
        let key = (
            known(&self.designs(), cells[0]),
            cells[1].parse().expect("a number"),
            known(&self.adjustments(), cells[2]),
            known(&methods, cells[3]),
            known(&self.estimands(), cells[4]),
            known(&TRUTHS, cells[5]),
        );
        (key, Counts::parsed(&cells[6..]))
    }

    fn table(self, counts: &BTreeMap<Key, Counts>) -> String {
        let mut sums: BTreeMap<[&str; 5], Counts> = BTreeMap::new();
        for (&(design, _, adjustment, method, estimand, truth), counts) in counts {
            let key = [design, adjustment, method, estimand, truth];
            sums.entry(key).or_default().add(counts);
        }
        let mut text = match self {
            Self::Adjusted => format!(
                "| design | adjustment | estimand | SE²/variance: own | population | normal: own | population | percentile: own | population | band, normal: own | population | band, percentile: own | population |\n|---|---|---|{}\n",
                "--:|".repeat(10)
            ),
            Self::Kinds => format!(
                "| design | adjustment | estimand | bca: own | population | studentized: own | population | band, bca: own | population | band, studentized: own | population |\n|---|---|---|{}\n",
                "--:|".repeat(8)
            ),
            Self::TakeUp => format!(
                "| design | adjustment | estimand | SE²/variance | normal | percentile | Anderson-Rubin | has two ends | band: normal | percentile | weeks |\n|---|---|---|{}\n",
                "--:|".repeat(8)
            ),
        };
        for design in self.designs() {
            for adjustment in self.adjustments() {
                for estimand in self.estimands() {
                    let of = |method: &'static str, truth: &'static str| {
                        let key = [design, adjustment, method, estimand, truth];
                        sums.get(&key).copied().unwrap_or_default()
                    };
                    let _ = writeln!(
                        text,
                        "| {design} | {adjustment} | {estimand} | {} |",
                        self.cells(design, of).join(" | ")
                    );
                }
            }
        }
        text
    }

    fn cells(self, design: &str, of: impl Fn(&'static str, &'static str) -> Counts) -> Vec<String> {
        let [normal, percentile] = INTERVALS.map(rettevej::study::IntervalKind::name);
        let interval = |c: Counts| percent(c.covered, c.intervals);
        let band = |c: Counts| percent(c.held, c.bands);
        let of_both = |methods: [&'static str; 2]| {
            let mut cells = Vec::new();
            for method in methods {
                cells.extend(TRUTHS.map(|truth| interval(of(method, truth))));
            }
            for method in methods {
                cells.extend(TRUTHS.map(|truth| band(of(method, truth))));
            }
            cells
        };
        match self {
            Self::Adjusted => {
                let ratios = TRUTHS.map(|truth| format!("{:.3}", of(normal, truth).ratio()));
                let mut cells = ratios.to_vec();
                cells.extend(of_both([normal, percentile]));
                cells
            }
            Self::Kinds => of_both(KINDS.map(IntervalKind::name)),
            Self::TakeUp => {
                let of = |method| of(method, TRUTHS[1]);
                let (own, set) = (of(normal), of(SET));
                let ratio = if NO_VARIANCE.contains(&design) {
                    "–".to_owned()
                } else {
                    format!("{:.3}", own.ratio())
                };
                let weeks = match own.bands {
                    0 => "–".to_owned(),
                    bands => format!("{:.1}", own.weeks as f64 / bands as f64),
                };
                let ends = percent(set.bands, set.intervals);
                let sets = [interval(set), ends];
                let mut cells = vec![ratio, interval(own), interval(of(percentile))];
                cells.extend(sets);
                cells.extend([band(own), band(of(percentile)), weeks]);
                cells
            }
        }
    }
}

fn written(counts: &BTreeMap<Key, Counts>) -> String {
    let mut text = format!("{HEAD}\n");
    for ((design, block, adjustment, method, estimand, truth), c) in counts {
        let _ = writeln!(
            text,
            "{design},{block},{adjustment},{method},{estimand},{truth},{}",
            c.written()
        );
    }
    text
}

/// Designs that the suite runs again, and which block.
const AGAIN: [(Family, &str, u64); 5] = [
    (Family::Kinds, "few", 3),
    (Family::Adjusted, "few", 2),
    (Family::Adjusted, "clusters-12", 7),
    (Family::TakeUp, "small", 4),
    (Family::TakeUp, "clusters", 1),
];

#[test]
fn a_block_gives_the_committed_counts() {
    for (family, design, number) in AGAIN {
        let all = family.committed();
        let found = block(family, design, number);
        assert!(!found.is_empty());
        for (key, counts) in found {
            assert_eq!(counts, all[&key], "{key:?}");
        }
    }
}

#[test]
fn the_tables_of_the_documentation_are_the_sums_of_the_blocks() {
    let page = fs::read_to_string(repository("src/docs/coverage.md")).expect("the page");
    for family in FAMILIES {
        let counts = family.committed();
        let blocks = counts.keys().map(|key| key.1).max();
        assert_eq!(blocks, Some(BLOCKS - 1));
        let table = family.table(&counts);
        assert!(page.contains(&table), "{family:?}\n{table}");
    }
}

#[test]
#[ignore = "minutes: counts again what is committed in fixtures/coverage, and prints tables of src/docs/coverage.md"]
fn the_table() {
    assert_eq!(HORIZON, 8);
    let wanted = std::env::var("RETTEVEJ_COVERAGE_DESIGNS").ok();
    for family in FAMILIES {
        let is_wanted = |design: &&str| {
            let wanted = wanted
                .as_deref()
                .map(|w| w.split(',').any(|w| w == *design || w == family.name()));
            wanted.unwrap_or(true)
        };
        let mut counts = match fs::exists(family.path()) {
            Ok(true) => family.committed(),
            _ => BTreeMap::new(),
        };
        for design in family.designs().into_iter().filter(|d| is_wanted(d)) {
            counts.retain(|key, _| key.0 != design);
            let started = std::time::Instant::now();
            for number in 0..BLOCKS {
                counts.extend(block(family, design, number));
            }
            eprintln!(
                "{} {design}: {} trials in {:.0} s",
                family.name(),
                BLOCKS * TRIALS,
                started.elapsed().as_secs_f64()
            );
            fs::write(family.path(), written(&counts)).expect("the counts are written");
        }
        println!("{}", family.table(&counts));
    }
}
