//! Fates of rows by hand, the inputs, the parts of a change, and a re-seed of many simulated rows.

use super::why::{Chain, Numbers, Step};
use super::{Difference, Fate, Kind, TOLERANCE, diff};
use crate::results::{Bundle, Row, sample};
use proptest::prelude::*;

fn rows_of(old: &[Row], new: &[Row]) -> (super::Counts, Vec<super::Moved>) {
    super::rows::compare(old, new, TOLERANCE)
}

fn fate(change: impl FnOnce(&mut Row)) -> (Fate, Vec<&'static str>) {
    let rows = sample::rows();
    let mut new = rows.clone();
    let at = new
        .iter()
        .position(|row| row.mc_conf_low.is_some())
        .expect("a drawn row");
    change(&mut new[at]);
    let (counts, moved) = rows_of(&rows, &new);
    assert_eq!(counts.all(), rows.len());
    match moved.first() {
        None => (Fate::Identical, Vec::new()),
        Some(row) => (row.fate, row.cells.iter().map(|cell| cell.column).collect()),
    }
}

#[test]
fn each_row_has_the_fate_of_its_worst_cell() {
    assert_eq!(fate(|_| {}), (Fate::Identical, vec![]));
    assert_eq!(
        fate(|row| row.mc_conf_low = Some(0.011)),
        (Fate::WithinMonteCarlo, vec![])
    );
    let moved = |by: f64| move |row: &mut Row| row.conf_low = row.conf_low.map(|x| x + by);
    assert_eq!(
        fate(moved(0.02)),
        (Fate::WithinMonteCarlo, vec!["conf_low"])
    );
    assert_eq!(fate(moved(99.0)), (Fate::Changed, vec!["conf_low"]));
    let nudged = |by: f64| move |row: &mut Row| row.estimate = row.estimate.map(|x| x * (1.0 + by));
    assert_eq!(
        fate(nudged(1e-12)),
        (Fate::WithinTolerance, vec!["estimate"])
    );
    assert_eq!(fate(nudged(1e-3)), (Fate::Changed, vec!["estimate"]));
    assert_eq!(fate(|row| row.n = Some(9_999)), (Fate::Changed, vec!["n"]));
    assert_eq!(
        fate(|row| row.reason = "other words".into()),
        (Fate::Changed, vec!["reason"])
    );
    // A limit that is there or not, as one more draw is undefined.
    let lost = |reason: &'static str| {
        move |row: &mut Row| {
            row.conf_low = None;
            row.reason = reason.into();
        }
    };
    let chance = "no interval: undefined in more than 1 % of the replicates";
    assert_eq!(
        fate(lost(chance)),
        (Fate::WithinMonteCarlo, vec!["conf_low", "reason"])
    );
    assert_eq!(
        fate(lost("nobody is at risk")),
        (Fate::Changed, vec!["conf_low", "reason"])
    );
}

#[test]
fn rows_that_only_one_result_has_are_new_or_gone() {
    let rows = sample::rows();
    let (counts, moved) = rows_of(&rows[1..], &rows);
    assert_eq!(
        (counts.identical, counts.new, counts.gone),
        (rows.len() - 1, 1, 0)
    );
    assert_eq!(moved[0].about[1], &*rows[0].estimand);
    let (counts, _) = rows_of(&rows, &rows[1..]);
    assert_eq!((counts.new, counts.gone), (0, 1));
    let reversed: Vec<Row> = rows.iter().rev().cloned().collect();
    assert_eq!(rows_of(&rows, &reversed).0.identical, rows.len());
}

fn with(change: impl FnOnce(&mut serde_json::Value)) -> Difference {
    let old = sample::bundle(true);
    let mut value = serde_json::from_str(&old.to_json()).expect("JSON");
    change(&mut value);
    let new = Bundle::from_json(&value.to_string(), "new").expect("a bundle");
    diff(&old, &new, TOLERANCE)
}

#[test]
fn every_input_that_differs_is_named_by_its_kind() {
    let told = |found: &Difference| -> Vec<(Kind, String)> {
        found
            .inputs
            .iter()
            .map(|i| (i.kind, i.what.clone()))
            .collect()
    };
    assert_eq!(told(&with(|_| {})), []);
    let version = with(|bundle| bundle["version"] = "9.9.9".into());
    assert_eq!(told(&version), [(Kind::Version, "version".to_owned())]);
    assert!(!version.differs);
    let seed = with(|bundle| {
        bundle["facts"]["seed"] = 8.into();
        // With another key the hash is another, and says nothing.
        bundle["facts"]["trial_hash"] = "other".into();
    });
    assert_eq!(told(&seed), [(Kind::Seed, "seed".to_owned())]);
    let data = with(|bundle| bundle["facts"]["trial_hash"] = "other".into());
    assert_eq!(
        told(&data),
        [(Kind::Data, "hash of the checked trial".to_owned())]
    );
    // A hash of another definition says nothing.
    let defined = with(|bundle| bundle["facts"]["trial_hash"] = "2-other".into());
    assert_eq!(told(&defined), []);
    let option = with(|bundle| {
        bundle["study_source"] =
            "# words\n[resampling]\nseed = 4\n[estimation]\ninterval = \"bca\"\n".into();
    });
    assert!(
        told(&option).contains(&(Kind::Option, "estimation.interval".to_owned())),
        "{option:?}"
    );
    assert!(
        option
            .inputs
            .iter()
            .all(|i| i.kind == Kind::Option && !i.what.contains("seed"))
    );
}

fn chain(values: &[f64], parts: &[&str], new: f64, old: f64, old_program: Option<f64>) -> Chain {
    let key = super::why::numbers(&sample::bundle(true))
        .into_keys()
        .next()
        .expect("a headline");
    let numbers = |value: f64| Numbers::from([(key.clone(), value)]);
    Chain {
        old: numbers(old),
        old_program: old_program.map(numbers),
        first: numbers(values[0]),
        steps: parts
            .iter()
            .zip(&values[1..])
            .map(|(part, value)| Step {
                part: (*part).to_owned(),
                numbers: numbers(*value),
            })
            .collect(),
        new: numbers(new),
    }
}

#[test]
fn the_parts_of_a_change_are_the_steps_and_what_they_leave() {
    let parts = ["data", "options", "prices", "seed"];
    let why = super::why::split(
        &chain(&[1.0, 1.5, 1.25, 1.25, 1.3], &parts, 1.4, 1.1, None),
        Vec::new(),
    );
    assert_eq!(why.parts, ["data", "options", "prices", "seed", "code"]);
    // Old 1.1, by this program 1.0: -0.1; 1.3 here, 1.4 in the new result: +0.1.
    assert_eq!(why.headlines[0].moved, [0.5, -0.25, 0.0, 0.05, 0.0]);
    let measured = chain(&[1.0, 1.5, 1.25, 1.25, 1.3], &parts, 1.4, 1.1, Some(1.05));
    let why = super::why::split(&measured, Vec::new());
    assert_eq!(why.parts[4..], ["code", "not explained"]);
    assert_eq!(why.headlines[0].moved, [0.5, -0.25, 0.0, 0.05, -0.05, 0.05]);
}

proptest! {
    #[test]
    fn parts_add_up_to_the_digit(values in proptest::collection::vec(-1e5..1e5_f64, 5), new in -1e5..1e5_f64, old in -1e5..1e5_f64) {
        let parts = ["data", "options", "prices", "seed"];
        for program in [None, Some(old + 1.0)] {
            let why = super::why::split(&chain(&values, &parts, new, old, program), Vec::new());
            let split = &why.headlines[0];
            let places = split.decimals as usize;
            let whole = |x: f64| format!("{x:.places$}").replace('.', "").parse::<i128>().expect("digits");
            let sum: i128 = split.moved.iter().map(|moved| whole(*moved)).sum();
            prop_assert_eq!(whole(split.new) - whole(split.old), sum);
            prop_assert!((split.new - new).abs() <= 1e-8 * new.abs().max(old.abs()).max(1.0));
        }
    }
}

/// Many rows whose limits are order statistics of few events or of a smooth number, drawn twice: none is a change. The draws
/// are those of the fixed generator below, so that the test is one test.
#[test]
fn a_re_seed_of_many_simulated_rows_is_no_change() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let draws = 499;
    let mut rows = [Vec::new(), Vec::new()];
    for at in 0..600 {
        // Binomial(60, share): of one event or two, up to half of sixty.
        let share = [0.02, 0.05, 0.2, 0.5][at % 4];
        for run in &mut rows {
            let mut values: Vec<f64> = (0..draws)
                .map(|_| (0..60).filter(|_| uniform() < share).count() as f64 / 60.0)
                .collect();
            values.sort_by(f64::total_cmp);
            let mut row = Row::blank();
            row.week = Some(at as i32);
            row.estimate = Some(share);
            row.std_error = Some((share * (1.0 - share) / 60.0).sqrt());
            row.replicates = Some(draws);
            row.undefined_replicates = Some(0);
            // As the engine: half the difference of the order statistics one binomial standard error to either side.
            let error = |rank: usize| {
                let step = (f64::from(draws) * 0.025 * 0.975).sqrt().round() as usize;
                0.5 * (values[rank + step] - values[rank - step])
            };
            (row.conf_low, row.mc_conf_low) = (Some(values[12]), Some(error(12)));
            let high = draws as usize - 13;
            (row.conf_high, row.mc_conf_high) = (Some(values[high]), Some(error(high)));
            run.push(row);
        }
    }
    let (counts, _) = rows_of(&rows[0], &rows[1]);
    assert_eq!((counts.changed, counts.within_tolerance), (0, 0));
    assert!(counts.within_monte_carlo_error > 300, "{counts:?}");
    // What moves by more than any lump is found in both kinds of rows.
    let mut moved = rows[1].clone();
    for row in &mut moved {
        let error = row.std_error.expect("an error");
        row.conf_low = row.conf_low.map(|x| x - 9.0 * error);
    }
    assert_eq!(rows_of(&rows[0], &moved).0.changed, 600);
}
