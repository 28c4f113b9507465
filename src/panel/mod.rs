//! Outcomes as sparse weekly contributions: what each person adds to the totals, and where it changes.
//!
//! A person's history of one outcome is a short list of [`Entry`]s over a small table of `channels x ticks`. Channels
//! that change rarely are difference-coded (+1 where a state starts, -1 where it ends); a prefix sum over ticks makes
//! levels of them again. So cost follows changes, not weeks.

pub mod classes;
mod exit;
pub mod ledger;
mod mean;
mod read;
mod share;
mod stays;
pub mod take_up;

pub use read::Read;

use ledger::Ledger;

use crate::error::{Class, Diagnostic, Error, Result};
use crate::numeric::parallel;
use crate::study::{OutcomeKind, Study, Tick};
use crate::trial::{AccountingLine, Trial};

/// One change: add `delta` at `slot = channel * ticks + tick index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where.
    pub slot: u32,
    /// How much; amounts too large for 32 bits are several entries.
    pub delta: i32,
}

/// What the channels of an outcome mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Channel 0: followed; channel 1: the value.
    Mean {
        /// What the value is.
        value: Value,
    },
    /// Channel 0: in the state; channel 1: in the state with an event.
    Share,
    /// Quantities to be priced: see [`ledger`].
    Ledger,
    /// Channel 0: at risk; channel 1 + k: exits to destination k.
    Exit {
        /// Whether everybody at risk is so from the first tick on, so that survival is defined.
        survival: Survival,
    },
}

/// What a weekly value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// 1 in the state, else 0.
    State,
    /// A count of events.
    Count,
    /// An amount in fixed point.
    Amount,
}

/// Whether an exit outcome has a survival curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    /// Yes: one spell per person.
    Defined,
    /// No: every spell of a person counts.
    Absent,
}

/// The shape of an outcome's table of totals.
#[derive(Clone, Debug)]
pub struct Shape {
    /// What the channels mean.
    pub kind: Kind,
    /// Label of the first tick: 1 for weeks, 0 for durations.
    pub first_tick: i32,
    /// Number of ticks.
    pub ticks: usize,
    /// Number of channels.
    pub channels: usize,
    /// Destinations of an exit, in channel order.
    pub destinations: Vec<String>,
    /// Values are divided by this (10^decimals of an amount).
    pub divisor: f64,
    /// Horizon in ticks.
    pub horizon: i32,
}

impl Shape {
    /// Slots of one cell.
    pub fn slots(&self) -> usize {
        self.channels * self.ticks
    }

    /// Whether totals of the value are numbers of weeks, events or persons.
    pub fn is_counted(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Mean {
                value: Value::Amount
            }
        )
    }

    /// Whether a channel is difference-coded.
    pub fn differenced(&self, channel: usize) -> bool {
        match self.kind {
            Kind::Mean { .. } | Kind::Ledger => true,
            Kind::Share | Kind::Exit { .. } => channel == 0,
        }
    }

    /// Turns difference-coded channels of one cell into levels, in place.
    pub fn accumulate_levels(&self, cell: &mut [i64]) {
        for channel in 0..self.channels {
            if self.differenced(channel) {
                let mut level = 0_i64;
                for value in &mut cell[channel * self.ticks..(channel + 1) * self.ticks] {
                    level += *value;
                    *value = level;
                }
            }
        }
    }

    /// Slot of a tick label in a channel.
    fn slot(&self, channel: usize, tick: i32) -> u32 {
        (channel * self.ticks) as u32 + (tick - self.first_tick) as u32
    }

    /// Last tick label.
    pub fn last_tick(&self) -> i32 {
        self.first_tick + self.ticks as i32 - 1
    }
}

/// One outcome of all persons.
#[derive(Clone, Debug)]
pub struct OutcomePanel {
    /// Shape of its totals.
    pub shape: Shape,
    /// `entries[offsets[i]..offsets[i + 1]]` are person i's, by slot, one per slot unless split.
    pub offsets: Vec<u32>,
    /// Entries.
    pub entries: Vec<Entry>,
}

impl OutcomePanel {
    /// Entries of one person.
    pub fn of(&self, person: usize) -> &[Entry] {
        &self.entries[self.offsets[person] as usize..self.offsets[person + 1] as usize]
    }

    /// How persons stand in channel 0.
    pub fn presence(&self) -> Presence {
        let persons = parallel::blocks(self.offsets.len().saturating_sub(1), BLOCK);
        let steady = |person: usize| {
            let mut channel = self
                .of(person)
                .iter()
                .take_while(|e| (e.slot as usize) < self.shape.ticks);
            let starts = channel.next() == Some(&Entry { slot: 0, delta: 1 });
            match self.shape.kind {
                Kind::Exit { .. } => {
                    let stays = starts && channel.all(|e| e.delta < 0);
                    stays || self.of(person).is_empty()
                }
                _ => starts && channel.next().is_none(),
            }
        };
        let all = parallel::map_ordered(persons.len(), |b| persons[b].clone().all(steady));
        if all.into_iter().all(|all| all) {
            Presence::Throughout
        } else {
            Presence::Partly
        }
    }
}

/// Whether persons stand in the table of an outcome all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Values: everybody is followed at every tick. Exits: who is ever at risk is so from the first tick on, once.
    Throughout,
    /// Somebody is lost early, joins late or comes back.
    Partly,
}

/// All outcomes, in the order of the study.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Outcomes.
    pub outcomes: Vec<OutcomePanel>,
    /// Quantities to be priced, when the study asks for them.
    pub ledger: Option<Ledger>,
    /// What some analysis of the study reads; only that tells persons apart in the class table.
    pub read: Read,
    /// Counted remarks, such as persons who are not at risk in week 1.
    pub remarks: Vec<AccountingLine>,
}

/// One person's changes while they are collected; canonical once [`History::finish`] has run.
#[derive(Default)]
struct History {
    changes: Vec<(u32, i64)>,
    /// Room for the stretches of an exit.
    stretches: Vec<exit::Stretch>,
}

impl History {
    fn add(&mut self, slot: u32, delta: i64) {
        self.changes.push((slot, delta));
    }

    /// Adds a level `value` over ticks `start..end` of a difference-coded channel, cut to the table.
    fn level(&mut self, shape: &Shape, channel: usize, span: (i32, i32), value: i64) {
        let (start, end) = (span.0.max(shape.first_tick), span.1);
        let last = shape.last_tick();
        if start >= end || start > last {
            return;
        }
        self.add(shape.slot(channel, start), value);
        if end <= last {
            self.add(shape.slot(channel, end), -value);
        }
    }

    /// Sorted by slot, equal slots summed, zeros gone: the same history whatever way the spells were cut.
    fn finish(&mut self, out: &mut Vec<Entry>) {
        self.changes.sort_unstable_by_key(|change| change.0);
        let mut i = 0;
        while i < self.changes.len() {
            let slot = self.changes[i].0;
            let mut sum = 0_i64;
            while i < self.changes.len() && self.changes[i].0 == slot {
                sum += self.changes[i].1;
                i += 1;
            }
            while sum != 0 {
                let part = sum.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
                out.push(Entry {
                    slot,
                    delta: part as i32,
                });
                sum -= part;
            }
        }
        self.changes.clear();
    }
}

/// Persons handled by one task; fixed, so that nothing depends on the number of threads.
const BLOCK: usize = 4096;

/// Runs `fill` for every person, in parallel, and packs the histories.
fn collect(
    persons: usize,
    shape: Shape,
    fill: impl Fn(usize, &Shape, &mut History) + Sync,
) -> OutcomePanel {
    let blocks = parallel::blocks(persons, BLOCK);
    let parts = parallel::map_ordered(blocks.len(), |b| {
        let mut history = History::default();
        let mut entries = Vec::with_capacity(2 * blocks[b].len());
        let mut lengths = Vec::with_capacity(blocks[b].len());
        for person in blocks[b].clone() {
            let before = entries.len();
            fill(person, &shape, &mut history);
            history.finish(&mut entries);
            lengths.push((entries.len() - before) as u32);
        }
        (entries, lengths)
    });
    let mut offsets = Vec::with_capacity(persons + 1);
    offsets.push(0_u32);
    let mut end = 0;
    let mut entries = Vec::with_capacity(parts.len());
    for (part, lengths) in parts {
        offsets.extend(lengths.iter().map(|length| {
            end += length;
            end
        }));
        entries.push(part);
    }
    let entries = parallel::concat(&entries);
    OutcomePanel {
        shape,
        offsets,
        entries,
    }
}

/// Builds the panel of every outcome of the study.
///
/// # Errors
/// When a sum over all persons could pass 63 bits: then the unit is too fine.
pub fn build(study: &Study, trial: &Trial) -> Result<Panel> {
    let mut remarks = Vec::new();
    let mut outcomes = Vec::with_capacity(study.outcomes.len());
    for (index, outcome) in study.outcomes.iter().enumerate() {
        let built = match &outcome.kind {
            OutcomeKind::WeeksIn { table, states } => mean::weeks_in(trial, *table, states),
            OutcomeKind::Inflow { table, states } => {
                stays::inflow(trial, (*table, states), &outcome.name, &mut remarks)
            }
            OutcomeKind::Lasting {
                table,
                states,
                over,
            } => stays::lasting(trial, (*table, states), *over as i32),
            OutcomeKind::Amount { decimals, .. } => mean::records(
                trial,
                mean::table_of(&outcome.kind),
                index,
                (Value::Amount, 10_f64.powi(*decimals as i32)),
            ),
            OutcomeKind::Events { .. } => mean::records(
                trial,
                mean::table_of(&outcome.kind),
                index,
                (Value::Count, 1.0),
            ),
            OutcomeKind::ShareAmong { table, among, .. } => {
                share::build(trial, *table, among, index)
            }
            OutcomeKind::Exit {
                source,
                to,
                at_risk,
                sustained,
            } => exit::build(
                trial,
                &exit::Definition {
                    source,
                    to,
                    at_risk: *at_risk,
                    sustained: (*sustained).max(1) as i32,
                },
                &outcome.name,
                &mut remarks,
            ),
        };
        bound(&outcome.name, trial, &built)?;
        outcomes.push(built);
    }
    let ledger = ledger::build(study, trial)?;
    if let Some(ledger) = &ledger {
        bound("cost_benefit", trial, &ledger.histories)?;
    }
    Ok(Panel {
        outcomes,
        ledger,
        read: Read::of(study, trial),
        remarks,
    })
}

/// The most persons a draw can hold: n, or as many times the largest cluster as there are clusters.
fn most_drawn(trial: &Trial) -> usize {
    let Some(cluster) = &trial.cluster else {
        return trial.persons();
    };
    let last = cluster.iter().max().map_or(0, |&last| last as usize);
    let mut sizes = vec![0_usize; last + 1];
    for &cluster in cluster {
        sizes[cluster as usize] += 1;
    }
    let clusters = sizes.iter().filter(|&&size| size > 0).count();
    clusters * sizes.iter().max().copied().unwrap_or(0)
}

/// The largest sum any draw can reach, bounded before anything is drawn.
fn bound(name: &str, trial: &Trial, outcome: &OutcomePanel) -> Result<()> {
    let blocks = parallel::blocks(trial.persons(), BLOCK);
    let largest = parallel::map_ordered(blocks.len(), |b| {
        let sum = |person: usize| {
            let deltas = outcome.of(person).iter();
            deltas.map(|entry| i128::from(entry.delta).abs()).sum()
        };
        blocks[b].clone().map(sum).max().unwrap_or(0_i128)
    });
    let largest = largest.into_iter().max().unwrap_or(0);
    let reach = largest * most_drawn(trial) as i128 * outcome.shape.ticks as i128;
    if reach < i128::from(i64::MAX) {
        return Ok(());
    }
    Err(Error::one(
        Class::Data,
        Diagnostic::error(
            "RV0401",
            format!("the sums of outcome `{name}` could pass 63 bits"),
            "keep fewer decimals for this outcome, or look for an amount that is far too large",
        ),
    ))
}

/// `week` or `day`.
pub fn tick_name(study: &Study, outcome: &OutcomeKind) -> &'static str {
    match (outcome, &study.durations) {
        (
            OutcomeKind::Exit {
                source: crate::study::ExitSource::Durations,
                ..
            },
            Some(durations),
        ) if durations.tick == Tick::Day => "day",
        _ => "week",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_the_same_however_its_spells_are_cut() {
        let shape = Shape {
            kind: Kind::Mean {
                value: Value::State,
            },
            first_tick: 1,
            ticks: 10,
            channels: 2,
            destinations: vec![],
            divisor: 1.0,
            horizon: 10,
        };
        let mut whole = Vec::new();
        let mut history = History::default();
        history.level(&shape, 1, (2, 7), 1);
        history.finish(&mut whole);
        let mut cut = Vec::new();
        history.level(&shape, 1, (4, 7), 1);
        history.level(&shape, 1, (2, 4), 1);
        history.finish(&mut cut);
        assert_eq!(whole, cut);
        assert_eq!(
            whole,
            [
                Entry { slot: 11, delta: 1 },
                Entry {
                    slot: 16,
                    delta: -1
                }
            ]
        );
    }

    #[test]
    fn a_draw_may_hold_the_largest_cluster_many_times() {
        let mut trial = Trial {
            arm: vec![0; 5],
            ..Trial::default()
        };
        assert_eq!(most_drawn(&trial), 5);
        trial.cluster = Some(vec![0, 2, 2, 2, 4]);
        assert_eq!(most_drawn(&trial), 9);
    }

    #[test]
    fn a_large_amount_is_split_without_losing_a_unit() {
        let mut history = History::default();
        let mut out = Vec::new();
        history.add(3, 5_000_000_000);
        history.finish(&mut out);
        assert_eq!(
            out.iter().map(|e| i64::from(e.delta)).sum::<i64>(),
            5_000_000_000
        );
    }
}
