//! What may be shown of whom: for everybody and for each subgroup column which parts, at which levels, in which weeks.
//!
//! Parts are taken in the order of the study, so that the headline goes first. A part that may not be shown in the last week is hidden.
//! One that would cost the others more than half of the weeks has fewer weeks of its own, the last among them. Levels that may not be shown are
//! hidden together: what is left when the shown levels are taken from everybody must be large enough too.

use super::grid::{Series, grid, may_show};
use crate::results::support::{Column, Group, Part, Support, TAKEN_UP};
use std::collections::{BTreeMap, BTreeSet};

/// Where a part of a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// In the weeks of the column.
    Weeks,
    /// In some of them.
    Own,
    /// Nowhere.
    Nowhere,
}

/// A part in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartPlan {
    pub shown: Shown,
    /// The weeks (ticks) it is shown in.
    pub weeks: BTreeSet<i32>,
    /// Levels that are not shown.
    pub hidden: BTreeSet<usize>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnPlan {
    /// Weeks (ticks) that are shown, the last included.
    pub weeks: BTreeSet<i32>,
    /// The last week shown.
    pub last: Option<i32>,
    /// Levels whose numbers of persons are not shown.
    pub hidden: BTreeSet<usize>,
    /// Parts, in the order of the support.
    pub parts: Vec<PartPlan>,
}

/// Weeks that may not be shown of a column, by its name.
pub(super) type Blocked = BTreeMap<String, BTreeSet<i32>>;

/// The plan of every column of the support, everybody first.
pub(super) fn plan(support: &Support, smallest: u64, blocked: &Blocked) -> Vec<ColumnPlan> {
    let mut plans: Vec<ColumnPlan> = Vec::new();
    for (place, column) in support.columns.iter().enumerate() {
        let planner = Planner {
            support,
            column,
            smallest,
            everybody: plans.first(),
            blocked: blocked.get(&column.name),
        };
        let hidden = if place == 0 || planner.can_stand_beside(place, &plans) {
            planner.small_levels()
        } else {
            (0..column.levels.len()).collect()
        };
        plans.push(planner.plan(hidden));
    }
    plans
}

struct Planner<'a> {
    support: &'a Support,
    column: &'a Column,
    smallest: u64,
    everybody: Option<&'a ColumnPlan>,
    blocked: Option<&'a BTreeSet<i32>>,
}

impl Planner<'_> {
    fn arms(&self) -> usize {
        self.column.groups.first().map_or(0, Vec::len)
    }

    /// Persons of everybody who are at none of the shown levels: what a subtraction leaves.
    fn rest(&self, hidden: &BTreeSet<usize>, arm: usize) -> Option<Group> {
        self.everybody?;
        let shown = (0..self.column.levels.len()).filter(|level| !hidden.contains(level));
        let mut sum = Group::default();
        shown.for_each(|level| sum.add(&self.column.groups[level][arm]));
        Some(without(&self.support.columns[0].groups[0][arm], &sum))
    }

    /// The level with the fewest persons among those not hidden.
    fn smallest_level(&self, hidden: &BTreeSet<usize>) -> Option<usize> {
        let persons = |level: &usize| {
            let groups = &self.column.groups[*level];
            groups.iter().map(|group| group.persons).min()
        };
        (0..self.column.levels.len())
            .filter(|level| !hidden.contains(level))
            .min_by_key(persons)
    }

    /// Levels with too few persons in an arm, and those that would give them away.
    fn small_levels(&self) -> BTreeSet<usize> {
        let is_small = |group: &Group| !may_show(group.persons, self.smallest);
        let levels = self.column.groups.iter().enumerate();
        let mut hidden: BTreeSet<usize> = levels
            .filter(|(_, groups)| groups.iter().any(is_small))
            .map(|(level, _)| level)
            .collect();
        while (0..self.arms()).any(|arm| self.rest(&hidden, arm).is_some_and(|g| is_small(&g))) {
            let Some(next) = self.smallest_level(&hidden) else {
                break;
            };
            hidden.insert(next);
        }
        hidden
    }

    /// Whether no level of this column is one of an earlier column, or some together, but for a few persons.
    fn can_stand_beside(&self, place: usize, plans: &[ColumnPlan]) -> bool {
        let columns = &self.support.columns;
        let overlaps = |earlier: usize, arm: usize| {
            (self.support.overlaps.iter()).filter(move |overlap| {
                overlap.arm == arm && overlap.first.0 == earlier && overlap.second.0 == place
            })
        };
        for (earlier, plan) in plans.iter().enumerate().skip(1) {
            if plan.parts.iter().all(|part| part.shown == Shown::Nowhere) {
                continue;
            }
            for arm in 0..self.arms() {
                // Levels of one column that lie within a level of the other leave what is not in them.
                for (coarse, fine) in [(earlier, place), (place, earlier)] {
                    let persons =
                        |column: usize, level: usize| columns[column].groups[level][arm].persons;
                    for level in 0..columns[coarse].levels.len() {
                        let pair = |overlap: &crate::results::support::Overlap| {
                            if coarse == earlier {
                                (overlap.first.1, overlap.second.1, overlap.persons)
                            } else {
                                (overlap.second.1, overlap.first.1, overlap.persons)
                            }
                        };
                        let inside: u64 = overlaps(earlier, arm)
                            .map(pair)
                            .filter(|(outer, inner, both)| {
                                *outer == level && *both == persons(fine, *inner)
                            })
                            .map(|(_, _, both)| both)
                            .sum();
                        let left = persons(coarse, level) - inside;
                        if inside > 0 && !may_show(left, self.smallest) {
                            return false;
                        }
                    }
                }
            }
        }
        true
    }

    /// The outcome whose destination a part is: its rows tell who is at risk too.
    fn outcome_of(&self, part: usize) -> Option<usize> {
        let parts = &self.support.parts;
        let is_destination = !parts[part].item.is_empty() && parts[part].item != TAKEN_UP;
        let is_outcome =
            |other: &Part| other.item.is_empty() && other.outcome == parts[part].outcome;
        is_destination
            .then(|| parts.iter().position(is_outcome))
            .flatten()
    }

    fn plan(&self, hidden: BTreeSet<usize>) -> ColumnPlan {
        let mut candidates: Vec<i32> = self.column.shown.clone();
        candidates.retain(|tick| {
            self.everybody.is_none_or(|all| all.weeks.contains(tick))
                && self.blocked.is_none_or(|blocked| !blocked.contains(tick))
        });
        let mut plan = ColumnPlan {
            weeks: BTreeSet::new(),
            last: candidates.last().copied(),
            parts: vec![
                PartPlan {
                    shown: Shown::Nowhere,
                    weeks: BTreeSet::new(),
                    hidden: BTreeSet::new(),
                };
                self.support.parts.len()
            ],
            hidden,
        };
        let Some(last) = plan.last else {
            return plan;
        };
        for part in 0..self.support.parts.len() {
            let of_all = self.everybody.map(|all| all.parts[part].shown);
            let of_outcome = self.outcome_of(part).map(|own| plan.parts[own].shown);
            if ![of_all, of_outcome].contains(&Some(Shown::Nowhere)) {
                self.settle_levels(&mut plan, part, last);
            }
        }
        let mut weeks = candidates.clone();
        for part in 0..self.support.parts.len() {
            if plan.parts[part].shown == Shown::Nowhere {
                continue;
            }
            let of_all = self.everybody.map(|all| all.parts[part].shown);
            let of_outcome = self.outcome_of(part).map(|own| plan.parts[own].shown);
            if [of_all, of_outcome].contains(&Some(Shown::Own)) {
                continue;
            }
            plan.parts[part].shown = Shown::Weeks;
            let by_week = |n: usize| plan.parts[n].shown == Shown::Weeks;
            let found = self.with_series(&plan, by_week, None, |series| {
                grid(&candidates, series, self.smallest)
            });
            // The first may take what it needs; the others must leave half.
            if 2 * found.len() < weeks.len() {
                plan.parts[part].shown = Shown::Own;
            } else {
                weeks = found;
            }
        }
        plan.weeks = weeks.into_iter().collect();
        let mut settled = vec![false; self.support.parts.len()];
        for part in 0..self.support.parts.len() {
            plan.parts[part].weeks = match plan.parts[part].shown {
                Shown::Nowhere => continue,
                Shown::Weeks => plan.weeks.clone(),
                Shown::Own => {
                    settled[part] = true;
                    self.own_weeks(&plan, part, &settled)
                }
            };
        }
        plan
    }

    /// The weeks of a part that has fewer than the others, given those of the parts settled before.
    fn own_weeks(&self, plan: &ColumnPlan, part: usize, settled: &[bool]) -> BTreeSet<i32> {
        let mut candidates: Vec<i32> = plan.weeks.iter().copied().collect();
        let outcome = self.outcome_of(part);
        candidates.retain(|tick| {
            self.everybody
                .is_none_or(|all| all.parts[part].weeks.contains(tick))
                && outcome.is_none_or(|own| plan.parts[own].weeks.contains(tick))
        });
        let known = |n: usize| plan.parts[n].shown == Shown::Weeks || settled[n];
        let found = self.with_series(plan, known, Some(part), |series| {
            grid(&candidates, series, self.smallest)
        });
        found.into_iter().collect()
    }

    /// Which levels of a part may be shown in the last week, given the parts before it.
    fn settle_levels(&self, plan: &mut ColumnPlan, part: usize, last: i32) {
        let mut hidden = plan.hidden.clone();
        if let Some(own) = self.outcome_of(part) {
            hidden.extend(&plan.parts[own].hidden);
        }
        let any = |part: usize, plan: &ColumnPlan| plan.parts[part].shown != Shown::Nowhere;
        let passes = |series: &Series<'_>| series.passes(None, last, self.smallest);
        // Levels whose own numbers are too small, with what the parts before tell of them.
        for level in 0..self.column.levels.len() {
            let known =
                |n: usize| n == part || any(n, plan) && !plan.parts[n].hidden.contains(&level);
            let mine = self.support.kinds.iter().enumerate();
            let mine: Vec<usize> = mine
                .filter(|(_, kind)| {
                    kind.needs.contains(&part) && kind.needs.iter().all(|n| known(*n))
                })
                .map(|(place, _)| place)
                .collect();
            let groups = &self.column.groups[level];
            if groups
                .iter()
                .any(|group| !mine.iter().all(|place| passes(&self.series(*place, group))))
            {
                hidden.insert(level);
            }
        }
        // Then the smallest levels until what is left of everybody is large enough.
        while hidden.len() < self.column.levels.len() {
            plan.parts[part] = PartPlan {
                shown: Shown::Own,
                weeks: BTreeSet::from([last]),
                hidden: hidden.clone(),
            };
            let rests = self.rests(plan, |n| any(n, plan));
            let touched = |place: &usize| {
                let what = self.support.kinds[*place].what;
                let routes = self.support.kinds.iter().filter(|kind| kind.what == what);
                routes.flat_map(|kind| &kind.needs).any(|n| *n == part)
            };
            let fails = rests.iter().any(|(places, groups)| {
                let places = places.iter().filter(|place| touched(place));
                places.clone().any(|place| {
                    !groups
                        .iter()
                        .all(|group| passes(&self.series(*place, group)))
                })
            });
            if !fails {
                return;
            }
            hidden.extend(self.smallest_level(&hidden));
        }
        plan.parts[part] = PartPlan {
            shown: Shown::Nowhere,
            weeks: BTreeSet::new(),
            hidden,
        };
    }

    fn series<'s>(&'s self, place: usize, group: &'s Group) -> Series<'s> {
        Series {
            kind: &self.support.kinds[place],
            track: &group.tracks[place],
        }
    }

    /// What a reader can subtract from everybody: for each set of levels that are known of a count, by whatever way, the
    /// places of such counts and what is left in each arm.
    fn rests(
        &self,
        plan: &ColumnPlan,
        counts: impl Fn(usize) -> bool,
    ) -> Vec<(Vec<usize>, Vec<Group>)> {
        let Some(everybody) = self.everybody else {
            return Vec::new();
        };
        let kinds = &self.support.kinds;
        let mut by_levels: BTreeMap<BTreeSet<usize>, Vec<usize>> = BTreeMap::new();
        let mut done = BTreeSet::new();
        for (place, kind) in kinds.iter().enumerate() {
            if !done.insert(kind.what) {
                continue;
            }
            let routes = || kinds.iter().filter(|other| other.what == kind.what);
            let of_all = |n: &usize| everybody.parts[*n].shown != Shown::Nowhere;
            if !routes().any(|route| route.needs.iter().all(of_all)) {
                continue;
            }
            let unknown: BTreeSet<usize> = (0..self.column.levels.len())
                .filter(|level| {
                    let known = |n: &usize| counts(*n) && !plan.parts[*n].hidden.contains(level);
                    !routes().any(|route| route.needs.iter().all(known))
                })
                .collect();
            if unknown.len() < self.column.levels.len() {
                by_levels.entry(unknown).or_default().push(place);
            }
        }
        let arms = 0..self.arms();
        let rest = |unknown: &BTreeSet<usize>| {
            arms.clone()
                .filter_map(|arm| self.rest(unknown, arm))
                .collect()
        };
        (by_levels.into_iter())
            .map(|(unknown, places)| (places, rest(&unknown)))
            .collect()
    }

    /// The series of all groups, the rest included, that the counted parts give away; with `part`, only those it belongs to.
    fn with_series<T>(
        &self,
        plan: &ColumnPlan,
        counts: impl Fn(usize) -> bool,
        part: Option<usize>,
        then: impl FnOnce(&[Series<'_>]) -> T,
    ) -> T {
        let belongs = |place: usize| {
            let what = self.support.kinds[place].what;
            let mut routes = self.support.kinds.iter().filter(|kind| kind.what == what);
            part.is_none_or(|part| routes.any(|kind| kind.needs.contains(&part)))
        };
        let rests = self.rests(plan, &counts);
        let mut series = Vec::new();
        for (level, groups) in self.column.groups.iter().enumerate() {
            let known = |n: &usize| counts(*n) && !plan.parts[*n].hidden.contains(&level);
            for (place, kind) in self.support.kinds.iter().enumerate() {
                if belongs(place) && kind.needs.iter().all(known) {
                    series.extend(groups.iter().map(|group| self.series(place, group)));
                }
            }
        }
        for (places, groups) in &rests {
            for place in places.iter().filter(|place| belongs(**place)) {
                series.extend(groups.iter().map(|group| self.series(*place, group)));
            }
        }
        then(&series)
    }
}

/// What is left of a group without others of it.
fn without(all: &Group, some: &Group) -> Group {
    let less = |all: &[u64], some: Option<&Vec<u64>>| {
        let taken = |place: usize| some.and_then(|s| s.get(place)).copied().unwrap_or(0);
        (all.iter().enumerate())
            .map(|(place, count)| count.saturating_sub(taken(place)))
            .collect::<Vec<u64>>()
    };
    let mut left = all.clone();
    left.persons = all.persons.saturating_sub(some.persons);
    for (place, track) in left.tracks.iter_mut().enumerate() {
        let other = some.tracks.get(place);
        track.counts = less(&all.tracks[place].counts, other.map(|t| &t.counts));
        track.ever = less(&all.tracks[place].ever, other.map(|t| &t.ever));
    }
    left
}
