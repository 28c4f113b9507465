//! The covariates of `[persons]`: columns of the file, and weeks before the trial.

use super::{Pass, unknown};
use crate::study::model::{CovariateAsked, CovariateKind, CovariateSource, Outcome, OutcomeKind};
use crate::study::raw::{RawCovariate, RawCovariateKind};
use crate::study::written::At;
use crate::study::written_or::TextOr;
use crate::study::{codes, suggest};
use std::ops::Range;

/// What covariates may refer to.
pub(super) struct Known<'a> {
    /// The column of identifiers.
    pub id: &'a str,
    pub outcomes: &'a [Outcome],
    /// Names of outcomes in the file, also of those that are wrong.
    pub declared: &'a [String],
}

pub(super) fn covariates(
    raw: Option<Vec<At<TextOr<RawCovariate>>>>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Vec<CovariateAsked> {
    let mut asked: Vec<CovariateAsked> = Vec::new();
    for written in raw.unwrap_or_default() {
        let one = match written.value {
            TextOr::Text(column) => Some(of_column(column, CovariateKind::Guessed)),
            TextOr::Table(table) => of_table(table, &written.span, known, pass),
        };
        let Some(one) = one else {
            continue;
        };
        if matches!(&one.source, CovariateSource::Column { column, .. } if column == known.id) {
            pass.findings.error(
                &written.span,
                codes::TOGETHER,
                "`covariates` names the column of identifiers",
                "name another column: no result may be about a single person",
            );
        }
        if asked.iter().any(|other| other.name == one.name) {
            pass.findings.error(
                &written.span,
                codes::TWICE,
                format!("covariate `{}` is named twice", one.name),
                "remove one of the two",
            );
            continue;
        }
        asked.push(one);
    }
    asked
}

fn of_column(column: String, kind: CovariateKind) -> CovariateAsked {
    CovariateAsked {
        name: column.clone(),
        source: CovariateSource::Column { column, kind },
    }
}

fn of_table(
    raw: RawCovariate,
    span: &Range<usize>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<CovariateAsked> {
    let mut clash = |message: &str, hint: &str| {
        pass.findings.error(span, codes::TOGETHER, message, hint);
        None
    };
    match (raw.column, raw.outcome, raw.weeks) {
        (Some(column), None, None) => {
            let kind = match (raw.kind, raw.reference) {
                (Some(RawCovariateKind::Number), Some(_)) => {
                    return clash(
                        "a number has no `reference` level",
                        "remove `reference`, or write `kind = \"factor\"`",
                    );
                }
                (Some(RawCovariateKind::Number), None) => CovariateKind::Number,
                (None, None) => CovariateKind::Guessed,
                (_, reference) => CovariateKind::Factor {
                    reference: reference.map(|label| label.0),
                },
            };
            Some(of_column(column, kind))
        }
        (None, Some(outcome), Some(weeks)) => {
            if raw.kind.is_some() || raw.reference.is_some() {
                return clash(
                    "weeks before the trial are a number without levels",
                    "remove `kind` and `reference`",
                );
            }
            before(&outcome, weeks, span, known, pass)
        }
        _ => clash(
            "a covariate is a `column`, or an `outcome` with `weeks` before the trial",
            "write { column = \"age\" }, or { outcome = \"benefit\", weeks = 26 }",
        ),
    }
}

fn before(
    name: &str,
    weeks: u32,
    span: &Range<usize>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<CovariateAsked> {
    let Some(outcome) = known.outcomes.iter().find(|o| o.name == name) else {
        if !known.declared.iter().any(|other| other == name) {
            unknown(name, span, "outcome", known.declared, pass);
        }
        return None;
    };
    let OutcomeKind::WeeksIn { table, states } = &outcome.kind else {
        let weeks_in = |o: &&Outcome| matches!(o.kind, OutcomeKind::WeeksIn { .. });
        let allowed: Vec<&str> = (known.outcomes.iter().filter(weeks_in))
            .map(|o| o.name.as_str())
            .collect();
        pass.findings
            .error(
                span,
                codes::TOGETHER,
                format!("outcome `{name}` has no weeks before the trial that could be counted"),
                "name an outcome of kind `weeks_in`",
            )
            .allowed = (!allowed.is_empty()).then(|| suggest::list(&allowed));
        return None;
    };
    Some(CovariateAsked {
        name: format!("{name}, {weeks} weeks before"),
        source: CovariateSource::Before {
            table: *table,
            states: states.clone(),
            weeks,
        },
    })
}
