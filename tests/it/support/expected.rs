//! Holds the rows of a run against a file of expected values and lists every difference.
//!
//! One line of `expected.csv` names a row (analysis, estimand, outcome, item, subgroup, level, arm, reference, week), a
//! column and its value. An empty week fits any, `*` fits any reference. Values are expressions
//! (see [`super::expression`]) or one of the words `undefined` (status undefined, no number), `none` (an empty cell) and
//! `absent` (no such row). `sum(n)` and `sum(events)` add a column over all rows that fit. A tolerance `4mc` is four of
//! the row's own Monte Carlo standard errors.

use super::expression::evaluate;
use super::table::{Row, Table};

/// Columns that name a row and must agree as text.
const NAMES: [&str; 7] = [
    "analysis", "estimand", "outcome", "item", "subgroup", "level", "arm",
];

/// Exact fractions against sums of integers and a few floating point operations.
const EXACT: f64 = 1e-10;

/// Every difference between a run and what was expected; empty when all is well.
pub(crate) fn differences(estimates: &Table, expected: &Table) -> Vec<String> {
    for column in ["estimand", "column", "value"] {
        assert!(expected.has(column), "expected.csv has no `{column}`");
    }
    expected
        .rows()
        .filter_map(|line| {
            difference(estimates, line).map(|what| format!("{}: {what}", shown(line)))
        })
        .collect()
}

fn difference(estimates: &Table, line: Row<'_>) -> Option<String> {
    let found: Vec<Row<'_>> = estimates.rows().filter(|row| fits(*row, line)).collect();
    let value = line.get("value");
    if value == "absent" {
        return (!found.is_empty()).then(|| format!("{} rows, none expected", found.len()));
    }
    let column = line.get("column");
    if let Some(summed) = column
        .strip_prefix("sum(")
        .and_then(|c| c.strip_suffix(')'))
    {
        let sum: f64 = found
            .iter()
            .map(|row| row.get(summed).parse::<f64>().unwrap_or(0.0))
            .sum();
        return compare(sum, value, 0.0);
    }
    let [row] = found.as_slice() else {
        return Some(format!("{} rows fit, one expected", found.len()));
    };
    let cell = row.get(column);
    match value {
        "undefined" => (row.get("status") != "undefined" || !cell.is_empty())
            .then(|| format!("status {}, `{cell}`, not undefined", row.get("status"))),
        "none" => (!cell.is_empty()).then(|| format!("`{cell}`, not empty")),
        _ => match cell.parse::<f64>() {
            Ok(got) => compare(got, value, tolerance(*row, line, column)),
            Err(_) => Some(format!(
                "`{cell}`, not {value} (status {}, {})",
                row.get("status"),
                row.get("reason")
            )),
        },
    }
}

fn fits(row: Row<'_>, line: Row<'_>) -> bool {
    let reference = line.get("reference");
    let week = line.get("week");
    let analysis = line.get("analysis");
    NAMES
        .iter()
        .all(|name| row.get(name) == line.get(name) || (*name == "analysis" && analysis.is_empty()))
        && (reference == "*" || row.get("reference") == reference)
        && (week.is_empty() || row.get("week") == week)
}

fn tolerance(row: Row<'_>, line: Row<'_>, column: &str) -> f64 {
    let written = line.get("tolerance");
    if let Some(times) = written.strip_suffix("mc") {
        let times: f64 = times.parse().expect("a number before `mc`");
        let error = row.get(&format!("mc_{column}")).parse::<f64>();
        return times * error.unwrap_or(0.0);
    }
    if written.is_empty() {
        return EXACT;
    }
    written.parse().expect("a number as tolerance")
}

fn compare(got: f64, value: &str, tolerance: f64) -> Option<String> {
    let wanted = match evaluate(value) {
        Ok(wanted) => wanted,
        Err(error) => return Some(error),
    };
    ((got - wanted).abs() > tolerance || got.is_nan())
        .then(|| format!("{got}, not {value} = {wanted}"))
}

fn shown(line: Row<'_>) -> String {
    let mut text = NAMES
        .iter()
        .map(|name| line.get(name))
        .chain([line.get("reference"), line.get("week")])
        .collect::<Vec<_>>()
        .join("|");
    text.push_str("  ");
    text.push_str(line.get("column"));
    text
}

/// Fails with the first differences and their number.
pub(crate) fn assert_none(case: &str, differences: &[String]) {
    let first: Vec<&str> = differences.iter().take(40).map(String::as_str).collect();
    assert!(
        differences.is_empty(),
        "{case}: {} differences\n{}",
        differences.len(),
        first.join("\n")
    );
}

const HEAD: &str = "analysis,estimand,outcome,item,subgroup,level,arm,reference,week";

fn found(estimates: &str, expected: &str) -> Vec<String> {
    let estimates = Table::parse(&format!(
        "{HEAD},estimate,std_error,n,mc_estimate,status\n{estimates}"
    ));
    let expected = Table::parse(&format!("{HEAD},column,value,tolerance\n{expected}"));
    differences(&estimates, &expected)
}

#[test]
fn a_row_with_the_expected_values_differs_in_nothing() {
    let rows =
        "main,hazard,x,,all,,t,,1,0.25,0.1,4,0.01,ok\nmain,hazard,x,,all,,t,,2,,,4,,undefined\n";
    let expected = "main,hazard,x,,all,,t,,1,estimate,1/4,\n\
                    main,hazard,x,,all,,t,,1,estimate,0.28,4mc\n\
                    main,hazard,x,,all,,t,,2,estimate,undefined,\n\
                    main,hazard,x,,all,,t,,2,std_error,none,\n\
                    main,hazard,x,,all,,t,,,sum(n),8,0\n\
                    main,survival,x,,all,,t,,,estimate,absent,\n";
    assert_eq!(found(rows, expected), Vec::<String>::new());
}

#[test]
fn every_kind_of_difference_is_named() {
    let rows = "main,hazard,x,,all,,t,,1,0.25,0.1,4,0.01,ok\n";
    for expected in [
        "main,hazard,x,,all,,t,,1,estimate,1/3,",
        "main,hazard,x,,all,,t,,1,estimate,0.30,4mc",
        "main,hazard,x,,all,,t,,1,estimate,undefined,",
        "main,hazard,x,,all,,t,,1,estimate,none,",
        "main,hazard,x,,all,,t,,1,estimate,absent,",
        "main,hazard,x,,all,,t,,3,estimate,1/4,",
        "main,hazard,x,,all,,t,c,1,estimate,1/4,",
        "main,hazard,x,,all,,t,,,sum(n),5,0",
    ] {
        assert_eq!(found(rows, expected).len(), 1, "{expected}");
    }
}
