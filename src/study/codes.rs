//! The codes of the study room.

use crate::error::CodeCard;

pub(super) const UNREADABLE: &str = "RV0101";
pub(super) const NOT_TOML: &str = "RV0102";
pub(super) const UNKNOWN_KEY: &str = "RV0103";
pub(super) const MISSING_KEY: &str = "RV0104";
pub(super) const WRONG_TYPE: &str = "RV0105";
pub(super) const UNKNOWN_WORD: &str = "RV0106";
pub(super) const NOT_YET: &str = "RV0107";
pub(super) const OUT_OF_RANGE: &str = "RV0108";
pub(super) const UNKNOWN_REFERENCE: &str = "RV0109";
pub(super) const TWICE: &str = "RV0110";
pub(super) const ARMS: &str = "RV0111";
pub(crate) const LEAVES_ROOT: &str = "RV0112";
pub(super) const NO_FILE: &str = "RV0113";
pub(super) const UNKNOWN_ROOT: &str = "RV0114";
pub(super) const FILE_TYPE: &str = "RV0115";
pub(super) const NEEDS_END: &str = "RV0116";
pub(super) const BAD_MOMENT: &str = "RV0117";
pub(super) const TOGETHER: &str = "RV0118";
pub(super) const NO_ESTIMAND: &str = "RV0119";
pub(super) const WEEK_OUTSIDE: &str = "RV0120";
pub(super) const NEEDS_ASSIGNED: &str = "RV0121";
pub(super) const NEEDS_STRATA: &str = "RV0122";
pub(super) const FEW_REPLICATES: &str = "RV0123";
pub(super) const STATES_CLASH: &str = "RV0124";
pub(super) const FOLLOWED_OUTSIDE: &str = "RV0125";

pub(super) const NOTHING_TO_PRICE: &str = "RV0126";

pub(super) const NOT_IN_A_FAMILY: &str = "RV0127";
pub(super) const STEP_DOWN_OVER_ARMS: &str = "RV0128";
pub(super) const NEEDS_COVARIATES: &str = "RV0131";
pub(super) const NO_REGRESSION: &str = "RV0132";
pub(super) const NOT_TAKEN_UP: &str = "RV0133";
pub(super) const HOLDS_CPR: &str = "RV0150";

pub(super) const BAD_PATTERN: &str = "RV0129";
pub(super) const BAD_SELECTOR: &str = "RV0130";

pub(super) const SHARES: &str = "RV0140";
pub(super) const PROBABILITIES_VARY: &str = "RV0141";
pub(super) const NO_LOTS: &str = "RV0142";

pub(super) const BAD_SITES: &str = "RV0143";
pub(super) const BELOW_SITE: &str = "RV0144";
pub(super) const BACKSLASH: &str = "RV0145";
pub(super) const UTF_16: &str = "RV0146";
pub(super) const DECIMAL_COMMA: &str = "RV0147";
pub(super) const SECOND_ENDING: &str = "RV0148";
pub(super) const BAD_KEY: &str = "RV0149";

/// Cards of the study room's codes.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: BAD_KEY,
        title: "a key that cannot be used",
        cause: "The file that `key` names in [disclosure] cannot be read, or holds so few bytes that they could be guessed: whoever guesses them \
                can try data against the hash of the checked trial.",
        cure: "Write 16 random bytes or more into a file that stays inside, and name it.",
    },
    CodeCard {
        code: BAD_SITES,
        title: "a table of sites that cannot be used",
        cause: "The file that `sites` names is not TOML of the form the shipped table has, or an entry lacks a source, a date, a \
                smallest cell, or the ending `txt`: the list of contents is a text, and so is the bundle where .json stays.",
        cure: "Write the shipped table with `rettevej sites --write FILE`, and edit that.",
    },
    CodeCard {
        code: BACKSLASH,
        title: "a path with backslashes",
        cause: "In double quotes a backslash begins an escape, as `\\t` for a tab: \"data\\table.csv\" is no path.",
        cure: "Write `/` between folders, which every system reads, or put the path in single quotes: 'data\\table.csv'.",
    },
    CodeCard {
        code: UTF_16,
        title: "a study saved as UTF-16",
        cause: "The file begins with the mark of UTF-16, which some editors call Unicode. UTF-8 is read with its mark and without.",
        cure: "Save it again and choose UTF-8.",
    },
    CodeCard {
        code: DECIMAL_COMMA,
        title: "a decimal comma in the study",
        cause: "Numbers of the study file have a decimal point; only data files may have a comma.",
        cure: "Write 0.5 for 0,5.",
    },
    CodeCard {
        code: SECOND_ENDING,
        title: "a file with a second ending",
        cause: "The file is not there under its name, but it is with `.txt` or its own ending once more behind it: an editor has \
                added that, and Windows hides it.",
        cure: "Rename it. In the folder's view, tick \"File name extensions\" to see the whole name.",
    },
    CodeCard {
        code: BELOW_SITE,
        title: "a smallest cell below that of the site",
        cause: "The site that the study names lets out no number of so few persons. Made-up data (`synthetic = true`) are exempt.",
        cure: "Raise min_cell in [disclosure], or leave it out: five is the default, and a site can only raise it.",
    },
    CodeCard {
        code: UNREADABLE,
        title: "the study file cannot be read",
        cause: "the file is not there, cannot be opened, or is not UTF-8 text",
        cure: "check the name, and save the file as UTF-8",
    },
    CodeCard {
        code: NOT_TOML,
        title: "the study file is not valid TOML",
        cause: "a quote, bracket or equals sign is missing, or a key is given twice",
        cure: "mend the line that is pointed at",
    },
    CodeCard {
        code: UNKNOWN_KEY,
        title: "unknown key",
        cause: "the table has no such key; a key that is not understood is never ignored",
        cure: "write the key that is suggested, or remove it",
    },
    CodeCard {
        code: MISSING_KEY,
        title: "missing key",
        cause: "the study cannot be understood without this key",
        cure: "add the key; `rettevej schema study` describes it",
    },
    CodeCard {
        code: WRONG_TYPE,
        title: "wrong type of value",
        cause: "a text stands where a number is needed, a list where one word is needed, or the like",
        cure: "write the value in the form that is named",
    },
    CodeCard {
        code: UNKNOWN_WORD,
        title: "unknown word",
        cause: "the key takes one of a few words",
        cure: "choose one of the words that are listed",
    },
    CodeCard {
        code: NOT_YET,
        title: "not in this version",
        cause: "the study grammar knows the key or word, but this version does not have it",
        cure: "leave it out, or choose what is listed",
    },
    CodeCard {
        code: OUT_OF_RANGE,
        title: "number out of range",
        cause: "the number is smaller or larger than the key allows",
        cure: "give a number in the range that is named",
    },
    CodeCard {
        code: UNKNOWN_REFERENCE,
        title: "unknown name",
        cause: "the study refers to an outcome, table, state, estimand or subgroup that it does not have",
        cure: "write the name as it stands where it is defined",
    },
    CodeCard {
        code: TWICE,
        title: "named twice",
        cause: "the same arm, column, state or analysis is listed twice",
        cure: "remove one of them",
    },
    CodeCard {
        code: ARMS,
        title: "arms do not make a trial",
        cause: "there is no treatment arm, or the control arm stands among the treatments",
        cure: "name one control arm and at least one other arm",
    },
    CodeCard {
        code: LEAVES_ROOT,
        title: "a path that leaves its folder",
        cause: "data files are only read inside the study's folder or a folder given with `--data`",
        cure: "give the file's folder with `--data NAME=DIR` and write `NAME:file`",
    },
    CodeCard {
        code: NO_FILE,
        title: "a data file that is not there",
        cause: "no file of this name stands in the folder",
        cure: "check the name, or give its folder with `--data`",
    },
    CodeCard {
        code: UNKNOWN_ROOT,
        title: "a data folder that was not given",
        cause: "the path is written `NAME:path`, but there is no `--data NAME=DIR`",
        cure: "add `--data NAME=DIR` to the command",
    },
    CodeCard {
        code: FILE_TYPE,
        title: "a kind of file that is not in this version",
        cause: "this version reads CSV and Parquet",
        cure: "save the file as .csv or .parquet",
    },
    CodeCard {
        code: NEEDS_END,
        title: "the end of the data is needed",
        cause: "weeks without a spell are filled with a state, so that the data do not say where follow-up ends",
        cure: "add `data_end`, or a column of `followed_until` in `[persons]`",
    },
    CodeCard {
        code: BAD_MOMENT,
        title: "a week or date in the wrong unit",
        cause: "`data_end` is written in the unit of `weeks`",
        cure: "write a whole number for trial weeks, `2010-W44` for ISO weeks, `2010-11-03` for dates",
    },
    CodeCard {
        code: TOGETHER,
        title: "keys that do not go together",
        cause: "two keys exclude each other, or one needs the other",
        cure: "follow the hint",
    },
    CodeCard {
        code: NO_ESTIMAND,
        title: "an estimand the outcome does not have",
        cause: "each kind of outcome has its own estimands",
        cure: "choose an estimand of the kind, or leave `estimands` out",
    },
    CodeCard {
        code: WEEK_OUTSIDE,
        title: "a week outside the evaluation",
        cause: "weeks to report lie between 1 and the horizon",
        cure: "choose weeks from 1 to the horizon",
    },
    CodeCard {
        code: NEEDS_ASSIGNED,
        title: "the week of assignment is needed",
        cause: "calendar weeks, dates and months can only be counted from assignment if its date is known",
        cure: "add `assigned` in `[persons]`, the column of the date or ISO week of assignment",
    },
    CodeCard {
        code: NEEDS_STRATA,
        title: "strata are needed",
        cause: "`adjustment = \"strata\"` needs the blocks of the randomisation",
        cure: "add `strata` in `[persons]`",
    },
    CodeCard {
        code: FEW_REPLICATES,
        title: "few replicates",
        cause: "quantiles of few replicates are rough",
        cure: "use 999 replicates or more, or `interval = \"normal\"`",
    },
    CodeCard {
        code: FOLLOWED_OUTSIDE,
        title: "a link out of its folder was followed",
        cause: "`--allow-outside` was given, and a data file is a link to another folder",
        cure: "nothing, if that is where the data are; else leave `--allow-outside` out",
    },
    CodeCard {
        code: NOTHING_TO_PRICE,
        title: "nothing that can be priced",
        cause: "prices are put on weeks, amounts and events that accumulate; shares and exits do not",
        cure: "add an outcome of kind weeks_in, amount or events, or leave out `[cost_benefit]`",
    },
    CodeCard {
        code: NOT_IN_A_FAMILY,
        title: "a member that a family cannot have",
        cause: "a family holds differences of the groups as randomised that its analysis reports; a destination only goes with hazards and cumulative incidence",
        cure: "choose one of the differences that are listed, or let the analysis report it",
    },
    CodeCard {
        code: STEP_DOWN_OVER_ARMS,
        title: "step-down over arms uses the centred bootstrap",
        cause: "a permutation moves the persons of one treatment arm and the control; it says nothing of how the arms' differences vary together",
        cure: "write `multiplicity = \"romano_wolf\"`, or give the family one arm",
    },
    CodeCard {
        code: STATES_CLASH,
        title: "a state with two roles",
        cause: "a state both ends and continues follow-up, or is both left and entered",
        cure: "give the state one role",
    },
    CodeCard {
        code: BAD_PATTERN,
        title: "a pattern that stands for no columns",
        cause: "`columns` needs marks that together are a week (`{week}`, `{yyww}`, `{yyyyww}`, `{yy}` or `{yyyy}` with \
                `{ww}`, or `{ww}` alone in files by year), or, for wages, a month (`{yyyy}` or `{yy}` with `{mm}`)",
        cure: "write the name of a column with the digits of its week replaced by their mark, such as `y_{yyww}`",
    },
    CodeCard {
        code: BAD_SELECTOR,
        title: "codes of a state that cannot be read",
        cause: "with `codes`, a state is a list of codes (`730`), ranges (`\"730-738\"`), groups (`\"group:sickness\"`) or \
                `\"rest\"`, and no code belongs to two states",
        cure: "write the codes in one of these forms, each code once",
    },
    CodeCard {
        code: SHARES,
        title: "shares of the arms that are none",
        cause: "`[randomisation]` must give every arm a share: whole numbers in proportion (`ratio`), probabilities that add up to 1, or counts",
        cure: "write one number for each arm of `[arms]`",
    },
    CodeCard {
        code: PROBABILITIES_VARY,
        title: "probabilities that vary between strata",
        cause: "where the arms are dealt out differently from stratum to stratum, a difference across strata compares strata as well as arms",
        cure: "compare within strata: `adjustment = \"strata\"`, or weighted by everybody: `adjustment = \"weights\"`",
    },
    CodeCard {
        code: NO_LOTS,
        title: "nothing to draw lots with",
        cause: "`randomize` needs `[randomisation]` with a seed that was published before the draw",
        cure: "add `[randomisation]` with `seed = ...`",
    },
    CodeCard {
        code: HOLDS_CPR,
        title: "the study file holds what looks like a CPR number",
        cause: "a text or a comment of the study has day, month, year and four digits, and the study stands in every result as it is written",
        cure: "remove the number; a filter or a label about a single person has no place in a study",
    },
    CodeCard {
        code: NEEDS_COVARIATES,
        title: "an adjustment without anything to adjust for",
        cause: "`ancova` and `lin` compare the arms given covariates and strata, and the study names none",
        cure: "add `covariates` or `strata` in `[persons]`, or choose another adjustment",
    },
    CodeCard {
        code: NO_REGRESSION,
        title: "an adjusted comparison that does not exist",
        cause: "`ancova` and `lin` adjust differences of means (weeks, amounts, events); shares among others and exits have no adjusted form, nor has money, whose accounts are sums over arms",
        cure: "give these outcomes an analysis of their own; let `[cost_benefit]` name one that is not adjusted by regression",
    },
    CodeCard {
        code: NOT_TAKEN_UP,
        title: "an outcome that cannot be taken up",
        cause: "`take_up` is counted week by week for each person; a share among others or an exit is not",
        cure: "name an outcome of kind weeks_in, events or amount, such as the weeks in the programme",
    },
];
