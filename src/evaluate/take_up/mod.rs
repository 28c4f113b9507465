//! Take-up, and the effect on those who took it up because they were offered it (LATE), week by week and accumulated.
//!
//! What was taken up by week t (whether ever, or how much) is an outcome of its own; the effect per unit of it is the ratio of
//! two differences of the same persons: that of the outcome (reduced form) over that of the take-up (first stage). Without
//! covariates it is Wald's ratio, with `ancova` two-stage least squares with the lot as instrument. Every replicate is the
//! ratio of the two differences of one draw.

mod numbers;
mod rows;
#[cfg(test)]
mod tests;

use super::Progress;
use super::context::Context;
use super::division::{Division, Purpose};
use super::regression::Regression;
use crate::error::{Diagnostic, Result};
use crate::panel::{Kind, take_up};
use crate::results::Row;
use crate::study::{Analysis, TakeUp};
use numbers::{Columns, Path};
use rows::Writer;

/// First stages below this F are weak (Staiger and Stock 1997).
pub(super) const WEAK: f64 = 10.0;

/// Rows of the analyses that ask for it, and what a reader must be warned of.
pub(super) fn rows(
    context: &Context<'_>,
    analyses: &[usize],
    progress: &dyn Progress,
) -> Result<(Vec<Row>, Vec<Diagnostic>)> {
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for &index in analyses {
        let analysis = &context.study.analyses[index];
        let Some(asked) = &analysis.take_up else {
            continue;
        };
        let columns = std::iter::once(None).chain(analysis.subgroups.iter().filter_map(|name| {
            let place = context
                .trial
                .subgroups
                .iter()
                .position(|s| s.column == *name);
            place.map(Some)
        }));
        for subgroup in columns {
            let one = One {
                context,
                index,
                analysis,
                asked,
                division: Division::new(
                    context.trial,
                    context.classes,
                    Purpose {
                        subgroup,
                        adjustment: analysis.adjustment,
                        rescaled: context.scheme.rescales(),
                    },
                ),
            };
            rows.extend(one.taken(progress)?);
            // Shares among others and exits condition on a later state: no ratio of differences is an effect there.
            let is_mean = |outcome: &&usize| {
                let kind = context.panel.outcomes[**outcome].shape.kind;
                **outcome != asked.outcome && matches!(kind, Kind::Mean { .. })
            };
            for &outcome in analysis.outcomes.iter().filter(is_mean) {
                let (own, weak) = one.late(outcome, progress)?;
                rows.extend(own);
                if subgroup.is_none() {
                    findings.extend(weak);
                }
            }
        }
        if let Some(other) = asked.also {
            rows.extend(rows::sources(context, analysis, (asked.outcome, other)));
        }
    }
    Ok((rows, findings))
}

/// One analysis and one way of dividing its persons.
pub(super) struct One<'a> {
    pub context: &'a Context<'a>,
    pub index: usize,
    pub analysis: &'a Analysis,
    pub asked: &'a TakeUp,
    pub division: Division,
}

impl One<'_> {
    /// Share who have taken it up, or how much, by arm and week, and the differences.
    fn taken(&self, progress: &dyn Progress) -> Result<Vec<Row>> {
        let own = &self.context.panel.outcomes[self.asked.outcome];
        let panel = take_up::take_up(own, own, self.asked.measure);
        let name = self.context.study.outcomes[self.asked.outcome]
            .name
            .as_str();
        let arms = Regression::of_arms(self.context, (name, &panel), &self.division)?;
        let contrasts =
            Regression::new(self.context, (name, &panel), &self.division, self.analysis)?;
        let made = [&arms, &contrasts];
        let columns = Columns::draw(self, &made, &[Path::First, Path::Second], progress);
        Ok(Writer::new(self, self.asked.outcome).taken((&arms, &contrasts), &columns))
    }

    /// The effect on one outcome per unit taken up.
    fn late(&self, outcome: usize, progress: &dyn Progress) -> Result<(Vec<Row>, Vec<Diagnostic>)> {
        let own = &self.context.panel.outcomes[outcome];
        let taken = &self.context.panel.outcomes[self.asked.outcome];
        let panel = take_up::take_up(own, taken, self.asked.measure);
        let name = self.context.study.outcomes[outcome].name.as_str();
        let reduced = Regression::new(self.context, (name, own), &self.division, self.analysis)?;
        let first = Regression::new(self.context, (name, &panel), &self.division, self.analysis)?;
        let made = [&reduced, &first];
        let columns = Columns::draw(self, &made, &[Path::Late, Path::Accumulated], progress);
        Ok(Writer::new(self, outcome).late((&reduced, &first), &columns))
    }
}
