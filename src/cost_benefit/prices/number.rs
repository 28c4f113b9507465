//! Numbers as people write them in sheets: `245`, `245.5`, `245,5`, `1.234,50`, `12 000`. What could be read in two ways
//! is refused, since the difference is a factor of a thousand.

use super::entry::Numeral;

/// The mark of decimals in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Point,
    Comma,
    /// No number shows it, but files of this kind have it: groups by the other mark are then not believed.
    UsuallyPoint,
    UsuallyComma,
    /// Nothing shows it.
    Open,
}

impl Mark {
    fn letter(self) -> Option<char> {
        match self {
            Self::Point | Self::UsuallyPoint => Some('.'),
            Self::Comma | Self::UsuallyComma => Some(','),
            Self::Open => None,
        }
    }
}

/// The mark that the numbers of a file show, or else `usual`.
pub(super) fn mark<'a>(numbers: impl Iterator<Item = &'a str>, usual: Mark) -> Mark {
    let mut seen = None;
    for text in numbers {
        let body = bare(text);
        let shown = match sure(&body) {
            Some('.') => Mark::Point,
            Some(_) => Mark::Comma,
            None => continue,
        };
        match seen {
            None => seen = Some(shown),
            Some(before) if before != shown => return Mark::Open,
            Some(_) => {}
        }
    }
    seen.unwrap_or(usual)
}

/// Reads a number.
pub(super) fn numeral(text: &str, mark: Mark) -> Numeral {
    let body = bare(text);
    let (sign, body) = match body.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", body.as_str()),
    };
    if body.is_empty() || !body.chars().all(|c| c.is_ascii_digit() || ".,".contains(c)) {
        return Numeral::NotANumber;
    }
    let decimal = match (sure(body), mark.letter()) {
        (Some(letter), _) => Some(letter),
        (None, letter) => {
            // Digits only, or one mark before three digits.
            let believed = match mark {
                Mark::Point | Mark::Comma => true,
                Mark::UsuallyPoint => !body.contains(','),
                Mark::UsuallyComma => !body.contains('.'),
                Mark::Open => !body.contains(['.', ',']),
            };
            if !believed {
                return Numeral::Ambiguous;
            }
            letter
        }
    };
    let (whole, fraction) = match decimal.and_then(|letter| body.rsplit_once(letter)) {
        Some((whole, fraction)) => (whole, fraction),
        None => (body, ""),
    };
    let Some(whole) = without_groups(whole) else {
        return Numeral::NotANumber;
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return Numeral::NotANumber;
    }
    match format!("{sign}{whole}.{fraction}0").parse::<f64>() {
        Ok(number) if number.is_finite() => Numeral::Is(number),
        _ => Numeral::NotANumber,
    }
}

/// Without blanks, and with a plain minus.
fn bare(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
        .map(|c| if c == '\u{2212}' { '-' } else { c })
        .collect()
}

/// The decimal mark that a number shows beyond doubt.
fn sure(body: &str) -> Option<char> {
    let body = body.strip_prefix('-').unwrap_or(body);
    let at = body.rfind(['.', ','])?;
    let letter = body[at..].chars().next()?;
    let other = if letter == '.' { ',' } else { '.' };
    let (before, after) = (&body[..at], &body[at + 1..]);
    if before.contains(other) {
        return Some(letter);
    }
    if before.contains(letter) {
        // Twice the same: groups of thousands, so the other is the decimal mark.
        return Some(other);
    }
    let thousands = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    (!thousands).then_some(letter)
}

/// Digits, or groups of three after the same mark; without the marks.
fn without_groups(whole: &str) -> Option<String> {
    let Some(at) = whole.find(['.', ',']) else {
        return Some(whole.to_owned());
    };
    let letter = whole[at..].chars().next()?;
    let mut groups = whole.split(letter);
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len())
        && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()));
    fits.then(|| whole.replace(letter, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_meant() {
        for (text, mark, number) in [
            ("245", Mark::Open, 245.0),
            ("245.5", Mark::Open, 245.5),
            ("245,5", Mark::Open, 245.5),
            ("1.234,5", Mark::Point, 1234.5),
            ("1,234.5", Mark::Comma, 1234.5),
            ("12 000", Mark::Open, 12000.0),
            ("1.234", Mark::Comma, 1234.0),
            ("1.234", Mark::Point, 1.234),
            ("1.234.567", Mark::Open, 1_234_567.0),
            ("0.125", Mark::Open, 0.125),
            ("\u{2212}3,25", Mark::Open, -3.25),
            (",5", Mark::Open, 0.5),
        ] {
            assert_eq!(numeral(text, mark), Numeral::Is(number), "{text}");
        }
        for (text, mark) in [
            ("1.234", Mark::Open),
            ("1.234", Mark::UsuallyComma),
            ("1,234", Mark::UsuallyPoint),
        ] {
            assert_eq!(numeral(text, mark), Numeral::Ambiguous, "{text}");
        }
        for text in [
            "",
            "kr. 5",
            "5%",
            "1,2,3",
            "1.23.456",
            "-",
            ".",
            "1e5",
            "12.34,5,6",
        ] {
            assert_eq!(numeral(text, Mark::Comma), Numeral::NotANumber, "{text}");
        }
    }

    #[test]
    fn the_mark_of_a_file_is_what_its_numbers_show() {
        assert_eq!(mark(["1.234", "2,5"].into_iter(), Mark::Open), Mark::Comma);
        assert_eq!(mark(["1.234", "2.5"].into_iter(), Mark::Open), Mark::Point);
        assert_eq!(mark(["2.5", "2,5"].into_iter(), Mark::Point), Mark::Open);
        let usual = mark(["1.234"].into_iter(), Mark::UsuallyComma);
        assert_eq!(usual, Mark::UsuallyComma);
    }
}
