//! CR2 over clusters (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018), with the columns of the groups' means.
//!
//! With U = [1 / sqrt(n), L^-1 z_i] by row, the hat matrix of a cluster is U U', and `A = (I - U U')^(-1/2)` needs only
//! the eigenvectors of U' U: `A = I + U V f(lambda) V' U'`, `f = ((1 - lambda)^(-1/2) - 1) / lambda`, where a direction
//! with nothing left (lambda = 1) is taken out. The working model of the degrees of freedom has equal, independent errors.

use super::sandwich::{Fitted, Unit};
use crate::numeric::symmetric::eigen;
use std::collections::BTreeMap;

/// 1 - lambda below this is nothing.
const NOTHING: f64 = 1e-10;

/// The followed persons of a cluster in one epoch, with adjusted worths.
pub(super) struct Cluster {
    rows: Vec<usize>,
    /// `rows x size`.
    z: Vec<f64>,
    size: usize,
    /// A l.
    worth: Vec<f64>,
    /// U' A l.
    outside: Vec<f64>,
}

impl Cluster {
    pub fn new(fitted: &Fitted<'_>, unit: &Unit, epoch: usize) -> Self {
        let cross = fitted.cross;
        let size = fitted.products.size;
        let wide = size + 1;
        let mut followed = vec![false; cross.epochs()];
        let mut out = Self {
            rows: Vec::new(),
            z: Vec::new(),
            size,
            worth: Vec::new(),
            outside: vec![0.0; wide],
        };
        let mut u: Vec<f64> = Vec::new();
        // A pick that counts w persons has the hat matrix w U U'.
        let first = 1.0 / fitted.persons(unit.group, epoch).sqrt();
        let root = unit.worth.sqrt();
        let mut z = vec![0.0; size];
        for row in unit.rows.clone() {
            cross.followed(row, &mut followed);
            if !followed[epoch] {
                continue;
            }
            fitted.within(unit, row, epoch, &mut z);
            out.rows.push(row);
            out.z.extend_from_slice(&z);
            out.worth.push(fitted.worth(unit, epoch, &z));
            fitted.solved[epoch].factor.forward(&mut z);
            u.push(root * first);
            u.extend(z.iter().map(|z| root * z));
        }
        out.adjust(&u, wide);
        out
    }

    /// Replaces the worths l by A l.
    fn adjust(&mut self, u: &[f64], wide: usize) {
        let mut inner = vec![0.0; wide * wide];
        let mut right = vec![0.0; wide];
        for (row, &worth) in u.chunks_exact(wide).zip(&self.worth) {
            for (i, a) in row.iter().enumerate() {
                right[i] += a * worth;
                for (j, b) in row.iter().enumerate() {
                    inner[i * wide + j] += a * b;
                }
            }
        }
        let found = eigen(&inner, wide);
        let mut turned = vec![0.0; wide];
        for (k, turned) in turned.iter_mut().enumerate() {
            let lambda = found.values[k];
            let left = 1.0 - lambda;
            let f = if lambda < 1e-12 {
                0.5
            } else if left < NOTHING {
                -1.0 / lambda
            } else {
                (1.0 / left.sqrt() - 1.0) / lambda
            };
            let along: f64 = (0..wide)
                .map(|i| found.vectors[i * wide + k] * right[i])
                .sum();
            *turned = f * along;
        }
        let back: Vec<f64> = (0..wide)
            .map(|i| {
                (0..wide)
                    .map(|k| found.vectors[i * wide + k] * turned[k])
                    .sum()
            })
            .collect();
        for (row, worth) in u.chunks_exact(wide).zip(&mut self.worth) {
            for (a, b) in row.iter().zip(&back) {
                *worth += a * b;
            }
            for (sum, a) in self.outside.iter_mut().zip(row) {
                *sum += a * *worth;
            }
        }
    }

    /// Row, adjusted worth and columns of each person.
    pub fn rows(&self) -> impl Iterator<Item = (usize, f64, &[f64])> {
        let size = self.size;
        (self.rows.iter().zip(&self.worth).enumerate())
            .map(move |(i, (&row, &worth))| (row, worth, &self.z[i * size..(i + 1) * size]))
    }
}

/// Satterthwaite's degrees of freedom while clusters are added: of `sum p_g' p_g`, squared, over `sum (p_g' p_h)^2`.
#[derive(Clone, Debug, Default)]
pub(super) struct Freedom {
    /// Sum of p_g' p_g, and of its squares.
    trace: f64,
    diagonal: f64,
    /// Sums of outer products of the outside parts by group, with the group's mean as first; and of their fourth powers.
    groups: BTreeMap<usize, (Vec<f64>, f64)>,
    /// Off the diagonal, once all clusters of a system are in.
    off: f64,
}

impl Freedom {
    pub fn push(&mut self, group: usize, cluster: &Cluster) {
        let worth = cluster.worth.iter().map(|x| x * x).sum();
        self.push_units(group, 1.0, (worth, &cluster.outside));
    }

    /// Adds so many units that are alike: the square of A l, and U' A l.
    pub fn push_units(&mut self, group: usize, units: f64, (worth, outside): (f64, &[f64])) {
        let square = outside.iter().map(|x| x * x).sum::<f64>();
        let own = worth - square;
        self.trace += units * own;
        self.diagonal += units * own * own;
        let wide = outside.len();
        let (products, fourth) =
            (self.groups.entry(group)).or_insert_with(|| (vec![0.0; wide * wide], 0.0));
        for (row, a) in products.chunks_exact_mut(wide).zip(outside) {
            let a = units * a;
            for (sum, b) in row.iter_mut().zip(outside) {
                *sum += a * b;
            }
        }
        *fourth += units * square * square;
    }

    pub fn add(&mut self, other: Self) {
        self.trace += other.trace;
        self.diagonal += other.diagonal;
        self.off += other.off;
        for (group, (products, fourth)) in other.groups {
            let own =
                (self.groups.entry(group)).or_insert_with(|| (vec![0.0; products.len()], 0.0));
            for (mine, more) in own.0.iter_mut().zip(products) {
                *mine += more;
            }
            own.1 += fourth;
        }
    }

    /// When all clusters of a system are in: clusters of one group share its mean, those of two only the columns.
    pub fn close(&mut self) {
        let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
        let mut all: Vec<f64> = Vec::new();
        for (products, fourth) in std::mem::take(&mut self.groups).into_values() {
            self.off += norm(&products) - fourth;
            let wide = (products.len() as f64).sqrt().round() as usize;
            let columns: Vec<f64> = (1..wide)
                .flat_map(|i| products[i * wide + 1..(i + 1) * wide].to_vec())
                .collect();
            all.resize(columns.len(), 0.0);
            for (sum, x) in all.iter_mut().zip(&columns) {
                *sum += x;
            }
            self.off -= norm(&columns);
        }
        self.off += norm(&all);
    }

    /// The degrees of freedom.
    pub fn degrees(&self) -> f64 {
        let all = self.diagonal + self.off;
        if all > 0.0 {
            self.trace * self.trace / all
        } else {
            f64::NAN
        }
    }
}
