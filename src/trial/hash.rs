//! The hash of the checked trial: keyed by the seed and the house's key, the same for any order of rows, any file format and any
//! identifiers. Every person is hashed on its own, to half a hash; these are sorted and hashed again by blocks, and the blocks at last.
//!
//! It is of the weeks, not of how a file cuts them: spells of one state that meet are one, and a state in which nobody
//! spends a followed week is none. So a register with a cell for each week has the hash of its spells.

use super::model::{CovariateValues, Spell, SpellTable, Trial};
use crate::numeric::parallel::{blocks, map_each, map_ordered, sort_by};
use crate::study::Secret;

/// Says what the key is for; part of the definition, as [`DEFINITION`] is.
const PURPOSE: &str = "rettevej 2026 checked trial 2";
/// Stands before the hash, so that hashes of two definitions are not taken for those of two trials. Hashes of the first
/// definition, of longer bytes, have no sign before them.
const DEFINITION: &str = "2-";
/// Sorted persons that are hashed together; part of the definition.
const BLOCK: usize = 4096;

/// Bytes of one thing, each part with its length or its end, so that no two things share them. Small, since a hash takes
/// blocks of 64: nearly every person is one.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    /// Seven bits a byte, the lowest first, the last byte below 128; the sign is the lowest bit (LEB128 of the zigzag).
    fn number(&mut self, number: i64) {
        let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
        while rest >= 0x80 {
            self.0.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
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

/// The keyed hash, in hexadecimal, behind the sign of its definition.
pub(crate) fn hash(
    trial: &Trial,
    clusters: &[String],
    (seed, own): (u64, Option<&Secret>),
) -> String {
    let mut of = seed.to_le_bytes().to_vec();
    of.extend(own.iter().flat_map(|secret| secret.bytes()));
    let key = blake3::derive_key(PURPOSE, &of);
    let places: Vec<Vec<i64>> = trial.tables.iter().map(places).collect();
    let mut persons: Vec<u128> = map_each(trial.persons(), Bytes::default, |bytes, person| {
        bytes.0.clear();
        write_person(trial, (clusters, &places), person, bytes);
        let hash = blake3::keyed_hash(&key, &bytes.0);
        hash.as_bytes()
            .first_chunk()
            .map_or(0, |half| u128::from_be_bytes(*half))
    });
    sort_by(&mut persons, u128::cmp);
    let sorted = blocks(persons.len(), BLOCK);
    let sorted = map_ordered(sorted.len(), |block| {
        let bytes = persons[sorted[block].clone()]
            .iter()
            .flat_map(|hash| hash.to_be_bytes());
        *blake3::keyed_hash(&key, &bytes.collect::<Vec<u8>>()).as_bytes()
    });
    let mut head = Bytes::default();
    write_head(trial, &places, &mut head);
    let mut hasher = blake3::Hasher::new_keyed(&key);
    hasher.update(&head.0);
    hasher.update(sorted.as_flattened());
    format!("{DEFINITION}{}", hasher.finalize().to_hex())
}

/// The place of each state among those in which somebody spends a week; -1 for the others.
fn places(table: &SpellTable) -> Vec<i64> {
    let mut used = vec![false; table.states.len()];
    for spell in &table.spells {
        used[usize::from(spell.state)] = true;
    }
    let mut next = 0;
    used.iter()
        .map(|used| {
            next += i64::from(*used);
            if *used { next - 1 } else { -1 }
        })
        .collect()
}

fn write_head(trial: &Trial, places: &[Vec<i64>], bytes: &mut Bytes) {
    bytes.number(i64::from(trial.horizon));
    bytes.texts(&trial.arms);
    bytes.number(trial.subgroups.len() as i64);
    for subgroup in &trial.subgroups {
        bytes.text(&subgroup.column);
    }
    for covariate in &trial.covariates {
        bytes.text(&covariate.name);
        if let CovariateValues::Number { decimals, .. } = covariate.values {
            bytes.number(i64::from(decimals));
        }
    }
    for survey in &trial.surveys {
        bytes.text(&survey.name);
        for item in &survey.items {
            bytes.text(&item.column);
        }
    }
    bytes.number(trial.tables.len() as i64);
    for (table, places) in trial.tables.iter().zip(places) {
        bytes.text(&table.name);
        let states = table.states.iter().zip(places);
        let used = states.filter(|(_, place)| **place >= 0);
        let used: Vec<String> = used.map(|(state, _)| state.clone()).collect();
        bytes.texts(&used);
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
fn write_person(
    trial: &Trial,
    (clusters, places): (&[String], &[Vec<i64>]),
    person: usize,
    bytes: &mut Bytes,
) {
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
    for covariate in &trial.covariates {
        match &covariate.values {
            CovariateValues::Number { values, .. } => {
                // No number is this one: they have at most 15 digits.
                bytes.number(values[person].unwrap_or(i64::MIN));
            }
            CovariateValues::Factor { levels, level, .. } => match level[person] {
                Some(level) => bytes.text(&levels[usize::from(level)]),
                None => bytes.number(-1),
            },
        }
    }
    for item in trial.surveys.iter().flat_map(|survey| &survey.items) {
        match item.answer[person] {
            Some(answer) => bytes.text(&item.answers[usize::from(answer)]),
            None => bytes.number(-1),
        }
    }
    if let Some(weeks) = &trial.first_week {
        bytes.number(i64::from(weeks[person]));
    }
    for (table, places) in trial.tables.iter().zip(places) {
        bytes.number(i64::from(table.followed[person]));
        let meets = |a: &Spell, b: &Spell| a.state == b.state && a.end == b.start;
        for run in table.of(person).chunk_by(meets) {
            bytes.number(i64::from(run[0].start));
            bytes.number(i64::from(run[run.len() - 1].end));
            // States by their place in the sorted list, which the head spells out.
            bytes.number(places[usize::from(run[0].state)]);
        }
        // No week has this number.
        bytes.number(-1);
    }
    for (before, table) in trial.before.iter().zip(&trial.tables) {
        let Some(before) = before else {
            continue;
        };
        bytes.number(before.of(person).len() as i64);
        for spell in before.of(person) {
            bytes.number(i64::from(spell.start));
            bytes.number(i64::from(spell.end));
            // A state of these weeks alone has no place among those of the others.
            bytes.text(&table.states[usize::from(spell.state)]);
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
