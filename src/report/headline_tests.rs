//! Headline sentences of planted bundles, rule by rule of the report's words.

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

fn phrased(language: Language, row: Row) -> Planted {
    let mut planted = with(language, row);
    let mut label = LabelWords {
        da: Some("beskæftigelse".to_owned()),
        en: Some("employment".to_owned()),
        ..LabelWords::default()
    };
    for (language, more, less) in [
        ("da", "mere i beskæftigelse", "mindre i beskæftigelse"),
        ("en", "more in employment", "less in employment"),
    ] {
        label.more.insert(language.to_owned(), more.to_owned());
        label.less.insert(language.to_owned(), less.to_owned());
    }
    planted.labels.words.insert("employment".to_owned(), label);
    planted
}

#[test]
fn a_phrase_gives_the_sentence_of_the_design() {
    let planted = phrased(Language::Da, weeks([0.4, -0.3, 1.1, 0.26]));
    assert_eq!(
        headline_of(&planted.view()),
        "Personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit været 0,4 uger mere i \
         beskæftigelse end kontrolgruppen over 64 uger (95 pct.-konfidensinterval: −0,3 til 1,1). Forskellen er \
         ikke statistisk signifikant."
    );
    let planted = phrased(Language::En, weeks([0.4, -0.3, 1.1, 0.26]));
    assert_eq!(
        headline_of(&planted.view()),
        "Persons offered the programme by lot have on average spent 0.4 weeks more in employment than the control \
         group over 64 weeks (95% confidence interval: −0.3 to 1.1). The difference is not statistically \
         significant."
    );
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
fn without_a_phrase_the_label_opens_the_sentence() {
    let planted = with(Language::Da, weeks([0.4, 0.1, 0.7, 0.01]));
    assert_eq!(
        headline_of(&planted.view()),
        "Employment: personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 0,4 uger mere end \
         kontrolgruppen over 64 uger (95 pct.-konfidensinterval: 0,1 til 0,7). Forskellen er statistisk signifikant."
    );
}

#[test]
fn a_negative_difference_reads_less_and_has_no_minus_of_its_own() {
    let row = weeks([-1.25, -2.0, -0.5, 0.001]);
    let text = headline_of(&phrased(Language::Da, row.clone()).view());
    assert!(
        text.contains("været 1,3 uger mindre i beskæftigelse end"),
        "{text}"
    );
    assert!(text.contains("−2,0 til −0,5"), "{text}");
    let text = headline_of(&with(Language::En, row).view());
    assert!(
        text.contains("had 1.3 weeks less than the control group"),
        "{text}"
    );
}

#[test]
fn a_difference_that_reads_zero_has_no_direction() {
    for (language, says) in [
        (Language::Da, "er i gennemsnit 0,0 uger"),
        (Language::En, "is on average 0.0 weeks"),
    ] {
        let text = headline_of(&phrased(language, weeks([-0.001, -0.7, 0.7, 0.99])).view());
        assert!(text.contains(says), "{text}");
        assert!(!text.contains("mindre") && !text.contains("less"), "{text}");
    }
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
fn a_hidden_number_says_so_and_why() {
    let mut row = weeks([0.0; 4]);
    (row.estimate, row.status) = (None, Status::Hidden);
    let text = headline_of(&with(Language::Da, row.clone()).view());
    assert!(
        text.contains("vises ikke (af hensyn til diskretion)"),
        "{text}"
    );
    let text = headline_of(&with(Language::En, row).view());
    assert!(text.contains("is not shown (to protect persons)"), "{text}");
}

#[test]
fn what_does_not_apply_or_is_missing_is_said() {
    let mut row = weeks([0.0; 4]);
    (row.estimate, row.status) = (None, Status::NotApplicable);
    assert!(
        headline_of(&with(Language::Da, row).view())
            .contains("opgøres ikke (årsagen er ikke angivet)")
    );
    let planted = Planted::new(Language::En);
    assert!(headline_of(&planted.view()).contains("is not among the results"));
}

#[test]
fn a_missing_interval_is_said_with_its_reason() {
    let mut row = weeks([0.4, 0.0, 0.0, 0.3]);
    (row.conf_low, row.conf_high) = (None, None);
    assert!(
        headline_of(&with(Language::Da, row.clone()).view())
            .contains("64 uger (uden konfidensinterval).")
    );
    row.reason = "cell of one".into();
    let text = headline_of(&with(Language::Da, row).view());
    assert!(
        text.contains("(95 pct.-konfidensinterval kan ikke beregnes: cell of one)"),
        "{text}"
    );
}

#[test]
fn a_missing_p_value_leaves_the_verdict_open() {
    let mut row = weeks([0.4, 0.1, 0.7, 0.0]);
    row.p_value = None;
    let text = headline_of(&with(Language::Da, row).view());
    assert!(
        text.ends_with("ikke afgjort, om forskellen er statistisk signifikant."),
        "{text}"
    );
}

#[test]
fn interval_and_p_value_that_disagree_are_said() {
    let text = headline_of(&with(Language::Da, weeks([0.4, -0.02, 0.8, 0.049])).view());
    assert!(
        text.contains("er statistisk signifikant. Konfidensintervallet siger noget andet"),
        "{text}"
    );
    assert!(text.ends_with("det omfatter nul."), "{text}");
    let text = headline_of(&with(Language::En, weeks([0.4, 0.02, 0.8, 0.051])).view());
    assert!(text.ends_with("it does not cover zero."), "{text}");
}

#[test]
fn with_a_family_the_adjusted_p_decides_and_the_sentence_says_so() {
    let mut row = weeks([0.4, -0.1, 0.9, 0.01]);
    row.p_adjusted = Some(0.2);
    let text = headline_of(&with(Language::Da, row.clone()).view());
    assert!(
        text.contains("ikke statistisk signifikant, når der tages højde for"),
        "{text}"
    );
    row.p_adjusted = Some(0.02);
    assert!(
        headline_of(&with(Language::En, row).view()).contains("is statistically significant when")
    );
}

#[test]
fn a_difference_of_shares_is_in_points_and_descriptive() {
    for (language, says, last) in [
        (
            Language::Da,
            "70,1 procentpoint større end for kontrolgruppen",
            "ved lodtrækningen.",
        ),
        (
            Language::En,
            "70.1 percentage points larger",
            "as they were formed by lot.",
        ),
    ] {
        let mut planted = Planted::new(language);
        planted.headline = "meetings".to_owned();
        planted.outcomes = vec![outcome("meetings", "share_among", "share")];
        planted.rows = vec![contrast(
            "period_difference",
            "meetings",
            64,
            [0.701, 0.68, 0.722, 0.0],
        )];
        let text =
            headline_of(&planted.view()).replace("for persons in the treatment group than", "than");
        assert!(text.contains(says), "{text}");
        assert!(text.ends_with(last), "{text}");
        assert!(
            !text.contains("lodtrækning fik") && !text.contains("offered"),
            "{text}"
        );
        planted.rows[0].estimate = Some(-0.5);
        let text = headline_of(&planted.view());
        assert!(
            text.contains("mindre") || text.contains("smaller"),
            "{text}"
        );
    }
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

#[test]
fn several_treatment_arms_name_the_one_meant() {
    let mut planted = with(Language::Da, weeks([0.4, 0.1, 0.7, 0.01]));
    planted.facts.arms.push("tilbud 2".to_owned());
    planted.facts.persons.push(10);
    assert!(headline_of(&planted.view()).contains("fik tilbudt indsatsen (deltager), har"));
}

#[test]
fn the_horizon_of_one_week_is_singular() {
    let mut planted = with(
        Language::Da,
        contrast("cumulative_effect", "employment", 1, [0.4, 0.1, 0.7, 0.01]),
    );
    planted.horizon = 1;
    assert!(headline_of(&planted.view()).contains("over 1 uge ("));
}

#[test]
fn made_up_data_say_so_first() {
    let mut planted = with(Language::Da, weeks([0.4, 0.1, 0.7, 0.01]));
    planted.synthetic = true;
    assert!(
        headline_of(&planted.view())
            .starts_with("Opdigtede data (syntetisk register). Employment:")
    );
}

#[test]
fn no_sentence_speaks_of_effects_or_tendencies() {
    for language in [Language::Da, Language::En] {
        for numbers in [
            [0.4, -0.3, 1.1, 0.26],
            [-0.4, -0.3, 1.1, 0.01],
            [0.0, -1.0, 1.0, 1.0],
        ] {
            let text = headline_of(&with(language, weeks(numbers)).view()).to_lowercase();
            for word in ["effekt", "effect", "tend"] {
                assert!(!text.contains(word), "{text}");
            }
        }
    }
}
