//! A fault in the program ends with a short message, without data and without paths, and exit code 1.

use crate::error::Class;
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::path::Path;
use std::process::ExitCode;

/// Runs the program; a panic anywhere becomes exit code 1.
pub(super) fn catch(program: impl FnOnce() -> ExitCode) -> ExitCode {
    set_hook(Box::new(tell));
    catch_unwind(AssertUnwindSafe(program)).unwrap_or(ExitCode::from(Class::Bug as u8))
}

fn tell(info: &PanicHookInfo<'_>) {
    if info
        .location()
        .is_some_and(|l| crate::registers::is_guarded(l.file()))
    {
        return;
    }
    // The payload may hold data, so that only the place in our own source is told.
    let place = info
        .location()
        .map(|l| {
            let file = Path::new(l.file()).file_name().unwrap_or_default();
            format!("{}:{}", file.to_string_lossy(), l.line())
        })
        .unwrap_or_default();
    let _ = writeln!(
        std::io::stderr(),
        "error: this is a bug in rettevej {} at {place} (RV0000)\n\
         hint: report it with the command and the study file; leave out data",
        env!("CARGO_PKG_VERSION")
    );
}
