//! A person's weeks, cut into runs of one cell each.

use super::{Cell, Counted, Source};
use crate::numeric::parallel;
use crate::panel::{BLOCK, mean};
use crate::registers::calendar::IsoWeek;
use crate::study::{CostBenefit, OutcomeKind, Study};
use crate::trial::Trial;
use std::collections::BTreeMap;

/// `value` in each of the weeks `start..end` of one cell.
pub(super) struct Run {
    pub cell: Cell,
    pub start: i32,
    pub end: i32,
    pub value: i64,
}

/// Half-years by ISO week.
pub(super) struct Calendar {
    first: i32,
    halves: Vec<i32>,
}

impl Calendar {
    pub fn of(trial: &Trial) -> Self {
        let weeks = trial.first_week.as_deref().unwrap_or_default();
        let first = weeks.iter().min().copied().unwrap_or(0);
        let last = weeks.iter().max().copied().unwrap_or(0) + trial.horizon as i32;
        let half = |week: i32| {
            IsoWeek(week)
                .month()
                .map_or(0, |month| month.0.div_euclid(6))
        };
        Self {
            first,
            halves: (first..last).map(half).collect(),
        }
    }

    /// The half-year of a person's trial week.
    fn half(&self, trial: &Trial, person: usize, week: i32) -> Option<i32> {
        let first = trial.first_week.as_ref()?[person];
        let index = usize::try_from(first + week - 1 - self.first).ok()?;
        self.halves.get(index).copied()
    }
}

/// The outcome that makes a benefit week active.
pub(super) enum Active {
    /// Weeks in states of a table, by their marks.
    States(usize, Vec<bool>),
    /// Weeks with any of the amounts or events of an outcome.
    Records(usize),
}

impl Active {
    pub fn of(study: &Study, trial: &Trial, asked: &CostBenefit) -> Option<Self> {
        let outcome = asked.active?;
        match &study.outcomes.get(outcome)?.kind {
            OutcomeKind::WeeksIn { table, states } => {
                let marks = mean::members(trial.tables.get(*table)?, states);
                Some(Self::States(*table, marks))
            }
            _ => Some(Self::Records(outcome)),
        }
    }

    /// A person's active weeks, half-open.
    fn weeks(&self, trial: &Trial, person: usize) -> Vec<(i32, i32)> {
        match self {
            Self::States(table, inside) => (trial.tables[*table].of(person).iter())
                .filter(|spell| inside[usize::from(spell.state)])
                .map(|spell| (spell.start, spell.end))
                .collect(),
            Self::Records(outcome) => (trial.records[*outcome].iter())
                .flat_map(|records| records.of(person))
                .filter(|run| run.value != 0)
                .map(|run| (run.start, run.end))
                .collect(),
        }
    }
}

/// Walks a person's quantities, cut into runs of one cell.
pub(super) struct Walk<'a> {
    pub trial: &'a Trial,
    pub sources: &'a [Source],
    /// Marks of the benefit states of the first table.
    pub benefit: &'a [bool],
    /// First benefit week of each band.
    pub bands: Vec<i32>,
    /// Benefit weeks of each person before trial week 1; empty: they do not count.
    pub before: &'a [i32],
    /// What makes a benefit week active.
    pub active: Option<Active>,
    pub calendar: &'a Calendar,
}

impl Walk<'_> {
    /// The cells that somebody has a quantity in, and in which weeks.
    pub fn cells(&self, horizon: usize) -> BTreeMap<Cell, Vec<bool>> {
        let blocks = parallel::blocks(self.trial.persons(), BLOCK);
        let parts = parallel::map_ordered(blocks.len(), |b| {
            let mut found: BTreeMap<Cell, Vec<bool>> = BTreeMap::new();
            for person in blocks[b].clone() {
                self.runs(person, &mut |run| {
                    let weeks = found
                        .entry(run.cell)
                        .or_insert_with(|| vec![false; horizon]);
                    weeks[run.start as usize - 1..run.end as usize - 1].fill(true);
                });
            }
            found
        });
        let mut all: BTreeMap<Cell, Vec<bool>> = BTreeMap::new();
        for (cell, weeks) in parts.into_iter().flatten() {
            let known = all.entry(cell).or_insert_with(|| vec![false; horizon]);
            known.iter_mut().zip(weeks).for_each(|(a, b)| *a |= b);
        }
        all
    }

    pub fn runs(&self, person: usize, tell: &mut impl FnMut(Run)) {
        let horizon = self.trial.horizon as i32;
        let active = (self.active.as_ref()).map(|active| active.weeks(self.trial, person));
        let earlier = self.before.get(person).copied().unwrap_or(0);
        for source in self.sources {
            let mut taken = false;
            let mut cut = |start: i32, end: i32, value: i64, before: i32| {
                let (start, stop) = (start.max(1), end.min(horizon + 1));
                if value == 0 || start >= stop || taken {
                    return;
                }
                let run = match source.counted {
                    Counted::All => (start, stop, value),
                    Counted::First => {
                        taken = true;
                        (start, start + 1, 1)
                    }
                };
                self.cut((source, active.as_deref()), person, run, before, tell);
            };
            if let Some(inside) = &source.inside {
                let mut cumulated = earlier;
                for spell in self.trial.tables[source.table].of(person) {
                    if inside[usize::from(spell.state)] {
                        cut(spell.start, spell.end, 1, cumulated);
                    }
                    if source.banded && self.benefit[usize::from(spell.state)] {
                        cumulated += spell.end - spell.start;
                    }
                }
            } else if let Some(records) = &self.trial.records[source.outcome] {
                for run in records.of(person) {
                    cut(run.start, run.end, run.value, 0);
                }
            }
        }
    }

    /// First and last week of the band of a benefit week.
    fn band(&self, cumulated: i32) -> (i32, Option<i32>) {
        let next = self.bands.partition_point(|&first| first <= cumulated);
        let last = self.bands.get(next).map(|first| first - 1);
        (self.bands[next - 1], last)
    }

    /// Cuts weeks of one value where the cell changes; `before` benefit weeks lie before them.
    fn cut(
        &self,
        (source, active): (&Source, Option<&[(i32, i32)]>),
        person: usize,
        (start, end, value): (i32, i32, i64),
        before: i32,
        tell: &mut impl FnMut(Run),
    ) {
        let cell_of = |week: i32| {
            let cumulated = before + week - start + 1;
            Cell {
                outcome: source.outcome,
                counted: source.counted,
                half_year: (source.inside.as_ref())
                    .filter(|_| source.counted == Counted::All)
                    .and_then(|_| self.calendar.half(self.trial, person, week)),
                band: (source.banded).then(|| self.band(cumulated)),
                active: (active.filter(|_| source.banded))
                    .map(|weeks| weeks.iter().any(|(a, b)| (*a..*b).contains(&week))),
            }
        };
        let (mut from, mut cell) = (start, cell_of(start));
        for week in start + 1..=end {
            let next = (week < end).then(|| cell_of(week));
            if next != Some(cell) {
                tell(Run {
                    cell,
                    start: from,
                    end: week,
                    value,
                });
                from = week;
                cell = next.unwrap_or(cell);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands;
    use super::*;
    use crate::trial::{Spell, SpellTable};

    /// One person on benefit in weeks 1-6, at work in weeks 7-9, on benefit again in weeks 10-12. Week 1 is ISO week
    /// 2130, the one of 2010-10-27; its half-year ends with week 2139 (Thursday 2010-12-30), which is trial week 10.
    fn trial() -> Trial {
        let spell = |start, end, state| Spell { start, end, state };
        Trial {
            horizon: 12,
            arms: vec!["c".into()],
            strata: vec![String::new()],
            arm: vec![0],
            stratum: vec![0],
            first_week: Some(vec![2130]),
            tables: vec![SpellTable {
                name: "spells".into(),
                states: vec!["benefit".into(), "work".into()],
                absorbing: vec![false, false],
                offsets: vec![0, 3],
                spells: vec![spell(1, 7, 0), spell(7, 10, 1), spell(10, 13, 0)],
                followed: vec![12],
            }],
            ..Trial::default()
        }
    }

    fn walked(trial: &Trial, state: &str, banded: bool) -> Vec<(String, String, i32, i32)> {
        walked_with(trial, (state, banded), (&[], &[]))
    }

    fn walked_with(
        trial: &Trial,
        (state, banded): (&str, bool),
        (more, before): (&[u32], &[i32]),
    ) -> Vec<(String, String, i32, i32)> {
        let table = &trial.tables[0];
        let sources = [Source {
            outcome: 0,
            table: 0,
            scale: 1.0,
            inside: Some(mean::members(table, &[state.to_owned()])),
            counted: Counted::All,
            banded,
        }];
        let walk = Walk {
            trial,
            sources: &sources,
            benefit: &[true, false],
            bands: bands(more),
            before,
            active: None,
            calendar: &Calendar::of(trial),
        };
        let mut out = Vec::new();
        walk.runs(0, &mut |run| {
            let cell = run.cell;
            let labels = (cell.half_year_label(), cell.band_label());
            out.push((labels.0, labels.1, run.start, run.end));
        });
        out
    }

    fn run(half: &str, band: &str, start: i32, end: i32) -> (String, String, i32, i32) {
        (half.to_owned(), band.to_owned(), start, end)
    }

    #[test]
    fn benefit_weeks_are_cut_at_new_year_and_at_the_rungs_of_the_refund() {
        assert_eq!(
            walked(&trial(), "benefit", true),
            [
                run("2010H2", "1-4", 1, 5),
                run("2010H2", "5-26", 5, 7),
                // Cumulated over the break: weeks 7, 8, 9 of benefit.
                run("2010H2", "5-26", 10, 11),
                run("2011H1", "5-26", 11, 13),
            ]
        );
        assert_eq!(walked(&trial(), "work", false), [run("2010H2", "", 7, 10)]);
    }

    #[test]
    fn weeks_on_benefit_before_the_trial_count_and_a_study_has_rungs_of_its_own() {
        assert_eq!(
            walked_with(&trial(), ("benefit", true), (&[8], &[3])),
            [
                run("2010H2", "1-4", 1, 2),
                run("2010H2", "5-7", 2, 5),
                run("2010H2", "8-26", 5, 7),
                run("2010H2", "8-26", 10, 11),
                run("2011H1", "8-26", 11, 13),
            ]
        );
    }

    #[test]
    fn a_study_in_trial_weeks_has_no_half_years() {
        let mut trial = trial();
        trial.first_week = None;
        trial.horizon = 60;
        trial.tables[0].spells = vec![Spell {
            start: 1,
            end: 61,
            state: 0,
        }];
        trial.tables[0].offsets = vec![0, 1];
        let found = walked(&trial, "benefit", true);
        let weeks: Vec<(&str, &str, i32, i32)> = found
            .iter()
            .map(|r| (r.0.as_str(), r.1.as_str(), r.2, r.3))
            .collect();
        assert_eq!(
            weeks,
            [
                ("", "1-4", 1, 5),
                ("", "5-26", 5, 27),
                ("", "27-52", 27, 53),
                ("", "53-", 53, 61)
            ]
        );
    }
}
