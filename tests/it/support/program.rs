//! Runs the built binary as a user would.

use super::table::Table;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A result folder that disappears with this value.
pub(crate) struct Outcome {
    /// Exit code.
    pub(crate) code: Option<i32>,
    /// What was said on stderr.
    pub(crate) said: String,
    /// The result folder.
    pub(crate) folder: PathBuf,
    _keep: TempDir,
}

/// `rettevej run STUDY --out DIR`, with data roots by name.
pub(crate) fn run(study: &Path, roots: &[(&str, &Path)]) -> Outcome {
    let keep = TempDir::new().expect("a temporary folder");
    let folder = keep.path().join("result");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rettevej"));
    command.arg("run").arg(study).arg("--out").arg(&folder);
    for (name, root) in roots {
        command
            .arg("--data")
            .arg(format!("{name}={}", root.display()));
    }
    let output = command.output().expect("the binary starts");
    Outcome {
        code: output.status.code(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
        folder,
        _keep: keep,
    }
}

impl Outcome {
    /// The rows of `estimates.csv`. Exit code 5 (an undefined headline) writes its outputs too.
    pub(crate) fn estimates(&self) -> Table {
        assert!(
            matches!(self.code, Some(0 | 5)),
            "the run ended with exit code {:?} and said:\n{}",
            self.code,
            self.said
        );
        let path = self.folder.join("estimates.csv");
        assert!(
            path.is_file(),
            "the run ended with exit code {:?} and wrote no estimates.csv",
            self.code
        );
        Table::read(&path)
    }
}
