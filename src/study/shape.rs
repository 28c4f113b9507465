//! First pass: every key and value against the schema of the raw types. What does not fit is reported with its place
//! and taken out, so that the rest can still be parsed and checked in the same run.

use super::findings::Findings;
use super::{codes, later, suggest};
use serde_json::{Map, Value};
use serde_spanned::Spanned;
use std::borrow::Cow;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

type Object = Map<String, Value>;

/// Where the walk stands: the names of the tables on the way, and the span to blame for a missing key.
struct Here<'a> {
    path: &'a [String],
    span: Range<usize>,
}

impl Here<'_> {
    fn section(&self) -> String {
        if self.path.is_empty() {
            "the study".to_owned()
        } else {
            format!("`[{}]`", self.path.join("."))
        }
    }
}

/// Checks a whole document and takes out what does not fit.
pub(super) fn check(document: &mut DeTable<'_>, schema: &Value, findings: &mut Findings<'_>) {
    let here = Here {
        path: &[],
        span: 0..0,
    };
    if let Some(schema) = schema.as_object() {
        table(document, schema, &here, findings);
    }
}

/// Keys of a table in the order of the file.
fn keys(of: &DeTable<'_>) -> Vec<(String, Range<usize>)> {
    let mut keys: Vec<_> = of
        .keys()
        .map(|k| (k.get_ref().to_string(), k.span()))
        .collect();
    keys.sort_by_key(|(_, span)| span.start);
    keys
}

fn table(of: &mut DeTable<'_>, schema: &Object, here: &Here<'_>, findings: &mut Findings<'_>) {
    let none = Map::new();
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let others = schema
        .get("additionalProperties")
        .and_then(Value::as_object);
    let written = keys(of);
    let mut misspelt: Vec<String> = Vec::new();
    for (key, span) in written.clone() {
        let Some(item) = properties.get(&key).and_then(Value::as_object).or(others) else {
            let meant = unknown_key(&key, &span, properties, here, findings);
            misspelt.extend(meant);
            of.remove(key.as_str());
            continue;
        };
        let Some(found) = of.get_mut(key.as_str()) else {
            continue;
        };
        let mut path = here.path.to_vec();
        path.push(key.clone());
        let inside = Here { path: &path, span };
        if !value(found, item, &inside, findings) {
            of.remove(key.as_str());
        }
    }
    for key in schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        // A key that was there but did not fit, or was misspelt, has been reported already.
        if !written.iter().any(|(k, _)| k == key) && !misspelt.iter().any(|k| k == key) {
            missing_key(key, properties, here, findings);
        }
    }
}

/// Reports a key; gives the key that was probably meant.
fn unknown_key(
    key: &str,
    span: &Range<usize>,
    properties: &Object,
    here: &Here<'_>,
    findings: &mut Findings<'_>,
) -> Option<String> {
    if let Some(what) = later::key(key) {
        findings.error(
            span,
            codes::NOT_YET,
            format!("`{key}` in {} is not in this version", here.section()),
            format!("leave out `{key}` ({what})"),
        );
        return None;
    }
    let allowed: Vec<&str> = properties.keys().map(String::as_str).collect();
    findings
        .error(
            span,
            codes::UNKNOWN_KEY,
            format!("unknown key `{key}` in {}", here.section()),
            suggest::hint(key, &allowed, "remove the key"),
        )
        .allowed = Some(suggest::list(&allowed));
    suggest::nearest(key, &allowed).map(ToOwned::to_owned)
}

fn missing_key(key: &str, properties: &Object, here: &Here<'_>, findings: &mut Findings<'_>) {
    let about = properties
        .get(key)
        .and_then(|p| p.get("description"))
        .and_then(Value::as_str)
        .map(|text| format!(": {}", text.trim_end_matches('.')))
        .unwrap_or_default();
    let is_table = properties
        .get(key)
        .is_some_and(|p| p.get("type").is_some_and(|t| t == "object"));
    let (what, hint) = if here.path.is_empty() && is_table {
        (
            format!("`[{key}]` is missing"),
            format!("add `[{key}]`{about}"),
        )
    } else {
        (
            format!("`{key}` is missing in {}", here.section()),
            format!("add `{key} = ...`{about}"),
        )
    };
    findings.error(&here.span, codes::MISSING_KEY, what, hint);
}

/// Whether the value may stay.
fn value(
    found: &mut Spanned<DeValue<'_>>,
    schema: &Object,
    here: &Here<'_>,
    findings: &mut Findings<'_>,
) -> bool {
    if let Some(kinds) = schema.get("oneOf").and_then(Value::as_array) {
        return tagged(found, kinds, here, findings);
    }
    let branches: Vec<&Object> = match schema.get("anyOf").and_then(Value::as_array) {
        Some(branches) => branches.iter().filter_map(Value::as_object).collect(),
        None => vec![schema],
    };
    let Some(branch) = fitting(found.get_ref(), &branches) else {
        let key = here.path.last().map_or("", String::as_str);
        let section = section_of(here);
        let wanted: Vec<&str> = branches.iter().map(|b| type_word(b)).collect();
        let wanted = wanted.join(" or ");
        findings
            .error(
                &found.span(),
                codes::WRONG_TYPE,
                format!(
                    "`{key}` in {section} must be {wanted}, not {}",
                    written_type(found.get_ref())
                ),
                format!("write {wanted}"),
            )
            .allowed = Some(wanted.clone());
        return false;
    };
    let span = found.span();
    match found.get_mut() {
        DeValue::Table(inside) => {
            table(inside, branch, here, findings);
            true
        }
        DeValue::Array(items) => {
            let Some(item) = branch.get("items").and_then(Value::as_object) else {
                return true;
            };
            // Every item is looked at, so that all that is wrong is told at once.
            let mut fits = true;
            for found in items.iter_mut() {
                fits &= value(found, item, here, findings);
            }
            fits
        }
        DeValue::String(text) => {
            // A label may be empty in the data; no other text may.
            let label = branches
                .iter()
                .any(|b| b.get("type").is_some_and(|t| t == "number"));
            if text.trim().is_empty() && !label {
                let key = here.path.last().map_or("", String::as_str);
                findings.error(
                    &span,
                    codes::WRONG_TYPE,
                    format!("`{key}` in {} is empty", section_of(here)),
                    "write a text, or leave the key out",
                );
                return false;
            }
            word(text, &span, branch, here, findings)
        }
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            in_range(number.ok().map(|n| n as f64), &span, branch, here, findings)
        }
        DeValue::Float(number) => {
            let number = number.as_str().replace('_', "").parse::<f64>();
            in_range(number.ok(), &span, branch, here, findings)
        }
        DeValue::Boolean(_) | DeValue::Datetime(_) => true,
    }
}

/// A table whose `kind` says which keys it has.
fn tagged(
    found: &mut Spanned<DeValue<'_>>,
    kinds: &[Value],
    here: &Here<'_>,
    findings: &mut Findings<'_>,
) -> bool {
    let tag = |kind: &Value| {
        kind.pointer("/properties/kind/const")
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
    };
    let names: Vec<String> = kinds.iter().filter_map(tag).collect();
    let span = found.span();
    let section = here.section();
    let DeValue::Table(inside) = found.get_mut() else {
        findings.error(
            &span,
            codes::WRONG_TYPE,
            format!("{section} must be a table"),
            format!("write {section} on a line of its own and its keys below"),
        );
        return false;
    };
    let Some(kind) = inside.get("kind") else {
        findings
            .error(
                &here.span,
                codes::MISSING_KEY,
                format!("`kind` is missing in {section}"),
                "add `kind = ...`",
            )
            .allowed = Some(suggest::list(&names));
        return false;
    };
    let word: Cow<'_, str> = match kind.get_ref() {
        DeValue::String(text) => text.clone(),
        _ => Cow::Borrowed(""),
    };
    let Some(schema) = kinds
        .iter()
        .find(|k| tag(k).as_deref() == Some(&*word))
        .and_then(Value::as_object)
    else {
        findings
            .error(
                &kind.span(),
                codes::UNKNOWN_WORD,
                format!("`kind` in {section} cannot be `{word}`"),
                suggest::hint(&word, &names, "choose one of the kinds"),
            )
            .allowed = Some(suggest::list(&names));
        return false;
    };
    table(inside, schema, here, findings);
    true
}

/// The branch of the schema that takes a value of this type.
fn fitting<'a>(found: &DeValue<'_>, branches: &[&'a Object]) -> Option<&'a Object> {
    let takes = |branch: &&&Object| {
        let kind = branch.get("type").and_then(Value::as_str);
        match found {
            DeValue::String(_) => kind == Some("string") || branch.contains_key("enum"),
            DeValue::Integer(_) => matches!(kind, Some("integer" | "number")),
            DeValue::Float(_) => kind == Some("number"),
            DeValue::Boolean(_) => kind == Some("boolean"),
            DeValue::Datetime(_) => branch.get("format").is_some_and(|f| f == "date"),
            DeValue::Array(_) => kind == Some("array"),
            DeValue::Table(inside) => {
                // Of two tables, one plain and one of named tables, the content decides.
                let named = !inside.is_empty() && inside.values().all(|v| v.get_ref().is_table());
                let takes_named = !branch.contains_key("properties");
                kind == Some("object")
                    && (branches
                        .iter()
                        .filter(|b| b.get("type") == branch.get("type"))
                        .count()
                        < 2
                        || named == takes_named)
            }
        }
    };
    branches.iter().find(takes).copied()
}

fn word(
    text: &str,
    span: &Range<usize>,
    schema: &Object,
    here: &Here<'_>,
    findings: &mut Findings<'_>,
) -> bool {
    let Some(words) = schema.get("enum").and_then(Value::as_array) else {
        return true;
    };
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    if words.contains(&text) {
        return true;
    }
    let key = here.path.last().map_or("", String::as_str);
    let section = section_of(here);
    if later::word(key, text) {
        findings
            .error(
                span,
                codes::NOT_YET,
                format!("`{key} = \"{text}\"` in {section} is not in this version"),
                format!("choose one of {}", suggest::list(&words)),
            )
            .allowed = Some(suggest::list(&words));
    } else {
        findings
            .error(
                span,
                codes::UNKNOWN_WORD,
                format!("`{key}` in {section} cannot be `{text}`"),
                suggest::hint(text, &words, "choose one of the words"),
            )
            .allowed = Some(suggest::list(&words));
    }
    false
}

fn in_range(
    number: Option<f64>,
    span: &Range<usize>,
    schema: &Object,
    here: &Here<'_>,
    findings: &mut Findings<'_>,
) -> bool {
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let least = limit("minimum");
    let most = limit("maximum");
    let fits = number.is_some_and(|n| {
        n.is_finite() && least.is_none_or(|least| n >= least) && most.is_none_or(|most| n <= most)
    });
    if !fits {
        let key = here.path.last().map_or("", String::as_str);
        let allowed = match (least, most) {
            (Some(least), Some(most)) => format!("from {least} to {most}"),
            (Some(least), None) => format!("{least} or more"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => "a finite number".to_owned(),
        };
        findings
            .error(
                span,
                codes::OUT_OF_RANGE,
                format!("`{key}` in {} is out of range", section_of(here)),
                format!("give a number {allowed}"),
            )
            .allowed = Some(allowed.clone());
    }
    fits
}

fn section_of(here: &Here<'_>) -> String {
    let tables = here.path.len().saturating_sub(1);
    Here {
        path: &here.path[..tables],
        span: 0..0,
    }
    .section()
}

fn type_word(schema: &Object) -> &'static str {
    if schema.contains_key("enum") {
        return "a word";
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") if schema.contains_key("format") => "a date or an ISO week",
        Some("string") => "a text",
        Some("integer") => "a whole number",
        Some("number") => "a number",
        Some("boolean") => "true or false",
        Some("array") => "a list",
        _ => "a table",
    }
}

fn written_type(found: &DeValue<'_>) -> &'static str {
    match found {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with decimals",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
