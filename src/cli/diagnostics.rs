//! Findings as people read them: in the study file with the line shown, in a data file with column and rows.

use crate::error::{Diagnostic, Place, Severity, discreet};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;
use std::path::PathBuf;

/// Texts that findings may point into, by file name.
#[derive(Default)]
pub(super) struct Sources(Vec<(String, String)>);

impl Sources {
    /// Reads the files again; one that cannot be read is simply not shown.
    pub fn read(files: &[PathBuf]) -> Self {
        Self(
            files
                .iter()
                .filter_map(|path| {
                    let name = path.file_name()?.to_string_lossy().into_owned();
                    let text = std::fs::read_to_string(path).ok()?;
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                    // Places are bytes, and hiding keeps each at its own.
                    Some((name, discreet(text).into_owned()))
                })
                .collect(),
        )
    }

    fn text(&self, file: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == file);
        found.map(|(_, text)| text.as_str())
    }
}

/// One finding, with styles that the stream keeps or drops.
pub(super) fn render(finding: &Diagnostic, sources: &Sources) -> String {
    let finding = &finding.to_show();
    if let Place::Study { file, span, .. } = &finding.place
        // A path of this machine stays unshown, also when the user wrote it.
        && finding.code != crate::study::codes::LEAVES_ROOT
        && let Some(text) = sources.text(file)
        && *span != (0, 0)
        && text.get(span.0..span.1).is_some()
        && let Some(shown) = Lines::around(text, span.0..span.1)
    {
        // Nothing is marked by an empty span: the letter before it stands for the place.
        let before = text[..span.0].chars().next_back().map_or(0, char::len_utf8);
        let start = if span.0 == span.1 {
            span.0 - before
        } else {
            span.0
        };
        return in_text(finding, file, start..span.1, &shown);
    }
    plain(finding)
}

/// Longest lines that are shown, in bytes: what is longer is no study that a person wrote.
const SHOWN: usize = 2000;

/// The lines of a text in which something stands.
struct Lines<'a> {
    text: &'a str,
    /// First byte of theirs in the whole text.
    start: usize,
    /// Number of the first, from 1.
    number: usize,
}

impl<'a> Lines<'a> {
    /// `None` when they are too long to be shown.
    fn around(text: &'a str, span: Range<usize>) -> Option<Self> {
        // Of an empty span the letter before it is marked, which may be the end of the line above.
        let first = text[..span.start]
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at);
        let from = if span.is_empty() { first } else { span.start };
        let start = text[..from].rfind('\n').map_or(0, |at| at + 1);
        let end = text[span.end..]
            .find('\n')
            .map_or(text.len(), |at| span.end + at);
        (end - start <= SHOWN).then(|| Self {
            text: &text[start..end],
            start,
            number: text[..start].matches('\n').count() + 1,
        })
    }
}

fn in_text(finding: &Diagnostic, file: &str, span: Range<usize>, lines: &Lines<'_>) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level
        .primary_title(format!("{} ({})", finding.message, finding.code))
        .element(
            Snippet::source(lines.text)
                .line_start(lines.number)
                .path(file)
                .annotation(
                    AnnotationKind::Primary.span(span.start - lines.start..span.end - lines.start),
                ),
        );
    if let Some(allowed) = &finding.allowed {
        group = group.element(Level::NOTE.with_name("allowed").message(allowed.as_str()));
    }
    if !finding.hint.is_empty() {
        group = group.element(Level::HELP.with_name("hint").message(finding.hint.as_str()));
    }
    Renderer::styled().render(&[group])
}

fn plain(finding: &Diagnostic) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let colour = match finding.severity {
        Severity::Error => "\u{1b}[1;31m",
        Severity::Warning => "\u{1b}[1;33m",
        Severity::Note => "\u{1b}[1;36m",
    };
    let mut text = format!(
        "{colour}{word}\u{1b}[0m: {}{} ({})",
        place(finding),
        finding.message,
        finding.code
    );
    // Writing to a String cannot fail.
    if let Some(allowed) = &finding.allowed {
        let _ = write!(text, "\nallowed: {allowed}");
    }
    if !finding.hint.is_empty() {
        let _ = write!(text, "\nhint: {}", finding.hint);
    }
    text
}

fn place(finding: &Diagnostic) -> String {
    match &finding.place {
        Place::Nowhere => String::new(),
        Place::Study {
            file, line, column, ..
        } => format!("{file}:{line}:{column}: "),
        Place::Data {
            file,
            column,
            rows,
            count,
        } => {
            let mut at = if finding.severity == Severity::Error {
                format!("failed to validate {file}: ")
            } else {
                format!("{file}: ")
            };
            let mut where_ = Vec::new();
            if let Some(column) = column {
                where_.push(format!("column `{column}`"));
            }
            if !rows.is_empty() {
                where_.push(row_list(rows, *count));
            }
            if !where_.is_empty() {
                let _ = write!(at, "{}: ", where_.join(", "));
            }
            at
        }
    }
}

fn row_list(rows: &[u64], count: u64) -> String {
    let list: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let word = if rows.len() == 1 { "row" } else { "rows" };
    let more = if count > rows.len() as u64 {
        format!(" and more ({count} in all)")
    } else {
        String::new()
    };
    format!("{word} {}{more}", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_finding_in_the_study_shows_its_line() {
        let sources = Sources(vec![("s.toml".into(), "[study]\nhorizont = 5\n".into())]);
        let finding = Diagnostic::error("RV0103", "unknown key `horizont`", "write `horizon`").at(
            Place::Study {
                file: "s.toml".into(),
                span: (8, 16),
                line: 2,
                column: 1,
            },
        );
        let text = bare(&render(&finding, &sources));
        assert!(
            text.contains("error: unknown key `horizont` (RV0103)"),
            "{text}"
        );
        assert!(text.contains("s.toml:2:1"), "{text}");
        assert!(text.contains("horizont = 5"), "{text}");
        assert!(text.contains("hint: write `horizon`"), "{text}");
    }

    #[test]
    fn a_line_without_end_is_not_shown() {
        let text = format!("x = {}\ny = 1\n", "[".repeat(20_000));
        let sources = Sources(vec![("s.toml".into(), text)]);
        let place = |span, line| Place::Study {
            file: "s.toml".into(),
            span,
            line,
            column: 1,
        };
        let long = Diagnostic::error("RV0102", "not TOML", "mend it").at(place((80, 81), 1));
        let text = bare(&render(&long, &sources));
        assert_eq!(text, "error: s.toml:1:1: not TOML (RV0102)\nhint: mend it");
        let short = Diagnostic::error("RV0102", "not y", "mend it").at(place((20_005, 20_006), 2));
        let text = bare(&render(&short, &sources));
        assert!(
            text.contains("s.toml:2:1") && text.contains("2 | y = 1"),
            "{text}"
        );
        assert!(text.len() < 200, "{text}");
    }

    #[test]
    fn a_cpr_number_in_the_study_is_not_shown_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        std::fs::write(&path, "[a]\nfilter = { x = \"010170-1111\" }\n").unwrap();
        let finding = Diagnostic::error("RV0399", "not 010170-1111", "").at(Place::Study {
            file: "s.toml".into(),
            span: (4, 10),
            line: 2,
            column: 1,
        });
        let text = bare(&render(&finding, &Sources::read(&[path])));
        assert!(text.contains("filter = { x = \"######-####\" }"), "{text}");
        assert!(!text.contains("0170"), "{text}");
    }

    #[test]
    fn a_finding_in_a_data_file_names_file_column_and_rows() {
        let finding =
            Diagnostic::error("RV0312", "overlapping spells", "order the states").at(Place::Data {
                file: "spells.csv".into(),
                column: Some("start".into()),
                rows: vec![2, 9],
                count: 40,
            });
        assert_eq!(
            bare(&render(&finding, &Sources::default())),
            "error: failed to validate spells.csv: column `start`, rows 2, 9 and more (40 in all): \
             overlapping spells (RV0312)\nhint: order the states"
        );
    }
}
