//! The output folder: written whole beside its place, then renamed, so that what stands there is always one result.

use super::bundle::{Bundle, PROGRAM};
use super::{MayLeave, codes, csv, parquet};
use crate::error::{Class, Diagnostic, Error, Result};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;
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
    check_names(extras.figures)?;
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
    write_file(&folder.join("estimates.csv"), &csv::estimates(cleared))?;
    write_file(&folder.join("estimates.parquet"), table)?;
    write_file(&folder.join("accounting.csv"), &csv::accounting(cleared))?;
    if !extras.figures.is_empty() {
        fs::create_dir(folder.join("figures"))?;
        for (name, text) in extras.figures {
            write_file(&folder.join("figures").join(name), text.as_bytes())?;
        }
    }
    write_file(
        &folder.join("contents.txt"),
        contents(bundle, extras.figures).as_bytes(),
    )?;
    fs::create_dir(folder.join("internal"))?;
    let run = serde_json::to_string_pretty(&(extras.run)())? + "\n";
    write_file(&folder.join("internal").join("run.json"), run.as_bytes())
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

/// What each file is, and the smallest number of persons behind a number in it.
fn contents(bundle: &Bundle, figures: &[(String, String)]) -> String {
    let n = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let smallest = n(bundle.smallest_n());
    let counted = n((bundle.accounting.iter())
        .filter(|l| l.count > 0)
        .map(|l| l.count)
        .min());
    let mut text = format!(
        "{}: result of {PROGRAM} {}\n",
        bundle.study.name, bundle.version
    );
    if let Some(mark) = bundle.disclosure.mark() {
        let _ = writeln!(
            text,
            "{}: the study asks for at least {} in a cell, and no gate has enforced it",
            mark.to_uppercase(),
            bundle.study.min_cell
        );
    }
    if bundle.study.synthetic {
        text.push_str("SYNTHETIC DATA\n");
    }
    text.push_str("\nMay leave, when cleared (smallest n = fewest persons behind a number, or fewest counted):\n");
    let widest = figures.iter().map(|(name, _)| name.chars().count() + 8);
    let width = widest.max().unwrap_or(0).max(17);
    let mut line = |file: &str, n: &str, what: &str| {
        let _ = writeln!(text, "  {file:<width$}  smallest n {n:>6}  {what}");
    };
    line(
        "bundle.json",
        &smallest,
        "everything below in one file, for show, report and check",
    );
    line("estimates.csv", &smallest, "one line per number");
    line("estimates.parquet", &smallest, "the same, typed");
    line(
        "accounting.csv",
        &counted,
        "from what was read to what was used",
    );
    for (name, _) in figures {
        line(
            &format!("figures/{name}"),
            &smallest,
            "figure, drawn from the estimates",
        );
    }
    line("contents.txt", "-", "this list");
    text.push_str("\nStays inside:\n");
    text.push_str("  internal/run.json  timings, threads, facts of the machine\n");
    text
}

fn check_names(figures: &[(String, String)]) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (name, _) in figures {
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

fn refuse<T>(code: &'static str, message: String, hint: &str) -> Result<T> {
    Err(Error::one(
        Class::Write,
        Diagnostic::error(code, message, hint),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample::{self, Passed};

    fn write(target: &Path, existing: Existing, figures: &[&str]) -> Result<()> {
        let figures: Vec<(String, String)> = figures
            .iter()
            .map(|n| ((*n).to_owned(), "<svg/>".to_owned()))
            .collect();
        let run = || serde_json::json!({ "threads": 2 });
        let extras = Extras {
            figures: &figures,
            run: &run,
        };
        write_folder(&Passed(sample::bundle(false)), &extras, target, existing)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    fn code(result: Result<()>) -> &'static str {
        let error = result.expect_err("this is refused");
        assert_eq!(error.class, Class::Write);
        error.diagnostics[0].code
    }

    #[test]
    fn the_folder_holds_everything_and_lists_it() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let target = root.path().join("result");
        write(&target, Existing::Keep, &["a.svg"]).expect("written");
        assert_eq!(
            names(&target),
            [
                "accounting.csv",
                "bundle.json",
                "contents.txt",
                "estimates.csv",
                "estimates.parquet",
                "figures",
                "internal"
            ]
        );
        assert_eq!(names(root.path()), ["result"]);
        let contents = fs::read_to_string(target.join("contents.txt")).expect("text");
        for name in [
            "figures/a.svg",
            "NOT CLEARED FOR RELEASE",
            "SYNTHETIC DATA",
            "smallest n     17",
        ] {
            assert!(contents.contains(name), "{name} in {contents}");
        }
        assert_eq!(Bundle::open(&target).expect("opens").rows().len(), 20);
    }

    #[test]
    fn two_runs_give_the_same_bytes_of_all_that_may_leave() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (one, two) = (root.path().join("one"), root.path().join("two"));
        write(&one, Existing::Keep, &["a.svg"]).expect("written");
        write(&two, Existing::Keep, &["a.svg"]).expect("written");
        for name in [
            "bundle.json",
            "estimates.csv",
            "estimates.parquet",
            "accounting.csv",
            "contents.txt",
        ] {
            let bytes = |folder: &Path| fs::read(folder.join(name)).expect("a file");
            assert!(bytes(&one) == bytes(&two), "{name}");
        }
    }

    #[test]
    fn an_earlier_result_is_replaced_only_when_asked() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let target = root.path().join("result");
        write(&target, Existing::Keep, &["old.svg"]).expect("written");
        assert_eq!(code(write(&target, Existing::Keep, &["new.svg"])), "RV0703");
        assert_eq!(names(&target.join("figures")), ["old.svg"]);
        write(&target, Existing::Replace, &["new.svg"]).expect("replaced");
        assert_eq!(names(&target.join("figures")), ["new.svg"]);
        assert_eq!(names(root.path()), ["result"]);
    }

    #[test]
    fn what_is_not_ours_is_never_replaced() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let target = root.path().join("thesis");
        fs::create_dir(&target).expect("made");
        write(&target, Existing::Keep, &[]).expect("an empty folder is free to use");
        fs::write(target.join("bundle.json"), "{}").expect("written");
        assert_eq!(code(write(&target, Existing::Replace, &[])), "RV0702");
        let file = root.path().join("file");
        fs::write(&file, "").expect("written");
        assert_eq!(code(write(&file, Existing::Replace, &[])), "RV0702");
    }

    #[test]
    fn a_failed_write_leaves_nothing_and_touches_nothing() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let target = root.path().join("result");
        assert_eq!(
            code(write(&root.path().join("no/result"), Existing::Keep, &[])),
            "RV0701"
        );
        write(&target, Existing::Keep, &["old.svg"]).expect("written");
        for figures in [["a.svg", "A.svg"], ["../a.svg", "b.svg"]] {
            assert_eq!(code(write(&target, Existing::Replace, &figures)), "RV0705");
        }
        // A name too long for the file system fails after most files have been written aside.
        let long = "x".repeat(300);
        assert_eq!(
            code(write(&target, Existing::Replace, &["a.svg", &long])),
            "RV0704"
        );
        assert_eq!(names(&target.join("figures")), ["old.svg"]);
        assert_eq!(names(root.path()), ["result"]);
    }
}
