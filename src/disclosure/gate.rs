//! The gate: what is left of results when no cell that may be worked out from them is small.
//!
//! The rule is a threshold: nobody, or at least `min_cell` persons. What a reader may work out is not only what is printed, but
//! each difference between weeks, levels, columns, outcomes and tables; see `docs/decisions/0019-the-gate.md`.

use super::codes;
use super::earlier::blocked;
use super::plan::{Blocked, ColumnPlan, PartPlan, Shown, plan};
use super::rows::{Rows, hide};
use super::tables::{Tables, blur, hide_lines, hide_states};
use crate::cost_benefit::CARDS;
use crate::error::Diagnostic;
use crate::results::bundle::{Bundle, Finding};
use crate::results::support::{Support, TAKEN_UP};
use crate::results::{Facts, Results, Row};
use crate::study::prices::Quantity;
use crate::study::{OutcomeKind, Study};
use std::collections::{BTreeMap, BTreeSet};

/// Hides and coarsens. Without counts to judge by, nothing is shown.
pub(super) fn enforce(results: &mut Results, study: &Study, earlier: Option<&Bundle>) {
    let smallest = u64::from(study.min_cell);
    let support = results.support.take().unwrap_or_default();
    let tables = Tables::of(&results.rows, smallest);
    let lost = support.anybody_lost();
    let judged = |plans: &[ColumnPlan], mut kept: Vec<Row>| {
        let rows = Rows {
            support: &support,
            plans,
            facts: &results.facts,
            outcomes: &results.outcomes,
            tables: &tables,
            smallest,
            lost,
        };
        for row in &mut kept {
            rows.judge(row);
        }
        kept
    };
    let mut plans = plan(&support, smallest, &Blocked::new());
    if let Some(earlier) = earlier {
        // Editions are held together as they would be told.
        let told = judged(&plans, results.rows.clone());
        plans = plan(&support, smallest, &blocked(&told, earlier, smallest));
    }
    let rows = judged(&plans, std::mem::take(&mut results.rows));
    results.rows = rows;
    hide_lines(&mut results.accounting, smallest);
    hide_facts(&mut results.facts, (&support, plans.first()), study);
    withhold(results, (&support, plans.first()));
}

/// Takes quantities out of results where they would tell what is hidden, and the money of an outcome that is.
fn withhold(results: &mut Results, (support, plan): (&Support, Option<&ColumnPlan>)) {
    let Some(plan) = plan else {
        (results.quantities, results.prices) = (None, None);
        return;
    };
    let Some(quantities) = &mut results.quantities else {
        return;
    };
    let part = |outcome: &str| support.part_of(outcome).map(|part| &plan.parts[part]);
    let horizon = quantities.horizon as i32;
    // The horizon itself, and the end of each period, are told by sums of cells.
    let ends: BTreeSet<i32> = (quantities.cells.iter())
        .map(|cell| cell.last_week as i32)
        .collect();
    let to_the_end =
        |outcome: &str| part(outcome).is_some_and(|part| part.weeks.contains(&horizon));
    let fits = |outcome: &str| {
        let by_year = |part: &PartPlan| ends.iter().all(|end| part.weeks.contains(end));
        to_the_end(outcome) && part(outcome).is_some_and(by_year)
    };
    let taken = (support.parts.iter().zip(&plan.parts))
        .filter(|(part, _)| part.item == TAKEN_UP)
        .map(|(part, plan)| (part.outcome.as_str(), plan))
        .collect::<BTreeMap<&str, &PartPlan>>();
    quantities.keep(|cell| {
        let of_takers = || {
            let part = taken.get(cell.outcome.as_str());
            part.is_some_and(|part| ends.iter().all(|end| part.weeks.contains(end)))
        };
        fits(&cell.outcome) && (cell.item.is_empty() || of_takers())
    });
    let lines = results.prices.iter().flat_map(|prices| &prices.lines);
    let mut priced = lines.filter_map(|line| match &line.quantity {
        Quantity::Outcome(outcome) => Some(outcome.as_str()),
        Quantity::Person => None,
    });
    let shown = priced.clone().all(to_the_end);
    if shown && priced.all(fits) {
        return;
    }
    let finding = Diagnostic::warning(
        codes::QUANTITIES,
        "the quantities that prices are put on are not in the result: they would tell numbers of too few persons",
        "price the study inside, ask for longer periods with `period` in `[cost_benefit]`, or price outcomes that are shown at the end of each period",
    );
    results.findings.push(finding);
    results.quantities = None;
    // A line of some weeks, and an account by week, tell what lies between them.
    let in_parts = (results.prices.iter().flat_map(|prices| &prices.lines))
        .any(|line| line.first_week.is_some() || line.last_week.is_some());
    let by_week = [
        "cumulative_net_benefit",
        "break_even_week",
        "net_benefit_beyond",
    ];
    let money: Vec<&str> = CARDS.iter().map(|card| card.slug).collect();
    let is_hidden = |row: &&mut Row| {
        if shown && !in_parts {
            by_week.contains(&&*row.estimand)
        } else {
            money.contains(&&*row.estimand)
        }
    };
    results.rows.iter_mut().filter(is_hidden).for_each(hide);
    if !shown || in_parts {
        results.prices = None;
    }
}

/// The states by week, and who is followed.
fn hide_facts(facts: &mut Facts, (support, plan): (&Support, Option<&ColumnPlan>), study: &Study) {
    let smallest = u64::from(study.min_cell);
    let followed = facts.followed_share.iter_mut().zip(&facts.persons);
    for (shares, &persons) in followed {
        for share in shares {
            let lost = (persons as f64 * (1.0 - *share)).round() as u64;
            *share = (persons - lost / smallest * smallest) as f64 / persons as f64;
        }
    }
    for persons in &mut facts.persons {
        if *persons < smallest {
            *persons = 0;
        }
    }
    for (place, table) in facts.occupancy.iter_mut().enumerate() {
        let sets: Vec<&[String]> = (study.outcomes.iter())
            .filter(|outcome| {
                let part = support.part_of(&outcome.name);
                let shown = part.zip(plan).map(|(part, plan)| plan.parts[part].shown);
                shown.is_some_and(|shown| shown != Shown::Nowhere)
            })
            .filter_map(|outcome| match &outcome.kind {
                OutcomeKind::WeeksIn { table, states } if *table == place => Some(&**states),
                OutcomeKind::ShareAmong { table, among, .. } if *table == place => Some(&**among),
                _ => None,
            })
            .collect();
        hide_states(table, &sets, smallest);
        // Who is lost stays with the largest state until enough are.
        for ((arm, followed), persons) in
            (table.persons.iter_mut().zip(&mut table.followed)).zip(&facts.persons)
        {
            let size = |state: &Vec<u64>| state.iter().sum::<u64>();
            let Some(largest) = (0..arm.len()).max_by_key(|state| size(&arm[*state])) else {
                continue;
            };
            for (week, followed) in followed.iter_mut().enumerate() {
                let more = persons.saturating_sub(*followed) % smallest;
                arm[largest][week] += more;
                *followed += more;
            }
        }
    }
}

/// Findings without small numbers.
pub(super) fn blur_findings(findings: &mut [Finding], smallest: u64) {
    for finding in findings {
        blur(finding, smallest);
    }
}
