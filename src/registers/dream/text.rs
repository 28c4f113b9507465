//! A code table as text, for the archive of a result.

use super::{CodeTable, Evidence};
use crate::error::discreet;

impl CodeTable {
    /// As CSV, in the columns of the shipped table.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("from,to,group,da,en,evidence,final,source\n");
        for entry in &self.entries {
            let evidence = match entry.evidence {
                Evidence::Sourced => "sourced",
                Evidence::Recalled => "recalled",
            };
            let ends = if entry.ends { "yes" } else { "no" };
            let (from, to) = (entry.from.to_string(), entry.to.to_string());
            let cells = [
                &from,
                &to,
                &entry.group,
                &entry.da,
                &entry.en,
                evidence,
                ends,
                &entry.source,
            ];
            text += &cells.map(cell).join(",");
            text.push('\n');
        }
        text
    }
}

/// A cell on one line, quoted where it must be.
fn cell(text: &str) -> String {
    let text = discreet(text).replace(char::is_control, " ");
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_as_text_is_the_shipped_table() {
        let shipped = CodeTable::shipped();
        let text = shipped.to_csv();
        assert_eq!(text.lines().count(), shipped.entries.len() + 1);
        assert_eq!(text.lines().next(), super::super::SHIPPED.lines().next());
    }
}
