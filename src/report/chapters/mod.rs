//! The chapters of the report, in the order of a printed evaluation: summary, the trial and its accounting, the lots,
//! implementation, effects, subgroups and sites, survey, costs and benefits, method and limits, and the appendix with every number.

mod appendix;
mod balance;
mod context;
mod cost_benefit;
mod drawings;
mod exits;
mod method;
mod names;
mod outcomes;
mod sentences;
mod statuses;
mod subgroups;
mod summary;
mod survey;
mod take_up;
mod trial;

use super::document::{Block, Chapter, Document};
use crate::results::Bundle;
use crate::units::Language;

pub(crate) use context::{Context, Weeks};

/// Anchor of a chapter, and what writes it; a chapter without blocks is left out.
type Part = (&'static str, fn(&Context<'_>) -> Vec<Block>);

/// The chapters, in their order.
const PARTS: [Part; 11] = [
    ("summary", summary::blocks),
    ("trial", trial::blocks),
    ("randomisation", balance::blocks),
    ("implementation", outcomes::implementation),
    ("effects", outcomes::effects),
    ("take-up", take_up::blocks),
    ("subgroups", subgroups::blocks),
    ("survey", survey::blocks),
    ("cost-benefit", cost_benefit::blocks),
    ("method", method::blocks),
    ("appendix", appendix::blocks),
];

/// The report of a bundle in a language.
pub(crate) fn document(bundle: &Bundle, language: Language) -> Document {
    written(&Context::new(bundle, language), &PARTS)
}

/// The report without its appendix, as a spreadsheet has it: there the appendix is one sheet of all rows.
pub(crate) fn body(context: &Context<'_>) -> Document {
    let parts: Vec<Part> = PARTS
        .into_iter()
        .filter(|(id, _)| *id != "appendix")
        .collect();
    written(context, &parts)
}

/// The method cards of the estimands that have rows.
pub(crate) fn cards(context: &Context<'_>) -> Vec<Block> {
    appendix::cards(context)
}

fn written(context: &Context<'_>, parts: &[Part]) -> Document {
    let (view, bundle) = (&context.view, context.bundle);
    let mut marks = Vec::new();
    if view.synthetic {
        marks.push(context.say("synthetic-mark"));
    }
    if view.not_cleared {
        marks.push(context.say("not-cleared-mark"));
    }
    let chapters = parts.iter().filter_map(|(id, blocks)| {
        let blocks = blocks(context);
        (!blocks.is_empty()).then(|| Chapter {
            id,
            title: context.say(&format!("report-chapter-{id}")),
            blocks,
        })
    });
    let chapters = chapters.collect();
    let version = [("version", bundle.version.as_str())];
    Document {
        language: context.language(),
        written_in: bundle.study.language,
        title: title(bundle),
        name: bundle.study.name.clone(),
        marks,
        facts: title_page(context),
        chapters,
        contents: context.say("report-contents"),
        made_by: match bundle.seal.as_str() {
            "" => context.tell("report-made-by", &version),
            seal => {
                let made = context.tell("report-made-by", &version);
                let sealed = context.tell("report-sealed", &[("seal", seal)]);
                let built = match bundle.commit.as_str() {
                    "" => String::new(),
                    commit => context.tell("report-built", &[("commit", commit)]) + " ",
                };
                format!("{made} {built}{sealed}")
            }
        },
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
