//! The report of whole runs: a null trial reads as one in both languages, and the page alone is enough to write it again.

use crate::support::program::run;
use crate::support::{real_data, repository};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// `rettevej report BUNDLE …`, which must end well; how long it took.
fn report(arguments: &[&str]) -> Duration {
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_rettevej"))
        .arg("report")
        .args(arguments)
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    started.elapsed()
}

/// The chapter from its heading to the next.
fn chapter<'p>(page: &'p str, id: &str) -> &'p str {
    let (_, rest) = page
        .split_once(&format!("<h2 id=\"{id}\">"))
        .expect("the chapter");
    rest.split("<h2 ").next().unwrap_or(rest)
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

/// The bundle that lies in a page, as it stands there.
fn inside(page: &str) -> String {
    let (_, rest) = page.split_once(" id=\"bundle\">\n").expect("a bundle");
    let (json, _) = rest.split_once("</script>").expect("an end");
    json.replace("\\u003c", "<")
}

#[test]
fn the_null_trial_reads_as_a_null_trial_in_both_languages() {
    let Some(shared) = real_data("the report of real/life_aid") else {
        return;
    };
    let study = repository("fixtures/reference/real/life_aid/study.toml");
    let result = run(&study, &[("shared", &shared)]);
    assert_eq!(result.code, Some(0), "{}", result.said);
    let page = result.folder.join("report.html");
    let english = text(&page);
    assert_eq!(inside(&english), text(&result.folder.join("bundle.json")));
    let danish = result.folder.join("da.html");
    let (from, to) = (page.display().to_string(), danish.display().to_string());
    let took = report(&[&from, "--language", "da", "--out", &to]);
    assert!(took < Duration::from_secs(5), "{took:?}");
    let danish = text(&danish);
    assert_eq!(inside(&danish), inside(&english));
    for (page, null, found) in [
        (
            &english,
            "is not statistically significant",
            "is statistically significant",
        ),
        (
            &danish,
            "er ikke statistisk signifikant",
            "er statistisk signifikant",
        ),
    ] {
        let summary = chapter(page, "summary");
        assert!(summary.matches(null).count() >= 2, "{summary}");
        assert!(!summary.contains(found), "{summary}");
        for banned in ["no effect", "ingen effekt", "tendens", "tendency"] {
            assert!(!summary.contains(banned), "{banned}");
        }
    }
}

#[test]
fn a_report_of_a_report_is_the_same_and_a_file_is_not_replaced_unasked() {
    let study = repository("fixtures/studies/tiny/study.toml");
    let result = run(&study, &[]);
    let page = result.folder.join("report.html");
    let again = result.folder.join("again.html");
    let (from, to) = (page.display().to_string(), again.display().to_string());
    report(&[&from, "--out", &to]);
    assert_eq!(text(&page), text(&again));
    let refused = Command::new(env!("CARGO_BIN_EXE_rettevej"))
        .args(["report", &from, "--out", &to])
        .output()
        .expect("the binary starts");
    assert_eq!(refused.status.code(), Some(7));
    report(&[&from, "--out", &to, "--force", "--format", "md"]);
    assert!(text(&again).starts_with("# "));
    let contents = text(&result.folder.join("contents.txt"));
    assert!(contents.contains("report.html"), "{contents}");
}
