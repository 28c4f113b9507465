//! SAS transport files (`.xpt`) of version 5 and 8: records of 80 bytes; numbers are floats of IBM mainframes.
//!
//! The layout is that of the notes SAS gives out, "The Record Layout of a Data Set in SAS Transport (XPORT) Format".
//! A file says neither how many rows it has nor how its letters are written: rows go on to the end, where the last record
//! is filled up with blanks, and each text that is UTF-8 is read as that, any other as Windows-1252.

use super::bytes_source::InPlace;
use super::facts::{FileFacts, Format};
use super::formats::{ColumnFacts, KindHint};
use super::rectangle::{Field, Form, Letters, Meaning, Rectangle, damaged};
use super::sas_formats::{hint, meaning};
use super::table::unreadable;
use crate::error::{Error, Result};
use crate::study::DataFile;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// Bytes of a record.
const RECORD: usize = 80;
/// How every header record starts.
const HEADER: &[u8] = b"HEADER RECORD*******";
/// Columns a file may have; SAS itself stops here.
const COLUMNS: usize = 32_767;

/// The version of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    Five,
    Eight,
}

/// Records of a file, one by one.
struct Records<'a> {
    file: &'a DataFile,
    source: BufReader<File>,
    at: u64,
}

impl Records<'_> {
    fn broken(&self) -> Error {
        damaged(
            self.file,
            "this is not a SAS transport file that can be read",
        )
    }

    fn next(&mut self) -> Result<[u8; RECORD]> {
        let mut record = [0; RECORD];
        self.read(&mut record)?;
        Ok(record)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<()> {
        (self.source.read_exact(into)).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.broken(),
            _ => unreadable(self.file, &error),
        })?;
        self.at += into.len() as u64;
        Ok(())
    }

    /// The rest of a record that was begun.
    fn skip_rest(&mut self) -> Result<()> {
        let rest = (RECORD as u64 - self.at % RECORD as u64) % RECORD as u64;
        let mut blanks = vec![0; rest as usize];
        self.read(&mut blanks)
    }

    /// A header record with one of these names; which of them.
    fn header(&mut self, names: &[&[u8; 8]]) -> Result<(usize, [u8; RECORD])> {
        let record = self.next()?;
        let own = record.strip_prefix(HEADER).unwrap_or_default();
        let found = names.iter().position(|name| own.starts_with(&name[..]));
        found.map(|at| (at, record)).ok_or_else(|| self.broken())
    }
}

/// The digits at some place of a record.
fn digits(record: &[u8], from: usize, to: usize) -> Option<usize> {
    std::str::from_utf8(record.get(from..to)?)
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Opens a transport file.
pub(crate) fn open(file: &DataFile) -> Result<Rectangle<'static>> {
    let source = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    let bytes = source
        .metadata()
        .map_err(|error| unreadable(file, &error))?
        .len();
    let mut records = Records {
        file,
        source: BufReader::new(source),
        at: 0,
    };
    let (version, _) = records.header(&[b"LIBRARY ", b"LIBV8   "])?;
    let version = if version == 0 {
        Version::Five
    } else {
        Version::Eight
    };
    records.next()?;
    records.next()?;
    let (_, member) = records.header(&[b"MEMBER  ", b"MEMBV8  "])?;
    // On VAX a description has 136 bytes.
    let described = digits(&member, 74, 78).filter(|size| matches!(size, 136 | 140));
    let described = described.ok_or_else(|| records.broken())?;
    records.header(&[b"DSCRPTR ", b"DSCPTV8 "])?;
    records.next()?;
    records.next()?;
    let (_, names) = records.header(&[b"NAMESTR ", b"NAMSTV8 "])?;
    let count = digits(&names, 53, 58).filter(|&count| count <= COLUMNS);
    let count = count.ok_or_else(|| records.broken())?;
    if (count * described) as u64 > bytes {
        return Err(records.broken());
    }
    let mut fields = Vec::with_capacity(count);
    for _ in 0..count {
        let mut description = vec![0; described];
        records.read(&mut description)?;
        fields.push(field(&description, version).ok_or_else(|| records.broken())?);
    }
    records.skip_rest()?;
    let observations: [&[u8; 8]; 4] = [b"OBS     ", b"OBSV8   ", b"LABELV8 ", b"LABELV9 "];
    let (mut found, mut record) = records.header(&observations)?;
    if found >= 2 {
        let long = digits(&record, 48, 58).ok_or_else(|| records.broken())?;
        long_names(&mut records, &mut fields, long, found == 3)?;
        (found, record) = records.header(&observations[..2])?;
    }
    let width = fields
        .iter()
        .map(|f| f.at + f.form.width())
        .max()
        .unwrap_or(0);
    let from = records.at;
    let told = (found == 1).then(|| digits(&record, 48, 63)).flatten();
    let rows = rows(&mut records, (from, bytes), width, told)?;
    Ok(Rectangle {
        facts: FileFacts {
            release: Some(if version == Version::Five { "5" } else { "8" }.to_owned()),
            ..FileFacts::of(Format::Xport, bytes)
        },
        fields,
        letters: Letters::Told,
        aside: HashMap::new(),
        rows,
        width,
        source: Box::new(InPlace {
            path: file.path.clone(),
            from,
            width,
        }),
    })
}

/// A column from its description.
fn field(description: &[u8], version: Version) -> Option<Field> {
    let short = |at: usize| i16::from_be_bytes([description[at], description[at + 1]]);
    let text = |from: usize, to: usize| {
        let bytes = description[from..to]
            .split(|&b| b == 0)
            .next()
            .unwrap_or_default();
        Letters::Told.decode(bytes).trim().to_owned()
    };
    let is_number = match short(0) {
        1 => true,
        2 => false,
        _ => return None,
    };
    let width = usize::try_from(short(4)).ok().filter(|width| *width > 0)?;
    let at = i32::from_be_bytes(*description[84..].first_chunk()?);
    let at = usize::try_from(at).ok()?;
    let form = match is_number {
        true if (2..=8).contains(&width) => Form::Ibm { width },
        true => return None,
        false => Form::Text { width },
    };
    let name = match version {
        Version::Eight => text(88, 120),
        Version::Five => text(8, 16),
    };
    let (format, label) = (text(56, 64), text(16, 56));
    let meaning = if is_number {
        meaning(&format)
    } else {
        Meaning::Plain
    };
    Some(Field {
        facts: ColumnFacts {
            name,
            label: Some(label).filter(|label| !label.is_empty()),
            kind_hint: if is_number {
                hint(meaning)
            } else {
                KindHint::Text
            },
            value_labels: Vec::new(),
            format: written(&format, short(64), short(66)),
        },
        at,
        form,
        meaning,
    })
}

/// A format as SAS writes it: `DATE9.`, `8.2`.
fn written(name: &str, width: i16, decimals: i16) -> Option<String> {
    let width = if width > 0 {
        width.to_string()
    } else {
        String::new()
    };
    let decimals = if decimals > 0 {
        decimals.to_string()
    } else {
        String::new()
    };
    (!name.is_empty() || !width.is_empty()).then(|| format!("{name}{width}.{decimals}"))
}

/// Names and labels that are longer than a description holds.
fn long_names(
    records: &mut Records<'_>,
    fields: &mut [Field],
    count: usize,
    with_formats: bool,
) -> Result<()> {
    for _ in 0..count {
        let mut head = [0; 10];
        let sizes = if with_formats { 5 } else { 3 };
        records.read(&mut head[..2 * sizes])?;
        let size = |i: usize| usize::from(u16::from_be_bytes([head[2 * i], head[2 * i + 1]]));
        let mut texts = vec![0; (1..sizes).map(size).sum()];
        records.read(&mut texts)?;
        let field = size(0)
            .checked_sub(1)
            .and_then(|place| fields.get_mut(place));
        let field = field.ok_or_else(|| records.broken())?;
        let text = |from: usize, length: usize| {
            Letters::Told
                .decode(&texts[from..from + length])
                .trim()
                .to_owned()
        };
        field.facts.name = text(0, size(1));
        let label = text(size(1), size(2));
        field.facts.label = Some(label).filter(|label| !label.is_empty());
        if with_formats && matches!(field.form, Form::Ibm { .. }) && size(3) > 0 {
            let format = text(size(1) + size(2), size(3));
            field.meaning = meaning(&format);
            field.facts.kind_hint = hint(field.meaning);
            field.facts.format = Some(format);
        }
    }
    records.skip_rest()
}

/// How many rows stand between the headers and the end.
fn rows(
    records: &mut Records<'_>,
    (from, bytes): (u64, u64),
    width: usize,
    told: Option<usize>,
) -> Result<usize> {
    if width == 0 {
        return Ok(0);
    }
    let most = ((bytes - from) / width as u64) as usize;
    if let Some(rows) = told.filter(|&rows| rows > 0) {
        let end = from + (rows as u64).saturating_mul(width as u64);
        if end > bytes {
            return Err(damaged(records.file, "the file is shorter than it says"));
        }
        if end + (RECORD as u64) <= bytes {
            return Err(many(records.file));
        }
        return Ok(rows);
    }
    if (bytes - from) % RECORD as u64 != 0 {
        return Err(damaged(records.file, "the file is shorter than it says"));
    }
    another(records, (from, bytes))?;
    // Blanks that fill the last record may look like rows.
    let tail = bytes.saturating_sub(RECORD as u64).max(from);
    let mut last = vec![0; (bytes - tail) as usize];
    let read = |records: &mut Records<'_>, last: &mut [u8]| {
        records.source.seek(SeekFrom::Start(tail))?;
        records.source.read_exact(last)
    };
    read(records, &mut last).map_err(|error| unreadable(records.file, &error))?;
    let blanks = last.iter().rev().take_while(|&&b| b == b' ').count();
    let end_of_rows = from + (most * width) as u64;
    let beyond = (bytes - end_of_rows) as usize;
    Ok(most - blanks.saturating_sub(beyond) / width)
}

/// Looks for a second table: every record that starts like its header.
fn another(records: &mut Records<'_>, (from, bytes): (u64, u64)) -> Result<()> {
    let mut buffer = vec![0; RECORD * 4096];
    let mut at = from;
    records
        .source
        .seek(SeekFrom::Start(from))
        .map_err(|error| unreadable(records.file, &error))?;
    while at < bytes {
        let size = (buffer.len() as u64).min(bytes - at) as usize;
        (records.source.read_exact(&mut buffer[..size]))
            .map_err(|error| unreadable(records.file, &error))?;
        let mut starts = buffer[..size].chunks(RECORD);
        if starts.any(|record| record.starts_with(b"HEADER RECORD*******MEMB")) {
            return Err(many(records.file));
        }
        at += size as u64;
    }
    Ok(())
}

fn many(file: &DataFile) -> Error {
    damaged(
        file,
        "the transport file holds more than one table, or bytes after its table",
    )
}
