//! Columns as a Parquet file, for simulated registers.

use polars::prelude::{Column, DataFrame, ParquetCompression, ParquetWriter, PolarsResult};
use std::borrow::Cow;

/// A column to be written.
pub(crate) enum Export<'a> {
    Whole(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Text(Vec<Option<Cow<'a, str>>>),
}

/// The bytes of a Parquet file. The words of polars are passed on.
pub(crate) fn parquet(columns: Vec<(&str, Export<'_>)>) -> Result<Vec<u8>, String> {
    encode(columns).map_err(|cause| cause.to_string())
}

fn encode(columns: Vec<(&str, Export<'_>)>) -> PolarsResult<Vec<u8>> {
    let rows = columns.first().map_or(0, |(_, column)| match column {
        Export::Whole(cells) => cells.len(),
        Export::Real(cells) => cells.len(),
        Export::Text(cells) => cells.len(),
    });
    let columns = columns.into_iter().map(|(name, column)| match column {
        Export::Whole(cells) => Column::new(name.into(), cells),
        Export::Real(cells) => Column::new(name.into(), cells),
        Export::Text(cells) => Column::new(name.into(), cells),
    });
    let mut frame = DataFrame::new(rows, columns.collect())?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(&mut frame)?;
    Ok(bytes)
}
