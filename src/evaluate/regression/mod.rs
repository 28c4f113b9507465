//! Differences adjusted for covariates: `ancova` and `lin`, one regression in each week, in the observed sample and in every
//! replicate from the same draw as everything else.
//!
//! | | model of week t | target |
//! |---|---|---|
//! | `ancova` | y ~ treatment + covariates + strata | the treatment's coefficient |
//! | `lin` | y ~ covariates + strata in each arm (treatment fully interacted, centred) | the difference at the mean of all compared persons |
//!
//! The accumulated difference is the sum of the weekly ones; with everybody followed it is the coefficient of a regression
//! of the accumulated outcome. Strata that lack an arm are outside, as in a comparison within strata. Weights of strata
//! and the centre are those of the persons assigned, fixed over weeks and draws.
//!
//! Lin 2013 (Annals of Applied Statistics 7); Freedman 2008; Bell and McCaffrey 2002.

mod anew;
mod clusters;
mod design;
mod draws;
mod influence;
mod joint;
mod moderated;
mod sandwich;
mod system;
#[cfg(test)]
mod tests;

pub(super) use anew::{Anew, Arms};
pub(super) use draws::{Room, of_curve};
pub(super) use influence::Powers;
pub(super) use joint::Joint;
pub(super) use moderated::Moderator;
pub(super) use sandwich::Sandwich;

use draws::Cells;
use sandwich::Over;

use super::context::Context;
use super::division::{Contrast, Division, StratumGroup};
use super::refusals::refusal;
use crate::error::{Class, Diagnostic, Error, Result};
use crate::numeric::cholesky::Cholesky;
use crate::panel::OutcomePanel;
use crate::resample::Draw;
use crate::study::{Adjustment, Analysis, StandardErrors};
use crate::totals::CrossProducts;
use design::Design;
use system::{Group, Model, Sums, System, Target, by_arm, pooled};

/// Bits of a covariate at most and at least: fewer would round it visibly.
const MOST_BITS: u32 = 24;
const FEWEST_BITS: u32 = 10;

/// The regressions of one outcome and one division.
pub(super) struct Regression {
    cross: CrossProducts,
    /// By level and treatment arm.
    models: Vec<Vec<Model>>,
    names: Vec<String>,
    divisor: f64,
    over: Over,
}

impl Regression {
    /// Lays the regressions out.
    ///
    /// # Errors
    /// Covariates that depend on each other (all levels together), and sums that could pass 63 bits.
    pub fn new(
        context: &Context<'_>,
        (name, outcome): (&str, &OutcomePanel),
        division: &Division,
        analysis: &Analysis,
    ) -> Result<Self> {
        // Without one it is the same difference as without regression.
        let design = if analysis.adjustment.is_regression() {
            Design::new(context.trial)
        } else {
            Design::default()
        };
        let bits = bits(context, outcome).ok_or_else(|| too_large(name))?;
        let cells = (&*division.cell, division.cells.len());
        let mut out = Self::laid_out(context, (outcome, bits), cells, design);
        out.over = over(context, analysis);
        let observed = Draw::observed(context.classes);
        let mut room = Room::default();
        out.sum(&observed, &mut room);
        let sums = Cells::observed(&room, &observed);
        if division.subgroup.is_none() {
            out.refuse_dependent(division, &sums, analysis)?;
        }
        let models: Vec<Vec<Model>> = (0..division.levels)
            .map(|level| {
                let one = |arm| {
                    let contrast = whole(division, (level, arm), analysis.adjustment);
                    out.model(&contrast, analysis.adjustment, &sums)
                };
                (1..division.arms).map(one).collect()
            })
            .collect();
        out.models = models;
        Ok(out)
    }

    /// Means of the arms, control first, as if each were a contrast.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of_arms(
        context: &Context<'_>,
        (name, outcome): (&str, &OutcomePanel),
        division: &Division,
    ) -> Result<Self> {
        let bits = bits(context, outcome).ok_or_else(|| too_large(name))?;
        let cells = (&*division.cell, division.cells.len());
        let mut out = Self::laid_out(context, (outcome, bits), cells, Design::default());
        let mean = |level: usize, arm: usize| {
            let cells = division.arm_cells(level, arm);
            let system = System {
                sign: 1.0,
                groups: vec![Group {
                    cells: cells.iter().map(|&cell| (cell, 0.0)).collect(),
                    weight: 1.0,
                }],
                treatment: false,
                target: Target::Centre,
            };
            Model {
                systems: if cells.is_empty() {
                    Vec::new()
                } else {
                    vec![system]
                },
                columns: Vec::new(),
                left_out: Vec::new(),
                centre: Vec::new(),
            }
        };
        out.models = (0..division.levels)
            .map(|level| (0..division.arms).map(|arm| mean(level, arm)).collect())
            .collect();
        Ok(out)
    }

    /// Everything but the models.
    fn laid_out(
        context: &Context<'_>,
        (outcome, bits): (&OutcomePanel, u32),
        cells: (&[u32], usize),
        design: Design,
    ) -> Self {
        let columns = design.in_bits(bits);
        let over = if context.classes.clustered {
            Over::Clusters
        } else {
            Over::Means(StandardErrors::default())
        };
        Self {
            cross: CrossProducts::build(context.classes, outcome, cells, &columns),
            models: Vec::new(),
            names: design.names,
            divisor: outcome.shape.divisor,
            over,
        }
    }

    /// How it is made, for who wants to know.
    pub fn note(&self) -> String {
        format!(
            "{} columns in {} epochs",
            self.names.len(),
            self.cross.epochs()
        )
    }

    /// Refuses a study whose covariates say the same twice, within strata and over all arms.
    fn refuse_dependent(
        &self,
        division: &Division,
        sums: &impl Sums,
        analysis: &Analysis,
    ) -> Result<()> {
        let groups = (0..division.strata).map(|stratum| Group {
            cells: (0..division.arms)
                .filter_map(|arm| division.find(0, arm, stratum))
                .map(|cell| (cell, 0.0))
                .collect(),
            weight: 0.0,
        });
        let system = System {
            sign: 1.0,
            groups: groups.collect(),
            treatment: false,
            target: Target::Centre,
        };
        let all: Vec<usize> = (0..self.names.len()).collect();
        let dependent: Vec<&str> = (self.dependent(&system, &all, sums).into_iter())
            .map(|column| self.names[column].as_str())
            .collect();
        if dependent.is_empty() {
            return Ok(());
        }
        Err(refusal(
            "RV0419",
            &format!(
                "analysis `{}` adjusts for covariates that follow from those before them (or from the strata, or nobody differs in them): `{}`",
                analysis.name,
                dependent.join("`, `")
            ),
            "leave these out of `covariates` in `[persons]`",
        ))
    }

    /// Columns of a system that depend on those before them.
    fn dependent(&self, system: &System, columns: &[usize], sums: &impl Sums) -> Vec<usize> {
        let made = system.products(&self.cross, columns, sums);
        let triangle = made.normal.len() / self.cross.epochs().max(1);
        let factor = Cholesky::new(&made.normal[..triangle], made.size);
        factor
            .dependent()
            .filter_map(|column| columns.get(column).copied())
            .collect()
    }

    /// The model of a contrast: columns in which nobody of it differs are left out.
    fn model(&self, contrast: &Contrast, adjustment: Adjustment, sums: &impl Sums) -> Model {
        let systems = match adjustment {
            _ if contrast.groups.is_empty() => Vec::new(),
            Adjustment::Lin | Adjustment::Strata | Adjustment::Weights => by_arm(contrast),
            _ => pooled(contrast),
        };
        let mut columns: Vec<usize> = (0..self.names.len()).collect();
        let mut left_out = Vec::new();
        for system in &systems {
            let gone = self.dependent(system, &columns, sums);
            columns.retain(|column| !gone.contains(column));
            left_out.extend(gone);
        }
        left_out.sort_unstable();
        let centre = self.centre(contrast, &columns, sums);
        Model {
            systems,
            columns,
            left_out,
            centre,
        }
    }

    /// Mean of the columns over everybody compared, followed or not.
    fn centre(&self, contrast: &Contrast, columns: &[usize], sums: &impl Sums) -> Vec<f64> {
        let mut centre = vec![0_i64; columns.len()];
        let mut persons = 0_i64;
        let cells = contrast
            .groups
            .iter()
            .flat_map(|g| g.treated.iter().chain(&g.control));
        for &cell in cells {
            let (of, counts) = sums.counted(cell);
            for row in self.cross.rows(of) {
                let size = i64::from(counts[self.cross.unit(row)]);
                persons += size;
                for (sum, &column) in centre.iter_mut().zip(columns) {
                    *sum += size * i64::from(self.cross.x(row)[column]);
                }
            }
        }
        (centre.iter())
            .map(|&sum| sum as f64 / persons as f64)
            .collect()
    }

    /// How standard errors are made, as in the results.
    pub fn se_method(&self) -> String {
        match self.over {
            Over::Persons(StandardErrors::Hc2) => "HC2, Satterthwaite".to_owned(),
            Over::Persons(kind) | Over::Means(kind) => kind.name().to_uppercase(),
            Over::Clusters => "CR2 over clusters, Satterthwaite".to_owned(),
        }
    }

    /// Which columns a contrast does without, in words.
    pub fn left_out(&self, (level, arm): (usize, usize)) -> Option<String> {
        let columns = &self.models[level][arm - 1].left_out;
        let names: Vec<&str> = columns.iter().map(|&c| self.names[c].as_str()).collect();
        (!names.is_empty()).then(|| {
            format!(
                "not adjusted for, no variation in an arm: {}",
                names.join(", ")
            )
        })
    }
}

/// A contrast as it stands, or without strata all persons of both arms as one group.
fn whole(division: &Division, (level, arm): (usize, usize), adjustment: Adjustment) -> Contrast {
    if adjustment != Adjustment::None {
        return division.contrasts[level][arm - 1].clone();
    }
    let [treated, control] = [arm, 0].map(|arm| division.arm_cells(level, arm).to_vec());
    let both = !treated.is_empty() && !control.is_empty();
    let group = StratumGroup {
        weight: 1.0,
        treated,
        control,
    };
    Contrast {
        groups: if both { vec![group] } else { Vec::new() },
        ..Contrast::default()
    }
}

/// Whose squares make the standard errors of an analysis.
fn over(context: &Context<'_>, analysis: &Analysis) -> Over {
    let errors = analysis.standard_errors;
    match analysis.adjustment.is_regression() {
        _ if context.classes.clustered => Over::Clusters,
        true => Over::Persons(errors),
        false => Over::Means(errors),
    }
}

fn too_large(name: &str) -> Error {
    Error::one(
        Class::Data,
        Diagnostic::error(
            "RV0401",
            format!("the sums of outcome `{name}` with covariates could pass 63 bits"),
            "keep fewer decimals for this outcome, or look for an amount that is far too large",
        ),
    )
}

/// Bits a column may have so that no sum of any draw passes 62.
fn bits(context: &Context<'_>, outcome: &OutcomePanel) -> Option<u32> {
    let classes = context.classes;
    let slots: u64 = classes.sizes.iter().map(|&size| u64::from(size)).sum();
    let members = (0..classes.units()).map(|unit| classes.members(unit).len() as u64);
    let persons = i128::from(context.scheme.most(slots).max(slots))
        * i128::from(members.max().unwrap_or(1).max(1));
    let ticks = outcome.shape.ticks as u32;
    let reach = |person: usize| -> i128 {
        let entries = outcome
            .of(person)
            .iter()
            .filter(|entry| entry.slot >= ticks);
        entries.map(|entry| i128::from(entry.delta).abs()).sum()
    };
    let reach = (0..context.trial.persons())
        .map(reach)
        .max()
        .unwrap_or(0)
        .max(1);
    let log = |x: i128| 128 - x.leading_zeros();
    let squares = 62_u32.checked_sub(log(persons))? / 2;
    let products = 62_u32.checked_sub(log(persons) + log(reach))?;
    Some(squares.min(products).min(MOST_BITS)).filter(|&bits| bits >= FEWEST_BITS)
}
