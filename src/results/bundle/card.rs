//! What a bundle keeps of its study, its findings and its clearance: enough to render and to check, nothing of the
//! machine.

use crate::error::{Diagnostic, Place, Severity};
use crate::study::model::{
    Analysis, AtRisk, CodeFile, ExitSource, FirstWeek, IntervalKind, Labels, OutcomeKind,
    SpellsFile, Study, Tick, Words,
};
use crate::units::{ConfidenceLevel, Language};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the report needs of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct StudyCard {
    /// Name.
    pub name: String,
    /// Language of summary and report.
    #[schemars(extend("enum" = ["da", "en"]), with = "String")]
    pub language: Language,
    /// Free text: title, author, commissioner, intake.
    pub texts: BTreeMap<String, String>,
    /// Words for people, by label.
    pub labels: BTreeMap<String, WordsCard>,
    /// Label of the control arm.
    pub control: String,
    /// Labels of the treatment arms, the headline arm first.
    pub treatments: Vec<String>,
    /// Last week (or tick) of the evaluation.
    pub horizon: u32,
    /// `assignment` or `next`: which calendar week is week 1.
    pub first_week: String,
    /// `week` or `day`.
    pub tick: String,
    /// Name of the outcome of the first sentence.
    pub headline: String,
    /// True when the data are made up.
    pub synthetic: bool,
    /// Smallest cell that may be shown; 1: the rule is off.
    pub min_cell: u32,
    /// Tables of spells of which a reader must know more than their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableCard>,
    /// Outcomes in the order of the study.
    pub outcomes: Vec<OutcomeCard>,
    /// Analyses in the order of the study.
    pub analyses: Vec<AnalysisCard>,
}

/// The words of one label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WordsCard {
    /// Danish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub da: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Phrase of a positive difference, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
    /// Phrase of a negative difference, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub less: BTreeMap<String, String>,
}

/// What becomes of states in a table of spells, and where they come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TableCard {
    /// Name.
    pub name: String,
    /// States that end follow-up.
    pub censor: Vec<String>,
    /// States that last to the end of the data.
    pub absorbing: Vec<String>,
    /// The table of codes the states are told by, if they are: `dream`, or a file of the study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<String>,
    /// State of weeks without a spell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<String>,
    /// How employment is told by wages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment: Option<EmploymentCard>,
}

/// Employment told by wages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct EmploymentCard {
    /// Its state.
    pub state: String,
    /// Least number of weeks in a row.
    pub weeks: u32,
    /// The threshold, times 10,000, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<i64>,
}

/// One outcome as asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeCard {
    /// Key in the study.
    pub name: String,
    /// `weeks_in`, `inflow`, `lasting`, `amount`, `events`, `share_among` or `exit`.
    pub kind: String,
    /// Unit named in the study, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// States counted, states of the denominator, or states left.
    pub states: Vec<String>,
    /// Named destinations of an exit.
    pub destinations: Vec<String>,
    /// `first`, `entry` or `all`, for exits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_risk: Option<String>,
    /// Weeks an exit must last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sustained: Option<u32>,
    /// Weeks a stay must have lasted, for `lasting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<u32>,
}

/// One analysis as asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnalysisCard {
    /// Name.
    pub name: String,
    /// Names of its outcomes.
    pub outcomes: Vec<String>,
    /// Estimands asked for; empty: the standard list.
    pub estimands: Vec<String>,
    /// `none`, `strata`, `ancova` or `lin`.
    pub adjustment: String,
    /// What `ancova` and `lin` adjust for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covariates: Vec<String>,
    /// Columns of subgroups.
    pub subgroups: Vec<String>,
    /// Weeks to report; empty: all.
    pub weeks: Vec<u32>,
    /// `normal`, `percentile`, `basic`, `bca` or `studentized`.
    pub interval: String,
    /// Confidence level.
    pub confidence: f64,
}

/// A warning or note a reader must know. Row numbers of data files are left out: they depend on the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable code.
    pub code: String,
    /// `note`, `warning` or `error`.
    pub severity: String,
    /// What is to be known.
    pub message: String,
    /// File (and column) as written in the study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// How many rows of the file it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// What is allowed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// One thing to do.
    pub hint: String,
}

impl StudyCard {
    pub(super) fn of(study: &Study) -> Self {
        let day = study
            .durations
            .as_ref()
            .is_some_and(|d| d.tick == Tick::Day);
        let outcome = |i: &usize| study.outcomes.get(*i).map(|o| o.name.clone());
        Self {
            name: study.name.clone(),
            language: study.language,
            texts: study.texts.clone(),
            labels: (study.labels.words.iter())
                .map(|(label, words)| (label.clone(), WordsCard::of(words)))
                .collect(),
            control: study.control.clone(),
            treatments: study.treatments.clone(),
            horizon: study.horizon,
            first_week: match study.first_week {
                FirstWeek::Assignment => "assignment",
                FirstWeek::Next => "next",
            }
            .to_owned(),
            tick: if day { "day" } else { "week" }.to_owned(),
            headline: outcome(&study.headline).unwrap_or_default(),
            synthetic: study.synthetic,
            min_cell: study.min_cell,
            tables: (study.tables.iter())
                .map(TableCard::of)
                .filter(TableCard::has_more)
                .collect(),
            outcomes: study.outcomes.iter().map(OutcomeCard::of).collect(),
            analyses: (study.analyses.iter())
                .map(|a| {
                    AnalysisCard::of(study, a, a.outcomes.iter().filter_map(outcome).collect())
                })
                .collect(),
        }
    }

    /// The words as the study's own type.
    pub fn labels(&self) -> Labels {
        let words = |w: &WordsCard| Words {
            da: w.da.clone(),
            en: w.en.clone(),
            more: w.more.clone(),
            less: w.less.clone(),
        };
        Labels {
            words: self
                .labels
                .iter()
                .map(|(label, w)| (label.clone(), words(w)))
                .collect(),
        }
    }

    /// The confidence level of an analysis, by name.
    pub fn confidence(&self, analysis: &str) -> ConfidenceLevel {
        (self.analyses.iter())
            .find(|a| a.name == analysis)
            .and_then(|a| ConfidenceLevel::new(a.confidence))
            .unwrap_or_default()
    }
}

impl TableCard {
    fn of(table: &SpellsFile) -> Self {
        Self {
            name: table.name.clone(),
            censor: table.censor.clone(),
            absorbing: table.absorbing.clone(),
            codes: table.form.codes.as_ref().map(|codes| match codes {
                CodeFile::Dream => "dream".to_owned(),
                CodeFile::Own(file) => file.shown.clone(),
            }),
            gap: table.gap.clone(),
            employment: table.form.employment.as_ref().map(|rule| EmploymentCard {
                state: rule.state.clone(),
                weeks: rule.weeks,
                above: rule.above,
            }),
        }
    }

    fn has_more(&self) -> bool {
        let states = !(self.censor.is_empty() && self.absorbing.is_empty());
        states || self.codes.is_some() || self.employment.is_some()
    }
}

impl WordsCard {
    fn of(words: &Words) -> Self {
        Self {
            da: words.da.clone(),
            en: words.en.clone(),
            more: words.more.clone(),
            less: words.less.clone(),
        }
    }
}

impl OutcomeCard {
    fn of(outcome: &crate::study::model::Outcome) -> Self {
        let mut card = Self {
            name: outcome.name.clone(),
            kind: String::new(),
            unit: outcome.unit.clone(),
            states: Vec::new(),
            destinations: Vec::new(),
            at_risk: None,
            sustained: None,
            over: None,
        };
        let kind = match &outcome.kind {
            OutcomeKind::WeeksIn { states, .. } => {
                card.states.clone_from(states);
                "weeks_in"
            }
            OutcomeKind::Inflow { states, .. } => {
                card.states.clone_from(states);
                "inflow"
            }
            OutcomeKind::Lasting { states, over, .. } => {
                card.states.clone_from(states);
                card.over = Some(*over);
                "lasting"
            }
            OutcomeKind::Amount { .. } => "amount",
            OutcomeKind::Events { .. } => "events",
            OutcomeKind::ShareAmong { among, .. } => {
                card.states.clone_from(among);
                "share_among"
            }
            OutcomeKind::Exit {
                source,
                to,
                at_risk,
                sustained,
            } => {
                if let ExitSource::Spells { from, .. } = source {
                    card.states.clone_from(from);
                }
                card.destinations.clone_from(to);
                card.at_risk = Some(
                    match at_risk {
                        AtRisk::First => "first",
                        AtRisk::Entry => "entry",
                        AtRisk::All => "all",
                    }
                    .to_owned(),
                );
                card.sustained = Some(*sustained);
                "exit"
            }
        };
        kind.clone_into(&mut card.kind);
        card
    }
}

impl AnalysisCard {
    fn of(study: &Study, analysis: &Analysis, outcomes: Vec<String>) -> Self {
        let covariates = study.persons.covariates.iter();
        Self {
            name: analysis.name.clone(),
            outcomes,
            estimands: analysis.estimands.clone(),
            adjustment: analysis.adjustment.name().to_owned(),
            covariates: covariates
                .filter(|_| analysis.adjustment.is_regression())
                .map(|covariate| covariate.name.clone())
                .collect(),
            subgroups: analysis.subgroups.clone(),
            weeks: analysis.weeks.clone(),
            interval: match analysis.interval {
                IntervalKind::Normal => "normal",
                IntervalKind::Percentile => "percentile",
                IntervalKind::Basic => "basic",
                IntervalKind::Bca => "bca",
                IntervalKind::Studentized => "studentized",
            }
            .to_owned(),
            confidence: analysis.confidence.get(),
        }
    }
}

impl Finding {
    pub(super) fn of(diagnostic: &Diagnostic) -> Self {
        let diagnostic = &diagnostic.to_show();
        let (place, count) = match &diagnostic.place {
            Place::Nowhere => (None, None),
            Place::Study {
                file, line, column, ..
            } => (Some(format!("{file}:{line}:{column}")), None),
            Place::Data {
                file,
                column,
                count,
                ..
            } => (
                Some(match column {
                    Some(column) => format!("{file}, column `{column}`"),
                    None => file.clone(),
                }),
                Some(*count),
            ),
        };
        Self {
            code: diagnostic.code.to_owned(),
            severity: match diagnostic.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            }
            .to_owned(),
            message: diagnostic.message.clone(),
            place,
            count,
            allowed: diagnostic.allowed.clone(),
            hint: diagnostic.hint.clone(),
        }
    }
}
