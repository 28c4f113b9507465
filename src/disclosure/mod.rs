//! What may leave the machine. Only here do [`Results`] become [`Cleared`], and only `Cleared` has writers.
//!
//! The rule is a threshold with all that follows from it: `docs/decisions/0019-the-gate.md`. Why the type is guarded as it is:
//! `docs/decisions/0007-cleared-results.md`.

pub mod codes;
mod digits;
mod earlier;
mod gate;
mod grid;
mod inspect;
mod money;
mod plan;
mod round;
mod rows;
mod tables;

pub use inspect::{Inside, inspect};

use crate::cost_benefit::{CARDS, Prices};
use crate::error::Diagnostic;
use crate::results::bundle::{Disclosure, Money};
use crate::results::{Bundle, MayLeave, Results, Row, Sealed};
use crate::study::model::Study;
use crate::trial::AccountingLine;

/// How the codes of findings about prices start.
const PRICE_FINDINGS: &str = "RV09";

/// Results that have passed the gate: by [`clear`], or as a cleared bundle that was priced again by [`reprice`].
#[derive(Clone, Debug)]
pub struct Cleared {
    bundle: Bundle,
}

impl Cleared {
    /// What may leave.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }
}

impl Sealed for Cleared {}

impl MayLeave for Cleared {
    fn bundle(&self) -> &Bundle {
        &self.bundle
    }
}

/// Name of the rule of this version's gate; with `min_cell = 1` there is none.
pub const THRESHOLD: &str = "threshold";

/// Passes results through the gate. With `min_cell = 1` everything passes.
pub fn clear(results: Results, study: &Study) -> Cleared {
    clear_beside(results, study, None)
}

/// The same, beside an earlier result of the same trial that has left: nothing may be told by subtracting one from the other.
pub fn clear_beside(mut results: Results, study: &Study, earlier: Option<&Bundle>) -> Cleared {
    let disclosure = |gate: &str| Disclosure {
        gate: gate.to_owned(),
        cleared: true,
    };
    if study.min_cell <= 1 {
        return Cleared {
            bundle: Bundle::assemble(results, study, disclosure("none")).sealed(),
        };
    }
    gate::enforce(&mut results, study, earlier);
    let mut bundle = Bundle::assemble(results, study, disclosure(THRESHOLD));
    gate::blur_findings(&mut bundle.findings, u64::from(study.min_cell));
    Cleared {
        bundle: bundle.sealed(),
    }
}

/// Lines of an accounting that is told before there is a result.
pub fn clear_lines(mut lines: Vec<AccountingLine>, min_cell: u32) -> Vec<AccountingLine> {
    if min_cell > 1 {
        tables::hide_lines(&mut lines, u64::from(min_cell));
    }
    lines
}

/// Rows about the lots that are told before there is a result.
pub fn clear_lots(mut rows: Vec<Row>, min_cell: u32) -> Vec<Row> {
    if min_cell > 1 {
        let tables = tables::Tables::of(&rows, u64::from(min_cell));
        let hidden = |row: &&mut Row| tables.allows(row) == Some(false);
        rows.iter_mut().filter(hidden).for_each(rows::hide);
    }
    rows
}

/// Whether a number of persons may be told.
pub fn may_tell(count: u64, min_cell: u32) -> bool {
    grid::may_show(count, u64::from(min_cell))
}

/// Puts other prices on a result that was cleared: its quantities may be shown, and a price tells nothing of persons.
/// The rest of the result stays as it is, and so does its mark.
pub fn reprice(
    cleared: Bundle,
    prices: Prices,
    rows: Vec<Row>,
    findings: &[Diagnostic],
) -> Cleared {
    let money = Money {
        prices,
        rows,
        findings: findings.to_vec(),
    };
    let estimands: Vec<&str> = CARDS.iter().map(|card| card.slug).collect();
    Cleared {
        bundle: (cleared.with_money(money, (&estimands, PRICE_FINDINGS))).sealed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;
    use std::path::{Path, PathBuf};

    #[test]
    fn a_study_without_a_smallest_cell_passes_unmarked() {
        let cleared = clear(sample::results(), &sample::study(1));
        assert_eq!(cleared.bundle().disclosure.mark(), None);
        assert_eq!(cleared.bundle().findings.len(), 1);
        assert_eq!(cleared.bundle().rows(), sample::rows());
    }

    #[test]
    fn without_counts_to_judge_by_nothing_of_a_study_with_a_smallest_cell_is_shown() {
        let cleared = clear(sample::results(), &sample::study(5));
        let bundle = cleared.bundle();
        assert_eq!(bundle.disclosure.gate, THRESHOLD);
        assert_eq!(bundle.disclosure.mark(), None);
        let hidden = |row: &Row| row.status == crate::results::Status::Hidden;
        assert!(
            bundle
                .rows()
                .iter()
                .filter(|row| !row.outcome.is_empty())
                .all(hidden)
        );
        assert!(
            bundle
                .findings
                .iter()
                .all(|finding| finding.count.is_none())
        );
    }

    #[test]
    fn a_cleared_bundle_priced_again_keeps_its_mark_and_every_other_number() {
        let before = clear(sample::results(), &sample::study(5)).bundle().clone();
        let mut row = before.rows()[0].clone();
        row.estimand = "net_benefit".into();
        let note = Diagnostic::warning("RV0924", "priced again", "nothing");
        let price = |bundle: &Bundle| {
            reprice(
                bundle.clone(),
                Prices::default(),
                vec![row.clone()],
                std::slice::from_ref(&note),
            )
        };
        let once = price(&before);
        let after = once.bundle();
        assert_eq!(after.disclosure, before.disclosure);
        let (money, rest) = after.rows().split_last().expect("rows");
        assert_eq!((money, rest), (&row, before.rows()));
        assert_eq!(after.prices, Some(Prices::default()));
        assert_eq!(after.findings.len(), before.findings.len() + 1);
        // Again: the money and what was said of it are replaced, not added.
        assert_eq!(price(after).bundle().to_json(), after.to_json());
    }

    #[test]
    fn only_this_room_makes_results_leave() {
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = Vec::new();
        let words = ["MayLeave for", "Bundle::assemble(", ".with_money("];
        search(&source, &words, &mut found);
        assert!(!found.is_empty());
        for file in found {
            let file = file.strip_prefix(&source).expect("a file of the sources");
            // The sample is built for tests only.
            let allowed = file.starts_with("disclosure") || file.ends_with("results/sample.rs");
            assert!(allowed, "{} makes results leave", file.display());
        }
    }

    fn search(folder: &Path, words: &[&str], found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder of the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                search(&path, words, found);
            } else if std::fs::read_to_string(&path)
                .is_ok_and(|text| words.iter().any(|w| text.contains(w)))
                && path.extension().is_some_and(|e| e == "rs")
            {
                found.push(path);
            }
        }
    }
}
