//! The study file's text, and the place of a byte span in it.

use crate::error::Place;
use std::ops::Range;

/// Name and text of the study file.
pub(crate) struct Source {
    /// File name without folders.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Line and column, both from 1, of a byte span.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let start = floor(&self.text, span.start);
        let end = floor(&self.text, span.end).max(start);
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Place::Study {
            file: self.name.clone(),
            span: (start, end),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

fn floor(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let source = Source {
            name: "study.toml".to_owned(),
            text: "a = 1\nå = \"æ\" # x\n".to_owned(),
        };
        let at = source.text.find('#').expect("written above");
        let Place::Study { line, column, .. } = source.place(&(at..at + 1)) else {
            panic!("a place in the study");
        };
        assert_eq!((line, column), (2, 9));
    }
}
