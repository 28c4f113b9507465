//! The method in two sheets: what the report says of it, by subject, and the method card of each estimand.

use super::book::{Book, Head, lines};
use super::{Sheet, Source};
use crate::report::chapters;
use crate::report::document::{Block, Inline};
use rust_xlsxwriter::XlsxError;

/// A line: its cells from left to right.
type Lines = Vec<Vec<String>>;

pub(super) fn sheets<'s>(source: &'s Source<'_>) -> Vec<Sheet<'s>> {
    let context = &source.context;
    let mut sheets = Vec::new();
    if let Some(chapter) = source.body.chapters.iter().find(|c| c.id == "method") {
        let lines = said(&chapter.title, &chapter.blocks);
        let heads = vec![
            Head::left(context.say("sheet-subject"), 36.0),
            Head::left(context.say("sheet-text"), 110.0),
        ];
        sheets.push(Sheet {
            name: chapter.title.clone(),
            title: context.say("sheet-about-method"),
            fill: Box::new(move |book| write(book, &heads, &lines)),
        });
    }
    let (heads, lines) = cards(&chapters::cards(context), &context.say("column-measure"));
    if !lines.is_empty() {
        sheets.push(Sheet {
            name: context.say("report-cards"),
            title: context.say("sheet-about-cards"),
            fill: Box::new(move |book| write(book, &heads, &lines)),
        });
    }
    sheets
}

/// Heading and text of what a chapter says in words.
fn said(title: &str, blocks: &[Block]) -> Lines {
    let mut lines = Vec::new();
    let mut subject = title.to_owned();
    let words = |inlines: &[Inline]| inlines.iter().map(Inline::text).collect::<String>();
    for block in blocks {
        match block {
            Block::Heading { text, .. } => subject.clone_from(text),
            Block::Paragraph(inlines) => lines.push(vec![subject.clone(), words(inlines)]),
            Block::List(items) => {
                lines.extend(items.iter().map(|item| vec![subject.clone(), words(item)]));
            }
            _ => {}
        }
    }
    lines
}

/// The cards as a table: a line for each, a column for each of its terms.
fn cards(blocks: &[Block], measure: &str) -> (Vec<Head>, Lines) {
    let mut heads = vec![Head::left(measure.to_owned(), 34.0)];
    let mut lines = Vec::new();
    for block in blocks {
        let Block::Fold { title, blocks, .. } = block else {
            continue;
        };
        let mut line = vec![title.clone()];
        for block in blocks {
            let Block::Terms(terms) = block else {
                continue;
            };
            for (term, inlines) in terms {
                if !heads.iter().any(|head| head.name == *term) {
                    heads.push(Head::left(term.clone(), 44.0));
                }
                line.push(inlines.iter().map(Inline::text).collect());
            }
        }
        lines.push(line);
    }
    (heads, lines)
}

fn write(book: &mut Book<'_>, heads: &[Head], content: &Lines) -> Result<(), XlsxError> {
    book.head(heads, content.len())?;
    for (i, line) in content.iter().enumerate() {
        let row = i as u32 + 1;
        let mut most = 1;
        for (j, (text, head)) in line.iter().zip(heads).enumerate() {
            let look = &book.looks.prose;
            book.text((row, j as u16), text, look)?;
            most = most.max(lines(text, head.width));
        }
        book.height(row, most)?;
    }
    book.marks((content.len() as u32 + 2, 0))
}
