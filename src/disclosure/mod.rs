//! What may leave the machine. Only here do [`Results`] become [`Cleared`], and only `Cleared` has writers.
//!
//! There is no gate yet: everything passes, and when the study asks for a smallest cell the outputs are marked
//! "not cleared for release". Why the type is guarded as it is: `docs/decisions/0007-cleared-results.md`.

pub mod codes;

use crate::cost_benefit::{CARDS, Prices};
use crate::error::Diagnostic;
use crate::results::bundle::{Disclosure, Money};
use crate::results::{Bundle, MayLeave, Results, Row, Sealed};
use crate::study::model::Study;

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

/// Passes results through the gate (`none` in this version) and marks them when the study asks for more.
pub fn clear(mut results: Results, study: &Study) -> Cleared {
    let disclosure = Disclosure {
        gate: "none".to_owned(),
        cleared: study.min_cell <= 1,
    };
    if let Some(mark) = disclosure.mark() {
        results.findings.push(finding(mark, study.min_cell));
    }
    Cleared {
        bundle: Bundle::assemble(results, study, disclosure),
    }
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
        bundle: cleared.with_money(money, (&estimands, PRICE_FINDINGS)),
    }
}

fn finding(mark: &str, min_cell: u32) -> Diagnostic {
    Diagnostic::warning(
        codes::NOT_CLEARED,
        format!(
            "{mark}: the study asks for at least {min_cell} in a cell, and this version does not enforce it"
        ),
        "have the files cleared before they leave, or set min_cell = 1 for public or synthetic data",
    )
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
    fn a_study_with_a_smallest_cell_is_marked_and_says_so() {
        let cleared = clear(sample::results(), &sample::study(5));
        let bundle = cleared.bundle();
        assert_eq!(bundle.disclosure.gate, "none");
        assert_eq!(bundle.disclosure.mark(), Some("not cleared for release"));
        assert_eq!(bundle.findings[1].code, "RV0520");
        assert!(
            bundle.findings[1]
                .message
                .starts_with("not cleared for release")
        );
        assert!(bundle.to_json().contains("\"cleared\":false"));
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
        assert_eq!(price(after).bundle(), after);
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
