//! Whether a result is as it was written: its bundle by the seal in it, every other file by making it again from the bundle.

use crate::error::{Result, discreet};
use crate::report::figures::png;
use crate::report::{self, View};
use crate::results::Bundle;
use crate::results::bundle::{
    BUNDLE_FILE, BUNDLE_TEXT, PublicKey, SIGNATURE_FILE, SIGNATURE_TEXT, Seal, Signed, seal_of,
    signature_at, signature_inside, signed, signed_page,
};
use crate::results::csv::{self, Dialect};
use crate::units::Language;
use serde_json::Value;
use std::path::Path;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it was written.
    Untouched,
    /// Not what the bundle makes.
    Altered,
    /// The bundle was made by a version without seals, or the file by another version.
    Unknown,
    /// Part of a result, but not compared: it cannot be made again from the bundle alone.
    NotCompared,
    /// Not a file of a result.
    Foreign,
}

impl Verdict {
    /// In a word or two.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Altered => "ALTERED",
            Self::Unknown => "cannot be told",
            Self::NotCompared => "not compared",
            Self::Foreign => "not of this result",
        }
    }
}

/// The verdict on a result.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Version of the program that made it.
    pub version: String,
    /// Commit it was built from; empty when that was a working tree.
    pub commit: String,
    /// Hash of its lock file; empty where an early version wrote the bundle.
    pub lock: String,
    /// Hash of the checked trial, keyed by the seed.
    pub trial_hash: String,
    /// The files that were read and their keyed hashes, where the folder still has its internal part.
    pub inputs: Vec<(String, String)>,
    /// The seal it carries; empty without one.
    pub seal: String,
    /// File by file, the bundle first.
    pub files: Vec<(String, Verdict)>,
    /// What the signature says, when a key was given.
    pub signed: Option<Signed>,
}

/// By whom a result is said to be signed.
pub struct Signer {
    /// The public key.
    pub key: PublicKey,
    /// The text of the signature, where it does not lie in the result or beside it.
    pub signature: Option<String>,
}

impl Verified {
    /// Whether something was altered, or the bundle cannot be vouched for.
    pub fn holds(&self) -> bool {
        let bundle = self.files.first().map(|file| file.1);
        let signed = (self.signed.as_ref()).is_none_or(|s| matches!(s, Signed::Holds { .. }));
        signed
            && bundle == Some(Verdict::Untouched)
            && self.files.iter().all(|file| file.1 != Verdict::Altered)
    }
}

/// Looks at the folder of a result, a `bundle.json` or a `report.html`, and at its signature when a key is given.
///
/// # Errors
/// When it cannot be opened as a bundle at all.
pub fn verify(path: &Path, signer: Option<&Signer>) -> Result<Verified> {
    let text = Bundle::text_at(path)?;
    let bundle = Bundle::open(path)?;
    let seal = match seal_of(&text) {
        Seal::Holds => Verdict::Untouched,
        Seal::Broken => Verdict::Altered,
        Seal::Absent => Verdict::Unknown,
    };
    let name = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let mut files = Vec::new();
    if path.is_dir() {
        let own = if path.join(BUNDLE_FILE).exists() {
            BUNDLE_FILE
        } else {
            BUNDLE_TEXT
        };
        files.push((own.to_owned(), seal));
        let again = Again::new(&bundle, &text);
        for file in listed(path, own) {
            let verdict = again.verdict(path, &file);
            files.push((file, verdict));
        }
    } else {
        files.push(("the bundle".to_owned(), seal));
        if path.extension().is_some_and(|e| e == "html") {
            let again = Again::new(&bundle, &text);
            let bytes = std::fs::read(path).unwrap_or_default();
            files.push((name(path), again.page(&bytes)));
        }
    }
    let (kept, mut inputs) = inside(path);
    if inputs.is_empty() {
        inputs = (bundle.facts.inputs.iter())
            .map(|(file, hash)| (file.clone(), hash.clone()))
            .collect();
    }
    let told = &bundle.facts.trial_hash;
    Ok(Verified {
        version: bundle.version.clone(),
        commit: bundle.commit.clone(),
        lock: bundle.lock.clone(),
        trial_hash: if told.is_empty() { kept } else { told.clone() },
        inputs,
        seal: bundle.seal.clone(),
        files,
        signed: signer.map(|signer| {
            let own = || signature_at(path);
            let signature = signer.signature.clone().or_else(own);
            signed(&text, signature.as_deref(), &signer.key)
        }),
    })
}

/// What stays inside: the hash of the checked trial, and the files that were read. Nothing outside the machine.
fn inside(folder: &Path) -> (String, Vec<(String, String)>) {
    let text = std::fs::read_to_string(folder.join("internal/run.json")).unwrap_or_default();
    let run: Value = serde_json::from_str(&text).unwrap_or_default();
    let files = run["inputs"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        discreet(&text.replace(char::is_control, " ")).into_owned()
    };
    let files = files.iter();
    let hashes = files.map(|file| (text(&file["file"]), text(&file["hash"])));
    (text(&run["trial_hash"]), hashes.collect())
}

/// Files of the folder that may leave, besides the bundle, in order of their names.
fn listed(folder: &Path, own: &str) -> Vec<String> {
    let mut files = Vec::new();
    for (place, prefix) in [
        (folder.to_owned(), ""),
        (folder.join("figures"), "figures/"),
    ] {
        for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_file() && name != own {
                files.push(format!("{prefix}{name}"));
            }
        }
    }
    files.sort();
    files
}

/// Makes the files of a bundle again.
struct Again<'a> {
    bundle: &'a Bundle,
    json: &'a str,
    /// Another version may draw and word otherwise.
    same_version: bool,
}

const LANGUAGES: [Language; 2] = [Language::Da, Language::En];

impl<'a> Again<'a> {
    fn new(bundle: &'a Bundle, json: &'a str) -> Self {
        Self {
            bundle,
            json,
            same_version: bundle.version == env!("CARGO_PKG_VERSION"),
        }
    }

    fn told(&self, is_same: bool) -> Verdict {
        match (is_same, self.same_version) {
            (true, _) => Verdict::Untouched,
            (false, true) => Verdict::Altered,
            (false, false) => Verdict::Unknown,
        }
    }

    fn page(&self, bytes: &[u8]) -> Verdict {
        let signature = std::str::from_utf8(bytes).ok().and_then(signature_inside);
        let made = |language| {
            let page = report::html::html_around(self.bundle, language, self.json);
            match signature {
                Some(signature) => signed_page(page, signature),
                None => page,
            }
        };
        self.told(LANGUAGES.into_iter().any(|l| made(l).as_bytes() == bytes))
    }

    fn verdict(&self, folder: &Path, file: &str) -> Verdict {
        let bytes = std::fs::read(folder.join(file)).unwrap_or_default();
        let either = |made: &dyn Fn(Language) -> Option<Vec<u8>>| {
            let same = |language| made(language).is_some_and(|made| made == bytes);
            self.told(LANGUAGES.into_iter().any(same))
        };
        let drawn =
            |language| report::figures::drawings_of(&View::of(self.bundle).told_in(language));
        let dialects = [Dialect::Plain, Dialect::Danish];
        let is =
            |name: &str, ending: &str| Path::new(name).extension().is_some_and(|e| e == ending);
        match file {
            "report.html" => self.page(&bytes),
            "report.md" => {
                either(&|l| Some(report::markdown::markdown(self.bundle, l).into_bytes()))
            }
            "estimates.csv" => self.told(
                dialects
                    .into_iter()
                    .any(|d| csv::estimates_of(self.bundle, d) == bytes),
            ),
            "accounting.csv" => self.told(
                dialects
                    .into_iter()
                    .any(|d| csv::accounting_of(self.bundle, d) == bytes),
            ),
            "estimates.xlsx" => either(&|l| {
                let pictures = png::pictures(&drawn(l)).ok()?;
                report::xlsx::xlsx(self.bundle, l, &pictures).ok()
            }),
            "estimates.parquet" | "contents.txt" | SIGNATURE_FILE | SIGNATURE_TEXT => {
                Verdict::NotCompared
            }
            _ => match file.strip_prefix("figures/") {
                Some(name) if is(name, "svg") => either(&|l| {
                    let found = drawn(l).into_iter().find(|(own, _)| own == name);
                    found.map(|(_, text)| text.into_bytes())
                }),
                Some(name) if is(name, "png") => either(&|l| {
                    let found = drawn(l)
                        .into_iter()
                        .find(|(own, _)| own.strip_suffix(".svg") == name.strip_suffix(".png"))?;
                    let picture = png::pictures(&[found]).ok()?.into_iter().next()?;
                    Some(picture.bytes)
                }),
                _ => Verdict::Foreign,
            },
        }
    }
}
