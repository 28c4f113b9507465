//! Laws: written and read again, prices are the same; whatever a file holds, reading it ends in prices or in findings.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Texts as people and attackers write them, as they are after trimming.
fn text(letters: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => letters,
        1 => Just("=cmd|' /C calc'!A0".to_owned()),
        1 => Just("'=1+1".to_owned()),
        1 => Just("\u{e6}\u{f8}\u{e5} \"kr.\" <b>".to_owned()),
        1 => Just("_x000D_".to_owned()),
        1 => Just("1.0".to_owned()),
    ];
    piece.prop_map(|text| {
        let text = text.trim().to_owned();
        if text.is_empty() {
            "x".to_owned()
        } else {
            text
        }
    })
}

fn flow() -> impl Strategy<Value = Flow> {
    (0..6usize, 1..6usize, 0..3u8).prop_map(|(one, step, kind)| {
        let party = Party::ALL[one];
        match kind {
            0 => Flow::Resource {
                party,
                side: Side::Gain,
            },
            1 => Flow::Resource {
                party,
                side: Side::Cost,
            },
            _ => Flow::Transfer {
                from: party,
                to: Party::ALL[(one + step) % 6],
            },
        }
    })
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        0.0..10_000.0f64,
        (0..10_000_000u32).prop_map(|n| f64::from(n) / 1000.0),
        (0..100_000u32).prop_map(f64::from),
        Just(1.234),
        Just(1e15),
        Just(1e-7),
    ]
}

fn arms() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        Just(vec![]),
        Just(vec!["deltager".to_owned()]),
        Just(vec!["deltager".to_owned(), "kontrol".to_owned()]),
    ]
}

prop_compose! {
    fn line()(
        name in text("[a-z\u{e6}\u{f8}\u{e5}A-Z =+@'\"|;,#_.<>-]{1,12}"),
        outcome in proptest::option::of(prop_oneof![Just("hours"), Just("benefit"), Just("=meetings; held\"")]),
        arms in arms(),
        flow in flow(),
        value in value(),
        unit in text("[a-z\u{e6}\u{f8}\u{e5} ./,;]{1,20}"),
        price_year in 1900..2101i32,
        factor: bool,
        source in text("[a-z\u{e6}\u{f8}\u{e5}0-9 =+@'\"|;,\\\\#\n.<>&-]{1,40}"),
        programme: bool,
    ) -> Line {
        let quantity = outcome.map_or(Quantity::Person, |name| Quantity::Outcome(name.to_owned()));
        // Of a line per person the arms are always said.
        let arms = if quantity == Quantity::Person && arms.is_empty() { vec!["deltager".to_owned()] } else { arms };
        Line {
            name, quantity, arms, flow, value, unit, price_year,
            basis: if factor { Basis::Factor } else { Basis::Market },
            source, programme,
            ..Line::default()
        }
    }
}

prop_compose! {
    fn random()(
        title in proptest::option::of(text("[a-z\u{e6}\u{f8}\u{e5} ,;\"\n]{1,30}")),
        synthetic: bool,
        lines in proptest::collection::vec(line(), 1..6),
    ) -> Prices {
        let mut lines = lines;
        let mut production = 0;
        for (i, line) in lines.iter_mut().enumerate() {
            line.name = format!("{}{i}", line.name);
            // One production line at most: the rest goes to the region.
            if line.flow == (Flow::Resource { party: Party::Employer, side: Side::Gain }) {
                production += 1;
                if production > 1 {
                    line.flow = Flow::Resource { party: Party::Region, side: Side::Gain };
                }
            }
        }
        Prices { title, currency: "DKK".to_owned(), synthetic, lines, ..Prices::default() }
    }
}

fn wide() -> Known {
    let mut known = known();
    known.outcomes.push("=meetings; held\"".to_owned());
    known
}

/// A price file in each form.
fn forms(prices: &Prices) -> [(&'static str, Vec<u8>); 4] {
    [
        ("p.toml", to_toml(prices).into_bytes()),
        ("p.csv", to_csv(prices, Dialect::Plain).into_bytes()),
        ("d.csv", to_csv(prices, Dialect::Danish).into_bytes()),
        ("p.xlsx", to_xlsx(prices).expect("a workbook")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, rng_seed: RngSeed::Fixed(20_130_901), ..ProptestConfig::default() })]
    #[test]
    fn written_and_read_again_prices_are_the_same(prices in random()) {
        for (name, bytes) in forms(&prices) {
            let read = read_bytes(name, &bytes, &wide());
            let read = read.map_err(|e| TestCaseError::fail(format!("{name}: {e}")))?;
            prop_assert_eq!(&read.prices, &prices, "{}", name);
        }
    }

    #[test]
    fn a_damaged_file_is_read_or_refused_and_never_breaks_the_program(
        prices in random(),
        form in 0..4usize,
        cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        let (name, mut bytes) = forms(&prices)[form].clone();
        for (at, byte, how) in cuts {
            if bytes.is_empty() { break; }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                _ => bytes.truncate(at),
            }
        }
        if let Err(error) = read_bytes(name, &bytes, &wide()) {
            prop_assert!(!error.diagnostics.is_empty());
            prop_assert_eq!(error.class, Class::Study);
        }
    }
}

#[test]
fn a_thousand_wrong_words_are_each_told_or_read() {
    let values = [
        "3",
        "-3",
        "1.5",
        "nan",
        "\"x\"",
        "\"\"",
        "[]",
        "[1]",
        "[\"x\"]",
        "{}",
        "{ a = 1 }",
        "true",
        "2010-01-01",
        "99999999999999999999",
        "\"person\"",
        "\"state\"",
    ];
    let lines: Vec<&str> = GOOD.lines().collect();
    let mut count = 0;
    for (i, line) in lines.iter().enumerate() {
        let replaced = values.iter().map(|value| match line.split_once('=') {
            Some((key, _)) => format!("{key}= {value}"),
            None => format!("{} = {value}", line.trim_matches(['[', ']'])),
        });
        for new in replaced.chain([String::new(), format!("{line}\n{line}"), format!("{line}x")]) {
            let mut changed = lines.clone();
            changed[i] = &new;
            if let Err(error) = toml(&changed.join("\n")) {
                assert!(
                    error.diagnostics.iter().all(|d| !d.hint.is_empty()),
                    "{error}"
                );
            }
            count += 1;
        }
    }
    assert!(count > 500);
}
