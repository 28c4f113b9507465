//! `schema`: the JSON Schema of a kind of file.

use super::rooms;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// Kind of file
    #[arg(value_enum)]
    which: Which,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    Study,
    Bundle,
    Claims,
    Prices,
    Scenario,
    /// The answer of `validate --json`
    Validate,
    /// The answer of `check` and `audit` with `--format json`
    Check,
    /// The answer of `diff --json`
    Diff,
}

pub(super) fn schema(arguments: &SchemaArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let schema = match arguments.which {
        Which::Study => crate::study::schema(),
        Which::Bundle => rooms::bundle_schema(),
        Which::Claims => rooms::claims_schema(),
        Which::Prices => rooms::prices_schema(),
        Which::Scenario => rooms::scenario_schema(),
        Which::Check => rooms::report_schema(),
        Which::Diff => rooms::diff_schema(),
        Which::Validate => super::answer::schema(),
    };
    terminal.out(&format!("{schema:#}"))?;
    Ok(Exit::Fine)
}
