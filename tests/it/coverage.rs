//! Standard errors, intervals and bands on simulated trials with known truth, through the whole engine.
//!
//! Each scenario is drawn many times. The mean of the squared standard errors is held against the variance of the
//! estimates, and intervals and bands must hold the truth in as many trials as they claim. What small trials are
//! allowed is stated in [`allowed`] with its reason; on top of it come four Monte Carlo standard errors, which shrink
//! with the number of trials. The tests here are small; `the_table` is the large run behind `src/docs/coverage.md`.

use crate::support::trials::{Ground, Measure, Run, Seen, Way, mean, share, spread, ways};
use rettevej::study::{Adjustment, IntervalKind};

const fn of(estimand: &'static str, outcome: &'static str, item: &'static str) -> Measure {
    Measure {
        estimand,
        outcome,
        item,
    }
}

const MEASURES: &[Measure] = &[
    of("weekly_difference", "job", ""),
    of("cumulative_effect", "job", ""),
    of("hazard_difference", "exit", ""),
    of("survival_difference", "exit", ""),
    of("cumulative_incidence_difference", "exit", "job"),
    of("restricted_mean_difference", "exit", ""),
];

const SCENARIOS: [&str; 5] = ["two-arms", "staggered", "rare", "small-cells", "clusters"];

/// How far small trials may be off before Monte Carlo error.
#[derive(Clone, Copy)]
struct Allowed {
    /// Of the mean of SE^2 over the variance, below and above 1.
    ratio: (f64, f64),
    /// Of the coverage of intervals and bands below the nominal.
    coverage: f64,
}

/// What is allowed, and why; `None` where nothing is claimed.
fn allowed(scenario: &str, measure: Measure, way: Way) -> Option<Allowed> {
    let exit = measure.outcome == "exit";
    let hazard = measure.estimand == "hazard_difference";
    let strata = way.adjustment == Adjustment::Strata;
    let mut out = Allowed {
        ratio: (0.03, 0.05),
        coverage: 0.015,
    };
    if hazard {
        // A handful of persons is at risk in the last week and none to three of them leave: binomial variances without
        // n / (n - 1), and order statistics of a few different values. Percentile limits are not claimed there.
        out.ratio.0 = 0.12;
        if way.interval == IntervalKind::Percentile || (scenario, strata) == ("small-cells", true) {
            return None;
        }
    }
    match scenario {
        // Greenwood has no n / (n - 1), and cells have 5 to 19 persons; trials where a cell empties have no SE.
        "small-cells" if exit && strata => {
            out = Allowed {
                ratio: (0.20, 0.05),
                coverage: 0.045,
            };
        }
        // Without adjustment the standard error leaves the strata's differences in, the draw and the estimate do not.
        "small-cells" if !strata => out.ratio.1 = 0.12,
        // Sixteen control clusters, and z instead of t.
        "clusters" => {
            out.ratio = (0.06 + out.ratio.0, 0.06);
            out.coverage = 0.025;
        }
        // The correction is read off the same five or six persons and follows their accidents: see coverage.md.
        "rare" if way.interval == IntervalKind::Bca => out.coverage = 0.06,
        // Five or six persons of an arm with any week in the outcome.
        "rare" => out.coverage = 0.025,
        _ => {}
    }
    Some(out)
}

/// Holds one measure made one way against what is claimed of it.
fn judge(scenario: &str, measure: Measure, way: Way, seen: &[Seen]) {
    let Some(allowed) = allowed(scenario, measure, way) else {
        return;
    };
    let who = format!("{scenario}, {measure:?}, {way:?}");
    let spread = spread(seen);
    let off = (spread.ratio - 1.0, 4.0 * spread.ratio_error);
    assert!(
        off.0 > -allowed.ratio.0 - off.1 && off.0 < allowed.ratio.1 + off.1,
        "{who}: {spread:?}"
    );
    assert!(
        spread.bias.abs() < 0.1 + 4.0 / (spread.trials as f64).sqrt(),
        "{who}: {spread:?}"
    );
    let least = 0.95 - allowed.coverage;
    for (what, (share, trials)) in [
        ("interval", share(seen.iter().map(|s| s.covered))),
        ("band", share(seen.iter().map(|s| s.band))),
    ] {
        if trials > 0 {
            let error = (least * (1.0 - least) / trials as f64).sqrt();
            assert!(
                share > least - 4.0 * error,
                "{who}: {what} {share} of {trials}"
            );
        }
    }
}

/// Percentile and basic intervals against the normal one of the same trials: their widths are known far better than
/// their coverage, and the two together show an interval that is too wide.
fn judge_widths(scenario: &str, ways: &[Way], all: &[Vec<Vec<Seen>>]) {
    for (w, way) in ways.iter().enumerate() {
        for (m, measure) in MEASURES.iter().enumerate() {
            if measure.estimand == "hazard_difference" || way.interval == IntervalKind::Normal {
                continue;
            }
            let width =
                |w: usize| mean(&all[w][m].iter().filter_map(|s| s.width).collect::<Vec<_>>()).0;
            let ratio = width(w) / width(w - w % 3);
            let exit = measure.outcome == "exit";
            let range = match (scenario, way.adjustment) {
                ("small-cells", Adjustment::Strata) if exit => 0.96..1.12,
                ("small-cells", Adjustment::None) => 0.92..1.02,
                _ => 0.95..1.03,
            };
            assert!(
                range.contains(&ratio),
                "{scenario}, {measure:?}, {way:?}: {ratio}"
            );
        }
    }
}

fn check(scenario: &str) {
    let ground = Ground::new(scenario, MEASURES);
    let normal: Vec<Way> = ways()
        .into_iter()
        .filter(|way| way.interval == IntervalKind::Normal)
        .collect();
    let many = Run {
        trials: 1200,
        replicates: 0,
        seed: 1,
    };
    for (way, by_measure) in normal.iter().zip(ground.see(&normal, many)) {
        for (measure, seen) in MEASURES.iter().zip(&by_measure) {
            judge(scenario, *measure, *way, seen);
        }
    }
    let few = Run {
        trials: 120,
        replicates: 399,
        seed: 100_001,
    };
    let all = ground.see(&ways(), few);
    for (way, by_measure) in ways().iter().zip(&all) {
        for (measure, seen) in MEASURES.iter().zip(by_measure) {
            judge(scenario, *measure, *way, seen);
        }
    }
    judge_widths(scenario, &ways(), &all);
}

#[test]
fn two_sites_and_an_effect_of_some_weeks() {
    check("two-arms");
}

#[test]
fn staggered_entry_and_loss() {
    check("staggered");
}

#[test]
fn a_rare_outcome() {
    check("rare");
}

#[test]
fn cells_of_five_to_nineteen_persons() {
    check("small-cells");
}

#[test]
fn randomised_clusters() {
    check("clusters");
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a whole number"))
}

const BCA: [Way; 4] = {
    const fn way(adjustment: Adjustment, interval: IntervalKind) -> Way {
        Way {
            adjustment,
            interval,
        }
    }
    [
        way(Adjustment::None, IntervalKind::Percentile),
        way(Adjustment::None, IntervalKind::Bca),
        way(Adjustment::Strata, IntervalKind::Percentile),
        way(Adjustment::Strata, IntervalKind::Bca),
    ]
};

#[test]
fn bca_covers_a_rare_outcome_as_its_table_says() {
    let cumulated = of("cumulative_effect", "job", "");
    let run = Run {
        trials: 120,
        replicates: 399,
        seed: 200_001,
    };
    let all = Ground::new("rare", &[cumulated]).see(&BCA, run);
    for (way, by_measure) in BCA.iter().zip(&all) {
        judge("rare", cumulated, *way, &by_measure[0]);
    }
}

#[test]
#[ignore = "minutes: the table of bca in src/docs/coverage.md, which names the command"]
fn the_table_of_bca() {
    let run = Run {
        trials: number("RETTEVEJ_COVERAGE_TRIALS", 1000),
        replicates: number("RETTEVEJ_COVERAGE_REPLICATES", 999) as u32,
        seed: number("RETTEVEJ_COVERAGE_SEED", 20_130_901),
    };
    let wanted =
        std::env::var("RETTEVEJ_COVERAGE_SCENARIOS").unwrap_or_else(|_| SCENARIOS.join(","));
    println!(
        "{} trials, {} replicates, first seed {}",
        run.trials, run.replicates, run.seed
    );
    println!(
        "\n| scenario | adjustment | estimand | percentile | bca | with bca interval | width bca / percentile | band: percentile | bca | with bca band |"
    );
    println!("|---|---|---|--:|--:|--:|--:|--:|--:|--:|");
    for scenario in wanted.split(',') {
        let all = Ground::new(scenario, MEASURES).see(&BCA, run);
        for (pair, way) in all.chunks_exact(2).zip([BCA[0], BCA[2]]) {
            for (m, measure) in MEASURES.iter().enumerate() {
                println!(
                    "{}",
                    pair_line(scenario, (way, *measure), [&pair[0][m], &pair[1][m]])
                );
            }
        }
    }
}

/// A row of the table of bca: percentages of the trials that have the thing.
fn pair_line(scenario: &str, (way, measure): (Way, Measure), kinds: [&[Seen]; 2]) -> String {
    let percent = |(share, trials): (f64, usize)| match trials {
        0..100 => "–".to_owned(),
        _ => format!("{:.1}", 100.0 * share),
    };
    let [percentile, bca] = kinds.map(|seen| share(seen.iter().map(|s| s.covered)));
    let [band, bca_band] = kinds.map(|seen| share(seen.iter().map(|s| s.band)));
    let ratios: Vec<f64> = (kinds[0].iter().zip(kinds[1]))
        .filter_map(|(p, b)| Some(b.width? / p.width.filter(|w| *w > 0.0)?))
        .collect();
    format!(
        "| {scenario} | {} | {} | {} | {} | {} | {:.3} | {} | {} | {} |",
        if way.adjustment == Adjustment::Strata {
            "strata"
        } else {
            "none"
        },
        measure.estimand,
        percent(percentile),
        percent(bca),
        bca.1,
        mean(&ratios).0,
        percent(band),
        percent(bca_band),
        bca_band.1,
    )
}

#[test]
#[ignore = "minutes: the numbers of src/docs/coverage.md, which names the command"]
fn the_table() {
    let run = Run {
        trials: number("RETTEVEJ_COVERAGE_TRIALS", 2000),
        replicates: number("RETTEVEJ_COVERAGE_REPLICATES", 999) as u32,
        seed: number("RETTEVEJ_COVERAGE_SEED", 20_130_901),
    };
    println!(
        "{} trials, {} replicates, first seed {}",
        run.trials, run.replicates, run.seed
    );
    let ways = ways();
    for scenario in SCENARIOS {
        let all = Ground::new(scenario, MEASURES).see(&ways, run);
        println!("\n### {scenario}\n");
        println!(
            "| adjustment | estimand | with SE | SE²/variance | normal | percentile | basic | with interval | band: normal | percentile | basic | with band | weeks |"
        );
        println!("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (three, ways) in all.chunks_exact(3).zip(ways.chunks_exact(3)) {
            for (m, measure) in MEASURES.iter().enumerate() {
                println!(
                    "{}",
                    line(
                        ways[0],
                        *measure,
                        [&three[0][m], &three[1][m], &three[2][m]]
                    )
                );
            }
        }
        for (way, by_measure) in ways.iter().zip(&all) {
            for (measure, seen) in MEASURES.iter().zip(by_measure) {
                judge(scenario, *measure, *way, seen);
            }
        }
    }
    // By definition who is at risk in the last week followed cannot be seen to leave in it.
    let hazard = of("hazard", "exit", "");
    let ground = Ground::new("staggered", &[hazard]);
    let without = Run {
        replicates: 0,
        ..run
    };
    let seen = &ground.see(&ways[..1], without)[0][0];
    let truth = ground.truth_at_horizon(hazard);
    let found = truth + spread(seen).error;
    println!(
        "\nstaggered, hazard of the treated in week 14: truth {truth:.4}, mean estimate {found:.4}"
    );
}

/// A row of the table: percentages of the trials that have the thing.
fn line(way: Way, measure: Measure, kinds: [&[Seen]; 3]) -> String {
    let spread = spread(kinds[0]);
    let percent = |(share, trials): (f64, usize)| match trials {
        0..100 => "–".to_owned(),
        _ => format!("{:.1}", 100.0 * share),
    };
    let interval = |k: usize| share(kinds[k].iter().map(|s| s.covered));
    let band = |k: usize| share(kinds[k].iter().map(|s| s.band));
    let weeks: u32 = kinds[0].iter().map(|s| s.weeks).sum();
    let with_band = band(0).1;
    format!(
        "| {} | {} | {} | {:.3} ± {:.3} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        if way.adjustment == Adjustment::Strata {
            "strata"
        } else {
            "none"
        },
        measure.estimand,
        spread.trials,
        spread.ratio,
        spread.ratio_error,
        percent(interval(0)),
        percent(interval(1)),
        percent(interval(2)),
        interval(0).1,
        percent(band(0)),
        percent(band(1)),
        percent(band(2)),
        with_band,
        if with_band == 0 {
            "–".to_owned()
        } else {
            format!("{:.1}", f64::from(weeks) / with_band as f64)
        },
    )
}
