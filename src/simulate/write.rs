//! The files of a simulated register: written to a folder aside, which is then renamed.

use super::scenario::Scenario;
use super::truth::Truth;
use super::{DRAW_VERSION, Planted, codes};
use crate::error::{Class, Diagnostic, Error, Result};
use std::fmt::Write as _;
use std::path::Path;

/// The content of one file.
pub(crate) type File = (String, Vec<u8>);

/// `truth.json`: numbers to nine decimals, one path per line.
pub(crate) fn truth_file(truth: &Truth, planted: &[Planted]) -> File {
    let mut rounded = truth.clone();
    for value in rounded.paths.iter_mut().flat_map(|p| &mut p.values) {
        *value = value.map(|v| (v * 1e9).round() / 1e9);
    }
    let mut text = String::from("{\n");
    let _ = writeln!(text, "\"scenario\": {},", line(&rounded.scenario));
    let _ = writeln!(text, "\"synthetic\": true,");
    let _ = writeln!(text, "\"horizon\": {},", rounded.horizon);
    let _ = writeln!(text, "\"arms\": {},", line(&rounded.arms));
    let _ = writeln!(text, "\"notes\": {},", line(&rounded.notes));
    if !planted.is_empty() {
        let faults: Vec<String> = planted.iter().map(line).collect();
        let _ = writeln!(text, "\"faults\": [\n{}\n],", faults.join(",\n"));
    }
    text.push_str("\"paths\": [\n");
    let paths: Vec<String> = rounded.paths.iter().map(line).collect();
    text.push_str(&paths.join(",\n"));
    text.push_str("\n]\n}\n");
    ("truth.json".to_owned(), text.into_bytes())
}

/// One value as JSON, on one line.
fn line<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("names and finite numbers always have a JSON form")
}

/// `origin.txt`: what made the files.
pub(crate) fn origin_file(scenario: &Scenario, text: &str, seed: u64) -> File {
    let persons: u64 = scenario.sites.iter().map(|s| u64::from(s.persons)).sum();
    let hash = blake3::hash(text.replace("\r\n", "\n").as_bytes()).to_hex();
    let body = format!(
        "synthetic: these persons do not exist\nmade by: rettevej simulate\nscenario: {}\nscenario blake3: {hash}\nseed: {seed}\ndraw version: {DRAW_VERSION}\npersons: {persons}\n",
        scenario.name
    );
    ("origin.txt".to_owned(), body.into_bytes())
}

/// Writes files to a folder that does not exist yet.
pub(crate) fn write(out: &Path, files: &[File]) -> Result<()> {
    let fail = |message: String, hint: &str| {
        Error::one(Class::Write, Diagnostic::error(codes::WRITE, message, hint))
    };
    let Some(name) = out.file_name().map(|n| n.to_string_lossy().into_owned()) else {
        let message = "the output folder has no name".to_owned();
        return Err(fail(message, "name a folder that does not exist yet"));
    };
    if out.exists() {
        let message = format!("the output folder {name} exists already");
        return Err(fail(
            message,
            "name a folder that does not exist yet, or remove it",
        ));
    }
    let parent = out.parent().unwrap_or(Path::new(""));
    let aside = parent.join(format!(".{name}.{}.part", std::process::id()));
    let result = std::fs::create_dir_all(&aside)
        .and_then(|()| {
            files
                .iter()
                .try_for_each(|(file, bytes)| std::fs::write(aside.join(file), bytes))
        })
        .and_then(|()| std::fs::rename(&aside, out));
    result.map_err(|e| {
        // Nothing half-written is left; if even this fails the first error is the one to tell.
        let _ = std::fs::remove_dir_all(&aside);
        fail(
            format!("cannot write the folder {name}: {}", e.kind()),
            "choose a place you may write to",
        )
    })
}
