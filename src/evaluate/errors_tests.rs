//! Standard errors of replicates: every way against the influences written out, against those of the observed sample, and
//! their expectation over all draws of a small sample.

use super::errors::{Drawn, Effort, ErrorScratch, Errors};
use super::plan;
use super::point::{GroupInput, spread};
use super::table::{Part, Sample, Scratch, Table};
use crate::panel::{self, classes::Classes};
use crate::resample::{Bootstrap, Draw, Rule};
use crate::results::sample;
use crate::study::model::ExitSource;
use crate::study::{Adjustment, AtRisk, IntervalKind, Outcome, OutcomeKind, Study};
use crate::trial::{Spell, SpellTable, Trial};

const HORIZON: i32 = 6;

/// How the persons of a trial are.
#[derive(Clone, Copy, Debug)]
struct Make {
    persons: u32,
    clusters: bool,
    lost: bool,
}

/// Benefit until some week, then a job to the end of follow-up; every fifth starts in a job.
fn trial(make: Make) -> Trial {
    let persons = make.persons;
    let leave = |p: u32| 2 + ((p * p * 7 + p * 3) % 11 % 7) as i32;
    let followed: Vec<i32> = (0..persons)
        .map(|p| match p % 4 {
            1 if make.lost => 2 + (p % 6) as i32,
            _ => 8,
        })
        .collect();
    let (mut spells, mut offsets) = (Vec::new(), vec![0]);
    for p in 0..persons {
        let end = followed[p as usize] + 1;
        let (turn, first) = match p % 5 {
            4 => (2 + (p % 3) as i32, 1),
            _ => (leave(p), 0),
        };
        for (start, end, state) in [(1, turn.min(end), first), (turn, end, 1 - first)] {
            if start < end {
                spells.push(Spell { start, end, state });
            }
        }
        offsets.push(spells.len() as u32);
    }
    Trial {
        horizon: HORIZON as u32,
        arms: vec!["kontrol".into(), "deltager".into()],
        strata: vec!["by".into(), "land".into()],
        arm: (0..persons).map(|p| u16::from(p / 3 % 5 < 2)).collect(),
        stratum: (0..persons).map(|p| u32::from(p / 3 % 7 < 3)).collect(),
        cluster: make.clusters.then(|| (0..persons).map(|p| p / 3).collect()),
        tables: vec![SpellTable {
            name: "spells".into(),
            states: vec!["benefit".into(), "job".into()],
            absorbing: vec![false; 2],
            offsets,
            spells,
            followed,
        }],
        records: vec![None; 3],
        ..Trial::default()
    }
}

fn study(adjustment: Adjustment) -> Study {
    let mut study = sample::study(1);
    study.horizon = HORIZON as u32;
    let exit = |name: &str, at_risk| Outcome {
        name: name.into(),
        kind: OutcomeKind::Exit {
            source: ExitSource::Spells {
                table: 0,
                from: vec!["benefit".into()],
            },
            to: vec!["job".into()],
            at_risk,
            sustained: 1,
        },
        unit: None,
    };
    study.outcomes.push(exit("exit", AtRisk::First));
    study.outcomes.push(exit("again", AtRisk::Entry));
    study.analyses.truncate(1);
    study.analyses[0].adjustment = adjustment;
    study.analyses[0].interval = IntervalKind::Studentized;
    study.analyses[0].outcomes = vec![0, 1, 2];
    study
}

/// All values' standard errors in a draw.
fn errors_of(table: &Table<'_>, errors: &Errors<'_>, draw: &Draw) -> Vec<f64> {
    let part = Part {
        table: 0,
        level: 0,
        paths: 0..table.paths.len(),
    };
    let mut totals = vec![0; table.contributions.len()];
    table.contributions.total(table.shape, draw, &mut totals);
    let mut scratch = ErrorScratch::default();
    let mut out = vec![0.0; table.values(&part)];
    errors.total(draw, &mut scratch);
    let drawn = Drawn {
        draw,
        totals: &totals,
    };
    errors.write((table, &part), drawn, &mut scratch, &mut out);
    out
}

fn values_of(table: &Table<'_>, draw: &Draw) -> Vec<f64> {
    let part = Part {
        table: 0,
        level: 0,
        paths: 0..table.paths.len(),
    };
    let mut scratch = Scratch::default();
    table.total(draw, &mut scratch);
    let mut out = vec![0.0; table.values(&part)];
    table.evaluate(&part, Sample::Replicate, &mut scratch, &mut out);
    out
}

fn close(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-7 * b.abs() + 1e-12
}

#[test]
fn every_way_gives_the_errors_of_the_units_written_out() {
    let (mut compared, mut ways) = (0, Vec::new());
    for clusters in [false, true] {
        for lost in [false, true] {
            let make = Make {
                persons: 120,
                clusters,
                lost,
            };
            let trial = trial(make);
            for (adjustment, rule) in [
                (Adjustment::None, Rule::Plain),
                (Adjustment::Strata, Rule::Plain),
                (Adjustment::None, Rule::RaoWu),
                (Adjustment::Strata, Rule::RaoWu),
            ] {
                let study = study(adjustment);
                let panel = panel::build(&study, &trial).unwrap();
                let classes = Classes::build(&trial, &panel);
                let mut tables = Vec::new();
                plan::tables(&study, &trial, &panel, &classes, (0, rule), &mut tables).unwrap();
                let scheme = Bootstrap::new(&classes, rule, 5);
                for table in &tables {
                    let outcome = &panel.outcomes[table.outcome];
                    let plain = Errors::new(
                        (outcome, &classes),
                        &table.division,
                        &table.paths,
                        Effort::EveryUnit,
                    );
                    let errors = table.errors.as_ref().unwrap();
                    ways.push(errors.needs_units());
                    let mut draw = Draw::default();
                    for b in 0..4 {
                        scheme.fill(b, &mut draw);
                        let found = errors_of(table, errors, &draw);
                        for (a, b) in found.iter().zip(errors_of(table, &plain, &draw)) {
                            assert!(close(*a, b), "{make:?} {adjustment:?} {rule:?}: {a} {b}");
                            compared += usize::from(a.is_finite());
                        }
                    }
                }
            }
        }
    }
    assert!(compared > 5000, "{compared}");
    assert!(ways.contains(&true) && ways.contains(&false));
}

#[test]
fn in_the_observed_sample_they_are_the_standard_errors() {
    for clusters in [false, true] {
        let make = Make {
            persons: 90,
            clusters,
            lost: true,
        };
        let (trial, study) = (trial(make), study(Adjustment::None));
        let panel = panel::build(&study, &trial).unwrap();
        let classes = Classes::build(&trial, &panel);
        let mut tables = Vec::new();
        let by = (0, Rule::Plain);
        plan::tables(&study, &trial, &panel, &classes, by, &mut tables).unwrap();
        let observed = Bootstrap::observed(&classes);
        for table in &tables {
            let mut scratch = Scratch::default();
            table.total(&observed, &mut scratch);
            let found = errors_of(table, table.errors.as_ref().unwrap(), &observed);
            let variances: Vec<Vec<Vec<f64>>> = (0..2)
                .map(|arm| {
                    let cells = table.division.arm_cells(0, arm);
                    let totals = table.group(&scratch, Sample::Observed, cells);
                    let input = GroupInput {
                        table,
                        outcome: &panel.outcomes[table.outcome],
                        classes: &classes,
                        cells,
                        totals: &totals,
                    };
                    spread(&input).variance
                })
                .collect();
            let mut column = 0;
            for (p, path) in table.paths.iter().enumerate() {
                let mut expected: Vec<Vec<f64>> = variances.iter().map(|v| v[p].clone()).collect();
                if path.contrast_rows {
                    let sum = expected[0].iter().zip(&expected[1]).map(|(a, b)| a + b);
                    let sum = sum.collect();
                    expected.push(sum);
                }
                for variance in expected.into_iter().flatten() {
                    assert!(close(found[column], variance.sqrt()));
                    column += 1;
                }
            }
            assert_eq!(column, found.len());
        }
    }
}

/// Every way to pick `picks` times among `units`, with its probability.
fn every_draw(units: usize, picks: u32) -> Vec<(Vec<u32>, f64)> {
    let mut out = vec![(Vec::new(), 1.0, picks)];
    for unit in 0..units {
        let others = units - unit;
        out = out
            .into_iter()
            .flat_map(|(counts, weight, left)| {
                let lowest = if others == 1 { left } else { 0 };
                (lowest..=left).map(move |k| {
                    let choose =
                        (0..k).fold(1.0, |c, i| c * f64::from(left - i) / f64::from(i + 1));
                    let mut counts = counts.clone();
                    counts.push(k);
                    (counts, weight * choose, left - k)
                })
            })
            .collect();
    }
    let total = (units as f64).powi(picks as i32);
    out.into_iter()
        .map(|(counts, w, _)| (counts, w / total))
        .collect()
}

#[test]
fn over_all_draws_the_squared_errors_of_a_mean_average_to_the_variance_of_the_replicates() {
    // Ten persons of one stratum, five in each arm, all different; all draws of the control, the treated as they are.
    let mut small = trial(Make {
        persons: 10,
        clusters: false,
        lost: false,
    });
    small.arm = (0..10).map(|p| p % 2).collect();
    small.stratum = vec![0; 10];
    small.strata = vec![String::new()];
    let table = &mut small.tables[0];
    table.spells = (0..10_i32)
        .flat_map(|p| {
            let from = 1 + p / 2;
            [(1, from, 0), (from, 9, 1)].map(|(start, end, state)| Spell { start, end, state })
        })
        .filter(|s| s.start < s.end)
        .collect();
    table.offsets = vec![0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 18];
    let study = study(Adjustment::None);
    let panel = panel::build(&study, &small).unwrap();
    let classes = Classes::build(&small, &panel);
    assert_eq!(classes.sizes, [1; 10]);
    for (rule, picks) in [(Rule::Plain, 5), (Rule::RaoWu, 4)] {
        let mut tables = Vec::new();
        plan::tables(&study, &small, &panel, &classes, (0, rule), &mut tables).unwrap();
        let table = &tables[0];
        let width = values_of(table, &Bootstrap::observed(&classes)).len();
        let mut sums = vec![[0.0; 4]; width];
        for (counts, share) in every_draw(5, picks) {
            let mut draw = Draw {
                counts: counts.into_iter().chain([1; 5]).collect(),
            };
            if rule == Rule::RaoWu {
                draw.counts[9] = 0;
            }
            let values = values_of(table, &draw);
            let errors = errors_of(table, table.errors.as_ref().unwrap(), &draw);
            for (sum, (x, se)) in sums.iter_mut().zip(values.iter().zip(errors)) {
                for (sum, value) in sum.iter_mut().zip([1.0, *x, x * x, se * se]) {
                    *sum += share * value;
                }
            }
        }
        // Weekly means of the control, then its accumulated means: columns 0..6 and 18..24.
        let mut varied = 0;
        for column in (0..6).chain(18..24) {
            let [one, mean, square, error] = sums[column];
            assert!((one - 1.0).abs() < 1e-12);
            let variance = square - mean * mean;
            assert!(
                (error - variance).abs() < 1e-12,
                "{rule:?} {column}: {error} {variance}"
            );
            varied += usize::from(variance > 0.01);
        }
        assert_eq!(varied, 10);
    }
}
