//! Findings of one pass over the data: every bad row counted, the first ten named, never a person.

use crate::error::{Class, Diagnostic, Error, Place, Result, Severity, value_class};
use crate::registers::Table;

/// Rows named in one finding.
const SHOWN: usize = 10;

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Diagnostic>,
    class: Option<Class>,
}

/// What is wrong, without its place.
pub(crate) struct Finding<'a> {
    /// Code.
    pub(crate) code: &'static str,
    /// How bad.
    pub(crate) severity: Severity,
    /// Column, when it is one.
    pub(crate) column: Option<&'a str>,
    /// Lower-case sentence.
    pub(crate) message: String,
    /// What is allowed.
    pub(crate) allowed: Option<String>,
    /// One thing to do.
    pub(crate) hint: &'a str,
}

impl<'a> Finding<'a> {
    /// An error in a column.
    pub(crate) fn error(
        code: &'static str,
        column: impl Into<Option<&'a str>>,
        message: impl Into<String>,
        hint: &'a str,
    ) -> Self {
        Self {
            code,
            severity: Severity::Error,
            column: column.into(),
            message: message.into(),
            allowed: None,
            hint,
        }
    }

    /// The same as a warning.
    pub(crate) fn warning(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    /// The same as a note.
    pub(crate) fn note(self) -> Self {
        Self {
            severity: Severity::Note,
            ..self
        }
    }

    /// Says what is allowed.
    pub(crate) fn allowed(self, allowed: impl Into<String>) -> Self {
        Self {
            allowed: Some(allowed.into()).filter(|text| !text.is_empty()),
            ..self
        }
    }
}

impl Findings {
    /// Takes over what another room found wrong.
    pub(crate) fn absorb(&mut self, error: Error) {
        self.class.get_or_insert(error.class);
        self.list.extend(error.diagnostics);
    }

    /// Adds a finding at rows (numbered through all the files of a table); nothing when there are none. Each file
    /// gets its own diagnostic.
    pub(crate) fn at_rows(&mut self, files: &[Table], rows: &[usize], finding: &Finding) {
        if rows.is_empty() {
            return;
        }
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut first = 0;
        for table in files {
            let here: Vec<usize> = sorted
                .iter()
                .filter(|row| (first..first + table.rows).contains(*row))
                .map(|row| row - first)
                .collect();
            first += table.rows;
            if !here.is_empty() {
                let shown = here.iter().take(SHOWN).map(|row| table.row_number(*row));
                self.place(&table.file, shown.collect(), here.len() as u64, finding);
            }
        }
    }

    /// Adds a finding of which only the first rows are known.
    pub(crate) fn counted(&mut self, table: &Table, rows: &[usize], count: u64, finding: &Finding) {
        let shown = rows.iter().take(SHOWN).map(|row| table.row_number(*row));
        self.place(&table.file, shown.collect(), count, finding);
    }

    /// Adds a finding about a file as a whole.
    pub(crate) fn of_file(&mut self, file: &str, finding: &Finding) {
        self.place(file, Vec::new(), 0, finding);
    }

    fn place(&mut self, file: &str, rows: Vec<u64>, count: u64, finding: &Finding) {
        let finding = Diagnostic {
            code: finding.code,
            severity: finding.severity,
            message: finding.message.clone(),
            place: Place::Data {
                file: file.to_owned(),
                column: finding.column.map(ToOwned::to_owned),
                rows,
                count,
            },
            allowed: finding.allowed.clone(),
            hint: finding.hint.to_owned(),
        };
        // A file that several outcomes read is told of once.
        if !self.list.contains(&finding) {
            self.list.push(finding);
        }
    }

    /// True when there is an error among them.
    pub(crate) fn failed(&self) -> bool {
        self.list
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// How many errors there are.
    pub(crate) fn errors(&self) -> usize {
        let is_error = |finding: &&Diagnostic| finding.severity == Severity::Error;
        self.list.iter().filter(is_error).count()
    }

    /// Everything as an error.
    pub(crate) fn into_error(self) -> Error {
        Error {
            class: self.class.unwrap_or(Class::Data),
            diagnostics: self.list,
        }
    }

    /// The warnings and notes, or everything as an error when there is one.
    pub(crate) fn finish(self) -> Result<Vec<Diagnostic>> {
        if self.failed() {
            Err(self.into_error())
        } else {
            Ok(self.list)
        }
    }
}

/// The row as an editor shows it, of rows numbered through all the files of a table.
pub(crate) fn row_number(files: &[Table], row: usize) -> u64 {
    let mut first = 0;
    for table in files {
        if row < first + table.rows {
            return table.row_number(row - first);
        }
        first += table.rows;
    }
    0
}

/// Labels listed in one finding.
const LISTED: usize = 12;
/// A label with so many digits may be an identifier in the wrong column.
const DIGITS_OF_AN_IDENTIFIER: usize = 6;

/// A label of an arm or state as it may be shown: should the study name the wrong column, identifiers stay hidden.
pub(crate) fn shown(label: &str) -> String {
    let digits = label.chars().filter(char::is_ascii_digit).count();
    if digits >= DIGITS_OF_AN_IDENTIFIER {
        value_class(label)
    } else {
        format!("`{label}`")
    }
}

/// Words for a few labels: "`a`, `b`".
pub(crate) fn list(labels: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    words_of(labels, shown)
}

/// Words for a few weeks or months, which have as many digits as some identifiers but are none.
pub(crate) fn list_of_times(times: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    words_of(times, |time| format!("`{time}`"))
}

fn words_of(
    labels: impl IntoIterator<Item = impl AsRef<str>>,
    word: impl Fn(&str) -> String,
) -> String {
    let mut labels = labels.into_iter();
    let mut words: Vec<String> = labels
        .by_ref()
        .take(LISTED)
        .map(|label| word(label.as_ref()))
        .collect();
    let more = labels.count();
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    words.join(", ")
}
