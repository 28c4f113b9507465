//! Which differences are tested: the family of an analysis, or else its main ones at the last week it reports.

use crate::error::{Class, Diagnostic, Error, Result};
use crate::estimand::{Curve, Estimand, Item, find};
use crate::evaluate::facts::{Compares, compares};
use crate::panel::{Panel, Shape};
use crate::study::slugs::main_contrast;
use crate::study::{Analysis, Member, Study};
use crate::trial::Trial;
use std::collections::BTreeSet;

/// One difference of one treatment arm and the control.
#[derive(Clone, Copy)]
pub(in crate::evaluate) struct Hypothesis {
    /// Index into the study's analyses.
    pub analysis: usize,
    /// Index into the study's outcomes.
    pub outcome: usize,
    pub curve: &'static dyn Curve,
    pub item: Item,
    /// Index into the ticks of the curve.
    pub tick: usize,
    /// Label of the tick.
    pub week: i32,
    /// Subgroup column, or `None` for everybody.
    pub subgroup: Option<usize>,
    pub level: usize,
    /// Treatment arm, from 1.
    pub arm: usize,
}

impl Hypothesis {
    /// Slug of the rows.
    pub fn estimand(&self) -> &'static str {
        self.curve.card().contrast.unwrap_or(self.curve.card().slug)
    }

    /// What tells one hypothesis from another.
    pub fn key(
        &self,
    ) -> (
        usize,
        usize,
        &'static str,
        Option<usize>,
        i32,
        Option<usize>,
        usize,
        usize,
    ) {
        let item = match self.item {
            Item::Any => None,
            Item::Destination(k) => Some(k),
        };
        (
            self.analysis,
            self.outcome,
            self.estimand(),
            item,
            self.week,
            self.subgroup,
            self.level,
            self.arm,
        )
    }
}

/// Hypotheses of one analysis, in the order of its family or its outcomes.
pub(super) struct Asked {
    pub all: Vec<Hypothesis>,
    /// Whether they are a family, adjusted together.
    pub is_family: bool,
}

/// What is tested of an analysis.
///
/// # Errors
/// When the family names a destination that the data do not have.
pub(super) fn asked(study: &Study, trial: &Trial, panel: &Panel, index: usize) -> Result<Asked> {
    let analysis = &study.analyses[index];
    let is_family = !analysis.family.is_empty();
    let mut out = Asked {
        all: Vec::new(),
        is_family,
    };
    let members = if is_family {
        analysis.family.clone()
    } else if study.resampling.permutations > 0 {
        main_ones(study, analysis)
    } else {
        Vec::new()
    };
    let mut keys = BTreeSet::new();
    for member in &members {
        let shape = &panel.outcomes[member.outcome].shape;
        let Some(Estimand::Curve(curve)) = find(&member.estimand) else {
            continue;
        };
        let item = item(study, member, shape)?;
        if !curve.items(shape).contains(&item) {
            continue;
        }
        let ticks = curve.ticks(shape);
        let weeks = match member.weeks.as_slice() {
            [] => last_reported(analysis, &ticks).into_iter().collect(),
            weeks => weeks.iter().map(|&week| week as i32).collect::<Vec<_>>(),
        };
        let subgroup = (member.subgroup.as_ref())
            .and_then(|name| trial.subgroups.iter().position(|s| s.column == *name));
        let levels = subgroup.map_or(1, |column| trial.subgroups[column].levels.len());
        for week in weeks {
            let Some(tick) = ticks.iter().position(|&tick| tick == week) else {
                continue;
            };
            for level in 0..levels {
                for arm in 1..trial.arms.len() {
                    let hypothesis = Hypothesis {
                        analysis: index,
                        outcome: member.outcome,
                        curve: *curve,
                        item,
                        tick,
                        week,
                        subgroup,
                        level,
                        arm,
                    };
                    let is_asked = member.arms.is_empty() || member.arms.contains(&trial.arms[arm]);
                    if is_asked && keys.insert(hypothesis.key()) {
                        out.all.push(hypothesis);
                    }
                }
            }
        }
    }
    Ok(out)
}

/// The main difference of each outcome that compares the groups as randomised, for everybody and by subgroup.
fn main_ones(study: &Study, analysis: &Analysis) -> Vec<Member> {
    let mut members = Vec::new();
    for &outcome in &analysis.outcomes {
        let kind = &study.outcomes[outcome].kind;
        let Some(estimand) = main_contrast(kind) else {
            continue;
        };
        let reported =
            analysis.estimands.is_empty() || analysis.estimands.iter().any(|slug| slug == estimand);
        if compares(kind) == Compares::AsRandomised && reported {
            let columns = std::iter::once(None).chain(analysis.subgroups.iter().cloned().map(Some));
            members.extend(columns.map(|subgroup| Member {
                outcome,
                estimand: estimand.to_owned(),
                weeks: Vec::new(),
                subgroup,
                item: String::new(),
                arms: Vec::new(),
            }));
        }
    }
    members
}

/// The last tick that the analysis reports.
fn last_reported(analysis: &Analysis, ticks: &[i32]) -> Option<i32> {
    let reported = |tick: &&i32| {
        let is_listed = analysis.weeks.iter().any(|&week| week as i32 == **tick);
        analysis.weeks.is_empty() || ticks.len() == 1 || is_listed
    };
    ticks.iter().rfind(reported).copied()
}

fn item(study: &Study, member: &Member, shape: &Shape) -> Result<Item> {
    if member.item.is_empty() {
        return Ok(Item::Any);
    }
    if let Some(k) = shape.destinations.iter().position(|d| *d == member.item) {
        return Ok(Item::Destination(k));
    }
    let finding = Diagnostic::error(
        "RV0413",
        format!(
            "a family names a destination of outcome `{}` that the data do not have",
            study.outcomes[member.outcome].name
        ),
        "name one of the destinations in `item`",
    );
    Err(Error::one(
        Class::Study,
        finding.allowed(shape.destinations.join(", ")),
    ))
}
