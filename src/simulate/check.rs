//! Everything a scenario can get wrong, found in one pass.

use super::calendar::CalendarWeek;
use super::codes;
use super::plan::{Plan, Span, profiles, span};
use super::scenario::{Effect, Level, Scenario};
use crate::error::{Class, Diagnostic, Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of person that are worked out exactly, at most.
const PROFILES: usize = 100_000;
/// Persons, at most: a person's number within its site is 32 bits, and a trial of spells must fit in memory.
const PERSONS: u64 = 20_000_000;
/// Weeks simulated for one person, at most.
const WEEKS: i64 = 10_000;
/// Slack of sums of shares and probabilities.
const SLACK: f64 = 1e-9;

/// Checks names and ranges, then the hazards of every kind of person.
pub(crate) fn check(scenario: &Scenario) -> Result<Plan> {
    let mut found = Findings {
        scenario,
        list: Vec::new(),
    };
    found.names();
    found.chain();
    found.people();
    found.calendar();
    found.records();
    let fail = |diagnostics| Error {
        class: Class::Study,
        diagnostics,
    };
    if !found.list.is_empty() {
        return Err(fail(found.list));
    }
    let plan = Plan::new(scenario);
    found.hazards(&plan);
    if found.list.is_empty() {
        Ok(plan)
    } else {
        Err(fail(found.list))
    }
}

struct Findings<'a> {
    scenario: &'a Scenario,
    list: Vec<Diagnostic>,
}

impl Findings<'_> {
    fn add(&mut self, code: &'static str, message: String, hint: &str) {
        self.list.push(Diagnostic::error(code, message, hint));
    }

    fn probability(&mut self, place: &str, value: f64) {
        if !(0.0..=1.0).contains(&value) {
            let message = format!("`{place}` must be a number from 0 to 1");
            self.add(codes::RANGE, message, "give a probability");
        }
    }

    fn at_least(&mut self, place: &str, value: f64, least: f64) {
        if !value.is_finite() || value < least {
            let message = format!("`{place}` must be a number of at least {least}");
            self.add(codes::RANGE, message, "raise it");
        }
    }

    fn weeks(&mut self, place: &str, weeks: Option<[u32; 2]>) {
        if weeks.is_some_and(|[first, last]| first < 1 || last < first) {
            let message = format!("`{place}.weeks` must be a first and a last trial week, from 1");
            self.add(codes::RANGE, message, "write for instance weeks = [1, 13]");
        }
    }

    fn state(&mut self, place: &str, name: &str) {
        if !self.scenario.states.iter().any(|s| s.name == name) {
            let names: Vec<&str> = self
                .scenario
                .states
                .iter()
                .map(|s| s.name.as_str())
                .collect();
            let diagnostic = Diagnostic::error(
                codes::NAME,
                format!("`{place}` names the state `{name}`, which is not defined"),
                "define it under [[states]] or use one that is",
            );
            self.list.push(diagnostic.allowed(names.join(", ")));
        }
    }

    fn shares(&mut self, place: &str, shares: &[f64]) {
        for share in shares {
            self.probability(place, *share);
        }
        if (shares.iter().sum::<f64>() - 1.0).abs() > SLACK {
            let message = format!("the shares of `{place}` do not add up to 1");
            self.add(codes::SHARES, message, "change them so that they sum to 1");
        }
    }

    fn by_arm(&mut self, place: &str, values: &BTreeMap<String, f64>) {
        let arms: BTreeSet<&str> = self.scenario.arms.iter().map(|a| a.name.as_str()).collect();
        let given: BTreeSet<&str> = values.keys().map(String::as_str).collect();
        if arms != given {
            let names: Vec<&str> = arms.into_iter().collect();
            let diagnostic = Diagnostic::error(
                codes::NAME,
                format!("`{place}` must give one number for every arm and no other"),
                "name each arm once",
            );
            self.list.push(diagnostic.allowed(names.join(", ")));
        }
        for value in values.values() {
            self.probability(place, *value);
        }
    }

    fn twice<'n>(&mut self, what: &str, names: impl Iterator<Item = &'n str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if name.trim().is_empty() {
                let message = format!("a name among the {what} is empty");
                self.add(codes::NAME, message, "give it a name");
            } else if !seen.insert(name) {
                let message = format!("`{name}` stands twice among the {what}");
                self.add(codes::TWICE, message, "rename one of them");
            }
        }
    }

    fn effects(&mut self, place: &str, effects: &[Effect]) {
        for effect in effects {
            self.at_least(
                &format!("{place}.effects.multiplier"),
                effect.multiplier,
                0.0,
            );
            self.weeks(&format!("{place}.effects"), effect.weeks);
            if let Some(arm) = &effect.arm
                && !self.scenario.arms.iter().any(|a| a.name == *arm)
            {
                let message = format!("`{place}.effects.arm` names an arm that is not defined");
                self.add(codes::NAME, message, "use the name of one of the [[arms]]");
            }
            for (key, name) in [("from", &effect.from), ("to", &effect.to)] {
                if let Some(name) = name {
                    self.state(&format!("{place}.effects.{key}"), name);
                }
            }
        }
    }

    fn levels(&mut self, place: &str, levels: &[Level]) {
        self.twice(place, levels.iter().map(|l| l.name.as_str()));
        let shares: Vec<f64> = levels.iter().map(|l| l.share).collect();
        self.shares(place, &shares);
        for level in levels {
            self.effects(place, &level.effects);
        }
    }

    fn names(&mut self) {
        let s = self.scenario;
        let lost = s.lost.iter().map(|l| l.state.as_str());
        self.twice(
            "states",
            s.states.iter().map(|x| x.name.as_str()).chain(lost),
        );
        self.twice("arms", s.arms.iter().map(|x| x.name.as_str()));
        self.twice("sites", s.sites.iter().map(|x| x.name.as_str()));
        let fixed = ["person_id", "arm", "assigned", s.site_column.as_str()];
        let cluster = s.clusters.iter().map(|c| c.column.as_str());
        let groups = s.subgroups.iter().map(|g| g.column.as_str());
        self.twice("columns", fixed.into_iter().chain(cluster).chain(groups));
        let fixed = ["persons.csv", "spells.csv", "truth.json", "origin.txt"];
        let hours = s.hours.iter().map(|h| h.file.as_str());
        let files: Vec<&str> = fixed
            .into_iter()
            .chain(hours)
            .chain(s.events.iter().map(|e| e.file.as_str()))
            .collect();
        self.twice("files", files.iter().copied());
        for file in files
            .iter()
            .filter(|f| f.contains(['/', '\\']) || !f.contains('.'))
        {
            let message = format!("`{file}` must be a plain file name such as hours.csv");
            self.add(codes::NAME, message, "leave out the folder");
        }
        let measures = super::measures::measures(s);
        let names: Vec<String> = measures.into_iter().map(|m| m.name).collect();
        self.twice("outcomes", names.iter().map(String::as_str));
        if s.arms.len() < 2 {
            let message = "a trial has at least two arms".to_owned();
            self.add(codes::RANGE, message, "add an [[arms]]");
        }
        if s.sites.is_empty() {
            let message = "a trial has at least one site".to_owned();
            self.add(codes::RANGE, message, "add a [[sites]]");
        }
    }

    fn chain(&mut self) {
        let s = self.scenario;
        for name in s.initial.keys() {
            self.state("initial", name);
        }
        let initial: Vec<f64> = s.initial.values().copied().collect();
        self.shares("initial", &initial);
        let mut seen: BTreeMap<(&str, &str), Vec<Span>> = BTreeMap::new();
        for (index, t) in s.transitions.iter().enumerate() {
            let place = format!("transitions[{}]", index + 1);
            self.state(&format!("{place}.from"), &t.from);
            self.state(&format!("{place}.to"), &t.to);
            self.probability(&format!("{place}.hazard"), t.hazard);
            self.weeks(&place, t.weeks);
            if t.from == t.to {
                let message = format!("`{place}` goes from a state to itself");
                self.add(codes::NAME, message, "remove it: who does not leave stays");
            }
            if s.states.iter().any(|x| x.name == t.from && x.absorbing) {
                let message = format!("`{place}` leaves an absorbing state");
                self.add(codes::NAME, message, "remove it or `absorbing`");
            }
            let (first, last) = span(t.weeks);
            let spans = seen.entry((&t.from, &t.to)).or_default();
            if spans.iter().any(|&(a, b)| first <= b && a <= last) {
                let message = format!("`{place}` shares weeks with an earlier entry of its kind");
                self.add(codes::TWICE, message, "give the two weeks that do not meet");
            }
            seen.entry((&t.from, &t.to))
                .or_default()
                .push((first, last));
        }
        for exit in &s.exits {
            let place = format!("exits.{}.from", exit.name);
            for name in &exit.from {
                self.state(&place, name);
            }
            if !exit
                .from
                .iter()
                .any(|n| s.initial.get(n).is_some_and(|&share| share > 0.0))
            {
                let message = format!("nobody is in a state of `{place}` in week 1");
                self.add(
                    codes::RANGE,
                    message,
                    "name a state that has an initial share",
                );
            }
        }
    }

    fn people(&mut self) {
        let s = self.scenario;
        let mut ratios: u64 = 0;
        for arm in &s.arms {
            self.effects(&format!("arms.{}", arm.name), &arm.effects);
            if !(1..=1000).contains(&arm.ratio) {
                let message = format!("`arms.{}.ratio` must be from 1 to 1000", arm.name);
                self.add(
                    codes::RANGE,
                    message,
                    "use small whole numbers such as 1 and 1",
                );
            }
            ratios += u64::from(arm.ratio);
        }
        if let Some(block) = s.block
            && (block == 0 || ratios == 0 || u64::from(block) % ratios != 0)
        {
            let message = format!("`block` must be a multiple of {ratios}, the sum of the ratios");
            self.add(codes::RANGE, message, "change it, or leave it out");
        }
        for site in &s.sites {
            self.effects(&format!("sites.{}", site.name), &site.effects);
            self.at_least(
                &format!("sites.{}.persons", site.name),
                f64::from(site.persons),
                1.0,
            );
        }
        for group in &s.subgroups {
            self.levels(&format!("subgroups.{}", group.column), &group.levels);
        }
        if !s.hidden.is_empty() {
            self.levels("hidden", &s.hidden);
        }
        let kinds = s.clusters.as_ref().map_or(&[][..], |c| &c.kinds);
        if !kinds.is_empty() {
            self.levels("clusters.kinds", kinds);
        }
        if let Some(clusters) = &s.clusters {
            self.at_least("clusters.persons", f64::from(clusters.persons), 1.0);
        }
        if let Some(lost) = &s.lost {
            self.by_arm("lost.hazard", &lost.hazard);
        }
        let profiles = [s.sites.len(), s.hidden.len().max(1), kinds.len().max(1)]
            .into_iter()
            .chain(s.subgroups.iter().map(|g| g.levels.len()))
            .fold(1_usize, usize::saturating_mul);
        let persons: u64 = s.sites.iter().map(|x| u64::from(x.persons)).sum();
        if profiles > PROFILES || persons > PERSONS {
            let message = format!(
                "{persons} persons of {profiles} kinds; at most {PERSONS} and {PROFILES} are possible"
            );
            self.add(codes::SIZE, message, "use fewer persons, sites or levels");
        }
    }

    fn calendar(&mut self) {
        let s = self.scenario;
        if !(1..=5000).contains(&s.horizon) || s.extra_weeks > 5000 {
            let message = "`horizon` must be from 1 to 5000, `extra_weeks` at most 5000".to_owned();
            self.add(codes::RANGE, message, "give whole weeks");
        }
        let Some(entry) = &s.entry else {
            let own = s
                .events
                .iter()
                .any(|e| e.weeks.is_some_and(|w| w != super::Weeks::Trial));
            if own || s.weeks != super::Weeks::Trial {
                let message = "calendar weeks need an `[entry]`".to_owned();
                self.add(codes::CALENDAR, message, "add [entry] or write trial weeks");
            }
            return;
        };
        let mut weeks = Vec::new();
        for (key, text) in [
            ("first", &entry.first),
            ("last", &entry.last),
            ("data_end", &entry.data_end),
        ] {
            match CalendarWeek::parse(text) {
                Some(week) => weeks.push(i64::from(week.0)),
                None => self.add(
                    codes::CALENDAR,
                    format!("`entry.{key}` is not an ISO week"),
                    "write it as 2010-W44",
                ),
            }
        }
        if let [first, last, end] = weeks[..]
            && (last < first || end < last || end - first >= WEEKS)
        {
            self.add(
                codes::CALENDAR,
                format!("the intake must end after it starts and before the data do, within {WEEKS} weeks"),
                "order `first`, `last` and `data_end` of [entry]",
            );
        }
    }

    fn states_of(&mut self, place: &str, states: &[String]) {
        if states.is_empty() {
            let message = format!("`{place}.while` names no state");
            self.add(codes::NAME, message, "name at least one");
        }
        for name in states {
            self.state(&format!("{place}.while"), name);
            if self
                .scenario
                .states
                .iter()
                .any(|x| x.name == *name && x.absorbing)
            {
                let message = format!("`{place}.while` names an absorbing state");
                self.add(codes::NAME, message, "leave it out: nothing happens there");
            }
        }
    }

    fn records(&mut self) {
        let s = self.scenario;
        if let Some(hours) = &s.hours {
            self.at_least("hours.renewal", hours.renewal, 1.0);
            let all: Vec<&str> = hours
                .rules
                .iter()
                .flat_map(|r| &r.states)
                .map(String::as_str)
                .collect();
            self.twice("states of [[hours.rules]]", all.into_iter());
            for rule in &hours.rules {
                self.states_of("hours.rules", &rule.states);
                self.by_arm("hours.rules.probability", &rule.probability);
                let shares: Vec<f64> = rule.values.iter().map(|v| v.share).collect();
                self.shares("hours.rules.values", &shares);
                for value in &rule.values {
                    let hundredths = value.hours * 100.0;
                    let whole = (hundredths - hundredths.round()).abs() < 1e-6;
                    if !(0.0..=168.0).contains(&value.hours) || !whole {
                        let message = "`hours.rules.values.hours` must be from 0 to 168 with at most two decimals";
                        self.add(codes::RANGE, message.to_owned(), "round it");
                    }
                }
            }
        }
        for events in &s.events {
            let place = format!("events.{}", events.name);
            self.at_least(&format!("{place}.renewal"), events.renewal, 1.0);
            self.states_of(&place, &events.states);
            for kind in &events.kinds {
                self.by_arm(&format!("{place}.{}", kind.name), &kind.probability);
                self.weeks(&format!("{place}.{}", kind.name), kind.weeks);
            }
            let starts = events.kinds.iter().map(|k| span(k.weeks).0);
            for (week, arm) in starts.flat_map(|w| s.arms.iter().map(move |a| (w, &a.name))) {
                let sum: f64 = events
                    .kinds
                    .iter()
                    .filter(|k| (span(k.weeks).0..=span(k.weeks).1).contains(&week))
                    .filter_map(|k| k.probability.get(arm))
                    .sum();
                if sum > 1.0 + SLACK {
                    let message = format!(
                        "the kinds of `{place}` have a probability above 1 in arm {arm}, week {week}"
                    );
                    self.add(codes::PROBABILITY, message, "lower one of them");
                    break;
                }
            }
        }
    }

    fn hazards(&mut self, plan: &Plan) {
        let s = self.scenario;
        let mut worst: BTreeMap<(usize, usize), (f64, usize)> = BTreeMap::new();
        for arm in 0..s.arms.len() {
            for (profile, _) in profiles(s, arm) {
                let rates = plan.rates(&profile);
                for period in 0..plan.periods() {
                    for from in 0..s.states.len() {
                        let sum: f64 = rates.row(period, from).iter().sum();
                        if sum > 1.0 + SLACK {
                            let entry = worst.entry((arm, from)).or_insert((sum, period));
                            if sum > entry.0 {
                                *entry = (sum, period);
                            }
                        }
                    }
                }
            }
        }
        for ((arm, from), (sum, period)) in worst {
            let message = format!(
                "the hazards out of {} add up to {sum:.3} for some persons of arm {} from week {}",
                s.states[from].name,
                s.arms[arm].name,
                plan.start(period)
            );
            self.add(
                codes::PROBABILITY,
                message,
                "lower the hazards or the multipliers",
            );
        }
    }
}
