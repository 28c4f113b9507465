//! `verify`: whether a result is as it was written.

use super::rooms::{self, Signed};
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
    /// Public key of minisign (its file, or the line in it): the result must be signed with its secret half
    #[arg(long, value_name = "KEY")]
    signature: Option<String>,
    /// The signature, where it is neither in the report nor beside the bundle
    #[arg(long, value_name = "FILE", requires = "signature")]
    signature_file: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn verify(arguments: &VerifyArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let key = arguments.signature.as_deref();
    let signer = rooms::signer(key, arguments.signature_file.as_deref())?;
    let verified = rooms::verify(&arguments.bundle, signer.as_ref())?;
    let holds = verified.holds();
    if arguments.json {
        let file = |(file, verdict): &(String, crate::check::verify::Verdict)| serde_json::json!({ "file": file, "verdict": verdict.as_str() });
        let text = serde_json::json!({
            "holds": holds,
            "version": verified.version,
            "commit": verified.commit,
            "lock": verified.lock,
            "trial_hash": verified.trial_hash,
            "inputs": verified.inputs.iter().map(|(file, hash)| serde_json::json!({ "file": file, "hash": hash })).collect::<Vec<_>>(),
            "seal": verified.seal,
            "signature": verified.signed.as_ref().map(|signed| match signed {
                Signed::Holds { key, comment } => serde_json::json!({ "holds": true, "key": key, "comment": comment }),
                Signed::Broken(why) => serde_json::json!({ "holds": false, "reason": why }),
                Signed::Absent => serde_json::json!({ "holds": false, "reason": "there is none" }),
            }),
            "files": verified.files.iter().map(file).collect::<Vec<_>>(),
        });
        terminal.out(&format!("{text:#}"))?;
    } else {
        let rows = verified.files.iter();
        let rows = rows.map(|(file, verdict)| vec![file.clone(), verdict.as_str().to_owned()]);
        let mut text = table(&["file", "since it was written"], rows.collect());
        let _ = write!(text, "\n\nMade by rettevej {}", verified.version);
        let told = [
            ("Commit", &verified.commit),
            ("Lock file", &verified.lock),
            ("Checked trial (keyed)", &verified.trial_hash),
        ];
        for (what, hash) in told.iter().filter(|(_, hash)| !hash.is_empty()) {
            let _ = write!(text, "\n{what} {hash}");
        }
        for (file, hash) in &verified.inputs {
            let _ = write!(text, "\nRead {file} (keyed) {hash}");
        }
        if !verified.seal.is_empty() {
            let _ = write!(text, "\nSeal {}", verified.seal);
        }
        let _ = match &verified.signed {
            None => Ok(()),
            Some(Signed::Holds { key, comment }) => {
                write!(text, "\nSigned with the key {key}: {comment}")
            }
            Some(Signed::Broken(why)) => write!(text, "\nSignature DOES NOT HOLD: {why}"),
            Some(Signed::Absent) => write!(
                text,
                "\nSignature MISSING: there is none in it or beside it"
            ),
        };
        terminal.out(&text)?;
        terminal.say(match (holds, &verified.signed) {
            (true, None) => "nothing was altered; who made it, only a signature can tell",
            (true, Some(_)) => "nothing was altered since it was signed with this key",
            (false, Some(Signed::Broken(_) | Signed::Absent)) => "this is not signed with this key",
            (false, _) => "this is not as it was written",
        });
    }
    Ok(if holds {
        Exit::Fine
    } else {
        Exit::But(Class::Differs)
    })
}
