use super::*;
use crate::error::Place;
use crate::study::model::*;

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
        "old.sas7bdat",
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
fn refusals(text: &str) -> Vec<(&'static str, usize, String)> {
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
    let found = refusals(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    let (code, line, message) = found.into_iter().next().expect("one");
    assert!(line > 0);
    (code, message)
}

fn added(more: &str) -> Vec<(&'static str, usize, String)> {
    refusals(&format!("{MINIMAL}{more}"))
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
fn three_mistakes_are_told_in_one_pass_at_their_lines() {
    let text = MINIMAL
        .replace("horizon = 52", "horizont = 52")
        .replace("state = \"state\"", "state = 3")
        .replace("weeks_in", "weeks_im");
    let found = refusals(&text);
    let told: Vec<_> = found.iter().map(|(code, line, _)| (*code, *line)).collect();
    assert_eq!(
        told,
        [
            (codes::UNKNOWN_KEY, 3),
            (codes::WRONG_TYPE, 16),
            (codes::UNKNOWN_WORD, 18),
        ],
        "{found:?}"
    );
}

#[test]
fn an_unknown_key_comes_with_the_nearest_one() {
    let error = read_str(&MINIMAL.replace("horizon = 52", "horizon = 52\nhedline = \"work\""))
        .expect_err("unknown key");
    assert_eq!(error.diagnostics[0].hint, "write `headline`");
    assert!(error.diagnostics[0].allowed.is_some());
}

#[test]
fn bad_toml_is_refused_with_its_line() {
    let found = refusals(&MINIMAL.replace("arm = \"arm\"", "arm = \"arm"));
    assert_eq!((found[0].0, found[0].1), (codes::NOT_TOML, 10));
}

#[test]
fn what_is_not_in_this_version_is_refused_by_name() {
    for (from, to, name) in [
        (
            "arm = \"arm\"",
            "arm = \"arm\"\ncovariates = [\"age\"]",
            "covariates",
        ),
        (
            "state = \"state\"",
            "state = \"state\"\nweeks = \"dream\"",
            "dream",
        ),
        (
            "[outcomes.work]",
            "[resampling]\nscheme = \"bayesian\"\n[outcomes.work]",
            "bayesian",
        ),
        (
            "[outcomes.work]",
            "[estimation]\ninterval = \"bca\"\n[outcomes.work]",
            "bca",
        ),
        (
            "[outcomes.work]",
            "[estimation]\ninterval = \"studentized\"\n[outcomes.work]",
            "studentized",
        ),
        (
            "[outcomes.work]",
            "[estimation]\nadjustment = \"ancova\"\n[outcomes.work]",
            "ancova",
        ),
        (
            "[outcomes.work]",
            "[estimation]\nadjustment = \"lin\"\n[outcomes.work]",
            "lin",
        ),
        (
            "[outcomes.work]",
            "[cost_benefit]\nprices = \"p\"\n[outcomes.work]",
            "cost_benefit",
        ),
        (
            "[outcomes.work]",
            "[report]\nformats = [\"html\"]\n[outcomes.work]",
            "report",
        ),
        (
            "[outcomes.work]",
            "[[analysis]]\nname = \"a\"\nfamily = []\n[outcomes.work]",
            "family",
        ),
    ] {
        let (code, message) = only(from, to);
        assert_eq!(code, codes::NOT_YET, "{name}");
        assert!(
            message.contains(name) && message.contains("not in this version"),
            "{message}"
        );
    }
    let (code, message) = only("spells.csv", "old.sas7bdat");
    assert_eq!(code, codes::FILE_TYPE);
    assert!(message.contains("sas7bdat") && message.contains("not in this version"));
}

#[test]
fn a_path_may_not_leave_its_folder() {
    for (path, code) in [
        ("/etc/passwd.csv", codes::LEAVES_ROOT),
        ("../spells.csv", codes::LEAVES_ROOT),
        ("a/../../spells.csv", codes::LEAVES_ROOT),
        ("C:/spells.csv", codes::LEAVES_ROOT),
        ("nothere.csv", codes::NO_FILE),
        ("big:spells.csv", codes::UNKNOWN_ROOT),
        ("spells.doc", codes::FILE_TYPE),
        ("spells", codes::FILE_TYPE),
    ] {
        let (found, message) = only("spells.csv", path);
        assert_eq!(found, code, "{path}: {message}");
        assert!(!message.contains("/etc"), "{message}");
    }
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
fn gap_filling_needs_an_end() {
    let gap = "state = \"state\"\ngap = \"none\"";
    let (code, _) = only("state = \"state\"", gap);
    assert_eq!(code, codes::NEEDS_END);
    let ended = format!("{gap}\ndata_end = 60");
    assert_eq!(
        study(&MINIMAL.replace("state = \"state\"", &ended))
            .study
            .tables[0]
            .data_end,
        Some("60".to_owned())
    );
    let (code, _) = only(
        "state = \"state\"",
        "state = \"state\"\ndata_end = \"2010-W44\"",
    );
    assert_eq!(code, codes::BAD_MOMENT);
}

#[test]
fn calendar_weeks_need_the_week_of_assignment() {
    let dated = "state = \"state\"\nweeks = \"date\"\ndata_end = 2012-01-31";
    let (code, _) = only("state = \"state\"", dated);
    assert_eq!(code, codes::NEEDS_ASSIGNED);
    let text = MINIMAL
        .replace("state = \"state\"", dated)
        .replace("arm = \"arm\"", "arm = \"arm\"\nassigned = \"when\"");
    let table = study(&text).study.tables.remove(0);
    assert_eq!(table.data_end.as_deref(), Some("2012-01-31"));
    assert_eq!(table.weeks, WeekUnit::Date);
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
fn unknown_names_and_estimands_are_refused() {
    let analysis = |keys: &str| codes_of(&format!("[[analysis]]\nname = \"a\"\n{keys}\n"));
    assert_eq!(
        analysis("outcomes = [\"wrok\"]"),
        [codes::UNKNOWN_REFERENCE]
    );
    assert_eq!(
        analysis("estimands = [\"hazzard\"]"),
        [codes::UNKNOWN_REFERENCE]
    );
    assert_eq!(analysis("estimands = [\"hazard\"]"), [codes::NO_ESTIMAND]);
    assert_eq!(
        analysis("subgroups = [\"sex\"]"),
        [codes::UNKNOWN_REFERENCE]
    );
    assert_eq!(analysis("weeks = [0, 53]"), [codes::WEEK_OUTSIDE; 2]);
    assert_eq!(analysis("adjustment = \"strata\""), [codes::NEEDS_STRATA]);
    assert_eq!(analysis("[[analysis]]\nname = \"a\""), [codes::TWICE]);
    let (code, _) = only("horizon = 52", "horizon = 52\nheadline = \"wrok\"");
    assert_eq!(code, codes::UNKNOWN_REFERENCE);
    let (code, _) = only(
        "state = \"state\"",
        "state = \"state\"\nstates = [\"emploied\"]",
    );
    assert_eq!(code, codes::UNKNOWN_REFERENCE);
}

#[test]
fn every_spell_at_risk_has_no_survival() {
    let exit = "[outcomes.exit]\nkind = \"exit\"\nfrom = \"a\"\nat_risk = \"all\"\n";
    let analysis =
        "[[analysis]]\nname = \"a\"\noutcomes = [\"exit\"]\nestimands = [\"survival\"]\n";
    assert_eq!(codes_of(&format!("{exit}{analysis}")), [codes::NO_ESTIMAND]);
}

#[test]
fn several_tables_must_be_told_apart() {
    let text = MINIMAL.replace("[spells]", "[spells.benefit]");
    assert_eq!(study(&text).study.tables[0].name, "benefit");
    let jobs = "[spells.jobs]\nfiles = [\"spells.csv\"]\nperson = \"p\"\nstart = \"s\"\nend = \"e\"\nstate = \"x\"\n";
    let found = refusals(&format!("{text}{jobs}"));
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
    let found = refusals(&text.replace("to = [1]", "from = [\"x\"]\nto = [1]"));
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
