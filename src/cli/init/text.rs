//! The study as text: every guess is marked, and what else can be said stands as a comment.

use super::roles::{Durations, Guess, Other, Persons, Spells};
use crate::study::WeekUnit;
use std::fmt::Write;

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list(texts: &[&str]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

fn unit(weeks: WeekUnit) -> &'static str {
    match weeks {
        WeekUnit::Trial => "trial",
        WeekUnit::Iso => "iso",
        WeekUnit::Date => "date",
        WeekUnit::Dream { .. } => "dream",
    }
}

/// The whole study.
pub(super) fn study(name: &str, guess: &Guess<'_>) -> String {
    let mut text = format!(
        "# Written by `rettevej init` from what the files hold. Lines marked \"guessed\" may be wrong: read them, then\n\
         # `rettevej validate` shows what was read and every default.\n\n\
         [study]\n\
         name = {}\n\
         horizon = {}  # guessed: {}\n\
         # language = \"en\"    # of summary and figures; Danish without\n",
        quoted(name),
        guess.horizon,
        if guess.durations.is_some() {
            "the longest duration"
        } else {
            "as far as everybody can be followed"
        },
    );
    arms(&mut text, &guess.persons);
    persons(&mut text, &guess.persons);
    if let Some(found) = &guess.spells {
        spells(&mut text, found);
    }
    if let Some(found) = &guess.durations {
        durations(&mut text, found);
    }
    for found in &guess.others {
        other(&mut text, found);
    }
    text += "\n[disclosure]\nmin_cell = 5  # the smallest number of persons that may be shown; 1 for made-up data\n";
    text
}

/// Writing to a String cannot fail.
macro_rules! add {
    ($text:expr, $($rest:tt)*) => { let _ = writeln!($text, $($rest)*); };
}

fn arms(text: &mut String, persons: &Persons<'_>) {
    let (control, treatment) = persons
        .arms
        .split_first()
        .map_or(("", &[][..]), |(c, t)| (*c, t));
    add!(
        text,
        "\n[arms]  # labels as they stand in the column `{}`",
        persons.arm
    );
    add!(text, "control = {}  # guessed", quoted(control));
    add!(
        text,
        "treatment = {}  # guessed; the first is that of the headline",
        list(treatment)
    );
}

fn persons(text: &mut String, persons: &Persons<'_>) {
    add!(text, "\n[persons]  # one row a person");
    add!(text, "file = {}", quoted(persons.file));
    add!(text, "id = {}", quoted(persons.id));
    add!(text, "arm = {}", quoted(persons.arm));
    if let Some(assigned) = persons.assigned {
        add!(
            text,
            "assigned = {}  # guessed: the day or week of the assignment",
            quoted(assigned)
        );
    }
    match persons.strata {
        Some(strata) => {
            add!(
                text,
                "strata = {}  # guessed: blocks within which was randomised",
                list(&[strata])
            );
        }
        None => {
            add!(
                text,
                "# strata = [\"...\"]   # columns of the blocks within which was randomised"
            );
        }
    }
    add!(
        text,
        "# cluster = \"...\"    # column of the unit that was randomised, when it is not the person"
    );
    if !persons.subgroups.is_empty() {
        add!(text, "subgroups = {}  # guessed", list(&persons.subgroups));
    }
}

fn spells(text: &mut String, spells: &Spells<'_>) {
    add!(text, "\n[spells]  # one row a spell");
    add!(text, "file = {}", quoted(spells.file));
    add!(text, "person = {}", quoted(spells.person));
    add!(text, "start = {}", quoted(spells.start));
    add!(
        text,
        "end = {}  # inclusive; empty is open",
        quoted(spells.end)
    );
    add!(text, "state = {}", quoted(spells.state));
    add!(text, "weeks = {}  # guessed", quoted(unit(spells.weeks)));
    if spells.weeks == WeekUnit::Date {
        add!(
            text,
            "date_rule = \"thursday\"  # guessed: a week is the spell's that has its Thursday; \"any\" day of it counts too"
        );
    }
    add!(
        text,
        "gap = \"no_spell\"  # guessed: weeks without a spell are a state of their own; \"error\" refuses them"
    );
    add!(
        text,
        "overlap = \"error\"  # or a list of states, highest first, that decides"
    );
    add!(
        text,
        "data_end = {}  # guessed: the last that stands in the file",
        quoted(&spells.data_end)
    );
    add!(text, "# states of the file: {}", spells.states.join(", "));
    add!(text, "# censor = [\"...\"]     # states that end follow-up");
    add!(text, "# absorbing = [\"...\"]  # states that last");
    let name = if is_bare(spells.work) {
        spells.work.to_owned()
    } else {
        "work".to_owned()
    };
    add!(
        text,
        "\n[outcomes.{name}]  # guessed: weeks in the state of interest"
    );
    add!(text, "kind = \"weeks_in\"");
    add!(text, "states = {}", list(&[spells.work]));
}

fn durations(text: &mut String, durations: &Durations<'_>) {
    add!(text, "\n[durations]  # one duration a person");
    add!(text, "file = {}", quoted(durations.file));
    add!(text, "person = {}", quoted(durations.person));
    add!(
        text,
        "time = {}  # guessed: ticks from 0",
        quoted(durations.time)
    );
    add!(text, "event = {}  # guessed", quoted(durations.event));
    match durations.censored {
        Some(label) => {
            add!(
                text,
                "censored = {}  # guessed: every other value is a destination",
                list(&[label])
            );
        }
        None => {
            add!(
                text,
                "# censored = [\"...\"]  # values of the event that mean censored"
            );
        }
    }
    add!(
        text,
        "tick = {}  # guessed",
        quoted(if durations.is_days { "day" } else { "week" })
    );
    add!(text, "\n[outcomes.exit]\nkind = \"exit\"");
}

fn other(text: &mut String, other: &Other<'_>) {
    let file = other.file.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let name = if is_bare(stem) { stem } else { "other" };
    add!(text, "\n[outcomes.{name}]  # guessed");
    add!(
        text,
        "kind = {}",
        quoted(if other.amount.is_some() {
            "amount"
        } else {
            "events"
        })
    );
    add!(text, "file = {}", quoted(other.file));
    add!(text, "person = {}", quoted(other.person));
    match other.weeks {
        Some(weeks) => {
            add!(text, "week = {}", quoted(other.week));
            add!(text, "weeks = {}  # guessed", quoted(unit(weeks)));
        }
        None => {
            add!(text, "month = {}", quoted(other.week));
        }
    }
    if let Some(amount) = other.amount {
        add!(text, "column = {}  # guessed", quoted(amount));
    }
}

/// Whether a name stands in TOML without quotes.
fn is_bare(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
