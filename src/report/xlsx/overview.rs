//! The first sheet, in words: what the study is and whether its numbers may be passed on, the headline and the other
//! sentences with the rows they rest on, the key facts, what each sheet holds, and how to read them.

use super::book::Book;
use super::{Sheet, Source, numbers};
use crate::report::document::{Block, Inline};
use crate::report::summary::key_facts;
use rust_xlsxwriter::{Url, XlsxError};

/// Letters in a line of the words.
const WIDTH: f64 = 100.0;
/// What is said of reading the sheets, in this order.
const ADVICE: [&str; 6] = [
    "sheet-read-numbers",
    "sheet-read-empty",
    "sheet-read-interval",
    "sheet-read-weeks",
    "sheet-read-all",
    "sheet-read-copy",
];

pub(super) fn fill(
    book: &mut Book<'_>,
    source: &Source<'_>,
    sheets: &[Sheet<'_>],
) -> Result<(), XlsxError> {
    let (context, body, looks) = (&source.context, &source.body, book.looks);
    for (column, width) in [(0, 32.0), (1, WIDTH), (2, 28.0)] {
        book.sheet.set_column_width(column, width)?;
    }
    book.sheet.set_landscape().set_print_fit_to_pages(1, 0);
    let mut row = 0;
    book.text((row, 0), &body.title, &looks.title)?;
    book.sheet.set_row_height(row, 24.0)?;
    book.marks((row + 1, 0))?;
    row += body.marks.len() as u32 + 1;
    let facts = key_facts(&context.view, &context.words);
    for (name, value) in body.facts.iter().chain(&facts) {
        row += 1;
        book.text((row, 0), name, &looks.prose)?;
        book.prose((row, 1), value, WIDTH)?;
    }
    row += 2;
    let summary = body.chapters.iter().find(|chapter| chapter.id == "summary");
    for block in summary.iter().flat_map(|chapter| &chapter.blocks) {
        match block {
            Block::Paragraph(inlines) => sentence(book, source, sheets, &mut row, inlines)?,
            Block::List(items) => {
                for item in items {
                    sentence(book, source, sheets, &mut row, item)?;
                }
            }
            _ => {}
        }
    }
    row += 1;
    book.text((row, 0), &context.say("sheet-sheets"), &looks.strong)?;
    for own in sheets {
        row += 1;
        link(book, (row, 0), (&own.name, 1), &own.name)?;
        book.prose((row, 1), &own.title, WIDTH)?;
    }
    row += 2;
    book.text((row, 0), &context.say("sheet-read"), &looks.strong)?;
    for key in ADVICE {
        row += 1;
        book.prose((row, 1), &context.say(key), WIDTH)?;
    }
    row += 2;
    book.text(
        (row, 1),
        &context.tell("sheet-made-by", &[("version", &source.bundle.version)]),
        &looks.prose,
    )
}

/// A sentence, and the way to the row it rests on. A lead such as "Headline result" is set apart.
fn sentence(
    book: &mut Book<'_>,
    source: &Source<'_>,
    sheets: &[Sheet<'_>],
    row: &mut u32,
    inlines: &[Inline],
) -> Result<(), XlsxError> {
    let looks = book.looks;
    let text: String = inlines.iter().map(Inline::text).collect();
    if let [Inline::Strong(lead)] = inlines {
        return book.text((*row, 0), lead, &looks.strong);
    }
    book.prose((*row, 1), &text, WIDTH)?;
    let number = inlines.iter().find_map(|inline| match inline {
        Inline::Number { row, .. } => Some(*row),
        _ => None,
    });
    if let Some(index) = number {
        let (place, line) = numbers::place(source, index);
        let first = sheets.len().saturating_sub(numbers::count(source));
        if let Some(own) = sheets.get(first + place) {
            let n = line.to_string();
            let said = source
                .context
                .tell("sheet-row", &[("sheet", &own.name), ("n", &n)]);
            link(book, (*row, 2), (&own.name, line), &said)?;
        }
    }
    *row += 1;
    Ok(())
}

/// A way to a row of a sheet; the names of sheets hold no apostrophe.
fn link(
    book: &mut Book<'_>,
    (row, column): (u32, u16),
    (sheet, line): (&str, u32),
    said: &str,
) -> Result<(), XlsxError> {
    let url = Url::new(format!("internal:'{sheet}'!A{line}")).set_text(said);
    let look = &book.looks.link;
    book.sheet.write_url_with_format(row, column, url, look)?;
    Ok(())
}
