//! From a study file to a checked study.

use super::check::{self, Declared, Overrides, Pass};
use super::defaults::Defaults;
use super::findings::Findings;
use super::model::{PersonsFile, Randomisation, Study};
use super::paths::{OutsideRule, Roots};
use super::raw::RawStudy;
use super::source::Source;
use super::{codes, reshape, schema, shape, slips};
use crate::error::{Class, Diagnostic, Error, Result, cpr_like};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Most bytes of a study file.
const LARGEST: usize = 4 << 20;
/// Most characters of a text in it: names and titles stand in figures and in headings.
const LONGEST: usize = 1000;

/// What the caller decides about reading a study.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Folders of data by name (`--data NAME=DIR`); the one named "" stands for the study's folder.
    pub roots: Vec<(String, PathBuf)>,
    /// What to do with links that lead out of their folder.
    pub allow_outside: OutsideRule,
    /// Replicates instead of those of the file.
    pub replicates: Option<u32>,
    /// Permutations instead of those of the file.
    pub permutations: Option<u32>,
    /// Seed instead of that of the file.
    pub seed: Option<u64>,
}

/// A study that can be run.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The study.
    pub study: Study,
    /// Warnings and notes; no errors.
    pub findings: Vec<Diagnostic>,
    /// Every default that was used, as TOML to paste.
    pub defaults: String,
    /// Data files, as written, that lie outside their folder (only with [`OutsideRule::Allow`]).
    pub outside: Vec<String>,
}

/// What a draw needs of a study: the rest may be written later.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Name of the study; may be empty.
    pub name: String,
    /// Arms, the control first.
    pub arms: Vec<String>,
    /// The list of persons; the column of the arm need not be there yet, and is `arm` when the study does not say.
    pub persons: PersonsFile,
    /// How they are dealt.
    pub randomisation: Randomisation,
    /// The published seed.
    pub seed: u64,
}

/// Reads and checks a study file; data files are looked for but not opened.
///
/// # Errors
/// Everything that is wrong with the study, in one pass, as class [`Class::Study`].
pub fn read(path: &Path, options: &ReadOptions) -> Result<Checked> {
    let (source, folder) = open(path)?;
    read_text(&source, &folder, options)
}

/// Reads what a draw needs of a study file: `[arms]`, `[persons]`, `[randomisation]`. Keys are checked everywhere, but
/// registers and outcomes need not be there yet.
///
/// # Errors
/// As [`read`], and when there is no `[randomisation]` with a seed.
pub fn read_draft(path: &Path, options: &ReadOptions) -> Result<Draft> {
    let (source, folder) = open(path)?;
    let mut schema = schema::schema();
    for place in ["/required", "/properties/study/required"] {
        if let Some(serde_json::Value::Array(keys)) = schema.pointer_mut(place) {
            keys.retain(|key| {
                !["outcomes", "horizon", "name"].contains(&key.as_str().unwrap_or(""))
            });
        }
    }
    if let Some(serde_json::Value::Array(keys)) = schema.pointer_mut("/properties/persons/required")
    {
        keys.retain(|key| key != "arm");
    }
    let (raw, _, findings) = raw(&source, &schema)?;
    let mut pass = pass(findings, &folder, options);
    match check::draft(raw, &mut pass) {
        Some(draft) if !pass.findings.failed() => Ok(draft),
        _ => Err(refused(pass.findings.list)),
    }
}

/// The text of a study file, and its folder.
fn open(path: &Path) -> Result<(Source, PathBuf)> {
    let name = path.file_name().map_or_else(
        || "the study".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let bytes = std::fs::read(path).map_err(|error| {
        if let Some((code, message, hint)) = slips::second_ending(path) {
            return Error::one(Class::Study, Diagnostic::error(code, message, hint));
        }
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file",
            std::io::ErrorKind::PermissionDenied => "permission denied",
            _ => "it is not a file that can be read",
        };
        let diagnostic = Diagnostic::error(
            codes::UNREADABLE,
            format!("{name} cannot be read: {why}"),
            "check the name of the study file",
        );
        Error::one(Class::Study, diagnostic)
    })?;
    if bytes.len() > LARGEST {
        let diagnostic = Diagnostic::error(
            codes::UNREADABLE,
            format!("{name} is larger than any study file"),
            "check that this is the study file",
        );
        return Err(Error::one(Class::Study, diagnostic));
    }
    if let Some(error) = slips::utf16(&bytes, &name) {
        return Err(error);
    }
    let Ok(text) = String::from_utf8(bytes) else {
        let diagnostic = Diagnostic::error(
            codes::UNREADABLE,
            format!("{name} is not UTF-8 text"),
            "save the study file as UTF-8",
        );
        return Err(Error::one(Class::Study, diagnostic));
    };
    // Editors on Windows put a mark first, which is no part of TOML.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    Ok((Source { name, text }, folder))
}

/// From text to what is written, as far as it has the right form.
fn raw<'a>(
    source: &'a Source,
    schema: &serde_json::Value,
) -> Result<(RawStudy, Declared, Findings<'a>)> {
    let mut findings = Findings::new(source);
    refuse_cpr(source, &mut findings);
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    for broken in slips::of_toml(&source.text, &errors, "mend this line") {
        let message = match broken.code {
            Some(_) => broken.message,
            None => format!("not valid TOML: {}", broken.message),
        };
        let code = broken.code.unwrap_or(codes::NOT_TOML);
        findings.error(&broken.span, code, message, broken.hint);
    }
    if findings.failed() {
        return Err(refused(findings.list));
    }
    let mut document = document.into_inner();
    refuse_long_texts(&document, &mut findings);
    let declared = declared(&document);
    shape::check(&mut document, schema, &mut findings);
    reshape::reshape(&mut document);
    let whole = serde_spanned::Spanned::new(0..source.text.len(), document);
    let raw = match RawStudy::deserialize(toml::de::Deserializer::from(whole)) {
        Ok(raw) => raw,
        Err(error) => {
            findings.error(
                &error.span().unwrap_or(0..0),
                codes::WRONG_TYPE,
                first_line(error.message()),
                "see `rettevej schema study`",
            );
            return Err(refused(findings.list));
        }
    };
    Ok((raw, declared, findings))
}

fn pass<'a>(findings: Findings<'a>, folder: &'a Path, options: &'a ReadOptions) -> Pass<'a> {
    Pass {
        findings,
        defaults: Defaults::default(),
        roots: Roots {
            folder,
            named: &options.roots,
            rule: options.allow_outside,
            outside: Vec::new(),
        },
    }
}

fn read_text(source: &Source, folder: &Path, options: &ReadOptions) -> Result<Checked> {
    let (raw, declared, findings) = raw(source, &schema::schema())?;
    let mut pass = pass(findings, folder, options);
    let overrides = Overrides {
        replicates: options.replicates,
        permutations: options.permutations,
        seed: options.seed,
    };
    let mut study = check::check(raw, &declared, overrides, &mut pass);
    let failed = pass.findings.failed();
    let mut list = pass.findings.list;
    list.sort_by_key(|d| match &d.place {
        crate::error::Place::Study { span, .. } => *span,
        _ => (0, 0),
    });
    if failed {
        return Err(refused(list));
    }
    folder.clone_into(&mut study.folder);
    Ok(Checked {
        study,
        findings: list,
        defaults: pass.defaults.to_toml(),
        outside: pass.roots.outside,
    })
}

/// Refuses texts that no figure and no heading can hold.
fn refuse_long_texts(table: &DeTable<'_>, findings: &mut Findings<'_>) {
    for value in table.values() {
        refuse_long(value, findings);
    }
}

fn refuse_long(value: &serde_spanned::Spanned<DeValue<'_>>, findings: &mut Findings<'_>) {
    match value.get_ref() {
        DeValue::String(text) if text.chars().count() > LONGEST => {
            let message = format!("a text of more than {LONGEST} characters");
            findings.error(&value.span(), codes::OUT_OF_RANGE, message, "shorten it");
        }
        DeValue::Array(list) => list.iter().for_each(|one| refuse_long(one, findings)),
        DeValue::Table(table) => refuse_long_texts(table, findings),
        _ => {}
    }
}

/// The study stands in every result as it is written, so that no person may be named in it.
fn refuse_cpr(source: &Source, findings: &mut Findings) {
    for found in cpr_like(&source.text) {
        let before = source.text[..found.start].trim_end();
        // A number, such as a seed, is no identifier.
        let is_value = found.len() == 10 && before.ends_with(['=', '[', ',']);
        if !is_value {
            findings.error(
                &found,
                codes::HOLDS_CPR,
                "this looks like a CPR number, and the study file stands in every result as it is written",
                "remove it",
            );
        }
    }
}

fn refused(diagnostics: Vec<Diagnostic>) -> Error {
    Error {
        class: Class::Study,
        diagnostics,
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

/// Names of outcomes and tables as written, before anything is taken out.
fn declared(document: &DeTable<'_>) -> Declared {
    let names = |key: &str| -> Vec<(String, bool)> {
        match document.get(key).map(serde_spanned::Spanned::get_ref) {
            Some(DeValue::Table(table)) => {
                let mut names: Vec<_> = table.iter().collect();
                names.sort_by_key(|(name, _)| name.span().start);
                names
                    .into_iter()
                    .map(|(name, value)| (name.get_ref().to_string(), value.get_ref().is_table()))
                    .collect()
            }
            _ => Vec::new(),
        }
    };
    let spells = names("spells");
    let plain = document.contains_key("spells") && spells.iter().any(|(_, table)| !table);
    Declared {
        outcomes: names("outcomes")
            .into_iter()
            .map(|(name, _)| name)
            .collect(),
        tables: if plain || (document.contains_key("spells") && spells.is_empty()) {
            vec![reshape::PLAIN.to_owned()]
        } else {
            spells.into_iter().map(|(name, _)| name).collect()
        },
    }
}
