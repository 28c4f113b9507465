//! Survey outcomes: shares and means of answers by arm, and whether the arms answer alike.
//!
//! Persons are compared as they were assigned, among those who answered the question; how many did is a row of its own, with
//! a test of its own. Tests: Pearson's chi-square without continuity correction, Fisher's exact test, and the chi-square of
//! the arms dealt out again as the randomisation dealt them, answered or not.

mod counts;
mod permute;
mod rows;
#[cfg(test)]
mod tests;

use crate::trial::{SurveyAnswers, Trial};

/// One question, or who answered at all: an answer of every person, or none.
pub(super) struct Question<'a> {
    /// Name of the survey.
    pub survey: &'a str,
    /// Column, or the survey again for who answered.
    pub name: &'a str,
    pub answers: Vec<&'a str>,
    pub answer: Vec<Option<u16>>,
    /// Answers that agree; empty where the study names none.
    pub agree: Vec<u16>,
    /// A number for every answer; empty where they have none.
    pub scores: &'a [f64],
    pub kind: Kind,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Answers,
    /// Whether a person answered any question.
    Answered,
}

/// The questions of all surveys, who answered first.
fn questions(trial: &Trial) -> Vec<Question<'_>> {
    let mut out = Vec::new();
    for survey in &trial.surveys {
        out.push(Question {
            survey: &survey.name,
            name: &survey.name,
            answers: vec!["no", "yes"],
            answer: answered(survey, trial.persons()),
            agree: vec![1],
            scores: &[],
            kind: Kind::Answered,
        });
        out.extend(survey.items.iter().map(|item| Question {
            survey: &survey.name,
            name: &item.column,
            answers: item.answers.iter().map(String::as_str).collect(),
            answer: item.answer.clone(),
            agree: item.agree.clone(),
            scores: &item.scores,
            kind: Kind::Answers,
        }));
    }
    out
}

fn answered(survey: &SurveyAnswers, persons: usize) -> Vec<Option<u16>> {
    (0..persons)
        .map(|person| {
            let any = survey
                .items
                .iter()
                .any(|item| item.answer[person].is_some());
            Some(u16::from(any))
        })
        .collect()
}
