//! A result for a site that lets only some endings out: what is written follows its table, and all of it can be used outside.

use crate::support::repository;
use crate::support::scratch::Scratch;

/// The tiny study with a site.
fn study(scratch: &Scratch, disclosure: &str) {
    for file in ["persons.csv", "spells.csv"] {
        let bytes = std::fs::read(repository("fixtures/studies/tiny").join(file)).expect("a file");
        scratch.write(file, bytes);
    }
    let text = std::fs::read_to_string(repository("fixtures/studies/tiny/study.toml"));
    let text = text.expect("a study");
    assert!(text.contains("min_cell = 1"));
    scratch.write("study.toml", text.replace("min_cell = 1", disclosure));
}

#[test]
fn only_files_of_the_sites_endings_are_written_and_the_text_is_the_bundle() {
    let scratch = Scratch::new();
    study(&scratch, "min_cell = 3\nsite = \"dst\"");
    let key = repository("fixtures/reference/minisign/fixture.key");
    let key = key.to_string_lossy();
    let said = scratch.run(&["run", "study.toml", "--out", "r", "--sign", &key]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let files: Vec<String> = scratch.files().into_keys().collect();
    let written = |name: &str| files.contains(&format!("r/{name}"));
    for name in [
        "bundle.txt",
        "bundle.minisig.txt",
        "contents.txt",
        "estimates.xlsx",
        "report.html",
    ] {
        assert!(written(name), "{name} in {files:?}");
    }
    for name in [
        "bundle.json",
        "estimates.csv",
        "estimates.parquet",
        "accounting.csv",
    ] {
        assert!(!written(name), "{name} in {files:?}");
    }
    let list = scratch.read("r/contents.txt");
    assert!(list.contains("Danmarks Statistik"), "{list}");
    assert!(list.contains("Not written"), "{list}");
    assert!(list.contains("  of events "), "{list}");
    let public = repository("fixtures/reference/minisign/fixture.pub");
    let public = public.to_string_lossy();
    for result in ["r", "r/bundle.txt", "r/report.html"] {
        let said = scratch.run(&["verify", result, "--signature", &public]);
        assert_eq!(said.code, Some(0), "{result}: {}{}", said.out, said.err);
        assert_eq!(scratch.run(&["show", result]).code, Some(0));
        assert_eq!(scratch.run(&["inspect", result]).code, Some(0));
    }
    let report = ["report", "r/bundle.txt", "--format", "md"];
    assert_eq!(scratch.run(&report).code, Some(0));
    // It is a result of ours: replaced when asked, and only then.
    let again = ["run", "study.toml", "--out", "r"];
    assert_eq!(scratch.run(&again).code, Some(7));
    let said = scratch.run(&[&again[..], &["--force"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn a_site_of_ones_own_is_read_and_its_smallest_cell_is_kept() {
    let scratch = Scratch::new();
    let said = scratch.run(&["sites", "--write", "sites.toml"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let table = scratch.read("sites.toml");
    scratch.write(
        "sites.toml",
        format!(
            "{table}\n[mine]\nname = \"our own machine\"\nmin_cell = 7\nendings = [\"txt\", \"json\"]\nsource = \"a letter\"\n\
             date = \"2026-11-22\"\nevidence = \"sourced\"\n"
        ),
    );
    study(&scratch, "site = \"mine\"\nsites = \"sites.toml\"");
    let said = scratch.run(&["validate", "study.toml"]);
    assert!(
        said.out.contains("min_cell = 7") || said.err.contains("min_cell = 7"),
        "{}",
        said.out
    );
    let run = ["run", "study.toml", "--out", "r"];
    assert_eq!(scratch.run(&run).code, Some(0));
    let names = scratch.files();
    assert!(names.contains_key("r/bundle.json") && !names.contains_key("r/report.html"));

    for (disclosure, code) in [
        ("site = \"nowhere\"", "RV0109"),
        ("site = \"mine\"\nsites = \"study.toml\"", "RV0143"),
    ] {
        study(&scratch, disclosure);
        let said = scratch.run(&["validate", "study.toml"]);
        assert_eq!(said.code, Some(3), "{}", said.err);
        assert!(said.err.contains(code), "{}", said.err);
    }
    study(&scratch, "min_cell = 3\nsite = \"sds\"");
    let text = scratch
        .read("study.toml")
        .replace("synthetic = true", "synthetic = false");
    scratch.write("study.toml", text);
    let said = scratch.run(&["validate", "study.toml"]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("RV0144"), "{}", said.err);
}
