//! Differences by regression in any assignment: the treatment is dealt out again, outcomes and covariates stay with their
//! persons, and the regression is estimated anew with its standard error. So the plain test is one of the sharp hypothesis,
//! whatever the covariates, and the studentised one keeps its level in large samples (Zhao and Ding 2021). Residuals are not
//! permuted (Freedman and Lane 1983): arms were dealt, residuals were not.
//!
//! Where everybody is followed as far as is asked, each number that is asked is one value of a person, and only those are
//! regressed; else all weeks are.

use super::dealt::{Dealt, NOBODY};
use super::grid::{Difference, Grid, groups};
use super::hypotheses::Hypothesis;
use crate::estimand::Weekly;
use crate::evaluate::context::Context;
use crate::evaluate::division::{Contrast, StratumGroup};
use crate::evaluate::regression::{Anew, Arms, of_curve};
use crate::panel::{Entry, OutcomePanel, Shape};
use crate::resample::permutation::Masks;
use crate::totals::{NO_CELL, expand};

/// One number that is asked: a tick, of the week or accumulated.
type Asked = (usize, Weekly);

/// Of one analysis, outcome and subgroup column.
pub(super) struct Regressed {
    key: (usize, usize, Option<usize>),
    grid: Grid,
    /// Unit at each place.
    units: Vec<u32>,
    made: Option<Anew>,
    /// Where each number stands among the weeks that are regressed.
    read: Vec<Asked>,
    /// How large each is.
    sizes: Vec<f64>,
    /// Levels with something asked.
    levels: Vec<usize>,
    asked: Vec<Asked>,
}

/// What was found in one assignment.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    arms: Arms,
    /// By level that is asked and number.
    differences: Vec<Difference>,
}

/// What a hypothesis asks; `None` where the curve is not one of weekly differences.
fn asked_by(hypothesis: &Hypothesis) -> Option<Asked> {
    Some((hypothesis.tick, hypothesis.curve.of_weekly()?))
}

impl Regressed {
    /// Those of the hypotheses that are differences by regression.
    pub fn all(context: &Context<'_>, dealt: &Dealt, hypotheses: &[Hypothesis]) -> Vec<Self> {
        let mut out: Vec<Self> = Vec::new();
        for hypothesis in hypotheses.iter().filter(|h| is_regressed(context, h)) {
            let key = (hypothesis.analysis, hypothesis.outcome, hypothesis.subgroup);
            let adjustment = context.study.analyses[hypothesis.analysis].adjustment;
            let place = out.iter().position(|own| own.key == key);
            let place = place.unwrap_or_else(|| {
                out.push(Self {
                    key,
                    grid: Grid::new(context.trial, hypothesis.subgroup, adjustment),
                    units: dealt.units.clone(),
                    made: None,
                    read: Vec::new(),
                    sizes: Vec::new(),
                    levels: Vec::new(),
                    asked: Vec::new(),
                });
                out.len() - 1
            });
            let own = &mut out[place];
            if !own.levels.contains(&hypothesis.level) {
                own.levels.push(hypothesis.level);
            }
            let asked = asked_by(hypothesis);
            own.asked.extend(asked.filter(|a| !own.asked.contains(a)));
        }
        for own in &mut out {
            own.lay_out(context);
        }
        out
    }

    fn lay_out(&mut self, context: &Context<'_>) {
        let (analysis, outcome, _) = self.key;
        let (trial, classes) = (context.trial, context.classes);
        let mut cell = vec![NO_CELL; trial.persons()];
        for &unit in self.units.iter().filter(|&&unit| unit != NOBODY) {
            for &person in classes.members(unit as usize) {
                cell[person as usize] = self.grid.cell(trial, person as usize);
            }
        }
        let analysis = &context.study.analyses[analysis];
        let whole = &context.panel.outcomes[outcome];
        let cells = (&*cell, self.grid.cells());
        let few = numbers(whole, &cell, &self.asked);
        let of_few = few.and_then(|few| Anew::new(context, &few, cells, analysis));
        self.read = match of_few {
            Some(_) => (0..self.asked.len()).map(|k| (k, Weekly::Itself)).collect(),
            None => self.asked.clone(),
        };
        self.made = of_few.or_else(|| Anew::new(context, whole, cells, analysis));
        if let Some(made) = &self.made {
            let sizes = made.sizes();
            let size = |&(tick, curve): &Asked| of_curve(sizes.each_ref(), curve)[tick];
            self.sizes = self.read.iter().map(size).collect();
        }
    }

    /// Where a hypothesis is read off, if it is one of these.
    pub fn place(&self, hypothesis: &Hypothesis) -> Option<usize> {
        let key = (hypothesis.analysis, hypothesis.outcome, hypothesis.subgroup);
        let asked = asked_by(hypothesis)?;
        if key != self.key {
            return None;
        }
        let level = self.levels.iter().position(|l| *l == hypothesis.level)?;
        let number = self.asked.iter().position(|a| *a == asked)?;
        Some(level * self.asked.len() + number)
    }

    /// The difference at a place.
    pub fn difference(found: &Found, place: usize) -> Difference {
        found.differences[place]
    }

    /// Regresses an assignment, whose second mask is the arm that is compared with the control.
    pub fn fill(&self, masks: &Masks, units: usize, found: &mut Found) {
        found.differences.clear();
        let Some(made) = &self.made else {
            let nothing = Difference {
                estimate: f64::NAN,
                std_error: f64::NAN,
                scale: 0.0,
            };
            let count = self.levels.len() * self.asked.len();
            found.differences.resize(count, nothing);
            return;
        };
        for counts in &mut found.arms.counts {
            counts.clear();
            counts.resize(units, 0);
        }
        for (place, &unit) in self.units.iter().enumerate() {
            if unit != NOBODY {
                let treated = masks[1][place / 64] >> (place % 64) & 1;
                found.arms.counts[treated as usize][unit as usize] += 1;
            }
        }
        made.sum(&mut found.arms);
        for &level in &self.levels {
            let contrast = self.contrast(made, &found.arms, level);
            let (weekly, sandwich) = made.contrast(&found.arms, &contrast);
            let mut accumulated = weekly.clone();
            for at in 1..accumulated.len() {
                accumulated[at] += accumulated[at - 1];
            }
            let estimates = [&weekly, &accumulated];
            let variances = [&sandwich.weekly, &sandwich.accumulated];
            for (&(tick, curve), &size) in self.read.iter().zip(&self.sizes) {
                found.differences.push(Difference {
                    estimate: of_curve(estimates, curve)[tick],
                    std_error: of_curve(variances, curve)[tick].sqrt(),
                    scale: 2.0 * size,
                });
            }
        }
    }

    /// The strata with both arms in this assignment.
    fn contrast(&self, made: &Anew, arms: &Arms, level: usize) -> Contrast {
        let groups = groups(&self.grid, level, |cell| made.persons(arms, cell));
        let total: u64 = groups.iter().map(|group| group.0).sum();
        let group = |(persons, cells): (u64, Vec<usize>)| StratumGroup {
            weight: persons as f64 / total as f64,
            // A cell that one arm has left has nobody there to add.
            treated: cells.iter().map(|cell| 2 * cell + 1).collect(),
            control: cells.iter().map(|cell| 2 * cell).collect(),
        };
        Contrast {
            groups: groups.into_iter().map(group).collect(),
            ..Contrast::default()
        }
    }
}

/// Whether a hypothesis is of a difference by regression.
pub(super) fn is_regressed(context: &Context<'_>, hypothesis: &Hypothesis) -> bool {
    let analysis = &context.study.analyses[hypothesis.analysis];
    analysis.adjustment.is_regression()
}

/// The numbers that are asked, each as a week of its own; `None` where somebody in a cell is not followed so far.
fn numbers(whole: &OutcomePanel, cell: &[u32], asked: &[Asked]) -> Option<OutcomePanel> {
    let ticks = whole.shape.ticks;
    let last = asked.iter().map(|asked| asked.0).max()?;
    let mut out = OutcomePanel {
        shape: Shape {
            ticks: asked.len(),
            ..whole.shape.clone()
        },
        offsets: vec![0],
        entries: Vec::new(),
    };
    let mut history = vec![0_i64; whole.shape.slots()];
    for (person, &cell) in cell.iter().enumerate() {
        if cell != NO_CELL {
            expand(whole, person, &mut history);
            if history[..=last].iter().any(|&followed| followed != 1) {
                return None;
            }
            out.entries.push(Entry { slot: 0, delta: 1 });
            let mut before = 0;
            for (number, &(tick, curve)) in asked.iter().enumerate() {
                let from = match curve {
                    Weekly::Itself => tick,
                    Weekly::Accumulated => 0,
                };
                let value: i64 = history[ticks + from..=ticks + tick].iter().sum();
                if value != before {
                    out.entries.push(Entry {
                        slot: (asked.len() + number) as u32,
                        delta: i32::try_from(value - before).ok()?,
                    });
                }
                before = value;
            }
        }
        out.offsets.push(out.entries.len() as u32);
    }
    Some(out)
}
