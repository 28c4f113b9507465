//! Quantities that too few persons stand behind are counted in the cell beside them, before anything is priced, so that money and
//! quantities agree. The draws are those of the cells as they were.

use crate::panel::ledger::{Ledger, Piece, YEAR, periods};
use crate::panel::{Entry, OutcomePanel, Shape};
use crate::trial::Trial;

/// A cell in a period.
type Place = (usize, usize);

/// The ledger by cell and period, small ones folded into neighbours of the same outcome, and how many there were. One is small when
/// some arm has fewer persons with a quantity in it than `smallest`, but not nobody in any arm.
pub(super) fn fold(
    ledger: &Ledger,
    trial: &Trial,
    (smallest, period): (u64, Option<u32>),
) -> (Ledger, usize) {
    let length = period.map_or(YEAR, |weeks| weeks as i32);
    let spans: Vec<(i32, i32)> = periods(trial.horizon as i32, length).collect();
    let persons = contributors(ledger, trial, length);
    let outcome_of = |place: &Place| {
        let cell = &ledger.cells[place.0];
        (cell.outcome, cell.counted)
    };
    let mut groups: Vec<Vec<Place>> = (0..ledger.cells.len())
        .flat_map(|cell| (0..spans.len()).map(move |period| vec![(cell, period)]))
        .filter(|group| persons[group[0].0][group[0].1].iter().any(|n| *n > 0))
        .collect();
    // Beside each other: the same outcome, and then the same period.
    groups.sort_by_key(|group| (outcome_of(&group[0]), group[0].1, group[0].0));
    let pieces = groups.len();
    let in_arm = |group: &[Place], arm: usize| -> u64 {
        // Different cells may have the same persons: at least so many there are.
        let of = |(cell, period): &Place| persons[*cell][*period][arm];
        group.iter().map(of).max().unwrap_or(0)
    };
    let arms = trial.arms.len();
    let is_small =
        |group: &[Place]| (0..arms).any(|arm| (1..smallest).contains(&in_arm(group, arm)));
    while let Some(place) = groups.iter().position(|group| is_small(group)) {
        let beside = |other: Option<usize>| {
            let same = |g: &Vec<Place>| outcome_of(&g[0]) == outcome_of(&groups[place][0]);
            other.filter(|o| groups.get(*o).is_some_and(same))
        };
        let (before, after) = (beside(place.checked_sub(1)), beside(Some(place + 1)));
        let size = |other: &usize| (0..arms).map(|arm| in_arm(&groups[*other], arm)).min();
        let Some(into) = before.into_iter().chain(after).max_by_key(size) else {
            break;
        };
        let (first, second) = (place.min(into), place.max(into));
        let taken = groups.remove(second);
        groups[first].extend(taken);
    }
    let folded = pieces - groups.len();
    // A group stands under its place with the most persons.
    let heads: Vec<Place> = (groups.iter())
        .map(|group| {
            let most = |(cell, period): &&Place| persons[*cell][*period].iter().sum::<u64>();
            group.iter().max_by_key(most).copied().unwrap_or(group[0])
        })
        .collect();
    let mut channel = vec![vec![0; spans.len()]; ledger.cells.len()];
    for (number, group) in groups.iter().enumerate() {
        for (cell, period) in group {
            channel[*cell][*period] = ledger.followed.len() + number;
        }
    }
    let told = heads.iter().enumerate().map(|(cell, (_, period))| Piece {
        cell,
        first: spans[*period].0,
        last: spans[*period].1,
        whole: true,
    });
    let ledger = Ledger {
        histories: moved(ledger, &channel, (heads.len(), length)),
        followed: ledger.followed.clone(),
        cells: heads.iter().map(|(cell, _)| ledger.cells[*cell]).collect(),
        divisor: heads
            .iter()
            .map(|(cell, _)| ledger.divisor[*cell])
            .collect(),
        scale: heads.iter().map(|(cell, _)| ledger.scale[*cell]).collect(),
        period: length,
        pieces: told.collect(),
    };
    (ledger, folded)
}

/// A stretch of ticks of a cell with one value.
struct Run {
    cell: usize,
    first: usize,
    end: usize,
    value: i64,
}

/// A person's cells as stretches within one period each.
fn runs(ledger: &Ledger, person: usize, length: i32, tell: &mut impl FnMut(&Run)) {
    let (ticks, before) = (ledger.histories.shape.ticks, ledger.followed.len());
    let entries = ledger.histories.of(person);
    let (mut value, mut at) = (0_i64, 0_usize);
    for (place, entry) in entries.iter().enumerate() {
        let (channel, tick) = (entry.slot as usize / ticks, entry.slot as usize % ticks);
        if at != channel {
            (value, at) = (0, channel);
        }
        value += i64::from(entry.delta);
        let Some(cell) = channel.checked_sub(before) else {
            continue;
        };
        let next = entries.get(place + 1).map(|e| e.slot as usize);
        let end = next
            .filter(|slot| slot / ticks == channel)
            .map_or(ticks, |slot| slot % ticks);
        let mut first = tick;
        while first < end && value != 0 {
            let period = first / length as usize;
            let stop = end.min((period + 1) * length as usize);
            tell(&Run {
                cell,
                first,
                end: stop,
                value,
            });
            first = stop;
        }
    }
}

/// Persons with a quantity, by cell, period and arm.
fn contributors(ledger: &Ledger, trial: &Trial, length: i32) -> Vec<Vec<Vec<u64>>> {
    let count = periods(trial.horizon as i32, length).count();
    let mut persons = vec![vec![vec![0; trial.arms.len()]; count]; ledger.cells.len()];
    for person in 0..trial.persons() {
        let mut last = None;
        runs(ledger, person, length, &mut |run| {
            let place = (run.cell, run.first / length as usize);
            if last != Some(place) {
                persons[place.0][place.1][usize::from(trial.arm[person])] += 1;
                last = Some(place);
            }
        });
    }
    persons
}

/// The histories with a channel for each group.
fn moved(ledger: &Ledger, channel: &[Vec<usize>], (groups, length): (usize, i32)) -> OutcomePanel {
    let old = &ledger.histories;
    let (ticks, before) = (old.shape.ticks, ledger.followed.len());
    let mut new = OutcomePanel {
        shape: Shape {
            channels: before + groups,
            ..old.shape.clone()
        },
        offsets: vec![0],
        entries: Vec::with_capacity(old.entries.len()),
    };
    let mut own: Vec<Entry> = Vec::new();
    for person in 0..old.offsets.len().saturating_sub(1) {
        own.clear();
        let follow_up = old.of(person).iter();
        own.extend(follow_up.filter(|entry| (entry.slot as usize) < before * ticks));
        let mut put = |slot: usize, value: i64| {
            // An amount too large for 32 bits is several entries; totals add them all the same.
            let mut left = value;
            while left != 0 {
                let part = left.clamp(i64::from(i32::MIN + 1), i64::from(i32::MAX));
                own.push(Entry {
                    slot: slot as u32,
                    delta: part as i32,
                });
                left -= part;
            }
        };
        runs(ledger, person, length, &mut |run| {
            let start = channel[run.cell][run.first / length as usize] * ticks;
            put(start + run.first, run.value);
            if run.end < ticks {
                put(start + run.end, -run.value);
            }
        });
        own.sort_by_key(|entry| entry.slot);
        new.entries.extend_from_slice(&own);
        new.offsets.push(new.entries.len() as u32);
    }
    new
}
