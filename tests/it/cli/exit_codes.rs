//! Exit codes 0, 2, 5, 6 and 7, and what stands in the folder after each.

use super::{STUDY, trial};
use crate::support::repository;
use crate::support::scratch::{Said, Scratch, files_of};

/// What the folder of a result holds at its top.
const TOP: [&str; 9] = [
    "accounting.csv",
    "bundle.json",
    "contents.txt",
    "estimates.csv",
    "estimates.parquet",
    "estimates.xlsx",
    "figures/",
    "internal/",
    "report.html",
];

#[track_caller]
fn assert_usage(said: &Said, part: &str) {
    assert_eq!(said.code, Some(2), "{said:?}");
    assert_eq!(said.out, "");
    assert!(said.err.contains(part), "`{part}` is not in:\n{}", said.err);
}

#[test]
fn a_run_ends_with_0_and_a_whole_folder() {
    let scratch = trial();
    let said = scratch.run(&["run", "study.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let folder = files_of(&scratch.path("forsoeg-result"));
    let top: Vec<&str> = folder
        .keys()
        .filter(|name| !name.trim_end_matches('/').contains('/'))
        .map(String::as_str)
        .collect();
    assert_eq!(top, TOP);
    for figure in [
        "job-weekly",
        "job-effect",
        "hours-weekly",
        "hours-effect",
        "meetings-weekly",
        "meetings-effect",
        "exit-survival",
    ] {
        assert!(
            folder.contains_key(&format!("figures/{figure}.svg")),
            "{figure}"
        );
    }
    assert!(
        said.err.contains("written: forsoeg-result/"),
        "{}",
        said.err
    );
    assert!(said.out.contains("uger"), "{}", said.out);
}

#[test]
fn run_json_tells_how_long_each_phase_took() {
    let scratch = trial();
    let said = scratch.run(&["run", "study.toml", "--out", "result", "--verbose"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let run: serde_json::Value =
        serde_json::from_str(&scratch.read("result/internal/run.json")).expect("JSON");
    let phases = run["seconds"].as_array().expect("phases");
    let names: Vec<&str> = phases
        .iter()
        .filter_map(|phase| phase[0].as_str())
        .collect();
    assert_eq!(
        names,
        ["read", "check", "panel", "resample", "infer", "write"]
    );
    for phase in phases {
        let seconds = phase[1].as_f64().expect("seconds");
        assert!((0.0..60.0).contains(&seconds), "{phase}");
    }
    assert!(said.err.contains("write "), "{}", said.err);
}

#[test]
fn wrong_use_ends_with_2() {
    let scratch = trial();
    assert_usage(&scratch.run(&["frobnicate"]), "frobnicate");
    assert_usage(&scratch.run(&["run"]), "STUDY");
    assert_usage(
        &scratch.run(&["run", "study.toml", "--threads", "0"]),
        "threads",
    );
    assert_usage(&scratch.run(&["run", "study.toml", "--seed", "x"]), "seed");
    assert_usage(
        &scratch.run(&["run", "study.toml", "--memory", "8"]),
        "memory",
    );
    assert_usage(
        &scratch.run(&["run", "study.toml", "--only", "main2"]),
        "`main`",
    );
    assert_usage(
        &scratch.run(&["run", "study.toml", "--data", "nowhere"]),
        "RV0001",
    );
    assert_usage(&scratch.run(&["explain", "survivall"]), "`survival`");
    assert_usage(
        &scratch.run(&["run", "study.toml", "--quiet", "--verbose"]),
        "verbose",
    );
    assert_eq!(scratch.files().len(), 5, "something is written");
}

#[test]
fn an_undefined_headline_ends_with_5_and_its_outputs() {
    let scratch = trial();
    // Nobody is followed in week 5, so that what accumulates over the horizon does not exist.
    scratch.write("study.toml", STUDY.replace("horizon = 4", "horizon = 5"));
    let said = scratch.run(&["run", "study.toml", "--out", "result"]);
    assert_eq!(said.code, Some(5), "{}", said.err);
    assert!(!said.out.is_empty());
    let folder = files_of(&scratch.path("result"));
    assert!(TOP.iter().all(|name| folder.contains_key(*name)));
}

#[test]
fn claims_that_differ_end_with_6() {
    let scratch = Scratch::new();
    let study = repository("fixtures/studies/paa-rette-vej/study.toml");
    let out = ["--out", "result", "--replicates", "99"];
    let study = study.to_str().expect("a path");
    let said = scratch.run(&[&["run", study], out.as_slice()].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);

    let wrong = repository("fixtures/claims/paa-rette-vej-wrong.toml");
    let wrong = wrong.to_str().expect("a path");
    let said = scratch.run(&["check", "result", "--against", wrong]);
    assert_eq!(said.code, Some(6), "{said:?}");
    let json = scratch.run(&["check", "result", "--against", wrong, "--format", "json"]);
    assert_eq!(json.code, Some(6));
    let answer: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let schema = std::fs::read_to_string(repository("fixtures/schemas/check.json"));
    let schema = serde_json::from_str(&schema.expect("a schema")).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &answer), "{answer:#}");
    let text = answer.to_string();
    for id in ["differs", "differs-in-significance", "not-found", "holds"] {
        assert!(
            said.out.contains(id) && text.contains(id),
            "{id}: {}",
            said.out
        );
    }
    for format in ["junit", "github"] {
        let said = scratch.run(&["check", "result", "--against", wrong, "--format", format]);
        assert_eq!(said.code, Some(6), "{format}");
    }

    let holds = "[source]\ntitle = \"x\"\n\n[[claim]]\nid = \"placement\"\nvalue = 6\nrounded = 0\n\
                 estimand = \"cumulative_effect\"\noutcome = \"placement\"\narm = \"deltager\"\n\
                 column = \"estimate\"\n";
    scratch.write("holds.toml", holds);
    let said = scratch.run(&["check", "result", "--against", "holds.toml"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    scratch.write("broken.toml", holds.replace("rounded", "runded"));
    let said = scratch.run(&["check", "result", "--against", "broken.toml"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("broken.toml:7:"), "{}", said.err);
}

#[test]
fn an_earlier_result_is_kept_without_force_and_replaced_with_it() {
    let scratch = trial();
    let run = ["run", "study.toml", "--out", "result"];
    assert_eq!(scratch.run(&run).code, Some(0));
    let before = scratch.files();
    let said = scratch.run(&run);
    assert_eq!((said.code, said.out.as_str()), (Some(7), ""));
    assert!(
        said.err.contains("RV0703") && said.err.contains("--force"),
        "{}",
        said.err
    );
    assert_eq!(scratch.files(), before);

    scratch.write("result/figures/old.svg", "");
    let forced = scratch.run(&["run", "study.toml", "--out", "result", "--force"]);
    assert_eq!(forced.code, Some(0), "{}", forced.err);
    let names = |files: &std::collections::BTreeMap<String, Vec<u8>>| {
        files.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&scratch.files()), names(&before));
}

#[test]
fn what_is_not_ours_is_never_replaced() {
    let scratch = trial();
    scratch.write("thesis/chapter.txt", "years of work");
    scratch.write("taken", "a file");
    let before = scratch.files();
    for out in ["thesis", "taken", "no/such/place", "persons.csv", ".", ".."] {
        for force in [&[][..], &["--force"]] {
            let said = scratch.run(&[&["run", "study.toml", "--out", out], force].concat());
            assert_eq!(
                (said.code, said.out.as_str()),
                (Some(7), ""),
                "{out}: {}",
                said.err
            );
            assert!(!said.err.contains(&scratch.way()), "{}", said.err);
            assert_eq!(scratch.files(), before, "{out}");
        }
    }
}

/// A failed run leaves an earlier result as it was, also with `--force`.
#[test]
fn a_broken_run_leaves_the_earlier_result() {
    let scratch = trial();
    let run = ["run", "study.toml", "--out", "result", "--force"];
    assert_eq!(scratch.run(&run).code, Some(0));
    scratch.write("hours.csv", "cpr,week,hours\n0202712222,3,mange\n");
    let before = scratch.files();
    assert_eq!(scratch.run(&run).code, Some(4));
    assert_eq!(scratch.files(), before);
}
