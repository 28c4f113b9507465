//! The rows of surveys.

use super::counts::{Counts, Mean, agreeing, chi_square};
use super::permute::{Permuted, permuted, statistic};
use super::{Kind, Question, questions};
use crate::evaluate::context::Context;
use crate::inference::wald_p;
use crate::numeric::fisher::fisher_exact;
use crate::numeric::normal::{chi_squared_tail, normal_quantile};
use crate::results::{Row, Status};
use std::sync::Arc;

/// Estimands of a number: on an arm's row, and of the difference.
type Slugs = (&'static str, &'static str);

const SHARE: Slugs = ("answer_share", "answer_share_difference");
const MEAN: Slugs = ("answer_mean", "answer_mean_difference");
const ANSWERED: Slugs = ("answered", "answered_difference");

impl Context<'_> {
    /// Rows of all surveys, in the order of the study.
    pub fn survey_rows(self) -> Vec<Row> {
        let questions = questions(self.trial);
        if questions.is_empty() {
            return Vec::new();
        }
        let counts: Vec<Counts> = questions
            .iter()
            .map(|q| Counts::of(q, self.trial))
            .collect();
        let arms = self.trial.arms.len();
        // By arm and question: the rows of answers of treated and control.
        let compared: Vec<Vec<Vec<Vec<u64>>>> = (1..arms)
            .map(|arm| {
                let rows = |c: &Counts| vec![c.by_arm[arm].clone(), c.by_arm[0].clone()];
                counts.iter().map(rows).collect()
            })
            .collect();
        let permuted: Vec<Vec<[Permuted; 2]>> = (1..arms)
            .map(|arm| {
                if self.study.resampling.permutations == 0 {
                    return Vec::new();
                }
                let observed: Vec<[Option<f64>; 2]> = (questions.iter().zip(&compared[arm - 1]))
                    .map(|(q, rows)| [0, 1].map(|test| statistic(rows, q, test)))
                    .collect();
                let how = (self.study.resampling, arm);
                permuted(self.trial, &questions, how, &observed)
            })
            .collect();
        let mut out = Vec::new();
        for (q, question) in questions.iter().enumerate() {
            self.numbers(question, &counts[q], &mut out);
            for arm in 1..arms {
                let permuted = permuted[arm - 1].get(q);
                let rows = &compared[arm - 1][q];
                self.survey_tests((question, arm), rows, permuted, &mut out);
            }
            if arms > 2 {
                let mut row = Self::survey_row(question, "answers_equal", "");
                row.arm = "all".into();
                fill_test(&mut row, &counts[q].by_arm);
                out.push(row);
            }
        }
        out
    }

    fn survey_row(question: &Question<'_>, estimand: &str, item: &str) -> Row {
        Row {
            analysis: question.survey.into(),
            estimand: estimand.into(),
            outcome: question.name.into(),
            item: item.into(),
            subgroup: "all".into(),
            ..Row::blank()
        }
    }

    /// Shares of the answers, and the mean of their numbers.
    fn numbers(self, question: &Question<'_>, counts: &Counts, out: &mut Vec<Row>) {
        let shares = |of: &dyn Fn(usize) -> bool| -> Vec<f64> {
            let all = 0..question.answers.len();
            all.map(|k| f64::from(u8::from(of(k)))).collect()
        };
        let agrees = |k: usize| question.agree.contains(&(k as u16));
        let whole = (question, counts);
        match question.kind {
            Kind::Answered => {
                self.number(whole, (ANSWERED, ""), (&shares(&agrees), "share"), out);
            }
            Kind::Answers => {
                if !question.agree.is_empty() {
                    self.number(whole, (SHARE, "agree"), (&shares(&agrees), "share"), out);
                }
                for (k, answer) in question.answers.iter().enumerate() {
                    let item = format!("answer: {answer}");
                    let own = shares(&|other| other == k);
                    self.number(whole, (SHARE, &item), (&own, "share"), out);
                }
                if !question.scores.is_empty() {
                    self.number(whole, (MEAN, ""), (question.scores, "score"), out);
                }
            }
        }
    }

    fn number(
        self,
        (question, counts): (&Question<'_>, &Counts),
        ((slug, contrast), item): (Slugs, &str),
        (values, unit): (&[f64], &str),
        out: &mut Vec<Row>,
    ) {
        let means: Vec<Mean> = (0..self.trial.arms.len())
            .map(|arm| counts.mean(arm, values))
            .collect();
        let events = |arm: usize| {
            let counts = counts.by_arm[arm].iter().zip(values);
            let hits = counts.filter(|(_, value)| **value == 1.0).map(|(n, _)| n);
            (unit == "share").then(|| hits.sum::<u64>() as i64)
        };
        let method: Arc<str> = match question.kind {
            Kind::Answered => "share of persons assigned".into(),
            Kind::Answers => "of persons who answered".into(),
        };
        for (arm, mean) in means.iter().enumerate() {
            let mut row = Self::survey_row(question, slug, item);
            row.arm = self.trial.arms[arm].as_str().into();
            (row.n, row.events) = (Some(mean.n), events(arm));
            (row.unit, row.method) = (unit.into(), method.clone());
            self.fill_number(&mut row, mean.value, mean.variance);
            out.push(row);
        }
        for (arm, mean) in means.iter().enumerate().skip(1) {
            let mut row = Self::survey_row(question, contrast, item);
            row.arm = self.trial.arms[arm].as_str().into();
            row.reference = self.trial.arms[0].as_str().into();
            (row.n, row.n_reference) = (Some(mean.n), Some(means[0].n));
            (row.events, row.events_reference) = (events(arm), events(0));
            (row.unit, row.method) = (unit.into(), format!("{method}, difference").into());
            let value = mean.value - means[0].value;
            self.fill_number(&mut row, value, mean.variance + means[0].variance);
            row.p_value = row.std_error.and_then(|se| wald_p(value, se));
            out.push(row);
        }
    }

    fn fill_number(self, row: &mut Row, value: f64, variance: f64) {
        if !value.is_finite() {
            row.status = Status::Undefined;
            row.reason = "nobody answered".into();
            return;
        }
        row.estimate = Some(value);
        if !variance.is_finite() {
            row.reason = "no standard error".into();
            return;
        }
        let std_error = variance.sqrt();
        row.std_error = Some(std_error);
        row.se_method = if self.classes.clustered {
            "linearisation over clusters"
        } else {
            "linearisation over persons"
        }
        .into();
        let confidence = self
            .study
            .analyses
            .first()
            .map_or(0.95, |a| a.confidence.get());
        let half = normal_quantile(0.5 + confidence / 2.0) * std_error;
        if std_error > 0.0 {
            (row.conf_low, row.conf_high) = (Some(value - half), Some(value + half));
            row.interval_method = "normal".into();
        } else {
            row.reason = "no interval: no variation".into();
        }
    }

    /// Whether two arms answer alike: all answers, then those that agree.
    fn survey_tests(
        self,
        (question, arm): (&Question<'_>, usize),
        rows: &[Vec<u64>],
        permuted: Option<&[Permuted; 2]>,
        out: &mut Vec<Row>,
    ) {
        let both: Vec<Vec<u64>> = (rows.iter())
            .map(|row| agreeing(row, &question.agree))
            .collect();
        let mut kinds = vec![(0, rows.to_vec(), ["", "exact", "permutation"])];
        if question.kind == Kind::Answers && !question.agree.is_empty() {
            let items = ["agree", "agree: exact", "agree: permutation"];
            kinds.push((1, both, items));
        }
        for (test, table, [plain, exact, permutation]) in kinds {
            let mut row = Self::survey_row(question, "answers_equal", plain);
            row.arm = self.trial.arms[arm].as_str().into();
            row.reference = self.trial.arms[0].as_str().into();
            row.n = Some(table[0].iter().sum());
            row.n_reference = Some(table[1].iter().sum());
            fill_test(&mut row, &table);
            let base = row.clone();
            out.push(row);
            if base.status != Status::Ok {
                continue;
            }
            let columns: Vec<[u64; 2]> = (table[0].iter().zip(&table[1]))
                .map(|(a, b)| [*a, *b])
                .collect();
            let p = fisher_exact(&columns);
            out.push(Row {
                item: exact.into(),
                p_value: p,
                method: "Fisher's exact test".into(),
                reason: if p.is_none() {
                    "no p: too many tables"
                } else {
                    ""
                }
                .into(),
                ..base.clone()
            });
            if let Some(found) = permuted.map(|found| found[test]) {
                out.push(Row {
                    item: permutation.into(),
                    p_value: found.p.map(|p| p.p),
                    mc_p: found.p.and_then(|p| p.error),
                    replicates: u32::try_from(found.count).ok(),
                    undefined_replicates: u32::try_from(found.undefined).ok(),
                    method: "chi-square of each permutation".into(),
                    reason: if found.p.is_none() {
                        "no p: undefined in more than 1 % of the permutations"
                    } else {
                        ""
                    }
                    .into(),
                    ..base.clone()
                });
            }
        }
    }
}

/// Pearson's chi-square of some arms.
fn fill_test(row: &mut Row, arms: &[Vec<u64>]) {
    row.unit = "chi-square".into();
    row.method = "Pearson's chi-square".into();
    match chi_square(arms) {
        Some((statistic, freedom)) => {
            row.estimate = Some(statistic);
            row.p_value = Some(chi_squared_tail(statistic, freedom));
            let plural = if freedom == 1 { "" } else { "s" };
            row.reason = format!("{freedom} degree{plural} of freedom").into();
        }
        None => {
            row.status = Status::Undefined;
            row.reason = "all answer the same, or an arm has no answers".into();
        }
    }
}
