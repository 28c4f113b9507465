//! What can be wrong with a price file, or with pricing a result. The codes of this room, `RV09xx`.

use crate::error::CodeCard;

pub(crate) const UNREADABLE: &str = "RV0901";
pub(crate) const NOT_TOML: &str = "RV0902";
pub(crate) const UNKNOWN_KEY: &str = "RV0903";
pub(crate) const MISSING: &str = "RV0904";
pub(crate) const BAD_VALUE: &str = "RV0905";
pub(crate) const UNKNOWN_WORD: &str = "RV0906";
pub(crate) const NOT_YET: &str = "RV0907";
pub(crate) const UNKNOWN_NAME: &str = "RV0908";
pub(crate) const NO_SOURCE: &str = "RV0909";
pub(crate) const TWICE: &str = "RV0910";
pub(crate) const PARTIES: &str = "RV0911";
pub(crate) const PRODUCTION: &str = "RV0912";
pub(crate) const FORMAT: &str = "RV0913";
pub(crate) const TOO_LARGE: &str = "RV0914";
pub(crate) const NO_LINES: &str = "RV0915";
pub(crate) const NOT_A_SHEET: &str = "RV0916";
pub(crate) const NO_QUANTITIES: &str = "RV0917";
pub(crate) const CANNOT_BE_PRICED: &str = "RV0940";
pub(crate) const YEARS: &str = "RV0920";
pub(crate) const BASES: &str = "RV0921";
pub(crate) const NOT_A_COST: &str = "RV0922";
pub(crate) const CANCELS: &str = "RV0923";
pub(crate) const PRICED_AGAIN: &str = "RV0924";
pub(crate) const VINTAGE: &str = "RV0925";
pub(crate) const REFUND: &str = "RV0926";
pub(crate) const UNCERTAIN: &str = "RV0927";
pub(crate) const DEFLATOR: &str = "RV0928";
pub(crate) const OUT_OF_DATE: &str = "RV0929";
pub(crate) const ONLY_TOML: &str = "RV0930";
pub(crate) const OTHER_VALUES: &str = "RV0931";
pub(crate) const UNUSED: &str = "RV0932";

/// Cause and cure of every code of this room.
pub const CODES: &[CodeCard] = &[
    CodeCard {
        code: UNREADABLE,
        title: "the price file cannot be read",
        cause: "The file is missing, may not be opened, is damaged, or its characters cannot be told.",
        cure: "Check the name; save text as UTF-8, and sheets as .xlsx or .csv.",
    },
    CodeCard {
        code: NOT_TOML,
        title: "the price file is not valid TOML",
        cause: "A quote, bracket or equals sign is missing, a key is given twice, or a number has a decimal comma.",
        cure: "Mend the line that is pointed at.",
    },
    CodeCard {
        code: UNKNOWN_KEY,
        title: "unknown key or column in the price file",
        cause: "A line has no such key; what is not understood is never ignored.",
        cure: "Write the key that is suggested, or remove it.",
    },
    CodeCard {
        code: MISSING,
        title: "a price line lacks something",
        cause: "Value, unit, price year, basis, kind, and what is counted are all needed to add up money.",
        cure: "Fill in what is named; `rettevej schema prices` describes it.",
    },
    CodeCard {
        code: BAD_VALUE,
        title: "a value that a price file cannot have",
        cause: "A price is a number of at least 0, a price year a year, a text a text without control characters. A \
                number such as 1.234 that could be both a thousand and one is refused.",
        cure: "Write the value in the form that is named.",
    },
    CodeCard {
        code: UNKNOWN_WORD,
        title: "unknown word in a price line",
        cause: "Kind, parties and basis take one of a few words.",
        cure: "Choose one of the words that are listed.",
    },
    CodeCard {
        code: NOT_YET,
        title: "not in this version",
        cause: "The grammar of prices knows the key, but this version does not have it.",
        cure: "Leave it out.",
    },
    CodeCard {
        code: UNKNOWN_NAME,
        title: "a price line names something the study does not have",
        cause: "The outcome or arm is not one of the study's, or it is an outcome that does not accumulate to a \
                quantity: shares and exits have no sum to put a price on.",
        cure: "Write one of the names that are listed.",
    },
    CodeCard {
        code: NO_SOURCE,
        title: "a price without source",
        cause: "A number of kroner that nobody can look up is not used.",
        cure: "Write where the price comes from: title, table, year.",
    },
    CodeCard {
        code: TWICE,
        title: "a price line stands twice",
        cause: "Names of lines are those of rows in the result, so each is used once.",
        cure: "Rename or remove one of the two.",
    },
    CodeCard {
        code: PARTIES,
        title: "parties that do not fit the kind of line",
        cause: "A resource has one party: `to` who gains, or `from` who pays. A transfer has both, and they differ.",
        cure: "Give `from` and `to` as the kind needs.",
    },
    CodeCard {
        code: PRODUCTION,
        title: "the same work is counted twice",
        cause: "Two resource lines to the employer count the value of the same work in two ways.",
        cure: "Keep one of the two; wages and taxes are transfers.",
    },
    CodeCard {
        code: FORMAT,
        title: "a kind of price file that is not read",
        cause: "Prices are TOML, CSV (.csv, .txt, .tsv) or Excel workbooks (.xlsx).",
        cure: "Save the file as one of these.",
    },
    CodeCard {
        code: TOO_LARGE,
        title: "the price file is too large",
        cause: "A price file is a page or two. This one is larger than any, or unpacks to more than it should.",
        cure: "Check that this is the price file; copy its lines to a new sheet.",
    },
    CodeCard {
        code: NO_LINES,
        title: "no line in the price file",
        cause: "The file has no `[lines.NAME]`, or the sheet no row under its header.",
        cure: "Add a line; `rettevej cba BUNDLE --write-prices FILE` writes a sheet to start from.",
    },
    CodeCard {
        code: NOT_A_SHEET,
        title: "the prices cannot be written as a workbook",
        cause: "A text is longer than a cell of a workbook takes.",
        cure: "Write the prices as .toml or .csv.",
    },
    CodeCard {
        code: NO_QUANTITIES,
        title: "the result has no quantities to price",
        cause: "The study of this result has no `[cost_benefit]`, so no quantities were counted.",
        cure: "Add `[cost_benefit]` to the study, run it again, and price the new result.",
    },
    CodeCard {
        code: YEARS,
        title: "prices of different years",
        cause: "Without `price_level` values are added as they stand.",
        cure: "Write `price_level` and a `[deflator]`, or move the prices to one year's level.",
    },
    CodeCard {
        code: BASES,
        title: "prices on different bases",
        cause: "Without a vintage, factor and market prices are added as they stand.",
        cure: "Write `vintage`, whose net-tax factor lifts factor prices to market prices, or bring the prices to one basis.",
    },
    CodeCard {
        code: NOT_A_COST,
        title: "a cost of the programme that is a gain",
        cause: "A line is marked as a cost of the programme, but somebody gains by it.",
        cure: "Give `from` instead of `to`, or leave out `programme`.",
    },
    CodeCard {
        code: CANCELS,
        title: "a line per person that cancels",
        cause: "The line counts one per person in every arm, so it adds the same to each and nothing to a difference.",
        cure: "Name in `arms` the arms that it belongs to.",
    },
    CodeCard {
        code: PRICED_AGAIN,
        title: "the money is priced again",
        cause: "`rettevej cba` put other prices on the quantities in the result. Points are what a run gives; intervals are \
                normal ones from the covariance of the quantities, whatever kind the study asks for, and what is read off draws is of normal draws \
                of the quantities.",
        cure: "Nothing; run the study with these prices for intervals and shares from the replicates.",
    },
    CodeCard {
        code: VINTAGE,
        title: "official parameters that are not known",
        cause: "`vintage` names official parameters by date, such as dk-fm-2013; or they are named and written out as well.",
        cure: "Write one of the names that are listed (`rettevej explain` shows their values), or a `[vintage]` of your own.",
    },
    CodeCard {
        code: REFUND,
        title: "a refund that cannot be worked out",
        cause: "A refund is a transfer: it names the line that it refunds, a rule, and which of its rates. Quantity and price are those \
                of that line, which is one of an outcome and no refund itself. Of two rates only one may hold for a week.",
        cure: "Write `refund_of`, `rule`, `weeks`, `from` and `to`, and nothing else.",
    },
    CodeCard {
        code: UNCERTAIN,
        title: "an uncertainty that does not fit its price",
        cause: "`low` and `high` lie about the price (uniform, triangular), or a standard error above 0 says how far it may be off \
                (normal, log_normal, gamma).",
        cure: "Write `low` and `high`, or `distribution` and `std_error`.",
    },
    CodeCard {
        code: DEFLATOR,
        title: "a price that cannot be moved to the price level",
        cause: "Prices are moved by the index of the level over that of their own year, and the index of one of them is not there.",
        cure: "Add the year to `[deflator.index]`, or bring the price to the level yourself.",
    },
    CodeCard {
        code: OUT_OF_DATE,
        title: "a price that is out of date",
        cause: "The price is more than five years older than the price level, or than the newest of the others.",
        cure: "Look for a newer price. An index moves all prices alike, and what they are for may have changed.",
    },
    CodeCard {
        code: ONLY_TOML,
        title: "something a sheet has no room for",
        cause: "An own vintage, a deflator, an extrapolation and own rules of refund are tables beside the lines.",
        cure: "Write the prices as .toml.",
    },
    CodeCard {
        code: OTHER_VALUES,
        title: "a shipped name with other values",
        cause: "The file has a vintage or a rule of refund under a name that is shipped, and its values differ. Those of the file count.",
        cure: "Give it a name of its own, so that nobody takes it for the shipped one.",
    },
    CodeCard {
        code: UNUSED,
        title: "a rule of refund that no line follows",
        cause: "The file writes out a rule, and no line names it.",
        cure: "Name it in `rule` of a line, or remove it.",
    },
    CodeCard {
        code: CANNOT_BE_PRICED,
        title: "a line cannot be put on the quantities",
        cause: "Quantities are counted in cells: periods of weeks, half-years, bands of benefit weeks. A rule that changes inside a cell \
                (a refund, the first or last week of a line, the weeks an extrapolation starts from) has no one value for it.",
        cure: "Choose rules that change where the cells do, or run the study where the persons are with a shorter `period`, a calendar, or \
               `benefit` in `[cost_benefit]`.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_this_room_has_one_card() {
        let codes: Vec<&str> = CODES.iter().map(|card| card.code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(codes.iter().all(|code| code.starts_with("RV09")));
    }
}
