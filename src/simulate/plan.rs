//! The scenario made ready: names turned into places in lists, hazards of every kind of person worked out.

use super::calendar::CalendarWeek;
use super::scenario::{Effect, Scenario};
use std::collections::BTreeMap;

/// First and last trial week, both included.
pub(crate) type Span = (u32, u32);

/// A kind of person: everything that hazards depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Profile {
    pub(crate) arm: usize,
    pub(crate) site: usize,
    /// One per subgroup column.
    pub(crate) levels: Vec<usize>,
    pub(crate) hidden: usize,
    pub(crate) cluster: usize,
}

/// Weekly probabilities of moving, by period, state left and state entered (0 where they are the same).
#[derive(Clone, Debug)]
pub(crate) struct Rates {
    states: usize,
    values: Vec<f64>,
}

impl Rates {
    /// The probabilities out of a state.
    pub(crate) fn row(&self, period: usize, from: usize) -> &[f64] {
        let start = (period * self.states + from) * self.states;
        &self.values[start..start + self.states]
    }
}

/// A multiplier with its places in the list of states.
#[derive(Clone, Debug)]
struct Factor {
    from: Option<usize>,
    to: Option<usize>,
    arm: Option<usize>,
    weeks: Span,
    multiplier: f64,
}

/// A hazard with its places in the list of states.
#[derive(Clone, Debug)]
struct Hazard {
    from: usize,
    to: usize,
    weeks: Span,
    value: f64,
}

/// The calendar of the intake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intake {
    pub(crate) first: CalendarWeek,
    pub(crate) last: CalendarWeek,
    pub(crate) data_end: CalendarWeek,
}

/// Everything about chains and calendar that drawing and truth share.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Share of each state in week 1.
    pub(crate) initial: Vec<f64>,
    /// First week of each period of constant hazards; starts with 1.
    starts: Vec<u32>,
    hazards: Vec<Hazard>,
    arms: Vec<Vec<Factor>>,
    sites: Vec<Vec<Factor>>,
    levels: Vec<Vec<Vec<Factor>>>,
    hidden: Vec<Vec<Factor>>,
    clusters: Vec<Vec<Factor>>,
    pub(crate) intake: Option<Intake>,
    /// Units per block.
    pub(crate) block: usize,
}

/// Weeks as written, or always.
pub(crate) fn span(weeks: Option<[u32; 2]>) -> Span {
    weeks.map_or((1, u32::MAX), |[first, last]| (first, last))
}

impl Plan {
    /// From a scenario whose names have been checked.
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let place = |name: &str| scenario.states.iter().position(|s| s.name == name);
        let known = |name: &str| place(name).expect("names were checked");
        let arm = |name: &str| scenario.arms.iter().position(|a| a.name == name);
        let known_arm = |name: &str| arm(name).expect("names were checked");
        let factors = |effects: &[Effect]| -> Vec<Factor> {
            effects
                .iter()
                .map(|e| Factor {
                    from: e.from.as_deref().map(known),
                    to: e.to.as_deref().map(known),
                    arm: e.arm.as_deref().map(known_arm),
                    weeks: span(e.weeks),
                    multiplier: e.multiplier,
                })
                .collect()
        };
        let hazards: Vec<Hazard> = scenario
            .transitions
            .iter()
            .map(|t| Hazard {
                from: known(&t.from),
                to: known(&t.to),
                weeks: span(t.weeks),
                value: t.hazard,
            })
            .collect();
        let week = |text: &str| CalendarWeek::parse(text).expect("weeks were checked");
        let or_one = |list: Vec<Vec<Factor>>| {
            if list.is_empty() {
                vec![Vec::new()]
            } else {
                list
            }
        };
        let mut plan = Self {
            initial: scenario
                .states
                .iter()
                .map(|s| scenario.initial.get(&s.name).copied().unwrap_or(0.0))
                .collect(),
            starts: Vec::new(),
            hazards,
            arms: scenario.arms.iter().map(|a| factors(&a.effects)).collect(),
            sites: scenario.sites.iter().map(|s| factors(&s.effects)).collect(),
            levels: scenario
                .subgroups
                .iter()
                .map(|g| g.levels.iter().map(|l| factors(&l.effects)).collect())
                .collect(),
            hidden: or_one(
                scenario
                    .hidden
                    .iter()
                    .map(|l| factors(&l.effects))
                    .collect(),
            ),
            clusters: or_one(
                scenario
                    .clusters
                    .iter()
                    .flat_map(|c| c.kinds.iter().map(|l| factors(&l.effects)))
                    .collect(),
            ),
            intake: scenario.entry.as_ref().map(|e| Intake {
                first: week(&e.first),
                last: week(&e.last),
                data_end: week(&e.data_end),
            }),
            block: {
                let ratios: u32 = scenario.arms.iter().map(|a| a.ratio).sum();
                scenario.block.unwrap_or(2 * ratios) as usize
            },
        };
        plan.starts = plan.period_starts();
        plan
    }

    fn period_starts(&self) -> Vec<u32> {
        let groups = [&self.arms, &self.sites, &self.hidden, &self.clusters];
        let factors = groups
            .into_iter()
            .chain(&self.levels)
            .flatten()
            .flatten()
            .map(|f| f.weeks);
        let mut starts: Vec<u32> = factors
            .chain(self.hazards.iter().map(|h| h.weeks))
            .flat_map(|(first, last)| [first, last.saturating_add(1)])
            .chain([1])
            .filter(|&week| week < u32::MAX)
            .collect();
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// Periods of constant hazards.
    pub(crate) fn periods(&self) -> usize {
        self.starts.len()
    }

    /// First week of a period.
    pub(crate) fn start(&self, period: usize) -> u32 {
        self.starts[period]
    }

    /// The period of a week, from 1.
    pub(crate) fn period(&self, week: u32) -> usize {
        self.starts.partition_point(|&start| start <= week) - 1
    }

    /// Weekly probabilities of one kind of person.
    pub(crate) fn rates(&self, profile: &Profile) -> Rates {
        let states = self.initial.len();
        let mut values = vec![0.0; self.starts.len() * states * states];
        let groups = self
            .levels
            .iter()
            .zip(&profile.levels)
            .map(|(levels, &level)| &levels[level]);
        let factors: Vec<&Factor> = [
            &self.arms[profile.arm],
            &self.sites[profile.site],
            &self.hidden[profile.hidden],
            &self.clusters[profile.cluster],
        ]
        .into_iter()
        .chain(groups)
        .flatten()
        .collect();
        for (period, &start) in self.starts.iter().enumerate() {
            let holds = |weeks: Span| weeks.0 <= start && start <= weeks.1;
            for hazard in self.hazards.iter().filter(|h| holds(h.weeks)) {
                let multiplier: f64 = factors
                    .iter()
                    .filter(|f| {
                        holds(f.weeks)
                            && f.arm.is_none_or(|a| a == profile.arm)
                            && f.from.is_none_or(|s| s == hazard.from)
                            && f.to.is_none_or(|s| s == hazard.to)
                    })
                    .map(|f| f.multiplier)
                    .product();
                values[(period * states + hazard.from) * states + hazard.to] +=
                    hazard.value * multiplier;
            }
        }
        Rates { states, values }
    }
}

/// Every kind of person of an arm with its share of that arm. Sites weigh as in the whole trial.
pub(crate) fn profiles(scenario: &Scenario, arm: usize) -> Vec<(Profile, f64)> {
    let persons: f64 = scenario.sites.iter().map(|s| f64::from(s.persons)).sum();
    let mut all: Vec<(Profile, f64)> = scenario
        .sites
        .iter()
        .enumerate()
        .map(|(site, s)| {
            let profile = Profile {
                arm,
                site,
                ..Profile::default()
            };
            (profile, f64::from(s.persons) / persons)
        })
        .collect();
    let split = |all: Vec<(Profile, f64)>, shares: Vec<f64>, put: &dyn Fn(&mut Profile, usize)| {
        all.into_iter()
            .flat_map(|(profile, weight)| {
                shares
                    .iter()
                    .enumerate()
                    .map(|(index, share)| {
                        let mut one = profile.clone();
                        put(&mut one, index);
                        (one, weight * share)
                    })
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    for group in &scenario.subgroups {
        let shares = group.levels.iter().map(|l| l.share).collect();
        all = split(all, shares, &|p, index| p.levels.push(index));
    }
    if !scenario.hidden.is_empty() {
        let shares = scenario.hidden.iter().map(|l| l.share).collect();
        all = split(all, shares, &|p, index| p.hidden = index);
    }
    if let Some(clusters) = scenario.clusters.as_ref().filter(|c| !c.kinds.is_empty()) {
        let shares = clusters.kinds.iter().map(|l| l.share).collect();
        all = split(all, shares, &|p, index| p.cluster = index);
    }
    all
}

/// Rates of the kinds of person met so far.
#[derive(Default)]
pub(crate) struct Cache(BTreeMap<Profile, Rates>);

impl Cache {
    /// The rates of one kind, worked out the first time.
    pub(crate) fn get(&mut self, plan: &Plan, profile: &Profile) -> &Rates {
        self.0
            .entry(profile.clone())
            .or_insert_with(|| plan.rates(profile))
    }
}
