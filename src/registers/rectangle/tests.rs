//! SAS and Stata files against their CSV twins; damaged ones give errors.

use crate::error::Result;
use crate::registers::{Column, Kind, Table, Want, columns, read, read_parts};
use crate::study::{DataFile, WeekUnit};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn file(path: PathBuf) -> DataFile {
    DataFile {
        shown: path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default(),
        path,
    }
}

fn fixture(name: &str) -> DataFile {
    file(root().join("fixtures/registers").join(name))
}

/// Every kind of every column.
fn wants(names: &[String]) -> Vec<Want> {
    let kinds = [
        Kind::Id,
        Kind::Category,
        Kind::Integer,
        Kind::Code,
        Kind::Decimal { decimals: 2 },
        Kind::Week(WeekUnit::Trial),
        Kind::Week(WeekUnit::Date),
        Kind::Assigned,
        Kind::Month,
    ];
    let wants = names.iter().flat_map(|name| {
        kinds.map(|kind| Want {
            column: name.clone(),
            kind,
        })
    });
    wants.collect()
}

fn names(file: &DataFile) -> Vec<String> {
    let (_, columns) = columns(file).unwrap_or_else(|e| panic!("{}: {e}", file.shown));
    columns.into_iter().map(|column| column.name).collect()
}

/// Every cell of every column is that of the CSV twin.
fn same(csv: &DataFile, other: &DataFile, but: &[&str]) {
    let mut names = names(csv);
    names.retain(|name| !but.contains(&name.as_str()));
    let wants = wants(&names);
    let of = |file: &DataFile| read(file, &wants).unwrap_or_else(|e| panic!("{}: {e}", file.shown));
    let (a, b) = (of(csv), of(other));
    assert_eq!(a.rows, b.rows, "{}", other.shown);
    for ((want, a), b) in wants.iter().zip(&a.columns).zip(&b.columns) {
        assert_eq!(cells(a), cells(b), "{}: {want:?}", other.shown);
    }
}

/// A column without the words for its bad cells: of 2178.0 these are others than of 2178.
fn cells(column: &Column) -> String {
    let mut column = column.clone();
    let bad = match &mut column {
        Column::Numbers(numbers) => &mut numbers.bad.first,
        Column::Codes(codes) => &mut codes.bad.first,
        _ => return format!("{column:?}"),
    };
    for (_, class) in bad.iter_mut() {
        class.clear();
    }
    format!("{column:?}")
}

const FILES: [&str; 7] = [
    "formats.sas7bdat",
    "formats_v5.xpt",
    "formats_v8.xpt",
    "formats_115.dta",
    "formats_117.dta",
    "formats_118.dta",
    "formats_119.dta",
];

#[test]
fn every_format_gives_the_columns_of_its_csv_twin() {
    for name in FILES {
        // The states of a Stata file have labels.
        let but: &[&str] = if name.ends_with("dta") {
            &["state"]
        } else {
            &[]
        };
        same(&fixture("formats.csv"), &fixture(name), but);
    }
}

#[test]
fn tables_that_sas_wrote_are_read_as_pyreadstat_reads_them() {
    let folder = root().join("../shared/data/sas_samples");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: ../shared/data/sas_samples is not there");
        return;
    };
    let mut seen = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "sas7bdat") {
            let twin = file(path.with_extension("csv"));
            let table = file(path);
            // Of two texts of 17 digits that are as near to a float, Python takes the even one, Rust the upper.
            let but: &[&str] = if table.shown.starts_with("whas500") {
                &["BMI"]
            } else {
                &[]
            };
            same(&twin, &table, but);
            for column in but {
                assert_eq!(floats(&twin, column), floats(&table, column));
            }
            seen += 1;
        }
    }
    assert!(seen >= 7, "{seen}");
}

/// The floats of a column, by row.
fn floats(file: &DataFile, column: &str) -> Vec<f64> {
    let want = Want {
        column: column.to_owned(),
        kind: Kind::Category,
    };
    let table = read(file, &[want]).unwrap();
    let Column::Categories(labels) = &table.columns[0] else {
        panic!()
    };
    let float = |code: &u32| labels.levels[*code as usize].parse().unwrap();
    labels.codes.iter().map(float).collect()
}

#[test]
fn a_label_column_of_stata_holds_labels_and_a_code_column_numbers() {
    let file = fixture("formats_118.dta");
    let wants = [Kind::Category, Kind::Code].map(|kind| Want {
        column: "state".into(),
        kind,
    });
    let table = read(&file, &wants).unwrap();
    let [Column::Categories(labels), Column::Codes(codes)] = table.columns.as_slice() else {
        panic!()
    };
    assert_eq!(labels.levels, ["job", "på ydelse"]);
    assert_eq!((labels.codes[0], labels.codes[1]), (1, 0));
    assert_eq!(codes.values[..2], [2, 1]);
    let (facts, columns) = columns(&file).unwrap();
    assert_eq!(facts.release.as_deref(), Some("118"));
    let state = columns
        .iter()
        .find(|column| column.name == "state")
        .unwrap();
    assert_eq!(state.label.as_deref(), Some("tilstand"));
    assert_eq!(state.value_labels.len(), 2);
    let navn = columns.iter().find(|column| column.name == "navn").unwrap();
    assert_eq!(navn.label.as_deref(), Some("navn på kommune"));
}

#[test]
fn parts_are_the_whole() {
    for name in FILES {
        let wants = [
            Want {
                column: "id".into(),
                kind: Kind::Integer,
            },
            Want {
                column: "code".into(),
                kind: Kind::Code,
            },
        ];
        let codes = |table: &Table| match &table.columns[1] {
            Column::Codes(codes) => codes.values.clone(),
            other => panic!("{other:?}"),
        };
        let whole = codes(&read(&fixture(name), &wants).unwrap());
        let (_, parts) = read_parts(&fixture(name), &wants, |rows| rows).unwrap();
        let joined: Vec<u16> = (parts.iter())
            .flat_map(|(_, rows)| rows.codes().flat_map(|codes| codes.values.clone()))
            .collect();
        assert_eq!(joined, whole, "{name}");
        let opened = match name.rsplit_once('.').unwrap().1 {
            "sas7bdat" => crate::registers::sas::open(&fixture(name)).unwrap(),
            "xpt" => crate::registers::xport::open(&fixture(name)).unwrap(),
            _ => crate::registers::stata::open(&fixture(name)).unwrap(),
        };
        for buffer in [1, 200, 1000] {
            let cut = crate::registers::formats::gather(&wants, |sink| {
                opened.scan_cut((&fixture(name), &wants), buffer, sink)
            });
            assert_eq!(codes(&cut.unwrap()), whole, "{name} {buffer}");
        }
    }
}

/// Everything that can be asked of a file.
fn ask(path: &Path) -> Result<Table> {
    let file = file(path.to_owned());
    let (_, columns) = columns(&file)?;
    let names: Vec<String> = columns.into_iter().map(|column| column.name).collect();
    read(&file, &wants(&names))
}

#[test]
fn a_file_that_was_cut_off_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for name in FILES {
        let bytes = std::fs::read(fixture(name).path).unwrap();
        let path = folder.path().join(name);
        for part in 0..50 {
            // Never in what stands behind the rows: labels of a Stata file are missed, a zero page of SAS is not.
            let end = bytes.len() * part / 50;
            std::fs::write(&path, &bytes[..end]).unwrap();
            if let Ok(table) = ask(&path) {
                assert!(table.rows < 14 || part > 30, "{name} {part}");
            }
        }
    }
}

#[test]
fn a_file_with_wrong_bytes_never_panics_and_takes_little_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for name in FILES {
        let bytes = std::fs::read(fixture(name).path).unwrap();
        let path = folder.path().join(name);
        for _ in 0..300 {
            let mut wrong = bytes.clone();
            // Headers are where sizes stand.
            let from = if next() % 4 == 0 {
                wrong.len()
            } else {
                wrong.len().min(2000)
            };
            for _ in 0..=next() % 4 {
                let at = (next() % from as u64) as usize;
                wrong[at] = match next() % 4 {
                    0 => 0xFF,
                    1 => 0,
                    2 => wrong[at].wrapping_add(1),
                    _ => next() as u8,
                };
            }
            std::fs::write(&path, &wrong).unwrap();
            let _ = ask(&path);
        }
    }
}

mod written {
    //! What no program here writes: Stata data sets made with the crate.

    use super::*;
    use dta::stata::dta::byte_order::ByteOrder;
    use dta::stata::dta::dta_writer::DtaWriter;
    use dta::stata::dta::header::Header;
    use dta::stata::dta::long_string_ref::LongStringRef;
    use dta::stata::dta::long_string_table::LongStringTable;
    use dta::stata::dta::release::Release;
    use dta::stata::dta::schema::Schema;
    use dta::stata::dta::value::Value;
    use dta::stata::dta::variable::Variable;
    use dta::stata::dta::variable_type::VariableType;
    use dta::stata::missing_value::MissingValue;
    use dta::stata::stata_byte::StataByte;
    use dta::stata::stata_double::StataDouble;
    use dta::stata::stata_float::StataFloat;
    use dta::stata::stata_int::StataInt;
    use dta::stata::stata_long::StataLong;

    fn write(path: &Path, release: Release, order: ByteOrder) {
        let text = "et langt brev på dansk".repeat(200);
        let schema = Schema::builder()
            .add_variable(Variable::builder(VariableType::Byte, "byte").format("%8.0g"))
            .add_variable(Variable::builder(VariableType::Int, "week").format("%tw"))
            .add_variable(Variable::builder(VariableType::Long, "month").format("%tmCCYY-NN"))
            .add_variable(Variable::builder(VariableType::Float, "day").format("%td"))
            .add_variable(Variable::builder(VariableType::Double, "number").format("%9.0g"))
            .add_variable(Variable::builder(VariableType::LongString, "text").format("%9s"))
            .build()
            .unwrap();
        let header = Header::builder(release, order).build();
        let writer = DtaWriter::new().from_path(path).unwrap();
        let writer = writer
            .write_header(header)
            .unwrap()
            .write_schema(schema)
            .unwrap();
        let mut rows = writer.into_record_writer().unwrap();
        let mut table = LongStringTable::for_writing();
        let refs = [
            table.get_or_insert(6, 1, text.as_str()),
            table.get_or_insert(6, 2, ""),
            table.get_or_insert(6, 3, text.as_str()),
        ];
        let present = |long: LongStringRef| {
            [
                Value::Byte(StataByte::Present(100)),
                // 2010w44 of Stata, which starts on 29 October.
                Value::Int(StataInt::Present(50 * 52 + 43)),
                Value::Long(StataLong::Present(50 * 12 + 10)),
                Value::Float(StataFloat::Present(18569.0)),
                Value::Double(StataDouble::Present(-7.5)),
                Value::LongStringRef(long),
            ]
        };
        rows.write_record(&present(refs[0])).unwrap();
        let z = MissingValue::Z;
        rows.write_record(&[
            Value::Byte(StataByte::Missing(MissingValue::System)),
            Value::Int(StataInt::Missing(z)),
            Value::Long(StataLong::Missing(z)),
            Value::Float(StataFloat::Missing(z)),
            Value::Double(StataDouble::Missing(MissingValue::A)),
            Value::LongStringRef(refs[1]),
        ])
        .unwrap();
        rows.write_record(&present(refs[2])).unwrap();
        let mut long = rows.into_long_string_writer().unwrap();
        long.write_long_string_table(&table).unwrap();
        long.into_value_label_writer().unwrap().finish().unwrap();
    }

    #[test]
    fn weeks_months_missing_values_and_long_texts_of_every_release_and_order() {
        let folder = tempfile::tempdir().unwrap();
        for release in [Release::V117, Release::V118, Release::V119] {
            for order in [ByteOrder::LittleEndian, ByteOrder::BigEndian] {
                let path = folder.path().join("a.dta");
                write(&path, release, order);
                let want = |column: &str, kind| Want {
                    column: column.into(),
                    kind,
                };
                let wants = [
                    want("byte", Kind::Integer),
                    want("week", Kind::Category),
                    want("month", Kind::Month),
                    want("day", Kind::Week(WeekUnit::Date)),
                    want("number", Kind::Decimal { decimals: 1 }),
                    want("text", Kind::Category),
                ];
                let table = read(&file(path), &wants).unwrap();
                let numbers = |column: usize| match &table.columns[column] {
                    Column::Numbers(numbers) => numbers.clone(),
                    other => panic!("{other:?}"),
                };
                for (column, value) in [(0, 100), (2, 24_130), (3, 18569 - 3653), (4, -75)] {
                    let numbers = numbers(column);
                    assert_eq!(
                        numbers.values,
                        [value, 0, value],
                        "{release:?} {order:?} {column}"
                    );
                    assert_eq!(numbers.empty, Some(vec![false, true, false]));
                    assert_eq!(numbers.bad.count, 0);
                }
                let labels = |column: usize| match &table.columns[column] {
                    Column::Categories(labels) => labels.levels.clone(),
                    other => panic!("{other:?}"),
                };
                assert_eq!(labels(1), ["2010-10-29"]);
                assert!(labels(5)[0].starts_with("et langt brev på dansk"));
            }
        }
    }
}
