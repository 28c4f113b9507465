//! The figures of the money on planted rows: what is drawn and said, and that no text stands on another, whatever the names and numbers.

use super::figures_of;
use super::layout_tests::assert_readable;
use super::page::Frame;
use super::tornado::{Swing, Tornado};
use crate::report::planted::{Planted, contrast, outcome};
use crate::report::words::Words;
use crate::results::{Row, Status};
use crate::study::model;
use crate::units::Language;
use std::sync::Arc;

fn row(estimand: &str, item: &str, week: i32, numbers: [f64; 3]) -> Row {
    let [estimate, low, high] = numbers;
    Row {
        item: Arc::from(item),
        unit: Arc::from("DKK"),
        ..contrast(estimand, "", week, [estimate, low, high, 0.5])
    }
}

/// Accounts by period, uncertain prices and acceptability, of a size, in each treatment arm.
fn money(language: Language, size: f64, ends: &[i32]) -> Planted {
    let mut planted = Planted::new(language);
    planted.horizon = *ends.last().expect("an end") as u32;
    planted.rows = vec![
        row(
            "net_benefit",
            "society",
            64,
            [-2.0 * size, -3.0 * size, size],
        ),
        row(
            "net_benefit",
            "municipality",
            64,
            [-size, -2.0 * size, size],
        ),
    ];
    for account in ["society", "municipality", "state"] {
        for week in ends {
            let at = size * f64::from(*week).sqrt();
            let mut row = row(
                "cumulative_net_benefit",
                account,
                *week,
                [-at, -2.0 * at, at / 3.0],
            );
            (row.band_low, row.band_high) = (Some(-2.5 * at), Some(at));
            planted.rows.push(row);
        }
    }
    for (i, line) in ["meetings", "production", "overhead"].iter().enumerate() {
        let by = size * (1.0 + i as f64);
        let end = |estimand: &str, value: f64| row(estimand, line, 64, [value, value, value]);
        planted.rows.extend([
            end("net_benefit_at_low_price", -2.0 * size + by),
            end("net_benefit_at_high_price", -2.0 * size - by),
        ]);
    }
    for k in 0..=10 {
        let item = format!("employment at {}", f64::from(k) * size);
        let share = f64::from(k) / 11.0;
        let mut row = row("acceptability", &item, 64, [share, 0.0, 0.0]);
        (row.conf_low, row.conf_high, row.unit) = (None, None, "share".into());
        planted.rows.push(row);
    }
    planted
}

fn every_other() -> Vec<i32> {
    (1..=32).map(|n| 2 * n).collect()
}

fn figure(planted: &Planted, name: &str) -> String {
    let figures = figures_of(&planted.view()).into_iter();
    let mut found = figures.filter(|(file, _)| file == name);
    found.next().unwrap_or_else(|| panic!("{name}")).1
}

/// Names, sizes and periods from end to end.
fn all() -> Vec<(&'static str, Planted)> {
    let mut long = money(Language::Da, 9_000.0, &every_other());
    long.synthetic = true;
    for (label, word) in [
        (
            "meetings",
            "Samtaler med virksomhedskonsulent, mentor og jobkonsulent i jobcentret",
        ),
        (
            "production",
            "Jobparathedsafklaringsforløbskoordinatorernesproduktionsværdi",
        ),
        (
            "employment",
            "ordinær beskæftigelse uden løntilskud, mindst 10 timer om ugen",
        ),
    ] {
        let words = model::Words {
            da: Some(word.to_owned()),
            ..model::Words::default()
        };
        planted_label(&mut long, label, words);
    }
    let mut hidden = money(Language::En, 700.0, &every_other());
    for row in &mut hidden.rows {
        if matches!(row.week, Some(20..=30)) {
            (row.status, row.estimate) = (Status::Hidden, None);
            (row.conf_low, row.conf_high, row.band_low, row.band_high) = (None, None, None, None);
        }
    }
    let mut arms = money(Language::Da, 5_000.0, &[26, 52]);
    arms.facts.arms.push("mentor & samtaler".to_owned());
    arms.facts.persons.push(800);
    let more: Vec<Row> = (arms.rows.iter())
        .map(|row| Row {
            arm: Arc::from("mentor & samtaler"),
            ..row.clone()
        })
        .collect();
    arms.rows.extend(more);
    vec![
        (
            "weeks",
            money(Language::Da, 900.0, &(1..=64).collect::<Vec<i32>>()),
        ),
        ("two", money(Language::En, 4_000.0, &every_other())),
        ("years", money(Language::Da, 12_000.0, &[52, 64])),
        ("tiny", money(Language::En, 0.004, &every_other())),
        ("millions", money(Language::Da, 7e6, &every_other())),
        ("huge", money(Language::Da, 3e14, &[52, 104, 156])),
        ("zero", money(Language::Da, 0.0, &[52, 64])),
        ("long", long),
        ("hidden", hidden),
        ("arms", arms),
    ]
}

fn planted_label(planted: &mut Planted, label: &str, words: model::Words) {
    planted.labels.words.insert(label.to_owned(), words);
}

#[test]
fn no_text_of_the_money_stands_on_another_or_outside_the_page() {
    for (name, planted) in all() {
        for (file, svg) in figures_of(&planted.view()) {
            assert_readable(&format!("{name} {file}"), &svg);
            assert!(
                !svg.contains("NaN") && !svg.contains("inf\""),
                "{name} {file}"
            );
        }
    }
    for base in [0.0, 12.0, -3e9] {
        let swing = |label: &str, low: f64, high: f64| Swing {
            label: label.to_owned(),
            low,
            high,
        };
        let tornado = Tornado {
            frame: Frame {
                id: "t".to_owned(),
                title: "Én pris ad gangen".to_owned(),
                ..Frame::default()
            },
            x_label: "Kr.".to_owned(),
            base,
            swings: vec![
                swing("En pris, der intet betyder", base, base),
                swing("En anden", base - 1.0, base + 2e5),
            ],
            decimals: 0,
            words: ["Lav", "Høj", "Som de er"].map(str::to_owned),
            language: Language::Da,
        };
        assert_readable(&format!("tornado {base}"), &tornado.render());
    }
}

/// Not a check: writes the planted figures to the folder named in `RETTEVEJ_FIGURES`, to be looked at.
#[test]
fn planted_money_can_be_looked_at() {
    super::tests::write_for_looking(all());
}

#[test]
fn the_money_has_a_figure_by_week_of_society_and_the_municipality_one_of_prices_and_one_of_worth() {
    let planted = money(Language::Da, 900.0, &every_other());
    let names: Vec<String> = figures_of(&planted.view())
        .into_iter()
        .map(|f| f.0)
        .collect();
    for name in [
        "money-by-week.svg",
        "money-by-week-municipality.svg",
        "money-prices.svg",
        "money-acceptability.svg",
    ] {
        assert!(names.iter().any(|n| n == name), "{name} {names:?}");
    }
    assert!(names.iter().all(|name| !name.contains("state")));
}

#[test]
fn an_account_by_week_says_its_first_and_last_number_and_when_it_is_kept() {
    let svg = figure(
        &money(Language::Da, 900.0, &every_other()),
        "money-by-week.svg",
    );
    for told in [
        "Samfundet: akkumuleret nettogevinst pr. person",
        "Nettogevinst (kr.)",
        "−7.200",
        "ved slutningen af hver periode",
        "konfidensbånd (simultant)",
    ] {
        assert!(svg.contains(told), "{told}");
    }
    let weekly = figure(
        &money(Language::Da, 900.0, &(1..=64).collect::<Vec<i32>>()),
        "money-by-week.svg",
    );
    assert!(!weekly.contains("ved slutningen af hver periode"));
}

#[test]
fn the_widest_bar_of_a_tornado_stands_first_and_both_ends_are_said() {
    let svg = figure(
        &money(Language::En, 1_000.0, &every_other()),
        "money-prices.svg",
    );
    let at = |text: &str| svg.find(&format!(">{text}<")).expect(text);
    assert!(at("Overhead") < at("Production") && at("Production") < at("Meetings"));
    assert!(at("−5,000 to") < at("1,000"));
    assert!(
        svg.contains("Overhead 1,000 at the low and −5,000 at the high price"),
        "{svg}"
    );
}

#[test]
fn the_share_of_draws_is_drawn_by_what_a_week_is_worth_and_is_no_probability() {
    let svg = figure(
        &money(Language::Da, 5_000.0, &every_other()),
        "money-acceptability.svg",
    );
    for told in [
        "Hvad en ekstra uge er værd (kr.)",
        "Andel (pct.)",
        "50.000",
        "Den er ikke en sandsynlighed.",
        "9,1 pct. ved 5.000",
    ] {
        assert!(svg.contains(told), "{told}");
    }
}

#[test]
fn prices_that_are_certain_make_no_tornado_and_a_result_without_draws_no_curve() {
    let mut planted = money(Language::Da, 900.0, &every_other());
    planted.outcomes = vec![outcome("employment", "weeks_in", "week")];
    planted.rows.retain(|row| {
        let estimand = &*row.estimand;
        !estimand.starts_with("net_benefit_at") && estimand != "acceptability"
    });
    let names: Vec<String> = figures_of(&planted.view())
        .into_iter()
        .map(|f| f.0)
        .collect();
    assert!(
        !names
            .iter()
            .any(|n| n.contains("prices") || n.contains("acceptability"))
    );
    let words = Words::new(Language::En);
    assert_eq!(words.say("tornado-as-is"), "Prices as they are");
}
