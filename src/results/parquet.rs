//! `estimates.parquet`: the same columns as `estimates.csv`, typed, with the mark of uncleared results in the metadata.

use super::bundle::{PROGRAM, SCHEMA};
use super::row::COLUMNS;
use super::{Bundle, Cell, ColumnKind, MayLeave, column_kind};
use polars::prelude::{
    Column, DataFrame, KeyValueMetadata, ParquetCompression, ParquetWriter, PolarsResult,
};

/// The bytes of `estimates.parquet`.
///
/// # Errors
/// When polars cannot encode the table; its words are passed on.
pub fn estimates(cleared: &impl MayLeave) -> Result<Vec<u8>, String> {
    encode(cleared.bundle()).map_err(|cause| cause.to_string())
}

fn encode(bundle: &Bundle) -> PolarsResult<Vec<u8>> {
    let columns = (0..COLUMNS.len()).map(|i| column(bundle, i)).collect();
    let mut frame = DataFrame::new(bundle.rows().len(), columns)?;
    let mut bytes = Vec::new();
    // In one thread: threads are for the numbers, and this takes milliseconds.
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(metadata(bundle))))
        .set_parallel(false)
        .finish(&mut frame)?;
    Ok(bytes)
}

fn metadata(bundle: &Bundle) -> Vec<(String, String)> {
    let mut pairs = vec![
        (format!("{PROGRAM}.schema"), SCHEMA.to_owned()),
        (format!("{PROGRAM}.version"), bundle.version.clone()),
        (format!("{PROGRAM}.study"), bundle.study.name.clone()),
        (
            format!("{PROGRAM}.synthetic"),
            bundle.study.synthetic.to_string(),
        ),
        (format!("{PROGRAM}.gate"), bundle.disclosure.gate.clone()),
    ];
    if let Some(mark) = bundle.disclosure.mark() {
        pairs.push((format!("{PROGRAM}.release"), mark.to_owned()));
    }
    pairs
}

fn column(bundle: &Bundle, index: usize) -> Column {
    let name = COLUMNS[index];
    let cells = bundle.rows().iter().map(|row| row.cell(index));
    match (column_kind(name), name) {
        (Some(ColumnKind::Number), _) => {
            let values: Vec<Option<f64>> = cells
                .map(|c| if let Cell::Number(v) = c { v } else { None })
                .collect();
            Column::new(name.into(), values)
        }
        (Some(ColumnKind::Integer), "week") => {
            let values: Vec<Option<i32>> = bundle.rows().iter().map(|row| row.week).collect();
            Column::new(name.into(), values)
        }
        (Some(ColumnKind::Integer), "replicates") => {
            let values: Vec<Option<u32>> = bundle.rows().iter().map(|row| row.replicates).collect();
            Column::new(name.into(), values)
        }
        (Some(ColumnKind::Integer), "undefined_replicates") => {
            let values: Vec<Option<u32>> = bundle
                .rows()
                .iter()
                .map(|row| row.undefined_replicates)
                .collect();
            Column::new(name.into(), values)
        }
        (Some(ColumnKind::Integer), _) => {
            let values: Vec<Option<i64>> = cells
                .map(|c| if let Cell::Integer(v) = c { v } else { None })
                .collect();
            Column::new(name.into(), values)
        }
        (Some(ColumnKind::Text) | None, _) => {
            let values: Vec<Option<&str>> = cells
                .map(|c| match c {
                    Cell::Text(text) if !text.is_empty() => Some(text),
                    _ => None,
                })
                .collect();
            Column::new(name.into(), values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample::{self, Passed};
    use polars::prelude::{DataType, ParquetReader, SerReader};
    use std::io::Cursor;

    #[test]
    fn the_table_reads_back_with_its_types_and_values() {
        let bundle = sample::bundle(true);
        let bytes = estimates(&Passed(bundle.clone())).expect("encodes");
        let frame = ParquetReader::new(Cursor::new(bytes))
            .finish()
            .expect("reads");
        let names: Vec<&str> = frame
            .get_column_names()
            .iter()
            .map(|n| n.as_str())
            .collect();
        assert_eq!(names, COLUMNS);
        let kind = |name: &str| frame.column(name).expect("there").dtype().clone();
        assert_eq!(kind("week"), DataType::Int32);
        assert_eq!(kind("n"), DataType::Int64);
        assert_eq!(kind("replicates"), DataType::UInt32);
        assert_eq!(kind("mc_p"), DataType::Float64);
        assert_eq!(kind("status"), DataType::String);
        let estimates = frame
            .column("estimate")
            .expect("there")
            .f64()
            .expect("numbers");
        for (value, row) in estimates.iter().zip(bundle.rows()) {
            assert_eq!(value, row.estimate);
        }
        assert_eq!(frame.column("item").expect("there").null_count(), 18);
    }

    #[test]
    fn equal_rows_give_equal_bytes() {
        let bytes = || estimates(&Passed(sample::bundle(true))).expect("encodes");
        assert_eq!(bytes(), bytes());
    }

    #[test]
    fn the_mark_stands_in_the_metadata() {
        let holds = |cleared: bool, words: &str| {
            let bytes = estimates(&Passed(sample::bundle(cleared))).expect("encodes");
            bytes.windows(words.len()).any(|w| w == words.as_bytes())
        };
        assert!(holds(false, "not cleared for release"));
        assert!(!holds(true, "not cleared for release"));
        assert!(holds(true, "rettevej.schema"));
        assert!(holds(true, "ARROW:schema"));
    }
}
