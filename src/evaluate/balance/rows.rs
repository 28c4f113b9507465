//! From sums to rows.

use super::items::{Item, Kind, followed, items};
use super::omnibus::{Drawn, Found, draw_again};
use super::ratio::{outside_quotas, ratios};
use crate::inference::Reason;
use crate::inference::balance::{
    ClusterSums, Contrast, Pair, Sums, gap, standardised, within_clusters, within_persons,
};
use crate::numeric::binomial::binomial_tail;
use crate::numeric::student::t_quantile;
use crate::results::{Row, Status};
use crate::study::Study;
use crate::trial::Trial;
use crate::units::is_significant;
use std::sync::Arc;

/// What the rows of one study are made of.
pub(super) struct Table<'a> {
    study: &'a Study,
    trial: &'a Trial,
    analysis: Arc<str>,
    confidence: f64,
    items: Vec<Item<'a>>,
    followed: Option<Item<'a>>,
}

/// Sums of an item: `[stratum][arm]`.
type Cells = Vec<Vec<Sums>>;

impl<'a> Table<'a> {
    pub(super) fn new(study: &'a Study, trial: &'a Trial, analysis: usize) -> Self {
        let asked = &study.analyses[analysis];
        Self {
            study,
            trial,
            analysis: asked.name.as_str().into(),
            confidence: asked.confidence.get(),
            items: items(study, trial),
            followed: followed(trial),
        }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut tested: Vec<Vec<Option<f64>>> = vec![Vec::new(); self.trial.arms.len()];
        for item in &self.items {
            let cells = self.cells(item);
            rows.extend(self.arm_rows(item, &cells, "balance_mean"));
            let arms = tested.iter_mut().enumerate().skip(1);
            for (arm, tested) in arms.filter(|_| item.tested) {
                let (own, p) = self.difference_rows(item, &cells, arm);
                rows.extend(own);
                tested.push(p);
            }
        }
        let found: Vec<Found> = (1..self.trial.arms.len())
            .map(|arm| self.drawn(&[0, arm]))
            .collect();
        if self.items.iter().any(|item| item.tested) {
            for (arm, found) in (1..).zip(&found) {
                rows.extend(self.test_rows(arm, found));
            }
            if self.trial.arms.len() > 2 {
                let all: Vec<usize> = (0..self.trial.arms.len()).collect();
                rows.extend(self.test_rows(0, &self.drawn(&all)));
            }
            for (arm, tested) in tested.iter().enumerate().skip(1) {
                rows.extend(self.count_rows(arm, tested));
            }
        }
        rows.extend(self.ratio_rows());
        if let Some(item) = &self.followed {
            let cells = self.cells(item);
            rows.extend(self.arm_rows(item, &cells, "followed_share"));
            for (arm, found) in (1..).zip(&found) {
                rows.extend(self.followed_rows(item, &cells, arm, found));
            }
        }
        rows
    }

    fn drawn(&self, arms: &[usize]) -> Found {
        let ground = (self.study, self.trial);
        draw_again(ground, arms, &self.items, self.followed.as_ref())
    }

    fn row(&self, estimand: &str, item: &str) -> Row {
        Row {
            analysis: self.analysis.clone(),
            estimand: estimand.into(),
            item: item.into(),
            subgroup: "all".into(),
            method: "before the draw, all persons assigned".into(),
            ..Row::blank()
        }
    }

    fn cells(&self, item: &Item<'_>) -> Cells {
        let trial = self.trial;
        let mut cells = vec![vec![Sums::default(); trial.arms.len()]; trial.strata.len().max(1)];
        for person in 0..trial.persons() {
            if let Some(value) = item.of(person) {
                let stratum = trial.stratum[person] as usize;
                cells[stratum][usize::from(trial.arm[person])].add(value);
            }
        }
        cells
    }

    fn unit(item: &Item<'_>) -> Arc<str> {
        match item.kind {
            Kind::Mean => "units".into(),
            Kind::Share | Kind::NoValue => "share".into(),
        }
    }

    fn arm_rows(&self, item: &Item<'_>, cells: &Cells, estimand: &str) -> Vec<Row> {
        let arms = self.trial.arms.iter().enumerate();
        arms.map(|(arm, label)| {
            let sums = cells
                .iter()
                .fold(Sums::default(), |all, own| all.and(own[arm]));
            let mut row = self.row(estimand, &item.name);
            row.arm = label.as_str().into();
            row.unit = Self::unit(item);
            row.n = Some(sums.n);
            if item.kind != Kind::Mean {
                row.events = i64::try_from(sums.sum).ok();
            }
            if estimand == "followed_share" {
                row.week = i32::try_from(self.trial.horizon).ok();
            }
            if sums.n == 0 {
                row.status = Status::Undefined;
                row.reason = "nobody of the arm has a value".into();
                return row;
            }
            row.estimate = Some(sums.mean() * item.unit);
            let error = |variance: f64| (variance / sums.n as f64).sqrt() * item.unit;
            row.std_error = sums.variance().map(error);
            row
        })
        .collect()
    }

    fn pairs(cells: &Cells, arm: usize) -> Vec<Pair> {
        cells.iter().map(|own| [own[0], own[arm]]).collect()
    }

    /// Gap, regression and standardised difference of an arm against the control, and the p of the regression.
    fn difference_rows(
        &self,
        item: &Item<'_>,
        cells: &Cells,
        arm: usize,
    ) -> (Vec<Row>, Option<f64>) {
        let pairs = Self::pairs(cells, arm);
        let [control, treated] = crate::inference::balance::whole(&pairs);
        let both = control.n > 0 && treated.n > 0;
        let mut raw = self.contrast("balance_gap", item, arm, both.then(|| gap(&pairs)));
        // One test of each covariate: that of the regression.
        raw.p_value = None;
        let adjusted = self.adjusted(item, &pairs, arm);
        let within = self.contrast("balance_difference", item, arm, adjusted);
        let mut scaled = self.contrast("balance_standardised", item, arm, None);
        let value = if both { standardised(&pairs) } else { None };
        if let Some(value) = value {
            scaled.estimate = Some(value);
            scaled.status = Status::Ok;
            scaled.reason = "".into();
        } else {
            scaled.reason = Reason::NoVariation.as_str().into();
        }
        scaled.unit = "standard deviations".into();
        let mut rows = vec![raw, within, scaled];
        for row in &mut rows {
            row.n = Some(treated.n);
            row.n_reference = Some(control.n);
        }
        let p = rows[1].p_value;
        (rows, p)
    }

    fn adjusted(&self, item: &Item<'_>, pairs: &[Pair], arm: usize) -> Option<Contrast> {
        let Some(clusters) = &self.trial.cluster else {
            return within_persons(pairs);
        };
        let count = clusters.iter().max().map_or(0, |last| *last as usize + 1);
        let mut sums = vec![ClusterSums::default(); count];
        for (person, cluster) in clusters.iter().enumerate() {
            let own = usize::from(self.trial.arm[person]);
            if let (true, Some(value)) = (own == 0 || own == arm, item.of(person)) {
                let sums = &mut sums[*cluster as usize];
                sums.stratum = self.trial.stratum[person] as usize;
                sums.side = usize::from(own != 0);
                sums.n += 1;
                sums.sum += i128::from(value);
            }
        }
        within_clusters(pairs, &sums)
    }

    fn contrast(
        &self,
        estimand: &str,
        item: &Item<'_>,
        arm: usize,
        found: Option<Contrast>,
    ) -> Row {
        let mut row = self.row(estimand, &item.name);
        row.arm = self.trial.arms[arm].as_str().into();
        row.reference = self.trial.arms[0].as_str().into();
        row.unit = Self::unit(item);
        let Some(found) = found else {
            row.status = Status::Undefined;
            row.reason = "no stratum has both arms".into();
            return row;
        };
        row.estimate = Some(found.value * item.unit);
        let Some(error) = found.error else {
            row.reason = Reason::NoStandardError.as_str().into();
            return row;
        };
        row.std_error = Some(error * item.unit);
        let clustered = self.trial.cluster.is_some() && estimand != "balance_gap";
        row.se_method = match (estimand, clustered) {
            ("balance_gap", _) => "neyman".into(),
            (_, true) => "CR2 over clusters, Satterthwaite".into(),
            (_, false) => "HC2".into(),
        };
        row.p_value = found.p();
        if error > 0.0 {
            let reach = t_quantile(0.5 + 0.5 * self.confidence, found.freedom) * error;
            row.conf_low = Some((found.value - reach) * item.unit);
            row.conf_high = Some((found.value + reach) * item.unit);
            row.interval_method = "t".into();
        } else {
            row.reason = "no interval: no variation".into();
        }
        row
    }

    /// A row whose p comes from lots drawn again.
    fn permuted(&self, row: &Row, drawn: Drawn) -> Row {
        let units = if self.trial.cluster.is_some() {
            "clusters"
        } else {
            "persons"
        };
        Row {
            item: "permutation".into(),
            std_error: None,
            conf_low: None,
            conf_high: None,
            se_method: "".into(),
            interval_method: "".into(),
            reason: "".into(),
            p_value: Some(drawn.p),
            mc_p: drawn.error,
            replicates: u32::try_from(drawn.count).ok(),
            undefined_replicates: Some(0),
            method: format!("permutation of {units} within strata").into(),
            ..row.clone()
        }
    }

    /// The test of all covariates: an arm against the control, or (arm 0) all arms at once.
    fn test_rows(&self, arm: usize, found: &Found) -> Vec<Row> {
        let mut row = self.row("balance_test", "");
        let persons = |arm: usize| {
            let own = self
                .trial
                .arm
                .iter()
                .filter(|own| usize::from(**own) == arm);
            Some(own.count() as u64)
        };
        if arm == 0 {
            row.arm = "all".into();
            row.n = Some(self.trial.persons() as u64);
        } else {
            row.arm = self.trial.arms[arm].as_str().into();
            row.reference = self.trial.arms[0].as_str().into();
            (row.n, row.n_reference) = (persons(arm), persons(0));
        }
        row.unit = "chi-square".into();
        let Some(found) = found.covariates else {
            row.status = Status::Undefined;
            row.reason = Reason::NoVariation.as_str().into();
            return vec![row];
        };
        row.estimate = Some(found.statistic);
        row.p_value = found.p;
        row.reason = degrees(found.freedom).into();
        let mut drawn = self.permuted(&row, found.drawn);
        if arm == 0 {
            drawn.unit = "sum of squares between arms".into();
            return vec![drawn];
        }
        vec![row, drawn]
    }

    fn count_rows(&self, arm: usize, tested: &[Option<f64>]) -> Vec<Row> {
        let p: Vec<f64> = tested.iter().copied().flatten().collect();
        let significant = p
            .iter()
            .filter(|p| is_significant(**p, self.confidence))
            .count() as u64;
        let n = p.len() as u64;
        let level = 1.0 - self.confidence;
        let counted = |item: &str, value: f64| {
            let mut row = self.row("balance_count", item);
            row.arm = self.trial.arms[arm].as_str().into();
            row.reference = self.trial.arms[0].as_str().into();
            row.unit = "differences".into();
            row.n = Some(n);
            row.estimate = (n > 0).then_some(value);
            if n == 0 {
                row.status = Status::Undefined;
                row.reason = Reason::NoVariation.as_str().into();
            }
            row
        };
        let mut own = counted("", significant as f64);
        own.p_value = (n > 0).then(|| binomial_tail(significant, n, level));
        vec![own, counted("expected", n as f64 * level)]
    }

    fn ratio_rows(&self) -> Vec<Row> {
        let Some(randomisation) = &self.study.randomisation else {
            return Vec::new();
        };
        let columns = self.study.persons.strata.join(" / ");
        let mut rows = Vec::new();
        for ratio in ratios(randomisation, self.trial) {
            let group = |mut row: Row| {
                if let Some(label) = &ratio.stratum {
                    row.subgroup = columns.as_str().into();
                    row.level = label.as_str().into();
                }
                row.n = Some(ratio.units);
                row
            };
            for (arm, label) in self.trial.arms.iter().enumerate() {
                let own = ratio.counts[arm];
                for (item, value) in [
                    ("", own as f64 / ratio.units as f64),
                    ("expected", ratio.expected[arm]),
                ] {
                    let mut row = group(self.row("sample_ratio", item));
                    row.arm = label.as_str().into();
                    row.unit = "share".into();
                    // A stratum that nobody is in has no shares.
                    row.estimate = Some(value).filter(|value| value.is_finite());
                    if row.estimate.is_none() {
                        row.status = Status::Undefined;
                        row.reason = Reason::NoVariation.as_str().into();
                    }
                    row.events = i64::try_from(own).ok().filter(|_| item.is_empty());
                    rows.push(row);
                }
            }
            let mut test = group(self.row("sample_ratio_test", ""));
            test.arm = "all".into();
            test.unit = "chi-square".into();
            match ratio.test {
                Some((chi, freedom, p)) => {
                    test.estimate = Some(chi);
                    test.p_value = Some(p);
                    test.reason = degrees(freedom as usize).into();
                }
                None => {
                    test.status = Status::Undefined;
                    test.reason = Reason::NoVariation.as_str().into();
                }
            }
            rows.push(test);
        }
        if let Some(outside) = outside_quotas(randomisation, self.trial) {
            let mut row = self.row("sample_ratio_test", "quotas");
            row.arm = "all".into();
            row.unit = "strata".into();
            row.n = Some(self.trial.strata.len().max(1) as u64);
            row.estimate = Some(outside as f64);
            rows.push(row);
        }
        rows
    }

    fn followed_rows(&self, item: &Item<'_>, cells: &Cells, arm: usize, found: &Found) -> Vec<Row> {
        let pairs = Self::pairs(cells, arm);
        let adjusted = self.adjusted(item, &pairs, arm);
        let mut row = self.contrast("followed_difference", item, arm, adjusted);
        let [control, treated] = crate::inference::balance::whole(&pairs);
        (row.n, row.n_reference) = (Some(treated.n), Some(control.n));
        row.events = i64::try_from(treated.sum).ok();
        row.events_reference = i64::try_from(control.sum).ok();
        row.week = i32::try_from(self.trial.horizon).ok();
        let drawn = found.followed.filter(|_| row.estimate.is_some());
        let drawn = drawn.map(|drawn| self.permuted(&row, drawn));
        std::iter::once(row).chain(drawn).collect()
    }
}

fn degrees(freedom: usize) -> String {
    match freedom {
        1 => "1 degree of freedom".to_owned(),
        n => format!("{n} degrees of freedom"),
    }
}
