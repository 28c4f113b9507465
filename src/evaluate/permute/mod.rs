//! Permutation tests and families: the arms are dealt out again, and everything is computed from the groups that come out.
//!
//! The observed assignment and every permutation go through one path: sums of an arm's places ([`reader`]), the contrast
//! made of them ([`grid`]), then |difference| and |difference| / standard error. A pairwise test deals out the persons of
//! one treatment arm and the control; where there are several treatment arms a global one deals out all.

mod counter;
mod dealt;
mod families;
mod grid;
mod histories;
mod hypotheses;
mod moments;
mod paths;
mod reach;
mod reader;
mod regressed;
mod rows;
mod running;
mod runs;
mod setting;
mod strips;
#[cfg(test)]
mod tests;
mod together;

use super::Progress;
use super::context::Context;
use crate::error::Result;
use crate::inference::stepdown::Draws;
use crate::results::{FamilyFacts, Row};
use crate::study::Multiplicity;
pub(super) use hypotheses::Hypothesis;
use hypotheses::{Asked, asked};
use runs::{Runs, Verdict};
pub(super) use together::Together;

/// Hypotheses of the analyses that are run, what their replicates are, and what was found of each.
pub(super) struct Tests {
    asked: Vec<Asked>,
    /// By analysis and hypothesis; empty but for families that are stepped down over the bootstrap.
    replicates: Vec<Vec<Vec<f64>>>,
    /// By analysis and hypothesis; empty without permutations.
    pairwise: Vec<Vec<Verdict>>,
    /// By analysis: a hypothesis whose arm stands for all, and what was found.
    global: Vec<Vec<(Hypothesis, Verdict)>>,
    /// Differences of one arm whose equality is tested, each group with what was found.
    together: Vec<(Vec<Hypothesis>, Option<Together>)>,
}

impl Tests {
    /// Whether nothing is tested.
    pub fn is_empty(&self) -> bool {
        self.asked.iter().all(|asked| asked.all.is_empty())
    }

    /// Asks whether the differences of each group are equal.
    pub fn ask_together(&mut self, groups: Vec<Vec<Hypothesis>>) {
        self.together = groups.into_iter().map(|group| (group, None)).collect();
    }

    /// What was found of each group, in the order they were asked.
    pub fn together(&self) -> impl Iterator<Item = Option<Together>> {
        self.together.iter().map(|group| group.1)
    }
}

impl Context<'_> {
    /// What is tested of some analyses.
    ///
    /// # Errors
    /// When a family names a destination that the data do not have.
    pub fn tests(self, analyses: &[usize]) -> Result<Tests> {
        let asked = (analyses.iter())
            .map(|&index| asked(self.study, self.trial, self.panel, index))
            .collect::<Result<Vec<_>>>()?;
        Ok(Tests {
            replicates: asked
                .iter()
                .map(|a| vec![Vec::new(); a.all.len()])
                .collect(),
            pairwise: Vec::new(),
            global: Vec::new(),
            together: Vec::new(),
            asked,
        })
    }

    /// Runs the permutations.
    pub fn permute(self, tests: &mut Tests, progress: &dyn Progress) {
        if self.study.resampling.permutations == 0 {
            return;
        }
        let runs = Runs {
            context: self,
            progress,
        };
        let families: Vec<(&[Hypothesis], bool)> = (tests.asked.iter())
            .map(|asked| {
                let stepped = self.multiplicity(asked) == Some(Multiplicity::WestfallYoung);
                (asked.all.as_slice(), stepped)
            })
            .collect();
        let groups: Vec<&[Hypothesis]> = tests.together.iter().map(|g| &*g.0).collect();
        let (pairwise, found) = runs.pairwise(&families, &groups);
        let global = runs.global(&families);
        (tests.pairwise, tests.global) = (pairwise, global);
        for (group, found) in tests.together.iter_mut().zip(found) {
            group.1 = found;
        }
    }

    /// How a family is adjusted; `None` for hypotheses that are none.
    fn multiplicity(self, asked: &Asked) -> Option<Multiplicity> {
        let first = asked.all.first().filter(|_| asked.is_family)?;
        Some(self.study.analyses[first.analysis].multiplicity)
    }

    /// Puts what was found into the rows; gives what the report must know of each family. `samples` says whether the
    /// replicates are all that there are.
    pub fn report(self, tests: &Tests, samples: Draws, rows: &mut Vec<Row>) -> Vec<FamilyFacts> {
        rows::report(self, (tests, samples), rows)
    }
}
