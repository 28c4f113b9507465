//! From entries to prices: every line by the rules of the ledger. All that is wrong is found in one pass.

use super::entry::{Entries, Entry, Spot};
use super::findings::{Findings, shown};
use super::values::{LONG, One};
use super::{Known, codes};
use crate::error::Diagnostic;
use crate::study::prices::{Flow, Line, Prices, Quantity, Side};

/// Lines of a price file; more are no price file.
const MOST_LINES: usize = 1_000;
const CURRENCY: &str = "DKK";

/// Checks everything. What it returns may only be used when no error was found.
pub(super) fn prices(entries: &Entries, known: &Known, findings: &mut Findings<'_>) -> Prices {
    if entries.lines.len() > MOST_LINES {
        let finding = Diagnostic::error(
            codes::TOO_LARGE,
            format!("the price file has more than {MOST_LINES} lines"),
            "check that this is the price file",
        );
        findings.put(finding, &Spot::File, "");
        return Prices::default();
    }
    let (title, currency, synthetic) = whole(entries, findings);
    let mut lines: Vec<Line> = Vec::new();
    let mut spots: Vec<Spot> = Vec::new();
    for entry in &entries.lines {
        let mut one = One {
            entry,
            form: entries.form,
            known,
            findings: &mut *findings,
        };
        let Some(line) = one.line() else { continue };
        if lines.iter().any(|l| l.name == line.name) {
            let finding = Diagnostic::error(
                codes::TWICE,
                format!("two lines are named {}", shown(&line.name)),
                "give each line a name of its own",
            );
            findings.put(finding, &entry.spot, "line");
        }
        if let Some(other) = lines.iter().find(|l| makes_twice(l, &line)) {
            let finding = Diagnostic::error(
                codes::PRODUCTION,
                format!(
                    "the line counts the same work twice: {} is production already",
                    shown(&other.name)
                ),
                "keep one of the two; wages and taxes are transfers",
            );
            findings.put(finding, &entry.spot, "kind");
        }
        lines.push(line);
        spots.push(entry.spot.clone());
    }
    let prices = Prices {
        title,
        currency,
        synthetic,
        lines,
        ..Prices::default()
    };
    warnings(&prices, &spots, known, findings);
    prices
}

/// Two lines of production that are counted for the same persons.
fn makes_twice(a: &Line, b: &Line) -> bool {
    let meet = a.arms.is_empty() || b.arms.is_empty() || a.arms.iter().any(|x| b.arms.contains(x));
    a.is_production() && b.is_production() && meet
}

/// What a reader of the money must know.
fn warnings(prices: &Prices, spots: &[Spot], known: &Known, findings: &mut Findings<'_>) {
    let lines = &prices.lines;
    let mut years: Vec<i32> = lines.iter().map(|l| l.price_year).collect();
    years.sort_unstable();
    years.dedup();
    if let [first, .., last] = years[..] {
        let finding = Diagnostic::warning(
            codes::YEARS,
            format!("prices of the years {first} to {last} are added as they stand"),
            "bring the prices to one year's level",
        );
        findings.put(finding, &Spot::File, "");
    }
    if lines.iter().any(|l| l.basis != lines[0].basis) {
        let finding = Diagnostic::warning(
            codes::BASES,
            "factor prices and market prices are added as they stand",
            "bring the prices to one basis",
        );
        findings.put(finding, &Spot::File, "");
    }
    for (line, spot) in lines.iter().zip(spots) {
        let gain = matches!(
            line.flow,
            Flow::Resource {
                side: Side::Gain,
                ..
            }
        );
        if line.programme && gain {
            let finding = Diagnostic::warning(
                codes::NOT_A_COST,
                format!(
                    "{} is a cost of the programme, but somebody gains by it",
                    shown(&line.name)
                ),
                "give `from` instead of `to`, or leave out `programme`",
            );
            findings.put(finding, spot, "programme");
        }
        let everybody = known.arms.iter().all(|arm| line.arms.contains(arm));
        if line.quantity == Quantity::Person && everybody {
            let finding = Diagnostic::warning(
                codes::CANCELS,
                format!(
                    "{} counts one per person in every arm: it adds nothing to a difference",
                    shown(&line.name)
                ),
                "name in `arms` those that it belongs to",
            );
            findings.put(finding, spot, "arms");
        }
    }
}

fn whole(entries: &Entries, findings: &mut Findings<'_>) -> (Option<String>, String, bool) {
    let known = Known::default();
    let mut title: Option<String> = None;
    let mut currency: Option<String> = None;
    let mut synthetic: Option<bool> = None;
    for (key, given) in &entries.whole {
        let entry = Entry {
            spot: given.spot.clone(),
            called: "`[prices]`".to_owned(),
            cells: vec![(key, given.clone())],
        };
        let mut one = One {
            entry: &entry,
            form: entries.form,
            known: &known,
            findings: &mut *findings,
        };
        let same = match *key {
            "title" => agrees(&mut title, one.text(key, LONG)),
            "currency" => agrees(&mut currency, one.text(key, 12)),
            _ => agrees(&mut synthetic, one.truth(key)),
        };
        if !same {
            one.wrong(
                key,
                codes::BAD_VALUE,
                "is not the same in every row",
                "write the same in every row",
            );
        }
    }
    (
        title,
        currency.unwrap_or_else(|| CURRENCY.to_owned()),
        synthetic.unwrap_or(false),
    )
}

fn agrees<T: PartialEq>(so_far: &mut Option<T>, new: Option<T>) -> bool {
    match (so_far.as_ref(), new) {
        (_, None) => true,
        (Some(old), Some(new)) => *old == new,
        (None, new) => {
            *so_far = new;
            true
        }
    }
}
