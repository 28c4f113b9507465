//! The output folder: written whole beside its place, then renamed, so that what stands there is always one result.

use super::bundle::PROGRAM;
use super::contents::contents;
use super::csv::{self, Dialect};
use super::{MayLeave, codes, parquet};
use crate::error::{Class, Diagnostic, Error, Result};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What to do with a result that stands there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and say so.
    Keep,
    /// Put the new one in its place (`--force`).
    Replace,
}

/// What goes into the folder besides the numbers.
#[derive(Clone, Copy)]
pub struct Extras<'a> {
    /// Figures: file name such as `employment-weekly.svg`, and its text.
    pub figures: &'a [(String, String)],
    /// Pictures of them: file name such as `employment-weekly.png`, and its bytes.
    pub pictures: &'a [(String, Vec<u8>)],
    /// The workbook: `estimates.xlsx`.
    pub workbook: &'a [u8],
    /// How `estimates.csv` and `accounting.csv` are written.
    pub tables: Dialect,
    /// The report as a page that carries the bundle: `report.html`.
    pub report: &'a [u8],
    /// Timings and facts of the machine, for `internal/run.json`; they stay inside. Asked when all else is written, so
    /// that it can tell how long that took.
    pub run: &'a dyn Fn() -> serde_json::Value,
}

/// Asks, before any work is done, whether a result may be written at `target`.
///
/// # Errors
/// Class [`Class::Write`] when there is no folder for it, something else stands there, or an earlier result stands
/// there and is to be kept.
pub fn may_write(target: &Path, existing: Existing) -> Result<()> {
    let (parent, _) = place(target)?;
    if !parent.is_dir() {
        return refuse(
            codes::NO_PARENT,
            format!("the folder for {} does not exist", shown(target)),
            "make the folder, or choose another place with --out",
        );
    }
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
/// As [`may_write`], and when a file cannot be written or a figure has an unusable name.
pub fn write_folder(
    cleared: &impl MayLeave,
    extras: &Extras<'_>,
    target: &Path,
    existing: Existing,
) -> Result<()> {
    may_write(target, existing)?;
    check_names(extras)?;
    let (parent, name) = place(target)?;
    let failed = |cause: &io::Error| {
        cannot_write(format!(
            "{} cannot be written ({})",
            shown(target),
            cause.kind()
        ))
    };
    let new = Aside::make(&parent, &name, "part").map_err(|e| failed(&e))?;
    let table = parquet::estimates(cleared)
        .map_err(|cause| cannot_write(format!("the Parquet table cannot be encoded: {cause}")))?;
    fill(&new.path, cleared, extras, &table).map_err(|e| failed(&e))?;
    exchange(new, target, &parent, &name).map_err(|e| failed(&e))
}

fn fill(
    folder: &Path,
    cleared: &impl MayLeave,
    extras: &Extras<'_>,
    table: &[u8],
) -> io::Result<()> {
    let bundle = cleared.bundle();
    write_file(&folder.join("bundle.json"), bundle.to_json().as_bytes())?;
    let estimates = csv::estimates(cleared, extras.tables);
    write_file(&folder.join("estimates.csv"), &estimates)?;
    write_file(&folder.join("estimates.parquet"), table)?;
    write_file(&folder.join("estimates.xlsx"), extras.workbook)?;
    let accounting = csv::accounting(cleared, extras.tables);
    write_file(&folder.join("accounting.csv"), &accounting)?;
    if !extras.figures.is_empty() {
        let figures = folder.join("figures");
        fs::create_dir(&figures)?;
        for (name, text) in extras.figures {
            write_file(&figures.join(name), text.as_bytes())?;
        }
        for (name, bytes) in extras.pictures {
            write_file(&figures.join(name), bytes)?;
        }
    }
    write_file(&folder.join("report.html"), extras.report)?;
    write_file(
        &folder.join("contents.txt"),
        contents(bundle, extras).as_bytes(),
    )?;
    fs::create_dir(folder.join("internal"))?;
    let run = serde_json::to_string_pretty(&(extras.run)())? + "\n";
    write_file(&folder.join("internal").join("run.json"), run.as_bytes())
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
    let written = Aside::make(&parent, &name, "part").and_then(|aside| {
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

/// Puts the new folder in its place: the old one steps aside, and back again if the new one cannot come.
fn exchange(new: Aside, target: &Path, parent: &Path, name: &OsString) -> io::Result<()> {
    if fs::symlink_metadata(target).is_err() {
        return new.become_(target);
    }
    let old = Aside::make(parent, name, "old")?;
    let kept = old.path.join("result");
    fs::rename(target, &kept)?;
    match new.become_(target) {
        Ok(()) => Ok(()),
        Err(cause) => {
            if fs::rename(&kept, target).is_err() {
                // The old result is safer under its side name than deleted.
                old.keep();
            }
            Err(cause)
        }
    }
}

/// A folder beside the target, removed when it goes out of scope.
struct Aside {
    path: PathBuf,
    remove: bool,
}

impl Aside {
    fn make(parent: &Path, name: &OsString, what: &str) -> io::Result<Self> {
        for attempt in 0..100_u32 {
            let mut side = OsString::from(".");
            side.push(name);
            side.push(format!(".{what}-{}-{attempt}", std::process::id()));
            let path = parent.join(side);
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path, remove: true }),
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                Err(cause) => return Err(cause),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn become_(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.remove = false;
        Ok(())
    }

    fn keep(mut self) {
        self.remove = false;
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if self.remove {
            // Nothing more can be done about a folder that cannot be removed; its name tells what it is.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn check_names(extras: &Extras<'_>) -> Result<()> {
    let mut seen = BTreeSet::new();
    let figures = extras.figures.iter().map(|(name, _)| name);
    for name in figures.chain(extras.pictures.iter().map(|(name, _)| name)) {
        let plain = !name.is_empty()
            && !name.starts_with('.')
            && !name.contains(|c: char| {
                matches!(c, '/' | '\\' | ':' | '"' | '<' | '>' | '|' | '?' | '*') || c.is_control()
            });
        if !plain || !seen.insert(name.to_lowercase()) {
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
    fs::read_to_string(folder.join("bundle.json")).is_ok_and(|text| super::bundle::is_ours(&text))
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
