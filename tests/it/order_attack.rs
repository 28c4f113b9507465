//! An attacker who has the result, the seed, the program and the order of the persons: who had which weeks must not follow, nor how
//! many had weeks that agree with nothing small that is told.

use crate::support::head::head;
use crate::support::scratch::Scratch;
use crate::support::small_trial::{Trial, cleared, trial};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Every file of a result that leaves, by name.
fn told(scratch: &Scratch) -> Vec<(String, Vec<u8>)> {
    let folder = std::fs::read_dir(scratch.path("result")).expect("a result");
    let mut files: Vec<(String, Vec<u8>)> = folder
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

/// Everybody becomes somebody else of the same arm, sex, town, age and origin.
fn exchanged(mut trial: Trial, shift: usize) -> Trial {
    let persons = trial.persons.len();
    let key = |trial: &Trial, person: usize| trial.persons[person][1..].to_vec();
    let becomes: Vec<usize> = (0..persons)
        .map(|person| {
            let is_alike = |other: &usize| key(&trial, *other) == key(&trial, person);
            let alike: Vec<usize> = (0..persons).filter(is_alike).collect();
            let own = alike.iter().position(|other| *other == person);
            alike[(own.expect("oneself") + shift) % alike.len()]
        })
        .collect();
    for spell in &mut trial.spells {
        spell.0 = becomes[spell.0];
    }
    for row in &mut trial.hours {
        row.0 = becomes[row.0];
    }
    for row in &mut trial.course {
        row.0 = becomes[row.0];
    }
    for row in &mut trial.answers {
        row.0 = becomes[row.0];
    }
    trial
}

/// The order of the persons is published, and so are the seed and the program; but a draw knows histories, not persons, so the result
/// is the same whoever of those alike had which weeks.
#[test]
fn who_had_which_weeks_is_in_no_byte_of_what_leaves() {
    // One who is alone in what happens to them.
    let mut one = trial();
    // Ages make everybody unlike; ten years together leave some alike.
    for person in &mut one.persons {
        person[5] = (person[5].parse::<u32>().expect("an age") / 10 * 10).to_string();
    }
    one.moves(17, 6, "abroad");
    let alike = one
        .persons
        .iter()
        .filter(|person| person[1..] == one.persons[17][1..]);
    assert!(alike.count() > 1, "nobody to hide among");
    let before = told(&cleared(one.write()));
    let after = told(&cleared(exchanged(one, 1).write()));
    assert!(before.len() > 5, "{}", before.len());
    for (old, new) in before.iter().zip(&after) {
        assert!(old == new, "{} tells who", old.0);
    }
}

/// With the hash of the checked trial, keyed by the published seed, whoever tries the data of a few persons is told when they are right.
#[test]
fn the_hash_of_the_trial_leaves_only_under_a_key_that_stays() {
    let hash = |key: Option<&str>| {
        let scratch = trial().write();
        if let Some(key) = key {
            scratch.write("own.key", key);
            let study = scratch.read("study.toml");
            scratch.write(
                "study.toml",
                format!("{study}\n[disclosure]\nkey = \"own.key\"\n"),
            );
        }
        let scratch = cleared(scratch);
        let bundle: Value =
            serde_json::from_str(&scratch.read("result/bundle.json")).expect("JSON");
        let run: Value =
            serde_json::from_str(&scratch.read("result/internal/run.json")).expect("JSON");
        let files = bundle["facts"]["inputs"]
            .as_object()
            .map_or(0, serde_json::Map::len);
        assert_eq!(files, if key.is_some() { 5 } else { 0 }, "hashes of files");
        let text = |value: &Value| value["trial_hash"].as_str().expect("a text").to_owned();
        (text(&bundle["facts"]), text(&run))
    };
    let (told, kept) = hash(None);
    assert!(told.is_empty() && kept.len() == 66);
    let keys = ["sixteen bytes and more", "sixteen other bytes and more"];
    let [one, other] = keys.map(|key| hash(Some(key)).0);
    assert!(one.len() == 66 && one != kept && one != other);
}

const REST: &str = r#"
[spells]
file = "spells.csv"
person = "person_id"
start = "start"
end = "end"
state = "state"
weeks = "trial"
states = ["benefit", "job"]

[outcomes.work]
kind = "weeks_in"
states = ["job"]

[resampling]
replicates = 199
"#;

/// The study.
fn study() -> String {
    head("Order", 2) + REST
}

/// A trial of two weeks, with so many of each arm at work in both, only the first and only the second.
fn small(study: &str, persons: usize, arms: [[usize; 3]; 2]) -> Scratch {
    let mut list = "person_id,arm\n".to_owned();
    let mut spells = "person_id,start,end,state\n".to_owned();
    for person in 0..2 * persons {
        let (arm, place) = (person % 2, person / 2);
        let _ = writeln!(list, "{person:04},{}", ["control", "new"][arm]);
        let [both, first, second] = arms[arm];
        let weeks = match place {
            place if place < both => [true, true],
            place if place < both + first => [true, false],
            place if place < both + first + second => [false, true],
            _ => [false, false],
        };
        for (week, job) in weeks.into_iter().enumerate() {
            let state = if job { "job" } else { "benefit" };
            let _ = writeln!(spells, "{person:04},{},{},{state}", week + 1, week + 1);
        }
    }
    let scratch = Scratch::with(&[
        ("study.toml", study),
        ("persons.csv", &list),
        ("spells.csv", &spells),
    ]);
    cleared(scratch)
}

/// A trial of two weeks in which so many work in each, and so many others of the new arm are lost after the first.
fn with_lost(study: &str, persons: usize, (first, second, lost): (usize, usize, usize)) -> Scratch {
    let mut list = "person_id,arm,until\n".to_owned();
    let mut spells = "person_id,start,end,state\n".to_owned();
    for person in 0..2 * persons {
        let (arm, place) = (person % 2, person / 2);
        let until = if arm == 1 && place >= persons - lost {
            "1"
        } else {
            ""
        };
        let _ = writeln!(list, "{person:04},{},{until}", ["control", "new"][arm]);
        for (week, working) in [(1, first), (2, second)] {
            let works = place < if arm == 1 { working } else { persons / 3 };
            let state = if works { "job" } else { "benefit" };
            let _ = writeln!(spells, "{person:04},{week},{week},{state}");
        }
    }
    let study = study.replace("arm = \"arm\"", "arm = \"arm\"\nfollowed_until = \"until\"");
    cleared(Scratch::with(&[
        ("study.toml", &study),
        ("persons.csv", &list),
        ("spells.csv", &spells),
    ]))
}

/// Nobody outside knows how many work in a week, nor how many are lost: the numbers about the truth are tried. Somebody is lost in every one, since
/// that is told.
#[test]
fn trying_every_number_of_lost_persons_does_not_tell_a_small_one() {
    let study = study().replace(
        "[resampling]\nreplicates = 199",
        "[estimation]\ninterval = \"normal\"\n\n[resampling]\nreplicates = 0",
    );
    for (persons, working) in [(40, 12), (100, 40)] {
        let mut tried = Vec::new();
        for first in working - 1..=working + 1 {
            for second in first - 1..=first + 2 {
                tried.extend((1..8).map(|lost| (first, second, lost)));
            }
        }
        let told: Vec<[String; 2]> = tried
            .iter()
            .map(|numbers| {
                let scratch = with_lost(&study, persons, *numbers);
                let bundle: Value =
                    serde_json::from_str(&scratch.read("result/bundle.json")).expect("JSON");
                [
                    scratch.read("result/estimates.csv"),
                    bundle["facts"].to_string(),
                ]
            })
            .collect();
        for lost in 1..5 {
            let own = tried
                .iter()
                .position(|numbers| *numbers == (working, working, lost));
            let truth = &told[own.expect("a pair")];
            let alike = tried.iter().zip(&told).filter(|(_, told)| *told == truth);
            let possible: BTreeSet<usize> = alike.map(|(numbers, _)| numbers.2).collect();
            assert!(possible.len() > 1, "{persons} persons: {possible:?} lost");
        }
    }
}

/// The attacker knows all of the control group, and of the other how many work in each week, since that is told. They try every number
/// who may have worked in both weeks with the program itself, and keep those with which it says what was told.
#[test]
fn trying_every_history_that_agrees_with_the_counts_does_not_tell_a_small_number() {
    let drawn = study();
    let without_draws = drawn.replace(
        "[resampling]\nreplicates = 199",
        "[estimation]\ninterval = \"normal\"\n\n[resampling]\nreplicates = 0",
    );
    for (study, persons, working) in [
        (&drawn, 12, 7),
        (&drawn, 40, 12),
        (&without_draws, 40, 12),
        (&without_draws, 200, 30),
        (&without_draws, 1000, 500),
    ] {
        let control = [working - 1, 0, 0];
        let of = |both: usize| {
            small(
                study,
                persons,
                [control, [both, working - both, working - both]],
            )
        };
        let least = working
            .saturating_sub(12)
            .max((2 * working).saturating_sub(persons));
        let told: Vec<String> = (least..=working)
            .map(|both| of(both).read("result/estimates.csv"))
            .collect();
        // So many stop, and as many start.
        for moved in 1..5 {
            let truth = &told[working - moved - least];
            let possible = (least..=working).filter(|both| told[*both - least] == *truth);
            let possible: Vec<usize> = possible.map(|both| working - both).collect();
            assert!(
                possible.len() > 1,
                "{persons} persons: {possible:?} left work"
            );
        }
    }
}
