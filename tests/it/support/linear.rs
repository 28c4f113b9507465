//! What follows from sums that are known: linear algebra modulo a prime.

/// A prime below 2^31: sums of products fit 64 bits.
pub(crate) const PRIME: u64 = 2_147_483_629;

/// Linear equations modulo a prime, in echelon form.
#[derive(Default)]
pub(crate) struct Known {
    rows: Vec<(usize, Vec<u64>)>,
}

fn inverse(value: u64) -> u64 {
    let (mut base, mut power, mut out) = (value, PRIME - 2, 1);
    while power > 0 {
        if power & 1 == 1 {
            out = out * base % PRIME;
        }
        base = base * base % PRIME;
        power >>= 1;
    }
    out
}

impl Known {
    fn reduce(&self, mut row: Vec<u64>) -> Vec<u64> {
        for (pivot, known) in &self.rows {
            let factor = row[*pivot];
            if factor != 0 {
                for (a, b) in row.iter_mut().zip(known) {
                    *a = (*a + (PRIME - factor) * b) % PRIME;
                }
            }
        }
        row
    }

    /// What is told.
    pub(crate) fn learn(&mut self, row: Vec<u64>) {
        let mut row = self.reduce(row);
        if let Some(pivot) = row.iter().position(|value| *value != 0) {
            let scale = inverse(row[pivot]);
            for value in &mut row {
                *value = *value * scale % PRIME;
            }
            self.rows.push((pivot, row));
        }
    }

    /// Whether a sum follows from what is told.
    pub(crate) fn tells(&self, row: Vec<u64>) -> bool {
        self.reduce(row).iter().all(|value| *value == 0)
    }
}
