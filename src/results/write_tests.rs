//! The output folder: what it holds, and that it is whole or not at all.

use super::*;
use crate::results::bundle::Bundle;
use crate::results::sample::{self, Passed};

fn write(target: &Path, existing: Existing, figures: &[&str]) -> Result<()> {
    let figures: Vec<(String, String)> = figures
        .iter()
        .map(|n| ((*n).to_owned(), "<svg/>".to_owned()))
        .collect();
    let picture = |(name, _): &(String, String)| (name.replace(".svg", ".png"), b"PNG".to_vec());
    let pictures: Vec<(String, Vec<u8>)> = figures.iter().map(picture).collect();
    let run = || serde_json::json!({ "threads": 2 });
    let extras = Extras {
        figures: &figures,
        pictures: &pictures,
        workbook: b"PK",
        tables: Dialect::Plain,
        report: b"<!doctype html>",
        run: &run,
    };
    write_folder(&Passed(sample::bundle(false)), &extras, target, existing)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

fn code(result: Result<()>) -> &'static str {
    let error = result.expect_err("this is refused");
    assert_eq!(error.class, Class::Write);
    error.diagnostics[0].code
}

#[test]
fn the_folder_holds_everything_and_lists_it() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let target = root.path().join("result");
    write(&target, Existing::Keep, &["a.svg"]).expect("written");
    assert_eq!(
        names(&target),
        [
            "accounting.csv",
            "bundle.json",
            "contents.txt",
            "estimates.csv",
            "estimates.parquet",
            "estimates.xlsx",
            "figures",
            "internal",
            "report.html"
        ]
    );
    assert_eq!(names(root.path()), ["result"]);
    let contents = fs::read_to_string(target.join("contents.txt")).expect("text");
    for name in [
        "figures/a.svg",
        "figures/a.png",
        "estimates.xlsx",
        "NOT CLEARED FOR RELEASE",
        "SYNTHETIC DATA",
        "smallest n     17",
    ] {
        assert!(contents.contains(name), "{name} in {contents}");
    }
    assert_eq!(Bundle::open(&target).expect("opens").rows().len(), 20);
}

#[test]
fn two_runs_give_the_same_bytes_of_all_that_may_leave() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let (one, two) = (root.path().join("one"), root.path().join("two"));
    write(&one, Existing::Keep, &["a.svg"]).expect("written");
    write(&two, Existing::Keep, &["a.svg"]).expect("written");
    for name in [
        "bundle.json",
        "estimates.csv",
        "estimates.parquet",
        "accounting.csv",
        "contents.txt",
    ] {
        let bytes = |folder: &Path| fs::read(folder.join(name)).expect("a file");
        assert!(bytes(&one) == bytes(&two), "{name}");
    }
}

#[test]
fn an_earlier_result_is_replaced_only_when_asked() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let target = root.path().join("result");
    write(&target, Existing::Keep, &["old.svg"]).expect("written");
    assert_eq!(code(write(&target, Existing::Keep, &["new.svg"])), "RV0703");
    assert_eq!(names(&target.join("figures")), ["old.png", "old.svg"]);
    write(&target, Existing::Replace, &["new.svg"]).expect("replaced");
    assert_eq!(names(&target.join("figures")), ["new.png", "new.svg"]);
    assert_eq!(names(root.path()), ["result"]);
}

#[test]
fn what_is_not_ours_is_never_replaced() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let target = root.path().join("thesis");
    fs::create_dir(&target).expect("made");
    write(&target, Existing::Keep, &[]).expect("an empty folder is free to use");
    fs::write(target.join("bundle.json"), "{}").expect("written");
    assert_eq!(code(write(&target, Existing::Replace, &[])), "RV0702");
    let file = root.path().join("file");
    fs::write(&file, "").expect("written");
    assert_eq!(code(write(&file, Existing::Replace, &[])), "RV0702");
}

#[test]
fn a_failed_write_leaves_nothing_and_touches_nothing() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let target = root.path().join("result");
    assert_eq!(
        code(write(&root.path().join("no/result"), Existing::Keep, &[])),
        "RV0701"
    );
    write(&target, Existing::Keep, &["old.svg"]).expect("written");
    for figures in [["a.svg", "A.svg"], ["../a.svg", "b.svg"]] {
        assert_eq!(code(write(&target, Existing::Replace, &figures)), "RV0705");
    }
    // A name too long for the file system fails after most files have been written aside.
    let long = format!("{}.svg", "x".repeat(300));
    assert_eq!(
        code(write(&target, Existing::Replace, &["a.svg", &long])),
        "RV0704"
    );
    assert_eq!(names(&target.join("figures")), ["old.png", "old.svg"]);
    assert_eq!(names(root.path()), ["result"]);
}
