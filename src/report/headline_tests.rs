//! Corners of the headline sentence; its rules, with whole sentences, stand in `headline_rules.rs`.

use super::*;
use crate::report::planted::{Planted, contrast, outcome};
use crate::study::model::Words as LabelWords;

fn with(language: Language, row: Row) -> Planted {
    let mut planted = Planted::new(language);
    planted.rows.push(row);
    planted
}

fn weeks(numbers: [f64; 4]) -> Row {
    contrast("cumulative_effect", "employment", 64, numbers)
}

#[test]
fn a_phrase_may_place_the_amount_itself() {
    let mut planted = with(Language::Da, weeks([0.4, 0.1, 0.7, 0.01]));
    let mut label = LabelWords::default();
    label
        .more
        .insert("da".to_owned(), "været {x} mere i job".to_owned());
    planted.labels.words.insert("employment".to_owned(), label);
    assert!(
        headline_of(&planted.view()).contains("har i gennemsnit været 0,4 uger mere i job end")
    );
}

#[test]
fn a_limit_that_is_not_zero_does_not_read_as_zero() {
    let text = headline_of(&with(Language::Da, weeks([0.7, 0.02, 1.4, 0.04])).view());
    assert!(
        text.contains("0,70 uger mere") && text.contains("0,02 til 1,40"),
        "{text}"
    );
}

#[test]
fn an_undefined_number_says_so_and_why() {
    let mut row = weeks([0.0; 4]);
    (row.estimate, row.status, row.reason) = (
        None,
        Status::Undefined,
        "nobody is followed in week 60".into(),
    );
    assert_eq!(
        headline_of(&with(Language::Da, row.clone()).view()),
        "Employment: forskellen mellem personer, der ved lodtrækning fik tilbudt indsatsen, og kontrolgruppen over 64 \
         uger kan ikke beregnes (nobody is followed in week 60)."
    );
    assert!(headline_of(&with(Language::En, row).view()).contains("cannot be computed (nobody"));
}

#[test]
fn an_exit_tells_the_time_before_it() {
    let mut planted = Planted::new(Language::Da);
    planted.headline = "exit".to_owned();
    planted.outcomes = vec![outcome("exit", "exit", "week")];
    planted.rows = vec![contrast(
        "restricted_mean_difference",
        "exit",
        64,
        [-3.0, -4.1, -1.9, 0.0],
    )];
    let text = headline_of(&planted.view());
    assert!(
        text.contains("haft 3,0 uger mindre før afgang end kontrolgruppen inden for 64 uger"),
        "{text}"
    );
    planted.outcomes[0].tick = "day".to_owned();
    assert!(headline_of(&planted.view()).contains("3,0 dage mindre før afgang"));
    planted.outcomes[0].randomised = false;
    let text = headline_of(&planted.view());
    assert!(
        text.contains("personer i deltagergruppen") && text.contains("beskrivende"),
        "{text}"
    );
}

#[test]
fn hours_have_their_unit_and_thousands_their_point() {
    let mut planted = Planted::new(Language::Da);
    planted.headline = "hours".to_owned();
    planted.outcomes = vec![outcome("hours", "amount", "hours")];
    planted.rows = vec![contrast(
        "cumulative_effect",
        "hours",
        64,
        [1234.4, -200.0, 2668.8, 0.09],
    )];
    assert!(headline_of(&planted.view()).contains("haft 1.234 timer mere end"));
    planted.outcomes[0].unit = "kr.".to_owned();
    assert!(headline_of(&planted.view()).contains("haft 1.234 kr. mere end"));
}
