//! What the report needs of a bundle, borrowed: the rows, the facts, and the words and settings of the study.

use crate::cost_benefit::Prices;
use crate::results::{Bundle, Facts, OutcomeFacts, Quantities, Row};
use crate::study::model::{FirstWeek, IntervalKind, Labels};
use crate::units::Language;

/// The outer settings of one analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalysisView {
    /// Name.
    pub name: String,
    /// Confidence, for instance 0.95.
    pub confidence: f64,
    /// Kind of interval.
    pub interval: IntervalKind,
    /// What its differences are adjusted for by regression.
    pub covariates: Vec<String>,
}

/// One finding in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingView {
    /// Stable code.
    pub code: String,
    /// True for warnings, false for notes.
    pub warning: bool,
    /// Sentence.
    pub message: String,
}

/// A bundle as the report reads it.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Name of the study.
    pub name: &'a str,
    /// Language to write in.
    pub language: Language,
    /// Words for people.
    pub labels: Labels,
    /// Last trial week.
    pub horizon: u32,
    /// Which calendar week is trial week 1.
    pub first_week: FirstWeek,
    /// Key of the headline outcome.
    pub headline: &'a str,
    /// True when the data are made up.
    pub synthetic: bool,
    /// True when the prices are made up.
    pub synthetic_prices: bool,
    /// Quantities and the prices on them, where the study was priced.
    pub priced: Option<(&'a Quantities, &'a Prices)>,
    /// True when the outputs are not cleared for release.
    pub not_cleared: bool,
    /// The smallest number of persons that is shown, where a gate keeps it.
    pub smallest: Option<u64>,
    /// Analyses in the order of the study; the first is the main one.
    pub analyses: Vec<AnalysisView>,
    /// Facts of the run.
    pub facts: &'a Facts,
    /// Outcomes in the order of the study.
    pub outcomes: &'a [OutcomeFacts],
    /// The numbers.
    pub rows: &'a [Row],
    /// Warnings and notes.
    pub findings: Vec<FindingView>,
}

/// The main estimand of an outcome kind: what the headline and the summary show.
pub fn main_estimand(kind: &str) -> &'static str {
    match kind {
        "share_among" => "period_difference",
        "exit" => "restricted_mean_difference",
        _ => "cumulative_effect",
    }
}

/// What stands in for the main estimand where it does not exist: leaving again and again has no time before exit, only
/// rates and their test.
const INSTEAD: &str = "logrank";

impl<'a> View<'a> {
    /// A bundle in the language of its study.
    pub fn of(bundle: &'a Bundle) -> Self {
        let study = &bundle.study;
        let analyses = study.analyses.iter().map(|a| AnalysisView {
            name: a.name.clone(),
            confidence: a.confidence,
            interval: match a.interval.as_str() {
                "normal" => IntervalKind::Normal,
                "basic" => IntervalKind::Basic,
                "bca" => IntervalKind::Bca,
                "studentized" => IntervalKind::Studentized,
                _ => IntervalKind::Percentile,
            },
            covariates: a.covariates.clone(),
        });
        let findings = bundle.findings.iter().map(|f| FindingView {
            code: f.code.clone(),
            warning: f.severity != "note",
            message: f.message.clone(),
        });
        Self {
            name: &study.name,
            language: study.language,
            labels: study.labels(),
            horizon: study.horizon,
            first_week: match study.first_week.as_str() {
                "next" => FirstWeek::Next,
                _ => FirstWeek::Assignment,
            },
            headline: &study.headline,
            synthetic: study.synthetic,
            synthetic_prices: bundle.prices.as_ref().is_some_and(|p| p.synthetic),
            priced: bundle.quantities.as_ref().zip(bundle.prices.as_ref()),
            not_cleared: !bundle.disclosure.cleared,
            smallest: (bundle.disclosure.gate != "none").then(|| u64::from(study.min_cell)),
            analyses: analyses.collect(),
            facts: &bundle.facts,
            outcomes: &bundle.outcomes,
            rows: bundle.rows(),
            findings: findings.collect(),
        }
    }

    /// The same in another language.
    #[must_use]
    pub fn told_in(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The control arm's label; empty in a bundle without arms.
    pub fn control(&self) -> &'a str {
        self.facts.arms.first().map_or("", String::as_str)
    }

    /// The treatment arms' labels, the headline arm first.
    pub fn treatments(&self) -> &'a [String] {
        self.facts.arms.get(1..).unwrap_or(&[])
    }

    /// The word for a label in the view's language.
    pub fn word<'s>(&'s self, label: &'s str) -> &'s str {
        self.labels.word(label, self.language)
    }

    /// The name of an outcome or state for people: its word, else its key with spaces for underscores.
    pub fn name(&self, key: &str) -> String {
        let word = self.word(key);
        if word == key {
            key.replace('_', " ")
        } else {
            word.to_owned()
        }
    }

    /// The outcome with this key.
    pub fn outcome(&self, name: &str) -> Option<&'a OutcomeFacts> {
        self.outcomes.iter().find(|o| o.name == name)
    }

    /// The settings of an analysis.
    pub fn analysis(&self, name: &str) -> Option<&AnalysisView> {
        self.analyses.iter().find(|a| a.name == name)
    }

    /// The slug of an outcome's main number: the main estimand of its kind, or for exits without one their test.
    pub fn main_slug(&self, outcome: &OutcomeFacts) -> &'static str {
        let main = main_estimand(&outcome.kind);
        let has = |slug: &str| {
            let mut own = self.rows.iter().filter(|row| *row.estimand == *slug);
            own.any(|row| *row.outcome == *outcome.name)
        };
        if outcome.kind == "exit" && !has(main) && has(INSTEAD) {
            INSTEAD
        } else {
            main
        }
    }

    /// The main row of an outcome for a treatment arm: first analysis that holds it, everybody, week = horizon.
    pub fn main_row(&self, outcome: &OutcomeFacts, arm: &str) -> Option<&'a Row> {
        let estimand = self.main_slug(outcome);
        let week = i32::try_from(self.horizon).ok();
        let fits = |row: &&Row| {
            &*row.estimand == estimand
                && *row.outcome == *outcome.name
                && row.item.is_empty()
                && &*row.subgroup == "all"
                && &*row.arm == arm
                && (row.week == week || (estimand == INSTEAD && row.week.is_none()))
        };
        self.analyses.iter().find_map(|analysis| {
            self.rows
                .iter()
                .filter(|row| *row.analysis == *analysis.name)
                .find(fits)
        })
    }

    /// The main row of each outcome and treatment arm, with the outcome's place, and then the accounts.
    pub fn headline_rows(&self) -> Vec<(Option<usize>, &'a Row)> {
        let mut rows = Vec::new();
        for (place, outcome) in self.outcomes.iter().enumerate() {
            let arms = self.treatments().iter();
            let main = arms.filter_map(|arm| self.main_row(outcome, arm));
            rows.extend(main.map(|row| (Some(place), row)));
        }
        let first = self.analyses.first().map(|analysis| &*analysis.name);
        let accounts = self.rows.iter().filter(|row| {
            &*row.estimand == "net_benefit"
                && &*row.subgroup == "all"
                && Some(&*row.analysis) == first
        });
        rows.extend(accounts.map(|row| (None, row)));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;

    #[test]
    fn a_bundle_is_read_with_its_mark_its_words_and_its_analyses() {
        let bundle = sample::bundle(false);
        let view = View::of(&bundle);
        assert!(view.not_cleared);
        assert_eq!(view.name, bundle.study.name);
        assert_eq!(view.analyses.len(), bundle.study.analyses.len());
        assert_eq!(view.rows.len(), bundle.rows().len());
        assert!(!View::of(&sample::bundle(true)).not_cleared);
    }

    #[test]
    fn a_bundle_can_be_told_in_the_other_language() {
        let bundle = sample::bundle(true);
        let da = super::super::headline::headline_of(&View::of(&bundle).told_in(Language::Da));
        let en = super::super::headline::headline_of(&View::of(&bundle).told_in(Language::En));
        assert!(
            da.contains("kontrolgruppen") && en.contains("the control group"),
            "{da} {en}"
        );
    }
}
