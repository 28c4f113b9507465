//! Small numbers planted in each place they can leak from, through the binary: every file that is written, what is printed, and
//! every study of the repository with the gate on.

use crate::support::leaks::{is_small, leaks, numbers};
use crate::support::repository;
use crate::support::scratch::Scratch;
use crate::support::small_trial::{run, shown, tells, trial};
use crate::support::table::Table;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

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

/// The digits of each number of a page: separators differ between languages.
fn numbers_of(page: &str) -> BTreeSet<String> {
    // From the body on, without what is between marks: there stand figures, styles and the bundle.
    let mut text = String::new();
    for piece in page.split('<').skip(1) {
        let Some((mark, told)) = piece.split_once('>') else {
            continue;
        };
        let is_told = !mark.starts_with("script") && !mark.starts_with("style");
        text.push_str(if is_told { told } else { "" });
        text.push('|');
    }
    let numbers = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','));
    let digits = numbers.map(|number| number.replace(['.', ','], ""));
    digits.filter(|number| !number.is_empty()).collect()
}

/// The other language tells no number that the first does not: what is hidden in one is hidden in both.
#[test]
fn the_other_language_tells_no_other_number() {
    let mut trial = trial();
    trial.moves(17, 6, "abroad");
    trial.persons[7][3] = "x".to_owned();
    let scratch = run(&trial);
    for (language, page) in [("da", "da.html"), ("en", "en.html")] {
        let said = scratch.run(&["report", "result", "--language", language, "--out", page]);
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    let danish = numbers_of(&scratch.read("da.html"));
    let english = numbers_of(&scratch.read("en.html"));
    assert!(english.len() > 100, "{}", english.len());
    let others: Vec<&String> = danish.symmetric_difference(&english).collect();
    assert!(others.is_empty(), "{others:?}");
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
