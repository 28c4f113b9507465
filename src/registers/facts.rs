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
    /// Size of the file.
    pub bytes: u64,
}

/// File formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text with separators.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// Encodings of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TextEncoding {
    /// UTF-8.
    #[serde(rename = "UTF-8")]
    Utf8,
    /// Windows-1252, the Western European code page.
    #[serde(rename = "Windows-1252")]
    Windows1252,
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
            TextEncoding::Utf8 => String::from_utf8_lossy(bytes),
            TextEncoding::Windows1252 => {
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
            }
        }
    }
}
