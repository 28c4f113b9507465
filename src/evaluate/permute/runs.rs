//! The permutations of each pool: what is asked of them, and what their hits say.

use super::counter::Tested;
use super::dealt::Dealt;
use super::grid::Difference;
use super::hypotheses::Hypothesis;
use super::regressed::is_regressed;
use super::setting::{Buffers, Counted, Setting, Statistics};
use super::strips::Strips;
use super::together::{Groups, Together};
use crate::evaluate::Progress;
use crate::evaluate::context::Context;
use crate::inference::stepdown::{Draws, SimulatedP, Steps};

/// What was found of one hypothesis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub plain: Tested,
    pub studentised: Tested,
    /// From the step-down of the family, where it is made of permutations.
    pub adjusted: Option<SimulatedP>,
    pub draws: Draws,
    /// Permutations, or all assignments.
    pub count: u64,
    /// Observed statistics: of the difference, or between all arms.
    pub observed: (f64, f64),
    #[cfg(test)]
    pub difference: Option<Difference>,
}

pub(super) struct Runs<'a> {
    pub context: Context<'a>,
    pub progress: &'a dyn Progress,
}

impl Runs<'_> {
    /// Each hypothesis against the permutations of its arm and the control. A family is stepped down where that is asked.
    /// Then each group, whose differences may be equal.
    pub fn pairwise(
        &self,
        families: &[(&[Hypothesis], bool)],
        groups: &[&[Hypothesis]],
    ) -> (Vec<Vec<Verdict>>, Vec<Option<Together>>) {
        let Context {
            trial,
            panel,
            classes,
            ..
        } = self.context;
        let mut out: Vec<Vec<Option<Verdict>>> =
            families.iter().map(|(f, _)| vec![None; f.len()]).collect();
        let mut together = vec![None; groups.len()];
        for arm in 1..trial.arms.len() {
            let mine: Vec<(usize, usize)> = (families.iter().enumerate())
                .flat_map(|(f, (family, _))| (0..family.len()).map(move |h| (f, h)))
                .filter(|&(f, h)| families[f].0[h].arm == arm)
                .collect();
            let compared: Vec<usize> = (0..groups.len())
                .filter(|&group| groups[group].first().is_some_and(|h| h.arm == arm))
                .collect();
            if mine.is_empty() && compared.is_empty() {
                continue;
            }
            let mut hypotheses: Vec<Hypothesis> =
                mine.iter().map(|&(f, h)| families[f].0[h]).collect();
            hypotheses.extend(compared.iter().flat_map(|&group| groups[group]));
            let dealt = Dealt::new(trial, panel, classes, &[0, arm]);
            let mut setting = Setting::new(self.context, &dealt, &hypotheses, arm as u32);
            let sizes: Vec<usize> = compared.iter().map(|&group| groups[group].len()).collect();
            let mut of_groups = Groups::new(&mut setting.places, mine.len(), &sizes);
            let mut buffers = setting.buffers();
            buffers.masks.clone_from(&dealt.observed);
            setting.sum(&mut buffers);
            let differences: Vec<Difference> = (setting.places.iter())
                .map(|&place| setting.difference(place, &buffers))
                .collect();
            let observed: Vec<Statistics> = differences
                .iter()
                .map(|d| (d.plain(), d.studentised()))
                .collect();
            let units: Vec<f64> = differences.iter().map(|d| d.unit()).collect();
            of_groups.observe(&differences);
            let steps = |takes_part: &dyn Fn(usize) -> bool| -> Vec<(Steps, Vec<usize>)> {
                (families.iter().enumerate())
                    .filter(|(_, (_, stepped))| *stepped)
                    .map(|(family, _)| {
                        let members: Vec<usize> =
                            (0..mine.len()).filter(|&m| mine[m].0 == family).collect();
                        let statistics: Vec<Option<f64>> = (members.iter())
                            .map(|&m| Some(observed[m].1).filter(|_| takes_part(m)))
                            .collect();
                        (Steps::of(&statistics), members)
                    })
                    .collect()
            };
            self.progress.phase("permute", setting.source.count());
            let strips = Strips::of(&setting.readers, &setting.places);
            let fill = |buffers: &Buffers, out: &mut [Statistics], found: &mut [Difference]| {
                strips.fill(&setting.readers, &buffers.states, (out, found));
                for &h in &strips.others {
                    found[h] = setting.difference(setting.places[h], buffers);
                    out[h] = (found[h].plain(), found[h].studentised());
                }
            };
            let (count, draws) = (setting.source.count(), setting.draws());
            let told = (self.progress, &fill as &_);
            let mut asked = steps(&|_| true);
            let counted = Counted {
                observed: &observed,
                units: &units,
                steps: &asked,
                groups: &of_groups,
            };
            let counts = setting.count(&counted, told);
            let (counters, mut stepped) = (counts.each, counts.stepped);
            for (&group, (counter, &observed)) in
                (compared.iter()).zip(counts.together.iter().zip(&of_groups.observed))
            {
                together[group] = Some(Together {
                    tested: counter.tested(count, draws, observed),
                    draws,
                    count,
                });
            }
            // A draw in which a member is undefined is left out. A member that is so too often has no p, and must not take
            // the others' draws with it: they are stepped down again without it.
            let is_tested = |m: usize| {
                let (_, studentised) = counters[m];
                studentised.tested(count, draws, observed[m].1).p.is_some()
            };
            if (asked.iter()).any(|(_, members)| members.iter().any(|&m| !is_tested(m))) {
                let left = steps(&is_tested);
                let again = Counted {
                    steps: &left,
                    groups: &Groups::default(),
                    ..counted
                };
                stepped = setting.count(&again, told).stepped;
                asked = left;
            }
            for (m, &(f, h)) in mine.iter().enumerate() {
                out[f][h] = Some(Verdict {
                    plain: counters[m].0.tested(count, draws, observed[m].0),
                    studentised: counters[m].1.tested(count, draws, observed[m].1),
                    adjusted: None,
                    draws,
                    count,
                    observed: observed[m],
                    #[cfg(test)]
                    difference: Some(differences[m]),
                });
            }
            for ((steps, members), counts) in asked.iter().zip(&stepped) {
                let adjusted = steps.adjusted(counts, draws, members.len());
                for (&m, adjusted) in members.iter().zip(adjusted) {
                    let (f, h) = mine[m];
                    if let Some(verdict) = &mut out[f][h] {
                        let own = verdict.studentised.p;
                        // Draws that were left out may put it a little below its own.
                        verdict.adjusted = match (adjusted, own) {
                            (Some(adjusted), Some(own)) if adjusted.p < own.p => Some(own),
                            (adjusted, _) => adjusted,
                        };
                    }
                }
            }
        }
        let verdicts = (out.into_iter())
            .map(|family| family.into_iter().flatten().collect())
            .collect();
        (verdicts, together)
    }

    /// All arms at once, where there are several treatment arms: one verdict per hypothesis, whatever its arm.
    pub fn global(&self, families: &[(&[Hypothesis], bool)]) -> Vec<Vec<(Hypothesis, Verdict)>> {
        let Context {
            trial,
            panel,
            classes,
            ..
        } = self.context;
        let arms = trial.arms.len();
        if arms < 3 {
            return families.iter().map(|_| Vec::new()).collect();
        }
        let mut all: Vec<(usize, Hypothesis)> = Vec::new();
        for (f, (family, _)) in families.iter().enumerate() {
            let compared = family.iter().filter(|h| !is_regressed(&self.context, h));
            for hypothesis in compared {
                let any = Hypothesis {
                    arm: 0,
                    ..*hypothesis
                };
                if !all.iter().any(|(_, h)| h.key() == any.key()) {
                    all.push((f, any));
                }
            }
        }
        if all.is_empty() {
            return families.iter().map(|_| Vec::new()).collect();
        }
        let hypotheses: Vec<Hypothesis> = all.iter().map(|(_, h)| *h).collect();
        let dealt = Dealt::new(trial, panel, classes, &(0..arms).collect::<Vec<_>>());
        let setting = Setting::new(self.context, &dealt, &hypotheses, 0);
        let mut buffers = setting.buffers();
        buffers.masks.clone_from(&dealt.observed);
        setting.sum(&mut buffers);
        let observed: Vec<Statistics> = (setting.places.iter())
            .map(|&place| setting.between(place, &buffers))
            .collect();
        let units: Vec<f64> = observed.iter().map(|o| o.0).collect();
        self.progress.phase("permute", setting.source.count());
        let fill = |buffers: &Buffers, out: &mut [Statistics], _: &mut [Difference]| {
            for (out, &place) in out.iter_mut().zip(&setting.places) {
                *out = setting.between(place, buffers);
            }
        };
        let counted = Counted {
            observed: &observed,
            units: &units,
            steps: &[],
            groups: &Groups::default(),
        };
        let counters = setting.count(&counted, (self.progress, &fill)).each;
        let (count, draws) = (setting.source.count(), setting.draws());
        let mut out: Vec<Vec<(Hypothesis, Verdict)>> =
            families.iter().map(|_| Vec::new()).collect();
        for (m, (f, hypothesis)) in all.into_iter().enumerate() {
            let verdict = Verdict {
                plain: counters[m].0.tested(count, draws, observed[m].0),
                studentised: counters[m].1.tested(count, draws, observed[m].1),
                adjusted: None,
                draws,
                count,
                observed: observed[m],
                #[cfg(test)]
                difference: None,
            };
            out[f].push((hypothesis, verdict));
        }
        out
    }
}
