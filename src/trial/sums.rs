//! What is looked at in the rows of an own file before they are cut to weeks: the rows of a person's month are one amount,
//! large and negative ones are counted, flags are counted, and events are told by what became of them.

use super::cut::{Cutter, Tally, Whole};
use super::findings::shown;
use crate::registers::{Categories, EMPTY, parse_label};
use crate::study::{AmountRules, EventStatus};
use std::collections::BTreeMap;

/// Adds up the rows of one person and the same weeks; looks at the sums.
pub(crate) fn add_up(
    mut rows: Vec<Whole>,
    rules: &AmountRules,
    cutter: &mut Cutter,
    tally: &mut Tally,
) {
    let key = |whole: &Whole| (whole.person, whole.start, whole.end);
    // The rows of a key are added up, in whatever order; a copy of all of them for a stable sort would cost memory.
    if !rows.is_sorted_by_key(key) {
        rows.sort_unstable_by_key(key);
    }
    let (mut several, mut negative, mut outliers, mut capped) = (0, 0, 0, 0);
    for group in rows.chunk_by(|a, b| key(a) == key(b)) {
        let sum = (group.iter()).fold(0i64, |sum, whole| sum.saturating_add(whole.value));
        several += u64::from(group.len() > 1);
        negative += u64::from(sum < 0);
        outliers += u64::from(rules.outlier.is_some_and(|outlier| sum > outlier));
        let cut = rules.cap.filter(|cap| sum > *cap);
        capped += u64::from(cut.is_some());
        let whole = Whole {
            value: cut.unwrap_or(sum),
            ..group[0]
        };
        cutter.add_sum(whole, group.len() as u64, tally);
    }
    for (key, count) in [
        ("several_rows_added", several),
        ("negative", negative),
        ("outliers", outliers),
        ("cut_to_the_cap", capped),
    ] {
        tally.remarks.push((key.to_owned(), String::new(), count));
    }
}

/// Counts rows by the values of a column.
pub(crate) struct Flags<'a> {
    column: &'a Categories,
    counts: Vec<u64>,
    empty: u64,
}

impl<'a> Flags<'a> {
    pub(crate) fn of(column: &'a Categories) -> Self {
        Self {
            column,
            counts: vec![0; column.levels.len()],
            empty: 0,
        }
    }

    pub(crate) fn count(&mut self, row: usize) {
        match self.column.codes[row] {
            EMPTY => self.empty += 1,
            code => self.counts[code as usize] += 1,
        }
    }

    pub(crate) fn tell(self, name: &str, tally: &mut Tally) {
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for (level, count) in self.column.levels.iter().zip(self.counts) {
            *all.entry(format!("{name} = {}", word(level))).or_default() += count;
        }
        all.insert(format!("{name} is empty"), self.empty);
        let lines = all.into_iter();
        (tally.remarks).extend(lines.map(|(key, count)| (key, String::new(), count)));
    }
}

/// A label as it may stand in the accounting.
fn word(label: &str) -> String {
    shown(label).trim_matches('`').to_owned()
}

/// Where an event was counted: its arm, and whether the person was in one of the states asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    status: usize,
    arm: u16,
    among: bool,
}

/// Events told by what became of them.
pub(crate) struct Statuses<'a> {
    column: &'a Categories,
    /// Whether each level means that the event has happened.
    held: Vec<bool>,
    arms: &'a [String],
    seen: BTreeMap<Seen, u64>,
}

impl<'a> Statuses<'a> {
    pub(crate) fn of(column: &'a Categories, status: &EventStatus, arms: &'a [String]) -> Self {
        let held: Vec<String> = status.held.iter().map(|label| parse_label(label)).collect();
        Self {
            column,
            held: column
                .levels
                .iter()
                .map(|level| held.contains(level))
                .collect(),
            arms,
            seen: BTreeMap::new(),
        }
    }

    /// Whether no level means that an event has happened.
    pub(crate) fn none_held(&self) -> bool {
        !self.held.contains(&true)
    }

    /// Whether the event of a row has happened; if not, it is counted.
    pub(crate) fn is_held(&self, row: usize, tally: &mut Tally) -> bool {
        let code = self.column.codes[row];
        if code != EMPTY && self.held[code as usize] {
            return true;
        }
        *tally.not_held.entry(self.name(code)).or_default() += 1;
        false
    }

    /// Counts an event of a week that counts.
    pub(crate) fn count(&mut self, row: usize, arm: u16, among: bool) {
        let status = match self.column.codes[row] {
            EMPTY => self.column.levels.len(),
            code => code as usize,
        };
        *self.seen.entry(Seen { status, arm, among }).or_default() += 1;
    }

    fn name(&self, code: u32) -> String {
        match code {
            EMPTY => "empty".to_owned(),
            code => word(&self.column.levels[code as usize]),
        }
    }

    /// Events of weeks that count, by status and arm; with states asked for, those of persons in them apart.
    pub(crate) fn tell(self, has_among: bool, tally: &mut Tally) {
        for (seen, count) in &self.seen {
            let code = u32::try_from(seen.status).unwrap_or(EMPTY);
            let code = if seen.status == self.column.levels.len() {
                EMPTY
            } else {
                code
            };
            let place = match (has_among, seen.among) {
                (false, _) => "",
                (true, true) => " in state",
                (true, false) => " outside state",
            };
            let key = format!("events{place}: {}", self.name(code));
            let arm = self.arms[usize::from(seen.arm)].clone();
            tally.remarks.push((key, arm, *count));
        }
    }
}
