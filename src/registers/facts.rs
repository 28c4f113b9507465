//! What a file turned out to be; `validate` shows it, so that nothing detected stays a guess nobody saw.

use serde::Serialize;

/// Facts about one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileFacts {
    /// Format.
    pub format: Format,
    /// Encoding of a CSV file.
    pub encoding: Option<TextEncoding>,
    /// Whether a byte order mark stands at the start.
    pub byte_order_mark: bool,
    /// Separator of a CSV file.
    pub separator: Option<Separator>,
    /// Decimal mark of a CSV file.
    pub decimal_mark: Option<DecimalMark>,
    /// Line ending of a CSV file.
    pub line_ending: Option<LineEnding>,
    /// How the file is packed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packing: Option<Packing>,
    /// The version of the format, where that says something: `118` of Stata, `8` of a SAS transport file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Files of a folder that is read as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<usize>,
    /// Size of the file; of a folder, of its files.
    pub bytes: u64,
}

impl FileFacts {
    /// Facts about a file of which format and size are all there is to say.
    pub(crate) fn of(format: Format, bytes: u64) -> Self {
        Self {
            format,
            encoding: None,
            byte_order_mark: false,
            separator: None,
            decimal_mark: None,
            line_ending: None,
            packing: None,
            release: None,
            parts: None,
            bytes,
        }
    }
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
    /// A SAS table with `compress=char`.
    Char,
    /// A SAS table with `compress=binary`.
    Binary,
}

/// File formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text with separators.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// A SAS table (`.sas7bdat`).
    Sas,
    /// A SAS transport file (`.xpt`).
    Xport,
    /// A Stata data set (`.dta`).
    Stata,
}

/// Encodings of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TextEncoding {
    /// UTF-8.
    #[serde(rename = "UTF-8")]
    Utf8,
    /// Windows-1252, the Western European code page; Latin-1 is read as it, since it differs only in signs nobody writes.
    #[serde(rename = "Windows-1252")]
    Windows1252,
    /// Another one that the file names itself.
    #[serde(untagged)]
    Other(&'static str),
}

/// Separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// Tab.
    Tab,
}

impl Separator {
    /// The byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// Marks between a whole number and its decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalMark {
    /// `1234.5`
    Point,
    /// `1234,5`, also `1.234,5` and `1 234,5`
    Comma,
    /// The first rows show neither; `1.234` is then a bad cell, not a guess.
    Undecided,
}

/// Line endings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum LineEnding {
    /// Line feed.
    #[serde(rename = "LF")]
    Lf,
    /// Carriage return and line feed.
    #[serde(rename = "CR LF")]
    CrLf,
}

/// What a cell's bytes mean in this file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// How bytes are letters.
    pub encoding: TextEncoding,
    /// How decimals are written.
    pub decimal_mark: DecimalMark,
}

impl Style {
    /// The text of a cell.
    pub(crate) fn decode(self, bytes: &[u8]) -> std::borrow::Cow<'_, str> {
        match self.encoding {
            // Cells of other encodings are made UTF-8 before they come here.
            TextEncoding::Utf8 | TextEncoding::Other(_) => String::from_utf8_lossy(bytes),
            TextEncoding::Windows1252 => {
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
            }
        }
    }
}
