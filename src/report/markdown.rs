//! The report as plain Markdown: the sentences and the tables of the chapters. Drawings and the tables of the appendix
//! are left to the page and to `estimates.csv`.

use super::chapters;
use super::document::{Block, Column, Inline, Side, Table};
use crate::results::Bundle;
use crate::units::Language;
use std::fmt::Write as _;

/// The report of a bundle in a language.
pub fn markdown(bundle: &Bundle, language: Language) -> String {
    let document = chapters::document(bundle, language);
    let mut out = format!("# {}\n\n", plain(&document.title));
    for mark in &document.marks {
        let _ = writeln!(out, "**{}**\n", plain(mark));
    }
    for (name, value) in &document.facts {
        let _ = writeln!(out, "- {}: {}", plain(name), plain(value));
    }
    for chapter in document.chapters.iter().filter(|c| c.id != "appendix") {
        let _ = writeln!(out, "\n## {}\n", plain(&chapter.title));
        write(&mut out, &chapter.blocks);
    }
    let _ = writeln!(out, "\n---\n\n{}", plain(&document.made_by));
    out
}

fn write(out: &mut String, blocks: &[Block]) {
    // Writing to a String cannot fail.
    for block in blocks {
        let _ = match block {
            Block::Heading { text, .. } => writeln!(out, "### {}\n", plain(text)),
            Block::Paragraph(inlines) => writeln!(out, "{}\n", prose(inlines)),
            Block::List(items) => {
                for item in items {
                    let _ = writeln!(out, "- {}", prose(item));
                }
                writeln!(out)
            }
            Block::Table(table) => {
                write_table(out, table);
                Ok(())
            }
            Block::Terms(_) | Block::Figure(_) | Block::Fold { .. } => Ok(()),
        };
    }
}

fn prose(inlines: &[Inline]) -> String {
    let parts = inlines.iter().filter_map(|inline| match inline {
        // A way into the page leads nowhere here.
        Inline::Link { text, .. } if !text.starts_with(|c: char| c.is_ascii_digit()) => None,
        Inline::Strong(text) => {
            let end = text.trim_end();
            Some(format!("**{}**{}", plain(end), &text[end.len()..]))
        }
        other => Some(plain(other.text())),
    });
    parts.collect::<String>().trim_end().to_owned()
}

fn write_table(out: &mut String, table: &Table) {
    let _ = writeln!(
        out,
        "**{}. {}**\n",
        plain(&table.number),
        plain(&table.caption)
    );
    let mut groups = table
        .groups
        .iter()
        .flat_map(|(name, span)| std::iter::repeat_n(name.as_str(), *span));
    let heads = table.columns.iter().map(|column| {
        let group = groups.next().unwrap_or_default();
        let name = plain(&column.name);
        if group.is_empty() {
            name
        } else {
            format!("{}: {name}", plain(group))
        }
    });
    let heads: Vec<String> = heads.collect();
    let _ = writeln!(out, "| {} |", heads.join(" | "));
    let rule = |column: &Column| match column.side {
        Side::Left => ":--",
        Side::Right => "--:",
    };
    let rules: Vec<&str> = table.columns.iter().map(rule).collect();
    let _ = writeln!(out, "| {} |", rules.join(" | "));
    for line in &table.rows {
        let cells: Vec<String> = line.cells.iter().map(|cell| plain(&cell.text)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    let _ = writeln!(out);
    for note in &table.notes {
        let note = prose(note);
        if !note.is_empty() {
            let _ = writeln!(out, "{note}\n");
        }
    }
}

/// Text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' | '&' => {
                safe.push('\\');
                safe.push(c);
            }
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
