//! Whether the numbers a run is for exist; if not, it ends with an exit code of its own.

use crate::results::{Results, Row, Status};
use crate::study::Study;
use crate::study::slugs::main_contrast;

/// Whether the point estimate of the first sentence exists; if not, the run ends with exit code 5.
pub fn headline_is_defined(results: &Results, study: &Study) -> bool {
    let outcome = &study.outcomes[study.headline];
    let estimand = main_contrast(&outcome.kind).unwrap_or("restricted_mean_difference");
    let undefined = results.rows.iter().any(|row| {
        *row.outcome == *outcome.name
            && &*row.estimand == estimand
            && &*row.subgroup == "all"
            && Some(&*row.arm) == study.treatments.first().map(String::as_str)
            && row.week == Some(study.horizon as i32)
            && row.status == Status::Undefined
    });
    !undefined
}

/// Whether the point estimate of every member of every family exists; if not, the run ends with exit code 5.
pub fn families_are_defined(results: &Results, study: &Study) -> bool {
    study.analyses.iter().all(|analysis| {
        (analysis.family.iter()).all(|member| {
            let outcome = study.outcomes[member.outcome].name.as_str();
            let is_own = |row: &&Row| {
                *row.analysis == *analysis.name
                    && *row.estimand == *member.estimand
                    && &*row.outcome == outcome
                    && *row.item == *member.item
                    && *row.subgroup == *member.subgroup.as_deref().unwrap_or("all")
                    && !row.reference.is_empty()
                    && (member.arms.is_empty() || member.arms.iter().any(|arm| *row.arm == **arm))
            };
            let own: Vec<&Row> = results.rows.iter().filter(is_own).collect();
            let last = own.iter().filter_map(|row| row.week).max();
            let is_member = |row: &&&Row| match member.weeks.as_slice() {
                [] => row.week == last,
                weeks => weeks.iter().any(|&week| row.week == Some(week as i32)),
            };
            (own.iter().filter(is_member)).all(|row| row.status != Status::Undefined)
        })
    })
}
