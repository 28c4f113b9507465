//! The report of whole runs: a null trial reads as one in both languages, and the page alone is enough to write it again.

use crate::support::program::run;
use crate::support::scratch::Scratch;
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

/// The study of the null trial in another language, on the same data.
fn summary_of_the_null_trial(shared: &Path, language: &str) -> String {
    let study = text(&repository("fixtures/reference/real/life_aid/study.toml"));
    let own = format!("language = \"{language}\"");
    let scratch = Scratch::with(&[("study.toml", &study.replace("language = \"en\"", &own))]);
    let shared = format!("shared={}", shared.display());
    let said = scratch.run(&["run", "study.toml", "--data", &shared, "--out", "result"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    said.out
}

/// What a reader sees of a trial in which financial aid to released prisoners made no difference that 432 persons could
/// show (Rossi, Berk and Lenihan 1980). The numbers are those of this program; the words around them are what is tested.
#[test]
fn the_summary_of_the_null_trial_promises_nothing_in_both_languages() {
    let Some(shared) = real_data("the summary of real/life_aid") else {
        return;
    };
    let danish = summary_of_the_null_trial(&shared, "da");
    let (table, sentence) = danish.split_once("\n\nEmployed: ").expect("the headline");
    assert_eq!(
        sentence.replace('\n', " ").trim(),
        "personer, der ved lodtrækning fik tilbudt indsatsen, har i gennemsnit haft 1,5 uger mere end kontrolgruppen \
         over 52 uger (95 pct.-konfidensinterval: −2,0 til 4,7). Forskellen er ikke statistisk signifikant."
    );
    let english = summary_of_the_null_trial(&shared, "en");
    let (other, sentence) = english.split_once("\n\nEmployed: ").expect("the headline");
    assert_eq!(
        sentence.replace('\n', " ").trim(),
        "persons offered the programme by lot have on average had 1.5 weeks more than the control group over 52 weeks \
         (95% confidence interval: −2.0 to 4.7). The difference is not statistically significant."
    );
    // No line of the table has a p-value below 0.05, and exits from any spell have their test, marked as descriptive.
    for (table, mark, test) in [
        (table, ',', "log-rank-test (beskrivende)"),
        (other, '.', "log-rank test (descriptive)"),
    ] {
        let lines: Vec<&str> = table
            .lines()
            .skip_while(|l| !l.contains('─'))
            .skip(1)
            .collect();
        assert_eq!(lines.len(), 4, "{table}");
        for line in &lines {
            let p = line.split_whitespace().last().unwrap_or_default();
            let p: f64 = p.replace(mark, ".").parse().expect("a p-value");
            assert!(p > 0.05, "{line}");
        }
        assert_eq!(
            lines.iter().filter(|l| l.contains(test)).count(),
            2,
            "{table}"
        );
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
