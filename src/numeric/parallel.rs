//! The only door to threads: ordered maps over a count, never a reduction of floats.
//!
//! What comes back is in the order of the index, whatever the number of threads, so no result can depend on it.

use rayon::prelude::*;
use std::ops::Range;

/// Runs `work` in a pool of its own with that many threads (at least one); maps inside it use this pool.
///
/// Should the machine refuse a pool, the work is done in the common one: slower, the same result.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .build()
    {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// `f(0), f(1), ..., f(count - 1)`, in that order, worked out on the threads of the current pool. Each
/// index is a job of its own, so give it blocks of work, not single numbers.
pub fn map_ordered<T: Send>(count: usize, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..count).into_par_iter().with_max_len(1).map(f).collect()
}

/// Two pieces of work, side by side where the current pool has a thread to spare.
pub fn both<A: Send, B: Send>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(one, other)
}

/// `0..len` cut into pieces of `block` (the last may be shorter). The cut never depends on the number of threads.
pub fn blocks(len: usize, block: usize) -> Vec<Range<usize>> {
    let block = block.max(1);
    (0..len.div_ceil(block))
        .map(|i| i * block..((i + 1) * block).min(len))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_index_on_any_number_of_threads() {
        let expected: Vec<usize> = (0..1000).map(|i| i * i).collect();
        for threads in [1, 2, 3, 7] {
            assert_eq!(
                with_threads(threads, || map_ordered(1000, |i| i * i)),
                expected
            );
        }
        assert_eq!(map_ordered(1000, |i| i * i), expected);
    }

    #[test]
    fn blocks_cover_everything_once() {
        assert_eq!(blocks(7, 3), vec![0..3, 3..6, 6..7]);
        assert_eq!(blocks(6, 3), vec![0..3, 3..6]);
        assert!(blocks(0, 3).is_empty());
        assert_eq!(blocks(2, 0), vec![0..1, 1..2]);
    }
}
