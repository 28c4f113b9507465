//! Decisions by hand, and against two published cases: the vaccine of BCEA and the job training of the MVPF library.

use super::*;
use proptest::prelude::*;
use std::path::Path;

fn pairs(values: &[(f64, f64)]) -> Vec<Pair> {
    let values = values.iter();
    values
        .map(|&(effect, cost)| Pair { effect, cost })
        .collect()
}

fn close(found: Option<f64>, expected: f64, digit: f64) {
    let found = found.expect("a number");
    assert!(
        (found - expected).abs() <= 0.5 * digit,
        "{found} is not {expected}"
    );
}

/// R package BCEA, data set Vaccine, 1000 draws: the numbers its summary prints.
#[test]
fn the_vaccine_of_bcea_has_its_printed_numbers() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/reference_cases/bcea_vaccine.csv");
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("skipped: the draws of BCEA are not in ../shared/data/reference_cases");
        return;
    };
    let draws: Vec<Pair> = text
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<f64> = line
                .split(',')
                .map(|c| c.parse().expect("a number"))
                .collect();
            Pair {
                effect: cells[1] - cells[0],
                cost: cells[3] - cells[2],
            }
        })
        .collect();
    assert_eq!(draws.len(), 1000);
    close(ratio(&draws), 20_097.59, 0.01);
    for (threshold, benefit, share, information) in [
        (10_000.0, -2.530_218, 0.220, 0.694_399),
        (25_000.0, 1.228_428, 0.529, 2.414_467),
        (30_000.0, 2.481_310, 0.586, 2.373_572),
    ] {
        close(expected_net_benefit(&draws, threshold), benefit, 1e-6);
        close(acceptability(&draws, threshold), share, 1e-3);
        let net: Vec<f64> = draws.iter().map(|&d| net_benefit(d, threshold)).collect();
        close(perfect_information(&net), information, 1e-6);
    }
}

/// Job Training Partnership Act, adults (Bloom et al. 1997), as the MVPF library works it out: earnings over 30 months at
/// 12.8 % tax and 3 % a year, the wage subsidy at once, welfare as a transfer, men and women by their numbers. Published:
/// 1,504, 1,093 and 1.38.
#[test]
fn job_training_has_the_value_of_public_funds_of_its_library() {
    struct Sex {
        n: f64,
        earnings: f64,
        subsidy: f64,
        welfare_saved: f64,
        cost: f64,
    }
    let men = Sex {
        n: 5102.0,
        earnings: 1599.0,
        subsidy: 244.0,
        welfare_saved: -334.0,
        cost: 1175.0,
    };
    let women = Sex {
        n: 6102.0,
        earnings: 1837.0,
        subsidy: 154.0,
        welfare_saved: 235.0,
        cost: 1381.0,
    };
    let tax = 0.128;
    for (rate, to_pay, cost, expected) in [
        (0.03, 1503.795, 1093.537, 1.3752),
        (0.0, 1531.465, 1090.037, 1.4050),
    ] {
        // Two whole years and half a third one, each of 12 of the 30 months.
        let years = 1.0 + 1.0 / (1.0 + rate) + 0.5 / libm::pow(1.0 + rate, 1.5);
        let (mut willing, mut net) = (0.0, 0.0);
        for sex in [&men, &women] {
            let share = sex.n / (men.n + women.n);
            let earned = (sex.earnings - sex.subsidy) * 12.0 / 30.0 * years + sex.subsidy;
            let saved = sex.welfare_saved * 12.0 / 30.0 * years;
            willing += share * ((1.0 - tax) * earned - saved);
            net += share * (sex.cost - tax * earned - saved);
        }
        close(Some(willing), to_pay, 1e-3);
        close(Some(net), cost, 1e-3);
        close(Mvpf::of(willing, net).number(), expected, 1e-4);
    }
}

#[test]
fn finite_infinite_and_undefined_are_different_words() {
    assert_eq!(Mvpf::of(3.0, 2.0), Mvpf::Finite(1.5));
    assert_eq!(Mvpf::of(-3.0, 2.0), Mvpf::Finite(-1.5));
    assert_eq!(Mvpf::of(0.0, 2.0), Mvpf::Finite(0.0));
    assert_eq!(Mvpf::of(3.0, 0.0), Mvpf::Infinite);
    assert_eq!(Mvpf::of(3.0, -2.0), Mvpf::Infinite);
    assert_eq!(Mvpf::of(0.0, -2.0), Mvpf::Undefined);
    assert_eq!(Mvpf::of(-3.0, -2.0), Mvpf::Undefined);
    assert_eq!(Mvpf::of(0.0, 0.0), Mvpf::Undefined);
    assert_eq!(Mvpf::of(f64::NAN, 1.0), Mvpf::Undefined);
    assert_eq!(
        Mvpf::of(3.0, -2.0).to_string(),
        "infinite: it pays for itself"
    );
}

/// By hand: at a threshold of 10 the four draws are worth 5, -15, 20 and -10.
#[test]
fn four_draws_by_hand() {
    let four = pairs(&[(1.0, 5.0), (-1.0, 5.0), (1.0, -10.0), (-1.0, 0.0)]);
    assert_eq!(expected_net_benefit(&four, 10.0), Some(0.0));
    assert_eq!(acceptability(&four, 10.0), Some(0.5));
    let net: Vec<f64> = four.iter().map(|&d| net_benefit(d, 10.0)).collect();
    assert_eq!(net, [5.0, -15.0, 20.0, -10.0]);
    assert_eq!(perfect_information(&net), Some(6.25));
    assert_eq!(plane(&four), Some([0.25; 4]));
    // Effects cancel: there is no price of one.
    assert_eq!(ratio(&four), None);
    assert_eq!(ratio(&four[..1]), Some(5.0));
}

#[test]
fn what_is_undefined_is_left_out() {
    let draws = pairs(&[(1.0, 5.0), (f64::NAN, 5.0), (1.0, f64::NAN)]);
    assert_eq!(ratio(&draws), Some(5.0));
    assert_eq!(acceptability(&draws, 6.0), Some(1.0));
    assert_eq!(perfect_information(&[f64::NAN, 3.0]), Some(0.0));
    for nothing in [&[][..], &draws[1..]] {
        assert_eq!(ratio(nothing), None);
        assert_eq!(acceptability(nothing, 1.0), None);
        assert_eq!(plane(nothing), None);
    }
    assert_eq!(perfect_information(&[]), None);
}

proptest! {
    #[test]
    fn knowing_for_sure_is_worth_nothing_where_every_draw_says_the_same(
        values in proptest::collection::vec(-50.0..50.0f64, 1..40),
    ) {
        let worth = perfect_information(&values).expect("defined");
        prop_assert!(worth >= 0.0);
        let same = values.iter().all(|x| *x >= 0.0) || values.iter().all(|x| *x <= 0.0);
        if same {
            prop_assert!(worth < 1e-12);
        }
        let draws: Vec<Pair> = values.iter().map(|&x| Pair { effect: x, cost: 1.0 }).collect();
        let shares = plane(&draws).expect("defined");
        prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
