//! Parquet.

use super::codes;
use super::table::{Table, Want, refuse};
use crate::error::Result;
use crate::study::DataFile;

/// Reads a Parquet file.
pub(crate) fn read(file: &DataFile, _wants: &[Want]) -> Result<Table> {
    Err(refuse(file, codes::PARQUET, "being built", "wait"))
}
