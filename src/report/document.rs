//! The report as a document: headings, paragraphs, tables, figures. The chapters build it once; HTML and Markdown are
//! two ways of writing it down.
//!
//! A number in the prose and in a table knows its row of `estimates` (counted from 0), so that a reader can be led
//! from one to the other.

use crate::units::Language;

/// The whole report.
pub(crate) struct Document {
    pub language: Language,
    /// Language of the study's own texts: its title, its author.
    pub written_in: Language,
    /// Title of the page.
    pub title: String,
    /// Short name, for the running header.
    pub name: String,
    /// What must be seen first: made-up data, not cleared.
    pub marks: Vec<String>,
    /// Name and value of what stands on the title page.
    pub facts: Vec<(String, String)>,
    pub chapters: Vec<Chapter>,
    /// Heading of the contents.
    pub contents: String,
    /// Which program and version made the page.
    pub made_by: String,
}

/// One chapter.
pub(crate) struct Chapter {
    /// Anchor.
    pub id: &'static str,
    pub title: String,
    pub blocks: Vec<Block>,
}

/// Part of a chapter.
pub(crate) enum Block {
    Heading {
        id: String,
        text: String,
    },
    Paragraph(Vec<Inline>),
    List(Vec<Vec<Inline>>),
    /// Terms and what they mean.
    Terms(Vec<(String, Vec<Inline>)>),
    Table(Table),
    Figure(Figure),
    /// Shown when asked for.
    Fold {
        id: String,
        title: String,
        blocks: Vec<Block>,
    },
}

impl Block {
    /// A paragraph without numbers.
    pub(crate) fn text(text: String) -> Self {
        Self::Paragraph(vec![Inline::Text(text)])
    }
}

/// Part of a paragraph.
pub(crate) enum Inline {
    Text(String),
    Strong(String),
    /// A number of this row.
    Number {
        text: String,
        row: usize,
    },
    /// A way to another place of the page.
    Link {
        text: String,
        to: String,
    },
    /// Text in English whatever the language of the page.
    English(String),
    /// A formula among words, with indices after `_` and powers after `^`.
    Formula(String),
}

impl Inline {
    /// What is read.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text)
            | Self::Strong(text)
            | Self::English(text)
            | Self::Formula(text)
            | Self::Number { text, .. }
            | Self::Link { text, .. } => text,
        }
    }
}

/// A table with one head, perhaps under groups of columns.
pub(crate) struct Table {
    /// Anchor.
    pub id: String,
    /// "Table 3".
    pub number: String,
    pub caption: String,
    /// Words above several columns, with their number of columns; none when there are no groups.
    pub groups: Vec<(String, usize)>,
    pub columns: Vec<Column>,
    pub rows: Vec<Line>,
    pub notes: Vec<Vec<Inline>>,
}

/// Head of a column.
pub(crate) struct Column {
    pub name: String,
    pub side: Side,
}

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

impl Column {
    pub(crate) fn left(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            side: Side::Left,
        }
    }

    pub(crate) fn right(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            side: Side::Right,
        }
    }
}

/// A line of a table: its first cell is its head.
pub(crate) struct Line {
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    pub text: String,
    /// The row whose estimate stands here.
    pub row: Option<usize>,
    /// The numbers that the text tells, for a spreadsheet; every cell that tells a number has it.
    pub value: Option<Value>,
}

/// The numbers of a cell on the scale on which they are shown, not rounded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// One number, the decimals it is shown with, and its unit.
    Number {
        value: f64,
        decimals: usize,
        unit: String,
    },
    /// Lower and upper limit.
    Limits {
        low: f64,
        high: f64,
        decimals: usize,
        unit: String,
    },
    /// A p-value.
    P(f64),
    /// A year: a number without thousands.
    Year(i32),
}

impl Value {
    /// The decimals it is shown with, where it has a choice of them.
    pub(crate) fn decimals(&self) -> Option<usize> {
        match self {
            Self::Number { decimals, .. } | Self::Limits { decimals, .. } => Some(*decimals),
            Self::P(_) | Self::Year(_) => None,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A drawing with its words.
pub(crate) struct Figure {
    /// Anchor.
    pub id: String,
    /// "Figure 3".
    pub number: String,
    pub caption: String,
    /// The drawing; its names inside are unique on the page.
    pub svg: String,
    /// Where its numbers are.
    pub see: Option<Inline>,
}
