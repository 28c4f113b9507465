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

/// A key that opens nothing, made by another program.
fn key(name: &str) -> String {
    let file = repository(&format!("fixtures/reference/minisign/{name}"));
    file.to_string_lossy().into_owned()
}

fn signed_result() -> Scratch {
    let scratch = Scratch::new();
    let study = repository("fixtures/studies/tiny/study.toml");
    let study = study.to_string_lossy();
    let said = scratch.run(&[
        "run",
        &study,
        "--out",
        "result",
        "--sign",
        &key("fixture.key"),
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for text in [&said.out, &said.err] {
        assert!(!text.contains("fixture.key") && !text.contains("RWQAAEIy"));
    }
    scratch
}

#[test]
fn a_signed_result_is_proved_by_the_public_key_and_by_no_other() {
    let scratch = signed_result();
    let public = key("fixture.pub");
    for result in ["result", "result/bundle.json", "result/report.html"] {
        let said = scratch.run(&["verify", result, "--signature", &public]);
        assert_eq!(said.code, Some(0), "{result}: {}", said.out);
        assert!(
            said.out.contains("D8884F5271606A83"),
            "{result}: {}",
            said.out
        );
    }
    let other = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    let said = scratch.run(&["verify", "result", "--signature", other]);
    assert_eq!(said.code, Some(6), "{}", said.out);
    assert!(said.out.contains("another key"), "{}", said.out);
    let said = scratch.run(&["verify", "result", "--signature", "no key at all"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
}

#[test]
fn a_report_alone_carries_its_signature_into_the_other_language() {
    let scratch = signed_result();
    let public = key("fixture.pub");
    let english = [
        "report",
        "result/report.html",
        "--language",
        "en",
        "--out",
        "en.html",
    ];
    assert_eq!(scratch.run(&english).code, Some(0));
    let verify = ["verify", "en.html", "--signature", &public, "--json"];
    let said = scratch.run(&verify);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.contains("rettevej 0.1.0, bundle.json"));
    let page = scratch.read("en.html");
    scratch.write(
        "en.html",
        page.replacen("\"horizon\":6", "\"horizon\":7", 1),
    );
    let said = scratch.run(&verify);
    assert!(matches!(said.code, Some(4 | 6)), "{}", said.out);
}

#[test]
fn a_signature_that_is_missing_or_of_another_bundle_does_not_hold() {
    let scratch = result();
    let public = key("fixture.pub");
    let said = scratch.run(&["verify", "result", "--signature", &public]);
    assert_eq!(said.code, Some(6), "{}", said.out);
    assert!(said.out.contains("MISSING"), "{}", said.out);
    let foreign = key("hashed.minisig");
    let verify = [
        "verify",
        "result",
        "--signature",
        &public,
        "--signature-file",
        &foreign,
    ];
    let said = scratch.run(&verify);
    assert_eq!(said.code, Some(6), "{}", said.out);
    assert!(said.out.contains("DOES NOT HOLD"), "{}", said.out);
}

#[test]
fn a_locked_key_without_a_terminal_asks_for_a_file_and_nothing_is_written() {
    let scratch = Scratch::new();
    scratch.write("signing.key", "untrusted comment: x\nRWRTY0Iyabc=\n");
    let study = repository("fixtures/studies/tiny/study.toml");
    let study = study.to_string_lossy();
    let run = ["run", &study, "--out", "result", "--sign", "signing.key"];
    let said = scratch.run(&[&run[..], &["--password-file", "nowhere"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("RV0522"), "{}", said.err);
    assert!(!said.err.contains("signing.key"), "{}", said.err);
    scratch.write("password", "open\n");
    let said = scratch.run(&[&run[..], &["--password-file", "password"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(!scratch.path("result").exists());
}

/// The plain tool agrees, where there is one.
#[test]
fn the_plain_tool_proves_a_signature_too() {
    let scratch = signed_result();
    let run = std::process::Command::new("minisign")
        .args(["-V", "-p", &key("fixture.pub"), "-m"])
        .arg(scratch.path("result/bundle.json"))
        .output();
    match run {
        Ok(said) => assert!(said.status.success()),
        Err(_) => println!("skipped: minisign is not installed"),
    }
}
