//! The values of one line as texts, numbers and words. What is not as it should be is reported, and is `None`.

use super::entry::{Entry, Form, Given, Numeral, Value};
use super::findings::{Findings, shown};
use super::{Known, codes};
use crate::error::{Diagnostic, value_class};
use crate::study::suggest;

/// Letters of a name or a unit.
pub(super) const SHORT: usize = 80;
/// Letters of a source or a title.
pub(super) const LONG: usize = 2_000;

/// A word with what else it is called in sheets, and what it means.
pub(super) type Word<T> = (&'static str, &'static [&'static str], T);

const TRUTHS: &[Word<bool>] = &[
    ("true", &["yes", "ja", "sand", "1", "x"], true),
    ("false", &["no", "nej", "falsk", "0"], false),
];

/// One line on its way.
pub(super) struct One<'a, 'f> {
    pub entry: &'a Entry,
    pub form: Form,
    pub known: &'a Known,
    pub findings: &'a mut Findings<'f>,
}

impl One<'_, '_> {
    /// A text that must be there.
    pub fn needed(&mut self, key: &'static str, what: &str, most: usize) -> Option<String> {
        if self.entry.get(key).is_none() {
            self.missing(key, what);
            return None;
        }
        self.text(key, most)
    }

    pub fn missing(&mut self, key: &'static str, what: &str) {
        let finding = Diagnostic::error(
            codes::MISSING,
            self.of_line(&format!("`{key}` is missing")),
            format!("add `{key}`: {what}"),
        );
        self.findings.put(finding, &self.entry.spot, key);
    }

    /// A text, if it is one.
    pub fn text(&mut self, key: &'static str, most: usize) -> Option<String> {
        let given = self.entry.get(key)?;
        let Value::Text(text) = &given.value else {
            self.wrong(
                key,
                codes::BAD_VALUE,
                &format!("must be a text, not {}", class(given)),
                "write a text",
            );
            return None;
        };
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        if text.is_empty() {
            self.wrong(
                key,
                codes::MISSING,
                "is empty",
                "write a text, or leave it out",
            );
            return None;
        }
        if text.chars().count() > most {
            self.wrong(
                key,
                codes::BAD_VALUE,
                &format!("is longer than {most} characters"),
                "shorten the text",
            );
            return None;
        }
        let may_break = most == LONG;
        if text
            .chars()
            .any(|c| c.is_control() && !(may_break && c == '\n'))
        {
            self.wrong(
                key,
                codes::BAD_VALUE,
                "holds a control character",
                "write plain text",
            );
            return None;
        }
        Some(text.to_owned())
    }

    pub fn number(&mut self, key: &'static str, what: &str) -> Option<f64> {
        let Some(given) = self.entry.get(key) else {
            self.missing(key, what);
            return None;
        };
        let (message, hint) = match &given.value {
            Value::Number(number) | Value::Numeral(Numeral::Is(number)) => return Some(*number),
            Value::Numeral(Numeral::Ambiguous) => (
                "could be a thousand or one with decimals".to_owned(),
                "write it without a mark, or with one or two decimals",
            ),
            Value::Numeral(Numeral::NotANumber) => {
                ("is not a number".to_owned(), "write digits only")
            }
            Value::Text(text) if text.contains(',') => (
                "must be a number, not a text".to_owned(),
                "write the number without quotes, with a decimal point",
            ),
            _ => (
                format!("must be a number, not {}", class(given)),
                "write the number",
            ),
        };
        self.wrong(key, codes::BAD_VALUE, &message, hint);
        None
    }

    /// A number, if it is given.
    pub fn optional(&mut self, key: &'static str) -> Option<f64> {
        self.entry.get(key)?;
        self.number(key, "a number")
    }

    /// A number that must be there, within limits.
    pub fn within(
        &mut self,
        key: &'static str,
        what: &str,
        (low, high): (f64, f64),
    ) -> Option<f64> {
        let number = self.number(key, what)?;
        if number.is_finite() && (low..=high).contains(&number) {
            return Some(number.abs());
        }
        self.wrong(
            key,
            codes::BAD_VALUE,
            &format!("is not a number from {low} to {high}"),
            &format!("write {what}"),
        );
        None
    }

    /// A whole number, if it is given.
    pub fn whole(&mut self, key: &'static str, (low, high): (u32, u32)) -> Option<u32> {
        let number = self.optional(key)?;
        if number.fract() == 0.0 && (f64::from(low)..=f64::from(high)).contains(&number) {
            return Some(number as u32);
        }
        self.wrong(
            key,
            codes::BAD_VALUE,
            &format!("is not a whole number from {low} to {high}"),
            "write a whole number",
        );
        None
    }

    /// A year, if it is given.
    pub fn year(&mut self, key: &'static str) -> Option<i32> {
        let number = self.optional(key)?;
        if number.fract() == 0.0 && (1900.0..=2100.0).contains(&number) {
            return Some(number as i32);
        }
        self.wrong(
            key,
            codes::BAD_VALUE,
            "is not a year",
            "write a year from 1900 to 2100",
        );
        None
    }

    /// Where a number comes from: a number that nobody can look up is not used.
    pub fn source(&mut self) -> Option<String> {
        let given = self.entry.get("source");
        let blank = match given.map(|g| &g.value) {
            None => true,
            Some(Value::Text(text)) => text.trim().is_empty(),
            Some(_) => false,
        };
        if !blank {
            return self.text("source", LONG);
        }
        let spot = given.map_or(&self.entry.spot, |g| &g.spot);
        let finding = Diagnostic::error(
            codes::NO_SOURCE,
            self.of_line("the price has no source"),
            "write in `source` where the price comes from",
        );
        self.findings.put(finding, spot, "source");
        None
    }

    pub fn truth(&mut self, key: &'static str) -> Option<bool> {
        match &self.entry.get(key)?.value {
            Value::Truth(truth) => Some(*truth),
            Value::Text(_) if self.form == Form::Sheet => self.word(key, TRUTHS),
            _ => {
                self.wrong(
                    key,
                    codes::BAD_VALUE,
                    "must be true or false",
                    "write true or false",
                );
                None
            }
        }
    }

    pub fn needed_word<T: Copy>(&mut self, key: &'static str, words: &[Word<T>]) -> Option<T> {
        if self.entry.get(key).is_none() {
            let list: Vec<&str> = words.iter().map(|w| w.0).collect();
            self.missing(key, &format!("one of {}", suggest::list(&list)));
            return None;
        }
        self.word(key, words)
    }

    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[Word<T>]) -> Option<T> {
        let text = self.text(key, LONG)?;
        let sheet = self.form == Form::Sheet;
        let small = text.to_lowercase();
        let found = words.iter().find(|(word, others, _)| {
            *word == text || (sheet && (*word == small || others.contains(&small.as_str())))
        });
        if let Some((_, _, meaning)) = found {
            return Some(*meaning);
        }
        let list: Vec<&str> = words.iter().map(|w| w.0).collect();
        let finding = Diagnostic::error(
            codes::UNKNOWN_WORD,
            self.of_line(&format!("`{key}` cannot be {}", shown(&text))),
            suggest::hint(&text, &list, "choose one of the words"),
        )
        .allowed(suggest::list(&list));
        self.tell(key, finding);
        None
    }

    /// Reports what is wrong with a key's value.
    pub fn wrong(&mut self, key: &'static str, code: &'static str, what: &str, hint: &str) {
        let finding = Diagnostic::error(code, self.of_line(&format!("`{key}` {what}")), hint);
        self.tell(key, finding);
    }

    pub fn tell(&mut self, key: &'static str, finding: Diagnostic) {
        let spot = self.entry.get(key).map_or(&self.entry.spot, |g| &g.spot);
        self.findings.put(finding, spot, key);
    }

    /// A message of a document says which line it is about; of a sheet the row says it.
    pub fn of_line(&self, message: &str) -> String {
        if self.entry.called.is_empty() || self.form == Form::Sheet {
            message.to_owned()
        } else {
            format!("{message} in {}", self.entry.called)
        }
    }
}

fn class(given: &Given) -> String {
    match &given.value {
        Value::Text(text) => value_class(text),
        Value::Number(_) | Value::Numeral(_) => "a number".to_owned(),
        Value::Truth(_) => "true or false".to_owned(),
        Value::List(_) => "a list".to_owned(),
        Value::Other(class) => (*class).to_owned(),
    }
}
