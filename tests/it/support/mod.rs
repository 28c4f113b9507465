//! What several kinds of test need: the built binary, the rows it writes, and expected values to hold against them.

pub(crate) mod expected;
pub(crate) mod expression;
pub(crate) mod head;
pub(crate) mod leaks;
pub(crate) mod linear;
pub(crate) mod program;
pub(crate) mod rare_trial;
pub(crate) mod scratch;
pub(crate) mod small_trial;
pub(crate) mod table;
pub(crate) mod trials;
pub(crate) mod unzip;

use std::path::{Path, PathBuf};

/// A file or folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The real trials beside the repository, or `None` with a clear line where they are absent.
pub(crate) fn real_data(wanted_by: &str) -> Option<PathBuf> {
    let folder = repository("../shared/data");
    if folder.is_dir() {
        Some(folder)
    } else {
        println!("skipped: {wanted_by} needs the real trials in ../shared/data, which is not here");
        None
    }
}
