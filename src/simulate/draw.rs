//! One person drawn: entry, groups, states week by week, hours, events.

use super::calendar::CalendarWeek;
use super::plan::{Cache, Plan, Profile, span};
use super::random::{Lasting, Purpose, Stream};
use super::scenario::Scenario;

/// A simulated person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Kind of person, hidden parts included.
    pub(crate) profile: Profile,
    /// Cluster, numbered within the trial.
    pub(crate) cluster: Option<u32>,
    /// Week of assignment.
    pub(crate) entry: Option<CalendarWeek>,
    /// State of each trial week from 1 to the last followed one.
    pub(crate) states: Vec<usize>,
    /// Weeks the register covers; the person was lost when it is more than those followed.
    pub(crate) covered: u32,
    /// Trial week and hundredths of hours, where there are any.
    pub(crate) hours: Vec<(u32, i64)>,
    /// For each event process: trial week and entry in its list of kinds.
    pub(crate) events: Vec<Vec<(u32, usize)>>,
}

/// Draws every person of a trial, site by site.
pub(crate) fn persons(scenario: &Scenario, plan: &Plan, seed: u64) -> Vec<Person> {
    let mut cache = Cache::default();
    let mut clusters_before = 0;
    let mut all = Vec::new();
    for (site, s) in scenario.sites.iter().enumerate() {
        let size = scenario.clusters.as_ref().map_or(1, |c| c.persons);
        for number in 0..s.persons {
            let unit = number / size;
            let place = Place {
                seed,
                site,
                number,
                unit,
            };
            let mut person = place.draw(scenario, plan, &mut cache);
            person.cluster = scenario.clusters.as_ref().map(|_| clusters_before + unit);
            all.push(person);
        }
        clusters_before += s.persons.div_ceil(size);
    }
    all
}

/// Where a person stands; with the seed this decides everything about it.
struct Place {
    seed: u64,
    site: usize,
    /// Number within the site.
    number: u32,
    /// Number of the randomised unit within the site.
    unit: u32,
}

impl Place {
    fn stream(&self, purpose: Purpose, unit: u32) -> Stream {
        Stream::new(self.seed, purpose, self.site as u32, unit)
    }

    /// The arm of the unit: blocks are shuffled one by one.
    fn arm(&self, scenario: &Scenario, plan: &Plan) -> usize {
        let ratios: usize = scenario.arms.iter().map(|a| a.ratio as usize).sum();
        let mut block: Vec<usize> = scenario
            .arms
            .iter()
            .enumerate()
            .flat_map(|(arm, a)| std::iter::repeat_n(arm, a.ratio as usize * plan.block / ratios))
            .collect();
        let mut stream = self.stream(Purpose::Assignment, self.unit / plan.block as u32);
        for last in (1..block.len()).rev() {
            block.swap(last, stream.below(last + 1));
        }
        block[self.unit as usize % plan.block]
    }

    fn draw(&self, scenario: &Scenario, plan: &Plan, cache: &mut Cache) -> Person {
        let mut stream = self.stream(Purpose::Person, self.number);
        let entry = plan.intake.map(|intake| {
            let weeks = intake.last.0 - intake.first.0 + 1;
            CalendarWeek(intake.first.0 + stream.below(weeks as usize) as i32)
        });
        let hidden = stream.class(scenario.hidden.iter().map(|l| l.share));
        let levels = scenario
            .subgroups
            .iter()
            .map(|g| stream.class(g.levels.iter().map(|l| l.share)))
            .collect();
        let cluster = scenario.clusters.as_ref().map_or(0, |c| {
            self.stream(Purpose::Cluster, self.unit)
                .class(c.kinds.iter().map(|l| l.share))
        });
        let profile = Profile {
            arm: self.arm(scenario, plan),
            site: self.site,
            levels,
            hidden,
            cluster,
        };
        let covered = match (plan.intake, entry) {
            (Some(intake), Some(entry)) => (intake.data_end.0 - entry.0 + 1) as u32,
            _ => scenario.horizon + scenario.extra_weeks,
        };
        let states = self.history(scenario, plan, cache, &profile, covered);
        Person {
            hours: self.hours(scenario, &profile, &states),
            events: self.events(scenario, &profile, &states),
            profile,
            cluster: None,
            entry,
            states,
            covered,
        }
    }

    /// States of the followed weeks: the chain, cut where the person is lost.
    fn history(
        &self,
        scenario: &Scenario,
        plan: &Plan,
        cache: &mut Cache,
        profile: &Profile,
        covered: u32,
    ) -> Vec<usize> {
        let rates = cache.get(plan, profile);
        let loss = scenario
            .lost
            .as_ref()
            .map_or(0.0, |lost| lost.hazard[&scenario.arms[profile.arm].name]);
        let mut chance = self.stream(Purpose::Loss, self.number);
        let mut stream = self.stream(Purpose::History, self.number);
        let mut states = vec![stream.class(plan.initial.iter().copied())];
        for week in 1..covered {
            let now = states[states.len() - 1];
            if chance.uniform() < loss && !scenario.states[now].absorbing {
                break;
            }
            let u = stream.uniform();
            let mut sum = 0.0;
            let next = rates.row(plan.period(week), now).iter().position(|p| {
                sum += p;
                u < sum
            });
            states.push(next.unwrap_or(now));
        }
        states
    }

    fn hours(&self, scenario: &Scenario, profile: &Profile, states: &[usize]) -> Vec<(u32, i64)> {
        let Some(hours) = &scenario.hours else {
            return Vec::new();
        };
        let arm = &scenario.arms[profile.arm].name;
        let mut lasting = Lasting::new(self.stream(Purpose::Hours, self.number), hours.renewal);
        let mut found = Vec::new();
        for (week, &state) in (1..).zip(states) {
            let u = lasting.next();
            let name = &scenario.states[state].name;
            let Some(rule) = hours.rules.iter().find(|r| r.states.contains(name)) else {
                continue;
            };
            let mut sum = 0.0;
            let value = rule.values.iter().find(|v| {
                sum += v.share * rule.probability[arm];
                u < sum
            });
            if let Some(value) = value.filter(|v| v.hours > 0.0) {
                found.push((week, hundredths(value.hours)));
            }
        }
        found
    }

    fn events(
        &self,
        scenario: &Scenario,
        profile: &Profile,
        states: &[usize],
    ) -> Vec<Vec<(u32, usize)>> {
        let arm = &scenario.arms[profile.arm].name;
        let mut all = Vec::new();
        for (index, process) in (0..).zip(&scenario.events) {
            let stream = self.stream(Purpose::Events(index), self.number);
            let mut lasting = Lasting::new(stream, process.renewal);
            let mut found = Vec::new();
            for (week, &state) in (1_u32..).zip(states) {
                let u = lasting.next();
                if !process.states.contains(&scenario.states[state].name) {
                    continue;
                }
                let mut sum = 0.0;
                let kind = process.kinds.iter().position(|k| {
                    let (first, last) = span(k.weeks);
                    if (first..=last).contains(&week) {
                        sum += k.probability[arm];
                    }
                    u < sum
                });
                found.extend(kind.map(|kind| (week, kind)));
            }
            all.push(found);
        }
        all
    }
}

/// Hours as stored: whole hundredths (the scenario has at most two decimals).
pub(crate) fn hundredths(hours: f64) -> i64 {
    (hours * 100.0).round() as i64
}
