//! `[report] formats`: what is asked for is written, nothing else, and no form changes another file.

use crate::support::repository;
use crate::support::scratch::Scratch;
use std::collections::BTreeMap;

/// The tiny study with a list of formats, or without.
fn trial(formats: Option<&str>) -> Scratch {
    let scratch = Scratch::new();
    let folder = repository("fixtures/studies/tiny");
    for name in ["persons.csv", "spells.csv", "study.toml"] {
        let bytes = std::fs::read(folder.join(name)).expect("a file of the tiny study");
        scratch.write(name, bytes);
    }
    if let Some(list) = formats {
        let study = scratch.read("study.toml");
        scratch.write(
            "study.toml",
            format!("{study}\n[report]\nformats = [{list}]\n"),
        );
    }
    let said = scratch.run(&["run", "study.toml", "--out", "r"]);
    assert!(matches!(said.code, Some(0 | 5)), "{}", said.err);
    scratch
}

/// The files of the result, without folders and without what stays inside.
fn result(scratch: &Scratch) -> BTreeMap<String, Vec<u8>> {
    let files = scratch.files().into_iter();
    let own = files.filter_map(|(name, bytes)| Some((name.strip_prefix("r/")?.to_owned(), bytes)));
    let files = own.filter(|(name, _)| !name.is_empty() && !name.ends_with('/'));
    files
        .filter(|(name, _)| !name.starts_with("internal"))
        .collect()
}

const ALWAYS: [&str; 4] = [
    "accounting.csv",
    "bundle.json",
    "contents.txt",
    "estimates.csv",
];

#[test]
fn only_the_forms_asked_for_are_written_and_they_are_the_same_files() {
    let all = result(&trial(None));
    for (formats, added) in [
        ("", &[][..]),
        ("\"md\"", &["report.md"]),
        ("\"html\"", &["report.html"]),
        ("\"parquet\"", &["estimates.parquet"]),
        ("\"png\"", &["figures/*.png"]),
        ("\"xlsx\", \"svg\"", &["estimates.xlsx", "figures/*.svg"]),
    ] {
        let scratch = trial(Some(formats));
        let some = result(&scratch);
        let form = |name: &str| match name.rsplit_once('.') {
            Some((_, end)) if name.starts_with("figures/") => format!("figures/*.{end}"),
            _ => name.to_owned(),
        };
        let mut names: Vec<String> = some.keys().map(|name| form(name)).collect();
        names.dedup();
        let mut expected: Vec<&str> = ALWAYS.iter().chain(added).copied().collect();
        expected.sort_unstable();
        assert_eq!(names, expected, "{formats}");
        let list = scratch.read("r/contents.txt");
        for (name, bytes) in &some {
            assert!(list.contains(&format!("  {name} ")), "{name} in {list}");
            // The bundle holds the study as it was written, and the page the bundle.
            let differs = ["bundle.json", "contents.txt", "report.html", "report.md"];
            if !differs.contains(&name.as_str()) {
                assert!(all.get(name) == Some(bytes), "{formats}: {name}");
            }
        }
        let said = list
            .lines()
            .filter(|line| line.contains("  smallest n "))
            .count();
        assert_eq!(said, some.len(), "{list}");
    }
}

#[test]
fn what_was_not_written_comes_from_the_bundle_later() {
    let scratch = trial(Some(""));
    for (format, file) in [("html", "a.html"), ("xlsx", "a.xlsx"), ("md", "a.md")] {
        let said = scratch.run(&["report", "r", "--format", format, "--out", file]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(scratch.bytes(file).len() > 1_000, "{format}");
    }
    let asked = trial(Some("\"md\""));
    let said = asked.run(&["report", "r", "--format", "md"]);
    assert_eq!(said.out, asked.read("r/report.md"));
}
