//! What a price file holds before anybody asks what it means: lines of keys and values, each with its place.

use std::ops::Range;

/// Keys of a line, in the order of sheets.
pub(super) const KEYS: [&str; 13] = [
    "line",
    "outcome",
    "per",
    "kind",
    "from",
    "to",
    "value",
    "unit",
    "price_year",
    "basis",
    "source",
    "programme",
    "arms",
];

/// Keys about the whole file; in a sheet each row repeats them.
pub(super) const WHOLE: [&str; 3] = ["currency", "synthetic", "title"];

/// Keys of later versions, by how they start, and what they would ask for.
const LATER: &[(&str, &str)] = &[
    ("vintage", "official parameters by date"),
    ("discount", "discounting"),
    ("refund", "rules of refund between state and municipality"),
    ("low", "uncertainty of prices"),
    ("high", "uncertainty of prices"),
    ("distribution", "uncertainty of prices"),
    ("std_error", "uncertainty of prices"),
    ("uplift", "uplift of prices"),
    ("deflator", "moving prices between years"),
    ("tax_distortion", "the cost of taxes"),
    ("net_tax", "conversion between price bases"),
    ("share", "shares of a line"),
    ("band", "prices by benefit weeks so far"),
    ("half_year", "prices by calendar time"),
    ("valid_", "prices by calendar time"),
    ("week", "prices by week"),
    ("extrapolation", "effects beyond the follow-up"),
];

/// What a key would ask for, if it belongs to a later version.
pub(super) fn later(key: &str) -> Option<&'static str> {
    LATER
        .iter()
        .find(|(start, _)| key.starts_with(start))
        .map(|(_, what)| *what)
}

/// All of a file.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub form: Form,
    /// Title, currency, synthetic.
    pub whole: Vec<(&'static str, Given)>,
    pub lines: Vec<Entry>,
}

/// What values look like in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// Typed: numbers are numbers.
    #[default]
    Document,
    /// Cells of a sheet: numbers may be texts.
    Sheet,
}

/// A line.
#[derive(Debug)]
pub(super) struct Entry {
    /// Where a missing key is told.
    pub spot: Spot,
    /// How the line is called in a message of a document: `[lines.production]`.
    pub called: String,
    pub cells: Vec<(&'static str, Given)>,
}

impl Entry {
    pub fn get(&self, key: &str) -> Option<&Given> {
        self.cells.iter().find(|(k, _)| *k == key).map(|(_, g)| g)
    }
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub value: Value,
    pub spot: Spot,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(f64),
    /// A number written as text in a sheet: its canonical form, or why it has none.
    Numeral(Numeral),
    Truth(bool),
    List(Vec<String>),
    /// Something else, by its class.
    Other(&'static str),
}

/// A text cell of a column of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Numeral {
    Is(f64),
    /// `1.234` could be a thousand or one.
    Ambiguous,
    NotANumber,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// Bytes of the document.
    Bytes(Range<usize>),
    /// A row of the sheet, as an editor shows it.
    Row(u64),
    /// The file as a whole.
    File,
}
