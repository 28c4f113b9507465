//! The command line: one file per command. Only here is anything printed.
//!
//! stdout is data or the summary, stderr is talk. Exit codes are those of [`crate::error::Class`].

mod answer;
mod arguments;
mod audit;
mod cba;
mod check;
mod codes;
mod completions;
mod data;
mod decisions;
mod diagnostics;
mod diff;
mod explain;
mod init;
mod inputs;
mod inspect;
mod interrupt;
mod lots;
mod man;
mod money;
mod panic;
mod preview;
mod progress;
mod randomize;
mod report;
mod rooms;
mod run;
mod schema;
mod shipped;
mod show;
mod sign;
mod simulate;
mod sites;
mod start;
mod stop;
mod tables;
mod terminal;
mod validate;
mod verify;
mod why;
mod writing;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;
use stop::{Exit, Stop};
use terminal::Terminal;

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    panic::catch(|| match Arguments::try_parse() {
        Ok(arguments) => {
            let terminal = Terminal::new(arguments.talk);
            let done = dispatch(arguments.command, &terminal);
            terminal.end(done)
        }
        Err(error) => {
            // Help and version are no mistakes; a closed pipe is nobody's.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
    })
}

fn dispatch(command: Option<Command>, terminal: &Terminal) -> Result<Exit, Stop> {
    match command {
        None => start::start(terminal),
        Some(Command::Init(arguments)) => init::init(&arguments, terminal),
        Some(Command::Preview(arguments)) => preview::preview(&arguments, terminal),
        Some(Command::Validate(arguments)) => validate::validate(&arguments, terminal),
        Some(Command::Run(arguments)) => run::run(&arguments, terminal),
        Some(Command::Show(arguments)) => show::show(&arguments, terminal),
        Some(Command::Inspect(arguments)) => inspect::inspect(&arguments, terminal),
        Some(Command::Verify(arguments)) => verify::verify(&arguments, terminal),
        Some(Command::Report(arguments)) => report::report(&arguments, terminal),
        Some(Command::Cba(arguments)) => cba::cba(&arguments, terminal),
        Some(Command::Check(arguments)) => check::check(&arguments, terminal),
        Some(Command::Diff(arguments)) => diff::diff(&arguments, terminal),
        Some(Command::Audit(arguments)) => audit::audit(&arguments, terminal),
        Some(Command::Randomize(arguments)) => randomize::randomize(&arguments, terminal),
        Some(Command::Simulate(arguments)) => simulate::simulate(&arguments, terminal),
        Some(Command::Explain(arguments)) => explain::explain(&arguments, terminal),
        Some(Command::Codes(arguments)) => codes::codes(&arguments, terminal),
        Some(Command::Sites(arguments)) => sites::sites(&arguments, terminal),
        Some(Command::Schema(arguments)) => schema::schema(&arguments, terminal),
        Some(Command::Completions(arguments)) => completions::completions(&arguments, terminal),
        Some(Command::Man) => man::man(terminal),
    }
}
