//! `verify`: whether a result is as it was written.

use super::rooms;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use crate::error::Class;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// A result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn verify(arguments: &VerifyArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let verified = rooms::verify(&arguments.bundle)?;
    let holds = verified.holds();
    if arguments.json {
        let file = |(file, verdict): &(String, crate::check::verify::Verdict)| serde_json::json!({ "file": file, "verdict": verdict.as_str() });
        let text = serde_json::json!({
            "holds": holds,
            "version": verified.version,
            "seal": verified.seal,
            "files": verified.files.iter().map(file).collect::<Vec<_>>(),
        });
        terminal.out(&format!("{text:#}"))?;
    } else {
        let rows = verified.files.iter();
        let rows = rows.map(|(file, verdict)| vec![file.clone(), verdict.as_str().to_owned()]);
        let mut text = table(&["file", "since it was written"], rows.collect());
        let _ = write!(text, "\n\nMade by rettevej {}", verified.version);
        if !verified.seal.is_empty() {
            let _ = write!(text, "\nSeal {}", verified.seal);
        }
        terminal.out(&text)?;
        terminal.say(if holds {
            "nothing was altered; who made it, only a signature can tell"
        } else {
            "this is not as it was written"
        });
    }
    Ok(if holds {
        Exit::Fine
    } else {
        Exit::But(Class::Differs)
    })
}
