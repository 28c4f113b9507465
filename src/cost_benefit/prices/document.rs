//! A price file in TOML: its tables and keys as entries.

use super::codes;
use super::entry::{Entries, Entry, Form, Given, KEYS, Spot, Value, WHOLE, later};
use super::findings::{Findings, shown};
use super::official::{self, TABLES};
use crate::error::Diagnostic;
use crate::study::{slips, suggest};
use serde_spanned::Spanned;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Everything a document says; what it should not say is reported.
pub(super) fn entries(text: &str, findings: &mut Findings<'_>) -> Entries {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut entries = Entries {
        form: Form::Document,
        ..Entries::default()
    };
    let broken = !errors.is_empty();
    for wrong in slips::of_toml(text, &errors, "mend this line; decimals have a point") {
        let message = match wrong.code {
            Some(_) => wrong.message,
            None => format!("not valid TOML: {}", wrong.message),
        };
        let code = wrong.code.unwrap_or(codes::NOT_TOML);
        let finding = Diagnostic::error(code, message, wrong.hint);
        findings.put(finding, &Spot::Bytes(wrong.span), "");
    }
    if broken {
        return entries;
    }
    let mut has_lines = false;
    for (key, span, value) in sorted(document.get_ref()) {
        match (key.as_str(), value.get_ref()) {
            ("prices", DeValue::Table(table)) => whole(table, &mut entries, findings),
            ("lines", DeValue::Table(table)) => {
                has_lines = true;
                for (name, span, line) in sorted(table) {
                    if let Some(line) = self::line(&name, span, line, findings) {
                        entries.lines.push(line);
                    }
                }
            }
            (name, value) if TABLES.contains(&name) => {
                official::table(name, span, value, &mut entries.tables, findings);
            }
            ("prices" | "lines", _) => {
                has_lines |= key == "lines";
                let hint = if key == "prices" {
                    "write `[prices]` on a line of its own and its keys below"
                } else {
                    "write each line under `[lines.NAME]`"
                };
                let finding =
                    Diagnostic::error(codes::BAD_VALUE, format!("`{key}` must be a table"), hint);
                findings.put(finding, &Spot::Bytes(span), "");
            }
            _ => {
                let allowed: Vec<&str> = ["prices", "lines"].into_iter().chain(TABLES).collect();
                unknown(&key, span, "the price file", &allowed, findings);
            }
        }
    }
    if !has_lines || (entries.lines.is_empty() && !findings.failed()) {
        let finding = Diagnostic::error(
            codes::NO_LINES,
            "the price file has no line",
            "add a line, such as `[lines.production]`",
        );
        findings.put(finding, &Spot::File, "");
    }
    entries
}

fn whole(table: &DeTable<'_>, entries: &mut Entries, findings: &mut Findings<'_>) {
    for (key, span, value) in sorted(table) {
        match WHOLE.iter().find(|k| **k == key) {
            Some(known) => entries.whole.push((known, given(value))),
            None => unknown(&key, span, "`[prices]`", &WHOLE, findings),
        }
    }
}

fn line(
    name: &str,
    span: Range<usize>,
    value: &Spanned<DeValue<'_>>,
    findings: &mut Findings<'_>,
) -> Option<Entry> {
    let called = format!("`[lines.{name}]`");
    let DeValue::Table(table) = value.get_ref() else {
        let finding = Diagnostic::error(
            codes::BAD_VALUE,
            format!("{called} must be a table"),
            "write each line under `[lines.NAME]` with its keys below",
        );
        findings.put(finding, &Spot::Bytes(span), "");
        return None;
    };
    // A line is called by its header.
    let allowed = &KEYS[1..];
    let spot = Spot::Bytes(span);
    let title = Given {
        value: Value::Text(name.to_owned()),
        spot: spot.clone(),
    };
    let mut cells = vec![("line", title)];
    for (key, span, value) in sorted(table) {
        match allowed.iter().find(|k| **k == key) {
            Some(known) => cells.push((known, given(value))),
            None => unknown(&key, span, &called, allowed, findings),
        }
    }
    Some(Entry {
        spot,
        called,
        cells,
    })
}

pub(super) fn unknown(
    key: &str,
    span: Range<usize>,
    where_: &str,
    allowed: &[&str],
    findings: &mut Findings<'_>,
) {
    let finding = match later(key) {
        Some(what) => Diagnostic::error(
            codes::NOT_YET,
            format!("{} in {where_} is not in this version", shown(key)),
            format!("leave it out ({what})"),
        ),
        None => Diagnostic::error(
            codes::UNKNOWN_KEY,
            format!("unknown key {} in {where_}", shown(key)),
            suggest::hint(key, allowed, "remove the key"),
        )
        .allowed(suggest::list(allowed)),
    };
    findings.put(finding, &Spot::Bytes(span), "");
}

pub(super) fn given(value: &Spanned<DeValue<'_>>) -> Given {
    let spot = Spot::Bytes(value.span());
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other("a number out of range"), |n| {
                Value::Number(n as f64)
            }),
        DeValue::Float(number) => number
            .as_str()
            .replace('_', "")
            .parse()
            .map_or(Value::Other("a number out of range"), Value::Number),
        DeValue::Boolean(truth) => Value::Truth(*truth),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Table(_) => Value::Other("a table"),
        DeValue::Array(items) => list(items),
    };
    Given { value, spot }
}

/// A list of texts or numbers; labels may be numbers.
fn list(items: &toml::de::DeArray<'_>) -> Value {
    let mut texts = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::String(text) => texts.push(text.to_string()),
            DeValue::Integer(number) => texts.push(number.as_str().to_owned()),
            DeValue::Float(number) => texts.push(number.as_str().to_owned()),
            _ => return Value::Other("a list of other things than texts"),
        }
    }
    Value::List(texts)
}

/// Keys in the order of the file.
pub(super) fn sorted<'t, 'd>(
    table: &'t DeTable<'d>,
) -> Vec<(String, Range<usize>, &'t Spanned<DeValue<'d>>)> {
    let mut keys: Vec<_> = table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), key.span(), value))
        .collect();
    keys.sort_by_key(|(_, span, _)| span.start);
    keys
}
