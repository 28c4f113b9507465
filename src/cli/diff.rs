//! `diff`: two results against each other, and why they differ.

use super::rooms;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use super::why;
use crate::check::diff::{TOLERANCE, diff as compare, text};
use crate::error::Class;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The old result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The new result
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Share of a number, or of its standard error, by which what is not drawn may differ
    #[arg(long, value_name = "SHARE", default_value_t = TOLERANCE, value_parser = a_tolerance)]
    tolerance: f64,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    why: WhyArguments,
}

#[derive(Debug, Args)]
pub(super) struct WhyArguments {
    /// The study of the old result: mixed cases are run to tell why the headlines changed
    #[arg(long, value_name = "STUDY", requires = "new_study")]
    pub old_study: Option<PathBuf>,
    /// The study of the new result
    #[arg(long, value_name = "STUDY", requires = "old_study")]
    pub new_study: Option<PathBuf>,
    /// Folder of the old data, as `--data` of `run` (repeatable)
    #[arg(long, value_name = "[NAME=]DIR", requires = "old_study")]
    pub old_data: Vec<String>,
    /// Folder of the new data (repeatable)
    #[arg(long, value_name = "[NAME=]DIR", requires = "old_study")]
    pub new_data: Vec<String>,
    /// The program that made the old result, to tell the code from the rest exactly
    #[arg(long, value_name = "FILE", requires = "old_study")]
    pub old_binary: Option<PathBuf>,
    /// Follow links that lead out of their folder
    #[arg(long, requires = "old_study")]
    pub allow_outside: bool,
}

pub(super) fn diff(arguments: &DiffArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let old = rooms::bundle(&arguments.old)?;
    let new = rooms::bundle(&arguments.new)?;
    let mut found = compare(&old, &new, arguments.tolerance);
    if let (Some(old_study), Some(new_study)) = (&arguments.why.old_study, &arguments.why.new_study)
    {
        let studies = [old_study, new_study];
        found.why = Some(why::why([&old, &new], studies, &arguments.why, terminal)?);
    }
    if arguments.json {
        terminal.out(&rooms::as_json(&found))?;
    } else {
        terminal.out(&text(&found))?;
    }
    Ok(if found.differs {
        Exit::But(Class::Differs)
    } else {
        Exit::Fine
    })
}

fn a_tolerance(text: &str) -> Result<f64, String> {
    match text.replace(',', ".").parse::<f64>() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err("a share such as 1e-9, from 0 to below 1".to_owned()),
    }
}
