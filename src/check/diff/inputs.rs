//! What two results were made from: schema, program, seed and draws, options of the study, prices, and what is known of the
//! data. Listed before any number.

use crate::results::{Bundle, same_trial};
use crate::study::prices::Prices;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What kind of input differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Schema of the bundle.
    Schema,
    /// Version of the program, or of its draw.
    Version,
    /// What the data are known by: the hash of the checked trial, persons, the accounting.
    Data,
    /// A key of the study, or a number of draws.
    Option,
    /// A line of the prices.
    Price,
    /// The seed.
    Seed,
    /// The gate of disclosure control.
    Disclosure,
}

impl Kind {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Version => "version",
            Self::Data => "data",
            Self::Option => "option",
            Self::Price => "price",
            Self::Seed => "seed",
            Self::Disclosure => "disclosure",
        }
    }
}

/// An input that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Input {
    /// Its kind.
    pub kind: Kind,
    /// What it is: a key, a line, a count.
    pub what: String,
    /// In the old result; empty: it is not there.
    pub old: String,
    /// In the new result; empty: it is not there.
    pub new: String,
}

/// Keys of the study that are told as something else than an option.
const SEED_KEYS: [&str; 1] = ["resampling.seed"];
/// Keys that a flag of `run` may have overruled: the facts of the run are told instead.
const OVERRULED: [&str; 2] = ["resampling.replicates", "resampling.permutations"];

/// All that differs, in a fixed order.
pub(super) fn compare(old: &Bundle, new: &Bundle) -> Vec<Input> {
    let mut found = Found::default();
    found.texts(Kind::Schema, "bundle schema", &old.schema, &new.schema);
    found.texts(Kind::Version, "version", &old.version, &new.version);
    found.texts(Kind::Version, "commit", &old.commit, &new.commit);
    found.texts(Kind::Version, "lock file", &old.lock, &new.lock);
    let (a, b) = (&old.facts, &new.facts);
    found.maps(Kind::Data, &codes(old), &codes(new));
    found.numbers(
        Kind::Version,
        "draw function",
        a.draw_version,
        b.draw_version,
    );
    data(old, new, &mut found);
    found.maps(Kind::Option, &study(old), &study(new));
    found.numbers(Kind::Option, "replicates", a.replicates, b.replicates);
    found.numbers(Kind::Option, "permutations", a.permutations, b.permutations);
    found.texts(Kind::Option, "scheme", &a.scheme, &b.scheme);
    found.maps(Kind::Price, &prices(old), &prices(new));
    found.numbers(Kind::Seed, "seed", a.seed, b.seed);
    found.texts(
        Kind::Disclosure,
        "gate",
        &old.disclosure.gate,
        &new.disclosure.gate,
    );
    let cleared = |bundle: &Bundle| bundle.disclosure.cleared.to_string();
    found.texts(Kind::Disclosure, "cleared", &cleared(old), &cleared(new));
    found.0
}

/// The hash is keyed by the seed, so with two seeds it says nothing, nor does it where it stays inside or is made otherwise; the
/// accounting and the persons do.
fn data(old: &Bundle, new: &Bundle, found: &mut Found) {
    let (a, b) = (&old.facts, &new.facts);
    if a.seed == b.seed && same_trial(&a.trial_hash, &b.trial_hash) == Some(false) {
        found.texts(
            Kind::Data,
            "hash of the checked trial",
            &a.trial_hash,
            &b.trial_hash,
        );
    }
    let persons = |bundle: &Bundle| -> BTreeMap<String, String> {
        let arms = bundle.facts.arms.iter().zip(&bundle.facts.persons);
        arms.map(|(arm, n)| (format!("persons in {arm}"), n.to_string()))
            .collect()
    };
    found.maps(Kind::Data, &persons(old), &persons(new));
    let accounting = |bundle: &Bundle| -> BTreeMap<String, String> {
        let lines = bundle.accounting.iter().map(|line| {
            let mut what = format!("{}: {} {}", line.table, line.unit, line.key);
            if !line.arm.is_empty() {
                what = format!("{what}, {}", line.arm);
            }
            (what, line.count.to_string())
        });
        lines.collect()
    };
    found.maps(Kind::Data, &accounting(old), &accounting(new));
}

/// The lines of the code tables by table and codes.
fn codes(bundle: &Bundle) -> BTreeMap<String, String> {
    let tables = bundle.facts.code_tables.iter();
    let lines = tables.flat_map(|(table, text)| {
        text.lines().skip(1).map(move |line| {
            let (from, rest) = line.split_once(',').unwrap_or((line, ""));
            (format!("{table}: code {from}"), rest.to_owned())
        })
    });
    lines.collect()
}

/// The keys of the study as it was written, without comments and spacing.
fn study(bundle: &Bundle) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    match toml::from_str::<Value>(&bundle.study_source) {
        Ok(value) => flatten("", &value, &mut keys),
        Err(_) => {
            keys.insert("the study file".to_owned(), bundle.study_source.clone());
        }
    }
    keys.retain(|key, _| !SEED_KEYS.contains(&key.as_str()) && !OVERRULED.contains(&key.as_str()));
    keys
}

/// The lines of the prices by name.
fn prices(bundle: &Bundle) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    let Some(prices) = &bundle.prices else {
        return keys;
    };
    for line in &prices.lines {
        if let Ok(value) = serde_json::to_value(line) {
            flatten(&line.name, &value, &mut keys);
        }
    }
    // What holds for all lines: parameters, price level, rules. The title is only a name.
    let whole = Prices {
        title: None,
        lines: Vec::new(),
        ..prices.clone()
    };
    if let Ok(Value::Object(mut whole)) = serde_json::to_value(&whole) {
        whole.remove("lines");
        flatten("", &Value::Object(whole), &mut keys);
    }
    keys
}

/// Every value by its path; a list that holds tables by its places, any other list as one value.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    let below = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match value {
        Value::Object(table) if !table.is_empty() => {
            for (key, value) in table {
                flatten(&below(key), value, into);
            }
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            for (i, value) in list.iter().enumerate() {
                let name = value.get("name").and_then(Value::as_str);
                let place = name.map_or_else(|| (i + 1).to_string(), |name| format!("\"{name}\""));
                flatten(&below(&place), value, into);
            }
        }
        Value::String(text) => {
            into.insert(path.to_owned(), text.clone());
        }
        other => {
            into.insert(path.to_owned(), other.to_string());
        }
    }
}

#[derive(Default)]
struct Found(Vec<Input>);

impl Found {
    fn texts(&mut self, kind: Kind, what: &str, old: &str, new: &str) {
        if old != new {
            self.0.push(Input {
                kind,
                what: what.to_owned(),
                old: old.to_owned(),
                new: new.to_owned(),
            });
        }
    }

    fn numbers(&mut self, kind: Kind, what: &str, old: impl Into<u64>, new: impl Into<u64>) {
        let (old, new) = (old.into(), new.into());
        if old != new {
            self.texts(kind, what, &old.to_string(), &new.to_string());
        }
    }

    fn maps(&mut self, kind: Kind, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) {
        let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let value = |map: &BTreeMap<String, String>| map.get(key).cloned().unwrap_or_default();
            self.texts(kind, key, &value(old), &value(new));
        }
    }
}
