//! CSV: the file in segments of whole rows, each cut into blocks that are parsed in parallel while the next segment is
//! read, and joined in order. Two segments and what is kept of the rows are all that is in memory.
//!
//! A file is read once: what it is, is told from its first bytes and checked block by block. Where that fails, or
//! anything else is wrong, it is looked at as a whole and read again, so that the columns and what is said of a file never
//! depend on it.

use super::block::{Parsed, Plan, Ragged};
use super::column::Whole;
use super::facts::Style;
use super::split::row;
use super::survey::{Survey, guess, survey};
use super::table::{Numbering, Rows, Table, Want, refuse, unreadable};
use super::{codes, header};
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::numeric::parallel::{both, map_ordered};
use crate::study::DataFile;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

/// How a file is cut; the result does not depend on it.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// Bytes held at a time; a longer row makes it longer.
    segment: usize,
    /// Bytes parsed by one thread at a time.
    block: usize,
}

/// Measured on two cores: larger pieces cost memory and page faults, and gain nothing.
const CUT: Cut = Cut {
    segment: 1 << 21,
    block: 1 << 17,
};

/// Reads a CSV file.
pub(crate) fn read(file: &DataFile, wants: &[Want]) -> Result<Table> {
    read_cut(file, wants, CUT)
}

/// Reads a CSV file and keeps of the rows of each block what `turn` makes of them.
pub(crate) fn read_parts<T: Send>(
    file: &DataFile,
    wants: &[Want],
    turn: &(impl Fn(Rows) -> T + Sync + Send),
) -> Result<(Table, Vec<(usize, T)>)> {
    surveyed(file, |survey| {
        let mut kept = Vec::new();
        let style = survey.style;
        let table = scan(
            (file, wants, CUT),
            survey,
            &|parsed| turn(parsed.rows(style)),
            |_, parts| kept.extend(parts),
        )?;
        Ok((table, kept))
    })
}

fn read_cut(file: &DataFile, wants: &[Want], cut: Cut) -> Result<Table> {
    surveyed(file, |survey| {
        let mut columns: Vec<Whole> = wants.iter().map(|want| Whole::new(want.kind)).collect();
        let mut table = scan(
            (file, wants, cut),
            survey,
            &|parsed| std::mem::take(&mut parsed.pieces),
            |fill, parts| {
                if fill.is_first && fill.of_file < 0.9 {
                    // A little more than there will be, if rows are of one length.
                    let rows = fill.rows as f64 / fill.of_file * 1.01;
                    columns
                        .iter_mut()
                        .for_each(|column| column.reserve(rows as usize));
                }
                for (_, pieces) in parts {
                    for (column, piece) in columns.iter_mut().zip(pieces) {
                        column.append(piece, survey.style);
                    }
                }
            },
        )?;
        table.columns = columns.into_iter().map(Whole::finish).collect();
        Ok(table)
    })
}

/// Reads with what the first bytes say of the file; when that does not go well, with what all of it says.
fn surveyed<T>(file: &DataFile, read: impl Fn(&Survey) -> Result<T>) -> Result<T> {
    if let Some(guessed) = guess(file)
        && let Ok(found) = read(&guessed)
    {
        return Ok(found);
    }
    read(&survey(file)?)
}

/// Some bytes of the file, from the start of a row.
#[derive(Default)]
struct Segment {
    bytes: Vec<u8>,
    /// Blocks of whole rows.
    blocks: Vec<Range<usize>>,
    /// Where the last block ends; the row that starts there goes on in the next segment.
    end: usize,
    last: bool,
}

impl Segment {
    /// The next bytes after `rest`, the start of a row.
    fn fill(
        &mut self,
        source: &mut File,
        rest: &[u8],
        (plan, cut): (&Plan, Cut),
    ) -> std::io::Result<()> {
        self.bytes.clear();
        self.bytes.extend_from_slice(rest);
        let read = source.take(cut.segment as u64).read_to_end(&mut self.bytes)?;
        self.last = read < cut.segment;
        if self.last && self.bytes.last().is_some_and(|&byte| byte != b'\n') {
            self.bytes.push(b'\n');
        }
        (self.blocks, self.end) = plan.cut(&self.bytes, cut.block);
        Ok(())
    }
}

/// How much of the file a segment is.
struct Fill {
    of_file: f64,
    rows: usize,
    is_first: bool,
}

/// Parses a file. `turn` makes of each block what is to be kept; `take` is given what was kept of a segment, each with
/// its first row, in the order of the file. The table has no columns yet.
fn scan<T: Send>(
    (file, wants, cut): (&DataFile, &[Want], Cut),
    survey: &Survey,
    turn: &(impl Fn(&mut Parsed) -> T + Sync + Send),
    mut take: impl FnMut(&Fill, Vec<(usize, T)>),
) -> Result<Table> {
    let head = Head::read(file, survey)?;
    let places = header::locate(file, &head.names, wants)?;
    let mut targets: Vec<(usize, usize)> = places.into_iter().zip(0..).collect();
    targets.sort_unstable();
    let plan = Plan {
        targets,
        kinds: wants,
        width: head.names.len(),
        separator: survey.separator,
        quotes: survey.quotes,
        style: survey.style,
    };
    let mut source = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    source
        .seek(SeekFrom::Start(survey.skip + head.end as u64))
        .map_err(|error| unreadable(file, &error))?;
    let mut frame = Frame::new(head.next_line);
    let (mut now, mut next) = (Segment::default(), Segment::default());
    let room = cut.segment.min(survey.facts.bytes as usize) + 1;
    now.bytes.reserve(room);
    now.fill(&mut source, &[], (&plan, cut))
        .map_err(|error| unreadable(file, &error))?;
    loop {
        let (parsed, filled) = both(
            || {
                map_ordered(now.blocks.len(), |i| {
                    let block = &now.bytes[now.blocks[i].clone()];
                    survey.holds_for(block).then(|| {
                        let mut parsed = plan.parse(block);
                        let kept = turn(&mut parsed);
                        (parsed, kept)
                    })
                })
            },
            || {
                if now.last {
                    return Ok(());
                }
                next.bytes.reserve(room + now.bytes.len() - now.end);
                next.fill(&mut source, &now.bytes[now.end..], (&plan, cut))
            },
        );
        filled.map_err(|error| unreadable(file, &error))?;
        let first = frame.rows;
        let mut parts = Vec::with_capacity(parsed.len());
        for part in parsed {
            let Some((parsed, kept)) = part else {
                return Err(surprise(file));
            };
            parts.push((frame.rows, kept));
            frame.add(&parsed);
        }
        let fill = Fill {
            of_file: now.end as f64 / survey.facts.bytes.max(1) as f64,
            rows: frame.rows - first,
            is_first: first == 0,
        };
        take(&fill, parts);
        if now.last {
            break;
        }
        std::mem::swap(&mut now, &mut next);
    }
    if now.end < now.bytes.len() {
        return Err(open_quote(file, frame.numbering.of(frame.rows)));
    }
    frame.finish(file, survey, head.names.len())
}

/// The header of a file.
pub(super) struct Head {
    pub names: Vec<String>,
    /// One past it, after the byte order mark.
    pub end: usize,
    /// The line after it.
    pub next_line: u64,
}

impl Head {
    pub fn read(file: &DataFile, survey: &Survey) -> Result<Self> {
        let (mut at, mut line, mut scratch) = (0, 1, Vec::new());
        loop {
            if at >= survey.head.len() {
                return Err(header::none(file));
            }
            let mut names = Vec::new();
            let found = row(
                &survey.head,
                at,
                survey.separator,
                survey.quotes,
                &mut scratch,
                |_, cell| {
                    names.push(survey.style.decode(cell).trim().to_owned());
                },
            );
            line += 1 + found.breaks;
            at = found.end;
            if found.cells > 0 {
                if names.iter().all(String::is_empty) {
                    return Err(header::none(file));
                }
                return Ok(Self {
                    names,
                    end: at,
                    next_line: line,
                });
            }
        }
    }
}

/// Rows and lines so far.
struct Frame {
    rows: usize,
    numbering: Numbering,
    extra: u64,
    ragged: Ragged,
}

impl Frame {
    fn new(first: u64) -> Self {
        Self {
            rows: 0,
            numbering: Numbering {
                first,
                jumps: Vec::new(),
            },
            extra: 0,
            ragged: Ragged::default(),
        }
    }

    fn add(&mut self, parsed: &Parsed) {
        let jumps = parsed.jumps.iter();
        self.numbering
            .jumps
            .extend(jumps.map(|&(row, extra)| (row + self.rows, extra + self.extra)));
        self.ragged.count += parsed.ragged.count;
        for &(row, cells) in &parsed.ragged.first {
            self.ragged.add(row + self.rows, cells);
        }
        self.rows += parsed.rows;
        self.extra += parsed.extra;
    }

    fn finish(self, file: &DataFile, survey: &Survey, width: usize) -> Result<Table> {
        if let Some(&(_, cells)) = self.ragged.first.first() {
            let rows = self
                .ragged
                .first
                .iter()
                .map(|&(row, _)| self.numbering.of(row));
            let finding = Diagnostic::error(
                codes::RAGGED,
                format!("the row has {cells} cells, the header has {width}"),
                "correct the rows, or put texts that hold the separator in quotes",
            );
            let place = Place::Data {
                file: file.shown.clone(),
                column: None,
                rows: rows.collect(),
                count: self.ragged.count,
            };
            return Err(Error::one(Class::Data, finding.at(place)));
        }
        Ok(Table {
            file: file.shown.clone(),
            facts: survey.facts.clone(),
            rows: self.rows,
            columns: Vec::new(),
            seconds: 0.0,
            numbering: self.numbering,
        })
    }
}

/// The file is not what its first bytes say. Nobody sees this: it is read again.
fn surprise(file: &DataFile) -> Error {
    refuse(
        file,
        codes::ENCODING,
        "the characters of the file are not those of its first rows",
        "save the file again as CSV UTF-8",
    )
}

pub(super) fn open_quote(file: &DataFile, line: u64) -> Error {
    let mut error = refuse(
        file,
        codes::OPEN_QUOTE,
        "a quote is opened here and never closed",
        "close or remove the quote; inside a quoted text, write two quotes for one",
    );
    error.diagnostics[0].place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows: vec![line],
        count: 1,
    };
    error
}

#[cfg(test)]
mod tests {
    use super::super::{Column, DecimalMark, IdIndex, Kind, LineEnding, TextEncoding};
    use super::*;
    use crate::study::WeekUnit;
    use proptest::prelude::*;

    fn want(column: &str, kind: Kind) -> Want {
        Want {
            column: column.to_owned(),
            kind,
        }
    }

    fn read_bytes(bytes: &[u8], wants: &[Want], cut: Cut) -> Result<Table> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        read_cut(
            &DataFile {
                shown: "a.csv".into(),
                path,
            },
            wants,
            cut,
        )
    }

    fn spells() -> Vec<Want> {
        vec![
            want("state", Kind::Category),
            want("id", Kind::Id),
            want("start", Kind::Week(WeekUnit::Trial)),
            want("hours", Kind::Decimal { decimals: 2 }),
        ]
    }

    /// Everything of a table but the facts.
    fn shown(table: &Table) -> String {
        let rows: Vec<u64> = (0..table.rows).map(|row| table.row_number(row)).collect();
        format!("{} {:?} {rows:?}", table.rows, table.columns)
    }

    #[test]
    fn columns_come_in_the_order_asked_for() {
        let text = b"id,x,start,state,hours\n1,?,1,job,7.5\n1,?,3,cash,\n2,?,1,job,.\n";
        let table = read_bytes(text, &spells(), CUT).unwrap();
        let [
            Column::Categories(state),
            Column::Ids(ids),
            Column::Numbers(start),
            Column::Numbers(hours),
        ] = table.columns.as_slice()
        else {
            panic!("{:?}", table.columns)
        };
        assert_eq!(
            (state.levels.clone(), state.codes.clone()),
            (vec!["cash".into(), "job".into()], vec![1, 0, 1])
        );
        assert_eq!(ids.len(), 3);
        assert_eq!((&start.values, &start.empty), (&vec![1, 3, 1], &None));
        assert_eq!(
            (&hours.values, &hours.empty),
            (&vec![750, 0, 0], &Some(vec![false, true, true]))
        );
        assert_eq!(table.row_number(2), 4);
    }

    #[test]
    fn the_danish_twin_gives_the_same_columns() {
        let plain = "id,start,state,hours\n10,1,på ydelse,7.25\n11,2,job,1234.5\n12,3,job,0.5\n";
        let danish =
            "id;start;state;hours\r\n10;1;på ydelse;7,25\r\n11;2;job;1.234,5\r\n12;3;job;0,50\r\n";
        let plain = read_bytes(plain.as_bytes(), &spells(), CUT).unwrap();
        let (encoded, _, lost) = encoding_rs::WINDOWS_1252.encode(danish);
        assert!(!lost);
        let mut marked = b"\xEF\xBB\xBF".to_vec();
        marked.extend_from_slice(danish.as_bytes());
        for (bytes, encoding) in [
            (&encoded[..], TextEncoding::Windows1252),
            (&marked, TextEncoding::Utf8),
        ] {
            let twin = read_bytes(bytes, &spells(), CUT).unwrap();
            assert_eq!(shown(&twin), shown(&plain));
            assert_eq!(twin.facts.encoding, Some(encoding));
            assert_eq!(twin.facts.decimal_mark, Some(DecimalMark::Comma));
            assert_eq!(twin.facts.line_ending, Some(LineEnding::CrLf));
        }
    }

    #[test]
    fn bad_cells_are_counted_and_told_by_their_class() {
        let rows = (0..30).map(|row| {
            let start = if row % 2 == 0 { "1" } else { "uge ti" };
            format!("{row},{start},s,1.255\n")
        });
        let text = "id,start,state,hours\n".to_owned() + &rows.collect::<String>();
        let table = read_bytes(
            text.as_bytes(),
            &spells(),
            Cut {
                segment: 40,
                block: 10,
            },
        )
        .unwrap();
        let (Column::Numbers(start), Column::Numbers(hours)) =
            (&table.columns[2], &table.columns[3])
        else {
            panic!()
        };
        assert_eq!((start.bad.count, hours.bad.count), (15, 30));
        assert_eq!(start.bad.first.len(), 10);
        assert_eq!(start.bad.first[1], (3, "text, 6 characters".to_owned()));
        assert_eq!(hours.bad.first[0], (0, "a number".to_owned()));
        assert!(start.empty.as_ref().unwrap()[29]);
    }

    #[test]
    fn ragged_rows_are_refused_with_their_rows() {
        let error = read_bytes(
            b"a,b\n\n1,2\n\"x\ny\",1\n1,2,3\n1\n",
            &[want("a", Kind::Id)],
            CUT,
        )
        .unwrap_err();
        let finding = &error.diagnostics[0];
        assert_eq!(finding.code, codes::RAGGED);
        assert!(
            matches!(&finding.place, Place::Data { rows, count: 2, .. } if *rows == [6, 7]),
            "{finding:?}"
        );
        assert!(finding.message.contains("3 cells, the header has 2"));
    }

    #[test]
    fn an_unclosed_quote_is_told_by_its_row() {
        let error = read_bytes(b"a,b\n1,2\n3,\"4\n5,6\n", &[want("a", Kind::Id)], CUT).unwrap_err();
        let finding = &error.diagnostics[0];
        assert_eq!(finding.code, codes::OPEN_QUOTE);
        assert!(
            matches!(&finding.place, Place::Data { rows, .. } if *rows == [3]),
            "{finding:?}"
        );
    }

    #[test]
    fn a_file_without_rows_is_empty_and_a_file_without_header_is_refused() {
        let table = read_bytes(b"a,b", &[want("a", Kind::Id)], CUT).unwrap();
        assert_eq!((table.rows, table.columns.len()), (0, 1));
        for text in [&b""[..], b"\n\n", b";;\n1;2;3\n"] {
            let error = read_bytes(text, &[want("a", Kind::Id)], CUT).unwrap_err();
            assert_eq!(error.diagnostics[0].code, codes::NO_HEADER);
        }
    }

    #[test]
    fn a_missing_file_is_told_without_its_folder() {
        let file = DataFile {
            shown: "data/persons.csv".into(),
            path: "/secret/persons.csv".into(),
        };
        let error = read(&file, &[]).unwrap_err();
        assert_eq!(error.diagnostics[0].code, codes::UNREADABLE);
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn one_column_may_be_asked_for_twice() {
        let wants = [want("a", Kind::Integer), want("a", Kind::Category)];
        let table = read_bytes(b"a,b\n7,1\n", &wants, CUT).unwrap();
        let (Column::Numbers(numbers), Column::Categories(labels)) =
            (&table.columns[0], &table.columns[1])
        else {
            panic!()
        };
        assert_eq!((numbers.values[0], labels.levels[0].as_str()), (7, "7"));
    }

    #[test]
    fn the_real_files_are_read_with_every_person_found() {
        let data =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/penn_bonus");
        if !data.is_dir() {
            println!("skipped: no ../shared/data beside the repository");
            return;
        }
        let read = |name: &str, column: &str| {
            let file = DataFile {
                shown: name.to_owned(),
                path: data.join(name),
            };
            super::read(&file, &[want(column, Kind::Id)]).unwrap()
        };
        let (persons, spells) = (
            read("persons.csv", "person_id"),
            read("spells.csv", "person_id"),
        );
        let (Column::Ids(persons), Column::Ids(spells)) = (&persons.columns[0], &spells.columns[0])
        else {
            panic!()
        };
        let (index, rows, duplicates) = IdIndex::build(persons);
        assert!(duplicates.is_empty() && rows.len() == persons.len());
        assert!(index.lookup(spells).iter().all(Option::is_some));
    }

    proptest! {
        #[test]
        fn blocks_and_quotes_never_change_what_is_read(
            rows in proptest::collection::vec(("[0-9]{1,4}|A1|", "[a-c ]{0,2}|NA|1\\.0|x\n\"y", "-?[0-9]{1,2}|x|", "[0-9]{1,2}(\\.[0-9]{1,3})?|"), 0..30),
            segment in 1usize..200,
            block in 1usize..60,
        ) {
            let write = |quote: csv::QuoteStyle| {
                let mut writer = csv::WriterBuilder::new().quote_style(quote).from_writer(Vec::new());
                writer.write_record(["id", "state", "start", "hours"]).unwrap();
                for (id, state, start, hours) in &rows {
                    writer.write_record([id, state, start, hours]).unwrap();
                }
                writer.into_inner().unwrap()
            };
            let plain = read_bytes(&write(csv::QuoteStyle::Necessary), &spells(), CUT).unwrap();
            let quoted = read_bytes(&write(csv::QuoteStyle::Always), &spells(), Cut { segment, block }).unwrap();
            let cut = read_bytes(&write(csv::QuoteStyle::Necessary), &spells(), Cut { segment, block }).unwrap();
            prop_assert_eq!(shown(&plain), shown(&quoted));
            prop_assert_eq!(shown(&plain), shown(&cut));
        }
    }
}
