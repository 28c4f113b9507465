//! The draw made again from the list and the published seed, held against the arms that are stored.

use super::assign::draw;
use super::codes;
use super::list::{self, Arms, List};
use crate::error::{Diagnostic, Result, Severity};
use crate::study::Study;
use std::fmt::Write as _;

/// Strata named in the finding.
const NAMED: usize = 6;

/// What the replay found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Persons on the list.
    pub persons: u64,
    /// Persons with another arm than that of the draw.
    pub others: u64,
    /// Of these, how many were drawn to one arm and stand in another: (drawn, stored, persons), in the order of the study.
    pub moved: Vec<(String, String, u64)>,
    /// Of these, how many are in each stratum, where there are any.
    pub strata: Vec<(String, u64)>,
    /// The seed.
    pub seed: u64,
}

impl Replay {
    /// As a finding: a note when everybody has the arm of the draw, else a warning. Never a person.
    pub fn finding(&self) -> Diagnostic {
        if self.others == 0 {
            let message = format!(
                "the draw was replayed from seed {}: each of the {} persons has the arm that was drawn",
                self.seed, self.persons
            );
            return Diagnostic {
                severity: Severity::Note,
                ..Diagnostic::warning(codes::REPLAYED, message, "publish seed and list together")
            };
        }
        let mut message = format!(
            "replayed from seed {}, the draw gives {} of {} persons another arm:",
            self.seed, self.others, self.persons
        );
        for (i, (drawn, stored, persons)) in self.moved.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            // Writing to a text cannot fail.
            let _ = write!(
                message,
                "{comma} {persons} drawn as `{drawn}` stand as `{stored}`"
            );
        }
        let mut named: Vec<String> = (self.strata.iter().take(NAMED))
            .map(|(stratum, persons)| format!("{stratum} ({persons})"))
            .collect();
        let more = self.strata.len().saturating_sub(NAMED);
        if more > 0 {
            named.push(format!("{more} more strata"));
        }
        if !named.is_empty() {
            let _ = write!(message, "; in {}", named.join(", "));
        }
        Diagnostic::warning(
            codes::OTHER_ARM,
            message,
            "look whether list, strata and seed are those of the draw, or whether persons were moved",
        )
    }
}

/// Replays the draw of a study; `None` when it has no seed.
///
/// # Errors
/// When the list cannot be read or is wrong, or its strata do not fit the shares.
pub fn replay(study: &Study) -> Result<Option<Replay>> {
    let Some(randomisation) = &study.randomisation else {
        return Ok(None);
    };
    let Some(seed) = randomisation.seed else {
        return Ok(None);
    };
    let arms: Vec<String> = std::iter::once(&study.control)
        .chain(&study.treatments)
        .cloned()
        .collect();
    let list = list::read(&study.persons, Arms::Stored(&arms))?;
    let drawn = draw(&list, randomisation, seed)?;
    Ok(Some(compare(&list, &drawn, &arms, seed)))
}

fn compare(list: &List, drawn: &[u16], arms: &[String], seed: u64) -> Replay {
    let mut moved = vec![0_u64; arms.len() * arms.len()];
    let mut strata = vec![0_u64; list.strata.len()];
    for (person, drawn) in drawn.iter().enumerate() {
        let stored = list.arm[person];
        if stored != *drawn {
            moved[usize::from(*drawn) * arms.len() + usize::from(stored)] += 1;
            strata[list.stratum[person] as usize] += 1;
        }
    }
    let moved_between = |(place, persons): (usize, &u64)| {
        let (drawn, stored) = (place / arms.len(), place % arms.len());
        (*persons > 0).then(|| (arms[drawn].clone(), arms[stored].clone(), *persons))
    };
    Replay {
        persons: list.len() as u64,
        others: moved.iter().sum(),
        moved: moved.iter().enumerate().filter_map(moved_between).collect(),
        strata: (list.strata.iter().zip(strata))
            .filter(|(label, persons)| *persons > 0 && !label.is_empty())
            .map(|(label, persons)| (label.clone(), persons))
            .collect(),
        seed,
    }
}
