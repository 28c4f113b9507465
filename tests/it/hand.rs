//! Cases worked by hand in exact fractions: `fixtures/hand/<case>/` holds a study, its data, `expected.csv` and the
//! arithmetic in `worked.md`.

use crate::support::expected::{assert_none, differences};
use crate::support::expression::evaluate;
use crate::support::program::run;
use crate::support::repository;
use crate::support::table::Table;
use std::collections::BTreeSet;

fn check(case: &str) {
    let folder = repository("fixtures/hand").join(case);
    let expected = Table::read(&folder.join("expected.csv"));
    let result = run(&folder.join("study.toml"), &[]);
    assert_none(case, &differences(&result.estimates(), &expected));
}

/// One test per case, and the list of them.
macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        const CASES: &[&str] = &[$(stringify!($case)),*];
        $(#[test] fn $case() { check(stringify!($case)); })*
    };
}

cases!(
    adjusted,
    amount_after_death,
    amount_per_month,
    amount_per_spell,
    amounts_and_events,
    clusters,
    competing_destinations,
    competing_tests,
    dates_rule_any,
    dates_rule_thursday,
    death_and_loss,
    dream_weeks,
    durations_from_tick_zero,
    exit_dating,
    hours_by_month,
    iso_weeks_over_new_year,
    money,
    permutation_family,
    permutation_villages,
    reentry,
    refund_history,
    share_among,
    sites,
    small_subgroup_strata,
    staggered_followup,
    strata,
    status_of_events,
    stratum_cell_of_one,
    studentized,
    subgroups,
    survey,
    sustained_two_weeks,
    take_up,
    three_arms,
    two_tables,
    weights,
    weeks_in_all_followed,
);

#[test]
fn an_undefined_headline_ends_with_exit_code_5_and_still_writes_its_outputs() {
    let study = repository("fixtures/hand/staggered_followup/study.toml");
    let result = run(&study, &[]);
    assert_eq!(result.code, Some(5), "{}", result.said);
    assert!(result.folder.join("estimates.csv").is_file());
}

/// DESIGN: without adjustment a stratum that lacks an arm stays in the difference, and the run warns of it.
#[test]
fn a_stratum_without_both_arms_is_a_warning_without_adjustment() {
    let from = repository("fixtures/hand/strata");
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    for file in ["persons.csv", "spells.csv"] {
        std::fs::copy(from.join(file), folder.path().join(file)).expect("a copy");
    }
    let study = std::fs::read_to_string(from.join("study.toml")).expect("the study");
    let (before, rest) = study.split_once("[[analysis]]").expect("analyses");
    let (_, after) = rest.split_once("[resampling]").expect("resampling");
    let path = folder.path().join("study.toml");
    std::fs::write(&path, format!("{before}[resampling]{after}")).expect("a study");
    let result = run(&path, &[]);
    let said = result.said.to_lowercase();
    assert_eq!(result.code, Some(0), "{said}");
    assert!(said.contains("warning") && said.contains("strat"), "{said}");
}

fn folders() -> BTreeSet<String> {
    std::fs::read_dir(repository("fixtures/hand"))
        .expect("the folder of hand-worked cases")
        .map(|entry| entry.expect("an entry of the folder"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_folder_of_a_case_is_a_test() {
    let listed: BTreeSet<String> = CASES.iter().map(|&case| case.to_owned()).collect();
    assert_eq!(folders(), listed);
}

#[test]
fn every_case_is_complete_and_every_expected_value_can_be_read() {
    for case in CASES {
        let folder = repository("fixtures/hand").join(case);
        for file in ["study.toml", "persons.csv", "worked.md"] {
            assert!(folder.join(file).is_file(), "{case} has no {file}");
        }
        for row in Table::read(&folder.join("expected.csv")).rows() {
            let value = row.get("value");
            if !matches!(value, "undefined" | "none" | "absent") {
                assert!(evaluate(value).is_ok_and(f64::is_finite), "{case}: {value}");
            }
        }
    }
}

#[test]
fn every_estimand_up_to_logrank_has_a_value_worked_by_hand() {
    let mut seen = BTreeSet::new();
    for case in CASES {
        let expected = Table::read(&repository("fixtures/hand").join(case).join("expected.csv"));
        for row in expected.rows() {
            if row.get("column") == "estimate" && evaluate(row.get("value")).is_ok() {
                seen.insert(row.get("estimand").to_owned());
            }
        }
    }
    for estimand in [
        "weekly_mean",
        "weekly_difference",
        "cumulative_mean",
        "cumulative_effect",
        "period_mean",
        "period_difference",
        "hazard",
        "hazard_difference",
        "survival",
        "survival_difference",
        "cumulative_hazard",
        "median_time",
        "cumulative_incidence",
        "cumulative_incidence_difference",
        "restricted_mean",
        "restricted_mean_difference",
        "logrank",
        "cumulative_incidence_aalen",
        "gray",
        "log_hazard_ratio",
        "level_effect",
        "shrunken_effect",
        "effect_against_rest",
        "equal_effects",
        "significant_levels",
        "mean_of_levels",
        "spread_of_levels",
        "answered",
        "answered_difference",
        "answer_share",
        "answer_share_difference",
        "answer_mean",
        "answer_mean_difference",
        "answers_equal",
    ] {
        assert!(seen.contains(estimand), "no case has a value of {estimand}");
    }
}
