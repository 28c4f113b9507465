//! The core of the regression against other programs: the slope of a last column in one group of persons.

use super::super::design::Design;
use super::super::draws::{Cells, Room};
use super::super::sandwich::{Fitted, Numbers, Over, Wanted};
use super::super::system::{Group, Model, System, Target};
use super::super::{Regression, bits};
use crate::evaluate::context::Context;
use crate::evaluate::random_trial::of_weeks;
use crate::panel;
use crate::panel::classes::Classes;
use crate::resample::{Draw, scheme};
use crate::study::{Adjustment, StandardErrors};
use crate::totals::Kernel;
use crate::trial::Trial;

/// Miles per gallon times 10, cylinders, horsepower: R's `datasets::mtcars` in its order.
const CARS: [(i32, u8, i64); 32] = [
    (210, 6, 110),
    (210, 6, 110),
    (228, 4, 93),
    (214, 6, 110),
    (187, 8, 175),
    (181, 6, 105),
    (143, 8, 245),
    (244, 4, 62),
    (228, 4, 95),
    (192, 6, 123),
    (178, 6, 123),
    (164, 8, 180),
    (173, 8, 180),
    (152, 8, 180),
    (104, 8, 205),
    (104, 8, 215),
    (147, 8, 230),
    (324, 4, 66),
    (304, 4, 52),
    (339, 4, 65),
    (215, 4, 97),
    (155, 8, 150),
    (152, 8, 150),
    (133, 8, 245),
    (192, 8, 175),
    (273, 4, 66),
    (260, 4, 91),
    (304, 4, 113),
    (158, 8, 264),
    (197, 6, 175),
    (150, 8, 335),
    (214, 4, 109),
];

/// Persons of one group with so many weeks in the state, and numbers.
fn persons(weeks: &[i32], columns: &[Vec<i64>]) -> Trial {
    let last = weeks.iter().copied().max().unwrap_or(0) + 1;
    of_weeks(last, &vec![0; weeks.len()], weeks, columns)
}

/// The system that asks for the slope of the last column, laid out.
struct Slope {
    made: Regression,
    model: Model,
    room: Room,
    draw: Draw,
    /// Of each unit, somebody.
    members: Vec<usize>,
}

impl Slope {
    fn new(trial: &Trial) -> Self {
        let mut study = super::study_of(trial, Adjustment::Ancova, StandardErrors::Hc2);
        study.horizon = trial.horizon;
        study.outcomes.truncate(1);
        let panel = panel::build(&study, trial).expect("a panel");
        let classes = Classes::build(trial, &panel);
        let scheme = scheme(&study.resampling, &classes);
        let context = Context {
            study: &study,
            trial,
            panel: &panel,
            classes: &classes,
            scheme: &*scheme,
            kernel: Kernel::Single,
            count: 0,
        };
        let outcome = &panel.outcomes[0];
        let cell = vec![0; trial.persons()];
        let width = bits(&context, outcome).expect("small sums");
        let design = Design::new(trial);
        let made = Regression::laid_out(&context, (outcome, width), (&cell, 1), design);
        let columns = trial.covariates.len();
        let draw = Draw::observed(&classes);
        let mut room = Room::default();
        made.sum(&draw, &mut room);
        Self {
            model: Model {
                systems: vec![System {
                    sign: 1.0,
                    groups: vec![Group {
                        cells: vec![(0, 0.0)],
                        weight: 1.0,
                    }],
                    treatment: false,
                    target: Target::Last,
                }],
                columns: (0..columns).collect(),
                left_out: Vec::new(),
                centre: vec![0.0; columns],
            },
            made,
            room,
            members: (0..classes.units())
                .map(|unit| classes.members(unit)[0] as usize)
                .collect(),
            draw,
        }
    }

    fn sums(&self) -> Cells<'_> {
        Cells::observed(&self.room, &self.draw)
    }

    /// Of the sum over all weeks.
    fn slope(&self) -> f64 {
        let mut weekly = vec![0.0; self.made.cross.ticks()];
        self.model
            .weekly(&self.made.cross, &self.sums(), &mut weekly);
        weekly.iter().sum()
    }

    fn variance(&self, kind: StandardErrors) -> f64 {
        let asked = (Over::Persons(kind), Wanted::Variances);
        let found = self.model.sandwich(&self.made.cross, &self.sums(), asked);
        found.accumulated[self.made.cross.ticks() - 1]
    }
}

/// Stata's `reg mpg hp`, as estimatr keeps it (tests/testthat/stata-ests.txt).
#[test]
fn the_slope_of_miles_on_horsepower_has_the_variances_of_stata() {
    let miles: Vec<i32> = CARS.iter().map(|car| car.0).collect();
    let trial = persons(&miles, &[CARS.iter().map(|car| car.2).collect()]);
    let made = Slope::new(&trial);
    // R: lm(mpg ~ hp, mtcars). Tenths of miles are weeks here.
    let slope = made.slope() / 10.0;
    assert!((slope - -0.068_228_28).abs() < 5e-9, "{slope}");
    for (kind, printed) in [
        (StandardErrors::Hc1, 0.000_183_88),
        (StandardErrors::Hc2, 0.000_216_52),
        (StandardErrors::Hc3, 0.000_275_62),
    ] {
        let variance = made.variance(kind) / 100.0;
        assert!((variance - printed).abs() < 5e-9, "{kind:?} {variance}");
    }
    // Equal variances: s^2 sum of l^2; and clusters of cylinders, with Stata's factor G / (G - 1) (n - 1) / (n - k). Neither is
    // offered; both are made of the same residuals and worths.
    let sums = made.sums();
    let fitted = Fitted::new(&made.made.cross, &made.model, &made.model.systems[0], &sums);
    let mut numbers = Numbers::of(&fitted);
    let (mut worths, mut by_cylinder) = (0.0, [0.0; 3]);
    for unit in fitted.units(&sums) {
        let person = made.members[made.made.cross.unit(unit.rows.start)];
        numbers.influence(&fitted, &unit);
        let own: f64 = numbers.psi.iter().sum::<f64>() / 10.0;
        by_cylinder[usize::from(CARS[person].1 - 4) / 2] += unit.size * own;
        let mut z = [0.0];
        fitted.within(&unit, unit.rows.start, 0, &mut z);
        let worth = fitted.worth(&unit, 0, &z);
        worths += unit.size * worth * worth;
    }
    let mean = |of: &dyn Fn(usize) -> f64| (0..32).map(of).sum::<f64>() / 32.0;
    let miles = |i: usize| f64::from(CARS[i].0) / 10.0;
    let power = |i: usize| CARS[i].2 as f64;
    let (middle, usual) = (mean(&miles), mean(&power));
    let residual = |i: usize| miles(i) - middle - slope * (power(i) - usual);
    let squares: f64 = (0..32).map(|i| residual(i) * residual(i)).sum();
    let classical = squares / 30.0 * worths;
    assert!((classical - 0.000_102_4).abs() < 5e-8, "{classical}");
    let squares: f64 = by_cylinder.iter().map(|sum| sum * sum).sum();
    let clustered = 3.0 / 2.0 * 31.0 / 30.0 * squares;
    assert!((clustered - 0.000_348_82).abs() < 5e-9, "{clustered}");
}

/// The generator of `fixtures/reference/faer`.
struct Generator(u64);

impl Generator {
    fn below(&mut self, n: u64) -> i64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n) as i64
    }
}

/// Householder QR by faer. Normal equations square the condition number, at most some 1e3 here: of sixteen digits ten are left
/// with room to spare.
#[test]
fn random_designs_have_the_slopes_and_variances_of_faer() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/reference/faer/expected.csv");
    let text = std::fs::read_to_string(path).expect("the numbers of faer");
    let mut designs = 0;
    for (design, line) in text.lines().skip(1).enumerate() {
        let mut generator = Generator(design as u64 + 1);
        let n = 20 + generator.below(181) as usize;
        let k = 1 + generator.below(12) as usize;
        let columns: Vec<Vec<i64>> = (0..k)
            .map(|_| (0..n).map(|_| generator.below(101) - 50).collect())
            .collect();
        let weeks: Vec<i32> = (0..n).map(|_| generator.below(61) as i32).collect();
        let known: Vec<f64> = (line.split(',').skip(3))
            .map(|number| number.parse().expect("a number"))
            .collect();
        let made = Slope::new(&persons(&weeks, &columns));
        let own = [
            made.slope(),
            made.variance(StandardErrors::Hc0),
            made.variance(StandardErrors::Hc1),
            made.variance(StandardErrors::Hc2),
            made.variance(StandardErrors::Hc3),
        ];
        assert!(line.starts_with(&format!("{design},{n},{k},")));
        for (own, known) in own.into_iter().zip(known) {
            assert!(
                (own - known).abs() <= 1e-10 * known.abs().max(1e-3),
                "{design}: {own} {known}"
            );
        }
        designs += 1;
    }
    assert_eq!(designs, 24);
}
