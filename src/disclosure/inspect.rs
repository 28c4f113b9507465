//! What is inside a bundle, part by part, with the fewest persons behind a number of it: for who decides whether it may leave.

use crate::results::{Bundle, Row, Status};
use crate::trial::AccountingLine;
use serde::Serialize;

/// One part of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inside {
    /// What it is.
    pub part: String,
    /// Numbers that are shown.
    pub shown: u64,
    /// Numbers that are hidden.
    pub hidden: u64,
    /// Fewest persons (or rows, where these are counted) behind a number that is shown, zero left out.
    pub smallest: Option<u64>,
}

/// Everything a bundle holds.
pub fn inspect(bundle: &Bundle) -> Vec<Inside> {
    let mut parts = Vec::new();
    let mut estimands: Vec<&str> = Vec::new();
    for row in bundle.rows() {
        if !estimands.contains(&&*row.estimand) {
            estimands.push(&row.estimand);
        }
    }
    for estimand in estimands {
        let rows = || {
            bundle
                .rows()
                .iter()
                .filter(|row| &*row.estimand == estimand)
        };
        let hidden = rows().filter(|row| row.status == Status::Hidden).count() as u64;
        parts.push(Inside {
            part: format!("estimates: {estimand}"),
            shown: rows().count() as u64 - hidden,
            hidden,
            smallest: rows().flat_map(counts).min(),
        });
    }
    let lines = &bundle.accounting;
    let hidden = lines.iter().filter(|line| line.hidden).count() as u64;
    parts.push(Inside {
        part: "accounting".to_owned(),
        shown: lines.len() as u64 - hidden,
        hidden,
        smallest: lines
            .iter()
            .filter_map(AccountingLine::shown)
            .filter(|n| *n > 0)
            .min(),
    });
    for table in &bundle.facts.occupancy {
        let counts = || table.persons.iter().flatten().flatten().copied();
        parts.push(Inside {
            part: format!("states by week: {}", table.table),
            shown: counts().count() as u64,
            hidden: 0,
            smallest: counts().filter(|n| *n > 0).min(),
        });
    }
    parts.push(Inside {
        part: "persons by arm".to_owned(),
        shown: bundle.facts.persons.len() as u64,
        hidden: 0,
        smallest: bundle
            .facts
            .persons
            .iter()
            .copied()
            .filter(|n| *n > 0)
            .min(),
    });
    if let Some(quantities) = &bundle.quantities {
        let sides = quantities
            .contrasts
            .iter()
            .flat_map(|c| [&c.treated, &c.control]);
        parts.push(Inside {
            part: "quantities to be priced".to_owned(),
            shown: quantities.cells.len() as u64,
            hidden: 0,
            smallest: sides.map(|side| side.n).min(),
        });
    }
    parts.push(Inside {
        part: "findings".to_owned(),
        shown: bundle.findings.len() as u64,
        hidden: 0,
        smallest: bundle
            .findings
            .iter()
            .filter_map(|f| f.count)
            .filter(|n| *n > 0)
            .min(),
    });
    parts.push(Inside {
        part: "the study file".to_owned(),
        shown: 1,
        hidden: 0,
        smallest: None,
    });
    parts
}

/// Numbers of persons and of events behind a row that is shown.
fn counts(row: &Row) -> impl Iterator<Item = u64> {
    let shown = row.status != Status::Hidden;
    let events = [row.events, row.events_reference];
    let events = events
        .into_iter()
        .flatten()
        .filter_map(|e| u64::try_from(e).ok());
    let all = [row.n, row.n_reference].into_iter().flatten().chain(events);
    all.filter(move |count| shown && *count > 0)
}
