//! The checked trial: who was assigned to what, and what the registers say of each person's weeks.
//!
//! Persons are numbered 0..n in the order of the persons file; nothing downstream may depend on that order.

/// A checked trial.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// Last trial week of the evaluation.
    pub horizon: u32,
    /// Arm labels: the control first, then treatments in the order of the study.
    pub arms: Vec<String>,
    /// Stratum labels in ascending order; one empty label when the study has no strata.
    pub strata: Vec<String>,
    /// Arm of each person.
    pub arm: Vec<u16>,
    /// Stratum of each person.
    pub stratum: Vec<u32>,
    /// Cluster of each person (numbered within the whole trial), when the study has clusters.
    pub cluster: Option<Vec<u32>>,
    /// ISO week (running number) of each person's trial week 1, when the study has a calendar and prices that need it.
    pub first_week: Option<Vec<i32>>,
    /// Subgroup columns.
    pub subgroups: Vec<Subgroup>,
    /// What was known of each person before the draw.
    pub covariates: Vec<Covariate>,
    /// Answers of surveys, in the order of the study.
    pub surveys: Vec<SurveyAnswers>,
    /// Spell tables, as in the study.
    pub tables: Vec<SpellTable>,
    /// By table, the weeks before trial week 1, where an outcome of it reads them.
    pub before: Vec<Option<Before>>,
    /// Durations, when the study has them instead of spells.
    pub durations: Option<DurationTable>,
    /// One entry per outcome of the study: the weekly numbers of amounts and events; `None` for other kinds.
    pub records: Vec<Option<WeeklyRuns>>,
    /// Counted lines from what was read to what is used.
    pub accounting: Vec<AccountingLine>,
    /// Keyed hash of the trial in canonical order (hex), the same for any row order and file format.
    pub hash: String,
}

impl Trial {
    /// Number of persons.
    pub fn persons(&self) -> usize {
        self.arm.len()
    }
}

/// A subgroup column.
#[derive(Clone, Debug)]
pub struct Subgroup {
    /// Column name.
    pub column: String,
    /// Levels in ascending order (numbers by value, else text).
    pub levels: Vec<String>,
    /// Level of each person; `None` where the cell is empty (counted in the accounting).
    pub level: Vec<Option<u16>>,
}

/// A covariate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covariate {
    /// Name, as in the study.
    pub name: String,
    /// Its values.
    pub values: CovariateValues,
}

/// Values of a covariate; `None` where the cell is empty (counted in the accounting).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CovariateValues {
    /// Numbers times 10^decimals.
    Number {
        /// Decimals kept.
        decimals: u32,
        /// Of each person.
        values: Vec<Option<i64>>,
    },
    /// Levels of a factor.
    Factor {
        /// Levels in ascending order.
        levels: Vec<String>,
        /// Index of the level the others are compared with.
        reference: u16,
        /// Level of each person.
        level: Vec<Option<u16>>,
    },
}

/// Answers of a survey.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyAnswers {
    /// Name, as in the study.
    pub name: String,
    /// Questions.
    pub items: Vec<SurveyItem>,
}

/// Answers to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyItem {
    /// Column.
    pub column: String,
    /// Answers in their order.
    pub answers: Vec<String>,
    /// Answers that agree; empty where the study names none.
    pub agree: Vec<u16>,
    /// A number for every answer; empty where they have none.
    pub scores: Vec<f64>,
    /// Answer of each person; `None` without one.
    pub answer: Vec<Option<u16>>,
}

/// Spells of all persons: gap-filled, without overlap, in weeks from 1 on, cut at each person's end of follow-up.
#[derive(Clone, Debug, Default)]
pub struct SpellTable {
    /// Name.
    pub name: String,
    /// State labels in ascending order.
    pub states: Vec<String>,
    /// Whether each state is absorbing.
    pub absorbing: Vec<bool>,
    /// `spells[offsets[i]..offsets[i + 1]]` are person i's, by start.
    pub offsets: Vec<u32>,
    /// Spells, half-open, adjacent spells of one state not merged.
    pub spells: Vec<Spell>,
    /// Last followed trial week of each person; may pass the horizon, 0 when never followed. Every week
    /// 1..=followed has exactly one state.
    pub followed: Vec<i32>,
}

impl SpellTable {
    /// Spells of one person.
    pub fn of(&self, person: usize) -> &[Spell] {
        &self.spells[self.offsets[person] as usize..self.offsets[person + 1] as usize]
    }
}

/// Spells of all persons in the weeks before trial week 1 that the registers tell of; weeks without a spell are unknown.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// `spells[offsets[i]..offsets[i + 1]]` are person i's, by start.
    pub offsets: Vec<u32>,
    /// Spells without overlap that end before week 1.
    pub spells: Vec<Spell>,
}

impl Before {
    /// Spells of one person.
    pub fn of(&self, person: usize) -> &[Spell] {
        &self.spells[self.offsets[person] as usize..self.offsets[person + 1] as usize]
    }
}

/// Weeks `start..end` (half-open) in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// First week.
    pub start: i32,
    /// One past the last week.
    pub end: i32,
    /// Index into the table's states.
    pub state: u16,
}

/// Numbers by week: the value of a person's week is the sum over that person's runs that cover it. Already cut to
/// weeks 1..=followed and to weeks not in an absorbing state.
#[derive(Clone, Debug, Default)]
pub struct WeeklyRuns {
    /// `runs[offsets[i]..offsets[i + 1]]` are person i's, by start.
    pub offsets: Vec<u32>,
    /// Runs.
    pub runs: Vec<Run>,
}

impl WeeklyRuns {
    /// Runs of one person.
    pub fn of(&self, person: usize) -> &[Run] {
        &self.runs[self.offsets[person] as usize..self.offsets[person + 1] as usize]
    }
}

/// `value` in each of the weeks `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First week.
    pub start: i32,
    /// One past the last week.
    pub end: i32,
    /// Value per week: a count, or an amount times 10^decimals.
    pub value: i64,
}

/// Durations of all persons.
#[derive(Clone, Debug, Default)]
pub struct DurationTable {
    /// Destination labels in ascending order (values of the event column that are not censored).
    pub destinations: Vec<String>,
    /// Tick of the event or censoring.
    pub time: Vec<u32>,
    /// Destination, or `None` when censored.
    pub event: Vec<Option<u16>>,
}

/// One counted line of the accounting.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct AccountingLine {
    /// File or table it belongs to.
    pub table: String,
    /// What is counted: `persons`, `spells`, `events` or `amounts`.
    pub unit: String,
    /// Stable key such as `read`, `cut_after_horizon`, `used`.
    pub key: String,
    /// Arm label, or empty for the whole.
    pub arm: String,
    /// `+` opens a sum (read, added), `-` takes away, `=` closes it (used), ` ` is a remark that is not part of the sum.
    pub sign: String,
    /// How many; 0 where it is hidden.
    pub count: u64,
    /// Whether the gate hides how many.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl AccountingLine {
    /// How many, unless that is hidden.
    pub fn shown(&self) -> Option<u64> {
        (!self.hidden).then_some(self.count)
    }
}
