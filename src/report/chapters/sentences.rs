//! Sentences whose numbers lead to their rows.

use super::context::Context;
use crate::report::amounts::Amounts;
use crate::report::document::Inline;
use crate::report::headline;
use crate::results::OutcomeFacts;

/// Whether a sentence says that the data are made up. On a page that says so at its head, only the headline repeats it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Said,
    LeftToThePage,
}

/// The sentence of an outcome's main number for a treatment arm.
pub(super) fn main_sentence(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    arm: &str,
    mark: Mark,
) -> Vec<Inline> {
    let mut view = context.view.clone();
    view.synthetic &= mark == Mark::Said;
    let view = &view;
    let row = view.main_row(outcome, arm);
    let sentence = headline::sentence(view, &context.words, outcome, arm, row);
    let Some((row, index)) = row.and_then(|row| Some((row, context.index_of(row)?))) else {
        return vec![Inline::Text(sentence)];
    };
    let Some(estimate) = row.estimate else {
        return without_number(context, &sentence, index);
    };
    let amounts = Amounts::of_main(view, outcome, row);
    let decimals = amounts.decimals(row);
    let mut parts = vec![amounts.text(&context.words, estimate.abs(), decimals)];
    if let Some((low, high)) = row.conf_low.zip(row.conf_high) {
        let text = |value| amounts.text(&context.words, value, decimals);
        parts.push(context.tell("cell-to", &[("low", &text(low)), ("high", &text(high))]));
    }
    linked(&sentence, &parts, index)
}

/// A sentence that says why there is no number leads to the row that has none.
fn without_number(context: &Context<'_>, sentence: &str, row: usize) -> Vec<Inline> {
    vec![
        Inline::Text(format!("{sentence} ")),
        Inline::Number {
            text: context.say("report-see-row"),
            row,
        },
    ]
}

/// The main row of an outcome and arm, when it has a place.
pub(super) fn main_index(
    context: &Context<'_>,
    outcome: &OutcomeFacts,
    arm: &str,
) -> Option<usize> {
    context
        .view
        .main_row(outcome, arm)
        .and_then(|row| context.index_of(row))
}

/// The slug of an outcome's main number.
pub(super) fn main_slug(context: &Context<'_>, outcome: &OutcomeFacts) -> &'static str {
    context.view.main_slug(outcome)
}

/// Makes each of the `numbers`, in their order, a way to the row; one that cannot be found stays text.
pub(super) fn linked(sentence: &str, numbers: &[String], row: usize) -> Vec<Inline> {
    let mut parts = Vec::new();
    let mut rest = sentence;
    for number in numbers {
        let Some(at) = find_number(rest, number) else {
            continue;
        };
        if at > 0 {
            parts.push(Inline::Text(rest[..at].to_owned()));
        }
        parts.push(Inline::Number {
            text: number.clone(),
            row,
        });
        rest = &rest[at + number.len()..];
    }
    if !rest.is_empty() {
        parts.push(Inline::Text(rest.to_owned()));
    }
    parts
}

/// Where a number stands by itself: not as a part of a longer one.
fn find_number(text: &str, number: &str) -> Option<usize> {
    if number.is_empty() {
        return None;
    }
    let inside = |c: char| c.is_ascii_digit() || c == '\u{2212}';
    text.match_indices(number).map(|(at, _)| at).find(|at| {
        let (before, after) = (&text[..*at], &text[at + number.len()..]);
        let mut left = before.chars().rev();
        let mut right = after.chars();
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        match left.next() {
            Some(c) if inside(c) => return false,
            Some('.' | ',') if digit(left.next()) => return false,
            _ => {}
        }
        match right.next() {
            Some(c) if c.is_ascii_digit() => false,
            Some('.' | ',') => !digit(right.next()),
            _ => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_sentence_lead_to_their_row_and_parts_of_longer_numbers_do_not() {
        let sentence = "Mindst 10,1 timer: 0,1 uger mere over 64 uger (−0,6 til 0,8).";
        let numbers = ["0,1".to_owned(), "−0,6 til 0,8".to_owned(), "9".to_owned()];
        let parts = linked(sentence, &numbers, 7);
        let whole: String = parts.iter().map(Inline::text).collect();
        assert_eq!(whole, sentence);
        let found: Vec<&str> = (parts.iter())
            .filter(|p| matches!(p, Inline::Number { row: 7, .. }))
            .map(Inline::text)
            .collect();
        assert_eq!(found, ["0,1", "−0,6 til 0,8"]);
        assert!(parts[0].text().starts_with("Mindst 10,1 timer: "));
    }
}
