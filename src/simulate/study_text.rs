//! The study that reads a written register: every file, key and outcome, ready for `rettevej run`.

use super::calendar::CalendarWeek;
use super::dream;
use super::forms::Form;
use super::measures::{MeasureKind, measures};
use super::scenario::{Events, Scenario, Weeks};
use super::{Layout, Planted};
use crate::error::Result;
use std::fmt::Write as _;

/// The text of `study.toml` for one format.
pub(crate) fn study(
    scenario: &Scenario,
    form: Form,
    layout: Layout,
    planted: &[Planted],
) -> Result<String> {
    let mut study = Text {
        scenario,
        form,
        written: String::new(),
    };
    study.head(planted);
    study.persons();
    match layout {
        Layout::Tidy => study.spells(),
        Layout::DreamWide | Layout::DreamLong => study.dream(layout)?,
    }
    study.outcomes();
    study.line("\n[resampling]\nreplicates = 199\nseed = 1\n\n[disclosure]\nmin_cell = 1");
    Ok(study.written)
}

struct Text<'a> {
    scenario: &'a Scenario,
    form: Form,
    written: String,
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        self.written.push_str(line);
        self.written.push('\n');
    }

    /// A key with a text.
    fn key(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.written, "{key} = {}", quoted(value));
    }

    /// A key with texts; nothing when there are none.
    fn list<'s>(&mut self, key: &str, values: impl IntoIterator<Item = &'s str>) {
        let values: Vec<String> = values.into_iter().map(quoted).collect();
        if !values.is_empty() {
            let _ = writeln!(self.written, "{key} = [{}]", values.join(", "));
        }
    }

    fn column(&mut self, key: &str, name: &str) {
        let name = self.form.column(name);
        self.key(key, &name);
    }

    fn file(&mut self, name: &str) {
        let name = name.strip_suffix(".csv").unwrap_or(name);
        let file = format!("{name}.{}", self.form.ending());
        self.key("file", &file);
    }

    fn head(&mut self, planted: &[Planted]) {
        self.line("# Made by `rettevej simulate`: the persons do not exist.");
        for fault in planted {
            let _ = writeln!(
                self.written,
                "# Planted: {} ({}, {} rows).",
                fault.name, fault.code, fault.count
            );
        }
        self.line("\n[study]");
        self.key("name", &self.scenario.name);
        let _ = writeln!(
            self.written,
            "horizon = {}\nsynthetic = true\n\n[arms]",
            self.scenario.horizon
        );
        let mut arms = self.scenario.arms.iter().map(|arm| arm.name.as_str());
        let control = arms.next().unwrap_or_default().to_owned();
        self.key("control", &control);
        self.list("treatment", arms);
    }

    fn persons(&mut self) {
        let scenario = self.scenario;
        self.line("\n[persons]");
        self.file("persons");
        self.column("id", "person_id");
        self.column("arm", "arm");
        if scenario.entry.is_some() {
            self.column("assigned", "assigned");
        }
        let form = self.form;
        let site = form.column(&scenario.site_column);
        self.list("strata", [site.as_str()]);
        if let Some(clusters) = &scenario.clusters {
            self.column("cluster", &clusters.column);
        }
        let groups: Vec<String> = scenario
            .subgroups
            .iter()
            .map(|group| form.column(&group.column))
            .collect();
        self.list("subgroups", groups.iter().map(String::as_str));
    }

    fn spells(&mut self) {
        self.line("\n[spells]");
        self.file("spells");
        self.column("person", "person_id");
        self.column("start", "start_week");
        self.column("end", "end_week");
        self.column("state", "state");
        self.unit(self.scenario.weeks);
        let unwritten = self.scenario.states.iter().find(|state| !state.written);
        let gap = unwritten.map(|state| state.name.clone());
        self.rest(gap.as_deref(), Some(self.scenario.weeks));
        let scenario = self.scenario;
        let states = scenario.states.iter().map(|state| state.name.as_str());
        let lost = scenario.lost.iter().map(|lost| lost.state.as_str());
        self.list("states", states.chain(lost));
    }

    fn unit(&mut self, weeks: Weeks) {
        self.key(
            "weeks",
            match weeks {
                Weeks::Trial => "trial",
                Weeks::Iso => "iso",
                Weeks::Date => "date",
            },
        );
    }

    /// What follows the unit: gaps, the end of the data, states with a role.
    fn rest(&mut self, gap: Option<&str>, end: Option<Weeks>) {
        let scenario = self.scenario;
        if let Some(gap) = gap {
            self.key("gap", gap);
        }
        match (&scenario.entry, end) {
            // Of each person, the weeks to the end of the data stand in the file.
            (_, None) | (Some(_), Some(Weeks::Trial)) => {}
            (Some(entry), Some(Weeks::Date)) => {
                let sunday = CalendarWeek::parse(&entry.data_end).map(|week| week.date(6));
                self.key("data_end", &sunday.unwrap_or_default());
            }
            (Some(entry), Some(Weeks::Iso)) => self.key("data_end", &entry.data_end),
            (None, Some(_)) => {
                let end = scenario.horizon + scenario.extra_weeks;
                let _ = writeln!(self.written, "data_end = {end}");
            }
        }
        self.list(
            "censor",
            scenario.lost.iter().map(|lost| lost.state.as_str()),
        );
        let absorbing = scenario.states.iter().filter(|state| state.absorbing);
        self.list("absorbing", absorbing.map(|state| state.name.as_str()));
    }

    fn dream(&mut self, layout: Layout) -> Result<()> {
        let scenario = self.scenario;
        let codes = dream::state_codes(scenario)?;
        self.line("\n[spells]");
        self.file(dream::NAME);
        self.column("person", "person_id");
        if layout == Layout::DreamWide {
            self.key("columns", "y_{yyww}");
        } else {
            self.column("week", "week");
            self.column("state", "code");
            self.unit(Weeks::Iso);
        }
        self.key("codes", "dream");
        let names: Vec<&str> = scenario
            .states
            .iter()
            .map(|state| state.name.as_str())
            .chain(scenario.lost.iter().map(|lost| lost.state.as_str()))
            .collect();
        let without = codes.iter().position(|code| *code == 0).map(|at| names[at]);
        // Of weeks in columns the last is the end of the data; rows do not say it.
        let end = (layout == Layout::DreamLong).then_some(Weeks::Iso);
        self.rest(without, end);
        self.line("\n[spells.states]");
        for (name, code) in names.iter().zip(&codes).filter(|(_, code)| **code > 0) {
            let _ = writeln!(self.written, "{} = [{code}]", key_of(name));
        }
        Ok(())
    }

    fn outcomes(&mut self) {
        let scenario = self.scenario;
        for measure in measures(scenario) {
            let _ = writeln!(self.written, "\n[outcomes.{}]", key_of(&measure.name));
            match measure.kind {
                MeasureKind::WeeksIn(state) => {
                    self.key("kind", "weeks_in");
                    self.list("states", [scenario.states[state].name.as_str()]);
                }
                MeasureKind::Hours => {
                    self.key("kind", "amount");
                    let file = scenario.hours.as_ref().map(|hours| hours.file.clone());
                    self.file(&file.unwrap_or_default());
                    self.column("person", "person_id");
                    self.column("week", "week");
                    self.unit(scenario.weeks);
                    self.column("column", "hours");
                    self.line("per = \"week\"\ndecimals = 2\nunit = \"hours\"");
                }
                MeasureKind::Events(process, kind) => {
                    self.key("kind", "events");
                    self.events(&scenario.events[process], kind);
                }
                MeasureKind::Share(process, kind) => {
                    let process = &scenario.events[process];
                    self.key("kind", "share_among");
                    self.events(process, kind);
                    self.list("among", process.states.iter().map(String::as_str));
                }
                MeasureKind::Exit(exit) => {
                    let from = &scenario.exits[exit].from;
                    self.key("kind", "exit");
                    self.list("from", from.iter().map(String::as_str));
                    let names = scenario.states.iter().map(|state| state.name.as_str());
                    self.list(
                        "to",
                        names.filter(|name| !from.iter().any(|one| one == name)),
                    );
                }
            }
        }
    }

    fn events(&mut self, process: &Events, kind: Option<usize>) {
        self.file(&process.file);
        self.column("person", "person_id");
        self.column("week", "week");
        self.unit(process.weeks.unwrap_or(self.scenario.weeks));
        if let (Some(column), Some(kind)) = (&process.column, kind) {
            let column = key_of(&self.form.column(column));
            let value = quoted(&process.kinds[kind].name);
            let _ = writeln!(self.written, "filter = {{ {column} = {value} }}");
        }
    }
}

/// A name as a key of TOML: bare where it can be.
fn key_of(name: &str) -> String {
    let is_bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !name.is_empty() && name.bytes().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
