//! `check`: published claims against a result, or a claims file written from one.

use super::rooms::{self, Format};
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::check::guard::Rewritten;
use crate::error::Class;
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// A result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    what: What,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "text", conflicts_with = "write")]
    format: Format,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The claims file
    #[arg(long, value_name = "CLAIMS")]
    against: Option<PathBuf>,
    /// Put the values of the result in this claims file and say what changed; write a new one where there is none
    #[arg(long, value_name = "CLAIMS")]
    write: Option<PathBuf>,
}

pub(super) fn check(arguments: &CheckArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    if let Some(target) = &arguments.what.write {
        return write(&arguments.bundle, target, terminal);
    }
    let Some(against) = &arguments.what.against else {
        return Err(Stop::usage("no claims are given", "add `--against CLAIMS`"));
    };
    let (report, holds) =
        rooms::check(&arguments.bundle, against, arguments.format).map_err(Stop::at(against))?;
    terminal.out(&report)?;
    Ok(if holds {
        Exit::Fine
    } else {
        Exit::But(Class::Differs)
    })
}

fn write(bundle: &Path, target: &Path, terminal: &Terminal) -> Result<Exit, Stop> {
    let done = rooms::write_claims(bundle, target).map_err(Stop::at(target))?;
    terminal.out(&text(&done))?;
    if !done.changes.is_empty() {
        let name = target.file_name().unwrap_or(target.as_os_str());
        terminal.say(&format!("written: {}", name.to_string_lossy()));
    }
    Ok(if done.left.is_empty() {
        Exit::Fine
    } else {
        Exit::But(Class::Differs)
    })
}

fn text(done: &Rewritten) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for change in &done.changes {
        let id = if change.id.is_empty() {
            "[source]"
        } else {
            &change.id
        };
        let _ = match change.before.as_str() {
            "" => writeln!(text, "{id}: {}", change.after),
            before => writeln!(text, "{id}: {} {before} -> {}", change.key, change.after),
        };
    }
    for (id, verdict) in &done.left {
        let _ = writeln!(text, "! {id}: {verdict}, and not written");
    }
    let claims = |n: usize| format!("{n} claim{}", if n == 1 { "" } else { "s" });
    let mut changed: Vec<&str> = done.changes.iter().map(|c| c.id.as_str()).collect();
    changed.retain(|id| !id.is_empty());
    changed.dedup();
    let _ = write!(text, "{}: {} written", claims(done.claims), changed.len());
    if !done.left.is_empty() {
        let _ = write!(text, ", {} still not held", done.left.len());
    }
    text.chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}
