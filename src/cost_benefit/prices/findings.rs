//! Findings about a price file: in a document at their bytes, in a sheet one finding for all rows that share it.

use super::entry::Spot;
use crate::error::{Diagnostic, Place, Severity, value_class};
use crate::study::source::Source;

/// How many rows are listed of many.
const SHOWN: usize = 10;

/// Collects findings; the pass goes on after each.
pub(super) struct Findings<'a> {
    file: &'a str,
    source: Option<&'a Source>,
    list: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    pub fn new(file: &'a str, source: Option<&'a Source>) -> Self {
        Self {
            file,
            source,
            list: Vec::new(),
        }
    }

    /// Puts a finding at a spot, in a sheet in a column.
    pub fn put(&mut self, finding: Diagnostic, spot: &Spot, column: &str) {
        let place = match (spot, self.source) {
            (Spot::Bytes(span), Some(source)) => source.place(span),
            (Spot::Row(row), _) => {
                if self.again(&finding, *row, column) {
                    return;
                }
                Place::Data {
                    file: self.file.to_owned(),
                    column: Some(column.to_owned()).filter(|c| !c.is_empty()),
                    rows: vec![*row],
                    count: 1,
                }
            }
            _ => Place::Data {
                file: self.file.to_owned(),
                column: None,
                rows: Vec::new(),
                count: 0,
            },
        };
        self.list.push(finding.at(place));
    }

    /// Adds a row to a finding that is there already.
    fn again(&mut self, finding: &Diagnostic, row: u64, column: &str) -> bool {
        for old in &mut self.list {
            let same = old.code == finding.code
                && old.message == finding.message
                && old.hint == finding.hint;
            if let Place::Data {
                column: at,
                rows,
                count,
                ..
            } = &mut old.place
                && same
                && at.as_deref().unwrap_or_default() == column
                && *count > 0
            {
                *count += 1;
                if rows.len() < SHOWN {
                    rows.push(row);
                }
                return true;
            }
        }
        false
    }

    pub fn failed(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    pub fn into_list(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| match &d.place {
            Place::Study { span, .. } => *span,
            _ => (0, 0),
        });
        self.list
    }
}

/// A word of the file as it may be shown. A wrong file may hold persons: only what is short, on one line and without
/// the digits of an identifier is shown.
pub(super) fn shown(word: &str) -> String {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if word.chars().count() <= 40 && digits < 6 && !word.chars().any(char::is_control) {
        format!("`{word}`")
    } else {
        value_class(word)
    }
}
