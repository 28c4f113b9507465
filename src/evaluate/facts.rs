//! What the report must know of a run besides its rows: sizes, follow-up, outcomes, and how it was done.

use super::codes;
use super::labels::weekly_unit;
use super::occupancy::occupancy;
use super::table::Table;
use crate::error::Diagnostic;
use crate::panel::classes::Classes;
use crate::panel::{Panel, tick_name};
use crate::registers::dream::CodeTable;
use crate::resample::{DRAW_VERSION, Scheme};
use crate::results::{Facts, OutcomeFacts};
use crate::study::model::CodeFile;
use crate::study::{AtRisk, OutcomeKind, Study};
use crate::trial::{AccountingLine, Trial};
use std::collections::BTreeMap;

pub(super) fn facts(
    study: &Study,
    trial: &Trial,
    classes: &Classes,
    (scheme, count): (&dyn Scheme, usize),
) -> Facts {
    let arms = trial.arms.len();
    let mut persons = vec![0_u64; arms];
    for &arm in &trial.arm {
        persons[usize::from(arm)] += 1;
    }
    let followed_share = trial.tables.first().map_or_else(Vec::new, |table| {
        // How many are followed to each week at most, then to it at least.
        let horizon = trial.horizon as usize;
        let mut last = vec![vec![0_u64; horizon + 2]; arms];
        for (&arm, &followed) in trial.arm.iter().zip(&table.followed) {
            last[usize::from(arm)][(followed.max(0) as usize).min(horizon)] += 1;
        }
        (last.iter_mut().zip(&persons))
            .map(|(last, &persons)| {
                for week in (1..=horizon).rev() {
                    last[week] += last[week + 1];
                }
                let share = |&count: &u64| count as f64 / persons as f64;
                last[1..=horizon].iter().map(share).collect()
            })
            .collect()
    });
    Facts {
        arms: trial.arms.clone(),
        persons,
        strata: trial
            .strata
            .iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect(),
        clusters: classes.clustered.then(|| classes.units() as u64),
        trial_hash: trial.hash.clone(),
        inputs: BTreeMap::new(),
        replicates: count as u32,
        seed: study.resampling.seed,
        scheme: scheme.name().to_owned(),
        permutations: study.resampling.permutations,
        families: Vec::new(),
        draw_version: DRAW_VERSION,
        code_tables: code_tables(study),
        followed_share,
        occupancy: trial
            .tables
            .iter()
            .map(|table| occupancy(trial, table))
            .collect(),
    }
}

/// The code tables that were used, in full: the shipped one may be another in the next version.
fn code_tables(study: &Study) -> BTreeMap<String, String> {
    let tables = study.tables.iter().filter_map(|table| {
        let codes = match table.form.codes.as_ref()? {
            CodeFile::Dream => CodeTable::shipped(),
            // It was read with the registers; should it have gone since, the numbers still stand.
            CodeFile::Own(file) => CodeTable::read(file).ok()?,
        };
        Some((table.name.clone(), codes.to_csv()))
    });
    tables.collect()
}

/// What a contrast of an outcome compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compares {
    /// The groups as randomised.
    AsRandomised,
    /// Groups that a state after assignment has formed.
    Descriptively,
}

/// Whether contrasts of an outcome compare the groups as randomised: not where they condition on a later state.
pub(super) fn compares(kind: &OutcomeKind) -> Compares {
    match kind {
        OutcomeKind::ShareAmong { .. }
        | OutcomeKind::Exit {
            at_risk: AtRisk::Entry | AtRisk::All,
            ..
        } => Compares::Descriptively,
        _ => Compares::AsRandomised,
    }
}

pub(super) fn outcome_facts(study: &Study, panel: &Panel) -> Vec<OutcomeFacts> {
    study
        .outcomes
        .iter()
        .zip(&panel.outcomes)
        .map(|(outcome, built)| {
            let (kind, target) = match &outcome.kind {
                OutcomeKind::WeeksIn { .. } => ("weeks_in", None),
                OutcomeKind::Inflow { .. } => ("inflow", None),
                OutcomeKind::Lasting { .. } => ("lasting", None),
                OutcomeKind::Amount { .. } => ("amount", None),
                OutcomeKind::Events { .. } => ("events", None),
                OutcomeKind::ShareAmong { target, .. } => ("share_among", *target),
                OutcomeKind::Exit { .. } => ("exit", None),
            };
            OutcomeFacts {
                name: outcome.name.clone(),
                kind: kind.to_owned(),
                unit: weekly_unit(outcome),
                tick: tick_name(study, &outcome.kind).to_owned(),
                destinations: built.shape.destinations.clone(),
                target,
                randomised: compares(&outcome.kind) == Compares::AsRandomised,
            }
        })
        .collect()
}

/// Counted lines of the strata outside a contrast within strata, by analysis and treatment arm.
pub(super) fn left_out(study: &Study, trial: &Trial, tables: &[Table<'_>]) -> Vec<AccountingLine> {
    let mut lines: Vec<AccountingLine> = Vec::new();
    for table in tables.iter().filter(|t| t.division.subgroup.is_none()) {
        for (treatment, contrast) in table.division.contrasts[0].iter().enumerate() {
            let line = AccountingLine {
                table: format!("analysis {}", study.analyses[table.analysis].name),
                unit: "strata".to_owned(),
                key: "without_both_arms".to_owned(),
                arm: trial.arms[treatment + 1].clone(),
                sign: " ".to_owned(),
                count: contrast.left_out.len() as u64,
                hidden: false,
            };
            if line.count > 0 && !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// That small quantities were counted beside where they belong.
pub(super) fn folded(cells: usize) -> Option<Diagnostic> {
    (cells > 0).then(|| {
        Diagnostic::warning(
            codes::FOLDED,
            format!("of the quantities that are priced, {cells} kinds had too few persons and are counted with the kind beside them"),
            "nothing, unless a price changes just there: then cut the kinds more coarsely",
        )
    })
}

/// What a reader must know of how it was done.
pub(super) fn notes(
    classes: &Classes,
    scheme: &dyn Scheme,
    count: usize,
    tables: &[Table<'_>],
    trial: &Trial,
) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    if count > 0 && scheme.name().starts_with("bootstrap_rao_wu") {
        let smallest = classes
            .cells
            .iter()
            .map(|cell| cell.slots)
            .min()
            .unwrap_or(0);
        notes.push(Diagnostic::warning(
            "RV0406",
            format!("the smallest arm and stratum has {smallest} to draw from, fewer than 20: the rescaled bootstrap of Rao and Wu is used throughout"),
            "merge small strata if intervals should come from the plain bootstrap",
        ));
    }
    let mut left_out: Vec<(String, Vec<String>)> = Vec::new();
    for table in tables.iter().filter(|t| t.division.subgroup.is_none()) {
        for (treatment, contrast) in table.division.contrasts[0].iter().enumerate() {
            if !contrast.left_out.is_empty() {
                let line = (trial.arms[treatment + 1].clone(), contrast.left_out.clone());
                if !left_out.contains(&line) {
                    left_out.push(line);
                }
            }
        }
    }
    for (arm, strata) in left_out {
        notes.push(Diagnostic::warning(
            "RV0407",
            format!(
                "{} strat{} without both arms {} outside the adjusted contrast of arm {arm}: {}",
                strata.len(),
                if strata.len() == 1 { "um" } else { "a" },
                if strata.len() == 1 { "is" } else { "are" },
                strata.join(", ")
            ),
            "read the adjusted contrast as one of the other strata",
        ));
    }
    notes
}
