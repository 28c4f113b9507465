//! `inspect`: what is inside a result, with the fewest persons behind a number of each part.

use super::rooms;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// A result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn inspect(arguments: &InspectArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let inside = rooms::inspect(&arguments.bundle)?;
    if arguments.json {
        let text = serde_json::json!({
            "program": inside.program,
            "version": inside.version,
            "gate": inside.gate,
            "min_cell": inside.min_cell,
            "cleared": inside.cleared,
            "parts": inside.parts,
        });
        terminal.out(&format!("{text:#}"))?;
        return Ok(Exit::Fine);
    }
    let mut text = format!("{}\n\n", inside.study);
    let gate = match (inside.gate.as_str(), inside.cleared) {
        (_, false) => format!("none, though min_cell = {} was asked for", inside.min_cell),
        ("none", true) => "none: the study says that its data may be shown as they are".to_owned(),
        (name, true) => format!(
            "{name}, no number of fewer than {} persons",
            inside.min_cell
        ),
    };
    let _ = writeln!(text, "Made by   {} {}", inside.program, inside.version);
    let _ = writeln!(text, "Gate      {gate}\n");
    let count = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let rows = inside.parts.into_iter().map(|part| {
        vec![
            part.part,
            part.shown.to_string(),
            part.hidden.to_string(),
            count(part.smallest),
        ]
    });
    text += &table(
        &["part", ">numbers", ">hidden", ">smallest n"],
        rows.collect(),
    );
    terminal.out(&text)?;
    Ok(Exit::Fine)
}
