//! Draws the arms of a list, and writes them beside its identifiers.

use super::codes;
use super::deal::{Lots, deal};
use super::list::{self, Arms, List};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::study::{Draft, Randomisation};
use std::fmt::Write as _;

/// A list with its arms.
#[derive(Debug)]
pub struct Assigned {
    /// How many persons of each stratum each arm has: strata in ascending order, arms in the order of the study.
    pub counts: Vec<Count>,
    /// The list as CSV: identifier, strata, cluster, arm, in the order of the file. Person-level data.
    pub csv: String,
}

/// What an arm has of a stratum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Stratum; empty without strata.
    pub stratum: String,
    /// Arm.
    pub arm: String,
    /// Units: clusters, or persons.
    pub units: u64,
    /// Persons.
    pub persons: u64,
}

/// Draws the arms of the list that a draft names.
///
/// # Errors
/// When the list cannot be read or is wrong, or its strata do not fit the shares.
pub fn assign(draft: &Draft) -> Result<Assigned> {
    let list = list::read(&draft.persons, Arms::ToDraw)?;
    let arm = draw(&list, &draft.randomisation, draft.seed)?;
    Ok(Assigned {
        counts: counts(&list, &arm, &draft.arms),
        csv: csv(&list, &arm, draft),
    })
}

/// The arm of each person of a list.
pub(super) fn draw(list: &List, randomisation: &Randomisation, seed: u64) -> Result<Vec<u16>> {
    let mut wrong = Vec::new();
    for (stratum, _) in &randomisation.strata {
        if !list.strata.contains(stratum) {
            wrong.push(Diagnostic::error(
                codes::UNKNOWN_STRATUM,
                format!("`[randomisation.strata]` names the stratum `{stratum}`, in which the list has nobody"),
                "write the stratum as it stands in the list, or leave it out",
            ));
        }
    }
    let mut arm = vec![0; list.len()];
    for (stratum, units) in list.strata.iter().zip(list.units()) {
        let shares = randomisation.shares_in(stratum);
        let mut lots = Lots::of(seed, stratum);
        let dealt = deal(units.len() as u32, randomisation.method, shares, &mut |m| {
            lots.below(m)
        });
        let Some(dealt) = dealt else {
            let place = if stratum.is_empty() {
                "the list".to_owned()
            } else {
                format!("stratum `{stratum}`")
            };
            wrong.push(Diagnostic::error(
                codes::COUNTS_DO_NOT_FIT,
                format!(
                    "the counts add up to {}, and {place} has {} units",
                    shares.total(),
                    units.len()
                ),
                "correct the counts, or write `ratio`",
            ));
            continue;
        };
        for (persons, dealt) in units.iter().zip(dealt) {
            for person in persons {
                arm[*person as usize] = dealt;
            }
        }
    }
    if wrong.is_empty() {
        Ok(arm)
    } else {
        Err(Error {
            class: Class::Data,
            diagnostics: wrong,
        })
    }
}

fn counts(list: &List, arm: &[u16], arms: &[String]) -> Vec<Count> {
    let mut counts: Vec<Count> = (list.strata.iter())
        .flat_map(|stratum| {
            arms.iter().map(|arm| Count {
                stratum: stratum.clone(),
                arm: arm.clone(),
                units: 0,
                persons: 0,
            })
        })
        .collect();
    for (stratum, units) in list.units().into_iter().enumerate() {
        for persons in units {
            let arm = usize::from(arm[persons[0] as usize]);
            let count = &mut counts[stratum * arms.len() + arm];
            count.units += 1;
            count.persons += persons.len() as u64;
        }
    }
    counts
}

fn csv(list: &List, arm: &[u16], draft: &Draft) -> String {
    let file = &draft.persons;
    let mut text = String::new();
    let columns = std::iter::once(&file.id).chain(&file.strata);
    let columns = columns.chain(&file.cluster).chain([&file.arm]);
    let header: Vec<String> = columns.map(|column| cell(column)).collect();
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{}", header.join(","));
    for (person, arm) in arm.iter().enumerate() {
        text.push_str(&cell(&list.ids.text(person)));
        for column in list.columns.iter().chain(&list.cluster) {
            text.push(',');
            text.push_str(&cell(&column.levels[column.codes[person] as usize]));
        }
        let _ = writeln!(text, ",{}", cell(&draft.arms[usize::from(*arm)]));
    }
    text
}

/// A cell, in quotes where it must be.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
