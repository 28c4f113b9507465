//! Which rows of the estimates are shown, and how exactly: hidden rows stay, without numbers.

use super::digits::without_spread;
use super::money::{Accounts, is_money};
use super::plan::{ColumnPlan, PartPlan, Shown};
use super::tables::Tables;
use crate::results::support::{Part, Support, TAKEN_UP};
use crate::results::{Facts, OutcomeFacts, Row, Status};

/// What the gate says to rows that it cannot vouch for.
pub(super) const HIDDEN: &str = "hidden";

/// Judges rows.
pub(super) struct Rows<'a> {
    pub support: &'a Support,
    pub plans: &'a [ColumnPlan],
    pub facts: &'a Facts,
    pub outcomes: &'a [OutcomeFacts],
    pub tables: &'a Tables,
    /// None without quantities: there is no money.
    pub accounts: Option<Accounts<'a>>,
    pub smallest: u64,
    /// Weeks of the trial.
    pub weeks: u32,
    /// Whether anybody is lost: estimates are then rounded to one person.
    pub lost: bool,
}

/// How a row is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Hide,
    Show,
    /// Those at risk in a week, and its exits, are told by the weeks beside it, which are hidden.
    WithoutCounts,
}

/// Where a row of the weekly numbers stands.
pub(super) struct Place {
    pub column: usize,
    pub level: Option<usize>,
    pub part: usize,
}

impl Rows<'_> {
    /// Hides or coarsens a row.
    pub fn judge(&self, row: &mut Row) {
        let verdict = self.verdict(row);
        if verdict == Verdict::Hide {
            hide(row);
            return;
        }
        self.coarsen(row);
        if verdict == Verdict::WithoutCounts {
            (row.n, row.n_reference) = (None, None);
            (row.events, row.events_reference) = (None, None);
        }
    }

    fn verdict(&self, row: &Row) -> Verdict {
        let shown = |is: bool| if is { Verdict::Show } else { Verdict::Hide };
        // Numbers of differences are no numbers of persons.
        let counted = &*row.estimand != "balance_count";
        let enough = [row.n, row.n_reference]
            .into_iter()
            .flatten()
            .all(|n| !counted || n == 0 || n >= self.smallest);
        if !enough {
            return Verdict::Hide;
        }
        if let Some(allowed) = self.tables.allows(row) {
            return shown(allowed);
        }
        if is_money(row) {
            return shown(self.accounts.as_ref().is_some_and(|a| a.allows(row)));
        }
        if row.outcome.is_empty() {
            // Tests over everybody: all persons of two arms stand behind them.
            return shown(self.is_of_everybody(row));
        }
        let Some(place) = self.place(row) else {
            return Verdict::Hide;
        };
        self.of_part(row, &place)
    }

    /// Rows without an outcome rest on everybody in all weeks.
    fn is_of_everybody(&self, row: &Row) -> bool {
        !self.plans.is_empty()
            && &*row.subgroup == "all"
            && (self.facts.persons.iter()).all(|persons| *persons >= self.smallest)
    }

    pub(super) fn place(&self, row: &Row) -> Option<Place> {
        let column = self
            .support
            .columns
            .iter()
            .position(|c| *c.name == *row.subgroup)?;
        let own = &self.support.columns[column];
        let level = match column {
            0 => Some(0),
            _ => own.levels.iter().position(|level| **level == *row.level),
        };
        let is_destination = |part: &Part| {
            *part.outcome == *row.outcome && part.item == *row.item && !part.item.is_empty()
        };
        let parts = &self.support.parts;
        // Exits to a destination and take-up are parts of their own; all else belongs to the outcome.
        let item = if row.estimand.starts_with("take_up") {
            parts
                .iter()
                .position(|p| *p.outcome == *row.outcome && p.item == TAKEN_UP)
        } else {
            parts.iter().position(is_destination)
        };
        let part = item.or_else(|| self.support.part_of(&row.outcome))?;
        Some(Place {
            column,
            level,
            part,
        })
    }

    fn of_part(&self, row: &Row, place: &Place) -> Verdict {
        let plan = &self.plans[place.column];
        let part = &plan.parts[place.part];
        if part.shown == Shown::Nowhere {
            return Verdict::Hide;
        }
        let over_levels = place.column > 0
            && (place.level.is_none()
                || matches!(&*row.estimand, "shrunken_effect" | "effect_against_rest"));
        if over_levels && !part.hidden.is_empty() {
            // What is said of all levels would tell the hidden ones.
            return Verdict::Hide;
        }
        if place
            .level
            .is_some_and(|level| part.hidden.contains(&level))
        {
            return Verdict::Hide;
        }
        if needs_take_up(&row.estimand) && !self.take_up_is_shown(plan, row) {
            return Verdict::Hide;
        }
        let Some(week) = row.week else {
            return self.without_week(row, plan, part);
        };
        let is_shown = |week: i32| part.weeks.contains(&week);
        if !is_shown(week) {
            return Verdict::Hide;
        }
        if !self.is_exit(row) {
            return Verdict::Show;
        }
        let first = self.first_tick(&row.outcome);
        let alone = week == first || is_shown(week - 1);
        let gaps = (first..week).filter(|week| !is_shown(*week)).count();
        match &*row.estimand {
            "hazard" | "hazard_difference" if !alone => Verdict::Hide,
            // With the survivors it tells how the exits of a gap are spread over its weeks.
            name if name.starts_with("cumulative_hazard") && gaps > 0 => Verdict::Hide,
            name if name.starts_with("restricted_mean") => match is_solvable(gaps) {
                true => Verdict::Hide,
                false if plan.last == Some(self.last_tick(&row.outcome)) => Verdict::Show,
                false => Verdict::WithoutCounts,
            },
            _ if !alone => Verdict::WithoutCounts,
            _ => Verdict::Show,
        }
    }

    /// The median is a week of its own; tests look at all weeks.
    fn without_week(&self, row: &Row, plan: &ColumnPlan, part: &PartPlan) -> Verdict {
        let is_week = |value: Option<f64>| match value {
            None => true,
            Some(week) => part.weeks.contains(&(week as i32)),
        };
        let ends = self.last_tick(&row.outcome);
        if &*row.estimand == "median_time" && !is_week(row.estimate) {
            return Verdict::Hide;
        }
        let first = self.first_tick(&row.outcome);
        let is_shown = |week: &i32| part.weeks.contains(week);
        let gaps = (first..ends).filter(|week| !is_shown(week)).count();
        if matches!(&*row.estimand, "logrank" | "gray" | "log_hazard_ratio") && is_solvable(gaps) {
            return Verdict::Hide;
        }
        if plan.last == Some(ends) {
            Verdict::Show
        } else {
            Verdict::Hide
        }
    }

    fn take_up_is_shown(&self, plan: &ColumnPlan, row: &Row) -> bool {
        let parts = self.support.parts.iter().zip(&plan.parts);
        let mut taken = parts.filter(|(part, _)| part.item == TAKEN_UP);
        taken.all(|(_, plan)| row.week.is_some_and(|week| plan.weeks.contains(&week)))
    }

    pub(super) fn facts_of(&self, outcome: &str) -> Option<&OutcomeFacts> {
        self.outcomes.iter().find(|facts| facts.name == outcome)
    }

    fn is_exit(&self, row: &Row) -> bool {
        self.facts_of(&row.outcome)
            .is_some_and(|facts| facts.kind == "exit")
    }

    fn ticks(&self, outcome: &str) -> (i32, i32) {
        let part = self.support.part_of(outcome);
        let kind = self
            .support
            .kinds
            .iter()
            .find(|kind| part.is_some_and(|p| kind.needs.contains(&p)));
        kind.map_or((1, 0), |kind| {
            (kind.first, kind.first + kind.ticks as i32 - 1)
        })
    }

    pub(super) fn first_tick(&self, outcome: &str) -> i32 {
        self.ticks(outcome).0
    }

    pub(super) fn last_tick(&self, outcome: &str) -> i32 {
        self.ticks(outcome).1
    }
}

/// A number made of all weeks is an equation for the few that are hidden; its standard error and its limits are more.
fn is_solvable(hidden_weeks: usize) -> bool {
    (1..=4).contains(&hidden_weeks)
}

fn needs_take_up(estimand: &str) -> bool {
    matches!(
        estimand,
        "late" | "cumulative_late" | "first_stage_f" | "anderson_rubin"
    )
}

/// Takes every number away and says so.
pub(super) fn hide(row: &mut Row) {
    row.status = Status::Hidden;
    row.reason = HIDDEN.into();
    row.estimate = None;
    without_spread(row);
    (row.n, row.n_reference) = (None, None);
    (row.events, row.events_reference) = (None, None);
    (row.replicates, row.undefined_replicates) = (None, None);
}
