//! The summary of planted bundles.

use super::*;
use crate::report::planted::{Planted, contrast, outcome};
use crate::report::view::FindingView;
use crate::results::Status;
use crate::units::Language;

fn planted(language: Language) -> Planted {
    let mut planted = Planted::new(language);
    planted.outcomes = vec![
        outcome("employment", "weeks_in", "week"),
        outcome("hours", "amount", "hours"),
        outcome("meetings", "share_among", "share"),
        outcome("exit", "exit", "week"),
    ];
    planted.rows = vec![
        contrast(
            "cumulative_effect",
            "employment",
            64,
            [0.4, -0.3, 1.1, 0.26],
        ),
        contrast("cumulative_effect", "hours", 64, [12.3, -9.0, 33.0, 0.24]),
        contrast(
            "period_difference",
            "meetings",
            64,
            [0.701, 0.69, 0.712, 0.0],
        ),
    ];
    planted
}

#[test]
fn the_summary_has_one_aligned_line_per_outcome_and_ends_with_the_headline() {
    let planted = planted(Language::Da);
    let text = summary_of(&planted.view());
    let lines: Vec<&str> = text.lines().collect();
    let row = |word: &str| lines.iter().find(|l| l.trim_start().starts_with(word));
    let employment = row("Employment  ").expect("a line");
    let hours = row("Hours  ").expect("a line");
    assert!(
        employment.contains("0,4 uger") && employment.contains("−0,3 til 1,1"),
        "{text}"
    );
    assert!(hours.contains("12,3 timer"), "{text}");
    assert_eq!(length(employment), length(hours));
    assert!(text.contains("70,1 procentpoint"), "{text}");
    assert!(
        text.contains("kontrol 1.480 · deltager 1.523 · i alt 3.003"),
        "{text}"
    );
    assert!(text.contains("Fulgt til uge 64"), "{text}");
    assert!(
        row("Exit  ").expect("a line").contains("ikke beregnet"),
        "{text}"
    );
    assert!(text.ends_with("ikke statistisk signifikant.\n"), "{text}");
    assert!(
        lines.len() <= 24 && lines.iter().all(|l| length(l) <= 110),
        "{text}"
    );
}

#[test]
fn marks_and_warnings_are_shown_and_the_rest_counted() {
    let mut planted = planted(Language::En);
    planted.synthetic = true;
    planted.not_cleared = true;
    planted.findings = (0..6)
        .map(|i| FindingView {
            code: format!("RV040{i}"),
            warning: true,
            message: "a stratum lacks the control arm".to_owned(),
        })
        .collect();
    let text = summary_of(&planted.view());
    assert!(
        text.contains("Made-up data") && text.contains("Not cleared for release"),
        "{text}"
    );
    assert!(
        text.contains("RV0403") && !text.contains("RV0404"),
        "{text}"
    );
    assert!(text.contains("… and 2 more"), "{text}");
}

#[test]
fn in_danish_a_warning_is_explained_before_the_program_speaks_english() {
    let mut planted = planted(Language::Da);
    planted.not_cleared = true;
    let finding = |code: &str, message: &str| FindingView {
        code: code.to_owned(),
        warning: true,
        message: message.to_owned(),
    };
    planted.findings = vec![
        finding(
            "RV0326",
            "no row has the value the filter asks for, so all are left out",
        ),
        finding("RV0399", "something new"),
    ];
    let text = summary_of(&planted.view()).replace("\n    ", " ");
    assert!(
        text.contains("Ikke godkendt til offentliggørelse"),
        "{text}"
    );
    assert!(
        text.contains(
            "Et filter udelader alle rækker, fordi ingen har den værdi, det beder om. (RV0326; på engelsk: no row"
        ),
        "{text}"
    );
    assert!(text.contains("  - something new (RV0399)"), "{text}");
}

#[test]
fn an_exit_from_any_spell_shows_its_test() {
    let mut planted = planted(Language::Da);
    planted.outcomes[3].randomised = false;
    let mut row = contrast("logrank", "exit", 64, [0.09, 0.0, 0.0, 0.769]);
    (row.week, row.conf_low, row.conf_high) = (None, None, None);
    row.unit = "chi-square".into();
    planted.rows.push(row);
    let text = summary_of(&planted.view());
    let line = text.lines().find(|l| l.contains("Exit")).expect("a line");
    let words: Vec<&str> = line
        .split("  ")
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .collect();
    assert_eq!(
        words,
        [
            "Exit",
            "log-rank-test (beskrivende)",
            "0,09 chi-i-anden",
            "–",
            "0,769"
        ]
    );
}

#[test]
fn undefined_and_hidden_numbers_have_words() {
    let mut planted = planted(Language::Da);
    (planted.rows[0].estimate, planted.rows[0].status) = (None, Status::Undefined);
    (planted.rows[1].estimate, planted.rows[1].status) = (None, Status::Hidden);
    let text = summary_of(&planted.view());
    assert!(
        text.contains("kan ikke beregnes") && text.contains("vises ikke"),
        "{text}"
    );
}

#[test]
fn a_long_label_is_cut_to_its_column() {
    let mut planted = planted(Language::Da);
    planted.labels.words.insert(
        "employment".to_owned(),
        crate::study::model::Words {
            da: Some("ordinær beskæftigelse uden løntilskud i mindst ti timer".to_owned()),
            ..Default::default()
        },
    );
    let text = summary_of(&planted.view());
    assert!(
        text.contains("  Ordinær beskæftigelse uden lønt…  akk"),
        "{text}"
    );
    assert!(
        text.contains("i mindst ti timer: personer"),
        "whole in the sentence: {text}"
    );
}

#[test]
fn many_arms_are_cut_and_counted() {
    let mut planted = planted(Language::Da);
    for i in 0..6 {
        planted.facts.arms.push(format!("tg{i}"));
        planted.facts.persons.push(10);
    }
    let text = summary_of(&planted.view());
    assert!(
        text.contains("Gruppe") && text.contains("… og 16 til"),
        "{text}"
    );
}
