//! Blocks without quotes, as nearly all registers come: whole numbers and labels eight bytes at a time.
//!
//! A cell that is not plain digits or a short label goes the way of all cells ([`Plan::parse_plainly`]), which says what
//! every cell is; a test holds both against each other.

use super::block::{Parsed, Plan};
use super::cells::CODES;
use super::column::Piece;
use super::split::{Quotes, cell_end, row, without_return};
use super::table::Kind;
use crate::study::WeekUnit;

/// What to do with the cells at one place of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    /// Nobody wants it.
    Skip,
    /// An identifier.
    Id(usize),
    /// Digits are this many units each.
    Number(usize, i64),
    /// A label.
    Label(usize),
    /// A code.
    Code(usize),
    /// Whatever the want says.
    Any(usize),
}

/// A plan by place.
pub(crate) struct Quick<'a> {
    plan: &'a Plan<'a>,
    /// Up to the last place wanted.
    jobs: Vec<Job>,
}

/// Decimals up to which eight digits times 10^decimals are far from too large.
const DECIMALS: u32 = 9;

impl<'a> Quick<'a> {
    /// `None` where there are quotes, or a place is wanted twice.
    pub(crate) fn of(plan: &'a Plan<'a>) -> Option<Self> {
        let last = plan.targets.last().map_or(0, |&(place, _)| place + 1);
        let twice = plan.targets.windows(2).any(|two| two[0].0 == two[1].0);
        if plan.quotes == Quotes::Some || twice {
            return None;
        }
        let mut jobs = vec![Job::Skip; last];
        for &(place, want) in &plan.targets {
            jobs[place] = match plan.kinds[want].kind {
                Kind::Id => Job::Id(want),
                Kind::Category => Job::Label(want),
                Kind::Code => Job::Code(want),
                Kind::Integer | Kind::Week(WeekUnit::Trial) => Job::Number(want, 1),
                Kind::Decimal { decimals } if decimals <= DECIMALS => {
                    Job::Number(want, 10_i64.pow(decimals))
                }
                _ => Job::Any(want),
            };
        }
        Some(Self { plan, jobs })
    }

    /// Parses a block of whole rows.
    pub(crate) fn parse(&self, bytes: &[u8]) -> Parsed {
        let plan = self.plan;
        let mut parsed = plan.empty(bytes);
        let mut at = 0;
        while at < bytes.len() {
            if matches!(bytes[at], b'\n' | b'\r') {
                // Blank, or a first cell of blanks.
                at = self.plain_row(bytes, at, &mut parsed);
                continue;
            }
            let mut cells = 0;
            let mut more = true;
            while more {
                let job = self.jobs.get(cells).copied().unwrap_or(Job::Skip);
                let end = self.cell(bytes, at, job, &mut parsed);
                cells += 1;
                more = bytes.get(end) == Some(&plan.separator);
                at = end + 1;
            }
            let next = if cells < self.jobs.len() {
                plan.targets.partition_point(|&(place, _)| place < cells)
            } else {
                plan.targets.len()
            };
            plan.end_row(&mut parsed, cells, next);
        }
        parsed
    }

    /// A row cell by cell; where it ends.
    fn plain_row(&self, bytes: &[u8], at: usize, parsed: &mut Parsed) -> usize {
        let (plan, mut next) = (self.plan, 0);
        let pieces = &mut parsed.pieces;
        let found = row(
            bytes,
            at,
            plan.separator,
            Quotes::None,
            &mut Vec::new(),
            |cell, text| {
                if let Some(&(place, want)) = plan.targets.get(next)
                    && place == cell
                {
                    pieces[want].push(text, plan.style);
                    next += 1;
                }
            },
        );
        if found.cells == 0 {
            parsed.blank();
        } else {
            plan.end_row(parsed, found.cells, next);
        }
        found.end
    }

    /// One cell; where its separator or line feed stands.
    #[inline]
    fn cell(&self, bytes: &[u8], at: usize, job: Job, parsed: &mut Parsed) -> usize {
        let separator = self.plan.separator;
        let pieces = &mut parsed.pieces;
        let want = match job {
            Job::Skip => return cell_end(bytes, at, separator),
            Job::Id(want) => {
                // Leading zeros have a meaning of their own.
                if bytes.get(at) != Some(&b'0')
                    && let Some((value, end)) = long(bytes, at, separator)
                    && let Piece::Ids(ids) = &mut pieces[want]
                    && ids.push_plain(value)
                {
                    return end;
                }
                want
            }
            Job::Number(want, unit) => {
                if let Some((value, end)) = digits(bytes, at, separator)
                    && let Piece::Numbers(_, block) = &mut pieces[want]
                {
                    block.push_plain(value * unit);
                    return end;
                }
                want
            }
            Job::Label(want) => {
                if let Some((words, end)) = short(bytes, at, separator)
                    && let Piece::Labels(block) = &mut pieces[want]
                {
                    block.push_short(&bytes[at..end], words);
                    return end;
                }
                want
            }
            Job::Code(want) => {
                if let Piece::Codes(codes) = &mut pieces[want] {
                    // Most weeks of most persons are empty.
                    if bytes.get(at) == Some(&separator) {
                        codes.values.push(0);
                        return at;
                    }
                    if let Some((value, end)) = digits(bytes, at, separator)
                        && CODES.contains(&value)
                    {
                        codes.values.push(value as u16);
                        return end;
                    }
                }
                want
            }
            Job::Any(want) => want,
        };
        let end = cell_end(bytes, at, separator);
        let text = without_return(&bytes[at..end], bytes.get(end));
        pieces[want].push(text, self.plan.style);
        end
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Up to eight digits, as many as stand here: their value, and how many.
#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let word = bytes.get(at..)?.first_chunk::<8>()?;
    // Digits become their values; what is none has a high bit after this, and the lowest such mark is exact.
    let values = u64::from_le_bytes(*word) ^ (ONES * 0x30);
    let others = (values.wrapping_add(ONES * 0x76) | values) & HIGHS;
    let count = others.trailing_zeros() / 8;
    if count == 0 {
        return None;
    }
    // Zeros in front, so that there are always eight: then pairs, fours and all of them.
    let eight = values << (64 - 8 * count);
    let pairs = eight.wrapping_mul(10).wrapping_add(eight >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    let all = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF;
    Some((all as i64, count as usize))
}

/// One to eight digits and then the end of the cell: their value, and where the end stands.
#[inline]
fn digits(bytes: &[u8], at: usize, separator: u8) -> Option<(i64, usize)> {
    let (value, count) = eight(bytes, at)?;
    ends(bytes, at + count, separator).then_some((value, at + count))
}

/// The same of up to 16 digits.
#[inline]
fn long(bytes: &[u8], at: usize, separator: u8) -> Option<(i64, usize)> {
    let (value, count) = eight(bytes, at)?;
    if ends(bytes, at + count, separator) {
        return Some((value, at + count));
    }
    if count < 8 {
        return None;
    }
    let (more, others) = eight(bytes, at + 8)?;
    let value = value * 10_i64.pow(others as u32) + more;
    ends(bytes, at + 8 + others, separator).then_some((value, at + 8 + others))
}

/// Whether a cell ends here.
#[inline]
fn ends(bytes: &[u8], at: usize, separator: u8) -> bool {
    let mark = bytes.get(at);
    mark == Some(&separator) || mark == Some(&b'\n')
}

/// The bytes of a label of up to 16, zeros for the others, and how many there are.
pub(crate) type Words = (u64, u64, u8);

/// A label of up to 16 bytes, and where its cell ends.
#[inline]
fn short(bytes: &[u8], at: usize, separator: u8) -> Option<(Words, usize)> {
    let sixteen = bytes[at..].first_chunk::<16>()?;
    let word = |half: &[u8]| half.first_chunk().map(|eight| u64::from_le_bytes(*eight));
    let (low, high) = (word(&sixteen[..8])?, word(&sixteen[8..])?);
    let marks = |word: u64| {
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
        zero(word ^ (u64::from(separator) * ONES)) | zero(word ^ (u64::from(b'\n') * ONES))
    };
    let (in_low, in_high) = (marks(low), marks(high));
    let count = if in_low != 0 {
        in_low.trailing_zeros() / 8
    } else if in_high != 0 {
        8 + in_high.trailing_zeros() / 8
    } else {
        return None;
    };
    // A carriage return belongs to the end of the line.
    if count == 0 || bytes[at + count as usize - 1] == b'\r' {
        return None;
    }
    let first = |word: u64, count: u32| match count {
        0 => 0,
        count => word << (64 - 8 * count),
    };
    let words = (
        first(low, count.min(8)),
        first(high, count.saturating_sub(8)),
        count as u8,
    );
    Some((words, at + count as usize))
}

#[cfg(test)]
mod tests {
    use super::super::facts::{DecimalMark, Style, TextEncoding};
    use super::super::table::Want;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_are_read_up_to_the_end_of_the_cell() {
        let read = |text: &[u8]| digits(text, 0, b',');
        assert_eq!(read(b"7,......"), Some((7, 1)));
        assert_eq!(read(b"64\n....."), Some((64, 2)));
        assert_eq!(read(b"1234567,"), Some((1_234_567, 7)));
        assert_eq!(read(b"12345678,"), Some((12_345_678, 8)));
        assert_eq!(read(b"99999999\n"), Some((99_999_999, 8)));
        for text in [
            &b"123456789,"[..],
            b",.......",
            b"-1,.....",
            b"1.0,....",
            b"7,",
            b"12345678",
            b"1\xB9,.....",
        ] {
            assert_eq!(read(text), None);
        }
    }

    #[test]
    fn identifiers_may_have_sixteen_digits() {
        let read = |text: &[u8]| long(text, 0, b',');
        assert_eq!(read(b"10000001,1,2,3"), Some((10_000_001, 8)));
        assert_eq!(read(b"1010701111,......"), Some((1_010_701_111, 10)));
        assert_eq!(
            read(b"9999999999999999,"),
            Some((9_999_999_999_999_999, 16))
        );
        assert_eq!(read(b"12345678901234567,"), None);
        assert_eq!(read(b"1234567A,......"), None);
        assert_eq!(read(b"12345678A,......"), None);
    }

    proptest! {
        #[test]
        fn a_block_is_the_same_read_quickly_or_cell_by_cell(
            rows in proptest::collection::vec(
                proptest::collection::vec("[0-9]{0,9}|[1-9][0-9]{9,17}|-?[0-9]{1,3}(\\.0)?|0[0-9]{1,3}|[a-z_]{1,18}| ?x ?|NA|\\.|\u{e6}b\u{e5}", 1..6),
                0..20,
            ),
            crlf: bool,
            numeric: bool,
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            let mut text = String::new();
            for row in &rows {
                // Now and then all identifiers are whole, as in most files.
                text.push_str(if numeric { "10000001" } else { row[0].as_str() });
                for cell in &row[1..] {
                    text.push(',');
                    text.push_str(cell);
                }
                text.push_str(end);
            }
            let kinds = [
                Kind::Category,
                Kind::Id,
                Kind::Week(WeekUnit::Trial),
                Kind::Decimal { decimals: 2 },
                Kind::Week(WeekUnit::Date),
                Kind::Code,
            ];
            let wants = kinds.map(|kind| Want { column: String::new(), kind });
            for targets in [
                vec![(0, 1), (1, 2), (2, 3), (3, 0), (4, 5)],
                vec![(0, 1), (1, 5), (2, 0), (3, 2), (4, 3), (5, 4)],
            ] {
                let plan = Plan {
                    targets,
                    kinds: &wants,
                    width: 5,
                    separator: b',',
                    quotes: Quotes::None,
                    style: Style { encoding: TextEncoding::Utf8, decimal_mark: DecimalMark::Point },
                };
                let shown = |mut parsed: Parsed| {
                    let rows = parsed.part(plan.style).finish();
                    format!("{rows:?} {parsed:?}")
                };
                let quick = Quick::of(&plan).expect("no quotes");
                prop_assert_eq!(
                    shown(quick.parse(text.as_bytes())),
                    shown(plan.parse_plainly(text.as_bytes()))
                );
            }
        }
    }
}
