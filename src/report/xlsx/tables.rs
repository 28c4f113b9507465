//! A sheet for each table of the report: its groups and heads in one row, its numbers as numbers with the decimals of
//! the report, an interval in two columns, the unit in the head of a column that has one.

use super::book::{Book, Head};
use super::{Sheet, Source};
use crate::report::document::{Block, Cell, Inline, Side, Table, Value};
use rust_xlsxwriter::XlsxError;

/// Width of a column of numbers, and the narrowest and widest of words.
const NUMBER: f64 = 18.0;
const WORDS: (f64, f64) = (12.0, 60.0);

pub(super) fn sheets<'s>(source: &'s Source<'_>) -> Vec<Sheet<'s>> {
    let mut sheets = Vec::new();
    for chapter in &source.body.chapters {
        let mut heading: Option<&str> = None;
        for block in &chapter.blocks {
            match block {
                Block::Heading { text, .. } => heading = Some(text),
                Block::Table(table) => {
                    let n = sheets.len() + 1;
                    let place = heading.map_or_else(
                        || unheaded(source, chapter.id, &chapter.title, table),
                        str::to_owned,
                    );
                    sheets.push(Sheet {
                        name: format!("{n} {place}"),
                        title: title(table),
                        fill: Box::new(move |book| Grid::of(source, table).write(book)),
                    });
                }
                _ => {}
            }
        }
    }
    sheets
}

/// What a table is called that stands under no heading: its chapter, and whose it is where its caption says so.
fn unheaded(source: &Source<'_>, id: &str, title: &str, table: &Table) -> String {
    let short = source
        .context
        .words
        .find(&format!("sheet-chapter-{id}"), &[]);
    match (short, table.caption.split_once(": ")) {
        (Some(short), Some((whose, _))) => format!("{short}, {whose}"),
        (Some(short), None) => short,
        (None, _) => title.to_owned(),
    }
}

/// Number, caption and notes of a table in one text.
fn title(table: &Table) -> String {
    let mut title = format!("{}. {}", table.number, table.caption);
    for note in &table.notes {
        // A way into the page leads nowhere here.
        let words: String = note
            .iter()
            .filter(|part| !matches!(part, Inline::Link { .. }))
            .map(Inline::text)
            .collect();
        if !words.trim().is_empty() {
            if !title.ends_with('.') {
                title.push('.');
            }
            title.push(' ');
            title.push_str(words.trim());
        }
    }
    title
}

/// A table as lines of cells.
struct Grid<'t> {
    /// Columns of the sheet that each column of the table takes: two for an interval.
    takes: Vec<u16>,
    /// Head of each column of the sheet.
    heads: Vec<Head>,
    lines: Vec<Vec<&'t Cell>>,
}

impl<'t> Grid<'t> {
    fn of(source: &Source<'_>, table: &'t Table) -> Self {
        let unit_head = source.context.say("report-unit");
        let has_units = table.columns.iter().any(|column| column.name == unit_head);
        let mut groups = (table.groups.iter())
            .flat_map(|(name, span)| std::iter::repeat_n(name.as_str(), *span));
        let mut takes = Vec::new();
        let mut heads = Vec::new();
        for (i, column) in table.columns.iter().enumerate() {
            let cells = || table.rows.iter().filter_map(|line| line.cells.get(i));
            let group = groups.next().unwrap_or_default();
            let mut name = column.name.clone();
            if !group.is_empty() {
                name = format!("{group}: {name}");
            }
            if let Some(unit) = common_unit(cells()).filter(|_| !has_units) {
                let said = format!("({unit})");
                if !name.contains(&said) {
                    name = format!("{name} {said}");
                }
            }
            let pair = cells().any(|cell| matches!(cell.value, Some(Value::Limits { .. })));
            let longest = cells().map(|cell| cell.text.chars().count()).max();
            let width = match column.side {
                Side::Right => NUMBER,
                Side::Left => (longest.unwrap_or(0) as f64 + 2.0).clamp(WORDS.0, WORDS.1),
            };
            if pair {
                for end in ["sheet-low", "sheet-high"] {
                    heads.push(Head {
                        name: source.context.tell(end, &[("name", &name)]),
                        width,
                        side: column.side,
                    });
                }
            } else {
                heads.push(Head {
                    name,
                    width,
                    side: column.side,
                });
            }
            takes.push(if pair { 2 } else { 1 });
        }
        let lines = table.rows.iter().map(|line| line.cells.iter().collect());
        let lines: Vec<Vec<&Cell>> = lines.collect();
        // A week in which nothing is reported is no line.
        let lines = lines
            .into_iter()
            .filter(|cells| cells.len() < 3 || cells.iter().skip(1).any(|cell| !is_empty(cell)));
        Self {
            takes,
            heads,
            lines: lines.collect(),
        }
    }

    fn write(&self, book: &mut Book<'_>) -> Result<(), XlsxError> {
        book.head(&self.heads, self.lines.len())?;
        let mut first: &str = "";
        for (i, cells) in self.lines.iter().enumerate() {
            let row = i as u32 + 1;
            let mut column = 0;
            for (j, (cell, takes)) in cells.iter().zip(&self.takes).enumerate() {
                let at = (row, column);
                column += takes;
                if let Some(value) = &cell.value {
                    book.value(at, value)?;
                    continue;
                }
                // On paper a name stands once for several lines; under a filter every line needs it.
                let text = match (j, cell.text.as_str()) {
                    (0, "") => first,
                    (0, text) => {
                        first = text;
                        text
                    }
                    (_, "–") => "",
                    (_, text) => text,
                };
                if !text.is_empty() {
                    book.label(at, text)?;
                }
            }
        }
        book.marks((self.lines.len() as u32 + 2, 0))
    }
}

fn is_empty(cell: &Cell) -> bool {
    cell.value.is_none() && matches!(cell.text.as_str(), "" | "–")
}

/// The unit of all numbers of a column, when they have one in common.
fn common_unit<'c>(cells: impl Iterator<Item = &'c Cell>) -> Option<&'c str> {
    let units = cells.filter_map(|cell| match &cell.value {
        Some(Value::Number { unit, .. } | Value::Limits { unit, .. }) => Some(unit.as_str()),
        _ => None,
    });
    let mut common = None;
    for unit in units {
        if *common.get_or_insert(unit) != unit {
            return None;
        }
    }
    common.filter(|unit| !unit.is_empty())
}
