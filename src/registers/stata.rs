//! Stata data sets (`.dta`) of release 113 to 119: header and columns with the crate `dta`, rows in place.
//!
//! Every size the header names is held against the size of the file before anything is made of it. Labels and long texts
//! are read here, since their sizes are the file's word too.

use super::bytes_source::InPlace;
use super::codes;
use super::facts::{FileFacts, Format};
use super::formats::{ColumnFacts, KindHint, ValueLabel};
use super::rectangle::{Field, Form, Letters, Meaning, Order, Rectangle, damaged};
use super::sas_formats::hint;
use super::table::{refuse, unreadable};
use crate::error::Result;
use crate::study::DataFile;
use dta::stata::dta::byte_order::ByteOrder;
use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::release::Release;
use dta::stata::dta::schema::Schema;
use dta::stata::dta::variable::Variable;
use dta::stata::dta::variable_type::VariableType;
use encoding_rs::{UTF_8, WINDOWS_1252};
use sections::{Labels, Parts};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Seek};

mod sections;

/// Bytes each column takes in the header, at least: its name, format and labels.
const COLUMN: u64 = 120;

/// Opens a data set.
pub(crate) fn open(file: &DataFile) -> Result<Rectangle<'static>> {
    let source = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    let bytes = source
        .metadata()
        .map_err(|error| unreadable(file, &error))?
        .len();
    let broken = || damaged(file, "this is not a Stata data set that can be read");
    let short = || damaged(file, "the file is shorter than it says");
    let reader = DtaReader::new().from_reader(BufReader::new(&source));
    let header = reader.read_header().map_err(|_| broken())?.header().clone();
    let release = header.release();
    if release < Release::V113 {
        return Err(refuse(
            file,
            codes::FORMAT,
            "the data set is of a release of Stata before 8",
            "save it again with a newer Stata, or as CSV",
        ));
    }
    if u64::from(header.variable_count()) * COLUMN > bytes {
        return Err(short());
    }
    // From 118 on Stata writes UTF-8. Before, it wrote what the machine did, and other programs write UTF-8 there too.
    let is_old = release < Release::V118;
    let letters = if is_old {
        Letters::Told
    } else {
        Letters::Known(UTF_8)
    };
    let encodings: &[_] = if is_old {
        &[UTF_8, WINDOWS_1252]
    } else {
        &[UTF_8]
    };
    let opened = encodings.iter().find_map(|encoding| {
        (&source).rewind().ok()?;
        let reader = DtaReader::new().encoding(encoding);
        let reader = reader.from_reader(BufReader::new(&source));
        reader.read_header().ok()?.read_schema().ok()
    });
    let reader = opened.ok_or_else(broken)?;
    let schema = reader.schema().clone();
    let order = match header.byte_order() {
        ByteOrder::LittleEndian => Order::Little,
        ByteOrder::BigEndian => Order::Big,
    };
    // The readers of the crate know where the sections stand and say it by going there.
    let place = || {
        (&source)
            .stream_position()
            .map_err(|error| unreadable(file, &error))
    };
    let mut parts = Parts::new(&source, bytes, order, letters);
    let (rows_at, labels_at, long_at);
    if release.is_xml_like() {
        let reader = reader.seek_records().map_err(|_| broken())?;
        rows_at = parts.after(place()?, b"<data>").ok_or_else(broken)?;
        let reader = reader.seek_long_strings().map_err(|_| broken())?;
        long_at = Some(place()?);
        reader.seek_value_labels().map_err(|_| broken())?;
        labels_at = place()?;
    } else {
        drop(reader);
        rows_at = parts
            .after_old_header(&schema, release)
            .ok_or_else(broken)?;
        long_at = None;
        labels_at = 0;
    }
    let (fields, width) = fields(&schema, release, order);
    // Rows without a variable take no room, so that any number of them would fit: there is nothing to read in them.
    let rows = match width {
        0 => 0,
        _ => header.observation_count(),
    };
    let end = rows
        .checked_mul(width as u64)
        .and_then(|all| all.checked_add(rows_at));
    let end = end.filter(|&end| end <= bytes).ok_or_else(short)?;
    let labels_at = if release.is_xml_like() {
        labels_at
    } else {
        end
    };
    let has_labels = schema
        .variables()
        .iter()
        .any(|v| !v.value_label_name().is_empty());
    let labels = if has_labels {
        parts.labels(labels_at, release).ok_or_else(broken)?
    } else {
        Labels::new()
    };
    let has_long = schema
        .variables()
        .iter()
        .any(|v| v.variable_type() == VariableType::LongString);
    let aside = match long_at {
        Some(at) if has_long => parts.long_texts(at, release).ok_or_else(broken)?,
        _ => HashMap::new(),
    };
    let fields = fields
        .into_iter()
        .zip(schema.variables())
        .map(|(mut field, variable)| {
            if let Some(labels) = labels.get(variable.value_label_name()) {
                field.facts.value_labels.clone_from(labels);
            }
            field
        });
    Ok(Rectangle {
        facts: FileFacts {
            encoding: letters.encoding(),
            release: Some(release_number(release)),
            ..FileFacts::of(Format::Stata, bytes)
        },
        fields: fields.collect(),
        letters,
        aside,
        rows: rows as usize,
        width,
        source: Box::new(InPlace {
            path: file.path.clone(),
            from: rows_at,
            width,
        }),
    })
}

fn release_number(release: Release) -> String {
    let text = format!("{release:?}");
    text.trim_start_matches('V').to_owned()
}

/// Columns with their places in a row, and the width of a row.
fn fields(schema: &Schema, release: Release, order: Order) -> (Vec<Field>, usize) {
    let mut at = 0;
    let fields = schema.variables().iter().map(|variable| {
        let field = field(variable, at, release, order);
        at += field.form.width();
        field
    });
    (fields.collect(), at)
}

fn field(variable: &Variable, at: usize, release: Release, order: Order) -> Field {
    let form = match variable.variable_type() {
        VariableType::Byte => Form::Whole { width: 1, order },
        VariableType::Int => Form::Whole { width: 2, order },
        VariableType::Long => Form::Whole { width: 4, order },
        VariableType::Float => Form::Single(order),
        VariableType::Double => Form::Double(order),
        VariableType::FixedString(width) => Form::Text {
            width: usize::from(width),
        },
        VariableType::LongString => Form::Aside {
            variable: match release {
                Release::V117 => 4,
                Release::V118 => 2,
                _ => 3,
            },
            order,
        },
    };
    let is_text = matches!(form, Form::Text { .. } | Form::Aside { .. });
    let meaning = if is_text {
        Meaning::Plain
    } else {
        meaning(variable.format())
    };
    Field {
        facts: ColumnFacts {
            name: variable.name().to_owned(),
            label: Some(variable.label().to_owned()).filter(|label| !label.is_empty()),
            kind_hint: match (form, meaning) {
                _ if is_text => KindHint::Text,
                (Form::Whole { .. }, Meaning::Plain) => KindHint::Whole,
                _ => hint(meaning),
            },
            value_labels: Vec::new(),
            format: Some(variable.format().to_owned()).filter(|format| !format.is_empty()),
        },
        at,
        form,
        meaning,
    }
}

/// What the numbers of a format mean: `%td`, `%-tdDD/NN/CCYY`, and `%d` of long ago.
fn meaning(format: &str) -> Meaning {
    let format = format.trim_start_matches('%').trim_start_matches('-');
    match format.as_bytes() {
        [b't', b'd', ..] | [b'd', ..] => Meaning::Days,
        [b't', b'c', ..] => Meaning::Ticks(1000),
        [b't', b'w', ..] => Meaning::Weeks,
        [b't', b'm', ..] => Meaning::Months,
        [b't', b'q', ..] => Meaning::Parts(4, 'q'),
        [b't', b'h', ..] => Meaning::Parts(2, 'h'),
        [b't', b'C' | b'b', ..] => Meaning::Untold,
        // Years are numbers already.
        _ => Meaning::Plain,
    }
}

/// A set of labels of which something is wrong: the file is.
pub(super) fn ascending(mut labels: Vec<ValueLabel>) -> Vec<ValueLabel> {
    labels.sort_by_key(|label| label.value);
    labels.dedup_by_key(|label| label.value);
    labels
}
