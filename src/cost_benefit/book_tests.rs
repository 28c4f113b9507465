//! Worked by hand: two years, a vintage, a tax distortion, a refund; and the refund of 2016 by benefit weeks.

use super::*;
use crate::cost_benefit::numbers::{Form, Number, Observed, numbers};
use crate::cost_benefit::{Flow, Party, Side, refunds};
use crate::study::prices::{
    Activity, Moment, Parameter, RateStep, Refund, RefundRate, RefundRule, Uncertainty, Vintage,
};

fn cell(
    outcome: &str,
    (first_week, last_week): (u32, u32),
    half: &str,
    band: &str,
) -> QuantityCell {
    QuantityCell {
        outcome: outcome.to_owned(),
        item: String::new(),
        first_week,
        last_week,
        half_year: half.to_owned(),
        band: band.to_owned(),
        activity: String::new(),
    }
}

/// Quantities of which the control has none, with variances of their own and no covariance.
fn quantities(horizon: u32, cells: &[(QuantityCell, f64, f64)]) -> Quantities {
    let side = |arm: &str, values: Vec<f64>, variances: Vec<f64>| {
        let mut covariance = Vec::new();
        for (row, variance) in variances.into_iter().enumerate() {
            covariance.extend(vec![0.0; row]);
            covariance.push(variance);
        }
        QuantitySide {
            arm: arm.to_owned(),
            n: 10,
            values,
            covariance,
        }
    };
    let none = || vec![0.0; cells.len()];
    Quantities {
        confidence: 0.95,
        horizon,
        effect: "hours".to_owned(),
        cells: cells.iter().map(|(cell, _, _)| cell.clone()).collect(),
        contrasts: vec![QuantityContrast {
            treated: side(
                "t",
                cells.iter().map(|c| c.1).collect(),
                cells.iter().map(|c| c.2).collect(),
            ),
            note: String::new(),
            control: side("c", none(), none()),
        }],
        ..Quantities::default()
    }
}

fn line(name: &str, outcome: &str, flow: Flow, value: f64, basis: Basis) -> Line {
    Line {
        name: name.to_owned(),
        quantity: Quantity::Outcome(outcome.to_owned()),
        flow,
        value,
        basis,
        unit: "u".to_owned(),
        price_year: 2012,
        source: "made up".to_owned(),
        ..Line::default()
    }
}

fn vintage() -> Vintage {
    let parameter = |value| Parameter {
        value,
        source: "made up".to_owned(),
        assumed: false,
    };
    Vintage {
        name: "own".to_owned(),
        discount: vec![RateStep {
            from_year: 0,
            rate: 0.04,
        }],
        discount_source: "made up".to_owned(),
        tax_distortion: parameter(1.2),
        net_tax_factor: parameter(1.325),
    }
}

/// Differences: hours 6 and 2, meetings 3 and 1, weeks on benefit -2 and -1 in years 1 and 2.
fn two_years() -> (Quantities, Prices) {
    let years = [(1, 52), (53, 104)];
    let mut cells = Vec::new();
    for (outcome, values) in [
        ("hours", [6.0, 2.0]),
        ("meetings", [3.0, 1.0]),
        ("benefit", [-2.0, -1.0]),
    ] {
        for (weeks, value) in years.into_iter().zip(values) {
            cells.push((cell(outcome, weeks, "", ""), value, 1.0));
        }
    }
    let cost = Flow::Resource {
        party: Party::Municipality,
        side: Side::Cost,
    };
    let gain = Flow::Resource {
        party: Party::Employer,
        side: Side::Gain,
    };
    let transfer = |from, to| Flow::Transfer { from, to };
    let benefit = transfer(Party::Municipality, Party::Participant);
    let prices = Prices {
        currency: "DKK".to_owned(),
        vintage: Some(vintage()),
        discounted_at: Moment::End,
        refunds: vec![RefundRule {
            name: "half".to_owned(),
            rates: vec![RefundRate {
                from: None,
                to: None,
                first_benefit_week: None,
                active: 0.5,
                passive: 0.5,
                source: "made up".to_owned(),
            }],
        }],
        lines: vec![
            line("production", "hours", gain, 100.0, Basis::Factor),
            Line {
                programme: true,
                ..line("meetings", "meetings", cost, 10.0, Basis::Market)
            },
            line("benefit", "benefit", benefit, 50.0, Basis::Market),
            Line {
                refund: Some(Refund {
                    of: "benefit".to_owned(),
                    rule: "half".to_owned(),
                    weeks: Activity::Passive,
                }),
                ..line(
                    "refund",
                    "benefit",
                    transfer(Party::State, Party::Municipality),
                    50.0,
                    Basis::Market,
                )
            },
        ],
        ..Prices::default()
    };
    (quantities(104, &cells), prices)
}

fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-9 * expected.abs().max(1.0),
        "{found} {expected}"
    );
}

/// The value of a number.
fn found(quantities: &Quantities, prices: &Prices, estimand: &str, item: &str) -> f64 {
    let contrast = &quantities.contrasts[0];
    let book = Book::new(prices, quantities, contrast).unwrap();
    let all = numbers(&book);
    let is_it = |n: &&Number| n.estimand == estimand && n.item == item && n.week.is_none();
    let number = all
        .iter()
        .find(is_it)
        .unwrap_or_else(|| panic!("{estimand} {item}"));
    Observed::new(&book, contrast).value(number)
}

#[test]
fn accounts_of_two_years_are_those_worked_by_hand() {
    // Discounted to the end of a year: 1 / 1.04 = 650/676 and 1 / 1.04^2 = 625/676.
    // Production 132.5 (6 x 650 + 2 x 625) / 676, meetings 10 (3 x 650 + 625) / 676, benefit 50 (-2 x 650 - 625) / 676.
    let (q, p) = two_years();
    let (production, meetings, benefit) = (682_375.0, 25_750.0, -96_250.0);
    for (item, money) in [
        ("employer", production),
        ("participant", benefit),
        ("municipality", -meetings - benefit / 2.0),
        ("state", -benefit / 2.0),
        ("public", -meetings - benefit),
        (
            "society",
            production - meetings - 0.2 * (meetings + benefit),
        ),
    ] {
        close(found(&q, &p, "net_benefit", item), money / 676.0);
    }
    close(
        found(&q, &p, "ledger_line", "refund"),
        benefit / 2.0 / 676.0,
    );
    close(
        found(&q, &p, "programme_cost", "programme"),
        meetings / 676.0,
    );
    // The municipality's case: what it pays for meetings, and half of the benefit it saves.
    close(found(&q, &p, "outlay", "municipality"), meetings / 676.0);
    close(
        found(&q, &p, "saving", "municipality"),
        -benefit / 2.0 / 676.0,
    );
    // Per extra hour, of eight: the programme's cost, and the net cost to the public, which gains.
    close(
        found(&q, &p, "cost_per_unit", "hours"),
        meetings / 676.0 / 8.0,
    );
    close(
        found(&q, &p, "cost_effectiveness_ratio", "hours"),
        (meetings + benefit) / 676.0 / 8.0,
    );
    close(
        found(&q, &p, "benefit_cost_ratio", "society"),
        (production - 0.2 * benefit) / meetings,
    );
    // A meeting may cost what leaves nothing: 1.2 x p x 2575 = production + 0.2 x 96 250.
    let at = (production - 0.2 * benefit) / 1.2 / 2575.0;
    close(found(&q, &p, "break_even_price", "meetings"), at);
    // Eight hours are worth the production; the rest of the account is 1.2 meetings + 0.2 benefit.
    let rest = -1.2 * meetings - 0.2 * benefit;
    close(
        found(&q, &p, "break_even_effect", "hours"),
        -rest / (production / 8.0),
    );
}

#[test]
fn society_is_the_sum_of_the_parties_less_the_distortion_of_net_public_outlay() {
    let (q, p) = two_years();
    let sum: f64 = Party::ALL
        .iter()
        .map(|party| found(&q, &p, "net_benefit", party.as_str()))
        .sum();
    let public = found(&q, &p, "net_benefit", "public");
    close(found(&q, &p, "net_benefit", "society"), sum + 0.2 * public);
}

#[test]
fn a_rate_of_zero_does_not_discount_and_twice_the_price_is_twice_the_line() {
    let (q, mut p) = two_years();
    let vintage = p.vintage.as_mut().unwrap();
    vintage.discount[0].rate = 0.0;
    close(found(&q, &p, "ledger_line", "production"), 132.5 * 8.0);
    p.lines[0].value *= 2.0;
    close(found(&q, &p, "ledger_line", "production"), 265.0 * 8.0);
    p.lines[0].uplift = 0.1;
    close(found(&q, &p, "ledger_line", "production"), 291.5 * 8.0);
    // Market prices are not lifted.
    close(found(&q, &p, "ledger_line", "meetings"), 40.0);
    p.lines[0].first_week = Some(53);
    close(found(&q, &p, "ledger_line", "production"), 291.5 * 2.0);
    p.lines[0].first_week = Some(60);
    let error = Book::new(&p, &q, &q.contrasts[0]).unwrap_err();
    assert!(
        error.diagnostics[0].message.contains("weeks 53 to 104"),
        "{error}"
    );
}

#[test]
fn a_price_level_is_moved_by_the_index() {
    let (q, mut p) = two_years();
    p.vintage = None;
    p.price_level = Some(2020);
    p.deflator = Some(crate::study::prices::Deflator {
        source: "made up".to_owned(),
        index: [(2012, 80.0), (2020, 100.0)].into(),
    });
    close(
        found(&q, &p, "ledger_line", "production"),
        100.0 * 8.0 * 1.25,
    );
}

#[test]
fn what_goes_on_after_the_horizon_follows_its_rule() {
    // Without discounting: the last year's two hours go on for a year, or fade out to half of that; meetings do not go on.
    let (q, mut p) = two_years();
    p.vintage = None;
    let beyond = |prices: &Prices| {
        let contrast = &q.contrasts[0];
        let book = Book::new(prices, &q, contrast).unwrap();
        let all = numbers(&book);
        let is_it = |n: &&Number| n.estimand == "net_benefit_beyond" && n.item == "society";
        let number = all.iter().find(is_it).unwrap();
        assert_eq!(number.week, Some(156));
        Observed::new(&book, contrast).value(number)
    };
    let now = found(&q, &p, "net_benefit", "society");
    close(now, 800.0 - 40.0);
    for (rule, more) in [(Beyond::Constant, 200.0), (Beyond::FadeOut, 100.0)] {
        p.extrapolation = Some(Extrapolation {
            rule,
            weeks: 52,
            base: 52,
        });
        close(beyond(&p), now + more);
        close(found(&q, &p, "net_benefit", "society"), now);
    }
    p.extrapolation = Some(Extrapolation {
        rule: Beyond::Constant,
        weeks: 52,
        base: 26,
    });
    assert!(Book::new(&p, &q, &q.contrasts[0]).is_err());
}

#[test]
fn uncertain_prices_add_their_spread() {
    let (q, mut p) = two_years();
    p.vintage = None;
    p.lines.truncate(1);
    p.lines[0].uncertainty = Some(Uncertainty::Normal { std_error: 5.0 });
    let contrast = &q.contrasts[0];
    let book = Book::new(&p, &q, contrast).unwrap();
    let all = numbers(&book);
    let number = all
        .iter()
        .find(|n| n.estimand == "net_benefit" && n.item == "society")
        .unwrap();
    let Form::Sum(sum) = &number.form else {
        panic!("a sum")
    };
    // Hours: 8, variance 2; price 100 with standard error 5 (hardly ever below 0).
    let variance = Observed::new(&book, contrast).variance(sum);
    close(variance, 100.0 * 100.0 * 2.0 + 25.0 * (64.0 + 2.0));
}

#[test]
fn the_refund_of_2016_pays_22_point_2_of_64_weeks() {
    let bands = [("1-4", 4.0), ("5-26", 22.0), ("27-52", 26.0), ("53-", 12.0)];
    let cells: Vec<(QuantityCell, f64, f64)> = (bands.iter())
        .map(|(band, weeks)| (cell("benefit", (1, 64), "2016H1", band), *weeks, 0.0))
        .collect();
    let q = quantities(64, &cells);
    let transfer = |from, to| Flow::Transfer { from, to };
    let mut p = Prices {
        refunds: vec![refunds::named("dk-benefit").unwrap()],
        lines: vec![
            line(
                "benefit",
                "benefit",
                transfer(Party::Municipality, Party::Participant),
                1.0,
                Basis::Market,
            ),
            Line {
                refund: Some(Refund {
                    of: "benefit".to_owned(),
                    rule: "dk-benefit".to_owned(),
                    weeks: Activity::Passive,
                }),
                ..line(
                    "refund",
                    "benefit",
                    transfer(Party::State, Party::Municipality),
                    1.0,
                    Basis::Market,
                )
            },
        ],
        ..Prices::default()
    };
    close(found(&q, &p, "ledger_line", "refund"), 22.2);
    close(found(&q, &p, "net_benefit", "municipality"), -(64.0 - 22.2));
    close(found(&q, &p, "net_benefit", "society"), 0.0);
    // A calendar that the quantities do not have is asked for by name.
    let mut without = q.clone();
    without
        .cells
        .iter_mut()
        .for_each(|cell| cell.half_year.clear());
    let error = Book::new(&p, &without, &without.contrasts[0]).unwrap_err();
    assert!(
        error.diagnostics[0]
            .hint
            .contains("run the study where the persons are"),
        "{error}"
    );
    p.lines[1].refund.as_mut().unwrap().rule = "unknown".to_owned();
    assert!(Book::new(&p, &q, &q.contrasts[0]).is_err());
}
