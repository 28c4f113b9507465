//! The only door to threads: ordered maps over a count, never a reduction of floats.
//!
//! What comes back is in the order of the index, whatever the number of threads, so no result can depend on it.

use rayon::prelude::*;
use std::cmp::Ordering;
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

/// Numbers that cost little are worked out so many at a time, at least.
const FEW: usize = 1024;

/// `f(0), f(1), ..., f(count - 1)`, in that order, for numbers that cost little each. `own` makes what a thread uses
/// again and again; nothing of it may reach a result.
pub fn map_each<S, T: Send>(
    count: usize,
    own: impl Fn() -> S + Sync + Send,
    f: impl Fn(&mut S, usize) -> T + Sync + Send,
) -> Vec<T> {
    (0..count)
        .into_par_iter()
        .with_min_len(FEW)
        .map_init(own, f)
        .collect()
}

/// [`map_ordered`] over things that change on the way; `f` is given the index too.
pub fn map_mut<S: Send, T: Send>(
    items: &mut [S],
    f: impl Fn(usize, &mut S) -> T + Sync + Send,
) -> Vec<T> {
    (items.par_iter_mut().enumerate().with_max_len(1))
        .map(|(index, item)| f(index, item))
        .collect()
}

/// The parts one after another.
pub fn concat<T: Copy + Send + Sync>(parts: &[Vec<T>]) -> Vec<T> {
    let mut starts = Vec::with_capacity(parts.len() + 1);
    let mut total = 0;
    starts.push(0);
    for part in parts {
        total += part.len();
        starts.push(total);
    }
    map_each(
        total,
        || 0,
        |at: &mut usize, i| {
            if !(starts[*at]..starts[*at + 1]).contains(&i) {
                *at = starts.partition_point(|&start| start <= i) - 1;
            }
            parts[*at][i - starts[*at]]
        },
    )
}

/// Sorts; where the order leaves two things equal they must be the same.
pub fn sort_by<T: Send>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering + Sync) {
    items.par_sort_unstable_by(order);
}

/// Two things at the same time.
pub fn both<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(a, b)
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
    fn cheap_numbers_and_joined_parts_stand_in_their_order() {
        let parts: Vec<Vec<usize>> = (0..300)
            .map(|i| (0..i * 7 % 40).map(|k| 1000 * i + k).collect())
            .collect();
        let (squares, joined): (Vec<usize>, Vec<usize>) =
            ((0..5000).map(|i| i * i).collect(), parts.concat());
        for threads in [1, 2, 7] {
            with_threads(threads, || {
                assert_eq!(map_each(5000, || (), |(), i| i * i), squares);
                assert_eq!(concat(&parts), joined);
                let mut turned: Vec<usize> = joined.iter().rev().copied().collect();
                sort_by(&mut turned, usize::cmp);
                assert!(turned.is_sorted());
                let seen = map_mut(&mut turned, |i, item| std::mem::take(item) + i);
                assert_eq!(seen.len(), joined.len());
                assert!(turned.iter().all(|&item| item == 0));
            });
        }
        assert!(concat::<u8>(&[]).is_empty() && concat::<u8>(&[vec![], vec![]]).is_empty());
    }

    #[test]
    fn blocks_cover_everything_once() {
        assert_eq!(blocks(7, 3), vec![0..3, 3..6, 6..7]);
        assert_eq!(blocks(6, 3), vec![0..3, 3..6]);
        assert!(blocks(0, 3).is_empty());
        assert_eq!(blocks(2, 0), vec![0..1, 1..2]);
    }
}
