//! Survey outcomes: answers of persons to questions, one column per question.

use super::model::DataFile;

/// `[survey.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Name; that of the rows' analysis.
    pub name: String,
    /// The file; that of the persons when the study names none.
    pub file: DataFile,
    /// Column of the person.
    pub person: String,
    /// Columns of the questions.
    pub items: Vec<String>,
    /// Answers in their order; empty: as the data have them, numbers by value, else by name.
    pub answers: Vec<String>,
    /// Answers whose share together is the main number.
    pub agree: Vec<String>,
    /// Answers that are none, such as "don't know".
    pub no_answer: Vec<String>,
}
