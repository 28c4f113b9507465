//! Answers of surveys: one column per question, one row per person who answered.

use super::accounting::Sheet;
use super::codes;
use super::columns::{Columns, empty_cell};
use super::findings::{Finding, Findings, list};
use super::identifiers::refuse_cpr_in_states;
use super::model::{AccountingLine, SurveyAnswers, SurveyItem};
use super::persons::Persons;
use crate::registers::{self, Categories, EMPTY, Kind, Table, Want};
use crate::study::{Study, Survey};

/// Answers of one question at most.
const MOST: usize = 50;

/// Reads every survey; one that cannot be read is left out, and said so.
pub(crate) fn read(
    study: &Study,
    persons: &Persons,
    (findings, accounting, files): (&mut Findings, &mut Vec<AccountingLine>, &mut Vec<Table>),
) -> Vec<SurveyAnswers> {
    let mut out = Vec::new();
    for survey in &study.surveys {
        out.extend(one(survey, persons, (findings, accounting, files)));
    }
    out
}

fn one(
    survey: &Survey,
    persons: &Persons,
    (findings, accounting, files): (&mut Findings, &mut Vec<AccountingLine>, &mut Vec<Table>),
) -> Option<SurveyAnswers> {
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let mut wants = vec![want(&survey.person, Kind::Id)];
    wants.extend(survey.items.iter().map(|item| want(item, Kind::Category)));
    let mut table = match registers::read(&survey.file, &wants) {
        Ok(table) => table,
        Err(error) => {
            findings.absorb(error);
            return None;
        }
    };
    let mut columns = Columns::take(&mut table);
    let ids = columns.ids();
    let (mut no_id, mut twice, mut unknown) = (Vec::new(), Vec::new(), 0);
    // Row of each person.
    let mut row_of: Vec<Option<usize>> = vec![None; persons.len()];
    for (row, person) in persons.index.lookup(&ids).into_iter().enumerate() {
        match person {
            Some(person) if row_of[person as usize].is_some() => twice.push(row),
            Some(person) => row_of[person as usize] = Some(row),
            None if ids.is_empty_at(row) => no_id.push(row),
            None => unknown += 1,
        }
    }
    drop(ids);
    let these = std::slice::from_ref(&table);
    findings.at_rows(these, &no_id, &empty_cell(&survey.person));
    let finding = Finding::error(
        codes::DUPLICATE_ANSWERS,
        survey.person.as_str(),
        "the person has answered in an earlier row already",
        "keep one row per person",
    );
    findings.at_rows(these, &twice, &finding);
    let items: Vec<SurveyItem> = (survey.items.iter())
        .map(|column| {
            let cells = columns.categories();
            item((survey, column), &cells, (&table, &row_of), findings)
        })
        .collect();
    let mut sheet = Sheet::new(accounting, format!("survey {}", survey.name), "answers");
    sheet.read(table.rows as u64);
    sheet.left_out("not_in_trial", unknown);
    sheet.used("", table.rows as u64 - unknown);
    files.push(table);
    Some(SurveyAnswers {
        name: survey.name.clone(),
        items,
    })
}

fn item(
    (survey, column): (&Survey, &str),
    cells: &Categories,
    (table, row_of): (&Table, &[Option<usize>]),
    findings: &mut Findings,
) -> SurveyItem {
    refuse_cpr_in_states(findings, table, column, cells);
    let is_answer = |label: &&String| !survey.no_answer.contains(label);
    let mut answers = survey.answers.clone();
    if answers.is_empty() {
        answers = cells.levels.iter().filter(is_answer).cloned().collect();
        let number = |label: &String| label.parse::<f64>().ok().filter(|n| n.is_finite());
        if answers.iter().all(|label| number(label).is_some()) {
            answers.sort_by(|a, b| {
                let (a, b) = (number(a).unwrap_or(0.0), number(b).unwrap_or(0.0));
                a.total_cmp(&b)
            });
        } else {
            answers.sort_unstable();
        }
    }
    let place: Vec<Option<u16>> = (cells.levels.iter())
        .map(|label| answers.iter().position(|a| a == label).map(|p| p as u16))
        .collect();
    let strange: Vec<usize> = (cells.codes.iter().enumerate())
        .filter(|(_, code)| {
            **code != EMPTY
                && place[**code as usize].is_none()
                && is_answer(&&cells.levels[**code as usize])
        })
        .map(|(row, _)| row)
        .collect();
    let finding = Finding::error(
        codes::UNKNOWN_ANSWER,
        column,
        "the answer is not one that the study names",
        "add it to `answers`, or to `no_answer` if it is none",
    );
    findings.at_rows(
        std::slice::from_ref(table),
        &strange,
        &finding.allowed(list(&answers)),
    );
    if answers.len() > MOST {
        let finding = Finding::error(
            codes::TOO_LARGE,
            column,
            format!("a question may have up to {MOST} answers"),
            "check that this is a column of answers, or group them first",
        );
        findings.of_file(&table.file, &finding);
    }
    let never: Vec<&String> = (survey.agree.iter())
        .filter(|label| !answers.contains(label))
        .collect();
    if !never.is_empty() && !answers.is_empty() {
        let finding = Finding::error(
            codes::STATE_NEVER_SEEN,
            column,
            format!("no answer is {}", list(&never)),
            "check the spelling of `agree` against the answers of the file",
        );
        findings.of_file(&table.file, &finding.allowed(list(&answers)).warning());
    }
    let answer = row_of.iter().map(|row| {
        let code = cells.codes[(*row)?];
        (code != EMPTY).then(|| place[code as usize]).flatten()
    });
    SurveyItem {
        column: column.to_owned(),
        answer: answer.collect(),
        agree: (survey.agree.iter())
            .filter_map(|label| answers.iter().position(|a| a == label))
            .map(|place| place as u16)
            .collect(),
        scores: scores(survey, &answers),
        answers,
    }
}

/// Numbers of the answers: those that they are, else their places in the order that the study gives.
fn scores(survey: &Survey, answers: &[String]) -> Vec<f64> {
    let numbers: Option<Vec<f64>> = (answers.iter())
        .map(|label| label.parse().ok().filter(|n: &f64| n.is_finite()))
        .collect();
    match numbers {
        Some(numbers) => numbers,
        None if survey.answers.is_empty() => Vec::new(),
        None => (1..=answers.len()).map(|place| place as f64).collect(),
    }
}
