//! What the lots made of the persons: covariates by arm, the test of all of them, the ratio of the arms, and who is
//! followed. Nothing here looks at an outcome.

mod items;
mod omnibus;
mod ratio;
mod rows;
#[cfg(test)]
mod tests;

use crate::error::Diagnostic;
use crate::results::Row;
use crate::study::Study;
use crate::trial::Trial;

/// A ratio that is less probable than this is told; of strata, less this over their number.
const MISMATCH: f64 = 0.001;

/// Whether a study says enough for it: covariates, or how lots were drawn.
pub(super) fn is_asked(study: &Study, trial: &Trial) -> bool {
    study.randomisation.is_some() || !trial.covariates.is_empty()
}

/// The rows of a study and its trial; none where the study declares neither covariates nor its randomisation. `analysis`
/// names the rows and says their confidence.
pub fn balance(study: &Study, trial: &Trial, analysis: usize) -> Vec<Row> {
    if !is_asked(study, trial) {
        return Vec::new();
    }
    rows::Table::new(study, trial, analysis).rows()
}

/// Arms whose sizes are hardly those of the declared randomisation, as a finding.
pub fn mismatches(study: &Study, trial: &Trial) -> Vec<Diagnostic> {
    let Some(randomisation) = &study.randomisation else {
        return Vec::new();
    };
    let ratios = ratio::ratios(randomisation, trial);
    let strata = ratios.len().saturating_sub(1).max(1) as f64;
    let odd: Vec<String> = (ratios.iter())
        .filter(|ratio| {
            let limit = match ratio.stratum {
                None => MISMATCH,
                Some(_) => MISMATCH / strata,
            };
            ratio.test.is_some_and(|(_, _, p)| p < limit)
        })
        .map(|ratio| ratio.stratum.clone().unwrap_or_else(|| "all".to_owned()))
        .collect();
    if odd.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "the arms have not the numbers that the declared randomisation gives them: {}",
        odd.join(", ")
    );
    vec![Diagnostic::warning(
        super::codes::SAMPLE_RATIO,
        message,
        "look whether persons are missing from the list, or whether the probabilities are those of the draw",
    )]
}
