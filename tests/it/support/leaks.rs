//! What a result folder tells of numbers of persons under five.

use super::table::Table;
use serde_json::Value;
use std::path::Path;

/// Whether a number of persons must not be told.
pub(crate) fn is_small(count: i64) -> bool {
    (1..5).contains(&count)
}

/// What is told in a result folder that must not be.
pub(crate) fn leaks(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let estimates = Table::read(&folder.join("estimates.csv"));
    for row in estimates.rows() {
        let number = |column: &str| row.get(column).parse::<i64>().ok();
        let what = || {
            [
                "estimand", "outcome", "item", "subgroup", "level", "arm", "week",
            ]
            .map(|column| row.get(column))
            .join(" ")
        };
        let numbers = [
            "estimate",
            "std_error",
            "conf_low",
            "p_value",
            "n",
            "events",
            "n_reference",
        ];
        if row.get("status") == "hidden" && numbers.iter().any(|column| !row.get(column).is_empty())
        {
            found.push(format!("hidden, but told: {}", what()));
        }
        for side in [["n", "events"], ["n_reference", "events_reference"]] {
            let [n, events] = side.map(number);
            // Persons with an event each; sums over weeks and counts of events are more than persons.
            let persons = matches!(
                row.get("estimand"),
                "hazard"
                    | "survival"
                    | "answer_share"
                    | "answered"
                    | "balance_mean"
                    | "followed_share"
            );
            let left = n
                .zip(events)
                .map(|(n, events)| n - events)
                .filter(|_| persons);
            let events = events.filter(|_| row.get("estimand") != "balance_count");
            for count in [n, events, left].into_iter().flatten() {
                if is_small(count) && !row.get("estimand").ends_with("_count") {
                    found.push(format!("{count} in {}", what()));
                }
            }
        }
    }
    let accounting = Table::read(&folder.join("accounting.csv"));
    for row in accounting.rows() {
        let count = row.get("count").parse().unwrap_or(0);
        if is_small(count) && !["strata", "clusters"].contains(&row.get("unit")) {
            found.push(format!("{count} {} {}", row.get("table"), row.get("key")));
        }
    }
    let text = std::fs::read_to_string(folder.join("bundle.json")).expect("a bundle");
    let bundle: Value = serde_json::from_str(&text).expect("JSON");
    let mut counts = Vec::new();
    numbers(&bundle["facts"]["persons"], &mut counts);
    numbers(&bundle["facts"]["occupancy"], &mut counts);
    for finding in bundle["findings"].as_array().into_iter().flatten() {
        numbers(&finding["count"], &mut counts);
    }
    found.extend(
        counts
            .into_iter()
            .filter(|n| is_small(*n))
            .map(|n| format!("{n} in bundle.json")),
    );
    found
}

pub(crate) fn numbers(value: &Value, out: &mut Vec<i64>) {
    match value {
        Value::Number(number) => out.extend(number.as_i64()),
        Value::Array(list) => list.iter().for_each(|value| numbers(value, out)),
        Value::Object(map) => map.values().for_each(|value| numbers(value, out)),
        _ => {}
    }
}
