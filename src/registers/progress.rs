//! How far the reading of registers is, for whoever watches. Watching changes nothing of what is read.

use super::formats::{Fill, Part, Sink};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

type Watch = Box<dyn Fn(u64) + Send + Sync>;

static WATCH: OnceLock<Watch> = OnceLock::new();

/// Calls `watch` with the bytes of the files that were read since the last call, from any thread. Only the first watcher
/// of a process is called.
pub fn watch(watch: impl Fn(u64) + Send + Sync + 'static) {
    // A second watcher has nothing to say.
    let _ = WATCH.set(Box::new(watch));
}

/// A sink that tells how far the file is.
pub(crate) struct Watched<'a, S> {
    sink: &'a mut S,
    /// Size of the file.
    bytes: u64,
    /// Rows of the file, as far as they can be guessed.
    expected: Option<u64>,
    /// Rows read.
    rows: AtomicU64,
    /// Bytes told.
    told: u64,
}

impl<'a, S: Sink> Watched<'a, S> {
    pub(crate) fn new(sink: &'a mut S, bytes: u64) -> Self {
        Self {
            sink,
            bytes,
            expected: None,
            rows: AtomicU64::new(0),
            told: 0,
        }
    }

    /// The file is read: whatever was not told is.
    pub(crate) fn finish(mut self) {
        self.tell(self.bytes);
    }

    fn tell(&mut self, done: u64) {
        if let (Some(watch), Some(more)) = (WATCH.get(), done.checked_sub(self.told)) {
            watch(more);
            self.told = done;
        }
    }
}

impl<S: Sink> Sink for Watched<'_, S> {
    type Kept = S::Kept;

    fn turn(&self, part: Part) -> S::Kept {
        self.rows.fetch_add(part.rows as u64, Ordering::Relaxed);
        self.sink.turn(part)
    }

    fn take(&mut self, fill: Fill, kept: Vec<(usize, S::Kept)>) {
        self.expected = fill.expected.map(|rows| rows as u64).or(self.expected);
        self.sink.take(fill, kept);
        if let Some(expected) = self.expected.filter(|expected| *expected > 0) {
            let rows = self.rows.load(Ordering::Relaxed).min(expected);
            let done = u128::from(self.bytes) * u128::from(rows) / u128::from(expected);
            self.tell(done as u64);
        }
    }

    fn restart(&mut self) {
        // What was told stays told; the second reading goes on from there.
        self.rows = AtomicU64::new(0);
        self.sink.restart();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::facts::{DecimalMark, Style, TextEncoding};
    use std::sync::Mutex;

    struct Rows;

    impl Sink for Rows {
        type Kept = ();
        fn turn(&self, _: Part) {}
        fn take(&mut self, _: Fill, _: Vec<(usize, ())>) {}
        fn restart(&mut self) {}
    }

    #[test]
    fn all_bytes_of_a_file_are_told_once_also_when_the_guess_of_rows_is_wrong() {
        static TOLD: Mutex<Vec<u64>> = Mutex::new(Vec::new());
        watch(|bytes| TOLD.lock().unwrap().push(bytes));
        let part = |rows| Part {
            rows,
            pieces: Vec::new(),
            style: Style {
                encoding: TextEncoding::Utf8,
                decimal_mark: DecimalMark::Point,
            },
        };
        let mut rows = Rows;
        let mut watched = Watched::new(&mut rows, 1_000_003);
        for expected in [Some(40), None, None] {
            watched.turn(part(25));
            watched.take(Fill { expected }, vec![(0, ())]);
        }
        assert_eq!(watched.told, 1_000_003);
        watched.restart();
        watched.finish();
        // Other tests of this process may be reading files.
        assert!(TOLD.lock().unwrap().contains(&(1_000_003 * 25 / 40)));
    }
}
