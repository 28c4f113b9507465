//! Price files that are read, those that are refused, and the laws of reading and writing.

mod laws;
mod official;
mod refusals;
mod sheets;

use super::*;
use crate::results::csv::Dialect;
use crate::study::prices::{
    Activity, Basis, Flow, Line, Moment, Party, Quantity, Side, Uncertainty,
};

const GOOD: &str = r#"[prices]
title = "Opdigtede priser"
synthetic = true

[lines.production]
outcome = "hours"
kind = "resource"
to = "employer"
value = 245
unit = "DKK per hour"
price_year = 2012
basis = "factor"
source = "Synthetic"

[lines.benefit]
outcome = "benefit"
kind = "transfer"
from = "municipality"
to = "participant"
value = 2_500.5
unit = "DKK per week"
price_year = 2012
basis = "factor"
source = "Synthetic"

[lines.overhead]
per = "person"
kind = "resource"
from = "municipality"
value = 1500
unit = "DKK per person"
price_year = 2012
basis = "factor"
source = "Synthetic"
programme = true
"#;

fn known() -> Known {
    let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    Known {
        outcomes: list(&["hours", "benefit", "meetings_held"]),
        others: list(&["meetings", "exit"]),
        arms: list(&["kontrol", "deltager"]),
    }
}

fn read_bytes(name: &str, bytes: &[u8], known: &Known) -> Result<Read> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let shown = name.to_owned();
    read(&DataFile { shown, path }, known)
}

fn toml(text: &str) -> Result<Read> {
    read_bytes("prices.toml", text.as_bytes(), &known())
}

fn good() -> Prices {
    toml(GOOD).expect("a price file").prices
}

/// Code and message of each finding of the good file with one change.
fn changed(from: &str, to: &str) -> Vec<(&'static str, String)> {
    assert!(GOOD.contains(from), "{from}");
    let error = toml(&GOOD.replacen(from, to, 1)).expect_err("should be refused");
    assert_eq!(error.class, Class::Study);
    for d in &error.diagnostics {
        assert!(!d.hint.is_empty(), "{d}");
    }
    let told = error.diagnostics.into_iter();
    told.map(|d| (d.code, d.message)).collect()
}

#[test]
fn a_price_file_becomes_lines_in_its_order() {
    let read = toml(GOOD).expect("read");
    assert_eq!(read.findings, []);
    let prices = read.prices;
    assert_eq!(prices.title.as_deref(), Some("Opdigtede priser"));
    assert_eq!((prices.currency.as_str(), prices.synthetic), ("DKK", true));
    let names: Vec<&str> = prices.lines.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["production", "benefit", "overhead"]);
    let production = Flow::Resource {
        party: Party::Employer,
        side: Side::Gain,
    };
    assert_eq!(prices.lines[0].flow, production);
    assert_eq!(prices.lines[0].basis, Basis::Factor);
    assert_eq!(prices.lines[1].value, 2500.5);
    assert_eq!(
        prices.lines[1].quantity,
        Quantity::Outcome("benefit".into())
    );
    assert_eq!(prices.lines[1].arms, Vec::<String>::new());
    // One per person in every arm would cancel.
    assert_eq!(prices.lines[2].arms, ["deltager"]);
    assert!(prices.lines[2].programme);
}

#[test]
fn what_is_added_as_it_stands_is_told() {
    let text = GOOD
        .replacen("2012", "2010", 1)
        .replacen("factor", "market", 1)
        .replace(
            "programme = true",
            "arms = [\"kontrol\", \"deltager\"]\nprogramme = true",
        )
        .replacen(
            "to = \"employer\"",
            "to = \"employer\"\nprogramme = true",
            1,
        );
    let found = toml(&text).expect("read").findings;
    let found: Vec<&str> = found.iter().map(|d| d.code).collect();
    assert_eq!(
        found,
        [
            codes::YEARS,
            codes::BASES,
            codes::NOT_A_COST,
            codes::CANCELS
        ]
    );
}
