//! Studies that are refused: every rule by its code, at its line.

use super::*;
use std::path::Path;

#[test]
fn three_mistakes_are_told_in_one_pass_at_their_lines() {
    let text = MINIMAL
        .replace("horizon = 52", "horizont = 52")
        .replace("state = \"state\"", "state = 3")
        .replace("weeks_in", "weeks_im");
    let found = findings(&text);
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
    let found = findings(&MINIMAL.replace("arm = \"arm\"", "arm = \"arm"));
    assert_eq!((found[0].0, found[0].1), (codes::NOT_TOML, 10));
}

#[test]
fn what_is_not_in_this_version_is_refused_by_name() {
    let (code, message) = only(
        "[outcomes.work]",
        "[cost_benefit]\nvintage = \"dk-fm-2013\"\n[outcomes.work]",
    );
    assert_eq!(code, codes::NOT_YET);
    assert!(
        message.contains("vintage") && message.contains("not in this version"),
        "{message}"
    );
    let (code, message) = only("spells.csv", "old.sav");
    assert_eq!(code, codes::FILE_TYPE);
    assert!(message.contains("sav") && message.contains("not in this version"));
}

#[test]
fn a_form_of_the_result_must_be_known_and_named_once() {
    let with = |list: &str| only("[arms]", &format!("[report]\nformats = [{list}]\n[arms]"));
    let (code, message) = with("\"html\", \"pdf\"");
    assert_eq!(code, codes::UNKNOWN_WORD);
    assert!(message.contains("`pdf`"), "{message}");
    let (code, message) = with("\"svg\", \"html\", \"svg\"");
    assert_eq!(code, codes::TWICE);
    assert!(message.contains("`svg`"), "{message}");
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
fn what_windows_makes_easy_to_get_wrong_is_told_as_what_it_is() {
    for (to, code) in [
        (r"data\\spells.csv", codes::NO_FILE),
        (r"data\spells.csv", codes::BACKSLASH),
        (r"data\table.csv", codes::BACKSLASH),
    ] {
        let (found, message) = only("spells.csv", to);
        assert_eq!(found, code, "{to}: {message}");
    }
    let (code, _) = only("horizon = 52", "horizon = 0,5");
    assert_eq!(code, codes::DECIMAL_COMMA);

    let folder = folder();
    let study = folder.path().join("study.toml");
    let refused = |path: &Path| {
        let error = read(path, &ReadOptions::default()).expect_err("refused");
        (
            error.diagnostics[0].code,
            error.diagnostics[0].message.clone(),
        )
    };
    let second = folder.path().join("other.toml");
    std::fs::write(folder.path().join("other.toml.txt"), "").expect("written");
    assert_eq!(refused(&second).0, codes::SECOND_ENDING);
    let wide: Vec<u8> = "\u{feff}a = 1"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(&study, wide).expect("written");
    assert_eq!(refused(&study).0, codes::UTF_16);
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
fn whatever_a_value_is_replaced_by_the_finding_is_one_of_shape() {
    let rich = format!(
        "{MINIMAL}unit = \"weeks\"\n\
         [outcomes.exit]\nkind = \"exit\"\nfrom = [\"a\"]\nto = [\"b\"]\nat_risk = \"first\"\nsustained = 2\n\
         [outcomes.pay]\nkind = \"amount\"\ncolumn = \"kr\"\nper = \"spell\"\ndecimals = 0\n\
         [outcomes.met]\nkind = \"share_among\"\nfile = \"events.csv\"\nweek = \"w\"\namong = \"a\"\ntarget = 0.8\nfilter = {{ x = \"y\" }}\n\
         [labels]\nwork = {{ da = \"arbejde\", more = \"mere\" }}\n\
         [estimation]\nconfidence = 0.9\ninterval = \"basic\"\nadjustment = \"none\"\n\
         [[analysis]]\nname = \"a\"\noutcomes = [\"work\"]\nweeks = [1, 2]\nconfidence = 0.9\n\
         [resampling]\nreplicates = 999\nseed = 3\nscheme = \"bootstrap\"\n\
         [disclosure]\nmin_cell = 1\n"
    );
    study(&rich);
    let lines: Vec<&str> = rich.lines().collect();
    let values = [
        "3",
        "-3",
        "1.5",
        "nan",
        "\"x\"",
        "\"\"",
        "[]",
        "[1]",
        "[\"x\"]",
        "[[1]]",
        "{}",
        "{ a = 1 }",
        "{ a = \"x\" }",
        "{ a = {} }",
        "true",
        "2010-01-01",
        "99999999999999999999",
        "[{ name = \"x\" }]",
    ];
    for (i, line) in lines.iter().enumerate() {
        let replaced = values.iter().map(|value| match line.split_once('=') {
            Some((key, _)) => format!("{key}= {value}"),
            None => format!("{} = {value}", line.trim_matches(['[', ']'])),
        });
        for new in replaced.chain([String::new(), format!("{line}\n{line}")]) {
            let mut changed = lines.clone();
            changed[i] = &new;
            if let Err(error) = read_str(&changed.join("\n")) {
                for d in &error.diagnostics {
                    assert!(!d.hint.contains("schema study"), "{new}: {d}");
                }
            }
        }
    }
}

#[test]
fn the_keys_of_money_are_checked_and_later_ones_refused_by_name() {
    let with = |keys: &str| codes_of(&format!("[cost_benefit]\n{keys}\n"));
    for later in [
        "vintage = \"x\"",
        "discount_rate = 0.04",
        "refund = \"x\"",
        "cuts = [3]",
        "tax_distortion = 1.2",
    ] {
        assert_eq!(with(later), [codes::NOT_YET], "{later}");
    }
    assert_eq!(with("pris = 1"), [codes::UNKNOWN_KEY]);
    let benefit = "benefit = [\"benefit\"]\n";
    for (keys, code) in [
        ("bands = [1]", codes::OUT_OF_RANGE),
        ("bands = [14, 14]", codes::TWICE),
        ("look_back = 0", codes::OUT_OF_RANGE),
        ("benefit_before = \"age\"", codes::UNKNOWN_REFERENCE),
        ("active = \"placement\"", codes::UNKNOWN_REFERENCE),
        ("look_back = 156\nbenefit_before = \"age\"", codes::TOGETHER),
    ] {
        assert_eq!(with(&format!("{benefit}{keys}")), [code], "{keys}");
    }
    for keys in ["bands = [14]", "look_back = 156"] {
        assert_eq!(with(keys), [codes::TOGETHER], "{keys}");
    }
    assert_eq!(with("analysis = \"mian\""), [codes::UNKNOWN_REFERENCE]);
    assert_eq!(with("prices = \"../prices.toml\""), [codes::LEAVES_ROOT]);
    assert_eq!(with("prices = \"spells.parquet\""), [codes::FILE_TYPE]);
    assert_eq!(with("prices = \"prices.toml\""), [codes::NO_FILE]);
    assert_eq!(with("benefit = [\"a\", \"a\"]"), [codes::TWICE]);
    let (code, message) = only(
        "state = \"state\"",
        "state = \"state\"\nstates = [\"employed\", \"benefit\"]\n[cost_benefit]\nbenefit = \"benfit\"",
    );
    assert_eq!(code, codes::UNKNOWN_REFERENCE, "{message}");
    let (code, _) = only(
        "kind = \"weeks_in\"\nstates = \"employed\"",
        "kind = \"exit\"\nfrom = \"benefit\"\n[cost_benefit]",
    );
    assert_eq!(code, codes::NOTHING_TO_PRICE);
}
