//! How many persons of each arm are in each state each week: what the stacked figure of a table of spells shows.

use crate::numeric::parallel;
use crate::results::Occupancy;
use crate::trial::{SpellTable, Trial};
use std::ops::Range;

/// Persons counted at a time.
const BLOCK: usize = 1 << 15;

/// Counts over weeks 1 to the horizon. A state that ends all others (dead, abroad) keeps its persons.
pub(super) fn occupancy(trial: &Trial, table: &SpellTable) -> Occupancy {
    let weeks = trial.horizon as usize;
    // Changes by week first, running sums after.
    let blocks = parallel::blocks(trial.persons(), BLOCK);
    let parts = parallel::map_ordered(blocks.len(), |b| changes(trial, table, blocks[b].clone()));
    let mut persons = changes(trial, table, 0..0);
    for part in &parts {
        let sums = persons.iter_mut().flatten().flatten();
        for (sum, change) in sums.zip(part.iter().flatten().flatten()) {
            *sum += change;
        }
    }
    let persons: Vec<Vec<Vec<u64>>> = (persons.into_iter())
        .map(|arm| {
            arm.into_iter()
                .map(|changes| running(&changes, weeks))
                .collect()
        })
        .collect();
    let followed = persons.iter().map(|states| {
        let in_week = |week: usize| states.iter().map(|counts| counts[week]).sum();
        (0..weeks).map(in_week).collect()
    });
    Occupancy {
        table: table.name.clone(),
        states: table.states.clone(),
        followed: followed.collect(),
        persons,
    }
}

/// What some persons change, by arm, state and week.
fn changes(trial: &Trial, table: &SpellTable, some: Range<usize>) -> Vec<Vec<Vec<i64>>> {
    let weeks = trial.horizon as usize;
    let mut persons = vec![vec![vec![0_i64; weeks + 1]; table.states.len()]; trial.arms.len()];
    for person in some {
        let arm = &mut persons[usize::from(trial.arm[person])];
        let end_of_follow_up = table.followed[person].saturating_add(1);
        for spell in table.of(person) {
            let inside = |week: i32| (week.max(1) as usize - 1).min(weeks);
            let (start, end) = (inside(spell.start), inside(spell.end.min(end_of_follow_up)));
            if start < end {
                arm[usize::from(spell.state)][start] += 1;
                arm[usize::from(spell.state)][end] -= 1;
            }
        }
    }
    persons
}

fn running(changes: &[i64], weeks: usize) -> Vec<u64> {
    let mut now = 0_i64;
    let sums = changes[..weeks].iter().map(|change| {
        now += change;
        now.unsigned_abs()
    });
    sums.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Spell;

    fn spell(start: i32, end: i32, state: u16) -> Spell {
        Spell { start, end, state }
    }

    /// Three persons over four weeks. The first of the control is on benefit for two weeks and works from the third;
    /// the second dies in week 2 and stays; the treated one is followed for two weeks, then lost, and a spell runs
    /// on past the horizon.
    #[test]
    fn persons_are_counted_in_their_state_as_long_as_they_are_followed() {
        let trial = Trial {
            horizon: 4,
            arms: vec!["kontrol".into(), "deltager".into()],
            arm: vec![0, 1, 0],
            ..Trial::default()
        };
        let table = SpellTable {
            name: "spells".into(),
            states: vec!["benefit".into(), "dead".into(), "work".into()],
            absorbing: vec![false, true, false],
            offsets: vec![0, 2, 3, 5],
            spells: vec![
                spell(1, 3, 0),
                spell(3, 9, 2),
                spell(1, 3, 0),
                spell(1, 2, 0),
                spell(2, 5, 1),
            ],
            followed: vec![8, 2, 4],
        };
        let seen = occupancy(&trial, &table);
        let control = [vec![2, 1, 0, 0], vec![0, 1, 1, 1], vec![0, 0, 1, 1]];
        let treated = [vec![1, 1, 0, 0], vec![0; 4], vec![0; 4]];
        assert_eq!(seen.persons, [control, treated]);
        assert_eq!(seen.followed, [[2, 2, 2, 2], [1, 1, 0, 0]]);
        assert_eq!(seen.states, table.states);
    }
}
