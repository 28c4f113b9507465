//! What is estimated: one file per estimand, and the registry that everything else reads.
//!
//! A [`Curve`] is a function of the totals of one group of persons (an arm, or an arm within a stratum) along ticks. It
//! gives its values, the influence of each person on them (from which every standard error follows) and how much
//! data stands behind each. Contrasts, strata, subgroups and replicates are the business of `evaluate`: a curve cannot
//! tell the observed sample from a replicate. Values are worked out for several draws side by side, a [`GroupTile`];
//! the observed sample is a tile of one. A [`Test`] compares the groups at once and is not resampled.
//!
//! To add one: copy the nearest file, add `mod x;` and one line of [`REGISTRY`].

mod cumulative_hazard;
mod cumulative_incidence;
mod cumulative_incidence_aalen;
mod cumulative_mean;
mod exits;
mod gray;
mod hazard;
mod log_hazard_ratio;
mod logrank;
mod median_time;
mod period_mean;
mod restricted_mean;
mod score;
mod survival;
mod tile;
mod variance;
#[cfg(test)]
mod variance_tests;
mod weekly_mean;

pub use tile::{GroupTile, Product};
pub use variance::{Products, Source, Standing, Unit};

use crate::panel::{Kind, Shape};
use ndarray::Array2;

/// Every estimand, in the order of the rows.
pub const REGISTRY: &[Estimand] = &[
    Estimand::Curve(&weekly_mean::WeeklyMean),
    Estimand::Curve(&cumulative_mean::CumulativeMean),
    Estimand::Curve(&period_mean::PeriodMean),
    Estimand::Curve(&hazard::Hazard),
    Estimand::Curve(&survival::Survival),
    Estimand::Curve(&cumulative_hazard::CumulativeHazard),
    Estimand::Curve(&cumulative_incidence::CumulativeIncidence),
    Estimand::Curve(&restricted_mean::RestrictedMean),
    Estimand::Curve(&median_time::MedianTime),
    Estimand::Test(&logrank::LogRank),
    Estimand::Curve(&cumulative_incidence_aalen::CumulativeIncidenceAalen),
    Estimand::Test(&gray::Gray),
    Estimand::Model(&log_hazard_ratio::LogHazardRatio),
];

/// An entry of the registry.
#[derive(Clone, Copy)]
pub enum Estimand {
    /// A curve of each arm, and its difference.
    Curve(&'static dyn Curve),
    /// A test that compares arms.
    Test(&'static dyn Test),
    /// One number per treatment arm, from all arms at once.
    Model(&'static dyn Model),
}

impl Estimand {
    /// Its method card.
    pub fn card(&self) -> &'static Card {
        match self {
            Self::Curve(curve) => curve.card(),
            Self::Test(test) => test.card(),
            Self::Model(model) => model.card(),
        }
    }

    /// Paths it has for an outcome.
    pub fn items(&self, shape: &Shape) -> Vec<Item> {
        match self {
            Self::Curve(curve) => curve.items(shape),
            Self::Test(test) => test.items(shape),
            Self::Model(model) => model.items(shape),
        }
    }
}

/// What a reader must know of an estimand; `explain` prints it.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    /// Slug of arm rows (of the only rows of a test).
    pub slug: &'static str,
    /// Slug of contrast rows, where there are any.
    pub contrast: Option<&'static str>,
    /// What it estimates, in one sentence.
    pub title: &'static str,
    /// Formula.
    pub formula: &'static str,
    /// Standard error.
    pub std_error: &'static str,
    /// When it is undefined.
    pub undefined: &'static str,
    /// Source.
    pub source: &'static str,
    /// Short name of the method, for the `method` column.
    pub method: &'static str,
    /// Kinds of outcome it belongs to.
    pub kinds: &'static [OutcomeClass],
    /// Scale on which intervals of arm rows are made.
    pub scale: ArmScale,
    /// Whether the finite-sample factor n / (n - 1) applies to the variance when units are persons.
    pub factor: Factor,
}

/// Kinds of outcome, as far as estimands care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeClass {
    /// `weeks_in`, `amount`, `events`.
    Mean,
    /// `share_among`.
    Share,
    /// `exit`.
    Exit,
    /// Quantities to be priced; they have no estimands of their own.
    Ledger,
}

impl OutcomeClass {
    /// The class of a shape.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Mean { .. } => Self::Mean,
            Kind::Share => Self::Share,
            Kind::Exit { .. } => Self::Exit,
            Kind::Ledger => Self::Ledger,
        }
    }
}

/// Scale of intervals of arm rows; contrasts are always on the plain scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArmScale {
    /// Plain.
    Identity,
    /// ln(-ln S).
    LogLog,
}

/// Finite-sample factor of the variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// n / (n - 1), also for persons.
    Always,
    /// G / (G - 1) for clusters only: for persons the sum of squares is Greenwood's formula as it stands.
    ClustersOnly,
}

/// Which exit a path is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Any exit, or an outcome that has no destinations.
    Any,
    /// One destination.
    Destination(usize),
}

impl Item {
    /// As in the `item` column.
    pub fn label(self, shape: &Shape) -> &str {
        match self {
            Self::Any => "",
            Self::Destination(k) => &shape.destinations[k],
        }
    }
}

/// Totals of one group, channels side by side; weights may be fractions.
#[derive(Clone, Copy, Debug)]
pub struct GroupTotals<'a> {
    /// Shape.
    pub shape: &'a Shape,
    /// `channels x ticks`.
    pub values: &'a [f64],
}

impl<'a> GroupTotals<'a> {
    /// One channel over all ticks.
    pub fn channel(&self, channel: usize) -> &'a [f64] {
        &self.values[channel * self.shape.ticks..(channel + 1) * self.shape.ticks]
    }

    /// Exits at a tick: of one destination or of any.
    pub fn exits(&self, item: Item, tick: usize) -> f64 {
        match item {
            Item::Destination(k) => self.channel(1 + k)[tick],
            Item::Any => (1..self.shape.channels)
                .map(|c| self.channel(c)[tick])
                .sum(),
        }
    }
}

/// The same of one person's written-out history.
pub(crate) fn exits_of(shape: &Shape, history: &[i64], item: Item, tick: usize) -> f64 {
    match item {
        Item::Destination(k) => history[(1 + k) * shape.ticks + tick] as f64,
        Item::Any => (1..shape.channels)
            .map(|c| history[c * shape.ticks + tick])
            .sum::<i64>() as f64,
    }
}

/// How many persons stand behind a mean, by tick; see [`Curve::support`].
#[derive(Clone, Debug, Default)]
pub struct Support {
    /// Persons with a value other than 0 at the tick.
    pub nonzero: Vec<u64>,
    /// Followed persons with value 0 at the tick.
    pub zero: Vec<u64>,
    /// Persons with a value other than 0 up to the tick.
    pub ever: Vec<u64>,
    /// Persons with a value of 0 up to the tick.
    pub not_always: Vec<u64>,
}

impl Support {
    /// Nobody, at so many ticks.
    pub fn nobody(ticks: usize) -> Self {
        Self {
            nonzero: vec![0; ticks],
            zero: vec![0; ticks],
            ever: vec![0; ticks],
            not_always: vec![0; ticks],
        }
    }

    /// Adds the persons of another group.
    pub fn add(&mut self, other: &Self) {
        for (sums, more) in [
            (&mut self.nonzero, &other.nonzero),
            (&mut self.zero, &other.zero),
            (&mut self.ever, &other.ever),
            (&mut self.not_always, &other.not_always),
        ] {
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum += more;
            }
        }
    }
}

/// `n` and `events` of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Persons followed or at risk.
    pub n: u64,
    /// Exits, events or weeks; `None` where a count means nothing.
    pub events: Option<i64>,
}

/// Writes one person's influence on a curve (all ticks of [`Curve::ticks`]) from the written-out history.
pub type Influence<'a> = Box<dyn Fn(&[i64], &mut [f64]) + Send + Sync + 'a>;

/// How a curve of differences comes from weekly differences of means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weekly {
    /// They are its values.
    Itself,
    /// Its values are their sums so far.
    Accumulated,
}

/// A curve of a group's totals.
pub trait Curve: Sync {
    /// Method card.
    fn card(&self) -> &'static Card;
    /// Paths it has for an outcome: any exit, each destination.
    fn items(&self, shape: &Shape) -> Vec<Item>;
    /// Tick labels of a path.
    fn ticks(&self, shape: &Shape) -> Vec<i32> {
        (shape.first_tick..=shape.last_tick()).collect()
    }
    /// Whether its rows belong to a week; a week found by the curve itself, such as a median, has none.
    fn dated(&self) -> bool {
        true
    }
    /// Writes the values at all ticks of every draw of the tile (`ticks x lanes`, as in [`GroupTile`]); NaN = undefined
    /// in that draw. No allocation, no panic.
    fn evaluate_tile(&self, group: &GroupTile<'_>, item: Item, out: &mut [f64]);
    /// The same of one draw. The same code, one lane wide.
    fn evaluate(&self, group: GroupTotals<'_>, item: Item, out: &mut [f64]) {
        let mut product = Product::default();
        let tile = product.of(group.shape, group.values, 1);
        self.evaluate_tile(&tile, item, out);
    }
    /// How its difference comes from weekly differences of means, so that a regression can make these; `None`: it does not.
    fn of_weekly(&self) -> Option<Weekly> {
        None
    }
    /// The influence of a person: the derivative of the value in the person's weight. `None`: there is none.
    fn influence<'a>(&self, group: GroupTotals<'a>, item: Item) -> Option<Influence<'a>>;
    /// Where the sum of squared influences comes from when persons stand like this.
    fn variance_source(&self, shape: &Shape, standing: Standing) -> Source;
    /// Writes the sum of squared influences at all ticks from the totals, where [`Source::Totals`] says that they are
    /// enough; NaN where the value is undefined. Times [`Factor::of`] it is the squared standard error. No allocation.
    fn variance(&self, _group: GroupTotals<'_>, _item: Item, out: &mut [f64]) {
        out.fill(f64::NAN);
    }
    /// The same where [`Source::Products`] says that sums of products are needed as well.
    fn variance_of_products(&self, _: GroupTotals<'_>, _: Products<'_>, out: &mut [f64]) {
        out.fill(f64::NAN);
    }
    /// What its standard error is, where it is not made of influence values; [`Curve::variance`] is then its square.
    fn se_method(&self) -> Option<&'static str> {
        None
    }
    /// `n` and `events` at a tick.
    fn counts(&self, group: GroupTotals<'_>, item: Item, tick: usize) -> Counts;
    /// Events, or persons in the rarer value, behind a tick: a band needs at least 5 in each arm.
    fn support(&self, group: GroupTotals<'_>, support: &Support, item: Item, tick: usize) -> u64;
    /// Unit of the number, given the unit of a weekly value and the name of a tick.
    fn unit(&self, shape: &Shape, weekly: &str, tick: &str) -> String;
}

/// Observed minus expected of each group, and its covariance under equality.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// By group; sums to zero.
    pub excess: Vec<f64>,
    /// Group by group, `(groups, groups)`.
    pub covariance: Array2<f64>,
}

/// Writes one person's part of the excess: which group the person is in, the written-out history, the result by group.
pub type Share<'a> = Box<dyn Fn(usize, &[i64], &mut [f64]) + Send + Sync + 'a>;

/// A comparison of groups that is not resampled.
pub trait Test: Sync {
    /// Method card.
    fn card(&self) -> &'static Card;
    /// Paths it has for an outcome.
    fn items(&self, shape: &Shape) -> Vec<Item>;
    /// Excess and model covariance, summed over strata of groups (`strata[s][group]`).
    fn score(&self, strata: &[Vec<GroupTotals<'_>>], item: Item) -> Score;
    /// A person's part of the excess in one stratum, for a covariance that is right when a person's spells, or the
    /// persons of a cluster, belong together. `None`: there is none.
    fn share<'a>(&self, stratum: &[GroupTotals<'a>], item: Item) -> Option<Share<'a>>;
}

/// Numbers of groups against the first, estimated together.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// By group, 0 for the first; NaN where there is none.
    pub estimates: Vec<f64>,
    /// Group by group, `(groups, groups)`: the inverse information; NaN where there is no estimate.
    pub covariance: Array2<f64>,
}

impl Fit {
    /// Of so many groups without an estimate.
    pub fn none(groups: usize) -> Self {
        Self {
            estimates: vec![f64::NAN; groups],
            covariance: Array2::from_elem((groups, groups), f64::NAN),
        }
    }
}

/// A model of all groups at once that is not resampled.
pub trait Model: Sync {
    /// Method card.
    fn card(&self) -> &'static Card;
    /// Paths it has for an outcome.
    fn items(&self, shape: &Shape) -> Vec<Item>;
    /// The estimates from groups within strata (`strata[s][group]`); the first group is the reference.
    fn fit(&self, strata: &[Vec<GroupTotals<'_>>], item: Item) -> Fit;
    /// A person's part of the slope at the estimates in one stratum, as that of a [`Test`].
    fn share<'a>(&self, stratum: &[GroupTotals<'a>], item: Item, fit: &Fit) -> Option<Share<'a>>;
}

/// The entry whose arm or contrast slug this is.
pub fn find(slug: &str) -> Option<&'static Estimand> {
    REGISTRY.iter().find(|estimand| {
        let card = estimand.card();
        card.slug == slug || card.contrast == Some(slug)
    })
}
