//! Laws: written and read again, prices are the same; whatever a file holds, reading it ends in prices or in findings.

use super::official::FULL;
use super::*;
use crate::cost_benefit::vintages;
use crate::study::prices::{
    Beyond, Deflator, Extrapolation, Parameter, RateStep, Refund, RefundRate, RefundRule, Vintage,
};
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

fn uncertainty() -> impl Strategy<Value = Option<Uncertainty>> {
    // Shares of the price, turned into numbers about it.
    proptest::option::of(
        (0..5u8, 0.0..0.9f64, 0.01..2.0f64).prop_map(|(shape, below, above)| match shape {
            0 => Uncertainty::Uniform {
                low: below,
                high: above,
            },
            1 => Uncertainty::Triangular {
                low: below,
                high: above,
            },
            2 => Uncertainty::Normal { std_error: above },
            3 => Uncertainty::LogNormal { std_error: above },
            _ => Uncertainty::Gamma { std_error: above },
        }),
    )
}

/// An uncertainty about a price.
fn about(value: f64, shares: Uncertainty) -> Uncertainty {
    match shares {
        Uncertainty::Uniform { low, high } => Uncertainty::Uniform {
            low: value * (1.0 - low),
            high: value * (1.0 + high) + 1.0,
        },
        Uncertainty::Triangular { low, high } => Uncertainty::Triangular {
            low: value * (1.0 - low),
            high: value * (1.0 + high) + 1.0,
        },
        other if value == 0.0 => {
            let _ = other;
            Uncertainty::Normal { std_error: 1.5 }
        }
        other => other,
    }
}

prop_compose! {
    fn vintage()(
        kind in 0..4u8,
        which in 0..6usize,
        rates in proptest::collection::vec(0.0..0.2f64, 1..4),
        name in text("[a-z ]{1,10}"),
        source in text("[a-zA-Z0-9 =+@'\"|;,]{1,20}"),
        distortion in 0.5..2.0f64,
        assumed: bool,
    ) -> Option<Vintage> {
        let parameter = |value| Parameter { value, source: source.clone(), assumed };
        match kind {
            0 => None,
            1 | 2 => vintages::shipped().into_iter().nth(which),
            _ => Some(Vintage {
                name: name.clone(),
                discount: rates.iter().enumerate().map(|(i, &rate)| RateStep { from_year: 7 * i as u32, rate }).collect(),
                discount_source: source.clone(),
                tax_distortion: parameter(distortion),
                net_tax_factor: parameter(distortion + 0.1),
            }),
        }
    }
}

prop_compose! {
    fn rule()(
        name in text("[a-z ]{1,10}"),
        from in proptest::option::of(Just("2011H1".to_owned())),
        weeks in proptest::option::of(1..60u32),
        active in 0.0..1.0f64,
        source in text("[a-zA-Z0-9 =+@'\"|;,]{1,20}"),
    ) -> RefundRule {
        let rate = |from: Option<String>, to: Option<String>, first_benefit_week| RefundRate {
            from, to, first_benefit_week, active, passive: active / 2.0, source: source.clone(),
        };
        let mut rates = vec![rate(from.clone(), None, weeks)];
        if from.is_some() {
            rates.push(rate(None, Some("2010H2".to_owned()), None));
        }
        RefundRule { name, rates }
    }
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
        uplift in prop_oneof![Just(0.0), 0.0..1.0f64],
        shares in uncertainty(),
        first_week in proptest::option::of(1..20u32),
        last_week in proptest::option::of(20..600u32),
    ) -> Line {
        let quantity = outcome.map_or(Quantity::Person, |name| Quantity::Outcome(name.to_owned()));
        // Of a line per person the arms are always said.
        let arms = if quantity == Quantity::Person && arms.is_empty() { vec!["deltager".to_owned()] } else { arms };
        Line {
            name, quantity, arms, flow, value, unit, price_year,
            basis: if factor { Basis::Factor } else { Basis::Market },
            source, programme, uplift,
            uncertainty: shares.map(|shares| about(value, shares)),
            first_week, last_week,
            refund: None,
        }
    }
}

prop_compose! {
    fn random()(
        title in proptest::option::of(text("[a-z\u{e6}\u{f8}\u{e5} ,;\"\n]{1,30}")),
        synthetic: bool,
        lines in proptest::collection::vec(line(), 1..6),
        vintage in vintage(),
        end: bool,
        level in proptest::option::of(1900..2101i32),
        beyond in proptest::option::of((any::<bool>(), 1..500u32, 1..60u32)),
        participants in proptest::option::of(1..10_000_001u32),
        refund in proptest::option::of((any::<proptest::sample::Index>(), any::<bool>(), proptest::option::of(rule()))),
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
        let deflator = level.map(|level| Deflator {
            source: "Made up".to_owned(),
            index: lines.iter().map(|line| (line.price_year, f64::from(line.price_year) / 3.0)).chain([(level, 100.0)]).collect(),
        });
        let mut refunds = Vec::new();
        if let Some((of, active, own)) = refund {
            let of = of.index(lines.len());
            if let Quantity::Outcome(_) = lines[of].quantity {
                let rule = own.unwrap_or_else(|| crate::cost_benefit::refunds::named("dk-benefit").expect("shipped"));
                let mut line = lines[of].clone();
                line.name = format!("refund of {}", line.name);
                line.source = format!("refund rule `{}`", rule.name);
                line.flow = Flow::Transfer { from: Party::State, to: Party::Municipality };
                line.refund = Some(Refund {
                    of: lines[of].name.clone(),
                    rule: rule.name.clone(),
                    weeks: if active { Activity::Active } else { Activity::Passive },
                });
                line.uncertainty = None;
                line.programme = false;
                lines.push(line);
                refunds.push(rule);
            }
        }
        Prices {
            title, currency: "DKK".to_owned(), synthetic,
            discounted_at: if end && vintage.is_some() { Moment::End } else { Moment::Middle },
            vintage,
            price_level: level,
            participants,
            deflator,
            extrapolation: beyond.map(|(fades, weeks, base)| Extrapolation {
                rule: if fades { Beyond::FadeOut } else { Beyond::Constant }, weeks, base,
            }),
            refunds, lines,
        }
    }
}

fn wide() -> Known {
    let mut known = known();
    known.outcomes.push("=meetings; held\"".to_owned());
    known
}

/// A price file in each form that has room for it.
fn forms(prices: &Prices) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![("p.toml", to_toml(prices).into_bytes())];
    let vintages = vintages::shipped();
    let only_toml = prices.deflator.is_some()
        || prices.extrapolation.is_some()
        || prices.refunds.iter().any(|rule| rule.name != "dk-benefit")
        || prices
            .vintage
            .as_ref()
            .is_some_and(|v| !vintages.contains(v));
    match (
        to_csv(prices, Dialect::Plain),
        to_csv(prices, Dialect::Danish),
        to_xlsx(prices),
    ) {
        (Ok(plain), Ok(danish), Ok(workbook)) if !only_toml => {
            forms.push(("p.csv", plain.into_bytes()));
            forms.push(("d.csv", danish.into_bytes()));
            forms.push(("p.xlsx", workbook));
        }
        (Err(error), Err(_), Err(_)) if only_toml => {
            assert_eq!(error.diagnostics[0].code, codes::ONLY_TOML);
        }
        (csv, _, _) => panic!("{only_toml}: {csv:?}"),
    }
    forms
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
        form in any::<proptest::sample::Index>(),
        cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        let forms = forms(&prices);
        let (name, mut bytes) = forms[form.index(forms.len())].clone();
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
    let all = format!("{FULL}\n{}", &GOOD[GOOD.find("[lines").expect("lines")..]);
    let lines: Vec<&str> = all.lines().collect();
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
    assert!(count > 1000);
}
