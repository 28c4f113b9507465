//! `estimates.xlsx` and the forms of the CSV: the cells are those of `estimates.csv`, the sheets are fit to use, hostile
//! labels are harmless, and equal inputs give equal bytes.

use crate::support::program::run;
use crate::support::repository;
use crate::support::scratch::Scratch;
use crate::support::unzip::{Member, members};
use calamine::{Data, Range, Reader, Xlsx};
use std::fmt::Write as _;
use std::io::Cursor;

type Book = Xlsx<Cursor<Vec<u8>>>;

fn open(bytes: Vec<u8>) -> Book {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name)
        .unwrap_or_else(|cause| panic!("{name}: {cause}"))
}

/// Every record of a CSV, the head first.
fn records(bytes: &[u8], separator: u8) -> Vec<Vec<String>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .from_reader(bytes);
    let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    let records = reader
        .records()
        .map(|record| cells(record.expect("a record")));
    records.collect()
}

/// A label without the apostrophe that guards it in a CSV.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}

/// Every cell of the sheet of all numbers is the cell of `estimates.csv`.
#[track_caller]
fn assert_same_cells(range: &Range<Data>, csv: &[u8]) {
    let records = records(csv, b',');
    assert_eq!(range.height(), records.len());
    for (i, record) in records.iter().enumerate() {
        assert_eq!(record.len(), 33);
        for (j, text) in record.iter().enumerate() {
            let cell = range
                .get_value((i as u32, j as u32))
                .unwrap_or(&Data::Empty);
            let same = match cell {
                Data::Empty => text.is_empty(),
                Data::String(words) => words == unguarded(text),
                Data::Float(number) => text
                    .parse::<f64>()
                    .is_ok_and(|told| told.to_bits() == number.to_bits()),
                other => panic!("row {i}, column {j}: {other:?}"),
            };
            assert!(same, "row {i}, column {j}: {cell:?} is not `{text}`");
        }
    }
}

fn xml<'m>(members: &'m [Member], name: &str) -> &'m str {
    let member = members.iter().find(|m| m.name == name);
    let member = member.unwrap_or_else(|| panic!("{name} is not in the workbook"));
    std::str::from_utf8(&member.bytes).expect("UTF-8")
}

#[test]
fn the_workbook_read_back_is_estimates_csv_to_the_last_bit() {
    let result = run(&repository("fixtures/studies/tiny/study.toml"), &[]);
    assert_eq!(result.code, Some(0), "{}", result.said);
    let file = |name: &str| std::fs::read(result.folder.join(name)).expect("a file");
    let mut book = open(file("estimates.xlsx"));
    let names = book.sheet_names();
    assert_eq!(names.first().map(String::as_str), Some("Overview"));
    assert_eq!(names.last().map(String::as_str), Some("All numbers"));
    assert_same_cells(&sheet(&mut book, "All numbers"), &file("estimates.csv"));
    let again = run(&repository("fixtures/studies/tiny/study.toml"), &[]);
    let other = std::fs::read(again.folder.join("estimates.xlsx")).expect("a file");
    assert!(file("estimates.xlsx") == other, "two runs, two workbooks");
    let contents = String::from_utf8(file("contents.txt")).expect("UTF-8");
    for name in ["estimates.xlsx", "figures/employment-weekly.png"] {
        assert!(contents.contains(name), "{name} is not in:\n{contents}");
    }
    let picture = file("figures/employment-weekly.png");
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(&picture[16..20], 1280_u32.to_be_bytes());
}

#[test]
fn every_table_has_one_head_that_is_frozen_and_filtered_and_nothing_is_merged_dated_or_computed() {
    let result = run(&repository("fixtures/studies/tiny/study.toml"), &[]);
    let bytes = std::fs::read(result.folder.join("estimates.xlsx")).expect("a file");
    let inside = members(&bytes);
    // 1980 is where the calendar of a ZIP file begins: no clock was asked.
    assert!(inside.iter().all(|m| m.stamp == (0, 0x21)), "a clock");
    assert!(xml(&inside, "docProps/core.xml").contains("1980-01-01T00:00:00Z"));
    let book = xml(&inside, "xl/workbook.xml");
    let names: Vec<&str> = book
        .split("<sheet name=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(names.len() > 6, "{names:?}");
    for (i, name) in names.iter().enumerate() {
        let legal =
            name.chars().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\']);
        assert!(legal, "{name}");
        let text = xml(&inside, &format!("xl/worksheets/sheet{}.xml", i + 1));
        let table = !matches!(*name, "Overview" | "Figures");
        assert_eq!(text.contains("<pane ySplit=\"1\""), table, "{name}");
        assert_eq!(text.contains("state=\"frozen\""), table, "{name}");
        assert_eq!(text.contains("<autoFilter ref=\"A1:"), table, "{name}");
        for never in ["<mergeCell", "<f>", "<f ", "t=\"d\"", "t=\"str\""] {
            assert!(!text.contains(never), "{name} has {never}");
        }
        // The study is made up, and every sheet says so, on the screen and on paper.
        assert!(text.contains("Made-up data"), "{name}");
    }
    // No number looks like a date: the formats are counts, decimals, small p-values and text.
    let styles = xml(&inside, "xl/styles.xml");
    for format in styles.split("formatCode=\"").skip(1) {
        let format = format.split('"').next().unwrap_or_default();
        let known =
            format.starts_with("#,##0") || matches!(format, "@" | "[&lt;0.001]0.0E+00;0.000");
        assert!(known, "{format}");
    }
    let figures = xml(&inside, "xl/drawings/drawing1.xml");
    assert!(
        figures.contains("descr=\"Employment: share by week. "),
        "alt text"
    );
}

#[test]
fn the_workbook_of_a_bundle_is_that_of_the_run_and_comes_in_the_other_language() {
    let result = run(&repository("fixtures/studies/tiny/study.toml"), &[]);
    let scratch = Scratch::new();
    let bundle = result.folder.join("report.html").display().to_string();
    let said = scratch.run(&["report", &bundle, "--format", "xlsx", "--out", "a.xlsx"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let own = std::fs::read(result.folder.join("estimates.xlsx")).expect("a file");
    assert!(scratch.bytes("a.xlsx") == own, "not the same workbook");
    let danish = [
        "report",
        &bundle,
        "--format",
        "xlsx",
        "--language",
        "da",
        "--out",
        "da.xlsx",
    ];
    assert_eq!(scratch.run(&danish).code, Some(0));
    let mut book = open(scratch.bytes("da.xlsx"));
    let names = book.sheet_names();
    assert_eq!(names.first().map(String::as_str), Some("Overblik"));
    let csv = std::fs::read(result.folder.join("estimates.csv")).expect("a file");
    assert_same_cells(&sheet(&mut book, "Alle tal"), &csv);
    let said = scratch.run(&["report", &bundle, "--format", "xlsx"]);
    assert_eq!(said.code, Some(2), "a workbook goes to a file: {said:?}");
}

/// What a label may be at its worst.
const HOSTILE: [&str; 4] = [
    "=cmd|' /C calc'!A0",
    "<script>alert(\"æøå\")</script>",
    "-1;\"2\"\n3",
    "@SUM(1,1)",
];

/// A study whose arms and subgroups are hostile labels.
fn hostile() -> Scratch {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut persons = "id,arm,sex\n".to_owned();
    let mut spells = "id,start,end,state\n".to_owned();
    for i in 0..12 {
        let (arm, sex) = (HOSTILE[i % 2], HOSTILE[2 + (i / 2) % 2]);
        let _ = writeln!(persons, "{i},{},{}", cell(arm), cell(sex));
        let _ = writeln!(spells, "{i},1,{},idle", 1 + i % 3);
        let _ = writeln!(spells, "{i},{},4,job", 2 + i % 3);
    }
    let quoted = |text: &str| format!("{text:?}");
    let study = format!(
        "[study]\nname = {name}\nlanguage = \"da\"\nhorizon = 4\n\n[arms]\ncontrol = {control}\ntreatment = [{treatment}]\n\n\
         [labels]\njob = {{ da = {name}, en = {name} }}\n\n\
         [persons]\nfile = \"persons.csv\"\nid = \"id\"\narm = \"arm\"\nsubgroups = [\"sex\"]\n\n\
         [spells]\nfile = \"spells.csv\"\nperson = \"id\"\nstart = \"start\"\nend = \"end\"\nstate = \"state\"\n\n\
         [outcomes.job]\nkind = \"weeks_in\"\nstates = [\"job\"]\n\n\
         [estimation]\ninterval = \"normal\"\n\n[resampling]\nreplicates = 0\n\n[disclosure]\nmin_cell = 1\n",
        name = quoted("=HYPERLINK(\"http://x\";\"y\") <b>"),
        control = quoted(HOSTILE[0]),
        treatment = quoted(HOSTILE[1]),
    );
    Scratch::with(&[
        ("study.toml", &study),
        ("persons.csv", &persons),
        ("spells.csv", &spells),
    ])
}

#[test]
fn hostile_labels_are_inert_and_right_in_workbook_csv_and_pictures() {
    let scratch = hostile();
    let said = scratch.run(&["run", "study.toml", "--out", "plain"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let said = scratch.run(&["run", "study.toml", "--out", "danish", "--csv", "dk"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let (plain, danish) = (
        scratch.bytes("plain/estimates.csv"),
        scratch.bytes("danish/estimates.csv"),
    );
    // The two forms tell the same, and the rest of the result does not depend on the form.
    let (ours, theirs) = (records(&plain, b','), records(&danish, b';'));
    assert_eq!(ours.len(), theirs.len());
    for (one, other) in ours.iter().zip(&theirs) {
        for (j, (one, other)) in one.iter().zip(other).enumerate() {
            let numeric = (8..21).contains(&j) || j > 26;
            let other = if numeric {
                other.replace(',', ".")
            } else {
                other.clone()
            };
            assert_eq!(one, &other, "column {j}");
            assert!(!one.starts_with(['=', '@']), "{one}");
            assert!(
                !one.starts_with(['-', '+']) || one.parse::<f64>().is_ok(),
                "{one}"
            );
        }
    }
    for file in ["bundle.json", "estimates.xlsx", "report.html"] {
        let (one, other) = (format!("plain/{file}"), format!("danish/{file}"));
        assert!(scratch.bytes(&one) == scratch.bytes(&other), "{file}");
    }
    assert!(
        scratch
            .bytes("danish/accounting.csv")
            .starts_with(b"\xEF\xBB\xBFtable;unit;key;arm;")
    );
    assert_eq!(ours[1][6], "'=cmd|' /C calc'!A0");
    // In the workbook each stands as it is, in a cell of text, marked where Excel would take it for more when edited.
    let mut book = open(scratch.bytes("plain/estimates.xlsx"));
    let all = sheet(&mut book, "Alle tal");
    assert_same_cells(&all, &plain);
    for label in HOSTILE {
        let found = all
            .cells()
            .any(|(_, _, cell)| *cell == Data::String(label.to_owned()));
        assert!(found, "{label}");
    }
    let inside = members(&scratch.bytes("plain/estimates.xlsx"));
    assert!(xml(&inside, "xl/styles.xml").contains("quotePrefix=\"1\""));
    assert!(inside.iter().all(|m| !m.name.contains("externalLink")));
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).expect("a sheet");
        assert!(formulas.cells().all(|(_, _, f)| f.is_empty()), "{name}");
    }
    for figure in ["job-weekly", "job-effect"] {
        let svg = scratch.read(&format!("plain/figures/{figure}.svg"));
        assert!(!svg.contains("<script") && !svg.contains("<b>"), "{figure}");
        let png = scratch.bytes(&format!("plain/figures/{figure}.png"));
        assert_eq!(&png[16..20], 1280_u32.to_be_bytes(), "{figure}");
    }
}

#[test]
fn the_csv_of_a_bundle_comes_in_both_forms() {
    let scratch = hostile();
    assert_eq!(
        scratch.run(&["run", "study.toml", "--out", "r"]).code,
        Some(0)
    );
    let said = scratch.run(&["report", "r", "--format", "csv", "--out", "a.csv"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(scratch.bytes("a.csv") == scratch.bytes("r/estimates.csv"));
    let said = scratch.run(&["report", "r", "--format", "csv", "--csv", "dk"]);
    assert!(
        said.out.starts_with("\u{feff}analysis;estimand;"),
        "{}",
        said.out
    );
    let said = scratch.run(&["report", "r", "--csv", "dk"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--format csv"), "{}", said.err);
}

#[test]
fn no_number_of_a_table_stands_as_text() {
    let result = run(&repository("fixtures/studies/tiny/study.toml"), &[]);
    let bytes = std::fs::read(result.folder.join("estimates.xlsx")).expect("a file");
    let mut book = open(bytes);
    let mut numbers = 0;
    for name in book.sheet_names() {
        for (row, column, cell) in sheet(&mut book, &name).cells() {
            match cell {
                Data::Float(_) => numbers += 1,
                Data::String(text) => {
                    let bare = text.replace(['.', ',', '−', '%', ' '], "");
                    let number = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit());
                    // The key facts of the overview are told in words.
                    assert!(
                        !number || name == "Overview",
                        "{name} {row} {column}: {text}"
                    );
                }
                _ => {}
            }
        }
    }
    assert!(numbers > 100);
}
