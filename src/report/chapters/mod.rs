//! The chapters of the report, in the order of a printed evaluation: summary, the trial and its accounting,
//! implementation, effects, subgroups and sites, method and limits, and the appendix with every number.

mod appendix;
mod context;
mod drawings;
mod exits;
mod flow;
mod method;
mod outcomes;
mod sentences;
mod subgroups;
mod summary;
mod trial;

use super::document::{Block, Chapter, Document};
use crate::results::Bundle;
use crate::units::Language;
use context::Context;

/// Anchor of a chapter, and what writes it; a chapter without blocks is left out.
type Part = (&'static str, fn(&Context<'_>) -> Vec<Block>);

/// The report of a bundle in a language.
pub(crate) fn document(bundle: &Bundle, language: Language) -> Document {
    let context = Context::new(bundle, language);
    let view = &context.view;
    let mut marks = Vec::new();
    if view.synthetic {
        marks.push(context.say("synthetic-mark"));
    }
    if view.not_cleared {
        marks.push(context.say("not-cleared-mark"));
    }
    let parts: [Part; 7] = [
        ("summary", summary::blocks),
        ("trial", trial::blocks),
        ("implementation", outcomes::implementation),
        ("effects", outcomes::effects),
        ("subgroups", subgroups::blocks),
        ("method", method::blocks),
        ("appendix", appendix::blocks),
    ];
    let chapters = parts.into_iter().filter_map(|(id, blocks)| {
        let blocks = blocks(&context);
        (!blocks.is_empty()).then(|| Chapter {
            id,
            title: context.say(&format!("report-chapter-{id}")),
            blocks,
        })
    });
    let chapters = chapters.collect();
    let version = [("version", bundle.version.as_str())];
    Document {
        language,
        written_in: bundle.study.language,
        title: title(bundle),
        name: bundle.study.name.clone(),
        marks,
        facts: title_page(&context),
        chapters,
        contents: context.say("report-contents"),
        made_by: context.tell("report-made-by", &version),
    }
}

fn title(bundle: &Bundle) -> String {
    let texts = &bundle.study.texts;
    texts.get("title").unwrap_or(&bundle.study.name).clone()
}

/// What the study says of itself: the known texts under their words, others under their own keys.
fn title_page(context: &Context<'_>) -> Vec<(String, String)> {
    let study = &context.bundle.study;
    let mut facts = Vec::new();
    if title(context.bundle) != study.name {
        facts.push((context.say("report-text-name"), study.name.clone()));
    }
    for key in ["author", "commissioner", "intake"] {
        if let Some(text) = study.texts.get(key) {
            facts.push((context.say(&format!("report-text-{key}")), text.clone()));
        }
    }
    let known = ["title", "author", "commissioner", "intake"];
    let others = study
        .texts
        .iter()
        .filter(|(k, _)| !known.contains(&k.as_str()));
    facts.extend(others.map(|(key, text)| (context.label(key), text.clone())));
    facts
}
