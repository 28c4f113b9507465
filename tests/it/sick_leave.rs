//! The sick-leave view: stock, inflow and long cases by office and week equal what a script counts week by week.

use crate::support::scratch::Scratch;
use std::collections::BTreeMap;
use std::path::Path;

/// Cases by outcome, office, arm and week.
type Counts = BTreeMap<(String, String, String, String), String>;

fn expected(folder: &Path) -> Counts {
    let text = std::fs::read_to_string(folder.join("expected.csv")).expect("the reference");
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let [outcome, office, arm, week, count] = &cells[..] else {
            panic!("five cells: {line}");
        };
        let key = (outcome.clone(), office.clone(), arm.clone(), week.clone());
        (key, count.clone())
    });
    rows.collect()
}

#[test]
fn stock_inflow_and_long_cases_are_those_counted_week_by_week() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/studies/sygefravaer");
    let scratch = Scratch::with(&[]);
    let out = scratch.path("result");
    let run = scratch.run(&[
        "run",
        folder.join("study.toml").to_str().expect("a plain path"),
        "--out",
        out.to_str().expect("a plain path"),
        "--replicates",
        "0",
    ]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let mut reader = csv::Reader::from_path(out.join("estimates.csv")).expect("the estimates");
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let columns = ["outcome", "level", "arm", "week", "events"].map(at);
    let (estimand, subgroup) = (at("estimand"), at("subgroup"));
    let mut found = Counts::new();
    for row in reader.records() {
        let row = row.expect("a row");
        if &row[estimand] != "weekly_mean" || &row[subgroup] != "jobcenter" {
            continue;
        }
        let [outcome, office, arm, week, count] = columns.map(|c| row[c].to_owned());
        found.insert((outcome, office, arm, week), count);
    }
    let expected = expected(&folder);
    assert_eq!(expected.len(), 4 * 3 * 2 * 52);
    for (key, count) in &expected {
        assert_eq!(found.get(key), Some(count), "{key:?}");
    }
}
