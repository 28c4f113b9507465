//! A small CSV file whole, as texts: for files that people write by hand, such as prices.

use super::csv_read::{Head, open_quote, ragged_rows};
use super::facts::Separator;
use super::split::{row, row_end};
use super::survey::survey;
use super::table::{SHOWN, unreadable};
use crate::error::Result;
use crate::study::DataFile;

/// A file as texts, trimmed.
#[derive(Clone, Debug)]
pub struct Texts {
    /// Names in the header.
    pub header: Vec<String>,
    /// Rows with the number an editor shows; each is as wide as the header.
    pub rows: Vec<(u64, Vec<String>)>,
    /// What stands between the cells.
    pub separator: Option<Separator>,
}

/// Reads a file that is known to be small.
///
/// # Errors
/// When it cannot be opened, its characters cannot be told, it has no header, a row is wider or narrower than the header,
/// or a quote is never closed.
pub fn read_texts(file: &DataFile) -> Result<Texts> {
    let survey = survey(file)?;
    let head = Head::read(file, &survey)?;
    let bytes = std::fs::read(&file.path).map_err(|error| unreadable(file, &error))?;
    // The file may have changed since it was surveyed.
    let mut bytes = bytes.get(survey.skip as usize..).unwrap_or(&[]).to_owned();
    if bytes.last().is_some_and(|&byte| byte != b'\n') {
        bytes.push(b'\n');
    }
    let (mut at, mut line, mut scratch) = (head.end, head.next_line, Vec::new());
    let mut rows = Vec::new();
    let mut ragged: Vec<(u64, usize)> = Vec::new();
    while at < bytes.len() {
        if row_end(&bytes, at, survey.separator, survey.quotes).is_none() {
            return Err(open_quote(file, line));
        }
        let mut cells = Vec::with_capacity(head.names.len());
        let found = row(
            &bytes,
            at,
            survey.separator,
            survey.quotes,
            &mut scratch,
            |_, cell| cells.push(survey.style.decode(cell).trim().to_owned()),
        );
        if found.cells > 0 {
            if found.cells == head.names.len() {
                rows.push((line, cells));
            } else {
                ragged.push((line, found.cells));
            }
        }
        line += 1 + found.breaks;
        at = found.end;
    }
    if let Some(&(_, cells)) = ragged.first() {
        let rows = ragged.iter().take(SHOWN).map(|&(line, _)| line).collect();
        let found = (cells, head.names.len());
        return Err(ragged_rows(file, found, rows, ragged.len() as u64));
    }
    Ok(Texts {
        header: head.names,
        rows,
        separator: survey.facts.separator,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::registers::codes;

    fn read(bytes: &[u8]) -> Result<Texts> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).expect("a file");
        read_texts(&DataFile {
            shown: "a.csv".into(),
            path,
        })
    }

    #[test]
    fn rows_keep_their_numbers_over_blank_lines_and_breaks_in_quotes() {
        let texts = read(b"a;b\r\n\r\n1;\"x\ny\"\r\n2;\"say \"\"so\"\"\"").expect("read");
        assert_eq!(texts.header, ["a", "b"]);
        assert_eq!(texts.separator, Some(Separator::Semicolon));
        let rows: Vec<(u64, &str)> = texts
            .rows
            .iter()
            .map(|(n, c)| (*n, c[1].as_str()))
            .collect();
        assert_eq!(rows, [(3, "x\ny"), (5, "say \"so\"")]);
    }

    #[test]
    fn danish_letters_of_windows_and_bad_rows_are_told() {
        let texts = read(b"a,b\n1,k\xF8n\n").expect("read");
        assert_eq!(texts.rows[0].1[1], "køn");
        let error = read(b"a,b\n1\n1,2\n1,2,3\n").expect_err("ragged");
        assert!(
            matches!(&error.diagnostics[0].place, Place::Data { rows, count: 2, .. } if *rows == [2, 4])
        );
        let error = read(b"a,b\n1,\"2\n").expect_err("open");
        assert_eq!(error.diagnostics[0].code, codes::OPEN_QUOTE);
        assert!(read(b"").is_err());
    }
}
