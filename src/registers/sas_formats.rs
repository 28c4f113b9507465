//! Formats of SAS: which numbers are days, moments or times of day. A format that SAS does not have itself is the user's;
//! what its labels are is in a catalog that is not part of the file.

use super::formats::KindHint;
use super::rectangle::Meaning;

/// Formats of days, without width.
const DAYS: &[&str] = &[
    "B8601DA",
    "DATE",
    "DAY",
    "DDMMYY",
    "DDMMYYB",
    "DDMMYYC",
    "DDMMYYD",
    "DDMMYYN",
    "DDMMYYP",
    "DDMMYYS",
    "DOWNAME",
    "E8601DA",
    "EURDFDD",
    "EURDFDE",
    "EURDFDN",
    "EURDFDWN",
    "EURDFMN",
    "EURDFMY",
    "EURDFWDX",
    "EURDFWKX",
    "IS8601DA",
    "JULDAY",
    "JULIAN",
    "MINGUO",
    "MMDDYY",
    "MMDDYYB",
    "MMDDYYC",
    "MMDDYYD",
    "MMDDYYN",
    "MMDDYYP",
    "MMDDYYS",
    "MMYY",
    "MMYYC",
    "MMYYD",
    "MMYYN",
    "MMYYP",
    "MMYYS",
    "MONNAME",
    "MONTH",
    "MONYY",
    "NENGO",
    "NLDATE",
    "NLDATEL",
    "NLDATEM",
    "NLDATEMD",
    "NLDATEMN",
    "NLDATES",
    "NLDATEW",
    "NLDATEWN",
    "NLDATEYM",
    "NLDATEYMD",
    "NLDATEYMM",
    "NLDATEYMW",
    "NLDATEYQ",
    "NLDATEYR",
    "NLDATEYW",
    "PDJULG",
    "PDJULI",
    "QTR",
    "QTRR",
    "WEEKDATE",
    "WEEKDATX",
    "WEEKDAY",
    "WEEKU",
    "WEEKV",
    "WEEKW",
    "WORDDATE",
    "WORDDATX",
    "YEAR",
    "YYMM",
    "YYMMC",
    "YYMMD",
    "YYMMDD",
    "YYMMDDB",
    "YYMMDDC",
    "YYMMDDD",
    "YYMMDDN",
    "YYMMDDP",
    "YYMMDDS",
    "YYMMN",
    "YYMMP",
    "YYMMS",
    "YYMON",
    "YYQ",
    "YYQC",
    "YYQD",
    "YYQN",
    "YYQP",
    "YYQR",
    "YYQRC",
    "YYQRD",
    "YYQRN",
    "YYQRP",
    "YYQRS",
    "YYQS",
    "YYQZ",
    "YYWEEKU",
    "YYWEEKV",
    "YYWEEKW",
];

/// Formats of moments.
const MOMENTS: &[&str] = &[
    "B8601DN", "B8601DT", "B8601DX", "B8601DZ", "B8601LX", "DATEAMPM", "DATETIME", "DTDATE",
    "DTMONYY", "DTWKDATX", "DTYEAR", "DTYYQC", "E8601DN", "E8601DT", "E8601DX", "E8601DZ",
    "E8601LX", "IS8601DN", "IS8601DT", "IS8601DZ", "MDYAMPM", "NLDATM", "NLDATMAP", "NLDATMDT",
    "NLDATML", "NLDATMM", "NLDATMMD", "NLDATMMN", "NLDATMS", "NLDATMTM", "NLDATMW", "NLDATMWN",
    "NLDATMWZ", "NLDATMYM", "NLDATMYQ", "NLDATMYR", "NLDATMYW", "NLDATMZ",
];

/// Formats of times of day.
const TIMES: &[&str] = &[
    "B8601LZ", "B8601TM", "B8601TX", "B8601TZ", "E8601LZ", "E8601TM", "E8601TX", "E8601TZ", "HHMM",
    "HOUR", "IS8601LZ", "IS8601TM", "IS8601TZ", "MMSS", "NLTIMAP", "NLTIMMAP", "TIME", "TIMEAMPM",
    "TOD",
];

/// Formats of plain numbers and text, with which a cell is what it is.
const PLAIN: &[&str] = &[
    "$", "$ASCII", "$BASE64X", "$BINARY", "$CHAR", "$EBCDIC", "$F", "$HEX", "$MSGCASE", "$OCTAL",
    "$QUOTE", "$REVERJ", "$REVERS", "$UPCASE", "$VARYING", "BEST", "BESTD", "BINARY", "COMMA",
    "COMMAX", "D", "DOLLAR", "DOLLARX", "E", "EURO", "EUROX", "F", "FRACT", "HEX", "NEGPAREN",
    "NLBEST", "NLMNY", "NLNUM", "NLPCT", "NUMX", "OCTAL", "PERCENT", "PERCENTN", "PVALUE", "ROMAN",
    "SIZEK", "SIZEKB", "SIZEKMG", "SSN", "VAXRB", "WORDF", "WORDS", "YEN", "Z", "ZD",
];

/// What a number of a format means; `name` is without width.
pub(crate) fn meaning(name: &str) -> Meaning {
    let name = bare(name);
    let name = name.as_str();
    if DAYS.contains(&name) {
        Meaning::Days
    } else if MOMENTS.contains(&name) {
        Meaning::Ticks(1)
    } else if TIMES.contains(&name) {
        Meaning::Time(1)
    } else {
        Meaning::Plain
    }
}

/// Whether a format is the user's own.
pub(crate) fn is_users_own(name: &str) -> bool {
    let name = bare(name);
    !name.is_empty()
        && meaning(&name) == Meaning::Plain
        && !PLAIN.contains(&name.as_str())
        && !PLAIN.contains(&name.trim_start_matches('$'))
}

/// The name alone: `YYMMDD10.` is `YYMMDD`, but `B8601DA` stays.
fn bare(name: &str) -> String {
    let name = name.trim().to_ascii_uppercase();
    let name = name.split('.').next().unwrap_or_default();
    name.trim_end_matches(|c: char| c.is_ascii_digit())
        .to_owned()
}

/// What the cells of a column of numbers with this format are.
pub(crate) fn hint(meaning: Meaning) -> KindHint {
    match meaning {
        Meaning::Plain => KindHint::Number,
        Meaning::Days | Meaning::Weeks => KindHint::Date,
        Meaning::Ticks(_) => KindHint::Moment,
        Meaning::Months => KindHint::Month,
        Meaning::Time(_) | Meaning::Parts(..) | Meaning::Untold => KindHint::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_sas_are_known_by_their_bare_name() {
        assert_eq!(meaning("date9."), Meaning::Days);
        assert_eq!(meaning("YYMMDD10."), Meaning::Days);
        assert_eq!(meaning("E8601DA"), Meaning::Days);
        assert_eq!(meaning("DATETIME22.3"), Meaning::Ticks(1));
        assert_eq!(meaning("TIME"), Meaning::Time(1));
        assert_eq!(meaning("BEST12."), Meaning::Plain);
        assert_eq!(meaning(""), Meaning::Plain);
    }

    #[test]
    fn what_sas_does_not_have_is_the_users_own() {
        assert!(is_users_own("STATUSF.") && is_users_own("$KOEN."));
        for plain in [
            "",
            "BEST12.",
            "$CHAR8.",
            "$8.",
            "8.2",
            "F8.2",
            "DATE9.",
            "COMMAX10.",
        ] {
            assert!(!is_users_own(plain), "{plain}");
        }
    }
}
