//! Many simulated trials of one scenario through the whole engine, and what each says of the known truth.

use crate::support::repository;
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::results::Row;
use rettevej::simulate::{Scenario, Simulator, Truth};
use rettevej::study::{Adjustment, Analysis, IntervalKind, Multiplicity, SchemeKind, Study};
use rettevej::units::ConfidenceLevel;

/// A path of the first treatment arm (for contrasts: against the control) that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) estimand: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) item: &'static str,
}

/// How an analysis is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) adjustment: Adjustment,
    pub(crate) interval: IntervalKind,
    pub(crate) scheme: SchemeKind,
}

impl Way {
    fn name(self) -> String {
        format!(
            "{:?} {:?} {:?}",
            self.adjustment, self.interval, self.scheme
        )
    }

    /// The kind of interval, or the scheme where it is not the bootstrap.
    pub(crate) fn method(self) -> &'static str {
        match self.scheme {
            SchemeKind::Bayesian => "bayesian",
            SchemeKind::Bootstrap => self.interval.name(),
        }
    }
}

/// Methods of the committed table; of the bayesian bootstrap percentile limits.
pub(crate) const METHODS: [&str; 6] = [
    "normal",
    "percentile",
    "basic",
    "studentized",
    "bca",
    "bayesian",
];

/// Both adjustments by one method.
pub(crate) fn ways_of(method: &str) -> [Way; 2] {
    let (interval, scheme) = match method {
        "normal" => (IntervalKind::Normal, SchemeKind::Bootstrap),
        "basic" => (IntervalKind::Basic, SchemeKind::Bootstrap),
        "studentized" => (IntervalKind::Studentized, SchemeKind::Bootstrap),
        "bca" => (IntervalKind::Bca, SchemeKind::Bootstrap),
        "bayesian" => (IntervalKind::Percentile, SchemeKind::Bayesian),
        _ => (IntervalKind::Percentile, SchemeKind::Bootstrap),
    };
    [Adjustment::None, Adjustment::Strata].map(|adjustment| Way {
        adjustment,
        interval,
        scheme,
    })
}

/// Both adjustments with each kind of interval.
pub(crate) fn ways() -> Vec<Way> {
    let mut all = Vec::new();
    for adjustment in [Adjustment::None, Adjustment::Strata] {
        for interval in [
            IntervalKind::Normal,
            IntervalKind::Percentile,
            IntervalKind::Basic,
        ] {
            all.push(Way {
                adjustment,
                interval,
                scheme: SchemeKind::Bootstrap,
            });
        }
    }
    all
}

/// What one trial says of one measure.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// Estimate less truth at the horizon.
    pub(crate) error: Option<f64>,
    pub(crate) std_error: Option<f64>,
    /// Whether the interval at the horizon holds the truth.
    pub(crate) covered: Option<bool>,
    pub(crate) width: Option<f64>,
    /// Whether the band holds the truth in every week it has.
    pub(crate) band: Option<bool>,
    /// Weeks of the band.
    pub(crate) weeks: u32,
}

/// How many trials, how many replicates, which seeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) trials: u64,
    pub(crate) replicates: u32,
    pub(crate) seed: u64,
}

/// A scenario with its truth, overall and by site.
pub(crate) struct Ground {
    simulator: Simulator,
    arm: String,
    measures: Vec<Measure>,
    /// `[adjustment][measure]`: the path that a contrast estimates.
    truth: [Vec<Vec<Option<f64>>>; 2],
}

impl Ground {
    pub(crate) fn new(scenario: &str, measures: &[Measure]) -> Self {
        let path = repository(&format!("fixtures/scenarios/{scenario}.toml"));
        let scenario = Scenario::read(&path).expect("a scenario of the repository");
        let simulator = Simulator::new(scenario.clone()).expect("a right scenario");
        let whole = simulator.truth();
        // Sums over strata of w_s x difference in s: the same for means and survival, not for hazards.
        let persons: u32 = scenario.sites.iter().map(|s| s.persons).sum();
        let sites: Vec<(f64, Truth)> = scenario
            .sites
            .iter()
            .map(|site| {
                let weight = f64::from(site.persons) / f64::from(persons);
                let alone = Scenario {
                    sites: vec![site.clone()],
                    ..scenario.clone()
                };
                (
                    weight,
                    Simulator::new(alone)
                        .expect("a site alone is a right scenario")
                        .truth(),
                )
            })
            .collect();
        let arm = scenario.arms[1].name.clone();
        let of = |truth: &Truth, m: &Measure| -> Vec<Option<f64>> {
            truth
                .path(m.estimand, m.outcome, m.item, &arm)
                .unwrap_or_else(|| panic!("{m:?} has no truth"))
                .to_vec()
        };
        let overall = measures.iter().map(|m| of(&whole, m)).collect();
        let within = measures
            .iter()
            .map(|m| {
                let mut sum = vec![Some(0.0); scenario.horizon as usize];
                for (weight, truth) in &sites {
                    for (sum, value) in sum.iter_mut().zip(of(truth, m)) {
                        *sum = sum.and_then(|s| Some(s + weight * value?));
                    }
                }
                sum
            })
            .collect();
        Self {
            simulator,
            arm,
            measures: measures.to_vec(),
            truth: [overall, within],
        }
    }

    /// The truth of a measure at the horizon, without adjustment.
    pub(crate) fn truth_at_horizon(&self, measure: Measure) -> f64 {
        let place = self
            .measures
            .iter()
            .position(|m| *m == measure)
            .expect("one of the measures");
        self.truth[0][place]
            .last()
            .expect("defined in every week")
            .expect("defined in every week")
    }

    fn study(&self, ways: &[Way], replicates: u32) -> Study {
        let mut study = self.simulator.study();
        let named = |m: &Measure| study.outcomes.iter().position(|o| o.name == m.outcome);
        let mut outcomes: Vec<usize> = self.measures.iter().filter_map(named).collect();
        outcomes.sort_unstable();
        outcomes.dedup();
        let mut estimands: Vec<String> = self
            .measures
            .iter()
            .map(|m| m.estimand.to_owned())
            .collect();
        estimands.sort();
        estimands.dedup();
        study.analyses = ways
            .iter()
            .map(|way| Analysis {
                name: way.name(),
                outcomes: outcomes.clone(),
                estimands: estimands.clone(),
                adjustment: way.adjustment,
                standard_errors: rettevej::study::StandardErrors::default(),
                subgroups: vec![],
                weeks: vec![],
                interval: way.interval,
                confidence: ConfidenceLevel::default(),
                family: vec![],
                moderators: vec![],
                multiplicity: Multiplicity::default(),
                take_up: None,
            })
            .collect();
        study.resampling.replicates = replicates;
        study
    }

    /// Draws and evaluates the trials, half of them on a thread of its own: `[way][measure][trial]`.
    pub(crate) fn see(&self, ways: &[Way], run: Run) -> Vec<Vec<Vec<Seen>>> {
        let study = self.study(ways, run.replicates);
        let half = run.trials / 2;
        let trials: Vec<Vec<Seen>> = std::thread::scope(|scope| {
            let work = [0..half, half..run.trials].map(|numbers| {
                let (study, this) = (&study, &self);
                scope.spawn(move || {
                    numbers
                        .map(|number| this.one(study, ways, run.seed + number))
                        .collect::<Vec<Vec<Seen>>>()
                })
            });
            work.into_iter()
                .flat_map(|part| part.join().expect("no trial panics"))
                .collect()
        });
        let width = self.measures.len();
        let mut out = vec![vec![Vec::with_capacity(trials.len()); width]; ways.len()];
        for trial in trials {
            for (place, seen) in trial.iter().enumerate() {
                out[place / width][place % width].push(*seen);
            }
        }
        out
    }

    fn one(&self, study: &Study, ways: &[Way], seed: u64) -> Vec<Seen> {
        let trial = self.simulator.trial(seed);
        let options = Options {
            threads: 1,
            ..Options::default()
        };
        let mut rows = Vec::new();
        for scheme in [SchemeKind::Bootstrap, SchemeKind::Bayesian] {
            let mut study = study.clone();
            study.resampling.seed = seed;
            study.resampling.scheme = scheme;
            let own = |a: &Analysis| {
                ways.iter()
                    .any(|w| w.scheme == scheme && w.name() == a.name)
            };
            study.analyses.retain(own);
            if !study.analyses.is_empty() {
                let evaluated = evaluate(&study, &trial, &options, &Silent);
                rows.extend(evaluated.expect("the trial can be evaluated").0.rows);
            }
        }
        let mut out = Vec::with_capacity(ways.len() * self.measures.len());
        for way in ways {
            let name = way.name();
            let adjusted = usize::from(way.adjustment == Adjustment::Strata);
            for (m, measure) in self.measures.iter().enumerate() {
                let own = rows.iter().filter(|row| {
                    *row.analysis == *name
                        && *row.estimand == *measure.estimand
                        && *row.outcome == *measure.outcome
                        && *row.item == *measure.item
                        && *row.arm == *self.arm
                });
                out.push(seen(own, &self.truth[adjusted][m], study.horizon as i32));
            }
        }
        out
    }
}

/// What the rows of a path say of its truth by week.
pub(crate) fn seen<'a>(
    rows: impl Iterator<Item = &'a Row>,
    truth: &[Option<f64>],
    horizon: i32,
) -> Seen {
    let mut out = Seen::default();
    for row in rows {
        let week = row.week.expect("a row of a week");
        let truth = truth[week as usize - 1].expect("defined in every week");
        let holds = |low: Option<f64>, high: Option<f64>| Some(low? <= truth && truth <= high?);
        if let Some(inside) = holds(row.band_low, row.band_high) {
            out.band = Some(inside && out.band != Some(false));
            out.weeks += 1;
        }
        if week == horizon {
            out.error = row.estimate.map(|e| e - truth);
            out.std_error = row.std_error;
            out.covered = holds(row.conf_low, row.conf_high);
            out.width = row
                .conf_high
                .zip(row.conf_low)
                .map(|(high, low)| high - low);
        }
    }
    out
}

/// Mean and its Monte Carlo standard error.
pub(crate) fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (square / n).sqrt())
}

/// Standard errors against what estimates do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    /// Trials with estimate and standard error.
    pub(crate) trials: usize,
    /// Mean error, and in units of the standard deviation of the estimates.
    pub(crate) error: f64,
    pub(crate) bias: f64,
    /// Mean of squared standard errors over the variance of the estimates, and its Monte Carlo standard error.
    pub(crate) ratio: f64,
    pub(crate) ratio_error: f64,
}

/// Compares the mean of SE^2 with the variance of the estimates.
pub(crate) fn spread(seen: &[Seen]) -> Spread {
    let both: Vec<(f64, f64)> = seen
        .iter()
        .filter_map(|s| s.error.zip(s.std_error))
        .collect();
    let errors: Vec<f64> = both.iter().map(|b| b.0).collect();
    let centre = mean(&errors).0;
    let squares: Vec<f64> = errors.iter().map(|e| (e - centre) * (e - centre)).collect();
    let stated: Vec<f64> = both.iter().map(|b| b.1 * b.1).collect();
    let ((variance, variance_error), (stated, stated_error)) = (mean(&squares), mean(&stated));
    let variance_known = variance * errors.len() as f64 / (errors.len() as f64 - 1.0);
    let ratio = stated / variance_known;
    let relative = (variance_error / variance).hypot(stated_error / stated);
    Spread {
        trials: both.len(),
        error: centre,
        bias: centre / variance_known.sqrt(),
        ratio,
        ratio_error: ratio * relative,
    }
}

/// Share of trials that say yes among those that say anything, and how many these are.
pub(crate) fn share(answers: impl Iterator<Item = Option<bool>>) -> (f64, usize) {
    let said: Vec<bool> = answers.flatten().collect();
    let yes = said.iter().filter(|yes| **yes).count();
    (yes as f64 / said.len() as f64, said.len())
}
