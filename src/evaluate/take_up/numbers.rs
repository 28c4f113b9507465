//! The replicates of take-up and of ratios: one column per series and week.

use super::One;
use crate::evaluate::Progress;
use crate::evaluate::regression::{Regression, Room};
use crate::numeric::parallel;
use crate::resample::Draw;
use crate::totals::LANES;

/// What a column holds, of the two things that are regressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    /// The first as it is, by week.
    First,
    /// The second as it is.
    Second,
    /// The first over the second, by week.
    Late,
    /// The first accumulated, over the second.
    Accumulated,
}

/// Replicates by series: `[path][level x contrast][week]`, each B long.
pub(super) struct Columns {
    paths: Vec<Path>,
    /// Contrasts (or arms) of each path over all levels.
    widths: Vec<usize>,
    weeks: Vec<usize>,
    tiles: Vec<Vec<f64>>,
    count: usize,
}

impl Columns {
    /// Draws all replicates once.
    pub fn draw(
        one: &One<'_>,
        made: &[&Regression; 2],
        paths: &[Path],
        progress: &dyn Progress,
    ) -> Self {
        let (context, count) = (one.context, one.context.count);
        let paths = paths.to_vec();
        let weeks = one.weeks();
        let widths: Vec<usize> = (paths.iter())
            .map(|path| match path {
                Path::First => made[0].series(),
                _ => made[1].series(),
            })
            .collect();
        let width: usize = widths.iter().map(|w| w * weeks.len()).sum();
        let tiles = parallel::map_ordered(count.div_ceil(LANES), |tile| {
            let first = tile * LANES;
            let lanes = LANES.min(count - first);
            let mut draws = vec![Draw::default(); lanes];
            for (lane, draw) in draws.iter_mut().enumerate() {
                context.scheme.fill((first + lane) as u64, draw);
            }
            let worths = one.division.worth(&draws);
            let worth = |cell: usize, lane: usize| worths.as_ref().map_or(1.0, |w| w[cell][lane]);
            let mut rooms = [Room::default(), Room::default()];
            made[0].total(&draws, worth, &mut rooms[0]);
            made[1].total(&draws, worth, &mut rooms[1]);
            let mut out = Vec::with_capacity(width * lanes);
            for (path, &series) in paths.iter().zip(&widths) {
                for s in 0..series {
                    write(*path, (made, &rooms), s, (&weeks, lanes), &mut out);
                }
            }
            progress.advance(lanes as u64);
            out
        });
        Self {
            paths,
            widths,
            weeks,
            tiles,
            count,
        }
    }

    /// Replicates of all weeks of a series, one week after the other.
    pub fn series(&self, path: Path, series: usize) -> Vec<f64> {
        let mut start = 0;
        for (own, width) in self.paths.iter().zip(&self.widths) {
            if *own == path {
                break;
            }
            start += width * self.weeks.len();
        }
        let first = start + series * self.weeks.len();
        let mut out = Vec::with_capacity(self.weeks.len() * self.count);
        for column in first..first + self.weeks.len() {
            for (tile, values) in self.tiles.iter().enumerate() {
                let lanes = LANES.min(self.count - tile * LANES);
                out.extend_from_slice(&values[column * lanes..(column + 1) * lanes]);
            }
        }
        out
    }
}

/// Writes one series of a tile: the weeks one after the other, the draws side by side.
fn write(
    path: Path,
    (made, rooms): (&[&Regression; 2], &[Room; 2]),
    series: usize,
    (weeks, lanes): (&[usize], usize),
    out: &mut Vec<f64>,
) {
    let values = |which: usize| made[which].series_of(&rooms[which], series, lanes);
    match path {
        Path::First | Path::Second => {
            let values = values(usize::from(path == Path::Second));
            for &week in weeks {
                out.extend_from_slice(&values[week * lanes..(week + 1) * lanes]);
            }
        }
        Path::Late | Path::Accumulated => {
            let (mut reduced, first) = (values(0).to_vec(), values(1));
            if path == Path::Accumulated {
                for at in lanes..reduced.len() {
                    reduced[at] += reduced[at - lanes];
                }
            }
            for &week in weeks {
                let tick = week * lanes..(week + 1) * lanes;
                let pairs = reduced[tick.clone()].iter().zip(&first[tick]);
                out.extend(pairs.map(|(reduced, first)| {
                    let ratio = reduced / first;
                    if ratio.is_finite() { ratio } else { f64::NAN }
                }));
            }
        }
    }
}

impl One<'_> {
    /// Weeks that are reported, from 0.
    pub fn weeks(&self) -> Vec<usize> {
        let shape = &self.context.panel.outcomes[self.asked.outcome].shape;
        let asked = &self.analysis.weeks;
        let label = |tick: usize| (shape.first_tick + tick as i32) as u32;
        (0..shape.ticks)
            .filter(|&tick| asked.is_empty() || asked.contains(&label(tick)))
            .collect()
    }
}
