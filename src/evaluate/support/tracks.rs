//! Which series of counts a reader of the weekly rows can work out, and how they are read from a person's weeks.

use crate::panel::{Kind, Panel, Value};
use crate::results::support::{Count, Part, TAKEN_UP, TrackKind};
use crate::study::{AtRisk, ExitSource, OutcomeKind, Study};
use crate::trial::Trial;

/// Differences of at most so many outcomes are looked at when there are more outcomes than this.
const TOGETHER: usize = 6;

/// How a series is read from the weeks of a person.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    /// Stocks that are added and taken away so that 0 or 1 is left of everybody.
    Signed(Vec<Source>),
    /// The week's exit is to one of these destinations.
    Exits { outcome: usize, to: Vec<usize> },
    /// Still at risk after the week.
    Stays { outcome: usize },
    /// In a state the week after, but not as one who has been at risk all the time: what survivors of a week and the stock of
    /// the next one tell.
    Back { source: Source, exit: usize },
    /// The first week with a value.
    First { outcome: usize },
}

/// A stock of an outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    /// Channel 0: followed, at risk, or among whom a share is taken.
    Present(usize),
    /// Channel 1 is not 0.
    Valued(usize),
    /// Everybody.
    Everybody,
    /// At risk in the first tick.
    Starts(usize),
}

pub(super) struct Tracks {
    pub parts: Vec<Part>,
    /// The outcome of each part.
    pub outcomes: Vec<usize>,
    pub kinds: Vec<TrackKind>,
    pub readings: Vec<Reading>,
}

/// The parts and series of a study.
pub(super) fn tracks(study: &Study, trial: &Trial, panel: &Panel) -> Tracks {
    use Source::{Everybody, Present, Starts, Valued};
    let mut out = Tracks {
        parts: Vec::new(),
        outcomes: Vec::new(),
        kinds: Vec::new(),
        readings: Vec::new(),
    };
    for index in 0..study.outcomes.len() {
        out.part(study, index, "");
    }
    for (index, built) in panel.outcomes.iter().enumerate() {
        let own = vec![index];
        match built.shape.kind {
            // States come together below.
            Kind::Mean {
                value: Value::State,
            } if matches!(study.outcomes[index].kind, OutcomeKind::WeeksIn { .. }) => {}
            Kind::Mean { .. } | Kind::Share => {
                out.stock(
                    panel,
                    index,
                    own.clone(),
                    Reading::Signed(vec![Valued(index)]),
                );
                let without = Reading::Signed(vec![Present(index), Valued(index)]);
                out.stock(panel, index, own, without);
            }
            Kind::Exit { .. } => {
                out.stock(
                    panel,
                    index,
                    own.clone(),
                    Reading::Signed(vec![Present(index)]),
                );
                let others = Reading::Signed(vec![Everybody, Starts(index)]);
                out.stock(panel, index, own.clone(), others);
                out.stock(panel, index, own, Reading::Stays { outcome: index });
                out.exits(study, panel, index);
            }
            Kind::Ledger => {}
        }
    }
    for analysis in &study.analyses {
        if let Some(asked) = &analysis.take_up {
            let outcome = asked.outcome;
            let name = &study.outcomes[outcome].name;
            let is_it = |part: &Part| part.outcome == *name && part.item == TAKEN_UP;
            if !out.parts.iter().any(is_it) {
                let part = out.part(study, outcome, TAKEN_UP);
                let first = Reading::First { outcome };
                out.push(panel, outcome, (Count::Flow, vec![part]), first);
            }
        }
    }
    for table in 0..trial.tables.len() {
        out.states(study, trial, panel, table);
    }
    out
}

impl Tracks {
    /// A new part, and its place.
    fn part(&mut self, study: &Study, outcome: usize, item: &str) -> usize {
        self.parts.push(Part {
            outcome: study.outcomes[outcome].name.clone(),
            item: item.to_owned(),
        });
        self.outcomes.push(outcome);
        self.parts.len() - 1
    }

    fn push(
        &mut self,
        panel: &Panel,
        outcome: usize,
        (count, needs): (Count, Vec<usize>),
        reading: Reading,
    ) {
        let shape = &panel.outcomes[outcome].shape;
        let what = self
            .kinds
            .iter()
            .map(|kind| kind.what + 1)
            .max()
            .unwrap_or(0);
        self.kinds.push(TrackKind {
            count,
            what,
            needs,
            first: shape.first_tick,
            ticks: shape.ticks,
        });
        self.readings.push(reading);
    }

    fn stock(&mut self, panel: &Panel, outcome: usize, needs: Vec<usize>, reading: Reading) {
        self.push(panel, outcome, (Count::Stock, needs), reading);
    }

    /// Exits to anywhere, to each destination, and to those that are left when others are shown.
    fn exits(&mut self, study: &Study, panel: &Panel, index: usize) {
        let destinations = panel.outcomes[index].shape.destinations.len();
        let all: Vec<usize> = (0..destinations).collect();
        let any = Reading::Exits {
            outcome: index,
            to: all.clone(),
        };
        self.push(panel, index, (Count::Flow, vec![index]), any);
        if destinations < 2 {
            return;
        }
        let first = self.parts.len();
        for destination in &panel.outcomes[index].shape.destinations {
            self.part(study, index, destination);
        }
        for &to in &all {
            let reading = Reading::Exits {
                outcome: index,
                to: vec![to],
            };
            self.push(panel, index, (Count::Flow, vec![first + to]), reading);
        }
        // What is left of all exits when some destinations are shown.
        for shown in 1..(1_u32 << destinations.min(16)) - 1 {
            let is_shown = |to: &usize| shown >> to & 1 == 1;
            let left: Vec<usize> = all.iter().copied().filter(|to| !is_shown(to)).collect();
            let parts = all.iter().filter(|to| is_shown(to)).map(|to| first + to);
            let needs = std::iter::once(index).chain(parts).collect();
            let reading = Reading::Exits {
                outcome: index,
                to: left,
            };
            let same = self.readings.iter().position(|other| *other == reading);
            self.push(panel, index, (Count::Flow, needs), reading);
            if let (Some(same), Some(last)) =
                (same.map(|s| self.kinds[s].what), self.kinds.last_mut())
            {
                last.what = same;
            }
        }
    }

    /// Every set of states whose persons can be worked out from the outcomes that share a table.
    fn states(&mut self, study: &Study, trial: &Trial, panel: &Panel, table: usize) {
        let labels = &trial.tables[table].states;
        let mask = |states: &[String]| {
            let inside = |label: &String| i8::from(states.contains(label));
            labels.iter().map(inside).collect::<Vec<i8>>()
        };
        // Everybody followed, which needs nothing, first.
        let mut sets: Vec<(Vec<i8>, Option<usize>, Source)> = Vec::new();
        for (index, outcome) in study.outcomes.iter().enumerate() {
            let Some((states, source)) = states_of(&outcome.kind, (table, index)) else {
                continue;
            };
            if sets.is_empty() && matches!(source, Source::Valued(_)) {
                sets.push((vec![1; labels.len()], None, Source::Present(index)));
            }
            sets.push((mask(states), Some(index), source));
        }
        let Some(&(_, _, Source::Present(any) | Source::Valued(any))) = sets.first() else {
            return;
        };
        let mut known: Vec<(Vec<i8>, usize)> = Vec::new();
        for signs in all_signs(sets.len()) {
            let mut sum = vec![0_i8; labels.len()];
            for (sign, (set, _, _)) in signs.iter().zip(&sets) {
                sum.iter_mut().zip(set).for_each(|(s, m)| *s += sign * m);
            }
            let is_set = sum.iter().all(|s| (0..=1).contains(s)) && sum.contains(&1);
            // Everybody followed is no secret of a state: who is lost is told coarsely elsewhere.
            if !is_set || sum.iter().all(|s| *s == 1) {
                continue;
            }
            let used = signs.iter().zip(&sets).filter(|(sign, _)| **sign != 0);
            let needs: Vec<usize> = used.clone().filter_map(|(_, (_, part, _))| *part).collect();
            let reading = used.map(|(_, (_, _, source))| *source).collect();
            self.stock(panel, any, needs, Reading::Signed(reading));
            let Some(last) = self.kinds.last_mut() else {
                continue;
            };
            match known.iter().find(|(set, _)| *set == sum) {
                Some((_, what)) => last.what = *what,
                None => known.push((sum, last.what)),
            }
        }
        self.returned(study, panel, table);
    }

    /// In the states of an outcome, but not at risk of an exit from them any more: those who have come back.
    fn returned(&mut self, study: &Study, panel: &Panel, table: usize) {
        for (exit, outcome) in study.outcomes.iter().enumerate() {
            let OutcomeKind::Exit {
                source: ExitSource::Spells { table: own, from },
                at_risk: AtRisk::First,
                ..
            } = &outcome.kind
            else {
                continue;
            };
            if *own != table {
                continue;
            }
            for (index, other) in study.outcomes.iter().enumerate() {
                let Some((states, source)) = states_of(&other.kind, (table, index)) else {
                    continue;
                };
                if from.iter().all(|state| states.contains(state)) {
                    let reading = Reading::Signed(vec![source, Source::Present(exit)]);
                    self.stock(panel, index, vec![index, exit], reading);
                    let back = Reading::Back { source, exit };
                    self.stock(panel, exit, vec![index, exit], back);
                }
            }
        }
    }
}

/// The states of an outcome of a table, and where its persons are counted.
fn states_of(kind: &OutcomeKind, (table, index): (usize, usize)) -> Option<(&[String], Source)> {
    match kind {
        OutcomeKind::WeeksIn { table: own, states } if *own == table => {
            Some((states, Source::Valued(index)))
        }
        OutcomeKind::ShareAmong {
            table: own, among, ..
        } if *own == table => Some((among, Source::Present(index))),
        _ => None,
    }
}

/// All choices of -1, 0 and 1 for so many sets, the empty one left out; of many sets, at most three at once.
fn all_signs(count: usize) -> Vec<Vec<i8>> {
    let most = if count <= TOGETHER { count } else { 3 };
    let mut all = vec![Vec::new()];
    for _ in 0..count {
        all = all
            .into_iter()
            .flat_map(|signs: Vec<i8>| {
                let full = signs.iter().filter(|s| **s != 0).count() == most;
                [0, 1, -1]
                    .into_iter()
                    .filter(move |sign| *sign == 0 || !full)
                    .map(move |sign| {
                        let mut signs = signs.clone();
                        signs.push(sign);
                        signs
                    })
            })
            .collect();
    }
    all.retain(|signs| signs.iter().any(|s| *s != 0));
    all
}
