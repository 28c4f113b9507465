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

mod clusters;
mod design;
mod joint;
mod sandwich;
mod system;
#[cfg(test)]
mod tests;

pub(super) use joint::Joint;
pub(super) use sandwich::Sandwich;

use sandwich::Over;

use super::context::Context;
use super::division::{Contrast, Division, StratumGroup};
use super::refusals::refusal;
use crate::error::{Class, Diagnostic, Error, Result};
use crate::numeric::cholesky::Cholesky;
use crate::panel::OutcomePanel;
use crate::resample::Draw;
use crate::study::{Adjustment, Analysis, StandardErrors};
use crate::totals::{CellProducts, CrossProducts};
use design::Design;
use system::{Group, Model, Sums, System, by_arm, pooled};

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

/// The cells of one draw, added up once.
struct Cells<'a> {
    products: &'a [CellProducts],
    worth: &'a dyn Fn(usize) -> f64,
}

impl Sums for Cells<'_> {
    fn cell(&mut self, cell: usize) -> (&CellProducts, f64) {
        (&self.products[cell], (self.worth)(cell))
    }
}

/// Room for the sums of a draw.
#[derive(Default)]
pub(super) struct Room {
    products: Vec<CellProducts>,
    /// Weekly differences of a tile: by level, treatment arm, tick and lane.
    weekly: Vec<f64>,
    one: Vec<f64>,
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
        let mut out = Self::laid_out(context, (name, outcome), division, design)?;
        if let Over::Means(_) = out.over {
            let errors = analysis.standard_errors;
            out.over = if analysis.adjustment.is_regression() {
                Over::Persons(errors)
            } else {
                Over::Means(errors)
            };
        }
        let observed = Draw::observed(context.classes);
        let mut room = Room::default();
        out.sum(&observed, &mut room);
        if division.subgroup.is_none() {
            out.refuse_dependent(division, &room.products, analysis)?;
        }
        out.models = (0..division.levels)
            .map(|level| {
                let one = |arm| {
                    let contrast = whole(division, (level, arm), analysis.adjustment);
                    out.model(&contrast, analysis.adjustment, &room.products)
                };
                (1..division.arms).map(one).collect()
            })
            .collect();
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
        let mut out = Self::laid_out(context, (name, outcome), division, Design::default())?;
        let mean = |level: usize, arm: usize| {
            let cells = division.arm_cells(level, arm);
            let system = System {
                sign: 1.0,
                groups: vec![Group {
                    cells: cells.iter().map(|&cell| (cell, 0.0)).collect(),
                    weight: 1.0,
                }],
                treatment: false,
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
        (name, outcome): (&str, &OutcomePanel),
        division: &Division,
        design: Design,
    ) -> Result<Self> {
        let bits = bits(context, outcome).ok_or_else(|| {
            Error::one(
                Class::Data,
                Diagnostic::error(
                    "RV0401",
                    format!("the sums of outcome `{name}` with covariates could pass 63 bits"),
                    "keep fewer decimals for this outcome, or look for an amount that is far too large",
                ),
            )
        })?;
        let columns = design.in_bits(bits);
        let cells = division.cells.len();
        let cross =
            CrossProducts::build(context.classes, outcome, (&division.cell, cells), &columns);
        let over = if context.classes.clustered {
            Over::Clusters
        } else {
            Over::Means(StandardErrors::default())
        };
        Ok(Self {
            cross,
            models: Vec::new(),
            names: design.names,
            divisor: outcome.shape.divisor,
            over,
        })
    }

    /// How it is made, for who wants to know.
    pub fn note(&self) -> String {
        format!(
            "{} columns in {} epochs",
            self.names.len(),
            self.cross.epochs()
        )
    }

    /// Adds every cell of a draw up.
    fn sum(&self, draw: &Draw, room: &mut Room) {
        let cells = self.cross.cells();
        room.products.resize_with(cells, CellProducts::default);
        for (cell, products) in room.products.iter_mut().enumerate() {
            self.cross.total(&draw.counts, cell, products);
        }
    }

    /// Refuses a study whose covariates say the same twice, within strata and over all arms.
    fn refuse_dependent(
        &self,
        division: &Division,
        products: &[CellProducts],
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
        };
        let all: Vec<usize> = (0..self.names.len()).collect();
        let dependent: Vec<&str> = (self.dependent(&system, &all, products).into_iter())
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
    fn dependent(
        &self,
        system: &System,
        columns: &[usize],
        products: &[CellProducts],
    ) -> Vec<usize> {
        let worth = |_: usize| 1.0;
        let mut sums = Cells {
            products,
            worth: &worth,
        };
        let made = system.products(&self.cross, columns, &mut sums);
        let triangle = made.normal.len() / self.cross.epochs().max(1);
        let factor = Cholesky::new(&made.normal[..triangle], made.size);
        factor
            .dependent()
            .filter_map(|column| columns.get(column).copied())
            .collect()
    }

    /// The model of a contrast: columns in which nobody of it differs are left out.
    fn model(
        &self,
        contrast: &Contrast,
        adjustment: Adjustment,
        products: &[CellProducts],
    ) -> Model {
        let systems = match adjustment {
            _ if contrast.groups.is_empty() => Vec::new(),
            Adjustment::Lin | Adjustment::Strata | Adjustment::Weights => by_arm(contrast),
            _ => pooled(contrast),
        };
        let mut columns: Vec<usize> = (0..self.names.len()).collect();
        let mut left_out = Vec::new();
        for system in &systems {
            let gone = self.dependent(system, &columns, products);
            columns.retain(|column| !gone.contains(column));
            left_out.extend(gone);
        }
        left_out.sort_unstable();
        let centre = self.centre(contrast, &columns);
        Model {
            systems,
            columns,
            left_out,
            centre,
        }
    }

    /// Mean of the columns over everybody compared, followed or not.
    fn centre(&self, contrast: &Contrast, columns: &[usize]) -> Vec<f64> {
        let mut sums = vec![0_i64; columns.len()];
        let mut persons = 0_i64;
        let cells = contrast
            .groups
            .iter()
            .flat_map(|g| g.treated.iter().chain(&g.control));
        for row in cells.flat_map(|&cell| self.cross.rows(cell)) {
            let size = self.cross.size(row);
            persons += size;
            for (sum, &column) in sums.iter_mut().zip(columns) {
                *sum += size * i64::from(self.cross.x(row)[column]);
            }
        }
        sums.iter()
            .map(|&sum| sum as f64 / persons as f64)
            .collect()
    }

    /// Weekly differences of a tile of draws; `worth` tells what a count of a cell is worth in a lane.
    pub fn total(&self, draws: &[Draw], worth: impl Fn(usize, usize) -> f64, room: &mut Room) {
        let (ticks, lanes) = (self.cross.ticks(), draws.len());
        let contrasts: usize = self.models.iter().map(Vec::len).sum();
        room.weekly.resize(contrasts * ticks * lanes, 0.0);
        room.one.resize(ticks, 0.0);
        for (lane, draw) in draws.iter().enumerate() {
            self.sum(draw, room);
            let worth = |cell: usize| worth(cell, lane);
            let mut sums = Cells {
                products: &room.products,
                worth: &worth,
            };
            for (c, model) in self.models.iter().flatten().enumerate() {
                model.weekly(&self.cross, &mut sums, &mut room.one);
                for (tick, value) in room.one.iter().enumerate() {
                    room.weekly[(c * ticks + tick) * lanes + lane] = value / self.divisor;
                }
            }
        }
    }

    /// Weekly differences of a contrast in the tile: `ticks x lanes`.
    pub fn weekly<'a>(
        &self,
        room: &'a Room,
        (level, arm): (usize, usize),
        lanes: usize,
    ) -> &'a [f64] {
        let arms = self.models[level].len();
        let size = self.cross.ticks() * lanes;
        &room.weekly[(level * arms + arm - 1) * size..][..size]
    }

    /// Contrasts (or arms) of all levels.
    pub fn series(&self) -> usize {
        self.models.iter().map(Vec::len).sum()
    }

    /// Weekly differences of one of them in the tile: `ticks x lanes`.
    pub fn series_of<'a>(&self, room: &'a Room, series: usize, lanes: usize) -> &'a [f64] {
        let size = self.cross.ticks() * lanes;
        &room.weekly[series * size..][..size]
    }

    /// Standard errors of a contrast of the observed sample.
    pub fn sandwich(&self, context: &Context<'_>, (level, arm): (usize, usize)) -> Sandwich {
        let mut room = Room::default();
        self.sum(&Draw::observed(context.classes), &mut room);
        let worth = |_: usize| 1.0;
        let mut sums = Cells {
            products: &room.products,
            worth: &worth,
        };
        let model = &self.models[level][arm - 1];
        let mut found = model.sandwich(&self.cross, &mut sums, (&context.classes.sizes, self.over));
        let square = self.divisor * self.divisor;
        for variance in found.weekly.iter_mut().chain(&mut found.accumulated) {
            *variance /= square;
        }
        found
    }

    /// Variances and covariances of a contrast of the observed sample with the same contrast of another outcome, whose
    /// histories are laid out for the same division.
    pub fn joint(
        &self,
        other: &Self,
        context: &Context<'_>,
        (level, arm): (usize, usize),
    ) -> Joint {
        let observed = Draw::observed(context.classes);
        let mut rooms = [Room::default(), Room::default()];
        self.sum(&observed, &mut rooms[0]);
        other.sum(&observed, &mut rooms[1]);
        let worth = |_: usize| 1.0;
        let [one, two] = &rooms;
        let mut sums = [one, two].map(|room| Cells {
            products: &room.products,
            worth: &worth,
        });
        let models = [self, other].map(|made| &made.models[level][arm - 1]);
        let crosses = [&self.cross, &other.cross];
        let made = joint::joint(
            models,
            crosses,
            &mut sums,
            (&context.classes.sizes, self.over),
        );
        made.scaled(self.divisor, other.divisor)
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
