//! The workbook `estimates.xlsx`: an overview in words, a sheet for each table of the report, the method, the figures,
//! and last every row with the columns of `estimates.csv`.
//!
//! Every sheet with a table has its head in row 1, frozen and with a filter; no cells are merged; a number is a number
//! and a text is a text, whatever it begins with. The same bundle gives the same bytes: the workbook holds no clock.

mod book;
mod columns;
mod figures;
mod method;
mod numbers;
mod overview;
mod tables;
#[cfg(test)]
mod tests;

use super::chapters::{self, Context, Weeks};
use super::document::Document;
use super::figures::png::Picture;
use crate::error::Result;
use crate::results::{Bundle, write};
use crate::units::Language;
use book::Book;
use rust_xlsxwriter::XlsxError;

/// What the sheets are made of.
struct Source<'a> {
    bundle: &'a Bundle,
    context: Context<'a>,
    /// The chapters of the report, with every week in their tables.
    body: Document,
    pictures: &'a [Picture],
    /// Rows that fit on a sheet, the head not counted.
    room: usize,
}

/// A sheet before it is written.
struct Sheet<'s> {
    /// On its tab.
    name: String,
    /// What it holds, for the list on the overview.
    title: String,
    fill: Box<Fill<'s>>,
}

/// What writes a sheet.
type Fill<'s> = dyn Fn(&mut Book<'_>) -> std::result::Result<(), XlsxError> + 's;

/// What makes sheets of a bundle; without anything to show it makes none.
type Part = for<'s, 'a> fn(&'s Source<'a>) -> Vec<Sheet<'s>>;

/// The sheets after the overview, in their order.
const PARTS: [Part; 5] = [
    tables::sheets,
    method::sheets,
    figures::sheets,
    columns::sheets,
    numbers::sheets,
];

/// The workbook of a bundle in a language, with the pictures of its figures.
///
/// # Errors
/// When the workbook cannot be made, which no bundle should bring about.
pub fn xlsx(bundle: &Bundle, language: Language, pictures: &[Picture]) -> Result<Vec<u8>> {
    made(bundle, language, pictures, numbers::ROOM)
        .map_err(|cause| write::cannot_make(&format!("the workbook ({cause})")))
}

fn made(
    bundle: &Bundle,
    language: Language,
    pictures: &[Picture],
    room: usize,
) -> std::result::Result<Vec<u8>, XlsxError> {
    let context = Context::new(bundle, language).with(Weeks::Every);
    let source = Source {
        bundle,
        body: chapters::body(&context),
        context,
        pictures,
        room,
    };
    let mut sheets: Vec<Sheet<'_>> = PARTS.iter().flat_map(|part| part(&source)).collect();
    let mut names = book::Names::default();
    let overview = names.take(&source.context.say("sheet-overview"));
    for sheet in &mut sheets {
        sheet.name = names.take(&sheet.name);
    }
    let body = &source.body;
    book::write((&body.title, &body.marks), &overview, &sheets, |book| {
        overview::fill(book, &source, &sheets)
    })
}
