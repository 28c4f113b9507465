//! A price file to fill in, for a result that has quantities and no prices: one line for each of them, without value,
//! unit, year and source, so that it is refused until somebody has filled it in.

use super::Known;
use crate::study::prices::{Line, Prices, Quantity};

/// One line per outcome, and one per person.
pub fn template(known: &Known) -> Prices {
    let line = |name: &str, quantity: Quantity| Line {
        name: name.to_owned(),
        quantity,
        // As a cost: that of a gain or a transfer is for the one who fills it in to say.
        ..Line::default()
    };
    let mut lines: Vec<Line> = (known.outcomes.iter())
        .map(|name| line(name, Quantity::Outcome(name.clone())))
        .collect();
    // The line per person has a name of its own, whatever the outcomes are called.
    let mut name = "overhead".to_owned();
    while known.outcomes.contains(&name) {
        name.push('_');
    }
    lines.push(line(&name, Quantity::Person));
    Prices {
        currency: "DKK".to_owned(),
        lines,
        ..Prices::default()
    }
}
