//! The output folder: written whole beside its place, then renamed, so that what stands there is always one result.

use super::aside::{Aside, sweep};
use super::bundle::{self, BUNDLE_FILE, BUNDLE_TEXT, PROGRAM};
use super::contents::contents;
use super::csv::{self, Dialect};
use super::{MayLeave, codes};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::numeric::parallel;
use crate::study::sites::Site;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// One line per number.
pub(super) const ESTIMATES: &str = "estimates.csv";
/// From what was read to what was used.
pub(super) const ACCOUNTING: &str = "accounting.csv";
/// What each file is.
pub(super) const CONTENTS: &str = "contents.txt";

/// Folder of the figures.
const FIGURES: &str = "figures";

/// What to do with a result that stands there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and say so.
    Keep,
    /// Put the new one in its place (`--force`).
    Replace,
}

/// A file of the folder besides those that always stand there.
pub struct Part<'a> {
    /// Name in the folder: `report.html`, `figures/employment-weekly.svg`.
    pub name: String,
    /// What it is, for `contents.txt`.
    pub about: &'static str,
    /// Makes its bytes, on whatever thread.
    pub make: Box<Make<'a>>,
}

/// What makes the bytes of a file.
pub type Make<'a> = dyn Fn() -> Result<Cow<'a, [u8]>> + Send + Sync + 'a;

impl<'a> Part<'a> {
    /// A file whose bytes `make` makes.
    pub fn new(
        name: impl Into<String>,
        about: &'static str,
        make: impl Fn() -> Result<Cow<'a, [u8]>> + Send + Sync + 'a,
    ) -> Self {
        Self {
            name: name.into(),
            about,
            make: Box::new(make),
        }
    }
}

/// What goes into the folder besides the numbers, and how it is written.
pub struct Extras<'a> {
    /// The text of `bundle.json`: made before, since the report carries it too.
    pub bundle: &'a str,
    /// House whose machine the result leaves: only files of its endings are written at the top.
    pub site: Option<&'a Site>,
    /// The files that were asked for, in the order in which they are listed.
    pub parts: Vec<Part<'a>>,
    /// How `estimates.csv` and `accounting.csv` are written.
    pub tables: Dialect,
    /// Threads that make and write the files.
    pub threads: usize,
    /// Whether somebody wants it to stop; asked before each file.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Timings and facts of the machine, for `internal/run.json`; they stay inside. Asked when all else is written, so
    /// that it can tell how long that took.
    pub run: &'a dyn Fn() -> serde_json::Value,
}

impl Extras<'_> {
    /// Whether a file of this name is written.
    pub(super) fn lets_out(&self, file: &str) -> bool {
        self.site.is_none_or(|site| site.lets_out(file))
    }

    /// The name under which the bundle is written.
    pub(super) fn bundle_name(&self) -> &'static str {
        if self.lets_out(BUNDLE_FILE) {
            BUNDLE_FILE
        } else {
            BUNDLE_TEXT
        }
    }

    /// The files that are always written, where the site lets them out.
    pub(super) fn own(&self) -> Vec<&'static str> {
        let names = [self.bundle_name(), ESTIMATES, ACCOUNTING, CONTENTS];
        names
            .into_iter()
            .filter(|name| self.lets_out(name))
            .collect()
    }
}

/// Asks, before any work is done, whether a result may be written at `target`. What a killed run left beside it is swept.
///
/// # Errors
/// Class [`Class::Write`] when there is no folder for it, something else stands there, or an earlier result stands
/// there and is to be kept.
pub fn may_write(target: &Path, existing: Existing) -> Result<()> {
    let (parent, name) = place(target)?;
    if !parent.is_dir() {
        return refuse(
            codes::NO_PARENT,
            format!("the folder for {} does not exist", shown(target)),
            "make the folder, or choose another place with --out",
        );
    }
    sweep(target, &parent, &name);
    let Ok(found) = fs::metadata(target) else {
        return Ok(());
    };
    if !found.is_dir() || !(is_ours(target) || is_empty(target)) {
        return refuse(
            codes::NOT_OURS,
            format!(
                "{} is not a result of {PROGRAM}, and is not replaced",
                shown(target)
            ),
            "choose another place with --out, or move what stands there",
        );
    }
    if existing == Existing::Keep && !is_empty(target) {
        return refuse(
            codes::EXISTS,
            format!("{} already holds a result", shown(target)),
            "give --force to replace it, or choose another place with --out",
        );
    }
    Ok(())
}

/// Writes the whole output folder at `target`. It appears there complete or not at all; an earlier result stays as it
/// was when anything fails.
///
/// # Errors
/// As [`may_write`], and when a file cannot be made or written, a part has an unusable name, or it is to stop.
pub fn write_folder(
    cleared: &impl MayLeave,
    extras: &Extras<'_>,
    target: &Path,
    existing: Existing,
) -> Result<()> {
    may_write(target, existing)?;
    check_names(&extras.parts)?;
    let (parent, name) = place(target)?;
    let failed = |cause: &io::Error| {
        cannot_write(format!(
            "{} cannot be written ({})",
            shown(target),
            cause.kind()
        ))
    };
    let new = Aside::for_new(&parent, &name).map_err(|e| failed(&e))?;
    let write =
        |path: &str, bytes: &[u8]| write_file(&new.path.join(path), bytes).map_err(|e| failed(&e));
    let parts: Vec<&Part<'_>> = (extras.parts.iter())
        .filter(|part| extras.lets_out(&part.name))
        .collect();
    let drawn = parts.iter().any(|p| p.name.starts_with(FIGURES));
    for folder in ["internal", FIGURES].iter().take(1 + usize::from(drawn)) {
        fs::create_dir(new.path.join(folder)).map_err(|e| failed(&e))?;
    }
    let (bundle, text, tables) = (cleared.bundle(), extras.bundle, extras.tables);
    let list = contents(bundle, extras);
    let (own, stop) = (extras.own(), extras.stop);
    let written = parallel::with_threads(extras.threads, || {
        parallel::map_ordered(own.len() + parts.len(), |i| {
            if stop() {
                return refuse(
                    codes::CANNOT_WRITE,
                    "the writing was interrupted".to_owned(),
                    "run it again",
                );
            }
            match own.get(i).copied() {
                Some(ESTIMATES) => write(ESTIMATES, &csv::estimates_of(bundle, tables)),
                Some(ACCOUNTING) => write(ACCOUNTING, &csv::accounting_of(bundle, tables)),
                Some(CONTENTS) => write(CONTENTS, list.as_bytes()),
                Some(name) => write(name, text.as_bytes()),
                None => {
                    let part = parts[i - own.len()];
                    write(&part.name, &(part.make)()?)
                }
            }
        })
    });
    written.into_iter().collect::<Result<()>>()?;
    let run = format!("{:#}\n", (extras.run)());
    write("internal/run.json", run.as_bytes())?;
    new.take_the_place_of(target, &parent, &name)
        .map_err(|e| failed(&e))
}

/// Writes one file that was asked for by name, such as a report in the other language; aside first, so that a failure
/// leaves what stood there.
///
/// # Errors
/// Class [`Class::Write`] when a file stands there and is to be kept, something else than a file does, or it cannot be
/// written.
pub fn write_bytes(bytes: &[u8], target: &Path, existing: Existing) -> Result<()> {
    let (parent, name) = place(target)?;
    match fs::metadata(target) {
        Ok(found) if !found.is_file() => {
            return refuse(
                codes::NOT_OURS,
                format!("{} is not a file", shown(target)),
                "choose another place with --out",
            );
        }
        Ok(_) if existing == Existing::Keep => {
            return refuse(
                codes::EXISTS,
                format!("{} already stands there", shown(target)),
                "give --force to replace it, or choose another place with --out",
            );
        }
        _ => {}
    }
    sweep(target, &parent, &name);
    let written = Aside::for_new(&parent, &name).and_then(|aside| {
        let file = aside.path.join("file");
        write_file(&file, bytes)?;
        fs::rename(&file, target)
    });
    written.map_err(|cause| {
        cannot_write(format!(
            "{} cannot be written ({})",
            shown(target),
            cause.kind()
        ))
    })
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::File::create_new(path)?.write_all(bytes)
}

fn check_names(parts: &[Part<'_>]) -> Result<()> {
    let own = [
        BUNDLE_FILE,
        BUNDLE_TEXT,
        ESTIMATES,
        ACCOUNTING,
        CONTENTS,
        "internal",
        "figures",
    ];
    let mut seen: BTreeSet<String> = own.map(str::to_owned).into();
    for part in parts {
        let name = part.name.strip_prefix("figures/").unwrap_or(&part.name);
        let plain = !name.is_empty()
            && !name.starts_with('.')
            && !name.contains(|c: char| {
                matches!(c, '/' | '\\' | ':' | '"' | '<' | '>' | '|' | '?' | '*') || c.is_control()
            });
        if !plain || !seen.insert(part.name.to_lowercase()) {
            return refuse(
                codes::BAD_NAME,
                format!(
                    "a figure cannot be called `{name}`: names are plain file names, each used once"
                ),
                "rename the outcome or analysis it is named after",
            );
        }
    }
    Ok(())
}

/// The folder in which the target stands, and the target's own name.
fn place(target: &Path) -> Result<(PathBuf, OsString)> {
    let Some(name) = target.file_name() else {
        return refuse(
            codes::NO_PARENT,
            "the output path has no name of its own".to_owned(),
            "choose another place with --out",
        );
    };
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    Ok((parent, name.to_owned()))
}

fn is_ours(folder: &Path) -> bool {
    let text = fs::read_to_string(bundle::in_folder(folder));
    text.is_ok_and(|text| bundle::is_ours(text.trim_start_matches('\u{feff}')))
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn shown(path: &Path) -> String {
    path.file_name().map_or_else(
        || "the folder given".to_owned(),
        |n| format!("`{}`", n.to_string_lossy()),
    )
}

fn cannot_write(message: String) -> Error {
    let hint = "make room or give write access, or choose another place with --out";
    Error::one(
        Class::Write,
        Diagnostic::error(codes::CANNOT_WRITE, message, hint),
    )
}

/// The error of a file that cannot be encoded: `what` names it.
pub(crate) fn cannot_make(what: &str) -> Error {
    let hint = "shorten very long labels, and report this message";
    let message = format!("{what} cannot be made");
    Error::one(
        Class::Write,
        Diagnostic::error(codes::CANNOT_MAKE, message, hint),
    )
}

fn refuse<T>(code: &'static str, message: String, hint: &str) -> Result<T> {
    Err(Error::one(
        Class::Write,
        Diagnostic::error(code, message, hint),
    ))
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
