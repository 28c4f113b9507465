//! `verify`: one byte altered in any file of a result is found.

use crate::support::repository;
use crate::support::scratch::Scratch;

fn result() -> Scratch {
    let scratch = Scratch::new();
    let study = repository("fixtures/studies/tiny/study.toml");
    let study = study.to_string_lossy();
    let said = scratch.run(&["run", &study, "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    scratch
}

#[test]
fn a_result_is_untouched_until_one_byte_of_a_file_is_another() {
    let scratch = result();
    let said = scratch.run(&["verify", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(!said.out.contains("ALTERED"), "{}", said.out);
    for file in [
        "bundle.json",
        "report.html",
        "estimates.csv",
        "accounting.csv",
        "estimates.xlsx",
    ] {
        let name = format!("result/{file}");
        let whole = scratch.bytes(&name);
        for place in [whole.len() / 3, whole.len() / 2] {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            scratch.write(&name, &bytes);
            let said = scratch.run(&["verify", "result"]);
            // A bundle that is no JSON any more cannot be opened at all.
            assert!(
                matches!(said.code, Some(6 | 4)),
                "{file}, byte {place}: {}",
                said.out
            );
        }
        scratch.write(&name, &whole);
    }
    assert_eq!(scratch.run(&["verify", "result"]).code, Some(0));
}

#[test]
fn a_report_alone_is_verified_with_the_bundle_inside() {
    let scratch = result();
    let said = scratch.run(&["verify", "result/report.html"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    let page = scratch.read("result/report.html");
    scratch.write("result/report.html", page.replacen("</h1>", ".</h1>", 1));
    let said = scratch.run(&["verify", "result/report.html", "--json"]);
    assert_eq!(said.code, Some(6), "{}", said.out);
    assert!(said.out.contains("\"verdict\": \"untouched\"") && said.out.contains("ALTERED"));
}

#[test]
fn a_bundle_of_an_early_version_has_no_seal_and_is_not_vouched_for() {
    let scratch = result();
    let text = scratch.read("result/bundle.json");
    let seal = text
        .lines()
        .find(|line| line.starts_with("\"seal\""))
        .expect("a seal");
    scratch.write("early.json", text.replace(&format!("{seal}\n"), ""));
    let said = scratch.run(&["verify", "early.json"]);
    assert_eq!(said.code, Some(6), "{}", said.out);
    assert!(said.out.contains("cannot be told"), "{}", said.out);
    assert_eq!(scratch.run(&["show", "early.json"]).code, Some(0));
}
