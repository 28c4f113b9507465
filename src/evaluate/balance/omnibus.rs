//! The test of all covariates at once: lots drawn again within strata, units as they were randomised.

use super::items::Item;
use crate::numeric::cholesky::{Cholesky, place};
use crate::numeric::normal::chi_squared_tail;
use crate::numeric::parallel;
use crate::resample::permutation::{Assignments, Masks, Pool};
use crate::study::Study;
use crate::totals::planes::{Addition, Planes};
use crate::trial::Trial;
use std::cmp::Ordering;

/// Draws where the study asks for none, up to so many units, and beyond: there the chi-square p is as good as exact.
const DRAWS: [u32; 2] = [999, 199];
const MANY: usize = 200_000;
/// Draws of one piece of work.
const PIECE: usize = 64;
/// What rounding may take from a statistic that is as large as the observed one.
const TIE: f64 = 1e-9;

/// A p from lots drawn again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drawn {
    pub(super) p: f64,
    /// Monte Carlo standard error; `None` where all assignments are listed.
    pub(super) error: Option<f64>,
    pub(super) count: u64,
}

/// What the test found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Omnibus {
    pub(super) statistic: f64,
    /// Columns that are independent of each other.
    pub(super) freedom: usize,
    /// By chi-square; of one arm against the control only.
    pub(super) p: Option<f64>,
    pub(super) drawn: Drawn,
}

/// What lots drawn again say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Found {
    /// Of all covariates; `None` where none varies.
    pub(super) covariates: Option<Omnibus>,
    /// Of the share followed; `None` where everybody or nobody is.
    pub(super) followed: Option<Drawn>,
}

/// The randomised units of some arms, in an order that only what they carry decides.
struct Units {
    columns: usize,
    /// By unit.
    stratum: Vec<u32>,
    /// By unit: index into the compared arms.
    arm: Vec<u16>,
    /// By unit, what each column adds.
    values: Vec<i64>,
    order: Vec<u32>,
}

impl Units {
    /// Persons, or clusters with the sums of their members; a column of cluster sizes comes first.
    fn new(trial: &Trial, arms: &[usize], columns: &[&Item<'_>]) -> Self {
        let mut units = Self {
            columns: columns.len() + usize::from(trial.cluster.is_some()),
            stratum: Vec::new(),
            arm: Vec::new(),
            values: Vec::new(),
            order: Vec::new(),
        };
        let mut place_of: Vec<Option<u32>> = Vec::new();
        for person in 0..trial.persons() {
            let own = usize::from(trial.arm[person]);
            let Some(arm) = arms.iter().position(|compared| *compared == own) else {
                continue;
            };
            let values = columns.iter().map(|item| item.of(person).unwrap_or(0));
            let Some(clusters) = &trial.cluster else {
                units.begin(trial.stratum[person], arm);
                units.values.extend(values);
                continue;
            };
            let cluster = clusters[person] as usize;
            if place_of.len() <= cluster {
                place_of.resize(cluster + 1, None);
            }
            let unit = *place_of[cluster].get_or_insert_with(|| {
                units.begin(trial.stratum[person], arm);
                units.values.resize(units.values.len() + units.columns, 0);
                units.stratum.len() as u32 - 1
            });
            let start = unit as usize * units.columns;
            let sums = &mut units.values[start..start + units.columns];
            sums[0] += 1;
            for (sum, value) in sums[1..].iter_mut().zip(values) {
                *sum += value;
            }
        }
        // Keys beside each other: the values themselves decide only where two keys are the same.
        let key = |unit: u32| (units.stratum[unit as usize], units.key(unit), unit);
        let mut order: Vec<(u32, u64, u32)> = (0..units.stratum.len() as u32).map(key).collect();
        parallel::sort_by(&mut order, |a, b| {
            (a.0, a.1)
                .cmp(&(b.0, b.1))
                .then_with(|| units.compare(a.2, b.2))
        });
        units.order = order.into_iter().map(|(_, _, unit)| unit).collect();
        units
    }

    fn begin(&mut self, stratum: u32, arm: usize) {
        self.stratum.push(stratum);
        self.arm.push(arm as u16);
    }

    fn values(&self, unit: u32) -> &[i64] {
        &self.values[unit as usize * self.columns..][..self.columns]
    }

    fn arm(&self, unit: u32) -> usize {
        usize::from(self.arm[unit as usize])
    }

    /// A mixture of what a unit carries.
    fn key(&self, unit: u32) -> u64 {
        (self.values(unit).iter()).fold(0x9E37_79B9_7F4A_7C15, |key: u64, value| {
            let mixed = (key ^ *value as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            mixed ^ mixed >> 32
        })
    }

    /// Units that carry the same are the same to every statistic, whatever their arm.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        (self.values(a).cmp(self.values(b))).then_with(|| self.arm(a).cmp(&self.arm(b)))
    }

    fn strata(&self) -> impl Iterator<Item = &[u32]> {
        let same = |a: &u32, b: &u32| self.stratum[*a as usize] == self.stratum[*b as usize];
        self.order.chunk_by(same)
    }
}

/// A pool with what its places add, and the observed assignment.
struct Ground {
    pool: Pool,
    planes: Planes,
    observed: Masks,
    /// Units of each compared arm.
    sizes: Vec<f64>,
    /// Of each compared arm, what lots expect it to have of each column.
    expected: Vec<Vec<f64>>,
    /// Covariance of columns, lower triangle; of the first arm's sums in a pair, of a unit's values otherwise.
    covariance: Vec<f64>,
    columns: usize,
}

impl Ground {
    fn new(units: &Units, arms: usize) -> Self {
        let columns = units.columns;
        let mut counts = Vec::new();
        let mut expected = vec![vec![0.0; columns]; arms];
        let mut covariance = vec![0.0; place(columns, 0)];
        let mut freedom = 0.0;
        let strata: Vec<&[u32]> = units.strata().collect();
        let scatters = parallel::map_ordered(strata.len(), |i| scatter(units, strata[i]));
        for (stratum, (sums, products)) in strata.iter().zip(scatters) {
            let mut own = vec![0_u32; arms];
            for unit in *stratum {
                own[units.arm(*unit)] += 1;
            }
            let n = stratum.len() as i128;
            for (arm, count) in own.iter().enumerate() {
                for (expected, sum) in expected[arm].iter_mut().zip(&sums) {
                    *expected += f64::from(*count) * (*sum as f64 / n as f64);
                }
            }
            let (first, rest) = (f64::from(own[0]), (n as f64) - f64::from(own[0]));
            // Of a pair, m (n - m) / n times the variance by n - 1; else the scatter alone.
            let weight = match (arms, n) {
                (_, 1) => 0.0,
                (2, _) => first * rest / n as f64 / (n - 1) as f64,
                _ => 1.0,
            };
            freedom += (n - 1) as f64;
            for row in 0..columns {
                for column in 0..=row {
                    let at = place(row, column);
                    let scatter = n * products[at] - sums[row] * sums[column];
                    covariance[at] += weight * (scatter as f64 / n as f64);
                }
            }
            counts.push(own);
        }
        if arms > 2 && freedom > 0.0 {
            for value in &mut covariance {
                *value /= freedom;
            }
        }
        let pool = Pool::new(&counts);
        let mut observed = pool.masks();
        let mut additions = Vec::new();
        for (stratum, own) in pool.strata().iter().zip(units.strata()) {
            for (at, unit) in own.iter().enumerate() {
                let here = stratum.words.start * 64 + at;
                observed[units.arm(*unit)][here / 64] |= 1 << (here % 64);
                let values = units.values(*unit).iter().enumerate();
                for (column, value) in values.filter(|(_, v)| **v != 0) {
                    additions.push(Addition {
                        place: here as u32,
                        column: column as u32,
                        value: *value,
                    });
                }
            }
        }
        let sum = |arm: usize| counts.iter().map(|own| f64::from(own[arm])).sum();
        Self {
            planes: Planes::build(pool.words(), columns, additions),
            sizes: (0..arms).map(sum).collect(),
            pool,
            observed,
            expected,
            covariance,
            columns,
        }
    }
}

impl Ground {
    /// Sums of each arm of an assignment; of a pair, the second arm's say it all.
    fn sums(&self, masks: &Masks, totals: &mut Vec<Vec<i64>>) {
        totals.resize_with(masks.len(), Vec::new);
        for (mask, own) in masks.iter().zip(totals).skip(usize::from(masks.len() == 2)) {
            own.resize(self.columns, 0);
            self.planes.total(mask, own);
        }
    }
}

/// Sums of the columns of some units, and of their products (lower triangle).
fn scatter(units: &Units, stratum: &[u32]) -> (Vec<i128>, Vec<i128>) {
    let columns = units.columns;
    let mut sums = vec![0_i128; columns];
    let mut products = vec![0_i128; place(columns, 0)];
    for unit in stratum {
        let values = units.values(*unit);
        for (row, value) in values.iter().enumerate() {
            let value = i128::from(*value);
            sums[row] += value;
            let start = place(row, 0);
            for (product, other) in products[start..=start + row].iter_mut().zip(values) {
                *product += value * i128::from(*other);
            }
        }
    }
    (sums, products)
}

/// How the columns of a ground become one number.
struct Statistic<'a> {
    ground: &'a Ground,
    /// Columns it is made of.
    columns: Vec<usize>,
    /// What each is divided by.
    scale: Vec<f64>,
    factor: Cholesky,
}

impl<'a> Statistic<'a> {
    fn new(ground: &'a Ground, columns: Vec<usize>) -> Self {
        let spread = |column: usize| ground.covariance[place(column, column)].max(0.0).sqrt();
        let scale: Vec<f64> = (columns.iter())
            .map(|column| Some(spread(*column)).filter(|s| *s > 0.0).unwrap_or(1.0))
            .collect();
        let mut triangle = Vec::with_capacity(place(columns.len(), 0));
        for (i, row) in columns.iter().enumerate() {
            for (j, column) in columns[..=i].iter().enumerate() {
                let own = ground.covariance[place(*row.max(column), *row.min(column))];
                triangle.push(own / (scale[i] * scale[j]));
            }
        }
        Self {
            factor: Cholesky::new(&triangle, columns.len()),
            ground,
            columns,
            scale,
        }
    }

    /// The statistic of an assignment, from the sums of each arm.
    fn of(&self, totals: &[Vec<i64>], x: &mut Vec<f64>) -> f64 {
        let ground = self.ground;
        let pair = totals.len() == 2;
        let mut sum = 0.0;
        for (arm, totals) in totals.iter().enumerate().skip(usize::from(pair)) {
            x.clear();
            x.extend(self.columns.iter().zip(&self.scale).map(|(column, scale)| {
                (totals[*column] as f64 - ground.expected[arm][*column]) / scale
            }));
            self.factor.forward(x);
            let square: f64 = x.iter().map(|x| x * x).sum();
            sum += if pair {
                square
            } else {
                square / ground.sizes[arm].max(1.0)
            };
        }
        sum
    }
}

/// Lots drawn again between some arms: `compared` is the treatment arm against the control, 0 for all arms.
pub(super) fn draw_again(
    (study, trial): (&Study, &Trial),
    arms: &[usize],
    items: &[Item<'_>],
    followed: Option<&Item<'_>>,
) -> Found {
    let tested = items.iter().filter(|item| item.tested);
    let columns: Vec<&Item<'_>> = tested.chain(followed).collect();
    let units = Units::new(trial, arms, &columns);
    if units.order.is_empty() {
        return Found::default();
    }
    let ground = Ground::new(&units, arms.len());
    let of_covariates = ground.columns - usize::from(followed.is_some());
    let covariates = Statistic::new(&ground, (0..of_covariates).collect());
    let last = Statistic::new(&ground, (of_covariates..ground.columns).collect());
    let asked = match study.resampling.permutations {
        0 => DRAWS[usize::from(units.order.len() > MANY)],
        asked => asked,
    };
    let compared = if arms.len() == 2 { arms[1] as u32 } else { 0 };
    let seed = study.resampling.seed;
    let assignments = Assignments::of(&ground.pool, asked, seed, compared);
    let statistics = [&covariates, &last];
    let (mut totals, mut x) = (Vec::new(), Vec::new());
    ground.sums(&ground.observed, &mut totals);
    let observed = statistics.map(|statistic| statistic.of(&totals, &mut x));
    let pieces = parallel::blocks(assignments.count() as usize, PIECE);
    let hits = parallel::map_ordered(pieces.len(), |piece| {
        let mut masks = ground.pool.masks();
        let (mut totals, mut x) = (Vec::new(), Vec::new());
        let mut hits = [0_u64; 2];
        for index in pieces[piece].clone() {
            assignments.fill(&ground.pool, index as u64, &mut masks);
            ground.sums(&masks, &mut totals);
            for ((hits, statistic), observed) in hits.iter_mut().zip(statistics).zip(observed) {
                let value = statistic.of(&totals, &mut x);
                *hits += u64::from(value >= observed - TIE * observed.max(1.0));
            }
        }
        hits
    });
    let drawn = |which: usize| {
        let hits: u64 = hits.iter().map(|hits| hits[which]).sum();
        let count = assignments.count();
        match assignments {
            Assignments::Listed { .. } => Drawn {
                p: hits as f64 / count as f64,
                error: None,
                count,
            },
            Assignments::Drawn { .. } => {
                let p = (1 + hits) as f64 / (1 + count) as f64;
                Drawn {
                    p,
                    error: Some((p * (1.0 - p) / (1 + count) as f64).sqrt()),
                    count,
                }
            }
        }
    };
    let freedom = covariates.factor.rank();
    Found {
        covariates: (freedom > 0).then(|| Omnibus {
            statistic: observed[0],
            freedom,
            p: (arms.len() == 2).then(|| chi_squared_tail(observed[0], freedom as u32)),
            drawn: drawn(0),
        }),
        followed: (followed.is_some() && last.factor.rank() > 0).then(|| drawn(1)),
    }
}
