//! One path from input to limits: each week's interval, then the band over the weeks that can carry it.

use super::band::{CommonRank, Critical, SupT};
use super::bca::Correction;
use super::interval::{Limits, basic, corrected, normal, percentile, varies};
use super::ordered::{End, Ordered, Rank, error_at, value_at};
use super::studentized::{pivots, studentized};
use super::{Reason, Scale};
use crate::numeric::normal::normal_quantile;
use crate::numeric::student::{t_at_level_of, t_quantile};
use crate::study::model::IntervalKind;
use crate::units::ConfidenceLevel;

/// The weeks of one arm row or contrast: K of them, with B replicates each.
#[derive(Clone, Copy, Debug)]
pub struct PathInput<'a> {
    /// Point estimates, K; NaN = undefined.
    pub estimates: &'a [f64],
    /// Analytic standard errors, K; NaN = none.
    pub std_errors: &'a [f64],
    /// Accelerations, K; NaN = none. Read by bca intervals only: empty for the others.
    pub accelerations: &'a [f64],
    /// Degrees of freedom of the standard errors, K; empty: those of the normal distribution. Read by normal intervals only.
    pub freedom: &'a [f64],
    /// Replicates, K x B: week k is `replicates[k * B..(k + 1) * B]`; NaN = undefined in that replicate.
    pub replicates: &'a [f64],
    /// The replicates' own standard errors, K x B like them; NaN = none in that replicate. Read by studentized intervals
    /// only: empty for the others.
    pub errors: &'a [f64],
    /// B; 0 without resampling.
    pub replicate_count: usize,
    /// Weeks with enough support for the band, K.
    pub in_band: &'a [bool],
    /// Scale of normal, basic and studentized limits.
    pub scale: Scale,
    /// Kind of interval, and so of band.
    pub interval: IntervalKind,
    /// Confidence level of both.
    pub confidence: ConfidenceLevel,
}

/// What is inferred about a path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathInference {
    /// One per week.
    pub columns: Vec<ColumnInference>,
    /// Sup-t critical value of a normal, basic or studentized band (for a normal band at least z).
    pub critical_value: Option<f64>,
    /// Its Monte Carlo standard error.
    pub mc_critical_value: Option<f64>,
    /// Common rank of a percentile or bca band (of the latter before correction): its pointwise confidence is 1 - 2 rank / (B + 1).
    pub common_rank: Option<f64>,
    /// Where a percentile band needs more replicates, how many (about) would do.
    pub replicates_needed: Option<usize>,
    /// How many weeks entered the band.
    pub weeks_in_band: usize,
}

/// What is inferred about one week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnInference {
    /// Lower limit of the interval.
    pub conf_low: Option<f64>,
    /// Upper limit of the interval.
    pub conf_high: Option<f64>,
    /// Lower limit of the band.
    pub band_low: Option<f64>,
    /// Upper limit of the band.
    pub band_high: Option<f64>,
    /// Monte Carlo standard error of the lower limit; none where the limit is not simulated.
    pub mc_conf_low: Option<f64>,
    /// Monte Carlo standard error of the upper limit.
    pub mc_conf_high: Option<f64>,
    /// Monte Carlo standard error of the band's limits, both together. On the safe side by up to a third: that the
    /// noise of a week's spread and of the critical value (or common rank) partly cancel is not counted.
    pub mc_band: Option<f64>,
    /// Replicates in which the number is undefined, or has no standard error where the interval needs one.
    pub undefined_replicates: u32,
    /// Why there is no interval.
    pub interval_reason: Option<Reason>,
    /// Why there is no band; where there is no interval, the same.
    pub band_reason: Option<Reason>,
}

impl ColumnInference {
    /// Whether the row may carry a p-value: not when too many replicates are undefined.
    pub fn allows_p(&self) -> bool {
        self.interval_reason != Some(Reason::TooManyUndefined)
    }

    fn set_band(&mut self, limits: Result<Limits, Reason>, mc_band: Option<f64>) {
        match limits {
            Ok(limits) => {
                self.band_low = Some(limits.low);
                self.band_high = Some(limits.high);
                self.mc_band = mc_band;
                self.band_reason = None;
            }
            Err(reason) => self.band_reason = Some(reason),
        }
    }
}

/// Intervals for every week of a path and the band over those weeks that are `in_band`, have a positive standard error
/// and no undefined replicate. Cost: some nanoseconds per replicate value (see the module's benchmark test).
pub fn infer(input: &PathInput<'_>) -> PathInference {
    let weeks = input.estimates.len();
    debug_assert_eq!(input.std_errors.len(), weeks, "a standard error per week");
    debug_assert_eq!(input.in_band.len(), weeks, "a support mark per week");
    debug_assert!(
        input.interval != IntervalKind::Bca || input.accelerations.len() == weeks,
        "an acceleration per week"
    );
    debug_assert_eq!(
        input.replicates.len(),
        weeks * input.replicate_count,
        "replicates by week"
    );
    debug_assert!(
        input.interval != IntervalKind::Studentized || input.errors.len() == input.replicates.len(),
        "a standard error per replicate"
    );
    let count = input.replicate_count;
    let mut gradual = Gradual::new(*input);
    for week in 0..weeks {
        let span = week * count..(week + 1) * count;
        let errors = input.errors.get(span.clone()).unwrap_or_default();
        gradual.take(&input.replicates[span], errors);
    }
    gradual.finish()
}

/// The same week by week, for paths whose replicates are never all there at once.
pub struct Gradual<'a> {
    path: Path<'a>,
    columns: Vec<ColumnInference>,
}

impl<'a> Gradual<'a> {
    /// Begins with the first week. The replicates of the input are not looked at.
    pub fn new(input: PathInput<'a>) -> Self {
        Self {
            path: Path::new(input),
            columns: Vec::with_capacity(input.estimates.len()),
        }
    }

    /// The next week: its B replicates, and their standard errors for a studentized interval (else empty).
    pub fn take(&mut self, replicates: &[f64], errors: &[f64]) {
        let week = self.columns.len();
        self.columns.push(self.path.take(week, replicates, errors));
    }

    /// When every week has been taken.
    pub fn finish(self) -> PathInference {
        self.path.finish(self.columns)
    }
}

/// A week that entered the band.
struct Member {
    week: usize,
    /// Standard deviation of the replicates on the scale; of studentized bands the standard error there.
    sd: f64,
    /// Bca only.
    correction: Option<Correction>,
    /// Order statistics kept of each end (percentile and bca).
    depth: usize,
}

struct Path<'a> {
    input: PathInput<'a>,
    z: f64,
    tail: f64,
    /// Rank of the interval when every replicate is defined.
    full: Option<Rank>,
    ordered: Ordered,
    /// Of the week at hand (bca only).
    correction: Option<Correction>,
    members: Vec<Member>,
    sup_t: SupT,
    common: Option<CommonRank>,
    /// Both tails of every member, one after another (percentile and bca).
    tails: Vec<f64>,
    /// t* of the week at hand (studentized only).
    pivots: Vec<f64>,
}

impl<'a> Path<'a> {
    fn new(input: PathInput<'a>) -> Self {
        let tail = input.confidence.alpha() / 2.0;
        let count = input.replicate_count;
        let full = Rank::of_tail(tail, count);
        let common = match input.interval {
            IntervalKind::Percentile | IntervalKind::Bca => {
                full.map(|rank| CommonRank::new(rank, count))
            }
            IntervalKind::Normal | IntervalKind::Basic | IntervalKind::Studentized => None,
        };
        Self {
            input,
            z: normal_quantile(1.0 - tail),
            tail,
            full,
            ordered: Ordered::default(),
            correction: None,
            members: Vec::new(),
            sup_t: SupT::default(),
            common,
            tails: Vec::new(),
            pivots: Vec::new(),
        }
    }

    /// What the interval of a week is read off: its replicates, or their t*.
    fn pivots(
        &self,
        week: usize,
        (replicates, errors): (&[f64], &[f64]),
        mut buffer: Vec<f64>,
    ) -> Vec<f64> {
        let (estimate, std_error) = (self.input.estimates[week], self.input.std_errors[week]);
        if std_error.is_finite() && varies(estimate, std_error) {
            let replicates = (replicates, errors);
            pivots(
                self.input.scale,
                (estimate, std_error),
                replicates,
                &mut buffer,
            );
        } else {
            buffer.clear();
            buffer.extend_from_slice(replicates);
        }
        buffer
    }

    /// The interval of a week; enters it into the band where it can.
    fn take(&mut self, week: usize, replicates: &[f64], errors: &[f64]) -> ColumnInference {
        let buffer = std::mem::take(&mut self.pivots);
        let pivots = match self.input.interval {
            IntervalKind::Studentized => self.pivots(week, (replicates, errors), buffer),
            _ => buffer,
        };
        let column = match self.input.interval {
            IntervalKind::Studentized => &pivots,
            _ => replicates,
        };
        let undefined = column.iter().filter(|x| x.is_nan()).count();
        let mut out = ColumnInference {
            undefined_replicates: undefined as u32,
            ..ColumnInference::default()
        };
        match self.interval(week, column, undefined) {
            Ok(limits) => {
                out.conf_low = Some(limits.low);
                out.conf_high = Some(limits.high);
                out.mc_conf_low = limits.mc_low;
                out.mc_conf_high = limits.mc_high;
                out.band_reason = self.enter(week, column, undefined).err();
            }
            Err(reason) => {
                out.interval_reason = Some(reason);
                out.band_reason = Some(reason);
            }
        }
        self.pivots = pivots;
        out
    }

    /// What a standard error is multiplied by in a normal interval.
    fn quantile(&self, week: usize) -> f64 {
        let t = |&freedom: &f64| t_quantile(1.0 - self.tail, freedom);
        self.input.freedom.get(week).map_or(self.z, t)
    }

    fn interval(
        &mut self,
        week: usize,
        column: &[f64],
        undefined: usize,
    ) -> Result<Limits, Reason> {
        let (estimate, std_error) = (self.input.estimates[week], self.input.std_errors[week]);
        let count = self.input.replicate_count;
        if !estimate.is_finite() {
            return Err(Reason::UndefinedEstimate);
        }
        if undefined * 100 > count {
            return Err(Reason::TooManyUndefined);
        }
        if !varies(estimate, std_error) {
            return Err(Reason::NoVariation);
        }
        let scale = self.input.scale;
        if self.input.interval == IntervalKind::Normal {
            return normal(scale, estimate, std_error, self.quantile(week));
        }
        if count == 0 {
            return Err(Reason::NoReplicates);
        }
        let rank = match undefined {
            0 => self.full,
            _ => Rank::of_tail(self.tail, count - undefined),
        }
        .ok_or(Reason::TooFewReplicates)?;
        if self.input.interval == IntervalKind::Bca {
            let acceleration = self.input.accelerations[week];
            let correction = Correction::of(column, (estimate, std_error), acceleration)?;
            let (low, high) = (correction.low(rank.at)?, correction.high(rank.at)?);
            let depth = low.rank.depth().max(high.rank.depth()).max(rank.depth());
            self.ordered.load(column, depth);
            self.correction = Some(correction);
            return corrected(&self.ordered, low, high);
        }
        if self.input.interval == IntervalKind::Studentized && !std_error.is_finite() {
            return Err(Reason::NoStandardError);
        }
        self.ordered.load(column, rank.depth());
        match self.input.interval {
            IntervalKind::Basic => basic(scale, estimate, &self.ordered, rank),
            IntervalKind::Studentized => {
                studentized(scale, (estimate, std_error), &self.ordered, rank)
            }
            IntervalKind::Percentile | IntervalKind::Bca | IntervalKind::Normal => {
                percentile(&self.ordered, rank)
            }
        }
    }

    /// Enters a week with an interval into the band; its tails are still in `ordered`.
    fn enter(&mut self, week: usize, column: &[f64], undefined: usize) -> Result<(), Reason> {
        let input = self.input;
        let (estimate, std_error) = (input.estimates[week], input.std_errors[week]);
        if input.replicate_count == 0 {
            return Err(Reason::NoReplicates);
        }
        if !input.in_band[week] {
            return Err(Reason::ThinSupport);
        }
        if undefined > 0 {
            return Err(Reason::SomeUndefined);
        }
        if !std_error.is_finite() {
            return Err(Reason::NoStandardError);
        }
        let mut depth = 0;
        let sd = if let Some(common) = &mut self.common {
            common.add(column, &self.ordered);
            depth = self.ordered.tail(End::Low).len();
            self.tails.extend_from_slice(self.ordered.tail(End::Low));
            self.tails.extend_from_slice(self.ordered.tail(End::High));
            f64::NAN
        } else {
            if !input.scale.apply(estimate).is_finite() {
                return Err(Reason::OffScale);
            }
            if input.interval == IntervalKind::Studentized {
                self.sup_t.add_standardised(column);
                std_error * input.scale.slope(estimate)
            } else {
                self.sup_t
                    .add(input.scale, estimate, column)
                    .ok_or(Reason::NoVariation)?
            }
        };
        self.members.push(Member {
            week,
            sd,
            correction: self.correction,
            depth,
        });
        Ok(())
    }

    fn finish(mut self, columns: Vec<ColumnInference>) -> PathInference {
        let mut out = PathInference {
            columns,
            critical_value: None,
            mc_critical_value: None,
            common_rank: None,
            replicates_needed: None,
            weeks_in_band: 0,
        };
        if self.members.is_empty() {
            return out;
        }
        let failed = match &self.common {
            Some(common) => match common.rank() {
                Ok(rank) => {
                    self.set_ranked(&mut out, rank);
                    None
                }
                Err(needed) => {
                    out.replicates_needed = Some(needed);
                    Some(Reason::TooFewForBand)
                }
            },
            None => match self
                .sup_t
                .critical(self.input.confidence, &mut self.ordered)
            {
                Ok(critical) => {
                    self.set_sup_t(&mut out, critical);
                    None
                }
                Err(reason) => Some(reason),
            },
        };
        match failed {
            None => {
                let banded = |member: &&Member| out.columns[member.week].band_reason.is_none();
                out.weeks_in_band = self.members.iter().filter(banded).count();
            }
            Some(reason) => {
                for member in &self.members {
                    out.columns[member.week].band_reason = Some(reason);
                }
            }
        }
        out
    }

    fn set_ranked(&self, out: &mut PathInference, rank: Rank) {
        out.common_rank = Some(rank.at);
        let mut rest = self.tails.as_slice();
        for member in &self.members {
            let (tails, others) = rest.split_at(2 * member.depth);
            rest = others;
            let (low, high) = tails.split_at(member.depth);
            let column = &mut out.columns[member.week];
            let Some((of_low, of_high)) = ranks_of(member, rank) else {
                column.band_reason = Some(Reason::TooFewForBcaBand);
                continue;
            };
            let limits = Limits::plain((value_at(low, of_low.at), value_at(high, of_high.at)));
            let mc = together(error_at(low, of_low, |x| x), error_at(high, of_high, |x| x));
            column.set_band(limits, mc);
        }
    }

    fn set_sup_t(&self, out: &mut PathInference, critical: Critical) {
        let input = self.input;
        // The floor keeps a normal band from lying inside its interval by Monte Carlo error.
        let value = match input.interval {
            IntervalKind::Basic | IntervalKind::Studentized => critical.value,
            _ => critical.value.max(self.z),
        };
        out.critical_value = Some(value);
        out.mc_critical_value = critical.error;
        for member in &self.members {
            let (estimate, std_error) =
                (input.estimates[member.week], input.std_errors[member.week]);
            let column = &mut out.columns[member.week];
            let (limits, mc) = match input.interval {
                IntervalKind::Basic | IntervalKind::Studentized => {
                    let (low, high) = input.scale.limits(estimate, value * member.sd);
                    let low = column.conf_low.map_or(low, |x| x.min(low));
                    let high = column.conf_high.map_or(high, |x| x.max(high));
                    let se = member.sd / input.scale.slope(estimate);
                    // The standard deviation of B replicates has itself an error of 1 in sqrt(2 (B - 1)).
                    let of_sd = match input.interval {
                        IntervalKind::Studentized => 0.0,
                        _ => value / (2.0 * (input.replicate_count as f64 - 1.0)).sqrt(),
                    };
                    let mc = critical.error.map(|error| libm::hypot(error, of_sd) * se);
                    (Limits::plain((low, high)), mc)
                }
                _ => {
                    let freedom = input.freedom.get(member.week);
                    let own = freedom.map_or(value, |&f| t_at_level_of(value, f));
                    let limits = normal(input.scale, estimate, std_error, own);
                    let per_unit = own / value * std_error;
                    (limits, critical.error.map(|error| error * per_unit))
                }
            };
            column.set_band(limits, mc);
        }
    }
}

/// The ranks of a week's band at a common rank: that rank, or the two it is corrected to; `None` below the first.
fn ranks_of(member: &Member, common: Rank) -> Option<(Rank, Rank)> {
    let Some(correction) = member.correction else {
        return Some((common, common));
    };
    let [low, high] = [correction.low(common.at), correction.high(common.at)].map(|end| {
        end.ok().map(|end| Rank {
            at: end.rank.at,
            error: end.rank.error.max(common.error * end.slope),
        })
    });
    Some((low?, high?))
}

/// One error for two limits: the root mean square.
fn together(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    Some(libm::hypot(a?, b?) * core::f64::consts::FRAC_1_SQRT_2)
}
