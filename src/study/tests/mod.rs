//! Studies that are read, and what they become; those that are refused stand in `refusals`.

mod families;
mod refusals;

use super::*;
use crate::error::{Class, Place, Result};

const MINIMAL: &str = r#"[study]
name = "Minimal"
horizon = 52
[arms]
control = "c"
treatment = "t"
[persons]
file = "persons.csv"
id = "id"
arm = "arm"
[spells]
file = "spells.csv"
person = "id"
start = "first"
end = "last"
state = "state"
[outcomes.work]
kind = "weeks_in"
states = "employed"
"#;

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for file in [
        "persons.csv",
        "spells.csv",
        "events.csv",
        "more.parquet",
        "old.sav",
    ] {
        std::fs::write(dir.path().join(file), "x\n").expect("a file");
    }
    dir
}

fn read_str(text: &str) -> Result<Checked> {
    read_with(text, &ReadOptions::default())
}

fn read_with(text: &str, options: &ReadOptions) -> Result<Checked> {
    let dir = folder();
    let path = dir.path().join("study.toml");
    std::fs::write(&path, text).expect("a study");
    read(&path, options)
}

fn study(text: &str) -> Checked {
    read_str(text).unwrap_or_else(|e| panic!("refused: {e}"))
}

/// Findings as (code, line, message).
fn findings(text: &str) -> Vec<(&'static str, usize, String)> {
    let error = read_str(text).expect_err("should be refused");
    assert_eq!(error.class, Class::Study);
    error
        .diagnostics
        .into_iter()
        .map(|d| {
            assert!(!d.hint.is_empty());
            let line = match d.place {
                Place::Study { line, .. } => line,
                _ => 0,
            };
            (d.code, line, d.message)
        })
        .collect()
}

/// The only finding of the minimal study with one change.
fn only(from: &str, to: &str) -> (&'static str, String) {
    assert!(MINIMAL.contains(from), "{from}");
    let text = MINIMAL.replace(from, to);
    let found = findings(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    let (code, line, message) = found.into_iter().next().expect("one");
    assert!(line > 0);
    (code, message)
}

fn added(more: &str) -> Vec<(&'static str, usize, String)> {
    findings(&format!("{MINIMAL}{more}"))
}

fn codes_of(more: &str) -> Vec<&'static str> {
    added(more).into_iter().map(|(code, ..)| code).collect()
}

#[test]
fn a_short_study_is_read_with_every_default_told() {
    let checked = study(MINIMAL);
    let s = &checked.study;
    assert_eq!((s.name.as_str(), s.horizon, s.min_cell), ("Minimal", 52, 5));
    assert_eq!(s.treatments, ["t"]);
    assert_eq!(s.tables[0].name, "spells");
    assert_eq!(s.analyses[0].name, "main");
    assert_eq!(s.analyses[0].outcomes, [0]);
    assert_eq!(s.resampling.replicates, 1999);
    assert!(checked.findings.is_empty());
    for line in [
        "language = \"da\"",
        "headline = \"work\"",
        "interval = \"percentile\"",
        "min_cell = 5",
        "[[analysis]]",
    ] {
        assert!(checked.defaults.contains(line), "{line}");
    }
}

#[test]
fn pasting_the_defaults_leaves_no_default() {
    let checked = study(MINIMAL);
    let mut whole: toml::Table = MINIMAL.parse().expect("toml");
    let defaults: toml::Table = checked.defaults.parse().expect("the defaults are toml");
    for (key, value) in defaults {
        match (whole.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => old.extend(new),
            (_, value) => {
                whole.insert(key, value);
            }
        }
    }
    let again = study(&whole.to_string());
    assert_eq!(again.defaults, "");
    assert_eq!(
        format!("{:?}", again.study.analyses),
        format!("{:?}", checked.study.analyses)
    );
}

#[test]
fn a_minimal_study_is_valid_by_the_schema() {
    let study: toml::Table = MINIMAL.parse().expect("toml");
    let json = serde_json::to_value(study).expect("json");
    let validator = jsonschema::validator_for(&schema::schema()).expect("a schema");
    assert!(validator.is_valid(&json));
}

#[test]
fn labels_one_and_one_point_nought_are_the_same_arm() {
    let checked = study(
        &MINIMAL
            .replace("control = \"c\"", "control = 0")
            .replace("treatment = \"t\"", "treatment = [1.0, \"2\"]"),
    );
    assert_eq!(checked.study.control, "0");
    assert_eq!(checked.study.treatments, ["1", "2"]);
    let (code, _) = only("treatment = \"t\"", "treatment = [\"t\", \"c\"]");
    assert_eq!(code, codes::ARMS);
    let (code, _) = only("treatment = \"t\"", "treatment = [1, \"1.0\"]");
    assert_eq!(code, codes::TWICE);
    let (code, _) = only("treatment = \"t\"", "treatment = []");
    assert_eq!(code, codes::ARMS);
}

#[test]
fn a_named_data_folder_is_used_and_a_link_out_of_it_refused() {
    let data = folder();
    let options = ReadOptions {
        roots: vec![("reg".to_owned(), data.path().to_owned())],
        ..ReadOptions::default()
    };
    let text = MINIMAL.replace("spells.csv", "reg:more.parquet");
    let checked = read_with(&text, &options).expect("read");
    assert_eq!(checked.study.tables[0].files[0].shown, "reg:more.parquet");

    #[cfg(unix)]
    {
        let inside = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(data.path().join("spells.csv"), inside.path().join("l.csv"))
            .expect("a link");
        let mut options = ReadOptions {
            roots: vec![("reg".to_owned(), inside.path().to_owned())],
            ..ReadOptions::default()
        };
        let text = MINIMAL.replace("spells.csv", "reg:l.csv");
        let error = read_with(&text, &options).expect_err("leaves");
        assert_eq!(error.diagnostics[0].code, codes::LEAVES_ROOT);
        options.allow_outside = OutsideRule::Allow;
        let checked = read_with(&text, &options).expect("allowed");
        assert_eq!(checked.outside, ["reg:l.csv"]);
    }
}

#[test]
fn all_kinds_of_outcomes_are_read_in_the_order_of_the_file() {
    let more = r#"
[outcomes.share]
kind = "share_among"
file = "events.csv"
week = "w"
filter = { held = 1 }
among = ["benefit"]
target = 0.8
[outcomes.meetings]
kind = "events"
file = "events.csv"
week = "w"
[outcomes.hours]
kind = "amount"
column = "hours"
unit = "hours"
[outcomes.exit]
kind = "exit"
from = ["benefit"]
to = ["employed"]
at_risk = "all"
[labels]
work = { da = "arbejde", more = "mere", less = { da = "mindre", en = "less" } }
1 = "one"
[[analysis]]
name = "first"
outcomes = ["work", "exit"]
estimands = ["cumulative_effect", "hazard"]
weeks = [52, 26]
"#;
    let s = study(&format!("{MINIMAL}{more}")).study;
    let names: Vec<_> = s.outcomes.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(names, ["work", "share", "meetings", "hours", "exit"]);
    let OutcomeKind::ShareAmong { source, target, .. } = &s.outcomes[1].kind else {
        panic!("a share");
    };
    assert_eq!(source.person, "id");
    assert_eq!(source.filter, [("held".to_owned(), "1".to_owned())]);
    assert_eq!(*target, Some(0.8));
    assert_eq!(s.analyses[0].outcomes, [0, 4]);
    assert_eq!(s.analyses[0].weeks, [26, 52]);
    assert_eq!(s.labels.words["work"].more["en"], "mere");
    assert_eq!(s.labels.words["1"].en.as_deref(), Some("one"));
}

#[test]
fn several_tables_must_be_told_apart() {
    let text = MINIMAL.replace("[spells]", "[spells.benefit]");
    assert_eq!(study(&text).study.tables[0].name, "benefit");
    let jobs = "[spells.jobs]\nfiles = [\"spells.csv\"]\nperson = \"p\"\nstart = \"s\"\nend = \"e\"\nstate = \"x\"\n";
    let found = findings(&format!("{text}{jobs}"));
    assert_eq!(found[0].0, codes::MISSING_KEY);
    let text = text.replace("kind =", "table = \"jobs\"\nkind =");
    let s = study(&format!("{text}{jobs}")).study;
    assert!(matches!(
        s.outcomes[0].kind,
        OutcomeKind::WeeksIn { table: 1, .. }
    ));
}

#[test]
fn durations_stand_instead_of_spells() {
    let start = MINIMAL.find("[spells]").expect("there");
    let text = format!(
        "{}[durations]\nfile = \"spells.csv\"\nperson = \"id\"\ntime = \"ttr\"\nevent = \"relapse\"\ncensored = [0]\ntick = \"day\"\n\
         [outcomes.relapse]\nkind = \"exit\"\ntable = \"durations\"\nto = [1]\n",
        &MINIMAL[..start]
    );
    let s = study(&text).study;
    assert_eq!(s.durations.expect("durations").censored, ["0"]);
    assert!(matches!(
        s.outcomes[0].kind,
        OutcomeKind::Exit {
            source: ExitSource::Durations,
            ..
        }
    ));
    let found = findings(&text.replace("to = [1]", "from = [\"x\"]\nto = [1]"));
    assert_eq!(found[0].0, codes::TOGETHER);
}

#[test]
fn months_are_read_and_replicates_overridden() {
    let more = "[outcomes.wage]\nkind = \"amount\"\nfile = \"events.csv\"\nmonth = \"m\"\ncolumn = \"kr\"\n";
    assert_eq!(codes_of(more), [codes::NEEDS_ASSIGNED]);
    let text = MINIMAL.replace("arm = \"arm\"", "arm = \"arm\"\nassigned = \"when\"");
    let options = ReadOptions {
        replicates: Some(99),
        seed: Some(7),
        ..ReadOptions::default()
    };
    let checked = read_with(&format!("{text}{more}"), &options).expect("read");
    assert!(matches!(
        checked.study.outcomes[1].kind,
        OutcomeKind::Amount {
            per: Per::Month,
            ..
        }
    ));
    assert_eq!(
        (
            checked.study.resampling.replicates,
            checked.study.resampling.seed
        ),
        (99, 7)
    );
    assert_eq!(checked.findings[0].code, codes::FEW_REPLICATES);
}

#[test]
fn every_code_has_one_card() {
    let mut seen: Vec<_> = codes::CODES.iter().map(|c| c.code).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), codes::CODES.len());
    assert!(seen.iter().all(|c| c.starts_with("RV01")));
}

#[test]
fn what_is_to_be_priced_is_read_and_its_defaults_are_told() {
    let checked = study(&format!("{MINIMAL}[cost_benefit]\n"));
    let money = checked.study.cost_benefit.expect("money");
    assert_eq!((money.prices, money.analysis), (None, 0));
    assert!(
        checked
            .defaults
            .contains("[cost_benefit]\nanalysis = \"main\"\nbenefit = []")
    );
    let data = folder();
    let options = ReadOptions {
        roots: vec![
            ("reg".to_owned(), data.path().to_owned()),
            (String::new(), data.path().to_owned()),
        ],
        ..ReadOptions::default()
    };
    let more = "[[analysis]]\nname = \"a\"\n[[analysis]]\nname = \"b\"\n\
                [cost_benefit]\nprices = \"reg:events.csv\"\nanalysis = \"b\"\nbenefit = [\"benefit\"]\n";
    let checked = read_with(&format!("{MINIMAL}{more}"), &options).expect("read");
    let money = checked.study.cost_benefit.expect("money");
    let file = money.prices.expect("a price file");
    assert_eq!(file.shown, "reg:events.csv");
    assert_eq!(file.path, data.path().join("events.csv"));
    assert_eq!(
        (money.analysis, money.benefit),
        (1, vec!["benefit".to_owned()])
    );
}

#[test]
fn the_forms_of_the_result_are_those_asked_for_in_a_fixed_order() {
    use crate::study::model::Form;
    let usual = study(MINIMAL);
    assert_eq!(usual.study.formats, Form::USUAL);
    let line = "[report]\nformats = [\"parquet\", \"xlsx\", \"svg\", \"png\", \"html\"]\n";
    assert!(usual.defaults.contains(line), "{}", usual.defaults);
    let with = |list: &str| {
        study(&format!("{MINIMAL}[report]\nformats = [{list}]\n"))
            .study
            .formats
    };
    assert_eq!(
        with("\"md\", \"png\", \"parquet\""),
        [Form::Parquet, Form::Png, Form::Md]
    );
    assert_eq!(with(""), []);
}
