//! Figures of planted bundles: what is drawn, what is written, and that the text fits.

use super::figures_of;
use crate::report::planted::{Planted, blank, outcome};
use crate::results::{Row, Status};
use crate::units::Language;
use std::sync::Arc;

fn arm_row(estimand: &str, outcome: &str, arm: &str, week: i32, value: f64) -> Row {
    Row {
        estimand: Arc::from(estimand),
        outcome: Arc::from(outcome),
        arm: Arc::from(arm),
        estimate: Some(value),
        ..blank(week)
    }
}

fn effect_row(estimand: &str, outcome: &str, arm: &str, week: i32, value: f64, half: f64) -> Row {
    Row {
        reference: Arc::from("kontrol"),
        conf_low: Some(value - half),
        conf_high: Some(value + half),
        band_low: Some(value - 1.5 * half),
        band_high: Some(value + 1.5 * half),
        ..arm_row(estimand, outcome, arm, week, value)
    }
}

/// Every kind of outcome over 64 weeks, with arms that differ.
fn realistic(language: Language) -> Planted {
    let mut planted = Planted::new(language);
    planted.outcomes = vec![
        outcome("employment", "weeks_in", "week"),
        outcome("hours", "amount", "hours"),
        outcome("meetings", "share_among", "share"),
        outcome("exit", "exit", "week"),
    ];
    planted.outcomes[2].target = Some(0.8);
    planted.outcomes[3].destinations = vec!["employment".to_owned(), "education".to_owned()];
    for week in 1..=64 {
        let t = f64::from(week);
        for (arm, g) in [("kontrol", 0.0), ("deltager", 1.0)] {
            let wave = (t * (0.5 + g)).sin();
            let level = 0.07 * t / 64.0 + g * 0.004 * (t / 10.0).sin();
            let meetings = 0.12 + g * 0.70 + wave * 0.015;
            let survival = 1.0 - (0.18 + g * 0.02) * t / 64.0;
            planted.rows.extend([
                arm_row("weekly_mean", "employment", arm, week, level),
                arm_row(
                    "weekly_mean",
                    "hours",
                    arm,
                    week,
                    37.0 * level + wave * 0.05,
                ),
                arm_row("weekly_mean", "meetings", arm, week, meetings),
                arm_row("survival", "exit", arm, week, survival),
            ]);
            for (item, share) in [("employment", 0.4), ("education", 0.1)] {
                let mut row = arm_row(
                    "cumulative_incidence",
                    "exit",
                    arm,
                    week,
                    (1.0 - survival) * share,
                );
                row.item = Arc::from(item);
                planted.rows.push(row);
            }
        }
        let effect = 0.006 * t * (t / 20.0).sin();
        planted.rows.extend([
            effect_row(
                "cumulative_effect",
                "employment",
                "deltager",
                week,
                effect,
                0.012 * t,
            ),
            effect_row(
                "cumulative_effect",
                "hours",
                "deltager",
                week,
                30.0 * effect,
                0.5 * t,
            ),
            effect_row(
                "period_difference",
                "meetings",
                "deltager",
                week,
                0.7 - 0.0005 * t,
                0.2 / t.sqrt(),
            ),
        ]);
    }
    planted
}

fn seven_arms() -> Planted {
    let mut planted = Planted::new(Language::En);
    planted.horizon = 52;
    for i in 2..=6 {
        planted
            .facts
            .arms
            .push(format!("Re-employment bonus group {i}"));
        planted.facts.persons.push(900 + i);
    }
    for (i, arm) in planted.facts.arms.clone().iter().enumerate() {
        for week in 1..=52 {
            let value = 0.4 + 0.004 * f64::from(week) + 0.02 * i as f64;
            planted
                .rows
                .push(arm_row("weekly_mean", "employment", arm, week, value));
            if i > 0 {
                let value = 0.01 * f64::from(week);
                planted.rows.push(effect_row(
                    "cumulative_effect",
                    "employment",
                    arm,
                    week,
                    value,
                    0.2,
                ));
            }
        }
    }
    planted
}

/// One outcome with these effects from week 1, and levels of the same size.
fn plain(kind: &str, unit: &str, values: &[f64], half: f64) -> Planted {
    let mut planted = Planted::new(Language::Da);
    planted.horizon = values.len() as u32;
    planted.outcomes = vec![outcome("x & y", kind, unit)];
    for (i, value) in values.iter().enumerate() {
        let week = i as i32 + 1;
        for arm in ["kontrol", "deltager"] {
            planted
                .rows
                .push(arm_row("weekly_mean", "x & y", arm, week, *value));
        }
        planted.rows.push(effect_row(
            "cumulative_effect",
            "x & y",
            "deltager",
            week,
            *value,
            half,
        ));
    }
    planted
}

fn gaps() -> Planted {
    let mut planted = realistic(Language::Da);
    planted.synthetic = true;
    planted.not_cleared = true;
    for row in &mut planted.rows {
        match row.week {
            Some(20..=24) => (row.estimate, row.status) = (None, Status::Hidden),
            Some(26) => (row.estimate, row.status) = (None, Status::Undefined),
            Some(1..=12) => (row.band_low, row.band_high) = (None, None),
            _ => {}
        }
    }
    planted
}

/// Words that are too long for every place they stand in, and an axis of days.
fn long_words() -> Planted {
    let mut planted = realistic(Language::Da);
    let mut say = |label: &str, word: &str| {
        let words = crate::study::model::Words {
            da: Some(word.to_owned()),
            ..Default::default()
        };
        planted.labels.words.insert(label.to_owned(), words);
    };
    say(
        "deltager",
        "Tidlig og intensiv virksomhedsrettet indsats med mentor og ugentlige samtaler i hele forsøgsperioden",
    );
    say(
        "kontrol",
        "Jobparathedsafklaringsforløbskoordinatorernessædvanligeindsatsefterlovenforkontanthjælpsmodtagere",
    );
    say(
        "employment",
        "ordinær beskæftigelse uden løntilskud, mindst 10 timer om ugen",
    );
    "<En trial> & \"navn\" der er ganske langt og derfor må brydes over flere linjer"
        .clone_into(&mut planted.name);
    for outcome in &mut planted.outcomes {
        "day".clone_into(&mut outcome.tick);
    }
    planted
}

pub(super) fn all() -> Vec<(&'static str, Planted)> {
    let mut next = realistic(Language::En);
    next.synthetic = true;
    vec![
        ("da", realistic(Language::Da)),
        ("en", next),
        ("arms", seven_arms()),
        ("zero", plain("weeks_in", "week", &[0.0; 10], 0.0)),
        ("one", plain("amount", "hours", &[12.0], 4.0)),
        ("two", plain("weeks_in", "week", &[0.3, 0.9], 0.2)),
        (
            "huge",
            plain("amount", "kr.", &[1.2e9, 2.9e9, 3.1e9, 7.7e9], 1e9),
        ),
        ("absurd", plain("amount", "kr.", &[1e18, 2e300], 1e18)),
        (
            "negative",
            plain("amount", "hours", &[-120.0, -300.5, -310.0], 12.0),
        ),
        ("gaps", gaps()),
        ("long", long_words()),
    ]
}

#[test]
fn every_outcome_has_its_figures_by_name() {
    let planted = realistic(Language::Da);
    let names: Vec<String> = figures_of(&planted.view())
        .into_iter()
        .map(|f| f.0)
        .collect();
    assert_eq!(
        names,
        [
            "employment-weekly.svg",
            "employment-effect.svg",
            "hours-weekly.svg",
            "hours-effect.svg",
            "meetings-weekly.svg",
            "meetings-effect.svg",
            "exit-survival.svg",
            "exit-to-employment.svg",
            "exit-to-education.svg",
        ]
    );
    let names: Vec<String> = figures_of(&seven_arms().view())
        .into_iter()
        .map(|f| f.0)
        .collect();
    assert_eq!(names.len(), 7);
    assert_eq!(names[1], "employment-effect-deltager.svg");
}

#[test]
fn the_same_bundle_gives_the_same_bytes_in_any_order_of_rows() {
    let mut planted = realistic(Language::Da);
    let first = figures_of(&planted.view());
    planted.rows.reverse();
    assert_eq!(first, figures_of(&planted.view()));
}

#[test]
fn no_figure_holds_a_number_that_is_none_or_an_unescaped_label() {
    for (name, planted) in all() {
        for (file, svg) in figures_of(&planted.view()) {
            for bad in ["NaN", "inf", "x & y", "[title", "[axis"] {
                assert!(!svg.contains(bad), "{name} {file}: {bad}");
            }
        }
    }
}

#[test]
fn only_a_comparison_as_randomised_is_called_an_effect() {
    let planted = realistic(Language::Da);
    for (file, svg) in figures_of(&planted.view()) {
        let says = svg.to_lowercase().contains("effekt");
        let expected = matches!(file.as_str(), "employment-effect.svg" | "hours-effect.svg");
        assert_eq!(says, expected, "{file}");
    }
}

#[test]
fn made_up_and_uncleared_data_are_marked_on_every_figure() {
    for (file, svg) in figures_of(&gaps().view()) {
        assert!(svg.contains("Opdigtede data"), "{file}");
        assert!(svg.contains("Ikke godkendt til offentliggørelse"), "{file}");
        assert!(svg.contains("Uger uden tal er ikke tegnet."), "{file}");
    }
    for (_, svg) in figures_of(&realistic(Language::Da).view()) {
        assert!(!svg.contains("Opdigtede"));
    }
}

#[test]
fn the_caption_has_persons_interval_and_source() {
    let planted = realistic(Language::Da);
    let (_, svg) = &figures_of(&planted.view())[1];
    for part in [
        "kontrol\u{a0}(1.480)",
        "deltager\u{a0}(1.523)",
        "percentil",
        "1.999",
        "20130901",
        "Kilde: På rette vej i job",
    ] {
        assert!(svg.contains(part), "{part}");
    }
}

#[test]
fn a_week_that_is_hidden_breaks_the_line() {
    let planted = gaps();
    let (_, svg) = &figures_of(&planted.view())[0];
    // Each of the two arms: before week 20, week 25 alone (a marker), after week 26.
    let strokes = svg.matches("stroke-linejoin").count();
    assert_eq!(strokes, 2 + 4, "two keys and two stretches of each arm");
}

#[test]
fn an_effect_of_one_of_several_arms_counts_that_arm_and_the_control() {
    let planted = seven_arms();
    let (_, svg) = &figures_of(&planted.view())[2];
    assert!(svg.contains("Persons: kontrol\u{a0}(1,480), Re-employment bonus group 2\u{a0}(902)."));
}

#[test]
fn a_curve_comes_from_the_analysis_with_the_most_weeks_and_names_it() {
    let planted = realistic(Language::En);
    let mut view = planted.view();
    let mut rows = vec![effect_row(
        "cumulative_effect",
        "employment",
        "deltager",
        64,
        9.0,
        1.0,
    )];
    rows[0].analysis = Arc::from("few weeks");
    rows.extend(planted.rows.clone());
    view.rows = &rows;
    let mut few = view.analyses[0].clone();
    "few weeks".clone_into(&mut few.name);
    view.analyses.insert(0, few);
    let (_, svg) = &figures_of(&view)[1];
    assert!(svg.contains("Analysis: main.") && svg.contains(">64<"));
}

#[test]
fn an_outcome_without_rows_has_no_figure() {
    let planted = Planted::new(Language::Da);
    assert!(figures_of(&planted.view()).is_empty());
}

/// Writes figures to the folder named in `RETTEVEJ_FIGURES`.
pub(super) fn write_for_looking<N: std::fmt::Display>(all: impl IntoIterator<Item = (N, Planted)>) {
    let Some(folder) = std::env::var_os("RETTEVEJ_FIGURES") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    for (name, planted) in all {
        for (file, svg) in figures_of(&planted.view()) {
            std::fs::write(folder.join(format!("{name}-{file}")), svg).expect("a writable folder");
        }
    }
}

/// Not a check: writes the planted figures to the folder named in `RETTEVEJ_FIGURES`, to be looked at.
#[test]
fn planted_figures_can_be_looked_at() {
    write_for_looking(all());
}

#[test]
fn names_without_words_have_no_underscores_and_a_sole_destination_no_code() {
    let mut planted = Planted::new(Language::Da);
    planted.horizon = 2;
    let mut exit = outcome("off_benefit", "exit", "weeks");
    exit.destinations = vec!["1".to_owned()];
    planted.outcomes = vec![exit];
    for estimand in ["survival", "cumulative_incidence"] {
        for week in 1..=2 {
            let item = if estimand == "survival" { "" } else { "1" };
            planted.rows.push(Row {
                estimand: estimand.into(),
                outcome: "off_benefit".into(),
                arm: "kontrol".into(),
                item: item.into(),
                estimate: Some(0.5),
                ..blank(week)
            });
        }
    }
    let figures = figures_of(&planted.view());
    assert_eq!(figures.len(), 2);
    assert!(
        figures[0]
            .1
            .contains("Off benefit: andel, der endnu ikke er")
    );
    assert!(figures[1].1.contains("Off benefit: andel afgået<"));
}

#[test]
fn an_exit_without_survival_is_drawn_by_its_rate_and_an_empty_other_is_not_drawn() {
    let mut planted = Planted::new(Language::En);
    planted.horizon = 2;
    let mut exit = outcome("into_work", "exit", "weeks");
    exit.destinations = vec!["job".to_owned(), "other".to_owned()];
    exit.randomised = false;
    planted.outcomes = vec![exit];
    for (estimand, item, value) in [("hazard", "", 0.25), ("cumulative_incidence", "other", 0.0)] {
        planted.rows.push(Row {
            estimand: estimand.into(),
            outcome: "into_work".into(),
            arm: "kontrol".into(),
            item: item.into(),
            estimate: Some(value),
            ..blank(1)
        });
    }
    let figures = figures_of(&planted.view());
    assert_eq!(figures.len(), 1);
    assert_eq!(figures[0].0, "into_work-rate.svg");
    assert!(figures[0].1.contains("Into work: exit rate by week"));
    assert!(figures[0].1.contains("25.0 at week 1"), "{}", figures[0].1);
}
