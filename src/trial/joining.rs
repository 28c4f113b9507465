//! The spells of a table in order, and those of weeks joined where they go on with each other.

use super::rows::{Raw, RawSpell};
use crate::numeric::parallel::{concat, sort_by};

impl RawSpell {
    /// Whether another spell is of the same person and state, and starts where this one ends.
    pub(crate) fn goes_on_with(&self, next: &Self) -> bool {
        self.person == next.person
            && self.state == next.state
            && self.to.checked_add(1) == Some(next.from)
    }
}

impl Raw {
    /// Joins sorted spells of weeks that go on with each other; amounts keep theirs.
    pub(crate) fn join(&mut self) {
        if !self.amounts.is_empty() {
            return;
        }
        let mut all = concat(&self.spells);
        let before = all.len();
        all.dedup_by(|next, spell| {
            let joins = spell.goes_on_with(next);
            if joins {
                spell.to = next.to;
            }
            joins
        });
        self.counts.joined += (before - all.len()) as u64;
        self.spells = vec![all];
    }

    /// Sorts by person and start; registers most often come that way.
    pub(crate) fn sort(&mut self) {
        let mut last = None;
        let sorted = self.spells.iter().all(|part| {
            let follows = last.is_none_or(|last| Some(last) <= part.first());
            last = part.last();
            follows
        });
        if !(sorted && self.ascending) {
            let mut all = concat(&self.spells);
            sort_by(&mut all, RawSpell::cmp);
            self.spells = vec![all];
        }
    }
}
