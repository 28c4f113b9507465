//! `preview`: what a data file holds, before there is a study.
//!
//! Of values only what could leave the house is shown: labels of columns that have few of them, each borne by five rows or
//! more, none with the digits of an identifier. Whatever has many values is told by how many, and numbers of rows under
//! five are not told.

use super::rooms::look;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use super::validate::described;
use crate::registers::{FEW, KindHint, Look, Seen};
use crate::study::DataFile;
use clap::Args;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct PreviewArguments {
    /// A data file, or a folder of Parquet files
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Rows to look at, from the start of the file
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    rows: u32,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn preview(arguments: &PreviewArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let file = data_file(&arguments.file);
    let look = look(&file, arguments.rows as usize)?;
    if arguments.json {
        terminal.out(&format!("{:#}", answer(&file, &look)))?;
    } else {
        terminal.out(&report(&file, &look))?;
    }
    Ok(Exit::Fine)
}

/// A file by its name alone: where it lies is nobody's business.
pub(super) fn data_file(path: &Path) -> DataFile {
    let name = path.file_name().unwrap_or(path.as_os_str());
    DataFile {
        shown: name.to_string_lossy().into_owned(),
        path: path.to_owned(),
    }
}

fn report(file: &DataFile, look: &Look) -> String {
    let mut text = format!("{}: {}\n", file.shown, described(&look.facts));
    let which = if look.whole { "all" } else { "the first" };
    let (rows, columns) = (look.rows, look.columns.len());
    // Writing to a text cannot fail, here and below.
    let _ = writeln!(text, "{which} {rows} rows, {columns} columns\n");
    let has = |of: fn(&Seen) -> bool| look.columns.iter().any(of);
    let with_format = has(|c| c.facts.format.is_some());
    let with_label = has(|c| c.facts.label.is_some());
    let mut header = vec!["column", "holds"];
    header.extend(with_format.then_some("format"));
    header.extend(with_label.then_some("label"));
    header.extend([">empty", "values"]);
    let rows = runs(&look.columns).into_iter().map(|(name, column)| {
        let mut row = vec![name, word(column.facts.kind_hint).to_owned()];
        if with_format {
            row.push(column.facts.format.clone().unwrap_or_default());
        }
        if with_label {
            row.push(column.facts.label.clone().unwrap_or_default());
        }
        row.extend([empty(column, look.rows), values(column, look.rows)]);
        row
    });
    text += &table(&header, rows.collect());
    let elsewhere: Vec<String> = look.labelled_elsewhere().map(|c| c.name.clone()).collect();
    if !elsewhere.is_empty() {
        let _ = write!(
            text,
            "\n\nThe labels of {} are in a SAS catalog, not in this file: cells are the values behind them.",
            elsewhere.join(", ")
        );
    }
    for column in &look.columns {
        if column.facts.value_labels.is_empty() {
            continue;
        }
        let labels = column.facts.value_labels.iter().take(FEW);
        let labels: Vec<String> = labels
            .map(|l| format!("{} = {}", l.value, l.label))
            .collect();
        let more = column.facts.value_labels.len().saturating_sub(FEW);
        let more = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        let _ = write!(
            text,
            "\n\nlabels of {}: {}{more}",
            column.facts.name,
            labels.join(", ")
        );
    }
    text
}

/// Columns of a kind whose names count up stand on one line: `y_1001 ... y_1052`.
fn runs(columns: &[Seen]) -> Vec<(String, &Seen)> {
    let stem = |column: &Seen| {
        let name = column
            .facts
            .name
            .trim_end_matches(|c: char| c.is_ascii_digit());
        let is_long = name.len() < column.facts.name.len();
        (is_long && column.facts.value_labels.is_empty()).then(|| name.to_owned())
    };
    let (mut lines, mut at) = (Vec::new(), 0);
    while at < columns.len() {
        let first = &columns[at];
        let own = stem(first);
        let same = columns[at..]
            .iter()
            .take_while(|column| own.is_some() && stem(column) == own);
        let run = same.count().max(1);
        if run < 6 {
            lines.push((first.facts.name.clone(), first));
            at += 1;
        } else {
            let last = &columns[at + run - 1].facts.name;
            lines.push((format!("{} ... {last} ({run})", first.facts.name), first));
            at += run;
        }
    }
    lines
}

fn word(hint: KindHint) -> &'static str {
    match hint {
        KindHint::Whole => "whole numbers",
        KindHint::Number => "numbers",
        KindHint::Text => "text",
        KindHint::Date => "dates",
        KindHint::Moment => "dates with time",
        KindHint::IsoWeek => "ISO weeks",
        KindHint::Month => "months",
        KindHint::Unknown => "nothing that can be told",
    }
}

/// The share of empty cells, in whole percent, unless it would tell of fewer than five rows.
fn empty(column: &Seen, rows: usize) -> String {
    match column.empty {
        _ if !column.is_read => String::new(),
        0 => "0 %".to_owned(),
        all if all == rows => "100 %".to_owned(),
        few if few < LEAST => "< 5 rows".to_owned(),
        most if rows - most < LEAST => "all but < 5".to_owned(),
        many => format!("{} %", (200 * many + rows) / (2 * rows)),
    }
}

/// Rows that must share a value before it is shown.
const LEAST: usize = 5;

/// Labels that may be shown, and how many may not; `None` where the values are told by their number alone.
fn shown(column: &Seen) -> Option<(Vec<&str>, usize)> {
    let is_list = !column.cpr
        && column.distinct > 0
        && column.labels.len() == column.distinct
        && matches!(
            column.facts.kind_hint,
            KindHint::Whole | KindHint::Text | KindHint::Number
        );
    if !is_list {
        return None;
    }
    let may = |(label, count): &&(String, usize)| {
        let digits = label.bytes().filter(u8::is_ascii_digit).count();
        *count >= LEAST
            && digits < 6
            && label.chars().count() <= 40
            && !label.contains(char::is_control)
    };
    let labels: Vec<&str> = column
        .labels
        .iter()
        .filter(may)
        .map(|(label, _)| label.as_str())
        .collect();
    let others = column.distinct - labels.len();
    Some((labels, others))
}

fn values(column: &Seen, rows: usize) -> String {
    if !column.is_read {
        return "not read: the name stands twice, or the type has no place in a register"
            .to_owned();
    }
    if column.cpr {
        return "values in the form of CPR numbers".to_owned();
    }
    match shown(column) {
        _ if column.distinct == 0 => "none".to_owned(),
        Some((labels, 0)) => labels.join(", "),
        Some((labels, others)) if labels.is_empty() => {
            format!("{others} different, each in few rows")
        }
        Some((labels, others)) => format!("{}, and {others} more", labels.join(", ")),
        None if column.distinct == rows => "each row its own".to_owned(),
        None => format!("{} different", column.distinct),
    }
}

fn answer(file: &DataFile, look: &Look) -> Value {
    let columns = look.columns.iter().map(|column| {
        let listed = shown(column);
        json!({
            "name": column.facts.name,
            "kind": column.facts.kind_hint,
            "format": column.facts.format,
            "label": column.facts.label,
            "value_labels": column.facts.value_labels,
            "read": column.is_read,
            "empty": empty(column, look.rows),
            "different": column.distinct,
            "labels": listed.map(|(labels, _)| labels),
        })
    });
    json!({
        "file": file.shown,
        "facts": look.facts,
        "rows": look.rows,
        "all_rows": look.whole,
        "columns": columns.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (DataFile, Look) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).expect("a file");
        let file = data_file(&path);
        let look = look(&file, 100).expect("a look");
        (file, look)
    }

    fn text(rows: usize) -> String {
        let mut text = "person,cpr,state,rare,week,y_1,y_2,y_3,y_4,y_5,y_6,y_7\n".to_owned();
        for i in 0..rows {
            let state = ["job", "benefit"][i % 2];
            let rare = if i == 3 { "secret" } else { "common" };
            let _ = writeln!(
                text,
                "{},010180{:04},{state},{rare},2010-W44,1,2,,4,5,6,7",
                5000 + i,
                1000 + i
            );
        }
        text
    }

    #[test]
    fn no_identifier_and_no_rare_value_is_shown() {
        let (file, look) = of(&text(40));
        let shown = report(&file, &look) + &answer(&file, &look).to_string();
        for secret in ["5003", "0101801", "secret", "2010-W44"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains("benefit, job") && shown.contains("common, and 1 more"));
        assert!(shown.contains("CPR numbers") && shown.contains("each row its own"));
        assert!(shown.contains("y_1 ... y_7 (7)") && shown.contains("ISO weeks"));
        assert!(shown.contains("all 40 rows"));
    }

    #[test]
    fn rows_are_counted_only_as_far_as_asked() {
        let (file, look) = of(&text(300));
        assert_eq!((look.rows, look.whole), (100, false));
        assert!(report(&file, &look).contains("the first 100 rows"));
    }

    #[test]
    fn what_few_rows_lack_is_not_counted() {
        let column = |empty| {
            let (_, mut look) = of("a\n1\n");
            look.columns[0].empty = empty;
            look.columns.remove(0)
        };
        assert_eq!(empty(&column(3), 100), "< 5 rows");
        assert_eq!(empty(&column(97), 100), "all but < 5");
        assert_eq!(empty(&column(50), 100), "50 %");
        assert_eq!(empty(&column(0), 0), "0 %");
    }
}
