//! Mutated bundles, claims and price files: whatever becomes of a file, it is refused with a finding or opened, and what opens
//! can be read, rendered, checked and compared without a panic. Mutations are seeded; a failure prints the seed and the text.

use crate::support::repository;
use crate::support::scratch::Scratch;
use rettevej::check::{self, Claims, diff};
use rettevej::cost_benefit::price;
use rettevej::cost_benefit::prices::{self, Known};
use rettevej::report::{html, markdown, summary};
use rettevej::results::Bundle;
use rettevej::study::DataFile;
use rettevej::units::Language;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// SplitMix64: the same mutations on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// What numbers, words and brackets become.
const ODD: [&str; 24] = [
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e-320",
    "9223372036854775807",
    "18446744073709551616",
    "4294967296",
    "-2147483649",
    "nan",
    "inf",
    "null",
    "true",
    "\"\"",
    "\"x\"",
    "[]",
    "{}",
    "[[[[",
    "}}",
    "æ",
    "\u{0}",
    "\u{202e}",
    "0.1234567890123456789",
    "1_000",
];

/// A few changes of a text: bytes, pieces, numbers, lines.
fn mutate_text(text: &str, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=chance.below(3) {
        let len = bytes.len();
        let at = chance.below(len);
        let piece = |chance: &mut Chance| at..(at + 1 + chance.below(40)).min(len);
        match chance.below(14) {
            0 if len > 0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes.truncate(at),
            2 if len > 0 => drop(bytes.drain(piece(chance))),
            3 if len > 0 => {
                let copy = bytes[piece(chance)].to_vec();
                let to = chance.below(len);
                bytes.splice(to..to, copy);
            }
            4 => drop(bytes.splice(at..at, chance.one(&ODD).bytes())),
            5 => number(&mut bytes, at, chance),
            6 => swap_lines(&mut bytes, chance),
            // What may well be a file of its kind still.
            _ => digit(&mut bytes, at, chance),
        }
    }
    bytes
}

/// The next number becomes another.
fn number(bytes: &mut Vec<u8>, from: usize, chance: &mut Chance) {
    let Some(start) = bytes[from..]
        .iter()
        .position(u8::is_ascii_digit)
        .map(|i| from + i)
    else {
        return;
    };
    let part = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'-');
    let len = bytes[start..].iter().take_while(|b| part(b)).count();
    bytes.splice(start..start + len, chance.one(&ODD).bytes());
}

/// The next digit becomes another.
fn digit(bytes: &mut [u8], from: usize, chance: &mut Chance) {
    let next = bytes.get_mut(from..).into_iter().flatten();
    if let Some(digit) = next.into_iter().find(|b| b.is_ascii_digit()) {
        *digit = b'0' + chance.below(10) as u8;
    }
}

fn swap_lines(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (chance.below(lines.len()), chance.below(lines.len()));
    lines.swap(a, b);
    *bytes = lines.join(&b'\n');
}

/// A few changes of a JSON value, each somewhere inside: what stays JSON gets past the parser.
fn mutate_value(value: &mut Value, chance: &mut Chance) {
    for _ in 0..=chance.below(2) {
        let mut here = &mut *value;
        for _ in 0..=chance.below(7) {
            let places = match here {
                Value::Object(table) => table.len(),
                Value::Array(list) => list.len(),
                _ => 0,
            };
            if places == 0 {
                break;
            }
            let at = chance.below(places);
            here = match here {
                Value::Object(table) => table.values_mut().nth(at).expect("inside"),
                Value::Array(list) => &mut list[at],
                _ => unreachable!("it has places"),
            };
        }
        change(here, chance);
    }
}

fn change(here: &mut Value, chance: &mut Chance) {
    if let (1.., Some(number)) = (chance.below(3), here.as_f64()) {
        // Another number of its kind.
        let by = 1 + chance.below(9);
        *here = match here.as_i64() {
            Some(whole) => Value::from(whole.saturating_add(by as i64)),
            None => Value::from(number * (1.0 + by as f64)),
        };
        return;
    }
    match (chance.below(4), &mut *here) {
        (0, Value::Object(table)) => {
            let key = table.keys().nth(chance.below(table.len())).cloned();
            key.and_then(|key| table.remove(&key));
        }
        (0, Value::Array(list)) if !list.is_empty() => {
            let at = chance.below(list.len());
            list.remove(at);
        }
        (1, Value::Array(list)) if !list.is_empty() => {
            let at = chance.below(list.len());
            let copy = list[at].clone();
            list.push(copy);
        }
        (1, Value::String(text)) => chance.one(&ODD).trim_matches('"').clone_into(text),
        (_, Value::Number(_)) => {
            let odd = [
                0.0, -1.0, 0.5, 1.0, 2.0, 65_536.0, 1e18, -1e18, 1e300, -1e-300,
            ];
            *here = match chance.below(3) {
                0 => Value::from(*chance.one(&odd)),
                1 => Value::from(*chance.one(&[
                    0_i64,
                    1,
                    -1,
                    7,
                    i64::from(i32::MAX),
                    i64::MAX,
                    i64::MIN,
                ])),
                _ => Value::from(u64::MAX),
            };
        }
        _ => {
            let odd = [
                Value::Null,
                Value::from(true),
                Value::from(-1),
                Value::from(""),
                Value::from("week"),
                Value::Array(Vec::new()),
                Value::Object(serde_json::Map::new()),
            ];
            *here = chance.one(&odd).clone();
        }
    }
}

struct Ground {
    scratch: Scratch,
    bundle: String,
    opened: Bundle,
    claims: Vec<String>,
    guard: String,
    prices: Vec<String>,
}

impl Ground {
    fn new() -> Self {
        let scratch = Scratch::new();
        let study = repository("fixtures/hand/money/study.toml");
        let said = scratch.run(&[
            "run",
            study.to_str().expect("a path"),
            "--out",
            "result",
            "-q",
        ]);
        assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
        let text = |name: &str| std::fs::read_to_string(repository(name)).expect("a text");
        let bundle = scratch.read("result/bundle.json");
        let opened = Bundle::from_json(&bundle, "bundle.json").expect("our own");
        Self {
            guard: check::guard::guard(&opened).text,
            claims: vec![
                text("fixtures/claims/paa-rette-vej-audit.toml"),
                text("fixtures/studies/paa-rette-vej/claims.toml"),
                KINDS.to_owned(),
            ],
            prices: vec![
                text("fixtures/hand/money/prices.toml"),
                text("fixtures/studies/paa-rette-vej/prices.toml"),
            ],
            scratch,
            bundle,
            opened,
        }
    }

    /// A bundle: what opens is read by everything that reads bundles.
    fn bundles(&self, chance: &mut Chance) -> (Vec<u8>, bool) {
        let bytes = if chance.below(4) == 0 {
            mutate_text(&self.bundle, chance)
        } else {
            let mut value: Value = serde_json::from_str(&self.bundle).expect("JSON");
            mutate_value(&mut value, chance);
            value.to_string().into_bytes()
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let opened = no_panic(&bytes, || match Bundle::from_json(&text, "bundle.json") {
            Err(error) => {
                assert!(!error.diagnostics.is_empty());
                false
            }
            Ok(bundle) => {
                let _ = summary::summary(&bundle);
                let _ = html::html(&bundle, Language::Da);
                let _ = markdown::markdown(&bundle, Language::En);
                let there = diff::diff(&self.opened, &bundle, 1e-9);
                let _ = diff::text(&there);
                let _ = diff::text(&diff::diff(&bundle, &self.opened, 1e-9));
                let _ = check::guard::guard(&bundle);
                if let (Some(quantities), Some(prices)) = (&bundle.quantities, &bundle.prices) {
                    let _ = price(quantities, prices, 1);
                }
                let claims = Claims::parse(&self.guard, "guard.toml").expect("our own");
                let _ = check::check_claims(&bundle, &claims);
                let again = Bundle::from_json(&bundle.to_json(), "again").map(|b| b.to_json());
                assert_eq!(
                    again.ok(),
                    Some(bundle.to_json()),
                    "what opens is written and opened again"
                );
                true
            }
        });
        (bytes, opened)
    }

    fn claims(&self, chance: &mut Chance) -> (Vec<u8>, bool) {
        let base = if chance.below(4) == 0 {
            &self.guard
        } else {
            chance.one(&self.claims)
        };
        let bytes = mutate_text(base, chance);
        let opened = no_panic(&bytes, || {
            let Ok(text) = std::str::from_utf8(&bytes) else {
                return false;
            };
            match Claims::parse(text, "claims.toml") {
                Err(error) => {
                    assert!(!error.diagnostics.is_empty());
                    false
                }
                Ok(claims) => {
                    let report = check::audit_claims(&claims);
                    for format in [
                        check::Format::Text,
                        check::Format::Json,
                        check::Format::Junit,
                        check::Format::Github,
                    ] {
                        let _ = check::render(&report, format);
                    }
                    let _ = check::check_claims(&self.opened, &claims);
                    match check::guard::rewrite(&self.opened, text, "claims.toml") {
                        Ok(done) => assert!(Claims::parse(&done.text, "x").is_ok()),
                        Err(error) => {
                            assert_ne!(error.class, rettevej::error::Class::Bug, "{error}");
                        }
                    }
                    true
                }
            }
        });
        (bytes, opened)
    }

    fn prices(&self, chance: &mut Chance) -> (Vec<u8>, bool) {
        let base = chance.one(&self.prices).as_str();
        let bytes = mutate_text(base, chance);
        let path = self.scratch.path("mutated.toml");
        std::fs::write(&path, &bytes).expect("a file to write");
        let file = DataFile {
            shown: "mutated.toml".to_owned(),
            path,
        };
        let opened = no_panic(&bytes, || {
            match prices::read(&file, &Known::of_bundle(&self.opened)) {
                Err(error) => {
                    assert!(!error.diagnostics.is_empty());
                    false
                }
                Ok(_) => true,
            }
        });
        (bytes, opened)
    }
}

#[track_caller]
fn no_panic(bytes: &[u8], work: impl FnOnce() -> bool) -> bool {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let file = std::env::temp_dir().join("rettevej-mutation");
        std::fs::write(&file, bytes).expect("a file to write");
        panic!("a mutation panics: see {}", file.display());
    })
}

/// Every kind of claim once, with every key.
const KINDS: &str = r#"[[claim]]
id = "a"
kind = "two_proportions"
p1 = 0.70
p2 = 0.53
n1 = 134
n2 = 88
significant = true
p_value = 0.015
confidence = 0.95
test = "fisher"
rounded = 2

[[claim]]
id = "b"
kind = "ratio"
first = 14
second = 11.5
value = 1.22
exact = ["first"]

[[claim]]
id = "c"
kind = "estimate"
estimate = 1.30
std_error = 0.10
conf_low = 1.06
conf_high = 1.59
p_value = 0.01
p_below = 0.05
significant = true
confidence = 0.95
freedom = 118
scale = "log"
symmetric = true

[[claim]]
id = "d"
kind = "count"
share = 3.48
n = 20
items = 5
count = 348

[[claim]]
id = "e"
kind = "two_proportions"
p1 = 0.070
p2 = 0.05
n = 293
split = [0.4, 0.6]
p_below = 0.01
"#;

/// A third of each kind; how many opened.
fn mutations(count: u64) -> [usize; 3] {
    let ground = Ground::new();
    let mut opened = [0; 3];
    for seed in 0..count {
        let mut chance = Chance(seed);
        let kind = (seed % 3) as usize;
        let (_, is_open) = match kind {
            0 => ground.bundles(&mut chance),
            1 => ground.claims(&mut chance),
            _ => ground.prices(&mut chance),
        };
        opened[kind] += usize::from(is_open);
    }
    println!(
        "of {count} mutated files, these opened: bundles {}, claims {}, prices {}",
        opened[0], opened[1], opened[2]
    );
    opened
}

#[test]
fn mutated_files_are_refused_or_opened_and_nothing_panics() {
    let opened = mutations(600);
    // Enough of each get past the parser to be worth the while.
    assert!(opened.iter().all(|n| *n >= 20), "{opened:?}");
}

#[test]
#[ignore = "10,000 files: a minute or more; run it after a change of a reader"]
fn ten_thousand_mutated_files_do_not_panic() {
    mutations(10_000);
}
