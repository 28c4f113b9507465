//! CSV: the file in segments of whole rows, each cut into blocks that are parsed in parallel and joined in order. One
//! segment and the finished columns are all that is in memory.

use super::block::{Parsed, Plan, Ragged};
use super::column::Whole;
use super::facts::Style;
use super::split::row;
use super::survey::{Survey, fill, survey};
use super::table::{Numbering, Table, Want, refuse, unreadable};
use super::{codes, header};
use crate::error::{Class, Diagnostic, Error, Place, Result};
use crate::numeric::parallel::map_ordered;
use crate::study::DataFile;
use std::fs::File;
use std::io::{Seek, SeekFrom};

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
    segment: 1 << 22,
    block: 1 << 17,
};

/// Reads a CSV file.
pub(crate) fn read(file: &DataFile, wants: &[Want]) -> Result<Table> {
    read_cut(file, wants, CUT)
}

fn read_cut(file: &DataFile, wants: &[Want], cut: Cut) -> Result<Table> {
    let survey = survey(file)?;
    let head = Head::read(file, &survey)?;
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
    let mut whole = Joined::new(wants, head.next_line);
    let mut source = File::open(&file.path).map_err(|error| unreadable(file, &error))?;
    source
        .seek(SeekFrom::Start(survey.skip + head.end as u64))
        .map_err(|error| unreadable(file, &error))?;
    let mut buffer: Vec<u8> = Vec::new();
    let mut kept = 0;
    loop {
        // `buffer[..kept]` is the start of a row whose end is still to come.
        buffer.resize(kept + cut.segment, 0);
        let read =
            fill(&mut source, &mut buffer[kept..]).map_err(|error| unreadable(file, &error))?;
        let last = read < cut.segment;
        buffer.truncate(kept + read);
        if last && buffer.last().is_some_and(|&byte| byte != b'\n') {
            buffer.push(b'\n');
        }
        let (blocks, end) = plan.cut(&buffer, cut.block);
        let pieces = map_ordered(blocks.len(), |i| plan.parse(&buffer[blocks[i].clone()]));
        if whole.rows == 0 && !last {
            let rows: usize = pieces.iter().map(|piece| piece.rows).sum();
            whole.reserve(rows as f64 / end.max(1) as f64 * survey.facts.bytes as f64 * 1.01);
        }
        for piece in pieces {
            whole.append(piece, survey.style);
        }
        kept = buffer.len() - end;
        buffer.copy_within(end.., 0);
        if last {
            break;
        }
    }
    if kept > 0 {
        return Err(open_quote(file, whole.numbering.of(whole.rows)));
    }
    whole.finish(file, survey, head.names.len())
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

/// The blocks so far.
struct Joined {
    columns: Vec<Whole>,
    rows: usize,
    numbering: Numbering,
    extra: u64,
    ragged: Ragged,
}

impl Joined {
    fn new(wants: &[Want], first: u64) -> Self {
        Self {
            columns: wants.iter().map(|want| Whole::new(want.kind)).collect(),
            rows: 0,
            numbering: Numbering {
                first,
                jumps: Vec::new(),
            },
            extra: 0,
            ragged: Ragged::default(),
        }
    }

    fn reserve(&mut self, rows: f64) {
        for column in &mut self.columns {
            column.reserve(rows as usize);
        }
    }

    fn append(&mut self, parsed: Parsed, style: Style) {
        for (column, piece) in self.columns.iter_mut().zip(parsed.pieces) {
            column.append(piece, style);
        }
        let jumps = parsed.jumps.iter();
        self.numbering
            .jumps
            .extend(jumps.map(|&(row, extra)| (row + self.rows, extra + self.extra)));
        self.ragged.count += parsed.ragged.count;
        for (row, cells) in parsed.ragged.first {
            self.ragged.add(row + self.rows, cells);
        }
        self.rows += parsed.rows;
        self.extra += parsed.extra;
    }

    fn finish(self, file: &DataFile, survey: Survey, width: usize) -> Result<Table> {
        if let Some(&(_, cells)) = self.ragged.first.first() {
            let rows = self.ragged.first.iter();
            let rows = rows.map(|&(row, _)| self.numbering.of(row)).collect();
            return Err(ragged_rows(file, (cells, width), rows, self.ragged.count));
        }
        Ok(Table {
            file: file.shown.clone(),
            facts: survey.facts,
            rows: self.rows,
            columns: self.columns.into_iter().map(Whole::finish).collect(),
            seconds: 0.0,
            numbering: self.numbering,
        })
    }
}

/// Rows that are wider or narrower than the header: of the first, its cells and those of the header.
pub(super) fn ragged_rows(
    file: &DataFile,
    (cells, width): (usize, usize),
    rows: Vec<u64>,
    count: u64,
) -> Error {
    let finding = Diagnostic::error(
        codes::RAGGED,
        format!("the row has {cells} cells, the header has {width}"),
        "correct the rows, or put texts that hold the separator in quotes",
    );
    let place = Place::Data {
        file: file.shown.clone(),
        column: None,
        rows,
        count,
    };
    Error::one(Class::Data, finding.at(place))
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
        let (index, numbers, duplicates) = IdIndex::build(persons);
        assert!(duplicates.is_empty() && numbers.iter().all(Option::is_some));
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
