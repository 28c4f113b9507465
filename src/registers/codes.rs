//! What can be wrong with a data file as a file.

use crate::error::CodeCard;

/// The file cannot be opened or read.
pub const UNREADABLE: &str = "RV0201";
/// The file's characters cannot be told.
pub const ENCODING: &str = "RV0202";
/// There is no header.
pub const NO_HEADER: &str = "RV0203";
/// A column is missing.
pub const MISSING_COLUMN: &str = "RV0204";
/// A column stands twice.
pub const DUPLICATE_COLUMN: &str = "RV0205";
/// A row has too many or too few cells.
pub const RAGGED: &str = "RV0206";
/// A quote is opened and never closed.
pub const OPEN_QUOTE: &str = "RV0207";
/// A Parquet file or column that cannot be read.
pub const PARQUET: &str = "RV0208";
/// A format that is not read.
pub const FORMAT: &str = "RV0209";
/// A packed, SAS or Stata file that cannot be read.
pub const DAMAGED: &str = "RV0210";
/// A row without end.
pub const LONG_ROW: &str = "RV0211";
/// Two encodings in one file.
pub const MIXED_ENCODING: &str = "RV0250";
/// A packed file that grows without end.
pub const BOMB: &str = "RV0251";
/// A row of a code table that is no entry.
pub const BAD_CODE_ENTRY: &str = "RV0260";

/// The cards of this room.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: UNREADABLE,
        title: "a data file cannot be read",
        cause: "The file is not where the study says, or it may not be opened.",
        cure: "Check the name in the study, the folder given with `--data`, and your rights to the file.",
    },
    CodeCard {
        code: ENCODING,
        title: "the characters of a data file cannot be told",
        cause: "The file is neither UTF-8 nor Windows-1252: it holds zero bytes or bytes that neither uses. Files \
                saved as \"Unicode\" by Windows programs are UTF-16.",
        cure: "Save the file again as CSV UTF-8.",
    },
    CodeCard {
        code: NO_HEADER,
        title: "a data file has no header",
        cause: "The file is empty, or its first row holds values where the names of the columns should stand.",
        cure: "Put the names of the columns in the first row.",
    },
    CodeCard {
        code: MISSING_COLUMN,
        title: "a column is missing",
        cause: "The study names a column that the file does not have.",
        cure: "Correct the name in the study; upper and lower case count.",
    },
    CodeCard {
        code: DUPLICATE_COLUMN,
        title: "a column stands twice",
        cause: "The header has the same name more than once, so it is unclear which column is meant.",
        cure: "Rename or remove one of the columns.",
    },
    CodeCard {
        code: RAGGED,
        title: "a row has too many or too few cells",
        cause: "A separator is missing or stands unquoted inside a text, or a row was cut off.",
        cure: "Correct the rows shown, or write texts with the separator in quotes.",
    },
    CodeCard {
        code: OPEN_QUOTE,
        title: "a quote is never closed",
        cause: "A cell starts with a double quote that has no partner, so the rest of the file is one cell.",
        cure: "Close or remove the quote in the row shown; inside a quoted text, write two quotes for one.",
    },
    CodeCard {
        code: PARQUET,
        title: "a Parquet file or column cannot be read",
        cause: "The file is damaged, or the column is of a type that has no place in a register (lists, structs, \
                times of day).",
        cure: "Write the file again, with the column as whole numbers, text or dates.",
    },
    CodeCard {
        code: FORMAT,
        title: "the format of a data file is not read",
        cause: "Data files are CSV (also packed, `.csv.gz` or `.csv.zst`), Parquet (a file or a folder of files), SAS \
                (`.sas7bdat`, `.xpt`) or Stata (`.dta`), told by the ending of their name.",
        cure: "Save the file in one of these formats, or give it the ending of the format it has.",
    },
    CodeCard {
        code: DAMAGED,
        title: "a packed, SAS or Stata file cannot be read",
        cause: "The file was cut off on its way, is not what its ending says, or is of a kind that is not read: an \
                encrypted or strangely packed SAS table, a transport file with several tables.",
        cure: "Get the file again from where it was made; if that does not help, save it there as CSV or Parquet.",
    },
    CodeCard {
        code: LONG_ROW,
        title: "a row of a CSV file does not end",
        cause: "The header is longer than 256 KB or another row longer than 64 MB: a quote is opened and never closed, so \
                that the rest of the file is one cell, or the file has no line breaks and is no table.",
        cure: "Close or remove the quote in the row shown, or get the file again from where it was made.",
    },
    CodeCard {
        code: MIXED_ENCODING,
        title: "two encodings in one file",
        cause: "Some rows are UTF-8 and some are Windows-1252 (or Latin-1), as when two extracts were put together. Read as \
                either, the letters of the others would be wrong, and one label would become two.",
        cure: "Save each part in one encoding before they are put together, best as UTF-8.",
    },
    CodeCard {
        code: BOMB,
        title: "a packed file that grows without end",
        cause: "The file unpacks to more than 400 times its size. Registers come to ten or twenty times; what grows like this is \
                one row again and again, or a file made to fill a machine.",
        cure: "Unpack it and look what it is. If it is what it should be, name the unpacked file in the study.",
    },
    CodeCard {
        code: BAD_CODE_ENTRY,
        title: "a row of a code table that is no entry",
        cause: "A row needs `from` (and `to`, if there are several codes), a group, `evidence` as `sourced` or `recalled`, \
                and `final` as `yes`, `no` or nothing; no code stands in two rows.",
        cure: "Correct the row; `rettevej codes` shows how entries are written.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_this_room_has_one_card() {
        let codes: Vec<&str> = CODES.iter().map(|card| card.code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(codes.iter().all(|code| code.starts_with("RV02")));
        assert_eq!(
            (codes.first(), codes.last()),
            (Some(&UNREADABLE), Some(&BAD_CODE_ENTRY))
        );
    }
}
