//! What lies in a ZIP file, for looking into a workbook: names, times and unpacked bytes.

use std::io::{Cursor, Read};

/// One file inside.
pub(crate) struct Member {
    pub(crate) name: String,
    /// Time and date as MS-DOS writes them.
    pub(crate) stamp: (u16, u16),
    pub(crate) bytes: Vec<u8>,
}

/// Every file inside, by the list at the end of the ZIP file.
pub(crate) fn members(zip: &[u8]) -> Vec<Member> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a ZIP file");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).expect("a file inside");
            let time = file.last_modified().expect("a time");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("unpacked");
            Member {
                name: file.name().expect("a name").into_owned(),
                stamp: (time.timepart(), time.datepart()),
                bytes,
            }
        })
        .collect()
}
