//! The files of a simulated register: written to a folder aside, which is then renamed.

use super::calendar::CalendarWeek;
use super::draw::Person;
use super::scenario::{Dialect, Scenario, Weeks};
use super::truth::Truth;
use super::{DRAW_VERSION, codes};
use crate::error::{Class, Diagnostic, Error, Result};
use std::fmt::Write as _;
use std::path::Path;

/// The content of one file.
type File = (String, Vec<u8>);

/// All files of the register, in the order they are listed.
pub(crate) fn files(scenario: &Scenario, persons: &[Person]) -> Vec<File> {
    let mut all = vec![
        ("persons.csv".to_owned(), persons_file(scenario, persons)),
        ("spells.csv".to_owned(), spells_file(scenario, persons)),
    ];
    if let Some(hours) = &scenario.hours {
        let mut csv = Csv::new(hours.dialect.unwrap_or(scenario.dialect));
        csv.row(["person_id", "week", "hours"]);
        for (number, person) in (1..).zip(persons) {
            for &(week, value) in &person.hours {
                let when = event_week(scenario.weeks, person, week);
                let hours = csv.hundredths(value);
                csv.row([&id(number), &when, &hours]);
            }
        }
        all.push((hours.file.clone(), csv.bytes()));
    }
    for (index, process) in scenario.events.iter().enumerate() {
        let mut csv = Csv::new(scenario.dialect);
        let column = process.column.as_deref();
        csv.row(["person_id", "week"].into_iter().chain(column));
        for (number, person) in (1..).zip(persons) {
            for &(week, kind) in &person.events[index] {
                let when = event_week(process.weeks.unwrap_or(scenario.weeks), person, week);
                let kind = column.map(|_| process.kinds[kind].name.as_str());
                csv.row([id(number).as_str(), &when].into_iter().chain(kind));
            }
        }
        all.push((process.file.clone(), csv.bytes()));
    }
    all
}

/// `truth.json`: numbers to nine decimals, one path per line.
pub(crate) fn truth_file(truth: &Truth) -> File {
    let mut rounded = truth.clone();
    for value in rounded.paths.iter_mut().flat_map(|p| &mut p.values) {
        *value = value.map(|v| (v * 1e9).round() / 1e9);
    }
    let mut text = String::from("{\n");
    let _ = writeln!(text, "\"scenario\": {},", line(&rounded.scenario));
    let _ = writeln!(text, "\"synthetic\": true,");
    let _ = writeln!(text, "\"horizon\": {},", rounded.horizon);
    let _ = writeln!(text, "\"arms\": {},", line(&rounded.arms));
    let _ = writeln!(text, "\"notes\": {},", line(&rounded.notes));
    text.push_str("\"paths\": [\n");
    let paths: Vec<String> = rounded.paths.iter().map(line).collect();
    text.push_str(&paths.join(",\n"));
    text.push_str("\n]\n}\n");
    ("truth.json".to_owned(), text.into_bytes())
}

/// One value as JSON, on one line.
fn line<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("names and finite numbers always have a JSON form")
}

/// `origin.txt`: what made the files.
pub(crate) fn origin_file(scenario: &Scenario, text: &str, seed: u64) -> File {
    let persons: u64 = scenario.sites.iter().map(|s| u64::from(s.persons)).sum();
    let hash = blake3::hash(text.replace("\r\n", "\n").as_bytes()).to_hex();
    let body = format!(
        "synthetic: these persons do not exist\nmade by: rettevej simulate\nscenario: {}\nscenario blake3: {hash}\nseed: {seed}\ndraw version: {DRAW_VERSION}\npersons: {persons}\n",
        scenario.name
    );
    ("origin.txt".to_owned(), body.into_bytes())
}

/// Writes files to a folder that does not exist yet.
pub(crate) fn write(out: &Path, files: &[File]) -> Result<()> {
    let fail = |message: String, hint: &str| {
        Error::one(Class::Write, Diagnostic::error(codes::WRITE, message, hint))
    };
    let Some(name) = out.file_name().map(|n| n.to_string_lossy().into_owned()) else {
        let message = "the output folder has no name".to_owned();
        return Err(fail(message, "name a folder that does not exist yet"));
    };
    if out.exists() {
        let message = format!("the output folder {name} exists already");
        return Err(fail(
            message,
            "name a folder that does not exist yet, or remove it",
        ));
    }
    let parent = out.parent().unwrap_or(Path::new(""));
    let aside = parent.join(format!(".{name}.{}.part", std::process::id()));
    let result = std::fs::create_dir_all(&aside)
        .and_then(|()| {
            files
                .iter()
                .try_for_each(|(file, bytes)| std::fs::write(aside.join(file), bytes))
        })
        .and_then(|()| std::fs::rename(&aside, out));
    result.map_err(|e| {
        // Nothing half-written is left; if even this fails the first error is the one to tell.
        let _ = std::fs::remove_dir_all(&aside);
        fail(
            format!("cannot write the folder {name}: {}", e.kind()),
            "choose a place you may write to",
        )
    })
}

/// A CSV table being written.
struct Csv {
    dialect: Dialect,
    text: String,
}

impl Csv {
    fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            text: String::new(),
        }
    }

    fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let separator = match self.dialect {
            Dialect::Plain => ',',
            Dialect::Danish => ';',
        };
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.text.push(separator);
            }
            let cell = cell.as_ref();
            if cell.contains([separator, '"', '\n', '\r']) {
                self.text.push('"');
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(cell);
            }
        }
        self.text.push('\n');
    }

    /// Hundredths with the decimals that are needed.
    fn hundredths(&self, value: i64) -> String {
        let mark = match self.dialect {
            Dialect::Plain => '.',
            Dialect::Danish => ',',
        };
        match value % 100 {
            0 => (value / 100).to_string(),
            part if part % 10 == 0 => format!("{}{mark}{}", value / 100, part / 10),
            part => format!("{}{mark}{part:02}", value / 100),
        }
    }

    fn bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

fn id(number: usize) -> String {
    number.to_string()
}

/// The calendar week of a trial week.
fn calendar(person: &Person, week: u32) -> CalendarWeek {
    // Calendar units are refused without an intake, so that every person has an entry week here.
    CalendarWeek(person.entry.map_or(0, |w| w.0) + week as i32 - 1)
}

/// A trial week in a unit; a date is this day of it, 0 = Monday.
fn week_text(weeks: Weeks, person: &Person, week: u32, day: i32) -> String {
    match weeks {
        Weeks::Trial => week.to_string(),
        Weeks::Iso => calendar(person, week).iso(),
        Weeks::Date => calendar(person, week).date(day),
    }
}

/// Events and hours happen on Wednesdays.
fn event_week(weeks: Weeks, person: &Person, week: u32) -> String {
    week_text(weeks, person, week, 2)
}

fn persons_file(scenario: &Scenario, persons: &[Person]) -> Vec<u8> {
    let mut csv = Csv::new(scenario.dialect);
    let mut header = vec!["person_id", "arm"];
    header.extend(scenario.entry.as_ref().map(|_| "assigned"));
    header.push(&scenario.site_column);
    header.extend(scenario.clusters.as_ref().map(|c| c.column.as_str()));
    header.extend(scenario.subgroups.iter().map(|g| g.column.as_str()));
    csv.row(&header);
    for (number, person) in (1..).zip(persons) {
        let profile = &person.profile;
        let mut row = vec![id(number), scenario.arms[profile.arm].name.clone()];
        if scenario.entry.is_some() {
            let weeks = match scenario.weeks {
                Weeks::Date => Weeks::Date,
                Weeks::Trial | Weeks::Iso => Weeks::Iso,
            };
            row.push(week_text(weeks, person, 1, 0));
        }
        row.push(scenario.sites[profile.site].name.clone());
        row.extend(person.cluster.map(|c| (c + 1).to_string()));
        let levels = scenario.subgroups.iter().zip(&profile.levels);
        row.extend(levels.map(|(group, &level)| group.levels[level].name.clone()));
        csv.row(&row);
    }
    csv.bytes()
}

/// Spells, inclusive at both ends. With a calendar a spell that still runs when the data end is open.
fn spells_file(scenario: &Scenario, persons: &[Person]) -> Vec<u8> {
    let mut csv = Csv::new(scenario.dialect);
    csv.row(["person_id", "start_week", "end_week", "state"]);
    for (number, person) in (1..).zip(persons) {
        let mut spells = Vec::new();
        let mut start = 1;
        for run in person.states.chunk_by(|a, b| a == b) {
            let end = start + run.len() as u32 - 1;
            let state = &scenario.states[run[0]];
            if state.written {
                spells.push((start, end, state.name.as_str()));
            }
            start = end + 1;
        }
        if let Some(lost) = scenario.lost.as_ref().filter(|_| start <= person.covered) {
            spells.push((start, person.covered, lost.state.as_str()));
        }
        for (start, end, state) in spells {
            let open = scenario.entry.is_some() && end == person.covered;
            let until = if open {
                String::new()
            } else {
                week_text(scenario.weeks, person, end, 6)
            };
            let from = week_text(scenario.weeks, person, start, 0);
            csv.row([id(number).as_str(), &from, &until, state]);
        }
    }
    csv.bytes()
}
