//! Sums of squares and cubes of influences within the cells that are drawn from: what the acceleration of bca is made of.
//!
//! A pass of its own over the units, made only for analyses with bca intervals. Influences are formed over a group (an
//! arm, or a stratum of one), draws are made within arm and stratum: so they are centred in each cell of the draw, where
//! units of other levels count as 0.

use super::point::{GroupInput, units_of};
use super::regression::{Powers, of_curve};
use super::table::Table;
use crate::estimand::{GroupTotals, Influence};
use crate::inference::{acceleration, centred};
use crate::numeric::parallel;
use crate::panel::classes::Cell;
use crate::totals::{NO_CELL, expand};

/// Sums over the cells of an arm, a side or a contrast, by path and tick; NaN where there is no influence.
pub(super) struct Skew {
    squares: Vec<Vec<f64>>,
    cubes: Vec<Vec<f64>>,
}

/// By path and tick: the sums of the influences, of their squares and of their cubes.
type Sums = Vec<Vec<[f64; 3]>>;

impl Skew {
    /// Over no cells.
    pub fn nothing(table: &Table<'_>) -> Self {
        let zeros = || (table.paths.iter().map(|p| vec![0.0; p.ticks.len()])).collect();
        Self {
            squares: zeros(),
            cubes: zeros(),
        }
    }

    /// Over the cells of a group.
    pub fn of(input: &GroupInput<'_>) -> Self {
        let table = input.table;
        let group = GroupTotals {
            shape: table.shape,
            values: input.totals,
        };
        let influences: Vec<Option<Influence<'_>>> = (table.paths.iter())
            .map(|path| path.curve.influence(group, path.item))
            .collect();
        let units = units_of(input.classes, &table.division, input.cells);
        // Units stand in the order of the cells.
        let drawn: Vec<(&Cell, &[usize])> = (input.classes.cells.iter())
            .map(|cell| {
                let at = |unit: u32| units.partition_point(|&u| u < unit as usize);
                (cell, &units[at(cell.units.0)..at(cell.units.1)])
            })
            .filter(|(_, units)| !units.is_empty())
            .collect();
        let sums = parallel::map_ordered(drawn.len(), |c| sum(input, &influences, drawn[c].1));
        let mut out = Self::nothing(table);
        for ((cell, _), sums) in drawn.iter().zip(sums) {
            for (p, path) in sums.iter().enumerate() {
                for (t, tick) in path.iter().enumerate() {
                    let (squares, cubes) = centred(f64::from(cell.slots), *tick);
                    out.squares[p][t] += squares;
                    out.cubes[p][t] += cubes;
                }
            }
        }
        out
    }

    /// Of the influences on a difference by regression: of the week's, and of the accumulated one.
    pub fn of_regression(table: &Table<'_>, powers: &[Powers; 2]) -> Self {
        let mut out = Self::nothing(table);
        for (p, path) in table.paths.iter().enumerate() {
            match path.curve.of_weekly() {
                Some(curve) => {
                    let [squares, cubes] = of_curve(powers.each_ref(), curve);
                    out.squares[p].clone_from(squares);
                    out.cubes[p].clone_from(cubes);
                }
                None => out.squares[p].fill(f64::NAN),
            }
        }
        out
    }

    /// Adds another's cells, which enter the estimate `weight` times (a control with the other sign).
    pub fn add(&mut self, other: &Self, weight: f64) {
        let (square, cube) = (weight * weight, weight * weight * weight);
        for (mine, more, factor) in [
            (&mut self.squares, &other.squares, square),
            (&mut self.cubes, &other.cubes, cube),
        ] {
            for (mine, more) in mine.iter_mut().flatten().zip(more.iter().flatten()) {
                *mine += factor * more;
            }
        }
    }

    /// Accelerations of some ticks of a path.
    pub fn accelerations(&self, path: usize, ticks: &[usize]) -> Vec<f64> {
        let at = |&t: &usize| acceleration(self.squares[path][t], self.cubes[path][t]);
        ticks.iter().map(at).collect()
    }
}

/// Sums over the units of one cell; a unit adds its size times the powers of its members' sum.
fn sum(input: &GroupInput<'_>, influences: &[Option<Influence<'_>>], units: &[usize]) -> Sums {
    let table = input.table;
    let mut sums: Sums = (table.paths.iter())
        .map(|p| vec![[0.0; 3]; p.ticks.len()])
        .collect();
    let mut history = vec![0_i64; table.shape.slots()];
    let mut psi = vec![0.0; table.shape.ticks];
    let mut units_psi: Vec<Vec<f64>> = (table.paths.iter())
        .map(|p| vec![0.0; p.ticks.len()])
        .collect();
    for &unit in units {
        let size = f64::from(input.classes.sizes[unit]);
        for unit_psi in &mut units_psi {
            unit_psi.fill(0.0);
        }
        for &person in input.classes.members(unit) {
            let cell = table.division.cell[person as usize];
            if cell == NO_CELL || !input.cells.contains(&(cell as usize)) {
                continue;
            }
            expand(input.outcome, person as usize, &mut history);
            for (influence, unit_psi) in influences.iter().zip(&mut units_psi) {
                let Some(influence) = influence else {
                    unit_psi.fill(f64::NAN);
                    continue;
                };
                let psi = &mut psi[..unit_psi.len()];
                influence(&history, psi);
                for (sum, p) in unit_psi.iter_mut().zip(&*psi) {
                    *sum += p;
                }
            }
        }
        for (path, unit_psi) in sums.iter_mut().zip(&units_psi) {
            for ([first, second, third], &l) in path.iter_mut().zip(unit_psi) {
                *first += size * l;
                *second += size * l * l;
                *third += size * l * l * l;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::context::Context;
    use crate::evaluate::plan;
    use crate::evaluate::table::Scratch;
    use crate::panel::{self, classes::Classes};
    use crate::resample::{Bootstrap, Draw, Rule};
    use crate::results::sample;
    use crate::study::model::ExitSource;
    use crate::study::{AtRisk, Outcome, OutcomeKind, Study};
    use crate::totals::Kernel;
    use crate::trial::{Spell, SpellTable, Trial};
    use std::collections::BTreeMap;

    /// Person by person, each class of identical persons written out, with the mean taken first.
    fn plainly(input: &GroupInput<'_>, trial: &Trial, path: usize) -> Vec<f64> {
        let table = input.table;
        let curve = &table.paths[path];
        let group = GroupTotals {
            shape: table.shape,
            values: input.totals,
        };
        let ticks = curve.ticks.len();
        let Some(influence) = curve.curve.influence(group, curve.item) else {
            return vec![f64::NAN; ticks];
        };
        let mut units: BTreeMap<(u16, u32), BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
        for person in 0..trial.persons() {
            let unit = trial.cluster.as_ref().map_or(person as u32, |c| c[person]);
            let cell = (trial.arm[person], trial.stratum[person]);
            let sum =
                (units.entry(cell).or_default().entry(unit)).or_insert_with(|| vec![0.0; ticks]);
            let own = table.division.cell[person];
            if own == NO_CELL || !input.cells.contains(&(own as usize)) {
                continue;
            }
            let mut history = vec![0; table.shape.slots()];
            expand(input.outcome, person, &mut history);
            let mut psi = vec![0.0; ticks];
            influence(&history, &mut psi);
            for (s, p) in sum.iter_mut().zip(psi) {
                *s += p;
            }
        }
        (0..ticks)
            .map(|t| {
                let (mut squares, mut cubes) = (0.0, 0.0);
                for cell in units.values() {
                    let values: Vec<f64> = cell.values().map(|v| v[t]).collect();
                    let mean = values.iter().sum::<f64>() / values.len() as f64;
                    squares += values.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
                    cubes += values.iter().map(|x| (x - mean).powi(3)).sum::<f64>();
                }
                cubes / (6.0 * squares.powf(1.5))
            })
            .collect()
    }

    /// Ninety persons of two arms and two strata who leave benefits for a job in some week, many in the same.
    fn trial(clusters: bool) -> Trial {
        let persons = 90_u32;
        let spell = |start, end, state| Spell { start, end, state };
        let leave = |p: u32| i32::try_from(2 + (p * p * 7 + p * 3) % 11 % 7).unwrap();
        Trial {
            horizon: 6,
            arms: vec!["kontrol".into(), "deltager".into()],
            strata: vec!["by".into(), "land".into()],
            arm: (0..persons).map(|p| u16::from(p / 3 % 5 < 2)).collect(),
            stratum: (0..persons).map(|p| u32::from(p / 3 % 7 < 3)).collect(),
            cluster: clusters.then(|| (0..persons).map(|p| p / 3).collect()),
            tables: vec![SpellTable {
                name: "spells".into(),
                states: vec!["benefit".into(), "job".into()],
                absorbing: vec![false; 2],
                offsets: (0..=persons).map(|p| 2 * p).collect(),
                spells: (0..persons)
                    .flat_map(|p| [spell(1, leave(p), 0), spell(leave(p), 9, 1)])
                    .collect(),
                followed: vec![8; persons as usize],
            }],
            records: vec![None, None],
            ..Trial::default()
        }
    }

    fn study() -> Study {
        let mut study = sample::study(1);
        study.horizon = 6;
        study.outcomes.push(Outcome {
            name: "exit".into(),
            kind: OutcomeKind::Exit {
                source: ExitSource::Spells {
                    table: 0,
                    from: vec!["benefit".into()],
                },
                to: vec!["job".into()],
                at_risk: AtRisk::First,
                sustained: 1,
            },
            unit: None,
        });
        for analysis in &mut study.analyses {
            analysis.outcomes = vec![0, 1];
        }
        study
    }

    #[test]
    fn accelerations_are_those_of_the_definition() {
        let study = study();
        for trial in [trial(false), trial(true)] {
            let panel = panel::build(&study, &trial).unwrap();
            let classes = Classes::build(&trial, &panel);
            let shared = classes.sizes.iter().filter(|&&size| size > 1).count();
            assert_eq!(shared > 0, trial.cluster.is_none());
            let scheme = Bootstrap::new(&classes, Rule::Plain, 1);
            let context = Context {
                study: &study,
                trial: &trial,
                panel: &panel,
                classes: &classes,
                scheme: &scheme,
                kernel: Kernel::Single,
                count: 0,
            };
            let mut tables = Vec::new();
            for analysis in 0..2 {
                plan::tables(&context, analysis, &mut tables).unwrap();
            }
            let mut compared = 0;
            for table in &tables {
                let mut scratch = Scratch::default();
                table.total(&[Draw::observed(&classes)], &mut scratch);
                for arm in 0..2 {
                    let cells = table.division.arm_cells(0, arm);
                    let totals = table.group(&scratch, cells);
                    let input = GroupInput {
                        table,
                        outcome: &panel.outcomes[table.outcome],
                        classes: &classes,
                        cells,
                        totals: &totals,
                    };
                    let skew = Skew::of(&input);
                    for (p, path) in table.paths.iter().enumerate() {
                        let all: Vec<usize> = (0..path.ticks.len()).collect();
                        let found = skew.accelerations(p, &all);
                        for (a, b) in found.iter().zip(plainly(&input, &trial, p)) {
                            // Without variation there is none; by rounding the plain one may have some.
                            if a.is_finite() {
                                assert!((a - b).abs() < 1e-9, "{p}: {a} {b}");
                                compared += 1;
                            }
                        }
                    }
                }
            }
            assert!(compared > 80, "{compared}");
        }
    }
}
