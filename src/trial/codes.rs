//! The codes of what can be wrong with a trial (`RV03xx`), for `explain`.

use crate::error::CodeCard;

/// A code with its card.
const fn card(
    code: &'static str,
    title: &'static str,
    cause: &'static str,
    cure: &'static str,
) -> CodeCard {
    CodeCard {
        code,
        title,
        cause,
        cure,
    }
}

/// The same person twice in the persons file.
pub const DUPLICATE_PERSON: &str = "RV0301";
/// A row of another file about a person who is not in the persons file.
pub const UNKNOWN_PERSON: &str = "RV0302";
/// An empty cell where a value must stand.
pub const EMPTY_CELL: &str = "RV0303";
/// A cell that cannot be read as the number, week or date it must be.
pub const NOT_A_NUMBER: &str = "RV0304";
/// An arm the study does not name.
pub const UNKNOWN_ARM: &str = "RV0305";
/// A state the study does not name.
pub const UNKNOWN_STATE: &str = "RV0306";
/// A spell that ends before it starts.
pub const END_BEFORE_START: &str = "RV0307";
/// A week that cannot belong to this trial.
pub const WEEK_OUT_OF_RANGE: &str = "RV0308";
/// Weeks without a spell.
pub const GAP: &str = "RV0309";
/// A person of whom nothing is known.
pub const NO_FOLLOW_UP: &str = "RV0310";
/// Nothing says when follow-up ends.
pub const END_UNKNOWN: &str = "RV0311";
/// Two spells of one person at the same time.
pub const OVERLAP: &str = "RV0312";
/// An open-ended spell without an end of the data.
pub const OPEN_ENDED: &str = "RV0313";
/// A stratum in which an arm has nobody.
pub const STRATUM_ONE_ARM: &str = "RV0314";
/// A cluster in two arms or strata.
pub const CLUSTER_SPLIT: &str = "RV0315";
/// Another state after an absorbing one.
pub const AFTER_ABSORBING: &str = "RV0316";
/// An arm of the study without persons.
pub const EMPTY_ARM: &str = "RV0317";
/// A state of the study that no spell has.
pub const STATE_NEVER_SEEN: &str = "RV0318";
/// An end of the data that cannot be read.
pub const DATA_END_UNREADABLE: &str = "RV0319";
/// Calendar weeks without a week of assignment.
pub const NO_ASSIGNMENT_WEEK: &str = "RV0320";
/// Persons without a value in a subgroup column.
pub const EMPTY_SUBGROUP: &str = "RV0321";
/// The same person twice in the durations file.
pub const DUPLICATE_DURATION: &str = "RV0322";
/// A week shared by two states without an order of them.
pub const SHARED_WEEK: &str = "RV0323";
/// Amounts per month in a spell table.
pub const MONTHS_OF_SPELLS: &str = "RV0324";
/// More rows or persons than can be numbered.
pub const TOO_LARGE: &str = "RV0325";

/// A filter that no row passes.
pub const FILTER_NEVER: &str = "RV0326";
/// CPR numbers as labels.
pub const LOOKS_LIKE_CPR: &str = "RV0327";
/// A file with names of columns and nothing below them.
pub const NO_ROWS: &str = "RV0328";
/// Nobody of an arm is followed to the horizon.
pub const FOLLOWED_SHORT: &str = "RV0329";
/// The accounting does not add up: a fault in the program.
pub const DOES_NOT_ADD_UP: &str = "RV0330";
/// The same spell twice.
pub const DOUBLED_SPELL: &str = "RV0331";
/// Amounts below zero.
pub const NEGATIVE_AMOUNT: &str = "RV0332";
/// No column has a name of the pattern.
pub const NO_WEEK_COLUMNS: &str = "RV0340";
/// Two columns of one week.
pub const TWO_COLUMNS_OF_A_WEEK: &str = "RV0341";
/// A week without a column.
pub const COLUMN_MISSING: &str = "RV0342";
/// The columns begin after week 1 of a person.
pub const COLUMNS_BEGIN_LATE: &str = "RV0343";
/// Week 53 of a year that has 52.
pub const NO_SUCH_WEEK: &str = "RV0344";
/// Wages that are not there for every month.
pub const NO_WAGES: &str = "RV0345";
/// The data end with the last column.
pub const DATA_END_OF_COLUMNS: &str = "RV0346";
/// A code that is not in the code table.
pub const UNKNOWN_CODE: &str = "RV0347";
/// A cell that is in no state of the study.
pub const CELL_WITHOUT_STATE: &str = "RV0348";
/// A group the code table does not have.
pub const UNKNOWN_GROUP: &str = "RV0349";
/// A code in two states.
pub const CODE_IN_TWO_STATES: &str = "RV0350";
/// Codes that end a person's time, without a decision.
pub const END_UNDECIDED: &str = "RV0351";
/// Weeks after the last column.
pub const PAST_THE_COLUMNS: &str = "RV0352";
/// Cells of a covariate without a value.
pub const EMPTY_COVARIATE: &str = "RV0353";
/// A reference level nobody has.
pub const COVARIATE_LEVEL: &str = "RV0354";
/// The same person twice in a survey.
pub const DUPLICATE_ANSWERS: &str = "RV0357";
/// An answer the study does not name.
pub const UNKNOWN_ANSWER: &str = "RV0358";

/// Every code of this room.
pub const CODES: &[CodeCard] = &[
    card(
        DUPLICATE_PERSON,
        "a person stands twice in the persons file",
        "Each assigned person is one row; two rows would count the person twice.",
        "Remove the extra rows, or correct the identifier.",
    ),
    card(
        UNKNOWN_PERSON,
        "a row belongs to nobody in the persons file",
        "The identifier of the row is not in the persons file. In spells and durations this is an error; rows of \
         amounts and events of persons outside the trial are left out and counted.",
        "Add the person to the persons file, or remove the row.",
    ),
    card(
        EMPTY_CELL,
        "a cell is empty where a value must stand",
        "Identifiers, arms, strata, clusters, states and start weeks may not be empty.",
        "Fill the cell, or remove the row.",
    ),
    card(
        NOT_A_NUMBER,
        "a cell is not the number, week or date it must be",
        "The column is read as numbers, weeks or dates, and this cell is something else.",
        "Correct the cell, or change `weeks` to how the file writes its weeks.",
    ),
    card(
        UNKNOWN_ARM,
        "an arm is not in the study",
        "The arm column has a value that is neither `control` nor in `treatment`.",
        "Add the arm to `[arms]`, or correct the cell.",
    ),
    card(
        UNKNOWN_STATE,
        "a state is not in the study",
        "The study lists its states, and the file has another one.",
        "Add the state to the list, or correct the cell.",
    ),
    card(
        END_BEFORE_START,
        "a spell ends before it starts",
        "Both weeks are inclusive, so the end is the start or later.",
        "Correct the row; leave the end empty when the spell is still open.",
    ),
    card(
        WEEK_OUT_OF_RANGE,
        "a week cannot belong to this trial",
        "Weeks from -520 to ten times the horizon are accepted; weeks past the horizon are cut and counted, but a week \
         further away is most often a wrong unit or a wrong date.",
        "Check `weeks`, `assigned` and the cell; leave the end empty when the spell is still open.",
    ),
    card(
        GAP,
        "weeks without a spell",
        "Gaps are refused (`gap` is not given), and a person has weeks from 1 to the end of follow-up without a spell.",
        "Name the state of such weeks with `gap = \"...\"` in `[spells]`, or add the missing spells.",
    ),
    card(
        NO_FOLLOW_UP,
        "a person without follow-up",
        "The person is assigned, but no file says anything of any week.",
        "Add the person's spells, or give `gap` and `data_end`, or `followed_until` in `[persons]`.",
    ),
    card(
        END_UNKNOWN,
        "nothing says when follow-up ends",
        "Without `gap`, `data_end` and `followed_until` the last spell would be the end of follow-up, but the last weeks \
         of persons differ: each person's own history would decide how long the person counts.",
        "Give `data_end` in `[spells]` or `followed_until` in `[persons]`.",
    ),
    card(
        OVERLAP,
        "two spells of a person overlap",
        "Each week has one state, and these spells give it two.",
        "Order the states with `overlap = [\"first\", \"second\"]` in `[spells]`, or correct the rows.",
    ),
    card(
        OPEN_ENDED,
        "an open-ended spell without an end of the data",
        "A spell without an end lasts to the end of the data, which is not known.",
        "Give `data_end` in `[spells]`, or `followed_until` in `[persons]`.",
    ),
    card(
        STRATUM_ONE_ARM,
        "a stratum without both arms",
        "Within such a stratum there is nothing to compare: under `adjustment = \"strata\"` it is outside the contrast, \
         under `none` the arms differ in composition.",
        "Use `adjustment = \"strata\"`, or check the stratum columns.",
    ),
    card(
        CLUSTER_SPLIT,
        "a cluster in two arms or strata",
        "The cluster is the randomised unit: all its persons have one arm and one stratum.",
        "Correct the rows, or remove `cluster` when persons were randomised.",
    ),
    card(
        AFTER_ABSORBING,
        "another state after an absorbing one",
        "Nobody leaves an absorbing state.",
        "Correct the rows, or take the state out of `absorbing`.",
    ),
    card(
        EMPTY_ARM,
        "an arm of the study has no persons",
        "The label in `[arms]` is not in the arm column.",
        "Correct the label, or remove the arm from the study.",
    ),
    card(
        STATE_NEVER_SEEN,
        "a state of the study is in no spell",
        "The label is used by the study, but no spell has it; often a spelling mistake.",
        "Check the spelling against the states of the file.",
    ),
    card(
        DATA_END_UNREADABLE,
        "`data_end` cannot be read",
        "It is written in the unit of `weeks`.",
        "Write it as the file writes its weeks.",
    ),
    card(
        NO_ASSIGNMENT_WEEK,
        "calendar weeks without a week of assignment",
        "Calendar weeks and months become trial weeks by each person's week of assignment.",
        "Name the column with `assigned` in `[persons]`, or write trial weeks.",
    ),
    card(
        EMPTY_SUBGROUP,
        "persons without a value of a subgroup",
        "They count in the whole, and in no level of that subgroup.",
        "Fill the cells if they are known.",
    ),
    card(
        DUPLICATE_DURATION,
        "a person stands twice in the durations file",
        "Durations are single-spell data: one row per person.",
        "Remove the extra rows, or use `[spells]`.",
    ),
    card(
        SHARED_WEEK,
        "two states share a week",
        "Spells in dates meet within a week, and nothing says which state the week takes.",
        "Order the states with `overlap = [\"first\", \"second\"]`, or set `date_rule = \"thursday\"`.",
    ),
    card(
        MONTHS_OF_SPELLS,
        "amounts per month in a spell table",
        "A spell is not a month.",
        "Use `per = \"spell\"`, or an own file with a month column.",
    ),
    card(
        TOO_LARGE,
        "more rows than can be numbered",
        "A table may have up to four thousand million rows.",
        "Split the study.",
    ),
    card(
        FILTER_NEVER,
        "a filter that no row passes",
        "The column of the filter never has the value the study asks for, so every row is left out.",
        "Check the spelling of the value against the file.",
    ),
    card(
        LOOKS_LIKE_CPR,
        "labels that look like CPR numbers",
        "The labels of states, events, strata and subgroups stand in the results. These have the form of CPR numbers.",
        "Correct the cells, or name another column.",
    ),
    card(
        NO_ROWS,
        "a file without rows",
        "The file has names of columns and nothing below them. Without persons there is no trial; without spells \
         everybody is in the gap state throughout.",
        "Check that this is the right file, and that its extract is complete.",
    ),
    card(
        FOLLOWED_SHORT,
        "nobody of an arm is followed to the horizon",
        "Follow-up (`followed_until`, `data_end`, the last spells) ends for everybody in an arm before the horizon, so \
         the numbers of the weeks after it are undefined.",
        "Lower `horizon` to the last week followed, or extend the data.",
    ),
    card(
        DOES_NOT_ADD_UP,
        "the accounting does not add up",
        "Rows read and added, less those left out, are not the rows used. That is a fault in the program, never in the \
         data, and no number is shown.",
        "Report it, with the accounting of `validate` if it can be shared.",
    ),
    card(
        DOUBLED_SPELL,
        "the same spell stands twice",
        "Two rows of a person have the same start, end and state; most often files were put together twice.",
        "Remove the extra rows. With `overlap` as a list of states, the same spell twice counts once.",
    ),
    card(
        NEGATIVE_AMOUNT,
        "amounts below zero",
        "Registers of wages and hours take a report back with a negative one; elsewhere it is a mistake. The amounts are \
         added as they stand.",
        "Check the rows; put corrections together with what they correct when weeks or months differ.",
    ),
    card(
        NO_WEEK_COLUMNS,
        "no column of the pattern",
        "Weeks stand in columns, and no column of the file has a name as `columns` in the study writes it.",
        "Compare the pattern with the names of the columns: `y_{yyww}` stands for `y_1044`, `emp{week}` for `emp1`.",
    ),
    card(
        TWO_COLUMNS_OF_A_WEEK,
        "two columns of one week",
        "Two columns of a file have names of the same week, or files share some weeks and not others.",
        "Rename or remove one of them; let each file have weeks of its own, or all the same weeks for different persons.",
    ),
    card(
        COLUMN_MISSING,
        "a week without a column",
        "Between the first and the last week in columns a week is missing. An empty cell is a week without benefit; a missing column is not known.",
        "Add the columns of the weeks.",
    ),
    card(
        COLUMNS_BEGIN_LATE,
        "the columns begin too late",
        "The first week in columns is after week 1 of the person who was assigned first.",
        "Add the columns of the earlier weeks, or leave the persons out.",
    ),
    card(
        NO_SUCH_WEEK,
        "a week that does not exist",
        "A column of week 53 holds something, and the year has 52 weeks. Years with 53 weeks are 1992, 1998, 2004, 2009, 2015 and 2020.",
        "Check how the file counts weeks; empty the column if it is a copy.",
    ),
    card(
        NO_WAGES,
        "wages are missing",
        "Employment is told by wages, and the columns of months do not cover the weeks of the trial.",
        "Add the columns of the months, or correct `columns` in `[spells.employment]`.",
    ),
    card(
        DATA_END_OF_COLUMNS,
        "the data end with the last column",
        "The study gives no `data_end`, so the last week in columns is the last week that is known.",
        "Give `data_end` if the last columns are not complete.",
    ),
    card(
        UNKNOWN_CODE,
        "an unknown code",
        "A cell holds a code that the table of codes does not have. What it means cannot be guessed.",
        "Write the table with `rettevej codes --write codes.csv`, add the code and name the file with `codes`; or correct the cells.",
    ),
    card(
        CELL_WITHOUT_STATE,
        "a cell without a state",
        "The study says which cells are which state, and this one is in none.",
        "Add it to a state in `[spells.states]`; with codes, `\"rest\"` takes all others.",
    ),
    card(
        UNKNOWN_GROUP,
        "an unknown group of codes",
        "`group:NAME` in `[spells.states]` names a group that the table of codes does not have.",
        "Write one of its groups; `rettevej codes` lists them.",
    ),
    card(
        CODE_IN_TWO_STATES,
        "a code in two states",
        "A code stands in two states of the study, by itself, in a range or in a group.",
        "Let each code be of one state.",
    ),
    card(
        END_UNDECIDED,
        "what becomes of those who die, leave or retire",
        "Codes such as 997 (abroad), 998 (old-age pension) and 999 (dead) either end follow-up or last to the end of the data. The choice changes numbers, so the study makes it.",
        "List the state in `censor` (the person is followed no more) or in `absorbing` (followed to the end, weeks count 0).",
    ),
    card(
        PAST_THE_COLUMNS,
        "`data_end` after the last column",
        "The study gives an end of the data after the last week in columns. The weeks between have no cells, and count as weeks \
         without a spell.",
        "Leave out `data_end`, or add the columns.",
    ),
    card(
        EMPTY_COVARIATE,
        "persons without a value of a covariate",
        "An adjusted comparison keeps them: the covariate is set to its mean (a factor to its reference) and an \
         indicator of the missing value joins the regression. They are counted in the accounting.",
        "Fill the cells if the values are known.",
    ),
    card(
        COVARIATE_LEVEL,
        "the reference level of a covariate does not occur",
        "A factor is compared with its reference level, and no person has the one that the study names.",
        "Choose a level that occurs, or leave `reference` out: then it is the first by name.",
    ),
    card(
        DUPLICATE_ANSWERS,
        "a person answers twice",
        "A survey has one row per person, and this one has several for some.",
        "Keep one row per person.",
    ),
    card(
        UNKNOWN_ANSWER,
        "an answer that the study does not name",
        "The study lists the answers of the survey in `answers`, and a cell holds another.",
        "Add it to `answers`, or to `no_answer` if it is none, such as \"don't know\".",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_of_this_room_and_in_order() {
        assert!(CODES.iter().all(|card| card.code.starts_with("RV03")));
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
