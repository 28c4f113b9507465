//! The study file as it is written. One set of types gives the JSON Schema, the check of shape and the parsing, so
//! that the three cannot disagree. Every key is optional to serde: what is missing is reported by [`super::shape`].
//!
//! The doc comments of the keys are the descriptions in the schema.

pub(super) use super::raw_persons::*;
pub(super) use super::raw_question::*;
pub(super) use super::raw_result::*;
pub(super) use super::raw_survey::RawSurvey;

use super::written::{At, Label, LabelList, Moment, Named, TextOr, Texts, TextsOr};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// A study of rettevej.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStudy {
    /// What is asked, in general.
    #[schemars(required)]
    pub study: Option<RawHead>,
    /// The arms of the trial.
    #[schemars(required)]
    pub arms: Option<RawArms>,
    /// Words for people: arms, states, outcomes, strata, subgroups.
    pub labels: Option<Named<TextOr<RawWords>>>,
    /// The list of persons.
    #[schemars(required)]
    pub persons: Option<RawPersons>,
    /// How the arms were, or are to be, drawn by lot.
    pub randomisation: Option<RawRandomisation>,
    /// The weekly spells: one table, or several named ones such as `[spells.benefit]`.
    #[schemars(with = "Option<PlainOrNamed>")]
    pub spells: Option<Named<RawSpells>>,
    /// Single-spell data instead of spells.
    pub durations: Option<RawDurations>,
    /// The outcomes, by name.
    #[schemars(required)]
    pub outcomes: Option<Named<RawOutcome>>,
    /// Surveys, by name: answers of persons to questions.
    pub survey: Option<Named<RawSurvey>>,
    /// Defaults of every analysis.
    pub estimation: Option<RawEstimation>,
    /// The analyses; without any there is one, named `main`, with every outcome.
    pub analysis: Option<Vec<RawAnalysis>>,
    /// How replicates are drawn.
    pub resampling: Option<RawResampling>,
    /// What is to be priced.
    pub cost_benefit: Option<RawCostBenefit>,
    /// What may leave the machine.
    pub disclosure: Option<RawDisclosure>,
    /// What `run` writes.
    pub report: Option<RawReport>,
}

/// One table, or several named ones. Only its schema is used: a plain table is named `spells` before parsing.
pub(super) struct PlainOrNamed;

impl JsonSchema for PlainOrNamed {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "PlainOrNamed".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<RawSpells>();
        let named = generator.subschema_for::<Named<RawSpells>>();
        json_schema!({ "anyOf": [plain, named] })
    }
}

/// `[study]`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHead {
    /// Name of the study, used in titles and for the output folder.
    #[schemars(required)]
    pub name: Option<At<String>>,
    /// Language of summary and report.
    pub language: Option<At<RawLanguage>>,
    /// Title of the report.
    pub title: Option<At<String>>,
    /// Author of the report.
    pub author: Option<At<String>>,
    /// Who asked for it.
    pub commissioner: Option<At<String>>,
    /// When and how persons were taken in.
    pub intake: Option<At<String>>,
    /// Last trial week (or tick of durations) of the evaluation.
    #[schemars(required, range(min = 1, max = 5200))]
    pub horizon: Option<At<u32>>,
    /// Which calendar week is trial week 1: that of assignment, or the next.
    pub first_week: Option<At<RawFirstWeek>>,
    /// Outcome of the first sentence; default: the first in the file.
    pub headline: Option<At<String>>,
    /// True when the data are made up; every page and figure then says so.
    pub synthetic: Option<At<bool>>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawLanguage {
    Da,
    En,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawFirstWeek {
    Assignment,
    Next,
}

/// `[arms]`: labels as they stand in the data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArms {
    /// Label of the control arm.
    #[schemars(required)]
    pub control: Option<At<Label>>,
    /// Label or labels of the treatment arms, the headline arm first.
    #[schemars(required)]
    pub treatment: Option<LabelList>,
}

/// Words for one label, when one text is not enough.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWords {
    /// Danish.
    pub da: Option<String>,
    /// English.
    pub en: Option<String>,
    /// Phrase of the headline when the difference is positive.
    pub more: Option<TextOr<RawPhrase>>,
    /// Phrase of the headline when the difference is negative.
    pub less: Option<TextOr<RawPhrase>>,
}

/// A phrase in two languages.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPhrase {
    /// Danish.
    pub da: Option<String>,
    /// English.
    pub en: Option<String>,
}

/// `[spells]` or `[spells.NAME]`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSpells {
    /// Data file.
    pub file: Option<At<String>>,
    /// Data files, read one after another.
    pub files: Option<Texts>,
    /// Column of the person's identifier.
    #[schemars(required)]
    pub person: Option<At<String>>,
    /// Column of the first week; required unless `week` or `columns` is given.
    pub start: Option<At<String>>,
    /// Column of the last week, inclusive; an empty cell is open-ended. Required with `start`.
    pub end: Option<At<String>>,
    /// Column of the state; required unless `columns` is given.
    pub state: Option<At<String>>,
    /// Column of the week, in a file with a row for each week; instead of `start` and `end`.
    pub week: Option<At<String>>,
    /// Columns of the weeks, in a file with a row for each person, such as `y_{yyww}` or `emp{week}`; instead of `start`,
    /// `end` and `state`.
    pub columns: Option<At<String>>,
    /// Year of each file, when the columns are weeks of a year such as `y_{ww}`; default: the year in the file's name.
    pub years: Option<Vec<At<i64>>>,
    /// Years of two digits from here on are of the last century.
    #[schemars(range(max = 99))]
    pub pivot: Option<At<u8>>,
    /// The cells are codes: `dream` for the table of the program, or a file of the study.
    pub codes: Option<At<String>>,
    /// Unit of the weeks.
    pub weeks: Option<At<RawWeeks>>,
    /// State of a week without a spell; `error` refuses gaps.
    pub gap: Option<At<String>>,
    /// `error`, or a list of states, highest first, that decides between spells that overlap.
    pub overlap: Option<Texts>,
    /// Which weeks a spell in dates covers.
    pub date_rule: Option<At<RawDateRule>>,
    /// Last week (or date) of the data, in the unit of `weeks`.
    pub data_end: Option<At<Moment>>,
    /// States that end follow-up.
    pub censor: Option<Texts>,
    /// States that last to the end of the data.
    pub absorbing: Option<Texts>,
    /// Every state there is; any other in the study or the data is then an error. As a table: which cells are which
    /// state, by labels, codes (`730`), ranges (`"730-738"`), groups of the code table (`"group:sickness"`) or `"rest"`.
    pub states: Option<TextsOr<Named<LabelList>>>,
    /// Weeks without a state that are employment.
    pub employment: Option<RawEmployment>,
    /// What a row of somebody who is not in the persons file is.
    pub outsiders: Option<At<RawOutsiders>>,
}

/// `[spells.employment]`: weeks without a state are employment when enough of them follow each other, each with wages in
/// its month.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEmployment {
    /// State of these weeks.
    pub state: Option<At<String>>,
    /// Least number of weeks in a row.
    #[schemars(range(min = 1, max = 52))]
    pub weeks: Option<At<u32>>,
    /// Columns of the wages beside those of the weeks, such as `branche_{yyyy}_{mm}`.
    pub columns: Option<At<String>>,
    /// Own data file with a row for each job and month.
    pub file: Option<At<String>>,
    /// Column of the identifier in the own file.
    pub person: Option<At<String>>,
    /// Column of the month (`2010-11`) in the own file.
    pub month: Option<At<String>>,
    /// Column of the number in the own file.
    pub column: Option<At<String>>,
    /// A month has wages when its number is above this; without it, when its cell is not empty.
    #[schemars(range(min = 0.0, max = 1_000_000.0))]
    pub above: Option<At<f64>>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawOutsiders {
    Error,
    LeaveOut,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawWeeks {
    Trial,
    Iso,
    Date,
    Dream,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawDateRule {
    Any,
    Thursday,
}

/// `[durations]`: one spell per person.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDurations {
    /// Data file.
    #[schemars(required)]
    pub file: Option<At<String>>,
    /// Column of the person's identifier.
    #[schemars(required)]
    pub person: Option<At<String>>,
    /// Column of the time, in ticks from 0.
    #[schemars(required)]
    pub time: Option<At<String>>,
    /// Column of the event.
    #[schemars(required)]
    pub event: Option<At<String>>,
    /// Values of `event` that mean censored; every other value is a destination.
    pub censored: Option<LabelList>,
    /// Length of a tick.
    pub tick: Option<At<RawTick>>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawTick {
    Week,
    Day,
}

/// `[outcomes.NAME]`. In the file the kind is a key; before parsing it is moved outside (see [`super::reshape`]),
/// since serde cannot keep places inside a tagged enum.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(tag = "kind")]
pub(super) enum RawOutcome {
    /// 1 in a week spent in one of the states.
    WeeksIn {
        /// Table of spells, when there are several.
        table: Option<At<String>>,
        /// State or states that count.
        #[schemars(required)]
        states: Option<Texts>,
        /// Unit of a weekly value, for people.
        unit: Option<At<String>>,
    },
    /// Stays in the states that begin that week.
    Inflow {
        /// Table of spells, when there are several.
        table: Option<At<String>>,
        /// State or states that together are one stay.
        #[schemars(required)]
        states: Option<Texts>,
        /// Unit of a weekly value, for people.
        unit: Option<At<String>>,
    },
    /// 1 in a week in which a stay in the states has lasted longer than `over` weeks.
    Lasting {
        /// Table of spells, when there are several.
        table: Option<At<String>>,
        /// State or states that together are one stay.
        #[schemars(required)]
        states: Option<Texts>,
        /// Weeks that must have passed.
        #[schemars(required, range(min = 1, max = 520))]
        over: Option<At<u32>>,
        /// Unit of a weekly value, for people.
        unit: Option<At<String>>,
    },
    /// A number per week: a column of the spells, or of an own file.
    Amount {
        /// Table of spells, when there are several.
        table: Option<At<String>>,
        /// Own data file; without it the column is one of the spells.
        file: Option<At<String>>,
        /// Column of the identifier in the own file.
        person: Option<At<String>>,
        /// Column of the week in the own file.
        week: Option<At<String>>,
        /// Column of the month (`2010-11`) in the own file.
        month: Option<At<String>>,
        /// Unit of `week`.
        weeks: Option<At<RawWeeks>>,
        /// Column of the number.
        #[schemars(required)]
        column: Option<At<String>>,
        /// Only rows where each of these columns has this value.
        filter: Option<Named<Label>>,
        /// What one number covers.
        per: Option<At<RawPer>>,
        /// Decimals kept.
        #[schemars(range(max = 6))]
        decimals: Option<At<u32>>,
        /// Column of the own file whose values are counted, such as whether hours are reported or imputed.
        flag: Option<At<String>>,
        /// Larger amounts of a person's month or week are cut to this, and counted.
        #[schemars(range(min = 0.0, max = 1_000_000_000.0))]
        cap: Option<At<f64>>,
        /// Larger amounts of a person's month or week are counted.
        #[schemars(range(min = 0.0, max = 1_000_000_000.0))]
        outlier: Option<At<f64>>,
        /// Unit of a weekly value, for people.
        unit: Option<At<String>>,
    },
    /// Events per assigned person.
    Events {
        /// Own data file with one row per event.
        #[schemars(required)]
        file: Option<At<String>>,
        /// Column of the identifier.
        person: Option<At<String>>,
        /// Column of the week.
        #[schemars(required)]
        week: Option<At<String>>,
        /// Unit of `week`.
        weeks: Option<At<RawWeeks>>,
        /// Only rows where each of these columns has this value.
        filter: Option<Named<Label>>,
        /// Column of what became of the event.
        status: Option<At<String>>,
        /// Value or values of `status` with which it has happened; the others are counted.
        held: Option<LabelList>,
        /// Unit of a weekly value, for people.
        unit: Option<At<String>>,
    },
    /// Of those in a state that week, the share with an event.
    ShareAmong {
        /// Own data file with one row per event.
        #[schemars(required)]
        file: Option<At<String>>,
        /// Column of the identifier.
        person: Option<At<String>>,
        /// Column of the week.
        #[schemars(required)]
        week: Option<At<String>>,
        /// Unit of `week`.
        weeks: Option<At<RawWeeks>>,
        /// Only rows where each of these columns has this value.
        filter: Option<Named<Label>>,
        /// Column of what became of the event.
        status: Option<At<String>>,
        /// Value or values of `status` with which it has happened; the others are counted.
        held: Option<LabelList>,
        /// Table of spells with the states, when there are several.
        table: Option<At<String>>,
        /// State or states of the denominator.
        #[schemars(required)]
        among: Option<Texts>,
        /// Required level, drawn as a line.
        #[schemars(range(min = 0.0, max = 1.0))]
        target: Option<At<f64>>,
        /// Unit of a weekly value, for people.
        unit: Option<At<String>>,
    },
    /// Time to leaving a state.
    Exit {
        /// Table of spells, or `durations`.
        table: Option<At<String>>,
        /// State or states left; not with durations.
        from: Option<Texts>,
        /// Named destinations; any other is `other`.
        to: Option<LabelList>,
        /// Who is at risk.
        at_risk: Option<At<RawAtRisk>>,
        /// Weeks an exit must last.
        #[schemars(range(min = 1, max = 520))]
        sustained: Option<At<u32>>,
        /// Unit of a value, for people.
        unit: Option<At<String>>,
    },
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawPer {
    Week,
    Spell,
    Month,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawAtRisk {
    First,
    Entry,
    All,
}
