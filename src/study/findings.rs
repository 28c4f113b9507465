//! Findings of one pass over the study, each with its place.

use super::source::Source;
use crate::error::{Diagnostic, Severity};
use std::ops::Range;

/// Collects findings; the pass goes on after each.
pub(super) struct Findings<'a> {
    /// The study file.
    pub source: &'a Source,
    /// What was found.
    pub list: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    pub fn new(source: &'a Source) -> Self {
        Self {
            source,
            list: Vec::new(),
        }
    }

    /// Adds an error at a span.
    pub fn error(
        &mut self,
        span: &Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(span, Diagnostic::error(code, message, hint))
    }

    /// Adds a warning at a span.
    pub fn warning(
        &mut self,
        span: &Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(span, Diagnostic::warning(code, message, hint))
    }

    fn push(&mut self, span: &Range<usize>, diagnostic: Diagnostic) -> &mut Diagnostic {
        self.list.push(diagnostic.at(self.source.place(span)));
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// Whether any finding is an error.
    pub fn failed(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }
}
