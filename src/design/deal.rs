//! The lots of one block: from parts of the arms and a source of random choices to the arm of each unit.

use crate::resample::binomial::uniform_below;
use crate::study::{AssignmentMethod, ShareKind, Shares};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The random choices of one block.
#[derive(Clone, Debug)]
pub struct Lots {
    rng: ChaCha8Rng,
}

impl Lots {
    /// Those of a block.
    pub fn of(seed: u64, block: &str) -> Self {
        let mut input = b"rettevej assignment 1".to_vec();
        input.extend_from_slice(&seed.to_le_bytes());
        input.extend_from_slice(block.as_bytes());
        Self {
            rng: ChaCha8Rng::from_seed(*blake3::hash(&input).as_bytes()),
        }
    }

    /// A number from 0 to `m` - 1, each with the same probability.
    pub fn below(&mut self, m: u32) -> u32 {
        uniform_below(&mut self.rng, m)
    }
}

/// How many of a block's units each arm has for certain, and what it has of one more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Units for certain.
    pub certain: Vec<u32>,
    /// Probability of one more, in parts of `whole`.
    pub rest: Vec<u32>,
    /// What 1 is in `rest`.
    pub whole: u32,
}

/// The quotas of a block of `units`; `None` where counts do not add up to it.
pub fn quotas(units: u32, shares: &Shares) -> Option<Quotas> {
    let whole = shares.total();
    if shares.kind == ShareKind::Counts {
        return (whole == units).then(|| Quotas {
            certain: shares.parts.clone(),
            rest: vec![0; shares.parts.len()],
            whole,
        });
    }
    let times = |part: &u32| u64::from(units) * u64::from(*part);
    Some(Quotas {
        certain: (shares.parts.iter())
            .map(|part| (times(part) / u64::from(whole)) as u32)
            .collect(),
        rest: (shares.parts.iter())
            .map(|part| (times(part) % u64::from(whole)) as u32)
            .collect(),
        whole,
    })
}

/// The arm of each unit of a block; `None` where counts do not add up to it. `below(m)` is a choice among m.
///
/// What is left of a block after the certain quotas, R units, goes to R different arms, so that arm a gets one with
/// probability rest_a / whole exactly: the arms with a rest are shuffled (Fisher-Yates from the end, from the order of the
/// study), their rests are laid end to end, and those get a unit in whose stretch one of u, u + whole, u + 2 whole, ... lies,
/// u below `whole` (systematic sampling, Madow 1949).
pub fn deal(
    units: u32,
    method: AssignmentMethod,
    shares: &Shares,
    below: &mut dyn FnMut(u32) -> u32,
) -> Option<Vec<u16>> {
    if method == AssignmentMethod::Simple {
        let whole = shares.total();
        return Some((0..units).map(|_| stretch(shares, below(whole))).collect());
    }
    let Quotas {
        mut certain,
        rest,
        whole,
    } = quotas(units, shares)?;
    if rest.iter().any(|rest| *rest > 0) {
        let mut arms: Vec<usize> = (0..rest.len()).filter(|arm| rest[*arm] > 0).collect();
        shuffle(&mut arms, below);
        let u = u64::from(below(whole));
        let points_before = |place: u64| {
            if place > u {
                (place - u - 1) / u64::from(whole) + 1
            } else {
                0
            }
        };
        let mut end = 0_u64;
        for arm in arms {
            let start = end;
            end += u64::from(rest[arm]);
            certain[arm] += (points_before(end) - points_before(start)) as u32;
        }
    }
    let mut lots: Vec<u16> = (certain.iter().enumerate())
        .flat_map(|(arm, count)| std::iter::repeat_n(arm as u16, *count as usize))
        .collect();
    shuffle(&mut lots, below);
    Some(lots)
}

/// The arm in whose stretch a number lies.
fn stretch(shares: &Shares, number: u32) -> u16 {
    let mut left = number;
    for (arm, part) in shares.parts.iter().enumerate() {
        if left < *part {
            return arm as u16;
        }
        left -= part;
    }
    unreachable!("the number is below the sum of the parts")
}

/// Fisher and Yates, from the end.
fn shuffle<T>(list: &mut [T], below: &mut dyn FnMut(u32) -> u32) {
    for last in (1..list.len()).rev() {
        list.swap(last, below(last as u32 + 1) as usize);
    }
}
