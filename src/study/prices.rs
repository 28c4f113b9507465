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
    /// Lines, in the order of the file; names are unique.
    pub lines: Vec<Line>,
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
