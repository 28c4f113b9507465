//! What is counted in a simulated trial, in fixed order: the outcomes of the study that belongs to it, the numbers of
//! the trial in memory and the paths of the known truth all follow this list.

use super::scenario::Scenario;

/// One outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Its name in study and truth.
    pub(crate) name: String,
    /// What it counts.
    pub(crate) kind: MeasureKind,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MeasureKind {
    /// Weeks in a state.
    WeeksIn(usize),
    /// Hours.
    Hours,
    /// Events of a process, of one kind or all.
    Events(usize, Option<usize>),
    /// Share of weeks with an event among those in the states of the process.
    Share(usize, Option<usize>),
    /// Leaving states.
    Exit(usize),
}

/// All outcomes: weeks in each state, hours, events and shares (all kinds; then each kind where there are several), exits.
pub(crate) fn measures(scenario: &Scenario) -> Vec<Measure> {
    let mut all = Vec::new();
    let mut add = |name: String, kind| all.push(Measure { name, kind });
    for (index, state) in scenario.states.iter().enumerate() {
        add(state.name.clone(), MeasureKind::WeeksIn(index));
    }
    if scenario.hours.is_some() {
        add("hours".to_owned(), MeasureKind::Hours);
    }
    for (index, events) in scenario.events.iter().enumerate() {
        let mut both = |name: String, kind| {
            add(name.clone(), MeasureKind::Events(index, kind));
            add(format!("{name}_share"), MeasureKind::Share(index, kind));
        };
        both(events.name.clone(), None);
        let mut names: Vec<&str> = Vec::new();
        for (kind, k) in events.kinds.iter().enumerate() {
            // A kind with several entries (periods) is one outcome, found by its first entry.
            if !names.contains(&k.name.as_str()) {
                names.push(&k.name);
                if events.kinds.iter().any(|other| other.name != k.name) {
                    both(format!("{}_{}", events.name, k.name), Some(kind));
                }
            }
        }
    }
    for (index, exit) in scenario.exits.iter().enumerate() {
        add(exit.name.clone(), MeasureKind::Exit(index));
    }
    all
}
