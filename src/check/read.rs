//! From the text of a claims file to checked claims: all that is wrong is found in one pass, each with its place.

use super::claims::{Claim, Claims, RowClaim, Source, Value};
use super::codes;
use super::read_arithmetic::KINDS;
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::results::{ColumnKind, column_kind};
use crate::study::slips;
use crate::study::suggest::distance;
use serde::de::DeserializeOwned;
use serde_spanned::Spanned;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue, ValueDeserializer};

const SOURCE_KEYS: &[&str] = &["title", "year", "trial_hash"];
const ROW_KEYS: &[&str] = &[
    "id",
    "where",
    "text",
    "kind",
    "value",
    "rounded",
    "tolerance",
    "mc",
    "estimand",
    "outcome",
    "arm",
    "reference",
    "week",
    "item",
    "subgroup",
    "level",
    "analysis",
    "column",
];
pub(super) const SCHEMA_HINT: &str = "see `rettevej schema claims` for the keys";

pub(super) fn open(path: &Path) -> Result<Claims> {
    let (text, shown) = text_of(path)?;
    parse(&text, &shown)
}

/// The text of a claims file, and the name it has in messages.
///
/// # Errors
/// Class `Study`, when it cannot be read.
pub fn text_of(path: &Path) -> Result<(String, String)> {
    let shown = path.file_name().map_or_else(
        || "the claims file".to_owned(),
        |n| n.to_string_lossy().into_owned(),
    );
    let text = std::fs::read_to_string(path).map_err(|cause| {
        let message = format!("{shown} cannot be read ({})", cause.kind());
        let hint = "check the name that is given";
        Error::one(
            Class::Study,
            Diagnostic::error(codes::NO_FILE, message, hint),
        )
    })?;
    Ok((text, shown))
}

pub(super) fn parse(text: &str, shown: &str) -> Result<Claims> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        text,
        shown,
        findings: Vec::new(),
    };
    let claims = reader.file();
    if reader.findings.is_empty() {
        Ok(claims)
    } else {
        Err(Error {
            class: Class::Study,
            diagnostics: reader.findings,
        })
    }
}

pub(super) struct Reader<'a> {
    text: &'a str,
    shown: &'a str,
    findings: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn file(&mut self) -> Claims {
        let mut claims = Claims {
            source: Source::default(),
            claims: Vec::new(),
            places: Vec::new(),
        };
        let (root, broken) = DeTable::parse_recoverable(self.text);
        if !broken.is_empty() {
            let hint = "mend the line; numbers have a decimal point";
            for wrong in slips::of_toml(self.text, &broken, hint) {
                let code = wrong.code.unwrap_or(codes::NOT_TOML);
                self.find(code, &wrong.message, &wrong.span, wrong.hint);
            }
            return claims;
        }
        let whole = root.span();
        self.known(root.get_ref(), &["source", "claim"], "the file");
        for (key, value) in root.get_ref() {
            match key.get_ref().as_ref() {
                "source" => claims.source = self.source(value),
                "claim" => self.list(value, &mut claims),
                _ => {}
            }
        }
        if claims.claims.is_empty() && self.findings.is_empty() {
            self.find(
                codes::BAD_VALUE,
                "no [[claim]] in the file",
                &whole,
                "add a [[claim]] with id, value and estimand",
            );
        }
        self.one_each(&claims);
        claims
    }

    fn source(&mut self, value: &Spanned<DeValue<'_>>) -> Source {
        if let Some(table) = value.get_ref().as_table()
            && !self.known(table, SOURCE_KEYS, "[source]")
        {
            return Source::default();
        }
        self.typed(value).unwrap_or_default()
    }

    fn list(&mut self, value: &Spanned<DeValue<'_>>, claims: &mut Claims) {
        let Some(list) = value.get_ref().as_array() else {
            self.find(
                codes::BAD_VALUE,
                "`claim` is not a list of tables",
                &value.span(),
                "write each claim under [[claim]]",
            );
            return;
        };
        for entry in list {
            if let Some(claim) = self.claim(entry) {
                claims.claims.push(claim);
                claims.places.push(self.place(&entry.span()));
            }
        }
    }

    fn claim(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<Claim> {
        let Some(table) = entry.get_ref().as_table() else {
            self.find(
                codes::BAD_VALUE,
                "a claim is not a table",
                &entry.span(),
                "write each claim under [[claim]]",
            );
            return None;
        };
        let kind = table.get("kind");
        match kind.map_or(Some("row"), |k| k.get_ref().as_str()) {
            Some("row") => {
                let claim: RowClaim = self
                    .known(table, ROW_KEYS, "a claim about a row")
                    .then(|| self.typed(entry))??;
                self.check_row(&claim, &entry.span());
                Some(Claim::Row(Box::new(claim)))
            }
            Some(kind) if KINDS.contains(&kind) => self.arithmetic(kind, entry),
            other => {
                let span = kind.map_or(entry.span(), Spanned::span);
                let message = match other {
                    Some(word) => format!("unknown kind `{word}` of claim"),
                    None => "the kind of a claim is not a text".to_owned(),
                };
                let hint = suggest(other.unwrap_or_default(), KINDS)
                    .unwrap_or_else(|| "leave `kind` out for a claim about a row".to_owned());
                self.find(codes::BAD_VALUE, &message, &span, &hint);
                None
            }
        }
    }

    fn check_row(&mut self, claim: &RowClaim, span: &Range<usize>) {
        let id = &claim.id;
        let column = claim.column.as_deref().unwrap_or("estimate");
        let numeric = matches!(
            column_kind(column),
            Some(ColumnKind::Number | ColumnKind::Integer)
        );
        if column != "significant" && !numeric {
            let columns: Vec<&str> = crate::results::row::COLUMNS
                .into_iter()
                .filter(|c| column_kind(c) != Some(ColumnKind::Text))
                .chain(["significant"])
                .collect();
            let hint = suggest(column, &columns).unwrap_or_else(|| {
                "give a numeric column of estimates, or `significant`".to_owned()
            });
            self.bad(
                id,
                &format!("has no numeric column `{column}`"),
                span,
                &hint,
            );
        }
        match (claim.value, column) {
            (Value::Number(_), "significant") => {
                self.bad(
                    id,
                    "is about `significant` but its value is a number",
                    span,
                    "write value = true or value = false",
                );
            }
            (Value::Truth(_), c) if c != "significant" => {
                self.bad(
                    id,
                    "has a truth value for a numeric column",
                    span,
                    "give a number, or column = \"significant\"",
                );
            }
            (Value::Number(v), _) if !v.is_finite() => {
                self.bad(
                    id,
                    "has a value that is not finite",
                    span,
                    "give the number as published",
                );
            }
            _ => {}
        }
        if claim.rounded.is_some() && claim.tolerance.is_some() {
            self.bad(
                id,
                "has both rounded and tolerance",
                span,
                "keep one of them",
            );
        }
        if claim.rounded.is_some_and(|r| !(-9..=15).contains(&r)) {
            self.bad(
                id,
                "has rounded outside -9 to 15",
                span,
                "give the number of decimals as printed",
            );
        }
        for (key, number) in [("tolerance", claim.tolerance), ("mc", claim.mc)] {
            if number.is_some_and(|t| !t.is_finite() || t < 0.0) {
                self.bad(
                    id,
                    &format!("has a {key} that is negative or not finite"),
                    span,
                    "give a number of at least 0",
                );
            }
        }
    }

    fn one_each(&mut self, claims: &Claims) {
        let mut seen = BTreeSet::new();
        for (claim, place) in claims.claims.iter().zip(&claims.places) {
            if !seen.insert(claim.id()) {
                let message = format!("two claims are called `{}`", claim.id());
                let finding = Diagnostic::error(codes::SAME_ID, message, "rename one of them");
                self.findings.push(finding.at(place.clone()));
            }
        }
    }

    /// Whether every key is known; finds each that is not.
    pub(super) fn known(&mut self, table: &DeTable<'_>, keys: &[&str], owner: &str) -> bool {
        let before = self.findings.len();
        for (key, _) in table {
            let name = key.get_ref().as_ref();
            if !keys.contains(&name) {
                let hint = suggest(name, keys).unwrap_or_else(|| SCHEMA_HINT.to_owned());
                self.find(
                    codes::UNKNOWN_KEY,
                    &format!("{owner} has no key `{name}`"),
                    &key.span(),
                    &hint,
                );
            }
        }
        self.findings.len() == before
    }

    pub(super) fn typed<T: DeserializeOwned>(&mut self, value: &Spanned<DeValue<'_>>) -> Option<T> {
        T::deserialize(ValueDeserializer::from(value.clone()))
            .map_err(|error| {
                let span = error.span().unwrap_or_else(|| value.span());
                self.find(codes::BAD_VALUE, error.message(), &span, SCHEMA_HINT);
            })
            .ok()
    }

    pub(super) fn bad(&mut self, id: &str, what: &str, span: &Range<usize>, hint: &str) {
        self.find(
            codes::BAD_VALUE,
            &format!("claim `{id}` {what}"),
            span,
            hint,
        );
    }

    pub(super) fn find(
        &mut self,
        code: &'static str,
        message: &str,
        span: &Range<usize>,
        hint: &str,
    ) {
        let finding = Diagnostic::error(code, message.trim(), hint).at(self.place(span));
        self.findings.push(finding);
    }

    /// How many findings there are so far.
    pub(super) fn count(&self) -> usize {
        self.findings.len()
    }

    fn place(&self, span: &Range<usize>) -> Place {
        let start = span.start.min(self.text.len());
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Place::Study {
            file: self.shown.to_owned(),
            span: (span.start, span.end),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

fn suggest(word: &str, known: &[&str]) -> Option<String> {
    nearest(word, known.iter().copied()).map(|near| format!("write `{near}`"))
}

/// The known word nearest to one that is not known, if any is near.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| {
            (
                distance(&word.to_lowercase(), &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(d, candidate)| *d <= 1 + candidate.chars().count() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}
