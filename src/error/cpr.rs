//! Numbers in the form of a CPR number (day, month, year and four digits): recognised anywhere, shown nowhere.

use std::borrow::Cow;
use std::ops::Range;

/// Digits of a date, and of the whole.
const DATE: usize = 6;
const WHOLE: usize = 10;

/// Every CPR-like number of a text, as byte ranges: `0101701111`, `010170-1111`, `010170 1111`, also inside longer text.
pub fn cpr_like(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run = digits(&bytes[at..]);
        let rest = &bytes[at + run..];
        let tail = match (run, rest) {
            (DATE, [b'-' | b' ' | b'.', rest @ ..]) => Some((1, rest)),
            // A dash of a word processor.
            (DATE, [0xE2, 0x80, 0x90..=0x95, rest @ ..]) => Some((3, rest)),
            _ => None,
        };
        match tail {
            _ if run == WHOLE && is_date(&bytes[at..]) => {
                found.push(at..at + WHOLE);
                at += WHOLE;
            }
            Some((mark, rest)) if digits(rest) == WHOLE - DATE && is_date(&bytes[at..]) => {
                let end = at + WHOLE + mark;
                found.push(at..end);
                at = end;
            }
            _ => at += run.max(1),
        }
    }
    found
}

/// The text with the digits of CPR-like numbers as `#`; every byte keeps its place.
pub fn discreet(text: &str) -> Cow<'_, str> {
    let found = cpr_like(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let inside = |at: usize| found.iter().any(|range| range.contains(&at));
    let hidden = |(at, letter): (usize, char)| {
        if letter.is_ascii_digit() && inside(at) {
            '#'
        } else {
            letter
        }
    };
    Cow::Owned(text.char_indices().map(hidden).collect())
}

/// How many digits stand first.
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// Whether a day and a month stand first; replacement numbers add 60 to the day.
fn is_date(bytes: &[u8]) -> bool {
    let two = |at: usize| (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0');
    (1..=31).contains(&(two(0) % 60)) && (1..=12).contains(&two(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpr_like_numbers_are_found_inside_longer_text() {
        for text in [
            "0101701111",
            "010170-1111",
            "610170 1111",
            "se 010170-1111, sag 4",
            "cpr0101701111",
            "brev om 010170–1111.",
            "æ010170-1111ø",
        ] {
            assert_eq!(cpr_like(text).len(), 1, "{text}");
            let hidden = discreet(text);
            assert_eq!(hidden.len(), text.len(), "{text}");
            assert!(
                cpr_like(&hidden).is_empty() && !hidden.contains("0170"),
                "{hidden}"
            );
        }
        assert_eq!(
            discreet("a 010170-1111 og 0202712222"),
            "a ######-#### og ##########"
        );
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "",
            "320170-1111",
            "011370-1111",
            "00101701111",
            "010170-11112",
            "2010-11-03",
            "20130901",
            "2010-W44",
            "9007199254740991",
            "weeks 201044-201052",
        ] {
            assert_eq!(discreet(text), text);
        }
    }
}
