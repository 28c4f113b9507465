//! `man`: the manual page with every command, to stdout.

use super::arguments::Arguments;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use clap::CommandFactory;
use clap_mangen::Man;

pub(super) fn man(terminal: &Terminal) -> Result<Exit, Stop> {
    let mut bytes = Vec::new();
    let mut command = Arguments::command();
    command.build();
    Man::new(command.clone()).render(&mut bytes)?;
    for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let man = Man::new(inner.clone());
        bytes.extend(format!(".SH \"rettevej {}\"\n", inner.get_name()).into_bytes());
        man.render_synopsis_section(&mut bytes)?;
        man.render_description_section(&mut bytes)?;
        man.render_options_section(&mut bytes)?;
    }
    terminal.out(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Fine)
}
