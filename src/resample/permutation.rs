//! Permutations: the arms dealt out again as the randomisation dealt them.
//!
//! # The draw function of permutations (version 1)
//! A *pool* holds the randomised units (persons, or whole clusters) of the arms that are compared, stratum by stratum,
//! each unit at a *place*. Within a stratum the places are in the order of what the units carry (subgroup levels,
//! histories of the outcomes, in the order of the study, as far as some analysis reads them; a cluster: those of its
//! members, in that order), never of arm, id or file; units that carry the same are the same to every statistic, so it
//! does not matter which of them stands first. Every stratum begins a new word of 64 places. A pool depends on the
//! whole study and never on `--only`.
//!
//! Permutation `b` is a function of (seed, b, pool) and of nothing else. Its random numbers are ChaCha8 with the key
//! BLAKE3("rettevej permutation 1" + seed as 8 little-endian bytes + the compared treatment arm as 4, 0 for all arms)
//! and stream `b`. Strata are dealt in order; in a stratum the arms but the largest are dealt in order of arm, each from
//! the places that are left, which is a uniform choice of `m` of `n` places:
//! 1. every word of places takes bits that are 1 with probability k / 2^j, made of j random words; j is the smallest
//!    number of 1..=8 for which k / 2^j of n, k the nearest whole number, lies within sqrt(n) of m (else 8);
//! 2. places drawn uniformly are added (or taken away), where that changes anything, until m are chosen.
//!
//! Given their number the places of step 1 are a uniform choice, and step 2 treats all alike, so every choice of m of n
//! has the same probability; no rounding enters. The largest arm gets the rest, so that swapping two arms changes nothing
//! but names. The first B permutations of a longer run are the run of length B.
//!
//! Where all assignments are few they are listed instead: see [`Assignments`].

use super::binomial::uniform_below;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::ops::Range;

/// Assignments are listed at least up to this many.
const ALWAYS_LISTED: u64 = 10_000;

/// Units of one stratum, as many per compared arm as the randomisation put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Words of 64 places.
    pub words: Range<usize>,
    /// Places in use, the first ones.
    pub places: u32,
    /// Units of each compared arm.
    pub arms: Vec<u32>,
    /// The arm that gets the rest.
    largest: usize,
}

impl Stratum {
    /// The arms that are dealt, with their numbers of places.
    fn dealt(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        let dealt = self.arms.iter().copied().enumerate();
        dealt.filter(|(arm, _)| *arm != self.largest)
    }

    /// Bits of a word that are places.
    fn valid(&self, word: usize) -> u64 {
        let left = self.places as usize - (word - self.words.start) * 64;
        if left >= 64 {
            u64::MAX
        } else {
            (1 << left) - 1
        }
    }
}

/// The units that are dealt out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    strata: Vec<Stratum>,
    arms: usize,
    words: usize,
}

/// Which places each arm has: one mask per compared arm.
pub type Masks = Vec<Vec<u64>>;

impl Pool {
    /// A pool of strata with so many units of each compared arm.
    pub fn new(strata: &[Vec<u32>]) -> Self {
        let mut pool = Self {
            strata: Vec::with_capacity(strata.len()),
            arms: strata.first().map_or(0, Vec::len),
            words: 0,
        };
        for arms in strata {
            let places: u32 = arms.iter().sum();
            let words = places.div_ceil(64) as usize;
            let most = arms.iter().max();
            pool.strata.push(Stratum {
                words: pool.words..pool.words + words,
                places,
                largest: arms.iter().position(|n| Some(n) == most).unwrap_or(0),
                arms: arms.clone(),
            });
            pool.words += words;
        }
        pool
    }

    /// Strata.
    pub fn strata(&self) -> &[Stratum] {
        &self.strata
    }

    /// Words of a mask.
    pub fn words(&self) -> usize {
        self.words
    }

    /// Masks of the right size.
    pub fn masks(&self) -> Masks {
        vec![vec![0; self.words]; self.arms]
    }

    /// The largest arm of each stratum gets what the others left.
    fn deal_rest(stratum: &Stratum, masks: &mut Masks) {
        for word in stratum.words.clone() {
            let others = (stratum.dealt()).fold(0, |all, (arm, _)| all | masks[arm][word]);
            masks[stratum.largest][word] = stratum.valid(word) & !others;
        }
    }
}

/// Where permutations come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignments {
    /// All there are, each once; the observed one is among them.
    Listed {
        /// How many.
        count: u64,
    },
    /// Drawn with a seed.
    Drawn {
        /// How many.
        count: u64,
        /// Key of the generator.
        key: [u8; 32],
    },
}

impl Assignments {
    /// All assignments where they are at most `permutations` + 1 or 10,000, else as many draws as asked for. `compared`
    /// is the treatment arm against the control, 0 for all arms.
    pub fn of(pool: &Pool, permutations: u32, seed: u64, compared: u32) -> Self {
        let most = (u64::from(permutations) + 1).max(ALWAYS_LISTED);
        match number_of_assignments(pool) {
            Some(count) if count <= most => Self::Listed { count },
            _ => {
                let mut input = b"rettevej permutation 1".to_vec();
                input.extend_from_slice(&seed.to_le_bytes());
                input.extend_from_slice(&compared.to_le_bytes());
                Self::Drawn {
                    count: u64::from(permutations),
                    key: *blake3::hash(&input).as_bytes(),
                }
            }
        }
    }

    /// How many.
    pub fn count(&self) -> u64 {
        match self {
            Self::Listed { count } | Self::Drawn { count, .. } => *count,
        }
    }

    /// Writes permutation `index` (from 0).
    pub fn fill(&self, pool: &Pool, index: u64, masks: &mut Masks) {
        match self {
            Self::Listed { .. } => list(pool, index, masks),
            Self::Drawn { key, .. } => {
                let mut rng = ChaCha8Rng::from_seed(*key);
                rng.set_stream(index);
                for stratum in &pool.strata {
                    deal(&mut rng, stratum, masks);
                    Pool::deal_rest(stratum, masks);
                }
            }
        }
    }
}

/// Steps 1 and 2 for every arm of a stratum but the largest.
fn deal(rng: &mut ChaCha8Rng, stratum: &Stratum, masks: &mut Masks) {
    let mut left = stratum.places;
    for (arm, wanted) in stratum.dealt() {
        let (numerator, bits) = share(left, wanted);
        let mut chosen = 0;
        for word in stratum.words.clone() {
            let others = (stratum.dealt())
                .take_while(|(other, _)| *other != arm)
                .fold(0, |all, (other, _)| all | masks[other][word]);
            let mut places = stratum.valid(word) & !others;
            if numerator < 1 << bits {
                places &= random_bits(rng, numerator, bits);
            }
            masks[arm][word] = places;
            chosen += places.count_ones();
        }
        while chosen != wanted {
            let place = uniform_below(rng, stratum.places) as usize;
            let (word, bit) = (stratum.words.start + place / 64, 1 << (place % 64));
            let taken = (stratum.dealt())
                .take_while(|(other, _)| *other != arm)
                .any(|(other, _)| masks[other][word] & bit != 0);
            let mine = masks[arm][word] & bit != 0;
            if !taken && mine == (chosen > wanted) {
                masks[arm][word] ^= bit;
                chosen = if mine { chosen - 1 } else { chosen + 1 };
            }
        }
        left -= wanted;
    }
}

/// The share k / 2^j that step 1 gives each of `n` places when `m` are wanted.
fn share(n: u32, m: u32) -> (u32, u32) {
    let (n, m) = (u64::from(n), u64::from(m));
    for bits in 1..=8 {
        let whole = m << bits;
        let numerator = if n == 0 { 0 } else { (2 * whole + n) / (2 * n) };
        let off = u128::from(whole.abs_diff(numerator * n));
        if bits == 8 || off * off <= u128::from(n) << (2 * bits) {
            return (numerator as u32, bits);
        }
    }
    unreachable!("the loop ends with 8 bits")
}

/// 64 bits, each 1 with probability `numerator` / 2^`bits`.
fn random_bits(rng: &mut ChaCha8Rng, numerator: u32, bits: u32) -> u64 {
    // Trailing zeros of the numerator would only be thrown away.
    let skipped = numerator.trailing_zeros().min(bits);
    let mut word = 0;
    for bit in skipped..bits {
        let random = rng.next_u64();
        word = if numerator >> bit & 1 == 1 {
            word | random
        } else {
            word & random
        };
    }
    word
}

/// n choose k; `None` when it does not fit.
fn choose(n: u32, k: u32) -> Option<u64> {
    let k = k.min(n.checked_sub(k)?);
    let mut product = 1_u128;
    for i in 0..k {
        product = product * u128::from(n - i) / u128::from(i + 1);
        if product > u128::from(u64::MAX) {
            return None;
        }
    }
    Some(product as u64)
}

/// Ways to deal a stratum's places.
fn ways(stratum: &Stratum) -> Option<u64> {
    let mut left = stratum.places;
    let mut product = 1_u64;
    for (_, wanted) in stratum.dealt() {
        product = product.checked_mul(choose(left, wanted)?)?;
        left -= wanted;
    }
    Some(product)
}

/// Assignments of a pool; `None` when there are too many to count.
pub fn number_of_assignments(pool: &Pool) -> Option<u64> {
    (pool.strata.iter()).try_fold(1_u64, |product, stratum| {
        product.checked_mul(ways(stratum)?)
    })
}

/// Assignment `index` in lexicographic order, the first stratum changing fastest.
fn list(pool: &Pool, mut index: u64, masks: &mut Masks) {
    for stratum in &pool.strata {
        let ways = ways(stratum).unwrap_or(1);
        let mut own = index % ways;
        index /= ways;
        let mut free: Vec<u32> = (0..stratum.places).collect();
        for (arm, wanted) in stratum.dealt() {
            for word in stratum.words.clone() {
                masks[arm][word] = 0;
            }
            let all = choose(free.len() as u32, wanted).unwrap_or(1);
            let mut rank = own % all;
            own /= all;
            let mut rest = Vec::with_capacity(free.len());
            let mut wanted = wanted;
            for (at, &place) in free.iter().enumerate() {
                let after = (free.len() - at - 1) as u32;
                // Choices that take this place: the others among those after it.
                let taking = match wanted {
                    0 => 0,
                    _ => choose(after, wanted - 1).unwrap_or(u64::MAX),
                };
                if rank < taking {
                    wanted -= 1;
                    let word = stratum.words.start + place as usize / 64;
                    masks[arm][word] |= 1 << (place % 64);
                } else {
                    rank -= taking;
                    rest.push(place);
                }
            }
            free = rest;
        }
        Pool::deal_rest(stratum, masks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn choice(masks: &Masks) -> Vec<u64> {
        masks.concat()
    }

    fn drawn(count: u64, seed: u64) -> Assignments {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Assignments::Drawn { count, key }
    }

    #[test]
    fn all_assignments_are_listed_once() {
        // C(7, 2) = 21; 2 x 3; 4! / (1! 1! 2!) = 12.
        for (strata, count) in [
            (vec![vec![5, 2]], 21),
            (vec![vec![1, 1], vec![1, 2]], 6),
            (vec![vec![1, 1, 2]], 12),
            (vec![vec![4, 4]], 70),
            (vec![vec![3, 0]], 1),
        ] {
            let pool = Pool::new(&strata);
            let listed = Assignments::of(&pool, 1, 1, 1);
            assert_eq!(listed, Assignments::Listed { count });
            let mut seen = BTreeMap::new();
            let mut masks = pool.masks();
            for index in 0..count {
                listed.fill(&pool, index, &mut masks);
                for (s, stratum) in pool.strata.iter().enumerate() {
                    for (arm, &wanted) in strata[s].iter().enumerate() {
                        let have: u32 = stratum
                            .words
                            .clone()
                            .map(|w| masks[arm][w].count_ones())
                            .sum();
                        assert_eq!(have, wanted);
                    }
                }
                *seen.entry(choice(&masks)).or_insert(0) += 1;
            }
            assert_eq!(seen.len() as u64, count);
        }
    }

    #[test]
    fn few_assignments_are_listed_and_many_are_drawn() {
        let few = Pool::new(&[vec![8, 7]]);
        assert_eq!(number_of_assignments(&few), Some(6435));
        assert!(matches!(
            Assignments::of(&few, 10, 1, 1),
            Assignments::Listed { count: 6435 }
        ));
        let more = Pool::new(&[vec![9, 9]]);
        assert!(matches!(
            Assignments::of(&more, 9999, 1, 1),
            Assignments::Drawn { count: 9999, .. }
        ));
        assert!(matches!(
            Assignments::of(&more, 48_619, 1, 1),
            Assignments::Listed { count: 48_620 }
        ));
        let many = Pool::new(&[vec![5000, 5000]]);
        assert_eq!(number_of_assignments(&many), None);
        let arm = |compared| Assignments::of(&many, 99, 1, compared);
        assert_ne!(arm(1), arm(2));
    }

    /// Chi-squared of the observed counts against equal chances, with its degrees of freedom.
    fn uniform_fit(pool: &Pool, draws: u64) -> f64 {
        let count = number_of_assignments(pool).unwrap();
        let source = drawn(draws, 5);
        let mut seen: BTreeMap<Vec<u64>, u64> = BTreeMap::new();
        let mut masks = pool.masks();
        for index in 0..draws {
            source.fill(pool, index, &mut masks);
            *seen.entry(choice(&masks)).or_insert(0) += 1;
        }
        assert_eq!(seen.len() as u64, count);
        let expected = draws as f64 / count as f64;
        let chi: f64 = seen
            .values()
            .map(|&o| (o as f64 - expected) * (o as f64 - expected) / expected)
            .sum();
        crate::numeric::normal::chi_squared_tail(chi, count as u32 - 1)
    }

    #[test]
    fn every_assignment_has_the_same_probability() {
        for strata in [
            vec![vec![4, 4]],
            vec![vec![7, 2]],
            vec![vec![2, 3], vec![1, 4]],
            vec![vec![2, 2, 3]],
            vec![vec![1, 1, 1, 4]],
        ] {
            let pool = Pool::new(&strata);
            let fit = uniform_fit(&pool, 60_000);
            assert!(fit > 1e-3, "{strata:?}: {fit}");
        }
    }

    #[test]
    fn the_share_of_a_class_is_hypergeometric() {
        // 300 places of which 110 go to the second arm, the first 70 a class: over several words and shares.
        let pool = Pool::new(&[vec![190, 110]]);
        let draws = 40_000;
        let source = drawn(draws, 11);
        let mut masks = pool.masks();
        let mut seen = vec![0_u64; 71];
        for index in 0..draws {
            source.fill(&pool, index, &mut masks);
            let inside = masks[1][0].count_ones() + (masks[1][1] & 0x3f).count_ones();
            seen[inside as usize] += 1;
        }
        let choose = |n: f64, k: f64| {
            libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
        };
        let (mut chi, mut cells, mut e, mut o) = (0.0, 0_u32, 0.0, 0.0);
        for (k, &count) in seen.iter().enumerate() {
            let k = k as f64;
            e += libm::exp(choose(70.0, k) + choose(230.0, 110.0 - k) - choose(300.0, 110.0))
                * draws as f64;
            o += count as f64;
            if e > 20.0 {
                chi += (o - e) * (o - e) / e;
                cells += 1;
                (e, o) = (0.0, 0.0);
            }
        }
        let fit = crate::numeric::normal::chi_squared_tail(chi, cells - 1);
        assert!(fit > 1e-3, "{fit} of {cells} cells");
    }

    #[test]
    fn every_number_of_places_can_be_dealt() {
        let mut masks;
        for n in [1_u32, 2, 63, 64, 65, 130] {
            for m in 0..=n {
                let pool = Pool::new(&[vec![n - m, m]]);
                masks = pool.masks();
                drawn(1, u64::from(n * 200 + m)).fill(&pool, 0, &mut masks);
                let sizes: Vec<u32> = masks
                    .iter()
                    .map(|m| m.iter().map(|w| w.count_ones()).sum())
                    .collect();
                assert_eq!(sizes, [n - m, m]);
                assert!(masks[0].iter().zip(&masks[1]).all(|(a, b)| a & b == 0));
            }
        }
    }

    #[test]
    fn swapping_two_arms_swaps_their_places() {
        let (one, other) = (Pool::new(&[vec![40, 90]]), Pool::new(&[vec![90, 40]]));
        let (mut a, mut b) = (one.masks(), other.masks());
        drawn(1, 3).fill(&one, 7, &mut a);
        drawn(1, 3).fill(&other, 7, &mut b);
        assert_eq!(a[0], b[1]);
        assert_eq!(a[1], b[0]);
    }

    #[test]
    fn draws_are_pinned() {
        // Our own numbers: they may only change together with the version of the draw.
        let pool = Pool::new(&[vec![40, 24], vec![5, 3]]);
        let mut masks = pool.masks();
        let Assignments::Drawn { key, .. } = Assignments::of(&pool, 99, 20_130_901, 1) else {
            panic!("many");
        };
        Assignments::Drawn { count: 99, key }.fill(&pool, 98, &mut masks);
        assert_eq!(masks[1], PINNED);
    }

    const PINNED: [u64; 2] = [3_469_267_383_737_127_380, 112];
}
