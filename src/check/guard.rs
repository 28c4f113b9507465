//! Claims files written from a result: the values of one that is there, all else of it kept to the byte, or a new one that
//! guards the main numbers.

use super::claims::{Claim, Value};
use super::{Claims, Verdict, check_claims, codes, compare};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::report::View;
use crate::results::{Bundle, Row, Status};
use std::fmt::Write as _;
use std::ops::Range;
use toml::de::DeTable;

/// A claims file with the values of a result.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// The whole text.
    pub text: String,
    /// What changed, in the order of the file.
    pub changes: Vec<Change>,
    /// Claims that still do not hold, and why: arithmetic, and rows without a number.
    pub left: Vec<(String, String)>,
    /// How many claims there are.
    pub claims: usize,
}

/// One value that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the claim; empty for a key of `[source]`.
    pub id: String,
    /// The key.
    pub key: &'static str,
    /// As it stood in the file.
    pub before: String,
    /// As it stands there now.
    pub after: String,
}

/// An edit of the text.
struct Edit {
    span: Range<usize>,
    change: Change,
}

/// Puts the values of a result in a claims file. Values that are the same, or the same as printed, stay; comments, order and
/// every other byte stay.
///
/// # Errors
/// Class `Study`, when the text is no good claims file or a claim matches several rows.
pub fn rewrite(bundle: &Bundle, text: &str, shown: &str) -> Result<Rewritten> {
    let claims = Claims::parse(text, shown)?;
    let report = check_claims(bundle, &claims)?;
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let bare = &text[mark..];
    let (root, _) = DeTable::parse_recoverable(bare);
    let root = root.get_ref();
    let entries = root.get("claim").and_then(|list| list.get_ref().as_array());
    let mut edits = Vec::new();
    let source = root
        .get("source")
        .and_then(|source| source.get_ref().as_table());
    if let Some(hash) = source.and_then(|source| source.get("trial_hash"))
        && claims.source.trial_hash.as_deref() != Some(&*bundle.facts.trial_hash)
        && !bundle.facts.trial_hash.is_empty()
    {
        let after = quoted(&bundle.facts.trial_hash);
        edits.push(edit(bare, hash.span(), "", "trial_hash", after));
    }
    let all = claims.claims.iter().zip(&report.claims);
    for ((claim, checked), entry) in all.zip(entries.into_iter().flatten()) {
        let (Claim::Row(claim), Some(found), Some(table)) =
            (claim, checked.found, entry.get_ref().as_table())
        else {
            continue;
        };
        let other = [
            Verdict::WithinTolerance,
            Verdict::WithinMonteCarlo,
            Verdict::Differs,
        ];
        if !other.contains(&checked.verdict) {
            continue;
        }
        if let Some(value) = table.get("value") {
            let after = written(found, claim.rounded);
            edits.push(edit(bare, value.span(), &claim.id, "value", after));
        }
        if let (Some(mc), Some(error)) = (table.get("mc"), checked.own_error) {
            edits.push(edit(bare, mc.span(), &claim.id, "mc", format!("{error:?}")));
        }
    }
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        let span = edit.span.start + mark..edit.span.end + mark;
        text.replace_range(span, &edit.change.after);
    }
    let again = check_claims(bundle, &Claims::parse(&text, shown)?)?;
    let still = again.claims.iter().filter(|claim| !claim.verdict.holds());
    let left: Vec<(String, String)> = still
        .map(|claim| (claim.id.clone(), claim.verdict.as_str().to_owned()))
        .collect();
    let is_left = |edit: &Edit| left.iter().any(|(id, _)| *id == edit.change.id);
    if let Some(edit) = edits.iter().find(|edit| is_left(edit)) {
        // A value that does not hold once it is written is a fault of ours, and nothing is written.
        let message = format!(
            "claim `{}` does not hold with its own value",
            edit.change.id
        );
        let finding = Diagnostic::error(codes::NOT_WRITTEN, message, "report this message");
        return Err(Error::one(Class::Bug, finding));
    }
    Ok(Rewritten {
        text,
        changes: edits.into_iter().map(|edit| edit.change).collect(),
        left,
        claims: claims.claims.len(),
    })
}

fn edit(text: &str, span: Range<usize>, id: &str, key: &'static str, after: String) -> Edit {
    let before = text.get(span.clone()).unwrap_or_default().to_owned();
    let change = Change {
        id: id.to_owned(),
        key,
        before,
        after,
    };
    Edit { span, change }
}

/// A value as TOML, with the decimals of the publication where the claim has them.
fn written(value: Value, rounded: Option<i32>) -> String {
    match (value, rounded) {
        (Value::Truth(truth), _) => truth.to_string(),
        (Value::Number(number), Some(decimals @ 0..)) => format!("{number:.0$}", decimals as usize),
        (Value::Number(number), Some(decimals)) => {
            let unit = libm::pow(10.0, f64::from(-decimals));
            format!("{:.0}", (number / unit).round() * unit)
        }
        (Value::Number(number), None) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        (Value::Number(number), None) => format!("{number:?}"),
    }
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A claims file that guards the main numbers of a result: the main difference of every outcome and the money of society,
/// with limits and significance.
pub fn guard(bundle: &Bundle) -> Rewritten {
    let mut text = String::from(
        "# Written by `rettevej check --write`: numbers that later runs are held against.\n\n[source]\n",
    );
    let title = bundle
        .study
        .texts
        .get("title")
        .unwrap_or(&bundle.study.name);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "title = {}", quoted(title));
    if !bundle.facts.trial_hash.is_empty() {
        let _ = writeln!(text, "trial_hash = {}", quoted(&bundle.facts.trial_hash));
    }
    let (mut changes, mut ids) = (Vec::new(), std::collections::BTreeSet::new());
    for row in main_rows(bundle) {
        for column in ["estimate", "conf_low", "conf_high", "significant"] {
            let Some(value) = of_row(bundle, row, column) else {
                continue;
            };
            let mut id = plain(&[&row.outcome, &row.estimand, &row.item, &row.arm, column]);
            while !ids.insert(id.clone()) {
                id.push('2');
            }
            let after = written(value, None);
            let _ = writeln!(text, "\n[[claim]]\nid = {}\nvalue = {after}", quoted(&id));
            if let Some(error) = compare::own_error(row, column) {
                let _ = writeln!(text, "mc = {error:?}");
            }
            let keys = [
                ("estimand", &row.estimand),
                ("outcome", &row.outcome),
                ("item", &row.item),
                ("arm", &row.arm),
                ("reference", &row.reference),
                ("analysis", &row.analysis),
            ];
            for (key, label) in keys {
                let _ = writeln!(text, "{key} = {}", quoted(label));
            }
            if let Some(week) = row.week {
                let _ = writeln!(text, "week = {week}");
            }
            let _ = writeln!(text, "column = \"{column}\"");
            changes.push(Change {
                id,
                key: "value",
                before: String::new(),
                after,
            });
        }
    }
    Rewritten {
        text,
        claims: changes.len(),
        changes,
        left: Vec::new(),
    }
}

fn main_rows(bundle: &Bundle) -> Vec<&Row> {
    let rows = View::of(bundle).headline_rows().into_iter();
    rows.map(|(_, row)| row)
        .filter(|row| row.status == Status::Ok)
        .collect()
}

fn of_row(bundle: &Bundle, row: &Row, column: &str) -> Option<Value> {
    if column == "significant" {
        let p = row.p_adjusted.or(row.p_value)?;
        let confidence = bundle.study.confidence(&row.analysis).get();
        return Some(Value::Truth(crate::units::is_significant(p, confidence)));
    }
    row.number(column).map(Value::Number)
}

/// Words with hyphens between them.
fn plain(words: &[&str]) -> String {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").replace([' ', '_'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;

    const TEXT: &str = "\u{feff}# kept\r\n[source]\ntrial_hash = \"old\" # why\n\n[[claim]] # first\nid = \"a\"\nvalue   =  0.5  # half\n\
        rounded = 2\nestimand = \"weekly_mean\"\narm = \"deltager\"\n\n[[claim]]\nid = \"same\"\nvalue = 0.4\nrounded = 1\n\
        estimand = \"weekly_mean\"\narm = \"deltager\"\n\n[[claim]]\nid = \"limit\"\ncolumn = \"conf_low\"\nmc = 1e-9\nvalue = -7\n\
        estimand = \"cumulative_effect\"\n\n[[claim]]\nid = \"sum\"\nkind = \"sum\"\nparts = [1, 2]\ntotal = 9\n";

    #[test]
    fn values_are_put_in_place_and_every_other_byte_stays() {
        let bundle = sample::bundle(true);
        let done = rewrite(&bundle, TEXT, "claims.toml").expect("a claims file");
        let change = |id: &str, key, before: &str, after: &str| Change {
            id: id.to_owned(),
            key,
            before: before.to_owned(),
            after: after.to_owned(),
        };
        let hash = format!("\"{}\"", bundle.facts.trial_hash);
        let expected = TEXT
            .replace("\"old\"", &hash)
            .replace("value   =  0.5  #", "value   =  0.35  #")
            .replace("mc = 1e-9\nvalue = -7", "mc = 0.01\nvalue = 0.05");
        assert_eq!(done.text, expected);
        assert_eq!(
            done.changes[..2],
            [
                change("", "trial_hash", "\"old\"", &hash),
                change("a", "value", "0.5", "0.35")
            ]
        );
        assert_eq!(done.left, [("sum".to_owned(), "differs".to_owned())]);
        let again = rewrite(&bundle, &done.text, "claims.toml").expect("a claims file");
        assert_eq!((again.text, again.changes), (done.text, Vec::new()));
    }

    #[test]
    fn numbers_are_written_as_the_claim_prints_them() {
        let number = |value: f64, rounded| written(Value::Number(value), rounded);
        assert_eq!(number(1234.5, Some(-2)), "1200");
        assert_eq!(number(0.456, Some(2)), "0.46");
        assert_eq!(number(17.0, None), "17");
        assert_eq!(number(0.1 + 0.2, None), "0.30000000000000004");
        assert_eq!(written(Value::Truth(true), Some(2)), "true");
    }

    #[test]
    fn a_new_file_guards_the_main_numbers_and_holds_at_once() {
        let bundle = sample::bundle(true);
        let new = guard(&bundle);
        assert!(new.claims > 0 && new.text.starts_with("# Written by"));
        let claims =
            Claims::parse(&new.text, "new.toml").unwrap_or_else(|e| panic!("{e}\n{}", new.text));
        let report = check_claims(&bundle, &claims).unwrap_or_else(|e| panic!("{e}\n{}", new.text));
        assert!(
            report.claims.iter().all(|c| c.verdict == Verdict::Same),
            "{report:#?}"
        );
    }
}
