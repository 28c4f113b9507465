//! `sites`: which files leave which house's machine, to read or as a file to edit.

use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use super::writing;
use crate::study::sites::{Evidence, SHIPPED, shipped};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SitesArguments {
    /// Write the table as a file to edit, which `sites = "FILE"` in `[disclosure]` reads
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Replace an earlier file
    #[arg(long, requires = "write")]
    force: bool,
}

pub(super) fn sites(arguments: &SitesArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    if let Some(target) = &arguments.write {
        writing::write_shipped(SHIPPED, (target, arguments.force), terminal)?;
        return Ok(Exit::Fine);
    }
    let mut text = String::new();
    let rows = shipped().into_iter().map(|(key, site)| {
        let evidence = match site.evidence {
            Evidence::Sourced => "sourced",
            Evidence::Recalled => "recalled",
        };
        vec![
            key,
            site.min_cell.to_string(),
            site.endings.join(" "),
            evidence.to_owned(),
            site.date,
            site.name,
        ]
    });
    let header = ["site", ">min_cell", "endings", "evidence", "read", "house"];
    text += &table(&header, rows.collect());
    for (key, site) in shipped() {
        let _ = write!(text, "\n\n{key}: {}", site.source);
    }
    terminal.out(&text)?;
    terminal.say("a house's own guide is what counts");
    Ok(Exit::Fine)
}
