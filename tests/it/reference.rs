//! Numbers of other software and of published tables: `fixtures/reference/<software>/<case>/` holds a study and
//! `expected.csv` with a tolerance on every line; `run.R` and `version.txt` say where the numbers come from.

use crate::support::expected::{assert_none, differences};
use crate::support::expression::evaluate;
use crate::support::program::{Outcome, run};
use crate::support::table::Table;
use crate::support::{real_data, repository};
use std::fmt::Write as _;
use std::path::Path;

/// Every case of `fixtures/reference/`.
const CASES: [&str; 31] = [
    "estimatr/alo_star_men",
    "estimatr/clustered",
    "estimatr/lost",
    "estimatr/penn_bonus_ols",
    "estimatr/persons",
    "estimatr/take_up",
    "r-balance/clustered",
    "r-balance/life_aid",
    "r-balance/penn_bonus",
    "r-balance/penn_weights",
    "r-base/life_aid_money",
    "r-base/penn_bonus_money",
    "r-base/survey",
    "r-metafor/life_aid",
    "r-cmprsk/bmt",
    "r-cmprsk/life_aid_spells",
    "r-permutation/life_aid",
    "r-permutation/penn_bonus",
    "r-survival/aml",
    "r-survival/bmt",
    "r-survival/life_aid",
    "r-survival/life_aid_spells",
    "r-survival/lung",
    "r-survival/pbc",
    "r-survival/penn_bonus",
    "r-survival/smoking_cessation",
    "real/life_aid",
    "real/penn_bonus",
    "real/penn_bonus_interval",
    "real/smoking_cessation",
    "real/smoking_cessation_interval",
];

/// Runs one case; one that reads real trials is skipped where they are absent.
fn check(case: &str) {
    assert!(CASES.contains(&case), "{case} is not listed");
    let folder = repository("fixtures/reference").join(case);
    let study = folder.join("study.toml");
    let text = std::fs::read_to_string(&study).expect("the study of the case");
    let expected = Table::read(&folder.join("expected.csv"));
    if !text.contains("\"shared:") && !text.contains("\"prepared:") {
        let result = run(&study, &[]);
        assert_none(case, &differences(&result.estimates(), &expected));
        return;
    }
    let Some(result) = run_on_real_data(case) else {
        return;
    };
    assert_none(case, &differences(&result.estimates(), &expected));
}

/// `None` where the real trials are absent.
fn run_on_real_data(case: &str) -> Option<Outcome> {
    let study = repository("fixtures/reference")
        .join(case)
        .join("study.toml");
    let text = std::fs::read_to_string(&study).expect("the study of the case");
    let shared = real_data(case)?;
    let prepared = tempfile::TempDir::new().expect("a temporary folder");
    prepare(&shared, prepared.path(), &text);
    prepare_numbers(&shared, prepared.path(), &text);
    let roots = [("shared", shared.as_path()), ("prepared", prepared.path())];
    let used: Vec<(&str, &Path)> = roots
        .into_iter()
        .filter(|(name, _)| text.contains(&format!("\"{name}:")))
        .collect();
    Some(run(&study, &used))
}

/// Three public files have no person column, one has years where we need days: copies with a row number and whole ticks.
fn prepare(shared: &Path, folder: &Path, study: &str) {
    for (source, name) in [
        ("reference_cases/lung.csv", "lung.csv"),
        ("reference_cases/pbc_312.csv", "pbc_312.csv"),
        ("sas_samples/bmt.csv", "bmt.csv"),
    ] {
        if !study.contains(&format!("\"prepared:{name}\"")) {
            continue;
        }
        let table = std::fs::read_to_string(shared.join(source)).expect("a data file");
        let mut text = String::new();
        for (row, line) in table.lines().enumerate() {
            let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
            if row == 0 {
                let days = match name {
                    "pbc_312.csv" => ",days",
                    "bmt.csv" => ",long",
                    _ => "",
                };
                writeln!(text, "row,{}{days}", cells.join(",")).expect("writing to memory");
                continue;
            }
            let whole: Vec<&str> = cells
                .iter()
                .map(|c| c.strip_suffix(".0").unwrap_or(c))
                .collect();
            write!(text, "{row},{}", whole.join(",")).expect("writing to memory");
            if name == "pbc_312.csv" {
                let years: f64 = cells[0].parse().expect("years");
                write!(text, ",{}", (years * 365.25).round()).expect("writing to memory");
            }
            if name == "bmt.csv" {
                // The stratum of the printed models: more than 200 days until the transplant.
                let days: f64 = cells[3].parse().expect("days");
                write!(text, ",{}", days > 200.0).expect("writing to memory");
            }
            text.push('\n');
        }
        std::fs::write(folder.join(name), text).expect("a file in the temporary folder");
    }
}

/// One spell of one week for each person, with the number that is regressed.
fn prepare_numbers(shared: &Path, folder: &Path, study: &str) {
    let write = |name: &str, source: &str, row: &dyn Fn(usize, &[&str]) -> String| {
        if !study.contains(&format!("\"prepared:{name}\"")) {
            return;
        }
        let table = std::fs::read_to_string(shared.join(source)).expect("a data file");
        let mut lines = table.lines().enumerate();
        let (_, head) = lines.next().expect("a header");
        let head = head.replace('"', "");
        let mut text = format!("row,first,last,state,number,{head}\n");
        for (number, line) in lines {
            let cells: Vec<&str> = line.split(',').collect();
            writeln!(text, "{},{line}", row(number, &cells)).expect("writing to memory");
        }
        std::fs::write(folder.join(name), text).expect("a file in the temporary folder");
    };
    write(
        "alo_star_men.csv",
        "reference_cases/alo_star_men.csv",
        &|row, cells| {
            let grade: f64 = cells[3].parse().expect("a grade");
            format!("{row},1,1,year,{grade:.6}")
        },
    );
    write("penn_log.csv", "penn_bonus/penn_jae.csv", &|_, cells| {
        let weeks: f64 = cells[3].parse().expect("weeks");
        format!("{},1,1,ui,{:.6}", cells[0], weeks.ln())
    });
}

#[test]
fn estimatr_on_persons() {
    check("estimatr/persons");
}

#[test]
fn estimatr_on_take_up() {
    check("estimatr/take_up");
}

#[test]
fn estimatr_on_clusters() {
    check("estimatr/clustered");
}

#[test]
fn estimatr_with_loss_of_follow_up() {
    check("estimatr/lost");
}

/// Lin 2013, table 2.
#[test]
fn estimatr_on_alo_star_men() {
    check("estimatr/alo_star_men");
}

/// The OLS with 15 covariates: -0.071692 (HC1 0.035401), and two other arms.
#[test]
fn estimatr_on_penn_bonus() {
    check("estimatr/penn_bonus_ols");
}

#[test]
fn r_base_on_a_survey() {
    check("r-base/survey");
}

#[test]
fn r_metafor_on_levels_and_moderators_of_life_aid() {
    check("r-metafor/life_aid");
}

#[test]
fn r_survival_on_aml() {
    check("r-survival/aml");
}

#[test]
fn r_survival_on_lung() {
    check("r-survival/lung");
}

#[test]
fn r_survival_on_pbc() {
    check("r-survival/pbc");
}

#[test]
fn r_survival_with_competing_risks_on_bmt() {
    check("r-survival/bmt");
}

/// PEERS D5: numbers printed for this SAS table, with times and events read as SAS wrote them, without a column for persons.
#[test]
fn competing_risks_straight_from_a_sas_table() {
    let case = "r-cmprsk/bmt";
    let Some(result) = run_on_real_data(case) else {
        return;
    };
    let estimates = result.estimates();
    let expected = repository("fixtures/reference").join(case);
    assert_none(
        case,
        &differences(&estimates, &Table::read(&expected.join("expected.csv"))),
    );
    assert_none(
        "D5",
        &differences(&estimates, &Table::read(&expected.join("printed.csv"))),
    );
}

#[test]
fn the_hazard_ratio_of_every_spell_is_that_of_r_survival_with_its_sandwich() {
    check("r-cmprsk/life_aid_spells");
}

#[test]
fn r_survival_on_life_aid() {
    check("r-survival/life_aid");
}

#[test]
fn the_log_rank_of_every_spell_is_the_robust_score_test_of_r_survival() {
    check("r-survival/life_aid_spells");
}

#[test]
fn r_survival_on_penn_bonus() {
    check("r-survival/penn_bonus");
}

#[test]
fn r_survival_on_smoking_cessation() {
    check("r-survival/smoking_cessation");
}

#[test]
fn the_money_of_life_aid_is_that_of_welch_and_inversion_in_base_r() {
    check("r-base/life_aid_money");
}

#[test]
fn what_a_bonus_of_the_pennsylvania_trial_saves_per_bonus_paid_is_that_of_base_r() {
    check("r-base/penn_bonus_money");
}

#[test]
fn balance_of_life_aid_and_penn_bonus_is_that_of_r() {
    check("r-balance/clustered");
    check("r-balance/life_aid");
    check("r-balance/penn_bonus");
    check("r-balance/penn_weights");
}

#[test]
fn permutation_p_of_life_aid_and_penn_bonus_are_those_of_base_r() {
    check("r-permutation/life_aid");
    check("r-permutation/penn_bonus");
}

#[test]
fn life_aid_gives_the_published_numbers() {
    check("real/life_aid");
}

#[test]
fn penn_bonus_gives_the_published_numbers() {
    check("real/penn_bonus");
}

#[test]
fn penn_bonus_names_the_quarters_in_which_nobody_got_the_sixth_bonus() {
    let Some(result) = run_on_real_data("real/penn_bonus") else {
        return;
    };
    let estimates = result.estimates();
    let row = estimates
        .rows()
        .find(|row| {
            row.get("analysis") == "by quarter"
                && row.get("estimand") == "cumulative_effect"
                && row.get("arm") == "tg6"
                && row.get("week") == "52"
        })
        .expect("the post-stratified effect of tg6");
    let reason = row.get("reason");
    assert!(
        reason.contains('5') && reason.contains('6'),
        "reason: {reason}"
    );
    // The simple difference keeps those quarters, and the run says so.
    assert!(
        result.said.to_lowercase().contains("warning"),
        "said: {}",
        result.said
    );
}

#[test]
fn smoking_cessation_gives_the_published_numbers() {
    check("real/smoking_cessation");
}

#[test]
fn percentile_intervals_agree_with_200_000_draws_within_monte_carlo_error() {
    check("real/penn_bonus_interval");
    check("real/smoking_cessation_interval");
}

#[test]
fn every_reference_case_is_complete_and_can_be_read() {
    for case in CASES {
        let folder = repository("fixtures/reference").join(case);
        assert!(folder.join("study.toml").is_file(), "{case}");
        let expected = Table::read(&folder.join("expected.csv"));
        assert!(expected.rows().next().is_some(), "{case} is empty");
        for row in expected.rows() {
            let tolerance = row.get("tolerance").trim_end_matches("mc");
            assert!(tolerance.parse::<f64>().is_ok(), "{case}: {tolerance}");
            assert!(
                evaluate(row.get("value")).is_ok_and(f64::is_finite),
                "{case}"
            );
        }
    }
}
