//! Blocks of a chapter as elements. End tags that HTML lets out are let out in tables: the appendix has ten thousand
//! lines.

use super::formula;
use super::markup::{escape, put};
use crate::report::document::{Block, Cell, Figure, Inline, Side, Table};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A column with a longer text is made wide: in a narrow one, on a telephone, the table would be a tower.
const LONG: usize = 60;

/// Writes blocks; `targets` are the rows that get an anchor in the tables of the appendix.
pub(super) fn write(out: &mut String, blocks: &[Block], targets: &BTreeSet<usize>) {
    for block in blocks {
        match block {
            Block::Heading { id, text } => {
                put!(out, "<h3 id=\"{id}\">{}</h3>\n", escape(text));
            }
            Block::Paragraph(inlines) => {
                put!(out, "<p>{}</p>\n", prose(inlines));
            }
            Block::List(items) => {
                out.push_str("<ul>\n");
                for item in items {
                    put!(out, "<li>{}</li>\n", prose(item));
                }
                out.push_str("</ul>\n");
            }
            Block::Terms(terms) => {
                out.push_str("<dl>\n");
                for (term, text) in terms {
                    put!(out, "<dt>{}</dt><dd>{}</dd>\n", escape(term), prose(text));
                }
                out.push_str("</dl>\n");
            }
            Block::Table(table) => write_table(out, table, None),
            Block::Figure(figure) => write_figure(out, figure),
            Block::Fold { id, title, blocks } => {
                // Cards are on paper, tables of the appendix are not.
                let tables = blocks.iter().any(|b| matches!(b, Block::Table(_)));
                let class = if tables { "sheet" } else { "card" };
                put!(
                    out,
                    "<details id=\"{id}\" class=\"{class}\"><summary>{}</summary>\n",
                    escape(title)
                );
                for block in blocks {
                    match block {
                        Block::Table(table) => write_table(out, table, Some(targets)),
                        other => write(out, std::slice::from_ref(other), targets),
                    }
                }
                out.push_str("</details>\n");
            }
        }
    }
}

fn prose(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        let said = escape(inline.text());
        // Writing to a String cannot fail.
        let _ = match inline {
            Inline::Text(_) => write!(text, "{said}"),
            Inline::Strong(_) => write!(text, "<strong>{said}</strong>"),
            Inline::English(_) => write!(text, "<span lang=\"en\">{said}</span>"),
            Inline::Formula(formula) => write!(text, "{}", formula::markup(formula)),
            Inline::Number { row, .. } => {
                write!(text, "<a class=\"n\" href=\"#r{}\">{said}</a>", row + 1)
            }
            Inline::Link { to, .. } => write!(text, "<a href=\"#{to}\">{said}</a>"),
        };
    }
    text
}

fn write_table(out: &mut String, table: &Table, targets: Option<&BTreeSet<usize>>) {
    let caption = format!("{}. {}", table.number, table.caption);
    let (id, label) = (&table.id, escape(&table.number));
    put!(
        out,
        "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">\n<table id=\"{id}\">\n<caption><span>{}</span></caption>\n<thead>\n",
        escape(&caption)
    );
    if table.groups.iter().any(|(name, _)| !name.is_empty()) {
        out.push_str("<tr>");
        for (name, span) in &table.groups {
            if name.is_empty() {
                put!(out, "<td colspan=\"{span}\"></td>");
            } else {
                put!(
                    out,
                    "<th scope=\"colgroup\" colspan=\"{span}\">{}</th>",
                    escape(name)
                );
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("<tr>");
    for (i, column) in table.columns.iter().enumerate() {
        let cells = table.rows.iter().filter_map(|line| line.cells.get(i));
        let longest = cells.map(|cell| cell.text.chars().count()).max();
        let class = match column.side {
            Side::Left if longest > Some(LONG) => " class=\"l t\"",
            Side::Left => " class=\"l\"",
            Side::Right => "",
        };
        put!(
            out,
            "<th scope=\"col\"{class}>{}</th>",
            escape(&column.name)
        );
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    // A column of texts is marked cell by cell; numbers are the rule.
    for line in &table.rows {
        out.push_str("<tr>");
        for (i, cell) in line.cells.iter().enumerate() {
            let left = table.columns.get(i).is_some_and(|c| c.side == Side::Left);
            write_cell(out, cell, (i == 0, left), targets);
        }
        out.push('\n');
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    if !table.notes.is_empty() {
        let notes: Vec<String> = table.notes.iter().map(|note| prose(note)).collect();
        put!(out, "<p class=\"note\">{}</p>\n", notes.join("<br>"));
    }
}

fn write_cell(
    out: &mut String,
    cell: &Cell,
    (head, left): (bool, bool),
    targets: Option<&BTreeSet<usize>>,
) {
    let class = if left { " class=l" } else { "" };
    let anchor = match (cell.row, targets) {
        (Some(row), Some(targets)) if targets.contains(&row) => format!(" id=r{}", row + 1),
        _ => String::new(),
    };
    let text = escape(&cell.text);
    // Writing to a String cannot fail.
    let _ = if head && !text.is_empty() {
        write!(out, "<th scope=row{class}{anchor}>{text}")
    } else {
        write!(out, "<td{class}{anchor}>{text}")
    };
}

fn write_figure(out: &mut String, figure: &Figure) {
    let see = figure
        .see
        .as_ref()
        .map(|see| format!(" {}", prose(std::slice::from_ref(see))));
    put!(
        out,
        "<figure id=\"{}\">\n{}<figcaption>{}. {}.{}</figcaption>\n</figure>\n",
        figure.id,
        figure.svg,
        escape(&figure.number),
        escape(&figure.caption),
        see.unwrap_or_default()
    );
}
