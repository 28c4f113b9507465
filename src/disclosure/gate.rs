//! The gate: what is left of results when no cell that may be worked out from them is small.
//!
//! The rule is a threshold: nobody, or at least `min_cell` persons. What a reader may work out is not only what is printed, but
//! each difference between weeks, levels, columns, outcomes and tables; see `docs/decisions/0019-the-gate.md`.

use super::earlier::blocked;
use super::money::{Accounts, withhold};
use super::plan::{Blocked, ColumnPlan, Shown, plan};
use super::round::unit_of_one_person;
use super::rows::Rows;
use super::tables::{Tables, blur, hide_lines, hide_states};
use crate::results::bundle::{Bundle, Finding};
use crate::results::support::Support;
use crate::results::{Facts, Results, Row};
use crate::study::{OutcomeKind, Study};

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
            accounts: (results.quantities.as_ref()).map(|quantities| {
                let priced = (quantities, results.prices.as_ref());
                Accounts::new(priced, (&support, plans), smallest)
            }),
            smallest,
            weeks: study.horizon,
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
    if study.secret.is_none() {
        // Keyed by the seed alone it would tell whoever tries the data of a few persons when they are right.
        results.facts.trial_hash.clear();
    }
    withhold(results, (&support, &plans), smallest);
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
                let exact = (*followed).max(1) as f64;
                *followed += persons.saturating_sub(*followed) % smallest;
                if !support.anybody_lost() {
                    continue;
                }
                // Beside a share, a state's exact number tells how many are followed: so it is told as its share is.
                let unit = unit_of_one_person(followed.saturating_sub(smallest - 1));
                let mut left = *followed;
                for state in (0..arm.len()).filter(|state| *state != largest) {
                    let count = arm[state][week];
                    let share = unit.round(count as f64 / exact);
                    let told = (share * *followed as f64).round() as u64;
                    arm[state][week] = told.max(smallest.min(count)).min(left);
                    left -= arm[state][week];
                }
                arm[largest][week] = left;
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
