//! Which files leave a closed machine, and how few persons a number may tell of: a table of houses, shipped and to be edited.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The table that comes with the program.
pub const SHIPPED: &str = include_str!("sites.toml");

/// A house whose machine results leave.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The house, for people.
    pub name: String,
    /// The smallest number of persons that it lets out.
    pub min_cell: u32,
    /// Endings of files that it lets out, in small letters without the dot.
    pub endings: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// When, `YYYY-MM-DD`.
    pub date: String,
    /// How it is known.
    pub evidence: Evidence,
}

/// How an entry is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// It was read at its source.
    Sourced,
    /// Some of it is from memory.
    Recalled,
}

impl Site {
    /// Whether a file of this name may leave.
    pub fn lets_out(&self, file: &str) -> bool {
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        self.endings.iter().any(|e| e.eq_ignore_ascii_case(ending))
    }
}

/// The table of a text, by key; what is wrong with it, in words.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, Site>, String> {
    let sites: BTreeMap<String, Site> =
        toml::from_str(text).map_err(|cause| cause.message().to_owned())?;
    for (key, site) in &sites {
        let plain = |e: &String| !e.is_empty() && e.chars().all(|c| c.is_ascii_alphanumeric());
        if !site.endings.iter().all(plain) {
            return Err(format!(
                "an ending of `{key}` is not a few letters without a dot"
            ));
        }
        // The list of contents is a text, and so is the bundle of such a site.
        if !site.lets_out("contents.txt") {
            return Err(format!(
                "`{key}` does not let `txt` out, so that not even the list of contents could leave"
            ));
        }
        if site.min_cell == 0 || site.source.trim().is_empty() || !is_date(&site.date) {
            return Err(format!(
                "`{key}` lacks a min_cell of 1 or more, a source, or a date such as 2026-11-22"
            ));
        }
    }
    Ok(sites)
}

/// The table that comes with the program, by key.
pub fn shipped() -> BTreeMap<String, Site> {
    parse(SHIPPED).unwrap_or_default()
}

/// The site that the text of a study names, where the files of the study are not at hand: of the shipped table only.
pub(crate) enum NamedSite {
    /// None.
    Nowhere,
    /// One of a table of the study's own, or of another version's, which does not travel with the result.
    Elsewhere,
    /// One of the shipped table.
    Known(Box<Site>),
}

impl NamedSite {
    /// Reads `[disclosure]` of a study.
    pub fn of(study: &str) -> Self {
        let study: toml::Table = toml::from_str(study).unwrap_or_default();
        let asked = |key| study.get("disclosure")?.get(key)?.as_str();
        match (asked("site"), asked("sites")) {
            (None, _) => Self::Nowhere,
            (Some(_), Some(_)) => Self::Elsewhere,
            (Some(site), None) => match shipped().remove(site) {
                Some(site) => Self::Known(Box::new(site)),
                None => Self::Elsewhere,
            },
        }
    }

    /// The site, where it is known.
    pub fn known(&self) -> Option<&Site> {
        match self {
            Self::Known(site) => Some(site),
            Self::Nowhere | Self::Elsewhere => None,
        }
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
    parts.iter().map(|part| part.len()).eq([4, 2, 2]) && parts.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_read_and_every_entry_has_source_and_date() {
        let sites = parse(SHIPPED).expect("our own table");
        assert!(sites.len() >= 3);
        assert_eq!(sites["dst"].min_cell, 3);
        assert_eq!(sites["sds"].min_cell, 5);
        for site in sites.values() {
            assert!(site.lets_out("report.html") && !site.lets_out("bundle.json"));
            assert!(site.lets_out("REPORT.HTML") && !site.lets_out("html"));
        }
    }

    #[test]
    fn a_table_that_would_let_nothing_out_is_refused() {
        let from = |a: &str, b: &str| parse(&SHIPPED.replace(a, b)).expect_err("refused");
        assert!(from("\"txt\", \"xlsx\", \"html\"", "\"xlsx\"").contains("`txt`"));
        assert!(from("\"txt\", \"xlsx\"", "\".txt\"").contains("without a dot"));
        assert!(from("min_cell = 3", "min_cell = 0").contains("min_cell"));
        assert!(from("2026-11-22", "yesterday").contains("date"));
        assert!(parse("[x]\ncolour = 1").is_err());
    }
}
