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
mod dream;
mod forms;
mod measures;
mod memory;
mod plan;
mod plant;
mod random;
mod scenario;
mod sheet;
mod study_text;
mod tables;
mod truth;
mod write;

#[cfg(test)]
mod tests;

pub use forms::Form;
pub use plant::{FAULTS, Fault, PLANTED, Planted};
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

/// How spells are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One row per spell.
    #[default]
    Tidy,
    /// One row per person, a column of codes for each calendar week.
    DreamWide,
    /// One row per person and week with a code.
    DreamLong,
}

/// What is written of a register.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Formats, each with a study of its own; none: CSV.
    pub forms: Vec<Form>,
    /// Layout of the spells.
    pub layout: Layout,
    /// Names of faults to plant.
    pub faults: Vec<String>,
}

/// What [`simulate`] wrote.
#[derive(Clone, Debug)]
pub struct Written {
    /// The files of the register, then the studies, `truth.json` and `origin.txt`.
    pub files: Vec<PathBuf>,
    /// The truth of the scenario.
    pub truth: Truth,
    /// Faults that were planted.
    pub planted: Vec<Planted>,
}

/// Writes the register of a scenario to a new folder: persons, spells, hours, events, `truth.json`, `origin.txt`, and a
/// study for each format: `study.toml`, or `study-FORMAT.toml` when there are several.
///
/// # Errors
/// When the scenario cannot be read or is wrong, a fault has no place in it, and when the folder exists or cannot be
/// written; then nothing is.
pub fn simulate(scenario: &Path, out: &Path, seed: u64, options: &Options) -> Result<Written> {
    let (scenario, text) = Scenario::open(scenario)?;
    let simulator = Simulator::new(scenario)?;
    let scenario = &simulator.scenario;
    let truth = simulator.truth();
    let persons = draw::persons(scenario, &simulator.plan, seed);
    let mut sheets = match options.layout {
        Layout::Tidy => tables::tidy(scenario, &persons),
        layout => {
            let spells = match layout {
                Layout::DreamLong => dream::long(scenario, &persons)?,
                _ => dream::wide(scenario, &persons)?,
            };
            let mut sheets = vec![tables::persons_sheet(scenario, &persons), spells];
            sheets.extend(tables::others(scenario, &persons));
            sheets
        }
    };
    drop(persons);
    let planted = plant::plant((scenario, options.layout), &mut sheets, &options.faults)?;
    let mut forms = options.forms.clone();
    forms.sort_unstable();
    forms.dedup();
    if forms.is_empty() {
        forms.push(Form::Csv);
    }
    let mut files = Vec::new();
    for form in &forms {
        for sheet in &sheets {
            files.push((
                format!("{}.{}", sheet.name, form.ending()),
                form.write(sheet)?,
            ));
        }
    }
    for form in &forms {
        let name = if forms.len() == 1 {
            "study.toml".to_owned()
        } else {
            format!("study-{}.toml", form.ending())
        };
        let study = study_text::study(scenario, *form, options.layout, &planted)?;
        files.push((name, study.into_bytes()));
    }
    files.push(write::truth_file(&truth, &planted));
    files.push(write::origin_file(scenario, &text, seed));
    write::write(out, &files)?;
    Ok(Written {
        files: files.iter().map(|(name, _)| out.join(name)).collect(),
        truth,
        planted,
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
