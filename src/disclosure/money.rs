//! What accounts may tell: money is prices times quantities, so an account is shown where every quantity in it is.
//!
//! Priced outcomes must be shown at the end, and at the end of each period where an account tells periods apart. What sets money
//! against something else (the effect, those who took it up) is an equation for that, so it must be shown too.

use super::codes;
use super::digits::SPREAD;
use super::plan::{ColumnPlan, PartPlan};
use crate::cost_benefit::CARDS;
use crate::error::Diagnostic;
use crate::results::support::{Support, TAKEN_UP};
use crate::results::{Quantities, Results, Row};
use crate::study::prices::{Prices, Quantity};
use std::collections::BTreeSet;

/// Accounts that tell periods apart.
const BY_WEEK: [&str; 3] = [
    "cumulative_net_benefit",
    "break_even_week",
    "net_benefit_beyond",
];

/// Money over or against the effect.
const BY_EFFECT: [&str; 3] = ["cost_per_unit", "cost_effectiveness_ratio", "acceptability"];

/// Money over the difference in take-up.
const BY_TAKE_UP: &str = "net_benefit_per_treated";

/// Numbers that are nothing but draws: with few persons, draws tell the histories they are made of.
const DRAWN: [&str; 4] = [
    "surplus_share",
    "acceptability",
    "value_of_information",
    "highest_price",
];

/// Whether a row is of the money.
pub(super) fn is_money(row: &Row) -> bool {
    CARDS.iter().any(|card| card.slug == &*row.estimand)
}

/// What of the money may be told.
pub(super) struct Accounts<'a> {
    support: &'a Support,
    plans: &'a [ColumnPlan],
    smallest: u64,
    /// Outcomes that some line is priced by.
    priced: BTreeSet<&'a str>,
    /// Whether some line has weeks of its own, so that it tells what lies between them.
    in_parts: bool,
    /// Whether a bill is shared by rules: accounts of the public then tell how weeks are spread over rates.
    refunded: bool,
    /// The outcome that is the effect; empty: none.
    effect: &'a str,
    /// Outcomes whose take-up money is divided by.
    taken: BTreeSet<&'a str>,
    horizon: i32,
    /// Last weeks of the periods.
    ends: BTreeSet<i32>,
}

impl<'a> Accounts<'a> {
    /// From what is priced.
    pub fn new(
        (quantities, prices): (&'a Quantities, Option<&'a Prices>),
        (support, plans): (&'a Support, &'a [ColumnPlan]),
        smallest: u64,
    ) -> Self {
        let lines = || prices.iter().flat_map(|prices| &prices.lines);
        let priced = |line: &'a crate::study::prices::Line| match &line.quantity {
            Quantity::Outcome(outcome) => Some(outcome.as_str()),
            Quantity::Person => None,
        };
        let cells = || quantities.cells.iter();
        let taken = cells().filter(|cell| !cell.item.is_empty());
        Self {
            support,
            plans,
            smallest,
            priced: lines().filter_map(priced).collect(),
            in_parts: lines().any(|line| line.first_week.is_some() || line.last_week.is_some()),
            refunded: lines().any(|line| line.refund.is_some()),
            effect: &quantities.effect,
            taken: taken.map(|cell| cell.outcome.as_str()).collect(),
            horizon: quantities.horizon as i32,
            ends: cells().map(|cell| cell.last_week as i32).collect(),
        }
    }

    /// Where an outcome, or the take-up of it, is shown in a column.
    fn part(&self, column: usize, (outcome, item): (&str, &str)) -> Option<&PartPlan> {
        let mut parts = self.support.parts.iter();
        let place = parts.position(|part| part.outcome == outcome && part.item == item)?;
        self.plans.get(column)?.parts.get(place)
    }

    /// Whether an outcome is shown at the end; with `ends`, at the end of each period too.
    fn is_shown(&self, part: Option<&PartPlan>, ends: bool) -> bool {
        part.is_some_and(|part| {
            part.weeks.contains(&self.horizon)
                && (!ends || self.ends.iter().all(|end| part.weeks.contains(end)))
        })
    }

    fn all_priced(&self, ends: bool) -> bool {
        (self.priced.iter()).all(|outcome| self.is_shown(self.part(0, (outcome, "")), ends))
    }

    /// Whether the sums over all weeks may be told.
    pub fn may_total(&self) -> bool {
        self.all_priced(self.in_parts)
    }

    /// Whether a quantity may be told.
    fn may_count(&self, outcome: &str, item: &str) -> bool {
        self.is_shown(self.part(0, (outcome, "")), true)
            && (item.is_empty() || self.is_shown(self.part(0, (outcome, item)), true))
    }

    /// Whether a row may be told.
    pub fn allows(&self, row: &Row) -> bool {
        let name = &*row.estimand;
        let fewest = [row.n, row.n_reference].into_iter().flatten().min();
        let enough = |least: u64| fewest.is_none_or(|n| n >= least);
        if !enough(self.smallest) || DRAWN.contains(&name) && !enough(SPREAD * self.smallest) {
            return false;
        }
        if !self.may_total() || BY_WEEK.contains(&name) && !self.all_priced(true) {
            return false;
        }
        if BY_EFFECT.contains(&name) && !self.is_shown(self.part(0, (self.effect, "")), false) {
            return false;
        }
        let taken = |outcome: &&str| self.is_shown(self.part(0, (outcome, TAKEN_UP)), false);
        if name == BY_TAKE_UP && !self.taken.iter().all(taken) {
            return false;
        }
        &*row.subgroup == "all" || self.allows_level(row)
    }

    /// At a level every priced outcome must be shown of it, at the end of each period: accounts of several parties are several
    /// equations for the periods. Where a bill is shared by rules they are equations for the rates too, but for society's.
    fn allows_level(&self, row: &Row) -> bool {
        let columns = &self.support.columns;
        let Some(column) = columns.iter().position(|c| *c.name == *row.subgroup) else {
            return false;
        };
        let levels = &columns[column].levels;
        let Some(level) = levels.iter().position(|name| **name == *row.level) else {
            return false;
        };
        let shown = |outcome: &&str| {
            let part = self.part(column, (outcome, ""));
            self.is_shown(part, true) && part.is_some_and(|part| !part.hidden.contains(&level))
        };
        (!self.refunded || &*row.item == "society") && self.priced.iter().all(shown)
    }
}

/// Takes quantities out of results where they would tell what is hidden.
pub(super) fn withhold(results: &mut Results, (support, plans): (&Support, &[ColumnPlan]), m: u64) {
    let Some(mut quantities) = results.quantities.take() else {
        return;
    };
    let accounts = Accounts::new((&quantities, results.prices.as_ref()), (support, plans), m);
    let (total, by_week) = (accounts.may_total(), accounts.all_priced(true));
    let cells = quantities.cells.iter();
    let kept: BTreeSet<(String, String)> = cells
        .map(|cell| (cell.outcome.clone(), cell.item.clone()))
        .filter(|(outcome, item)| accounts.may_count(outcome, item))
        .collect();
    // Covariances are spreads of sums.
    let sides = (quantities.contrasts.iter()).flat_map(|c| [&c.treated, &c.control]);
    let enough = sides.map(|side| side.n).all(|n| n >= SPREAD * m);
    if total && by_week && enough {
        quantities.keep(|cell| kept.contains(&(cell.outcome.clone(), cell.item.clone())));
        results.quantities = Some(quantities);
        return;
    }
    let finding = Diagnostic::warning(
        codes::QUANTITIES,
        "the quantities that prices are put on are not in the result: they would tell numbers of too few persons",
        "price the study inside, ask for longer periods with `period` in `[cost_benefit]`, or price outcomes that are shown at the end of each period",
    );
    results.findings.push(finding);
    if !total {
        results.prices = None;
    }
}
