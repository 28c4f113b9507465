//! Variances from totals are the sums of squared influences of the persons, on random trials.

use super::*;
use crate::panel::{Kind, Presence, Shape, Survival, Value};
use crate::totals::squares::{Base, Order, Wanted};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const TICKS: usize = 7;

fn shape(kind: Kind, channels: usize, first_tick: i32) -> Shape {
    let destinations: Vec<String> = match kind {
        Kind::Exit { .. } => (1..channels).map(|k| format!("to {k}")).collect(),
        _ => Vec::new(),
    };
    Shape {
        kind,
        first_tick,
        ticks: TICKS,
        channels,
        destinations,
        divisor: 1.0,
        horizon: first_tick + TICKS as i32 - 1,
    }
}

fn totals(shape: &Shape, persons: &[Vec<i64>]) -> Vec<f64> {
    (0..shape.slots())
        .map(|slot| persons.iter().map(|person| person[slot]).sum::<i64>() as f64)
        .collect()
}

/// Sums of the products of the units, written out.
fn products((order, wanted): (Order, Wanted), shape: &Shape, units: &[&[Vec<i64>]]) -> Vec<f64> {
    let ticks = shape.ticks;
    let mut sums = vec![0.0; 3 * ticks];
    for unit in units {
        let (mut p, mut q) = (0, 0);
        for t in 0..ticks {
            let of = |channel: usize| unit.iter().map(|p| p[channel * ticks + t]).sum::<i64>();
            (p, q) = match order {
                Order::Weekly => (of(1), of(0)),
                Order::Accumulated(Base::Persons) => (p + of(1), unit.len() as i64),
                Order::Accumulated(Base::Weeks) => (p + of(1), q + of(0)),
            };
            for (channel, product) in [p * p, p * q, q * q].into_iter().enumerate() {
                sums[channel * ticks + t] += product as f64;
            }
        }
    }
    if wanted == Wanted::Squares {
        sums.truncate(ticks);
    }
    sums
}

/// Compares every path of every curve whose variance does not need the units; how many numbers agreed. Clusters are of
/// three persons.
fn compare(
    shape: &Shape,
    standing: Standing,
    persons: &[Vec<i64>],
) -> Result<usize, TestCaseError> {
    let size = match standing.unit {
        Unit::Person => 1,
        Unit::Cluster => 3,
    };
    let units: Vec<&[Vec<i64>]> = persons.chunks(size).collect();
    let values = totals(shape, persons);
    let group = GroupTotals {
        shape,
        values: &values,
    };
    let mut compared = 0;
    for estimand in REGISTRY {
        let Estimand::Curve(curve) = estimand else {
            continue;
        };
        let fits = curve.card().kinds.contains(&OutcomeClass::of(shape.kind));
        if !fits {
            continue;
        }
        let source = curve.variance_source(shape, standing);
        let summed = match source {
            Source::Products(order, wanted) => products((order, wanted), shape, &units),
            Source::Totals => Vec::new(),
            Source::Units | Source::Nothing => continue,
        };
        for item in curve.items(shape) {
            let ticks = curve.ticks(shape).len();
            let mut found = vec![0.0; ticks];
            match source {
                Source::Totals => curve.variance(group, item, &mut found),
                _ => {
                    let ticks = shape.ticks;
                    let products = Products {
                        values: &summed,
                        ticks,
                    };
                    curve.variance_of_products(group, products, &mut found);
                }
            }
            let influence = curve.influence(group, item).expect("it has a variance");
            let mut plain = vec![0.0; ticks];
            let (mut psi, mut sums) = (vec![0.0; ticks], vec![0.0; ticks]);
            for unit in &units {
                sums.fill(0.0);
                for person in *unit {
                    influence(person, &mut psi);
                    for (sum, psi) in sums.iter_mut().zip(&psi) {
                        *sum += psi;
                    }
                }
                for (square, sum) in plain.iter_mut().zip(&sums) {
                    *square += sum * sum;
                }
            }
            for (t, (a, b)) in found.iter().zip(&plain).enumerate() {
                // Differences of sums lose digits where persons hardly differ.
                let same = (a - b).abs() <= 1e-9 * b + 1e-15 || (a.is_nan() && b.is_nan());
                prop_assert!(same, "{} {item:?} {t}: {a} {b}", curve.card().slug);
                compared += usize::from(a.is_finite());
            }
        }
    }
    Ok(compared)
}

/// At risk from the first tick to `last`, with an exit there to one of two destinations or censored after it.
fn leaver(last: usize, to: usize) -> Vec<i64> {
    let mut weeks = vec![0; 3 * TICKS];
    let end = last.min(TICKS - 1);
    weeks[..=end].fill(1);
    if last < TICKS && to > 0 {
        weeks[to * TICKS + last] = 1;
    }
    weeks
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(20_130_901), ..ProptestConfig::default() })]

    #[test]
    fn of_exits_from_the_first_tick_on(
        persons in prop::collection::vec((0..TICKS + 2, 0_usize..3), 1..40),
        first_tick in 0..2,
        absent in 0_usize..3,
    ) {
        let shape = shape(Kind::Exit { survival: Survival::Defined }, 3, first_tick);
        let mut persons: Vec<Vec<i64>> = persons.into_iter().map(|(last, to)| leaver(last, to)).collect();
        persons.extend(std::iter::repeat_n(vec![0; 3 * TICKS], absent));
        let standing = Standing { unit: Unit::Person, presence: Presence::Throughout };
        prop_assert!(compare(&shape, standing, &persons)? > 0);
    }

    #[test]
    fn of_hazards_whenever_persons_join(
        persons in prop::collection::vec((0..TICKS, 0..TICKS, 0_usize..3), 1..40),
    ) {
        let shape = shape(Kind::Exit { survival: Survival::Absent }, 3, 1);
        let persons: Vec<Vec<i64>> = persons
            .into_iter()
            .map(|(start, length, to)| {
                let mut weeks = leaver(start + length, to);
                weeks[..start].fill(0);
                weeks
            })
            .collect();
        let standing = Standing { unit: Unit::Person, presence: Presence::Partly };
        compare(&shape, standing, &persons)?;
    }

    #[test]
    fn of_shares_in_one_week(
        persons in prop::collection::vec(prop::collection::vec((any::<bool>(), any::<bool>()), TICKS), 1..40),
        kind in prop::sample::select(vec![Kind::Share, Kind::Mean { value: Value::State }]),
    ) {
        let shape = shape(kind, 2, 1);
        let persons: Vec<Vec<i64>> = persons
            .into_iter()
            .map(|weeks| {
                let inside = weeks.iter().map(|w| i64::from(w.0));
                inside.chain(weeks.iter().map(|w| i64::from(w.0 && w.1))).collect()
            })
            .collect();
        for unit in [Unit::Person, Unit::Cluster] {
            compare(&shape, Standing { unit, presence: Presence::Partly }, &persons)?;
        }
    }

    #[test]
    fn of_means_whose_persons_are_followed_throughout(
        persons in prop::collection::vec(prop::collection::vec(0_i64..4, TICKS), 1..40),
        value in prop::sample::select(vec![Value::State, Value::Count, Value::Amount]),
    ) {
        let shape = shape(Kind::Mean { value }, 2, 1);
        let most = if value == Value::State { 1 } else { 3 };
        let persons: Vec<Vec<i64>> = persons
            .into_iter()
            .map(|weeks| {
                let followed = std::iter::repeat_n(1, TICKS);
                followed.chain(weeks.iter().map(|&w| w.min(most))).collect()
            })
            .collect();
        for unit in [Unit::Person, Unit::Cluster] {
            let standing = Standing { unit, presence: Presence::Throughout };
            prop_assert_eq!(compare(&shape, standing, &persons)?, 2 * TICKS);
        }
    }
}

#[test]
fn what_totals_do_not_tell_says_so() {
    let survival = Survival::Defined;
    let exit = shape(Kind::Exit { survival }, 3, 1);
    let amount = shape(
        Kind::Mean {
            value: Value::Amount,
        },
        2,
        1,
    );
    let source = |slug: &str, shape: &Shape, unit, presence| match find(slug) {
        Some(Estimand::Curve(curve)) => curve.variance_source(shape, Standing { unit, presence }),
        _ => panic!("a curve"),
    };
    let person = (Unit::Person, Presence::Throughout);
    let late = (Unit::Person, Presence::Partly);
    let cluster = (Unit::Cluster, Presence::Throughout);
    for (slug, shape, (unit, presence), expected) in [
        ("survival", &exit, person, Source::Totals),
        ("survival", &exit, late, Source::Units),
        ("hazard", &exit, late, Source::Totals),
        ("hazard", &exit, cluster, Source::Units),
        ("median_time", &exit, person, Source::Nothing),
        ("restricted_mean_difference", &exit, cluster, Source::Units),
    ] {
        assert_eq!(source(slug, shape, unit, presence), expected, "{slug}");
    }
    assert_ne!(
        source("weekly_mean", &amount, person.0, person.1),
        Source::Totals
    );
}
