//! `randomize`: the arms of a list of persons, drawn by lot from the seed that the study publishes.

use super::data::StudyArguments;
use super::rooms::{self, Existing};
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use crate::study::Draft;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct RandomizeArguments {
    #[command(flatten)]
    study: StudyArguments,
    /// List to write: identifier, strata, cluster and arm of each person, as CSV
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace an earlier list
    #[arg(long)]
    force: bool,
}

pub(super) fn randomize(arguments: &RandomizeArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let draft = arguments.study.read_draft()?;
    let assigned = rooms::assign(&draft).map_err(Stop::at(&arguments.study.study))?;
    let existing = if arguments.force {
        Existing::Replace
    } else {
        Existing::Keep
    };
    rooms::write_bytes(assigned.csv.as_bytes(), &arguments.out, existing)?;
    let name = arguments.out.file_name().unwrap_or_default();
    terminal.say(&format!("written: {}", name.to_string_lossy()));
    terminal.say("this list holds a row for each person: it stays inside");
    terminal.out(&report(&draft, &assigned.counts))?;
    Ok(Exit::Fine)
}

fn report(draft: &Draft, counts: &[crate::design::Count]) -> String {
    let randomisation = &draft.randomisation;
    let clustered = draft.persons.cluster.is_some();
    let persons: u64 = counts.iter().map(|count| count.persons).sum();
    let mut strata: Vec<&str> = counts.iter().map(|count| count.stratum.as_str()).collect();
    strata.dedup();
    let blocked = !draft.persons.strata.is_empty();
    let mut text = format!(
        "{} persons, {} draw{}{}, seed {}\n\n",
        persons,
        randomisation.method.name(),
        if blocked {
            format!(" within {} strata", strata.len())
        } else {
            String::new()
        },
        if clustered { " of clusters" } else { "" },
        draft.seed,
    );
    let mut header = Vec::new();
    header.extend(blocked.then_some("stratum"));
    header.extend(["arm", ">probability"]);
    header.extend(clustered.then_some(">clusters"));
    header.push(">persons");
    let rows = counts.iter().map(|count| {
        let arm = draft.arms.iter().position(|arm| *arm == count.arm);
        let shares = randomisation.shares_in(&count.stratum);
        let probability = arm.map_or(0.0, |arm| shares.probability(arm));
        let mut row = Vec::new();
        row.extend(blocked.then(|| count.stratum.clone()));
        row.extend([count.arm.clone(), format!("{probability:.4}")]);
        row.extend(clustered.then(|| count.units.to_string()));
        row.push(count.persons.to_string());
        row
    });
    text += &table(&header, rows.collect());
    text
}
