//! `init`: looks at data files and writes a study to begin with, in which every guess is marked.

mod names;
mod roles;
mod text;
mod weekly;

use super::data::{Overrides, StudyArguments};
use super::diagnostics::Sources;
use super::preview::data_file;
use super::rooms;
use super::stop::{Exit, Stop};
use super::terminal::Terminal;
use clap::Args;
use roles::Held;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Rows of each file that are looked at.
const ROWS: usize = 200_000;

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// Data files: persons, spells or durations, and others; or one file that holds them all
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Column of the trial's arm, where neither name nor labels tell it
    #[arg(long, value_name = "COLUMN")]
    arm: Option<String>,
    /// Where to write the study; it is not written over
    #[arg(long, value_name = "STUDY", default_value = "study.toml")]
    out: PathBuf,
}

pub(super) fn init(arguments: &InitArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let folder = match arguments.out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let roots = roots(&arguments.files, folder)?;
    let mut held = Vec::new();
    for (path, written) in arguments.files.iter().zip(&roots.written) {
        let file = data_file(path);
        let look = rooms::look(&file, ROWS)?;
        held.push(Held {
            file,
            written: written.clone(),
            look,
        });
    }
    let name = arguments.out.file_stem().unwrap_or_default();
    let guess = roles::guess(&held, arguments.arm.as_deref())?;
    let text = text::study(&name.to_string_lossy(), &guess);
    write_new(&arguments.out, &text)?;
    terminal.say(&format!("wrote {}", shown(&arguments.out)));
    if let Some(data) = &roots.data {
        terminal.say(&format!(
            "the data lie elsewhere: add `--data {}` to every command",
            data.display()
        ));
    }
    for file in &guess.left {
        terminal.say(&format!(
            "{file} was not understood and is not in the study"
        ));
    }
    tried(arguments, &roots, terminal)
}

/// How the files are named in the study.
struct Roots {
    written: Vec<String>,
    /// The folder of the data, where that is not the study's.
    data: Option<PathBuf>,
}

fn roots(files: &[PathBuf], folder: &Path) -> Result<Roots, Stop> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let below = |root: &Path| -> Option<Vec<String>> {
        let root = real(root);
        let names = files.iter().map(|file| {
            let rest = real(file).strip_prefix(&root).ok()?.to_owned();
            Some(rest.to_string_lossy().replace('\\', "/"))
        });
        names.collect()
    };
    if let Some(written) = below(folder) {
        return Ok(Roots {
            written,
            data: None,
        });
    }
    let mut data = files[0].parent().map(Path::to_owned).unwrap_or_default();
    if data.as_os_str().is_empty() {
        data = PathBuf::from(".");
    }
    match below(&data) {
        Some(written) => Ok(Roots {
            written,
            data: Some(data),
        }),
        None => Err(Stop::usage(
            "the files do not lie in one folder",
            "name files of one folder; others can be added to the study by hand",
        )),
    }
}

fn shown(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn write_new(path: &Path, text: &str) -> Result<(), Stop> {
    let opened = std::fs::File::create_new(path);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Stop::usage(
                format!("{} is there already", shown(path)),
                "give another name with `--out`, or move it away",
            ),
            _ => Stop::usage(
                format!("{} cannot be written", shown(path)),
                "check the folder and your rights to it",
            ),
        })
}

/// Validates what was written, so that nobody has to wonder.
fn tried(arguments: &InitArguments, roots: &Roots, terminal: &Terminal) -> Result<Exit, Stop> {
    let study = StudyArguments {
        study: arguments.out.clone(),
        data: (roots.data.iter())
            .map(|dir| dir.to_string_lossy().into_owned())
            .collect(),
        allow_outside: false,
    };
    let checked = study.read(Overrides::default())?;
    match rooms::trial(&checked.study) {
        Ok(read) => {
            let sources = Sources::read(&study.sources(&checked));
            terminal.findings(&read.findings, &sources);
            terminal
                .say("the study and its data can be run as they are; now check what was guessed");
        }
        Err(error) => {
            let sources = Sources::read(&study.sources(&checked));
            terminal.findings(&error.diagnostics, &sources);
            terminal.say(
                "the study is a beginning: settle the findings above, then `rettevej validate`",
            );
        }
    }
    Ok(Exit::Fine)
}
