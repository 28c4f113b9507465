//! `audit`: the arithmetic of published numbers, without any data.

use super::rooms::{self, Format};
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::error::Class;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct AuditArguments {
    /// The claims file
    #[arg(value_name = "CLAIMS")]
    claims: PathBuf,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn audit(arguments: &AuditArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let audited = rooms::audit(&arguments.claims, arguments.format);
    let (report, holds) = audited.map_err(Stop::at(&arguments.claims))?;
    terminal.out(&report)?;
    Ok(if holds {
        Exit::Fine
    } else {
        Exit::But(Class::Differs)
    })
}
