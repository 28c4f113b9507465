//! `take_up` of an analysis.

use super::analyses::Known;
use super::{Pass, unknown};
use crate::study::codes;
use crate::study::model::{Measure, TakeUp};
use crate::study::raw::{RawMeasure, RawTakeUp};
use crate::study::slugs::{self, Family};
use crate::study::written::At;
use crate::study::written_or::TextOr;
use std::ops::Range;

pub(super) fn take_up(
    raw: Option<At<TextOr<RawTakeUp>>>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<TakeUp> {
    let At { value, span } = raw?;
    let raw = match value {
        TextOr::Text(outcome) => RawTakeUp {
            outcome: Some(outcome),
            measure: None,
            also: None,
        },
        TextOr::Table(table) => table,
    };
    let outcome = outcome(&raw.outcome?, &span, known, pass);
    let also = (raw.also).map(|name| self::outcome(&name, &span, known, pass));
    Some(TakeUp {
        outcome: outcome?,
        measure: match raw.measure {
            None | Some(RawMeasure::Ever) => Measure::Ever,
            Some(RawMeasure::Amount) => Measure::Amount,
        },
        also: also.flatten(),
    })
}

/// An outcome of which a person has more or less each week.
fn outcome(
    name: &str,
    span: &Range<usize>,
    known: &Known<'_>,
    pass: &mut Pass<'_>,
) -> Option<usize> {
    let Some(place) = known.outcomes.iter().position(|o| o.name == name) else {
        if !known.declared.outcomes.iter().any(|other| other == name) {
            unknown(name, span, "outcome", &known.declared.outcomes, pass);
        }
        return None;
    };
    if slugs::family(&known.outcomes[place].kind) != Family::Mean {
        pass.findings.error(
            span,
            codes::NOT_TAKEN_UP,
            format!("outcome `{name}` does not say how much a person has taken up"),
            "name an outcome of kind weeks_in, events or amount",
        );
        return None;
    }
    Some(place)
}
