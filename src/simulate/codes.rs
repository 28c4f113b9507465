//! The codes of this room, `RV08xx`.

use crate::error::CodeCard;

pub(crate) const READ: &str = "RV0801";
pub(crate) const SYNTAX: &str = "RV0802";
pub(crate) const RANGE: &str = "RV0803";
pub(crate) const NAME: &str = "RV0804";
pub(crate) const TWICE: &str = "RV0805";
pub(crate) const SHARES: &str = "RV0806";
pub(crate) const PROBABILITY: &str = "RV0807";
pub(crate) const CALENDAR: &str = "RV0808";
pub(crate) const SIZE: &str = "RV0809";
pub(crate) const WRITE: &str = "RV0810";
pub(crate) const FAULT: &str = "RV0811";
pub(crate) const LAYOUT: &str = "RV0812";

/// Cause and cure of every code of this room.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: READ,
        title: "the scenario cannot be read",
        cause: "The file is missing, is not UTF-8 text, or may not be opened.",
        cure: "Check the path of the scenario file and that it is saved as UTF-8.",
    },
    CodeCard {
        code: SYNTAX,
        title: "the scenario is not in its grammar",
        cause: "The TOML is broken, a key is unknown or missing, or a value has the wrong type.",
        cure: "Correct the line named; `rettevej schema scenario` lists every key.",
    },
    CodeCard {
        code: RANGE,
        title: "a number is out of its range",
        cause: "A probability lies outside 0 to 1, a multiplier is negative, or a count is zero.",
        cure: "Give a number in the range named.",
    },
    CodeCard {
        code: NAME,
        title: "a name that the scenario does not define",
        cause: "A state or an arm is used that stands in neither `[[states]]` nor `[[arms]]`, or an arm is left out.",
        cure: "Use one of the names listed, or define it.",
    },
    CodeCard {
        code: TWICE,
        title: "something is said twice",
        cause: "Two states, arms, sites, files or columns share a name, or two hazards of one transition share a week.",
        cure: "Rename one of them, or give them weeks that do not meet.",
    },
    CodeCard {
        code: SHARES,
        title: "shares do not add up to 1",
        cause: "The shares of initial states, of the levels of a subgroup, or of the values of an amount miss 1.",
        cure: "Change the shares so that they sum to 1.",
    },
    CodeCard {
        code: PROBABILITY,
        title: "a weekly probability above 1",
        cause: "The hazards out of a state, times all multipliers that can meet, sum to more than 1; or the kinds of an event do.",
        cure: "Lower the hazards or the multipliers named.",
    },
    CodeCard {
        code: CALENDAR,
        title: "the calendar does not fit",
        cause: "An ISO week does not exist, the intake ends before it starts, or the data end before the last person enters.",
        cure: "Write weeks as 2010-W44 and set `entry.data_end` after `entry.last`.",
    },
    CodeCard {
        code: SIZE,
        title: "the scenario is too large",
        cause: "Sites, subgroups, hidden types and clusters combine to more kinds of person than can be worked out exactly, or there are too many persons or weeks.",
        cure: "Use fewer levels, persons or weeks.",
    },
    CodeCard {
        code: WRITE,
        title: "the simulated files cannot be written",
        cause: "The output folder exists already, or its parent cannot be written to.",
        cure: "Name a folder that does not exist yet, in a place you may write to.",
    },
    CodeCard {
        code: FAULT,
        title: "a fault that cannot be planted",
        cause: "There is no fault of that name, or the scenario, the layout or the format has no place for it.",
        cure: "Choose one of those that `rettevej simulate --help` lists; a fault of spells (such as `wrong_week`) may have no place in a layout of DREAM.",
    },
    CodeCard {
        code: LAYOUT,
        title: "a layout that cannot hold this register",
        cause: "In the layouts of DREAM a week is a code: each state needs one of its own (one may have none), and weeks \
                are calendar weeks, so that the scenario needs `[entry]`. Columns of SAS transport files have 8 letters.",
        cure: "Give each state a `code` and the scenario an `[entry]`, or write the tidy layout.",
    },
];
