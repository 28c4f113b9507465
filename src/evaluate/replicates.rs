//! The replicates: passes of columns that fit the memory budget, tiles of replicates that fill them.
//!
//! A pass holds some columns of all replicates. Every pass draws the same replicates again (a draw is a function of
//! the seed and its number), so the budget never changes a bit.

use super::Progress;
use super::table::{Part, Scratch, Table};
use crate::numeric::parallel;
use crate::resample::{Draw, Scheme};
use crate::totals::LANES;

/// Parts whose columns are filled in one go.
pub(super) struct Pass {
    /// Parts, in row order.
    pub parts: Vec<Part>,
    /// First column of each part, and the number of columns at the end.
    pub starts: Vec<usize>,
}

/// Splits all parts into passes of at most `columns` columns (a single part may exceed it).
pub(super) fn plan(tables: &[Table<'_>], columns: usize) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        for level in 0..table.division.levels {
            let mut from = 0;
            while from < table.paths.len() || (table.paths.is_empty() && from == 0) {
                let part = longest_part(table, index, level, from, columns);
                from = part.paths.end.max(from + 1);
                let width = table.columns(&part);
                let fits = passes.last().is_some_and(|pass| {
                    pass.starts.last().copied().unwrap_or(0) + width <= columns
                });
                if !fits {
                    passes.push(Pass {
                        parts: Vec::new(),
                        starts: vec![0],
                    });
                }
                if let Some(pass) = passes.last_mut() {
                    let start = pass.starts.last().copied().unwrap_or(0);
                    pass.parts.push(part);
                    pass.starts.push(start + width);
                }
            }
        }
    }
    passes
}

/// As many paths from `from` on as fit, at least one.
fn longest_part(
    table: &Table<'_>,
    index: usize,
    level: usize,
    from: usize,
    columns: usize,
) -> Part {
    let mut part = Part {
        table: index,
        level,
        paths: from..(from + 1).min(table.paths.len()),
    };
    while part.paths.end < table.paths.len() {
        part.paths.end += 1;
        if table.columns(&part) > columns {
            part.paths.end -= 1;
            break;
        }
    }
    part
}

/// The columns of one pass over all replicates.
pub(super) struct Columns {
    tiles: Vec<Vec<f64>>,
    count: usize,
}

impl Columns {
    /// Copies `width` columns from `start` on, column by column, into `out` (`width x B`).
    pub fn gather(&self, start: usize, width: usize, out: &mut Vec<f64>) {
        out.clear();
        out.reserve(width * self.count);
        for column in start..start + width {
            for (tile, values) in self.tiles.iter().enumerate() {
                let rows = LANES.min(self.count - tile * LANES);
                let values = &values[column * rows..(column + 1) * rows];
                match <&[f64; LANES]>::try_from(values) {
                    // A length known beforehand is copied without a call.
                    Ok(whole) => out.extend_from_slice(whole),
                    Err(_) => out.extend_from_slice(values),
                }
            }
        }
    }
}

/// Tiles of one task: enough that its buffers pay.
const TASK: usize = 4;

/// Fills the columns of a pass.
pub(super) fn fill(
    tables: &[Table<'_>],
    pass: &Pass,
    scheme: &dyn Scheme,
    count: usize,
    progress: &dyn Progress,
) -> Columns {
    let width = pass.starts.last().copied().unwrap_or(0);
    let tiles = count.div_ceil(LANES);
    let tasks = parallel::map_ordered(tiles.div_ceil(TASK), |task| {
        let mut draws = vec![Draw::default(); LANES];
        let mut scratch = Scratch::default();
        (task * TASK..((task + 1) * TASK).min(tiles))
            .map(|tile| {
                let first = tile * LANES;
                let rows = LANES.min(count - first);
                for (r, draw) in draws[..rows].iter_mut().enumerate() {
                    scheme.fill((first + r) as u64, draw);
                }
                let mut values = vec![0.0; width * rows];
                let mut totalled = usize::MAX;
                for (part, start) in pass.parts.iter().zip(&pass.starts) {
                    let table = &tables[part.table];
                    if part.paths.is_empty() {
                        // Tests are not resampled.
                        continue;
                    }
                    if totalled != part.table {
                        table.total(&draws[..rows], &mut scratch);
                        totalled = part.table;
                    }
                    let span = start * rows..(start + table.columns(part)) * rows;
                    table.evaluate(part, &mut scratch, &mut values[span]);
                }
                progress.advance(rows as u64);
                values
            })
            .collect::<Vec<_>>()
    });
    Columns {
        tiles: tasks.into_iter().flatten().collect(),
        count,
    }
}
