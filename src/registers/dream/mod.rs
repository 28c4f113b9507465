//! DREAM: the table of benefit codes, as part of the program and as a file of a study.
//!
//! Some entries are read in a source, others recalled (`evidence`): the official list was not at hand. So the table is one
//! to edit: `rettevej codes --write codes.csv` writes it, and `codes = "codes.csv"` in `[spells]` reads it again.

mod text;

use super::codes;
use super::table::refuse;
use super::texts::{Texts, read_texts};
use crate::error::{Class, Diagnostic, Error, Place, Result, value_class};
use crate::study::DataFile;

/// The table of the program, as a file.
pub const SHIPPED: &str = include_str!("codes.csv");

/// Columns of a table of codes; the last two may be missing.
const COLUMNS: [&str; 8] = [
    "from", "to", "group", "da", "en", "evidence", "final", "source",
];
/// Columns that must be there.
const REQUIRED: usize = 6;

/// A table of codes, by code and without overlap.
#[derive(Clone, Debug, Default)]
pub struct CodeTable {
    /// Its entries.
    pub entries: Vec<CodeEntry>,
}

/// What some codes mean.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CodeEntry {
    /// First code.
    pub from: u16,
    /// Last code.
    pub to: u16,
    /// Group they belong to.
    pub group: String,
    /// Meaning in Danish.
    pub da: String,
    /// Meaning in English.
    pub en: String,
    /// How it is known.
    pub evidence: Evidence,
    /// Whether the person is followed no more, or stays: dead, abroad, pensioned.
    pub ends: bool,
    /// Where it was read.
    pub source: String,
}

/// How the meaning of a code is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Read in the source that is named.
    Sourced,
    /// Recalled, with no source at hand.
    Recalled,
}

impl CodeTable {
    /// The table of the program.
    pub fn shipped() -> Self {
        let lines = SHIPPED.lines().skip(1);
        let entries = lines.filter_map(|line| entry(&cells(line)).ok()).collect();
        Self { entries }
    }

    /// Reads the table of a study.
    ///
    /// # Errors
    /// When the file cannot be read, lacks a column, or a row is no entry.
    pub fn read(file: &DataFile) -> Result<Self> {
        let texts = read_texts(file)?;
        let places = columns(file, &texts)?;
        let mut entries: Vec<CodeEntry> = Vec::new();
        let mut found = Vec::new();
        for (row, cells) in &texts.rows {
            let cells: Vec<String> = places
                .iter()
                .map(|place| place.map_or_else(String::new, |place| cells[place].clone()))
                .collect();
            match entry(&cells) {
                Ok(entry) => {
                    let overlaps =
                        |other: &&CodeEntry| entry.from <= other.to && other.from <= entry.to;
                    if entries.iter().any(|other| overlaps(&other)) {
                        found.push(bad(
                            file,
                            *row,
                            "from",
                            "the codes stand in another row too",
                        ));
                    }
                    entries.push(entry);
                }
                Err((column, why)) => found.push(bad(file, *row, column, &why)),
            }
        }
        if !found.is_empty() {
            return Err(Error {
                class: Class::Data,
                diagnostics: found,
            });
        }
        entries.sort_by_key(|entry| entry.from);
        Ok(Self { entries })
    }

    /// What a code means; `None` when the table does not have it.
    pub fn get(&self, code: u16) -> Option<&CodeEntry> {
        let after = self.entries.partition_point(|entry| entry.from <= code);
        let entry = self.entries.get(after.checked_sub(1)?)?;
        (code <= entry.to).then_some(entry)
    }

    /// Its groups, each once, in the order of the table.
    pub fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for entry in &self.entries {
            if !groups.contains(&entry.group.as_str()) {
                groups.push(&entry.group);
            }
        }
        groups
    }
}

/// Where each column stands.
fn columns(file: &DataFile, texts: &Texts) -> Result<Vec<Option<usize>>> {
    let place = |name: &str| texts.header.iter().position(|column| column == name);
    let places: Vec<Option<usize>> = COLUMNS.iter().map(|name| place(name)).collect();
    let missing: Vec<&str> = COLUMNS[..REQUIRED]
        .iter()
        .zip(&places)
        .filter(|(_, place)| place.is_none())
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        return Ok(places);
    }
    Err(refuse(
        file,
        codes::MISSING_COLUMN,
        format!("the code table has no column `{}`", missing.join("`, `")),
        "write a table with `rettevej codes --write FILE` and edit it",
    ))
}

fn bad(file: &DataFile, row: u64, column: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        codes::BAD_CODE_ENTRY,
        format!("the row is no entry of a code table: {why}"),
        "correct the row; `rettevej codes` shows how entries are written",
    )
    .at(Place::Data {
        file: file.shown.clone(),
        column: Some(column.to_owned()),
        rows: vec![row],
        count: 1,
    })
}

/// An entry of its cells, or the column that is wrong and why.
fn entry(cells: &[String]) -> std::result::Result<CodeEntry, (&'static str, String)> {
    let [from, to, group, da, en, evidence, ends, source] = cells else {
        return Err(("from", "it has too few cells".to_owned()));
    };
    let code = |text: &str, column| match text.parse::<u16>() {
        Ok(code) if code > 0 => Ok(code),
        _ => Err((
            column,
            format!(
                "{} where a whole number from 1 to 65535 must stand",
                value_class(text)
            ),
        )),
    };
    let first = code(from, "from")?;
    let last = if to.is_empty() {
        first
    } else {
        code(to, "to")?
    };
    if last < first {
        return Err(("to", "the last code is below the first".to_owned()));
    }
    if group.is_empty() {
        return Err(("group", "the group is empty".to_owned()));
    }
    let evidence = match evidence.as_str() {
        "sourced" => Evidence::Sourced,
        "recalled" => Evidence::Recalled,
        _ => {
            return Err((
                "evidence",
                "it is neither `sourced` nor `recalled`".to_owned(),
            ));
        }
    };
    let ends = match ends.as_str() {
        "yes" => true,
        "no" | "" => false,
        _ => return Err(("final", "it is neither `yes` nor `no`".to_owned())),
    };
    Ok(CodeEntry {
        from: first,
        to: last,
        group: group.clone(),
        da: da.clone(),
        en: en.clone(),
        evidence,
        ends,
        source: source.clone(),
    })
}

/// Cells of a line of the table of the program: commas, quotes around texts with commas, no quote within.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CodeTable> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("codes.csv");
        std::fs::write(&path, text).expect("a file");
        CodeTable::read(&DataFile {
            shown: "codes.csv".into(),
            path,
        })
    }

    #[test]
    fn the_table_of_the_program_is_whole_and_reads_as_a_file_too() {
        let shipped = CodeTable::shipped();
        assert_eq!(shipped.entries.len(), SHIPPED.lines().count() - 1);
        assert_eq!(read(SHIPPED).expect("read").entries, shipped.entries);
        assert!(
            shipped
                .entries
                .windows(2)
                .all(|pair| pair[0].to < pair[1].from)
        );
        for entry in &shipped.entries {
            assert!(!entry.da.is_empty() && !entry.en.is_empty());
            let sourced = entry.evidence == Evidence::Sourced;
            assert_eq!(sourced, !entry.source.is_empty(), "{}", entry.from);
        }
        let ends: Vec<u16> = (1..=999)
            .filter(|code| shipped.get(*code).is_some_and(|entry| entry.ends))
            .collect();
        assert_eq!(ends, [997, 998, 999]);
        assert_eq!(
            shipped.get(734).map(|e| e.group.as_str()),
            Some("activation")
        );
        assert_eq!(shipped.get(739), None);
    }

    #[test]
    fn rows_that_are_no_entries_are_all_told() {
        let text = "from,to,group,da,en,evidence\n0,,g,a,b,sourced\n5,4,g,a,b,sourced\n7,,g,a,b,guessed\n\
                    8,9,g,a,b,recalled\n9,,h,a,b,recalled\n";
        let error = read(text).expect_err("refused");
        let rows: Vec<u64> = error
            .diagnostics
            .iter()
            .map(|d| match &d.place {
                Place::Data { rows, .. } => rows[0],
                _ => 0,
            })
            .collect();
        assert_eq!(rows, [2, 3, 4, 6]);
        assert!(read("from,to\n1,2\n").is_err());
    }
}
