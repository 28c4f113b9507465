//! Parquet against its CSV twin.

use super::super::formats::gather;
use super::super::{Column, Kind, read as read_any};
use super::*;
use crate::study::WeekUnit;

fn fixture(name: &str) -> DataFile {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/registers");
    DataFile {
        shown: name.to_owned(),
        path: folder.join(name),
    }
}

fn want(column: &str, kind: Kind) -> Want {
    Want {
        column: column.to_owned(),
        kind,
    }
}

#[test]
fn parquet_gives_the_columns_of_its_csv_twin() {
    let decimal = Kind::Decimal { decimals: 2 };
    let wants: Vec<Want> = [
        ("id_small", Kind::Id),
        ("id_small", Kind::Category),
        ("id_small", Kind::Integer),
        ("id_small", decimal),
        ("id_text", Kind::Id),
        ("id_text", Kind::Integer),
        ("id_text", Kind::Category),
        ("week", Kind::Week(WeekUnit::Trial)),
        ("week", Kind::Category),
        ("day", Kind::Week(WeekUnit::Date)),
        ("day", Kind::Assigned),
        ("day", Kind::Month),
        ("day", Kind::Category),
        ("moment", Kind::Week(WeekUnit::Date)),
        ("moment", Kind::Assigned),
        ("state", Kind::Category),
        ("state", Kind::Id),
        ("state", Kind::Integer),
        ("hours", decimal),
        ("hours", Kind::Decimal { decimals: 0 }),
        ("hours", Kind::Category),
        ("single", Kind::Decimal { decimals: 1 }),
        ("flag", Kind::Category),
        ("count", Kind::Id),
        ("count", Kind::Integer),
        ("month", Kind::Month),
    ]
    .map(|(column, kind)| want(column, kind))
    .to_vec();
    let csv = read_any(&fixture("twin.csv"), &wants).unwrap();
    let parquet = read_any(&fixture("twin.parquet"), &wants).unwrap();
    assert_eq!((csv.rows, parquet.rows), (12, 12));
    for ((want, a), b) in wants.iter().zip(&csv.columns).zip(&parquet.columns) {
        assert_eq!(format!("{a:?}"), format!("{b:?}"), "{want:?}");
    }
    assert_eq!((csv.row_number(0), parquet.row_number(0)), (2, 1));
    assert_eq!(parquet.facts.format, Format::Parquet);
    let Column::Categories(state) = &parquet.columns[15] else {
        panic!()
    };
    assert_eq!(state.levels, ["job", "på ydelse"]);
}

#[test]
fn a_decimal_is_read_exactly_or_refused_by_name() {
    let read = read_any(
        &fixture("twin.parquet"),
        &[want("money", Kind::Decimal { decimals: 2 })],
    );
    match read {
        Ok(table) => {
            let Column::Numbers(money) = &table.columns[0] else {
                panic!()
            };
            assert_eq!(money.values[..3], [5, 105, 205]);
        }
        Err(error) => assert!(error.diagnostics[0].message.contains("`money`")),
    }
}

#[test]
fn damaged_and_misnamed_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(fixture("twin.parquet").path).unwrap();
    for (name, bytes) in [
        ("text.parquet", &b"a,b\n1,2\n"[..]),
        ("cut.parquet", &whole[..whole.len() / 2]),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = read_any(
            &DataFile {
                shown: name.into(),
                path,
            },
            &[],
        )
        .unwrap_err();
        assert_eq!(error.diagnostics[0].code, codes::PARQUET);
    }
    let error = read_any(&fixture("twin.parquet"), &[want("days", Kind::Id)]).unwrap_err();
    assert_eq!(
        error.diagnostics[0].hint,
        "write `day`, if that is the column meant"
    );
}

/// Everything of a table but the facts and the time.
fn columns_of(table: &Table) -> String {
    format!("{} {:?}", table.rows, table.columns)
}

fn wide() -> Vec<Want> {
    vec![
        want("id_text", Kind::Id),
        want("state", Kind::Category),
        want("hours", Kind::Decimal { decimals: 2 }),
        want("week", Kind::Code),
        want("id_small", Kind::Integer),
    ]
}

#[test]
fn the_cut_into_parts_changes_nothing() {
    let file = fixture("twin.parquet");
    let whole = columns_of(&read_any(&file, &wide()).unwrap());
    for cut in [(1, 1), (2, 5), (5, 5), (4, 12), (100, 100)] {
        let wants = wide();
        let table = gather(&wants, |sink| scan_cut((&file, &wants), cut, sink)).unwrap();
        assert_eq!(columns_of(&table), whole, "{cut:?}");
    }
}

#[test]
fn a_folder_of_files_is_one_in_the_order_people_count() {
    let folder = tempfile::tempdir().unwrap();
    let source = fixture("twin.parquet").path;
    for part in [
        "part-10.parquet",
        "part-9.pq",
        "_metadata.parquet",
        "notes.txt",
    ] {
        std::fs::copy(&source, folder.path().join(part)).unwrap();
    }
    let of = |path: &std::path::Path| DataFile {
        shown: "folder".into(),
        path: path.to_owned(),
    };
    let one = read_any(&fixture("twin.parquet"), &wide()).unwrap();
    let both = read_any(&of(folder.path()), &wide()).unwrap();
    assert_eq!((both.rows, both.facts.parts), (2 * one.rows, Some(2)));
    let names: Vec<String> = (files(&of(folder.path())).unwrap().into_iter())
        .map(|part| part.shown)
        .collect();
    assert_eq!(names, ["folder/part-9.pq", "folder/part-10.parquet"]);
    let (Column::Codes(one), Column::Codes(both)) = (&one.columns[3], &both.columns[3]) else {
        panic!()
    };
    assert_eq!(
        both.values,
        [one.values.clone(), one.values.clone()].concat()
    );

    std::fs::copy(
        fixture("odd.parquet").path,
        folder.path().join("part-11.parquet"),
    )
    .unwrap();
    let error = read_any(&of(folder.path()), &wide()).unwrap_err();
    assert_eq!(error.diagnostics[0].code, codes::PARQUET);
    assert!(format!("{error:?}").contains("folder/part-11.parquet"));
    let empty = tempfile::tempdir().unwrap();
    assert!(read_any(&of(empty.path()), &wide()).is_err());
}

#[test]
fn columns_are_told_without_rows() {
    let (facts, columns) = super::super::columns(&fixture("twin.parquet")).unwrap();
    assert_eq!(facts.format, Format::Parquet);
    let hint = |name: &str| columns.iter().find(|c| c.name == name).unwrap().kind_hint;
    assert_eq!(hint("week"), KindHint::Whole);
    assert_eq!(hint("day"), KindHint::Date);
    assert_eq!(hint("state"), KindHint::Text);
    assert_eq!(hint("hours"), KindHint::Number);
    let (_, csv) = super::super::columns(&fixture("twin.csv")).unwrap();
    let hint = |name: &str| csv.iter().find(|c| c.name == name).unwrap().kind_hint;
    assert_eq!(hint("id_small"), KindHint::Whole);
    assert_eq!(hint("day"), KindHint::Date);
    assert_eq!(hint("month"), KindHint::Month);
}
