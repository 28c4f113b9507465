//! A check report for people and for machines: text, JSON, `JUnit` XML, GitHub annotations.

use super::claims::Value;
use super::compare::short;
use super::{Checked, Report};
use std::fmt::Write as _;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A list for people.
    #[default]
    Text,
    /// JSON.
    Json,
    /// `JUnit` XML, as build servers read it.
    Junit,
    /// Annotations of GitHub workflows.
    Github,
}

/// The report as text, ending with a line feed.
pub fn render(report: &Report, format: Format) -> String {
    match format {
        Format::Text => text(report),
        Format::Json => json(report),
        Format::Junit => junit(report),
        Format::Github => github(report),
    }
}

fn text(report: &Report) -> String {
    let mut out = format!("{}\n\n", plain(&heading(report)));
    for note in &report.notes {
        let _ = writeln!(out, "note: {}\n", plain(note));
    }
    let width =
        |words: &dyn Fn(&Checked) -> usize| report.claims.iter().map(words).max().unwrap_or(0);
    let verdicts = width(&|c| c.verdict.as_str().len());
    let ids = width(&|c| plain(&c.id).chars().count());
    for claim in &report.claims {
        let sign = if claim.verdict.holds() { " " } else { "!" };
        let verdict = claim.verdict.as_str();
        let _ = writeln!(
            out,
            "{sign} {verdict:<verdicts$}  {:<ids$}  {}",
            plain(&claim.id),
            plain(&sentence(claim))
        );
    }
    let _ = writeln!(out, "\n{}", summary(report));
    out
}

fn json(report: &Report) -> String {
    // A report is plain data with text keys; a failure here could only be a fault of ours, and says so.
    let text = serde_json::to_string_pretty(report);
    text.unwrap_or_else(|cause| format!("{{\"error\": {:?}}}", cause.to_string())) + "\n"
}

fn junit(report: &Report) -> String {
    let failures = failures(report);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites><testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">",
        xml(&heading(report)),
        report.claims.len()
    );
    for claim in &report.claims {
        let _ = write!(
            out,
            "<testcase classname=\"{}\" name=\"{}\"",
            xml(report.study.as_deref().unwrap_or("audit")),
            xml(&claim.id)
        );
        if claim.verdict.holds() {
            out.push_str("/>\n");
        } else {
            let _ = writeln!(
                out,
                "><failure type=\"{}\" message=\"{}\">{}</failure></testcase>",
                xml(claim.verdict.as_str()),
                xml(&sentence(claim)),
                xml(claim.text.as_deref().unwrap_or_default())
            );
        }
    }
    out.push_str("</testsuite></testsuites>\n");
    out
}

fn github(report: &Report) -> String {
    let mut out = String::new();
    for claim in report.claims.iter().filter(|c| !c.verdict.holds()) {
        let mut properties = Vec::new();
        if !report.file.is_empty() {
            properties.push(format!("file={}", property(&report.file)));
        }
        if let Some(line) = claim.line {
            properties.push(format!("line={line}"));
        }
        properties.push(format!(
            "title={}",
            property(&format!("{} {}", claim.id, claim.verdict.as_str()))
        ));
        let _ = writeln!(
            out,
            "::error {}::{}",
            properties.join(","),
            message(&sentence(claim))
        );
    }
    for note in &report.notes {
        let _ = writeln!(out, "::notice::{}", message(note));
    }
    let _ = writeln!(
        out,
        "::notice title={}::{}",
        property(&heading(report)),
        message(&summary(report))
    );
    out
}

fn heading(report: &Report) -> String {
    let title = report.title.as_deref().unwrap_or("claims");
    let year = report.year.map(|y| format!(" ({y})")).unwrap_or_default();
    match &report.study {
        Some(study) => format!("{title}{year} against {study}"),
        None => format!("{title}{year}: the arithmetic of what is printed"),
    }
}

fn sentence(claim: &Checked) -> String {
    let mut words = format!("published {}", value(claim.published));
    if let Some(found) = claim.found {
        let _ = write!(words, ", found {}", value(found));
    }
    if !claim.detail.is_empty() {
        let _ = write!(words, " ({})", claim.detail);
    }
    if let Some(location) = &claim.location {
        let _ = write!(words, " [{location}]");
    }
    words
}

fn value(value: Value) -> String {
    match value {
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number}")
        }
        Value::Number(number) => {
            let exact = format!("{number:?}");
            if exact.len() <= 9 {
                exact
            } else {
                short(number)
            }
        }
        Value::Truth(true) => "significant".to_owned(),
        Value::Truth(false) => "not significant".to_owned(),
    }
}

fn failures(report: &Report) -> usize {
    report.claims.iter().filter(|c| !c.verdict.holds()).count()
}

fn summary(report: &Report) -> String {
    let (all, failed) = (report.claims.len(), failures(report));
    let claims = if all == 1 { "claim" } else { "claims" };
    if failed == 0 {
        format!("{all} {claims}: all hold")
    } else {
        format!("{all} {claims}: {} hold, {failed} not", all - failed)
    }
}

/// Without control characters, which a terminal would obey.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// For XML text and attributes; characters that XML 1.0 does not have become blanks.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// For the message of a workflow command.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// For a property of a workflow command.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
