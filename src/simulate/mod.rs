//! Trials with known truth: from a scenario to register-style files, or to a trial in memory.
//!
//! A scenario is a weekly Markov chain over states whose hazards are multiplied by what is known (arm, site, subgroup)
//! and hidden (types, clusters) of a person. All of these are discrete, so the expected weeks in each state, hours,
//! events, hazards and survival of every arm follow exactly from the transition probabilities. Hours and events depend
//! on arm and state only, through a number that is uniform in every week.

mod calendar;
mod check;
pub mod codes;
mod draw;
mod measures;
mod memory;
mod plan;
mod random;
mod scenario;
mod truth;
mod write;

#[cfg(test)]
mod tests;

pub use scenario::{
    Arm, Clusters, Dialect, Effect, Entry, Events, Exit, Hours, HoursRule, HoursValue, Kind, Level,
    Lost, Scenario, Site, State, Subgroup, Transition, Weeks, schema,
};
pub use truth::{Truth, TruthPath};

use crate::error::Result;
use crate::study::Study;
use crate::trial::Trial;
use std::path::{Path, PathBuf};

/// Version of the function from (scenario, seed) to a trial. A change of any simulated number raises it.
pub const DRAW_VERSION: u32 = 1;

/// What [`simulate`] wrote.
#[derive(Clone, Debug)]
pub struct Written {
    /// The files of the register, then `truth.json` and `origin.txt`.
    pub files: Vec<PathBuf>,
    /// The truth of the scenario.
    pub truth: Truth,
}

/// Writes the register of a scenario to a new folder: persons, spells, hours, events, `truth.json`, `origin.txt`.
///
/// # Errors
/// When the scenario cannot be read or is wrong, and when the folder exists or cannot be written; then nothing is.
pub fn simulate(scenario: &Path, out: &Path, seed: u64) -> Result<Written> {
    let (scenario, text) = Scenario::open(scenario)?;
    let simulator = Simulator::new(scenario)?;
    let truth = simulator.truth();
    let persons = draw::persons(&simulator.scenario, &simulator.plan, seed);
    let mut files = write::files(&simulator.scenario, &persons);
    files.push(write::truth_file(&truth));
    files.push(write::origin_file(&simulator.scenario, &text, seed));
    write::write(out, &files)?;
    Ok(Written {
        files: files.iter().map(|(name, _)| out.join(name)).collect(),
        truth,
    })
}

/// A checked scenario, ready to draw trials from.
#[derive(Clone, Debug)]
pub struct Simulator {
    scenario: Scenario,
    plan: plan::Plan,
}

impl Simulator {
    /// Checks a scenario.
    ///
    /// # Errors
    /// Every unknown name, number out of range and probability above 1, in one pass.
    pub fn new(scenario: Scenario) -> Result<Self> {
        let plan = check::check(&scenario)?;
        Ok(Self { scenario, plan })
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// A trial in memory, the same persons as [`simulate`] writes. Its records follow the outcomes of
    /// [`Simulator::study`]; it has neither accounting nor hash.
    pub fn trial(&self, seed: u64) -> Trial {
        memory::trial(
            &self.scenario,
            &draw::persons(&self.scenario, &self.plan, seed),
        )
    }

    /// The study that belongs to the trials in memory: every state, hours, every event and its share, every exit;
    /// one analysis `main`, no replicates.
    pub fn study(&self) -> Study {
        memory::study(&self.scenario)
    }

    /// The truth.
    pub fn truth(&self) -> Truth {
        truth::truth(&self.scenario, &self.plan)
    }
}

/// Checks a scenario and draws one trial in memory; for many, keep a [`Simulator`].
///
/// # Errors
/// As [`Simulator::new`].
pub fn draw_trial(scenario: &Scenario, seed: u64) -> Result<Trial> {
    Ok(Simulator::new(scenario.clone())?.trial(seed))
}
