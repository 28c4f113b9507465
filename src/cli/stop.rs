//! How a command ends.

use crate::error::{Class, Diagnostic, Error};
use std::path::PathBuf;

/// A command that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All is well.
    Fine,
    /// Outputs are written, but the reader must know of this.
    But(Class),
}

/// A command that could not go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// With findings; the files named may be shown beside them.
    Failed { error: Error, sources: Vec<PathBuf> },
    /// The findings are told already.
    Told(Class),
    /// Nobody reads stdout any more.
    Pipe,
    /// stdout cannot be written.
    Output(std::io::ErrorKind),
}

impl Stop {
    /// A failure that may be shown in the text file `source`.
    pub fn at(source: &std::path::Path) -> impl FnOnce(Error) -> Self {
        let source = source.to_owned();
        move |error| Self::Failed {
            error,
            sources: vec![source],
        }
    }

    /// Wrong use of the command line.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Error::one(Class::Usage, Diagnostic::error("RV0001", message, hint)).into()
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed {
            error,
            sources: Vec::new(),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Pipe,
            kind => Self::Output(kind),
        }
    }
}
