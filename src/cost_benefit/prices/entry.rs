//! What a price file holds before anybody asks what it means: lines of keys and values, each with its place.

use std::ops::Range;

/// Keys of a line, in the order of sheets.
pub(super) const KEYS: [&str; 23] = [
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
    "uplift",
    "distribution",
    "low",
    "high",
    "std_error",
    "first_week",
    "last_week",
    "refund_of",
    "rule",
    "weeks",
];

/// How many of [`KEYS`] every sheet has; the others have a column where a line uses them.
pub(super) const USUAL: usize = 13;

/// What a line that is a refund has of its own; the rest is that of the line it refunds.
pub(super) const OF_REFUNDS: [&str; 8] = [
    "line",
    "kind",
    "from",
    "to",
    "source",
    "refund_of",
    "rule",
    "weeks",
];

/// Keys about the whole file; in a sheet each row repeats them.
pub(super) const WHOLE: [&str; 8] = [
    "currency",
    "synthetic",
    "title",
    "vintage",
    "discounted_at",
    "price_level",
    "price_index",
    "participants",
];

/// How many of [`WHOLE`] every sheet has.
pub(super) const USUAL_WHOLE: usize = 3;

/// Keys whose values are numbers with decimals.
pub(super) const DECIMALS: [&str; 5] = ["value", "uplift", "low", "high", "std_error"];

/// Keys whose values are whole numbers.
pub(super) const WHOLES: [&str; 5] = [
    "price_year",
    "first_week",
    "last_week",
    "price_level",
    "participants",
];

/// What a sheet has no room for, and TOML has.
pub(super) const ONLY_TOML: [&str; 6] = [
    "discount",
    "tax_distortion",
    "net_tax_factor",
    "deflator",
    "extrapolation",
    "refunds",
];

/// Keys of later versions, by how they start, and what they would ask for.
const LATER: &[(&str, &str)] = &[
    ("share", "shares of a line"),
    ("band", "prices by benefit weeks so far"),
    ("half_year", "prices by calendar time"),
    ("valid_", "prices by calendar time"),
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
    /// Keys about the whole file.
    pub whole: Vec<(&'static str, Given)>,
    pub lines: Vec<Entry>,
    /// What only TOML has.
    pub tables: Tables,
}

/// Tables beside the lines.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub vintage: Option<Entry>,
    /// Rates of the own vintage.
    pub discount: Vec<Entry>,
    pub tax_distortion: Option<Entry>,
    pub net_tax_factor: Option<Entry>,
    pub deflator: Option<Entry>,
    /// Years of the deflator as they are written.
    pub index: Vec<(String, Given)>,
    pub extrapolation: Option<Entry>,
    /// Rules of refund by name.
    pub refunds: Vec<Rule>,
}

/// A rule of refund.
#[derive(Debug)]
pub(super) struct Rule {
    pub name: String,
    pub spot: Spot,
    pub rates: Vec<Entry>,
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
