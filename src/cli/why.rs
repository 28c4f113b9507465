//! The runs behind `diff --old-study --new-study`: the old study with more and more of the new one, each run as `run` does and
//! each through the same gate.

use super::data::StudyArguments;
use super::diff::WhyArguments;
use super::rooms::{self, RunOptions};
use super::stop::Stop;
use super::terminal::Terminal;
use crate::check::diff::why::{Chain, Step, Why, numbers, split};
use crate::error::Error;
use crate::results::{Bundle, same_trial};
use crate::study::{OutsideRule, ReadOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is taken over from the new study, in this order.
const PARTS: [&str; 4] = ["data", "options", "prices", "seed"];

/// One of the two results, and where its study and data are.
struct Side<'a> {
    bundle: &'a Bundle,
    study: &'a Path,
    data: &'a [String],
    roots: Vec<(String, PathBuf)>,
}

pub(super) fn why(
    [old, new]: [&Bundle; 2],
    [old_study, new_study]: [&PathBuf; 2],
    arguments: &WhyArguments,
    terminal: &Terminal,
) -> Result<Why, Stop> {
    let sides = [
        Side::of(old, old_study, &arguments.old_data)?,
        Side::of(new, new_study, &arguments.new_data)?,
    ];
    let rule = if arguments.allow_outside {
        OutsideRule::Allow
    } else {
        OutsideRule::Refuse
    };
    let case = |taken: [usize; 4]| {
        let from: Vec<&str> = taken.iter().map(|side| ["old", "new"][*side]).collect();
        terminal.mention(&format!(
            "running with data, options, prices and seed: {}",
            from.join(", ")
        ));
        run_case(&sides, taken, rule)
    };
    let mut notes = Vec::new();
    let first = case([0; 4]).map_err(Stop::at(old_study))?;
    same_files(&first, old, "old", &mut notes);
    let mut steps = Vec::new();
    let (mut taken, mut waiting) = ([0; 4], Vec::new());
    let mut last = numbers(&first);
    for (i, part) in PARTS.into_iter().enumerate() {
        taken[i] = 1;
        waiting.push(part);
        let is_last = i + 1 == PARTS.len();
        if !is_last && is_equal(&sides, i) {
            // Nothing to take over: the run would be the one before.
            if waiting.len() == 1 {
                steps.push(Step {
                    part: waiting.join(" and "),
                    numbers: last.clone(),
                });
                waiting.clear();
            }
            continue;
        }
        match case(taken) {
            Ok(bundle) => {
                if is_last {
                    same_files(&bundle, new, "new", &mut notes);
                }
                last = numbers(&bundle);
                steps.push(Step {
                    part: waiting.join(" and "),
                    numbers: last.clone(),
                });
                waiting.clear();
            }
            Err(error) if is_last => return Err(Stop::at(new_study)(error)),
            Err(error) => notes.push(cannot_mix(part, &error)),
        }
    }
    let old_program = match &arguments.old_binary {
        Some(binary) => Some(numbers(&by_old_program(binary, &sides[0], arguments)?)),
        None => None,
    };
    let chain = Chain {
        old: numbers(old),
        old_program,
        first: numbers(&first),
        steps,
        new: numbers(new),
    };
    Ok(split(&chain, notes))
}

impl<'a> Side<'a> {
    fn of(bundle: &'a Bundle, study: &'a Path, data: &'a [String]) -> Result<Self, Stop> {
        let arguments = StudyArguments {
            study: study.to_owned(),
            data: data.to_vec(),
            allow_outside: false,
        };
        let mut roots = arguments.roots()?;
        if !roots.iter().any(|(name, _)| name.is_empty()) {
            // The study's own folder, said aloud: a mixed case has the other study's folder for its data.
            let folder = study
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
            roots.push((String::new(), folder));
        }
        Ok(Self {
            bundle,
            study,
            data,
            roots,
        })
    }
}

/// Runs the study of which data, options, prices and seed come from one side or the other.
fn run_case(
    sides: &[Side<'_>; 2],
    [data, options, prices, seed]: [usize; 4],
    rule: OutsideRule,
) -> Result<Bundle, Error> {
    let facts = &sides[options].bundle.facts;
    let read = |side: usize, data: usize| {
        let options = ReadOptions {
            roots: sides[data].roots.clone(),
            allow_outside: rule,
            replicates: Some(facts.replicates),
            permutations: Some(facts.permutations),
            seed: Some(sides[seed].bundle.facts.seed),
        };
        crate::study::read(sides[side].study, &options)
    };
    let mut checked = read(options, data)?;
    if prices != options {
        let other = read(prices, prices)?
            .study
            .cost_benefit
            .and_then(|money| money.prices);
        if let Some(money) = &mut checked.study.cost_benefit {
            money.prices = other;
        }
    }
    rooms::read_prices(&mut checked)?;
    let threads = super::run::usual_threads();
    let options = RunOptions {
        threads,
        memory_mb: 256,
        only: None,
        kernel: None,
    };
    // A case with other data is an edition of its own: nothing may be told by subtracting the old one.
    let earlier = (data != 0).then_some(sides[0].bundle);
    rooms::run_silently(&checked.study, &options, earlier)
}

/// Whether both sides have the same of a part; of the data nobody knows without reading them.
fn is_equal([old, new]: &[Side<'_>; 2], part: usize) -> bool {
    let (a, b) = (old.bundle, new.bundle);
    match PARTS[part] {
        "options" => {
            a.study_source == b.study_source
                && a.facts.replicates == b.facts.replicates
                && a.facts.permutations == b.facts.permutations
        }
        "prices" => a.prices == b.prices,
        _ => false,
    }
}

fn same_files(run: &Bundle, result: &Bundle, which: &str, notes: &mut Vec<String>) {
    if same_trial(&run.facts.trial_hash, &result.facts.trial_hash) == Some(false) {
        notes.push(format!(
            "the data of the {which} study are not those of the {which} result: the hash of the checked trial differs"
        ));
    }
    if run.study_source != result.study_source {
        notes.push(format!(
            "the {which} study is not written as in the {which} result"
        ));
    }
    if run.prices != result.prices {
        notes.push(format!(
            "the prices of the {which} study are not those of the {which} result"
        ));
    }
}

fn cannot_mix(part: &str, error: &Error) -> String {
    let why = error
        .diagnostics
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    format!(
        "the new {part} do not go with the rest of the old study, and are taken together with what follows: {why}"
    )
}

/// A folder that is removed when it is no longer looked at.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies among the temporary files of the system.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The old study, run by the program that made the old result.
fn by_old_program(binary: &Path, old: &Side<'_>, arguments: &WhyArguments) -> Result<Bundle, Stop> {
    let folder = Folder(std::env::temp_dir().join(format!("rettevej-diff-{}", std::process::id())));
    let facts = &old.bundle.facts;
    let mut command = Command::new(binary);
    command
        .arg("run")
        .arg(old.study)
        .arg("--quiet")
        .arg("--out")
        .arg(&folder.0);
    command.args(["--seed", &facts.seed.to_string()]);
    command.args(["--replicates", &facts.replicates.to_string()]);
    if facts.permutations > 0 {
        command.args(["--permutations", &facts.permutations.to_string()]);
    }
    for data in old.data {
        command.args(["--data", data]);
    }
    if arguments.allow_outside {
        command.arg("--allow-outside");
    }
    let done = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let refuse = |why: String| {
        let hint = "run the old study by hand with it, or leave `--old-binary` out";
        Stop::usage(
            format!("the old program did not run the old study ({why})"),
            hint,
        )
    };
    match done {
        Err(cause) => Err(refuse(cause.kind().to_string())),
        // 5: the headline is undefined, and the result is written.
        Ok(status) if matches!(status.code(), Some(0 | 5)) => Ok(Bundle::open(&folder.0)?),
        Ok(status) => Err(refuse(match status.code() {
            Some(code) => format!("exit code {code}"),
            None => "it was stopped".to_owned(),
        })),
    }
}
