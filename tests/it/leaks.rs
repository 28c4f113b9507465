//! Small numbers planted in each place they can leak from, through the binary: every file that is written, what is printed, and
//! every study of the repository with the gate on.

use crate::support::leaks::{is_small, leaks, numbers};
use crate::support::repository;
use crate::support::scratch::Scratch;
use crate::support::table::Table;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

const STUDY: &str = r#"
[study]
name = "Leaks"
language = "en"
horizon = 8
headline = "work"
synthetic = true

[arms]
control = "control"
treatment = ["new"]

[persons]
file = "persons.csv"
id = "person_id"
arm = "arm"
followed_until = "until"
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

/// A hundred and sixty persons with nothing small among them; then what is planted.
struct Trial {
    persons: Vec<[String; 7]>,
    spells: Vec<(usize, u32, u32, &'static str)>,
    hours: Vec<(usize, u32, u32)>,
    course: Vec<(usize, u32)>,
    answers: Vec<(usize, &'static str)>,
}

fn trial() -> Trial {
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
    fn write(&self) -> Scratch {
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
            ("study.toml", STUDY),
            ("persons.csv", &persons),
            ("spells.csv", &spells),
            ("hours.csv", &hours),
            ("course.csv", &course),
            ("answers.csv", &answers),
        ])
    }

    /// Puts somebody somewhere from a week on, until the end.
    fn moves(&mut self, person: usize, week: u32, state: &'static str) {
        self.spells.retain(|spell| spell.0 != person);
        self.hours.retain(|row| row.0 != person);
        if week > 1 {
            self.spells.push((person, 1, week - 1, "benefit"));
        }
        self.spells.push((person, week, 9, state));
    }
}

/// Rows that are shown, as estimand, outcome, item, subgroup and level.
fn shown(scratch: &Scratch) -> Vec<[String; 5]> {
    let told = Table::read(&scratch.path("result/estimates.csv"));
    let rows = told.rows().filter(|row| row.get("status") == "ok");
    let columns = ["estimand", "outcome", "item", "subgroup", "level"];
    rows.map(|row| columns.map(|column| row.get(column).to_owned()))
        .collect()
}

fn run(trial: &Trial) -> Scratch {
    let scratch = trial.write();
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
    let found = leaks(&scratch.path("result"));
    assert!(found.is_empty(), "{}", found.join("\n"));
    scratch
}

fn tells(rows: &[[String; 5]], estimand: &str, outcome: &str, item: &str, level: &str) -> bool {
    rows.iter()
        .any(|row| row[0] == estimand && row[1] == outcome && row[2] == item && row[4] == level)
}

#[test]
fn where_nothing_is_small_nothing_is_hidden() {
    let scratch = run(&trial());
    let rows = shown(&scratch);
    for (estimand, outcome) in [
        ("cumulative_effect", "work"),
        ("cumulative_effect", "hours"),
        ("restricted_mean_difference", "exit"),
        ("take_up_difference", "course"),
        ("answer_share", "content"),
        ("balance_mean", ""),
    ] {
        assert!(
            rows.iter()
                .any(|row| row[0] == estimand && row[1] == outcome),
            "{estimand} {outcome}"
        );
    }
    let said = scratch.run(&["inspect", "result"]);
    assert_eq!(said.code, Some(0));
    assert!(
        said.out
            .contains("threshold, no number of fewer than 5 persons"),
        "{}",
        said.out
    );
}

#[test]
fn somebody_alone_in_a_level_is_hidden_and_so_is_who_would_give_them_away() {
    let mut trial = trial();
    trial.persons[7][3] = "x".to_owned();
    let rows = shown(&run(&trial));
    assert!(!tells(&rows, "cumulative_effect", "work", "", "x"));
    // One of f and m must go too, else everybody less both is the one.
    let levels = ["f", "m"].map(|level| tells(&rows, "cumulative_effect", "work", "", level));
    assert!(!(levels[0] && levels[1]), "{levels:?}");
    assert!(tells(&rows, "cumulative_effect", "work", "", ""));
}

#[test]
fn somebody_without_a_level_is_not_what_is_left_of_the_others() {
    let mut trial = trial();
    trial.persons[7][3] = String::new();
    let rows = shown(&run(&trial));
    let levels = ["f", "m"].map(|level| tells(&rows, "cumulative_effect", "work", "", level));
    assert!(!(levels[0] && levels[1]), "{levels:?}");
}

#[test]
fn somebody_who_leaves_alone_is_hidden_with_the_weeks_that_tell() {
    let mut trial = trial();
    trial.moves(17, 6, "abroad");
    let scratch = run(&trial);
    let rows = shown(&scratch);
    assert!(!tells(&rows, "cumulative_incidence", "exit", "abroad", ""));
    // Those who found a job in week 4 and the one who left in week 6 are told together: the weeks between are not shown.
    let told = Table::read(&scratch.path("result/estimates.csv"));
    let rows = told.rows().filter(|row| {
        row.get("estimand") == "survival"
            && row.get("subgroup") == "all"
            && row.get("arm") == "new"
            && row.get("status") == "ok"
    });
    let weeks: Vec<&str> = rows.map(|row| row.get("week")).collect();
    assert!(
        weeks.contains(&"5") && !weeks.contains(&"3") && !weeks.contains(&"4"),
        "{weeks:?}"
    );
}

#[test]
fn somebody_who_is_lost_is_not_counted_out() {
    let mut trial = trial();
    trial.persons[21][2] = "5".to_owned();
    let scratch = run(&trial);
    let told = Table::read(&scratch.path("result/estimates.csv"));
    for row in told
        .rows()
        .filter(|row| row.get("estimand") == "weekly_mean")
    {
        let n: i64 = row.get("n").parse().unwrap_or(80);
        assert_ne!(n, 79, "{} week {}", row.get("outcome"), row.get("week"));
    }
    let bundle: Value = serde_json::from_str(&scratch.read("result/bundle.json")).expect("JSON");
    let mut followed = Vec::new();
    numbers(&bundle["facts"]["occupancy"][0]["followed"], &mut followed);
    assert!(followed.iter().all(|n| *n == 80), "{followed:?}");
    assert!(!tells(&shown(&scratch), "followed_share", "", "", ""));
    assert!(
        bundle["facts"]["followed_share"]
            .to_string()
            .matches("0.9")
            .count()
            == 0
    );
}

#[test]
fn an_answer_of_one_hides_the_answers_but_not_who_agrees() {
    let mut trial = trial();
    for (person, answer) in &mut trial.answers {
        if *answer == "yes" && *person != 8 {
            *answer = "little";
        }
    }
    let rows = shown(&run(&trial));
    assert!(
        !rows
            .iter()
            .any(|row| row[0] == "answer_share" && row[2].starts_with("answer:"))
    );
    assert!(
        rows.iter()
            .any(|row| row[0] == "answer_share" && row[2] == "agree")
    );
}

#[test]
fn an_origin_of_one_hides_the_balance_of_origins() {
    let mut trial = trial();
    trial.persons[33][6] = "alone".to_owned();
    let rows = shown(&run(&trial));
    assert!(
        !rows
            .iter()
            .any(|row| row[0].starts_with("balance_") && row[2].starts_with("origin"))
    );
    assert!(
        rows.iter()
            .any(|row| row[0].starts_with("balance_") && row[2].starts_with("age"))
    );
}

#[test]
fn one_who_takes_the_course_later_is_hidden() {
    let mut trial = trial();
    let late = (0..160)
        .find(|p| p % 2 == 1 && !trial.course.iter().any(|c| c.0 == *p))
        .expect("somebody");
    trial.course.push((late, 6));
    let scratch = run(&trial);
    let told = Table::read(&scratch.path("result/estimates.csv"));
    let shown = told.rows().filter(|row| {
        row.get("estimand") == "take_up"
            && row.get("status") == "ok"
            && row.get("arm") == "new"
            && row.get("subgroup") == "all"
    });
    let shares: BTreeSet<&str> = shown.map(|row| row.get("estimate")).collect();
    let both = ["0.5", "0.5125"].iter().all(|share| shares.contains(share));
    assert!(!both, "the share before and after one more: {shares:?}");
}

#[test]
fn who_is_outside_the_trial_is_not_told_by_the_accounting() {
    let mut trial = trial();
    trial.spells.push((999, 1, 4, "benefit"));
    let scratch = run(&trial);
    let accounting = Table::read(&scratch.path("result/accounting.csv"));
    let spells: Vec<(String, String)> = accounting
        .rows()
        .filter(|row| row.get("unit") == "spells")
        .map(|row| (row.get("key").to_owned(), row.get("count").to_owned()))
        .collect();
    assert!(
        spells.iter().filter(|(_, count)| count.is_empty()).count() >= 2,
        "{spells:?}"
    );
    for told in [
        scratch.run(&["validate", "study.toml"]).out,
        scratch.run(&["validate", "study.toml", "--json"]).out,
    ] {
        assert!(
            !told.contains("\"count\": 1,") && !told.contains(" 1  spells"),
            "{told}"
        );
    }
}

#[test]
fn a_later_edition_with_one_person_more_at_work_does_not_tell_them() {
    let before = run(&trial());
    let mut trial = trial();
    trial.moves(17, 4, "job");
    let after = trial.write();
    let way = before.path("result");
    let way = way.to_string_lossy();
    let said = after.run(&["run", "study.toml", "--out", "result", "--earlier", &way]);
    assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
    let key = |row: crate::support::table::Row<'_>| {
        [
            "analysis", "estimand", "outcome", "item", "subgroup", "level", "arm", "week",
        ]
        .map(|column| row.get(column).to_owned())
    };
    let earlier = Table::read(&before.path("result/estimates.csv"));
    let later = Table::read(&after.path("result/estimates.csv"));
    let mut met = 0;
    for old in earlier
        .rows()
        .filter(|row| row.get("estimand") == "weekly_mean" && row.get("status") == "ok")
    {
        for new in later
            .rows()
            .filter(|row| row.get("status") == "ok" && key(*row) == key(old))
        {
            met += 1;
            let count =
                |row: crate::support::table::Row<'_>| row.get("events").parse().unwrap_or(0_i64);
            assert!(!is_small((count(new) - count(old)).abs()), "{:?}", key(new));
        }
    }
    assert!(met > 0, "no week is shown in both");
}

/// Every study of the repository whose data lie beside it, with the gate on: most have a handful of persons.
#[test]
fn every_study_passes_the_gate_without_a_small_number() {
    let mut studies = 0;
    for folder in ["hand", "studies"] {
        let entries = std::fs::read_dir(repository("fixtures").join(folder)).expect("fixtures");
        let mut folders: Vec<_> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        folders.sort();
        for folder in folders {
            let Ok(text) = std::fs::read_to_string(folder.join("study.toml")) else {
                continue;
            };
            let scratch = Scratch::new();
            copy(&folder, &scratch.path("study"));
            scratch.write(
                "study/study.toml",
                text.replace("min_cell = 1", "min_cell = 5"),
            );
            let said = scratch.run(&[
                "run",
                "study/study.toml",
                "--out",
                "result",
                "--replicates",
                "49",
                "--permutations",
                "0",
            ]);
            if !matches!(said.code, Some(0 | 5)) {
                // Families that need permutations, and the like.
                continue;
            }
            studies += 1;
            let found = leaks(&scratch.path("result"));
            assert!(
                found.is_empty(),
                "{}:\n{}",
                folder.display(),
                found.join("\n")
            );
        }
    }
    assert!(studies > 30, "{studies} studies");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}
