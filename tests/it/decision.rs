//! Published decisions: the vaccine of the R package BCEA, and the job training of the MVPF library.

use crate::support::real_data;
use rettevej::cost_benefit::decision::{
    Mvpf, Pair, acceptability, expected_net_benefit, net_benefit, perfect_information, ratio,
};

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
    let Some(data) = real_data("the vaccine of BCEA") else {
        return;
    };
    let file = data.join("reference_cases/bcea_vaccine.csv");
    let text = std::fs::read_to_string(file).expect("the draws of BCEA");
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
        let years = 1.0 + 1.0 / (1.0 + rate) + 0.5 / (1.0_f64 + rate).powf(1.5);
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
