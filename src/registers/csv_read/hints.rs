//! What the cells of a CSV file seem to be, as its first rows say: for `preview` and `init`, never for reading.

use super::Head;
use crate::registers::calendar::{parse_date_bytes, parse_iso_week, parse_month_bytes};
use crate::registers::cells::{decimal, is_empty, plain_integer};
use crate::registers::facts::DecimalMark;
use crate::registers::formats::{ColumnFacts, KindHint};
use crate::registers::split::{row, row_end, trim};
use crate::registers::survey::Survey;

/// Rows looked at.
const ROWS: usize = 1000;

/// The columns of a file of which the first bytes are known.
pub(super) fn columns(head: &Head, survey: &Survey) -> Vec<ColumnFacts> {
    let mut hints: Vec<Option<KindHint>> = vec![None; head.names.len()];
    let (mut at, mut rows, mut scratch) = (head.end, 0, Vec::new());
    let bytes = &survey.head;
    while rows < ROWS && row_end(bytes, at, survey.separator, survey.quotes).is_some() {
        let found = row(
            bytes,
            at,
            survey.separator,
            survey.quotes,
            &mut scratch,
            |cell, text| {
                let text = trim(text);
                if let Some(hint) = hints.get_mut(cell)
                    && !is_empty(text)
                {
                    let own = of(text, survey.style.decimal_mark);
                    *hint = Some(hint.map_or(own, |before| both(before, own)));
                }
            },
        );
        (at, rows) = (found.end, rows + 1);
    }
    (head.names.iter().zip(hints))
        .map(|(name, hint)| ColumnFacts {
            name: name.clone(),
            label: None,
            kind_hint: hint.unwrap_or(KindHint::Unknown),
            value_labels: Vec::new(),
            format: None,
        })
        .collect()
}

/// What one cell seems to be.
pub(crate) fn of(cell: &[u8], mark: DecimalMark) -> KindHint {
    if plain_integer(cell).is_some() {
        KindHint::Whole
    } else if decimal(cell, 12, mark).is_some() {
        KindHint::Number
    } else if parse_iso_week(cell).is_some() {
        KindHint::IsoWeek
    } else if parse_date_bytes(cell).is_some() {
        KindHint::Date
    } else if parse_month_bytes(cell).is_some() {
        KindHint::Month
    } else {
        KindHint::Text
    }
}

/// What a column is that holds both.
pub(crate) fn both(a: KindHint, b: KindHint) -> KindHint {
    match (a, b) {
        (a, b) if a == b => a,
        (KindHint::Whole | KindHint::Number, KindHint::Whole | KindHint::Number) => {
            KindHint::Number
        }
        _ => KindHint::Text,
    }
}
