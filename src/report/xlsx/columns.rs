//! What the columns of the sheet of all numbers mean: one line for each.

use super::book::{Book, Head};
use super::{Sheet, Source};
use crate::results::row::COLUMNS;
use rust_xlsxwriter::XlsxError;

pub(super) fn sheets<'s>(source: &'s Source<'_>) -> Vec<Sheet<'s>> {
    vec![Sheet {
        name: source.context.say("sheet-columns"),
        title: source.context.say("sheet-about-columns"),
        fill: Box::new(move |book| write(book, source)),
    }]
}

fn write(book: &mut Book<'_>, source: &Source<'_>) -> Result<(), XlsxError> {
    let context = &source.context;
    let heads = [
        Head::left(context.say("sheet-column"), 24.0),
        Head::left(context.say("sheet-meaning"), 100.0),
    ];
    book.head(&heads, COLUMNS.len())?;
    for (i, name) in COLUMNS.iter().enumerate() {
        let row = i as u32 + 1;
        book.label((row, 0), name)?;
        let meaning = context.say(&format!("sheet-column-{name}"));
        book.label((row, 1), &meaning)?;
    }
    book.marks((COLUMNS.len() as u32 + 2, 0))
}
