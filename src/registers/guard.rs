//! Damaged files of other programs' formats are read by crates that were not made for them: where one panics, the file is
//! refused instead.

use super::codes;
use super::table::refuse;
use crate::error::Result;
use crate::study::DataFile;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How many files are being read under guard.
static GUARDS: AtomicUsize = AtomicUsize::new(0);
/// Whether a panic was one of this program's own.
static OURS: AtomicBool = AtomicBool::new(false);

/// Asked by the panic hook with the source file of the panic: whether it is that of another crate while a file is read
/// under guard, so that there is nothing to tell. One of this program's own is a bug wherever it stands.
pub fn is_guarded(source: &str) -> bool {
    // Cargo names our own sources from the folder of the package, those of others from the root.
    let ours = source.starts_with("src/") || source.starts_with("src\\");
    let guarded = GUARDS.load(Ordering::SeqCst) > 0 && !ours;
    if !guarded {
        OURS.store(true, Ordering::SeqCst);
    }
    guarded
}

/// Does what may panic over a damaged file.
pub(crate) fn guard<T>(file: &DataFile, work: impl FnOnce() -> Result<T>) -> Result<T> {
    GUARDS.fetch_add(1, Ordering::SeqCst);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDS.fetch_sub(1, Ordering::SeqCst);
    match done {
        Ok(done) => done,
        Err(panic) if OURS.load(Ordering::SeqCst) => resume_unwind(panic),
        Err(_) => Err(refuse(
            file,
            codes::DAMAGED,
            "the file is damaged: what it says of itself does not hold together",
            "get the file again from where it was made",
        )),
    }
}
