//! From entries to prices: every line by the rules of the ledger. All that is wrong is found in one pass.

use super::entry::{Entries, Entry, Spot, Value};
use super::findings::{Findings, shown};
use super::parameters::Reader;
use super::values::{LONG, One, SHORT, Word};
use super::{Known, codes};
use crate::error::Diagnostic;
use crate::study::prices::{Flow, Line, Moment, Prices, Quantity, Side};
use crate::study::suggest;

/// Lines of a price file; more are no price file.
const MOST_LINES: usize = 1_000;
const CURRENCY: &str = "DKK";
/// Years after which a price is out of date beside the others.
const OLD: i32 = 5;
const MOMENTS: &[Word<Moment>] = &[
    ("middle", &["midt", "midten"], Moment::Middle),
    ("end", &["slut", "slutningen"], Moment::End),
];

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
    let whole = whole(entries, findings);
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
    let mut prices = Prices {
        lines,
        ..Prices::default()
    };
    let mut reader = Reader {
        entries,
        findings: &mut *findings,
    };
    reader.fill(&whole, &mut prices);
    prices.refunds = reader.refunds(&prices);
    refunds(&mut prices, &spots, entries, findings);
    prices.title = whole.title;
    prices.currency = whole.currency.unwrap_or_else(|| CURRENCY.to_owned());
    prices.synthetic = whole.synthetic.unwrap_or(false);
    levels(&prices, &spots, findings);
    warnings(&prices, &spots, known, findings);
    prices
}

/// What a refund takes from the line that it refunds.
fn refunds(prices: &mut Prices, spots: &[Spot], entries: &Entries, findings: &mut Findings<'_>) {
    let all = prices.lines.clone();
    for (line, spot) in prices.lines.iter_mut().zip(spots) {
        let Some(refund) = line.refund.clone() else {
            continue;
        };
        if prices.refunds.iter().all(|rule| rule.name != refund.rule) {
            let written = entries.tables.refunds.iter().map(|rule| rule.name.clone());
            let mut names: Vec<String> = written.collect();
            // An own rule that is not understood is told already.
            if !names.contains(&refund.rule) {
                names.extend(
                    super::super::refunds::shipped()
                        .into_iter()
                        .map(|rule| rule.name),
                );
                let finding = Diagnostic::error(
                    codes::REFUND,
                    format!("there is no refund rule {}", shown(&refund.rule)),
                    suggest::hint(
                        &refund.rule,
                        &names,
                        "choose one, or write `[refunds.NAME]`",
                    ),
                )
                .allowed(suggest::list(&names));
                findings.put(finding, spot, "rule");
            }
        }
        let mut refuse = |message: String, hint: &str| {
            let finding = Diagnostic::error(codes::REFUND, message, hint);
            findings.put(finding, spot, "refund_of");
        };
        match all.iter().find(|of| of.name == refund.of) {
            None => {
                let is_named = |entry: &Entry| {
                    let name = entry.get("line").map(|given| &given.value);
                    matches!(name, Some(Value::Text(name)) if *name == refund.of)
                };
                // A line that is not understood is told already.
                if !entries.lines.iter().any(is_named) {
                    let message = format!("there is no line {} to refund", shown(&refund.of));
                    refuse(message, "write the name of a line of this file");
                }
            }
            Some(of) if of.refund.is_some() => {
                let message = format!("{} is a refund itself", shown(&refund.of));
                refuse(message, "name the line whose money is refunded");
            }
            Some(of) if of.quantity == Quantity::Person => {
                let message = format!(
                    "{} counts persons, and rules of refund are for weeks",
                    shown(&refund.of)
                );
                refuse(message, "name a line of an outcome");
            }
            Some(of) => {
                line.quantity.clone_from(&of.quantity);
                line.arms.clone_from(&of.arms);
                line.unit.clone_from(&of.unit);
                line.value = of.value;
                line.uplift = of.uplift;
                line.price_year = of.price_year;
                line.basis = of.basis;
                line.first_week = of.first_week;
                line.last_week = of.last_week;
            }
        }
    }
}

/// Whether all prices can be moved to the level that is asked for.
fn levels(prices: &Prices, spots: &[Spot], findings: &mut Findings<'_>) {
    let Some(level) = prices.price_level else {
        return;
    };
    // An empty one is told already.
    let index = prices.deflator.as_ref().map(|deflator| &deflator.index);
    let lacks = |year: i32| match index {
        Some(index) => !index.contains_key(&year),
        None => year != level,
    };
    if index.is_some() && lacks(level) {
        let finding = Diagnostic::error(
            codes::DEFLATOR,
            format!("the deflator has no index of {level}, the price level"),
            "add the year under `[deflator.index]`",
        );
        findings.put(finding, &Spot::File, "");
    }
    for (line, spot) in prices.lines.iter().zip(spots) {
        if line.refund.is_none() && line.price_year != level && lacks(line.price_year) {
            let finding = match index {
                Some(_) => Diagnostic::error(
                    codes::DEFLATOR,
                    format!(
                        "the deflator has no index of {}, the price year of {}",
                        line.price_year,
                        shown(&line.name)
                    ),
                    "add the year under `[deflator.index]`",
                ),
                None => Diagnostic::error(
                    codes::DEFLATOR,
                    format!(
                        "{} has prices of {}, and there is no deflator to move them to {level}",
                        shown(&line.name),
                        line.price_year
                    ),
                    "add `[deflator]`, or leave out `price_level`",
                ),
            };
            findings.put(finding, spot, "price_year");
        }
    }
}

/// Two lines of production that are counted for the same persons.
fn makes_twice(a: &Line, b: &Line) -> bool {
    let meet = a.arms.is_empty() || b.arms.is_empty() || a.arms.iter().any(|x| b.arms.contains(x));
    a.is_production() && b.is_production() && meet
}

/// What a reader of the money must know.
fn warnings(prices: &Prices, spots: &[Spot], known: &Known, findings: &mut Findings<'_>) {
    let lines = &prices.lines;
    let years = || {
        let priced = lines.iter().filter(|line| line.refund.is_none());
        priced.map(|line| line.price_year)
    };
    if let (None, Some(first), Some(last)) = (prices.price_level, years().min(), years().max())
        && first < last
    {
        let finding = Diagnostic::warning(
            codes::YEARS,
            format!("prices of the years {first} to {last} are added as they stand"),
            "write `price_level` and `[deflator]`, or bring the prices to one year's level",
        );
        findings.put(finding, &Spot::File, "");
    }
    if prices.vintage.is_none() && lines.iter().any(|l| l.basis != lines[0].basis) {
        let finding = Diagnostic::warning(
            codes::BASES,
            "factor prices and market prices are added as they stand",
            "write `vintage`, whose net-tax factor lifts factor prices, or bring the prices to one basis",
        );
        findings.put(finding, &Spot::File, "");
    }
    let newest = prices.price_level.or_else(|| years().max());
    for (line, spot) in lines.iter().zip(spots) {
        if let Some(newest) = newest.filter(|newest| newest - line.price_year > OLD)
            && line.refund.is_none()
        {
            let finding = Diagnostic::warning(
                codes::OUT_OF_DATE,
                format!(
                    "the price of {} is of {}, {} years before the others",
                    shown(&line.name),
                    line.price_year,
                    newest - line.price_year
                ),
                "look for a newer price: an index does not follow every price",
            );
            findings.put(finding, spot, "price_year");
        }
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

/// Most participants that a business case is told for.
const MOST_PERSONS: u32 = 10_000_000;

/// What is said of the whole file.
#[derive(Debug, Default)]
pub(super) struct Whole {
    title: Option<String>,
    currency: Option<String>,
    synthetic: Option<bool>,
    pub vintage: Option<String>,
    pub discounted_at: Option<Moment>,
    pub price_level: Option<i32>,
    pub price_index: Option<String>,
    pub participants: Option<u32>,
}

fn whole(entries: &Entries, findings: &mut Findings<'_>) -> Whole {
    let known = Known::default();
    let mut whole = Whole::default();
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
            "title" => agrees(&mut whole.title, one.text(key, LONG)),
            "currency" => agrees(&mut whole.currency, one.text(key, 12)),
            "vintage" => agrees(&mut whole.vintage, one.text(key, SHORT)),
            "discounted_at" => agrees(&mut whole.discounted_at, one.word(key, MOMENTS)),
            "price_level" => agrees(&mut whole.price_level, one.year(key)),
            "price_index" => agrees(&mut whole.price_index, one.text(key, SHORT)),
            "participants" => agrees(&mut whole.participants, one.whole(key, (1, MOST_PERSONS))),
            _ => agrees(&mut whole.synthetic, one.truth(key)),
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
    whole
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
