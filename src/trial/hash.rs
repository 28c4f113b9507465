//! The hash of the checked trial: keyed by the seed, the same for any order of rows, any file format and any
//! identifiers. Every person is hashed on its own; the sorted hashes are hashed again.

use super::model::Trial;
use crate::numeric::parallel::{map_each, sort_by};

/// Says what the key is for; part of the definition, so it never changes.
const PURPOSE: &str = "rettevej 2026 checked trial 1";
/// Bytes of one thing, each part with its length, so that no two things share them.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as i64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as i64);
        for text in texts {
            self.text(text);
        }
    }
}

/// The keyed hash, in hexadecimal.
pub(crate) fn hash(trial: &Trial, clusters: &[String], seed: u64) -> String {
    let key = blake3::derive_key(PURPOSE, &seed.to_le_bytes());
    let mut persons: Vec<[u8; 32]> = map_each(trial.persons(), Bytes::default, |bytes, person| {
        bytes.0.clear();
        write_person(trial, clusters, person, bytes);
        *blake3::keyed_hash(&key, &bytes.0).as_bytes()
    });
    // The first bytes nearly always decide.
    let start = |hash: &[u8; 32]| hash.first_chunk().map(|start| u64::from_be_bytes(*start));
    sort_by(&mut persons, |a, b| {
        start(a).cmp(&start(b)).then_with(|| a.cmp(b))
    });
    let mut head = Bytes::default();
    write_head(trial, &mut head);
    let mut hasher = blake3::Hasher::new_keyed(&key);
    hasher.update(&head.0);
    hasher.update(persons.as_flattened());
    hasher.finalize().to_hex().to_string()
}

fn write_head(trial: &Trial, bytes: &mut Bytes) {
    bytes.number(i64::from(trial.horizon));
    bytes.texts(&trial.arms);
    bytes.number(trial.subgroups.len() as i64);
    for subgroup in &trial.subgroups {
        bytes.text(&subgroup.column);
    }
    bytes.number(trial.tables.len() as i64);
    for table in &trial.tables {
        bytes.text(&table.name);
        bytes.texts(&table.states);
    }
    bytes.texts(
        trial
            .durations
            .as_ref()
            .map_or(&[], |table| &table.destinations),
    );
    bytes.number(trial.records.len() as i64);
    bytes.number(trial.persons() as i64);
}

/// A person: labels, weeks and numbers, never the identifier.
fn write_person(trial: &Trial, clusters: &[String], person: usize, bytes: &mut Bytes) {
    bytes.number(i64::from(trial.arm[person]));
    bytes.text(&trial.strata[trial.stratum[person] as usize]);
    if let Some(cluster) = &trial.cluster {
        bytes.text(&clusters[cluster[person] as usize]);
    }
    for subgroup in &trial.subgroups {
        match subgroup.level[person] {
            Some(level) => bytes.text(&subgroup.levels[usize::from(level)]),
            None => bytes.number(-1),
        }
    }
    if let Some(weeks) = &trial.first_week {
        bytes.number(i64::from(weeks[person]));
    }
    for table in &trial.tables {
        bytes.number(i64::from(table.followed[person]));
        bytes.number(table.of(person).len() as i64);
        for spell in table.of(person) {
            // States by their place in the sorted list, which the head spells out.
            bytes.number(i64::from(spell.start));
            bytes.number(i64::from(spell.end));
            bytes.number(i64::from(spell.state));
        }
    }
    for before in trial.before.iter().flatten() {
        bytes.number(before.of(person).len() as i64);
        for spell in before.of(person) {
            bytes.number(i64::from(spell.start));
            bytes.number(i64::from(spell.end));
            bytes.number(i64::from(spell.state));
        }
    }
    if let Some(table) = &trial.durations {
        bytes.number(i64::from(table.time[person]));
        bytes.number(table.event[person].map_or(-1, i64::from));
    }
    for runs in trial.records.iter().flatten() {
        bytes.number(runs.of(person).len() as i64);
        for run in runs.of(person) {
            bytes.number(i64::from(run.start));
            bytes.number(i64::from(run.end));
            bytes.number(run.value);
        }
    }
}
