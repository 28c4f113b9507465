//! The replicates: passes of columns that fit the memory budget, tiles of replicates that fill them.
//!
//! A pass holds some columns of all replicates. Every pass draws the same replicates again (a draw is a function of
//! the seed and its number), so the budget never changes a bit. Where even one path does not fit, a pass holds a strip of
//! it, a few weeks; intervals take them week by week.

use super::Progress;
use super::table::{Part, Scratch, Table};
use crate::numeric::parallel;
use crate::resample::{Draw, Scheme};
use crate::totals::LANES;
use std::ops::Range;

/// Parts whose columns are filled in one go.
pub(super) struct Pass {
    /// Parts, in row order.
    pub parts: Vec<Part>,
    /// First column of each part, and the number of columns at the end.
    pub starts: Vec<usize>,
    /// Of the only part, the values that are kept; all where there is none.
    pub strip: Option<Range<usize>>,
}

/// What is turned into rows at once.
pub(super) enum Job {
    /// Parts whose columns are all held.
    Pass(Pass),
    /// A part that is too wide, some of its values after the others.
    Strips(Vec<Pass>),
}

impl Job {
    /// The passes over the replicates.
    pub fn passes(&self) -> &[Pass] {
        match self {
            Self::Pass(pass) => std::slice::from_ref(pass),
            Self::Strips(strips) => strips,
        }
    }
}

/// Splits all parts into passes of at most `columns` columns.
pub(super) fn plan(tables: &[Table<'_>], columns: usize) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        for level in 0..table.division.levels {
            let mut from = 0;
            while from < table.paths.len() || (table.paths.is_empty() && from == 0) {
                let part = longest_part(table, index, level, from, columns);
                from = part.paths.end.max(from + 1);
                let width = table.columns(&part);
                if width > columns {
                    jobs.push(Job::Strips(strips(table, &part, columns).collect()));
                    continue;
                }
                match jobs.last_mut() {
                    Some(Job::Pass(pass)) if pass.width() + width <= columns => {
                        pass.push(part, width);
                    }
                    _ => {
                        let mut pass = Pass {
                            parts: Vec::new(),
                            starts: vec![0],
                            strip: None,
                        };
                        pass.push(part, width);
                        jobs.push(Job::Pass(pass));
                    }
                }
            }
        }
    }
    jobs
}

impl Pass {
    /// Columns held.
    fn width(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    fn push(&mut self, part: Part, width: usize) {
        self.starts.push(self.width() + width);
        self.parts.push(part);
    }
}

/// A part that is too wide, a few of its values at a time: at least one.
fn strips(table: &Table<'_>, part: &Part, columns: usize) -> impl Iterator<Item = Pass> {
    let values = table.values(part);
    let per_value = table.columns(part) / values.max(1);
    let step = (columns / per_value.max(1)).max(1);
    (0..values).step_by(step).map(move |from| {
        let strip = from..(from + step).min(values);
        Pass {
            parts: vec![part.clone()],
            starts: vec![0, strip.len() * per_value],
            strip: Some(strip),
        }
    })
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
    /// Copies a column into `out` (B values).
    pub fn gather(&self, column: usize, out: &mut Vec<f64>) {
        out.clear();
        out.reserve(self.count);
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

/// Tiles of one task: enough that its buffers pay.
const TASK: usize = 4;

/// Fills the columns of a pass.
pub(super) fn fill(
    tables: &[Table<'_>],
    pass: &Pass,
    (scheme, count): (&dyn Scheme, usize),
    progress: &dyn Progress,
) -> Columns {
    let width = pass.width();
    let tiles = count.div_ceil(LANES);
    let tasks = parallel::map_ordered(tiles.div_ceil(TASK), |task| {
        let mut draws = vec![Draw::default(); LANES];
        let mut scratch = Scratch::default();
        let mut whole = Vec::new();
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
                        table.total_replicates(&draws[..rows], &mut scratch);
                        totalled = part.table;
                    }
                    let draws = &draws[..rows];
                    if let Some(strip) = &pass.strip {
                        whole.resize(table.columns(part) * rows, 0.0);
                        table.replicates(part, draws, &mut scratch, &mut whole);
                        keep(strip, (&whole, table.values(part)), rows, &mut values);
                        continue;
                    }
                    let span = start * rows..(start + table.columns(part)) * rows;
                    table.replicates(part, draws, &mut scratch, &mut values[span]);
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

/// Of a part's values, and their standard errors after them, those of a strip.
fn keep(strip: &Range<usize>, (whole, values): (&[f64], usize), rows: usize, out: &mut [f64]) {
    let halves = whole.chunks_exact(values * rows);
    for (half, out) in halves.zip(out.chunks_exact_mut(strip.len() * rows)) {
        out.copy_from_slice(&half[strip.start * rows..strip.end * rows]);
    }
}
