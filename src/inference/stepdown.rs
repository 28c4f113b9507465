//! p-values of permutations, and of many hypotheses together: step-down over the largest statistic, and Holm.
//!
//! A *hit* is a permutation (or bootstrap replicate) whose statistic is at least the observed one. Statistics that differ by
//! rounding only are ties, and ties are hits: see [`reaches`].
//!
//! Westfall and Young's free step-down, and Romano and Wolf's, order the hypotheses by their observed statistic, largest
//! first, and count for the j-th in how many draws the largest of the statistics j, j + 1, ... reaches it; then no p may be
//! smaller than the one before. Both are the same arithmetic: what differs is the draw. Under Westfall and Young it is the
//! statistic of a permutation, which needs no estimate of the truth; under Romano and Wolf the deviation of a bootstrap
//! replicate from the estimate, in observed standard errors.
//!
//! Sources: Westfall and Young (1993), algorithm 2.8; Romano and Wolf (2005), Econometrica 73, 1237-1282; Holm (1979),
//! Scandinavian Journal of Statistics 6, 65-70; Davison and Hinkley (1997), section 4.2 for (1 + hits) / (1 + B).

/// Statistics closer than this share of the larger are ties.
const TIE: f64 = 1e-9;

/// Whether a statistic of a draw is at least the observed one, ties included. `unit` is a size below which differences
/// are rounding whatever the observed value: 1 for a studentised statistic, the standard error for a plain one.
#[inline]
pub fn reaches(drawn: f64, observed: f64, unit: f64) -> bool {
    drawn >= observed - TIE * observed.abs().max(unit)
}

/// Draws: all that there are, or some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draws {
    /// All, the observed one among them: p is exact.
    All,
    /// A sample, to which the observed one is added.
    Sampled,
}

/// A p-value and its Monte Carlo standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulatedP {
    /// p.
    pub p: f64,
    /// Its Monte Carlo standard error; `None` when it has none.
    pub error: Option<f64>,
}

impl SimulatedP {
    /// hits / count of all assignments, else (1 + hits) / (1 + count), with error sqrt(p (1 - p) / (1 + count)): the binomial one
    /// at p itself, so that it is not 0 when there is no hit.
    pub fn of(hits: u64, count: u64, draws: Draws) -> Option<Self> {
        match draws {
            Draws::All if count == 0 => None,
            Draws::All => Some(Self {
                p: hits as f64 / count as f64,
                error: None,
            }),
            Draws::Sampled => {
                let all = 1.0 + count as f64;
                let p = (1.0 + hits as f64) / all;
                Some(Self {
                    p,
                    error: Some((p * (1.0 - p) / all).sqrt()),
                })
            }
        }
    }
}

/// Counts of a step-down over draws, which may be made in parts and added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepDown {
    /// Hits of each step.
    hits: Vec<u64>,
    /// Draws in which every statistic is defined.
    count: u64,
}

/// The hypotheses of a step-down in order of their observed statistics, largest first; equal ones as they stand.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    order: Vec<usize>,
    observed: Vec<f64>,
}

impl Steps {
    /// Orders hypotheses by what was observed; those that are `None` take no part.
    pub fn of(observed: &[Option<f64>]) -> Self {
        let mut order: Vec<usize> = (0..observed.len())
            .filter(|&h| observed[h].is_some_and(|t| !t.is_nan()))
            .collect();
        let at = |h: usize| observed[h].unwrap_or(f64::NAN);
        order.sort_by(|&a, &b| at(b).total_cmp(&at(a)));
        Self {
            observed: order.iter().map(|&h| at(h)).collect(),
            order,
        }
    }

    /// Hypotheses that take part.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none takes part.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// No draw yet.
    pub fn start(&self) -> StepDown {
        StepDown {
            hits: vec![0; self.order.len()],
            count: 0,
        }
    }

    /// Counts a draw, given the statistic of each hypothesis; one in which some statistic is not a number is left out.
    pub fn count(&self, counts: &mut StepDown, statistic: impl Fn(usize) -> f64) {
        if self.order.iter().any(|&h| statistic(h).is_nan()) {
            return;
        }
        counts.count += 1;
        let mut largest = f64::NEG_INFINITY;
        for (step, &hypothesis) in self.order.iter().enumerate().rev() {
            largest = largest.max(statistic(hypothesis));
            if reaches(largest, self.observed[step], 1.0) {
                counts.hits[step] += 1;
            }
        }
    }

    /// Adjusted p of each hypothesis, in the order given to [`Steps::of`].
    pub fn adjusted(&self, counts: &StepDown, draws: Draws, of: usize) -> Vec<Option<SimulatedP>> {
        let mut out = vec![None; of];
        let mut least: Option<SimulatedP> = None;
        for (&hypothesis, &hits) in self.order.iter().zip(&counts.hits) {
            let own = SimulatedP::of(hits, counts.count, draws);
            let before = least;
            least = match (own, before) {
                (Some(own), Some(before)) if before.p > own.p => Some(before),
                (own, _) => own,
            };
            out[hypothesis] = least;
        }
        out
    }
}

impl StepDown {
    /// Adds the counts of other draws.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        for (hits, more) in self.hits.iter_mut().zip(&other.hits) {
            *hits += more;
        }
    }

    /// Draws that were counted.
    pub fn draws(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
/// Single-step p of each hypothesis: the largest statistic of all reaches it.
pub fn single_step(observed: &[f64], draws: &[Vec<f64>], kind: Draws) -> Vec<Option<SimulatedP>> {
    let largest: Vec<f64> = draws
        .iter()
        .map(|draw| draw.iter().copied().fold(f64::NEG_INFINITY, f64::max))
        .collect();
    observed
        .iter()
        .map(|&t| {
            let hits = largest.iter().filter(|&&m| reaches(m, t, 1.0)).count();
            SimulatedP::of(hits as u64, largest.len() as u64, kind)
        })
        .collect()
}

/// Holm's adjusted p: of m hypotheses the j-th smallest p counts m - j + 1 times, and none may be smaller than the one
/// before. One without a p counts in m and has none.
pub fn holm(p: &[Option<SimulatedP>]) -> Vec<Option<SimulatedP>> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&h| p[h].is_some()).collect();
    let at = |h: usize| p[h].map_or(1.0, |p| p.p);
    order.sort_by(|&a, &b| at(a).total_cmp(&at(b)));
    let mut out = vec![None; p.len()];
    let mut least: Option<SimulatedP> = None;
    for (step, &hypothesis) in order.iter().enumerate() {
        let times = (p.len() - step) as f64;
        let own = p[hypothesis].map(|p| SimulatedP {
            p: (times * p.p).min(1.0),
            // Above 1 there is room before the draw of another seed shows.
            error: (p.error).map(|error| (times * error - (times * p.p - 1.0).max(0.0)).max(0.0)),
        });
        least = match (own, least) {
            (Some(own), Some(before)) if before.p > own.p => Some(before),
            (own, _) => own,
        };
        out[hypothesis] = least;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample::permutation::{Assignments, Pool};

    /// All ways to choose four of eight.
    fn choices() -> Vec<[bool; 8]> {
        (0_u32..256)
            .filter(|set| set.count_ones() == 4)
            .map(|set| std::array::from_fn(|i| set >> i & 1 == 1))
            .collect()
    }

    /// Welch's |t| of the chosen against the others.
    fn welch(y: &[f64], chosen: &[bool]) -> f64 {
        let side = |wanted: bool| {
            let own: Vec<f64> = (y.iter().zip(chosen))
                .filter(|(_, c)| **c == wanted)
                .map(|(y, _)| *y)
                .collect();
            let n = own.len() as f64;
            let mean = own.iter().sum::<f64>() / n;
            let squares: f64 = own.iter().map(|y| (y - mean) * (y - mean)).sum();
            (mean, squares / (n - 1.0) / n)
        };
        let ((m1, v1), (m0, v0)) = (side(true), side(false));
        if m1 == m0 {
            0.0
        } else {
            ((m1 - m0) / (v1 + v0).sqrt()).abs()
        }
    }

    const Y: [[f64; 8]; 3] = [
        [5.0, 7.0, 9.0, 8.0, 2.0, 4.0, 3.0, 6.0],
        [9.0, 8.0, 7.0, 10.0, 8.0, 6.0, 7.0, 5.0],
        [3.0, 6.0, 4.0, 5.0, 5.0, 4.0, 6.0, 3.0],
    ];

    #[test]
    fn eight_units_and_three_outcomes_give_the_published_p() {
        let observed: Vec<f64> = Y
            .iter()
            .map(|y| welch(y, &[true, true, true, true, false, false, false, false]))
            .collect();
        assert!((observed[0] - 2.898_275).abs() < 1e-6 && (observed[1] - 2.190_890).abs() < 1e-6);
        let draws: Vec<Vec<f64>> = choices()
            .iter()
            .map(|chosen| Y.iter().map(|y| welch(y, chosen)).collect())
            .collect();
        assert_eq!(draws.len(), 70);
        let p = |p: Vec<Option<SimulatedP>>| -> Vec<f64> {
            p.iter().map(|p| p.unwrap().p * 70.0).collect()
        };
        let raw: Vec<f64> = (0..3)
            .map(|h| {
                draws
                    .iter()
                    .filter(|d| reaches(d[h], observed[h], 1.0))
                    .count() as f64
            })
            .collect();
        assert_eq!(raw, [4.0, 10.0, 70.0]);
        let steps = Steps::of(&observed.iter().map(|&t| Some(t)).collect::<Vec<_>>());
        let mut counts = steps.start();
        for draw in &draws {
            steps.count(&mut counts, |h| draw[h]);
        }
        assert_eq!(p(steps.adjusted(&counts, Draws::All, 3)), [8.0, 20.0, 70.0]);
        assert_eq!(
            p(single_step(&observed, &draws, Draws::All)),
            [8.0, 22.0, 70.0]
        );
    }

    #[test]
    fn villages_have_the_published_p_two_sided_and_one_sided() {
        // Gerber and Green: seven villages, the first and the last treated; difference 6.5, 8/21 and 5/21.
        // The assignments are those that the permutation test of a study lists.
        let y = [15.0, 15.0, 20.0, 20.0, 10.0, 15.0, 30.0];
        let pool = Pool::new(&[vec![5, 2]]);
        let source = Assignments::of(&pool, 999, 1, 1);
        let mut masks = pool.masks();
        let mut effects = Vec::new();
        for index in 0..source.count() {
            source.fill(&pool, index, &mut masks);
            let mean = |arm: usize| {
                let own = (0..7).filter(|place| masks[arm][0] >> place & 1 == 1);
                let own: Vec<f64> = own.map(|place| y[place]).collect();
                own.iter().sum::<f64>() / own.len() as f64
            };
            effects.push(mean(1) - mean(0));
        }
        assert_eq!(effects.len(), 21);
        let two = effects
            .iter()
            .filter(|e| reaches(e.abs(), 6.5, 1.0))
            .count();
        let one = effects.iter().filter(|e| reaches(**e, 6.5, 1.0)).count();
        assert_eq!((two, one), (8, 5));
        assert_eq!(
            SimulatedP::of(8, 21, Draws::All).unwrap(),
            SimulatedP {
                p: 8.0 / 21.0,
                error: None
            }
        );
    }

    #[test]
    fn a_sampled_p_is_never_nought_and_has_an_error() {
        let none = SimulatedP::of(0, 9999, Draws::Sampled).unwrap();
        assert_eq!(none.p, 1e-4);
        assert!((none.error.unwrap() - 1e-4).abs() < 1e-6);
        assert_eq!(SimulatedP::of(0, 0, Draws::All), None);
    }

    #[test]
    fn holm_counts_the_untested_and_never_falls() {
        let p = |p| {
            Some(SimulatedP {
                p,
                error: Some(0.001),
            })
        };
        let found = holm(&[p(0.04), p(0.001), None, p(0.03)]);
        let values: Vec<Option<f64>> = found.iter().map(|p| p.map(|p| p.p)).collect();
        assert_eq!(values, [Some(0.09), Some(0.004), None, Some(0.09)]);
        assert_eq!(found[1].unwrap().error, Some(0.004));
    }

    #[test]
    fn a_draw_with_an_undefined_statistic_is_left_out_of_the_step_down() {
        let steps = Steps::of(&[Some(1.0), None, Some(2.0)]);
        let mut counts = steps.start();
        steps.count(&mut counts, |_| 3.0);
        steps.count(&mut counts, |h| if h == 1 { f64::NAN } else { 0.0 });
        steps.count(&mut counts, |h| if h == 0 { f64::NAN } else { 5.0 });
        assert_eq!(counts.draws(), 2);
        let p = steps.adjusted(&counts, Draws::Sampled, 3);
        assert_eq!(p[1], None);
        assert_eq!(p[0].unwrap().p, 2.0 / 3.0);
    }
}
