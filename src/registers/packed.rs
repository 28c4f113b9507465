//! The bytes of a CSV file, unpacked as they are read: a packed file is never in memory as a whole, whatever it unpacks to.

use super::facts::Packing;
use crate::study::DataFile;
use std::fs::File;
use std::io::{BufReader, Error, ErrorKind, Read, Result};

/// Memory zstd may ask for to unpack, as a power of two; what the program `zstd` itself allows.
const WINDOW: u32 = 27;

/// A file unpacks to this many times its size at most: registers come to some ten or twenty times, one of nothing but
/// empty cells to two hundred.
const MOST: u64 = 400;
/// What may be unpacked whatever the size.
const FREE: u64 = 128 << 20;

/// Bytes of a file from its start.
pub(crate) struct Stream {
    /// Unpacked.
    pub bytes: Box<dyn Read + Send>,
    /// Size of the file as it lies on the disk.
    pub size: u64,
    pub packing: Option<Packing>,
}

/// Opens a file that is packed as its ending says.
pub(crate) fn open(file: &DataFile) -> Result<Stream> {
    let opened = File::open(&file.path)?;
    let size = opened.metadata()?.len();
    let packing = super::formats::packing(&file.path);
    let bytes: Box<dyn Read + Send> = match packing {
        Some(Packing::Gzip) => {
            let opened = BufReader::with_capacity(1 << 16, opened);
            let decoder = flate2::read::MultiGzDecoder::new(opened);
            Box::new(Unpacked::new(decoder, size))
        }
        Some(Packing::Zstd) => {
            let mut decoder = zstd::Decoder::new(opened)?;
            decoder.window_log_max(WINDOW)?;
            Box::new(Unpacked::new(decoder, size))
        }
        _ => Box::new(opened),
    };
    Ok(Stream {
        bytes,
        size,
        packing,
    })
}

/// What unpacks a file, with one kind of error for all that is wrong with it.
struct Unpacked<R> {
    packed: R,
    /// Bytes it may still give.
    left: u64,
}

impl<R> Unpacked<R> {
    fn new(packed: R, size: u64) -> Self {
        Self {
            packed,
            left: size.saturating_mul(MOST).max(FREE),
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let read = self.packed.read(into).map_err(|error| match error.kind() {
            ErrorKind::Interrupted => error,
            _ => Error::from(ErrorKind::InvalidData),
        })?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or(Error::from(ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use crate::registers::{Column, Kind, Table, Want, codes, columns, read};
    use crate::study::DataFile;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn read_as(name: &str, bytes: &[u8]) -> crate::error::Result<Table> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let file = DataFile {
            shown: name.to_owned(),
            path,
        };
        columns(&file)?;
        let wants = [("id", Kind::Id), ("state", Kind::Category)].map(|(column, kind)| Want {
            column: column.to_owned(),
            kind,
        });
        read(&file, &wants)
    }

    fn rows(n: usize) -> Vec<u8> {
        let mut text = b"id;state\r\n".to_vec();
        for i in 0..n {
            text.extend_from_slice(format!("{i};p\u{e5} ydelse {}\r\n", i % 7).as_bytes());
        }
        text
    }

    #[test]
    fn a_packed_file_is_read_as_if_it_were_not() {
        let plain = rows(300_000);
        let two = [gzip(&plain[..1000]), gzip(&plain[1000..])].concat();
        let whole = read_as("a.csv", &plain).unwrap();
        for (name, bytes) in [
            ("a.csv.gz", gzip(&plain)),
            ("a.txt.gz", two),
            ("a.csv.zst", zstd(&plain)),
        ] {
            let read = read_as(name, &bytes).unwrap();
            assert_eq!(read.rows, 300_000);
            assert_eq!(
                format!("{:?}", read.columns),
                format!("{:?}", whole.columns)
            );
            assert_eq!(read.facts.bytes, bytes.len() as u64);
            assert!(read.facts.packing.is_some() && read.facts.encoding == whole.facts.encoding);
        }
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("id,state\n1,s\u{f8}gt\n");
        let read = read_as("a.csv.gz", &gzip(&latin)).unwrap();
        let Column::Categories(states) = &read.columns[1] else {
            panic!()
        };
        assert_eq!(states.levels, ["s\u{f8}gt"]);
    }

    #[test]
    fn a_packed_file_that_was_cut_off_is_an_error_that_names_it() {
        let plain = rows(50_000);
        for (name, packed) in [("a.csv.gz", gzip(&plain)), ("a.csv.zst", zstd(&plain))] {
            for part in [1, 2, 5, 9] {
                let error = read_as(name, &packed[..packed.len() * part / 10]).unwrap_err();
                assert_eq!(error.diagnostics[0].code, codes::DAMAGED, "{name} {part}");
                assert!(format!("{error:?}").contains(name));
            }
            assert!(read_as(name, b"id,state\n1,x\n").is_err());
        }
    }

    #[test]
    fn a_bomb_is_refused_in_little_room() {
        let mut long = vec![b'a'; 200 << 20];
        let error = read_as("a.csv.zst", &zstd(&long)).unwrap_err();
        assert_eq!(error.diagnostics[0].code, codes::LONG_ROW);
        long[..9].copy_from_slice(b"id,state\n");
        let error = read_as("a.csv.zst", &zstd(&long)).unwrap_err();
        assert_eq!(error.diagnostics[0].code, codes::LONG_ROW);
        let zeros = vec![0; 100 << 20];
        let error = read_as("a.csv.gz", &gzip(&zeros)).unwrap_err();
        assert_eq!(error.diagnostics[0].code, codes::ENCODING);
    }
}
