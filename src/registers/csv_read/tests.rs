//! CSV files through `read`: columns, blocks, quotes, faults.

use super::super::formats::gather;
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
    let file = DataFile {
        shown: "a.csv".into(),
        path,
    };
    gather(wants, |sink| scan_cut((&file, wants, cut), sink))
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
    let (Column::Numbers(start), Column::Numbers(hours)) = (&table.columns[2], &table.columns[3])
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

/// Far more than the first bytes that are looked at.
fn long(last: &[u8]) -> Vec<u8> {
    let mut text = b"id,start,state,hours\n".to_vec();
    for row in 0..40_000 {
        text.extend_from_slice(format!("{row},1,job,2.5\n").as_bytes());
    }
    text.extend_from_slice(last);
    text
}

#[test]
fn a_file_that_is_not_what_its_first_bytes_say_is_read_as_what_it_is() {
    let last_state = |table: &Table| match &table.columns[0] {
        Column::Categories(states) => states.levels[states.codes[40_000] as usize].clone(),
        other => panic!("{other:?}"),
    };
    let old = read_bytes(&long(b"7,1,p\xE5 ydelse,1\n"), &spells(), CUT).unwrap();
    assert_eq!(old.facts.encoding, Some(TextEncoding::Windows1252));
    assert_eq!((old.rows, last_state(&old).as_str()), (40_001, "på ydelse"));
    let utf = read_bytes(&long("7,1,på ydelse,1".as_bytes()), &spells(), CUT).unwrap();
    assert_eq!(utf.facts.encoding, Some(TextEncoding::Utf8));
    assert_eq!(shown(&utf), shown(&old));
    let quoted = read_bytes(&long(b"7,1,\"a,\nb\",1\n8,1,c,1"), &spells(), CUT).unwrap();
    assert_eq!(last_state(&quoted), "a,\nb");
    assert_eq!((quoted.rows, quoted.row_number(40_001)), (40_002, 40_004));
    for (last, code) in [
        (&b"7,1,\x81,1\n"[..], codes::ENCODING),
        (b"7,1,\0,1\n", codes::ENCODING),
        (b"7,1,\"open,1\n", codes::OPEN_QUOTE),
        (b"7,1,1\n", codes::RAGGED),
    ] {
        let error = read_bytes(&long(last), &spells(), CUT).unwrap_err();
        assert_eq!(error.diagnostics[0].code, code);
    }
}

#[test]
fn parts_are_the_rows_of_the_table_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, long(b"x7,y,,1.255\n")).unwrap();
    let file = DataFile {
        shown: "a.csv".into(),
        path,
    };
    let whole = super::super::read(&file, &spells()).unwrap();
    let (table, parts) = super::super::read_parts(&file, &spells(), |rows| rows).unwrap();
    assert_eq!((table.rows, table.columns.len()), (whole.rows, 0));
    assert!(parts.len() > 1);
    let mut next = 0;
    let (mut starts, mut states) = (Vec::new(), Vec::new());
    for (first, part) in parts {
        assert_eq!(first, next);
        next += part.rows;
        let [
            Column::Categories(state),
            Column::Ids(ids),
            Column::Numbers(start),
            Column::Numbers(hours),
        ] = part.columns.as_slice()
        else {
            panic!("{:?}", part.columns)
        };
        assert_eq!((ids.len(), hours.values.len()), (part.rows, part.rows));
        starts.extend_from_slice(&start.values);
        let label = |code: &u32| state.levels.get(*code as usize).cloned();
        states.extend(state.codes.iter().map(label));
        if next == table.rows {
            assert_eq!((start.bad.count, hours.bad.count), (1, 1));
            assert_eq!(first + start.bad.first[0].0, 40_000);
        }
    }
    assert_eq!(next, whole.rows);
    let (Column::Categories(state), Column::Numbers(start)) =
        (&whole.columns[0], &whole.columns[2])
    else {
        panic!("{:?}", whole.columns)
    };
    assert_eq!(starts, start.values);
    let label = |code: &u32| state.levels.get(*code as usize).cloned();
    assert_eq!(states, state.codes.iter().map(label).collect::<Vec<_>>());
}

#[test]
fn a_missing_file_is_told_without_its_folder() {
    let file = DataFile {
        shown: "data/persons.csv".into(),
        path: "/secret/persons.csv".into(),
    };
    let error = super::super::read(&file, &[]).unwrap_err();
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
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/penn_bonus");
    if !data.is_dir() {
        println!("skipped: no ../shared/data beside the repository");
        return;
    }
    let read = |name: &str, column: &str| {
        let file = DataFile {
            shown: name.to_owned(),
            path: data.join(name),
        };
        super::super::read(&file, &[want(column, Kind::Id)]).unwrap()
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

#[test]
fn codes_take_two_bytes_and_zero_is_empty() {
    let text = "id,a,b\n1,730,\n2, 0730 ,.\n3,NA,65535\n4,1.0,65536\n5,0,-1\n6,\"12\",x\n";
    let wants = [want("a", Kind::Code), want("b", Kind::Code)];
    let table = read_bytes(text.as_bytes(), &wants, CUT).unwrap();
    let [Column::Codes(a), Column::Codes(b)] = table.columns.as_slice() else {
        panic!("{:?}", table.columns)
    };
    assert_eq!(a.values, [730, 730, 0, 1, 0, 12]);
    assert_eq!(b.values, [0, 0, 65535, 0, 0, 0]);
    assert_eq!((a.bad.count, b.bad.count), (1, 3));
    assert_eq!(a.bad.first[0].0, 4);
    let plain = read_bytes(text.replace('"', "").as_bytes(), &wants, CUT).unwrap();
    assert_eq!(plain.columns.len(), 2);
    assert_eq!(
        format!("{:?}", plain.columns),
        format!("{:?}", table.columns)
    );
}
