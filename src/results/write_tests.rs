//! The output folder: what it holds, and that it is whole or not at all.

use super::*;
use crate::results::bundle::Bundle;
use crate::results::sample::{self, Passed};

fn write(target: &Path, existing: Existing, figures: &[&str]) -> Result<()> {
    let files = [
        ("estimates.parquet", "the same, typed"),
        ("estimates.xlsx", "a workbook"),
        ("report.html", "the report"),
    ];
    let files = files.map(|(name, about)| (name.to_owned(), about));
    let drawings = figures.iter().flat_map(|name| {
        let picture = format!("figures/{}", name.replace(".svg", ".png"));
        [(format!("figures/{name}"), "figure"), (picture, "picture")]
    });
    write_parts(
        target,
        existing,
        files.into_iter().chain(drawings).collect(),
    )
}

fn write_parts(
    target: &Path,
    existing: Existing,
    parts: Vec<(String, &'static str)>,
) -> Result<()> {
    write_until(target, existing, parts, &|| false)
}

fn write_until(
    target: &Path,
    existing: Existing,
    parts: Vec<(String, &'static str)>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<()> {
    let bundle = sample::bundle(false);
    let text = bundle.to_json();
    let parts = parts.into_iter();
    let parts = parts
        .map(|(name, about)| Part::new(name, about, || Ok(Cow::Borrowed(b"bytes".as_slice()))));
    let extras = Extras {
        bundle: &text,
        site: None,
        parts: parts.collect(),
        tables: Dialect::Plain,
        threads: 2,
        stop,
        run: &|| serde_json::json!({ "threads": 2 }),
    };
    write_folder(&Passed(bundle), &extras, target, existing)
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
fn only_what_is_asked_for_is_written_and_listed() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let target = root.path().join("result");
    write_parts(&target, Existing::Keep, Vec::new()).expect("written");
    assert_eq!(
        names(&target),
        [
            "accounting.csv",
            "bundle.json",
            "contents.txt",
            "estimates.csv",
            "internal"
        ]
    );
    let contents = fs::read_to_string(target.join("contents.txt")).expect("text");
    for name in ["estimates.parquet", "estimates.xlsx", "figures/", "report."] {
        assert!(!contents.contains(name), "{name} in {contents}");
    }
    let report = vec![("report.md".to_owned(), "the report as text")];
    write_parts(&target, Existing::Replace, report).expect("written");
    let contents = fs::read_to_string(target.join("contents.txt")).expect("text");
    assert!(
        contents.contains("  report.md          smallest n ")
            && contents.contains("  the report as text\n"),
        "{contents}"
    );
}

#[test]
fn a_write_that_is_to_stop_leaves_nothing_and_touches_nothing() {
    use std::sync::atomic::{AtomicU32, Ordering};
    let root = tempfile::tempdir().expect("a temporary folder");
    let target = root.path().join("result");
    write(&target, Existing::Keep, &["old.svg"]).expect("written");
    for after in 0..3 {
        let asked = AtomicU32::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) >= after;
        let stopped = write_until(&target, Existing::Replace, Vec::new(), &stop);
        assert_eq!(code(stopped), "RV0704");
        assert_eq!(names(root.path()), ["result"]);
        assert_eq!(names(&target.join("figures")), ["old.png", "old.svg"]);
    }
}

#[cfg(unix)]
#[test]
fn the_next_run_sweeps_what_a_killed_one_left_and_brings_back_what_had_stepped_aside() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let target = root.path().join("result");
    write(&target, Existing::Keep, &["old.svg"]).expect("written");
    fs::create_dir(root.path().join(".result.part-1-0")).expect("made");
    let old = root.path().join(".result.old-1-0");
    fs::create_dir(&old).expect("made");
    fs::rename(&target, old.join("result")).expect("stepped aside");
    // The earlier result counts as if nothing had happened.
    assert_eq!(code(may_write(&target, Existing::Keep)), "RV0703");
    assert_eq!(names(root.path()), ["result"]);
    assert_eq!(names(&target.join("figures")), ["old.png", "old.svg"]);
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
