//! Random streams: one per person and purpose, so that a person's history depends on the seed and on the person's
//! place in its site only, never on how many other persons there are or in which order they are drawn.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is for. The numbers are part of the definition of a simulated trial and never change.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// Order of arms in a block.
    Assignment,
    /// Entry week, subgroup levels, hidden type.
    Person,
    /// Effect of a cluster.
    Cluster,
    /// States week by week.
    History,
    /// Loss to follow-up.
    Loss,
    /// Hours.
    Hours,
    /// An event process, by its place in the scenario.
    Events(u32),
}

impl Purpose {
    fn number(self) -> u64 {
        match self {
            Self::Assignment => 1,
            Self::Person => 2,
            Self::Cluster => 3,
            Self::History => 4,
            Self::Loss => 5,
            Self::Hours => 6,
            Self::Events(index) => 100 + u64::from(index),
        }
    }
}

/// A stream of uniform numbers.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of one unit (person, block, cluster) of a site.
    pub(crate) fn new(seed: u64, purpose: Purpose, site: u32, unit: u32) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&purpose.number().to_le_bytes());
        key[16..].copy_from_slice(b"rettevejsimulate");
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(u64::from(site) << 32 | u64::from(unit));
        Self(rng)
    }

    /// Uniform on [0, 1), with 53 bits.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// One of `0..n`, `n` at least 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // With 53 bits and n far below 2^32 the bias is under 1e-6 of a count and the choice stays documented in one line.
        ((self.uniform() * n as f64) as usize).min(n - 1)
    }

    /// Index of the class a uniform number falls in when classes have these shares; the last takes the rounding.
    pub(crate) fn class(&mut self, shares: impl ExactSizeIterator<Item = f64>) -> usize {
        let u = self.uniform();
        let last = shares.len().saturating_sub(1);
        let mut sum = 0.0;
        for (index, share) in shares.enumerate() {
            sum += share;
            if u < sum {
                return index;
            }
        }
        last
    }
}

/// A number that is uniform in every week and, once drawn, is kept for a geometric time: behaviour that lasts while
/// every week's margin stays exactly as the scenario says.
pub(crate) struct Lasting {
    stream: Stream,
    chance: f64,
    value: Option<f64>,
}

impl Lasting {
    /// `renewal` is the mean number of weeks a number is kept, at least 1.
    pub(crate) fn new(stream: Stream, renewal: f64) -> Self {
        Self {
            stream,
            chance: 1.0 / renewal,
            value: None,
        }
    }

    /// The number of the next week. Two draws a week, whatever happens, so that weeks stay in step.
    pub(crate) fn next(&mut self) -> f64 {
        let renew = self.stream.uniform() < self.chance;
        let fresh = self.stream.uniform();
        match self.value {
            Some(kept) if !renew => kept,
            _ => *self.value.insert(fresh),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_purpose_site_and_unit() {
        let first = |seed, purpose, site, unit| Stream::new(seed, purpose, site, unit).uniform();
        let base = first(1, Purpose::History, 0, 0);
        assert!((base - first(1, Purpose::History, 0, 0)).abs() < f64::EPSILON);
        for other in [
            first(2, Purpose::History, 0, 0),
            first(1, Purpose::Hours, 0, 0),
            first(1, Purpose::History, 1, 0),
            first(1, Purpose::History, 0, 1),
        ] {
            assert!((base - other).abs() > 1e-12);
        }
    }

    #[test]
    fn a_lasting_number_is_kept_about_as_long_as_asked() {
        let mut lasting = Lasting::new(Stream::new(7, Purpose::Events(0), 0, 0), 10.0);
        let mut changes = 0;
        let mut before = lasting.next();
        for _ in 0..10_000 {
            let now = lasting.next();
            changes += i32::from((now - before).abs() > 0.0);
            before = now;
        }
        assert!((900..1100).contains(&changes), "{changes}");
    }
}
