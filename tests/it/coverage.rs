//! Standard errors, intervals and bands on trials with known truth.

use crate::support::trials::{Ground, Measure, Run, share, spread, ways};
use rettevej::study::IntervalKind;
use std::time::Instant;

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

#[test]
#[ignore = "table"]
fn table() {
    let env = |name: &str, or: u64| std::env::var(name).map_or(or, |v| v.parse().unwrap());
    let run = Run {
        trials: env("RETTEVEJ_COVERAGE_TRIALS", 2000),
        replicates: env("RETTEVEJ_COVERAGE_REPLICATES", 999) as u32,
        seed: 20_130_901,
    };
    for scenario in ["two-arms", "staggered", "rare", "small-cells", "clusters"] {
        let clock = Instant::now();
        let ground = Ground::new(scenario, MEASURES);
        let ways = ways();
        let all = ground.see(&ways, run);
        println!("\n## {scenario} ({:.1} s)\n", clock.elapsed().as_secs_f64());
        for (way, by_measure) in ways.iter().zip(&all) {
            for (measure, seen) in MEASURES.iter().zip(by_measure) {
                let s = spread(seen);
                let (interval, n) = share(seen.iter().map(|s| s.covered));
                let (band, m) = share(seen.iter().map(|s| s.band));
                let weeks = seen.iter().map(|s| f64::from(s.weeks)).sum::<f64>() / m.max(1) as f64;
                let se = if way.interval == IntervalKind::Normal {
                    format!(
                        "{:5} bias {:+.3} ratio {:.3} ({:.3})",
                        s.trials, s.bias, s.ratio, s.ratio_error
                    )
                } else {
                    String::new()
                };
                println!(
                    "{:?} {:?} {:32} cover {:.1} ({n}) band {:.1} ({m}, {weeks:.1} weeks) {se}",
                    way.adjustment,
                    way.interval,
                    measure.estimand,
                    100.0 * interval,
                    100.0 * band
                );
            }
        }
    }
}
