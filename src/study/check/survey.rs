//! `[survey.NAME]`.

use super::tables::file;
use super::{Pass, unique, unknown};
use crate::study::codes;
use crate::study::model::{Analysis, PersonsFile, Survey};
use crate::study::raw::RawSurvey;
use crate::study::written::{LabelList, Named};

pub(super) fn surveys(
    raw: Option<Named<RawSurvey>>,
    persons: &PersonsFile,
    analyses: &[Analysis],
    pass: &mut Pass<'_>,
) -> Vec<Survey> {
    let mut surveys = Vec::new();
    for (name, raw) in raw.map(|named| named.0).unwrap_or_default() {
        if analyses.iter().any(|analysis| analysis.name == name.value) {
            pass.findings.error(
                &name.span,
                codes::TWICE,
                format!("an analysis is named `{}` too", name.value),
                "give the survey another name: it stands in the column `analysis` of the results",
            );
        }
        let own_file = raw.file.is_some();
        let person = raw.person.map(|person| person.value);
        let items = unique(raw.items, "item", pass);
        if items.is_empty() {
            pass.findings.error(
                &name.span,
                codes::MISSING_KEY,
                format!("the survey `{}` names no question", name.value),
                "name the columns of the questions in `items`",
            );
        }
        let answers = labels(raw.answers.as_ref());
        for (key, list) in [("agree", &raw.agree), ("no_answer", &raw.no_answer)] {
            for label in list.iter().flat_map(|list| &list.0) {
                let listed = answers.contains(&label.value.0);
                if key == "no_answer" && listed {
                    pass.findings.error(
                        &label.span,
                        codes::TOGETHER,
                        format!("`{}` is an answer and none", label.value.0),
                        "name it in `answers` or in `no_answer`",
                    );
                } else if key == "agree" && !answers.is_empty() && !listed {
                    unknown(&label.value.0, &label.span, "answer", &answers, pass);
                }
            }
        }
        surveys.push(Survey {
            file: if own_file {
                file(raw.file.as_ref(), pass)
            } else {
                persons.file.clone()
            },
            person: person.unwrap_or_else(|| persons.id.clone()),
            items,
            agree: labels(raw.agree.as_ref()),
            no_answer: labels(raw.no_answer.as_ref()),
            answers,
            name: name.value,
        });
    }
    surveys
}

fn labels(list: Option<&LabelList>) -> Vec<String> {
    let labels = list.iter().flat_map(|list| &list.0);
    labels.map(|label| label.value.0.clone()).collect()
}
