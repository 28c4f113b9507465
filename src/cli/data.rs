//! Options that `validate` and `run` share: the study and where its data are.

use super::rooms;
use super::stop::Stop;
use crate::study::{Checked, Draft, OutsideRule, ReadOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct StudyArguments {
    /// The study file
    #[arg(value_name = "STUDY")]
    pub study: PathBuf,
    /// Folder of data: `DIR` instead of the study's own, or `NAME=DIR` for files written `NAME:path` (repeatable)
    #[arg(long = "data", value_name = "[NAME=]DIR")]
    pub data: Vec<String>,
    /// Follow links that lead out of their folder
    #[arg(long)]
    pub allow_outside: bool,
}

/// What the command line puts over the study.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Overrides {
    pub replicates: Option<u32>,
    pub permutations: Option<u32>,
    pub seed: Option<u64>,
}

impl StudyArguments {
    fn options(&self, overrides: Overrides) -> Result<ReadOptions, Stop> {
        Ok(ReadOptions {
            roots: self.roots()?,
            allow_outside: if self.allow_outside {
                OutsideRule::Allow
            } else {
                OutsideRule::Refuse
            },
            replicates: overrides.replicates,
            permutations: overrides.permutations,
            seed: overrides.seed,
        })
    }

    /// What a draw needs of the study.
    pub fn read_draft(&self) -> Result<Draft, Stop> {
        let options = self.options(Overrides::default())?;
        crate::study::read_draft(&self.study, &options).map_err(Stop::at(&self.study))
    }

    pub fn read(&self, overrides: Overrides) -> Result<Checked, Stop> {
        let options = self.options(overrides)?;
        let mut checked =
            crate::study::read(&self.study, &options).map_err(Stop::at(&self.study))?;
        let sources = self.sources(&checked);
        rooms::read_prices(&mut checked).map_err(|error| Stop::Failed { error, sources })?;
        Ok(checked)
    }

    /// Files that findings may point into: the study, and its prices.
    pub fn sources(&self, checked: &Checked) -> Vec<PathBuf> {
        let prices = (checked.study.cost_benefit.as_ref()).and_then(|c| c.prices.as_ref());
        std::iter::once(self.study.clone())
            .chain(prices.map(|file| file.path.clone()))
            .collect()
    }

    pub fn roots(&self) -> Result<Vec<(String, PathBuf)>, Stop> {
        let mut roots: Vec<(String, PathBuf)> = Vec::new();
        for written in &self.data {
            let (name, dir) = match written.split_once('=') {
                Some((name, dir)) if is_name(name) => (name, dir),
                _ => ("", written.as_str()),
            };
            if roots.iter().any(|(given, _)| given == name) {
                return Err(Stop::usage(
                    if name.is_empty() {
                        "`--data DIR` is given twice".to_owned()
                    } else {
                        format!("the data folder `{name}` is given twice")
                    },
                    "give each folder a name of its own: `--data NAME=DIR`",
                ));
            }
            let dir = PathBuf::from(dir);
            if !dir.is_dir() {
                let which = if name.is_empty() { "`--data`" } else { name };
                return Err(Stop::usage(
                    format!("the folder of {which} is not there"),
                    "check the folder after `--data`",
                ));
            }
            roots.push((name.to_owned(), dir));
        }
        Ok(roots)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
