//! A trial with nothing small in it, behind the gate: tests plant somebody and look where they show.

use super::head::head;
use super::leaks::leaks;
use super::scratch::Scratch;
use super::table::Table;
use std::fmt::Write as _;

const REST: &str = r#"followed_until = "until"
strata = ["town"]
subgroups = ["sex"]
covariates = ["age", "origin"]

[randomisation]
method = "complete"
ratio = { control = 1, new = 1 }

[spells]
file = "spells.csv"
person = "person_id"
start = "start"
end = "end"
state = "state"
weeks = "trial"
states = ["benefit", "job", "abroad"]
overlap = "error"
outsiders = "leave_out"

[outcomes.work]
kind = "weeks_in"
states = ["job"]

[outcomes.hours]
kind = "amount"
file = "hours.csv"
person = "person_id"
week = "week"
weeks = "trial"
column = "hours"
per = "week"
decimals = 0
unit = "hours"

[outcomes.course]
kind = "events"
file = "course.csv"
person = "person_id"
week = "week"
weeks = "trial"

[outcomes.exit]
kind = "exit"
from = ["benefit"]
to = ["job", "abroad"]
at_risk = "first"

[survey.asked]
file = "answers.csv"
items = ["content"]
answers = ["no", "little", "yes"]
agree = ["little", "yes"]

[[analysis]]
name = "main"
adjustment = "strata"
subgroups = ["sex"]
take_up = "course"

[resampling]
replicates = 99
"#;

/// The study.
pub(crate) fn study() -> String {
    head("Leaks", 8) + REST
}

/// A hundred and sixty persons with nothing small among them; then what is planted.
pub(crate) struct Trial {
    pub(crate) persons: Vec<[String; 7]>,
    pub(crate) spells: Vec<(usize, u32, u32, &'static str)>,
    pub(crate) hours: Vec<(usize, u32, u32)>,
    pub(crate) course: Vec<(usize, u32)>,
    pub(crate) answers: Vec<(usize, &'static str)>,
}

pub(crate) fn trial() -> Trial {
    let mut trial = Trial {
        persons: Vec::new(),
        spells: Vec::new(),
        hours: Vec::new(),
        course: Vec::new(),
        answers: Vec::new(),
    };
    for person in 0..160_usize {
        let arm = ["control", "new"][person % 2];
        let (pair, person_age) = (person / 2, 20 + person / 8);
        let sex = ["f", "m"][pair % 2];
        let town = ["north", "south"][pair / 2 % 2];
        let origin = ["dk", "other"][pair / 4 % 2];
        trial.persons.push(
            [
                &person.to_string(),
                arm,
                "",
                sex,
                town,
                &person_age.to_string(),
                origin,
            ]
            .map(str::to_owned),
        );
        // Every second pair of each kind finds a job at the same time, so that no week is small.
        if pair / 8 % 2 == 0 {
            trial.spells.push((person, 1, 3, "benefit"));
            trial.spells.push((person, 4, 9, "job"));
            trial.hours.extend((4..9).map(|week| (person, week, 30)));
        } else {
            trial.spells.push((person, 1, 9, "benefit"));
        }
        if arm == "new" && pair / 4 % 2 == 0 {
            trial.course.push((person, 2));
        }
        trial
            .answers
            .push((person, ["no", "little", "yes"][pair / 2 % 3]));
    }
    trial
}

impl Trial {
    pub(crate) fn write(&self) -> Scratch {
        let mut persons = "person_id,arm,until,sex,town,age,origin\n".to_owned();
        for person in &self.persons {
            let _ = writeln!(persons, "{}", person.join(","));
        }
        let mut spells = "person_id,start,end,state\n".to_owned();
        for (person, start, end, state) in &self.spells {
            let _ = writeln!(spells, "{person},{start},{end},{state}");
        }
        let mut hours = "person_id,week,hours\n".to_owned();
        for (person, week, value) in &self.hours {
            let _ = writeln!(hours, "{person},{week},{value}");
        }
        let mut course = "person_id,week\n".to_owned();
        for (person, week) in &self.course {
            let _ = writeln!(course, "{person},{week}");
        }
        let mut answers = "person_id,content\n".to_owned();
        for (person, answer) in &self.answers {
            let _ = writeln!(answers, "{person},{answer}");
        }
        Scratch::with(&[
            ("study.toml", &study()),
            ("persons.csv", &persons),
            ("spells.csv", &spells),
            ("hours.csv", &hours),
            ("course.csv", &course),
            ("answers.csv", &answers),
        ])
    }

    /// Puts somebody somewhere from a week on, until the end.
    pub(crate) fn moves(&mut self, person: usize, week: u32, state: &'static str) {
        self.spells.retain(|spell| spell.0 != person);
        self.hours.retain(|row| row.0 != person);
        if week > 1 {
            self.spells.push((person, 1, week - 1, "benefit"));
        }
        self.spells.push((person, week, 9, state));
    }
}

/// Rows that are shown, as estimand, outcome, item, subgroup and level.
pub(crate) fn shown(scratch: &Scratch) -> Vec<[String; 5]> {
    let told = Table::read(&scratch.path("result/estimates.csv"));
    let rows = told.rows().filter(|row| row.get("status") == "ok");
    let columns = ["estimand", "outcome", "item", "subgroup", "level"];
    rows.map(|row| columns.map(|column| row.get(column).to_owned()))
        .collect()
}

pub(crate) fn run(trial: &Trial) -> Scratch {
    cleared(trial.write())
}

/// Runs the study of a folder and looks for small numbers in all that is written.
pub(crate) fn cleared(scratch: Scratch) -> Scratch {
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
    let found = leaks(&scratch.path("result"));
    assert!(found.is_empty(), "{}", found.join("\n"));
    scratch
}

pub(crate) fn tells(
    rows: &[[String; 5]],
    estimand: &str,
    outcome: &str,
    item: &str,
    level: &str,
) -> bool {
    rows.iter()
        .any(|row| row[0] == estimand && row[1] == outcome && row[2] == item && row[4] == level)
}
