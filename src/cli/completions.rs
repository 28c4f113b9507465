//! `completions`: for a shell, to stdout.

use super::arguments::Arguments;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// Shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn completions(
    arguments: &CompletionsArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    // Into memory first: the generator panics when its stream is closed.
    let mut bytes = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "rettevej",
        &mut bytes,
    );
    terminal.out(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Fine)
}
