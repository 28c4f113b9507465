//! `codes`: the table of DREAM codes, to read or as a file to edit.

use super::arguments::Tongue;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use super::writing;
use crate::registers::dream::{CodeTable, Evidence, SHIPPED};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct CodesArguments {
    /// Write the table as a file to edit, which `codes = "FILE"` in `[spells]` reads
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Replace an earlier file
    #[arg(long, requires = "write")]
    force: bool,
    /// Language of the meanings
    #[arg(long, value_enum, default_value = "da", value_name = "LANGUAGE")]
    language: Tongue,
}

pub(super) fn codes(arguments: &CodesArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    if let Some(target) = &arguments.write {
        writing::write_shipped(SHIPPED, (target, arguments.force), terminal)?;
        return Ok(Exit::Fine);
    }
    let rows = CodeTable::shipped().entries.into_iter().map(|entry| {
        let codes = if entry.from == entry.to {
            entry.from.to_string()
        } else {
            format!("{}-{}", entry.from, entry.to)
        };
        let evidence = match entry.evidence {
            Evidence::Sourced => "sourced",
            Evidence::Recalled => "recalled",
        };
        let ends = if entry.ends { "yes" } else { "" };
        let meaning = match arguments.language {
            Tongue::Da => entry.da,
            Tongue::En => entry.en,
        };
        vec![
            codes,
            entry.group,
            meaning,
            evidence.to_owned(),
            ends.to_owned(),
        ]
    });
    let header = ["codes", "group", "meaning", "evidence", "final"];
    terminal.out(&table(&header, rows.collect()))?;
    Ok(Exit::Fine)
}
