//! The scenario file: what is written in it, word for word, before it is checked.

use super::codes;
use crate::error::{Class, Diagnostic, Error, Place, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A trial to simulate: a weekly Markov chain whose hazards differ by arm, site, subgroup, hidden type and cluster.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name of the scenario.
    pub name: String,
    /// Last trial week of the known truth.
    #[schemars(range(min = 1, max = 5000))]
    pub horizon: u32,
    /// Weeks simulated after the horizon when there is no `[entry]` (exits of the last week need one).
    #[serde(default = "one")]
    #[schemars(range(max = 5000))]
    pub extra_weeks: u32,
    /// Units (persons, or clusters) per block of the randomisation within a site; a multiple of the sum of the
    /// arms' `ratio`. Default: twice that sum.
    pub block: Option<u32>,
    /// How weeks are written in the files.
    #[serde(default)]
    pub weeks: Weeks,
    /// How CSV files are written.
    #[serde(default)]
    pub dialect: Dialect,
    /// Share of persons in each state in week 1.
    pub initial: BTreeMap<String, f64>,
    /// The states.
    pub states: Vec<State>,
    /// Weekly hazards.
    #[serde(default)]
    pub transitions: Vec<Transition>,
    /// The arms, the control first.
    pub arms: Vec<Arm>,
    /// The sites (strata of the randomisation).
    pub sites: Vec<Site>,
    /// Column of the site in the persons file.
    #[serde(default = "site")]
    pub site_column: String,
    /// Staggered entry over calendar weeks. Without it everything is in trial weeks.
    pub entry: Option<Entry>,
    /// Groups that are seen in the data.
    #[serde(default)]
    pub subgroups: Vec<Subgroup>,
    /// Types of person that are not seen in the data.
    #[serde(default)]
    pub hidden: Vec<Level>,
    /// Randomise clusters instead of persons.
    pub clusters: Option<Clusters>,
    /// Loss to follow-up, independent of everything but the arm.
    pub lost: Option<Lost>,
    /// Hours of work by week.
    pub hours: Option<Hours>,
    /// Event files.
    #[serde(default)]
    pub events: Vec<Events>,
    /// Times to leaving states whose truth is wanted.
    #[serde(default)]
    pub exits: Vec<Exit>,
}

/// How weeks are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weeks {
    /// Trial weeks, 1 = week of assignment.
    #[default]
    Trial,
    /// ISO weeks such as `2010-W44`.
    Iso,
    /// Dates; a spell runs from a Monday to a Sunday.
    Date,
}

/// How CSV files are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Comma between columns, point in numbers.
    #[default]
    Plain,
    /// Semicolon between columns, comma in numbers.
    Danish,
}

/// A state.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Name, as written in the data.
    pub name: String,
    /// Never left once entered.
    #[serde(default)]
    pub absorbing: bool,
    /// `false`: its weeks are gaps in the spell file.
    #[serde(default = "yes")]
    pub written: bool,
    /// Code in the layouts of DREAM; left out: none, as in weeks without benefit.
    #[schemars(range(min = 1, max = 999))]
    pub code: Option<u16>,
}

/// A weekly hazard: the probability of being in `to` next week for those in `from` this week.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// State left.
    pub from: String,
    /// State entered.
    pub to: String,
    /// Probability per week, before multipliers.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub hazard: f64,
    /// First and last trial week of `from`; left out: always. Several entries make a piecewise hazard.
    pub weeks: Option<[u32; 2]>,
}

/// A multiplier of hazards.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// State left; left out: any.
    pub from: Option<String>,
    /// State entered; left out: any.
    pub to: Option<String>,
    /// Only in this arm; left out: in all. Under a site, subgroup or type this makes the arm's effect differ by it.
    pub arm: Option<String>,
    /// First and last trial week; left out: always.
    pub weeks: Option<[u32; 2]>,
    /// The hazard is multiplied by this.
    #[schemars(range(min = 0.0))]
    pub multiplier: f64,
}

/// An arm.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Name, as written in the data.
    pub name: String,
    /// Units in this arm for one in an arm of ratio 1.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    pub ratio: u32,
    /// What the arm does to hazards.
    #[serde(default)]
    pub effects: Vec<Effect>,
}

/// A site.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Name, as written in the data.
    pub name: String,
    /// Persons assigned there.
    #[schemars(range(min = 1))]
    pub persons: u32,
    /// What the site does to hazards, in every arm.
    #[serde(default)]
    pub effects: Vec<Effect>,
}

/// Staggered entry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// First ISO week of the intake, such as `2010-W44`.
    pub first: String,
    /// Last ISO week of the intake; every week is as likely.
    pub last: String,
    /// Last ISO week in the data.
    pub data_end: String,
}

/// A column that puts persons in groups.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subgroup {
    /// Column in the persons file.
    pub column: String,
    /// Its levels.
    pub levels: Vec<Level>,
}

/// A group of persons.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Name, as written in the data.
    pub name: String,
    /// Share of persons.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// What it does to hazards.
    #[serde(default)]
    pub effects: Vec<Effect>,
}

/// Randomised clusters.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clusters {
    /// Column in the persons file.
    pub column: String,
    /// Persons per cluster; the last of a site may be smaller.
    #[schemars(range(min = 1))]
    pub persons: u32,
    /// Kinds of cluster (the random cluster effect is discrete, so that the truth is exact).
    #[serde(default)]
    pub kinds: Vec<Level>,
}

/// Loss to follow-up. Who is in an absorbing state is not lost.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lost {
    /// State written from the first week not followed.
    pub state: String,
    /// Probability per week of not being followed from the next, by arm.
    pub hazard: BTreeMap<String, f64>,
    /// Code of the state in the layouts of DREAM.
    #[schemars(range(min = 1, max = 999))]
    pub code: Option<u16>,
}

/// Hours of work.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// File to write.
    pub file: String,
    /// Mean number of weeks a person's draw is kept.
    #[serde(default = "unit")]
    #[schemars(range(min = 1.0))]
    pub renewal: f64,
    /// Its own way of writing CSV.
    pub dialect: Option<Dialect>,
    /// Who works how much; rules have no state in common.
    pub rules: Vec<HoursRule>,
}

/// Hours while in some states.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursRule {
    /// States.
    #[serde(rename = "while")]
    pub states: Vec<String>,
    /// Probability of any hours in a week, by arm.
    pub probability: BTreeMap<String, f64>,
    /// Hours when there are any.
    pub values: Vec<HoursValue>,
}

/// One number of hours.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursValue {
    /// Hours per week, with at most two decimals.
    #[schemars(range(min = 0.0, max = 168.0))]
    pub hours: f64,
    /// Share of the weeks with hours.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
}

/// An event process and its file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Name of the outcome.
    pub name: String,
    /// File to write.
    pub file: String,
    /// States in which events happen.
    #[serde(rename = "while")]
    pub states: Vec<String>,
    /// Mean number of weeks a person's draw is kept: 1 makes weeks independent, more makes events come in runs.
    #[serde(default = "unit")]
    #[schemars(range(min = 1.0))]
    pub renewal: f64,
    /// Its own unit of weeks.
    pub weeks: Option<Weeks>,
    /// Column of the kind; left out: none is written.
    pub column: Option<String>,
    /// Kinds of event; in a week at most one happens.
    pub kinds: Vec<Kind>,
}

/// A kind of event.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Name, as written in the data.
    pub name: String,
    /// Probability per week, by arm.
    pub probability: BTreeMap<String, f64>,
    /// First and last trial week; left out: always.
    pub weeks: Option<[u32; 2]>,
}

/// A time to leaving states.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exit {
    /// Name of the outcome.
    pub name: String,
    /// States left; those in one of them in week 1 are at risk.
    pub from: Vec<String>,
}

fn one() -> u32 {
    1
}

fn unit() -> f64 {
    1.0
}

fn site() -> String {
    "site".to_owned()
}

fn yes() -> bool {
    true
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// When it cannot be read or is not in the grammar; ranges are checked by [`super::Simulator::new`].
    pub fn read(path: &Path) -> Result<Self> {
        Self::open(path).map(|(scenario, _)| scenario)
    }

    /// The same, with the text.
    pub(crate) fn open(path: &Path) -> Result<(Self, String)> {
        let shown = path.file_name().map_or_else(
            || "scenario".to_owned(),
            |n| n.to_string_lossy().into_owned(),
        );
        let text = std::fs::read_to_string(path).map_err(|e| {
            Error::one(
                Class::Study,
                Diagnostic::error(
                    codes::READ,
                    format!("cannot read the scenario {shown}: {}", e.kind()),
                    "check the path of the scenario file",
                ),
            )
        })?;
        Ok((Self::parse(&text, &shown)?, text))
    }

    /// Reads a scenario from text; `shown` names it in messages.
    ///
    /// # Errors
    /// When the text is not TOML or not in the grammar.
    pub fn parse(text: &str, shown: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        toml::from_str(text).map_err(|e| {
            let span = e.span().unwrap_or(0..0);
            let before = text.get(..span.start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let message = e.message().lines().collect::<Vec<_>>().join(", ");
            Error::one(
                Class::Study,
                Diagnostic::error(
                    codes::SYNTAX,
                    message,
                    "correct this line; `rettevej schema scenario` lists every key",
                )
                .at(Place::Study {
                    file: shown.to_owned(),
                    span: (span.start, span.end),
                    line,
                    column: before[start..].chars().count() + 1,
                }),
            )
        })
    }
}

/// JSON Schema of the scenario file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Scenario).to_value()
}
