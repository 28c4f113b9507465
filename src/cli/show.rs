//! `show`: numbers of a result, or why they are not available.

use super::explain::method_card;
use super::rooms;
use super::stop::{Exit, Stop};
use super::tables::table;
use super::terminal::Terminal;
use crate::results::{Row, Status};
use crate::study::suggest;
use clap::Args;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// A result: its folder, its `bundle.json` or its `report.html`
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Only this outcome
    #[arg(long)]
    outcome: Option<String>,
    /// Only this estimand
    #[arg(long)]
    estimand: Option<String>,
    /// Only this week: a number, or `last`
    #[arg(long, allow_negative_numbers = true)]
    week: Option<Week>,
    /// Only this item, such as a destination
    #[arg(long)]
    item: Option<String>,
    /// Only this subgroup column, or `all`
    #[arg(long)]
    subgroup: Option<String>,
    /// Only this level of the subgroup
    #[arg(long)]
    level: Option<String>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Week {
    Number(i32),
    Last,
}

impl std::str::FromStr for Week {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "last" {
            return Ok(Self::Last);
        }
        text.parse()
            .map(Self::Number)
            .map_err(|_| "write a week such as 26, or last".to_owned())
    }
}

pub(super) fn show(arguments: &ShowArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let opened = rooms::open(&arguments.bundle)?;
    if !arguments.json && !arguments.asks() {
        terminal.out(&opened.summary)?;
        return Ok(Exit::Fine);
    }
    let (rows, missing) = arguments.select(&opened.rows);
    if arguments.json {
        let answer = json!({ "rows": rows, "not_available": missing });
        terminal.out(&format!("{answer:#}"))?;
        return Ok(Exit::Fine);
    }
    if let Some(missing) = missing {
        terminal.out(&format!("not available: {missing}"))?;
        return Ok(Exit::Fine);
    }
    let mut text = numbers(&rows);
    let sentence = opened
        .sentences
        .iter()
        .find(|(outcome, _)| Some(outcome) == arguments.outcome.as_ref());
    if let Some((_, sentence)) = sentence {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n\n{sentence}");
    }
    if let Some(slug) = &arguments.estimand
        && let Some(card) = rooms::methods()
            .iter()
            .find(|m| m.slugs.contains(&slug.as_str()))
    {
        let _ = write!(text, "\n\n{}", method_card(card));
    }
    terminal.out(&text)?;
    Ok(Exit::Fine)
}

/// What is asked: its name, the value, and where a row has it.
type Question<'a> = (&'static str, Option<&'a str>, fn(&Row) -> &str);

impl ShowArguments {
    fn asks(&self) -> bool {
        self.week.is_some()
            || [
                &self.outcome,
                &self.estimand,
                &self.item,
                &self.subgroup,
                &self.level,
            ]
            .iter()
            .any(|filter| filter.is_some())
    }

    /// The rows asked for, or the first question that leaves none, with what there is.
    fn select<'r>(&self, rows: &'r [Row]) -> (Vec<&'r Row>, Option<String>) {
        let mut left: Vec<&Row> = rows.iter().collect();
        if left.is_empty() {
            return (left, Some("the result has no rows".to_owned()));
        }
        let subgroup = match (&self.subgroup, &self.level) {
            // A level asks for its subgroup; nothing asks for all persons.
            (None, None) => Some("all"),
            (subgroup, _) => subgroup.as_deref(),
        };
        let questions: [Question<'_>; 5] = [
            ("outcome", self.outcome.as_deref(), |r| &r.outcome),
            ("estimand", self.estimand.as_deref(), |r| &r.estimand),
            ("subgroup", subgroup, |r| &r.subgroup),
            ("level", self.level.as_deref(), |r| &r.level),
            ("item", self.item.as_deref(), |r| &r.item),
        ];
        for (what, asked, of) in questions {
            let Some(asked) = asked else { continue };
            let mut there: Vec<&str> = left
                .iter()
                .map(|r| of(r))
                .filter(|v| !v.is_empty())
                .collect();
            there.sort_unstable();
            there.dedup();
            left.retain(|r| of(r) == asked);
            if left.is_empty() {
                let have = if there.is_empty() {
                    "there is none".to_owned()
                } else {
                    format!("there is {}", suggest::list(&there))
                };
                return (left, Some(format!("no {what} `{asked}` here; {have}")));
            }
        }
        self.at_week(left)
    }

    fn at_week<'r>(&self, mut left: Vec<&'r Row>) -> (Vec<&'r Row>, Option<String>) {
        let weeks = left.iter().filter_map(|r| r.week);
        let (first, last) = (weeks.clone().min(), weeks.max());
        let asked = match self.week {
            None => return (left, None),
            Some(Week::Last) => last,
            Some(Week::Number(week)) => Some(week),
        };
        left.retain(|r| r.week == asked);
        let missing = left.is_empty().then(|| match (asked, first, last) {
            (Some(week), Some(first), Some(last)) => {
                format!("no week {week} here; there are weeks from {first} to {last}")
            }
            _ => "these rows have no weeks".to_owned(),
        });
        (left, missing)
    }
}

/// Where p stands.
const P: usize = 11;

fn numbers(rows: &[&Row]) -> String {
    // Only where there is a family.
    let adjusted = rows.iter().any(|row| row.p_adjusted.is_some());
    let mut header = vec![
        "analysis",
        "estimand",
        "outcome",
        "item",
        "group",
        "arm",
        ">week",
        ">estimate",
        ">SE",
        ">from",
        ">to",
        ">p",
        ">n",
        "status",
    ];
    if adjusted {
        header.insert(P + 1, ">p adjusted");
    }
    let body = rows
        .iter()
        .map(|r| {
            let group = if r.level.is_empty() {
                r.subgroup.to_string()
            } else {
                format!("{} = {}", r.subgroup, r.level)
            };
            let arm = if r.reference.is_empty() {
                r.arm.to_string()
            } else {
                format!("{} - {}", r.arm, r.reference)
            };
            let status = match (r.status, r.reason.is_empty()) {
                (Status::Ok, true) => String::new(),
                (status, true) => status.as_str().to_owned(),
                (status, false) => format!("{}: {}", status.as_str(), r.reason),
            };
            let mut line = vec![
                r.analysis.to_string(),
                r.estimand.to_string(),
                r.outcome.to_string(),
                r.item.to_string(),
                group,
                arm,
                r.week.map(|w| w.to_string()).unwrap_or_default(),
                number(r.estimate),
                number(r.std_error),
                number(r.conf_low),
                number(r.conf_high),
                number(r.p_value),
                r.n.map(|n| n.to_string()).unwrap_or_default(),
                status,
            ];
            if adjusted {
                line.insert(P + 1, number(r.p_adjusted));
            }
            line
        })
        .collect();
    table(&header, body)
}

fn number(value: Option<f64>) -> String {
    value.map(|v| format!("{v:.6}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Asked {
        #[command(flatten)]
        show: ShowArguments,
    }

    fn rows() -> Vec<Row> {
        let columns = crate::results::row::COLUMNS;
        let mut rows = Vec::new();
        for (outcome, week) in [("work", 1), ("work", 2), ("hours", 1)] {
            let mut row = serde_json::Map::new();
            for column in columns {
                row.insert(column.to_owned(), serde_json::Value::Null);
            }
            for text in [
                "analysis",
                "estimand",
                "item",
                "level",
                "arm",
                "reference",
                "unit",
                "reason",
                "method",
                "se_method",
                "interval_method",
            ] {
                row.insert(text.to_owned(), "".into());
            }
            row.insert("outcome".to_owned(), outcome.into());
            row.insert("subgroup".to_owned(), "all".into());
            row.insert("status".to_owned(), "ok".into());
            row.insert("week".to_owned(), week.into());
            rows.push(serde_json::from_value(row.into()).expect("a row"));
        }
        rows
    }

    fn ask(arguments: &[&str]) -> (usize, Option<String>) {
        let all = ["show", "bundle"].iter().chain(arguments);
        let asked = Asked::try_parse_from(all).expect("arguments");
        let rows = rows();
        let (rows, missing) = asked.show.select(&rows);
        (rows.len(), missing)
    }

    #[test]
    fn rows_are_selected_and_a_missing_one_says_what_there_is() {
        assert_eq!(ask(&["--outcome", "work"]), (2, None));
        assert_eq!(ask(&["--outcome", "work", "--week", "last"]), (1, None));
        let (none, why) = ask(&["--outcome", "wrok"]);
        assert_eq!(none, 0);
        assert_eq!(
            why.as_deref(),
            Some("no outcome `wrok` here; there is `hours`, `work`")
        );
        let (_, why) = ask(&["--outcome", "hours", "--week", "-3"]);
        assert_eq!(
            why.as_deref(),
            Some("no week -3 here; there are weeks from 1 to 1")
        );
    }
}
