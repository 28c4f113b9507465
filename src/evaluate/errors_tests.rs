//! Standard errors of replicates: every way against the influences written out, against those of the observed sample, and
//! their expectation over all draws of a small sample.

use super::context::Context;
use super::errors::{Effort, Errors};
use super::plan;
use super::point::{GroupInput, spread};
use super::table::{Part, Scratch, Table};
use crate::panel::{self, Panel, classes::Classes};
use crate::resample::{Bootstrap, Draw, Rule, Scheme};
use crate::results::sample;
use crate::study::model::ExitSource;
use crate::study::{Adjustment, AtRisk, IntervalKind, Outcome, OutcomeKind, Study};
use crate::totals::Kernel;
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

/// All values of a tile of draws and their standard errors, by draw.
fn replicates_of(table: &Table<'_>, draws: &[Draw]) -> Vec<[Vec<f64>; 2]> {
    let part = Part {
        table: 0,
        level: 0,
        paths: 0..table.paths.len(),
    };
    let (width, lanes) = (table.values(&part), draws.len());
    let mut scratch = Scratch::default();
    let mut out = vec![0.0; table.columns(&part) * lanes];
    table.total_replicates(draws, &mut scratch);
    table.replicates(&part, draws, &mut scratch, &mut out);
    let lane = |half: usize, lane: usize| -> Vec<f64> {
        let columns = half * width..(half + 1) * width;
        columns.map(|column| out[column * lanes + lane]).collect()
    };
    (0..lanes).map(|l| [lane(0, l), lane(1, l)]).collect()
}

fn context<'a>(
    study: &'a Study,
    trial: &'a Trial,
    (panel, classes): (&'a Panel, &'a Classes),
    scheme: &'a Bootstrap,
) -> Context<'a> {
    Context {
        study,
        trial,
        panel,
        classes,
        scheme,
        kernel: Kernel::Tile,
        count: 0,
    }
}

/// The tables of the study's analysis.
fn tables_of<'a>(context: &Context<'a>) -> Vec<Table<'a>> {
    let mut tables = Vec::new();
    plan::tables(context, 0, &mut tables).unwrap();
    tables
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
                let scheme = Bootstrap::new(&classes, rule, 5);
                let context = context(&study, &trial, (&panel, &classes), &scheme);
                let mut draws = vec![Draw::default(); 5];
                for (b, draw) in draws.iter_mut().enumerate() {
                    scheme.fill(b as u64, draw);
                }
                for mut table in tables_of(&context) {
                    let found = replicates_of(&table, &draws);
                    ways.push(table.errors.as_ref().unwrap().note());
                    let outcome = &panel.outcomes[table.outcome];
                    table.errors = Some(Errors::new(
                        (outcome, &classes),
                        &table.division,
                        &table.paths,
                        Effort::EveryUnit,
                    ));
                    for (a, b) in found.iter().zip(replicates_of(&table, &draws)) {
                        assert_eq!(a[0].len(), a[1].len());
                        for (a, b) in a[1].iter().zip(&b[1]) {
                            assert!(close(*a, *b), "{make:?} {adjustment:?} {rule:?}: {a} {b}");
                            compared += usize::from(a.is_finite());
                        }
                    }
                }
            }
        }
    }
    assert!(compared > 5000, "{compared}");
    let cheap = |note: &String| !note.contains("every unit");
    assert!(ways.iter().any(cheap) && !ways.iter().all(cheap));
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
        let scheme = Bootstrap::new(&classes, Rule::Plain, 5);
        let context = context(&study, &trial, (&panel, &classes), &scheme);
        let observed = [Draw::observed(&classes)];
        for table in &tables_of(&context) {
            let mut scratch = Scratch::default();
            table.total(&observed, &mut scratch);
            let [_, found] = &replicates_of(table, &observed)[0];
            let variances: Vec<Vec<Vec<f64>>> = (0..2)
                .map(|arm| {
                    let cells = table.division.arm_cells(0, arm);
                    let totals = table.group(&scratch, cells);
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
        let scheme = Bootstrap::new(&classes, rule, 5);
        let context = context(&study, &small, (&panel, &classes), &scheme);
        let table = &tables_of(&context)[0];
        let mut draw = Draw::default();
        scheme.fill(0, &mut draw);
        let width = replicates_of(table, &[Draw::observed(&classes)])[0][0].len();
        let mut sums = vec![[0.0; 4]; width];
        for (counts, share) in every_draw(5, picks) {
            draw.counts[..5].copy_from_slice(&counts);
            let [values, errors] = &replicates_of(table, std::slice::from_ref(&draw))[0];
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

#[test]
fn a_draw_counted_twice_has_half_the_squared_errors() {
    let make = Make {
        persons: 120,
        clusters: false,
        lost: true,
    };
    let (trial, study) = (trial(make), study(Adjustment::Strata));
    let panel = panel::build(&study, &trial).unwrap();
    let classes = Classes::build(&trial, &panel);
    let scheme = Bootstrap::new(&classes, Rule::Plain, 5);
    let context = context(&study, &trial, (&panel, &classes), &scheme);
    let mut draws = vec![Draw::default(); 2];
    scheme.fill(7, &mut draws[0]);
    draws[1] = draws[0].clone();
    draws[1].counts.iter_mut().for_each(|count| *count *= 2);
    draws[1].sums.iter_mut().for_each(|sum| *sum *= 2);
    for table in tables_of(&context) {
        let [once, twice] = &replicates_of(&table, &draws)[..] else {
            panic!("two draws");
        };
        for ((x, y), (a, b)) in once[0]
            .iter()
            .zip(&twice[0])
            .zip(once[1].iter().zip(&twice[1]))
        {
            assert!(close(*y, *x), "{x} {y}");
            assert!(close(*b, a * core::f64::consts::FRAC_1_SQRT_2), "{a} {b}");
        }
    }
}
