//! Published claims against a bundle or against arithmetic alone, one verdict each.

pub mod arithmetic;
pub mod claims;
pub mod codes;
mod compare;
pub mod diff;
pub mod guard;
pub mod printed;
pub mod published;
mod read;
mod read_arithmetic;
pub mod render;
mod select;
#[cfg(test)]
mod tests;
pub mod verify;

pub use claims::{Claims, Value, schema};
pub use read::text_of;
pub use render::{Format, render};

use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::results::{Bundle, Row, same_trial};
use claims::{Claim, RowClaim};
use schemars::JsonSchema;
use select::Selected;
use serde::Serialize;
use std::path::Path;

/// Version of the form of a report as JSON: `major.minor`. Keys and verdicts may be added within a major version.
pub const REPORT_SCHEMA: &str = "1.0";

/// What is found of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Verdict {
    /// The same number, or the same answer.
    #[serde(rename = "same")]
    Same,
    /// The same when rounded as published.
    #[serde(rename = "within rounding")]
    WithinRounding,
    /// Within the tolerance the claim gives.
    #[serde(rename = "within tolerance")]
    WithinTolerance,
    /// As near as two simulations of the same number are.
    #[serde(rename = "within Monte Carlo error")]
    WithinMonteCarlo,
    /// True for some splits of the persons into groups and not for others: not contradicted.
    #[serde(rename = "depends on the split")]
    DependsOnSplit,
    /// True for some numbers that print so, or by some test in use, and not for others: not contradicted.
    #[serde(rename = "left open")]
    LeftOpen,
    /// Another number or answer.
    #[serde(rename = "differs")]
    Differs,
    /// The row is not shown, to protect persons.
    #[serde(rename = "hidden")]
    Hidden,
    /// The row has no such number.
    #[serde(rename = "undefined")]
    Undefined,
    /// There is no such row.
    #[serde(rename = "not found")]
    NotFound,
    /// No whole numbers of persons print so.
    #[serde(rename = "impossible")]
    Impossible,
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
            Self::LeftOpen => "left open",
            Self::Differs => "differs",
            Self::Hidden => "hidden",
            Self::Undefined => "undefined",
            Self::NotFound => "not found",
            Self::Impossible => "impossible",
        }
    }

    /// Whether the claim stands: nothing found speaks against it.
    pub fn holds(self) -> bool {
        !matches!(
            self,
            Self::Differs | Self::Hidden | Self::Undefined | Self::NotFound | Self::Impossible
        )
    }
}

/// One claim and what was found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    /// Monte Carlo standard error of what was found, when it was simulated.
    #[serde(skip)]
    pub(crate) own_error: Option<f64>,
}

/// What `rettevej check --format json` and `rettevej audit --format json` answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "Answer of rettevej check and rettevej audit")]
pub struct Report {
    /// Version of this form, `major.minor`.
    pub schema: &'static str,
    /// Name of the claims file, without its folder.
    pub file: String,
    /// Title and year of the publication.
    pub title: Option<String>,
    /// Year of the publication.
    pub year: Option<i32>,
    /// Name of the study; null for an audit, which looks at no result.
    pub study: Option<String>,
    /// Whether every claim holds.
    pub holds: bool,
    /// What a reader must know whatever the verdicts: other data, made-up data, claims that were not looked at.
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
    let file = file_name(claims);
    let claims = Claims::open(claims)?;
    let mut report = check_claims(bundle, &claims)?;
    report.file = file;
    Ok(report)
}

/// Checks the arithmetic of a claims file, without any data. Claims about rows are counted and left to [`check`].
///
/// # Errors
/// Class `Study`, when the file is not a good claims file.
pub fn audit(claims: &Path) -> Result<Report> {
    let file = file_name(claims);
    let mut report = audit_claims(&Claims::open(claims)?);
    report.file = file;
    Ok(report)
}

/// Audits claims that are read already.
pub fn audit_claims(claims: &Claims) -> Report {
    let (mut checked, mut rows) = (Vec::new(), 0);
    for (i, claim) in claims.claims.iter().enumerate() {
        if matches!(claim, Claim::Row(_)) {
            rows += 1;
            continue;
        }
        let mut one = begin(claim, claims.places.get(i));
        arithmetic::verdict(claim, &mut one);
        checked.push(one);
    }
    let notes = match rows {
        0 => Vec::new(),
        1 => vec!["1 claim is about a row of a result, which `check` looks at".to_owned()],
        n => vec![format!(
            "{n} claims are about rows of a result, which `check` looks at"
        )],
    };
    report(claims, checked, None, notes)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    name.unwrap_or_default()
}

fn report(
    claims: &Claims,
    checked: Vec<Checked>,
    study: Option<String>,
    notes: Vec<String>,
) -> Report {
    Report {
        schema: REPORT_SCHEMA,
        file: String::new(),
        title: claims.source.title.clone(),
        year: claims.source.year,
        study,
        holds: checked.iter().all(|c| c.verdict.holds()),
        notes,
        claims: checked,
    }
}

/// The JSON Schema of a report.
pub fn report_schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
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
            (Claim::Row(claim), Some(Found::Row(row))) => {
                compare::verdict(bundle, row, claim, errors, &mut one);
            }
            (Claim::Row(_), Some(Found::Nothing(why))) => one.detail = why,
            (claim, _) => arithmetic::verdict(claim, &mut one),
        }
        checked.push(one);
    }
    let study = Some(bundle.study.name.clone());
    Ok(report(claims, checked, study, notes(bundle, claims)))
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
    let head = claim.head();
    Checked {
        id: head.id.to_owned(),
        location: head.location.cloned(),
        text: head.text.cloned(),
        line: match place {
            Some(Place::Study { line, .. }) => Some(*line),
            _ => None,
        },
        verdict: Verdict::NotFound,
        // Arithmetic says itself which of its numbers is the published one.
        published: match claim {
            Claim::Row(claim) => claim.value,
            Claim::TwoProportions(claim) => arithmetic::proportions::published(claim),
            _ => Value::Number(0.0),
        },
        found: None,
        difference: None,
        allowed: None,
        detail: String::new(),
        own_error: None,
    }
}

fn notes(bundle: &Bundle, claims: &Claims) -> Vec<String> {
    let mut notes = Vec::new();
    if bundle.study.synthetic {
        notes.push("the bundle is made from synthetic data".to_owned());
    }
    let claimed = claims.source.trial_hash.as_deref().unwrap_or_default();
    let own = bundle.facts.trial_hash.as_str();
    match same_trial(claimed, own) {
        Some(false) => {
            notes.push("the claims were made from other data: the trial hashes differ".to_owned());
        }
        None if !claimed.is_empty() && !own.is_empty() => notes.push(
            "whether the claims were made from these data cannot be told: the trial hashes are of different definitions; \
             `check --write` brings that of the claims up to date"
                .to_owned(),
        ),
        _ => {}
    }
    notes
}
