//! How many replicates: all of them where they are few, as many as a Monte Carlo error asks for, a Bayesian share for all.

use crate::support::scratch::Scratch;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STUDY: &str = r#"[study]
name = "enough"
language = "en"
horizon = 3
synthetic = true

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
start = "start"
end = "end"
state = "state"
gap = "home"
data_end = 3

[outcomes.work]
kind = "weeks_in"
states = ["work"]

[resampling]
replicates = 199
seed = 1

[disclosure]
min_cell = 1
"#;

/// `persons` in each arm; person i of an arm works the first i mod 4 weeks, the treated one week more at most.
fn trial(study: &str, persons: usize) -> Scratch {
    let (mut list, mut spells) = (
        String::from("id,arm\n"),
        String::from("id,start,end,state\n"),
    );
    for (arm, more) in [("c", 0), ("t", 1)] {
        for i in 0..persons {
            writeln!(list, "{arm}{i},{arm}").expect("a string grows");
            let weeks = (i * i + i / 3 + more) % 4;
            if weeks > 0 {
                writeln!(spells, "{arm}{i},1,{weeks},work").expect("a string grows");
            }
        }
    }
    let scratch = Scratch::new();
    for (name, text) in [
        ("study.toml", study),
        ("persons.csv", &list),
        ("spells.csv", &spells),
    ] {
        scratch.write(name, text);
    }
    scratch
}

/// The accumulated effect at the horizon.
fn effect(scratch: &Scratch, options: &[&str]) -> BTreeMap<String, String> {
    let said = scratch.run(&[&["run", "study.toml", "--force", "--out", "out"], options].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut table = csv::Reader::from_path(scratch.path("out/estimates.csv")).expect("rows");
    let rows = table.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| row.expect("a row"))
        .find(|row| row["estimand"] == "cumulative_effect" && row["week"] == "3")
        .expect("the effect")
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or(f64::NAN)
}

#[test]
fn a_handful_of_persons_is_resampled_in_every_way_there_is() {
    // Three in each arm: 3^2 x 3^2 rescaled samples.
    let scratch = trial(STUDY, 3);
    let row = effect(&scratch, &[]);
    assert_eq!(row["replicates"], "81");
    let method = "percentile bootstrap of persons, rescaled, all 81 samples";
    assert_eq!(row["interval_method"], method);
    assert_eq!(
        (row["mc_conf_low"].as_str(), row["mc_band"].as_str()),
        ("", "")
    );
    // There is nothing left to chance.
    assert_eq!(
        effect(&scratch, &["--seed", "99"])["conf_low"],
        row["conf_low"]
    );
    assert_eq!(
        effect(&scratch, &["--replicates", "5000"])["conf_high"],
        row["conf_high"]
    );
    // By hand: the control worked 0, 1, 0 weeks and the treated 1, 2, 1; means of two picks of three each.
    let weeks = [[0.0, 1.0, 0.0], [1.0, 2.0, 1.0]];
    let mut effects = Vec::new();
    for sample in 0..81_usize {
        let pick = |arm: usize, digit: u32| weeks[arm][sample / 3_usize.pow(digit) % 3];
        effects.push(f64::midpoint(pick(1, 2), pick(1, 3)) - f64::midpoint(pick(0, 0), pick(0, 1)));
    }
    effects.sort_by(f64::total_cmp);
    // Rank 0.025 x 82 = 2.05.
    let low = effects[1] + 0.05 * (effects[2] - effects[1]);
    let high = effects[79] - 0.05 * (effects[79] - effects[78]);
    assert!((number(&row, "conf_low") - low).abs() < 1e-12, "{row:?}");
    assert!((number(&row, "conf_high") - high).abs() < 1e-12, "{row:?}");
}

#[test]
fn limits_stand_still_to_the_error_asked_for() {
    let scratch = trial(STUDY, 60);
    let before = effect(&scratch, &[]);
    assert_eq!(before["replicates"], "199");
    let row = effect(&scratch, &["--mc-error", "0.02"]);
    let half = (number(&row, "conf_high") - number(&row, "conf_low")) / 2.0;
    let error = number(&row, "mc_conf_low").max(number(&row, "mc_conf_high"));
    assert!(error <= 0.02 * half, "{error} {half}");
    assert!(number(&row, "replicates") > 1000.0, "{row:?}");
    // It is the run of that many replicates, nothing else.
    let same = effect(&scratch, &["--replicates", &row["replicates"]]);
    assert_eq!(same, row);
    let said = scratch.run(&[
        "run",
        "study.toml",
        "--force",
        "--out",
        "out",
        "--mc-error",
        "0.0001",
    ]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("RV0409"), "{}", said.err);
}

#[test]
fn a_bayesian_interval_is_near_the_bootstraps_and_says_what_it_is() {
    let scratch = trial(
        &STUDY.replace(
            "replicates = 199",
            "scheme = \"bayesian\"\nreplicates = 1999",
        ),
        200,
    );
    let bayesian = effect(&scratch, &[]);
    assert_eq!(
        bayesian["interval_method"],
        "percentile bayesian bootstrap of persons"
    );
    let scratch = trial(&STUDY.replace("replicates = 199", "replicates = 1999"), 200);
    let plain = effect(&scratch, &[]);
    assert_eq!(plain["estimate"], bayesian["estimate"]);
    assert_eq!(plain["std_error"], bayesian["std_error"]);
    for limit in ["conf_low", "conf_high", "band_low", "band_high"] {
        let (a, b) = (number(&plain, limit), number(&bayesian, limit));
        assert!(
            a.to_bits() != b.to_bits() && (a - b).abs() < 0.04,
            "{limit}: {a} {b}"
        );
    }
}
