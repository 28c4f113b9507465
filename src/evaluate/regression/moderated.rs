//! How a difference changes with a number: the coefficient of treatment x moderator, with the adjustment that the analysis
//! declares.
//!
//! | adjustment | regression of week t |
//! |---|---|
//! | `none` | y ~ m + D + D m |
//! | `strata`, `weights` | the same with strata |
//! | `ancova` | y ~ covariates + m + D + D m + strata |
//! | `lin` | y ~ covariates + m + strata in each arm: the difference of the two slopes of m |
//!
//! The product stands last: columns that depend on others before it leave its coefficient what it is.

use super::super::context::Context;
use super::super::division::Division;
use super::design::{Design, scale};
use super::system::{Group, Model, System, Target, by_arm};
use super::{Regression, bits, over, too_large, whole};
use crate::error::Result;
use crate::panel::OutcomePanel;
use crate::resample::Draw;
use crate::study::{Adjustment, Analysis};
use crate::totals::NO_CELL;

/// The moderator of one arm's difference.
pub(in crate::evaluate) struct Moderator<'a> {
    /// Index into the trial's covariates.
    pub covariate: usize,
    /// Of each person, in units of 10^-decimals.
    pub values: &'a [Option<i64>],
    pub decimals: u32,
    /// Treatment arm, from 1.
    pub arm: usize,
}

impl Regression {
    /// Lays the regressions of everybody with a value in the arm and the control out, as the only contrast; its differences are
    /// changes of the effect with one unit of the moderator.
    ///
    /// # Errors
    /// Sums that could pass 63 bits.
    pub fn moderated(
        context: &Context<'_>,
        (name, outcome): (&str, &OutcomePanel),
        (division, analysis): (&Division, &Analysis),
        moderator: &Moderator<'_>,
    ) -> Result<Self> {
        let trial = context.trial;
        let bits = bits(context, outcome).ok_or_else(|| too_large(name))?;
        let mut cell = division.cell.clone();
        let (mut sum, mut count) = (0_i128, 0_i128);
        for (person, cell) in cell.iter_mut().enumerate() {
            let arm = usize::from(trial.arm[person]);
            match moderator.values[person] {
                Some(value) if arm == 0 || arm == moderator.arm => {
                    sum += i128::from(value);
                    count += 1;
                }
                _ => *cell = NO_CELL,
            }
        }
        let centre = sum.div_euclid(count.max(1)) as i64;
        let around = |value: &Option<i64>| value.map_or(0, |value| value - centre);
        let values: Vec<i64> = moderator.values.iter().map(around).collect();
        let treated = |person: usize| i64::from(usize::from(trial.arm[person]) == moderator.arm);
        let mut design = if analysis.adjustment.is_regression() {
            Design::without(trial, Some(moderator.covariate))
        } else {
            Design::default()
        };
        let by_product = analysis.adjustment != Adjustment::Lin;
        design.push("moderator".to_owned(), values.clone());
        let mut last = values.clone();
        if by_product {
            let arms = (0..values.len()).map(treated).collect();
            design.push("treatment".to_owned(), arms);
            for (person, value) in last.iter_mut().enumerate() {
                *value *= treated(person);
            }
            design.push("treatment x moderator".to_owned(), last.clone());
        }
        let unit = libm::pow(10.0, f64::from(moderator.decimals)) * scale(&last, bits);
        let cells = (&*cell, division.cells.len());
        let mut made = Self::laid_out(context, (outcome, bits), cells, design);
        made.over = over(context, analysis);
        // A slope is per unit of the column.
        made.divisor /= unit;
        let contrast = whole(division, (0, moderator.arm), analysis.adjustment);
        let systems = if by_product {
            let group = |group: &super::StratumGroup| Group {
                cells: (group.treated.iter().chain(&group.control))
                    .map(|&cell| (cell, 0.0))
                    .collect(),
                weight: group.weight,
            };
            vec![System {
                sign: 1.0,
                groups: contrast.groups.iter().map(group).collect(),
                treatment: false,
                target: Target::Last,
            }]
        } else {
            let slope = |system: System| System {
                target: Target::Last,
                ..system
            };
            by_arm(&contrast).into_iter().map(slope).collect()
        };
        let observed = Draw::observed(context.classes);
        let mut room = super::Room::default();
        made.sum(&observed, &mut room);
        let sums = super::Cells::observed(&room, &observed);
        let asked = made.names.len() - 1;
        let mut columns: Vec<usize> = (0..=asked).collect();
        for system in &systems {
            let gone = made.dependent(system, &columns, &sums);
            columns.retain(|column| !gone.contains(column));
        }
        let varies = columns.last() == Some(&asked) && !contrast.groups.is_empty();
        let model = Model {
            systems: if varies { systems } else { Vec::new() },
            centre: vec![0.0; columns.len()],
            columns,
            left_out: Vec::new(),
        };
        made.models = vec![vec![model]];
        Ok(made)
    }
}
