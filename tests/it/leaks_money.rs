//! Small numbers planted behind money: accounts, ratios, levels, and the quantities that prices are put on.

use crate::support::scratch::Scratch;
use crate::support::small_trial::{Trial, cleared, shown, study, trial};
use crate::support::table::Table;
use serde_json::Value;
use std::collections::BTreeSet;

/// Production by hours, and a course that costs something for everybody it is offered to.
const PRICES: &str = r#"
[prices]
currency = "DKK"
synthetic = true

[lines.production]
outcome = "hours"
kind = "resource"
to = "employer"
value = 200
unit = "DKK per hour"
price_year = 2012
basis = "factor"
source = "Synthetic: a round number"

[lines.wage]
outcome = "hours"
kind = "transfer"
from = "employer"
to = "participant"
value = 150
unit = "DKK per hour"
price_year = 2012
basis = "factor"
source = "Synthetic: a round number"

[lines.teaching]
per = "person"
arms = ["new"]
kind = "resource"
from = "municipality"
value = 3000
unit = "DKK per person"
price_year = 2012
basis = "factor"
source = "Synthetic: a round number"
programme = true
"#;

fn run(trial: &Trial) -> Scratch {
    let scratch = trial.write();
    scratch.write("prices.toml", PRICES);
    scratch.write(
        "study.toml",
        study() + "\n[cost_benefit]\nprices = \"prices.toml\"\n",
    );
    cleared(scratch)
}

/// Estimands of the money that are not hidden for everybody; a ratio may still be undefined.
fn told(scratch: &Scratch) -> BTreeSet<String> {
    let table = Table::read(&scratch.path("result/estimates.csv"));
    let told = table.rows().filter(|row| {
        row.get("outcome").is_empty()
            && row.get("subgroup") == "all"
            && row.get("status") != "hidden"
    });
    told.map(|row| row.get("estimand").to_owned()).collect()
}

fn quantities(scratch: &Scratch) -> Value {
    let bundle: Value = serde_json::from_str(&scratch.read("result/bundle.json")).expect("JSON");
    bundle["quantities"].clone()
}

fn has(told: &BTreeSet<String>, estimands: &[&str]) -> Vec<bool> {
    estimands.iter().map(|name| told.contains(*name)).collect()
}

#[test]
fn money_is_told_where_nothing_is_small() {
    let scratch = run(&trial());
    let told = told(&scratch);
    let all = [
        "net_benefit",
        "net_benefit_per_treated",
        "cost_per_unit",
        "acceptability",
        "cumulative_net_benefit",
    ];
    assert_eq!(has(&told, &all), [true; 5], "{told:?}");
    assert!(quantities(&scratch).is_object());
    let levels = shown(&scratch).into_iter();
    let levels: BTreeSet<String> = levels
        .filter(|row| row[0] == "net_benefit" && row[3] == "sex")
        .map(|row| row[4].clone())
        .collect();
    assert_eq!(levels, ["f", "m"].map(str::to_owned).into());
}

#[test]
fn what_a_unit_of_a_hidden_effect_costs_is_hidden() {
    let mut trial = trial();
    // In the last week one person is at work.
    for spell in &mut trial.spells {
        if spell.3 == "job" && spell.0 != 1 {
            spell.2 = 7;
        }
    }
    let jobs: Vec<usize> = (trial.spells.iter().filter(|spell| spell.2 == 7))
        .map(|spell| spell.0)
        .collect();
    (trial.spells).extend(jobs.into_iter().map(|person| (person, 8, 9, "benefit")));
    let scratch = run(&trial);
    let told = told(&scratch);
    let by_effect = ["cost_per_unit", "cost_effectiveness_ratio", "acceptability"];
    assert_eq!(has(&told, &by_effect), [false; 3], "{told:?}");
    assert_eq!(
        has(&told, &["net_benefit", "benefit_cost_ratio"]),
        [true; 2]
    );
    let cells = quantities(&scratch)["cells"].to_string();
    assert!(
        cells.contains("hours") && !cells.contains("work"),
        "{cells}"
    );
}

#[test]
fn an_account_per_person_of_a_few_is_hidden() {
    let mut trial = trial();
    trial.course.truncate(2);
    let scratch = run(&trial);
    let told = told(&scratch);
    let both = ["net_benefit", "net_benefit_per_treated"];
    assert_eq!(has(&told, &both), [true, false], "{told:?}");
    let cells = quantities(&scratch)["cells"].to_string();
    assert!(!cells.contains("take_up"), "{cells}");
}

#[test]
fn hours_of_one_person_take_all_money_with_them() {
    let mut trial = trial();
    trial.hours.retain(|row| row.0 == 1);
    let scratch = run(&trial);
    let told = told(&scratch);
    assert!(
        !told.contains("net_benefit") && !told.contains("cost_per_unit"),
        "{told:?}"
    );
    assert!(quantities(&scratch).is_null());
}

#[test]
fn accounts_of_a_small_level_are_hidden_with_what_would_give_them_away() {
    let mut trial = trial();
    trial.persons[7][3] = "x".to_owned();
    let rows = shown(&run(&trial));
    let levels = rows
        .iter()
        .filter(|row| row[0] == "net_benefit" && row[3] == "sex");
    let levels: BTreeSet<&str> = levels.map(|row| row[4].as_str()).collect();
    assert!(!levels.contains("x") && levels.len() < 2, "{levels:?}");
}

/// With the digits of a double, `n (n - 1) covariance + n mean mean` is the sum over persons of a product of whole numbers: one
/// person with a little of both would be told.
#[test]
fn covariances_do_not_count_who_has_a_bit_of_two_quantities() {
    let mut trial = trial();
    // Nobody who takes the course works, but for one.
    let course: BTreeSet<usize> = trial.course.iter().map(|row| row.0).collect();
    let one = *course.first().expect("somebody");
    trial
        .hours
        .retain(|row| !course.contains(&row.0) || row.0 == one && row.1 == 4);
    trial.hours.extend((1..3).map(|week| (one, week, 1)));
    let scratch = run(&trial);
    let quantities = quantities(&scratch);
    let cells = quantities["cells"].as_array().expect("cells");
    let place = |outcome: &str, item: &str| {
        let is_it = |cell: &Value| {
            cell["outcome"] == outcome
                && cell.get("item").map_or("", |i| i.as_str().unwrap_or("")) == item
        };
        cells
            .iter()
            .position(is_it)
            .unwrap_or_else(|| panic!("{outcome}: {cells:?}"))
    };
    let (a, b) = (
        place("hours", ""),
        place("hours", "").max(place("work", "")),
    );
    let side = &quantities["contrasts"][0]["treated"];
    let number = |value: &Value| value.as_f64().expect("a number");
    let n = number(&side["n"]);
    let covariance =
        |row: usize, column: usize| number(&side["covariance"][row * (row + 1) / 2 + column]);
    // What one person with the mean of both moves in the covariance is less than the step it is told in.
    let spread = (covariance(a, a) * covariance(b, b)).sqrt();
    let step = (5.0 / n).min(0.02) * spread;
    let told = covariance(b, a) / step;
    assert!((told - told.round()).abs() < 1e-6, "{told} steps");
}

/// Every row of the money is told by the table, hidden or not.
#[test]
fn hidden_money_stays_as_a_row() {
    let mut trial = trial();
    trial.hours.retain(|row| row.0 == 1);
    let scratch = run(&trial);
    let table = Table::read(&scratch.path("result/estimates.csv"));
    let hidden = table
        .rows()
        .filter(|row| row.get("estimand") == "net_benefit");
    let hidden: Vec<&str> = hidden.map(|row| row.get("status")).collect();
    assert!(
        !hidden.is_empty() && hidden.iter().all(|status| *status == "hidden"),
        "{hidden:?}"
    );
}
