//! Quantities that too few persons stand behind are counted in the cell beside them, before anything is priced, so that money and
//! quantities agree. The draws are those of the cells as they were.

use crate::panel::OutcomePanel;
use crate::panel::ledger::Ledger;
use crate::trial::Trial;

/// The ledger with small cells folded into neighbours of the same outcome, and how many there were. A cell is small when some
/// arm has fewer persons with a quantity in it than `smallest`, but not nobody in any arm.
pub(super) fn fold(ledger: &Ledger, trial: &Trial, smallest: u64) -> (Ledger, usize) {
    let persons = contributors(ledger, trial);
    let mut groups: Vec<Vec<usize>> = (0..ledger.cells.len()).map(|cell| vec![cell]).collect();
    let in_arm = |group: &[usize], arm: usize| -> u64 {
        // Different cells may have the same persons: at least so many there are.
        (group.iter().map(|cell| persons[*cell][arm]).max()).unwrap_or(0)
    };
    let arms = trial.arms.len();
    let is_small =
        |group: &[usize]| (0..arms).any(|arm| (1..smallest).contains(&in_arm(group, arm)));
    let outcome = |group: &[usize]| ledger.cells[group[0]].outcome;
    while let Some(place) = groups.iter().position(|group| is_small(group)) {
        let beside = |other: Option<usize>| {
            other.filter(|o| {
                groups
                    .get(*o)
                    .is_some_and(|g| outcome(g) == outcome(&groups[place]))
            })
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
    let folded = ledger.cells.len() - groups.len();
    if folded == 0 {
        return (ledger.clone(), 0);
    }
    // A group stands under its cell with the most persons.
    let heads: Vec<usize> = (groups.iter())
        .map(|group| {
            let most = |cell: &&usize| persons[**cell].iter().sum::<u64>();
            group.iter().max_by_key(most).copied().unwrap_or(group[0])
        })
        .collect();
    let kept = |all: &[f64]| heads.iter().map(|head| all[*head]).collect();
    let mut channel = vec![0; ledger.cells.len()];
    for (place, group) in groups.iter().enumerate() {
        for cell in group {
            channel[*cell] = place;
        }
    }
    let ledger = Ledger {
        histories: moved(ledger, &channel, heads.len()),
        followed: ledger.followed.clone(),
        cells: heads.iter().map(|head| ledger.cells[*head]).collect(),
        divisor: heads.iter().map(|head| ledger.divisor[*head]).collect(),
        scale: kept(&ledger.scale),
    };
    (ledger, folded)
}

/// Persons with a quantity, by cell and arm.
fn contributors(ledger: &Ledger, trial: &Trial) -> Vec<Vec<u64>> {
    let mut persons = vec![vec![0; trial.arms.len()]; ledger.cells.len()];
    let ticks = ledger.histories.shape.ticks;
    for person in 0..trial.persons() {
        let mut last = None;
        for entry in ledger.histories.of(person) {
            let cell = (entry.slot as usize / ticks).checked_sub(ledger.followed.len());
            if let Some(cell) = cell.filter(|cell| last != Some(*cell)) {
                persons[cell][usize::from(trial.arm[person])] += 1;
                last = Some(cell);
            }
        }
    }
    persons
}

/// The histories with the channels of the cells moved.
fn moved(ledger: &Ledger, channel: &[usize], cells: usize) -> OutcomePanel {
    let old = &ledger.histories;
    let (ticks, before) = (old.shape.ticks, ledger.followed.len());
    let mut new = OutcomePanel {
        shape: crate::panel::Shape {
            channels: before + cells,
            ..old.shape.clone()
        },
        offsets: vec![0],
        entries: Vec::with_capacity(old.entries.len()),
    };
    let mut own = Vec::new();
    for person in 0..old.offsets.len().saturating_sub(1) {
        own.clear();
        own.extend(old.of(person).iter().map(|entry| {
            let (from, tick) = (entry.slot as usize / ticks, entry.slot as usize % ticks);
            let to = match from.checked_sub(before) {
                Some(cell) => before + channel[cell],
                None => from,
            };
            crate::panel::Entry {
                slot: (to * ticks + tick) as u32,
                ..*entry
            }
        }));
        // Entries of one slot stay apart: totals add them all the same.
        own.sort_by_key(|entry| entry.slot);
        new.entries.extend_from_slice(&own);
        new.offsets.push(new.entries.len() as u32);
    }
    new
}
