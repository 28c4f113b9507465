//! No text stands on another text or outside the page, whatever the names and numbers; and the figures of groups,
//! states, persons at risk and parties on planted data.

use super::figures_of;
use super::page::Frame;
use super::tests::all;
use super::text::width;
use super::waterfall::{Kind, Step, Waterfall};
use crate::report::planted::{Planted, blank, contrast, outcome};
use crate::results::{Occupancy, Row, Status};
use crate::study::model::Words;
use crate::units::Language;
use std::sync::Arc;

const SITES: [&str; 18] = [
    "Askedal",
    "Birkelev-Dyrvang Fælles Jobcenter",
    "Egesund",
    "Fuglemose Arbejdsmarkedscenter",
    "Granhøj",
    "Ibsager",
    "Klokkelund",
    "Lindesø og Omegns Beskæftigelsescenter",
    "Møllerød",
    "Nattergård",
    "Ottemark",
    "Pilekær",
    "Ravnsø",
    "Rødovrebroskovhusesundstrandparken",
    "Skovdal",
    "Tranemark",
    "Ulvedal",
    "Åbrink",
];

fn say(planted: &mut Planted, label: &str, word: &str) {
    let words = Words {
        da: Some(word.to_owned()),
        ..Words::default()
    };
    planted.labels.words.insert(label.to_owned(), words);
}

/// 18 sites, two small subgroups, persons at risk, and seven states.
fn groups() -> Planted {
    let mut planted = Planted::new(Language::Da);
    planted.facts.strata = SITES.iter().map(|s| (*s).to_owned()).collect();
    say(&mut planted, "deltager", "Deltagergruppen");
    say(&mut planted, "kontrol", "Kontrolgruppen");
    say(&mut planted, "jobcentre", "Jobcenter");
    planted.outcomes = vec![
        outcome("employment", "weeks_in", "week"),
        outcome("meetings", "share_among", "share"),
        outcome("exit", "exit", "week"),
    ];
    planted.outcomes[1].target = Some(0.8);
    let columns: [(&str, &[&str]); 3] = [
        ("jobcentre", &SITES),
        ("sex", &["Kvinder", "Mænd"]),
        ("age", &["18-29 år", "30-44 år", "45-59 år"]),
    ];
    for (column, levels) in [("all", &[""] as &[&str])].into_iter().chain(columns) {
        for (i, level) in levels.iter().enumerate() {
            let value = (i as f64 * 1.7).sin() * 3.0;
            let mut row = contrast(
                "cumulative_effect",
                "employment",
                64,
                [value, value - 4.0, value + 4.5, 0.5],
            );
            (row.n, row.n_reference) = (Some(51 + i as u64), Some(1_060));
            let mut rows = vec![row];
            for (arm, share) in [("kontrol", 0.12), ("deltager", 0.82)] {
                rows.push(Row {
                    estimand: Arc::from("period_mean"),
                    outcome: Arc::from("meetings"),
                    arm: Arc::from(arm),
                    estimate: Some(share + value / 60.0),
                    conf_low: Some(share + value / 60.0 - 0.03),
                    conf_high: Some(share + value / 60.0 + 0.03),
                    n: Some(3_120),
                    ..blank(64)
                });
            }
            for row in &mut rows {
                row.subgroup = Arc::from(column);
                row.level = Arc::from(*level);
            }
            planted.rows.extend(rows);
        }
    }
    for week in 1..=64_i32 {
        for (arm, drop) in [("kontrol", 0.004), ("deltager", 0.005)] {
            let share = 1.0 - drop * f64::from(week);
            let at_risk = (118_000.0 * share) as u64;
            let row = |estimand: &str, value: f64| Row {
                estimand: Arc::from(estimand),
                outcome: Arc::from("exit"),
                arm: Arc::from(arm),
                estimate: Some(value),
                conf_low: Some(value - 0.04),
                conf_high: Some(value + 0.03),
                n: Some(at_risk),
                ..blank(week)
            };
            planted
                .rows
                .extend([row("survival", share), row("hazard", drop)]);
        }
    }
    planted.facts.occupancy = vec![states(64)];
    planted
}

/// Seven states of persons with long names, and one that nobody is in.
fn states(weeks: usize) -> Occupancy {
    let names = [
        "Kontanthjælp og uddannelseshjælp",
        "Ordinær beskæftigelse uden løntilskud, mindst 10 timer",
        "Selvforsørgelse",
        "Førtidspension",
        "Ressourceforløb og jobafklaringsforløb",
        "Udvandret",
        "Død",
        "Ingen",
    ];
    let arm = |g: u64| -> Vec<Vec<u64>> {
        let count = |week: u64, state: u64| match state {
            0 => 2_000 - 6 * (3 + g) * week,
            1 => 6 * g * week,
            7 => 0,
            _ => 3 * week + if state == 2 { 3 * week } else { 0 },
        };
        let counts = (0..8).map(|s| (1..=weeks as u64).map(|w| count(w, s)).collect());
        counts.collect()
    };
    let persons = vec![arm(0), arm(1)];
    let followed = persons.iter().map(|arm| {
        let in_week = |w: usize| arm.iter().map(|state| state[w]).sum();
        (0..weeks).map(in_week).collect()
    });
    Occupancy {
        table: "spells".to_owned(),
        states: names.map(str::to_owned).to_vec(),
        followed: followed.collect(),
        persons,
    }
}

/// Label, value, interval, kind of a bar.
type Bar<'a> = (&'a str, f64, Option<(f64, f64)>, Kind);

fn waterfall(values: &[Bar<'_>]) -> String {
    Waterfall {
        frame: Frame {
            id: "waterfall".to_owned(),
            title: "Hvem vinder og taber: gennemsnit pr. person i deltagergruppen over 64 uger"
                .to_owned(),
            marks: vec!["Opdigtede data (syntetisk register)".to_owned()],
            description: "Prøve.".to_owned(),
            notes: vec!["Kilde: prøve.".to_owned()],
        },
        x_label: "Kr. pr. person i deltagergruppen (2013-priser)".to_owned(),
        steps: values
            .iter()
            .map(|(label, value, interval, kind)| Step {
                label: (*label).to_owned(),
                value: *value,
                interval: *interval,
                kind: *kind,
            })
            .collect(),
        decimals: 0,
        words: ["Gevinst", "Tab", "I alt"].map(str::to_owned),
        interval_key: "95 pct.-konfidensinterval".to_owned(),
        language: Language::Da,
    }
    .render()
}

const PARTIES: [&str; 6] = [
    "Deltageren",
    "Arbejdsgiveren",
    "Kommunen (opholdskommunens jobcenter)",
    "Regionen",
    "Staten",
    "Andre, herunder arbejdsløshedsforsikringskasserne",
];

fn parties(values: [f64; 6], half: Option<f64>) -> String {
    let sum: f64 = values.iter().sum();
    let interval = |v: f64| half.map(|h| (v - h, v + h));
    let mut steps: Vec<_> = PARTIES
        .iter()
        .zip(values)
        .map(|(name, v)| (*name, v, interval(v), Kind::Party))
        .collect();
    steps.insert(
        3,
        (
            "Foreløbig i alt",
            values[..3].iter().sum(),
            None,
            Kind::Total,
        ),
    );
    steps.push(("Samfundet i alt", sum, interval(sum), Kind::Society));
    waterfall(&steps)
}

fn waterfalls() -> Vec<(&'static str, String)> {
    vec![
        (
            "plain",
            parties(
                [4_200.0, -300.0, -9_150.0, 0.0, 7_800.0, -12.0],
                Some(3_000.0),
            ),
        ),
        (
            "negative",
            parties([-10.0, -20.0, -30.0, -5.0, -1.0, -2.0], None),
        ),
        ("zero", parties([0.0; 6], Some(0.0))),
        (
            "one-large",
            parties([1.0, -2.0, 9_876_543.0, 3.0, -1.0, 0.0], Some(120_000.0)),
        ),
        (
            "huge",
            parties([1e14, -3e14, 2e13, 0.0, -1e12, 7.0], Some(1e13)),
        ),
        (
            "missing",
            parties([100.0, f64::NAN, -50.0, 20.0, 0.0, 1.0], None),
        ),
        ("none", waterfall(&[])),
    ]
}

/// Where a text stands: its words, left, top, right, bottom.
struct Place {
    text: String,
    edges: [f64; 4],
}

fn attribute<'s>(head: &'s str, name: &str) -> Option<&'s str> {
    let (_, rest) = head.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

fn boxes(svg: &str) -> Vec<Place> {
    let texts = svg.lines().filter_map(|line| line.strip_prefix("<text"));
    let texts = texts.map(|line| {
        let (head, rest) = line.split_once('>').expect("a start tag");
        let mut text = rest.trim_end_matches("</text>").to_owned();
        for (written, read) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&amp;", "&"),
        ] {
            text = text.replace(written, read);
        }
        let number = |name| attribute(head, name).map(|n| n.parse::<f64>().expect("a number"));
        let size = number("font-size").unwrap_or(17.0);
        // The guess of a width errs towards room, so two boxes may touch by a little.
        let wide = width(&text, size) * 0.97;
        let (x, y) = (number("x").expect("x"), number("y").expect("y"));
        let left = match attribute(head, "text-anchor") {
            Some("end") => x - wide,
            Some("middle") => x - wide / 2.0,
            _ => x,
        };
        Place {
            text,
            edges: [left, y - size * 0.74, left + wide, y + size * 0.2],
        }
    });
    texts.collect()
}

pub(super) fn assert_readable(name: &str, svg: &str) {
    let boxes = boxes(svg);
    let (_, rest) = svg.split_once("viewBox=\"0 0 640 ").expect("a page");
    let height: f64 = rest
        .split_once('"')
        .expect("a page")
        .0
        .parse()
        .expect("a number");
    for (i, a) in boxes.iter().enumerate() {
        let [left, top, right, bottom] = a.edges;
        assert!(
            left >= -1.0 && right <= 641.0 && top >= 0.0 && bottom <= height,
            "{name}: `{}` stands outside the page: {:?}",
            a.text,
            a.edges
        );
        for b in &boxes[i + 1..] {
            let apart = a.edges[2] <= b.edges[0]
                || b.edges[2] <= a.edges[0]
                || a.edges[3] <= b.edges[1]
                || b.edges[3] <= a.edges[1];
            assert!(
                apart,
                "{name}: `{}` {:?} and `{}` {:?}",
                a.text, a.edges, b.text, b.edges
            );
        }
    }
}

#[test]
fn no_text_stands_on_another_or_outside_the_page() {
    for (name, planted) in all() {
        for (file, svg) in figures_of(&planted.view()) {
            assert_readable(&format!("{name} {file}"), &svg);
        }
    }
    for language in [Language::Da, Language::En] {
        let planted = groups();
        for (file, svg) in figures_of(&planted.view().told_in(language)) {
            assert_readable(&format!("{language:?} {file}"), &svg);
        }
    }
    for (name, svg) in waterfalls() {
        assert_readable(name, &svg);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

/// Not a check: writes the planted figures to the folder named in `RETTEVEJ_FIGURES`, to be looked at.
#[test]
fn planted_groups_can_be_looked_at() {
    let Some(folder) = std::env::var_os("RETTEVEJ_FIGURES") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    let drawn = figures_of(&groups().view()).into_iter();
    let falls = waterfalls().into_iter();
    let falls = falls.map(|(name, svg)| (format!("waterfall-{name}.svg"), svg));
    for (file, svg) in drawn.chain(falls) {
        std::fs::write(folder.join(format!("groups-{file}")), svg).expect("a writable folder");
    }
}

#[test]
fn sites_have_a_figure_of_their_own_and_small_subgroups_share_one() {
    let planted = groups();
    let names: Vec<String> = figures_of(&planted.view())
        .into_iter()
        .map(|f| f.0)
        .collect();
    let expected = [
        "states.svg",
        "exit-survival.svg",
        "employment-by-subgroup.svg",
        "employment-by-jobcentre.svg",
        "meetings-by-jobcentre.svg",
    ];
    for name in expected {
        assert!(names.iter().any(|n| n == name), "{name} {names:?}");
    }
    assert!(!names.iter().any(|n| n == "meetings-by-subgroup.svg"));
}

fn figure(planted: &Planted, name: &str) -> String {
    let figures = figures_of(&planted.view()).into_iter();
    let mut found = figures.filter(|(file, _)| file == name);
    found.next().expect("the figure").1
}

#[test]
fn sites_stand_in_their_order_with_everybody_first_and_the_required_level() {
    let planted = groups();
    let svg = figure(&planted, "meetings-by-jobcentre.svg");
    let texts: Vec<String> = boxes(&svg).into_iter().map(|b| b.text).collect();
    let at = |text: &str| texts.iter().position(|t| t == text).expect("the text");
    assert!(
        at("Alle") < at("Askedal") && at("Askedal") < at("Egesund") && at("Ulvedal") < at("Åbrink")
    );
    assert!(texts.iter().any(|t| t == "Krav: 80 pct."));
    // The control is told with the person-weeks of both arms.
    assert!(texts.iter().any(|t| t == "6.240"));
}

#[test]
fn a_group_that_is_hidden_says_so_and_shows_no_number_of_persons() {
    let mut planted = groups();
    for row in &mut planted.rows {
        if &*row.level == "Egesund" {
            (row.status, row.estimate) = (Status::Hidden, None);
        }
    }
    let svg = figure(&planted, "employment-by-jobcentre.svg");
    assert!(svg.contains(">vises ikke<") && svg.contains(">–<"));
}

#[test]
fn persons_at_risk_that_are_hidden_are_not_told_and_nobody_is_a_zero() {
    let mut planted = groups();
    for row in &mut planted.rows {
        if &*row.estimand == "hazard" && &*row.arm == "kontrol" {
            match row.week {
                Some(32..) => (row.status, row.estimate) = (Status::Hidden, None),
                Some(16..=31) => {
                    (row.status, row.estimate, row.n) = (Status::Undefined, None, Some(0));
                }
                _ => {}
            }
        }
    }
    let svg = figure(&planted, "exit-survival.svg");
    let texts: Vec<String> = boxes(&svg).into_iter().map(|b| b.text).collect();
    let from = texts
        .iter()
        .rposition(|t| t == "Kontrolgruppen")
        .expect("the arm");
    let to = texts
        .iter()
        .rposition(|t| t == "Deltagergruppen")
        .expect("the arm");
    let told = &texts[from + 1..to];
    assert!(told.contains(&"0".to_owned()), "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("–"), "{told:?}");
}

#[test]
fn a_state_nobody_is_in_is_not_drawn_and_shares_of_the_last_week_stand_in_the_key() {
    let svg = figure(&groups(), "states.svg");
    assert!(!svg.contains("Ingen"));
    let states = states(64);
    let share = states.persons[0][2][63] as f64 / states.followed[0][63] as f64 * 100.0;
    let share = format!("{share:.1} pct.")
        .replace('.', ",")
        .replace("pct,", "pct.");
    assert!(boxes(&svg).iter().any(|b| b.text == share), "{share}");
}

#[test]
fn a_bundle_without_counts_has_no_figure_of_states() {
    let mut planted = groups();
    planted.facts.occupancy.clear();
    assert!(
        figures_of(&planted.view())
            .iter()
            .all(|(file, _)| file != "states.svg")
    );
}

#[test]
fn a_waterfall_has_true_signs_and_a_bar_begins_where_the_one_above_ended() {
    let svg = parties([100.0, -40.0, 0.0, 0.0, 0.0, 0.0], None);
    let texts: Vec<String> = boxes(&svg).into_iter().map(|b| b.text).collect();
    for told in ["+100", "−40", "0", "60"] {
        assert!(texts.iter().any(|t| t == told), "{told} {texts:?}");
    }
    let bars: Vec<(f64, f64)> = svg
        .lines()
        .filter(|l| l.contains("height=\"24.00\""))
        .map(|l| {
            let number = |name| {
                attribute(l, name)
                    .expect("there")
                    .parse::<f64>()
                    .expect("a number")
            };
            (number("x"), number("x") + number("width"))
        })
        .collect();
    assert_eq!(bars.len(), 8);
    assert!(
        (bars[0].1 - bars[1].1).abs() < 0.02,
        "the loss ends the gain: {bars:?}"
    );
    assert!(
        (bars[3].1 - bars[1].0).abs() < 0.02,
        "the total reaches the sum: {bars:?}"
    );
}
