//! What it would be worth to know more: for sure whether society gains, how the programme works, or what things cost.

use super::decision;
use super::draws::{Draws, Empty, of, told, with_error};
use super::numbers::{Form, Number, Sum};
use crate::results::Row;

/// What is known for sure, in the `item` column beside `society`: everything.
const TRIAL: &str = "trial";
const PRICES: &str = "prices";

/// The value of knowing everything; where prices are uncertain also that of a trial without limit, and that of certain prices.
pub(super) fn rows(
    society: &Number,
    draws: &Draws<'_>,
    index: usize,
    empty: Empty<'_>,
) -> Vec<Row> {
    let all = draws.column(index);
    let mut out = vec![row(society, &society.item, all, empty)];
    let Form::Sum(sum) = &society.form else {
        return out;
    };
    // Prices are independent of the persons, and money is linear in both: what the rest is on average stands for it.
    let (of_trial, of_prices) = (one_alone(draws, sum, TRIAL), one_alone(draws, sum, PRICES));
    let varies = |values: &[f64]| values.iter().any(|value| *value != values[0]);
    if varies(&of_prices) {
        out.push(row(society, TRIAL, &of_trial, empty));
        out.push(row(society, PRICES, &of_prices, empty));
    }
    out
}

/// A sum in every draw, with the amounts (or the prices) of the draw and the mean of the other.
fn one_alone(draws: &Draws<'_>, sum: &Sum, known: &str) -> Vec<f64> {
    let prices = mean(draws.each().map(|(prices, _)| prices));
    let amounts = mean(draws.each().map(|(_, amounts)| amounts));
    let values = draws.each().map(|(own_prices, own_amounts)| match known {
        TRIAL => sum.value(&prices, own_amounts),
        _ => sum.value(own_prices, &amounts),
    });
    values.collect()
}

/// Mean of each number over the draws in which it is defined.
fn mean<'d>(draws: impl Iterator<Item = &'d [f64]>) -> Vec<f64> {
    let mut sums: Vec<(f64, u32)> = Vec::new();
    for draw in draws {
        sums.resize(draw.len(), (0.0, 0));
        for ((sum, count), value) in sums.iter_mut().zip(draw).filter(|(_, v)| v.is_finite()) {
            *sum += value;
            *count += 1;
        }
    }
    sums.into_iter()
        .map(|(sum, count)| sum / f64::from(count))
        .collect()
}

fn row(society: &Number, item: &str, values: &[f64], empty: Empty<'_>) -> Row {
    let unit = society.unit.clone();
    let number = Number {
        item: item.to_owned(),
        ..of(society, "value_of_information", &unit)
    };
    let mut row = told(
        &number,
        values,
        decision::perfect_information(values),
        empty,
    );
    // A mean over the draws of what choosing in each of them gains.
    let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let count = finite.len() as f64;
    let mean = finite.iter().sum::<f64>() / count;
    let gain = |x: &f64| x.max(0.0) - if mean > 0.0 { *x } else { 0.0 };
    let gains: Vec<f64> = finite.iter().map(gain).collect();
    let middle = gains.iter().sum::<f64>() / count;
    let squares = gains.iter().map(|x| (x - middle) * (x - middle));
    let spread = squares.sum::<f64>() / (count - 1.0);
    with_error(&mut row, (spread / count).sqrt());
    row
}

#[cfg(test)]
mod tests {
    use super::super::book::Book;
    use super::super::numbers::{Observed, net_benefits};
    use super::super::price_draws::PriceDraws;
    use super::super::{Basis, Flow, Line, Party, Prices, Quantity, Side};
    use super::*;
    use crate::results::{Quantities, QuantityCell, QuantityContrast, QuantitySide};
    use crate::study::prices::Uncertainty;

    /// By hand: with the amounts 3 a and -a in two draws their mean is a. At the mean price society has 3 s and -s, s at a itself:
    /// choosing in each gains half of 3 s, or half of -s, where choosing once gains s or nothing: half of s whatever its sign. Of the
    /// prices, which are never below 0, both draws have the sign of a: knowing them changes no choice.
    #[test]
    fn knowing_the_trial_is_worth_what_it_changes_and_certain_prices_here_nothing() {
        for amount in [2.0, -2.0] {
            let side = |arm: &str, value: f64| QuantitySide {
                arm: arm.to_owned(),
                n: 10,
                values: vec![value],
                covariance: vec![1.0],
            };
            let contrast = QuantityContrast {
                treated: side("t", amount),
                note: String::new(),
                control: side("c", 0.0),
            };
            let quantities = Quantities {
                horizon: 52,
                cells: vec![QuantityCell {
                    outcome: "hours".to_owned(),
                    first_week: 1,
                    last_week: 52,
                    ..QuantityCell::default()
                }],
                contrasts: vec![contrast.clone()],
                ..Quantities::default()
            };
            let prices = Prices {
                lines: vec![Line {
                    name: "production".to_owned(),
                    quantity: Quantity::Outcome("hours".to_owned()),
                    flow: Flow::Resource {
                        party: Party::Employer,
                        side: Side::Gain,
                    },
                    value: 100.0,
                    uncertainty: Some(Uncertainty::Uniform {
                        low: 50.0,
                        high: 200.0,
                    }),
                    basis: Basis::Factor,
                    ..Line::default()
                }],
                ..Prices::default()
            };
            let book = Book::new(&prices, &quantities, &contrast).unwrap();
            let observed = Observed::new(&book, &contrast);
            let drawn = PriceDraws::of(&prices, 1, 2);
            let times = |factor: f64| observed.amounts.iter().map(move |a| factor * a);
            let amounts: Vec<f64> = times(3.0).chain(times(-1.0)).collect();
            let accounts = net_benefits(&book);
            let draws = Draws::of((&observed, &accounts), &amounts, &drawn);
            let found = rows(&accounts[0], &draws, 0, &|number| Row {
                item: number.item.as_str().into(),
                ..Row::blank()
            });
            let [p, q] = [0, 1].map(|b| drawn.of_replicate(b)[0]);
            let mean = f64::midpoint(p, q);
            let told: Vec<(&str, Option<f64>)> =
                found.iter().map(|row| (&*row.item, row.estimate)).collect();
            let all = if amount > 0.0 {
                3.0 * p - (3.0 * p - q).max(0.0)
            } else {
                q - (q - 3.0 * p).max(0.0)
            };
            for ((item, value), (name, expected)) in
                told.into_iter()
                    .zip([("society", all), ("trial", mean), ("prices", 0.0)])
            {
                let value = value.expect("a value");
                assert_eq!(item, name);
                assert!((value - expected).abs() < 1e-9, "{name} {value} {expected}");
            }
        }
    }
}
