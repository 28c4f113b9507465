//! `[study]`, `[arms]` and `[labels]`.

use super::{Declared, Pass, unknown, value_or_empty};
use crate::study::codes;
use crate::study::defaults::quoted;
use crate::study::model::{FirstWeek, Labels, Outcome, Words};
use crate::study::raw::{RawArms, RawFirstWeek, RawHead, RawLanguage, RawPhrase, RawWords};
use crate::study::written::{At, Named, TextOr, normal_label};
use crate::units::Language;
use std::collections::BTreeMap;

/// `[study]`, checked but for the headline, which needs the outcomes.
pub(super) struct Head {
    pub name: String,
    pub language: Language,
    pub texts: BTreeMap<String, String>,
    pub horizon: u32,
    pub first_week: FirstWeek,
    pub headline: Option<At<String>>,
    pub synthetic: bool,
}

pub(super) fn head(raw: Option<RawHead>, pass: &mut Pass<'_>) -> Head {
    let Some(raw) = raw else {
        return Head {
            name: String::new(),
            language: Language::default(),
            texts: BTreeMap::new(),
            horizon: 1,
            first_week: FirstWeek::default(),
            headline: None,
            synthetic: false,
        };
    };
    let language = raw.language.map(|l| match l.value {
        RawLanguage::Da => Language::Da,
        RawLanguage::En => Language::En,
    });
    let first_week = raw.first_week.map(|w| match w.value {
        RawFirstWeek::Assignment => FirstWeek::Assignment,
        RawFirstWeek::Next => FirstWeek::Next,
    });
    let defaults = &mut pass.defaults;
    let language = defaults.or(language, "study", "language", (Language::Da, "\"da\""));
    let first_week = defaults.or(
        first_week,
        "study",
        "first_week",
        (FirstWeek::Assignment, "\"assignment\""),
    );
    let synthetic = raw.synthetic.map(|s| s.value);
    let synthetic = defaults.or(synthetic, "study", "synthetic", (false, "false"));
    let texts = [
        ("title", raw.title),
        ("author", raw.author),
        ("commissioner", raw.commissioner),
        ("intake", raw.intake),
    ];
    Head {
        name: value_or_empty(raw.name),
        language,
        texts: texts
            .into_iter()
            .filter_map(|(key, text)| Some((key.to_owned(), text?.value)))
            .collect(),
        // A missing horizon has been reported; the largest keeps its weeks from being reported too.
        horizon: raw.horizon.map_or(u32::MAX, |h| h.value),
        first_week,
        headline: raw.headline,
        synthetic,
    }
}

/// Index of the outcome of the first sentence.
pub(super) fn headline(
    written: Option<&At<String>>,
    outcomes: &[Outcome],
    declared: &Declared,
    pass: &mut Pass<'_>,
) -> usize {
    let Some(written) = written else {
        if let Some(first) = outcomes.first() {
            pass.defaults
                .note("study", "headline", &quoted(&first.name));
        }
        return 0;
    };
    let found = outcomes.iter().position(|o| o.name == written.value);
    if found.is_none() && !declared.outcomes.contains(&written.value) {
        unknown(
            &written.value,
            &written.span,
            "outcome",
            &declared.outcomes,
            pass,
        );
    }
    found.unwrap_or(0)
}

pub(super) fn arms(raw: Option<RawArms>, pass: &mut Pass<'_>) -> (String, Vec<String>) {
    let Some(raw) = raw else {
        return Default::default();
    };
    let control = raw.control.map(|c| c.value.0);
    let Some(list) = raw.treatment else {
        return (control.unwrap_or_default(), Vec::new());
    };
    if list.0.is_empty() {
        let span = super::find_header(&pass.findings.source.text, "arms");
        pass.findings.error(
            &span,
            codes::ARMS,
            "there is no treatment arm",
            "name at least one arm in `treatment`",
        );
    }
    let mut treatments: Vec<String> = Vec::new();
    for arm in list.0 {
        let label = arm.value.0;
        if control.as_ref() == Some(&label) {
            pass.findings.error(
                &arm.span,
                codes::ARMS,
                format!("arm `{label}` is both the control and a treatment"),
                "remove it from `treatment`",
            );
        } else if treatments.contains(&label) {
            pass.findings.error(
                &arm.span,
                codes::TWICE,
                format!("arm `{label}` is named twice"),
                "remove one of the two",
            );
        } else {
            treatments.push(label);
        }
    }
    (control.unwrap_or_default(), treatments)
}

pub(super) fn labels(raw: Option<Named<TextOr<RawWords>>>) -> Labels {
    let entries = raw.map(|named| named.0).unwrap_or_default();
    Labels {
        words: entries
            .into_iter()
            .map(|(key, words)| (normal_label(&key.value), self::words(words)))
            .collect(),
    }
}

fn words(raw: TextOr<RawWords>) -> Words {
    match raw {
        TextOr::Text(text) => Words {
            da: Some(text.clone()),
            en: Some(text),
            ..Words::default()
        },
        TextOr::Table(table) => Words {
            da: table.da,
            en: table.en,
            more: phrase(table.more),
            less: phrase(table.less),
        },
    }
}

fn phrase(raw: Option<TextOr<RawPhrase>>) -> BTreeMap<String, String> {
    let (da, en) = match raw {
        None => (None, None),
        Some(TextOr::Text(text)) => (Some(text.clone()), Some(text)),
        Some(TextOr::Table(table)) => (table.da, table.en),
    };
    [("da", da), ("en", en)]
        .into_iter()
        .filter_map(|(language, text)| Some((language.to_owned(), text?)))
        .collect()
}
