//! Which files a result was made of: hashes of their bytes, keyed by the seed, for `internal/run.json`.
//!
//! They stay inside, unless the study names a key of the house. A bundle is the same for any order of rows and any format of the same register, and holds the hash of
//! the checked trial instead; these tell on the machine whether a file is the very one that was read.

use crate::error::discreet;
use crate::numeric::parallel;
use crate::study::model::CodeFile;
use crate::study::{DataFile, Study};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What the key is for, so that the hashes are of no use for anything else.
const PURPOSE: &str = "rettevej 2026-11 hashes of input files";

/// Name as written in the study and keyed hash of every file that was read; no hash of one that cannot be read again.
pub(super) fn hashes(study: &Study, threads: usize) -> Vec<(String, Option<String>)> {
    let prices = (study.cost_benefit.as_ref()).and_then(|money| money.prices.as_ref());
    let codes = (study.tables.iter()).filter_map(|table| match &table.form.codes {
        Some(CodeFile::Own(file)) => Some(file),
        _ => None,
    });
    let mut files: Vec<&DataFile> = crate::trial::files(study);
    files.extend(prices.into_iter().chain(codes));
    files.sort_by(|a, b| a.shown.cmp(&b.shown));
    files.dedup_by(|a, b| a.shown == b.shown);
    let mut of = study.resampling.seed.to_le_bytes().to_vec();
    let own = study.secret.as_ref().map(crate::study::Secret::bytes);
    of.extend(own.into_iter().flatten());
    let key = blake3::derive_key(PURPOSE, &of);
    parallel::with_threads(threads, || {
        parallel::map_ordered(files.len(), |i| {
            let file = files[i];
            let mut hasher = blake3::Hasher::new_keyed(&key);
            let whole = parts(&file.path).iter().all(|part| {
                File::open(part).is_ok_and(|opened| hasher.update_reader(opened).is_ok())
            });
            let hash = whole.then(|| hasher.finalize().to_hex().to_string());
            (discreet(&file.shown).into_owned(), hash)
        })
    })
}

/// The file, or the files of a folder in order of their names.
fn parts(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let mut parts: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    parts.retain(|part| part.is_file());
    parts.sort();
    parts
}
