//! The figures on one sheet, below each other: title, picture with its description for those who cannot see it, source.

use super::book::Book;
use super::{Sheet, Source};
use crate::report::figures::png::Picture;
use rust_xlsxwriter::{Image, ObjectMovement, XlsxError};

/// Height of a row as Excel has it when nobody says otherwise.
const ROW_PIXELS: f64 = 20.0;
const SCREEN: f64 = 96.0;
/// Letters of an alternative text that Excel takes, as UTF-16 has them.
const ALTERNATIVE: usize = 255;

pub(super) fn sheets<'s>(source: &'s Source<'_>) -> Vec<Sheet<'s>> {
    if source.pictures.is_empty() {
        return Vec::new();
    }
    let context = &source.context;
    let note = context.tell("note-source", &[("name", context.view.name)]);
    vec![Sheet {
        name: context.say("sheet-figures"),
        title: context.say("sheet-about-figures"),
        fill: Box::new(move |book| write(book, source.pictures, &note)),
    }]
}

fn write(book: &mut Book<'_>, pictures: &[Picture], note: &str) -> Result<(), XlsxError> {
    let looks = book.looks;
    book.sheet.set_column_width(0, 100.0)?;
    book.marks((0, 0))?;
    let mut row = book.marks.len() as u32;
    let mut pages = Vec::new();
    for picture in pictures {
        if row > book.marks.len() as u32 {
            pages.push(row);
        }
        book.text((row, 0), &picture.title, &looks.strong)?;
        let image = Image::new_from_buffer(&picture.bytes)?
            .set_alt_text(short(&format!(
                "{}. {}",
                picture.title, picture.description
            )))
            .set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
        let height = image.height() * SCREEN / image.height_dpi();
        book.sheet.insert_image(row + 1, 0, &image)?;
        row += 2 + (height / ROW_PIXELS).ceil() as u32;
        book.text((row, 0), note, &looks.prose)?;
        row += 3;
    }
    // One to a page; Excel takes no more than 1,023 breaks.
    pages.truncate(1_000);
    book.sheet.set_page_breaks(&pages)?;
    Ok(())
}

/// The text, cut after a word where it is too long for Excel; the report has it whole.
fn short(text: &str) -> String {
    let long = |text: &str| text.encode_utf16().count() > ALTERNATIVE;
    if !long(text) {
        return text.to_owned();
    }
    let mut kept = String::new();
    for word in text.split_inclusive(' ') {
        let next = format!("{kept}{word}");
        if long(&format!("{}…", next.trim_end())) {
            break;
        }
        kept = next;
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_description_is_cut_after_a_word() {
        assert_eq!(short("Kort."), "Kort.");
        let long = "æøå ".repeat(100);
        let cut = short(&long);
        assert!(
            cut.ends_with("æøå…") && cut.chars().count() <= ALTERNATIVE,
            "{cut}"
        );
        assert!(cut.chars().count() > ALTERNATIVE - 8);
    }
}
