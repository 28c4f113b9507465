//! `report`: a result rendered again, in the other language or as Markdown, from the bundle alone.

use super::rooms::{self, Existing, Page};
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::units::Language;
use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// A result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Language; default: the study's
    #[arg(long, value_enum)]
    language: Option<Tongue>,
    /// Form of the report
    #[arg(long, value_enum, default_value = "html")]
    format: Page,
    /// File to write; default: stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace an earlier file
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tongue {
    Da,
    En,
}

pub(super) fn report(arguments: &ReportArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    if arguments.out.is_none() && arguments.format == Page::Html && std::io::stdout().is_terminal()
    {
        return Err(Stop::usage(
            "a page is not shown on a terminal",
            "name a file with --out, or ask for --format md",
        ));
    }
    let language = arguments.language.map(|tongue| match tongue {
        Tongue::Da => Language::Da,
        Tongue::En => Language::En,
    });
    let text = rooms::render(&arguments.bundle, language, arguments.format)?;
    match &arguments.out {
        None => terminal.out(&text)?,
        Some(out) => {
            let existing = if arguments.force {
                Existing::Replace
            } else {
                Existing::Keep
            };
            rooms::write_text(&text, out, existing)?;
            let name = out.file_name().unwrap_or(out.as_os_str());
            terminal.say(&format!("written: {}", name.to_string_lossy()));
        }
    }
    Ok(Exit::Fine)
}
