//! `check`: published claims against a result.

use super::rooms::{self, Format};
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::error::Class;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// A result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// The claims file
    #[arg(long, value_name = "CLAIMS")]
    against: PathBuf,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn check(arguments: &CheckArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let (report, holds) = rooms::check(&arguments.bundle, &arguments.against, arguments.format)
        .map_err(Stop::at(&arguments.against))?;
    terminal.out(&report)?;
    Ok(if holds {
        Exit::Fine
    } else {
        Exit::But(Class::Differs)
    })
}
