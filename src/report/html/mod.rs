//! The report as one HTML file: no script is needed to read it, nothing is fetched, and the whole bundle lies inside, so
//! that the file alone can be opened by every command that takes a bundle.
//!
//! The markup is written element by element through `markup`, which escapes every text; there is no template in
//! which a place could be forgotten. Why no template crate: a page that is mostly tables gains nothing from one.

mod blocks;
mod formula;
mod markup;

use super::chapters;
use super::document::{Block, Document, Inline};
use crate::results::Bundle;
use crate::units::Language;
use markup::{escape, put, string_of_css};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// The report of a bundle in a language.
pub fn html(bundle: &Bundle, language: Language) -> String {
    html_around(bundle, language, &bundle.to_json())
}

/// The same, when the text of the bundle is made already.
pub fn html_around(bundle: &Bundle, language: Language, json: &str) -> String {
    let document = chapters::document(bundle, language);
    let mut page = page(&document);
    page.push_str("<script type=\"application/json\" id=\"bundle\">\n");
    page.push_str(&inert(json));
    page.push_str("</script>\n</body>\n</html>\n");
    page
}

/// JSON that cannot end or open an element: `<` only ever stands inside its texts, where `\u003c` means the same.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::Da => "da",
        Language::En => "en",
    }
}

/// Everything before the bundle.
fn page(document: &Document) -> String {
    let lang = tag(document.language);
    let title = escape(&document.title);
    // The study's own texts are not translated.
    let own = if document.written_in == document.language {
        String::new()
    } else {
        format!(" lang=\"{}\"", tag(document.written_in))
    };
    let marked = document.marks.join(" · ");
    let running = if marked.is_empty() {
        document.name.clone()
    } else {
        format!("{} · {marked}", document.name)
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"{}\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <style>\n{STYLE}\n@page {{ @top-left {{ content: {}; }} }}\n</style>\n</head>\n<body>\n",
        concat!("rettevej ", env!("CARGO_PKG_VERSION")),
        string_of_css(&running),
    );
    out.push_str("<header class=\"front\">\n");
    put!(out, "<h1{own}>{title}</h1>\n");
    for mark in &document.marks {
        put!(out, "<p class=\"mark\">{}</p>\n", escape(mark));
    }
    if !document.facts.is_empty() {
        out.push_str("<dl class=\"facts\">\n");
        for (name, value) in &document.facts {
            put!(
                out,
                "<dt>{}</dt><dd{own}>{}</dd>\n",
                escape(name),
                escape(value)
            );
        }
        out.push_str("</dl>\n");
    }
    out.push_str("</header>\n");
    contents(&mut out, document);
    out.push_str("<main>\n");
    let targets = targets(document);
    for (i, chapter) in document.chapters.iter().enumerate() {
        let (id, title) = (chapter.id, escape(&chapter.title));
        put!(
            out,
            "<section class=\"c-{id}\" aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}. {title}</h2>\n",
            i + 1
        );
        blocks::write(&mut out, &chapter.blocks, &targets);
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n");
    put!(
        out,
        "<footer><p>{}</p></footer>\n",
        escape(&document.made_by)
    );
    out
}

fn contents(out: &mut String, document: &Document) {
    let title = escape(&document.contents);
    put!(
        out,
        "<nav aria-label=\"{title}\">\n<h2>{title}</h2>\n<ol>\n"
    );
    for chapter in &document.chapters {
        put!(
            out,
            "<li class=\"c-{0}\"><a href=\"#{0}\">{1}</a>",
            chapter.id,
            escape(&chapter.title)
        );
        let headings: Vec<(&String, &String)> = (chapter.blocks.iter())
            .filter_map(|block| match block {
                Block::Heading { id, text } => Some((id, text)),
                _ => None,
            })
            .collect();
        if !headings.is_empty() {
            out.push_str("\n<ul>\n");
            for (id, text) in headings {
                put!(out, "<li><a href=\"#{id}\">{}</a></li>\n", escape(text));
            }
            out.push_str("</ul>\n");
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n</nav>\n");
}

/// Rows that some number of the prose leads to: only these get an anchor in the appendix.
fn targets(document: &Document) -> BTreeSet<usize> {
    fn of(inlines: &[Inline], into: &mut BTreeSet<usize>) {
        into.extend(inlines.iter().filter_map(|inline| match inline {
            Inline::Number { row, .. } => Some(*row),
            _ => None,
        }));
    }
    let mut targets = BTreeSet::new();
    for block in document.chapters.iter().flat_map(|c| &c.blocks) {
        match block {
            Block::Paragraph(inlines) => of(inlines, &mut targets),
            Block::List(items) => items.iter().for_each(|item| of(item, &mut targets)),
            _ => {}
        }
    }
    targets
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
