//! What can go wrong, in one shape: a stable code, a place, what is wrong, what is allowed, one thing to do.
//!
//! Every room builds [`Diagnostic`]s from its own table of [`CodeCard`]s; [`Error`] only adds the class that decides
//! the exit code. A diagnostic never holds a person's identifier or the text of a free column: of values only arms,
//! states and weeks may be shown, of anything else its class (see [`value_class`]).

mod cpr;

pub use cpr::{cpr_like, discreet};

use std::fmt;

/// How bad a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
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
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
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

    /// As it may be shown: whatever it was made of, no CPR-like number is in its words.
    #[must_use]
    pub fn to_show(&self) -> Self {
        let hide = |text: &String| discreet(text).into_owned();
        let place = match &self.place {
            Place::Nowhere => Place::Nowhere,
            Place::Study {
                file,
                span,
                line,
                column,
            } => Place::Study {
                file: hide(file),
                span: *span,
                line: *line,
                column: *column,
            },
            Place::Data {
                file,
                column,
                rows,
                count,
            } => Place::Data {
                file: hide(file),
                column: column.as_ref().map(hide),
                rows: rows.clone(),
                count: *count,
            },
        };
        Self {
            code: self.code,
            severity: self.severity,
            message: hide(&self.message),
            place,
            allowed: self.allowed.as_ref().map(hide),
            hint: hide(&self.hint),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.to_show();
        match &shown.place {
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
        write!(f, "{} ({})", shown.message, self.code)
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

/// The class of a value that must not be shown: `"text, 10 characters"`, `"a number"`, `"empty"`; one with a CPR-like
/// number in it is told as such.
pub fn value_class(value: &str) -> String {
    let trimmed = value.trim();
    let mut class = if trimmed.is_empty() {
        "empty".to_owned()
    } else if trimmed.replace(',', ".").parse::<f64>().is_ok() {
        "a number".to_owned()
    } else {
        let n = trimmed.chars().count();
        format!("text, {n} character{}", if n == 1 { "" } else { "s" })
    };
    if let Some(found) = cpr_like(trimmed).first() {
        let whole = found.len() == trimmed.len();
        class += if whole {
            ", in the form of a CPR number"
        } else {
            ", with what looks like a CPR number in it"
        };
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_by_its_class_only() {
        assert_eq!(value_class(" 3101"), "a number");
        assert_eq!(value_class("Bente"), "text, 5 characters");
        assert_eq!(value_class(""), "empty");
    }

    #[test]
    fn a_cpr_like_value_is_told_as_one_and_never_shown() {
        assert_eq!(
            value_class(" 0101801234"),
            "a number, in the form of a CPR number"
        );
        assert_eq!(
            value_class("010180-1234"),
            "text, 11 characters, in the form of a CPR number"
        );
        assert_eq!(
            value_class("se 010180-1234"),
            "text, 14 characters, with what looks like a CPR number in it"
        );
        let place = Place::Data {
            file: "010180-1234.csv".into(),
            column: Some("0101801234".into()),
            rows: vec![2],
            count: 1,
        };
        let finding = Diagnostic::error("RV0399", "not 010180-1234", "remove 010180-1234")
            .at(place)
            .allowed("0101801234");
        for text in [finding.to_string(), format!("{:?}", finding.to_show())] {
            assert!(!text.contains("0180"), "{text}");
        }
    }
}
