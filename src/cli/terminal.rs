//! The two streams: stdout for data and summaries, stderr for talk.

use super::arguments::{Talk, When};
use super::diagnostics::{self, Sources};
use super::stop::{Exit, Stop};
use crate::error::{Class, Diagnostic, Severity};
use anstream::{AutoStream, ColorChoice};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Findings told at a time.
const TOLD: usize = 100;

/// What may be said, and how.
pub(super) struct Terminal {
    talk: Talk,
    colour: ColorChoice,
    stdout: std::io::Stdout,
}

impl Terminal {
    pub fn new(talk: Talk) -> Self {
        Self {
            talk,
            colour: match talk.color {
                When::Auto => AutoStream::choice(&std::io::stderr()),
                When::Always => ColorChoice::Always,
                When::Never => ColorChoice::Never,
            },
            stdout: std::io::stdout(),
        }
    }

    /// Data or a summary, to stdout.
    pub fn out(&self, text: &str) -> Result<(), Stop> {
        let mut stdout = self.stdout.lock();
        stdout.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            stdout.write_all(b"\n")?;
        }
        stdout.flush()?;
        Ok(())
    }

    /// Talk, unless `--quiet`.
    pub fn say(&self, text: &str) {
        if !self.talk.quiet {
            self.err(text);
        }
    }

    /// Talk with `--verbose`.
    pub fn mention(&self, text: &str) {
        if self.talk.verbose {
            self.err(text);
        }
    }

    /// Findings, to stderr; with `--quiet` only errors. Of very many the first are told, and how many there are.
    pub fn findings(&self, findings: &[Diagnostic], sources: &Sources) {
        let is_told =
            |finding: &&Diagnostic| !self.talk.quiet || finding.severity == Severity::Error;
        for finding in findings.iter().filter(is_told).take(TOLD) {
            self.err(&diagnostics::render(finding, sources));
        }
        let more = findings.iter().filter(is_told).count().saturating_sub(TOLD);
        if more > 0 {
            self.err(&format!(
                "and {more} more findings; `rettevej validate --json` lists all"
            ));
        }
    }

    /// Whether a progress bar may be drawn.
    pub fn draws(&self) -> bool {
        !self.talk.quiet && std::io::stderr().is_terminal()
    }

    fn err(&self, text: &str) {
        let mut stderr = AutoStream::new(std::io::stderr().lock(), self.colour);
        // If stderr is gone there is nobody to tell.
        let _ = writeln!(stderr, "{}", text.trim_end());
    }

    /// Tells what went wrong, and gives the exit code.
    pub fn end(&self, done: Result<Exit, Stop>) -> ExitCode {
        let class = match done {
            Ok(Exit::Fine) | Err(Stop::Pipe) => return ExitCode::SUCCESS,
            Ok(Exit::But(class)) | Err(Stop::Told(class)) => class,
            Err(Stop::Failed { error, sources }) => {
                self.findings(&error.diagnostics, &Sources::read(&sources));
                error.class
            }
            Err(Stop::Output(kind)) => {
                self.err(&format!(
                    "error: failed to write to stdout: {kind} (RV0002)"
                ));
                Class::Write
            }
        };
        ExitCode::from(class as u8)
    }
}
