//! A simulated trial without files: the checked trial as the engine takes it, and the study that belongs to it.

use super::draw::Person;
use super::measures::{MeasureKind, measures};
use super::scenario::Scenario;
use crate::study::{
    Adjustment, AmountRules, AmountSource, Analysis, AtRisk, DataFile, EventSource, ExitSource,
    FirstWeek, IntervalKind, Labels, Multiplicity, Outcome, OutcomeKind, Overlap, Per, PersonsFile,
    Resampling, SchemeKind, SpellForm, SpellsFile, StandardErrors, Study, WeekUnit,
};
use crate::trial::{Run, Spell, SpellTable, Subgroup, Trial, WeeklyRuns};
use crate::units::{ConfidenceLevel, Language};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Places of names in ascending order: sorted names, and for each place in the scenario the sorted one.
fn ascending<'a>(names: impl Iterator<Item = &'a str>) -> (Vec<String>, Vec<usize>) {
    let names: Vec<&str> = names.collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&place| names[place]);
    let mut sorted_place = vec![0; names.len()];
    for (sorted, &place) in order.iter().enumerate() {
        sorted_place[place] = sorted;
    }
    let sorted = order.iter().map(|&place| names[place].to_owned());
    (sorted.collect(), sorted_place)
}

/// The trial of these persons. It has no hash: there are no inputs.
pub(crate) fn trial(scenario: &Scenario, persons: &[Person]) -> Trial {
    let (strata, stratum) = ascending(scenario.sites.iter().map(|s| s.name.as_str()));
    let subgroups = scenario
        .subgroups
        .iter()
        .enumerate()
        .map(|(index, g)| {
            let (levels, place) = ascending(g.levels.iter().map(|l| l.name.as_str()));
            let level = |p: &Person| Some(place[p.profile.levels[index]] as u16);
            Subgroup {
                column: g.column.clone(),
                levels,
                level: persons.iter().map(level).collect(),
            }
        })
        .collect();
    let records = measures(scenario)
        .iter()
        .map(|measure| match measure.kind {
            MeasureKind::Hours => Some(runs(persons, |p| p.hours.clone())),
            MeasureKind::Events(process, kind) | MeasureKind::Share(process, kind) => {
                let kinds = &scenario.events[process].kinds;
                let counts =
                    |k: usize| kind.is_none_or(|wanted| kinds[wanted].name == kinds[k].name);
                Some(runs(persons, |p| {
                    let events = p.events[process].iter();
                    events.filter(|e| counts(e.1)).map(|e| (e.0, 1)).collect()
                }))
            }
            MeasureKind::WeeksIn(_) | MeasureKind::Exit(_) => None,
        })
        .collect();
    Trial {
        horizon: scenario.horizon,
        arms: scenario.arms.iter().map(|a| a.name.clone()).collect(),
        strata,
        arm: persons.iter().map(|p| p.profile.arm as u16).collect(),
        stratum: persons
            .iter()
            .map(|p| stratum[p.profile.site] as u32)
            .collect(),
        cluster: persons.iter().map(|p| p.cluster).collect(),
        subgroups,
        tables: vec![table(scenario, persons)],
        records,
        ..Trial::default()
    }
}

fn table(scenario: &Scenario, persons: &[Person]) -> SpellTable {
    let (states, place) = ascending(scenario.states.iter().map(|s| s.name.as_str()));
    let mut absorbing = vec![false; states.len()];
    for (state, &sorted) in scenario.states.iter().zip(&place) {
        absorbing[sorted] = state.absorbing;
    }
    let mut table = SpellTable {
        name: "spells".to_owned(),
        states,
        absorbing,
        offsets: vec![0],
        spells: Vec::new(),
        followed: persons.iter().map(|p| p.states.len() as i32).collect(),
    };
    for person in persons {
        let mut start = 1;
        for run in person.states.chunk_by(|a, b| a == b) {
            let end = start + run.len() as i32;
            table.spells.push(Spell {
                start,
                end,
                state: place[run[0]] as u16,
            });
            start = end;
        }
        table.offsets.push(table.spells.len() as u32);
    }
    table
}

/// Weekly numbers as runs of equal value.
fn runs(persons: &[Person], of: impl Fn(&Person) -> Vec<(u32, i64)>) -> WeeklyRuns {
    let mut all = WeeklyRuns {
        offsets: vec![0],
        runs: Vec::new(),
    };
    for person in persons {
        let weeks = of(person);
        for run in weeks.chunk_by(|a, b| a.0 + 1 == b.0 && a.1 == b.1) {
            let start = run[0].0 as i32;
            all.runs.push(Run {
                start,
                end: start + run.len() as i32,
                value: run[0].1,
            });
        }
        all.offsets.push(all.runs.len() as u32);
    }
    all
}

fn file(name: &str) -> DataFile {
    DataFile {
        shown: name.to_owned(),
        path: PathBuf::from(name),
    }
}

/// The study that belongs to the trial in memory: one analysis of every outcome, without replicates.
pub(crate) fn study(scenario: &Scenario) -> Study {
    let outcomes: Vec<Outcome> = measures(scenario)
        .into_iter()
        .map(|measure| Outcome {
            kind: outcome(scenario, measure.kind),
            name: measure.name,
            unit: None,
        })
        .collect();
    let absorbing = scenario.states.iter().filter(|s| s.absorbing);
    let subgroups: Vec<String> = scenario
        .subgroups
        .iter()
        .map(|g| g.column.clone())
        .collect();
    Study {
        name: scenario.name.clone(),
        language: Language::En,
        texts: BTreeMap::new(),
        horizon: scenario.horizon,
        first_week: FirstWeek::Assignment,
        headline: 0,
        synthetic: true,
        control: scenario.arms[0].name.clone(),
        treatments: scenario.arms[1..].iter().map(|a| a.name.clone()).collect(),
        labels: Labels::default(),
        persons: PersonsFile {
            file: file("persons.csv"),
            id: "person_id".to_owned(),
            arm: "arm".to_owned(),
            assigned: None,
            strata: vec![scenario.site_column.clone()],
            cluster: scenario.clusters.as_ref().map(|c| c.column.clone()),
            followed_until: None,
            subgroups: subgroups.clone(),
            covariates: Vec::new(),
        },
        randomisation: None,
        tables: vec![SpellsFile {
            name: "spells".to_owned(),
            files: vec![file("spells.csv")],
            person: "person_id".to_owned(),
            start: "start_week".to_owned(),
            end: "end_week".to_owned(),
            state: "state".to_owned(),
            weeks: WeekUnit::Trial,
            gap: None,
            overlap: Overlap::Error,
            date_rule: crate::study::DateRule::default(),
            data_end: None,
            censor: Vec::new(),
            absorbing: absorbing.map(|s| s.name.clone()).collect(),
            states: None,
            form: SpellForm::default(),
        }],
        durations: None,
        analyses: vec![Analysis {
            name: "main".to_owned(),
            outcomes: (0..outcomes.len()).collect(),
            estimands: Vec::new(),
            adjustment: Adjustment::None,
            standard_errors: StandardErrors::default(),
            subgroups,
            weeks: Vec::new(),
            interval: IntervalKind::default(),
            confidence: ConfidenceLevel::default(),
            family: vec![],
            moderators: vec![],
            multiplicity: Multiplicity::default(),
            take_up: None,
        }],
        outcomes,
        resampling: Resampling {
            scheme: SchemeKind::Bootstrap,
            replicates: 0,
            permutations: 0,
            seed: 1,
        },
        cost_benefit: None,
        min_cell: 1,
        site: None,
        secret: None,
        formats: Vec::new(),
        surveys: Vec::new(),
        source: String::new(),
        folder: PathBuf::new(),
    }
}

fn outcome(scenario: &Scenario, kind: MeasureKind) -> OutcomeKind {
    let source = |process: usize, kind: Option<usize>| {
        let events = &scenario.events[process];
        let column = events.column.clone().unwrap_or_else(|| "kind".to_owned());
        EventSource {
            file: file(&events.file),
            person: "person_id".to_owned(),
            week: "week".to_owned(),
            weeks: WeekUnit::Trial,
            filter: kind
                .iter()
                .map(|&k| (column.clone(), events.kinds[k].name.clone()))
                .collect(),
            status: None,
        }
    };
    match kind {
        MeasureKind::WeeksIn(state) => OutcomeKind::WeeksIn {
            table: 0,
            states: vec![scenario.states[state].name.clone()],
        },
        MeasureKind::Hours => OutcomeKind::Amount {
            source: AmountSource::File {
                file: file("hours.csv"),
                person: "person_id".to_owned(),
                time: "week".to_owned(),
                column: "hours".to_owned(),
                weeks: WeekUnit::Trial,
                filter: Vec::new(),
                rules: AmountRules::default(),
            },
            per: Per::Week,
            decimals: 2,
        },
        MeasureKind::Events(process, kind) => OutcomeKind::Events {
            source: source(process, kind),
        },
        MeasureKind::Share(process, kind) => OutcomeKind::ShareAmong {
            source: source(process, kind),
            table: 0,
            among: scenario.events[process].states.clone(),
            target: None,
        },
        MeasureKind::Exit(index) => {
            let from = scenario.exits[index].from.clone();
            let states = scenario.states.iter().map(|s| s.name.clone());
            OutcomeKind::Exit {
                to: states.filter(|s| !from.contains(s)).collect(),
                source: ExitSource::Spells { table: 0, from },
                at_risk: AtRisk::First,
                sustained: 1,
            }
        }
    }
}
