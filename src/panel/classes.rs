//! The class table: what a draw draws.
//!
//! Persons with the same history of every outcome and the same level of every subgroup that some analysis of the study
//! reads (whichever are run), in the same arm, stratum and cluster,
//! form a class. A *unit* is what is drawn as one: a class of persons, or a whole cluster when the study randomised
//! clusters. Units stand in canonical order (arm, stratum, history), never in the order of ids or files. The order of
//! histories is that of a 128-bit hash of their content, so it is the same on every machine and for every file format.

use super::Panel;
use crate::numeric::parallel;
use crate::trial::Trial;

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
        let keys = parallel::map_ordered(trial.persons(), |person| key(trial, panel, person));
        match &trial.cluster {
            None => Self::of_persons(trial, &keys),
            Some(cluster) => Self::of_clusters(trial, &keys, cluster),
        }
    }

    fn of_persons(trial: &Trial, keys: &[u128]) -> Self {
        let mut order: Vec<(u16, u32, u128, u32)> = (0..trial.persons())
            .map(|p| (trial.arm[p], trial.stratum[p], keys[p], p as u32))
            .collect();
        order.sort_unstable();
        let mut table = Self::empty(false);
        let mut last: Option<(u16, u32, u128)> = None;
        for (arm, stratum, key, person) in order {
            let now = (arm, stratum, key);
            if last == Some(now) {
                if let Some(size) = table.sizes.last_mut() {
                    *size += 1;
                }
            } else {
                table.push((arm, stratum), &[person]);
            }
            table.grow();
            last = Some(now);
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
            table.push((arm, stratum), &members);
            table.grow();
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

    /// Opens a unit of size 1 (a cell too, where the arm or stratum is new).
    fn push(&mut self, (arm, stratum): (u16, u32), members: &[u32]) {
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
        }
        self.sizes.push(1);
        self.members.extend_from_slice(members);
        self.offsets.push(self.members.len() as u32);
    }

    fn grow(&mut self) {
        if let Some(cell) = self.cells.last_mut() {
            cell.slots += 1;
        }
    }
}

/// A person's history of everything, as 128 bits: equal content gives equal keys, on any machine.
fn key(trial: &Trial, panel: &Panel, person: usize) -> u128 {
    let mut bytes = Vec::with_capacity(256);
    let read = &panel.read;
    for (subgroup, _) in trial.subgroups.iter().zip(&read.subgroups).filter(|x| *x.1) {
        let level = subgroup.level[person].map_or(u32::MAX, u32::from);
        bytes.extend_from_slice(&level.to_le_bytes());
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
    let hash = blake3::hash(&bytes);
    let mut head = [0_u8; 16];
    head.copy_from_slice(&hash.as_bytes()[..16]);
    u128::from_be_bytes(head)
}
