//! Published claims against a bundle, one verdict each.

pub mod claims;
pub mod codes;
mod compare;
pub mod proportions;
mod read;
pub mod render;
mod select;
#[cfg(test)]
mod tests;
pub mod verify;

pub use claims::{Claims, Value, schema};
pub use render::{Format, render};

use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::results::{Bundle, Row};
use claims::{Claim, RowClaim};
use select::Selected;
use serde::{Serialize, Serializer};
use std::path::Path;

/// What is found of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same number, or the same answer.
    Same,
    /// The same when rounded as published.
    WithinRounding,
    /// Within the tolerance the claim gives.
    WithinTolerance,
    /// As near as two simulations of the same number are.
    WithinMonteCarlo,
    /// True for some splits of the persons into groups and not for others: not contradicted.
    DependsOnSplit,
    /// Another number or answer.
    Differs,
    /// The row is not shown, to protect persons.
    Hidden,
    /// The row has no such number.
    Undefined,
    /// There is no such row.
    NotFound,
}

impl Verdict {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::WithinRounding => "within rounding",
            Self::WithinTolerance => "within tolerance",
            Self::WithinMonteCarlo => "within Monte Carlo error",
            Self::DependsOnSplit => "depends on the split",
            Self::Differs => "differs",
            Self::Hidden => "hidden",
            Self::Undefined => "undefined",
            Self::NotFound => "not found",
        }
    }

    /// Whether the claim stands: nothing found speaks against it.
    pub fn holds(self) -> bool {
        !matches!(
            self,
            Self::Differs | Self::Hidden | Self::Undefined | Self::NotFound
        )
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One claim and what was found.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Name of the claim.
    pub id: String,
    /// Page or table.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// Line of the claims file.
    pub line: Option<usize>,
    /// The verdict.
    pub verdict: Verdict,
    /// What is published.
    pub published: Value,
    /// What the bundle, or the arithmetic, says.
    pub found: Option<Value>,
    /// Found less published.
    pub difference: Option<f64>,
    /// How large the difference may be.
    pub allowed: Option<f64>,
    /// Why, in a few words; may be empty.
    pub detail: String,
}

/// All claims of a file.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Name of the claims file, without its folder.
    pub file: String,
    /// Title and year of the publication.
    pub title: Option<String>,
    /// Year of the publication.
    pub year: Option<i32>,
    /// Name of the study.
    pub study: String,
    /// Whether every claim holds.
    pub holds: bool,
    /// What a reader must know whatever the verdicts: other data, made-up data.
    pub notes: Vec<String>,
    /// The claims, in the order of the file.
    pub claims: Vec<Checked>,
}

impl Report {
    /// The class of the outcome: [`Class::Differs`] (exit 6) when a claim does not hold.
    pub fn class(&self) -> Option<Class> {
        (!self.holds).then_some(Class::Differs)
    }
}

/// Checks a claims file against a bundle.
///
/// # Errors
/// Class `Study`, when the file is not a good claims file or a claim matches several rows. A claim that does not hold is
/// no error: see [`Report::class`].
pub fn check(bundle: &Bundle, claims: &Path) -> Result<Report> {
    let file = claims
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let claims = Claims::open(claims)?;
    let mut report = check_claims(bundle, &claims)?;
    report.file = file;
    Ok(report)
}

/// Checks claims that are read already.
///
/// # Errors
/// As [`check`].
pub fn check_claims(bundle: &Bundle, claims: &Claims) -> Result<Report> {
    let selected = select_all(bundle, claims)?;
    let simulated = selected
        .iter()
        .zip(&claims.claims)
        .filter(|(selected, claim)| match (selected, claim) {
            (Some(Found::Row(row)), Claim::Row(claim)) => {
                compare::monte_carlo_error(row, claim).is_some()
            }
            _ => false,
        })
        .count();
    let errors = compare::allowed_errors(simulated);
    let mut checked = Vec::new();
    for (i, (claim, selected)) in claims.claims.iter().zip(selected).enumerate() {
        let mut one = begin(claim, claims.places.get(i));
        match (claim, selected) {
            (Claim::TwoProportions(claim), _) => proportions::verdict(claim, &mut one),
            (Claim::Row(claim), Some(Found::Row(row))) => {
                compare::verdict(bundle, row, claim, errors, &mut one);
            }
            (Claim::Row(_), Some(Found::Nothing(why))) => one.detail = why,
            (Claim::Row(_), None) => {}
        }
        checked.push(one);
    }
    Ok(Report {
        file: String::new(),
        title: claims.source.title.clone(),
        year: claims.source.year,
        study: bundle.study.name.clone(),
        holds: checked.iter().all(|c| c.verdict.holds()),
        notes: notes(bundle, claims),
        claims: checked,
    })
}

/// The row of a claim, or why there is none.
enum Found<'a> {
    Row(&'a Row),
    Nothing(String),
}

/// Selects all rows first: a claim that matches several is an error of the file, and all of them are told at once.
fn select_all<'a>(bundle: &'a Bundle, claims: &Claims) -> Result<Vec<Option<Found<'a>>>> {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for (i, claim) in claims.claims.iter().enumerate() {
        let Claim::Row(claim) = claim else {
            found.push(None);
            continue;
        };
        match select::select(bundle, claim) {
            Selected::One(row) => found.push(Some(Found::Row(row))),
            Selected::None(why) => found.push(Some(Found::Nothing(why))),
            Selected::Several(how) => {
                let place = claims.places.get(i).cloned().unwrap_or(Place::Nowhere);
                diagnostics.push(several(claim, &how).at(place));
            }
        }
    }
    if diagnostics.is_empty() {
        Ok(found)
    } else {
        Err(Error {
            class: Class::Study,
            diagnostics,
        })
    }
}

fn several(claim: &RowClaim, how: &str) -> Diagnostic {
    Diagnostic::error(
        codes::SEVERAL_ROWS,
        format!("claim `{}` matches {how}", claim.id),
        "add one of these keys to the claim, so that it means one row",
    )
}

fn begin(claim: &Claim, place: Option<&Place>) -> Checked {
    let (location, text, published) = match claim {
        Claim::Row(c) => (&c.location, &c.text, c.value),
        Claim::TwoProportions(c) => (&c.location, &c.text, Value::Truth(c.significant)),
    };
    Checked {
        id: claim.id().to_owned(),
        location: location.clone(),
        text: text.clone(),
        line: match place {
            Some(Place::Study { line, .. }) => Some(*line),
            _ => None,
        },
        verdict: Verdict::NotFound,
        published,
        found: None,
        difference: None,
        allowed: None,
        detail: String::new(),
    }
}

fn notes(bundle: &Bundle, claims: &Claims) -> Vec<String> {
    let mut notes = Vec::new();
    if bundle.study.synthetic {
        notes.push("the bundle is made from synthetic data".to_owned());
    }
    if let Some(hash) = &claims.source.trial_hash
        && *hash != bundle.facts.trial_hash
    {
        notes.push("the claims were made from other data: the trial hashes differ".to_owned());
    }
    notes
}
