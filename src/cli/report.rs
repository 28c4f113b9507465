//! `report`: a result rendered again, in the other language or as Markdown, workbook or CSV, from the bundle alone.

use super::arguments::Tongue;
use super::rooms::{self, Existing, Page, Table};
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::units::Language;
use clap::Args;
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
    /// Form of the CSV
    #[arg(long, value_enum, value_name = "FORM")]
    csv: Option<Table>,
    /// File to write; default: stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace an earlier file
    #[arg(long, requires = "out")]
    force: bool,
}

pub(super) fn report(arguments: &ReportArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    if arguments.csv.is_some() && arguments.format != Page::Csv {
        return Err(Stop::usage(
            "--csv is a form of --format csv",
            "add --format csv, or leave --csv out",
        ));
    }
    let unseen = match arguments.format {
        Page::Html => std::io::stdout().is_terminal(),
        Page::Xlsx => true,
        Page::Md | Page::Csv => false,
    };
    if arguments.out.is_none() && unseen {
        return Err(Stop::usage(
            "a page or a workbook is not shown on a terminal",
            "name a file with --out, or ask for --format md",
        ));
    }
    let language = arguments.language.map(Language::from);
    let table = arguments.csv.unwrap_or_default();
    let bytes = rooms::render(&arguments.bundle, language, arguments.format, table)?;
    match &arguments.out {
        None => terminal.out(&String::from_utf8_lossy(&bytes))?,
        Some(out) => {
            let existing = if arguments.force {
                Existing::Replace
            } else {
                Existing::Keep
            };
            rooms::write_bytes(&bytes, out, existing)?;
            let name = out.file_name().unwrap_or(out.as_os_str());
            terminal.say(&format!("written: {}", name.to_string_lossy()));
        }
    }
    Ok(Exit::Fine)
}
