//! What each hypothesis is read off: the sums of its own week, or a path that many weeks share.

use super::hypotheses::Hypothesis;
use super::paths::Paths;
use super::reader::{Ground, Score};
use super::running::Running;
use crate::panel::Panel;
use std::collections::BTreeSet;

/// From so many weeks of one accumulated mean on it is cheaper to make all of them at once.
const MANY: usize = 5;

/// What a hypothesis is read off: its own tick, or a path to the last one asked, and the ticks that are read off that.
pub(super) struct Reach {
    pub tick: usize,
    pub ticks: Vec<usize>,
}

/// What each hypothesis is read off, in their order.
pub(super) fn reaches(ground: Ground<'_>, panel: &Panel, hypotheses: &[Hypothesis]) -> Vec<Reach> {
    let mut paths: Vec<(Hypothesis, BTreeSet<usize>, bool)> = Vec::new();
    let is_of = |a: &Hypothesis, b: &Hypothesis| {
        (a.outcome, a.estimand(), a.item) == (b.outcome, b.estimand(), b.item)
    };
    for hypothesis in hypotheses {
        let found = paths.iter().position(|(h, ..)| is_of(h, hypothesis));
        let found = found.unwrap_or_else(|| {
            paths.push((*hypothesis, BTreeSet::new(), false));
            paths.len() - 1
        });
        let (path, ticks, _) = &mut paths[found];
        ticks.insert(hypothesis.tick);
        path.tick = path.tick.max(hypothesis.tick);
    }
    for (hypothesis, ticks, fits) in &mut paths {
        let score = score(panel, hypothesis);
        *fits = Paths::build(ground, score, &[]).is_some()
            || (ticks.len() >= MANY && Running::build(ground, score, &[], &[]).is_some());
    }
    let of = |hypothesis: &Hypothesis| {
        let mut fitting = paths.iter().filter(|(.., fits)| *fits);
        let found = fitting.find(|(h, ..)| is_of(h, hypothesis));
        Reach {
            tick: found.map_or(hypothesis.tick, |(h, ..)| h.tick),
            ticks: found.map_or_else(Vec::new, |(_, ticks, _)| ticks.iter().copied().collect()),
        }
    };
    hypotheses.iter().map(of).collect()
}

/// The score of a hypothesis.
pub(super) fn score<'a>(panel: &'a Panel, hypothesis: &Hypothesis) -> Score<'a> {
    Score {
        outcome: &panel.outcomes[hypothesis.outcome],
        curve: hypothesis.curve,
        item: hypothesis.item,
        tick: hypothesis.tick,
    }
}
