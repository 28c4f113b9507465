//! Ticks as bits: what holds of a person in which ticks.

/// A set of ticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
    ticks: usize,
}

impl Bits {
    pub fn resize(&mut self, ticks: usize) {
        self.ticks = ticks;
        self.words.resize(ticks.div_ceil(64), 0);
    }

    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    pub fn set(&mut self, tick: usize) {
        self.words[tick / 64] |= 1 << (tick % 64);
    }

    pub fn get(&self, tick: usize) -> bool {
        (self.words.get(tick / 64)).is_some_and(|word| word >> (tick % 64) & 1 == 1)
    }

    /// The ticks whose value is not 0.
    pub fn read(&mut self, values: &[i64]) {
        self.resize(values.len());
        for (word, values) in self.words.iter_mut().zip(values.chunks(64)) {
            let bits = values.iter().enumerate();
            *word = bits.fold(0, |word, (bit, v)| word | u64::from(*v != 0) << bit);
        }
    }

    /// Ticks that are in one of the two, not in both.
    pub fn flip(&mut self, other: &Self) {
        self.words
            .iter_mut()
            .zip(&other.words)
            .for_each(|(a, b)| *a ^= b);
        self.cut();
    }

    pub fn flip_all(&mut self) {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.cut();
    }

    /// The ticks that are not in another set.
    pub fn complement(&mut self, other: &Self) {
        self.words.clone_from(&other.words);
        self.ticks = other.ticks;
        self.flip_all();
    }

    /// Each tick takes the place of the one before it.
    pub fn shift_back(&mut self) {
        let count = self.words.len();
        for place in 0..count {
            let next = self.words.get(place + 1).copied().unwrap_or(0);
            self.words[place] = self.words[place] >> 1 | next << 63;
        }
    }

    /// Takes the last tick away.
    pub fn forget_last(&mut self) {
        if let Some(last) = self.ticks.checked_sub(1) {
            self.words[last / 64] &= !(1 << (last % 64));
        }
    }

    /// The first tick.
    pub fn first(&self) -> Option<usize> {
        let place = self.words.iter().position(|word| *word != 0)?;
        Some(64 * place + self.words[place].trailing_zeros() as usize)
    }

    /// Adds 1 where a run of ticks begins, and takes it away after its end.
    pub fn changes(&self, out: &mut [i64]) {
        let mut before = 0;
        for (place, &word) in self.words.iter().enumerate() {
            let mut edges = word ^ (word << 1 | before);
            while edges != 0 {
                let bit = edges.trailing_zeros() as usize;
                out[64 * place + bit] += if word >> bit & 1 == 1 { 1 } else { -1 };
                edges &= edges - 1;
            }
            before = word >> 63;
        }
        if before == 1 && self.ticks.is_multiple_of(64) {
            out[self.ticks] -= 1;
        }
    }

    /// Nothing lies after the last tick.
    fn cut(&mut self) {
        let rest = self.ticks % 64;
        if let (Some(last), true) = (self.words.last_mut(), rest > 0) {
            *last &= (1 << rest) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_told_by_their_ends_over_words_too() {
        for ticks in [5, 63, 64, 65, 130] {
            let values: Vec<i64> = (0..ticks as i64)
                .map(|t| i64::from(t % 7 > 2 || t > 60))
                .collect();
            let mut bits = Bits::default();
            bits.read(&values);
            assert_eq!(bits.first(), Some(3));
            let mut changes = vec![0; ticks + 1];
            bits.changes(&mut changes);
            let mut now = 0;
            for (value, change) in values.iter().zip(&changes) {
                now += change;
                assert_eq!(now, *value, "{ticks}");
            }
            let mut later = bits.clone();
            later.shift_back();
            later.forget_last();
            for tick in 0..ticks {
                assert_eq!(later.get(tick), tick + 1 < ticks && values[tick + 1] != 0);
            }
            let mut other = Bits::default();
            other.complement(&bits);
            other.flip(&bits);
            bits.clear();
            bits.flip_all();
            assert_eq!(other, bits);
        }
    }
}
