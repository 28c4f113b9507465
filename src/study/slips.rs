//! Slips that Windows and its editors make easy: a backslash in quotes, a decimal comma, UTF-16, a second ending. Each is told
//! as what it is, not as what TOML or the file system makes of it.

use super::codes;
use crate::error::{Class, Diagnostic, Error};
use std::ops::Range;
use std::path::Path;

/// Code, message and one thing to do.
type Slip = (&'static str, &'static str, &'static str);

const BACKSLASH: Slip = (
    codes::BACKSLASH,
    "a backslash in double quotes begins an escape and is no part of a path",
    "write `/` between folders, or put the path in 'single quotes'",
);

const COMMA: Slip = (
    codes::DECIMAL_COMMA,
    "a number with a decimal comma",
    "write a point: 0.5, not 0,5",
);

/// Why a text is no TOML.
pub(crate) struct NotToml {
    /// Where.
    pub span: Range<usize>,
    /// Code of what it most likely is; `None`: nothing better is known than what the parser says.
    pub code: Option<&'static str>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

/// What the errors of a parser most likely mean, each slip once: one may be several errors.
pub(crate) fn of_toml(text: &str, errors: &[toml::de::Error], hint: &'static str) -> Vec<NotToml> {
    let mut found: Vec<NotToml> = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let told = match of_line(text, &span) {
            Some(((code, message, hint), span)) => NotToml {
                span,
                code: Some(code),
                message: message.to_owned(),
                hint,
            },
            None => NotToml {
                span,
                code: None,
                message: error
                    .message()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                hint,
            },
        };
        let again = told.code.is_some() && found.iter().any(|other| other.span == told.span);
        if !again {
            found.push(told);
        }
    }
    found
}

/// What a line that is no TOML most likely means; `None` when it is neither.
fn of_line(text: &str, span: &Range<usize>) -> Option<(Slip, Range<usize>)> {
    let at = (0..=span.start.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))?;
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    let line = &text[start..end];
    let slip = if has_comma(line) {
        COMMA
    } else if line
        .split('"')
        .skip(1)
        .step_by(2)
        .any(|quoted| quoted.contains('\\'))
    {
        BACKSLASH
    } else {
        return None;
    };
    Some((slip, start..end))
}

/// Whether the value of a key is digits, a comma and digits, and nothing else before a remark.
fn has_comma(line: &str) -> bool {
    let Some((_, value)) = line.split_once('=') else {
        return false;
    };
    let value = value.split('#').next().unwrap_or_default().trim();
    let value = value.strip_prefix(['-', '+']).unwrap_or(value);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    value
        .split_once(',')
        .is_some_and(|(whole, rest)| digits(whole) && digits(rest))
}

/// Whether a path holds what TOML makes of a backslash and a letter: `"data\table.csv"` has a tab in it.
pub(super) fn of_path(path: &str) -> Option<Slip> {
    path.contains(char::is_control).then_some(BACKSLASH)
}

/// Whether a file is missing that stands there with a second ending, as an editor gives it: `study.toml.txt`.
pub(super) fn second_ending(path: &Path) -> Option<(&'static str, String, &'static str)> {
    let name = path.file_name()?.to_str()?;
    let own = path.extension().and_then(|e| e.to_str()).unwrap_or("txt");
    let found = ["txt", own].into_iter().find_map(|ending| {
        let name = format!("{name}.{ending}");
        path.with_file_name(&name).is_file().then_some(name)
    })?;
    Some((
        codes::SECOND_ENDING,
        format!("there is no file `{name}`, but there is `{found}`"),
        "rename it; Windows hides the last ending until \"File name extensions\" is ticked in the folder's view",
    ))
}

/// Text of another form that an editor calls Unicode.
pub(crate) fn utf16(bytes: &[u8], name: &str) -> Option<Error> {
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let message = format!("{name} is UTF-16 text, which an editor may call Unicode");
    let hint = "save it again as UTF-8; with or without a mark in front";
    let diagnostic = Diagnostic::error(codes::UTF_16, message, hint);
    marked.then(|| Error::one(Class::Study, diagnostic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_decimal_comma_or_a_backslash_is_told_as_that() {
        let code = |line: &str| of_line(line, &(3..4)).map(|((code, ..), _)| code);
        for line in ["confidence = 0,95", "x = -1,5 # why", "y=10,0"] {
            assert_eq!(code(line), Some(codes::DECIMAL_COMMA), "{line}");
        }
        for line in [
            r#"file = "data\spells.csv""#,
            r#"file = { file = "\\server\x.csv" }"#,
        ] {
            assert_eq!(code(line), Some(codes::BACKSLASH), "{line}");
        }
        for line in ["weeks = [1,2]", "x = ", "y = 1,2,3", r"file = 'a\b' x", ""] {
            assert_eq!(code(line), None, "{line}");
        }
    }

    #[test]
    fn only_the_line_of_the_error_is_looked_at() {
        let text = "a = 1\nx = 0,5\næ = \"b\\c\"\n";
        let (slip, span) = of_line(text, &(10..11)).expect("a slip");
        assert_eq!((slip.0, &text[span]), (codes::DECIMAL_COMMA, "x = 0,5"));
        assert!(of_line(text, &(0..1)).is_none());
        assert!(of_line(text, &(900..901)).is_none());
    }
}
