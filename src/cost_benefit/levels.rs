//! The accounts at each level of a subgroup, with bands over the levels of one account: all of them together cover with the confidence
//! of the analysis.

use super::book::Book;
use super::draws::Draws;
use super::numbers::{Number, Observed, net_benefits};
use super::rows::{Maker, Replicates};
use crate::results::{Quantities, Row};

/// The quantities of one level.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// Its label.
    pub name: &'a str,
    /// Its quantities.
    pub quantities: &'a Quantities,
    /// The prices put on them, by contrast.
    pub books: &'a [Book<'a>],
    /// Its amounts by contrast, as in [`Replicates`].
    pub values: &'a [Vec<f64>],
}

/// What is known of a level and contrast.
struct Known<'a> {
    observed: Observed<'a>,
    accounts: Vec<Number>,
    draws: Draws<'a>,
}

/// The rows of the accounts by level.
pub fn level_rows(column: &str, levels: &[Level<'_>], replicates: &Replicates<'_>) -> Vec<Row> {
    let Some(first) = levels.first() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for contrast in 0..first.quantities.contrasts.len() {
        let known: Vec<Known<'_>> = (levels.iter())
            .map(|level| {
                let (book, sides) = (
                    &level.books[contrast],
                    &level.quantities.contrasts[contrast],
                );
                let observed = Observed::new(book, sides);
                let accounts = net_benefits(book);
                let amounts = level.values.get(contrast).map_or(&[][..], Vec::as_slice);
                let draws = Draws::of((&observed, &accounts), amounts, replicates.prices);
                Known {
                    observed,
                    accounts,
                    draws,
                }
            })
            .collect();
        let accounts = known.first().map_or(0, |known| known.accounts.len());
        for account in 0..accounts {
            let mut values = Vec::new();
            for known in &known {
                values.extend_from_slice(known.draws.columns(account..account + 1));
            }
            let of = |known: &'_ Known<'_>| known.accounts[account].clone();
            let numbers: Vec<Number> = known.iter().map(of).collect();
            let observed: Vec<&Observed<'_>> = known.iter().map(|known| &known.observed).collect();
            let maker = Maker::new(first.quantities, replicates);
            for (row, level) in maker
                .path(&numbers, &observed, &values)
                .into_iter()
                .zip(levels)
            {
                out.push(Row {
                    subgroup: column.into(),
                    level: level.name.into(),
                    ..row
                });
            }
        }
    }
    out
}
