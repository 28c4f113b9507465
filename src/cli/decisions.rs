//! Findings that ask for a decision of the study's author, each with the key of the study that settles it.

use crate::error::{Diagnostic, Severity};
use schemars::JsonSchema;
use serde::Serialize;

/// Code, and the key as it is written in the study.
const OPTIONS: &[(&str, &str)] = &[
    ("RV0302", "[spells] outsiders = \"leave_out\""),
    ("RV0305", "[arms] treatment = [\"ARM\", ...]"),
    ("RV0306", "[spells] states = [\"STATE\", ...]"),
    (
        "RV0308",
        "[spells] weeks = \"trial\", \"iso\", \"dream\" or \"date\"",
    ),
    ("RV0309", "[spells] gap = \"STATE\""),
    (
        "RV0310",
        "[spells] gap = \"STATE\" with data_end = \"WEEK\", or [persons] followed_until = \"COLUMN\"",
    ),
    (
        "RV0311",
        "[spells] data_end = \"WEEK\", or [persons] followed_until = \"COLUMN\"",
    ),
    (
        "RV0312",
        "[spells] overlap = [\"HIGHEST STATE\", \"NEXT\", ...]",
    ),
    (
        "RV0313",
        "[spells] data_end = \"WEEK\", or [persons] followed_until = \"COLUMN\"",
    ),
    ("RV0314", "[[analysis]] adjustment = \"strata\""),
    ("RV0315", "[persons] cluster = \"COLUMN\", or without it"),
    ("RV0316", "[spells] absorbing = [\"STATE\", ...]"),
    (
        "RV0318",
        "[outcomes.NAME] states, from or to = [\"STATE\", ...]",
    ),
    ("RV0320", "[persons] assigned = \"COLUMN\""),
    (
        "RV0323",
        "[spells] overlap = [\"HIGHEST STATE\", \"NEXT\", ...], or date_rule = \"thursday\"",
    ),
    ("RV0326", "[outcomes.NAME] filter = { COLUMN = \"VALUE\" }"),
    ("RV0329", "[study] horizon = WEEK"),
    (
        "RV0347",
        "[spells] codes = \"codes.csv\", after `rettevej codes --write codes.csv`",
    ),
    (
        "RV0348",
        "[spells] states = { STATE = [\"730-738\", \"group:GROUP\", \"rest\"] }",
    ),
    (
        "RV0351",
        "[spells] censor = [\"STATE\", ...] or absorbing = [\"STATE\", ...]",
    ),
    (
        "RV0520",
        "[disclosure] min_cell = 1 (for public or synthetic data only)",
    ),
];

/// What is to be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Decision {
    /// Code of the findings that ask for it.
    pub code: &'static str,
    /// Worst severity among them: an error must be decided, a warning is decided as it stands unless the key is written.
    pub severity: Severity,
    /// How many findings ask for it.
    pub findings: usize,
    /// Key of the study that settles it.
    pub option: &'static str,
}

/// The key that settles findings of a code.
pub(super) fn option(code: &str) -> Option<&'static str> {
    let found = OPTIONS.iter().find(|(one, _)| *one == code);
    found.map(|(_, option)| *option)
}

/// What these findings ask to decide, in the order of the codes.
pub(super) fn of(findings: &[Diagnostic]) -> Vec<Decision> {
    let decision = |(code, option): &(&'static str, &'static str)| {
        let asking = || {
            findings
                .iter()
                .filter(|finding| finding.code == *code && finding.severity > Severity::Note)
        };
        let severity = asking().map(|finding| finding.severity).max()?;
        Some(Decision {
            code,
            severity,
            findings: asking().count(),
            option,
        })
    };
    OPTIONS.iter().filter_map(decision).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_of_a_code_that_can_be_explained() {
        let known: Vec<&str> = super::super::rooms::codes()
            .into_iter()
            .flatten()
            .map(|card| card.code)
            .collect();
        for (code, option) in OPTIONS {
            assert!(known.contains(code), "{code}");
            assert!(option.starts_with('['), "{option}");
        }
        assert!(OPTIONS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn notes_ask_nothing_and_findings_of_one_code_ask_once() {
        let warning = Diagnostic::warning("RV0314", "", "");
        let note = Diagnostic {
            severity: Severity::Note,
            ..Diagnostic::warning("RV0318", "", "")
        };
        let decisions = of(&[warning.clone(), note, warning]);
        assert_eq!(decisions.len(), 1);
        assert_eq!((decisions[0].code, decisions[0].findings), ("RV0314", 2));
    }
}
