//! The study as it is meant: every default filled in, every reference resolved. Nothing here is checked again later.

pub use super::covariate::*;
pub use super::form::*;
pub use super::pattern::{Columns as PatternColumns, Pattern, Stamp, year_of};
pub use super::question::*;
pub use super::randomisation::*;
pub use super::survey::Survey;

use super::prices::Prices;
use super::secret::Secret;
use super::sites::Site;
use crate::units::Language;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A whole checked study.
#[derive(Clone, Debug)]
pub struct Study {
    /// Name, used in titles and for the default output folder.
    pub name: String,
    /// Language of summary and report.
    pub language: Language,
    /// Free text for the report: title, author, commissioner, intake.
    pub texts: BTreeMap<String, String>,
    /// Last trial week (or tick) of the evaluation, at least 1.
    pub horizon: u32,
    /// Which calendar week is trial week 1.
    pub first_week: FirstWeek,
    /// Index into `outcomes` of the first sentence.
    pub headline: usize,
    /// True when the data are made up.
    pub synthetic: bool,
    /// Label of the control arm.
    pub control: String,
    /// Labels of the treatment arms, the headline arm first.
    pub treatments: Vec<String>,
    /// Words for people.
    pub labels: Labels,
    /// The list of persons.
    pub persons: PersonsFile,
    /// How the arms were drawn by lot; `None` when the study does not say.
    pub randomisation: Option<Randomisation>,
    /// Spell tables by name; a plain `[spells]` is called `spells`. The first one gives follow-up to outcomes
    /// that have no table of their own.
    pub tables: Vec<SpellsFile>,
    /// Single-spell data instead of spells.
    pub durations: Option<DurationsFile>,
    /// Outcomes in the order of the file.
    pub outcomes: Vec<Outcome>,
    /// Analyses; at least one.
    pub analyses: Vec<Analysis>,
    /// How replicates are drawn.
    pub resampling: Resampling,
    /// What is to be priced; `None` when the study has no `[cost_benefit]`.
    pub cost_benefit: Option<CostBenefit>,
    /// Smallest cell that may be shown; 1 switches the rule off.
    pub min_cell: u32,
    /// House whose machine the result leaves, when the study names one.
    pub site: Option<Site>,
    /// What the hash of the checked trial is keyed by besides the seed.
    pub secret: Option<Secret>,
    /// Forms in which a result is written besides its bundle and its tables, each once, in the order
    /// in which they are listed.
    pub formats: Vec<Form>,
    /// Surveys, in the order of the file.
    pub surveys: Vec<Survey>,
    /// The study file as it was read, for the bundle.
    pub source: String,
    /// Folder of the study file.
    pub folder: PathBuf,
}

/// A form in which a result is written besides its bundle and its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// The numbers, typed.
    Parquet,
    /// The workbook.
    Xlsx,
    /// The figures as drawings.
    Svg,
    /// The figures as pictures.
    Png,
    /// The report as a page.
    Html,
    /// The report as Markdown.
    Md,
}

impl Form {
    /// What is written when the study does not say.
    pub const USUAL: [Self; 5] = [Self::Parquet, Self::Xlsx, Self::Svg, Self::Png, Self::Html];

    /// As written in the study.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Md => "md",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }
}

/// `[cost_benefit]`: the quantities that can be priced, and by which prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostBenefit {
    /// Price file; without one, quantities are counted and can be priced from the bundle.
    pub prices: Option<DataFile>,
    /// What the price file says, once `cost_benefit` has read it.
    pub lines: Option<Prices>,
    /// Index of the analysis whose contrasts are priced: the first by default.
    pub analysis: usize,
    /// States of the first spell table whose weeks cumulate to the bands of benefit weeks; may be empty.
    pub benefit: Vec<String>,
    /// First benefit weeks of bands besides those that are always cut.
    pub bands: Vec<u32>,
    /// Where benefit weeks before trial week 1 are told.
    pub before: BenefitBefore,
    /// Index of the outcome that makes a benefit week active.
    pub active: Option<usize>,
    /// Weeks of a period of the quantities; by default as short as a bundle can carry.
    pub period: Option<u32>,
}

/// Where benefit weeks before trial week 1 are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BenefitBefore {
    /// They do not count.
    #[default]
    Nowhere,
    /// In so many weeks of the first spell table.
    Spells(u32),
    /// In a covariate of this name.
    Covariate(String),
}

/// Which week is trial week 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstWeek {
    /// The week of assignment.
    #[default]
    Assignment,
    /// The week after it.
    Next,
}

/// Words for arms, states, outcomes, strata and subgroups, keyed by the label in the data or study.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Label in data -> words.
    pub words: BTreeMap<String, Words>,
}

/// One label's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Danish and English name.
    pub da: Option<String>,
    /// English name.
    pub en: Option<String>,
    /// Phrase of the headline when the difference is positive, by language.
    pub more: BTreeMap<String, String>,
    /// Phrase of the headline when it is negative, by language.
    pub less: BTreeMap<String, String>,
}

impl Labels {
    /// The word for a label in a language, or the label itself.
    pub fn word<'a>(&'a self, label: &'a str, language: Language) -> &'a str {
        self.words
            .get(label)
            .and_then(|w| match language {
                Language::Da => w.da.as_deref(),
                Language::En => w.en.as_deref(),
            })
            .unwrap_or(label)
    }
}

/// A data file named in the study: how the user wrote it, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// As written in the study; the only form ever shown.
    pub shown: String,
    /// Where it is on this machine; never shown.
    pub path: PathBuf,
}

/// `[persons]`.
#[derive(Clone, Debug)]
pub struct PersonsFile {
    /// File.
    pub file: DataFile,
    /// Column of the person's identifier.
    pub id: String,
    /// Column of the arm.
    pub arm: String,
    /// Column of the assignment date or week.
    pub assigned: Option<String>,
    /// Columns that together are the strata of the randomisation.
    pub strata: Vec<String>,
    /// Column of the randomised unit.
    pub cluster: Option<String>,
    /// Column of the last followed week, in the unit of the first spell table.
    pub followed_until: Option<String>,
    /// Columns of subgroups.
    pub subgroups: Vec<String>,
    /// What was known of each person before the draw.
    pub covariates: Vec<CovariateAsked>,
}

/// How weeks are written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeekUnit {
    /// Trial weeks: integers, 1 = first week.
    Trial,
    /// ISO weeks such as `2010-W44`.
    Iso,
    /// Dates such as `2010-11-03` or `03-11-2010`.
    Date,
    /// DREAM weeks such as `1044`, which are ISO weeks.
    Dream {
        /// Years of two digits from here on are of the last century.
        pivot: u8,
    },
}

/// Which weeks a spell in dates covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateRule {
    /// Every week with a day in it; the highest priority wins.
    #[default]
    Any,
    /// The weeks whose Thursday it covers.
    Thursday,
}

/// What an overlap of two spells of a person means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// An error.
    Error,
    /// Resolved by this list of states, highest first.
    Priority(Vec<String>),
}

/// `[spells]` or `[spells.NAME]`.
#[derive(Clone, Debug)]
pub struct SpellsFile {
    /// Name of the table.
    pub name: String,
    /// Files, read one after another.
    pub files: Vec<DataFile>,
    /// Column of the person's identifier.
    pub person: String,
    /// Column of the first week.
    pub start: String,
    /// Column of the last week, inclusive; empty = open-ended.
    pub end: String,
    /// Column of the state.
    pub state: String,
    /// Unit of both.
    pub weeks: WeekUnit,
    /// State of a week without a spell; `None` refuses gaps.
    pub gap: Option<String>,
    /// Overlaps.
    pub overlap: Overlap,
    /// Dates.
    pub date_rule: DateRule,
    /// End of the data, in the unit of `weeks`, as written.
    pub data_end: Option<String>,
    /// States that end follow-up.
    pub censor: Vec<String>,
    /// States that stay to the end.
    pub absorbing: Vec<String>,
    /// All states the study names (outcomes, gap, priority, censor, absorbing), or `None` when any state of the file
    /// is accepted. States in the data that are not listed are errors only if this is given.
    pub states: Option<Vec<String>>,
    /// How rows become spells, when they are not spells.
    pub form: SpellForm,
}

/// `[durations]`.
#[derive(Clone, Debug)]
pub struct DurationsFile {
    /// File.
    pub file: DataFile,
    /// Column of the person's identifier.
    pub person: String,
    /// Column of the time, in ticks from 0.
    pub time: String,
    /// Column of the event.
    pub event: String,
    /// Values of `event` that mean censored.
    pub censored: Vec<String>,
    /// Tick.
    pub tick: Tick,
}

/// The unit of durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// A week.
    Week,
    /// A day.
    Day,
}

/// One outcome.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Key in the study.
    pub name: String,
    /// What it is.
    pub kind: OutcomeKind,
    /// Unit of one weekly value, for instance `hours`; `None`: the default of the kind.
    pub unit: Option<String>,
}

/// The kinds of outcome.
#[derive(Clone, Debug)]
pub enum OutcomeKind {
    /// 1 in a week spent in one of the states.
    WeeksIn {
        /// Index into `tables`.
        table: usize,
        /// States that count.
        states: Vec<String>,
    },
    /// Stays in the states that begin that week.
    Inflow {
        /// Index into `tables`.
        table: usize,
        /// States that together are one stay.
        states: Vec<String>,
    },
    /// 1 in a week in which a stay in the states has lasted longer than so many weeks.
    Lasting {
        /// Index into `tables`.
        table: usize,
        /// States that together are one stay.
        states: Vec<String>,
        /// Weeks that must have passed.
        over: u32,
    },
    /// A number per week.
    Amount {
        /// Where the number stands.
        source: AmountSource,
        /// What one number covers.
        per: Per,
        /// Decimals kept: values are stored as integers times 10^-decimals.
        decimals: u32,
    },
    /// Events per assigned person.
    Events {
        /// Where they are listed.
        source: EventSource,
    },
    /// Those in a state that week, with an event.
    ShareAmong {
        /// Where the events are listed.
        source: EventSource,
        /// Index into `tables`.
        table: usize,
        /// States that form the denominator.
        among: Vec<String>,
        /// Required level, drawn as a line.
        target: Option<f64>,
    },
    /// Time to leaving a state.
    Exit {
        /// Where the spells are.
        source: ExitSource,
        /// Named destinations; any other is `other`.
        to: Vec<String>,
        /// Who is at risk.
        at_risk: AtRisk,
        /// Weeks an exit must last.
        sustained: u32,
    },
}

/// Where amounts stand.
#[derive(Clone, Debug)]
pub enum AmountSource {
    /// A column of a spell table.
    Spells {
        /// Index into `tables`.
        table: usize,
        /// Column.
        column: String,
    },
    /// An own file.
    File {
        /// File.
        file: DataFile,
        /// Column of the identifier.
        person: String,
        /// Column of the week (or month, `2010-11`).
        time: String,
        /// Column of the number.
        column: String,
        /// Unit of `time` when it is a week.
        weeks: WeekUnit,
        /// Only rows where each of these columns has this value.
        filter: Vec<(String, String)>,
        /// What is looked at in the amounts.
        rules: AmountRules,
    },
}

/// What one number covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Each week.
    Week,
    /// The whole spell: split over its weeks, parts add up exactly, remainder to the earliest.
    Spell,
    /// A calendar month: split over the weeks whose Thursday lies in it.
    Month,
}

/// Where events are listed.
#[derive(Clone, Debug)]
pub struct EventSource {
    /// File.
    pub file: DataFile,
    /// Column of the identifier.
    pub person: String,
    /// Column of the week.
    pub week: String,
    /// Unit of it.
    pub weeks: WeekUnit,
    /// Only rows where each of these columns has this value.
    pub filter: Vec<(String, String)>,
    /// Only events that have happened; the others are counted.
    pub status: Option<EventStatus>,
}

/// Where exits come from.
#[derive(Clone, Debug)]
pub enum ExitSource {
    /// Spells of a table, leaving these states.
    Spells {
        /// Index into `tables`.
        table: usize,
        /// States left.
        from: Vec<String>,
    },
    /// The durations table.
    Durations,
}

/// Who is at risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtRisk {
    /// Those in `from` in week 1; no re-entry.
    #[default]
    First,
    /// From the first entry on.
    Entry,
    /// Every spell.
    All,
}
