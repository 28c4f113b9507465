//! Fisher's exact test of two rows of counts: every table with the same sums, as in R's `fisher.test`.

/// Tables of all columns but two that are gone through at most.
const MOST: f64 = 1e7;

/// Tables this little more likely than the observed one count as equally likely (R's `relErr`).
const TIE: f64 = 1e-7;

/// p of the hypothesis that both rows draw from the same answers: the probability, given all sums, of tables that are no
/// more likely than the observed one. `None` where there are too many of them, or nothing to compare.
///
/// Given all columns but the two largest, the rest of a table is one number whose probability rises and then falls, so
/// that the unlikely ones are two tails, whose sums are made beforehand: only the other columns are gone through.
pub fn fisher_exact(table: &[[u64; 2]]) -> Option<f64> {
    let mut columns: Vec<[u64; 2]> = table.iter().copied().filter(|c| c[0] + c[1] > 0).collect();
    columns.sort_unstable_by_key(|column| column[0] + column[1]);
    let sums: Vec<u64> = columns.iter().map(|c| c[0] + c[1]).collect();
    let (first, whole) = (
        columns.iter().map(|c| c[0]).sum::<u64>(),
        sums.iter().sum::<u64>(),
    );
    if first == 0 || first == whole {
        return None;
    }
    if columns.len() < 2 {
        return Some(1.0);
    }
    let outer = columns.len() - 2;
    if sums[..outer]
        .iter()
        .map(|&sum| sum as f64 + 1.0)
        .product::<f64>()
        > MOST
    {
        return None;
    }
    // ln C(sum, x) for every column and x.
    let logs: Vec<Vec<f64>> = sums.iter().map(|&sum| log_choices(sum)).collect();
    let observed: f64 = (columns.iter().zip(&logs))
        .map(|(column, logs)| logs[column[0] as usize])
        .sum();
    let most = first.min(sums[outer] + sums[outer + 1]);
    let search = Search {
        logs: &logs[..outer],
        slices: (0..=most)
            .map(|left| Slice::new(left, &logs[outer], &logs[outer + 1]))
            .collect(),
        limit: observed + TIE,
        whole: log_choices(whole)[first as usize],
    };
    let mut found = Found::default();
    search.go(0, first, 0.0, &mut found);
    // Numbers that were summed in another way add up to one only nearly.
    let p = found.extreme / found.all;
    Some(if p > 1.0 - 1e-12 { 1.0 } else { p })
}

/// Tables of the last two columns, whose first row has a given sum: logarithms of their ways, and sums of ways from both
/// ends in units of the largest.
struct Slice {
    logs: Vec<f64>,
    largest: f64,
    /// Of the first so many.
    low: Vec<f64>,
    /// From there to the end.
    high: Vec<f64>,
    /// Where it begins to fall.
    mode: usize,
}

impl Slice {
    fn new(left: u64, one: &[f64], other: &[f64]) -> Self {
        let least = left.saturating_sub(other.len() as u64 - 1);
        let logs: Vec<f64> = (least..=left.min(one.len() as u64 - 1))
            .map(|x| one[x as usize] + other[(left - x) as usize])
            .collect();
        let mode = (1..logs.len())
            .find(|&k| logs[k] < logs[k - 1])
            .unwrap_or(logs.len());
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let ways: Vec<f64> = logs.iter().map(|log| libm::exp(log - largest)).collect();
        let mut low = vec![0.0];
        for way in &ways {
            low.push(low[low.len() - 1] + way);
        }
        let mut high = vec![0.0; ways.len() + 1];
        for k in (0..ways.len()).rev() {
            high[k] = high[k + 1] + ways[k];
        }
        Self {
            logs,
            largest,
            low,
            high,
            mode,
        }
    }

    /// Ways that are at most so many, in units of the largest.
    fn unlikely(&self, limit: f64) -> f64 {
        let rising = self.logs[..self.mode].partition_point(|log| *log <= limit);
        let falling = self.logs[self.mode..].partition_point(|log| *log > limit);
        self.low[rising] + self.high[self.mode + falling]
    }
}

struct Search<'a> {
    logs: &'a [Vec<f64>],
    /// By what is left for the last two columns.
    slices: Vec<Slice>,
    limit: f64,
    whole: f64,
}

#[derive(Default)]
struct Found {
    extreme: f64,
    all: f64,
}

impl Search<'_> {
    fn go(&self, column: usize, left: u64, log: f64, found: &mut Found) {
        let Some(logs) = self.logs.get(column) else {
            let Some(slice) = self.slices.get(left as usize) else {
                return;
            };
            let scale = libm::exp(log + slice.largest - self.whole);
            found.all += scale * slice.low[slice.logs.len()];
            found.extreme += scale * slice.unlikely(self.limit - log);
            return;
        };
        for x in 0..=left.min(logs.len() as u64 - 1) {
            self.go(column + 1, left - x, log + logs[x as usize], found);
        }
    }
}

/// ln C(n, x) for x from 0 to n.
fn log_choices(n: u64) -> Vec<f64> {
    let mut log = 0.0;
    let mut out = vec![0.0];
    for x in 1..=n {
        log += libm::log((n - x + 1) as f64) - libm::log(x as f64);
        out.push(log);
    }
    // The upper half is the lower one, exactly.
    for x in 0..=n as usize / 2 {
        let mirrored = n as usize - x;
        out[mirrored] = out[x];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lady_tastes_tea() {
        // Fisher 1935: three of four cups right. 34 of 70 ways are no more likely; R: p = 0.4857.
        let p = fisher_exact(&[[3, 1], [1, 3]]).unwrap();
        assert!((p - 34.0 / 70.0).abs() < 1e-12, "{p}");
        assert_eq!(fisher_exact(&[[4, 4]]), Some(1.0));
        assert_eq!(fisher_exact(&[[4, 0], [3, 0]]), None);
    }

    #[test]
    fn three_answers_worked_by_hand() {
        // Sums 2, 1, 1 and a first row of 2: C(4, 2) = 6 ways. [2,0,0] 1, [1,1,0] 2, [1,0,1] 2, [0,1,1] 1.
        let p = |table: [[u64; 2]; 3]| fisher_exact(&table).unwrap() * 6.0;
        assert!((p([[2, 0], [0, 1], [0, 1]]) - 2.0).abs() < 1e-12);
        assert!((p([[1, 1], [1, 0], [0, 1]]) - 6.0).abs() < 1e-12);
    }

    #[test]
    fn p_are_those_of_r() {
        // fisher.test(rbind(c(12, 3, 5, 1), c(7, 9, 5, 4))), fisher.test(rbind(c(94, 40), c(47, 41))).
        for (table, known) in [
            (
                &[[12, 7], [3, 9], [5, 5], [1, 4]][..],
                0.139_544_222_825_383,
            ),
            (&[[94, 47], [40, 41]], 0.015_195_304_461_110_5),
        ] {
            let p = fisher_exact(table).unwrap();
            assert!((p - known).abs() < 1e-12, "{p} {known}");
        }
    }

    #[test]
    fn swapping_rows_or_columns_changes_nothing() {
        let table = [[12, 7], [3, 9], [5, 5], [1, 4]];
        let p = fisher_exact(&table).unwrap();
        let rows: Vec<[u64; 2]> = table.iter().map(|c| [c[1], c[0]]).collect();
        let columns: Vec<[u64; 2]> = table.iter().rev().copied().collect();
        for other in [rows, columns] {
            assert!((fisher_exact(&other).unwrap() - p).abs() < 1e-12);
        }
    }

    #[test]
    fn too_many_tables_are_left_to_permutations() {
        assert_eq!(fisher_exact(&[[500, 500]; 6]), None);
        let p = fisher_exact(&[[5000, 5000], [4000, 4100], [10, 30]]).unwrap();
        assert!(p > 0.0 && p < 0.01, "{p}");
    }
}
