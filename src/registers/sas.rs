//! SAS tables (`.sas7bdat`), with the crate `sas7bdat`: it finds the columns and unpacks the rows; what a cell is, is said
//! by [`super::rectangle`]. The file is read in pages, not mapped, so that a file that changes or shrinks while it is read
//! is an error and nothing worse.

use super::codes;
use super::facts::{FileFacts, Format, Packing};
use super::formats::{ColumnFacts, KindHint};
use super::rectangle::{
    Field, Form, Letters, Meaning, Order, Rectangle, RowSource, Trouble, damaged,
};
use super::sas_formats::{hint, meaning};
use super::table::{refuse, unreadable};
use crate::error::Result;
use crate::study::DataFile;
use sas7bdat::{
    ColumnMeta, CompressionKind, Dataset, Endianness, Error, IoBackendPreference, LogicalType,
    OpenOptions, Parallelism, RowSelection,
};
use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

/// The longest row, in bytes; longer ones are no register.
const LONGEST: usize = 1 << 26;

/// Opens a table.
pub(crate) fn open(file: &DataFile) -> Result<Rectangle<'static>> {
    let bytes = std::fs::metadata(&file.path)
        .map_err(|error| unreadable(file, &error))?
        .len();
    let options = OpenOptions::builder().io_backend(IoBackendPreference::Buffered);
    let table = Dataset::open_with(&file.path, options.build()).map_err(|error| match error {
        Error::Unsupported(ref what) if what.feature.starts_with("character set") => encoding(file),
        Error::Unsupported(_) => damaged(file, "this kind of SAS table cannot be read"),
        _ => damaged(file, "this is not a SAS table that can be read"),
    })?;
    let about = table.metadata();
    let letters = match about.encoding.as_deref().map(str::trim) {
        None | Some("" | "US-ASCII" | "ANY") => Letters::Told,
        Some(name) => {
            match encoding_rs::Encoding::for_label(name.to_ascii_lowercase().as_bytes()) {
                Some(known) => Letters::Known(known),
                None => return Err(encoding(file)),
            }
        }
    };
    let (rows, width) = (about.row_count, about.row_len as usize);
    let order = match about.endianness {
        Endianness::Little => Order::Little,
        Endianness::Big => Order::Big,
    };
    let packing = match about.compression {
        CompressionKind::Row => Some(Packing::Char),
        CompressionKind::Binary => Some(Packing::Binary),
        CompressionKind::None => None,
        CompressionKind::Unknown => {
            return Err(damaged(
                file,
                "the table is packed in a way that cannot be read",
            ));
        }
    };
    // Every row takes bytes: all of its own, or those that say where it is and how it is packed.
    let least = if packing.is_none() {
        width.max(1) as u64
    } else {
        1
    };
    if rows.saturating_mul(least) > bytes || width > LONGEST {
        return Err(damaged(file, "the file is shorter than it says"));
    }
    let mut fields = Vec::with_capacity(table.columns().len());
    for column in table.columns() {
        let field = field(column, order);
        let ends = field.at.checked_add(field.form.width());
        if rows > 0 && ends.is_none_or(|end| end > width) {
            return Err(damaged(file, "a column stands outside its row"));
        }
        fields.push(field);
    }
    let facts = FileFacts {
        encoding: letters.encoding(),
        packing,
        ..FileFacts::of(Format::Sas, bytes)
    };
    Ok(Rectangle {
        facts,
        fields,
        letters,
        aside: HashMap::new(),
        rows: rows as usize,
        width,
        source: Box::new(Pages { table, width }),
    })
}

fn field(column: &ColumnMeta, order: Order) -> Field {
    let width = column.physical_width as usize;
    let is_number = column.logical_type.is_numeric() && (3..=8).contains(&width);
    let format = column
        .format_spec()
        .filter(|format| !format.trim().is_empty());
    let meaning = match &column.format {
        Some(name) if is_number => meaning(name),
        _ => Meaning::Plain,
    };
    let form = if is_number {
        Form::Float { width, order }
    } else {
        Form::Text { width }
    };
    Field {
        facts: ColumnFacts {
            name: column.name.clone(),
            label: column.label.clone().filter(|label| !label.is_empty()),
            kind_hint: match column.logical_type {
                LogicalType::Bytes => KindHint::Unknown,
                _ if is_number => hint(meaning),
                _ => KindHint::Text,
            },
            value_labels: Vec::new(),
            format,
        },
        at: column.offset as usize,
        form,
        meaning,
    }
}

fn encoding(file: &DataFile) -> crate::error::Error {
    refuse(
        file,
        codes::ENCODING,
        "the table has a character set that is not known here",
        "write the table again in SAS with `encoding=utf8`, or save it as CSV UTF-8",
    )
}

/// Rows of a table.
struct Pages {
    table: Dataset,
    width: usize,
}

impl RowSource for Pages {
    fn read(&self, rows: Range<usize>, into: &mut Vec<u8>) -> std::result::Result<(), Trouble> {
        let range = RowSelection::range(rows.start as u64, rows.end as u64);
        let scan = self
            .table
            .scan()
            .select(range)
            .with_parallelism(Parallelism::None);
        let most = rows.len() * self.width;
        let mut is_odd = false;
        let read = scan.visit_raw_rows(|row| {
            is_odd |= row.bytes.len() != self.width || into.len() + self.width > most;
            if is_odd {
                return Ok(ControlFlow::Break(()));
            }
            into.extend_from_slice(row.bytes);
            Ok(ControlFlow::Continue(()))
        });
        match read {
            Ok(_) if is_odd => Err(Trouble::Damaged(
                "the rows of the table are not of one width",
            )),
            Ok(_) => Ok(()),
            Err(_) => Err(Trouble::Damaged("the rows of the table cannot be unpacked")),
        }
    }
}
