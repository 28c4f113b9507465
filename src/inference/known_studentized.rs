//! Studentized limits and the variance of each replicate against R's `survfit` and `boot.ci` on 23 persons with leukaemia.

use super::*;
use crate::estimand::{Curve, Estimand, GroupTotals, Item, find};
use crate::panel::{Kind, Shape, Survival};
use crate::study::model::IntervalKind;
use crate::units::ConfidenceLevel;

/// `survival::aml`: weeks, and whether the end was seen; 11 persons maintained, then 12 not.
const WEEKS: [usize; 23] = [
    9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45,
];
const CENSORED: [usize; 5] = [2, 5, 8, 10, 16];
const MAINTAINED: usize = 11;
const TAU: usize = 30;

/// Restricted mean and its variance of some of the persons, counted as often as they were picked.
fn restricted(counts: &[f64], persons: core::ops::Range<usize>) -> (f64, f64) {
    let shape = Shape {
        kind: Kind::Exit {
            survival: Survival::Defined,
        },
        first_tick: 0,
        ticks: TAU + 1,
        channels: 2,
        destinations: vec!["other".into()],
        divisor: 1.0,
        horizon: TAU as i32,
    };
    let mut values = vec![0.0; shape.slots()];
    for person in persons {
        let (last, count) = (WEEKS[person], counts[person]);
        for value in &mut values[..=last.min(TAU)] {
            *value += count;
        }
        if last <= TAU && !CENSORED.contains(&person) {
            values[TAU + 1 + last] += count;
        }
    }
    let group = GroupTotals {
        shape: &shape,
        values: &values,
    };
    let curve: &dyn Curve = match find("restricted_mean") {
        Some(Estimand::Curve(curve)) => *curve,
        _ => panic!("a curve"),
    };
    let (mut mean, mut variance) = ([0.0], [0.0]);
    curve.evaluate(group, Item::Any, &mut mean);
    curve.variance(group, Item::Any, &mut variance);
    (mean[0], variance[0])
}

fn difference(counts: &[f64]) -> (f64, f64) {
    let (treated, control) = (
        restricted(counts, 0..MAINTAINED),
        restricted(counts, MAINTAINED..WEEKS.len()),
    );
    (treated.0 - control.0, treated.1 + control.1)
}

#[test]
fn limits_are_those_of_boot_ci_with_the_variances_of_survfit() {
    // fixtures/reference/r-boot: R 4.2.2, boot 1.3.28.1, survival 3.5.3, boot.ci(b, conf, type = "stud").
    let (estimate, variance) = difference(&[1.0; 23]);
    assert!((estimate - 4.907_828_282_828_28).abs() < 1e-12);
    assert!((variance - 14.678_785_041_791_9).abs() < 1e-11);
    let text = include_str!("../../fixtures/reference/r-boot/studentized.csv");
    let (mut replicates, mut errors) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let (x, v) = difference(&cells[..23]);
        assert!((x - cells[23]).abs() < 1e-11, "{x} {}", cells[23]);
        assert!((v - cells[24]).abs() < 1e-10 * v, "{v} {}", cells[24]);
        replicates.push(x);
        errors.push(v.sqrt());
    }
    assert_eq!(replicates.len(), 999);
    for (level, low, high) in [
        (0.80, -0.193_635_408_308_255, 10.098_479_905_835_2),
        (0.90, -1.670_612_089_770_79, 11.853_863_717_914_9),
        (0.95, -3.062_695_579_948_53, 12.803_713_548_055_6),
    ] {
        let found = infer(&PathInput {
            estimates: &[estimate],
            std_errors: &[variance.sqrt()],
            accelerations: &[],
            freedom: &[],
            replicates: &replicates,
            errors: &errors,
            replicate_count: 999,
            in_band: &[true],
            scale: Scale::Identity,
            interval: IntervalKind::Studentized,
            confidence: ConfidenceLevel::new(level).unwrap(),
        });
        let column = &found.columns[0];
        assert!((column.conf_low.unwrap() - low).abs() < 1e-9);
        assert!((column.conf_high.unwrap() - high).abs() < 1e-9);
        assert!(column.band_low <= column.conf_low && column.band_high >= column.conf_high);
    }
}
