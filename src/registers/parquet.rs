//! Parquet: the same columns as from the CSV twin.
//!
//! A folder of files is read as one, in the order in which people count them.

mod decode;
#[cfg(test)]
mod tests;

use super::facts::{FileFacts, Format};
use super::formats::{ColumnFacts, Fill, KindHint, Part, Sink, natural, part_rows, row_bytes};
use super::table::{Numbering, Table, Want, refuse, unreadable};
use super::{codes, header};
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::numeric::parallel::{blocks, map_mut, map_ordered};
use crate::study::DataFile;
use decode::{STYLE, Source, decode, source, stored};
use polars::io::parquet::metadata::FileMetadataRef;
use polars::io::parquet::read::infer_schema;
use polars::prelude::{ArrowDataType, ArrowSchema, ParquetReader, PolarsError, SerReader};
use std::fs::File;
use std::ops::Range;

/// Rows decoded at a time, at most.
const ROWS: usize = 1 << 20;

/// One Parquet file, opened.
struct Opened {
    file: DataFile,
    metadata: FileMetadataRef,
    schema: ArrowSchema,
    bytes: u64,
}

impl Opened {
    fn open(file: DataFile) -> Result<Self> {
        let opened = File::open(&file.path).map_err(|error| unreadable(&file, &error))?;
        let bytes = opened
            .metadata()
            .map_err(|error| unreadable(&file, &error))?
            .len();
        let mut reader = ParquetReader::new(opened);
        let damaged = |_: PolarsError| {
            refuse(
                &file,
                codes::PARQUET,
                "this is not a Parquet file that can be read",
                "write the file again",
            )
        };
        let metadata = reader.get_metadata().map_err(damaged)?.clone();
        let schema = infer_schema(&metadata).map_err(damaged)?;
        Ok(Self {
            file,
            metadata,
            schema,
            bytes,
        })
    }

    fn names(&self) -> Vec<String> {
        self.schema.iter_names().map(ToString::to_string).collect()
    }

    /// How the columns asked for are decoded.
    fn sources(&self, wants: &[Want]) -> Result<Vec<Source>> {
        let places = header::locate(&self.file, &self.names(), wants)?;
        let (mut sources, mut refused) = (Vec::new(), Vec::new());
        for (&place, want) in places.iter().zip(wants) {
            let found = self
                .schema
                .get_at_index(place)
                .and_then(|(_, field)| source(field, &self.metadata));
            match found {
                Some(found) => sources.push(found),
                None => refused.push(bad_type(&self.file, want)),
            }
        }
        if refused.is_empty() {
            return Ok(sources);
        }
        Err(Error {
            class: Class::Data,
            diagnostics: refused,
        })
    }

    /// Rows of the row groups that are decoded at a time, up to so many together.
    fn windows(&self, most: usize) -> impl Iterator<Item = Window> {
        let groups = self.metadata.row_groups.iter().enumerate();
        groups.flat_map(move |(group, metadata)| {
            let rows = metadata.num_rows();
            (0..rows.div_ceil(most)).map(move |i| Window {
                group,
                rows: i * most..((i + 1) * most).min(rows),
            })
        })
    }
}

/// Some rows of a row group.
struct Window {
    group: usize,
    rows: Range<usize>,
}

/// The files behind a name: one, or those of a folder in the order people count them.
fn files(file: &DataFile) -> Result<Vec<DataFile>> {
    if !file.path.is_dir() {
        return Ok(vec![file.clone()]);
    }
    let mut names = Vec::new();
    let entries = std::fs::read_dir(&file.path).map_err(|error| unreadable(file, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(file, &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let own = name
            .rsplit_once('.')
            .map(|(_, own)| own.to_ascii_lowercase());
        // Some programs leave notes beside the parts: `_metadata`, `._part-1.parquet`.
        if matches!(own.as_deref(), Some("parquet" | "pq")) && !name.starts_with(['.', '_']) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(refuse(
            file,
            codes::PARQUET,
            "the folder holds no Parquet files",
            "name a file, or a folder with files that end in `.parquet`",
        ));
    }
    names.sort_by(|a, b| natural(a, b).then_with(|| a.cmp(b)));
    let part = |name: String| DataFile {
        shown: format!("{}/{name}", file.shown.trim_end_matches('/')),
        path: file.path.join(name),
    };
    Ok(names.into_iter().map(part).collect())
}

/// Opens a file, or the files of a folder; all of these must have the same columns.
fn open(file: &DataFile) -> Result<Vec<Opened>> {
    let opened: Vec<Opened> = files(file)?
        .into_iter()
        .map(Opened::open)
        .collect::<Result<_>>()?;
    let columns = |part: &Opened| -> Vec<(String, ArrowDataType)> {
        let fields = part.schema.iter();
        fields
            .map(|(name, field)| (name.to_string(), stored(field.dtype()).clone()))
            .collect()
    };
    let first = columns(&opened[0]);
    for part in &opened[1..] {
        let own = columns(part);
        if own == first {
            continue;
        }
        let differs = (own.iter().zip(&first)).find(|(a, b)| a != b);
        let message = match differs {
            Some((own, first)) if own.0 == first.0 => format!(
                "column `{}` is of another type here than in the first file of the folder",
                own.0
            ),
            _ => "the columns are not those of the first file of the folder".to_owned(),
        };
        return Err(refuse(
            &part.file,
            codes::PARQUET,
            message,
            "write the files of the folder with the same columns in the same order",
        ));
    }
    Ok(opened)
}

fn facts(file: &DataFile, opened: &[Opened]) -> FileFacts {
    let bytes = opened.iter().map(|part| part.bytes).sum();
    FileFacts {
        parts: file.path.is_dir().then_some(opened.len()),
        ..FileFacts::of(Format::Parquet, bytes)
    }
}

/// What a Parquet file is and which columns it has.
pub(crate) fn columns(file: &DataFile) -> Result<(FileFacts, Vec<ColumnFacts>)> {
    let opened = open(file)?;
    let columns = opened[0].schema.iter().map(|(name, field)| ColumnFacts {
        name: name.to_string(),
        label: None,
        kind_hint: hint(stored(field.dtype())),
        value_labels: Vec::new(),
        format: None,
    });
    Ok((facts(file, &opened), columns.collect()))
}

fn hint(dtype: &ArrowDataType) -> KindHint {
    use ArrowDataType as T;
    match dtype {
        T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => {
            KindHint::Whole
        }
        T::Float32 | T::Float64 | T::Decimal(..) | T::Decimal32(..) | T::Decimal64(..) => {
            KindHint::Number
        }
        T::Date32 => KindHint::Date,
        T::Timestamp(..) => KindHint::Moment,
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Boolean => KindHint::Text,
        _ => KindHint::Unknown,
    }
}

/// Bytes of cells decoded at a time.
const BATCH_BYTES: usize = 288 << 20;

/// Reads a Parquet file, or the files of a folder, a batch of rows at a time: its columns are decoded in parallel, then
/// its parts are turned.
pub(crate) fn scan<S: Sink>(file: &DataFile, wants: &[Want], sink: &mut S) -> Result<Table> {
    let part_rows = part_rows(wants);
    let batch_rows = (BATCH_BYTES / row_bytes(wants)).clamp(part_rows, ROWS);
    let batch_rows = batch_rows.min(sink.most().saturating_add(1));
    scan_cut((file, wants), (part_rows, batch_rows), sink)
}

/// Reads with so many rows a part and a batch; the columns do not depend on it.
fn scan_cut<S: Sink>(
    (file, wants): (&DataFile, &[Want]),
    (part_rows, batch_rows): (usize, usize),
    sink: &mut S,
) -> Result<Table> {
    let opened = open(file)?;
    let expected = opened
        .iter()
        .map(|part| part.metadata.num_rows)
        .sum::<usize>();
    let facts = facts(file, &opened);
    let mut fill = Fill {
        // What the file claims, but no more than its bytes can be.
        expected: Some(expected.min(facts.bytes as usize * 64)),
    };
    let mut rows = 0;
    for part in &opened {
        let sources = part.sources(wants)?;
        let mut windows = part.windows(batch_rows).peekable();
        while windows.peek().is_some() && !sink.is_done() {
            let (mut batch, mut together) = (Vec::new(), 0);
            while let Some(window) =
                windows.next_if(|next| together == 0 || together + next.rows.len() <= batch_rows)
            {
                together += window.rows.len();
                batch.push(window);
            }
            let width = wants.len().max(1);
            let decoded = map_ordered(batch.len() * wants.len(), |task| {
                let (window, column) = (&batch[task / width], task % width);
                decode(part, window, &sources[column], &wants[column], part_rows)
            });
            let mut decoded = decoded.into_iter();
            let mut parts = Vec::new();
            for window in &batch {
                let mut first = rows;
                let cut = blocks(window.rows.len(), part_rows);
                let at = parts.len();
                parts.extend(cut.iter().map(|range| {
                    let part = Part {
                        rows: range.len(),
                        pieces: Vec::with_capacity(width),
                        style: STYLE,
                    };
                    first += range.len();
                    (first - range.len(), Some(part))
                }));
                for pieces in decoded.by_ref().take(wants.len()) {
                    for ((_, part), piece) in parts[at..].iter_mut().zip(pieces?) {
                        if let Some(part) = part {
                            part.pieces.push(piece);
                        }
                    }
                }
                rows += window.rows.len();
            }
            let turned = map_mut(&mut parts, |_, (first, part)| {
                part.take().map(|part| (*first, sink.turn(part)))
            });
            sink.take(fill, turned.into_iter().flatten().collect());
            fill.expected = None;
        }
    }
    Ok(Table {
        file: file.shown.clone(),
        facts,
        rows,
        columns: Vec::new(),
        seconds: 0.0,
        numbering: Numbering {
            first: 1,
            jumps: Vec::new(),
        },
    })
}

fn bad_type(file: &DataFile, want: &Want) -> Diagnostic {
    Diagnostic::error(
        codes::PARQUET,
        format!("column `{}` is of a type that is not read", want.column),
        "write the column as whole numbers, floats, text or dates",
    )
    .at(Place::Data {
        file: file.shown.clone(),
        column: Some(want.column.clone()),
        rows: Vec::new(),
        count: 0,
    })
}
