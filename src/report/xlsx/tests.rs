//! The workbook of planted bundles: rows that go on on another sheet, and numbers that are numbers.

use super::*;
use crate::report::document::{Block, Side, Table};
use crate::results::sample;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

fn book(bundle: &Bundle, room: usize) -> Xlsx<Cursor<Vec<u8>>> {
    let bytes = made(bundle, Language::Da, &[], room).expect("a workbook");
    Xlsx::new(Cursor::new(bytes)).expect("opens")
}

#[test]
fn rows_that_do_not_fit_go_on_on_the_next_sheet_and_both_say_so() {
    let bundle = sample::bundle(true);
    let mut book = book(&bundle, 8);
    let names = book.sheet_names();
    assert!(names.ends_with(&[
        "Alle tal".to_owned(),
        "Alle tal 2".to_owned(),
        "Alle tal 3".to_owned()
    ]));
    let mut weeks = Vec::new();
    for (name, rows, next) in [
        ("Alle tal", 8, Some("Fortsætter på arket Alle tal 2")),
        ("Alle tal 2", 8, Some("Fortsætter på arket Alle tal 3")),
        ("Alle tal 3", 4, None),
    ] {
        let range = book.worksheet_range(name).expect("a sheet");
        let text = |row: u32| match range.get_value((row, 0)) {
            Some(Data::String(text)) => Some(text.clone()),
            _ => None,
        };
        assert_eq!(text(0).as_deref(), Some("analysis"));
        weeks.extend((1..=rows).map(|row| range.get_value((row, 8)).cloned()));
        assert_eq!(text(rows + 1).as_deref(), next);
    }
    let expected = bundle
        .rows()
        .iter()
        .map(|row| row.week.map(|w| Data::Float(f64::from(w))));
    assert!(weeks.into_iter().eq(expected));
    let overview = book.worksheet_range("Overblik").expect("a sheet");
    let said = |part: &str| {
        overview
            .cells()
            .any(|(_, _, cell)| cell.to_string().contains(part))
    };
    assert!(said(
        "Række 9 til 16 af 20: et ark kan højst have 1.048.576 rækker."
    ));
}

#[test]
fn a_sentence_leads_to_its_row() {
    let bundle = sample::bundle(true);
    let mut book = book(&bundle, 1000);
    let overview = book.worksheet_range("Overblik").expect("a sheet");
    let way = overview.cells().find_map(|(_, _, cell)| {
        let text = cell.to_string();
        text.strip_prefix("Alle tal, række ")
            .map(|n| n.parse::<u32>().expect("a row"))
    });
    let all = book.worksheet_range("Alle tal").expect("a sheet");
    let row = way.expect("a way to a row") - 1;
    assert_eq!(
        all.get_value((row, 1)),
        Some(&Data::String("cumulative_effect".to_owned()))
    );
    assert_eq!(all.get_value((row, 9)), Some(&Data::Float(0.45)));
}

#[test]
fn uncleared_and_made_up_results_say_so_on_every_sheet() {
    let bundle = sample::bundle(false);
    let mut book = book(&bundle, 1000);
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).expect("a sheet");
        let said = |part: &str| {
            range
                .cells()
                .any(|(_, _, cell)| cell.to_string().contains(part))
        };
        assert!(said("Ikke godkendt") && said("Opdigtede data"), "{name}");
    }
    let all = book.worksheet_range("Alle tal").expect("a sheet");
    for row in 1..=20 {
        let reason = all.get_value((row, 23)).map(ToString::to_string);
        assert!(reason.is_some_and(|r| r.ends_with("not cleared for release")));
    }
}

/// A law for every table of every chapter: what is told as a number in a column of numbers has its number.
#[test]
fn every_number_of_a_table_is_there_as_a_number() {
    let bundle = sample::bundle(true);
    for language in [Language::Da, Language::En] {
        for weeks in [Weeks::Chosen, Weeks::Every] {
            let context = Context::new(&bundle, language).with(weeks);
            let body = chapters::body(&context);
            let tables = body.chapters.iter().flat_map(|c| &c.blocks);
            let mut count = 0;
            for block in tables {
                if let Block::Table(table) = block {
                    assert_numbers(table);
                    count += 1;
                }
            }
            assert!(count > 3);
        }
    }
}

fn assert_numbers(table: &Table) {
    for line in &table.rows {
        for (cell, column) in line.cells.iter().zip(&table.columns) {
            let number =
                column.side == Side::Right && cell.text.contains(|c: char| c.is_ascii_digit());
            assert!(
                !number || cell.value.is_some(),
                "{}: {}",
                table.caption,
                cell.text
            );
        }
    }
}
