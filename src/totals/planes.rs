//! Totals of a subset of places, by counting bits: what each place adds, laid out in planes of 64 places.
//!
//! A permutation marks places in words of 64 bits. What the places of a word add to one column is kept in *planes*, each
//! a word and a weight: the sum over marked places is weight x (bits in both), summed over planes. A column with few
//! different values in the word has one plane per value, else one per binary digit of the values. So the cost follows
//! words and values, not persons; everything is whole numbers, so the sum is exact whatever the order.

/// One place's addition to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Addition {
    /// Place.
    pub place: u32,
    /// Column.
    pub column: u32,
    /// How much.
    pub value: i64,
}

/// Additions of all places, laid out.
#[derive(Clone, Debug, Default)]
pub struct Planes {
    /// `bits[starts[w]..starts[w + 1]]` belong to word w.
    starts: Vec<u32>,
    bits: Vec<u64>,
    columns: Vec<u32>,
    weights: Vec<i64>,
    count: usize,
}

impl Planes {
    /// Lays additions out over `words` words and `columns` columns.
    pub fn build(words: usize, columns: usize, mut additions: Vec<Addition>) -> Self {
        additions.sort_unstable_by_key(|a| (a.place / 64, a.column, a.value));
        let mut out = Self {
            starts: Vec::with_capacity(words + 1),
            count: columns,
            ..Self::default()
        };
        out.starts.push(0);
        let mut rest = additions.as_slice();
        for word in 0..words as u32 {
            let own = rest.partition_point(|a| a.place / 64 <= word);
            for group in rest[..own].chunk_by(|a, b| a.column == b.column) {
                out.add_group(group);
            }
            rest = &rest[own..];
            out.starts.push(out.bits.len() as u32);
        }
        out
    }

    /// One column of one word, sorted by value; a place may stand there more than once.
    fn add_group(&mut self, group: &[Addition]) {
        let column = group[0].column;
        let values = group.chunk_by(|a, b| a.value == b.value);
        let distinct = values.clone().filter(|run| run[0].value != 0).count();
        let largest = group.iter().map(|a| a.value.unsigned_abs()).max();
        let digits = 64 - largest.unwrap_or(0).leading_zeros();
        let once = |run: &[Addition]| {
            let plane = run.iter().fold(0_u64, |p, a| p | 1 << (a.place % 64));
            plane.count_ones() as usize == run.len()
        };
        if distinct <= 2 * digits as usize && values.clone().all(once) {
            for run in values.filter(|run| run[0].value != 0) {
                let plane = run.iter().fold(0, |p, a| p | 1 << (a.place % 64));
                self.push(column, plane, run[0].value);
            }
            return;
        }
        let mut sums = [0_i64; 64];
        for addition in group {
            sums[addition.place as usize % 64] += addition.value;
        }
        for (sign, weight) in [(1, 1_i64), (-1, -1)] {
            for digit in 0..63 {
                let mut plane = 0;
                for (place, &sum) in sums.iter().enumerate() {
                    if sum.signum() == sign && sum.unsigned_abs() >> digit & 1 == 1 {
                        plane |= 1_u64 << place;
                    }
                }
                if plane != 0 {
                    self.push(column, plane, weight << digit);
                }
            }
        }
    }

    fn push(&mut self, column: u32, plane: u64, weight: i64) {
        self.bits.push(plane);
        self.columns.push(column);
        self.weights.push(weight);
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.count
    }

    /// Number of planes: the cost of a total.
    pub fn len(&self) -> usize {
        self.bits.len()
    }

    /// Whether nothing is added anywhere.
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Sums of the marked places, one per column.
    pub fn total(&self, mask: &[u64], out: &mut [i64]) {
        out.fill(0);
        for (&mask, span) in mask.iter().zip(self.starts.windows(2)) {
            if mask == 0 {
                continue;
            }
            let span = span[0] as usize..span[1] as usize;
            let planes = self.bits[span.clone()].iter();
            for ((plane, &column), &weight) in planes
                .zip(&self.columns[span.clone()])
                .zip(&self.weights[span])
            {
                let hits = i64::from((mask & plane).count_ones());
                let sum = &mut out[column as usize];
                // Sums of everything were bounded before anything was drawn.
                *sum = sum.wrapping_add(weight.wrapping_mul(hits));
            }
        }
    }
}

/// The plain oracle: place by place.
pub fn total_plainly(additions: &[Addition], mask: &[u64], columns: usize) -> Vec<i64> {
    let mut out = vec![0; columns];
    for addition in additions {
        if mask[addition.place as usize / 64] >> (addition.place % 64) & 1 == 1 {
            out[addition.column as usize] += addition.value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn planes_add_up_to_what_the_places_add() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for round in 0..400_u64 {
            let (words, columns) = (1 + round as usize % 4, 1 + round as usize % 5);
            let spread = [1, 3, 40, 100_000, 1 << 40][round as usize % 5];
            let additions: Vec<Addition> = (0..rng.next_u64() % 500)
                .map(|_| Addition {
                    place: (rng.next_u64() % (64 * words as u64)) as u32,
                    column: (rng.next_u64() % columns as u64) as u32,
                    value: (rng.next_u64() % (2 * spread + 1)) as i64 - spread as i64,
                })
                .collect();
            let planes = Planes::build(words, columns, additions.clone());
            let mut out = vec![7; columns];
            for _ in 0..5 {
                let mask: Vec<u64> = (0..words).map(|_| rng.next_u64()).collect();
                planes.total(&mask, &mut out);
                assert_eq!(out, total_plainly(&additions, &mask, columns), "{round}");
            }
        }
    }

    #[test]
    fn few_values_have_a_plane_each_and_many_one_per_digit() {
        let of = |value: &dyn Fn(u32) -> i64| {
            let additions = (0..64).map(|place| Addition {
                place,
                column: 0,
                value: value(place),
            });
            Planes::build(1, 1, additions.collect()).len()
        };
        assert_eq!(of(&|_| 1), 1);
        assert_eq!(of(&|p| i64::from(p % 3) * 1000), 2);
        assert_eq!(of(&|p| i64::from(p)), 6);
        assert_eq!(of(&|_| 0), 0);
    }
}
