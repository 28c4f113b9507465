//! Two outcomes of the same persons: the covariance of their differences, person by person or cluster by cluster.

use super::clusters::Freedom;
use super::sandwich::{BLOCK, Fitted, Numbers, Over};
use super::system::{Model, Sums};
use crate::numeric::parallel;
use crate::totals::CrossProducts;

/// Of an outcome and of what was taken up, by week: variances and covariance of the differences, the outcome's as it is and
/// accumulated; what was taken up is a level and is not accumulated.
#[derive(Clone, Debug)]
pub(in crate::evaluate) struct Joint {
    /// Variance of the first, covariance, variance of the second.
    pub weekly: Vec<[f64; 3]>,
    /// The same of the first accumulated.
    pub accumulated: Vec<[f64; 3]>,
    /// Degrees of freedom of the first; infinite for means.
    pub freedom: Vec<f64>,
}

impl Joint {
    fn nothing(ticks: usize) -> Self {
        Self {
            weekly: vec![[0.0; 3]; ticks],
            accumulated: vec![[0.0; 3]; ticks],
            freedom: vec![f64::INFINITY; ticks],
        }
    }

    fn push(&mut self, size: f64, first: &[f64], second: &[f64]) {
        let mut sum = 0.0;
        for (tick, (a, b)) in first.iter().zip(second).enumerate() {
            sum += a;
            for (out, a) in [(&mut self.weekly, *a), (&mut self.accumulated, sum)] {
                let [aa, ab, bb] = &mut out[tick];
                *aa += size * a * a;
                *ab += size * a * b;
                *bb += size * b * b;
            }
        }
    }

    fn add(&mut self, other: &Self) {
        for (mine, more) in [
            (&mut self.weekly, &other.weekly),
            (&mut self.accumulated, &other.accumulated),
        ] {
            for (mine, more) in mine.iter_mut().flatten().zip(more.iter().flatten()) {
                *mine += more;
            }
        }
    }

    /// In units of the outcomes.
    pub(super) fn scaled(mut self, first: f64, second: f64) -> Self {
        for each in self.weekly.iter_mut().chain(&mut self.accumulated) {
            each[0] /= first * first;
            each[1] /= first * second;
            each[2] /= second * second;
        }
        self
    }
}

/// Of the same contrast in two outcomes, whose rows are the same persons.
pub(super) fn joint<S: Sums>(
    models: [&Model; 2],
    crosses: [&CrossProducts; 2],
    sums: &[S; 2],
    over: Over,
) -> Joint {
    let (ticks, epochs) = (crosses[0].ticks(), crosses[0].epochs());
    let mut total = Joint::nothing(ticks);
    let mut freedom = vec![Freedom::default(); epochs];
    let mut persons = vec![0.0; epochs];
    let [first_sums, second_sums] = sums;
    for (one, two) in models[0].systems.iter().zip(&models[1].systems) {
        let first = Fitted::new(crosses[0], models[0], one, first_sums);
        let second = Fitted::new(crosses[1], models[1], two, second_sums);
        for (epoch, persons) in persons.iter_mut().enumerate() {
            let groups = 0..one.groups.len();
            *persons += groups.map(|g| first.persons(g, epoch)).sum::<f64>();
        }
        let units = first.units(first_sums);
        let blocks = parallel::blocks(units.len(), BLOCK);
        let parts = parallel::map_ordered(blocks.len(), |b| {
            let mut out = Joint::nothing(ticks);
            let mut freedom = vec![Freedom::default(); epochs];
            let mut ignored = vec![Freedom::default(); crosses[1].epochs()];
            let (mut a, mut b_) = (Numbers::of(&first), Numbers::of(&second));
            for unit in &units[blocks[b].clone()] {
                let size = match over {
                    Over::Persons(_) | Over::Means(_) => {
                        a.person(&first, (unit, over), &mut freedom);
                        b_.person(&second, (unit, over), &mut ignored);
                        unit.size
                    }
                    Over::Clusters => {
                        a.cluster(&first, unit, &mut freedom);
                        b_.cluster(&second, unit, &mut ignored);
                        1.0
                    }
                };
                out.push(size, &a.psi, &b_.psi);
            }
            (out, freedom)
        });
        let mut own = vec![Freedom::default(); epochs];
        for (part, more) in parts {
            total.add(&part);
            for (own, more) in own.iter_mut().zip(more) {
                own.add(more);
            }
        }
        for (freedom, mut own) in freedom.iter_mut().zip(own) {
            own.close();
            freedom.add(own);
        }
    }
    for epoch in 0..epochs {
        let factor = models[0].factor(persons[epoch], over);
        for tick in crosses[0].span(epoch) {
            for each in [&mut total.weekly[tick], &mut total.accumulated[tick]] {
                for value in each.iter_mut() {
                    *value *= factor;
                }
            }
            total.freedom[tick] = models[0].degrees(persons[epoch], over, &freedom[epoch]);
        }
    }
    total
}
