//! The study as text: every guess is marked, and what else can be said stands as a comment.

use super::roles::{Durations, Guess, Other, Persons, Spells};
use super::weekly::{Cells, Form, Weekly};
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
    if let Some(found) = &guess.weekly {
        weekly(&mut text, found);
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
    let known = if persons.covariates.is_empty() {
        "[\"...\"]".to_owned()
    } else {
        list(&persons.covariates)
    };
    add!(
        text,
        "# covariates = {known}  # those known before the draw: for the table of balance, and `adjustment = \"ancova\"` or \"lin\""
    );
    add!(
        text,
        "\n# [randomisation]  # how the arms were drawn by lot: sizes, balance and loss are then tested against it\n\
         # method = \"complete\"  # exact numbers of each arm in a block; \"simple\": each unit by itself\n\
         # ratio = {{ {} }}\n\
         # seed = ...  # the published seed, if it was drawn with `rettevej randomize`: `validate` replays the draw",
        ratios(persons)
    );
}

/// The arms in equal parts.
fn ratios(persons: &Persons<'_>) -> String {
    let part = |arm: &&str| {
        let key = if is_bare(arm) {
            (*arm).to_owned()
        } else {
            quoted(arm)
        };
        format!("{key} = 1")
    };
    let parts: Vec<String> = persons.arms.iter().map(part).collect();
    parts.join(", ")
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

fn weekly(text: &mut String, weekly: &Weekly<'_>) {
    let outcome = |text: &mut String, name: &str, state: &str| {
        add!(
            text,
            "\n[outcomes.{name}]  # guessed: weeks in the state of interest"
        );
        add!(text, "kind = \"weeks_in\"");
        add!(text, "states = {}", list(&[state]));
    };
    match &weekly.form {
        Form::Columns { .. } => {
            add!(text, "\n[spells]  # a column for each week");
        }
        Form::Rows { .. } => {
            add!(text, "\n[spells]  # a row for each week");
        }
    }
    add!(text, "file = {}", quoted(weekly.file));
    add!(text, "person = {}", quoted(weekly.person));
    match &weekly.form {
        Form::Columns { pattern, .. } => {
            add!(text, "columns = {}  # guessed", quoted(pattern));
        }
        Form::Rows {
            week,
            state,
            weeks,
            data_end,
        } => {
            add!(text, "week = {}", quoted(week));
            add!(text, "state = {}", quoted(state));
            add!(text, "weeks = {}  # guessed", quoted(unit(*weeks)));
            let end = "guessed: the last that stands in the file";
            add!(text, "data_end = {}  # {end}", quoted(data_end));
        }
    }
    match &weekly.cells {
        Cells::Codes => {
            add!(
                text,
                "codes = \"dream\"  # guessed: `rettevej codes` shows the table, with what is sourced in it"
            );
            add!(
                text,
                "gap = \"self_support\"  # weeks without a code: no benefit; not the same as work"
            );
            add!(
                text,
                "outsiders = \"leave_out\"  # persons of the register who are not in the trial"
            );
            add!(
                text,
                "censor = [\"abroad\"]  # guessed: 997 ends follow-up; it may stand in `absorbing` instead"
            );
            add!(
                text,
                "absorbing = [\"dead\", \"old_age_pension\"]  # guessed: 999 and 998 last"
            );
            add!(
                text,
                "# Every group of the table is a state; name your own in [spells.states], such as"
            );
            add!(text, "# [spells.states]");
            add!(text, "# cash_benefit = [\"730-738\", \"130-138\"]");
            add!(text, "# other_benefit = \"rest\"");
            outcome(text, "self_support", "self_support");
        }
        Cells::Labels(labels) => {
            let gap = if labels.contains(&"no_spell") {
                "empty"
            } else {
                "no_spell"
            };
            add!(
                text,
                "gap = {}  # guessed: empty cells are a state of their own",
                quoted(gap)
            );
            add!(text, "# censor = [\"...\"]     # states that end follow-up");
            add!(text, "# absorbing = [\"...\"]  # states that last");
            add!(
                text,
                "\n[spells.states]  # guessed: give the labels names of their own"
            );
            let states: Vec<String> = (labels.iter().enumerate())
                .map(|(i, label)| state_name(label, i))
                .collect();
            for (label, state) in labels.iter().zip(&states) {
                add!(text, "{state} = {}", list(&[label]));
            }
            if let Some(first) = states.first() {
                outcome(text, first, first);
            }
        }
    }
}

/// A label as the name of a state; a number is not one.
fn state_name(label: &str, index: usize) -> String {
    let is_name = is_bare(label) && label.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_name {
        label.to_owned()
    } else {
        format!("state_{}", index + 1)
    }
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
