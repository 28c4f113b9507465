//! What can be typed.

use super::audit::AuditArguments;
use super::cba::CbaArguments;
use super::check::CheckArguments;
use super::codes::CodesArguments;
use super::completions::CompletionsArguments;
use super::diff::DiffArguments;
use super::explain::ExplainArguments;
use super::init::InitArguments;
use super::inspect::InspectArguments;
use super::preview::PreviewArguments;
use super::randomize::RandomizeArguments;
use super::report::ReportArguments;
use super::run::RunArguments;
use super::schema::SchemaArguments;
use super::show::ShowArguments;
use super::simulate::SimulateArguments;
use super::sites::SitesArguments;
use super::validate::ValidateArguments;
use super::verify::VerifyArguments;
use crate::units::Language;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Randomised labour-market trials from weekly register spells: effects, hazards, intervals and bands.
#[derive(Debug, Parser)]
#[command(name = "rettevej", version, about, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub talk: Talk,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Tongue {
    Da,
    En,
}

impl From<Tongue> for Language {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::Da => Self::Da,
            Tongue::En => Self::En,
        }
    }
}

/// How much is said, and in which colours.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Talk {
    /// Say only what is wrong
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Colours on the terminal (`NO_COLOR` is respected)
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub color: When,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Look at data files and write a study to begin with
    Init(InitArguments),
    /// Show what a data file holds: its columns, and nothing of a person
    Preview(PreviewArguments),
    /// Read and check everything a study names; show no outcome by arm
    Validate(ValidateArguments),
    /// Run the whole evaluation
    Run(RunArguments),
    /// Show numbers of a result, or say why they are not available
    Show(ShowArguments),
    /// List what is inside a result, with the fewest persons behind a number of each part
    Inspect(InspectArguments),
    /// Tell whether a result is as it was written
    Verify(VerifyArguments),
    /// Write the report of a result again, in Danish or English
    Report(ReportArguments),
    /// Put other prices on a result, or write its prices as a sheet to edit
    Cba(CbaArguments),
    /// Check published claims against a result
    Check(CheckArguments),
    /// Compare two results, and tell why they differ
    Diff(DiffArguments),
    /// Check the arithmetic of published numbers, without any data
    Audit(AuditArguments),
    /// Draw the arms of a list of persons by lot, from a published seed
    Randomize(RandomizeArguments),
    /// Make register-style data with known truth
    Simulate(SimulateArguments),
    /// Explain an estimand or a code such as RV0104
    Explain(ExplainArguments),
    /// Show the table of DREAM codes, or write it as a file to edit
    Codes(CodesArguments),
    /// Show which files leave which house's machine, or write the table as a file to edit
    Sites(SitesArguments),
    /// Print the JSON Schema of a kind of file
    Schema(SchemaArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Print the manual page
    Man,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
