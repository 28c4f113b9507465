//! Of one draw: its regression, its own standard errors, and the influences that bca rests on, against dense regressions.

use super::dense::{dense, matrix, value};
use super::{close, study_of, trial};
use crate::evaluate::context::Context;
use crate::evaluate::division::{Division, Purpose};
use crate::evaluate::random_trial::{self, FollowUp, Units};
use crate::evaluate::regression::{Regression, Room};
use crate::inference::acceleration;
use crate::panel;
use crate::panel::classes::Classes;
use crate::resample::{Draw, scheme};
use crate::study::{Adjustment, StandardErrors, Study};
use crate::totals::Kernel;
use crate::trial::Trial;

/// Lays the regression of everybody out.
fn with_regression(
    study: &Study,
    trial: &Trial,
    look: impl FnOnce(&Context<'_>, &Division, &Regression),
) {
    let panel = panel::build(study, trial).expect("a panel");
    let classes = Classes::build(trial, &panel);
    let scheme = scheme(&study.resampling, &classes);
    let context = Context {
        study,
        trial,
        panel: &panel,
        classes: &classes,
        scheme: &*scheme,
        kernel: Kernel::Single,
        count: study.resampling.replicates as usize,
    };
    let purpose = Purpose {
        subgroup: None,
        adjustment: study.analyses[0].adjustment,
        rescaled: scheme.rescales(),
    };
    let division = Division::new(trial, &classes, purpose);
    let outcome = ("work", &panel.outcomes[0]);
    let made =
        Regression::new(&context, outcome, &division, &study.analyses[0]).expect("a regression");
    look(&context, &division, &made);
}

#[test]
fn a_draw_is_a_regression_with_its_counts_as_weights() {
    let mut kept = 0;
    for seed in 0..4 {
        let trial = trial(seed, 2, FollowUp::Whole, Units::Persons);
        for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
            let mut study = study_of(&trial, adjustment, StandardErrors::Hc2);
            study.resampling.replicates = 8;
            with_regression(&study, &trial, |context, division, made| {
                let Context {
                    classes, scheme, ..
                } = *context;
                let mut room = Room::default();
                let (persons, x) = matrix(&trial, 1, adjustment);
                let mut of_person = vec![0_usize; trial.persons()];
                for unit in 0..classes.units() {
                    // Classes of these trials are single persons, or alike in everything.
                    for &member in classes.members(unit) {
                        of_person[member as usize] = unit;
                    }
                }
                if classes.units() < trial.persons() {
                    return;
                }
                for b in 0..8 {
                    let mut draw = Draw::default();
                    scheme.fill(b, &mut draw);
                    let drawn = |p: usize| {
                        let cell = classes.cells.iter().position(|cell| {
                            (cell.arm, cell.stratum) == (trial.arm[p], trial.stratum[p])
                        });
                        let worth = cell.and_then(|c| draw.worth.get(c).copied()).unwrap_or(1.0);
                        worth * f64::from(draw.counts[of_person[p]])
                    };
                    let weights: Vec<f64> = persons.iter().map(|&p| drawn(p)).collect();
                    let worth = |cell: usize, _: usize| {
                        let index = division.cells[cell].drawn;
                        draw.worth.get(index).copied().unwrap_or(1.0)
                    };
                    made.total(std::slice::from_ref(&draw), worth, &mut room);
                    let weekly = made.weekly(&room, (0, 1), 1).to_vec();
                    let variances =
                        made.variances(0, (std::slice::from_ref(&draw), &worth), &mut room);
                    for week in 1..=random_trial::HORIZON {
                        let y: Vec<f64> = persons
                            .iter()
                            .filter_map(|&p| value(&trial, p, week))
                            .collect();
                        let fit = dense(&x, &y, &weights);
                        let own = weekly[week as usize - 1];
                        assert!(
                            (own - fit.coefficient).abs() < 1e-8,
                            "{own} {}",
                            fit.coefficient
                        );
                        // Each pick is a person of its own, who counts as many persons as it is worth.
                        let square: f64 = (persons.iter().enumerate())
                            .map(|(i, &p)| {
                                let picks = f64::from(draw.counts[of_person[p]]);
                                let one = if picks > 0.0 { weights[i] / picks } else { 0.0 };
                                let psi = one * fit.worth[i] * fit.residuals[i];
                                picks * psi * psi / (1.0 - one * fit.leverages[i])
                            })
                            .sum();
                        let own = variances[0][0][week as usize - 1];
                        // A pick that alone decides a column leaves both without: 0 / 0 here, told as NaN there.
                        let alone = (0..persons.len()).any(|i| {
                            let picks = f64::from(draw.counts[of_person[persons[i]]]);
                            picks > 0.0 && fit.leverages[i] * weights[i] / picks > 1.0 - 1e-7
                        });
                        assert!(
                            if alone {
                                own.is_nan() || close(own, square)
                            } else {
                                close(own, square)
                            },
                            "{own} {square}"
                        );
                        kept += usize::from(own.is_finite());
                    }
                }
            });
        }
    }
    assert!(kept > 100, "{kept}");
}

/// The derivative of the coefficient in each person's weight, by differences; then the definition.
#[test]
fn the_acceleration_is_that_of_derivatives_in_the_weights() {
    let mut compared = 0;
    for seed in 0..3 {
        let trial = trial(seed, 2, FollowUp::Whole, Units::Persons);
        for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
            let study = study_of(&trial, adjustment, StandardErrors::Hc2);
            with_regression(&study, &trial, |context, _, made| {
                let powers = made.influences(context, (0, 1));
                let (persons, x) = matrix(&trial, 1, adjustment);
                for week in [2, 6] {
                    let y: Vec<f64> = (persons.iter())
                        .map(|&p| (1..=week).filter_map(|w| value(&trial, p, w)).sum())
                        .collect();
                    let at = |i: usize, step: f64| {
                        let mut weights = vec![1.0; y.len()];
                        weights[i] += step;
                        dense(&x, &y, &weights).coefficient
                    };
                    let slope = |i: usize| (at(i, 1e-4) - at(i, -1e-4)) / 2e-4;
                    let slopes: Vec<f64> = (0..y.len()).map(slope).collect();
                    let (mut squares, mut cubes) = (0.0, 0.0);
                    for cell in &context.classes.cells {
                        let own: Vec<f64> = (persons.iter().zip(&slopes))
                            .filter(|(p, _)| {
                                (trial.arm[**p], trial.stratum[**p]) == (cell.arm, cell.stratum)
                            })
                            .map(|(_, slope)| *slope)
                            .collect();
                        let mean = own.iter().sum::<f64>() / own.len() as f64;
                        squares += own.iter().map(|l| (l - mean).powi(2)).sum::<f64>();
                        cubes += own.iter().map(|l| (l - mean).powi(3)).sum::<f64>();
                    }
                    let [_, [own_squares, own_cubes]] = &powers;
                    let tick = week as usize - 1;
                    let own = acceleration(own_squares[tick], own_cubes[tick]);
                    let known = acceleration(squares, cubes);
                    assert!((own - known).abs() < 1e-5, "{own} {known}");
                    compared += 1;
                }
            });
        }
    }
    assert_eq!(compared, 12);
}
