//! `simulate`: register-style data with known truth.

use super::rooms;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::simulate::{FAULTS, Form, Layout, Options};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SimulateArguments {
    /// The scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Seed of the draw
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Formats of the files, each with a study that reads them
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        value_delimiter = ',',
        default_value = "csv"
    )]
    format: Vec<FileForm>,
    /// How spells are laid out
    #[arg(long, value_enum, value_name = "LAYOUT", default_value = "tidy")]
    layout: SpellLayout,
    /// Fault to plant, at rows that `truth.json` tells (repeatable)
    #[arg(long = "fault", value_name = "NAME", value_parser = faults())]
    faults: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FileForm {
    /// Text
    Csv,
    /// Apache Parquet
    Parquet,
    /// Stata 14 and later
    Dta,
    /// SAS transport, version 5
    Xpt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum SpellLayout {
    /// One row per spell
    Tidy,
    /// One row per person, a column of DREAM codes for each week
    DreamWide,
    /// One row per person and week, with its DREAM code
    DreamLong,
}

/// The faults by name, with what each is.
fn faults() -> PossibleValuesParser {
    let value = |fault: &crate::simulate::Fault| PossibleValue::new(fault.name).help(fault.title);
    PossibleValuesParser::new(FAULTS.iter().map(value))
}

pub(super) fn simulate(arguments: &SimulateArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let form = |form: &FileForm| match form {
        FileForm::Csv => Form::Csv,
        FileForm::Parquet => Form::Parquet,
        FileForm::Dta => Form::Dta,
        FileForm::Xpt => Form::Xpt,
    };
    let options = Options {
        forms: arguments.format.iter().map(form).collect(),
        layout: match arguments.layout {
            SpellLayout::Tidy => Layout::Tidy,
            SpellLayout::DreamWide => Layout::DreamWide,
            SpellLayout::DreamLong => Layout::DreamLong,
        },
        faults: arguments.faults.clone(),
    };
    let files = rooms::simulate(
        &arguments.scenario,
        &arguments.out,
        arguments.seed,
        &options,
    )
    .map_err(Stop::at(&arguments.scenario))?;
    terminal.out(&files.join("\n"))?;
    Ok(Exit::Fine)
}
