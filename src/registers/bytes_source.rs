//! Rows that stand one after another in a file, as those of SAS transport files and Stata data sets do.

use super::rectangle::{RowSource, Trouble};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;

/// Rows from a byte on.
pub(crate) struct InPlace {
    pub path: PathBuf,
    /// Where the first row starts.
    pub from: u64,
    /// Bytes of a row.
    pub width: usize,
}

impl RowSource for InPlace {
    fn read(&self, rows: Range<usize>, into: &mut Vec<u8>) -> Result<(), Trouble> {
        let mut file = File::open(&self.path).map_err(Trouble::Io)?;
        let from = self.from + rows.start as u64 * self.width as u64;
        file.seek(SeekFrom::Start(from)).map_err(Trouble::Io)?;
        let asked = rows.len() * self.width;
        let found = file
            .take(asked as u64)
            .read_to_end(into)
            .map_err(Trouble::Io)?;
        if found < asked {
            return Err(Trouble::Damaged("the file is shorter than it says"));
        }
        Ok(())
    }
}
