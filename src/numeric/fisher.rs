//! Fisher's exact test of two rows of counts: every table with the same sums, as in R's `fisher.test`.

/// Tables that are gone through at most.
const MOST: f64 = 1e7;

/// Tables this little more likely than the observed one count as equally likely (R's `relErr`).
const TIE: f64 = 1e-7;

/// p of the hypothesis that both rows draw from the same answers: the probability, given all sums, of tables that are no
/// more likely than the observed one. `None` where there are too many of them, or nothing to compare.
pub fn fisher_exact(table: &[[u64; 2]]) -> Option<f64> {
    let columns: Vec<[u64; 2]> = table.iter().copied().filter(|c| c[0] + c[1] > 0).collect();
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
    if tables(&sums, first) > MOST {
        return None;
    }
    // ln C(sum, x) for every column and x.
    let logs: Vec<Vec<f64>> = sums.iter().map(|&sum| log_choices(sum)).collect();
    let observed: f64 = (columns.iter().zip(&logs))
        .map(|(column, logs)| logs[column[0] as usize])
        .sum();
    let limit = observed + TIE;
    // Left to the columns from here on.
    let mut room = vec![0; sums.len() + 1];
    for k in (0..sums.len()).rev() {
        room[k] = room[k + 1] + sums[k];
    }
    let search = Search {
        logs: &logs,
        room: &room,
        limit,
        whole: log_choices(whole)[first as usize],
    };
    let mut found = Found::default();
    search.go(0, first, 0.0, &mut found);
    // Numbers that were summed in another way add up to one only nearly.
    Some((found.extreme / found.all).min(1.0))
}

struct Search<'a> {
    logs: &'a [Vec<f64>],
    room: &'a [u64],
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
        let logs = &self.logs[column];
        if column + 1 == self.logs.len() {
            let log = log + logs[left as usize];
            let p = libm::exp(log - self.whole);
            found.all += p;
            if log <= self.limit {
                found.extreme += p;
            }
            return;
        }
        let least = left.saturating_sub(self.room[column + 1]);
        let most = left.min(logs.len() as u64 - 1);
        for x in least..=most {
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

/// How many tables have these sums.
fn tables(sums: &[u64], first: u64) -> f64 {
    let mut ways = vec![0.0; first as usize + 1];
    ways[0] = 1.0;
    for &sum in sums {
        let mut next = vec![0.0; ways.len()];
        let mut window = 0.0;
        for at in 0..ways.len() {
            window += ways[at];
            if at as u64 > sum {
                window -= ways[at - sum as usize - 1];
            }
            next[at] = window;
        }
        ways = next;
    }
    ways[first as usize]
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
        assert_eq!(tables(&[2, 1, 1], 2), 4.0);
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
    }
}
