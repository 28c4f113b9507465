//! `run`: the whole evaluation.

use super::data::{Overrides, StudyArguments};
use super::progress::Bar;
use super::rooms::{self, Existing, Place, RunOptions, Table};
use super::sign::SigningArguments;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use crate::error::Class;
use crate::study::{Study, suggest};
use crate::totals::Kernel;
use clap::Args;
use std::path::{Path, PathBuf};

/// Up to this many processors a run takes them all; of a larger machine, half: it is seldom ours alone.
const SMALL_MACHINE: usize = 4;

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    study: StudyArguments,
    /// Folder to write; default: `<study>-result` beside the study
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Seed instead of the study's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=9_007_199_254_740_991))]
    seed: Option<u64>,
    /// Replicates instead of the study's
    #[arg(long, value_name = "B", value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    replicates: Option<u32>,
    /// Permutations of the arms instead of the study's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    permutations: Option<u32>,
    /// Draw until the limits of the main contrasts are right to this share of half the interval's width, such as 0.05
    #[arg(long, value_name = "SHARE", value_parser = a_share)]
    mc_error: Option<f64>,
    /// Threads; default: all of a small machine, half of a large one. Never changes a number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Memory for replicates. Never changes a number
    #[arg(long, value_name = "MB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(16..))]
    memory: u32,
    /// Only the analysis of this name
    #[arg(long, value_name = "ANALYSIS")]
    only: Option<String>,
    /// How totals are added up: tile, single or plain. Never changes a number
    #[arg(long, value_name = "KERNEL", hide = true, value_parser = |name: &str| Kernel::named(name).ok_or("tile, single or plain"))]
    kernel: Option<Kernel>,
    /// Form of estimates.csv and accounting.csv
    #[arg(long, value_enum, value_name = "FORM", default_value = "plain")]
    csv: Table,
    /// A result of the same trial that has left before: nothing is told by subtracting one from the other
    #[arg(long, value_name = "RESULT")]
    earlier: Option<PathBuf>,
    #[command(flatten)]
    signing: SigningArguments,
    /// Replace an earlier result
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &RunArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let checked = arguments.study.read(Overrides {
        replicates: arguments.replicates,
        permutations: arguments.permutations,
        seed: arguments.seed,
    })?;
    let study = &checked.study;
    let sources = super::diagnostics::Sources::read(&arguments.study.sources(&checked));
    terminal.findings(&checked.findings, &sources);
    known_analysis(arguments.only.as_deref(), study)?;
    let target = match &arguments.out {
        Some(out) => out.clone(),
        None => study
            .folder
            .join(format!("{}-result", folder_name(&study.name))),
    };
    let existing = if arguments.force {
        Existing::Replace
    } else {
        Existing::Keep
    };
    rooms::may_write(&target, existing)?;
    let earlier = arguments
        .earlier
        .as_deref()
        .map(rooms::open_bundle)
        .transpose()?;
    // The password is asked before the work, not after it.
    let signing = arguments.signing.key()?;
    let threads = arguments.threads.map_or_else(usual_threads, usize::from);
    terminal.mention(&format!(
        "using {threads} thread{} and up to {} MB for replicates",
        if threads == 1 { "" } else { "s" },
        arguments.memory
    ));

    let bar = Bar::new(terminal);
    bar.reads(study);
    let crate::trial::Checked {
        trial,
        mut findings,
        seconds: reading,
        ..
    } = rooms::with_threads(threads, || rooms::trial(study)).inspect_err(|_| bar.clear())?;
    findings.extend(rooms::replay(study).inspect_err(|_| bar.clear())?);
    let options = RunOptions {
        threads,
        memory_mb: arguments.memory as usize,
        only: arguments.only.clone(),
        kernel: arguments.kernel,
    };
    let mut settled = None;
    if let Some(share) = arguments.mc_error {
        let count = rooms::settle(study, &trial, &options, share, &bar);
        let count = count.inspect_err(|_| bar.clear());
        let count = count.map_err(Stop::at(&arguments.study.study))?;
        terminal.mention(&format!(
            "{count} replicates for a Monte Carlo error of {share} of half the interval's width"
        ));
        let study = settled.insert(study.clone());
        study.resampling.replicates = count;
    }
    let study = settled.as_ref().unwrap_or(study);
    let evaluated = rooms::evaluate(study, &trial, &options, &bar);
    bar.clear();
    let (mut results, timings) = evaluated.map_err(Stop::at(&arguments.study.study))?;
    terminal.findings(&findings, &sources);
    terminal.findings(&results.findings, &sources);
    // What was found on the way belongs to the result.
    results
        .findings
        .splice(0..0, checked.findings.iter().cloned().chain(findings));

    let mut phases = vec![
        ("read".to_owned(), reading.read),
        ("check".to_owned(), reading.check),
    ];
    for note in &timings.notes {
        terminal.mention(note);
    }
    phases.extend(timings.phases);
    let inputs = super::inputs::hashes(study, threads);
    if study.secret.is_some() {
        let told = inputs
            .iter()
            .filter_map(|(file, hash)| Some((file.clone(), hash.clone()?)));
        results.facts.inputs = told.collect();
    }
    let inputs: Vec<serde_json::Value> = (inputs.iter())
        .map(|(file, hash)| serde_json::json!({ "file": file, "hash": hash }))
        .collect();
    let trial_hash = results.facts.trial_hash.clone();
    let facts = |writing: f64| {
        let phases = phases.iter().map(|(name, s)| (name.as_str(), *s));
        let phases = phases.chain([("write", writing)]);
        terminal.mention(&seconds(phases.clone()));
        serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "threads": threads,
            "memory_mb": arguments.memory,
            "only": arguments.only,
            "csv": match arguments.csv {
                Table::Plain => "plain",
                Table::Dk => "dk",
            },
            "outside": checked.outside,
            "trial_hash": trial_hash,
            "inputs": inputs,
            "seconds": phases.collect::<Vec<_>>(),
            "system": { "os": std::env::consts::OS, "processor": std::env::consts::ARCH },
        })
    };
    let defined =
        rooms::headline_is_defined(&results, study) && rooms::families_are_defined(&results, study);
    let place = Place {
        target: &target,
        existing,
        tables: arguments.csv,
        formats: &study.formats,
        threads,
        site: study.site.as_ref(),
        earlier: earlier.as_ref(),
        signing: signing.as_ref(),
    };
    let summary = rooms::write(results, study, &place, &facts)?;
    terminal.say(&format!("written: {}", shown(&target)));
    terminal.out(&summary)?;
    Ok(if defined {
        Exit::Fine
    } else {
        Exit::But(Class::Undefined)
    })
}

fn known_analysis(only: Option<&str>, study: &Study) -> Result<(), Stop> {
    let names: Vec<&str> = study.analyses.iter().map(|a| a.name.as_str()).collect();
    match only {
        Some(name) if !names.contains(&name) => Err(Stop::usage(
            format!("the study has no analysis named `{name}`"),
            suggest::hint(
                name,
                &names,
                &format!("choose one of {}", suggest::list(&names)),
            ),
        )),
        _ => Ok(()),
    }
}

pub(super) fn usual_threads() -> usize {
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if all <= SMALL_MACHINE { all } else { all / 2 }
}

fn seconds<'a>(phases: impl Iterator<Item = (&'a str, f64)>) -> String {
    let parts: Vec<String> = phases.map(|(name, s)| format!("{name} {s:.3} s")).collect();
    parts.join(", ")
}

/// The folder's own name: never the way to it.
fn shown(target: &Path) -> String {
    let name = target.file_name().unwrap_or(target.as_os_str());
    format!("{}/", name.to_string_lossy())
}

/// A study's name as a folder: small letters, digits and hyphens.
fn folder_name(name: &str) -> String {
    let mut folder = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'æ' | 'ä' => folder.push_str("ae"),
            'ø' | 'ö' => folder.push_str("oe"),
            'å' => folder.push_str("aa"),
            letter if letter.is_ascii_alphanumeric() => folder.push(letter),
            _ if !folder.is_empty() && !folder.ends_with('-') => folder.push('-'),
            _ => {}
        }
        // File systems take 255 bytes; a folder needs fewer to be read.
        if folder.len() >= 60 {
            break;
        }
    }
    let folder = folder.trim_end_matches('-');
    if folder.is_empty() { "study" } else { folder }.to_owned()
}

/// A share between 0 and 1, both left out.
fn a_share(text: &str) -> Result<f64, String> {
    match text.replace(',', ".").parse::<f64>() {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("a number between 0 and 1, such as 0.05".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_name_becomes_a_plain_folder_name() {
        assert_eq!(
            folder_name("På rette vej i job (2013)"),
            "paa-rette-vej-i-job-2013"
        );
        assert_eq!(folder_name("../x"), "x");
        assert_eq!(folder_name("--"), "study");
    }
}
