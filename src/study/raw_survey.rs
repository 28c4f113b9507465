//! `[survey.NAME]` as it is written.

use super::written::{At, LabelList, Texts};
use schemars::JsonSchema;
use serde::Deserialize;

/// Answers of persons to questions, one column per question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSurvey {
    /// Data file; default: that of the persons.
    pub file: Option<At<String>>,
    /// Column of the person's identifier; default: that of the persons file.
    pub person: Option<At<String>>,
    /// Columns of the questions.
    #[schemars(required)]
    pub items: Option<Texts>,
    /// Answers in their order, for instance from "not at all" to "very much"; default: those of the data.
    pub answers: Option<LabelList>,
    /// Answers whose share together is the main number of a question.
    pub agree: Option<LabelList>,
    /// Answers that count as none, such as "don't know".
    pub no_answer: Option<LabelList>,
}
