//! `simulate`: register-style data with known truth.

use super::rooms;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SimulateArguments {
    /// The scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Seed of the draw
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub(super) fn simulate(arguments: &SimulateArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let files = rooms::simulate(&arguments.scenario, &arguments.out, arguments.seed)
        .map_err(Stop::at(&arguments.scenario))?;
    terminal.out(&files.join("\n"))?;
    Ok(Exit::Fine)
}
