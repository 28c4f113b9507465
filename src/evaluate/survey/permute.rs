//! The chi-square of every permutation: the arms dealt out again among the persons or clusters of two arms, who carry their
//! answers, or that they gave none, with them.

use super::Question;
use super::counts::{agreeing, chi_square};
use crate::inference::stepdown::{Draws, SimulatedP, reaches};
use crate::numeric::parallel;
use crate::resample::permutation::{Assignments, Pool};
use crate::study::Resampling;
use crate::totals::planes::{Addition, Planes};
use crate::trial::Trial;
use std::collections::BTreeMap;

/// Permutations of one task.
const TASK: u64 = 64;

/// Above this share of undefined statistics there is no p.
const MOST_UNDEFINED: f64 = 0.01;

/// What was found of one test.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Permuted {
    pub p: Option<SimulatedP>,
    pub count: u64,
    pub undefined: u64,
}

/// Answers of a person to all questions.
type Content = Vec<Option<u16>>;

/// The units of two arms at their places.
struct Dealt {
    pool: Pool,
    source: Assignments,
    planes: Planes,
    /// First column of each question.
    starts: Vec<usize>,
    /// Persons of both arms by column.
    whole: Vec<i64>,
}

/// By question: the test of all answers, and of those that agree.
pub(super) fn permuted(
    trial: &Trial,
    questions: &[Question<'_>],
    (resampling, arm): (Resampling, usize),
    observed: &[[Option<f64>; 2]],
) -> Vec<[Permuted; 2]> {
    let dealt = Dealt::new(trial, questions, (resampling, arm));
    let count = dealt.source.count();
    let tasks = parallel::map_ordered(count.div_ceil(TASK) as usize, |task| {
        let mut masks = dealt.pool.masks();
        let mut sums = vec![0; dealt.whole.len()];
        let mut hits = vec![[(0_u64, 0_u64); 2]; questions.len()];
        let first = task as u64 * TASK;
        for index in first..(first + TASK).min(count) {
            dealt.source.fill(&dealt.pool, index, &mut masks);
            dealt.planes.total(&masks[1], &mut sums);
            for (q, question) in questions.iter().enumerate() {
                let rows = dealt.rows(q, question, &sums);
                for (test, hits) in hits[q].iter_mut().enumerate() {
                    let Some(observed) = observed[q][test] else {
                        continue;
                    };
                    match statistic(&rows, question, test) {
                        Some(drawn) if reaches(drawn, observed, 1.0) => hits.0 += 1,
                        Some(_) => {}
                        None => hits.1 += 1,
                    }
                }
            }
        }
        hits
    });
    let mut sums = vec![[(0, 0); 2]; questions.len()];
    for task in tasks {
        for (sum, more) in sums.iter_mut().flatten().zip(task.iter().flatten()) {
            *sum = (sum.0 + more.0, sum.1 + more.1);
        }
    }
    let draws = match dealt.source {
        Assignments::Listed { .. } => Draws::All,
        Assignments::Drawn { .. } => Draws::Sampled,
    };
    let told = |(observed, (hits, undefined)): (&Option<f64>, (u64, u64))| Permuted {
        p: (observed.is_some() && undefined as f64 <= MOST_UNDEFINED * count as f64)
            .then(|| SimulatedP::of(hits, count - undefined, draws))
            .flatten(),
        count,
        undefined,
    };
    (observed.iter().zip(sums))
        .map(|(observed, sums)| [told((&observed[0], sums[0])), told((&observed[1], sums[1]))])
        .collect()
}

/// The chi-square of all answers (0), or of those that agree against the others (1).
pub(super) fn statistic(rows: &[Vec<u64>], question: &Question<'_>, test: usize) -> Option<f64> {
    let found = match test {
        0 => chi_square(rows),
        _ if question.agree.is_empty() => None,
        _ => {
            let both: Vec<Vec<u64>> = (rows.iter())
                .map(|row| agreeing(row, &question.agree))
                .collect();
            chi_square(&both)
        }
    };
    found.map(|(statistic, _)| statistic)
}

impl Dealt {
    fn new(
        trial: &Trial,
        questions: &[Question<'_>],
        (resampling, arm): (Resampling, usize),
    ) -> Self {
        let mut units: BTreeMap<(u32, u32), (Vec<Content>, bool)> = BTreeMap::new();
        for person in 0..trial.persons() {
            let own = usize::from(trial.arm[person]);
            if own != 0 && own != arm {
                continue;
            }
            let number = (trial.cluster.as_ref()).map_or(person as u32, |cluster| cluster[person]);
            let key = (trial.stratum[person], number);
            let unit = units.entry(key).or_insert_with(|| (Vec::new(), own == arm));
            unit.0
                .push(questions.iter().map(|q| q.answer[person]).collect());
        }
        // Ordered by what they carry, never by arm, name or row.
        let mut ordered: Vec<(u32, Vec<Content>, bool)> = (units.into_iter())
            .map(|((stratum, _), (mut members, treated))| {
                members.sort_unstable();
                (stratum, members, treated)
            })
            .collect();
        ordered.sort_unstable();
        let strata: Vec<&[(u32, Vec<Content>, bool)]> =
            ordered.chunk_by(|a, b| a.0 == b.0).collect();
        let counts: Vec<Vec<u32>> = (strata.iter())
            .map(|stratum| {
                let treated = stratum.iter().filter(|unit| unit.2).count() as u32;
                vec![stratum.len() as u32 - treated, treated]
            })
            .collect();
        let pool = Pool::new(&counts);
        let mut starts = Vec::with_capacity(questions.len());
        let mut columns = 0;
        for question in questions {
            starts.push(columns);
            columns += question.answers.len();
        }
        let mut additions = Vec::new();
        let mut whole = vec![0; columns];
        for (words, stratum) in pool.strata().iter().zip(&strata) {
            for (place, (_, members, _)) in stratum.iter().enumerate() {
                let place = (words.words.start * 64 + place) as u32;
                for (question, start) in members.iter().flat_map(|m| m.iter().zip(&starts)) {
                    if let Some(answer) = question {
                        let column = start + usize::from(*answer);
                        whole[column] += 1;
                        additions.push(Addition {
                            place,
                            column: column as u32,
                            value: 1,
                        });
                    }
                }
            }
        }
        Self {
            source: Assignments::of(&pool, resampling.permutations, resampling.seed, arm as u32),
            planes: Planes::build(pool.words(), columns, additions),
            pool,
            starts,
            whole,
        }
    }

    /// Counts of a question, those of the treated first.
    fn rows(&self, q: usize, question: &Question<'_>, treated: &[i64]) -> Vec<Vec<u64>> {
        let span = self.starts[q]..self.starts[q] + question.answers.len();
        let treated = &treated[span.clone()];
        let rest = self.whole[span]
            .iter()
            .zip(treated)
            .map(|(w, t)| (w - t) as u64);
        vec![treated.iter().map(|&t| t as u64).collect(), rest.collect()]
    }
}
