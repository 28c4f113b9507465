//! A checked price file, as it is meant: its lines, and the parties between whom money moves. It is part of the question;
//! `cost_benefit` reads it and answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A price file as it is meant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prices {
    /// What the file is called in tables and notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Currency of all values, such as `DKK`.
    pub currency: String,
    /// True when the prices are made up: every page, figure and sentence of the money says so.
    #[serde(default)]
    pub synthetic: bool,
    /// Official parameters: rates of discount, the cost of taxes, the net-tax factor. Absent: nothing is discounted, taxes cost
    /// nothing more, and prices stand as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Vintage>,
    /// Where in its period money falls, for discounting.
    #[serde(default, skip_serializing_if = "Moment::is_middle")]
    pub discounted_at: Moment,
    /// The year whose price level everything is moved to, by the deflator. Absent: prices stay at their own levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_level: Option<i32>,
    /// Participants that the municipality's case is told for. Absent: the persons of the treatment arm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<u32>,
    /// Index of prices by year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deflator: Option<Deflator>,
    /// What is assumed of the weeks after the horizon; absent: nothing, they do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extrapolation: Option<Extrapolation>,
    /// Rules of refund that lines follow, with all their rates, so that a result carries what it was worked out with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundRule>,
    /// Lines, in the order of the file; names are unique.
    pub lines: Vec<Line>,
}

/// Official parameters of one date, or a file's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vintage {
    /// `dk-fm-2013`, or a name of the file's own.
    pub name: String,
    /// Yearly real rates of discount, by the year from which they hold; the first from year 0. Factors of earlier years stay.
    pub discount: Vec<RateStep>,
    /// Where the rates come from.
    pub discount_source: String,
    /// What a krone of public outlay costs society: 1.2 is a fifth more than the krone.
    pub tax_distortion: Parameter,
    /// What lifts amounts at factor prices to the prices of consumers; market prices are left alone.
    pub net_tax_factor: Parameter,
}

/// A rate of discount, from a year on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateStep {
    /// Years after the start; 35 means that the rate holds after the first 35 years.
    pub from_year: u32,
    /// Per year: 0.04.
    pub rate: f64,
}

/// A number with its source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// Its value.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
    /// Whether nobody has looked it up: recalled, or set for want of better.
    #[serde(default)]
    pub assumed: bool,
}

/// Where in its period money falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// In its middle.
    #[default]
    Middle,
    /// At its end.
    End,
}

impl Moment {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for a reference"
    )]
    fn is_middle(&self) -> bool {
        *self == Self::Middle
    }
}

/// An index of prices by year.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deflator {
    /// Which index, and where it was published.
    pub source: String,
    /// Index by year.
    pub index: std::collections::BTreeMap<i32, f64>,
}

/// A named rule for the weeks after the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Extrapolation {
    /// The rule.
    pub rule: Beyond,
    /// For how many weeks after the horizon.
    pub weeks: u32,
    /// The last weeks before the horizon whose average goes on.
    pub base: u32,
}

/// What happens to the difference after the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Beyond {
    /// It stays as in the base weeks.
    Constant,
    /// It shrinks in a straight line to nothing.
    FadeOut,
}

/// A rule by which one party refunds another a share of its outlay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundRule {
    /// `dk-benefit`, or a name of the file's own.
    pub name: String,
    /// Rates by time and band; what none covers is not refunded and is refused.
    pub rates: Vec<RefundRate>,
}

/// A rate of refund.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefundRate {
    /// First half-year, such as `2011H1`; absent: from ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last half-year; absent: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// First benefit week so far; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_benefit_week: Option<u32>,
    /// Share refunded of weeks with an offer that counts as active.
    pub active: f64,
    /// Share refunded of other weeks.
    pub passive: f64,
    /// Where it is written.
    pub source: String,
}

/// How a line's refund follows from another line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refund {
    /// The line whose money is refunded in part: its quantity and its price are this line's.
    pub of: String,
    /// Name of the rule.
    pub rule: String,
    /// Which of its rates.
    pub weeks: Activity,
}

/// Whether benefit weeks count as active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// In an offer: work placement, wage subsidy, ordinary education.
    Active,
    /// Otherwise.
    Passive,
    /// Each week as it was counted: the study names what makes a week active.
    Each,
}

/// How uncertain a price is, apart from the persons.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "distribution")]
pub enum Uncertainty {
    /// Any value between two is as likely.
    Uniform {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Likeliest at the price itself.
    Triangular {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Normal about the price, not below 0.
    Normal {
        /// Standard error.
        std_error: f64,
    },
    /// Log-normal with the price as its mean.
    LogNormal {
        /// Standard error.
        std_error: f64,
    },
    /// Gamma with the price as its mean.
    Gamma {
        /// Standard error.
        std_error: f64,
    },
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Name: the `item` of its rows, and the key of its label.
    pub name: String,
    /// What is counted.
    pub quantity: Quantity,
    /// Arms in which it counts; empty: in all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arms: Vec<String>,
    /// Who gains and who pays.
    pub flow: Flow,
    /// Price of one unit, at least 0; the flow carries the sign.
    pub value: f64,
    /// Added to the price because costs are mostly underestimated: 0.1 is a tenth more.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub uplift: f64,
    /// How uncertain the price is; absent: taken as certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<Uncertainty>,
    /// First trial week in which the line counts; absent: from the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_week: Option<u32>,
    /// Last trial week in which it counts; absent: to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_week: Option<u32>,
    /// The line is a refund of part of another one's money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<Refund>,
    /// Unit in words, such as `DKK per hour`.
    pub unit: String,
    /// Year of the price level.
    pub price_year: i32,
    /// Price basis.
    pub basis: Basis,
    /// Where the price comes from; never empty.
    pub source: String,
    /// Whether the line is a cost of the programme itself, for the break-even price.
    #[serde(default)]
    pub programme: bool,
}

/// What a line counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The accumulated weeks, amount or events of an outcome of the study over the horizon.
    Outcome(String),
    /// One per assigned person.
    Person,
}

/// Who gains and who pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// A party against the outside: real resources made or used up.
    Resource {
        /// The party.
        party: Party,
        /// Made or used up.
        side: Side,
    },
    /// From party to party; cancels in society.
    Transfer {
        /// Who pays.
        from: Party,
        /// Who receives.
        to: Party,
    },
}

/// Side of a resource line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Resources are made: the party gains.
    Gain,
    /// Resources are used up: the party pays.
    Cost,
}

/// Price basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Without indirect taxes.
    Factor,
    /// As paid by consumers.
    Market,
}

/// Those whose accounts are kept.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The person in the trial.
    Participant,
    /// Employers.
    Employer,
    /// Municipalities.
    Municipality,
    /// Regions.
    Region,
    /// The state.
    State,
    /// Everybody else.
    Other,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

impl Party {
    /// All six, in the order of tables.
    pub const ALL: [Self; 6] = [
        Self::Participant,
        Self::Employer,
        Self::Municipality,
        Self::Region,
        Self::State,
        Self::Other,
    ];

    /// As written in price files and in the `item` column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::Employer => "employer",
            Self::Municipality => "municipality",
            Self::Region => "region",
            Self::State => "state",
            Self::Other => "other",
        }
    }
}

impl Default for Line {
    /// One krone per person in no year from nowhere: something to fill in.
    fn default() -> Self {
        Self {
            name: String::new(),
            quantity: Quantity::Person,
            arms: Vec::new(),
            flow: Flow::Resource {
                party: Party::Municipality,
                side: Side::Cost,
            },
            value: f64::NAN,
            uplift: 0.0,
            uncertainty: None,
            first_week: None,
            last_week: None,
            refund: None,
            unit: String::new(),
            price_year: 0,
            basis: Basis::Factor,
            source: String::new(),
            programme: false,
        }
    }
}

impl Line {
    /// What one unit of the line's money adds to a party's account: -1, 0 or 1.
    pub fn sign(&self, party: Party) -> f64 {
        match self.flow {
            Flow::Resource { party: p, side } if p == party => match side {
                Side::Gain => 1.0,
                Side::Cost => -1.0,
            },
            Flow::Transfer { from, to } => {
                f64::from(i8::from(to == party) - i8::from(from == party))
            }
            Flow::Resource { .. } => 0.0,
        }
    }

    /// What it adds to all accounts together: 0 for a transfer.
    pub fn society_sign(&self) -> f64 {
        Party::ALL.iter().map(|&party| self.sign(party)).sum()
    }

    /// Whether it is the value of work that is done: what employers gain.
    pub fn is_production(&self) -> bool {
        self.flow
            == Flow::Resource {
                party: Party::Employer,
                side: Side::Gain,
            }
    }
}
