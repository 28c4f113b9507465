//! The class table: what a draw draws.
//!
//! Persons with the same history of every outcome and the same level of every subgroup that some analysis of the study
//! reads (whichever are run), in the same arm, stratum and cluster,
//! form a class. A *unit* is what is drawn as one: a class of persons, or a whole cluster when the study randomised
//! clusters. Units stand in canonical order (arm, stratum, history), never in the order of ids or files. The order of
//! histories is that of a 128-bit hash of their content, so it is the same on every machine and for every file format.

use super::Panel;
use crate::numeric::parallel;
use crate::trial::{CovariateValues, Trial};

/// Units drawn with replacement among themselves: those of one arm and stratum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Arm.
    pub arm: u16,
    /// Stratum.
    pub stratum: u32,
    /// Persons or clusters to draw from (the sum of the units' sizes).
    pub slots: u32,
    /// First unit and one past the last.
    pub units: (u32, u32),
}

/// The class table.
#[derive(Clone, Debug)]
pub struct Classes {
    /// Cells in order of arm and stratum; empty ones are absent.
    pub cells: Vec<Cell>,
    /// How many slots each unit stands for: identical persons of a class, or 1 for a cluster.
    pub sizes: Vec<u32>,
    /// `members[offsets[u]..offsets[u + 1]]` are the persons of unit u: all of a cluster, one for a class.
    pub offsets: Vec<u32>,
    /// Persons.
    pub members: Vec<u32>,
    /// Whether units are clusters.
    pub clustered: bool,
}

impl Classes {
    /// Number of units.
    pub fn units(&self) -> usize {
        self.sizes.len()
    }

    /// Persons whose histories a unit adds: all members of a cluster, one representative of a class.
    pub fn members(&self, unit: usize) -> &[u32] {
        &self.members[self.offsets[unit] as usize..self.offsets[unit + 1] as usize]
    }

    /// Builds the table from all outcomes and subgroups of the study.
    pub fn build(trial: &Trial, panel: &Panel) -> Self {
        let keys = parallel::map_each(trial.persons(), Keys::default, |keys, person| {
            keys.of(trial, panel, person)
        });
        match &trial.cluster {
            None => Self::of_persons(trial, &keys),
            Some(cluster) => Self::of_clusters(trial, &keys, cluster),
        }
    }

    fn of_persons(trial: &Trial, keys: &[u128]) -> Self {
        // Persons by arm and stratum, in their order.
        let strata = (trial.stratum.iter().max()).map_or(1, |&last| last as usize + 1);
        let arms = (trial.arm.iter().max()).map_or(1, |&last| usize::from(last) + 1);
        let cell_of = |p: usize| usize::from(trial.arm[p]) * strata + trial.stratum[p] as usize;
        let mut ends = vec![0_u32; arms * strata + 1];
        for person in 0..trial.persons() {
            ends[cell_of(person) + 1] += 1;
        }
        for cell in 1..ends.len() {
            ends[cell] += ends[cell - 1];
        }
        let starts = ends[..arms * strata].to_vec();
        let mut next = starts.clone();
        let mut persons = vec![0_u32; trial.persons()];
        for person in 0..trial.persons() {
            let place = &mut next[cell_of(person)];
            persons[*place as usize] = person as u32;
            *place += 1;
        }
        // Classes of each cell by key, each with its first person and its size.
        let cells = parallel::map_ordered(starts.len(), |cell| {
            let members = &persons[starts[cell] as usize..ends[cell + 1] as usize];
            let mut order: Vec<(u128, u32)> =
                members.iter().map(|&p| (keys[p as usize], p)).collect();
            order.sort_by_key(|&(key, _)| key);
            let classes = order.chunk_by(|a, b| a.0 == b.0);
            classes
                .map(|class| (class[0].1, class.len() as u32))
                .collect::<Vec<_>>()
        });
        let mut table = Self::empty(false);
        for (cell, classes) in cells.into_iter().enumerate() {
            let place = ((cell / strata) as u16, (cell % strata) as u32);
            for (first, size) in classes {
                table.push(place, &[first], size);
            }
        }
        table
    }

    fn of_clusters(trial: &Trial, keys: &[u128], cluster: &[u32]) -> Self {
        let mut persons: Vec<(u32, u128, u32)> = (0..trial.persons())
            .map(|p| (cluster[p], keys[p], p as u32))
            .collect();
        persons.sort_unstable();
        let mut groups: Vec<(u16, u32, [u8; 32], Vec<u32>)> = persons
            .chunk_by(|a, b| a.0 == b.0)
            .map(|group| {
                let first = group[0].2 as usize;
                let mut hash = blake3::Hasher::new();
                for member in group {
                    hash.update(&member.1.to_le_bytes());
                }
                let members = group.iter().map(|member| member.2).collect();
                (
                    trial.arm[first],
                    trial.stratum[first],
                    *hash.finalize().as_bytes(),
                    members,
                )
            })
            .collect();
        groups.sort_unstable_by_key(|group| (group.0, group.1, group.2));
        let mut table = Self::empty(true);
        for (arm, stratum, _, members) in groups {
            table.push((arm, stratum), &members, 1);
        }
        table
    }

    fn empty(clustered: bool) -> Self {
        Self {
            cells: Vec::new(),
            sizes: Vec::new(),
            offsets: vec![0],
            members: Vec::new(),
            clustered,
        }
    }

    /// Adds a unit that stands for so many slots (and a cell, where the arm or stratum is new).
    fn push(&mut self, (arm, stratum): (u16, u32), members: &[u32], size: u32) {
        let unit = self.sizes.len() as u32;
        let new = self
            .cells
            .last()
            .is_none_or(|cell| (cell.arm, cell.stratum) != (arm, stratum));
        if new {
            self.cells.push(Cell {
                arm,
                stratum,
                slots: 0,
                units: (unit, unit),
            });
        }
        if let Some(cell) = self.cells.last_mut() {
            cell.units.1 = unit + 1;
            cell.slots += size;
        }
        self.sizes.push(size);
        self.members.extend_from_slice(members);
        self.offsets.push(self.members.len() as u32);
    }
}

/// Histories remembered with their keys.
const REMEMBERED: usize = 512;

/// Keys of persons; a history that was seen lately is not hashed again.
struct Keys {
    bytes: Vec<u8>,
    /// Each where a cheap mix of its bytes says.
    lately: Vec<(Vec<u8>, u128)>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            bytes: Vec::with_capacity(256),
            lately: vec![(Vec::new(), key_of(&[])); REMEMBERED],
        }
    }
}

impl Keys {
    /// A person's history of everything, as 128 bits: equal content gives equal keys, on any machine.
    fn of(&mut self, trial: &Trial, panel: &Panel, person: usize) -> u128 {
        self.bytes.clear();
        write_history(trial, panel, person, &mut self.bytes);
        let mixed = self.bytes.chunks(8).fold(0_u64, |mixed, chunk| {
            let word = match chunk.first_chunk() {
                Some(word) => u64::from_le_bytes(*word),
                None => (chunk.iter()).fold(0, |word, &byte| word << 8 | u64::from(byte)),
            };
            (mixed.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        });
        let (seen, key) = &mut self.lately[(mixed >> 48) as usize % REMEMBERED];
        if *seen != self.bytes {
            seen.clone_from(&self.bytes);
            *key = key_of(&self.bytes);
        }
        *key
    }
}

fn key_of(bytes: &[u8]) -> u128 {
    let hash = blake3::hash(bytes);
    let mut head = [0_u8; 16];
    head.copy_from_slice(&hash.as_bytes()[..16]);
    u128::from_be_bytes(head)
}

fn write_history(trial: &Trial, panel: &Panel, person: usize, bytes: &mut Vec<u8>) {
    let read = &panel.read;
    for (subgroup, _) in trial.subgroups.iter().zip(&read.subgroups).filter(|x| *x.1) {
        let level = subgroup.level[person].map_or(u32::MAX, u32::from);
        bytes.extend_from_slice(&level.to_le_bytes());
    }
    for covariate in trial.covariates.iter().filter(|_| read.covariates) {
        let value = match &covariate.values {
            CovariateValues::Number { values, .. } => values[person],
            CovariateValues::Factor { level, .. } => level[person].map(i64::from),
        };
        bytes.extend_from_slice(&value.unwrap_or(i64::MIN).to_le_bytes());
    }
    let priced = panel.ledger.iter().map(|ledger| &ledger.histories);
    let outcomes = panel.outcomes.iter().zip(&read.outcomes);
    let outcomes = outcomes.filter(|x| *x.1).map(|x| x.0);
    for outcome in outcomes.chain(priced) {
        let entries = outcome.of(person);
        bytes.extend_from_slice(&(entries.len() as u32).to_le_bytes());
        for entry in entries {
            bytes.extend_from_slice(&entry.slot.to_le_bytes());
            bytes.extend_from_slice(&entry.delta.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, Kind, OutcomePanel, Read, Shape, Value};
    use super::*;
    use proptest::prelude::*;

    /// Persons with one entry each: arm, stratum, what it is.
    fn panel_of(persons: &[(u16, u32, u8)]) -> (Trial, Panel) {
        let trial = Trial {
            horizon: 1,
            arms: vec![String::new(); 3],
            strata: vec![String::new(); 4],
            arm: persons.iter().map(|p| p.0).collect(),
            stratum: persons.iter().map(|p| p.1).collect(),
            ..Trial::default()
        };
        let shape = Shape {
            kind: Kind::Mean {
                value: Value::Count,
            },
            first_tick: 1,
            ticks: 1,
            channels: 2,
            destinations: vec![],
            divisor: 1.0,
            horizon: 1,
        };
        let entry = |p: &(u16, u32, u8)| Entry {
            slot: 1,
            delta: i32::from(p.2),
        };
        let outcome = OutcomePanel {
            shape,
            offsets: (0..=persons.len() as u32).collect(),
            entries: persons.iter().map(entry).collect(),
        };
        let panel = Panel {
            outcomes: vec![outcome],
            ledger: None,
            read: Read {
                outcomes: vec![true],
                subgroups: Vec::new(),
                covariates: false,
            },
            remarks: Vec::new(),
        };
        (trial, panel)
    }

    proptest! {
        #[test]
        fn classes_are_those_of_all_persons_sorted(
            persons in proptest::collection::vec((0_u16..3, 0_u32..4, 0_u8..6), 0..60),
        ) {
            let (trial, panel) = panel_of(&persons);
            let classes = Classes::build(&trial, &panel);
            let mut plainly: Vec<(u16, u32, u128, u32)> = (0..persons.len())
                .map(|p| {
                    let mut bytes = Vec::new();
                    write_history(&trial, &panel, p, &mut bytes);
                    (trial.arm[p], trial.stratum[p], key_of(&bytes), p as u32)
                })
                .collect();
            plainly.sort_unstable();
            let units: Vec<&[(u16, u32, u128, u32)]> = plainly
                .chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2))
                .collect();
            prop_assert_eq!(classes.units(), units.len());
            for (unit, class) in units.iter().enumerate() {
                prop_assert_eq!(classes.sizes[unit] as usize, class.len());
                prop_assert_eq!(classes.members(unit), &[class[0].3]);
            }
            let mut slots = 0;
            for cell in &classes.cells {
                let range = cell.units.0 as usize..cell.units.1 as usize;
                prop_assert_eq!(cell.slots, classes.sizes[range.clone()].iter().sum::<u32>());
                for unit in range {
                    prop_assert_eq!((cell.arm, cell.stratum), (units[unit][0].0, units[unit][0].1));
                }
                slots += cell.slots as usize;
            }
            prop_assert_eq!(slots, persons.len());
        }
    }
}
