//! Hypotheses that are read off the same two paths, one week after another: most of a family by week.

use super::grid::{Difference, Grid};
use super::reader::{Reader, State};
use super::setting::{Place, Statistics};

/// Weeks of one cell of one grid.
struct Strip {
    reader: usize,
    grid: usize,
    cell: usize,
    /// Hypothesis and tick.
    reads: Vec<(usize, usize)>,
}

/// The hypotheses that stand in strips, and those that do not.
pub(super) struct Strips {
    strips: Vec<Strip>,
    /// Hypotheses that are read by themselves.
    pub others: Vec<usize>,
}

impl Strips {
    /// Whatever has paths, at a level of one cell.
    pub fn of(readers: &[Reader<'_>], places: &[Place]) -> Self {
        let mut out = Self {
            strips: Vec::new(),
            others: Vec::new(),
        };
        for (hypothesis, place) in places.iter().enumerate() {
            let found = match place {
                Place::Read(read) if readers[read.reader].has_paths() => {
                    let grid: &Grid = &readers[read.reader].grids[read.grid];
                    grid.single(read.level).map(|cell| (read, cell))
                }
                _ => None,
            };
            let Some((read, cell)) = found else {
                out.others.push(hypothesis);
                continue;
            };
            let key = (read.reader, read.grid, cell);
            let is_own = |s: &Strip| (s.reader, s.grid, s.cell) == key;
            let strip = out.strips.iter().rposition(is_own).unwrap_or_else(|| {
                out.strips.push(Strip {
                    reader: read.reader,
                    grid: read.grid,
                    cell,
                    reads: Vec::new(),
                });
                out.strips.len() - 1
            });
            out.strips[strip].reads.push((hypothesis, read.tick));
        }
        out
    }

    /// The second arm less the first, as [`super::grid::difference`] makes it.
    pub fn fill(
        &self,
        readers: &[Reader<'_>],
        states: &[Vec<State>],
        (out, differences): (&mut [Statistics], &mut [Difference]),
    ) {
        for strip in &self.strips {
            let (reader, at) = (&readers[strip.reader], (strip.grid, strip.cell));
            let arm = |arm: usize| reader.path(&states[strip.reader][arm], at);
            let (Some(control), Some(treated)) = (arm(0), arm(1)) else {
                continue;
            };
            let is_compared = control.persons > 0 && treated.persons > 0;
            for &(hypothesis, tick) in &strip.reads {
                let (c, t) = (control.values[tick], treated.values[tick]);
                let variance = treated.variances[tick] + control.variances[tick];
                let found = if is_compared {
                    Difference {
                        estimate: t - c,
                        std_error: variance.sqrt(),
                        scale: t.abs() + c.abs(),
                    }
                } else {
                    Difference::NONE
                };
                out[hypothesis] = (found.plain(), found.studentised());
                differences[hypothesis] = found;
            }
        }
    }
}
