//! Hits of one statistic over the permutations, and the p they make.

use crate::inference::stepdown::{Draws, SimulatedP, reaches};

/// Above this share of undefined statistics there is no p.
const MOST_UNDEFINED: f64 = 0.01;

/// One statistic.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::evaluate) struct Tested {
    pub p: Option<SimulatedP>,
    pub undefined: u64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counter {
    pub hits: u64,
    pub undefined: u64,
}

impl Counter {
    pub fn count(&mut self, drawn: f64, observed: f64, unit: f64) {
        if drawn.is_nan() {
            self.undefined += 1;
        } else if reaches(drawn, observed, unit) {
            self.hits += 1;
        }
    }

    pub fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.undefined += other.undefined;
    }

    /// Permutations in which the statistic is undefined are left out, up to a limit.
    pub fn tested(self, count: u64, draws: Draws, observed: f64) -> Tested {
        let few = self.undefined as f64 <= MOST_UNDEFINED * count as f64;
        Tested {
            p: (few && !observed.is_nan())
                .then(|| SimulatedP::of(self.hits, count - self.undefined, draws))
                .flatten(),
            undefined: self.undefined,
        }
    }
}
