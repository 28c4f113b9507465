//! Patterns of column names: `y_{yyww}` stands for `y_1044`, `y_1045` and so on. A pattern says what its columns are: trial
//! weeks, calendar weeks, weeks of a year that the file stands for, or months.

/// A pattern of column names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    pieces: Vec<Piece>,
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Letters as they stand, in either case.
    Text(String),
    /// Digits.
    Mark(Mark),
}

/// Digits with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Week,
    YyWw,
    YyyyWw,
    Yy,
    Yyyy,
    Ww,
    Mm,
}

/// Names of the marks, how many digits they take at least and at most.
const MARKS: [(&str, Mark, usize, usize); 7] = [
    ("week", Mark::Week, 1, 4),
    ("yyww", Mark::YyWw, 4, 4),
    ("yyyyww", Mark::YyyyWw, 6, 6),
    ("yy", Mark::Yy, 2, 2),
    ("yyyy", Mark::Yyyy, 4, 4),
    ("ww", Mark::Ww, 1, 2),
    ("mm", Mark::Mm, 1, 2),
];

/// What the columns of a pattern are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Trial weeks: `{week}`.
    TrialWeeks,
    /// Calendar weeks: `{yyww}`, `{yyyyww}`, or year and week apart.
    Weeks,
    /// Weeks of the file's year: `{ww}` alone.
    WeeksOfAYear,
    /// Months: year and `{mm}`.
    Months,
}

/// When a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// A trial week.
    Trial(i32),
    /// A week of a year; whether there is such a week is not said.
    Week(i16, i8),
    /// A month of a year.
    Month(i16, i8),
}

impl Pattern {
    /// Reads a pattern; what is wrong with it otherwise.
    ///
    /// # Errors
    /// When a brace is open, a mark unknown, or the marks together are no time.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let Some(open) = rest.find('{') else {
                pieces.push(Piece::Text(rest.to_owned()));
                break;
            };
            if open > 0 {
                pieces.push(Piece::Text(rest[..open].to_owned()));
            }
            let Some(close) = rest[open..].find('}') else {
                return Err("a brace is not closed".to_owned());
            };
            let name = &rest[open + 1..open + close];
            let Some((_, mark, ..)) = MARKS.iter().find(|(known, ..)| *known == name) else {
                return Err(format!("there is no mark `{{{name}}}`"));
            };
            pieces.push(Piece::Mark(*mark));
            rest = &rest[open + close + 1..];
        }
        let pattern = Self {
            text: text.to_owned(),
            pieces,
        };
        match pattern.marks().as_slice() {
            [] => Err("it has no mark, so it stands for one column".to_owned()),
            _ if pattern.kind().is_none() => Err("its marks together are no time".to_owned()),
            _ => Ok(pattern),
        }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn marks(&self) -> Vec<Mark> {
        (self.pieces.iter())
            .filter_map(|piece| match piece {
                Piece::Mark(mark) => Some(*mark),
                Piece::Text(_) => None,
            })
            .collect()
    }

    fn kind(&self) -> Option<Columns> {
        let mut marks = self.marks();
        marks.sort_by_key(|mark| *mark as u8);
        match marks.as_slice() {
            [Mark::Week] => Some(Columns::TrialWeeks),
            [Mark::YyWw | Mark::YyyyWw] | [Mark::Yy | Mark::Yyyy, Mark::Ww] => Some(Columns::Weeks),
            [Mark::Ww] => Some(Columns::WeeksOfAYear),
            [Mark::Yy | Mark::Yyyy, Mark::Mm] => Some(Columns::Months),
            _ => None,
        }
    }

    /// What its columns are.
    pub fn columns(&self) -> Columns {
        // A pattern is only made when it has a kind.
        self.kind().unwrap_or(Columns::TrialWeeks)
    }

    /// When a column is; `None` when its name is not of the pattern. `year` is that of the file, when it has one.
    pub fn stamp(&self, name: &str, pivot: u8, year: Option<i16>) -> Option<Stamp> {
        let mut rest = name;
        let (mut years, mut week, mut month) = (year, None, None);
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => {
                    let here = rest.get(..text.len())?;
                    if !here.eq_ignore_ascii_case(text) {
                        return None;
                    }
                    rest = &rest[text.len()..];
                }
                Piece::Mark(mark) => {
                    let (_, _, least, most) = MARKS.iter().find(|(_, known, ..)| known == mark)?;
                    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                    if digits < *least {
                        return None;
                    }
                    let (number, after) = rest.split_at(digits.min(*most));
                    rest = after;
                    let number: i32 = number.parse().ok()?;
                    let of_two = |number: i32| year_of(number as u8, pivot);
                    match mark {
                        Mark::Week | Mark::Ww => week = Some(number),
                        Mark::YyWw => {
                            years = Some(of_two(number / 100));
                            week = Some(number % 100);
                        }
                        Mark::YyyyWw => {
                            years = Some((number / 100) as i16);
                            week = Some(number % 100);
                        }
                        Mark::Yy => years = Some(of_two(number)),
                        Mark::Yyyy => years = Some(number as i16),
                        Mark::Mm => month = Some(number as i8),
                    }
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        match self.columns() {
            Columns::TrialWeeks => Some(Stamp::Trial(week?)),
            Columns::Weeks | Columns::WeeksOfAYear => {
                let week = week.filter(|week| (1..=53).contains(week))?;
                Some(Stamp::Week(years?, week as i8))
            }
            Columns::Months => {
                let month = month.filter(|month| (1..=12).contains(month))?;
                Some(Stamp::Month(years?, month))
            }
        }
    }
}

/// The year of two digits: below the pivot they are of this century.
pub fn year_of(two: u8, pivot: u8) -> i16 {
    i16::from(two) + if two < pivot { 2000 } else { 1900 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(pattern: &str, name: &str) -> Option<Stamp> {
        Pattern::parse(pattern)
            .expect("a pattern")
            .stamp(name, 90, None)
    }

    #[test]
    fn a_pattern_tells_when_a_column_is() {
        assert_eq!(stamp("y_{yyww}", "y_1048"), Some(Stamp::Week(2010, 48)));
        assert_eq!(stamp("y_{yyww}", "Y_9132"), Some(Stamp::Week(1991, 32)));
        assert_eq!(stamp("y_{yyww}", "y_8953"), Some(Stamp::Week(2089, 53)));
        assert_eq!(stamp("emp{week}", "emp7"), Some(Stamp::Trial(7)));
        assert_eq!(
            stamp("w{yyyy}w{ww}", "w2010w04"),
            Some(Stamp::Week(2010, 4))
        );
        let month = stamp("branche_{yyyy}_{mm}", "branche_2008_01");
        assert_eq!(month, Some(Stamp::Month(2008, 1)));
        for name in [
            "y_10485", "y_1054", "y_1000", "y_104", "x_1048", "y_10a8", "y_",
        ] {
            assert_eq!(stamp("y_{yyww}", name), None, "{name}");
        }
    }

    #[test]
    fn weeks_alone_take_the_year_of_the_file() {
        let pattern = Pattern::parse("y_{ww}").expect("a pattern");
        assert_eq!(pattern.columns(), Columns::WeeksOfAYear);
        let week = pattern.stamp("y_01", 90, Some(2011));
        assert_eq!(week, Some(Stamp::Week(2011, 1)));
        assert_eq!(pattern.stamp("y_01", 90, None), None);
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for (text, why) in [
            ("y_", "no mark"),
            ("y_{yyww", "not closed"),
            ("y_{week}{mm}", "no time"),
            ("y_{uge}", "no mark `{uge}`"),
        ] {
            assert!(Pattern::parse(text).unwrap_err().contains(why), "{text}");
        }
    }
}
