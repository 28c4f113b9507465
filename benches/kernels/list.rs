//! The kernels: each a name and a way to make its work ready, which gives the work itself.

use crate::inputs::{Input, Size, replicates, spell_file};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rettevej::estimand::{Estimand, Product, find};
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::inference::{PathInput, Scale, infer};
use rettevej::panel::{self, classes::Classes};
use rettevej::registers::{self, Kind, Want};
use rettevej::resample::binomial::{Table, binomial, uniform_below};
use rettevej::resample::permutation::{Assignments, Pool};
use rettevej::resample::{Bayesian, Draw, Scheme};
use rettevej::study::{Adjustment, IntervalKind, Member, WeekUnit};
use rettevej::totals::planes::{Addition, Planes};
use rettevej::totals::{Contributions, Kernel as Way, LANES, Totals, total_plainly};
use rettevej::units::ConfidenceLevel;
use std::hint::black_box;

/// One piece of work; what it gives is only there so that it is not left out.
pub type Work = Box<dyn FnMut() -> u64>;

/// A kernel. One turn is what one call of the work does, told in `unit`s, `times` of them.
pub struct Kernel {
    pub name: &'static str,
    pub unit: &'static str,
    pub times: u32,
    pub ready: fn() -> Work,
}

const fn kernel(name: &'static str, unit: &'static str, times: u32, ready: fn() -> Work) -> Kernel {
    Kernel {
        name,
        unit,
        times,
        ready,
    }
}

pub const KERNELS: &[Kernel] = &[
    kernel("uniform pick", "pick", 10_000, uniform_picks),
    kernel("binomial, mean 2", "draw", 1000, || binomials(40, 1, 20)),
    kernel("binomial, mean 105 of 113", "draw", 1000, || {
        binomials(113, 105, 113)
    }),
    kernel("binomial, mean 2,600 of 2,800", "draw", 1000, || {
        binomials(2800, 2600, 2800)
    }),
    kernel(
        "binomial table, mean 2,600 of 2,800",
        "draw",
        1000,
        binomial_table,
    ),
    kernel("draw, employment, small", "replicate", 16, || {
        draws(Size::Small, "employment")
    }),
    kernel("draw, employment, large", "replicate", 16, || {
        draws(Size::Large, "employment")
    }),
    kernel("draw, exit, small", "replicate", 16, || {
        draws(Size::Small, "exit")
    }),
    kernel("draw, exit, large", "replicate", 16, || {
        draws(Size::Large, "exit")
    }),
    kernel("draw, bayesian, small", "replicate", 16, bayesian),
    kernel("totals by tile, employment, small", "replicate", 16, || {
        totals("employment", Size::Small, Way::Tile)
    }),
    kernel("totals by tile, employment, large", "replicate", 16, || {
        totals("employment", Size::Large, Way::Tile)
    }),
    kernel("totals by tile, exit, small", "replicate", 16, || {
        totals("exit", Size::Small, Way::Tile)
    }),
    kernel("totals singly, employment, small", "replicate", 16, || {
        totals("employment", Size::Small, Way::Single)
    }),
    kernel(
        "totals written out, employment, small",
        "replicate",
        1,
        totals_written_out,
    ),
    kernel("merge of 36 cells", "replicate", 16, merge),
    kernel("curve, cumulative mean", "group", 160, || {
        curve("cumulative_mean", "employment")
    }),
    kernel("curve, hazard", "group", 160, || curve("hazard", "exit")),
    kernel("curve, survival", "group", 160, || {
        curve("survival", "exit")
    }),
    kernel("infer, percentile and band", "week", 64, || {
        path(IntervalKind::Percentile, 64, 2000)
    }),
    kernel("infer, basic and sup-t", "week", 64, || {
        path(IntervalKind::Basic, 64, 2000)
    }),
    kernel("infer, bca", "week", 1, || {
        path(IntervalKind::Bca, 1, 10_000)
    }),
    kernel("draw, permutation", "permutation", 16, permutations),
    kernel("totals by planes", "permutation", 16, planes),
    kernel(
        "family of 64 weeks, all followed",
        "permutation",
        64,
        || family(false),
    ),
    kernel("family of 64 weeks, some lost", "permutation", 64, || {
        family(true)
    }),
    kernel("read spells", "row", 20_000, read_spells),
    kernel("panel, employment", "person", 40_000, || {
        panels("employment")
    }),
    kernel("panel, exit", "person", 40_000, || panels("exit")),
    kernel("class table", "person", 40_000, class_table),
    kernel("evaluate, 256 replicates", "run", 1, whole),
];

fn uniform_picks() -> Work {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    Box::new(move || {
        (0..10_000)
            .map(|_| u64::from(uniform_below(&mut rng, 4001)))
            .sum()
    })
}

fn binomials(n: u64, numerator: u64, denominator: u64) -> Work {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    Box::new(move || {
        (0..1000)
            .map(|i| binomial(&mut rng, n + i % 3, numerator, denominator))
            .sum()
    })
}

fn binomial_table() -> Work {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let table = Table::new(2800, 2600, 2800).expect("not certain");
    Box::new(move || (0..1000).map(|_| table.draw(&mut rng)).sum())
}

fn draws(size: Size, outcome: &str) -> Work {
    let scheme = Input::new(size, outcome).bootstrap();
    filled(scheme)
}

fn bayesian() -> Work {
    let input = Input::new(Size::Small, "employment");
    filled(Bayesian::new(&input.classes, 1))
}

fn filled(scheme: impl Scheme + 'static) -> Work {
    let mut draw = Draw::default();
    Box::new(move || {
        let mut sum = 0;
        for b in 0..16 {
            scheme.fill(b, &mut draw);
            sum += u64::from(draw.counts[0]);
        }
        sum
    })
}

fn totals(outcome: &str, size: Size, way: Way) -> Work {
    let input = Input::new(size, outcome);
    let of = &input.panel.outcomes[0];
    let contributions = Contributions::build(&input.classes, of, &input.arms(), 2);
    let narrow = contributions.is_narrow(&input.bootstrap());
    let draws = input.draws(LANES as u64);
    let mut out = Totals::default();
    Box::new(move || {
        contributions.total(black_box(&draws), narrow, way, &mut out);
        out.get(1, contributions.stride() - 1, 3) as u64
    })
}

fn totals_written_out() -> Work {
    let input = Input::new(Size::Small, "employment");
    let (cell, draw) = (input.arms(), input.draws(1).remove(0));
    Box::new(move || {
        let all = total_plainly(&input.classes, &input.panel.outcomes[0], &cell, 2, &draw);
        all[0] as u64
    })
}

fn merge() -> Work {
    let input = Input::new(Size::Small, "exit");
    let of = &input.panel.outcomes[0];
    let arms = 36 / 2;
    let cell: Vec<u32> = (input.trial.arm.iter().zip(&input.trial.stratum))
        .map(|(&arm, &stratum)| u32::from(arm) * arms + stratum)
        .collect();
    let contributions = Contributions::build(&input.classes, of, &cell, 36);
    let mut totals = Totals::default();
    let narrow = contributions.is_narrow(&input.bootstrap());
    contributions.total(&input.draws(LANES as u64), narrow, Way::Tile, &mut totals);
    let cells: Vec<usize> = (0..36).collect();
    let mut out = vec![0.0; contributions.stride() * LANES];
    Box::new(move || {
        totals.merge(black_box(&cells), None, LANES, &mut out);
        out[LANES].to_bits()
    })
}

fn curve(slug: &str, outcome: &str) -> Work {
    let input = Input::new(Size::Small, outcome);
    let of = &input.panel.outcomes[0];
    let contributions = Contributions::build(&input.classes, of, &input.arms(), 2);
    let mut totals = Totals::default();
    let narrow = contributions.is_narrow(&input.bootstrap());
    contributions.total(&input.draws(LANES as u64), narrow, Way::Tile, &mut totals);
    let shape = of.shape.clone();
    let mut values = vec![0.0; shape.slots() * LANES];
    totals.merge(&[1], None, LANES, &mut values);
    let Some(Estimand::Curve(curve)) = find(slug) else {
        unreachable!("{slug} is a curve of the registry");
    };
    let item = curve.items(&shape)[0];
    let mut out = vec![0.0; curve.ticks(&shape).len() * LANES];
    let mut product = Product::default();
    Box::new(move || {
        for _ in 0..10 {
            let tile = product.of(&shape, black_box(&values), LANES);
            curve.evaluate_tile(&tile, item, &mut out);
        }
        out.last().map_or(0, |last| last.to_bits())
    })
}

fn path(interval: IntervalKind, weeks: usize, count: usize) -> Work {
    let replicates = replicates(weeks, count);
    let (estimates, std_errors) = (vec![0.01; weeks], vec![1.0; weeks]);
    let (accelerations, in_band) = (vec![0.001; weeks], vec![true; weeks]);
    Box::new(move || {
        let inferred = infer(&PathInput {
            estimates: &estimates,
            std_errors: &std_errors,
            accelerations: &accelerations,
            freedom: &[],
            replicates: black_box(&replicates),
            errors: &[],
            replicate_count: count,
            in_band: &in_band,
            scale: Scale::Identity,
            interval,
            confidence: ConfidenceLevel::default(),
        });
        inferred.weeks_in_band as u64
    })
}

/// 18 strata of 110 persons to each arm.
fn pool() -> (Pool, Assignments) {
    let pool = Pool::new(&vec![vec![110, 110]; 18]);
    let source = Assignments::of(&pool, 10_000, 1, 1);
    (pool, source)
}

fn permutations() -> Work {
    let (pool, source) = pool();
    let mut masks = pool.masks();
    Box::new(move || {
        for b in 0..16 {
            source.fill(&pool, b, &mut masks);
        }
        masks[1][0]
    })
}

/// One place in twelve adds up to 64 weeks to its site's column and to that of everybody.
fn planes() -> Work {
    let (pool, source) = pool();
    let mut additions = Vec::new();
    for (column, stratum) in pool.strata().iter().enumerate() {
        for i in (0..stratum.places).step_by(12) {
            let place = 64 * stratum.words.start as u32 + i;
            for column in [column as u32, 18] {
                let value = i64::from(1 + i * 37 % 64);
                additions.push(Addition {
                    place,
                    column,
                    value,
                });
            }
        }
    }
    let planes = Planes::build(pool.words(), 19, additions);
    let mut masks = pool.masks();
    source.fill(&pool, 0, &mut masks);
    let mut out = vec![0; 19];
    Box::new(move || {
        for _ in 0..16 {
            planes.total(black_box(&masks[1]), &mut out);
        }
        out[18] as u64
    })
}

/// Accumulated differences of all weeks within 18 sites, perhaps with one person in six lost; with what a run does besides.
fn family(is_lossy: bool) -> Work {
    let mut input = Input::new(Size::Small, "employment");
    if is_lossy {
        input.lose_some();
    }
    input.study.resampling.replicates = 0;
    input.study.resampling.permutations = 64;
    let analysis = &mut input.study.analyses[0];
    analysis.adjustment = Adjustment::Strata;
    analysis.estimands = vec!["cumulative_effect".to_owned()];
    analysis.family = vec![Member {
        outcome: 0,
        estimand: "cumulative_effect".to_owned(),
        weeks: (1..=64).collect(),
        subgroup: None,
        item: String::new(),
        arms: vec![],
    }];
    evaluated(input)
}

fn read_spells() -> Work {
    let file = spell_file(20_000);
    let want = |column: &str, kind| Want {
        column: column.to_owned(),
        kind,
    };
    let wants = [
        want("person_id", Kind::Id),
        want("start_week", Kind::Week(WeekUnit::Trial)),
        want("end_week", Kind::Week(WeekUnit::Trial)),
        want("state", Kind::Category),
    ];
    Box::new(move || registers::read(&file, &wants).expect("a right file").rows as u64)
}

fn panels(outcome: &str) -> Work {
    let input = Input::new(Size::Large, outcome);
    Box::new(move || {
        let panel = panel::build(&input.study, &input.trial).expect("small sums");
        panel.outcomes[0].entries.len() as u64
    })
}

fn class_table() -> Work {
    let input = Input::new(Size::Large, "employment");
    Box::new(move || Classes::build(&input.trial, &input.panel).units() as u64)
}

fn whole() -> Work {
    let mut input = Input::new(Size::Small, "employment");
    input.study.resampling.replicates = 256;
    evaluated(input)
}

fn evaluated(input: Input) -> Work {
    let options = Options {
        threads: 1,
        ..Options::default()
    };
    Box::new(move || {
        let (results, _) =
            evaluate(&input.study, &input.trial, &options, &Silent).expect("it can be evaluated");
        results.rows.len() as u64
    })
}
