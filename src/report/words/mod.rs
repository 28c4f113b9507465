//! Danish and English words, from the Fluent files beside this one.
//!
//! Code asks for a message by its key and gives finished texts (numbers already formatted by [`numbers`]); the files
//! own every sentence. A test keeps the two files on the same keys and arguments.

pub mod numbers;

use crate::units::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;
use unic_langid::langid;

const DA: &str = concat!(
    include_str!("da.ftl"),
    include_str!("report.da.ftl"),
    include_str!("money.da.ftl"),
    include_str!("cba.da.ftl"),
    include_str!("sheets.da.ftl"),
    include_str!("balance.da.ftl"),
);
const EN: &str = concat!(
    include_str!("en.ftl"),
    include_str!("report.en.ftl"),
    include_str!("money.en.ftl"),
    include_str!("cba.en.ftl"),
    include_str!("sheets.en.ftl"),
    include_str!("balance.en.ftl"),
);
/// Findings are written in English by the program; these say in Danish what they mean.
const FINDINGS: &str = include_str!("findings.da.ftl");

/// The method cards are English; these say in Danish what formula, standard error and source are.
const METHODS: &str = include_str!("methods.da.ftl");

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: &'static FluentBundle<FluentResource>,
}

/// Read once, when first asked for.
static DANISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::Da));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::En));

fn read(language: Language) -> FluentBundle<FluentResource> {
    let (tag, source) = match language {
        Language::Da => (langid!("da"), format!("{DA}{FINDINGS}{METHODS}")),
        Language::En => (langid!("en"), EN.to_owned()),
    };
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks are for mixed writing directions; both languages run left to right, and tests,
    // terminals and SVG readers would show the marks.
    bundle.set_use_isolating(false);
    // A faulty message is left out of the resource and shows as its key; the tests find it.
    let resource = match FluentResource::try_new(source) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// The words of a language.
    pub fn new(language: Language) -> Self {
        let bundle = match language {
            Language::Da => &*DANISH,
            Language::En => &*ENGLISH,
        };
        Self { language, bundle }
    }

    /// Which language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message without arguments.
    pub fn say(&self, key: &str) -> String {
        self.tell(key, &[])
    }

    /// A message with text arguments.
    pub fn tell(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        self.find(key, arguments)
            .unwrap_or_else(|| format!("[{key}]"))
    }

    /// A message, if the files have one under this key.
    pub fn find(&self, key: &str, arguments: &[(&str, &str)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            values.set(*name, FluentValue::from(*value));
        }
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }

    /// What a finding's code means, where the language is not the program's own and has words for it.
    pub fn finding(&self, code: &str) -> Option<String> {
        self.find(&format!("finding-{code}"), &[])
    }

    /// The `formula`, `error` or `source` of an estimand's card, where the language is not the program's own.
    pub fn method(&self, slug: &str, part: &str) -> Option<String> {
        self.find(&format!("card-{slug}-{part}"), &[])
    }

    /// A number text with its unit, in the singular only where the text is exactly `1`: "1 uge", "1,0 uger".
    pub fn quantity(&self, number: &str, unit: &str) -> String {
        let form = if number.trim_start_matches(numbers::MINUS) == "1" {
            "one"
        } else {
            "other"
        };
        self.find(&format!("unit-{unit}-{form}"), &[("n", number)])
            .unwrap_or_else(|| format!("{number} {unit}").trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Key -> sorted argument names, read from the text.
    fn keys(source: &str) -> BTreeMap<String, Vec<String>> {
        let mut keys = BTreeMap::new();
        for line in source.lines() {
            let Some((key, value)) = line.split_once(" = ") else {
                continue;
            };
            let mut names: Vec<String> = value
                .split("{ $")
                .skip(1)
                .filter_map(|rest| rest.split_once(' ').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names.dedup();
            assert!(
                keys.insert(key.to_owned(), names).is_none(),
                "`{key}` stands twice"
            );
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_messages_with_the_same_arguments() {
        let (da, en) = (keys(DA), keys(EN));
        for (key, names) in &da {
            assert_eq!(Some(names), en.get(key), "`{key}`");
        }
        assert_eq!(da.len(), en.len());
    }

    /// Codes that warn or note, and so may stand in a report. A code that only stops a run needs no words there.
    const REACH_A_READER: [&str; 25] = [
        "RV0123", "RV0125", "RV0141", "RV1003", "RV1004", "RV0302", "RV0314", "RV0318", "RV0321",
        "RV0326", "RV0328", "RV0329", "RV0346", "RV0352", "RV0406", "RV0407", "RV0430", "RV0431",
        "RV0520", "RV0521", "RV0920", "RV0921", "RV0922", "RV0923", "RV0924",
    ];

    #[test]
    fn every_finding_that_may_reach_a_reader_has_danish_words() {
        let danish = Words::new(Language::Da);
        let english = Words::new(Language::En);
        for code in REACH_A_READER {
            assert!(danish.finding(code).is_some(), "{code}");
            assert!(english.finding(code).is_none(), "{code}");
        }
        let said = FINDINGS
            .lines()
            .filter(|line| line.starts_with("finding-RV"));
        assert_eq!(said.count(), REACH_A_READER.len());
    }

    #[test]
    fn every_message_can_be_said() {
        for language in [Language::Da, Language::En] {
            let words = Words::new(language);
            for (key, names) in keys(if language == Language::Da { DA } else { EN }) {
                let arguments: Vec<(&str, &str)> =
                    names.iter().map(|n| (n.as_str(), "X")).collect();
                assert!(words.find(&key, &arguments).is_some(), "`{key}`");
            }
        }
    }

    #[test]
    fn no_sentence_says_no_effect_or_a_tendency() {
        for source in [DA, EN] {
            let lower = source.to_lowercase();
            for banned in ["ingen effekt", "tendens", "no effect", "tendency", "trend"] {
                assert!(!lower.contains(banned), "`{banned}`");
            }
        }
    }

    #[test]
    fn a_unit_is_singular_for_the_integer_one_only() {
        let words = Words::new(Language::Da);
        assert_eq!(words.quantity("1", "week"), "1 uge");
        assert_eq!(words.quantity("1,0", "week"), "1,0 uger");
        assert_eq!(words.quantity("2", "stk."), "2 stk.");
    }
}
