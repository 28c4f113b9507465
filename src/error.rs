//! What can go wrong, in one shape: a stable code, a place, what is wrong, what is allowed, one thing to do.
//!
//! Every room builds [`Diagnostic`]s from its own table of [`CodeCard`]s; [`Error`] only adds the class that decides
//! the exit code. A diagnostic never holds a person's identifier or the text of a free column: of values only arms,
//! states and weeks may be shown, of anything else its class (see [`value_class`]).

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Counted and told, nothing to decide.
    Note,
    /// The run goes on, but a reader must know.
    Warning,
    /// The run cannot go on.
    Error,
}

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Place {
    /// Nowhere in particular.
    Nowhere,
    /// In the study file: byte span, and line and column counted from 1.
    Study {
        /// File name as the user wrote it, without folders of the machine.
        file: String,
        /// First byte and one past the last.
        span: (usize, usize),
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// In a data file.
    Data {
        /// File as written in the study.
        file: String,
        /// Column by name.
        column: Option<String>,
        /// The first ten bad rows as an editor shows them (the header is row 1).
        rows: Vec<u64>,
        /// How many rows are bad in all.
        count: u64,
    },
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Diagnostic {
    /// Stable code such as `RV0312`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Lower-case sentence that says what is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What is allowed there, if that can be listed.
    pub allowed: Option<String>,
    /// One thing to do, starting with a verb.
    pub hint: String,
}

impl Diagnostic {
    /// An error without a place; add one with [`Diagnostic::at`].
    pub fn error(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: Place::Nowhere,
            allowed: None,
            hint: hint.into(),
        }
    }

    /// The same as a warning.
    pub fn warning(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message, hint)
        }
    }

    /// Puts the finding somewhere.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Says what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Nowhere => {}
            Place::Study {
                file, line, column, ..
            } => write!(f, "{file}:{line}:{column}: ")?,
            Place::Data {
                file,
                column,
                rows,
                count,
            } => {
                write!(f, "{file}")?;
                if let Some(column) = column {
                    write!(f, ", column `{column}`")?;
                }
                if let Some(first) = rows.first() {
                    write!(f, ", row {first}")?;
                    if *count > 1 {
                        write!(f, " ({count} rows)")?;
                    }
                }
                write!(f, ": ")?;
            }
        }
        write!(f, "{} ({})", self.message, self.code)
    }
}

/// What `explain CODE` prints.
#[derive(Clone, Copy, Debug)]
pub struct CodeCard {
    /// The code.
    pub code: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// Why it happens.
    pub cause: &'static str,
    /// What to do.
    pub cure: &'static str,
}

/// The documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// A fault in the program.
    Bug = 1,
    /// Wrong use of the command line.
    Usage = 2,
    /// The study file (or a claims or scenario file).
    Study = 3,
    /// The data.
    Data = 4,
    /// A headline or family point estimate is undefined.
    Undefined = 5,
    /// `check` found a difference.
    Differs = 6,
    /// The result cannot be written.
    Write = 7,
}

/// Why the library could not do what was asked: a class and at least one finding.
#[derive(Clone, Debug)]
pub struct Error {
    /// Decides the exit code.
    pub class: Class,
    /// All findings of the pass that failed, worst first not guaranteed.
    pub diagnostics: Vec<Diagnostic>,
}

impl Error {
    /// An error with one finding.
    pub fn one(class: Class, diagnostic: Diagnostic) -> Self {
        Self {
            class,
            diagnostics: vec![diagnostic],
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, diagnostic) in self.diagnostics.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The result of everything that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// The class of a value that must not be shown: `"text, 10 characters"`, `"a number"`, `"empty"`.
pub fn value_class(value: &str) -> String {
    let trimmed = value.trim();
    if trimmed.is_empty() {
        "empty".to_owned()
    } else if trimmed.replace(',', ".").parse::<f64>().is_ok() {
        "a number".to_owned()
    } else {
        let n = trimmed.chars().count();
        format!("text, {n} character{}", if n == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_by_its_class_only() {
        assert_eq!(value_class(" 0101801234"), "a number");
        assert_eq!(value_class("010180-1234"), "text, 11 characters");
        assert_eq!(value_class(""), "empty");
    }
}
