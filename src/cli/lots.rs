//! The lots in a few lines, for `validate`: sizes of the arms, balance before the draw, who is followed. No outcome.

use super::rooms;
use super::tables::table;
use crate::results::Row;
use crate::study::Study;
use crate::trial::Trial;

/// The table; nothing where the study declares neither covariates nor its randomisation.
pub(super) fn lots(study: &Study, trial: &Trial) -> Option<String> {
    let rows = rooms::balance(study, trial);
    if rows.is_empty() {
        return None;
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .filter_map(line)
        .chain(smallest(&rows))
        .collect();
    Some(table(&["what", "arm", ">number", ">p"], lines))
}

fn line(row: &Row) -> Option<Vec<String>> {
    if &*row.subgroup != "all" {
        return None;
    }
    let estimate = row.estimate?;
    let percent = format!("{:.1} %", 100.0 * estimate);
    let (what, number) = match (&*row.estimand, &*row.item) {
        ("sample_ratio", "") => ("share of the units", percent),
        ("sample_ratio", "expected") => ("  declared", percent),
        ("sample_ratio_test", "") => ("sizes of the arms: chi-square", format!("{estimate:.2}")),
        ("sample_ratio_test", "quotas") => (
            "strata with other numbers than a complete draw gives",
            format!("{estimate}"),
        ),
        ("balance_test", "permutation") => {
            ("all covariates, lots drawn again", format!("{estimate:.2}"))
        }
        ("balance_count", "") => (
            "significant differences",
            format!("{estimate} of {}", row.n.unwrap_or(0)),
        ),
        ("balance_count", "expected") => ("  by chance", format!("{estimate:.1}")),
        ("followed_share", "") => ("followed to the horizon", percent),
        ("followed_difference", "permutation") => (
            "  difference, lots drawn again",
            format!("{:.1} points", 100.0 * estimate),
        ),
        _ => return None,
    };
    Some(vec![
        what.to_owned(),
        row.arm.to_string(),
        number,
        p(row.p_value),
    ])
}

/// The smallest p among the strata.
fn smallest(rows: &[Row]) -> Option<Vec<String>> {
    let strata = rows
        .iter()
        .filter(|row| &*row.estimand == "sample_ratio_test" && &*row.subgroup != "all");
    let count = strata.clone().count();
    let least = strata.filter_map(|row| row.p_value).reduce(f64::min)?;
    let what = format!("smallest p of the sizes in {count} strata");
    Some(vec![what, "all".to_owned(), String::new(), p(Some(least))])
}

fn p(p: Option<f64>) -> String {
    match p {
        None => String::new(),
        Some(p) if p < 0.001 => "< 0.001".to_owned(),
        Some(p) => format!("{p:.3}"),
    }
}
