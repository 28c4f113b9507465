//! What other prices change, line by line, on the same quantities. The differences of all lines add up to that of
//! society's net benefit (a law test).

use super::book::Book;
use super::book::quantity;
use super::perspectives::society_weight;
use super::{Line, Prices};
use crate::error::Result;
use crate::results::{Quantities, QuantityContrast};

/// A line in one of two price files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Priced<'a> {
    /// The line.
    pub line: &'a Line,
    /// Difference in its quantity per assigned person.
    pub quantity: f64,
    /// What it adds to society's net benefit per assigned person: 0 for a transfer.
    pub society: f64,
}

/// A line in either file or both, by name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change<'a> {
    /// Name of the line.
    pub name: &'a str,
    /// As it was; `None` when the line is new.
    pub old: Option<Priced<'a>>,
    /// As it is; `None` when the line is gone.
    pub new: Option<Priced<'a>>,
    /// Whether what counts for all lines differs: vintage, discounting, price level.
    pub rules: bool,
}

/// What may differ between two lines of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The line was not there.
    New,
    /// The line is not there any more.
    Gone,
    /// Price of one unit.
    Value,
    /// Its unit in words.
    Unit,
    /// Price year.
    Year,
    /// Price basis.
    Basis,
    /// Who gains and who pays.
    Flow,
    /// What is counted.
    Quantity,
    /// Arms in which it counts.
    Arms,
    /// Whether it is a cost of the programme.
    Programme,
    /// Where the price comes from.
    Source,
    /// Uplift.
    Uplift,
    /// How uncertain the price is.
    Uncertainty,
    /// First or last week.
    Weeks,
    /// The refund it is.
    Refund,
    /// What counts for all lines: vintage, discounting, price level.
    Rules,
}

impl Change<'_> {
    /// Everything that differs; empty when the line is the same.
    pub fn parts(&self) -> Vec<Part> {
        let (old, new) = match (&self.old, &self.new) {
            (Some(old), Some(new)) => (old.line, new.line),
            (None, _) => return vec![Part::New],
            (_, None) => return vec![Part::Gone],
        };
        [
            (old.value != new.value, Part::Value),
            (old.unit != new.unit, Part::Unit),
            (old.price_year != new.price_year, Part::Year),
            (old.basis != new.basis, Part::Basis),
            (old.flow != new.flow, Part::Flow),
            (old.quantity != new.quantity, Part::Quantity),
            (old.arms != new.arms, Part::Arms),
            (old.programme != new.programme, Part::Programme),
            (old.source != new.source, Part::Source),
            (old.uplift != new.uplift, Part::Uplift),
            (old.uncertainty != new.uncertainty, Part::Uncertainty),
            (
                (old.first_week, old.last_week) != (new.first_week, new.last_week),
                Part::Weeks,
            ),
            (old.refund != new.refund, Part::Refund),
            (self.rules, Part::Rules),
        ]
        .into_iter()
        .filter_map(|(differs, part)| differs.then_some(part))
        .collect()
    }

    /// What the change adds to society's net benefit per assigned person.
    pub fn difference(&self) -> f64 {
        let society = |side: &Option<Priced<'_>>| side.as_ref().map_or(0.0, |p| p.society);
        society(&self.new) - society(&self.old)
    }
}

/// Every line of both files: those of the new one in its order, then those that are gone.
///
/// # Errors
/// Where a rule of one of them changes inside a cell of the quantities.
pub fn changes<'a>(
    old: &'a Prices,
    new: &'a Prices,
    quantities: &Quantities,
    contrast: &QuantityContrast,
) -> Result<Vec<Change<'a>>> {
    let (before, now) = (
        priced(old, quantities, contrast)?,
        priced(new, quantities, contrast)?,
    );
    let find = |all: &[Priced<'a>], name: &str| all.iter().find(|p| p.line.name == name).copied();
    let mut changes: Vec<Change<'a>> = (now.iter())
        .map(|priced| Change {
            name: &priced.line.name,
            old: find(&before, &priced.line.name),
            new: Some(*priced),
            rules: rules_differ(old, new),
        })
        .collect();
    let gone = (before.iter()).filter(|priced| find(&now, &priced.line.name).is_none());
    changes.extend(gone.map(|priced| Change {
        name: &priced.line.name,
        old: Some(*priced),
        new: None,
        rules: false,
    }));
    Ok(changes)
}

/// Whether what counts for all lines differs: vintage, discounting, price level.
fn rules_differ(old: &Prices, new: &Prices) -> bool {
    old.vintage != new.vintage
        || old.discounted_at != new.discounted_at
        || old.price_level != new.price_level
        || old.deflator != new.deflator
}

/// What every line adds to society's account.
fn priced<'a>(
    prices: &'a Prices,
    quantities: &Quantities,
    contrast: &QuantityContrast,
) -> Result<Vec<Priced<'a>>> {
    let book = Book::new(prices, quantities, contrast)?;
    let mut amounts = vec![0.0; book.width()];
    let (treated, control) = (&contrast.treated.values, &contrast.control.values);
    book.amounts(treated, control, &mut amounts);
    let distortion = book.distortion();
    let of_line = |(index, line): (usize, &'a Line)| {
        let weight = society_weight(line, distortion);
        let own = (book.entries.iter().zip(&amounts))
            .filter(|(entry, _)| entry.line == index && !entry.is_beyond);
        let money: f64 = own
            .map(|(entry, amount)| prices.lines[entry.price].value * amount)
            .sum();
        Priced {
            line,
            quantity: quantity(line, &quantities.cells, contrast),
            // What cancels adds nothing, also where its quantity is undefined.
            society: if weight == 0.0 { 0.0 } else { weight * money },
        }
    };
    Ok(prices.lines.iter().enumerate().map(of_line).collect())
}

#[cfg(test)]
mod tests {
    use super::super::numbers::{Observed, numbers};
    use super::super::{Basis, Flow, Party, Quantity, Side};
    use super::*;
    use crate::results::{QuantityCell, QuantitySide};
    use proptest::prelude::*;

    fn line(name: u8, outcome: u8, kind: u8, value: f64, treated_only: bool) -> Line {
        Line {
            name: format!("line {name}"),
            quantity: match outcome {
                0 => Quantity::Person,
                n => Quantity::Outcome(format!("o{n}")),
            },
            arms: if treated_only {
                vec!["t".to_owned()]
            } else {
                Vec::new()
            },
            flow: match kind {
                0 => Flow::Resource {
                    party: Party::Employer,
                    side: Side::Gain,
                },
                1 => Flow::Resource {
                    party: Party::Region,
                    side: Side::Cost,
                },
                _ => Flow::Transfer {
                    from: Party::State,
                    to: Party::Participant,
                },
            },
            value,
            unit: "u".to_owned(),
            price_year: 2012,
            basis: Basis::Factor,
            source: "s".to_owned(),
            programme: false,
            ..Line::default()
        }
    }

    fn prices(lines: Vec<(u8, u8, f64, bool)>, names: u8) -> Prices {
        let lines = (names..).zip(lines);
        Prices {
            currency: "DKK".to_owned(),
            lines: lines
                .map(|(name, (outcome, kind, value, only))| line(name, outcome, kind, value, only))
                .collect(),
            ..Prices::default()
        }
    }

    fn contrast(values: &[f64]) -> (Quantities, QuantityContrast) {
        let cell = |n: usize| QuantityCell {
            outcome: format!("o{}", n + 1),
            item: String::new(),
            first_week: 1,
            last_week: 52,
            half_year: String::new(),
            band: String::new(),
            activity: String::new(),
        };
        let side = |arm: &str, values: &[f64]| QuantitySide {
            arm: arm.to_owned(),
            n: 10,
            values: values.to_vec(),
            covariance: vec![0.0; 6],
        };
        let contrast = QuantityContrast {
            treated: side("t", &values[..3]),
            note: String::new(),
            control: side("c", &values[3..]),
        };
        let quantities = Quantities {
            horizon: 52,
            cells: (0..3).map(cell).collect(),
            ..Quantities::default()
        };
        (quantities, contrast)
    }

    proptest! {
        #[test]
        fn the_differences_of_the_lines_add_up_to_that_of_society(
            old in proptest::collection::vec((0..4u8, 0..3u8, 0.0..1000.0f64, any::<bool>()), 0..6),
            new in proptest::collection::vec((0..4u8, 0..3u8, 0.0..1000.0f64, any::<bool>()), 0..6),
            values in proptest::collection::vec(-100.0..100.0f64, 6),
        ) {
            let (quantities, contrast) = contrast(&values);
            let (old, new) = (prices(old, 0), prices(new, 2));
            let society = |prices: &Prices| {
                let book = Book::new(prices, &quantities, &contrast).unwrap();
                Observed::new(&book, &contrast).value(&numbers(&book)[0])
            };
            let sum: f64 = changes(&old, &new, &quantities, &contrast).unwrap().iter().map(Change::difference).sum();
            prop_assert!((sum - (society(&new) - society(&old))).abs() < 1e-6);
        }
    }

    #[test]
    fn what_differs_is_named() {
        let (quantities, contrast) = contrast(&[1.0, 2.0, 3.0, 0.5, 0.5, 0.5]);
        let old = Prices {
            lines: vec![
                line(1, 1, 0, 10.0, false),
                line(2, 2, 1, 5.0, false),
                line(3, 3, 2, 7.0, false),
            ],
            ..Prices::default()
        };
        let mut new = old.clone();
        new.lines.remove(1);
        new.lines[0].value = 12.0;
        new.lines[0].price_year = 2024;
        new.lines.push(line(4, 0, 1, 100.0, true));
        let found = changes(&old, &new, &quantities, &contrast).unwrap();
        let parts: Vec<(&str, Vec<Part>, f64)> = found
            .iter()
            .map(|c| (c.name, c.parts(), c.difference()))
            .collect();
        assert_eq!(
            parts,
            [
                ("line 1", vec![Part::Value, Part::Year], 1.0),
                ("line 3", vec![], 0.0),
                ("line 4", vec![Part::New], -100.0),
                ("line 2", vec![Part::Gone], 7.5),
            ]
        );
    }
}
