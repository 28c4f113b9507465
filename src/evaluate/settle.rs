//! How many replicates are enough: until the limits of the main contrasts stand still.
//!
//! A limit made of replicates has a Monte Carlo standard error. Asked for a share x, the number of replicates grows until
//! that error is at most x times half the interval's width, for the main contrast at the horizon of every outcome in every
//! analysis. The error falls with the square root of B, so two or three rounds do. Rounds evaluate nothing else, with the draws
//! of the whole run.

use super::{Options, Progress, run};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::numeric::parallel;
use crate::study::slugs::main_contrast;
use crate::study::{Analysis, Study};
use crate::trial::Trial;

/// The most replicates there may be.
const MOST: u32 = 999_999;

/// Replicates come in steps that keep the usual quantiles on whole ranks.
const STEP: u32 = 1000;

/// Asked for a little more than the forecast, so that the next round is the last.
const SPARE: f64 = 1.1;

/// The number of replicates, at least the study's, whose limits are right to `share` of half their intervals' width.
///
/// # Errors
/// Those of [`super::evaluate`]; [`Class::Study`] when a million replicates would not do, or none are drawn.
pub fn settle(
    study: &Study,
    trial: &Trial,
    options: &Options,
    share: f64,
    progress: &dyn Progress,
) -> Result<u32> {
    let mut asked = reduced(study);
    if asked.resampling.replicates == 0 {
        return Err(refusal(
            "a Monte Carlo error is asked for, and no replicates are drawn".to_owned(),
            "leave out --mc-error, or draw replicates",
        ));
    }
    loop {
        let (results, _) = parallel::with_threads(options.threads, || {
            run((&asked, study), trial, options, progress)
        })?;
        let found = results
            .rows
            .iter()
            .filter_map(|row| {
                let half = (row.conf_high? - row.conf_low?) / 2.0;
                Some(row.mc_conf_low?.max(row.mc_conf_high?) / half)
            })
            .fold(0.0, f64::max);
        let count = asked.resampling.replicates;
        if found <= share {
            return Ok(count);
        }
        let ratio = found / share;
        let forecast = f64::from(count) * ratio * ratio * SPARE;
        if count >= MOST || forecast > 4.0 * f64::from(MOST) {
            return Err(refusal(
                format!(
                    "the limits would need about {forecast:.0} replicates for a Monte Carlo error of {share} of half their width; at {count} it is {found:.3}"
                ),
                "ask for a larger --mc-error",
            ));
        }
        let steps = (forecast / f64::from(STEP)).ceil() as u32;
        asked.resampling.replicates = (steps * STEP - 1).clamp(count + 1, MOST);
    }
}

/// The study with nothing but the main contrasts at the horizon.
fn reduced(study: &Study) -> Study {
    let mut asked = study.clone();
    asked.cost_benefit = None;
    asked.resampling.permutations = 0;
    for analysis in &mut asked.analyses {
        let main = |&outcome: &usize| main_contrast(&study.outcomes[outcome].kind);
        let outcomes = analysis.outcomes.iter().copied();
        *analysis = Analysis {
            outcomes: outcomes.filter(|outcome| main(outcome).is_some()).collect(),
            estimands: (analysis.outcomes.iter().filter_map(main))
                .map(str::to_owned)
                .collect(),
            subgroups: Vec::new(),
            family: Vec::new(),
            moderators: Vec::new(),
            weeks: vec![study.horizon],
            ..analysis.clone()
        };
    }
    asked
}

fn refusal(message: String, hint: &str) -> Error {
    Error::one(Class::Study, Diagnostic::error("RV0409", message, hint))
}

#[cfg(test)]
mod tests {
    use super::super::random_trial::{self, FollowUp, Units};
    use super::super::{Silent, evaluate};
    use super::*;

    #[test]
    fn a_round_has_the_draws_of_the_whole_run() {
        let trial = random_trial::trial(1, 2, FollowUp::Partly, Units::Persons);
        let mut study = random_trial::study(&trial, 0);
        study.resampling.replicates = 99;
        for analysis in &mut study.analyses {
            analysis.family = Vec::new();
            analysis.subgroups = vec!["sex".to_owned()];
            analysis.interval = crate::study::IntervalKind::Percentile;
        }
        // An outcome that no main contrast answers tells persons apart too.
        study.analyses[1].estimands = vec!["hazard".to_owned()];
        let asked = reduced(&study);
        let options = Options::default();
        let (whole, _) = evaluate(&study, &trial, &options, &Silent).unwrap();
        let (round, _) = run((&asked, &study), &trial, &options, &Silent).unwrap();
        let alone = evaluate(&asked, &trial, &options, &Silent).unwrap().0;
        let limits = |rows: &[crate::results::Row]| -> Vec<_> {
            let own = rows.iter().filter(|row| {
                &*row.analysis == "raw"
                    && &*row.subgroup == "all"
                    && &*row.estimand == "cumulative_effect"
            });
            own.filter(|row| row.week == Some(study.horizon as i32))
                .map(|row| (row.conf_low, row.conf_high))
                .collect()
        };
        assert!(!limits(&whole.rows).is_empty());
        assert_eq!(limits(&whole.rows), limits(&round.rows));
        assert_ne!(
            limits(&whole.rows),
            limits(&alone.rows),
            "the reduced study alone draws otherwise"
        );
    }
}
